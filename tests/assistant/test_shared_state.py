"""Rasa's tracker store over a shared Redis: what can't be read is no new beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context

import pytest
from rasa.shared.core.domain import Domain

from bot.assistant.tracker_store import SealedTrackerStore
from bot.assistant.visit import CURRENT, Visit, visiting
from bot.settings import ROOT
from tests.assistant.talking import run
from tests.assistant.test_tracker_store import a_conversation
from tests.redis_server import Server, running_redis

pytestmark = pytest.mark.slow

TOKEN = b"t" * 32


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_redis() as server:
        yield server


@pytest.fixture
def store(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[SealedTrackerStore]:
    monkeypatch.setenv("QUIETLINE_STATE_URL", server.url)
    store = SealedTrackerStore(Domain.load(str(ROOT / "domain.yml")))
    yield store
    run(store.sealed.close())


@pytest.fixture
def visit(store: SealedTrackerStore) -> Iterator[Visit]:
    """A visitor who has said something already."""
    visit = Visit(run(store.sealed.handle(TOKEN)))
    before = CURRENT.set(visit)
    run(store.save(a_conversation(store, visit.handle.row)))
    yield visit
    CURRENT.reset(before)


def test_another_node_goes_on_with_the_conversation(
    store: SealedTrackerStore, visit: Visit
) -> None:
    another = SealedTrackerStore(store.domain)
    again = run(another.retrieve(visit.handle.row))
    run(another.sealed.close())

    assert again is not None
    assert again.get_slot("kept") == "suicide_risk"
    assert not visit.is_lost


def test_what_cant_be_read_is_lost_and_nothing_takes_its_place(
    store: SealedTrackerStore,
    visit: Visit,
    server: Server,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.ask("CLIENT", "PAUSE", "700")
    assert run(store.retrieve(visit.handle.row)) is None
    assert visit.is_lost

    server.ask("CLIENT", "UNPAUSE")
    run(store.save(a_conversation(store, visit.handle.row)))
    kept = server.ask("GET", f"quietline:row:{visit.handle.row}")
    visit.is_lost = False
    assert run(store.retrieve(visit.handle.row)) is not None
    run(store.save(a_conversation(store, visit.handle.row)))
    assert server.ask("GET", f"quietline:row:{visit.handle.row}") != kept
    assert "state.unavailable error=StateUnavailable" in capfd.readouterr().err


def test_what_cant_be_kept_leaves_the_answer_and_prints_no_word(
    store: SealedTrackerStore,
    visit: Visit,
    server: Server,
    capfd: pytest.CaptureFixture[str],
) -> None:
    server.ask("CLIENT", "PAUSE", "700")
    run(store.save(a_conversation(store, visit.handle.row)))
    server.ask("CLIENT", "UNPAUSE")

    printed = capfd.readouterr().err
    assert "state.save_failed error=StateUnavailable" in printed
    assert "windowsill" not in printed
    assert visit.handle.row not in printed
    assert not visit.is_lost


def test_a_redis_that_is_refused_meanwhile_is_as_good_as_none(
    store: SealedTrackerStore, visit: Visit, server: Server
) -> None:
    server.ask("CONFIG", "SET", "slowlog-log-slower-than", "0")
    server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert run(store.retrieve(visit.handle.row)) is None
    server.ask("CONFIG", "SET", "slowlog-log-slower-than", "-1")

    assert visit.is_lost


def test_whoever_keeps_the_context_of_a_message_keeps_no_key(store: SealedTrackerStore) -> None:
    with visiting(run(store.sealed.handle(TOKEN))) as visit:
        kept = copy_context()
        assert visit.handle

    assert kept[CURRENT] is visit
    assert visit.handle is None
