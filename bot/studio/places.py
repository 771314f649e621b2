"""Where each text stands: the file, the line, and the way to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ruamel.yaml import YAML, YAMLError

from bot.checkin.entries import BAND_TEXTS
from bot.checkin.survey import BUTTONS
from bot.errors import BrokenContent
from bot.referral.reading import SAID
from bot.studio.scalars import TEXT, Trail

SHELF_TEXTS: Final = ("title", "about", "intro", "end")
PART_TEXTS: Final = ("title", "text", "do")

Found = Iterator[tuple[str, Trail]]
"""Message ids with the trails that lead to their texts."""


@dataclass(frozen=True)
class Place:
    """Where the English of one message stands.

    Attributes:
        catalog: The catalog that its translations are in.
        file: Seen from the working copy, e.g. ``content/modules/urges.yml``.
        line: Counted from 1.
    """

    message_id: str
    catalog: str
    file: str
    line: int
    trail: Trail
    words: str


def catalog_of(file: str) -> str | None:
    """Return the catalog of a content file's texts, or None when it has no texts."""
    folder = PurePosixPath(file).parent.as_posix()
    if file in ("content/words/interface.yml", "content/words/referral.yml"):
        return "interface"
    if folder in ("content/answers", "content/services"):
        return "safety" if file.endswith(".yml") else None
    if folder in ("content/modules", "content/exercises") or file in _WHOLE:
        return "modules" if file.endswith(".yml") else None
    return None


def places(root: Path, file: str) -> dict[str, Place]:
    """Return the texts of one content file by message id, in the order of the file.

    Raises:
        BrokenContent: It can't be read, or isn't built as its readers want it.
    """
    return places_in(file, _read(root / file))


def places_in(file: str, text: str) -> dict[str, Place]:
    """As ``places``, of a file that may not be written yet."""
    catalog = catalog_of(file)
    if catalog is None:
        return {}
    try:
        document = YAML(typ="safe").compose(text)
        found = [(i, trail, _at(document, trail)) for i, trail in _finder(file)(file, document)]
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "not valid YAML")
        raise BrokenContent(file, mark.line + 1 if mark else None, problem) from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise BrokenContent(file, None, "a key or a list is missing in this file") from None
    return {
        message_id: Place(
            message_id, catalog, file, node.start_mark.line + 1, trail, node.value.strip()
        )
        for message_id, trail, node in found
        if node.id == "scalar" and node.tag == TEXT and node.value.strip()
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        cure = "the file is missing; restore it from the repository"
        raise BrokenContent(path, None, cure) from None
    except UnicodeDecodeError:
        raise BrokenContent(path, None, "save the file as UTF-8") from None


def _finder(file: str) -> Callable[[str, Any], Found]:
    return _WHOLE.get(file) or _BY_FOLDER[PurePosixPath(file).parent.name]


def _answer(file: str, document: Any) -> Found:
    prefix = f"answer.{PurePosixPath(file).stem}"
    entry = _keys(document)
    yield from ((f"{prefix}.{n + 1}", ("say", n)) for n in range(len(_items(entry["say"]))))
    if "ask" in entry:
        yield f"{prefix}.ask", ("ask",)
    denied = _items(entry.get("denied"))
    yield from ((f"{prefix}.denied.{n + 1}", ("denied", n)) for n in range(len(denied)))


def _shelf(file: str, document: Any) -> Found:
    path = PurePosixPath(file)
    prefix = f"{path.parent.name.removesuffix('s')}.{path.stem}"
    entry = _keys(document)
    yield from ((f"{prefix}.{name}", (name,)) for name in SHELF_TEXTS if name in entry)
    list_name = "screens" if "screens" in entry else "steps"
    for n, part in enumerate(map(_keys, _items(entry[list_name]))):
        own = f"{prefix}.{part['id'].value}"
        yield from ((f"{own}.{name}", (list_name, n, name)) for name in PART_TEXTS if name in part)
        for m, option in enumerate(map(_keys, _items(part.get("options")))):
            yield f"{own}.{option['id'].value}", (list_name, n, "options", m, "text")


def _check_in(file: str, document: Any) -> Found:
    entry = _keys(document)
    yield "check_in.intro", ("intro",)
    for domain in _keys(entry["domains"]):
        yield f"check_in.domain.{domain}", ("domains", domain)
    for name, answers in _keys(entry["answer_sets"]).items():
        yield from _labels(f"check_in.set.{name}", answers, ("answer_sets", name))
    for n, item in enumerate(map(_keys, _items(entry["items"]))):
        own = f"check_in.{item['id'].value}"
        yield f"{own}.question", ("items", n, "question")
        yield from _labels(own, item["answers"], ("items", n, "answers"))
    for n, band in enumerate(map(_keys, _items(entry["bands"]))):
        own = f"check_in.band.{band['id'].value}"
        yield from ((f"{own}.{name}", ("bands", n, name)) for name in BAND_TEXTS)


def _survey(file: str, document: Any) -> Found:
    entry = _keys(document)
    for n in range(len(_items(entry["about"]))):
        yield f"survey.about.{n + 1}", ("about", n)
    yield "survey.about.question", ("question",)
    yield "survey.thanks", ("thanks",)
    yield from ((f"survey.button.{name}", ("buttons", name)) for name in BUTTONS)
    yield from _labels("survey.answer", entry["answers"], ("answers",))
    for n, item in enumerate(map(_keys, _items(entry["items"]))):
        yield f"survey.{item['id'].value}.question", ("items", n, "question")


def _service(file: str, document: Any) -> Found:
    for n, entry in enumerate(map(_keys, _items(_keys(document).get("services")))):
        for name in SAID:
            if name in entry:
                yield f"service.{entry['id'].value}.{name}", ("services", n, name)


def _page(file: str, document: Any, trail: Trail = ()) -> Found:
    for key, value in _keys(document).items():
        here = (*trail, key)
        if value.id == "mapping":
            yield from _page(file, value, here)
        else:
            yield ".".join(map(str, here)), here


def _labels(prefix: str, answers: Any, trail: Trail) -> Found:
    for n, answer in enumerate(map(_keys, _items(answers))):
        yield f"{prefix}.{answer['id'].value}", (*trail, n, "text")


def _keys(node: Any) -> Mapping[str, Any]:
    return {key.value: value for key, value in node.value}


def _items(node: Any) -> list[Any]:
    """Return the parts of a list; what is none, such as the name of one, has none."""
    return list(node.value) if node is not None and node.id == "sequence" else []


def _at(node: Any, trail: Trail) -> Any:
    for step in trail:
        node = node.value[step] if isinstance(step, int) else _keys(node)[step]
    return node


_WHOLE: Final[Mapping[str, Callable[[str, Any], Found]]] = {
    "content/checkin/check_in.yml": _check_in,
    "content/survey.yml": _survey,
    "content/words/interface.yml": _page,
    "content/words/referral.yml": _page,
}
_BY_FOLDER: Final[Mapping[str, Callable[[str, Any], Found]]] = {
    "answers": _answer,
    "modules": _shelf,
    "exercises": _shelf,
    "services": _service,
}
