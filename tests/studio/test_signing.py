"""bot.studio.signing: who may sign what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.languages.signoff import LONGEST, Part, Signature
from bot.storage.studio_records import Signed
from bot.studio.signing import Person, bad_day, counting, refusals

TODAY = date(2026, 11, 23)
PLAIN = Part("module.urges", "de", "0" * 64, False, 3)
SAFETY = Part("answer.suicide_risk", "de", "1" * 16, True, 3)


def person(*signing_roles: str, account: str = "ann", staff: str = "signer") -> Person:
    return Person(account, frozenset({staff}), frozenset(signing_roles))


def given(role: str, account: str, part: Part = SAFETY) -> Signed:
    return Signed(part.name, part.locale, part.fingerprint, role, account, TODAY, TODAY)


@pytest.mark.parametrize(
    ("part", "who", "role", "writers", "earlier", "said"),
    [
        (PLAIN, person("editor"), "editor", {"bob"}, [], ""),
        (PLAIN, person("editor"), "editor", set(), [], ""),
        (PLAIN, person("editor"), "editor", {"ann"}, [], "you wrote"),
        (PLAIN, person("editor"), "editor", {"bob", "ann"}, [], "you wrote"),
        (PLAIN, person("editor"), "lawyer", set(), [], "you don't sign as lawyer"),
        (PLAIN, person(), "editor", set(), [], "you don't sign as editor"),
        (PLAIN, person("editor", staff="author"), "editor", set(), [], "you don't sign"),
        (PLAIN, person("editor"), "editor", set(), [given("lawyer", "ann", PLAIN)], ""),
        (SAFETY, person("editor"), "editor", {"bob"}, [], ""),
        (SAFETY, person("clinician"), "clinician", {"bob"}, [given("editor", "sue")], ""),
        (SAFETY, person("editor"), "editor", {"bob"}, [given("child_protection", "sue")], ""),
        (SAFETY, person("clinician"), "clinician", {"ann"}, [given("editor", "sue")], "you wrote"),
        (
            SAFETY, person("clinician", "editor"), "clinician", set(), [given("editor", "ann")],
            "in another role",
        ),
        (SAFETY, person("lawyer"), "lawyer", set(), [given("editor", "sue")], "one of the two"),
        (SAFETY, person("editor"), "editor", set(), [given("editor", "ann")], ""),
        (SAFETY, person("editor"), "editor", set(), [given("editor", "sue")], ""),
        (SAFETY, person("clinician"), "clinician", set(), [given("editor", "")], ""),
    ],
)  # fmt: skip
def test_who_may_sign(
    part: Part, who: Person, role: str, writers: set[str], earlier: list[Signed], said: str
) -> None:
    found = list(refusals(who, role, part, writers, earlier))

    assert len(found) == bool(said)
    assert said in " ".join(found)


@pytest.mark.parametrize(
    ("days", "is_good"), [(-1, False), (0, True), (LONGEST.days, True), (LONGEST.days + 1, False)]
)
def test_a_signature_ends_on_a_day_within_its_longest_time(days: int, is_good: bool) -> None:
    assert (bad_day(TODAY + timedelta(days), TODAY) == "") is is_good


def test_a_signature_counts_while_the_ledger_has_it_and_the_text_is_the_same() -> None:
    known = [given("clinician", "ann"), given("editor", "bob")]
    ledger = [Signature(SAFETY.name, "de", SAFETY.fingerprint, "clinician", TODAY, TODAY)]
    other = Part(SAFETY.name, "de", "2" * 16, True, 3)

    assert [each.account for each in counting(SAFETY, known, ledger, TODAY)] == ["ann"]
    assert counting(SAFETY, known, ledger, TODAY + timedelta(1)) == []
    assert counting(other, known, ledger, TODAY) == []


def test_a_signature_from_the_command_line_counts_without_an_account() -> None:
    ledger = [Signature(SAFETY.name, "de", SAFETY.fingerprint, "lawyer", TODAY, TODAY)]

    assert [each.account for each in counting(SAFETY, [], ledger, TODAY)] == [""]
