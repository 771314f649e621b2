"""Find what a document names, tests, files, commands and settings, and tell what isn't there."""

from __future__ import annotations

import ast
import functools
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path

import click

from bot.cli import main
from bot.settings import ROOT, Settings

CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
TEST = re.compile(r"tests/[\w/]+\.py::\w+")
FILE = re.compile(
    r"(?:[\w.<>*-]+/)+[\w.<>*-]*"
    r"|[\w*-]+\.(?:py|md|yml|toml|lock|csv|json|po)|Makefile|Procfile|LICENSE"
)
COMMAND = re.compile(r"(?:\S*/)?quietline .+")
PIPE = re.compile(r" (?:\||&&|;) ")
SETTING = re.compile(r"\bQUIETLINE_[A-Z_]+\b")
TARGET = re.compile(r"(?:[A-Z_]+=\S+ )*make ([a-z-]+)\b")
MODULE = re.compile(r"python -m ([\w.]+)")
PLACEHOLDER = re.compile(r"<[^>]+>")
MADE = (".venv/", ".build/", "build/", "models/", "var/", "results/")
"""Folders that appear when the product is set up or run."""
RELEASE = ROOT / "bot" / "release" / "words" / "readme.md"
FOLDERS = ("actions", "bench", "bot", "content", "data", "deploy", "docs", "locales", "tests")


def missing(text: str, folder: Path = ROOT) -> Iterator[str]:
    """Yield what ``text`` names and the repository lacks; ``folder`` is where its links start."""
    spans = CODE.findall(FENCE.sub("", text))
    lines = [line for block in FENCE.findall(text) for line in block.splitlines()]
    for span in spans:
        yield from _missing_file(span, folder)
    for line in [*spans, *lines]:
        yield from _missing_to_type(line.strip())
    yield from (link for link in LINK.findall(text) if not _leads_somewhere(link, text, folder))


def is_test(reference: str) -> bool:
    """Tell whether ``tests/file.py::name`` is a test."""
    file, _, name = reference.partition("::")
    return name.startswith("test_") and name in _functions(ROOT / file)


@functools.cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def _missing_file(span: str, folder: Path) -> Iterator[str]:
    if "::" in span:
        if not TEST.fullmatch(span) or not is_test(span):
            yield span
    elif FILE.fullmatch(span) and not span.startswith(MADE) and not _is_there(span, folder):
        yield span


def _is_there(name: str, folder: Path) -> bool:
    """Look from the root and from the document; a name without a folder may be anywhere."""
    pattern = PLACEHOLDER.sub("*", name).rstrip("/")
    if any(any(place.glob(pattern)) for place in (ROOT, folder)) or name in _of_a_release():
        return True
    return "/" not in name and any(fnmatch(known, pattern) for known in _file_names())


@functools.cache
def _of_a_release() -> frozenset[str]:
    """Return the files that a release of statistics says it has, with and without their folder."""
    named = CODE.findall(RELEASE.read_text(encoding="utf-8"))
    return frozenset(named) | {name.rpartition("/")[2] for name in named}


@functools.cache
def _file_names() -> frozenset[str]:
    return frozenset(path.name for top in FOLDERS for path in (ROOT / top).rglob("*.*"))


def _missing_to_type(line: str) -> Iterator[str]:
    yield from (f"python -m {name}" for name in MODULE.findall(line) if not _is_module(name))
    yield from (name for name in SETTING.findall(line) if name not in _settings())
    for part in PIPE.split(line.removeprefix("$ ")):
        if COMMAND.fullmatch(part):
            yield from _missing_command(part)
        target = TARGET.match(part)
        if target and target[1] not in _targets():
            yield part


@functools.cache
def _targets() -> frozenset[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@functools.cache
def _settings() -> frozenset[str]:
    """Return every variable that the settings page or the code names."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    named = {name for text in texts for name in SETTING.findall(text)}
    return frozenset(named | {f"QUIETLINE_{field.name.upper()}" for field in fields(Settings)})


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or path.is_dir()


def _missing_command(line: str) -> Iterator[str]:
    """Walk the commands as the shell would, as far as words and options go."""
    said = re.split(r"\s[#>]|\s\\$", line)[0].replace("...", "")
    words = shlex.split(said)[1:]
    found: click.Command | None = main
    while words and isinstance(found, click.Group) and not words[0].startswith(("-", "<")):
        found = found.get_command(click.Context(found), words.pop(0))
    if found is None:
        yield line
        return
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    yield from (f"{line}: {word}" for word in words if word.startswith("--") and word not in known)


def _leads_somewhere(link: str, text: str, folder: Path) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    name, _, anchor = link.partition("#")
    target = folder / name
    if name and not target.exists():
        return False
    return not anchor or anchor in _anchors(target.read_text("utf-8") if name else text)


def _anchors(text: str) -> set[str]:
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in kept}
