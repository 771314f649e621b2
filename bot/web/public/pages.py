"""Render pages: each template gets what is named here and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from bot.web.padding import pad
from bot.web.public.bubbles import TurnView, blocks
from bot.web.public.help_block import ON_EVERY_PAGE, sections
from bot.web.public.site import Site
from bot.web.public.visitor import OTHER, Visitor, country_names

FOLDER = Path(__file__).parent.parent / "templates"


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
    help_block = sections(ON_EVERY_PAGE, site.content, visitor, site.clock())
    whole = _frame(site, visitor) | {"help_block": help_block} | context
    return html(site.templates.get_template(template).render(whole), status)


def fragment(site: Site, visitor: Visitor, turn: TurnView, status: int = 200) -> Response:
    """Return one turn alone, for a page that is open already."""
    context = _words(site, visitor) | {"visitor": visitor, "turn": turn, "is_fragment": True}
    return html(site.templates.get_template("fragment.html").render(context), status)


def html(text: str, status: int = 200) -> Response:
    """Return a padded response."""
    return Response(pad(text), status, media_type="text/html")


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
    """Return ``t``, which words a message id, and ``blocks``, which parts a text."""

    def t(message_id: str, **values: object) -> str:
        return site.content.words.text(visitor.locale.tag, message_id, **values)

    return {"t": t, "blocks": blocks}
