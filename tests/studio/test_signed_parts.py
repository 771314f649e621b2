"""Signatures at the desk: two pairs of eyes on what is signed, as it was read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.conversation.facts import THRESHOLDS
from bot.errors import CannotSign
from bot.languages.signoff import read_ledger
from bot.studio.desk import Desk
from bot.studio.needs import Why
from bot.studio.seeing import State
from tests.studio.conftest import NOW
from tests.studio.working import LEDGER, POLICY, TODAY, needs, save, sign, signer


def test_nobody_signs_their_own_words_and_others_do(desk: Desk) -> None:
    save(desk, "de", "module.feelings.title", "Gefühle, die schwer sind", author="sue")
    part = "module.feelings"

    assert desk.refusals(signer("sue", "editor"), "de", part, "editor", TODAY)
    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, signer("sue", "editor"), "editor", part)
    sign(desk, signer("tom", "editor"), "editor", part)
    assert desk.part("de", part, TODAY).state is State.SIGNED
    assert "tom" not in (desk.root / LEDGER).read_text()


def test_a_safety_part_waits_for_a_second_person(desk: Desk) -> None:
    part, both = "answer.suicide_risk", signer("ann2", "clinician", "editor")
    sign(desk, both, "editor", part)
    assert desk.part("de", part, TODAY).state is State.WAITING
    with pytest.raises(CannotSign, match="a second person"):
        sign(desk, both, "clinician", part)
    assert Why.SECOND not in {n.why for n in needs(desk, both) if n.item == part}

    second = signer("bob2", "clinician")
    assert Why.SECOND in {n.why for n in needs(desk, second) if n.item == part}
    sign(desk, second, "clinician", part)
    assert desk.part("de", part, TODAY).state is State.SIGNED
    assert desk.part("de", part, TODAY).roles == ("clinician", "editor")


def test_whoever_changes_a_threshold_cant_sign_it_and_two_others_must(desk: Desk) -> None:
    text = (desk.root / POLICY).read_text()
    desk.save_file("ann", POLICY, text.replace("0.65", "0.66", 1), desk.file_version(POLICY), NOW)

    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, signer("ann", "clinician"), "clinician", THRESHOLDS, "en")
    sign(desk, signer("bob", "clinician"), "clinician", THRESHOLDS, "en")
    assert desk.part("en", THRESHOLDS, TODAY).state is State.WAITING
    sign(desk, signer("sue", "lawyer"), "lawyer", THRESHOLDS, "en")
    assert desk.part("en", THRESHOLDS, TODAY).state is State.SIGNED


def test_whoever_changes_a_number_cant_sign_it_in_any_language(desk: Desk) -> None:
    file = "content/services/gb.yml"
    text = (desk.root / file).read_text()
    other = text.replace('"0808 1000 900"', '"0808 1000 901"')
    desk.save_file("ann", file, other, desk.file_version(file), NOW)

    for locale in ("en", "de"):
        with pytest.raises(CannotSign, match="you wrote"):
            sign(desk, signer("ann", "clinician"), "clinician", "service.stop-it-now-uk-ireland",
                 locale)  # fmt: skip


def test_what_changed_while_it_was_read_cant_be_signed(desk: Desk) -> None:
    seen = {"module.law": desk.part("de", "module.law", TODAY).fingerprint}
    save(desk, "de", "module.law.title", "Was das Gesetz sagt, neu")

    with pytest.raises(CannotSign, match="changed while you read"):
        desk.sign(signer("bob", "editor"), "de", seen, "editor", TODAY, NOW)


def test_all_parts_are_signed_together_or_none(desk: Desk) -> None:
    ledger = (desk.root / LEDGER).read_bytes()
    names = ["exercise.grounding", "answer.greet"]
    seen = {name: desk.part("fr", name, TODAY).fingerprint for name in names}
    with pytest.raises(CannotSign):
        desk.sign(signer("bob", "editor"), "fr", seen | {"answer.greet": "0" * 64}, "editor",
                  TODAY, NOW)  # fmt: skip
    assert (desk.root / LEDGER).read_bytes() == ledger
    desk.sign(signer("bob", "editor"), "fr", seen, "editor", TODAY, NOW)
    assert {s.part for s in read_ledger(desk.root / LEDGER) if s.locale == "fr"} == set(names)


def test_a_signature_expires_and_a_change_makes_it_stale(desk: Desk) -> None:
    part, message_id = "module.thoughts", "module.thoughts.title"
    sign(desk, signer("bob", "editor"), "editor", part, days=40)

    def state(day: date) -> State:
        return desk.part("de", part, day).state

    assert state(TODAY) is State.SIGNED
    assert state(TODAY + timedelta(11)) is State.EXPIRING
    assert state(TODAY + timedelta(41)) is State.EXPIRED
    assert desk.part("de", part, TODAY).last_day == TODAY + timedelta(40)
    old = desk.text("de", message_id).words
    save(desk, "de", message_id, f"{old} hier")
    assert state(TODAY) is State.STALE
    runs = desk.since_signed("de", part)
    assert set(runs) == {message_id}
    assert [(run.change, run.words) for run in runs[message_id]] == [
        ("same", old), ("new", " hier"),
    ]  # fmt: skip
