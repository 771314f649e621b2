"""bot.release.making: drawn once, witnessed, written whole; a crash or a copy changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.errors import (
    AlreadyDrawn,
    BadRules,
    BrokenLedger,
    BrokenRegister,
    BrokenRelease,
    ClockWentBack,
    LedgerRefused,
    ReleaseRunning,
)
from bot.release import witness
from bot.release.checking import Kinship, check, kinship
from bot.release.making import Order, make
from bot.release.reading import read_release
from bot.statistics.due import Reason
from bot.statistics.events import OF_THE_SURVEY, TABLES, VERSION
from bot.statistics.ledger import Draw
from bot.storage.database import open_engine
from bot.storage.ledger import SqlLedger
from tests.release.operating import FIRST, READY, WEEK, Place, files_of, weeks_later


def test_what_is_due_is_drawn_cell_by_cell_and_zeros_too(place: Place) -> None:
    made = place.release(READY)

    assert made.folder == place.releases / "2026-W45"
    assert made.weeks == (FIRST,)
    drawn = {draw.table: set(draw.noisy) for draw in place.draws()}
    assert drawn == {
        table: set(cells) for table, cells in TABLES.items() if table not in OF_THE_SURVEY
    }
    assert {(draw.epsilon, draw.dictionary) for draw in place.draws()} == {(0.25, VERSION)}


def test_what_is_published_is_near_the_truth_and_small_counts_are_suppressed(place: Place) -> None:
    place.release(READY)

    shown = {(cell.table, cell.cell): cell.conversations for cell in read(place).weeks}
    assert abs((shown["showing", "first_page"] or 0) - 900) < 100
    assert abs((shown["locale", "en"] or 0) - 300) < 100


def read(place: Place, name: str = "2026-W45"):  # type: ignore[no-untyped-def]  # a Release
    return read_release(place.releases / name)


def test_a_second_run_with_nothing_due_changes_nothing(place: Place) -> None:
    place.release(READY)
    before = files_of(place.folder)

    made = place.release(READY + timedelta(days=6))

    assert (made.folder, made.weeks) == (None, ())
    assert files_of(place.folder) == before


def test_nothing_is_made_before_the_first_week_is_due(place: Place) -> None:
    assert place.release(READY - timedelta(days=1)).folder is None
    assert place.draws() == ()
    assert files_of(place.releases) == {}


def test_counts_that_come_after_the_draw_are_never_published(place: Place) -> None:
    place.release(READY)
    place.count(locale__pl=5_000)
    place.release(READY + WEEK)

    shown = {(c.week, c.cell): c.conversations for c in read(place, "2026-W46").weeks}
    assert shown[FIRST, "pl"] is None


def test_the_survey_is_drawn_when_it_is_on_and_only_then(place: Place) -> None:
    place.count(survey_hope__higher=400)
    place.release(READY)
    place.release(READY + WEEK, with_survey=True)

    tables = {(draw.week, draw.table) for draw in place.draws()}
    assert not tables & {(FIRST, table) for table in OF_THE_SURVEY}
    assert tables >= {(FIRST + WEEK, table) for table in OF_THE_SURVEY}


def test_weeks_of_another_dictionary_are_refused_by_name_and_the_others_go_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.counters.VERSION", VERSION + 1)
    place.store(1).close()
    monkeypatch.undo()
    place.store(2).close()

    made = place.release(READY + 3 * WEEK)

    assert made.refused == tuple((weeks_later(n), Reason.OLD_DICTIONARY) for n in (1, 2))
    assert made.weeks == (FIRST, weeks_later(3))


def test_a_week_in_the_future_is_refused(place: Place) -> None:
    place.count(week=50, locale__en=70)

    made = place.release(READY)

    assert made.refused == ((weeks_later(50), Reason.FUTURE),)
    assert made.weeks == (FIRST,)


def test_a_clock_that_went_back_is_refused(place: Place) -> None:
    place.release(READY)

    with pytest.raises(ClockWentBack):
        place.release(FIRST)


def test_a_clock_that_is_years_ahead_draws_nothing_unless_it_is_allowed(place: Place) -> None:
    place.release(READY)
    before = files_of(place.folder)

    with pytest.raises(BadRules, match="--weeks 70"):
        place.release(READY + 70 * WEEK)
    assert files_of(place.folder) == before
    assert len(place.release(READY + 70 * WEEK, weeks=70).weeks) == 70


def test_all_numbers_of_a_ledger_have_the_same_error(place: Place) -> None:
    place.release(READY, epsilon=0.5)

    for other in (0.25, 0, -1, float("nan")):
        with pytest.raises(BadRules, match=r"drawn with epsilon 0\.5"):
            place.release(READY + WEEK, epsilon=other)
    assert place.release(READY + WEEK, epsilon=0.5).folder
    assert place.release(READY + 2 * WEEK).folder
    assert {draw.epsilon for draw in place.draws()} == {0.5}


@pytest.mark.parametrize("epsilon", [0, -0.25, 1.5, float("nan")])
def test_an_epsilon_out_of_bounds_draws_nothing(place: Place, epsilon: float) -> None:
    with pytest.raises(BadRules):
        place.release(READY, epsilon=epsilon)
    assert place.draws() == ()


def test_a_later_release_continues_the_earlier_one_and_changes_no_week(place: Place) -> None:
    first = place.release(READY).folder
    second = place.release(READY + 3 * WEEK).folder

    assert first
    assert second
    assert kinship(first, second) is Kinship.SECOND_CONTINUES
    assert set(read_release(first).weeks) < set(read_release(second).weeks)


def test_the_same_ledger_gives_the_same_bytes(place: Place) -> None:
    folder = place.release(READY).folder
    assert folder
    before = files_of(folder)
    folder.rename(place.folder / "elsewhere")

    again = place.release(READY + timedelta(days=5)).folder

    assert again == folder
    assert files_of(folder) == before


def test_of_two_runs_at_once_one_says_that_the_other_runs(place: Place) -> None:
    with witness.held(place.releases), pytest.raises(ReleaseRunning, match="wait"):
        place.release(READY)
    assert place.draws() == ()


class Overtaken(SqlLedger):
    """A ledger whose database another release draws from in the last moment."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.url)
        self._place = place

    def append(self, draws: Sequence[Draw]) -> None:
        self._place.release(READY, to=self._place.folder / "elsewhere")
        super().append(draws)


def test_of_two_runs_into_two_folders_the_later_one_leaves_nothing(place: Place) -> None:
    with pytest.raises(AlreadyDrawn):
        make(Overtaken(place), Order(place.releases, READY))

    assert files_of(place.releases) == {}
    assert len(place.draws()) == 5
    check(place.folder / "elsewhere" / "2026-W45")


def test_a_ledger_that_is_released_into_a_second_folder_is_refused(place: Place) -> None:
    place.release(READY)

    with pytest.raises(LedgerRefused, match="belong together"):
        place.release(READY + WEEK, to=place.folder / "elsewhere")
    assert len({draw.week for draw in place.draws()}) == 1


def test_a_copy_that_drew_by_itself_is_refused(place: Place) -> None:
    place.count(week=1, **{f"entry__{cell}": 300 for cell in TABLES["entry"]})
    place.release(READY)
    backup = place.backup()
    place.release(READY + WEEK)
    original = place.database.read_bytes()
    (place.folder / "copy").mkdir()
    copy = Place(place.folder / "copy")
    copy.database.write_bytes(backup.read_bytes())
    copy.releases.mkdir()
    register = place.releases / witness.REGISTER
    earlier = register.read_text().splitlines(keepends=True)[:5]
    (copy.releases / witness.REGISTER).write_text("".join(earlier))
    forked = copy.release(READY + WEEK).folder
    assert forked
    place.database.write_bytes(copy.database.read_bytes())

    with pytest.raises(LedgerRefused):
        place.release(READY + 2 * WEEK)

    place.database.write_bytes(original)
    assert kinship(place.releases / "2026-W46", forked) is Kinship.FORKED


def test_another_database_is_refused_in_the_same_folder(place: Place) -> None:
    place.release(READY)
    place.database.unlink()
    place.count(locale__en=100)

    with pytest.raises(LedgerRefused, match="another statistics database"):
        place.release(READY, accept_loss=True)


def test_a_restored_backup_is_refused_until_its_loss_is_accepted(place: Place) -> None:
    first = place.release(READY).folder
    backup = place.backup()
    second = place.release(READY + WEEK).folder
    place.restore(backup)
    kept = files_of(place.releases)

    with pytest.raises(LedgerRefused, match="--accept-loss"):
        place.release(READY + 2 * WEEK)
    made = place.release(READY + 2 * WEEK, accept_loss=True)

    assert made.lost == 5
    assert made.weeks == (weeks_later(2),)
    assert made.release
    assert made.release.lost == tuple((weeks_later(1), table) for table in list(TABLES)[:5])
    assert {cell.week for cell in made.release.weeks} == {FIRST, weeks_later(2)}
    for folder in (first, second):
        assert folder
        assert made.folder
        assert kinship(folder, made.folder) is Kinship.SECOND_CONTINUES
        check(folder)
    after = files_of(place.releases)
    assert {name: after[name] for name in kept if name != witness.REGISTER} == {
        name: data for name, data in kept.items() if name != witness.REGISTER
    }
    assert after[witness.REGISTER].startswith(kept[witness.REGISTER])
    assert place.release(READY + 2 * WEEK, accept_loss=True).folder is None


@pytest.mark.parametrize("line", ["half a li", "{}", '{"week": 7}', "[]"])
def test_a_newest_release_whose_register_cant_be_read_stops_everything(
    place: Place, line: str
) -> None:
    folder = place.release(READY).folder
    assert folder
    register = folder / "register.jsonl"
    register.chmod(0o600)
    register.write_text(line)

    with pytest.raises(BrokenRelease, match="take it from a copy"):
        place.release(READY + WEEK)


def test_a_draw_that_was_changed_by_hand_stops_everything(place: Place) -> None:
    place.release(READY)
    with open_engine(place.url, "QUIETLINE_DATABASE").begin() as connection:
        connection.execute(text("UPDATE noisy_count SET conversations = 77 WHERE cell = 'en'"))

    with pytest.raises(BrokenLedger):
        place.release(READY + WEEK)


def test_a_register_that_was_changed_by_hand_stops_everything(place: Place) -> None:
    place.release(READY)
    register = place.releases / witness.REGISTER
    lines = register.read_text().splitlines(keepends=True)

    register.write_text("".join(lines[1:]))
    with pytest.raises(BrokenRegister, match="restore"):
        place.release(READY + WEEK)
    register.write_text("".join(lines) + "half a li")
    with pytest.raises(BrokenRegister, match="can't be read"):
        place.release(READY + WEEK)


def test_the_register_is_for_its_owner_alone(place: Place) -> None:
    place.release(READY)

    assert (place.releases / witness.REGISTER).stat().st_mode & 0o077 == 0


@pytest.mark.slow
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_whenever_it_runs_a_week_is_drawn_once_and_never_changes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    place = Place(tmp_path_factory.mktemp("place"))
    place.count(locale__en=120, showing__first_page=400)
    today, earlier = READY, frozenset[object]()
    for step in steps:
        today += step * WEEK
        folder = place.release(today).folder
        if folder:
            cells = frozenset(read_release(folder).weeks)
            assert earlier <= cells
            earlier = cells
    draws = place.draws()
    assert len({(draw.week, draw.table) for draw in draws}) == len(draws)
    assert SqlLedger(place.url).id == read_release(max(place.releases.glob("2*"))).ledger_id
