"""Render pages: each template gets what is named here and nothing else."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from bot.web.padding import pad
from bot.web.public.bubbles import TurnView, blocks
from bot.web.public.help_block import ON_EVERY_PAGE, Need, Section, sections
from bot.web.public.site import Site
from bot.web.public.visitor import OTHER, Visitor, country_names

STAND_IN = "the.key.to.a.conversation".ljust(43, ".")
"""As long as a token, so that a page with it is as long; a token has no dots."""

FOLDER = Path(__file__).parent.parent / "templates"


@cache
def read_templates() -> Environment:
    """Return the templates; they escape everything, and a missing value is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def page(
    site: Site, visitor: Visitor, template: str, status: int = 200, **context: Any
) -> Response:
    """Return a whole page with the help block of the visitor's country."""
    return html(_rendered(site, visitor, template, context), status)


def same_page(
    site: Site,
    visitor: Visitor,
    template: str,
    status: int = 200,
    about: Hashable = None,
    **context: Any,
) -> Response:
    """Return a page on which everybody of a language and country sees the same: made once a minute.

    ``context`` may depend on nothing but these two, a frame and ``about``, in which is no word of a
    visitor's. The key to a conversation is put in at the end.
    """
    everybody = replace(visitor, token=STAND_IN if visitor.token else "")
    body = site.minute.get(
        site.clock(),
        (template, everybody, about),
        lambda: pad(_rendered(site, everybody, template, context)),
    )
    return Response(_with_token(body, visitor), status, media_type="text/html")


def _with_token(body: bytes, visitor: Visitor) -> bytes:
    return body.replace(STAND_IN.encode(), visitor.token.encode()) if visitor.token else body


def part(site: Site, visitor: Visitor, template: str, **context: Any) -> str:
    """Return a part of a page, to put into another."""
    whole = _words(site, visitor) | context
    return site.templates.get_template(template).render(whole)


def services_for(site: Site, visitor: Visitor, needs: tuple[Need, ...]) -> tuple[Section, ...]:
    """Return who helps in the visitor's country at this minute."""
    name = ("services", *(need.title for need in needs), visitor.locale.tag, visitor.country)
    return site.minute.get(
        site.clock(), name, lambda: sections(needs, site.content, visitor, site.clock())
    )


def fragment(site: Site, visitor: Visitor, turn: TurnView, status: int = 200) -> Response:
    """Return one turn alone, for a page that is open already."""
    context = _words(site, visitor) | {"visitor": visitor, "turn": turn, "is_fragment": True}
    return html(site.templates.get_template("fragment.html").render(context), status)


def html(text: str, status: int = 200) -> Response:
    """Return a padded response."""
    return Response(pad(text), status, media_type="text/html")


def _rendered(site: Site, visitor: Visitor, template: str, context: dict[str, Any]) -> str:
    help_block = {"help_block": services_for(site, visitor, ON_EVERY_PAGE)}
    whole = _frame(site, visitor) | help_block | context
    return site.templates.get_template(template).render(whole)


def _frame(site: Site, visitor: Visitor) -> dict[str, Any]:
    return _words(site, visitor) | {
        "title": site.settings.title,
        "exit_url": site.settings.exit_url,
        "assets": site.assets,
        "visitor": visitor,
        "locales": site.locales,
        "countries": country_names(visitor.locale.tag),
        "other_country": OTHER,
        "is_draft": visitor.locale.tag not in site.signed,
        "is_fragment": False,
    }


def _words(site: Site, visitor: Visitor) -> dict[str, Any]:
    """Return ``t``, which words a message id, ``blocks``, which parts a text, and switches."""

    def t(message_id: str, **values: object) -> str:
        return site.content.words.text(visitor.locale.tag, message_id, **values)

    keeper = site.keeper
    return {
        "t": t,
        "blocks": blocks,
        "resumes": keeper is not None and keeper.is_on,
        "ends_progress": keeper is not None and not keeper.is_on,
    }
