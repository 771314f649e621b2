"""Who may not sign a part: whoever wrote any of it since it was last signed whole."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.conversation.facts import DUTIES
from bot.errors import CannotSign
from bot.studio.desk import Desk
from bot.studio.seeing import State
from bot.studio.signing import Person
from tests.studio.conftest import NOW

TODAY = NOW.date()


def signer(account: str, *roles: str) -> Person:
    return Person(account, frozenset({"signer"}), frozenset(roles))


def sign(desk: Desk, who: str, role: str, part: str, locale: str = "en") -> None:
    seen = {part: desk.part(locale, part, TODAY).fingerprint}
    desk.sign(signer(who, role), locale, seen, role, TODAY + timedelta(100), NOW)


def save(desk: Desk, who: str, message_id: str, words: str, locale: str = "en") -> None:
    desk.save(who, locale, message_id, words, desk.text(locale, message_id).version, NOW)


def save_file(desk: Desk, who: str, file: str, pattern: str, new: str) -> None:
    before = (desk.root / file).read_text()
    after = re.sub(pattern, new, before, count=1)
    assert after != before
    desk.save_file(who, file, after, desk.file_version(file), NOW)


def writers(desk: Desk, part: str, locale: str = "en") -> frozenset[str]:
    return desk.eyes(locale, part, TODAY)[0]


def test_who_removes_a_text_cant_sign_what_is_left(desk: Desk) -> None:
    file = "content/answers/suicide_risk.yml"
    save_file(desk, "ann", file, r"(?s)- >-\n  This chat can't.*?(?=services:)", "")

    for locale in ("en", "de"):
        assert "ann" in writers(desk, "answer.suicide_risk", locale)
    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, "ann", "clinician", "answer.suicide_risk")


def test_who_removes_a_translation_cant_sign_what_is_left(desk: Desk) -> None:
    save(desk, "ann", "exercise.grounding.about", "", "de")

    assert "ann" in writers(desk, "exercise.grounding", "de")
    assert "ann" not in writers(desk, "exercise.grounding", "fr")


def test_words_that_another_one_brings_back_stay_their_authors(desk: Desk) -> None:
    part, text = "module.feelings", "module.feelings.about"
    save(desk, "ann", text, "Words by ann.")
    sign(desk, "sue", "editor", part)
    save(desk, "bob", text, "Words by bob.")
    assert writers(desk, part) == {"bob"}
    save(desk, "bob", text, "Words by ann.")

    assert writers(desk, part) == {"ann", "bob"}
    with pytest.raises(CannotSign, match="you wrote"):
        sign(desk, "ann", "editor", part)


def test_words_that_another_one_moves_stay_their_authors(desk: Desk) -> None:
    part = "module.triggers"
    first, second = "module.triggers.title", "module.triggers.about"
    save(desk, "ann", first, "Moved by bob.")
    save(desk, "bob", second, "Moved by bob.")
    sign(desk, "sue", "editor", part)
    save(desk, "bob", first, "Words by bob.")

    assert writers(desk, part) == {"ann", "bob"}


def test_who_wrote_before_the_last_whole_signature_may_sign_other_words(desk: Desk) -> None:
    part, text = "answer.survivor", "answer.survivor.1"
    save(desk, "ann", text, "Words by ann.")
    save(desk, "bob", text, "Words by bob.")
    assert writers(desk, part) == {"ann", "bob"}
    sign(desk, "sue", "clinician", part)
    assert writers(desk, part) == {"ann", "bob"}, "one of two has signed"
    sign(desk, "tom", "lawyer", part)

    assert writers(desk, part) == {"bob"}


def test_a_signature_that_was_taken_back_frees_nobody(desk: Desk) -> None:
    part, text = "module.privacy", "module.privacy.title"
    save(desk, "ann", text, "Words by ann.")
    save(desk, "bob", text, "Words by bob.")
    sign(desk, "sue", "editor", part)
    assert writers(desk, part) == {"bob"}
    ledger = desk.root / "content" / "signoff.yml"
    lines = ledger.read_text().splitlines()
    left = [line for line in lines if "module.privacy," not in line]
    end = [] if any(line.startswith("- ") for line in left) else ["signatures: []"]
    ledger.write_text("\n".join([*(x for x in left if not end or x != "signatures:"), *end, ""]))

    assert writers(desk, part) == {"ann", "bob"}


@pytest.mark.parametrize(
    ("file", "pattern", "new", "part"),
    [
        ("answers/imminent_risk.yml", r"(?m)^services: .*$", "services: [helpline]",
         "answer.imminent_risk"),
        ("answers/survivor.yml", r"(?m)^choices: .*$", "choices: [menu]", "answer.survivor"),
        ("exercises/urge_timer.yml", "minutes: 4", "minutes: 1", "exercise.urge_timer"),
        ("modules/law.yml", r"(?ms)^(- id: .*?)(^- id: .*?)(?=^- id: )", r"\2\1", "module.law"),
        ("survey.yml", r"left_out: \[", "left_out: [family, ", "survey"),
    ],
)  # fmt: skip
def test_what_is_offered_is_signed_with_the_words(
    desk: Desk, file: str, pattern: str, new: str, part: str
) -> None:
    for who, role in (("sue", "clinician"), ("tom", "lawyer")):
        sign(desk, who, role, part, "de")
    assert desk.part("de", part, TODAY).state is State.SIGNED
    save_file(desk, "eve", f"content/{file}", pattern, new)

    assert desk.part("de", part, TODAY).state is State.STALE
    for locale in ("en", "de", "fr"):
        assert "eve" in writers(desk, part, locale)


def test_what_professionals_must_report_is_a_part_that_two_sign(desk: Desk) -> None:
    sign(desk, "sue", "clinician", DUTIES)
    sign(desk, "tom", "lawyer", DUTIES)
    assert desk.part("en", DUTIES, TODAY).state is State.SIGNED
    save_file(desk, "eve", "content/duties.yml", "none_general", "all_professionals")

    assert desk.part("en", DUTIES, TODAY).state is State.STALE
    assert writers(desk, DUTIES) == {"eve"}
