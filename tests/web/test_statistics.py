"""The open statistics: what the newest release holds, in every language, and nothing else."""

from __future__ import annotations

import gettext
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.languages.catalogs import CATALOGS, Words
from bot.statistics.events import TABLES
from bot.web.cells import Naming
from bot.web.padding import STEP
from bot.web.public.app import create_app
from bot.web.public.site import Site
from bot.web.releases import FILES
from tests.builders import tags
from tests.web.reading import Attributes, has_help_block, token_in, words_in
from tests.web.releasing import a_release, sheet
from tests.web.tables import figures, plain, said_of, table_of, tables_in


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@pytest.fixture
def readers(site: Site, releases: Path) -> Iterator[TestClient]:
    settings = replace(site.settings, releases=releases)
    with TestClient(create_app(replace(site, settings=settings))) as client:
        yield client


def shown(client: TestClient, **query: str) -> str:
    answer = client.get("/statistics", params={"locale": "en", **query})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_without_a_release_the_page_says_so_kindly(
    readers: TestClient, releases: Path, folder: str
) -> None:
    if folder == "empty":
        releases.mkdir()

    html = shown(readers)

    assert "There is no release yet." in html
    assert "What we never count" in html
    assert not tables_in(html)
    assert has_help_block(html)


def test_every_number_of_a_week_is_that_of_the_release(
    readers: TestClient, releases: Path, site: Site
) -> None:
    folder = a_release(releases, weeks=3, with_survey=True)
    naming = Naming(site.content.words, "en")
    rows = sheet(folder, "weeks.csv")

    for week in {row["week"] for row in rows}:
        html = shown(readers, choice=week)
        for table in set(TABLES) - {"showing"}:
            found = dict(row[:2] for row in table_of(html, naming.table(table)).rows)
            assert found == {
                plain(naming.cell(table, row["cell"])): naming.number(int(row["conversations"]))
                if row["status"] == "published"
                else "fewer than 20"
                for row in rows
                if (row["week"], row["table"]) == (week, table)
            }


def test_every_number_of_a_month_is_that_of_the_release(
    readers: TestClient, releases: Path, site: Site
) -> None:
    folder = a_release(releases, noisy=lambda week, table, place: 40 - week - place)
    naming = Naming(site.content.words, "en")

    for month in ("2026-09", "2026-10"):
        tables = tables_in(shown(readers, choice=month))
        for row in sheet(folder, "months.csv"):
            if row["month"] == month and row["table"] != "showing":
                said = said_of(tables, naming, row["table"], row["cell"])
                assert figures(said) == row["conversations"]
                is_whole = row["weeks_published"] == row["weeks"]
                assert ("or more" in said) is (bool(row["conversations"]) and not is_whole)
                assert (said == "too few to show") is (not row["conversations"])


def test_the_funnel_is_that_of_the_release(readers: TestClient, releases: Path, site: Site) -> None:
    folder = a_release(releases)
    naming = Naming(site.content.words, "en")
    steps = sheet(folder, "funnel.csv")
    week = steps[-1]["week"]

    found = dict(row[:2] for row in table_of(shown(readers), naming.table("funnel")).rows)

    for step in steps:
        if step["week"] == week:
            said = found[naming.cell("funnel", step["step"])]
            assert figures(said) == step["conversations"]
            assert ("or more" in said) is (step["cells_suppressed"] != "0")


def test_the_course_of_all_weeks_is_that_of_the_release(
    readers: TestClient, releases: Path
) -> None:
    steps = [row for row in sheet(a_release(releases), "funnel.csv") if row["step"] == "began"]

    course = table_of(shown(readers), "Conversations, week by week")

    assert [figures(row[1]) for row in course.rows] == [row["conversations"] for row in steps]


def test_what_is_suppressed_shows_no_number_but_the_cut(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases, noisy=lambda week, table, place: 19 if place else 20)

    html = shown(readers)

    hidden = [row for table in tables_in(html) for row in table.rows if "fewer than 20" in row]
    assert len(hidden) == sum(
        len(cells) - 1 for name, cells in TABLES.items() if "survey" not in name
    )
    assert all(row[1:] == ["fewer than 20", "–"] for row in hidden)
    assert not re.search(r"(?<!\d)(19|0)(?!\d)</", html)


def test_the_interval_is_that_of_noise_and_rounding_and_never_below_zero(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases, noisy=lambda week, table, place: 20 if place else 100)

    rows = table_of(shown(readers), "Language").rows

    assert [row[1:] for row in rows[:2]] == [["100", "88–112"], ["20", "8–32"]]


def test_each_chart_stands_beside_a_table_with_its_rows(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases)

    html = shown(readers)

    pairs = re.findall(r'(?s)<div class="pair">(.*?)</table>', html)
    assert len(pairs) == 5
    for pair in pairs:
        labels = re.findall(r'(?s)<text class="amount"[^>]*>(.*?)</text>', pair)
        assert labels == [row[1] for row in tables_in(pair + "</table>")[0].rows]


def test_every_table_has_a_caption_and_heads_with_a_scope(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases)

    tables = tables_in(shown(readers))

    assert all(table.caption for table in tables)
    assert len({table.caption for table in tables}) == len(tables)
    assert all(table.scopes == {"col", "row"} for table in tables)


def test_the_page_needs_no_inline_style_and_no_script_of_its_own(
    readers: TestClient, releases: Path, site: Site
) -> None:
    a_release(releases)

    html = shown(readers)

    assert not [name for _, name, _ in Attributes(html).found if name == "style"]
    assert html.count("<script") == 1
    assert f'href="/static/charts.css" integrity="{site.assets["charts.css"].integrity}"' in html
    ids = [value for _, name, value in Attributes(html).found if name == "id"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/", "/about", "/help"])
def test_other_pages_do_not_load_what_charts_need(readers: TestClient, path: str) -> None:
    assert "charts.css" not in readers.get(path).text


def test_the_page_is_padded_and_framed_as_every_page_is(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases)

    answer = readers.get("/statistics")

    assert len(answer.content) % STEP == 0
    assert has_help_block(answer.text)
    assert 'id="exit"' in answer.text


def test_the_page_about_this_site_leads_there_and_back_into_the_conversation(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases)
    token = token_in(readers.post("/", data={"text": "hello"}).text)

    about = readers.post("/about", data={"token": token, "locale": "en"}).text
    html = readers.post("/statistics", data={"token": token, "choice": "2026-09"}).text

    assert 'formaction="/statistics"' in about
    assert token_in(html) == token
    assert "Back to the conversation" in html
    assert '<option value="2026-09" selected>' in html


def test_invented_numbers_are_called_so_before_any_of_them(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases, is_synthetic=True)

    html = shown(readers)

    assert html.index("these numbers are made up") < html.index("<table")


def test_real_numbers_carry_no_such_word_and_go_before_invented_ones(
    readers: TestClient, releases: Path
) -> None:
    a_release(releases, weeks=9, is_synthetic=True)
    a_release(releases, weeks=5)

    html = shown(readers)

    assert "made up" not in html
    assert "Newest week: September 28, 2026" in html


def test_a_newer_release_is_shown_without_a_restart(readers: TestClient, releases: Path) -> None:
    a_release(releases, weeks=3)
    before = shown(readers)
    a_release(releases, weeks=4)

    after = shown(readers)

    assert "Newest week: September 14, 2026" in before
    assert "Newest week: September 21, 2026" in after


@pytest.mark.parametrize("harm", ["changed", "missing", "empty", "unreadable"])
def test_a_broken_release_is_passed_over_and_the_last_good_one_stays(
    readers: TestClient, releases: Path, harm: str
) -> None:
    a_release(releases, weeks=3)
    before = shown(readers)
    broken = a_release(releases, weeks=4)
    weeks = broken / "data" / "weeks.csv"
    match harm:
        case "changed":
            weeks.chmod(0o644)
            weeks.write_text(weeks.read_text().replace("300", "305"))
        case "missing":
            weeks.unlink()
        case "empty":
            shutil.rmtree(broken)
            broken.mkdir()
        case "unreadable":
            privacy = broken / "privacy.json"
            privacy.chmod(0o644)
            privacy.write_bytes(b"\xff{")

    assert words_in(shown(readers)) == words_in(before)


def test_a_release_that_is_changed_later_is_shown_no_more(
    readers: TestClient, releases: Path
) -> None:
    weeks = a_release(releases) / "data" / "weeks.csv"
    assert tables_in(shown(readers))
    weeks.chmod(0o644)
    weeks.write_text(weeks.read_text() + "\n")

    assert "There is no release yet." in shown(readers)
    assert readers.get("/statistics/files/data/weeks.csv").status_code == 404


def test_every_file_of_the_release_can_be_downloaded_as_it_is(
    readers: TestClient, releases: Path
) -> None:
    folder = a_release(releases, is_synthetic=True)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    linked = set(re.findall(r'href="/statistics/files/([^"]+)" download', shown(readers)))

    assert linked == there == set(FILES)
    for name in linked:
        answer = readers.get(f"/statistics/files/{name}")
        assert answer.content == (folder / name).read_bytes()
        assert answer.headers["content-type"].split(";")[0] == FILES[name].split(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "", "nothing.csv", "data", "data/", "data//weeks.csv", "../register.jsonl",
        "..%2fregister.jsonl", "%2e%2e/%2e%2e/secret.txt", "/etc/passwd", "data/weeks.csv/",
        "data%2fweeks.csv%00.json", "notes.txt",
    ],
)  # fmt: skip
def test_nothing_else_can_be_downloaded(readers: TestClient, releases: Path, name: str) -> None:
    folder = a_release(releases)
    (releases / "secret.txt").write_text("secret")
    (releases / "register.jsonl").write_text("secret")
    assert not (folder / "notes.txt").exists()

    answer = readers.get(f"/statistics/files/{name}")

    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert has_help_block(answer.text)


@pytest.mark.parametrize("choice", ["", "2026-13", "1999-01-04", "module.law", "<b>", "weeks" * 99])
def test_a_period_that_is_not_there_gives_the_newest_week(
    readers: TestClient, releases: Path, choice: str
) -> None:
    a_release(releases)

    html = shown(readers, choice=choice)

    assert '<option value="2026-10-26" selected>' in html
    assert html.count(" selected>Week") == 1


@pytest.mark.parametrize("locale", tags())
def test_the_page_stands_in_every_locale(
    readers: TestClient, releases: Path, site: Site, locale: str
) -> None:
    a_release(releases, with_survey=True)
    naming = Naming(site.content.words, locale)

    html = shown(readers, locale=locale)

    assert f'<html lang="{locale}"' in html
    captions = [table.caption for table in tables_in(html)]
    assert any(plain(naming.table("outcome")) in caption for caption in captions)
    assert plain(naming.day(date(2026, 10, 26), "long")) in words_in(html)
    assert words_in(html).count("statistics.") == 0


def test_from_right_to_left_the_charts_are_mirrored(site: Site, releases: Path) -> None:
    class Pseudo(gettext.NullTranslations):
        def pgettext(self, context: str, message: str) -> str:
            return f"⟦{message}⟧"

    a_release(releases)
    pseudo = replace(site.locales[0], tag="ar", name="⟦⟧", direction="rtl")
    words = Words(site.content.words.source, {"ar": {name: Pseudo() for name in CATALOGS}})
    content = replace(site.content, words=words)
    settings = replace(site.settings, releases=releases)
    mirrored = replace(site, locales=(pseudo,), content=content, settings=settings)
    with TestClient(create_app(mirrored)) as client:
        html = client.get("/statistics?locale=ar").text

    assert '<html lang="ar" dir="rtl">' in html
    assert '<line class="base" x1="100%" x2="100%"' in html
    assert 'dx="-0.4em">⟦First page shown⟧</text>' in html


def test_every_cell_of_the_dictionary_has_words(site: Site) -> None:
    naming = Naming(site.content.words, "en")

    for table, cells in TABLES.items():
        named = [naming.cell(table, cell) for cell in cells]
        assert len(set(named)) == len(cells)
        assert not [name for name in named if re.search(r"[a-z]_[a-z]|\w\.\w", name)]
        assert naming.table(table) != table


def test_a_cell_of_an_older_dictionary_keeps_its_code(site: Site) -> None:
    naming = Naming(site.content.words, "en")

    for table, cell in (("self_help", "module.old_one"), ("survey_hope", "x"), ("other", "y.z")):
        assert cell in naming.cell(table, cell)
    assert naming.table("other") == "other"
