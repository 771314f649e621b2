"""quietline transcripts: the golden conversations as texts that a clinician can read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.transcripts import Exchange, transcript
from bot.conversation.golden import CONVERSATIONS, EVENING, Golden, read_golden
from bot.conversation.turn import Turn, Words
from bot.errors import BrokenContent
from tests.builders import pressed, tags, worded

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SMALL = """\
country: GB
evening:
- {say: "Hello", topic: chitchat_control}
- {press: module.urges}
others:
  danger at once:
  - {say: "I want to kill myself", topic: suicide_risk}
"""


def written(*exchanges: Exchange) -> str:
    return transcript(Golden("en", "GB", {}), {"A talk": list(exchanges)}, NOON)


def test_it_says_which_locale_which_country_and_when() -> None:
    head = written().splitlines()[:3]

    assert head[0] == "Quietline: the golden conversations, English (en), country GB"
    assert "2026-11-23 at 12:00 UTC" in head[2]


def test_it_says_who_says_what_and_which_buttons_there_are() -> None:
    turn = Turn("en", (Words("a", "Hello.\n- one\n- two"),), choices=(Words("menu", "Choose"),))

    lines = written(Exchange("Hi", turn)).splitlines()

    assert lines[lines.index("VISITOR: Hi") :] == [
        "VISITOR: Hi", "ASSISTANT: Hello.", "  - one", "  - two", "  > Choose",
    ]  # fmt: skip


def test_services_come_with_their_numbers_as_the_country_writes_them() -> None:
    turn = worded(*pressed("topic.suicide_risk"))

    shown = written(Exchange("> I think of ending my life", turn))

    assert turn.services
    assert "* Samaritans: Call 116 123" in shown
    assert "Call 999" in shown


def test_what_stays_in_view_an_exercise_and_another_language_are_marked() -> None:
    turn = Turn("en", kept=("samaritans-gb",), exercise="grounding", speaks="pl")

    shown = written(Exchange("Hi", turn))

    assert "* still: " in shown
    assert "[shows the exercise: Five senses, 5-4-3-2-1]" in shown
    assert "[offers the language pl]" in shown


def test_a_message_without_an_answer_is_seen() -> None:
    assert "VISITOR: Hi\n  [no answer]" in written(Exchange("Hi", None))


def test_long_lines_are_folded() -> None:
    turn = Turn("en", (Words("a", "word " * 100),))

    assert max(len(line) for line in written(Exchange("Hi", turn)).splitlines()) < 100


@pytest.mark.parametrize("locale", tags())
def test_every_locale_has_golden_conversations_that_can_be_read(locale: str) -> None:
    golden = read_golden(CONVERSATIONS / f"{locale}.yml")

    assert len(golden.conversations) > 5
    assert len(golden.conversations[EVENING]) >= 25


def test_a_file_of_another_shape_is_refused_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "en.yml"
    path.write_text("country: GB\n")

    with pytest.raises(BrokenContent, match="it needs country:, evening: and others:"):
        read_golden(path)


def test_a_locale_that_isnt_offered_is_refused() -> None:
    done = CliRunner().invoke(main, ["transcripts", "--locale", "xx"])

    assert done.exit_code == 2
    assert "xx is not offered; see: quietline locales" in done.output


@pytest.mark.slow
def test_the_command_has_the_conversations_and_writes_them_down(tmp_path: Path) -> None:
    from tests.assistant.talking import loaded

    (tmp_path / "en.yml").write_text(SMALL)
    loaded()  # prepares logging, so that nothing but the path comes out
    folder = tmp_path / "out"
    command = ["transcripts", "--locale", "en", "--from", str(tmp_path), "--to", str(folder)]
    printed = CliRunner().invoke(main, command, catch_exceptions=False).stdout

    shown = (folder / "en.txt").read_text(encoding="utf-8")
    assert printed == f"{folder / 'en.txt'}\n"
    assert "VISITOR: Hello\nASSISTANT: Hello." in shown
    assert "VISITOR: > Riding out an urge\nASSISTANT: Riding out an urge" in shown
    assert "2. danger at once" in shown
    assert "Samaritans" in shown.split("2. danger at once")[1]
    assert "[no answer]" not in shown
