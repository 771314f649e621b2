"""quietline studio: the working copy from its beginning to what visitors see."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.studio import studio
from bot.errors import BadSetting, NotReady
from bot.settings import ROOT
from bot.storage.studio import StudioStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUIETLINE_STUDIO", str(tmp_path / "studio"))
    monkeypatch.setenv("QUIETLINE_STUDIO_DATABASE", f"sqlite:///{tmp_path / 'studio.sqlite'}")
    monkeypatch.setenv("QUIETLINE_BUNDLES", str(tmp_path / "bundles"))
    monkeypatch.setenv("QUIETLINE_BUNDLE_KEY", str(tmp_path / "bundle.pub"))
    return tmp_path


@pytest.fixture
def started(folder: Path) -> Path:
    """A working copy with two languages, so that it is read quickly."""
    small = folder / "checkout"
    shutil.copytree(ROOT / "content", small / "content")
    shutil.copytree(ROOT / "locales" / "de", small / "locales" / "de")
    shutil.copytree(ROOT / "locales" / "en", small / "locales" / "en")
    for path in (ROOT / "locales").glob("*.pot"):
        shutil.copyfile(path, small / "locales" / path.name)
    (small / "locales" / "locales.yml").write_text("locales:\n- tag: en\n- tag: de\n")
    done = run("start", "--from", str(small))
    assert done.output == f"The studio works on {folder / 'studio'} from now on.\n"
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(studio, arguments)


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("export", "out"), ("publish", "--note", "a"), ("import", ".")],
)
def test_without_a_working_copy_each_command_says_what_to_do(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments)

    assert isinstance(done.exception, NotReady)
    assert "quietline studio start" in str(done.exception)


def test_status_lists_every_language_and_what_visitors_see(started: Path) -> None:
    lines = run("status").output.splitlines()

    assert lines[0].split()[:4] == ["locale", "texts", "open", "draft"]
    assert [line.split()[0] for line in lines[1:3]] == ["en", "de"]
    assert lines[-1] == "Visitors see: the words of the checkout"


def test_a_round_trip_over_the_command_line_changes_nothing(started: Path) -> None:
    out = started / "out"
    assert "content/survey.yml" in run("export", str(out)).output
    done = run("import", str(out), "--by", "ann")

    assert done.output == "New versions of texts and files: 0.\n"
    assert run("export", str(out)).output == ""


def test_a_signer_has_the_roles_that_were_given_last(folder: Path) -> None:
    run("signer", "ann", "--role", "clinician", "--role", "editor")
    done = run("signer", "ann", "--role", "lawyer")

    assert done.output == "ann signs as: lawyer\n"
    store = StudioStore(f"sqlite:///{folder / 'studio.sqlite'}")
    assert store.signing_roles("ann") == {"lawyer"}
    store.close_engine()
    assert run("signer", "ann", "--role", "surgeon").exit_code == 2


def test_a_database_that_cant_be_opened_is_told(
    started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETLINE_STUDIO_DATABASE", "nonsense")

    assert isinstance(run("status").exception, BadSetting)
