"""Withdrawing a service: one person takes it away from visitors, and nothing else changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.errors import NotReady
from bot.following import Follower
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.staff.people import Role
from bot.studio import publishing
from bot.studio.desk import Desk
from bot.studio.needs import WITHDRAWN, Why
from bot.studio.signing import Person
from bot.studio.verifying import read_services
from bot.web.public.app import create_app
from bot.web.public.server import newer
from bot.web.public.site import Site
from bot.web.staff.site import Staff
from tests.builders import NOON, checkout
from tests.web.staff.studio.conftest import Enter

SERVICE = "samaritans-gb-ie"
PAGE = f"/studio/services/one?id={SERVICE}"
QUEUE = "/studio/services"
NOW = f"{QUEUE}/withdraw"
TITLE = "module.urges.title"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with English alone."""
    root = checkout(tmp_path_factory.mktemp("original"))
    for folder in (root / "locales").iterdir():
        if folder.is_dir() and folder.name != "en":
            shutil.rmtree(folder)
    (root / "locales" / "locales.yml").write_text("locales:\n- tag: en\n")
    return root


@pytest.fixture(scope="module")
def live(chosen: Settings) -> Path:
    """The bundle that visitors see before anything is withdrawn."""
    key = chosen.bundle_key.with_suffix(".key")
    made = bundles.make(chosen.studio, chosen.bundles, key, NOON.date())
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)
    return made


def differing(one: Path, other: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Return the files that differ, with the lines that went and that came."""
    before, after = (bundles.manifest(each).files for each in (one, other))
    found = {}
    for file in sorted({*before, *after}):
        if before.get(file) != after.get(file):
            old, new = ((each / file).read_text().splitlines() for each in (one, other))
            found[file] = [x for x in old if x not in new], [x for x in new if x not in old]
    return found


def signer(name: str) -> Person:
    return Person(name, frozenset({Role.SIGNER}), frozenset({"clinician"}))


@pytest.mark.parametrize(
    ("roles", "signing", "service", "sure", "status", "said"),
    [
        ((Role.AUTHOR,), (), SERVICE, "yes", 403, ""),
        ((Role.SIGNER,), (), SERVICE, "yes", 409, "Only signers with a signing role"),
        ((Role.SIGNER,), ("editor",), SERVICE, "", 400, "Tick that visitors"),
        ((Role.SIGNER,), ("editor",), "emergency-ac", "yes", 409, "only service for danger"),
        ((Role.SIGNER,), ("editor",), "emergency-local", "yes", 409, "keep a service"),
        ((Role.SIGNER,), ("editor",), "unheard-of", "yes", 404, ""),
    ],
)
def test_who_may_not_or_what_must_stay_is_refused_and_nothing_changes(
    enter: Enter, chosen: Settings, live: Path,
    roles: tuple[Role, ...], signing: tuple[str, ...], service: str, sure: str, status: int,
    said: str,
) -> None:  # fmt: skip
    browser = enter("ann", *roles, signing=signing)
    answer = browser.post(NOW, PAGE if Role.SIGNER in roles and signing else "/account",
                          id=service, sure=sure)  # fmt: skip

    assert answer.status_code == status
    assert said in answer.text
    assert bundles.current_name(chosen.bundles) == live.name


def test_one_signer_withdraws_a_service_and_a_second_person_looks_after_it(
    enter: Enter, staff: Staff, desk: Desk, chosen: Settings, live: Path, site: Site
) -> None:
    follower = Follower(chosen)
    shown = newer(follower, replace(site, settings=chosen))
    assert shown is not None
    assert SERVICE in shown.content.directory.services
    desk.save("tom", "en", TITLE, "Nobody signed this title", 0, NOON)  # stays a draft
    answer = enter("sue", Role.SIGNER, signing=("clinician",)).post(
        NOW, PAGE, id=SERVICE, sure="yes"
    )
    fresh = newer(follower, shown)

    assert "The service is withdrawn." in answer.text
    assert fresh is not None
    assert SERVICE not in fresh.content.directory.services
    name = shown.content.directory.services[SERVICE].name
    with TestClient(create_app(shown)) as before, TestClient(create_app(fresh)) as after:
        assert name in before.get("/help?locale=en&country=GB").text
        assert name not in after.get("/help?locale=en&country=GB").text
    current = chosen.bundles / bundles.current_name(chosen.bundles)
    changed = differing(live, current)
    assert list(changed) == ["content/services/gb.yml"]
    assert changed["content/services/gb.yml"][1] == []
    assert SERVICE not in read_services(desk.root)
    assert ("sue", "withdrew service") in [
        (each.who, each.what) for each in staff.store.lines(f"{NOON:%Y-%m}")
    ]
    whys = [[pile.why for pile in desk.needs(signer(who), NOON.date(), 6)] for who in ("sue", "bo")]
    assert [Why.WITHDRAWN in each for each in whys] == [False, True]

    asked = next(each for each in desk.store.comments() if each.item == f"{WITHDRAWN}{SERVICE}")
    second = enter("bo", Role.SIGNER, signing=("editor",))
    assert second.get("/studio").text.count("Withdrawn services")
    again = second.post(f"{QUEUE}/looked-after", QUEUE, number=str(asked.id))
    assert "Noted." in again.text
    assert f"{WITHDRAWN}{SERVICE}" not in {each.item for each in desk.store.comments()}


def test_who_withdrew_it_does_not_look_after_it(enter: Enter, desk: Desk, live: Path) -> None:
    number = desk.store.comment(f"{WITHDRAWN}x", "en", "withdrawn: x", "sue", NOON)
    browser = enter("sue", Role.SIGNER, signing=("clinician",))
    answer = browser.post(f"{QUEUE}/looked-after", "/account", number=str(number))

    assert answer.status_code == 409
    assert "a second person" in answer.text
    assert number in {each.id for each in desk.store.comments()}
    desk.store.resolve(number, "bo", NOON)


def test_a_withdrawn_service_is_not_published_again_before_somebody_looked_after_it(
    desk: Desk, chosen: Settings, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "problems", lambda root: [])  # they have tests of their own
    here = next(iter(read_services(desk.root)))
    number = desk.store.comment(f"{WITHDRAWN}{here}", "en", "withdrawn", "sue", NOON)
    with pytest.raises(NotReady, match=f"{here} was withdrawn"):
        publishing.publish(chosen, desk.store, "ann", "all is well", NOON)
    desk.store.resolve(number, "bo", NOON)

    assert publishing.publish(chosen, desk.store, "ann", "all is well", NOON).bundle


def test_what_was_changed_on_the_disk_is_not_published_anew(
    enter: Enter, chosen: Settings, live: Path
) -> None:
    name = bundles.current_name(chosen.bundles)
    path = chosen.bundles / name / "content" / "duties.yml"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    browser = enter("sue", Role.SIGNER, signing=("clinician",))
    other = "childline-gb"
    answer = browser.post(NOW, f"/studio/services/one?id={other}", id=other, sure="yes")

    assert answer.status_code == 409
    assert "not as it was signed" in answer.text
    assert bundles.current_name(chosen.bundles) == name
