"""``python -m bench.studio``: how long the studio's desk takes, with 40 locales and 3,000 texts."""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.studio_pages import may_sign, pages
from bot.languages import extraction
from bot.languages.catalogs import SOURCE
from bot.settings import ROOT
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.index import Index
from bot.studio.signing import Person
from bot.studio.writing import COMMENTS

LOCALES = 40
TEXTS = 3_000
TIMES = 7
LIMIT_MS = 200
TAGS = (
    "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi", "sv", "ro", "tr", "uk", "ar", "da", "nb",
    "et", "lv", "lt", "sk", "sl", "hr", "hu", "bg", "el", "ru", "sr", "sq", "mk", "bs", "ga", "mt",
    "is", "ca", "eu", "gl", "cy", "fa", "he",
)  # fmt: skip
FEW = 6  # of each reason, as the first page shows
READ = "module.urges.wave.text"


def main() -> None:
    """Print the median of each of the desk's answers and pages, and whether it is quick enough."""
    with tempfile.TemporaryDirectory() as folder:
        root = large(Path(folder))
        store = StudioStore(f"sqlite:///{folder}/studio.sqlite")
        begin = time.perf_counter()
        desk = Desk(root, store)
        print(f"{'open':24}{1000 * (time.perf_counter() - begin):8.0f} ms, once")
        print(f"{len(desk.index.tags)} locales, {len(desk.index.places)} texts")
        for name, act in acts(desk):
            tell(name, act)
        may_sign(desk)
        with pages(Path(folder), root) as opened:
            for name, open_ in opened:
                print(f"{name:24}{milliseconds(open_):8.0f} ms the first time")
            desk.save("ann", SOURCE, READ, "Another text.", desk.text(SOURCE, READ).version, now())
            for name, open_ in opened:
                tell(name, open_)


def tell(name: str, act: Callable[[], object]) -> None:
    """Print how long ``act`` takes, and whether that is under the limit."""
    taken = [milliseconds(act) for _ in range(TIMES)]
    median = statistics.median(taken)
    mark = "" if median < LIMIT_MS else f"   over {LIMIT_MS} ms"
    print(f"{name:24}{median:8.0f} ms, slowest {max(taken):.0f}{mark}")


def now() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


def acts(desk: Desk) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what pages ask for, by a name."""
    today, numbers = now().date(), iter(range(1_000))
    signer = Person("ann", frozenset({"signer", "author"}), frozenset({"clinician"}))
    translator = Person("bob", frozenset({"translator"}), frozenset(), frozenset({"de"}))

    def save(locale: str) -> None:
        text = desk.text(locale, READ)
        words = f"{text.source.split(' #')[0]} #{next(numbers)}"
        desk.save("ann", locale, READ, words, text.version, now())

    yield "parts of a locale", lambda: desk.parts("de", today)
    yield "texts of a part", lambda: desk.texts("de", "module.urges")
    yield "findings as you type", lambda: desk.findings("de", READ, "Das hilft immer, oder?")
    yield "search", lambda: desk.search("ubung")
    yield "coverage", lambda: desk.coverage(today)
    yield "needs of a signer", lambda: desk.needs(signer, today, FEW)
    yield "needs of a translator", lambda: desk.needs(translator, today, FEW)
    yield "save a translation", lambda: save("de")
    yield "save English", lambda: save(SOURCE)


def large(folder: Path) -> Path:
    """Return a working copy with as many texts and locales as there may be one day."""
    root = folder / "studio"
    start(ROOT, root)
    here = {path.name for path in (root / "locales").iterdir() if path.is_dir()}
    wanted = TAGS[: LOCALES - 1]
    checks = root / "content" / "words" / "checks.yml"
    blocks = checks.read_text(encoding="utf-8")
    german = re.search(r"^de:\n(?:[ #].*\n|\n)+", blocks, re.MULTILINE)
    for tag in (tag for tag in wanted if tag not in here):
        shutil.copytree(root / "locales" / "de", root / "locales" / tag)
        blocks += german[0].replace("de:", f"{tag}:", 1) if german else ""
    checks.write_text(blocks, encoding="utf-8")
    tags = "\n".join(f"- tag: {tag}" for tag in [SOURCE, *wanted])
    (root / "locales" / "locales.yml").write_text(f"locales:\n{tags}\n", encoding="utf-8")
    _add_texts(root)
    source = _source(root)
    comments = extraction.read_comments(root / COMMENTS)
    extraction.write_templates(source, root / "locales", comments)
    extraction.update(root / "locales", list(wanted))
    return root


def _add_texts(root: Path) -> None:
    """Add copies of modules until there are enough texts."""
    modules = sorted((root / "content" / "modules").glob("*.yml"))
    missing = TEXTS - sum(map(len, _source(root).values()))
    for number in range(max(0, missing) // (20 * len(modules)) + 1):
        for path in modules:
            text = path.read_text(encoding="utf-8")
            slug = f"{path.stem}_{number}"
            copy = text.replace(f"slug: {path.stem}", f"slug: {slug}", 1)
            path.with_name(f"{slug}.yml").write_text(copy, encoding="utf-8")


def _source(root: Path) -> dict[str, dict[str, str]]:
    index = Index(root)
    found: dict[str, dict[str, str]] = {}
    index.refresh()
    for place in index.places.values():
        found.setdefault(place.catalog, {})[place.message_id] = place.words
    return found


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long ``act`` takes."""
    begin = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
