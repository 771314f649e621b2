"""bot.release.folder: a folder that data tools, archives and people can read and rely on."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import frictionless
import nbformat
import pytest
import yaml

from bot.release.codebook import entries, steps
from bot.release.reading import all_of, latest, read_release
from bot.statistics.events import TABLES
from bot.statistics.release import STEPS
from tests.release.operating import Place, files_of, weeks_later

FILES = {
    "CITATION.cff", "LICENSE.txt", "README.md", "SHA256SUMS", "codebook.csv", "codebook.xml",
    "data/funnel.csv", "data/months.csv", "data/totals.csv", "data/weeks.csv", "data/years.csv",
    "datapackage.json", "notebook.ipynb", "privacy.json", "register.jsonl",
}  # fmt: skip
COLUMNS = {
    "data/weeks.csv": "week,table,cell,conversations,status",
    "data/months.csv": "month,table,cell,conversations,weeks_published,weeks",
    "data/years.csv": "year,table,cell,conversations,weeks_published,weeks",
    "data/totals.csv": "week,table,conversations",
    "data/funnel.csv": "week,step,conversations,cells_suppressed",
    "codebook.csv": "table,label,unit,table_meaning,cell,meaning",
}
DDI = "{ddi:codebook:2_5}"
CHILDREN = {
    "codeBook": "docDscr stdyDscr fileDscr dataDscr otherMat",
    "docDscr": "citation guide docStatus docSrc controlledVocabUsed notes",
    "stdyDscr": "citation studyAuthorization stdyInfo studyDevelopment method dataAccs",
    "citation": "titlStmt rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes",
    "titlStmt": "titl subTitl altTitl parTitl IDNo",
    "rspStmt": "AuthEnty othId",
    "prodStmt": "producer copyright prodDate prodPlac software fundAg grantNo",
    "verStmt": "version verResp notes",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement notes",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe "
    "dataKind",
    "method": "dataColl notes anlyInfo stdyClas dataProcessing codingInstructions",
    "dataColl": "timeMeth dataCollector collectorTraining frequenc sampProc sampleFrame "
    "targetSampleSize deviat collMode",
    "dataAccs": "setAvail useStmt notes",
    "useStmt": "confDec specPerm restrctn contact citReq deposReq conditions disclaimer",
    "fileDscr": "fileTxt locMap notes",
    "fileTxt": "fileName fileCitation fileCont fileStrc dimensns fileType format",
    "dimensns": "caseQnty varQnty logRecL recPrCas recNumTot",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "var": "location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng "
    "undocCod universe TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept "
    "derivation varFormat",
    "catgry": "catValu labl txt catStat mrow",
}
"""Element to its children in the order of DDI-Codebook 2.5's codebook.xsd, as far as it is used."""


@pytest.fixture(scope="module")
def folder(shared_place: Place) -> Path:
    """Return a release of three weeks with the survey."""
    shared_place.count(week=1, locale__en=200, survey_way__same=90, outcome__began=55)
    made = shared_place.release(weeks_later(4), with_survey=True).folder
    assert made
    return made


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release without a visitor behind it."""
    place = Place(tmp_path_factory.mktemp("synthetic"), synthetic=True)
    place.count(locale__en=200)
    made = place.release(weeks_later(2)).folder
    assert made
    return made


def read_csv(folder: Path, name: str) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


def test_every_file_is_there_and_nothing_else(folder: Path) -> None:
    assert set(files_of(folder)) == FILES


def test_no_file_can_be_written_to(folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*.*") if path.is_file()} == {
        0o444
    }


def test_nothing_unfinished_stays_beside_the_release(folder: Path) -> None:
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, "register.jsonl"}


@pytest.mark.parametrize(("name", "columns"), COLUMNS.items())
def test_every_table_has_its_columns(folder: Path, name: str, columns: str) -> None:
    assert (folder / name).read_text(encoding="utf-8").splitlines()[0] == columns


def test_sha256sum_agrees(folder: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(FILES) - 1


@pytest.mark.parametrize("kind", ["folder", "synthetic"])
def test_frictionless_finds_a_valid_package(kind: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(kind)
    package = frictionless.Package(str(place / "datapackage.json"))
    report = package.validate()

    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "message"])
    assert {resource.path for resource in package.resources} == set(COLUMNS)
    assert package.get_resource("weeks").schema.primary_key == ["week", "table", "cell"]


def test_suppressed_cells_are_empty_and_said_so(folder: Path) -> None:
    for row in read_csv(folder, "data/weeks.csv"):
        assert (row["conversations"] == "") == (row["status"] == "suppressed")


def test_what_is_read_back_is_what_was_released(folder: Path) -> None:
    release = read_release(folder)

    assert release.name == folder.name == "2026-W47"
    assert len(release.weeks) == 3 * sum(map(len, TABLES.values()))
    assert latest(folder.parent) == folder


def test_releases_are_in_the_order_of_their_weeks(tmp_path: Path) -> None:
    names = ["2025-W52", "synthetic-2026-W02", "2026-W09", "2026-W10"]
    for name in (*reversed(names), ".2027-W01", "notes"):
        (tmp_path / name).mkdir()

    assert [path.name for path in all_of(tmp_path)] == names
    assert latest(tmp_path / "nowhere") is None


def test_the_codebook_explains_every_table_cell_and_step(folder: Path) -> None:
    explained = {(row["table"], row["cell"]) for row in read_csv(folder, "codebook.csv")}

    assert explained >= {(table, cell) for table, cells in TABLES.items() for cell in cells}
    assert {step for table, step in explained if table == "funnel"} == set(STEPS)
    assert all(value for row in read_csv(folder, "codebook.csv") for value in row.values())


@pytest.mark.parametrize("table", TABLES)
def test_the_meanings_are_in_the_dictionarys_order_and_no_two_are_alike(table: str) -> None:
    meanings = entries()[table].cells

    assert list(meanings) == list(TABLES[table])
    assert len(set(meanings.values())) == len(meanings)
    assert list(steps()) == list(STEPS)


def test_the_ddi_codebook_has_its_elements_in_the_schemas_order(folder: Path) -> None:
    root = ET.fromstring((folder / "codebook.xml").read_text(encoding="utf-8"))

    assert root.tag == f"{DDI}codeBook"
    for element in root.iter():
        children = [child.tag.removeprefix(DDI) for child in element]
        if children:
            order = CHILDREN[element.tag.removeprefix(DDI)].split()
            assert [order.index(child) for child in children] == sorted(
                order.index(child) for child in children
            )


def test_the_ddi_codebook_describes_every_file_column_and_table(folder: Path) -> None:
    root = ET.fromstring((folder / "codebook.xml").read_text(encoding="utf-8"))

    files = {element.get("ID"): element for element in root.iter(f"{DDI}fileDscr")}
    assert {element.findtext(f".//{DDI}fileName") for element in files.values()} == set(COLUMNS)
    variables = list(root.iter(f"{DDI}var"))
    assert {variable.get("files") for variable in variables} == set(files)
    assert len({variable.get("ID") for variable in variables}) == len(variables)
    assert {variable.get("name") for variable in variables} >= set(TABLES)


def test_privacy_says_the_unit_the_rules_and_the_losses(folder: Path) -> None:
    rules = json.loads((folder / "privacy.json").read_text(encoding="utf-8"))

    assert "one conversation" in rules["unit"]
    assert rules["unit_by_table"]["showing"] == "one showing of the first page"
    assert rules["epsilon_by_table"] == dict.fromkeys(TABLES, 0.25)
    assert (rules["delta"], rules["scale"], rules["sensitivity"]) == (0, 4.0, 1)
    assert rules["loss"]["one_showing"] == 0.25
    assert rules["loss"]["one_conversation"] == 1.0
    assert rules["loss"]["one_conversation_with_the_survey"] == 1.75
    assert "m times" in rules["loss"]["one_person"]
    assert rules["half_width_of_95_percent_by_numbers_summed"]["1"] == 12
    assert rules["is_synthetic"] is False


def test_the_public_register_has_no_digest_of_the_ledger(folder: Path, shared_place: Place) -> None:
    text = (folder / "register.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]

    assert [set(line) for line in lines] == [{"number", "week", "table", "digest"}] * len(lines)
    assert not {line["digest"] for line in lines} & {draw.digest for draw in shared_place.draws()}
    assert [(line["number"], line["table"]) for line in lines] == [
        (draw.number, draw.table) for draw in shared_place.draws()
    ]


def test_no_file_holds_a_noisy_number_that_was_suppressed(
    folder: Path, shared_place: Place
) -> None:
    negative = [n for draw in shared_place.draws() for n in draw.noisy.values() if n < 0]

    assert negative
    for name in COLUMNS:
        assert "-" not in {
            value[:1] for row in read_csv(folder, name) for value in row.values() if value
        }


def test_the_citation_is_yaml_with_what_a_citation_needs(folder: Path) -> None:
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))

    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == folder.name
    assert {"title", "authors", "message", "date-released", "license"} <= set(cited)


def test_the_licence_is_named_and_linked(folder: Path) -> None:
    text = (folder / "LICENSE.txt").read_text(encoding="utf-8")

    assert "CC BY 4.0" in text
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text


def test_a_synthetic_release_is_marked_in_its_name_and_in_every_file(synthetic: Path) -> None:
    assert synthetic.name == "synthetic-2026-W45"
    for name, data in files_of(synthetic).items():
        assert b"synthetic" in data.lower(), name
    for name in COLUMNS:
        assert {row["origin"] for row in read_csv(synthetic, name)} == {"synthetic"}


def test_a_release_of_real_counts_is_nowhere_called_synthetic(folder: Path) -> None:
    notebook = (folder / "notebook.ipynb").read_text(encoding="utf-8")
    privacy = (folder / "privacy.json").read_text(encoding="utf-8")

    for name, data in files_of(folder).items():
        if data.decode() not in (notebook, privacy):
            assert b"synthetic" not in data.lower(), name


@pytest.mark.parametrize("kind", ["folder", "synthetic"])
def test_the_notebook_is_valid_and_not_run(kind: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(kind)
    notebook = nbformat.read(place / "notebook.ipynb", as_version=4)

    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "synthetic"])
def test_the_notebook_runs_and_draws_every_table(kind: str, request: pytest.FixtureRequest) -> None:
    place = request.getfixturevalue(kind)
    notebook = run(place)

    shown = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    assert len(shown) >= 1 + len({row["table"] for row in read_csv(place, "data/weeks.csv")})


def run(folder: Path) -> nbformat.NotebookNode:
    """Return the release's notebook after every cell of it ran."""
    import nbclient

    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.resources["metadata"] = {"path": str(folder)}
    return client.execute(env={**os.environ, "PYTHONWARNINGS": "ignore"})
