"""bot.studio.kept: a language that waits for a translator keeps what it has; danger waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation.content import Content
from bot.errors import NotReady
from bot.languages import extraction
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.studio import StudioStore
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.kept import kept
from bot.studio.publishing import publish
from bot.studio.seeing import State
from bot.studio.structure import in_order
from bot.studio.unpublished import read_live
from tests.studio.conftest import NOW
from tests.studio.working import TODAY, save, sign, signer

LAW, ABOUT, ACTS = "module.law", "module.law.about", "module.law.acts.title"
NEW = "What is against the law in many countries, and whom you can ask about it."
DANGER = "answer.suicide_risk.1"
QUESTION = "check_in.alone_online.question"


@pytest.fixture
def chosen(original: Path, tmp_path: Path) -> Settings:
    start(original, tmp_path / "copy")
    extraction.compile_catalogs(tmp_path / "copy" / "locales", ["de", "fr"])
    bundles.write_keys(tmp_path / "bundle.key", tmp_path / "bundle.pub")
    return Settings(
        studio=tmp_path / "copy",
        studio_database=f"sqlite:///{tmp_path / 'studio.sqlite'}",
        bundles=tmp_path / "bundles",
        bundle_key=tmp_path / "bundle.pub",
    )


@pytest.fixture
def store(chosen: Settings) -> StudioStore:
    return StudioStore(chosen.studio_database)


@pytest.fixture
def desk(chosen: Settings, store: StudioStore) -> Desk:
    """A desk whose words visitors have, in a bundle that was made without the slow checks."""
    private = chosen.bundle_key.with_suffix(".key")
    made = bundles.make(chosen.studio, chosen.bundles, private, TODAY, "first")
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)
    return Desk(chosen.studio, store)


def staying(chosen: Settings, desk: Desk) -> dict[str, set[str]]:
    desk.refresh()
    return {tag: set(parts) for tag, parts in kept(desk.index, read_live(chosen)).items()}


def visible(chosen: Settings) -> Content:
    return read_live(chosen).content


def test_what_waits_for_translators_stays_in_their_languages(chosen: Settings, desk: Desk) -> None:
    assert staying(chosen, desk) == {}

    save(desk, "en", ABOUT, NEW)

    assert staying(chosen, desk) == {"de": {LAW}, "fr": {LAW}}


def test_a_part_stays_whole_never_one_new_sentence_beside_an_old_one(
    chosen: Settings, desk: Desk
) -> None:
    for message_id in (ABOUT, ACTS):
        save(desk, "en", message_id, desk.index.words("en", message_id) + " Today.")
    save(desk, "de", ABOUT, "Neu")

    words = kept(desk.index, read_live(chosen))["de"][LAW]

    assert words[ABOUT] == visible(chosen).words.text("de", ABOUT) != "Neu"
    assert set(words) == set(desk.index.members[LAW])


@pytest.mark.parametrize("message_id", [DANGER, QUESTION, "survey.about.1"])
def test_danger_and_questions_whose_answers_decide_are_not_kept(
    chosen: Settings, desk: Desk, message_id: str
) -> None:
    save(desk, "en", message_id, desk.index.words("en", message_id) + " Today.")

    assert desk.index.open["de"] == {message_id}
    assert staying(chosen, desk) == {}


def test_a_text_that_visitors_do_not_have_yet_is_translated_first(
    chosen: Settings, desk: Desk
) -> None:
    file = "content/modules/law.yml"
    text = (desk.root / file).read_text().replace("- id: why_laws", "- id: why", 1)
    desk.save_file("ann", file, text, 0, NOW)

    assert staying(chosen, desk) == {}


def test_a_translation_that_was_taken_back_does_not_stay(chosen: Settings, desk: Desk) -> None:
    save(desk, "de", ABOUT, "")

    assert staying(chosen, desk) == {}


def test_another_order_is_another_part(chosen: Settings, desk: Desk) -> None:
    file = "content/modules/law.yml"
    text = (desk.root / file).read_text()
    number = len(visible(chosen).shelf.modules["law"].screens)
    save(desk, "en", ABOUT, NEW)
    desk.save_file("ann", file, in_order(text, "screens", [*range(1, number), 0]), 0, NOW)

    assert staying(chosen, desk) == {}


@pytest.mark.slow
def test_a_sentence_is_live_by_noon_and_its_translations_follow(
    chosen: Settings, desk: Desk, store: StudioStore
) -> None:
    sign(desk, signer("sue", "editor"), "editor", LAW, "de")
    before = visible(chosen).words.text("de", ABOUT)
    save(desk, "en", ABOUT, NEW)

    publish(chosen, store, "ann", "clearer", NOW, desk.digest(TODAY))
    live = read_live(chosen)
    catalog = (live.root / "locales" / "de" / "LC_MESSAGES" / "modules.po").read_text()

    assert live.content.words.text("en", ABOUT) == NEW
    assert live.content.words.text("de", ABOUT) == before
    assert Desk(live.root, store).part("de", LAW, TODAY).state == State.SIGNED
    assert "fuzzy" not in catalog
    assert desk.index.open == {"de": {ABOUT}, "fr": {ABOUT}}

    save(
        desk, "de", ABOUT, "Was in vielen Ländern gegen das Gesetz ist, und wen Sie fragen können."
    )
    publish(chosen, store, "ann", "German", NOW)

    assert visible(chosen).words.text("de", ABOUT).endswith("wen Sie fragen können.")
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
