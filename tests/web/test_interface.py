"""docs/site.openapi.yml describes the site: all of its routes, all fields of forms, all answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Route

from bot.settings import read
from bot.web.public.app import create_app
from bot.web.public.pages import FOLDER
from bot.web.public.server import build
from tests.web import interface

EXAMPLES = 8
FORM = "application/x-www-form-urlencoded"
FIELD = re.compile(r'<(?:input|button|select|textarea)[^>]*\bname="([a-z-]+)"')
METHODS = ("get", "post")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found = yaml.safe_load(interface.DESCRIPTION.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_description_is_one_of_openapi() -> None:
    interface.description().validate()


def test_it_names_each_route_and_no_other(described: dict[str, Any], tmp_path: Path) -> None:
    chosen = interface.SWITCHED_ON | {"progress_database": f"sqlite:///{tmp_path}/p.sqlite"}
    site = build(read({f"QUIETLINE_{name.upper()}": said for name, said in chosen.items()}))
    starlette = create_app(site)._app  # type: ignore[attr-defined]

    routes = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in starlette.routes
        if isinstance(route, Route)
        for method in {*(route.methods or ())} - {"HEAD"}
    }
    known = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert routes == known


def test_it_names_each_field_of_the_forms(described: dict[str, Any]) -> None:
    templates = [path.read_text("utf-8") for path in FOLDER.glob("*.html")]
    sent = {name for template in templates for name in FIELD.findall(template)}

    assert {"text", "choice", "token", "service", "number"} <= sent
    assert sent <= fields_of(described)


def fields_of(described: dict[str, Any]) -> set[str]:
    """Return the names of all fields that any form may have."""
    forms = [
        item["post"]["requestBody"]["content"][FORM]["schema"]
        for item in described["paths"].values()
        if "post" in item
    ]
    own = [part for form in forms for part in form.get("allOf", []) if "properties" in part]
    visit = described["components"]["schemas"]["Visit"]
    return {name for part in (*own, visit) for name in part["properties"]}


def test_every_answer_says_which_headers_come_with_it(described: dict[str, Any]) -> None:
    shared = described["components"]["responses"]
    answers = [
        answer
        for item in described["paths"].values()
        for method in METHODS
        for answer in item.get(method, {}).get("responses", {}).values()
    ]
    whole = [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in answers]

    assert len(whole) > 60
    for answer in whole:
        assert {"Content-Security-Policy", "Cache-Control"} <= set(answer["headers"])


@pytest.mark.slow
def test_a_running_site_answers_as_described_whatever_is_sent(tmp_path: Path) -> None:
    with interface.a_site(tmp_path) as (browser, running):
        tried = interface.try_all(browser.address, EXAMPLES)

        assert tried.wrong == {}
        assert sum(tried.answers.values()) > 10 * EXAMPLES
        assert running.printed() == ""
