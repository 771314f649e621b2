"""bot.studio.recognition.releasing: two people, no fallen figure, and always a way back."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.conversation.content import Content
from bot.errors import BadBundle, CannotSign, NotReady
from bot.safety.topics import Topic
from bot.storage import bundles, models
from bot.studio.desk import Desk
from bot.studio.exchange import start
from bot.studio.recognition import candidates, examples, readings, releasing
from bot.studio.recognition.readings import Heard
from bot.studio.recognition.room import Room
from bot.studio.signing import Person
from bot.studio.writing import alone
from tests.builders import NOON, content
from tests.studio.conftest import original  # noqa: F401 (a fixture)
from tests.studio.recognition.small import (
    NOT_HEARD,
    first_text,
    heard_as_meant,
    let_wait,
    measure_shipped,
)

SAM = Person("sam", frozenset({"signer"}), frozenset({"clinician"}))
BEA = Person("bea", frozenset({"signer"}), frozenset({"lawyer"}))
ANN = Person("ann", frozenset({"signer", "author"}), frozenset({"child_protection"}))


@pytest.fixture
def desk(room: Room, original, tmp_path) -> Desk:  # type: ignore[no-untyped-def]  # noqa: F811
    start_at = tmp_path / "desk"
    start(original, start_at)
    return Desk(start_at, room.store)


@pytest.fixture
def waiting(room: Room) -> str:
    """The hash of a model that loses nothing."""
    heard = heard_as_meant(room)
    measure_shipped(room, heard)
    return let_wait(room, heard | {"a sentence of its own": Heard(NOT_HEARD)})


def sign(room: Room, desk: Desk, model: str, *people: Person) -> None:
    for person in people:
        releasing.sign(room, desk, person, *person.signing_roles, seen=model, now=NOON)


def test_signed_by_two_it_goes_live_and_the_one_before_is_kept(
    room: Room, desk: Desk, waiting: str
) -> None:
    sign(room, desk, waiting, SAM, BEA)
    name = releasing.release(room, desk, "more sentences", NOON)
    newest, shipped = bundles.all_bundles(room.settings.models)

    assert models.live(room.settings).name == name == newest.name
    assert models.digest_of(newest / models.MODEL) == waiting
    assert (shipped / models.MODEL).read_bytes() == room.settings.model.read_bytes()
    assert models.read_about(newest / models.ABOUT).signed_by == {"sam": "clinician",
                                                                  "bea": "lawyer"}  # fmt: skip
    bundles.verify(newest, room.settings.bundle_key)
    releasing.roll_back(room, shipped.name)
    assert models.live(room.settings).name == shipped.name


@pytest.mark.parametrize("people", [(), (SAM,), (BEA,)])
def test_without_two_signatures_nothing_goes_live(
    room: Room, desk: Desk, waiting: str, people: tuple[Person, ...]
) -> None:
    sign(room, desk, waiting, *people)

    with pytest.raises(NotReady, match="Two people"):
        releasing.release(room, desk, "x", NOON)
    assert not room.settings.models.exists()


def test_an_author_of_its_sentences_cant_sign_it(room: Room, desk: Desk, waiting: str) -> None:
    with pytest.raises(CannotSign, match="you wrote"):
        sign(room, desk, waiting, ANN)


def test_nobody_signs_twice_in_two_roles(room: Room, desk: Desk, waiting: str) -> None:
    sign(room, desk, waiting, SAM)
    both = replace(SAM, signing_roles=frozenset({"lawyer"}))

    with pytest.raises(CannotSign, match="second person"):
        sign(room, desk, waiting, both)


def test_a_model_that_loses_a_sentence_can_be_neither_signed_nor_released(
    room: Room, desk: Desk
) -> None:
    heard = heard_as_meant(room)
    text = first_text(room, Topic.IMMINENT_RISK)
    measure_shipped(room, heard | {text: Heard(NOT_HEARD)})
    model = let_wait(room, heard)
    sign(room, desk, model, SAM, BEA)
    measure_shipped(room, heard)  # what visitors have now is better than when it was signed
    worse = let_wait(room, heard | {text: Heard(NOT_HEARD)})

    with pytest.raises(CannotSign, match="safety figures fell"):
        sign(room, desk, worse, SAM)
    with pytest.raises(NotReady, match="Two people"):
        releasing.release(room, desk, "x", NOON)


def test_a_figure_that_falls_after_the_signatures_stops_the_release(room: Room, desk: Desk) -> None:
    heard = heard_as_meant(room)
    text = first_text(room, Topic.IMMINENT_RISK)
    measure_shipped(room, heard | {text: Heard(NOT_HEARD)})
    model = let_wait(room, heard | {text: Heard(NOT_HEARD)} | {"own": Heard(NOT_HEARD)})
    sign(room, desk, model, SAM, BEA)
    measure_shipped(room, heard)

    with pytest.raises(NotReady, match="safety figures fell"):
        releasing.release(room, desk, "x", NOON)


def test_a_model_that_changed_since_it_was_read_isnt_signed(
    room: Room, desk: Desk, waiting: str
) -> None:
    with pytest.raises(CannotSign, match="changed while you read"):
        sign(room, desk, "0" * 64, SAM)


def test_a_model_file_that_was_changed_isnt_released(room: Room, desk: Desk, waiting: str) -> None:
    sign(room, desk, waiting, SAM, BEA)
    (room.folder / candidates.CANDIDATE / models.MODEL).write_bytes(b"forged")

    with pytest.raises(NotReady, match="No whole model"):
        releasing.release(room, desk, "x", NOON)


def test_a_model_of_another_program_is_neither_signed_nor_taken(
    room: Room, desk: Desk, waiting: str
) -> None:
    folder = room.folder / candidates.CANDIDATE
    about = models.read_about(folder / models.ABOUT)
    models.write_about(folder / models.ABOUT, replace(about, program="another"))
    with pytest.raises(CannotSign, match="train again"):
        sign(room, desk, waiting, SAM)
    made = bundles.make(
        folder, room.settings.models, room.settings.bundle_key.with_suffix(".key"),
        NOON.date(), "x", models.PARTS,
    )  # fmt: skip
    bundles.switch(room.settings.models, made.name, room.settings.bundle_key)

    assert models.live(room.settings).path == room.settings.model
    with pytest.raises(BadBundle, match="another version"):
        models.usable(made, room.settings)
    with pytest.raises(BadBundle):
        releasing.roll_back(room, made.name)


def test_a_model_that_changes_while_it_is_released_leaves_nothing_behind(
    room: Room, desk: Desk, waiting: str
) -> None:
    sign(room, desk, waiting, SAM, BEA)
    heard, swapped = heard_as_meant(room), list[str]()
    published = room.published

    def meanwhile() -> Content:
        if not swapped:
            swapped.append(let_wait(room, heard | {"never signed": Heard(NOT_HEARD)}))
        return published()

    room.published = meanwhile
    with pytest.raises(NotReady, match="changed while"):
        releasing.release(room, desk, "x", NOON)

    assert swapped
    models_there = bundles.all_bundles(room.settings.models)
    assert not any(models.digest_of(each / models.MODEL) == swapped[0] for each in models_there)
    assert bundles.current_name(room.settings.models) in {"", *(e.name for e in models_there)}
    assert models.live(room.settings).path.read_bytes() == room.settings.model.read_bytes()


def test_no_training_puts_its_model_there_while_one_is_released(room: Room, waiting: str) -> None:
    fresh = room.folder / "fresh"
    fresh.mkdir()
    studio = room.settings.studio
    ends = threading.Thread(target=candidates.let_wait, args=(studio, room.folder, fresh))
    with alone(studio, candidates.RELEASING):
        ends.start()
        ends.join(0.3)
        about = room.candidate()
    ends.join(10)

    assert about is not None
    assert about.model == waiting
    assert room.candidate() is None


def test_a_bundle_whose_model_isnt_the_signed_one_is_never_used(
    room: Room, desk: Desk, waiting: str
) -> None:
    folder = room.folder / candidates.CANDIDATE
    (folder / models.MODEL).write_bytes(b"another")
    private = room.settings.bundle_key.with_suffix(".key")
    made = bundles.make(folder, room.settings.models, private, NOON.date(), "x", models.PARTS)
    bundles.verify(made, room.settings.bundle_key)

    with pytest.raises(BadBundle, match="isn't the one that was signed"):
        models.usable(made, room.settings)


def add(room: Room, account: str, words: str) -> int:
    examples.add(room.book, room.store, account, "en", "suicide_risk", [words], NOON)
    return max(each.id for each in room.store.news(0, 0)[0])


def let_wait_of(room: Room, last_version: int, *authors: str) -> str:
    """Let a model wait that learnt everything up to a version, and lost nothing."""
    heard = heard_as_meant(room)
    own = {f"of {last_version}": Heard(NOT_HEARD)}
    model = let_wait(room, heard | own, authors)
    path = room.folder / candidates.CANDIDATE / models.ABOUT
    models.write_about(path, replace(models.read_about(path), last_version=last_version))
    return model


def test_after_a_roll_back_who_wrote_what_the_live_model_doesnt_know_signs_nothing(
    room: Room, desk: Desk
) -> None:
    measure_shipped(room, heard_as_meant(room))
    first = let_wait_of(room, add(room, "ann", "the bridge is where i go each night now"), "ann")
    sign(room, desk, first, SAM, BEA)
    releasing.release(room, desk, "first", NOON)
    bea = "bea"  # has a sentence of her own since; ann's is in the live model
    second = let_wait_of(room, add(room, bea, "every morning i count the pills i keep"), bea)
    for bundle in bundles.all_bundles(room.settings.models):
        digest = models.digest_of(bundle / models.MODEL)
        place = readings.place(room.folder / candidates.READINGS, digest)
        readings.save(place, heard_as_meant(room))
    sign(room, desk, second, ANN, SAM)

    shipped = bundles.all_bundles(room.settings.models)[-1].name
    releasing.roll_back(room, shipped)
    with pytest.raises(CannotSign, match="you wrote"):
        sign(room, desk, second, ANN)
    with pytest.raises(NotReady, match="Two people"):
        releasing.release(room, desk, "second", NOON)


def test_a_released_model_takes_along_what_it_learnt(room: Room, desk: Desk, waiting: str) -> None:
    first = room.known(content())["held_out"]
    let_wait_of(room, add(room, "ann", "nothing holds me here past this winter"))
    (new,) = room.differences()
    assert (new.how, new.intent, new.after) == (
        "added", "suicide_risk", "nothing holds me here past this winter",
    )  # fmt: skip
    about = room.candidate()
    assert about is not None
    sign(room, desk, about.model, SAM, BEA)
    name = releasing.release(room, desk, "x", NOON)

    assert room.differences() == []
    assert models.examples_of(models.live(room.settings)) == room.settings.models / name
    assert room.known(content())["held_out"].keys() == first.keys()
    assert not room.is_outdated(about)
    room.settings.model.write_bytes(b"an update of the program")
    assert room.is_outdated(about)
