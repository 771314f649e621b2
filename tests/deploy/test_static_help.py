"""bot.web.public.static_help: pages that help while no process runs."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.deploying import static
from bot.storage import bundles
from bot.web.public.help_block import ON_EVERY_PAGE
from bot.web.public.site import Site
from bot.web.public.static_help import INDEX, PLACE, STYLE, page_in, write_pages
from bot.web.public.visitor import country_names
from tests.builders import checkout
from tests.web.reading import Attributes

TAGS = ["en", "de", "fr", "it", "es", "pt", "nl", "pl", "cs", "fi"]
OF_A_MOMENT = ("now", "closes", "opens", "opens_at", "closed")
FAST = ("en", "fr")
"""A page takes most of a second to write; the others are read among the slow tests."""
each_locale = pytest.mark.parametrize(
    "tag", [tag if tag in FAST else pytest.param(tag, marks=pytest.mark.slow) for tag in TAGS]
)


class Pages(dict[str, str]):
    """Writes a page when it is first read."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def __missing__(self, tag: str) -> str:
        locale = next(each for each in self._site.locales if each.tag == tag)
        self[tag] = page_in(self._site, locale)
        return self[tag]


@pytest.fixture(scope="module")
def pages(site: Site) -> Pages:
    return Pages(site)


def country(html: str, tag: str, code: str) -> str:
    """Return what the page says about one country."""
    name = dict(country_names(tag))[code]
    return html[(start := html.index(f"<summary>{name}<")) : html.index("</details>", start)]


@each_locale
def test_a_page_has_every_need_and_the_numbers_of_every_country(
    pages: Pages, site: Site, tag: str
) -> None:
    html = pages[tag]
    kinds = {code for service in site.content.directory.services.values()
             for code in service.countries if "emergency" in service.kinds}  # fmt: skip

    for need in ON_EVERY_PAGE:
        assert f"<h2>{site.content.words.text(tag, need.title)}</h2>" in html
    assert html.count("<details>") >= len(kinds - {"*"}) > 100
    assert f'<html lang="{tag}" dir="ltr">' in html


@pytest.mark.parametrize(
    ("code", "hrefs"),
    [
        ("GB", ["tel:999", "tel:116123", "tel:08001111"]),
        ("DE", ["tel:112", "tel:110", "tel:08001110111"]),
        ("FR", ["tel:112", "tel:3114"]),
        ("FI", ["tel:112"]),
        ("JP", ["tel:110", "tel:119"]),
    ],
)
@each_locale
def test_numbers_can_be_called(pages: Pages, tag: str, code: str, hrefs: list[str]) -> None:
    said = country(pages[tag], tag, code)

    assert [href for href in hrefs if f'href="{href}"' not in said] == []


@each_locale
def test_a_page_needs_nothing_that_runs(pages: Pages, tag: str) -> None:
    html = pages[tag]
    found = Attributes(html).found
    own = {value for _, name, value in found
           if name in ("href", "src", "action") and value.startswith("/")}  # fmt: skip

    assert not {name for name, _, _ in found} & {"script", "style", "form", "img", "iframe"}
    assert not [name for _, name, _ in found if name == "style" or name.startswith("on")]
    assert own == {"/", PLACE + STYLE} | {f"{PLACE}{each}.html" for each in TAGS}


@each_locale
def test_a_page_never_says_what_is_true_for_a_moment_only(
    pages: Pages, site: Site, tag: str
) -> None:
    said = re.findall(r'class="opening">([^<]*)<', pages[tag])
    for name in OF_A_MOMENT:
        words = site.content.words.text(tag, f"referral.opening.{name}", time="\0", at="\0")
        pattern = re.compile(re.escape(words).replace("\0", ".+"))
        assert [each for each in said if pattern.fullmatch(unescape(each))] == [], name
    assert said


@each_locale
def test_leaving_comes_first_and_drafts_say_so(pages: Pages, site: Site, tag: str) -> None:
    links = re.findall(r"<a [^>]*>", pages[tag])

    assert 'class="skip"' in links[0]
    assert f'href="{site.settings.exit_url}" rel="noreferrer nofollow"' in links[1]
    assert ('class="draft"' in pages[tag]) is (tag not in site.signed)


def test_headings_go_down_one_step_at_a_time(pages: Pages) -> None:
    levels = [int(each) for each in re.findall(r"<h([1-6])", pages["en"])]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.slow
def test_the_style_sheet_lies_beside_and_is_the_one_that_pages_expect(
    site: Site, tmp_path: Path
) -> None:
    one = replace(site, locales=site.locales[:1])
    names = write_pages(one, tmp_path / "offline")

    assert {path.name for path in (tmp_path / "offline").iterdir()} == {*names}
    assert {*names} == {STYLE, INDEX, "en.html"}
    style = (tmp_path / "offline" / STYLE).read_bytes()
    assert style == site.assets[STYLE].body
    assert "url(" not in style.decode()
    assert site.assets[STYLE].integrity in (tmp_path / "offline" / INDEX).read_text()


@pytest.mark.slow
def test_writing_again_replaces_whole_files(site: Site, tmp_path: Path) -> None:
    one = replace(site, locales=site.locales[:1])
    write_pages(one, tmp_path)
    renamed = replace(one, settings=replace(site.settings, title="Leaflet"))

    write_pages(renamed, tmp_path)

    assert "<title>Leaflet</title>" in (tmp_path / INDEX).read_text()
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".new"]


@pytest.mark.slow
def test_a_language_that_is_no_longer_on_offer_leaves_no_page_with_old_numbers(
    site: Site, tmp_path: Path
) -> None:
    write_pages(replace(site, locales=site.locales[:2]), tmp_path)
    names = write_pages(replace(site, locales=site.locales[:1]), tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {*names}


@pytest.mark.slow
def test_the_command_writes_the_pages_and_says_how_many(tmp_path: Path) -> None:
    done = CliRunner().invoke(static, [str(tmp_path / "offline")])

    assert done.exit_code == 0, done.output
    assert done.output == f"12 files are in {tmp_path / 'offline'}\n"


@pytest.mark.slow
def test_the_pages_say_what_was_published_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, keys = checkout(tmp_path / "root"), (tmp_path / "bundle.key", tmp_path / "bundle.pub")
    tags = "locales:\n- tag: en\n"
    (root / "locales" / "locales.yml").write_text(tags)
    lines = root / "content" / "services" / "at.yml"
    lines.write_text(lines.read_text().replace('value: "142"', 'value: "143142"'))
    bundles.write_keys(*keys)
    made = bundles.make(root, tmp_path / "bundles", keys[0], date(2026, 11, 23))
    bundles.switch(tmp_path / "bundles", made.name, keys[1])
    monkeypatch.setenv("QUIETLINE_BUNDLES", str(tmp_path / "bundles"))
    monkeypatch.setenv("QUIETLINE_BUNDLE_KEY", str(keys[1]))

    done = CliRunner().invoke(static, [str(tmp_path / "offline")])

    assert done.exit_code == 0, done.output
    assert "143142" in (tmp_path / "offline" / "en.html").read_text()
