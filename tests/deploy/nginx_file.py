"""Read the nginx configuration as nginx would, with a parser of its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from bot.settings import ROOT

FOLDER: Final = ROOT / "deploy" / "nginx"
PLACE: Final = "/etc/nginx/"
TYPES: Final = "types { text/html html; text/css css; }\n"


@dataclass(frozen=True)
class Directive:
    """One directive, with those of its block; what it includes stands in its place."""

    name: str
    arguments: tuple[str, ...]
    block: tuple[Directive, ...] = ()

    def all(self, name: str) -> list[Directive]:
        """Return the directives of this name in its block, not deeper."""
        return [each for each in self.block if each.name == name]

    def value(self, name: str) -> str:
        """Return what the only such directive is set to, or empty."""
        found = self.all(name)
        assert len(found) <= 1, name
        return " ".join(found[0].arguments) if found else ""

    def location(self, path: str) -> Directive:
        return next(each for each in self.all("location") if each.arguments[-1] == path)


def copy(folder: Path) -> Path:
    """Copy the configuration to where it can be read without a server, onion service included."""
    for source in FOLDER.rglob("*.conf"):
        target = folder / source.relative_to(FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(text.replace(PLACE, f"{folder}/").replace("    #include", "    include"))
    (folder / "mime.types").write_text(TYPES)
    return folder / "nginx.conf"


def read(path: Path) -> Directive:
    """Return the whole configuration as one directive without a name."""
    crossplane = pytest.importorskip("crossplane", reason="the parser is not installed")
    found = crossplane.parse(str(path), combine=True, catch_errors=False)
    return Directive("", (), tuple(_directives(found["config"][0]["parsed"])))


def unknown(path: Path) -> list[str]:
    """Return the directives that the parser doesn't know, or not in this place."""
    crossplane = pytest.importorskip("crossplane", reason="the parser is not installed")
    errors = crossplane.parse(str(path), strict=True)["errors"]
    lines = [Path(each["file"]).read_text().splitlines()[each["line"] - 1] for each in errors]
    return [line.split()[0] for line in lines]


def everything(directive: Directive) -> Iterator[Directive]:
    """Yield a directive and all below it."""
    yield directive
    for each in directive.block:
        yield from everything(each)


def _directives(parsed: list[dict[str, Any]]) -> Iterator[Directive]:
    for each in parsed:
        below = tuple(_directives(each.get("block", [])))
        yield Directive(each["directive"], tuple(each["args"]), below)
