"""The researcher's page: released numbers, filtered and compared, and nothing below them."""

from __future__ import annotations

import html as html_module
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from bot.settings import read
from bot.statistics.events import TABLES
from bot.storage.staff.people import Role
from bot.storage.staff.store import StaffStore
from bot.web.cells import Naming
from bot.web.released import FUNNEL, KINDS
from bot.web.releases import FILES, Shelved, releases_in
from bot.web.staff.asking import read_asked
from bot.web.staff.site import Staff, new_staff
from tests.builders import content
from tests.web.reading import Attributes, words_in
from tests.web.releasing import a_release, sheet
from tests.web.staff.conftest import Browser, Clock
from tests.web.tables import Table, tables_in

PAGE = "/statistics"
NAMING = Naming(content().words, "en")


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    return tmp_path / "releases"


@pytest.fixture
def staff(store: StaffStore, clock: Clock, releases: Path) -> Staff:
    settings = read({"QUIETLINE_RELEASES": str(releases)})
    return new_staff(settings, store, clock.now, clock.seconds)


def shown(someone: Browser, query: str = "") -> str:
    answer = someone.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.text


def plain(text: str) -> str:
    return " ".join(text.split())


def table_of(html: str, caption: str) -> Table:
    return next(table for table in tables_in(html) if table.caption == plain(caption))


def figures(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("role", list(Role))
def test_only_researchers_and_administrators_see_it(
    someone: Browser, employ: Callable[..., int], releases: Path, role: Role
) -> None:
    a_release(releases)
    employ("rosa", role)
    someone.sign_in("rosa")
    is_allowed = role in (Role.RESEARCHER, Role.ADMINISTRATOR)
    file = "/statistics/files/2026-W44/data/weeks.csv"

    answers = [someone.get(path).status_code for path in (PAGE, file)]

    assert answers == ([200, 200] if is_allowed else [403, 403])


def test_who_is_not_signed_in_is_asked_to(someone: Browser, releases: Path) -> None:
    a_release(releases)

    for path in (PAGE, "/statistics/files/2026-W44/privacy.json"):
        answer = someone.get(path)
        assert answer.url.path == "/sign-in"


def test_without_a_release_the_page_says_how_one_is_made(researcher: Browser) -> None:
    html = shown(researcher)

    assert "There is no sound release yet." in html
    assert not tables_in(html)


@pytest.mark.parametrize("table", [name for name in TABLES if "survey" not in name])
@pytest.mark.parametrize(("kind", "file"), [("weeks", "weeks"), ("months", "months")])
def test_every_number_over_time_is_that_of_the_release(
    researcher: Browser, releases: Path, table: str, kind: str, file: str
) -> None:
    folder = a_release(releases)
    rows = [row for row in sheet(folder, f"{file}.csv") if row["table"] == table]

    html = shown(researcher, f"table={table}&period={kind}")

    for cell in TABLES[table]:
        course = table_of(html, f"{NAMING.cell(table, cell)}, over time")
        released = {row[kind[:-1]]: row["conversations"] for row in rows if row["cell"] == cell}
        words = {NAMING.period_short(kind, period): n for period, n in released.items()}
        assert {row[0]: figures(row[1].replace("than 20", "")) for row in course.rows} == {
            plain(when): number for when, number in words.items()
        }


def test_a_year_is_the_newest_of_its_kind_and_that_of_the_release(
    researcher: Browser, releases: Path
) -> None:
    folder = a_release(releases)
    years = [row for row in sheet(folder, "years.csv") if row["table"] == "locale"]

    found = table_of(shown(researcher, "table=locale&period=years"), "Language, 2026").rows

    assert [figures(row[1]) for row in found] == [row["conversations"] for row in years]


def test_the_funnel_is_what_is_shown_first(researcher: Browser, releases: Path) -> None:
    steps = sheet(a_release(releases), "funnel.csv")

    html = shown(researcher)

    newest = table_of(html, "How far conversations came, Week of October 26, 2026").rows
    of_week = [row["conversations"] for row in steps if row["week"] == "2026-10-26"]
    assert [figures(row[1]) for row in newest] == of_week
    assert len(tables_in(html)) == 1 + len(newest) + 2  # the codebook and the list of releases


def test_chosen_rows_are_shown_and_the_others_hidden(researcher: Browser, releases: Path) -> None:
    a_release(releases)

    html = shown(researcher, "table=locale&row.locale=fr&row.locale=de")

    newest = tables_in(html)[0]
    assert [row[0] for row in newest.rows] == ["German", "French"]
    assert re.findall(r'value="(\w+)" checked', html) == ["de", "fr"]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("period=weeks&from=2026-09-09&to=2026-09-23", "Sep 7, 2026", "Sep 21, 2026"),
        ("period=weeks&from=2026-09-14", "Sep 14, 2026", "Oct 26, 2026"),
        ("period=weeks&to=2026-09-13", "Aug 31, 2026", "Sep 7, 2026"),
        ("period=months&from=2026-09-30", "September 2026", "October 2026"),
    ],
)
def test_a_span_shows_the_periods_that_its_days_lie_in(
    researcher: Browser, releases: Path, query: str, first: str, last: str
) -> None:
    a_release(releases)

    html = shown(researcher, f"{query}&table=showing")

    rows = table_of(html, "First page shown, over time").rows
    assert [rows[0][0], rows[-1][0]] == [first, last]
    assert "made no sense" not in html


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("table=nothing", "table"),
        ("period=days", "period"),
        ("from=yesterday", "from"),
        ("to=2026-99-01", "to"),
        ("from=2026-10-20&to=2026-09-01", "from, to"),
        ("from=2030-01-01", "from, to"),
        ("release=../../etc", "release"),
        ("compare=2020-W01", "compare"),
        ("table=locale&row.locale=xx", "row.locale"),
        ("table=<script>&period=<b>", "period, table"),
    ],
)
def test_what_makes_no_sense_gives_the_default_and_a_kind_note(
    researcher: Browser, releases: Path, query: str, names: str
) -> None:
    a_release(releases)

    html = shown(researcher, query)

    assert f"so the page shows the default for it: {names}." in words_in(html)
    assert tables_in(html)
    assert "<script>" not in html


@given(
    query=st.dictionaries(
        st.sampled_from(["release", "table", "period", "from", "to", "compare", "row.locale"]),
        st.sampled_from(["", "2026-09-10", "2026-W44", "months", "locale", "en"]) | st.text(),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_address_gives_something_that_is_released(
    query: dict[str, str], one_release: Shelved
) -> None:
    asked = read_asked(QueryParams(query), [one_release])

    numbers = one_release.numbers
    assert asked.periods
    assert asked.chosen
    assert set(asked.periods) <= set(numbers.periods(asked.kind))
    assert set(asked.chosen) <= set(asked.cells) <= {*TABLES.get(asked.table, asked.cells)}
    assert asked.table in (FUNNEL, *TABLES)
    assert asked.kind in KINDS


@pytest.fixture(scope="module")
def one_release(tmp_path_factory: pytest.TempPathFactory) -> Shelved:
    folder = tmp_path_factory.mktemp("releases")
    a_release(folder)
    found = releases_in(folder).newest()
    assert found
    return found


def test_suppressed_numbers_are_words_in_plot_and_table(
    researcher: Browser, releases: Path
) -> None:
    a_release(releases, noisy=lambda week, table, place: 19 if place else 45)

    html = shown(researcher, "table=locale")

    rows = tables_in(html)[0].rows
    assert rows[0][1:] == ["45", "33–57"]
    assert all(row[1:] == ["fewer than 20", "–"] for row in rows[1:])
    assert html.count('class="length"') == 1
    assert not re.search(r">\s*(19|0)\s*<", html)


def test_a_download_is_the_file_itself_and_leaves_one_line_that_names_it(
    administrator: Browser, releases: Path
) -> None:
    folder = a_release(releases)
    linked = re.findall(r'href="(/statistics/files/[^"]+)" download', shown(administrator))

    assert len(linked) == len(FILES) - 1  # a real release has no word that it is synthetic
    for path in linked[:3]:
        answer = administrator.get(path)
        name = path.removeprefix("/statistics/files/2026-W44/")
        assert answer.content == (folder / name).read_bytes()
        assert answer.headers["content-disposition"].startswith("attachment")

    lines = tables_in(administrator.get("/audit").text)[0].rows
    downloaded = [row for row in lines if row[3] == "downloaded"]
    assert [row[4] for row in reversed(downloaded)] == [
        path.removeprefix("/statistics/files/") for path in linked[:3]
    ]
    assert all(row[2] == "ada" for row in downloaded)
    assert all(not "".join(row[5:]).strip() for row in downloaded)


def test_looking_at_the_page_leaves_no_line(administrator: Browser, releases: Path) -> None:
    a_release(releases)

    shown(administrator, "table=locale")

    assert "statistics" not in words_in(administrator.get("/audit").text).split("Line When")[1]


@pytest.mark.parametrize(
    "path",
    [
        "2026-W44/nothing",
        "2026-W44/..%2fregister.jsonl",
        "2026-W01/privacy.json",
        "../privacy.json",
    ],
)
def test_nothing_else_can_be_downloaded(researcher: Browser, releases: Path, path: str) -> None:
    a_release(releases)
    (releases / "register.jsonl").write_text("secret")

    answer = researcher.get(f"/statistics/files/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_all_releases_are_listed_and_a_broken_one_says_why(
    researcher: Browser, releases: Path
) -> None:
    a_release(releases, weeks=3)
    a_release(releases, weeks=4, is_synthetic=True)
    weeks = a_release(releases, weeks=5) / "data" / "weeks.csv"
    weeks.chmod(0o644)
    weeks.write_text("week\n")

    rows = tables_in(shown(researcher))[-1].rows

    assert [row[0] for row in rows] == ["2026-W38", "synthetic-2026-W39", "2026-W40"]
    assert [row[-1][:3] for row in rows] == ["yes", "yes", "no:"]
    assert "data/weeks.csv was changed after the release" in rows[-1][-1]
    assert rows[0][1] == "2026-09-28"


def test_an_earlier_release_can_be_looked_at(researcher: Browser, releases: Path) -> None:
    a_release(releases, weeks=3)
    a_release(releases, weeks=4)

    html = shown(researcher, "release=2026-W38")

    assert "Download 2026-W38" in html
    assert tables_in(html)[0].caption.endswith("Week of September 14, 2026")


def test_two_releases_are_compared_value_by_value(researcher: Browser, releases: Path) -> None:
    folders = [a_release(releases, weeks=3), a_release(releases, weeks=4)]
    kept = [json.loads((folder / "privacy.json").read_text()) for folder in folders]

    html = shown(researcher, "release=2026-W38&compare=2026-W39")

    rows = {row[0]: row[1:] for row in table_of(html, "Their rules, from privacy.json").rows}
    assert rows["last_week"] == [kept[0]["last_week"], kept[1]["last_week"], "different"]
    assert rows["epsilon_per_table"] == ["0.25", "0.25", "same"]
    assert rows["loss.one_conversation"][-1] == "same"
    assert "2026-W39 continues 2026-W38" in html


def test_a_second_draw_is_called_what_it_is(researcher: Browser, releases: Path) -> None:
    a_release(releases, weeks=3)
    a_release(releases, weeks=4, noisy=lambda week, table, place: 400 - place)

    html = shown(researcher, "compare=2026-W38")

    assert "noise was drawn twice" in html


def test_the_codebook_and_the_limits_stand_on_the_page(researcher: Browser, releases: Path) -> None:
    folder = a_release(releases)
    lines = (folder / "codebook.csv").read_text(encoding="utf-8").splitlines()

    html = shown(researcher)

    assert "You may not conclude" in html
    codebook = next(table for table in tables_in(html) if table.caption.startswith("codebook"))
    assert len(codebook.rows) == len(lines) - 1


def test_synthetic_numbers_are_called_so(researcher: Browser, releases: Path) -> None:
    a_release(releases, is_synthetic=True)

    html = shown(researcher)

    assert html.index("made up by a program") < html.index("<table")


def test_the_page_is_well_made(researcher: Browser, releases: Path) -> None:
    a_release(releases, with_survey=True)
    a_release(releases, weeks=3)

    for table in (FUNNEL, *TABLES):
        html = shown(researcher, f"table={table}&compare=2026-W38")
        attributes = Attributes(html).found
        ids = [value for _, name, value in attributes if name == "id"]
        assert len(ids) == len(set(ids))
        assert not [name for _, name, _ in attributes if name == "style" or name.startswith("on")]
        assert "<script" not in html
        assert all(made.caption and "col" in made.scopes for made in tables_in(html))
        labelled = {value for tag, name, value in attributes if (tag, name) == ("label", "for")}
        assert labelled <= set(ids)


def test_a_month_with_a_suppressed_week_is_a_lower_bound(
    researcher: Browser, releases: Path
) -> None:
    a_release(releases, noisy=lambda week, table, place: 15 if week == 2 else 50)

    html = shown(researcher, "table=showing&period=months")

    rows = table_of(html, "First page shown, over time").rows
    assert rows[0][1:] == ["about 150 or more", "–"]
    assert rows[1][1] == "250"
    assert date(2026, 9, 14).isoformat() not in html_module.unescape(html)
