"""bot.studio.kept: a language that waits for a translator keeps what it has; danger waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import wiring
from bot.conversation.content import Content
from bot.errors import NotReady
from bot.languages import extraction
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.kept import DECIDE_IN_DANGER, kept, may_stay
from bot.studio.publishing import publish
from bot.studio.seeing import State, kind_of
from bot.studio.structure import in_order
from bot.studio.unpublished import as_seen, read_live
from tests.studio.conftest import NOW
from tests.studio.working import TODAY, publishable, save, sign, signer

SLEEP = "module.sleep_and_substances"
ABOUT, AWAKE = f"{SLEEP}.about", f"{SLEEP}.awake_now.title"
FILE = "content/modules/sleep_and_substances.yml"
NEW = "Look after nights, drinking and screens, and ask somebody to help you with it."
DANGER = "answer.suicide_risk.1"
DANGERS = ("imminent_risk", "suicide_risk", "past_behaviour", "under_18", "survivor",
           "under_investigation", "worried_about_other", "other_endangers_child")  # fmt: skip
NEVER_OLD = (DANGER, "check_in.alone_online.question", "survey.about.1", "module.law.about",
             "module.privacy.about", "module.urges.about", "exercise.stay_safe_plan.title",
             "choice.safety.unsure", "referral.cost.paid", "help.intro", "handover.not_urgent",
             "first.report_chat", "privacy.p1", "service.default.confidentiality",
             "progress.risk", "offer.heading.emergency", "chat.unavailable", "nav.help_now",
             "exit.how", "card.busy", "error.server", "busy.full")  # fmt: skip


@pytest.fixture
def chosen(original: Path, tmp_path: Path) -> Settings:
    settings = publishable(original, tmp_path)
    extraction.compile_catalogs(settings.studio / "locales", ["de", "fr"])
    return settings


@pytest.fixture
def store(chosen: Settings) -> StudioStore:
    return StudioStore(chosen.studio_database)


@pytest.fixture
def desk(chosen: Settings, store: StudioStore) -> Desk:
    """A desk whose words visitors have, in a bundle that was made without the slow checks."""
    found = Desk(chosen.studio, store)
    show(chosen, found)
    return found


def show(chosen: Settings, desk: Desk) -> Path:
    """Show visitors what the desk has, without the slow checks; return the bundle."""
    extraction.compile_catalogs(desk.root / "locales", ["de", "fr"])
    private = chosen.bundle_key.with_suffix(".key")
    made = bundles.make(chosen.studio, chosen.bundles, private, TODAY, "as it is")
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)
    return made


def staying(chosen: Settings, desk: Desk) -> dict[str, set[str]]:
    desk.refresh()
    return {tag: set(parts) for tag, parts in kept(desk.index, read_live(chosen), TODAY).items()}


def visible(chosen: Settings) -> Content:
    return read_live(chosen).content


def test_what_waits_for_translators_stays_in_their_languages(chosen: Settings, desk: Desk) -> None:
    assert staying(chosen, desk) == {}

    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"de": {SLEEP}, "fr": {SLEEP}}


def test_a_part_stays_whole_never_one_new_sentence_beside_an_old_one(
    chosen: Settings, desk: Desk
) -> None:
    save(desk, "en", ABOUT, NEW)

    words = kept(desk.index, read_live(chosen), TODAY)["de"][SLEEP]

    assert words == {i: visible(chosen).words.text("de", i) for i in desk.index.members[SLEEP]}


@pytest.mark.parametrize("message_id", [ABOUT, AWAKE])
def test_what_a_translator_has_worked_on_since_is_not_thrown_away(
    chosen: Settings, desk: Desk, message_id: str
) -> None:
    save(desk, "de", message_id, "Neu")
    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"fr": {SLEEP}}


def test_a_part_that_visitors_have_signed_stays_only_if_it_stays_signed(
    chosen: Settings, desk: Desk
) -> None:
    sue, before = signer("sue", "editor"), desk.index.words("de", ABOUT)
    for tag in ("de", "fr"):
        sign(desk, sue, "editor", SLEEP, tag)
    show(chosen, desk)
    save(desk, "de", ABOUT, "Neu")
    sign(desk, sue, "editor", SLEEP, "de")
    save(desk, "de", ABOUT, before)
    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"fr": {SLEEP}}


def test_a_signature_that_is_over_keeps_nothing_from_staying(chosen: Settings, desk: Desk) -> None:
    sign(desk, signer("sue", "editor"), "editor", SLEEP, "de", days=1)
    show(chosen, desk)
    save(desk, "en", ABOUT, NEW)

    later = kept(desk.index, read_live(chosen), TODAY + timedelta(9))

    assert set(later) == {"de", "fr"}


def test_english_that_visitors_read_in_place_of_a_translation_does_not_stay(
    chosen: Settings, desk: Desk
) -> None:
    save(desk, "de", ABOUT, desk.index.words("en", ABOUT))
    show(chosen, desk)
    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"fr": {SLEEP}}


def test_one_word_may_be_the_same_in_both_languages(chosen: Settings, desk: Desk) -> None:
    save(desk, "en", AWAKE, "Alarm")
    for tag in ("de", "fr"):
        save(desk, tag, AWAKE, "Alarm")
    show(chosen, desk)
    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"de": {SLEEP}, "fr": {SLEEP}}


def test_nothing_stays_of_a_bundle_that_was_changed_after_it_was_signed(
    chosen: Settings, desk: Desk
) -> None:
    changed = read_live(chosen).root / "content" / "duties.yml"
    save(desk, "en", ABOUT, NEW)
    changed.chmod(0o644)
    changed.write_text(changed.read_text() + "# changed\n")

    assert staying(chosen, desk) == {}


def test_what_answers_about_danger_offer_does_not_stay(original: Path) -> None:
    answers, parts = wiring.content(original).answers, wiring.signoff(original).parts["de"]
    offered = {i for intent in DANGERS for i in answers[intent].choices if i in parts}

    assert len(offered) > 5
    assert not [name for name in offered if may_stay(name)]


def test_of_pages_and_exercises_alone_some_may_stay(original: Path) -> None:
    parts = set(wiring.signoff(original).parts["de"])

    assert parts >= DECIDE_IN_DANGER
    assert {kind_of(name) for name in parts if may_stay(name)} == {"module", "exercise"}


def test_what_decides_in_danger_is_translated_first(chosen: Settings, desk: Desk) -> None:
    for message_id in NEVER_OLD:
        save(desk, "en", message_id, desk.index.words("en", message_id) + " Today.")

    assert desk.index.open["de"] == set(NEVER_OLD)
    assert staying(chosen, desk) == {}


def test_a_text_that_visitors_do_not_have_yet_is_translated_first(
    chosen: Settings, desk: Desk
) -> None:
    text = (desk.root / FILE).read_text().replace("- id: awake_now", "- id: awake", 1)
    desk.save_file("ann", FILE, text, 0, NOW)

    assert staying(chosen, desk) == {}


def test_a_translation_that_was_taken_back_does_not_stay(chosen: Settings, desk: Desk) -> None:
    save(desk, "de", ABOUT, "")

    assert staying(chosen, desk) == {}


def test_another_order_is_another_part(chosen: Settings, desk: Desk) -> None:
    text = (desk.root / FILE).read_text()
    number = len(visible(chosen).shelf.modules["sleep_and_substances"].screens)
    save(desk, "en", ABOUT, NEW)
    desk.save_file("ann", FILE, in_order(text, "screens", [*range(1, number), 0]), 0, NOW)

    assert staying(chosen, desk) == {}


@pytest.mark.slow
def test_a_sentence_is_live_by_noon_and_its_translations_follow(
    chosen: Settings, desk: Desk, store: StudioStore
) -> None:
    sign(desk, signer("sue", "editor"), "editor", SLEEP, "de")
    before = visible(chosen).words.text("de", ABOUT)
    save(desk, "en", ABOUT, NEW)
    shown = bundles.current_name(chosen.bundles)

    publish(chosen, store, "ann", "clearer", NOW, as_seen(desk.digest(TODAY), shown))
    live = read_live(chosen)
    catalog = (live.root / "locales" / "de" / "LC_MESSAGES" / "modules.po").read_text()

    assert live.content.words.text("en", ABOUT) == NEW
    assert live.content.words.text("de", ABOUT) == before
    assert Desk(live.root, store).part("de", SLEEP, TODAY).state == State.SIGNED
    assert "fuzzy" not in catalog
    assert desk.index.open == {"de": {ABOUT}, "fr": {ABOUT}}

    save(
        desk,
        "de",
        ABOUT,
        "Achten Sie auf Nächte, Alkohol und Bildschirme, und bitten Sie um Hilfe.",
    )
    publish(chosen, store, "ann", "German", NOW)

    assert visible(chosen).words.text("de", ABOUT).endswith("bitten Sie um Hilfe.")
    assert visible(chosen).words.text("fr", ABOUT) != NEW


@pytest.mark.slow
def test_danger_is_published_when_every_language_has_it(
    chosen: Settings, desk: Desk, store: StudioStore
) -> None:
    before = bundles.current_name(chosen.bundles)
    save(desk, "en", DANGER, desk.index.words("en", DANGER) + " You matter.")

    with pytest.raises(NotReady, match=f"safety.po: {DANGER} is not translated"):
        publish(chosen, store, "ann", "clearer", NOW)

    assert bundles.current_name(chosen.bundles) == before
