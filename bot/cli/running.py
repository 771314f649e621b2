"""Commands that train and run the product."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import click
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from bot import refusing, settings, wiring
from bot.errors import NotReady
from bot.safety.policy import Policy
from bot.safety.topics import PRECEDENCE
from bot.settings import ROOT, Settings

ENOUGH_MB = 500  # free disk for training and counters


@click.command()
def run() -> None:
    """Start site and assistant together, and print the address."""
    refusing.insist_on_silence()
    chosen = settings.read()
    _check_port(chosen)
    _check_disk()
    if not chosen.model.exists():
        raise NotReady("There is no trained model yet; run: make setup")
    with tempfile.TemporaryDirectory(prefix="quietline-") as folder:
        _supervise(chosen, Path(folder) / "assistant.sock")


@click.command()
@click.option("--force", is_flag=True, help="Train even if nothing changed.")
def train(force: bool) -> None:
    """Train the model if its inputs changed."""
    from bot.assistant.training import is_current, train_model

    model = settings.read().model
    if not force and is_current(model):
        click.echo("The model is up to date.")
        return
    _check_disk()
    train_model(model)


@click.command()
def adapt() -> None:
    """Fine-tune the encoder on data/nlu: an hour on two cores. Writes bot/encoder/adapter.npz.

    Afterwards train, evaluate, and look at the thresholds.
    """
    from bot.tuning.tune import tune

    tune(ROOT / "data" / "nlu", _by_precedence(wiring.content().policy))


def _by_precedence(policy: Policy) -> list[str]:
    """Return all intents; of two in one message the earlier counts."""
    return sorted(policy.intents, key=lambda name: PRECEDENCE.index(policy.care_for(name).topic))


def _supervise(chosen: Settings, socket_path: Path) -> None:
    """Run both processes until one ends or Ctrl-C; then stop the other."""
    environment = {**os.environ, "QUIETLINE_SOCKET": str(socket_path), "PYTHONUNBUFFERED": "1"}
    # Without a time: what is printed may be kept, and tells when something went wrong for whom.
    manager = Manager(Printer(sys.stdout, time_format=""))
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    click.echo(f"Quietline is at http://{chosen.host}:{chosen.port} (Ctrl-C stops it)")
    click.echo("The help page works at once; the conversation follows in a few seconds.")
    manager.loop()
    sys.exit(manager.returncode)


def _check_port(chosen: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError:
            raise NotReady(
                f"Port {chosen.port} is in use; choose another: PORT={chosen.port + 1} make run"
            ) from None


def _check_disk() -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < ENOUGH_MB:
        raise NotReady(f"Only {free} MB of disk are free; make room for {ENOUGH_MB} MB.")
