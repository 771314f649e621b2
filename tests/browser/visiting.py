"""What a visitor does on the page, with scripts or without; both look the same from here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import parse_qs

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    expect,
)

from tests.browser.serving import Served
from tests.builders import content

PHONE: Final = {"width": 360, "height": 740}
DESKTOP: Final = {"width": 1200, "height": 800}
WRITTEN_MS = 4_000  # Chromium waits 2.5 s before it writes down which pages are open
WORRY: Final = {
    "en": "I worry about my sexual thoughts about children",
    "de": "Ich mache mir Sorgen wegen meiner sexuellen Gedanken",
    "fr": "Mes pensées sexuelles m'inquiètent",
}
DANGER: Final = {"en": "I want to die", "de": "Ich will sterben", "fr": "Je veux mourir"}
COUNTRY: Final = {"en": "GB", "de": "AT", "fr": "BE"}


def words(tag: str, message_id: str, **values: object) -> str:
    """Return the words that the page shows, on one line."""
    return " ".join(content().words.text(tag, message_id, **values).split())


class Visit:
    """One page of one visitor.

    Attributes:
        sent: Every request that the page made.
        told: What the browser's console complained about.
    """

    def __init__(self, page: Page, served: Served, tag: str, has_scripts: bool) -> None:
        self.page, self.served, self.tag, self.has_scripts = page, served, tag, has_scripts
        self.sent: list[Request] = []
        self.told: list[str] = []
        page.on("request", self._sent)
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.on("console", self._note)

    def open(self, path: str = "/", country: str = "") -> Visit:
        """Open a page; on the first screen choose ``country``."""
        self.page.goto(self.served.address + path)
        if country:
            self.choose("country", country)
        return self

    @contextmanager
    def answering(self, path: str = "/") -> Iterator[None]:
        """Wait until what is done inside has been answered and shown."""
        if not self.has_scripts:
            with self.page.expect_navigation():
                yield
            return
        with self.page.expect_response(lambda answer: answer.url.endswith(path)):
            yield
        expect(self.page.locator("html.busy")).to_have_count(0)

    def say(self, text: str) -> Locator:
        """Send words; return the answer."""
        self.page.fill("#text", text)
        with self.answering():
            self.page.click(".send")
        return self.turn

    def press(self, choice: str) -> Locator:
        """Press the latest button ``choice``; return the answer."""
        with self.answering():
            self.button(choice).click()
        return self.turn

    def press_unseen(self, choice: str) -> Locator:
        """Press a button that this page doesn't show, as one from an earlier page does."""
        self.page.evaluate(
            """choice => {
                const button = document.createElement("button");
                button.name = "choice";
                button.value = choice;
                button.formNoValidate = true;
                button.setAttribute("form", "visit");
                button.textContent = "-";
                document.querySelector("#visit").after(button);
            }""",
            choice,
        )
        with self.answering():
            self.page.click(f'#visit + button[value="{choice}"]')
        self.page.evaluate("document.querySelector('#visit + button')?.remove()")
        return self.turn

    def choose(self, field: str, value: str) -> None:
        """Choose a language or country, and confirm it where no script does that."""
        select = self.page.locator(f"#{field}")
        around = self.page.locator("details.more")
        if around.count() and not select.is_visible():
            around.locator("summary").click()
        if self.has_scripts:
            with self.answering():
                select.select_option(value)
            return
        select.select_option(value)
        with self.answering():
            self.page.click(".change")

    def forget(self) -> None:
        """Press "Forget this conversation"."""
        with self.answering("/forget"):
            self.page.click(".forget")

    def go_back(self) -> None:
        """Press the browser's Back button."""
        # Where the page was the answer to a form, the browser shows nothing and asks.
        with suppress(Error):
            self.page.go_back()

    def button(self, choice: str) -> Locator:
        return self.page.locator(f'button[value="{choice}"]').last

    @property
    def turn(self) -> Locator:
        """The latest answer."""
        return self.page.locator(".turn").last

    @property
    def log(self) -> Locator:
        return self.page.locator("#log")

    @property
    def kept(self) -> Locator:
        """The card that stays in view after a danger."""
        return self.page.locator("section.kept")

    def buttons(self) -> list[str]:
        """Return the ids of the answers on offer."""
        found = self.turn.locator("button[name=choice]").all()
        return [button.get_attribute("value") or "" for button in found]

    def tokens(self) -> list[str]:
        """Return the keys that the page has sent, without repetition."""
        forms = [parse_qs(request.post_data or "") for request in self.sent]
        return list(dict.fromkeys(token for form in forms for token in form.get("token", [])))

    def sees(self, *message_ids: str, where: Locator | None = None, **values: object) -> None:
        """Insist that the words of these messages are on the page."""
        for message_id in message_ids:
            target = where or self.page.locator("body")
            for part in re.split(r"\s*\n\s*", self._raw(message_id, **values).strip()):
                expect(target).to_contain_text(" ".join(part.removeprefix("- ").split()))

    def _sent(self, request: Request) -> None:
        self.sent.append(request)

    def _note(self, said: ConsoleMessage) -> None:
        # Not every browser knows each feature that we forbid; it says so and goes on.
        is_known = "Unrecognized feature" in said.text
        if said.type in ("error", "warning") and not is_known:
            self.told.append(said.text)

    def _raw(self, message_id: str, **values: object) -> str:
        return content().words.text(self.tag, message_id, **values)


def new_context(
    browser: Browser, tag: str, has_scripts: bool = True, **more: object
) -> BrowserContext:
    """Return a fresh browser of a person who reads ``tag``."""
    made = browser.new_context(
        locale=tag,
        java_script_enabled=has_scripts,
        **({"viewport": DESKTOP} | more),  # type: ignore[arg-type]
    )
    made.set_default_timeout(10_000)
    return made
