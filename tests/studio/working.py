"""What people do at the desk, in a line each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot import wiring
from bot.languages import extraction
from bot.referral.reading import read_directory
from bot.settings import Settings
from bot.storage import bundles
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.needs import Need, Why
from bot.studio.signing import Person
from bot.studio.writing import COMMENTS
from tests.studio.conftest import NOW

TODAY = NOW.date()
POLICY = "content/safety/policy.yml"
LEDGER = Path("content", "signoff.yml")


def publishable(original: Path, folder: Path) -> Settings:
    """Return settings of a working copy in ``folder`` with a key to publish it, and no bundle."""
    start(original, folder / "copy")
    bundles.write_keys(folder / "bundle.key", folder / "bundle.pub")
    return Settings(
        studio=folder / "copy",
        studio_database=f"sqlite:///{folder / 'studio.sqlite'}",
        bundles=folder / "bundles",
        bundle_key=folder / "bundle.pub",
    )


def files(desk: Desk) -> dict[str, bytes]:
    return {
        str(path.relative_to(desk.root)): path.read_bytes()
        for path in desk.root.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def differing(desk: Desk, before: dict[str, bytes]) -> set[str]:
    return {path for path, content in files(desk).items() if before.get(path) != content}


def save(desk: Desk, locale: str, message_id: str, words: str, author: str = "ann") -> None:
    text = desk.text(locale, message_id)
    desk.save(author, locale, message_id, words, text.version, NOW)


def signer(account: str, *roles: str) -> Person:
    return Person(account, frozenset({"signer"}), frozenset(roles))


def sign(
    desk: Desk, who: Person, role: str, part: str, locale: str = "de", days: int = 300
) -> None:
    seen = {part: desk.part(locale, part, TODAY).fingerprint}
    desk.sign(who, locale, seen, role, TODAY + timedelta(days), NOW)


def assert_as_content_strings_writes_it(desk: Desk) -> None:
    before, locales = files(desk), desk.root / "locales"
    source = wiring.source_words(desk.root, read_directory(desk.root / "content" / "services"))
    extraction.write_templates(source, locales, extraction.read_comments(desk.root / COMMENTS))
    extraction.update(locales, ["de", "fr"])
    assert differing(desk, before) == set()


def needs(desk: Desk, person: Person) -> list[Need]:
    """Return everything that waits for somebody."""
    return [need for pile in desk.needs(person, TODAY, 100_000) for need in pile.first]


def why_of(desk: Desk, locale: str, item: str) -> Why | None:
    person = Person("tim", frozenset({"translator"}), frozenset(), frozenset({locale}))
    return next((n.why for n in needs(desk, person) if n.item == item), None)
