"""What a measurement is of: the commit, and whether anything that was measured differs from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.proofs import record


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one commit, with a page, the list of weaknesses and a program."""
    for name in ("docs/proofs.md", "docs/advisories.yml", "program.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before\n")
    for command in (
        ("init", "-q"), ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "one"),
    ):  # fmt: skip
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    monkeypatch.setattr(record, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "is_said"),
    [("docs/proofs.md", False), ("docs/advisories.yml", True), ("program.py", True)],
)
def test_a_change_is_said_unless_it_is_of_a_page(
    checkout: Path, changed: str, *, is_said: bool
) -> None:
    clean = record.commit()
    (checkout / changed).write_text("after\n")

    assert clean
    assert not clean.endswith(record.CHANGED)
    assert record.commit() == (clean + record.CHANGED if is_said else clean)


@pytest.mark.parametrize(
    ("made", "is_said"), [("2026-01-01T00:00:00Z", False), ("2099-01-01T00:00:00Z", True)]
)
def test_a_commit_that_was_made_meanwhile_is_said(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, made: str, *, is_said: bool
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", made)
    amend = ("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "--amend")
    subprocess.run(["git", "-C", str(checkout), *amend, "--no-edit"], check=True)

    assert record.measured().endswith(record.CHANGED) is is_said
