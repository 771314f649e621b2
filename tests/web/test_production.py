"""Production mode: only signed texts are shown, and what is missing is said at the start."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import wiring
from bot.errors import NotReady
from bot.languages.offering import offered
from bot.languages.signoff import Part, Signature, SignOff, sign
from bot.settings import Settings, read
from bot.web.public.app import create_app
from bot.web.public.server import build
from tests.builders import checkout

TODAY = date(2026, 11, 23)
UNTIL = TODAY + timedelta(200)
PRODUCTION = read({"QUIETLINE_MODE": "production"})


def signatures(parts: Iterable[Part], until: date = UNTIL) -> tuple[Signature, ...]:
    """Two roles sign each part."""
    return tuple(
        Signature(part.name, part.locale, part.fingerprint, role, TODAY, until)
        for part in parts
        for role in ("clinician", "translator")
    )


def everything_but(*unsigned: tuple[str, str]) -> SignOff:
    """Return real texts, all signed but those named by locale and part."""
    sign_off = wiring.signoff()
    parts = [part for parts in sign_off.parts.values() for part in parts.values()]
    signed = [part for part in parts if (part.locale, part.name) not in unsigned]
    return replace(sign_off, signatures=signatures(signed))


def shown(sign_off: SignOff, settings: Settings = PRODUCTION, today: date = TODAY) -> list[str]:
    return [locale.tag for locale in offered(wiring.locales(), settings, sign_off, today)]


def test_with_nothing_signed_production_does_not_start_and_says_what_is_missing() -> None:
    with pytest.raises(NotReady) as refused:
        build(PRODUCTION)
    first, *listed, last = str(refused.value).splitlines()

    assert "QUIETLINE_MODE=draft" in first
    assert len(listed) == 20
    assert listed[0].startswith("en ")
    assert all(line.endswith(": unsigned") for line in listed)
    assert last.startswith("and ")
    assert last.endswith(" more; see: quietline content status --list")


def test_with_nothing_signed_a_draft_shows_every_locale_with_a_banner() -> None:
    site = build(read({}))

    assert site.locales == wiring.locales()
    assert 'class="draft"' in TestClient(create_app(site)).get("/").text


def test_with_everything_signed_production_shows_every_locale() -> None:
    assert shown(everything_but()) == [locale.tag for locale in wiring.locales()]


def test_a_locale_that_lacks_an_ordinary_part_is_not_offered() -> None:
    assert "de" not in shown(everything_but(("de", "module.urges")))
    assert "en" not in shown(everything_but(("en", "module.urges")))
    assert "fr" in shown(everything_but(("de", "module.urges")))


def test_a_locale_that_lacks_a_safety_part_is_not_offered_and_stops_no_other() -> None:
    offered = shown(everything_but(("de", "answer.suicide_risk")))

    assert "de" not in offered
    assert "en" in offered


def test_a_locale_that_isnt_offered_anyway_stops_nothing() -> None:
    sign_off = everything_but(("de", "answer.suicide_risk"), ("de", "module.urges"))

    assert "de" not in shown(sign_off)
    assert "en" in shown(sign_off)


def test_a_safety_part_of_the_source_locale_always_stops_the_start() -> None:
    sign_off = everything_but(("en", "service.emergency-gb"), ("en", "module.urges"))

    with pytest.raises(NotReady, match=r"\nen service\.emergency-gb: unsigned$"):
        shown(sign_off)


def test_signatures_that_ended_take_help_from_nobody() -> None:
    assert shown(everything_but(), today=UNTIL)
    assert shown(everything_but(), today=UNTIL + timedelta(1)) == shown(everything_but())


def test_no_locale_signed_to_the_last_text_stops_the_start() -> None:
    lacking = [(locale.tag, "module.urges") for locale in wiring.locales()]

    with pytest.raises(NotReady, match="see: quietline content status"):
        shown(everything_but(*lacking))


@pytest.mark.slow
def test_a_site_is_built_with_what_is_signed_until_one_text_changes(tmp_path: Path) -> None:
    unsigned = checkout(tmp_path / "unsigned")
    signed = shutil.copytree(unsigned, tmp_path / "signed")
    parts = (part for parts in wiring.signoff(unsigned).parts.values() for part in parts.values())
    ledger = signed / wiring.LEDGER
    ledger.write_text(sign(ledger.read_text("utf-8"), (), signatures(parts)), "utf-8")
    changed = shutil.copytree(signed, tmp_path / "changed")
    greeting = changed / "content" / "answers" / "greet.yml"
    greeting.write_text(greeting.read_text("utf-8").replace("Hello", "Good day", 1), "utf-8")

    site = build(PRODUCTION, signed, TODAY)

    assert site.signed == {locale.tag for locale in wiring.locales(signed)}
    assert 'class="draft"' not in TestClient(create_app(site)).get("/").text
    with pytest.raises(NotReady, match=r"\nen answer\.greet: stale$"):
        build(PRODUCTION, changed, TODAY)
    late = build(PRODUCTION, signed, UNTIL + timedelta(1))
    assert 'class="draft"' in TestClient(create_app(late)).get("/").text
