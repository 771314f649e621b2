"""Commands for those who ask how well the assistant understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from bot import settings
from bot.cli.recognition_report import BRIEFLY, bounds, described, report
from bot.safety.evaluation import Item, Judged, Share, read_items
from bot.safety.figures import Figure, Measured, measure
from bot.settings import ROOT

SETS = ROOT / "tests" / "recognition"
ORDER = ("en", "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi", "sv", "ro", "tr", "uk", "ar")
"""How locales are listed; a set in another language comes after these."""
COLUMN = 14  # characters


@click.command()
@click.option("--locale", help="Only this locale's set, e.g. de.")
@click.option("--misses", "show_misses", is_flag=True, help="Also print what was misjudged.")
@click.option("--write", is_flag=True, help="Write docs/recognition.md and its pictures.")
def evaluate(locale: str | None, show_misses: bool, write: bool) -> None:
    """Print how well each evaluation set is recognised, with 95 % intervals and targets."""
    if locale and write:
        raise click.UsageError("--write needs every locale; leave --locale out")
    sets = read_sets(SETS, locale)
    measured = [measure(tag, judged) for tag, judged in _judge(sets).items()]
    click.echo("\n".join(table(measured)))
    for one in measured if show_misses else ():
        click.echo("\n".join(misjudged(one)))
    if write:
        write_report(ROOT / "docs", measured)


def read_sets(folder: Path, only: str | None = None) -> dict[str, tuple[Item, ...]]:
    """Return the items of every set in ``folder`` by locale, or of one."""
    paths = {path.stem: path for path in folder.glob("*.yml")}
    tags = sorted(paths, key=lambda tag: (ORDER.index(tag) if tag in ORDER else len(ORDER), tag))
    if only and only not in paths:
        raise click.BadParameter(f"{only} has no evaluation set; there are: {' '.join(tags)}")
    return {tag: read_items(paths[tag]) for tag in ([only] if only else tags)}


def table(measured: Sequence[Measured]) -> Iterable[str]:
    """Yield the figures that have a target: per locale shares, counts and intervals."""
    yield _line("", *(str(name).split()[0] for name in BRIEFLY))
    yield _line("", *(str(name).split()[1] for name in BRIEFLY))
    for one in measured:
        figures = [one.figures[name] for name in BRIEFLY]
        yield ""
        yield _line(one.locale, *map(_marked, figures))
        yield _line("", *(f"{figure.share.hits}/{figure.share.of}" for figure in figures))
        yield _line("", *(_interval(figure.share) for figure in figures))
    yield ""
    yield "* doesn't reach its target:"
    yield from (f"  {name}: {bounds(name)}" for name in BRIEFLY)


def misjudged(one: Measured) -> Iterable[str]:
    """Yield every misjudged text of a locale, the worst first."""
    yield f"\n{one.locale}: {len(one.misses)} of {one.texts} misjudged"
    for miss in one.misses:
        yield f"  {miss.kind}: {described(miss)}: {miss.item.text}"


def write_report(folder: Path, measured: Sequence[Measured]) -> None:
    """Write ``recognition.md`` and ``recognition/<locale>.svg`` into ``folder``."""
    from bot.cli.plots import plot

    pictures = folder / "recognition"
    pictures.mkdir(exist_ok=True)
    (folder / "recognition.md").write_text(report(measured), encoding="utf-8")
    for one in measured:
        (pictures / f"{one.locale}.svg").write_text(plot(one), encoding="utf-8")


def _judge(sets: Mapping[str, Sequence[Item]]) -> dict[str, Judged]:
    """Give every text to the trained model, which is loaded once."""
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.parsing import assess_all

    texts = [item.text for items in sets.values() for item in items]
    heard = assess_all(settings.read().model, texts)
    return {tag: [(item, next(heard)) for item in items] for tag, items in sets.items()}


def _marked(figure: Figure) -> str:
    if not figure.share.of:
        return "none"
    below = figure.target and not figure.target.is_met(figure.share)
    return f"{figure.share.value:.3f}{'*' if below else ''}"


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{low:.2f}-{high:.2f}"


def _line(first: str, *cells: str) -> str:
    return (f"{first:<4}" + "".join(f"{cell:<{COLUMN}}" for cell in cells)).rstrip()
