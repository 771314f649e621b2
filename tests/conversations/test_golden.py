"""The golden conversations of each locale, had with the trained model; see <locale>.yml."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.conversation.turn import Turn
from bot.languages.yaml import read_yaml
from bot.safety.topics import Outcome, Topic
from tests.assistant.talking import Talk, heard, loaded
from tests.builders import tags

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
SAFETY = (Topic.IMMINENT_RISK, Topic.SUICIDE_RISK)


@dataclass(frozen=True)
class Golden:
    """What a clinician wrote for one locale."""

    locale: str
    country: str
    evening: list[dict[str, Any]]
    others: dict[str, list[dict[str, Any]]]

    def talk(self) -> Talk:
        return Talk(locale=self.locale, country=self.country)

    def messages(self) -> list[dict[str, Any]]:
        """Return every typed message whose topic is given."""
        turns = [*self.evening, *(turn for turns in self.others.values() for turn in turns)]
        return [turn for turn in turns if "topic" in turn]


GOLDEN = [Golden(tag, **read_yaml(FOLDER / f"{tag}.yml")) for tag in tags()]
OTHERS = [(golden, name) for golden in GOLDEN for name in golden.others]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.locale)
def test_quietline_talk_has_a_whole_evenings_conversation(golden: Golden) -> None:
    typed = "\n".join(turn["say"] for turn in golden.evening) + "\n"
    command = ["talk", "--locale", golden.locale, "--country", golden.country]
    loaded()  # prepares logging, so that nothing but turns comes out
    printed = CliRunner().invoke(main, command, input=typed, catch_exceptions=False).stdout
    shown = [json.loads(line) for line in printed.splitlines()]

    assert [turn["turn"] for turn in shown] == list(range(1, len(golden.evening) + 1))
    assert [turn["text"] for turn in shown] == [turn["say"] for turn in golden.evening]
    assert {turn["locale"] for turn in shown} == {golden.locale}
    lacking = {
        wanted["say"]: set(wanted["offers"]) - set(turn["offers"])
        for wanted, turn in zip(golden.evening, shown, strict=True)
    }
    assert {text: offers for text, offers in lacking.items() if offers} == {}


@pytest.mark.parametrize(
    ("golden", "name"), OTHERS, ids=[f"{golden.locale}: {name}" for golden, name in OTHERS]
)
def test_a_golden_conversation_goes_as_written(golden: Golden, name: str) -> None:
    talk = golden.talk()
    for number, wanted in enumerate(golden.others[name], start=1):
        turn = talk.say(wanted["say"]) if "say" in wanted else talk.press(wanted["press"])
        assert problem(wanted, turn) == "", f"turn {number} of {name}"


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.locale)
def test_every_golden_message_is_taken_for_what_it_is(golden: Golden) -> None:
    wrong = [
        f"{turn['say']}: {found} instead of {turn['topic']}"
        for turn in golden.messages()
        if (found := str(heard(turn["say"]).topic)) != turn["topic"]
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.locale)
def test_no_golden_danger_is_merely_answered(golden: Golden) -> None:
    dangers = [turn["say"] for turn in golden.messages() if turn["topic"] in SAFETY]

    assert dangers
    assert {heard(text).outcome for text in dangers} <= {Outcome.ROUTE, Outcome.ASK}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.locale)
def test_the_golden_messages_cover_every_topic(golden: Golden) -> None:
    assert {turn["topic"] for turn in golden.messages()} == {str(topic) for topic in Topic}
    assert len(golden.evening) >= 25


def test_every_locale_has_the_same_golden_conversations() -> None:
    assert len({tuple(golden.others) for golden in GOLDEN}) == 1
    assert len({tuple(turn["topic"] for turn in golden.evening) for golden in GOLDEN}) == 1


def test_rasa_would_not_take_our_files_for_its_own() -> None:
    keys = {key for tag in tags() for key in yaml.safe_load((FOLDER / f"{tag}.yml").read_text())}

    assert keys.isdisjoint({"stories", "rules", "nlu", "intents", "responses"})


def problem(wanted: dict[str, Any], turn: Turn) -> str:
    """Return how ``turn`` differs from what was ``wanted``, or empty."""
    said = turn.replies[0].id
    if wanted.get("says", said) != said:
        return f"it says {said} instead of {wanted['says']}"
    if wanted.get("speaks", turn.speaks) != turn.speaks:
        return f"it notices {turn.speaks or 'nothing'} instead of {wanted['speaks'] or 'nothing'}"
    missing = set(wanted.get("offers", ())) - set(turn.offers)
    unwanted = set(wanted.get("never", ())) & set(turn.offers)
    if missing or unwanted:
        return f"it offers {turn.offers}; missing {missing}, unwanted {unwanted}"
    return ""
