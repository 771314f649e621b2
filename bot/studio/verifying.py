"""Services: which to look at first, and what a check or another number makes of their file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from bot.errors import BrokenContent
from bot.referral.entry import DAYS
from bot.referral.reading import read_directory
from bot.referral.service import ALWAYS, Hours, Service
from bot.studio.scalars import replaced, scalars

NEVER_CALLED: Final = "not called"
ENTRIES: Final = r"(?m)^(?=- id: )"
SPAN: Final = re.compile(r"(?P<days>[a-z ,-]+?)\s+(?P<opens>\d\d:\d\d)\s*-\s*(?P<closes>\d\d:\d\d)")


class Reason(StrEnum):
    """Why an entry should be looked at, the most urgent first."""

    NOT_CALLED = "never called"
    OVERDUE = "check is overdue"
    BROKEN = "nothing of it is shown"
    LOW = "low confidence"
    UNSURE_HOURS = "hours in doubt"


@dataclass(frozen=True)
class Queued:
    """An entry of the queue; without reasons it only waits for its next day."""

    service: Service
    reasons: tuple[Reason, ...]


def read_services(root: Path) -> Mapping[str, Service]:
    """Return every service of a working copy by its id; read again only when a file changed.

    Raises:
        BrokenContent: A file was changed by hand so that it can't be used.
    """
    folder = root / "content" / "services"
    files = sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.yml"))
    return _services(folder, tuple(files))


@lru_cache(2)
def _services(folder: Path, files: tuple[tuple[str, int], ...]) -> Mapping[str, Service]:
    return read_directory(folder).services


def queue(services: Iterable[Service], today: date) -> list[Queued]:
    """Return every service, those that need somebody first, then by the day they are due."""
    ranks = {reason: rank for rank, reason in enumerate(Reason)}
    found = [Queued(each, tuple(reasons(each, today))) for each in services]
    return sorted(
        found,
        key=lambda each: (
            min((ranks[reason] for reason in each.reasons), default=len(ranks)),
            -len(each.reasons),
            each.service.due,
            each.service.id,
        ),
    )


def reasons(service: Service, today: date) -> Iterator[Reason]:
    """Yield why a service should be looked at, the most urgent first."""
    if _has_number(service) and NEVER_CALLED in service.checked:
        yield Reason.NOT_CALLED
    if today > service.due:
        yield Reason.OVERDUE
    if not service.shown_channels and not service.is_words_only:
        yield Reason.BROKEN
    if service.confidence == "low":
        yield Reason.LOW
    if any(not channel.hours_certain for channel in service.channels):
        yield Reason.UNSURE_HOURS


def _has_number(service: Service) -> bool:
    return any(channel.kind in ("phone", "sms") for channel in service.channels)


def with_fields(text: str, service_id: str, fields: Mapping[str, str]) -> str:
    """Return a file of services with other plain fields in one entry; new ones join its check.

    Raises:
        BrokenContent: The entry isn't there; the path is left to the caller.
    """
    number = _number(text, service_id)
    for key, value in fields.items():
        trail = ("services", number, key)
        if trail in scalars(text):
            text = replaced(text, trail, value)
        else:
            text = _inserted(text, number, key, value)
    return text


def with_channel(
    text: str, service_id: str, channel: int, value: str, hours: Iterable[Hours] | None
) -> str:
    """Return a file of services with another value and other hours of one channel.

    Args:
        text: The whole file.
        service_id: Whose channel.
        channel: Which one, from 0.
        value: A number, address or link.
        hours: None or nothing takes them away: not known.

    Raises:
        BrokenContent: The entry or the channel isn't there, or can't be changed in a form.
    """
    number = _number(text, service_id)
    trail = ("services", number, "channels", channel, "value")
    if trail not in scalars(text):
        raise BrokenContent("", None, f"{service_id} has no channel {channel + 1}")
    text = replaced(text, trail, value)
    node = _node(text, "services", number, "channels", channel)
    return _with_hours(text, node, tuple(hours or ()))


def entry_text(text: str, service_id: str) -> str:
    """Return the lines of one entry, as they stand in its file; nothing when it isn't there."""
    blocks = re.split(ENTRIES, text)
    begin = f"- id: {service_id}\n"
    return next((block.rstrip() for block in blocks if block.startswith(begin)), "")


def without_entry(text: str, service_id: str) -> str | None:
    """Return a file of services without one entry; None when it has no other.

    Raises:
        BrokenContent: The entry isn't there; the path is left to the caller.
    """
    head, *blocks = re.split(ENTRIES, text)
    kept = [block for block in blocks if not block.startswith(f"- id: {service_id}\n")]
    if len(kept) == len(blocks):
        raise BrokenContent("", None, f"{service_id} has no lines of its own; change the file")
    return head + "".join(kept) if kept else None


def read_hours(typed: str) -> tuple[Hours, ...]:
    """Return the spans that somebody typed, one a line: ``mon-fri 09:00-17:00``, or ``always``.

    Raises:
        ValueError: Says which line can't be read.
    """
    lines = [line.strip().lower() for line in typed.splitlines() if line.strip()]
    return ALWAYS if lines == ["always"] else tuple(map(_span, lines))


def write_hours(hours: Iterable[Hours]) -> str:
    """Return spans as ``read_hours`` reads them."""
    spans = tuple(hours)
    if spans == ALWAYS:
        return "always"
    return "\n".join(
        f"{' '.join(DAYS[day] for day in span.days)} {span.opens:%H:%M}-{span.closes:%H:%M}"
        for span in spans
    )


def _span(line: str) -> Hours:
    found = SPAN.fullmatch(line)
    if not found:
        raise ValueError(f"“{line}” can't be read; write it like mon-fri 09:00-17:00")
    days = tuple(dict.fromkeys(day for part in _split(found["days"]) for day in _days(part)))
    try:
        opens, closes = (time.fromisoformat(found[name]) for name in ("opens", "closes"))
    except ValueError:
        raise ValueError(f"“{line}” has an hour that doesn't exist") from None
    return Hours(days, opens, closes)


def _split(days: str) -> list[str]:
    return [part for part in re.split(r"[ ,]+", re.sub(r"\s*-\s*", "-", days)) if part]


def _days(part: str) -> Iterator[int]:
    first, _, last = part.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"“{part}” is no day; use {', '.join(DAYS)}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    yield from ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _number(text: str, service_id: str) -> int:
    for trail, scalar in scalars(text).items():
        if trail[:1] == ("services",) and trail[2:] == ("id",) and scalar.value == service_id:
            return int(trail[1])
    raise BrokenContent("", None, f"there is no service {service_id} in this file any more")


def _inserted(text: str, number: int, key: str, value: str) -> str:
    """Return ``text`` with a new line after the entry's ``checked_on``."""
    after = scalars(text)["services", number, "checked_on"].last_line + 1
    lines = text.split("\n")
    line = f"  {key}: {json.dumps(value, ensure_ascii=False)}"
    return "\n".join([*lines[:after], line, *lines[after:]])


def _node(text: str, *trail: str | int) -> Any:
    node = YAML(typ="safe").compose(text)
    for step in trail:
        if isinstance(step, int):
            node = node.value[step]
        else:
            node = next(value for key, value in node.value if key.value == step)
    return node


def _with_hours(text: str, channel: Any, hours: tuple[Hours, ...]) -> str:
    if channel.flow_style:
        raise BrokenContent("", channel.start_mark.line + 1, "write this channel on several lines")
    lines, indent = text.split("\n"), " " * channel.start_mark.column
    found = next((pair for pair in channel.value if pair[0].value == "hours"), None)
    if found:
        begin, end = found[0].start_mark.line, _end(channel, found)
    else:
        begin = end = next(v for k, v in channel.value if k.value == "value").end_mark.line + 1
    return "\n".join([*lines[:begin], *_hours_lines(indent, hours), *lines[end:]])


def _end(channel: Any, pair: Any) -> int:
    """Return the line on which what follows a pair of ``channel`` begins."""
    node = pair[1]
    if node.id == "scalar":
        return int(node.end_mark.line) + 1
    return int(node.value[-1].end_mark.line) + 1 if node.value else int(node.end_mark.line) + 1


def _hours_lines(indent: str, hours: tuple[Hours, ...]) -> list[str]:
    if not hours:
        return []
    if hours == ALWAYS:
        return [f"{indent}hours: always"]
    spans = (
        f"{indent}- {{days: [{', '.join(DAYS[day] for day in span.days)}],"
        f' from: "{span.opens:%H:%M}", to: "{span.closes:%H:%M}"}}'
        for span in hours
    )
    return [f"{indent}hours:", *spans]
