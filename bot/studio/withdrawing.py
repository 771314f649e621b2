"""Take a service away from visitors at once: the only publication that one person may decide.

It begins with what visitors see now, not with the working copy, and leaves one entry out. So
nothing can be added or changed in this way, and nobody's drafts come along. A second person is
asked to look after it; until they have, neither a publication nor going back to an earlier bundle
brings the service back.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot import wiring
from bot.errors import BotError, BrokenContent, CannotSign, NotReady, UnknownText
from bot.languages import extraction
from bot.languages.catalogs import SOURCE
from bot.languages.locales import read_locales
from bot.referral.reading import Directory, read_directory
from bot.referral.service import EVERYWHERE, Service
from bot.settings import ROOT, Settings
from bot.storage import bundles
from bot.storage.staff.people import Role
from bot.studio import publishing
from bot.studio.desk import Desk
from bot.studio.exchange import SHARED
from bot.studio.index import LOCALES
from bot.studio.needs import WITHDRAWN
from bot.studio.signing import Person
from bot.studio.verifying import read_services, without_entry
from bot.studio.writing import alone

DANGER: Final = frozenset({"emergency", "suicide_line", "child_line"})
"""Of these kinds, each country that has any service of its own keeps one."""
SERVICES: Final = Path("content", "services")


@dataclass(frozen=True)
class Withdrawal:
    """What was done.

    Attributes:
        is_recorded: Whether the database has it already.
        left: Why the working copy still has the service, or empty: it is gone there too.
    """

    bundle: str
    is_recorded: bool
    left: str = ""


def withdraw(
    settings: Settings, desk: Desk, person: Person, service_id: str, now: datetime
) -> Withdrawal:
    """Publish what visitors see without one service, and take it out of the working copy.

    Raises:
        CannotSign: ``person`` signs nothing.
        UnknownText: Visitors don't have this service.
        NotReady: It is the last one for danger that a country has.
        BrokenContent: Without it the product couldn't be used, such as without a last resort.
        BadBundle: What visitors see was changed on the disk, or the key is missing.
        BadSetting: The database can't be reached.
    """
    refuse_others(person)
    publishing.record(settings, desk.store)
    with alone(settings.studio, publishing.PUBLISHING), _as_published(settings) as copy:
        _leave_out(copy, service_id)
        private, day = settings.bundle_key.with_suffix(".key"), now.astimezone(UTC).date()
        note = f"withdrawn: {service_id}"
        made = bundles.make(copy, settings.bundles, private, day, note)
        asked = desk.store.comment(f"{WITHDRAWN}{service_id}", SOURCE, note, person.account, now)
        try:
            done = publishing.show(settings, desk.store, made.name, person.account, note, now)
        except BaseException:
            if bundles.current_name(settings.bundles) != made.name:
                desk.store.resolve(asked, person.account, now)
            raise
    return Withdrawal(done.bundle, done.is_recorded, _clear(desk, person, service_id, now))


def refuse_others(person: Person) -> None:
    """Refuse whoever signs nothing.

    Raises:
        CannotSign: They don't.
    """
    if Role.SIGNER not in person.roles or not person.signing_roles:
        raise CannotSign("Only signers with a signing role withdraw a service; ask one of them.")


def look_after(desk: Desk, person: Person, number: int, now: datetime) -> str:
    """Say that a second person has looked after a withdrawal; return the service's id.

    Raises:
        CannotSign: ``person`` signs nothing, or has withdrawn it.
        UnknownText: Somebody has looked after it already.
    """
    refuse_others(person)
    open_ = {each.id: each for each in desk.store.comments() if each.item.startswith(WITHDRAWN)}
    found = open_.get(number)
    if found is None:
        raise UnknownText("Somebody has looked after this already.")
    if found.author == person.account:
        raise CannotSign("You withdrew this service; a second person has to look after it.")
    desk.store.resolve(number, person.account, now)
    return found.item.removeprefix(WITHDRAWN)


@contextmanager
def _as_published(settings: Settings) -> Iterator[Path]:
    """Give a copy of what visitors see now, every byte of it verified, that may be changed."""
    name = bundles.current_name(settings.bundles)
    with tempfile.TemporaryDirectory(prefix="studio") as folder:
        copy = Path(folder).resolve() / "copy"
        if name:
            shutil.copytree(bundles.named(settings.bundles, name), copy)
            bundles.verify(copy, settings.bundle_key)
        else:
            for part in SHARED:
                shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns(".*"))
            tags = [locale.tag for locale in read_locales(copy / LOCALES)]
            extraction.compile_catalogs(copy / "locales", [tag for tag in tags if tag != SOURCE])
        for path in copy.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield copy


def _leave_out(copy: Path, service_id: str) -> None:
    try:
        before = read_directory(copy / SERVICES)
        service = before.services.get(service_id)
        if service is None:
            raise UnknownText(f"Visitors have no service {service_id}; nothing was changed.")
        _refuse_last(before, service)
        path = copy / SERVICES / service.file
        text = without_entry(path.read_text(encoding="utf-8"), service_id)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8", newline="")
        left = {i: each for i, each in before.services.items() if i != service_id}
        if dict(wiring.content(copy).directory.services) != left:
            raise NotReady(f"{service_id} can't be taken out by itself; change its file instead.")
    except BrokenContent as error:
        place = error.path.replace(f"{copy}/", "")
        raise BrokenContent(place, error.line, error.cure) from None


def _refuse_last(directory: Directory, service: Service) -> None:
    for country in service.countries:
        if country != EVERYWHERE and not _is_safe(directory, service, country):
            raise NotReady(
                f"It is the only service for danger that visitors in {country} have. Correct its"
                " number instead; until then they would have nothing."
            )


def _is_safe(directory: Directory, without: Service, country: str) -> bool:
    """Tell whether a country keeps a service for danger, or loses none."""
    others = (
        each
        for each in directory.services.values()
        if each.id != without.id and country in each.countries
    )
    return not DANGER & {*without.kinds} or any(
        DANGER & {*each.kinds} and (each.shown_channels or each.is_words_only) for each in others
    )


def _clear(desk: Desk, person: Person, service_id: str, now: datetime) -> str:
    """Take a service out of the working copy too; return why that didn't work, or empty."""
    try:
        found = read_services(desk.root).get(service_id)
        if found:
            file = (SERVICES / found.file).as_posix()
            base = desk.file_version(file)
            text = (desk.root / file).read_text(encoding="utf-8")
            desk.save_file(person.account, file, without_entry(text, service_id), base, now)
    except BotError as error:
        return str(error)
    return ""
