"""The reasons in docs/advisories.yml: what a known weakness would need isn't there."""

from __future__ import annotations

import inspect
import re
import tarfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path, PurePath

import pytest
import yaml

from bot.assistant import launcher
from bot.settings import ROOT, read

OURS = ("bot", "actions")
RASAS = ("rasa", "rasa_sdk")
WEAK = re.compile(
    r"\bget_file\b|\bextract_archive\b"  # of Keras: fetch and unpack
    r"|\bupper_bound\b"  # of TensorFlow
    r"|\bParseDict\b|google\.protobuf"
    r"|\bTfidfVectorizer\b"
    r"|\bonnx\.(?:load|hub)|\bexternal_data\b"
    r"|\bpackage_index\b|\beasy_install\b|\b(?:from|import) wheel\b"
)
RUNS_CODE = re.compile(
    r"\b(?:import|from) (?:pickle|joblib|skops|dill|cloudpickle|keras)\b"
    r"|\bkeras\.(?:models|saving)\b|\bload_weights\b|\bsaved_model\b|allow_pickle=True"
)
PLAIN = {".json", ".yml", ".npy", ".npz", ".onnx", ".model"}
"""Data, arrays read without pickles, a graph, and the word pieces of SentencePiece."""


def sources(*packages: str) -> Iterator[tuple[str, str]]:
    """Yield each Python file of these packages, such as ``bot/errors.py``, with its text."""
    for name in packages:
        spec = find_spec(name)
        assert spec
        assert spec.submodule_search_locations
        folder = Path(spec.submodule_search_locations[0])
        for path in folder.rglob("*.py"):
            yield str(path.relative_to(folder.parent)), path.read_text(encoding="utf-8")


def test_neither_our_code_nor_rasas_names_what_is_weak() -> None:
    found = {path: WEAK.findall(text) for path, text in sources(*OURS, *RASAS)}

    assert len(found) > len({Path(path).name for path in found}), "some have the same name"
    assert {path: weak for path, weak in found.items() if weak} == {}


@pytest.mark.parametrize(
    "line",
    ["keras.utils.get_file(address)", "json_format.ParseDict(read, message)", "onnx.load(path)",
     "from wheel.cli import unpack", "from setuptools.package_index import PackageIndex"],
)  # fmt: skip
def test_the_search_finds_what_is_weak(line: str) -> None:
    assert WEAK.search(line)


def test_our_code_reads_no_file_that_can_run_code() -> None:
    assert [path for path, text in sources(*OURS) if RUNS_CODE.search(text)] == []


def test_no_step_of_the_pipeline_reads_a_model_of_another_library() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    steps = [step["name"] for step in (*config["pipeline"], *config["policies"])]

    assert {step for step in steps if not step.startswith("bot.assistant.")} == {"RulePolicy"}


@pytest.mark.slow
def test_the_trained_model_is_plain_data() -> None:
    with tarfile.open(read({}).model) as archive:
        files = [PurePath(each.name) for each in archive.getmembers() if each.isfile()]

    assert {path.suffix for path in files} <= PLAIN
    assert PurePath("metadata.json") in files


def test_rasa_is_served_without_its_interface_and_without_other_origins() -> None:
    text = inspect.getsource(launcher.serve)

    assert "enable_api=False" in text
    assert "cors" not in text  # which Rasa takes for no origin at all
    assert "app.run(sock=bound" in text


def test_only_rasas_own_command_can_start_the_collector_of_errors() -> None:
    starts = re.compile(r"\bsentry_sdk\.init\(|\binitialize_error_reporting\b")

    found = {path for path, text in sources(*OURS, *RASAS) if starts.search(text)}

    assert found == {"rasa/telemetry.py", "rasa/__main__.py"}


def test_nothing_in_the_checkout_stands_in_for_pythons_own_tests() -> None:
    assert [path for path in (ROOT / "test.py", ROOT / "test") if path.exists()] == []
