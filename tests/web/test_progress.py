"""Keeping progress: the whole way by forms, one answer to every wrong number, and no trace."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.settings import read
from bot.storage.progress import ProgressStore
from bot.web.public.app import create_app
from bot.web.public.keeper import Keeper
from bot.web.public.server import build
from bot.web.public.site import Site
from bot.web.tries import TRIES
from tests.web.conftest import NOON
from tests.web.reading import Attributes, has_help_block, token_in, words_in

TICKED = ["module.urges", "exercise.small_steps.greet"]
WRONG = "We find nothing with this number."
CANARY = "canary-7f3a"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.sqlite"


@pytest.fixture
def keeping(site: Site, path: Path) -> Site:
    return replace(site, keeper=Keeper(f"sqlite:///{path}"))


@pytest.fixture
def visit(keeping: Site) -> Iterator[TestClient]:
    with TestClient(create_app(keeping)) as client:
        yield client


def step(client: TestClient, step: str, **fields: object) -> str:
    return client.post("/progress", data={"step": step, **fields}).text


def number_on(html: str) -> str:
    """Return the number that the page shows, as its reader would note it."""
    found = re.search(r"(?:\d{4} ){5}\d{4}", words_in(html))
    return found.group() if found else ""


def field_in(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found.group(1) if found else ""


def ticked_in(html: str) -> list[str]:
    return re.findall(r'name="kept" value="([^"]+)" autocomplete="off" checked', html)


def kept(client: TestClient, ticked: list[str] = TICKED) -> str:
    """Go the way to the end; return the number."""
    html = step(client, "make", kept=ticked)
    number, asked = number_on(html), int(field_in(html, "asked"))
    typed = number.split()[asked]
    assert "Your progress is kept" in step(client, "confirm", **form_in(html, typed))
    return number


def form_in(html: str, typed: str) -> dict[str, object]:
    """Return what the page with the number sends when ``typed`` is written into it."""
    carried = re.findall(r'name="kept" value="([^"]+)"', html)
    hidden = {name: field_in(html, name) for name in ("number", "asked", "ticket")}
    return hidden | {"typed": typed, "kept": carried}


def confirming(client: TestClient, ticked: list[str]) -> dict[str, object]:
    """Go the way to the last form; return what it would send."""
    html = step(client, "make", kept=ticked)
    return form_in(html, number_on(html).split()[int(field_in(html, "asked"))])


def test_without_the_setting_nothing_of_it_is_there(client: TestClient, path: Path) -> None:
    read = client.post("/read", data={"choice": "module.urges"}).text
    pages = [client.get("/").text, client.get("/library").text, read, client.get("/privacy").text]

    assert client.post("/progress").status_code == 404
    assert not any("rogress" in words_in(page) for page in pages)
    assert not path.exists()


def test_with_it_first_page_library_and_every_end_lead_there(visit: TestClient) -> None:
    read = visit.post("/read", data={"choice": "module.urges"}).text
    do = visit.post("/read", data={"choice": "exercise.small_steps"}).text
    last = visit.post("/", data={"choice": "module.urges.6"}).text
    before = visit.post("/", data={"choice": "module.urges.5"}).text

    assert "Go on with a number" in visit.get("/").text
    assert "Keep my progress" in visit.get("/library").text
    assert field_in(read, "kept") == field_in(last, "kept") == "module.urges"
    assert field_in(do, "kept") == "exercise.small_steps"
    assert "Keep my progress" not in before
    assert "for 30 days, under a number" in words_in(visit.get("/privacy").text)


def test_the_page_says_what_is_kept_how_long_and_what_a_note_risks(visit: TestClient) -> None:
    html = visit.post("/progress", data={"kept": "module.urges"}).text

    assert ticked_in(html) == ["module.urges"]
    for said in ("only what you tick", "30 days", "other people can find a note", "no word that"):
        assert said in words_in(html)


def test_what_was_kept_comes_back_with_the_number_however_it_is_typed(visit: TestClient) -> None:
    number = kept(visit)
    html = step(visit, "open", number=number.replace(" ", "-"), kept="exercise.grounding")

    assert set(ticked_in(html)) == {*TICKED, "exercise.grounding"}
    assert "We keep this until December 23, 2026" in words_in(html)
    assert number not in words_in(html)


def test_nothing_is_written_before_a_part_of_the_number_was_typed_again(
    visit: TestClient,
) -> None:
    html = step(visit, "make", kept=TICKED)
    number, asked = number_on(html), int(field_in(html, "asked"))
    typed = f"{(int(number.split()[asked]) + 1) % 10_000:04d}"
    again = step(visit, "confirm", kept=TICKED, number=number, asked=asked, typed=typed)

    assert "not the four digits" in again
    assert number_on(again) == number
    assert WRONG in step(visit, "open", number=number)


def test_a_form_that_is_sent_again_brings_back_nothing_that_was_deleted(visit: TestClient) -> None:
    form = confirming(visit, TICKED)
    number = str(form["number"])
    said = [step(visit, "confirm", **form) for _ in range(2)]
    step(visit, "delete", number=number)
    again = step(visit, "confirm", **form)

    assert all("Your progress is kept" in page for page in said), "a second press does no harm"
    assert WRONG in again
    assert set(ticked_in(again)) == set(TICKED), "another number can be made"
    assert WRONG in step(visit, "open", number=number)


def test_a_form_that_is_sent_again_undoes_nothing_that_was_saved_since(visit: TestClient) -> None:
    form = confirming(visit, ["module.urges"])
    step(visit, "confirm", **form)
    step(visit, "save", number=form["number"], kept=TICKED)
    again = step(visit, "confirm", **form)

    assert "Your progress is kept" in again
    assert ticked_in(step(visit, "open", number=form["number"])) == TICKED


@pytest.mark.parametrize("ticket", ["", "x", "é", "00" * 32])
def test_nothing_is_kept_under_a_number_that_somebody_chose(visit: TestClient, ticket: str) -> None:
    chosen = {"number": "0" * 24, "asked": 0, "typed": "0000"}

    assert WRONG in step(visit, "confirm", **chosen, ticket=ticket)
    assert WRONG in step(visit, "open", number="0" * 24)


def test_a_ticket_is_for_one_number_only(visit: TestClient) -> None:
    form = confirming(visit, TICKED)

    assert WRONG in step(visit, "confirm", **form | {"number": "0" * 24, "typed": "0000"})


def test_saving_keeps_what_is_ticked_now_for_thirty_days_more(
    keeping: Site, visit: TestClient
) -> None:
    number = kept(visit)
    later = replace(keeping, clock=lambda: NOON + timedelta(days=29))
    with TestClient(create_app(later)) as client:
        saved = step(client, "save", number=number, kept="module.triggers")
    much_later = replace(keeping, clock=lambda: NOON + timedelta(days=40))
    with TestClient(create_app(much_later)) as client:
        html = step(client, "open", number=number)

    assert "We delete it on January 21, 2027" in words_in(saved)
    assert ticked_in(html) == ["module.triggers"]


def test_a_wrong_a_deleted_and_an_expired_number_get_one_and_the_same_page(
    keeping: Site, visit: TestClient
) -> None:
    deleted, expired = kept(visit), kept(visit)
    assert "It is deleted" in step(visit, "delete", number=deleted)
    pages = [step(visit, "open", number=n) for n in (deleted, "1" * 24, "12 hello")]
    later = replace(keeping, clock=lambda: NOON + timedelta(days=30))
    with TestClient(create_app(later)) as client:
        pages += [step(client, what, number=expired) for what in ("open", "save")]

    assert all(WRONG in page and has_help_block(page) for page in pages)
    assert len({page.split("<main")[1].split("</main>")[0] for page in pages}) == 1


def test_who_types_too_many_wrong_numbers_waits_and_still_has_help(
    keeping: Site, visit: TestClient
) -> None:
    token = keeping.limits.new_token()
    for number in range(TRIES):
        assert WRONG in step(visit, "open", number=f"{number:024d}", token=token)
    answer = visit.post("/progress", data={"step": "open", "number": "1" * 24, "token": token})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Too many numbers" in answer.text
    assert has_help_block(answer.text)


@pytest.mark.parametrize("address", ["203.0.113.7", "127.0.0.1"], ids=["seen", "of a proxy"])
def test_without_a_conversation_no_address_counts(keeping: Site, address: str) -> None:
    client = TestClient(create_app(keeping), client=(address, 50_000))

    assert all(WRONG in step(client, "open", number=f"{n:024d}") for n in range(TRIES + 1))


def test_turned_off_it_can_still_be_deleted_and_nothing_else(
    keeping: Site, visit: TestClient, path: Path
) -> None:
    number = kept(visit)
    settings = read({"QUIETLINE_PROGRESS_DATABASE": f"sqlite:///{path}"})
    off = replace(keeping, settings=settings, keeper=build(settings).keeper)
    with TestClient(create_app(off)) as client:
        first, library = client.get("/").text, client.get("/library").text
        shown = [step(client, what, number=number) for what in ("enter", "make", "open", "save")]
        deleted = step(client, "delete", number=number)
        gone = step(client, "delete", number=number)

    assert "Delete what is kept" in first
    assert "Keep my progress" not in library + "".join(shown)
    assert not any("Show what is kept" in page or ticked_in(page) for page in shown)
    assert "It is deleted" in deleted
    assert WRONG in gone


def test_turned_off_it_goes_on_to_delete_what_is_over(
    keeping: Site, visit: TestClient, path: Path
) -> None:
    number = kept(visit)
    keeper = build(read({"QUIETLINE_PROGRESS_DATABASE": f"sqlite:///{path}"})).keeper
    later = replace(keeping, keeper=keeper, clock=lambda: NOON + timedelta(days=30))
    with TestClient(create_app(later)) as client:
        wait_until_empty(path)
        assert WRONG in step(client, "delete", number=number)


def wait_until_empty(path: Path) -> None:
    """Wait for the purge that begins with the site."""
    for _ in range(100):
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("SELECT count(*) FROM kept").fetchone() == (0,):
                return
        time.sleep(0.05)
    raise AssertionError("it is still there")


def test_turned_off_without_a_file_there_is_no_keeper(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite'}"

    assert build(read({"QUIETLINE_PROGRESS_DATABASE": url})).keeper is None


@pytest.mark.parametrize("damage", ["delete from salt", "drop table progress_version"])
def test_no_damage_to_the_database_ends_the_site(site: Site, path: Path, damage: str) -> None:
    ProgressStore(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    with TestClient(create_app(replace(site, keeper=Keeper(f"sqlite:///{path}")))) as client:
        time.sleep(0.3)  # for the purge that begins with the site
        assert client.get("/").status_code == 200


def test_a_broken_database_costs_nothing_but_this(site: Site, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    broken = replace(site, keeper=Keeper(f"sqlite:///{tmp_path / 'folder'}"))
    with TestClient(create_app(broken)) as client:
        answer = client.post("/progress", data={"step": "open", "number": "1" * 24})
        first = client.get("/")

    assert (answer.status_code, first.status_code) == (503, 200)
    assert "We can't do this at the moment" in words_in(answer.text).replace("’", "'")
    assert has_help_block(answer.text)


def test_nothing_that_is_typed_or_said_reaches_the_file_in_any_field(
    visit: TestClient, path: Path
) -> None:
    said = visit.post("/", data={"text": f"I am afraid, {CANARY}"}).text
    everything = dict.fromkeys(("text", "note", "country", "choice", "service"), CANARY)
    number = kept(visit, [*TICKED, CANARY, f"module.{CANARY}", "module.urges " + CANARY])
    html = step(visit, "open", number=number, token=token_in(said), **everything)
    step(visit, "save", number=number, kept=[CANARY, *TICKED], typed=CANARY, **everything)

    assert ticked_in(html) == TICKED
    held = path.read_bytes() + path.with_name(path.name + "-journal").read_bytes()
    digits = number.replace(" ", "")
    assert not any(secret.encode() in held for secret in (CANARY, digits, number, *TICKED))


def test_no_field_is_remembered_by_the_browser_and_no_address_tells_anything(
    visit: TestClient,
) -> None:
    number = kept(visit)
    pages = [
        visit.post("/progress").text,
        step(visit, "make"),
        step(visit, "enter"),
        step(visit, "open", number=number),
    ]
    for html in pages:
        own = html.split('<form id="progress"')[1].split("</form>")[0]
        found = Attributes(own).found
        fields = own.count("<input") - own.count('name="locale"') - own.count('name="country"')
        offs = [v for tag, name, v in found if tag == "input" and name == "autocomplete"]
        assert len(offs) == fields
        assert set(offs) == {"off", "one-time-code"}
        assert 'method="post"' in html
    assert visit.get("/progress").status_code == 405
    assert visit.post("/progress").headers["Cache-Control"] == "no-store"
