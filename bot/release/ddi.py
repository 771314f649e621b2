"""codebook.xml: the release for data archives, as DDI-Codebook 2.5.

Elements stand in the order that the standard's schema wants (codebook.xsd of 2012).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET  # writes only

from bot.release.codebook import Entry, entries
from bot.release.descriptor import LICENCE, title_of
from bot.release.privacy import MECHANISM, ORIGIN, privacy, tables
from bot.release.sheets import Column, Sheet
from bot.statistics.release import Release

NAMESPACE: Final = "ddi:codebook:2_5"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA: Final = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
ABSTRACT: Final = (
    "Weekly counts of anonymous conversations with Quietline, a self-help and referral assistant "
    "for adults who worry that they might harm a child, and want not to. One-way tables only; no "
    "table about a person, and nothing finer than a week."
)
UNIVERSE: Final = "Conversations that began in the weeks of the release; nobody is sampled"
NUMERIC: Final = ("integer",)


def ddi(release: Release, sheets: Iterable[Sheet]) -> str:
    """Return the codebook as XML."""
    there = tuple(sheets)
    root = ET.Element("codeBook", {"version": "2.5", "xmlns": NAMESPACE, "xml:lang": "en"})
    root.set("xmlns:xsi", INSTANCE)
    root.set("xsi:schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _citation(ET.SubElement(root, "docDscr"), release, "Codebook. ")
    _study(ET.SubElement(root, "stdyDscr"), release)
    for number, sheet in enumerate(there, start=1):
        _file(root, f"F{number}", sheet)
    _variables(ET.SubElement(root, "dataDscr"), there, release)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _citation(parent: ET.Element, release: Release, before: str = "") -> None:
    citation = ET.SubElement(parent, "citation")
    titles = ET.SubElement(citation, "titlStmt")
    _text(titles, "titl", before + title_of(release))
    _text(titles, "IDNo", f"{release.ledger_id}/{release.name}")
    _text(ET.SubElement(citation, "rspStmt"), "AuthEnty", "Quietline")
    made = ET.SubElement(citation, "prodStmt")
    _text(made, "copyright", f"CC BY 4.0, {LICENCE}")
    _text(made, "prodDate", release.made_on.isoformat(), date=release.made_on.isoformat())
    _text(ET.SubElement(citation, "verStmt"), "version", release.name)


def _study(study: ET.Element, release: Release) -> None:
    rules = privacy(release)
    _citation(study, release)
    about = ET.SubElement(study, "stdyInfo")
    _text(about, "abstract", f"{ORIGIN[release.is_synthetic]}. {ABSTRACT}")
    summary = ET.SubElement(about, "sumDscr")
    for event, week in (("start", "first_week"), ("end", "last_week")):
        _text(summary, "timePrd", rules[week], date=rules[week], event=event)
    _text(summary, "anlyUnit", rules["unit"])
    _text(summary, "universe", UNIVERSE)
    _text(summary, "dataKind", "aggregate data")
    method = ET.SubElement(study, "method")
    collected = ET.SubElement(method, "dataColl")
    _text(collected, "timeMeth", "Every week")
    _text(collected, "frequenc", "weekly")
    _text(collected, "collMode", "Counted by the program itself; no identifiers")
    _text(method, "notes", _disclosure(release))
    access = ET.SubElement(study, "dataAccs")
    use = ET.SubElement(access, "useStmt")
    _text(use, "citReq", "Cite as CITATION.cff says.")
    _text(use, "conditions", f"Creative Commons Attribution 4.0 International, {LICENCE}")


def _disclosure(release: Release) -> str:
    rules = release.rules
    return (
        f"{MECHANISM} Epsilon {rules.epsilon:g} for each table, delta 0. Noisy numbers under "
        f"{rules.cut} are suppressed, the others rounded to {rules.rounding}."
    )


def _file(root: ET.Element, number: str, sheet: Sheet) -> None:
    text = ET.SubElement(ET.SubElement(root, "fileDscr", ID=number), "fileTxt")
    _text(text, "fileName", sheet.path)
    _text(text, "fileCont", sheet.title)
    size = ET.SubElement(text, "dimensns")
    _text(size, "caseQnty", str(len(sheet.rows)))
    _text(size, "varQnty", str(len(sheet.columns)))
    _text(text, "fileType", "text/csv; charset=utf-8")


def _variables(data: ET.Element, sheets: tuple[Sheet, ...], release: Release) -> None:
    for number, sheet in enumerate(sheets, start=1):
        for place, column in enumerate(sheet.columns, start=1):
            _variable(data, f"F{number}", f"V{number}_{place}", column)
    for number, table in enumerate(tables(release), start=1):
        _meanings(data, f"T{number}", entries()[table])


def _variable(data: ET.Element, file: str, number: str, column: Column) -> None:
    variable = ET.SubElement(data, "var", ID=number, name=column.name, files=file)
    _text(variable, "labl", column.meaning)
    kind = "numeric" if column.kind in NUMERIC else "character"
    _text(variable, "varFormat", column.kind, type=kind)


def _meanings(data: ET.Element, number: str, entry: Entry) -> None:
    """Describe a table as the categories that the column ``cell`` has in its rows."""
    variable = ET.SubElement(data, "var", ID=number, name=entry.table, files="F1")
    _text(variable, "labl", entry.label)
    _text(variable, "universe", entry.unit)
    _text(variable, "txt", entry.meaning)
    for cell, meaning in entry.cells.items():
        category = ET.SubElement(variable, "catgry")
        _text(category, "catValu", cell)
        _text(category, "labl", meaning)
    _text(variable, "varFormat", "string", type="character")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text
