"""Commands around the studio's models: train one, look at it, release it, go back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import logs, settings
from bot.errors import BotError, NotReady
from bot.storage.bundles import all_bundles, current_name, manifest
from bot.storage.staff.people import stamp
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.recognition import job, releasing
from bot.studio.recognition.comparing import Comparison
from bot.studio.recognition.job import How, Job, Telling
from bot.studio.recognition.room import SETS, Room
from bot.studio.unpublished import Published

by_whom = click.option("--by", default="shell", help="The account that does it.")
of_shipped = click.option(
    "--shipped", type=click.Path(path_type=Path), default=settings.ROOT, hidden=True
)
of_sets = click.option("--sets", type=click.Path(path_type=Path), default=SETS, hidden=True)


@click.command()
@by_whom
@click.option("--begun", hidden=True, help="When a page began it, which holds the lock.")
@of_sets
@of_shipped
def train(by: str, begun: str | None, sets: Path, shipped: Path) -> None:
    """Train a model from the working copy's examples, and compare it with the present one."""
    room = _room(sets, shipped)
    asked = Job(by, begun or stamp(datetime.now(UTC)))
    with nullcontext() if begun else job.held(room.folder):
        telling = Telling(room.folder, asked, lambda: stamp(datetime.now(UTC)))
        try:
            _work(room, asked, telling)
        except BotError as error:
            telling.end(How.FAILED, str(error))
            raise
        except Exception as error:  # what Rasa raises may quote an example
            place = logs.where(error)
            telling.end(How.FAILED, f"It met {place['error']} at {place['place']}.")
            raise NotReady("Training failed; look at: quietline studio models") from None
        telling.end(How.DONE)
    if not begun:
        click.echo("Trained. What it would change: quietline studio models")


@click.command()
@of_sets
@of_shipped
def models(sets: Path, shipped: Path) -> None:
    """Print the models, how the last training is, and what the waiting one would change."""
    room = _room(sets, shipped)
    current = current_name(room.settings.models)
    for bundle in all_bundles(room.settings.models):
        here = "  <- visitors are understood by this" if bundle.name == current else ""
        click.echo(f"{bundle.name}  {manifest(bundle).made_on}  {manifest(bundle).note}{here}")
    if not current:
        click.echo("Visitors are understood by the model that came with the program.")
    last = room.job()
    if last:
        counted = f", {last.done} of {last.total}" if last.total else ""
        click.echo(f"Last training: {last.how} ({last.phase}{counted}) {last.problem}".rstrip())
    if room.candidate():
        click.echo("\n".join(_told(room.compare())))


@click.command("release-model")
@click.option("--note", required=True, help="Why, in a line.")
def release_model(note: str) -> None:
    """Let visitors be understood by the waiting model, which two people have signed."""
    room = _room()
    done = releasing.release(room, Desk(room.settings.studio, room.store), note, datetime.now(UTC))
    click.echo(f"Visitors are understood by the model {done} within a minute.")


@click.command("rollback-model")
@click.argument("name")
def rollback_model(name: str) -> None:
    """Let visitors be understood by the model NAME again; see: quietline studio models."""
    releasing.roll_back(_room(), name)
    click.echo(f"Visitors are understood by the model {name} within a minute.")


COMMANDS: tuple[click.Command, ...] = (train, models, release_model, rollback_model)


def _room(sets: Path = SETS, shipped: Path = settings.ROOT) -> Room:
    chosen = settings.read()
    if not (chosen.studio / "content").is_dir():
        raise NotReady("There is no working copy yet; run: quietline studio start")
    published = Published(chosen)
    store = StudioStore(chosen.studio_database)
    return Room(chosen, store, lambda: published.live().content, sets, shipped)


def _work(room: Room, asked: Job, telling: Telling) -> None:
    from bot.assistant.launcher import prepare

    prepare()  # before anything imports Rasa
    from bot.assistant.candidate import Order, work

    order = Order(
        room.settings, room.sets, room.shipped, room.folder, asked.asked_by, asked.asked
    )  # fmt: skip
    work(order, telling)


def _told(found: Comparison) -> list[str]:
    fallen = [f"  {c.of_set} {c.locale} {c.name}: {c.before} -> {c.after}" for c in found.fell]
    lost = [f"  {each.locale} {each.topic}: {each.text}" for each in found.lost]
    return [
        "The waiting model may go live." if found.passes else "The waiting model may not go live.",
        f"Safety figures that fell: {len(found.fell)}",
        *fallen,
        f"Sentences that would be lost: {len(found.lost)}; gained: {len(found.gained)}",
        *lost,
    ]
