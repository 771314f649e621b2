"""Commands for those who publish statistics, and for those who check or plan with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import click

from bot import settings
from bot.release.checking import Kinship, check, kinship
from bot.statistics.due import MOST_WEEKS, Reason
from bot.statistics.release import Published, Release, Rules
from bot.statistics.utility import Row, utility, volume_needed
from bot.storage.ledger import SqlLedger

FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
REFUSED: Final = {
    Reason.FUTURE: "it lies in the future, so a clock was wrong when it was counted; delete its "
    "counts from the table weekly_count, or wait until it is over if this machine's clock is wrong",
    Reason.EARLY: "it lies before the first week of the ledger, or over two years ago; delete its "
    "counts from the table weekly_count if a clock was wrong",
    Reason.OLD_DICTIONARY: "another version of the dictionary was in use; if it was the only one "
    "in that week, release it with the version of Quietline that has it, before you release a "
    "newer week; else leave it",
}
KINSHIPS: Final = {
    Kinship.SAME: "The two releases publish the same numbers for the same weeks.",
    Kinship.SECOND_CONTINUES: "The second release continues the first: the same numbers, and "
    "newer ones.",
    Kinship.FIRST_CONTINUES: "The first release continues the second: the same numbers, and "
    "newer ones.",
    Kinship.FORKED: "The two releases FORKED: noise was drawn twice for the same week and table. "
    "Withdraw both, and ask the operator.",
    Kinship.OTHER_LEDGER: "The two releases come from different ledgers; there is nothing to "
    "compare.",
}


@click.group()
def statistics() -> None:
    """Publish the weekly counters with noise, and check what was published."""


@statistics.command()
def show() -> None:
    """Print week, table, cell and conversations; for the operator's eyes, not for publication."""
    for count in SqlLedger(settings.read().database).counts():
        click.echo(f"{count.week}\t{count.table}\t{count.cell}\t{count.conversations}")


@statistics.command()
@click.option(
    "--epsilon",
    type=float,
    help="Loss of one conversation in each table, for the first release.  [default: 0.25]",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of all releases.  [default: QUIETLINE_RELEASES]",
)
@click.option(
    "--accept-loss",
    is_flag=True,
    help="Go on with a restored database; what it lost is never drawn again.",
)
@click.option(
    "--weeks",
    type=click.IntRange(min=1),
    default=MOST_WEEKS,
    show_default=True,
    help="Draw so many weeks at most; more than usual only if this machine's clock is right.",
)
def release(epsilon: float | None, folder: Path | None, accept_loss: bool, weeks: int) -> None:
    """Draw noise for every week that is due, once, and write a release of all weeks.

    A week is due seven days after its end. A second run with nothing due changes nothing; a run
    after a crash finishes it.
    """
    from bot.release.making import Made, Order, make

    chosen = settings.read()
    order = Order(
        releases=folder or chosen.releases,
        today=_today(),
        epsilon=epsilon,
        with_survey=chosen.survey == "on",
        accept_loss=accept_loss,
        weeks=weeks,
    )
    ledger = SqlLedger(chosen.database)
    try:
        made: Made = make(ledger, order)
    finally:
        ledger.close()
    if made.lost:
        click.echo(f"Accepted as lost: {made.lost} draws; they are never drawn again.")
    for first, last, reason in _in_rows(made.refused):
        which = f"the week of {first}" if first == last else f"the weeks from {first} to {last}"
        click.echo(f"Refused: {which}: {REFUSED[reason]}.")
    if made.folder and made.release:
        _say_published(made.folder, made.release, made.weeks)
    else:
        click.echo("Nothing is due; nothing was changed.")


@statistics.command()
@click.argument("folder", type=FOLDER)
@click.argument("other", type=FOLDER, required=False)
def verify(folder: Path, other: Path | None) -> None:
    """Check that the release in FOLDER is whole, and whether OTHER goes together with it.

    Ends with 1 when a release was changed, or when two of them forked.
    """
    for place in (folder, other) if other else (folder,):
        found = check(place)
        click.echo(f"{found.name}: checksums, columns, sums and register are right.")
    if other:
        found_kinship = kinship(folder, other)
        click.echo(KINSHIPS[found_kinship])
        if found_kinship is Kinship.FORKED:
            raise click.exceptions.Exit(1)


@statistics.command(name="utility")
@click.option("--epsilon", type=float, default=Rules.epsilon, show_default=True)
def show_utility(epsilon: float) -> None:
    """Print what the numbers are good for, by how many conversations there are a week."""
    for line in utility_table(Rules(epsilon)):
        click.echo(line)


def utility_table(rules: Rules) -> Iterable[str]:
    """Return the lines of a table in Markdown, and what follows from it."""
    yield (
        "| conversations a week | in the cell | shown | week | month | year | change seen, weeks |"
        " change seen, months |"
    )
    yield "|" + "---:|" * 8
    yield from map(_utility_line, utility(rules))
    yield ""
    yield (
        f"A change of 20 % in such a cell is seen in 95 of 100 cases from "
        f"{volume_needed(1, rules):,} conversations a week when two weeks are compared, and from "
        f"{volume_needed(4, rules):,} a week when two months of four weeks are."
    )


def _utility_line(row: Row) -> str:
    errors = (f"±{percent:,.{int(percent < 10)}f} %" for percent in (row.week, row.month, row.year))
    chances = (_percent(chance) for chance in (row.week_seen, row.month_seen))
    cells = (f"{row.volume:,}", f"{row.cell:,}", _percent(row.shown), *errors, *chances)
    return f"| {' | '.join(cells)} |"


def _percent(chance: float) -> str:
    """Return a chance in percent, which is never rounded to never or always."""
    if chance >= 0.995:
        return "over 99 %"
    return "under 1 %" if chance < 0.005 else f"{100 * chance:.0f} %"


def _in_rows(
    refused: Iterable[tuple[date, Reason]],
) -> Iterable[tuple[date, date, Reason]]:
    """Put weeks together that follow one another and are refused for the same reason."""
    found: list[tuple[date, date, Reason]] = []
    for week, reason in refused:
        if found and found[-1][1:] == (week - timedelta(weeks=1), reason):
            found[-1] = (found[-1][0], week, reason)
        else:
            found.append((week, week, reason))
    return found


def _say_published(folder: Path, made: Release, weeks: tuple[date, ...]) -> None:
    for week in weeks:
        cells = [cell for cell in made.weeks if cell.week == week]
        for table, group in groupby(cells, lambda cell: cell.table):
            click.echo(f"{week}  {table:12} {_counted(group)}")
    click.echo(f"Published: {_counted(made.weeks)}")
    click.echo(f"Written and checked: {folder}")


def _counted(cells: Iterable[Published]) -> str:
    shown = [cell.conversations is not None for cell in cells]
    return f"cells published {sum(shown)}, suppressed {len(shown) - sum(shown)}"


def _today() -> date:
    return datetime.now(UTC).date()
