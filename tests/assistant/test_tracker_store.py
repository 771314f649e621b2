"""bot.assistant.tracker_store: it seals, it never raises, and Rasa really takes it."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from rasa.core.agent import Agent
from rasa.core.lock_store import LockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.launcher import _insist_on_sealed_state
from bot.assistant.lock_store import WaitingLockStore
from bot.assistant.replies import CatalogReplies
from bot.assistant.tracker_store import SealedTrackerStore
from bot.assistant.visit import CURRENT, Visit
from bot.errors import NotReady, Refused
from bot.settings import ROOT
from bot.storage.sealing import Handle
from tests.assistant.talking import Talk, run

pytestmark = pytest.mark.slow

ROW = "a" * 64


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def store(domain: Domain) -> SealedTrackerStore:
    return SealedTrackerStore(domain)


def test_where_rasa_would_send_its_errors_nothing_begins(
    domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")

    with pytest.raises(Refused, match="RASA_TELEMETRY_ENABLED=false"):
        SealedTrackerStore(domain)


def test_what_was_saved_comes_back(store: SealedTrackerStore) -> None:
    run(store.save(a_conversation(store)))
    again = run(store.retrieve(ROW))

    assert again is not None
    assert again.get_slot("kept") == "suicide_risk"
    assert again.latest_message is not None
    assert again.latest_message.intent["name"] == "suicide_risk"


def test_an_unknown_conversation_is_a_new_one(store: SealedTrackerStore) -> None:
    assert run(store.retrieve(ROW)) is None


def test_without_the_visitors_token_the_state_stays_closed(store: SealedTrackerStore) -> None:
    with visiting(Handle(ROW, secrets.token_bytes(32))):
        run(store.save(a_conversation(store)))
    with visiting(Handle(ROW, secrets.token_bytes(32))):
        assert run(store.retrieve(ROW)) is None


def test_a_key_of_another_conversation_is_not_used(store: SealedTrackerStore) -> None:
    with visiting(Handle("b" * 64, secrets.token_bytes(32))):
        run(store.save(a_conversation(store)))

    assert not run(store.sealed.has(Handle("b" * 64, b"")))
    assert run(store.retrieve(ROW)) is not None


def test_no_word_token_or_id_lies_in_the_memory_of_the_store(store: SealedTrackerStore) -> None:
    run(store.save(a_conversation(store)))
    kept = repr(store.sealed._rows).encode()

    for mark in (b"windowsill", b"suicide_risk", ROW.encode()):
        assert mark not in kept
        assert base64.b64encode(mark)[:8] not in kept


def test_saving_with_a_broken_cipher_does_not_raise_and_keeps_nothing(
    store: SealedTrackerStore, capfd: pytest.CaptureFixture[str]
) -> None:
    with visiting(Handle(ROW, b"too short for a key")):
        run(store.save(a_conversation(store)))

    assert not store.sealed._rows
    printed = capfd.readouterr().err
    assert "state.save_failed" in printed
    assert "windowsill" not in printed


def test_opening_a_state_that_was_tampered_with_does_not_raise(store: SealedTrackerStore) -> None:
    run(store.save(a_conversation(store)))
    ((row, sealed),) = store.sealed._rows.items()
    store.sealed._rows[row] = replace(sealed, sealed=sealed.sealed[:-1] + b"x")

    assert run(store.retrieve(ROW)) is None


@pytest.mark.parametrize("state", [b"", b"{", b"[7]", b'[{"event": "never heard of"}]', b"\xff"])
def test_a_state_that_makes_no_sense_counts_as_none(
    store: SealedTrackerStore, state: bytes
) -> None:
    run(store.sealed.put(run(store.sealed.handle(ROW.encode())), state))

    found = run(store.retrieve(ROW))
    assert found is None or not found.latest_message or not found.latest_message.text


def test_without_a_domain_nothing_is_raised_and_no_slot_comes_back(
    store: SealedTrackerStore,
) -> None:
    run(store.save(a_conversation(store)))
    store.domain = None

    found = run(store.retrieve(ROW))
    assert found is None or found.get_slot("kept") is None


def test_rasa_never_falls_back_to_plain_memory_when_saving_fails(agent: Agent) -> None:
    with visiting(Handle(ROW, b"too short for a key")):
        turn = Talk(sender=ROW).say("I feel low and ashamed")

    assert turn.replies
    assert agent.tracker_store._fallback_tracker_store is None


def test_there_is_no_list_of_conversations(store: SealedTrackerStore) -> None:
    run(store.save(a_conversation(store)))

    assert list(run(store.keys())) == []


def test_the_running_assistant_has_our_parts(agent: Agent) -> None:
    assert type(agent.tracker_store._tracker_store) is SealedTrackerStore
    assert type(agent.lock_store) is WaitingLockStore
    assert type(agent.nlg) is CatalogReplies


def test_the_start_is_refused_when_rasa_took_another_store(domain: Domain) -> None:
    agent = Agent(domain=domain, tracker_store=InMemoryTrackerStore(domain))

    with pytest.raises(NotReady):
        _insist_on_sealed_state(agent)


def test_rasas_own_factories_make_our_parts_from_endpoints_yml(domain: Domain) -> None:
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))

    assert type(TrackerStore.create(endpoints.tracker_store, domain)) is SealedTrackerStore
    assert type(LockStore.create(endpoints.lock_store)) is WaitingLockStore
    assert type(NaturalLanguageGenerator.create(endpoints.nlg, domain)) is CatalogReplies


def test_rasa_publishes_no_event_anywhere(agent: Agent) -> None:
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))

    assert endpoints.event_broker is None
    assert agent.tracker_store.event_broker is None


def a_conversation(store: SealedTrackerStore, sender: str = ROW) -> DialogueStateTracker:
    tracker = DialogueStateTracker.from_dict(sender, [], store.domain.slots)
    tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("I think of the windowsill", {"name": "suicide_risk"}))
    tracker.update(SlotSet("kept", "suicide_risk"))
    return tracker


@contextmanager
def visiting(handle: Handle) -> Iterator[None]:
    """Be the visitor whose key ``handle`` holds."""
    before = CURRENT.set(Visit(handle))
    try:
        yield
    finally:
        CURRENT.reset(before)


def test_a_stored_state_is_json_that_any_version_of_ours_can_read(
    store: SealedTrackerStore,
) -> None:
    run(store.save(a_conversation(store)))

    events = json.loads(run(store.sealed.get(run(store.sealed.handle(ROW.encode())))) or b"")
    assert {"name": "kept", "value": "suicide_risk"}.items() <= events[1].items()
