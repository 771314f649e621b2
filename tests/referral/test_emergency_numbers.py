"""bot.referral.emergency: a number where sources agree, and words where they don't."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BrokenContent
from bot.referral.countries import all_countries
from bot.referral.emergency import FILE, read_emergency
from bot.referral.reading import Directory

GOOD = """
checked_on: "2026-11-22"
checked: compared
sources: {one: "https://one.example", two: "https://two.example"}
countries:
- {country: XX, general: ["112"], confidence: high, sources: [one, two]}
""".replace("XX", "DE")


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def written(text: str) -> Path:
        path = tmp_path / FILE
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_every_country_has_at_most_one_entry_for_emergencies(directory: Directory) -> None:
    found = [
        c for s in directory.services.values() if "emergency" in s.made_for for c in s.countries
    ]
    doubled = {country for country in found if found.count(country) > 1}

    assert set(found) - {"*"} <= all_countries()
    # 112 in the whole Union stands beside the own entries of some of its countries.
    assert all("emergency-112-eu" in directory.services for _ in doubled)
    assert doubled <= set(directory.services["emergency-112-eu"].countries) | {"*"}


def test_a_number_of_the_list_names_at_least_two_sources(directory: Directory) -> None:
    listed = [s for s in directory.services.values() if s.file == FILE]

    assert len(listed) > 100
    assert all(len(set(service.sources)) >= 2 for service in listed)
    assert all(service.confidence in ("high", "medium") for service in listed)


def test_police_and_ambulance_are_told_apart(write) -> None:  # type: ignore[no-untyped-def]
    path = write(GOOD.replace('general: ["112"]', 'police: ["110"], ambulance: ["112"]'))

    (service,) = read_emergency(path)

    assert [(c.value, c.note) for c in service.channels] == [
        ("110", "police"),
        ("112", "ambulance"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "cure"),
    [
        ('general: ["112"], ', "", "needs country, numbers"),
        ("confidence: high", "confidence: sure", "confidence is sure"),
        ("sources: [one, two]", "sources: [three]", "three"),
        ('["112"]', '["x"]', "can't be dialled"),
        ("confidence: high", "colour: red", "needs country, numbers"),
    ],
)
def test_a_wrong_line_is_refused_with_its_country_or_its_cure(  # type: ignore[no-untyped-def]
    write, old: str, new: str, cure: str
) -> None:
    with pytest.raises(BrokenContent, match=cure):
        list(read_emergency(write(GOOD.replace(old, new))))
