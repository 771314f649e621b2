"""A studio whose words can be published, and what people do in it up to the live sentence."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from bot import wiring
from bot.languages import extraction
from bot.referral.reading import read_directory
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.writing import COMMENTS
from tests.browser.office import Office, make_account
from tests.browser.visiting import DESKTOP
from tests.builders import checkout

SETTINGS = ("studio", "studio_database", "bundles", "bundle_key")


def english_studio(folder: Path) -> Settings:
    """Return the settings of a working copy with English alone; the checks find nothing in it."""
    root = checkout(folder / "checkout")
    for each in (root / "locales").iterdir():
        if each.is_dir() and each.name != "en":
            shutil.rmtree(each)
    (root / "locales" / "locales.yml").write_text("locales:\n- tag: en\n")
    source = wiring.source_words(root, read_directory(root / "content" / "services"))
    comments = extraction.read_comments(root / COMMENTS)
    extraction.write_templates(source, root / "locales", comments)
    start(root, folder / "copy")
    bundles.write_keys(folder / "bundle.key", folder / "bundle.pub")
    return Settings(
        studio=folder / "copy",
        studio_database=f"sqlite:///{folder / 'studio.sqlite'}",
        bundles=folder / "bundles",
        bundle_key=folder / "bundle.pub",
    )


def told_to(chosen: Settings, *names: str) -> dict[str, str]:
    """Return settings as a command gets them."""
    return {name: str(getattr(chosen, name)) for name in names or SETTINGS}


@dataclass(frozen=True)
class Boss:
    """An administrator in a browser of their own, who lets others in."""

    page: Page
    office: Office

    def employ(self, page: Page, name: str, role: str, *signing: str) -> str:
        """Let somebody in, with a role and with signing roles; return the code app's secret."""
        secret = make_account(page, self.office, name, role)
        if signing:
            self.let_sign(name, *signing)
        return secret

    def let_sign(self, name: str, *signing: str) -> None:
        """Give somebody signing roles."""
        self.page.goto(f"{self.office.address}/studio/signers")
        form = self.page.get_by_role("group", name=name, exact=True)
        for each in signing:
            form.get_by_label(each, exact=True).check()
        form.get_by_role("button").click()
        expect(self.page.get_by_text("The signing roles are changed.")).to_be_visible()

    def invite(self, name: str, role: str) -> str:
        """Invite somebody on the page of accounts; return the code that is shown once."""
        self.page.goto(f"{self.office.address}/accounts")
        self.page.get_by_label("Name to sign in with").fill(name)
        self.page.locator(f"#invite-{role}").check()
        self.page.get_by_role("button", name="Invite", exact=True).click()
        return self.page.locator(".key").inner_text()


def a_boss(page: Page, office: Office, name: str = "bea") -> Boss:
    make_account(slow(page), office, name)
    return Boss(page, office)


def slow(page: Page) -> Page:
    """Wait long enough for all checks before a publication."""
    page.set_default_timeout(90_000)
    page.set_viewport_size(DESKTOP)
    return page


def write(chosen: Settings, author: str, message_id: str, words: str) -> None:
    """Change a text as its author would."""
    store = StudioStore(chosen.studio_database)
    desk = Desk(chosen.studio, store)
    seen = desk.text("en", message_id)
    desk.save(author, "en", message_id, words, seen.version, datetime.now(UTC))
    store.close_engine()


def sign(page: Page, office: Office, part: str, role: str) -> None:
    page.goto(f"{office.address}/studio/sign?part={part}")
    page.get_by_role("radio", name=role, exact=True).check()
    page.get_by_label("I have read all of it").check()
    page.get_by_role("button", name="Sign", exact=True).click()


def publish(page: Page, office: Office, note: str) -> None:
    """Ask for a publication, and don't wait: the answer comes once all checks have run."""
    page.goto(f"{office.address}/studio/publish")
    page.get_by_label("What is new, in a line").fill(note)
    if page.get_by_label("I know that").count():
        page.get_by_label("I know that").check()
    page.get_by_role("button", name="Check and publish").click(no_wait_after=True)
