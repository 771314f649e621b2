"""Commands for those who ask how well the assistant understands."""

from __future__ import annotations

import click

from bot import settings, wiring
from bot.safety.evaluation import figures, misses, read_items
from bot.settings import ROOT


@click.command()
@click.option("--misses", "show_misses", is_flag=True, help="Also print what was not caught.")
def evaluate(show_misses: bool) -> None:
    """Print how well each locale's evaluation set is recognised, with 95 % intervals."""
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.parsing import assess_all

    model = settings.read().model
    for locale in wiring.locales():
        path = ROOT / "tests" / "recognition" / f"{locale.tag}.yml"
        if not path.exists():
            click.echo(f"{locale.tag}: no evaluation set at {path.relative_to(ROOT)}")
            continue
        items = read_items(path)
        judged = list(zip(items, assess_all(model, [i.text for i in items]), strict=True))
        click.echo(f"{locale.tag} ({len(items)} texts)")
        for name, share in figures(judged).items():
            click.echo(f"  {name:<24} {share}")
        for item in misses(judged) if show_misses else ():
            click.echo(f"    missed {item.topics[0]}: {item.text}")
