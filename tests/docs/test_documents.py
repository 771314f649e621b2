"""What a document names, exists; and drafts say that they are drafts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from bot.languages.yaml import read_yaml
from bot.settings import ROOT
from tests.docs.naming import missing

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DRAFTS = [
    ROOT / name
    for name in (
        "SECURITY.md", "docs/threat-model.md", "docs/privacy/dpia.md", "docs/safety/hazards.md",
        "docs/safety/intended-purpose.md", "docs/ai-act.md", "docs/accessibility.md",
        "docs/incidents.md",
    )
]  # fmt: skip
RECORDS = ROOT / "docs" / "privacy" / "ropa.csv"
ARTICLE_30 = {
    "processing", "purpose", "people", "data", "special", "legal_basis", "recipients",
    "third_countries", "kept_for", "measures", "evidence", "state",
}  # fmt: skip


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def records() -> list[dict[str, str]]:
    with RECORDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_file_test_command_and_setting_that_a_document_names_exists(path: Path) -> None:
    assert list(missing(path.read_text("utf-8"), path.parent)) == []


@pytest.mark.parametrize(
    "text",
    [
        "`tests/docs/test_documents.py::test_that_nobody_wrote`",
        "`docs/nothing.md`",
        "`bot/nothing/`",
        "`content/nothing/<locale>.yml`",
        "`quietline nothing`",
        "`quietline content nothing`",
        "`quietline content sign --nothing`",
        "`make nothing`",
        "`python -m tests.nothing`",
        "`QUIETLINE_NOTHING=1`",
        "```\nquietline nothing   # a comment\n```\n",
        "[a page](nothing.md)",
        "[a chapter](README.md#nothing)",
        "# A chapter\n[it](#another-chapter)",
    ],
)
def test_what_is_not_there_is_noticed(text: str) -> None:
    assert len(list(missing(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "`tests/docs/test_documents.py::test_what_is_there_is_let_be`",
        "`content/safety/<locale>.yml`, `docs/`, `Makefile`, `bot.statistics.events`",
        "`quietline content sign --locale de --part module.urges`",
        "`/help`, `/services.json`, `https://www.wikipedia.org/`, `116 123`, `var/x.sqlite`",
        "```\n$ echo hi | .venv/bin/quietline talk --locale en | head\nmake run  # go\n```\n",
        "`QUIETLINE_MODE=production`, `python -m bot`",
        "# A chapter\n[it](#a-chapter), [readme](README.md#run-it), [mail](mailto:a@b.example)",
    ],
)
def test_what_is_there_is_let_be(text: str) -> None:
    assert list(missing(text)) == []


@pytest.mark.parametrize("path", DRAFTS, ids=name_of)
def test_a_draft_says_on_top_that_nobody_has_signed_it(path: Path) -> None:
    top = path.read_text("utf-8").partition("\n## ")[0].split("\n\n")[1]

    assert top.startswith("*Draft by engineers")
    assert re.search(r"\b(?:no|nobody)\b.*\bhas\b.*\bsigned\b", top, re.IGNORECASE | re.DOTALL)


@pytest.mark.parametrize("path", DRAFTS, ids=name_of)
def test_no_draft_claims_an_effect(path: Path) -> None:
    claims = read_yaml(ROOT / "content" / "words" / "checks.yml")["en"]["claims"]
    pattern = "|".join(re.escape(claim).replace(r"\*", r"\w*") for claim in claims)

    assert re.findall(rf"\b(?:{pattern})\b", path.read_text("utf-8"), re.IGNORECASE) == []


def test_every_record_of_processing_is_complete_and_its_evidence_exists() -> None:
    assert records()
    for record in records():
        assert set(record) == ARTICLE_30
        assert [name for name, value in record.items() if not (value or "").strip()] == []
        assert list(missing(f"`{record['evidence']}`")) == [], record["processing"]


def test_the_records_do_not_hide_the_address_in_memory() -> None:
    addresses = [record for record in records() if "network address" in record["data"]]

    assert len(addresses) == 1
    assert "in memory" in addresses[0]["kept_for"]
