"""quietline content status and sign: what clinicians see and do, on a copy of the content."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli import main
from bot.languages.signoff import LONGEST, Signature, read_ledger, sign
from tests.builders import checkout


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def root(copied: Path) -> Iterator[Path]:
    """The copy, with nothing signed before and after."""
    path = copied / wiring.LEDGER
    path.write_text(sign(path.read_text(encoding="utf-8"), (), ()), encoding="utf-8")
    wiring._signoff.cache_clear()
    yield copied
    wiring._signoff.cache_clear()


def in_days(number: int) -> str:
    return str(datetime.now(UTC).date() + timedelta(number))


def content(root: Path, *arguments: str) -> Result:
    """Run a command as a new process would, without the ledger that an earlier one has read."""
    wiring._signoff.cache_clear()
    return CliRunner().invoke(main, ["content", *arguments, "--root", str(root)])


def signing(root: Path, *parts: str, **instead: str) -> Result:
    options = {"locale": "de", "role": "clinician", "until": in_days(100)} | instead
    given = [word for name, value in options.items() for word in (f"--{name}", value)]
    return content(root, "sign", *(word for part in parts for word in ("--part", part)), *given)


def counts(root: Path, locale: str) -> dict[str, int]:
    head, *rows = (line.split() for line in content(root, "status").output.splitlines())
    row = next(row for row in rows if row[0] == locale)
    return {name: int(number) for name, number in zip(head[1:], row[1:], strict=True)}


def test_status_counts_every_locale(root: Path) -> None:
    lines = content(root, "status").output.splitlines()

    assert lines[0].split() == ["locale", "signed", "waiting", "stale", "expired", "unsigned"]
    assert [line.split()[0] for line in lines[1:]] == [locale.tag for locale in wiring.locales()]
    assert counts(root, "de")["unsigned"] > 100


def test_status_lists_what_is_not_signed_of_one_locale(root: Path) -> None:
    signing(root, "module.thoughts")
    printed = content(root, "status", "--locale", "de", "--list").output

    assert "de\tunsigned\tmodule.urges\tone role\n" in printed
    assert "de\tunsigned\tanswer.suicide_risk\ttwo roles\n" in printed
    assert "module.thoughts" not in printed
    assert "\nen" not in printed


def test_signing_is_told_and_counted(root: Path) -> None:
    before = counts(root, "de")
    done = signing(root, "module.urges", "module.thoughts", "module.urges")

    assert done.exit_code == 0
    assert [line.split(" (")[0] for line in done.output.splitlines()] == [
        "Signed module.urges in de",
        "Signed module.thoughts in de",
    ]
    assert done.output.count(f"as clinician until {in_days(100)}\n") == 2
    assert counts(root, "de") == before | {"signed": 2, "unsigned": before["unsigned"] - 2}


def test_a_safety_part_waits_for_its_second_role(root: Path) -> None:
    first = signing(root, "answer.suicide_risk")
    waiting = counts(root, "de")
    second = signing(root, "answer.suicide_risk", role="translator")

    assert "; waits for a second role" in first.output
    assert "waits" not in second.output
    assert (waiting["waiting"], waiting["signed"]) == (1, 0)
    assert (counts(root, "de")["waiting"], counts(root, "de")["signed"]) == (0, 1)


def test_a_signature_of_another_text_is_stale_and_one_of_the_past_expired(root: Path) -> None:
    part = wiring.signoff(root).parts["de"]["module.urges"]
    today = datetime.now(UTC).date()
    past = [today - timedelta(10), today - timedelta(1)]
    path = root / wiring.LEDGER
    entries = [
        Signature("module.urges", "de", part.fingerprint, "clinician", *past),
        Signature("module.thoughts", "de", "0" * 64, "clinician", today, today),
    ]
    path.write_text(sign(path.read_text(encoding="utf-8"), (), entries), encoding="utf-8")

    assert (counts(root, "de")["expired"], counts(root, "de")["stale"]) == (1, 1)


def test_signing_names_a_role_and_no_person_in_the_ledger(root: Path) -> None:
    signing(root, "module.urges", "answer.greet")
    (greet, urges) = read_ledger(root / wiring.LEDGER)

    assert (greet.part, urges.part) == ("answer.greet", "module.urges")
    assert (urges.role, urges.locale, str(urges.on)) == ("clinician", "de", in_days(0))


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"locale": "xx"}, "xx is not a locale; see: quietline locales"),
        ({"role": "surgeon"}, "'surgeon' is not one of 'clinician', 'child_protection'"),
        ({"until": in_days(-1)}, "must be today or later, and 400 days ahead at most"),
        ({"until": in_days(LONGEST.days + 1)}, "must be today or later, and 400 days ahead"),
        ({"until": "next year"}, "'next year' does not match the format"),
    ],
)
def test_what_cant_be_signed_is_refused(root: Path, instead: dict[str, str], said: str) -> None:
    done = signing(root, "module.urges", **instead)

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert read_ledger(root / wiring.LEDGER) == ()


@pytest.mark.parametrize("day", [0, LONGEST.days])
def test_the_first_and_the_last_day_that_can_be_signed(root: Path, day: int) -> None:
    assert signing(root, "module.urges", until=in_days(day)).exit_code == 0


def test_an_unknown_part_is_refused_and_nothing_else_is_signed_with_it(root: Path) -> None:
    done = signing(root, "module.urges", "module.unheard_of")

    assert done.exit_code == 2
    assert "de has no part module.unheard_of" in done.output
    assert read_ledger(root / wiring.LEDGER) == ()


def test_a_broken_ledger_is_one_sentence_with_its_file(root: Path) -> None:
    (root / wiring.LEDGER).write_text("signatures: [a]\n", encoding="utf-8")
    done = content(root, "status")

    assert done.exit_code == 1
    assert done.output.startswith(f"{root / wiring.LEDGER}: an entry needs")
    (root / wiring.LEDGER).write_text("signatures: []\n", encoding="utf-8")
