"""How the code is built: who imports whom, how long things are, and what they are called."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import ROOT

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 60  # lines
MEDIAN_FUNCTION = 8  # lines
SAYS_NOTHING = re.compile(r"(?:^|_)(utils?|helpers?|common|base|managers?|misc|stuff)(?:_|$)")

FOR_PEOPLE = ("actions", "bot/conversation", "bot/web/public", "bot/checkin", "bot/safety",
              "bot/modules", "bot/statistics", "bot/referral/card.py", "bot/referral/choosing.py",
              "bot/referral/hours.py", "bot/assistant")  # fmt: skip
"""Code behind what visitors read; the rest speaks to operators and editors."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        place = ROOT / folder
        found += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return found


def functions() -> Iterator[tuple[str, int]]:
    """Yield the name of each function, and its length in lines."""
    for path in sources("bot", "actions"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                name = f"{path.relative_to(ROOT)}:{node.name}"
                yield name, (node.end_lineno or node.lineno) - node.lineno + 1


def names() -> Iterator[str]:
    """Yield what folders, files, classes and functions are called, in small letters."""
    for path in sources("bot", "actions", "tests"):
        yield from path.relative_to(ROOT).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function | ast.ClassDef):
                yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower()


def sentences(code: str) -> Iterator[str]:
    """Yield strings of more than three words that are no docstring, header or refusal."""
    tree = ast.parse(code)
    apart = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise | ast.Expr) and not _is_call(node)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            words = [word for word in node.value.split() if re.fullmatch(r"\W*[^\W\d_]+\W*", word)]
            if len(words) > 3 and not re.search(r"[;=]", node.value):
                yield node.value


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)


def test_imports_run_downward_only_and_frameworks_stay_in_their_edges() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_no_file_is_longer_than_a_reader_can_keep_in_mind() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in sources("bot", "actions")}

    assert {path: number for path, number in lines.items() if number > LONGEST_FILE} == {}


def test_no_function_is_long_and_most_are_short() -> None:
    lengths = dict(functions())

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION


def test_no_name_says_nothing() -> None:
    assert [name for name in names() if SAYS_NOTHING.search(name)] == []


def test_no_page_of_visitors_splits_an_address() -> None:
    """Python keeps the last addresses that it split, and one can hold words or a key."""
    splitting = re.compile(r"request\.(url|base_url)\b|\burl(split|parse|join|defrag)\b")

    assert [
        str(path) for path in sources("bot/web/public") if splitting.search(path.read_text())
    ] == []


def test_no_words_for_people_are_in_python() -> None:
    found = {path: list(sentences(path.read_text())) for path in sources(*FOR_PEOPLE)}

    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('say = "You can get help here"', True),
        ('say(text="Please call the helpline now")', True),
        ('"""You can get help here."""', False),
        ('raise ValueError("this must be a list")', False),
        ('header = "default-src a; script-src b; c d e"', False),
        ('choice = "topic.worried_about_other"', False),
    ],
)
def test_the_search_for_words_finds_them(line: str, found: bool) -> None:
    assert bool(list(sentences(line))) is found
