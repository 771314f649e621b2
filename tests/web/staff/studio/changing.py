"""Forms of a text and of a file, sent as pages send them."""

from __future__ import annotations

from httpx2 import Response

from bot.studio.desk import Desk
from bot.web.staff.site import Staff
from tests.builders import NOON
from tests.web.staff.conftest import Browser

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
POLICY = "content/safety/policy.yml"


def page_of(locale: str, message_id: str) -> str:
    return f"/studio/text?locale={locale}&id={message_id}"


def send(
    browser: Browser, desk: Desk, locale: str, message_id: str, words: str, **fields: object
) -> Response:
    """Send the form of a text, by default to save it over the newest version."""
    base = desk.text(locale, message_id).version
    sent = {"locale": locale, "id": message_id, "words": words, "base": base, "do": "save"}
    return browser.post("/studio/text", page_of(locale, message_id), **(sent | fields))


def send_file(browser: Browser, desk: Desk, text: str, **fields: object) -> Response:
    base = desk.file_version(POLICY)
    sent = {"file": POLICY, "words": text, "base": base, "do": "save"}
    return browser.post("/studio/file", f"/studio/file?path={POLICY}", **(sent | fields))


def trail(staff: Staff) -> list[tuple[str, str, str, str, str]]:
    found = staff.store.lines(f"{NOON:%Y-%m}")
    return [(each.who, each.what, each.item, each.before, each.after) for each in found]


def draft_of(desk: Desk, account: str, message_id: str) -> str:
    drafts = desk.store.drafts(account)
    return next((each.words for each in drafts if each.item == message_id), "")
