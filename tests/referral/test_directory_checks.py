"""bot.referral.checks: what somebody should look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.referral.checks import problems
from bot.referral.reading import Directory

TODAY = date(2026, 11, 23)


def found(directory: Directory, today: date = TODAY, **changed: object) -> list[str]:
    service = replace(directory.services["napac-gb"], **changed)  # type: ignore[arg-type]
    return problems(Directory({**directory.services, service.id: service}), today)


def about_napac(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line.startswith("gb.yml: napac-gb: "))


def test_an_entry_is_stale_after_ninety_days_and_not_sooner(directory: Directory) -> None:
    def stale(today: date) -> int:
        return sum("checked on" in line for line in problems(directory, today))

    assert stale(date(2027, 2, 20)) == 0
    assert stale(date(2027, 2, 21)) == len(directory.services)


def test_a_hidden_number_is_named(directory: Directory) -> None:
    assert "isn't shown at confidence low" in about_napac(found(directory, confidence="low"))


def test_a_service_that_shows_nothing_is_named(directory: Directory) -> None:
    phone = directory.services["napac-gb"].channels[:1]

    assert "never offered" in about_napac(found(directory, confidence="low", channels=phone))


def test_a_service_that_no_page_confirms_is_named(directory: Directory) -> None:
    assert "no page confirms it" in about_napac(found(directory, sources=()))


def test_kinds_that_a_country_lacks_are_named(directory: Directory) -> None:
    line = next(line for line in problems(directory, TODAY) if line.startswith("lu.yml: nothing"))

    assert "helpline, therapy" in line
    assert "suicide_line" not in line


def test_a_number_under_two_names_is_named_with_both(directory: Directory) -> None:
    phone = directory.services["childline-gb"].channels[:1]

    lines = about_napac(found(directory, channels=phone))
    assert "08001111 in GB also belongs to childline-gb" in lines


def test_the_shipped_directory_does_not_contradict_itself(directory: Directory) -> None:
    assert not any("also belongs to" in line for line in problems(directory, TODAY))
