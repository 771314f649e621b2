"""bot.referral.open_data and coverage: all of it, described, and nothing that isn't shown."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

from jsonschema import Draft202012Validator

from bot.referral.coverage import NEEDED, coverage
from bot.referral.open_data import open_data
from bot.referral.reading import Directory
from bot.settings import ROOT

SCHEMA = json.loads((ROOT / "content" / "services.schema.json").read_text(encoding="utf-8"))
TODAY = date(2026, 12, 1)


def test_the_json_keeps_to_its_schema(directory: Directory) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    wrong = list(Draft202012Validator(SCHEMA).iter_errors(json.loads(open_data(directory).json)))

    assert [error.message for error in wrong] == []


def test_json_and_csv_hold_every_service_with_every_way_to_reach_it(directory: Directory) -> None:
    data = open_data(directory)
    services = json.loads(data.json)["services"]
    lines = list(csv.DictReader(io.StringIO(data.csv)))
    shown = [(s.id, c.value) for s in directory.services.values() for c in s.shown_channels]

    assert [s["id"] for s in services] == list(directory.services)
    assert [(s["id"], c["value"]) for s in services for c in s["contacts"]] == shown
    assert [(line["id"], line["value"]) for line in lines] == shown


def test_a_number_of_low_confidence_is_not_published(directory: Directory) -> None:
    doubted = replace(directory.services["samaritans-gb-ie"], confidence="low")
    data = open_data(Directory({**directory.services, doubted.id: doubted}))

    assert "116 123" in open_data(directory).csv.split("samaritans-gb-ie", 1)[1][:300]
    assert not [
        line
        for line in csv.DictReader(io.StringIO(data.csv))
        if line["id"] == doubted.id and line["kind"] != "web"
    ]


def test_the_version_changes_with_an_entry_and_only_then(directory: Directory) -> None:
    one = directory.services["samaritans-gb-ie"]
    changed = Directory({**directory.services, one.id: replace(one, cost="paid")})

    assert open_data(directory) == open_data(Directory(dict(directory.services)))
    assert open_data(changed).version != open_data(directory).version
    assert open_data(directory).version.startswith("2026-11-22.")


def test_coverage_names_what_a_country_has_and_lacks(directory: Directory) -> None:
    found = {row.country: row for row in coverage(directory, TODAY)}

    assert set(found["DE"].kinds) | set(found["DE"].missing) == set(NEEDED)
    assert "helpline" in found["GB"].kinds
    assert "helpline" in found["IT"].missing
    assert found["GB"].oldest == 9
    assert list(found)[-1] == "*"
