"""Recognition's pages: sentences, phrases, thresholds, the model that waits; and who may what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.safety.topics import Topic
from bot.settings import Settings
from bot.storage import bundles
from bot.storage.staff.people import Role
from bot.studio.recognition import job
from bot.studio.recognition.checking import Known, findings
from bot.studio.recognition.job import How, Job, Phase
from bot.studio.recognition.readings import Heard
from bot.studio.recognition.room import Room
from bot.web.staff.site import Staff
from bot.web.staff.studio.opening import Opening
from tests.builders import NOON, checkout, content
from tests.studio.recognition.small import (
    NOT_HEARD,
    first_text,
    heard_as_meant,
    let_wait,
    measure_shipped,
    write_examples,
    write_sets,
)
from tests.web.staff.conftest import OURS
from tests.web.staff.studio.conftest import Enter

PAGE = "/studio/recognition"
EXAMPLES = f"{PAGE}/examples?locale=en&topic=suicide_risk"
PHRASES = f"{PAGE}/phrases?locale=en"
THRESHOLDS = f"{PAGE}/thresholds"
SENTENCE = "there is no reason left for me to wake up tomorrow at all"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with English alone, and some sentences of each intent."""
    root = checkout(tmp_path_factory.mktemp("original"))
    (root / "locales" / "locales.yml").write_text("locales:\n- tag: en\n")
    write_examples(root)
    return root


@pytest.fixture(scope="module")
def opening(chosen: Settings, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("measured")
    made = Opening(chosen, write_sets(folder / "sets"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def chosen(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    from bot.studio.exchange import start

    folder = tmp_path_factory.mktemp("studio")
    start(original, folder / "copy")
    bundles.write_keys(folder / "bundle.key", folder / "bundle.pub")
    return Settings(
        studio=folder / "copy",
        studio_database=f"sqlite:///{folder / 'studio.sqlite'}",
        bundles=folder / "bundles",
        bundle_key=folder / "bundle.pub",
        models=folder / "models",
        model=folder / "shipped" / "model.tar.gz",
    )


@pytest.fixture
def room(opening: Opening, original: Path) -> Room:
    opened = opening.opened()
    assert opened
    opened.room.shipped = original
    opened.room.folder.mkdir(exist_ok=True)
    return opened.room


def trail(staff: Staff) -> str:
    return str(staff.store.lines(f"{NOON:%Y-%m}"))


def add(browser, words: str, **fields: str):  # type: ignore[no-untyped-def]
    sent = {"locale": "en", "topic": "suicide_risk", "intent": "suicide_risk", "words": words}
    return browser.post(f"{PAGE}/examples", "/account", **(sent | fields))


def test_an_author_adds_changes_and_takes_out_a_sentence_and_the_trail_has_no_word_of_it(
    enter: Enter, room: Room, staff: Staff
) -> None:
    ann = enter("ann", Role.AUTHOR)
    assert "Added." in add(ann, f"{SENTENCE}\n\n").text
    (line,) = (line for line in room.book.lines("en") if line.text == SENTENCE)
    where = {"old": line.text, "file": line.file}
    changed = SENTENCE.replace("tomorrow", "on monday")
    assert "Changed." in add(ann, changed, do="change", **where).text
    assert "Taken out." in add(ann, "", do="remove", old=changed, file=line.file).text

    assert not any("no reason left" in line.text for line in room.book.lines("en"))
    assert "no reason left" not in trail(staff)
    for what in ("added sentences", "changed sentence", "removed sentence"):
        assert what in trail(staff)


def test_a_sentence_that_is_measured_on_is_refused_and_stays_in_the_form(
    enter: Enter, room: Room
) -> None:
    text = room.measured()[0]
    answer = add(enter("ann", Role.AUTHOR), text, sure="yes")

    assert answer.status_code == 400
    assert "measured on" in answer.text
    assert "Take it all the same" not in answer.text
    assert text not in [line.text for line in room.book.lines("en")]


def test_a_measured_sentence_is_refused_under_another_language_too(
    enter: Enter, room: Room
) -> None:
    answer = add(enter("ann", Role.AUTHOR), room.measured()[0], sure="yes", locale="en")
    known = Known([], room.measured(), content().personal)

    assert answer.status_code == 400
    found = findings(room.measured()[0], "suicide_risk", "de", known)
    assert "measured" in [each.check for each in found if each.stops]


def test_a_sentence_is_changed_in_its_own_language_alone(enter: Enter, room: Room) -> None:
    line = next(line for line in room.book.lines("en") if line.intent == "suicide_risk")
    ann = enter("ann", Role.AUTHOR)
    path = line.file.replace("/en/", "/de/")
    answer = add(ann, "other words for it", do="change", old=line.text, file=path)

    assert answer.status_code == 404
    assert line in room.book.lines("en")


def test_a_doubtful_sentence_is_taken_when_somebody_is_sure(enter: Enter, room: Room) -> None:
    ann = enter("ann", Role.AUTHOR)
    words = "ich habe gar keine kraft mehr zum leben und will sterben"

    assert "Take it all the same" in add(ann, words).text
    assert "Added." in add(ann, words, sure="yes").text


def test_script_in_a_sentence_is_shown_as_words(enter: Enter, room: Room) -> None:
    ann = enter("ann", Role.AUTHOR)
    answer = add(ann, "<script>alert(1)</script> i want all of this to be over now")

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


@pytest.mark.parametrize("path", [EXAMPLES, PHRASES, THRESHOLDS, PAGE])
def test_a_signer_reads_everything_and_changes_nothing(enter: Enter, path: str) -> None:
    sam = enter("sam", Role.SIGNER)

    assert sam.get(path).status_code == 200
    plain = path.partition("?")[0]
    target = f"{PAGE}/train" if path == PAGE else plain
    refused = sam.post(target, "/account", locale="en", list="suicide_risk/route", do="save")
    assert refused.status_code == 403


def test_a_stranger_and_a_researcher_see_nothing(enter: Enter) -> None:
    assert enter("rob", Role.RESEARCHER).get(PAGE).status_code == 403


def test_a_phrase_is_tried_then_added_as_a_version_of_its_file(enter: Enter, staff: Staff) -> None:
    ann = enter("ann", Role.AUTHOR)
    sent = {"locale": "en", "list": "suicide_risk/route", "words": "weather"}
    tried = ann.post(f"{PAGE}/phrases", PHRASES, do="try", base="0", **sent).text
    assert re.search(r"[1-9]\d* harmless", tried)
    assert "changed phrase" not in trail(staff)

    words = "done with breathing"
    sent |= {"words": words, "do": "save", "base": "0"}
    assert "Saved." in ann.post(f"{PAGE}/phrases", PHRASES, **sent).text
    base = re.search(r'name="base" value="(\d+)"', ann.get(PHRASES).text)
    assert base
    sent |= {"do": "remove", "old": words, "base": base[1]}
    assert "Saved." in ann.post(f"{PAGE}/phrases", PHRASES, **sent).text
    assert words not in ann.get(PHRASES).text
    assert "added phrase" in trail(staff)
    assert words not in trail(staff)


def test_a_phrase_is_kept_without_signs_that_nobody_sees(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    base = re.search(r'name="base" value="(\d+)"', ann.get(PHRASES).text)
    assert base
    sent = {"locale": "en", "list": "suicide_risk/route", "do": "save", "base": base[1]}
    ann.post(f"{PAGE}/phrases", PHRASES, words="done\x07 with\x00 everything here", **sent)

    assert "done with everything here" in ann.get(PHRASES).text


def test_a_phrase_saved_over_somebody_elses_change_is_refused(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    sent = {"locale": "en", "list": "suicide_risk/route", "do": "save"}
    base = re.search(r'name="base" value="(\d+)"', ann.get(PHRASES).text)
    assert base
    first = ann.post(f"{PAGE}/phrases", PHRASES, words="one more word", base=base[1], **sent)
    second = ann.post(f"{PAGE}/phrases", PHRASES, words="other word", base=base[1], **sent)

    assert "Saved." in first.text
    assert second.status_code == 409


def test_thresholds_are_weighed_then_saved(enter: Enter, room: Room, staff: Staff) -> None:
    measure_shipped(room, heard_as_meant(room))
    ann = enter("ann", Role.AUTHOR)
    numbers = dict(re.findall(r'name="([a-z_18.]+)" inputmode="decimal".*?value="([\d.]+)"',
                              ann.get(THRESHOLDS).text))  # fmt: skip
    numbers["thresholds.suicide_risk.ask_at"] = "0,05"
    tried = ann.post(THRESHOLDS, THRESHOLDS, do="try", **numbers).text
    assert "As it would be" in tried
    base = re.search(r'name="base" value="(\d+)"', tried)
    assert base
    assert "Saved." in ann.post(THRESHOLDS, THRESHOLDS, do="save", base=base[1], **numbers).text
    assert "changed thresholds" in trail(staff)
    answer = ann.post(THRESHOLDS, THRESHOLDS, do="save", **(numbers | {"answer_at": "2"}))
    assert answer.status_code == 400


def test_a_training_that_runs_shows_how_far_it_is_and_one_that_died_says_so(
    enter: Enter, room: Room
) -> None:
    ann = enter("ann", Role.AUTHOR)
    with job.held(room.folder):
        job.write(room.folder, Job("ann", "2026-11-23T12:00:00Z", phase=Phase.READING,
                                   done=3, total=12))  # fmt: skip
        page = ann.get(PAGE).text
        told = ann.get(f"{PAGE}/progress").json()
        second = ann.post(f"{PAGE}/train", PAGE, do="train")
    assert 'value="25"' in page
    assert "of 12" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert told == {"how": "running", "phase": "reading", "done": 3, "total": 12}
    assert second.status_code == 409

    after = ann.get(PAGE).text
    assert "Stopped: it ended by itself" in after
    assert "http-equiv" not in after


def test_lost_sentences_are_shown_and_nobody_can_sign(
    enter: Enter, room: Room, staff: Staff
) -> None:
    heard, text = heard_as_meant(room), first_text(room, Topic.SURVIVOR)
    measure_shipped(room, heard)
    seen = let_wait(room, heard | {text: Heard(NOT_HEARD)})
    sam = enter("sam", Role.SIGNER, signing=("clinician",))
    page = sam.get(PAGE).text

    assert "It may not go live." in page
    assert "Sentences that it learnt otherwise" in page
    assert "1 safety figures fell" in page
    assert "Sign this model" not in page
    sent = {"role": "clinician", "read": "yes", "seen": seen}
    assert sam.post(f"{PAGE}/sign", "/account", **sent).status_code == 409
    assert "refused signature" in trail(staff)


def test_two_people_sign_and_the_model_goes_live_and_back(
    enter: Enter, room: Room, staff: Staff
) -> None:
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    seen = let_wait(room, heard | {"another": Heard(NOT_HEARD)})
    sam = enter("sam", Role.SIGNER, signing=("clinician",))
    bea = enter("bea", Role.SIGNER, signing=("lawyer",))
    for browser, role in ((sam, "clinician"), (bea, "lawyer")):
        early = browser.post(f"{PAGE}/release", "/account", note="x")
        assert early.status_code == 409
        signed = browser.post(f"{PAGE}/sign", PAGE, role=role, read="yes", seen=seen)
        assert "You signed this model." in signed.text
    released = bea.post(f"{PAGE}/release", PAGE, note="more sentences")

    assert "Visitors are understood by this model" in released.text
    newest, shipped = bundles.all_bundles(room.settings.models)
    assert bundles.current_name(room.settings.models) == newest.name
    assert "released model" in trail(staff)
    back = sam.post(f"{PAGE}/release", PAGE, name=shipped.name)
    assert back.status_code == 200
    assert bundles.current_name(room.settings.models) == shipped.name
    assert sam.post(f"{PAGE}/release", PAGE, name="../../etc").status_code == 409


def test_signers_read_each_sentence_that_was_added(enter: Enter, room: Room) -> None:
    words = "the days have no floor under them for me"
    assert "Added." in add(enter("ann", Role.AUTHOR), words, sure="yes").text
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    let_wait(room, heard | {"once more": Heard(NOT_HEARD)})
    page = enter("sam", Role.SIGNER, signing=("clinician",)).get(PAGE).text

    assert f'<ins lang="en" dir="auto">{words}</ins>' in page
    assert "Another model came with the program" not in page
    room.settings.model.write_bytes(b"an update")
    assert "Another model came with the program" in enter("bea", Role.SIGNER).get(PAGE).text


def test_a_form_of_another_site_begins_no_training(
    enter: Enter, room: Room, someone: object
) -> None:
    ann = enter("ann", Role.AUTHOR)
    client: TestClient = ann.client
    answer = client.post(f"{PAGE}/train", data={"do": "train"}, headers=OURS)

    assert answer.status_code == 403
    assert not job.is_running(room.folder)


def test_how_a_cancelled_one_is_told(enter: Enter, room: Room) -> None:
    job.write(room.folder, Job("ann", "2026-11-23T12:00:00Z", how=How.CANCELLED))
    ann = enter("ann", Role.AUTHOR)

    assert "Cancelled" in ann.get(PAGE).text
    assert "The training was cancelled" in ann.post(f"{PAGE}/train", PAGE, do="cancel").text
