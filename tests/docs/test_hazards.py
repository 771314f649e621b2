"""The hazard log: every measure is shown by a test that exists, and the page says what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.hazard_log import PAGE, SOURCE, Hazard, Log, Rating, page_of, read_log
from tests.docs.naming import is_test

UNDESIRABLE = 3  # from this risk on, something has to be said about it


@pytest.fixture(scope="module")
def log() -> Log:
    return read_log()


def named(hazard: Hazard) -> list[str]:
    return [test for measure in hazard.measures for test in measure.shown_by]


def test_every_hazard_has_a_measure_and_every_measure_a_test(log: Log) -> None:
    assert [hazard.id for hazard in log.hazards if not hazard.measures] == []
    assert [m.does for hazard in log.hazards for m in hazard.measures if not m.shown_by] == []


def test_every_test_that_is_named_exists(log: Log) -> None:
    tests = {test for hazard in log.hazards for test in named(hazard)}

    assert len(tests) > 50
    assert sorted(test for test in tests if not is_test(test)) == []


@pytest.mark.parametrize(
    "reference",
    [
        "tests/docs/test_hazards.py::test_that_nobody_wrote",
        "tests/nowhere.py::test_that_nobody_wrote",
        "tests/docs/test_hazards.py::named",
        "tests/docs/test_hazards.py",
    ],
)
def test_a_test_that_does_not_exist_is_noticed(reference: str) -> None:
    assert not is_test(reference)


def test_hazards_are_numbered_in_their_order(log: Log) -> None:
    ids = [hazard.id for hazard in log.hazards]

    assert ids == [f"H{number:02}" for number in range(1, len(ids) + 1)]


def test_every_field_says_something(log: Log) -> None:
    for hazard in log.hazards:
        for text in (hazard.name, hazard.cause, hazard.effect, hazard.deployer, hazard.remains):
            assert len(text.split()) > 3, hazard.id


def test_risk_rises_with_severity_and_with_likelihood_on_five_by_five(log: Log) -> None:
    columns = [list(column) for column in zip(*log.risks, strict=True)]

    assert (len(log.severities), len(log.likelihoods)) == (5, 5)
    assert (len(log.risks), len(columns)) == (5, 5)
    for line in (*log.risks, *columns):
        assert list(line) == sorted(line)
    assert {risk for row in log.risks for risk in row} == {1, 2, 3, 4, 5}


def test_measures_make_every_hazard_less_likely_or_less_severe_and_none_worse(log: Log) -> None:
    for hazard in log.hazards:
        before, after = places(log, hazard.before), places(log, hazard.after)
        assert after != before, hazard.id
        assert all(now <= then for now, then in zip(after, before, strict=True)), hazard.id


def places(log: Log, rating: Rating) -> tuple[int, int]:
    severities, likelihoods = list(log.severities), list(log.likelihoods)
    return severities.index(rating.severity), likelihoods.index(rating.likelihood)


def test_no_hazard_is_logged_that_nobody_need_care_about(log: Log) -> None:
    assert [h.id for h in log.hazards if h.before.risk < UNDESIRABLE] == []


def test_the_page_is_what_the_log_says(log: Log) -> None:
    assert PAGE.read_text("utf-8") == page_of(log), "run: python -m tests.docs.hazard_log"


def test_while_nobody_has_signed_the_page_says_so(log: Log) -> None:
    signed = replace(log, signed=("clinical safety officer, 2027-01-31",))

    assert log.signed == ()
    assert "No clinical safety officer has signed" in page_of(log)
    assert "Signed by: clinical safety officer, 2027-01-31." in page_of(signed)
    assert "No clinical safety officer" not in page_of(signed)


def test_a_risk_that_must_be_brought_down_stops_a_service_on_the_page(log: Log) -> None:
    stopping = [hazard.id for hazard in log.hazards if hazard.after.risk >= 4]
    calm = replace(log, hazards=tuple(h for h in log.hazards if h.after.risk < 4))

    assert stopping
    assert f"stays at 4 or 5: {', '.join(stopping)}." in page_of(log)
    assert "stays at 4 or 5" not in page_of(calm)


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("severity: major", "severity: huge"),
        ("  cause:", "  because:"),
        ("    shown_by:", "    shown:"),
    ],
)
def test_a_field_or_a_word_that_is_unknown_is_refused(
    tmp_path: Path, whole: str, broken: str
) -> None:
    path = tmp_path / "hazards.yml"
    path.write_text(SOURCE.read_text("utf-8").replace(whole, broken, 1), "utf-8")

    with pytest.raises((KeyError, TypeError, ValueError)):
        read_log(path)
