"""Sign a trained model and let visitors be understood by it: only if no safety figure fell."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bot.errors import CannotSign, NotReady
from bot.languages.catalogs import SOURCE
from bot.storage import bundles, models
from bot.storage.models import About
from bot.storage.studio_records import Signed
from bot.studio import signing
from bot.studio.desk import Desk
from bot.studio.recognition import candidates
from bot.studio.recognition.comparing import Comparison
from bot.studio.recognition.room import Room
from bot.studio.signing import Person
from bot.studio.writing import alone

SHIPPED: Final = "came with the program"


def signatures(room: Room, desk: Desk, about: About, today: date) -> list[Signed]:
    """Return the signatures under a model that count today; none of who wrote a part of it."""
    desk.refresh()
    writers = _writers(room, about)
    signed = desk.history.signed(candidates.PART, SOURCE)
    others = [each for each in signed if each.account not in writers]
    return candidates.given(about, others, today)


def refusals(
    room: Room, desk: Desk, person: Person, about: About, role: str, today: date
) -> list[str]:
    """Return why ``person`` may not sign a model in ``role``; nothing when they may."""
    part, given = candidates.as_part(about), signatures(room, desk, about, today)
    return list(signing.refusals(person, role, part, _writers(room, about), given))


def sign(room: Room, desk: Desk, person: Person, role: str, seen: str, now: datetime) -> None:
    """Sign the model that waits, as ``person`` has seen its comparison.

    Args:
        room: Has the model.
        desk: Has the signatures.
        person: Who signs.
        role: One of bot.languages.signoff.ROLES.
        seen: The model's hash on the page that they read.
        now: With a time zone.

    Raises:
        CannotSign: Says why; a model that a figure speaks against can't be signed by anybody.
    """
    today = now.astimezone(UTC).date()
    with alone(room.settings.studio):
        about = room.candidate()
        if about is None or about.model != seen:
            raise CannotSign("The model changed while you read; read the page again, then sign.")
        if why := refused(room, about):
            raise CannotSign(why)
        found = refusals(room, desk, person, about, role, today)
        if found:
            raise CannotSign(f"This model can't be signed: {found[0]}.")
        ends = today + candidates.COUNTS
        given = Signed(candidates.PART, SOURCE, about.model, role, person.account, today, ends)
        desk.store.sign([replace(given, last_version=desk.history.last)])


def refused(room: Room, about: About) -> str:
    """Return why a model can't go live whoever signs it, or empty."""
    if about.program != models.program():
        return "The program is another one than the model was trained by; train again."
    try:
        return _fallen(room.compare())
    except NotReady as error:
        return str(error)


def release(room: Room, desk: Desk, note: str, now: datetime) -> str:
    """Make the model that waits a signed bundle, name it the live one, and return its name.

    The first time, the model that came with the program becomes a bundle too: the way back.

    Raises:
        NotReady: It may not go live; says why. Nothing was released.
        BadBundle: The key can't be used.
    """
    settings, today = room.settings, now.astimezone(UTC).date()
    with alone(settings.studio, candidates.RELEASING):
        about, folder = room.candidate(), room.folder / candidates.CANDIDATE
        if about is None or models.digest_of(folder / models.MODEL) != about.model:
            raise NotReady("No whole model waits; train one first.")
        given = signatures(room, desk, about, today)
        if not candidates.is_signed(given):
            raise NotReady(
                "Two people have to sign this model first, one as clinician or child protection."
            )
        if why := refused(room, about):
            raise NotReady(why)
        if not bundles.current_name(settings.models):
            _keep_shipped(room, today)
        signed_by = {each.account: each.role for each in given}
        signed = replace(about, signed_by=signed_by)
        models.write_about(folder / models.ABOUT, signed)
        return _show(room, folder, signed, note, today)


def roll_back(room: Room, name: str) -> None:
    """Let visitors be understood by an earlier model again.

    Raises:
        BadBundle: There is none of this name, it was changed, or another program made it.
    """
    settings = room.settings
    models.usable(bundles.named(settings.models, name), settings)
    bundles.switch(settings.models, name, settings.bundle_key)


def _show(room: Room, folder: Path, signed: About, note: str, today: date) -> str:
    settings = room.settings
    made = _bundle(room, folder, note, today)
    if not _is(made, signed):
        shutil.rmtree(made)
        raise NotReady("The model changed while it was being released; read it again, then sign.")
    bundles.switch(settings.models, made.name, settings.bundle_key)
    return made.name


def _is(made: Path, signed: About) -> bool:
    """Tell whether a bundle holds what was signed, whatever happened to the folder meanwhile."""
    found = models.digest_of(made / models.MODEL), models.examples_digest(made)
    is_whole = found == (signed.model, signed.examples)
    return is_whole and models.read_about(made / models.ABOUT) == signed


def _writers(room: Room, about: About) -> set[str]:
    return candidates.writers(room.store, about, models.live(room.settings))


def _keep_shipped(room: Room, today: date) -> None:
    with tempfile.TemporaryDirectory(dir=room.folder) as name:
        folder, shipped = Path(name), room.settings.model
        shutil.copytree(room.shipped / models.EXAMPLES, folder / models.EXAMPLES)
        digest, examples = models.digest_of(shipped), models.examples_digest(folder)
        about = About(digest, models.program(), examples=examples, shipped=digest)
        models.write_about(folder / models.ABOUT, about)
        shutil.copyfile(shipped, folder / models.MODEL)
        _bundle(room, folder, SHIPPED, today)


def _bundle(room: Room, folder: Path, note: str, today: date) -> Path:
    settings = room.settings
    private = settings.bundle_key.with_suffix(".key")
    return bundles.make(folder, settings.models, private, today, note, models.PARTS)


def _fallen(found: Comparison) -> str:
    if not found.is_measured:
        return "Not every safety topic was measured in each language; add the evaluation sets."
    if found.fell:
        return f"{len(found.fell)} safety figures fell; the lost sentences are listed below."
    if found.gone:
        said = "about a child in danger or about suicide would be lost; they are listed below."
        return f"{len(found.gone)} sentences {said}"
    return ""
