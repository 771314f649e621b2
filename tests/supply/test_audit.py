"""tests.supply.audit: a weakness is told, a known one is let be, and no answer is never "none"."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.supply import snapshot
from tests.supply.audit import NOBODY_ANSWERED, NONE, PIP_AUDIT, SOME, Answer, ask, said
from tests.supply.snapshot import is_affected, read, served

needs_pip_audit = pytest.mark.skipif(not PIP_AUDIT.exists(), reason="it comes with: make audit")


def advisory(**changes: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}]
    package = {"name": "Some_Package", "ecosystem": "PyPI"}
    return {
        "id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "details": "It breaks.",
        "modified": "2026-01-02T03:04:05Z", "affected": [{"package": package, "ranges": ranges}],
    } | changes  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "one.json").write_text(json.dumps(advisory()))
    back = advisory(id="PYSEC-2026-2", withdrawn="2026-02-02T00:00:00Z")
    (tmp_path / "back.json").write_text(json.dumps(back))
    (tmp_path / "about.yaml").write_text("id: not an advisory\n")
    return tmp_path


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "some.lock"
    path.write_text(f"some-package==1.5 --hash=sha256:{'0' * 64}\n")
    return path


def events(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": [{kind: at} for kind, at in pairs]}]}


@pytest.mark.parametrize(
    ("affected", "version", "is_weak"),
    [
        (events(("introduced", "0"), ("fixed", "2.0")), "1.9", True),
        (events(("introduced", "0"), ("fixed", "2.0")), "2.0", False),
        (events(("introduced", "1.2"), ("fixed", "2.0")), "1.1", False),
        (events(("introduced", "0"), ("last_affected", "2.0")), "2.0", True),
        (events(("introduced", "0"), ("last_affected", "2.0")), "2.0.1", False),
        (events(("fixed", "2"), ("introduced", "3"), ("introduced", "0")), "3.1", True),
        (events(("introduced", "0")), "99", True),
        (events(("introduced", "0.3.2d"), ("fixed", "0.4")), "7", True),  # it can't be read
        ({"versions": ["1.0", "0.3.2d"]}, "1.0.0", True),
        ({"versions": ["1.0", "0.3.2d"]}, "1.0.1", False),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, "1.0", False),
    ],
)
def test_a_version_is_weak_if_it_is_listed_or_within_a_range(
    affected: dict[str, Any], version: str, is_weak: bool
) -> None:
    assert is_affected(affected, version) is is_weak


@given(st.lists(st.integers(0, 20), min_size=3, max_size=3, unique=True).map(sorted))
def test_between_introduced_and_fixed_lies_what_is_weak(three: list[int]) -> None:
    low, middle, high = map(str, three)
    between = events(("introduced", low), ("fixed", high))

    assert is_affected(between, low)
    assert is_affected(between, middle)
    assert not is_affected(between, high)


def test_a_copy_is_read_without_what_was_taken_back(copy: Path) -> None:
    found = read(copy)

    assert found.newest == "2026-01-02"
    assert [each["id"] for each in found.about("some.package", "1.5")] == ["PYSEC-2026-1"]
    assert found.about("some.package", "2.0") == []


@pytest.mark.slow
@needs_pip_audit
@pytest.mark.parametrize(
    ("known", "code"), [([], SOME), (["CVE-2026-1"], NONE), (["CVE-2026-2"], SOME)]
)
def test_pip_audit_tells_a_weakness_unless_it_is_known(
    copy: Path, lock: Path, known: list[str], code: int
) -> None:
    with served(snapshot.read(copy)) as address:
        answer = ask(lock, known, ("--vulnerability-service", "osv", "--osv-url", address))

    assert answer.code == code
    assert answer.audited == 1
    assert answer.found == (("some-package 1.5: PYSEC-2026-1 CVE-2026-1",) if code == SOME else ())


@pytest.mark.slow
@needs_pip_audit
def test_where_nobody_answers_it_says_so_and_not_that_nothing_was_found(lock: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1/query"
        answer = ask(lock, [], ("--vulnerability-service", "osv", "--osv-url", address))

    assert answer == Answer(None)
    assert answer.code == NOBODY_ANSWERED
    assert said(answer, "a live database").startswith("Nobody was asked: a live database gave no")


def test_what_was_found_is_said_with_what_to_do() -> None:
    assert said(Answer(7), "a copy").startswith("7 packages, and no weakness")
    assert said(Answer(7, ("a 1: CVE-2026-1",)), "a copy").startswith("a 1: CVE-2026-1\nMend each")
