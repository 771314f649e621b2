"""bot.languages.locales: what is on offer, and what a browser would like."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wiring
from bot.errors import BrokenContent
from bot.languages.locales import Locale, propose, read_locales

OFFERED = tuple(Locale(tag, tag, "ltr") for tag in ("en", "de", "fr", "pt-BR"))


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en;q=0.3,fr;q=0.9", "fr"),
        ("en; q=0.3, fr ; q=0.9", "fr"),
        ("fr-CH, de;q=0.9, *;q=0.1", "fr"),
        ("nl,sv;q=0.8,de;q=0.1", "de"),
        ("pt-br", "pt-BR"),
        ("de,fr", "de"),
        ("de;q=0,fr;q=0.1", "fr"),
        ("fr;q=0", "en"),
        ("nl", "en"),
        ("*", "en"),
        ("", "en"),
        (",,;;q=,=", "en"),
        ("de;q=much,fr;q=0.2", "fr"),
        ("fr;q=nan", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_browser_s_wishes_decide_which_locale_is_proposed(header: str, tag: str) -> None:
    assert propose(header, OFFERED).tag == tag


@given(st.text(max_size=100))
def test_any_header_leads_to_a_locale_on_offer(header: str) -> None:
    assert propose(header, OFFERED) in OFFERED


def test_the_real_locales_have_their_own_names_and_directions() -> None:
    found = {locale.tag: (locale.name, locale.direction) for locale in wiring.locales()}

    assert found["en"] == ("English", "ltr")
    assert found["de"] == ("Deutsch", "ltr")
    assert found["fr"] == ("Français", "ltr")
    assert next(iter(found)) == "en"


def test_a_locale_that_is_written_from_right_to_left_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locales.yml"
    path.write_text("locales:\n- {tag: ar}")
    (arabic,) = read_locales(path)

    assert (arabic.direction, arabic.name) == ("rtl", "العربية")


@pytest.mark.parametrize(
    "text",
    ["locales: [{tag: klingonese}]", "locales: [{name: German}]", "locales: [de]",
     "locales: [{tag: 3}]", "locales: []", "locales:", "", "tags: [de]"],
)  # fmt: skip
def test_a_broken_list_of_locales_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "locales.yml"
    path.write_text(text)

    with pytest.raises(BrokenContent, match=r"locales\.yml: "):
        read_locales(path)
