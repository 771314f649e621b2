"""Make a release: draw what is due once, witness it, and write the folder; a crash costs nothing.

In this order: the register's new lines are put aside, the ledger takes the draws in one
transaction, the register takes the lines, the folder appears whole. Each step can be told from
what is there, so the next run goes on where a crash stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.errors import AlreadyDrawn, BadRules, LedgerRefused
from bot.release import witness
from bot.release.checking import check
from bot.release.folder import write
from bot.release.noise import draw_noise
from bot.release.reading import latest, public_register, read_release
from bot.statistics.due import MOST_WEEKS, Due, Reason, due
from bot.statistics.events import OF_THE_SURVEY, TABLES, VERSION
from bot.statistics.ledger import Draw, next_draw, verify
from bot.statistics.register import (
    Agreement,
    Line,
    agreement,
    lines_for,
    lines_for_lost,
    standing,
)
from bot.statistics.release import Release, Rules, release_of
from bot.storage.ledger import SqlLedger


@dataclass(frozen=True)
class Order:
    """What an operator asks for.

    Attributes:
        releases: The folder of all releases and their register.
        today: In UTC.
        epsilon: For each table, or None for that of the ledger.
        weeks: That may be drawn in one run, at most.
        with_survey: Draw the tables of the survey. It is the operator's setting and never what was
            counted: a table that is left out when nobody answered would tell just that.
        accept_loss: Go on with a ledger, or a ledger and a register, that lost the newest draws.
    """

    releases: Path
    today: date
    epsilon: float | None = None
    with_survey: bool = False
    accept_loss: bool = False
    weeks: int = MOST_WEEKS


@dataclass(frozen=True)
class Made:
    """What a run did.

    Attributes:
        folder: Of the release that it wrote, or None.
        weeks: That it drew.
        refused: Weeks that can't be drawn.
        lost: How many draws it accepted as lost.
    """

    folder: Path | None
    weeks: tuple[date, ...] = ()
    refused: tuple[tuple[date, Reason], ...] = ()
    lost: int = 0
    release: Release | None = None


def make(ledger: SqlLedger, order: Order) -> Made:
    """Draw what is due, and write a release of everything that was ever drawn.

    Raises:
        ReleaseRunning, AlreadyDrawn: Another release runs; nothing of this one remains.
        LedgerRefused: Ledger, register and the newest release disagree.
        BrokenLedger, BrokenRegister, BrokenRelease, ClockWentBack, BadRules, BadSetting: As their
            messages say.
    """
    with witness.held(order.releases):
        newest = latest(order.releases)
        earlier = _own(ledger, newest)
        draws = ledger.draws()
        verify(draws)
        rules = _rules(draws, earlier, order.epsilon)
        lines = witness.settled(order.releases, draws)
        released = public_register(newest) if newest else ()
        lost = _lost(draws, lines, released, order.accept_loss)
        if lost:
            draws, lines = _accept(ledger, order.releases, draws, lost, rules)
        found = _due(ledger, draws, order, rules)
        if found.weeks:
            drawn = _drawn(ledger, draws, found.weeks, rules, order.with_survey)
            lines = _append(ledger, order.releases, drawn, lines_for(drawn, lines, rules))
            draws += drawn
        folder, release = _written(ledger, order.releases, draws, lines, rules)
        return Made(folder, found.weeks, found.refused, len(lost), release)


def _own(ledger: SqlLedger, newest: Path | None) -> Release | None:
    """Return the ``newest`` release, which comes from this ledger."""
    release = read_release(newest) if newest else None
    if release and release.ledger_id != ledger.id:
        raise LedgerRefused(
            "The releases in this folder come from another statistics database; name that database "
            "in QUIETLINE_DATABASE, or another folder with --to."
        )
    return release


def _rules(draws: Sequence[Draw], earlier: Release | None, epsilon: float | None) -> Rules:
    """Return the rules of this ledger, whose numbers all have the same error.

    A ledger that lost every draw keeps those of its ``earlier`` release.
    """
    used = draws[0].epsilon if draws else earlier.rules.epsilon if earlier else None
    if used is None:
        return Rules() if epsilon is None else Rules(epsilon)
    if epsilon is not None and epsilon != used:
        raise BadRules(
            f"This ledger was drawn with epsilon {used:g}, so that all its numbers have the same "
            "error; leave --epsilon out."
        )
    return Rules(used)


def _lost(
    draws: Sequence[Draw], lines: Sequence[Line], released: Sequence[Line], is_accepted: bool
) -> tuple[Line, ...]:
    """Return the lines, of the register and then of the newest release, that the ledger lost."""
    held = standing(lines)
    if agreement(draws, lines) is Agreement.NEITHER or not _goes_on(held, released):
        raise LedgerRefused(
            "The database, the register and the newest release don't have the same draws, as when "
            "a release was made from a copy of the database or into another folder. Nothing is "
            "drawn; name the database and the folder of releases that belong together."
        )
    lost = (*held[len(draws) :], *released[len(held) :])
    if lost and not is_accepted:
        raise LedgerRefused(
            f"The database has {len(draws)} draws, the register {len(held)} and the newest release "
            f"{len(released)}, as after restoring a backup. Restore a newer one, or run this again "
            "with --accept-loss: what was published stays as it is, and is never drawn again."
        )
    return lost


def _goes_on(held: Sequence[Line], released: Sequence[Line]) -> bool:
    """Tell whether register and release have the same draws, as far as both go."""
    pairs = zip(held, released, strict=False)
    return all(replace(line, digest="", replaces="") == public for line, public in pairs)


def _accept(
    ledger: SqlLedger,
    releases: Path,
    draws: tuple[Draw, ...],
    lost: Sequence[Line],
    rules: Rules,
) -> tuple[tuple[Draw, ...], tuple[Line, ...]]:
    """Put draws without numbers in the place of the ``lost`` ones; nothing is drawn twice."""
    empty: list[Draw] = []
    for line in lost:
        before = (*draws, *empty)[-1] if draws or empty else None
        empty.append(next_draw(before, line.week, line.table, VERSION, rules.epsilon, {}))
    lines = _append(ledger, releases, empty, lines_for_lost(empty, lost))
    return (*draws, *empty), lines


def _due(ledger: SqlLedger, draws: Sequence[Draw], order: Order, rules: Rules) -> Due:
    drawn = {draw.week for draw in draws}
    return due(ledger.dictionaries(), ledger.runs(), drawn, order.today, rules, order.weeks)


def _drawn(
    ledger: SqlLedger,
    before: Sequence[Draw],
    weeks: Iterable[date],
    rules: Rules,
    with_survey: bool,
) -> tuple[Draw, ...]:
    counts: Mapping[tuple[date, str], dict[str, int]] = defaultdict(dict)
    for count in ledger.counts():
        counts[count.week, count.table][count.cell] = count.conversations
    drawn: list[Draw] = []
    last = before[-1] if before else None
    for week in weeks:
        for table in _tables(with_survey):
            noisy = _noisy(counts[week, table], table, rules)
            last = next_draw(last, week, table, VERSION, rules.epsilon, noisy)
            drawn.append(last)
    return tuple(drawn)


def _tables(with_survey: bool) -> tuple[str, ...]:
    return tuple(table for table in TABLES if with_survey or table not in OF_THE_SURVEY)


def _noisy(counts: Mapping[str, int], table: str, rules: Rules) -> dict[str, int]:
    cells = TABLES[table]
    true = [counts.get(cell, 0) for cell in cells]
    return dict(zip(cells, draw_noise(true, rules.epsilon), strict=True))


def _append(
    ledger: SqlLedger, releases: Path, draws: Sequence[Draw], lines: Sequence[Line]
) -> tuple[Line, ...]:
    witness.put_aside(releases, lines)
    try:
        ledger.append(draws)
    except AlreadyDrawn:  # then certainly nothing was written
        witness.drop(releases)
        raise
    return witness.keep(releases)


def _written(
    ledger: SqlLedger,
    releases: Path,
    draws: Sequence[Draw],
    lines: Sequence[Line],
    rules: Rules,
) -> tuple[Path | None, Release | None]:
    """Write the release unless it is there; the ledger decides its every byte."""
    if not draws:
        return None, None
    release = release_of(draws, ledger.id, ledger.is_synthetic, rules)
    if (releases / release.name).exists():
        return None, None
    folder = write(release, standing(lines), releases)
    check(folder)
    return folder, release
