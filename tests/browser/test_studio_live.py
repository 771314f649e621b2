"""From an invitation to a sentence that a visitor reads, while all goes on that can go wrong.

The visitor has an open conversation with the running product. Nothing that happens in the studio
may end it, and nothing that wasn't published may be read in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio import publishing as acts
from bot.studio.desk import Desk
from bot.studio.signing import Person
from tests.browser.conftest import Open
from tests.browser.office import Office, Worker, accept, check, new_page, opened, redeem
from tests.browser.picturing import NARROW, picture
from tests.browser.publishing import (
    Boss,
    a_boss,
    english_studio,
    publish,
    sign,
    slow,
    told_to,
    write,
)
from tests.browser.serving import Elsewhere, Served, serving
from tests.browser.visiting import Visit
from tests.faults.running import wait_until

pytestmark = pytest.mark.slow

PART, SCREEN = "module.urges", "module.urges.2"
WAVE = "module.urges.wave.title"
OLD, NEW = "An urge is like a wave", "An urge comes and goes like a wave"
MODULE = "content/modules/urges.yml"
FORBIDDEN = {
    "/studio/sign": {
        "locale": "en", "part": PART, "seen": "0" * 64, "role": "clinician",
        "until": "2027-01-01", "read": "yes",
    },
    "/studio/publish": {"note": "by hand", "sure": "yes", "seen": ""},
    "/studio/bundles": {"name": "000001-000000000000"},
    "/studio/signers": {"name": "sam", "role": "clinician"},
    "/accounts/invite": {"name": "eve", "role": "administrator"},
}  # fmt: skip
"""What neither an author nor a signer without a signing role may do."""
FORGE = """([address, fields]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: address });
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
}"""
LOADED_SECONDS = 240
"""In which the assistant loads, also where the staff's pages start beside it."""
SECONDS = 60
"""In which visitors read what was published; the product looks every second here."""


@dataclass(frozen=True)
class Team:
    """An administrator, an author, a signer, and what they work on."""

    boss: Boss
    ana: Worker
    cleo: Worker
    chosen: Settings

    @property
    def office(self) -> Office:
        return self.boss.office

    def shown(self) -> str:
        """Return the name of the bundle that visitors see."""
        return bundles.current_name(self.chosen.bundles)

    def trail(self) -> str:
        """Return the audit trail as an administrator reads it."""
        self.boss.page.goto(f"{self.office.address}/audit")
        return self.boss.page.locator("main").inner_text()


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A studio that has published the words of the checkout; some parts were signed long ago."""
    made = english_studio(tmp_path_factory.mktemp("studio"))
    signed_for(made, PART, datetime.now(UTC) - timedelta(days=90), days=300)
    signed_for(made, "module.law", datetime.now(UTC) - timedelta(days=90), days=100)
    signed_for(made, "module.family", datetime.now(UTC) - timedelta(days=90), days=60)
    store = StudioStore(made.studio_database)
    acts.publish(made, store, "shell", "the first words", datetime.now(UTC))
    store.close_engine()
    return made


@pytest.fixture(scope="module")
def product(
    chosen: Settings, tmp_path_factory: pytest.TempPathFactory, other_site: Elsewhere
) -> Iterator[Served]:
    """Site and assistant, which follow what the studio publishes."""
    settings = told_to(chosen, "bundles", "bundle_key") | {"take_over_seconds": "1"}
    folder = tmp_path_factory.mktemp("product")
    with serving(folder, "run", exit_url=other_site.address, **settings) as served:
        wait_until(served.converses, served.running, LOADED_SECONDS)
        yield served


@pytest.fixture(scope="module")
def office(chosen: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened(tmp_path_factory.mktemp("staff"), **told_to(chosen)) as made:
        yield made


@pytest.fixture(scope="module")
def team(office: Office, chosen: Settings, chromium: Browser) -> Iterator[Team]:
    with ExitStack() as stack:
        contexts = [stack.enter_context(closing(chromium.new_context())) for _ in range(3)]
        boss = a_boss(new_page(contexts[0]), office)
        ana = invited(boss, new_page(contexts[1]), "ana", "author")
        cleo = invited(boss, new_page(contexts[2]), "cleo", "signer")
        boss.let_sign("cleo", "clinician")
        yield Team(boss, ana, cleo, chosen)


def invited(boss: Boss, page: Page, name: str, role: str) -> Worker:
    """Let somebody in as it is done: an administrator invites, the code goes to who is meant."""
    redeem(page, boss.office, boss.invite(name, role))
    return Worker(page.context, boss.office.address, accept(page), name)


@pytest.fixture
def talk(visitor: Open, chosen: Settings) -> Visit:
    """An open conversation on the second screen of a module, in the words that came first."""
    first = bundles.all_bundles(chosen.bundles)[-1]
    bundles.switch(chosen.bundles, first.name, chosen.bundle_key)
    visit = visitor()
    visit.open("/", country="GB")
    visit.press_unseen(SCREEN)
    comes_to_read(visit, OLD)
    return visit


def comes_to_read(talk: Visit, words: str) -> None:
    """Ask for the screen again, in the same conversation, until it says these words."""
    until(lambda: words in talk.press_unseen(SCREEN).inner_text())
    assert len(talk.tokens()) == 1, "the conversation was lost"


def still_reads(talk: Visit, words: str) -> None:
    """Insist that visitors see no difference."""
    assert words in talk.press_unseen(SCREEN).inner_text()
    assert len(talk.tokens()) == 1, "the conversation was lost"


def read_whole(page: Page, talk: Visit) -> str:
    """Open the module in a window of its own; return what its page says."""
    page.goto(f"{talk.served.address}/read?locale=en&choice={PART}")
    page.locator("h3, h2").filter(has_text=" like a wave").first.scroll_into_view_if_needed()
    return page.locator("main").inner_text()


def until(is_true: Callable[[], bool], every: float = 0.5) -> None:
    end = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < end, "nothing changed"
        time.sleep(every)


def test_a_sentence_is_changed_signed_published_read_and_taken_back(
    team: Team, talk: Visit
) -> None:
    before = team.shown()
    still_reads(talk, OLD)
    page = team.ana.text(WAVE, "en")
    page.locator("#words").fill(NEW)
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    picture(page, "edit")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It is shown to visitors once")).to_be_visible()
    page.goto(f"{team.office.address}/studio/preview?part={PART}")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    picture(page, "preview")

    hers = slow(team.cleo.open("/studio"))
    picture(hers, "for-you")
    hers.goto(f"{team.office.address}/studio/sign?part={PART}")
    expect(hers.locator("ins").first).to_be_visible()
    picture(hers, "sign")
    sign(hers, team.office, PART, "clinician")
    expect(hers.get_by_text("It is signed, and goes to visitors")).to_be_visible()
    still_reads(talk, OLD)
    hers.goto(f"{team.office.address}/studio/publish")
    picture(hers, "publish")
    publish(hers, team.office, "A clearer title about urges")
    expect(hers.get_by_text("Published. Visitors read it within a minute.")).to_be_visible()
    picture(hers, "published")
    comes_to_read(talk, NEW)
    whole = talk.page.context.new_page()
    until(lambda: NEW in read_whole(whole, talk))
    picture(whole, "live", NARROW)
    whole.close()

    row = hers.get_by_role("row").filter(has_text=before)
    row.get_by_role("button", name="Show again").click()
    expect(hers.get_by_text("this earlier bundle again")).to_be_visible()
    assert team.shown() == before
    comes_to_read(talk, OLD)
    assert "went back to bundle" in team.trail()
    hers.goto(f"{team.office.address}/studio/services?country=GB")
    picture(hers, "services")


def test_a_bundle_with_one_flipped_bit_is_shown_to_nobody(
    team: Team, talk: Visit, product: Served
) -> None:
    good, page = team.shown(), slow(team.cleo.open("/studio/bundles"))
    still_reads(talk, OLD)
    key = team.chosen.bundle_key.with_suffix(".key")
    made = bundles.make(
        team.chosen.studio, team.chosen.bundles, key, datetime.now(UTC).date(), "harmed"
    )
    flip_one_bit(made / MODULE)
    page.reload()
    page.get_by_role("button", name=f"Show again {made.name}").click()
    expect(page.get_by_role("alert")).to_contain_text("urges.yml is not as it was signed")
    check(page)
    assert team.shown() == good
    # Somebody who can write files, and has no key, names it all the same.
    (team.chosen.bundles / "current").write_text(made.name)
    wait_until(lambda: product.running.printed().count("bundle.refused") >= 2, product.running)
    still_reads(talk, OLD)


def flip_one_bit(path: Path) -> None:
    words = bytearray(path.read_bytes())
    words[len(words) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(words)


def test_with_the_database_gone_in_the_middle_visitors_read_and_the_record_follows(
    team: Team, talk: Visit
) -> None:
    before, page = team.shown(), slow(team.cleo.open("/studio/publish"))
    write(team.chosen, "ann", WAVE, "An urge is a wave that passes")
    publish(page, team.office, "the database goes")
    checked = team.office.folder / "tmp"
    # The copy that the checks look at: from here on only the record needs the database.
    until(lambda: any(checked.glob("studio*/locales/*.pot")), every=0.02)
    with gone(team.chosen):
        expect(page.get_by_text("the record follows when it is back")).to_be_visible()
        comes_to_read(talk, "An urge is a wave that passes")
        assert team.shown() != before
    page.goto(f"{team.office.address}/studio/bundles")
    row = page.get_by_role("row").filter(has_text="the database goes")
    expect(row).to_contain_text("by cleo")
    assert team.shown() in row.inner_text()


@contextmanager
def gone(chosen: Settings) -> Iterator[None]:
    """Put a folder where the studio's database was; what it held is back at the end."""
    path = Path(chosen.studio_database.removeprefix("sqlite:///"))
    moved = path.rename(path.with_suffix(".away"))
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        moved.rename(path)


def test_a_signature_that_ends_is_told_in_time_and_renewed(team: Team) -> None:
    page = slow(team.cleo.open("/studio/parts?locale=en&state=expiring"))
    expect(page.locator("main")).to_contain_text("What the law says")
    page.goto(f"{team.office.address}/studio/publish")
    expect(page.get_by_role("heading", name="To review soon")).to_be_visible()
    page.goto(f"{team.office.address}/studio?why=expired&locale=en")
    expect(page.locator("#why-expired")).to_be_visible()
    check(page)
    sign(page, team.office, "module.family", "clinician")
    expect(page.get_by_text("It is signed, and goes to visitors")).to_be_visible()

    page.goto(f"{team.office.address}/studio?why=expired&locale=en")
    expect(page.locator("#why-expired")).to_have_count(0)


def signed_for(chosen: Settings, part: str, on: datetime, days: int) -> None:
    """Sign a part as somebody did some time ago."""
    store = StudioStore(chosen.studio_database)
    desk = Desk(chosen.studio, store)
    seen = {part: desk.part("en", part, on.date()).fingerprint}
    somebody = Person("olga", frozenset({"signer"}), frozenset({"clinician"}))
    desk.sign(somebody, "en", seen, "clinician", on.date() + timedelta(days=days), on)
    store.close_engine()


def test_who_may_not_sign_publish_or_go_back_cannot_by_hand_either(
    team: Team, chromium: Browser
) -> None:
    before = team.shown()
    with closing(chromium.new_context()) as context:
        sam = invited(team.boss, new_page(context), "sam", "signer")
        page = sam.open(f"/studio/sign?part={PART}")
        expect(page.get_by_text("You have no signing role.")).to_be_visible()
        said = [by_hand(page, path, fields) for path, fields in FORBIDDEN.items()]
    author = team.ana.open("/studio/publish")
    expect(author.get_by_role("button", name="Check and publish")).to_have_count(0)
    said += [by_hand(author, path, fields) for path, fields in FORBIDDEN.items()]

    assert [status for status in said if status not in (403, 409)] == []
    assert team.shown() == before
    refused = [line.split("\t") for line in team.trail().splitlines() if "refused" in line]
    assert {who for _, _, who, *_ in refused} >= {"sam", "ana"}


def by_hand(page: Page, path: str, fields: dict[str, str]) -> int:
    """Send a form that the page doesn't have, with the token that it does; return the status."""
    script = """async ([path, fields]) => {
        const page = await (await fetch("/account")).text();
        const token = /name="form_token" value="([^"]+)"/.exec(page)[1];
        const body = new URLSearchParams({ form_token: token, ...fields });
        return (await fetch(path, { method: "POST", body })).status;
    }"""
    return int(page.evaluate(script, [path, fields]))


@pytest.mark.parametrize("is_near", [True, False], ids=["same-machine", "another-site"])
def test_a_form_of_another_page_does_nothing(
    team: Team, other_site: Elsewhere, is_near: bool
) -> None:
    done, address = team.trail().count("went back to bundle"), other_site.address
    page = team.cleo.open("/studio/bundles")
    page.goto(address if is_near else address.replace("localhost", "127.0.0.1"))
    page.evaluate(FORGE, [f"{team.office.address}/studio/bundles", {"name": team.shown()}])
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile("This is not possible|Please sign in again")
    )

    assert team.trail().count("went back to bundle") == done
