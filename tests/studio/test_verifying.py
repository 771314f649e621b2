"""bot.studio.verifying: which services come first, and what a form makes of their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BrokenContent
from bot.referral.reading import read_directory
from bot.referral.service import ALWAYS, Hours, Service
from bot.settings import ROOT
from bot.studio.verifying import (
    Reason,
    entry_text,
    queue,
    read_hours,
    read_services,
    with_channel,
    with_fields,
    write_hours,
)

FILE = ROOT / "content" / "services" / "gb.yml"
UK = "stop-it-now-uk-ireland"
TODAY = date(2026, 11, 23)

MINUTES = st.times().map(lambda at: time(at.hour, at.minute))
DAYS = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(sorted).map(tuple)
SPANS = st.lists(st.builds(Hours, DAYS, MINUTES, MINUTES), max_size=5).map(tuple)


@pytest.fixture(scope="module")
def services() -> Mapping[str, Service]:
    return read_services(ROOT)


@given(SPANS)
def test_hours_are_read_as_they_are_written(hours: tuple[Hours, ...]) -> None:
    assert read_hours(write_hours(hours)) == hours


def test_days_can_be_typed_as_people_do() -> None:
    assert [span.days for span in read_hours("Mon - Fri 09:00-17:00\nsat, sun 10:00 - 14:00")] == [
        (0, 1, 2, 3, 4),
        (5, 6),
    ]
    assert read_hours("fri-mon 09:00-17:00")[0].days == (4, 5, 6, 0)
    assert read_hours(" always ") == ALWAYS
    assert read_hours("") == ()


@pytest.mark.parametrize(
    "typed", ["noon", "mon 9-17", "someday 09:00-17:00", "mon 09:00-25:00", "mon-xyz 09:00-10:00"]
)
def test_hours_that_mean_nothing_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_hours(typed)


@settings(max_examples=15, deadline=None)
@given(SPANS.filter(bool))
def test_only_the_lines_of_the_channel_change(hours: tuple[Hours, ...]) -> None:
    before = FILE.read_text(encoding="utf-8")
    after = with_channel(before, UK, 0, "0808 1000 901", hours)
    mine = entry_text(after, UK)

    assert '"0808 1000 901"' in mine
    assert before.replace(entry_text(before, UK), "") == after.replace(mine, "")
    assert with_channel(after, UK, 0, "0808 1000 901", hours) == after


def test_the_file_is_read_again_with_the_other_hours(
    tmp_path: Path, services: Mapping[str, Service]
) -> None:
    hours = read_hours("mon-fri 09:00-17:00")
    text = with_channel(FILE.read_text(encoding="utf-8"), UK, 0, "0808 1000 900", hours)
    copy = tmp_path / "services"
    copy.mkdir()
    for path in FILE.parent.glob("*.yml"):
        (copy / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (copy / "gb.yml").write_text(text, encoding="utf-8")
    found = read_directory(copy).services[UK]

    assert found.channels[0].hours == hours
    assert found.channels[1:] == services[UK].channels[1:]


def test_a_check_is_written_where_it_stands_and_new_fields_join_it() -> None:
    before = FILE.read_text(encoding="utf-8")
    fields = {"checked_on": "2026-11-23", "checked": "called", "checked_by": "clinician"}
    after = with_fields(before, UK, fields)

    assert with_fields(after, UK, fields) == after
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert 'checked_by: "clinician"' in entry_text(after, UK)


def test_an_entry_that_is_gone_is_told() -> None:
    with pytest.raises(BrokenContent, match="no service nobody"):
        with_fields(FILE.read_text(encoding="utf-8"), "nobody", {"checked": "x"})
    with pytest.raises(BrokenContent, match="no channel 9"):
        with_channel(FILE.read_text(encoding="utf-8"), UK, 8, "1", None)


def test_who_was_never_called_comes_first(services: Mapping[str, Service]) -> None:
    called = replace(services[UK], checked="called, and somebody answered", channels=())
    overdue = replace(called, id="old", checked_on=TODAY - timedelta(days=200))
    fresh = replace(services[UK], id="fresh")
    found = queue([called, overdue, fresh], TODAY)

    assert [each.service.id for each in found] == ["fresh", "old", UK]
    assert found[0].reasons[0] is Reason.NOT_CALLED
    assert Reason.OVERDUE in found[1].reasons
