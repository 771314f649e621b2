"""What must hold on every page of every visit, whatever is done, in any order, and whatever fails.

The site is the real one, in this process. The assistant behind it is tests.faults.line: it has
real state and the real conversation, and can be gone, slow or out of its mind. What visitors keep
lies in a real file; only the keys to it are quick to make.

`make visits` takes longer ways, and more of them.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from starlette.testclient import TestClient

from bot.conversation.progress import all_ids, only_ours
from bot.settings import read
from bot.statistics.counts import Count, Gathering
from bot.storage import progress
from bot.storage.sealed import SealedStore
from bot.web.limits import Limits
from bot.web.padding import SIZES
from bot.web.public.app import create_app, hand_over
from bot.web.public.keeper import Keeper
from bot.web.public.server import build
from bot.web.public.site import Site
from tests.builders import NOON, every_choice
from tests.faults.approved import strange_texts
from tests.faults.line import FAULTS, Desk, assistant_at
from tests.web.reading import FETCH, choices_in, token_in, words_in
from tests.web.test_progress import field_in, form_in, number_on, ticked_in

THOROUGH = 1_000
"""So many examples of others mean that there is time: for longer ways, too."""
IDLE, LIFETIME = 30 * 60.0, 4 * 60 * 60.0
CANARY = "Quittenlaubenzwerg"
CHOSEN = [("en", "GB"), ("de", "AT"), ("fr", "")]
"""Language and country; their texts are listed once, so that few of them keep this quick."""
LINK = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
NOBODYS = "123456789012345678901234"
WRITTEN: dict[str, Callable[[str], str]] = {
    "as shown": lambda number: number,
    "at once": lambda number: number.replace(" ", ""),
    "with strokes": lambda number: number.replace(" ", "-"),
}
LATE = datetime(9000, 1, 1, tzinfo=UTC)
EARLY = datetime(1971, 1, 1, tzinfo=UTC)

texts = st.one_of(
    st.text(max_size=60).map(lambda text: f"{CANARY} {text}"),
    st.sampled_from(["I want to kill myself", "Ich will mich umbringen", "I am 15 years old",
                     f"my name is {CANARY}, call +44 20 7946 0958", "/restart", " \u202e", ""]),
)  # fmt: skip


class Taken:
    """A CountStore that keeps what it is given, unless it is full."""

    def __init__(self) -> None:
        self.is_full = False
        self.counts: list[Count] = []

    def add(self, counts: list[Count]) -> None:
        if self.is_full:
            raise OSError
        self.counts += [count for count in counts if count.conversations]


@cache
def built() -> Site:
    return build(read({}))


ticks = st.lists(st.sampled_from([*all_ids(built().content.shelf), CANARY]), max_size=5)
ways_to_write = st.sampled_from(sorted(WRITTEN))


class AnyVisit(RuleBasedStateMachine):
    """Each rule sends one form or lets something fail; ``_see`` looks at what came back."""

    @initialize()
    def begin(self) -> None:
        self.seconds, self.wall = 1_000.0, NOON
        self.records: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: self.records.append(record.getMessage())  # type: ignore
        self.handler = handler
        logging.getLogger().addHandler(handler)
        content = built().content
        self.desk = Desk(content, SealedStore(IDLE, LIFETIME, self.clock), lambda: self.wall)
        self.folder = tempfile.TemporaryDirectory(prefix="visit-")
        self.file = Path(self.folder.name) / "progress.sqlite"
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(progress, "_MEMORY", 8)  # KiB; what the real ones cost has its own tests
        self.patch.setattr(progress, "_ROUNDS", 1)
        self.kept: dict[str, tuple[tuple[str, ...], date]] = {}
        self.numbers: set[str] = set()
        self.site = replace(
            built(),
            keeper=Keeper(f"sqlite:///{self.file}", self.clock),
            assistant=assistant_at(self.desk, self.clock),
            limits=Limits(self.clock),
            gathering=Gathering(),
            clock=lambda: self.wall,
        )
        self.client = TestClient(create_app(self.site), follow_redirects=False)
        self.tag, self.country, self.token, self.html = "en", "GB", "", ""
        self.tokens: set[str] = set()
        self.store, self.shown = Taken(), 0
        self.of_conversation: Counter[tuple[int, str]] = Counter()
        self.open()

    def clock(self) -> float:
        return self.seconds

    @rule()
    def open(self) -> None:
        """Come as somebody new: what was open before stays in another window."""
        self.shown += 1
        self.token = ""
        self._see(self.client.get("/", headers={"Accept-Language": self.tag}), {})

    @rule(text=texts, is_fetched=st.booleans())
    def say(self, text: str, is_fetched: bool) -> None:
        self._talk(is_fetched, text=text)

    @rule(data=st.data(), is_fetched=st.booleans())
    def choose_on_this_page(self, data: Any, is_fetched: bool) -> None:
        self._talk(is_fetched, choice=data.draw(st.sampled_from(choices_in(self.html) or ["menu"])))

    @rule(choice=st.sampled_from([*every_choice(built().content), "topic.../etc", "menu.\u00b2"]))
    def choose_anything(self, choice: str) -> None:
        self._talk(False, choice=choice)

    @rule(text=texts)
    def send_the_same_twice(self, text: str) -> None:
        for _ in range(2):
            self._talk(False, text=text, choice="topic.self_help")

    @rule(chosen=st.sampled_from(CHOSEN))
    def change_language_and_country(self, chosen: tuple[str, str]) -> None:
        self.tag, self.country = chosen
        self._talk(False, change="conversation")

    @rule(
        path=st.sampled_from(["/help", "/library", "/about", "/card", "/read", "/nowhere", "/"]),
        choice=st.sampled_from(["module.urges", "exercise.grounding", "x"]),
    )
    def read_a_page(self, path: str, choice: str) -> None:
        form = {"choice": choice, "service": "stop-it-now-uk-ireland"} if path != "/" else {}
        self._post(path, {}, **form)

    @rule()
    def forget(self) -> None:
        answer = self._post("/forget", {})
        assert token_in(answer.text) == ""
        self.token = ""

    @precondition(lambda self: self.token)
    @rule(text=texts)
    def expire(self, text: str) -> None:
        """Come back after a conversation was forgotten."""
        self.seconds += IDLE + 1
        self._post("/", {}, text=text, choice="menu")
        is_asked = not self.desk.fault
        assert not (is_asked and self.desk.knew)
        assert not is_asked or self._says("chat.expired")

    @rule(ticked=ticks, is_right=st.booleans(), text=texts)
    def keep_progress(self, ticked: list[str], is_right: bool, text: str) -> None:
        """Go all the way; who types the digits wrong has kept nothing."""
        self._walk(step="make", kept=ticked, text=text)
        number, asked = number_on(self.html), int(field_in(self.html, "asked"))
        self.numbers.add(number)
        typed = number.split()[asked] if is_right else "12"
        answer = self._walk(step="confirm", **form_in(self.html, typed), note=CANARY)
        assert answer.status_code == 503 or self._says("progress.kept_title") == is_right
        if is_right and answer.status_code == 200:
            self._remember(number, ticked)
            self._ends_in_time(number)

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), written=ways_to_write, text=texts)
    def open_progress(self, data: Any, written: str, text: str) -> None:
        number = self._one_of_the_numbers(data)
        answer = self._walk(step="open", number=WRITTEN[written](number), text=text)
        if answer.status_code == 200:
            assert self._says("progress.wrong") != self._is_kept(number)
            assert set(ticked_in(self.html)) == set(self._what_is_kept(number))

    @precondition(lambda self: self.numbers)
    @rule(data=st.data(), ticked=ticks)
    def save_progress(self, data: Any, ticked: list[str]) -> None:
        number = self._one_of_the_numbers(data)
        answer = self._walk(step="save", number=number, kept=ticked)
        if answer.status_code == 200:
            assert self._says("progress.wrong") != self._is_kept(number)
            if self._is_kept(number):
                self._remember(number, ticked)

    @precondition(lambda self: self.numbers)
    @rule(data=st.data())
    def delete_progress(self, data: Any) -> None:
        number = self._one_of_the_numbers(data)
        answer = self._walk(step="delete", number=number)
        if answer.status_code == 200:
            assert self._says("progress.wrong") != self._is_kept(number)
            if self._is_kept(number):
                del self.kept[number]

    @rule(fault=st.sampled_from(FAULTS))
    def fault(self, fault: str) -> None:
        """Let the assistant fail, or be well again; patience comes back with time."""
        self.desk.fault = fault
        self.seconds += 31

    @rule(is_full=st.booleans())
    def fill_the_disk(self, is_full: bool) -> None:
        self.store.is_full = is_full

    @rule(
        to=st.sampled_from([NOON, NOON + timedelta(days=8), NOON - timedelta(hours=1), EARLY, LATE])
    )
    def let_the_clock_jump(self, to: datetime) -> None:
        self.wall = to

    def teardown(self) -> None:
        if hasattr(self, "handler"):
            logging.getLogger().removeHandler(self.handler)
            self.patch.undo()
            self.folder.cleanup()

    def _walk(self, **form: Any) -> httpx2.Response:
        answer = self._post("/progress", {}, **form)
        held = b"".join(file.read_bytes() for file in self.file.parent.iterdir())
        for number in self.numbers:
            assert not any(write(number).encode() in held for write in WRITTEN.values())
        assert CANARY.encode() not in held
        assert b"module." not in held
        return answer

    def _one_of_the_numbers(self, data: Any) -> str:
        return str(data.draw(st.sampled_from([*sorted(self.numbers), NOBODYS])))

    def _remember(self, number: str, ticked: list[str]) -> None:
        ours = only_ours(self.site.content.shelf, ticked)
        self.kept[number] = ours, self.wall.date() + progress.LIFE

    def _ends_in_time(self, number: str) -> None:
        """Look for it on its last day and on the day after, and come back to now."""
        now, ends = self.wall, self.kept[number][1]
        for day in (ends - timedelta(days=1), ends):
            self.wall = datetime.combine(day, time(), UTC)
            answer = self._walk(step="open", number=number)
            assert answer.status_code == 503 or self._says("progress.wrong") == (day == ends)
        self.wall = now

    def _is_kept(self, number: str) -> bool:
        return number in self.kept and self.kept[number][1] > self.wall.date()

    def _what_is_kept(self, number: str) -> tuple[str, ...]:
        return self.kept[number][0] if self._is_kept(number) else ()

    def _talk(self, is_fetched: bool, **form: str) -> None:
        self._post("/", FETCH if is_fetched else {}, **form)

    def _post(self, path: str, headers: dict[str, str], **form: Any) -> httpx2.Response:
        self.seconds += 2  # nobody is faster, and who is slower than others is not held back
        data = {"locale": self.tag, "country": self.country, "token": self.token} | form
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            asked = {"Accept-Language": self.tag} | headers  # all that a page nobody has can go by
            answer = self.client.post(path, data=data, headers=asked)
        self.records += printed.getvalue().splitlines()
        self._see(answer, headers)
        return answer

    def _see(self, answer: httpx2.Response, headers: dict[str, str]) -> None:
        self.html = answer.text
        self.tokens |= {token_in(self.html)} - {""}
        if 'name="token"' in self.html:
            self.token = token_in(self.html) or self.token
        waits = answer.status_code == 503 and self._says("progress.too_many")
        assert answer.status_code in (200, 404) or waits
        assert headers or self._has_help(), "a page lacks the help block"
        assert len(answer.content) in SIZES
        self._keys_stay_in_fields(answer)
        self._says_approved_words_only()
        self._counts_once()

    def _has_help(self) -> bool:
        helps = self.html.partition('id="help"')[2]
        return self._words("help.emergency") in words_in(f"<p {helps}")

    def _keys_stay_in_fields(self, answer: httpx2.Response) -> None:
        known = "\n".join([str(answer.url), str(answer.headers), *self.records])
        known += "\n".join(LINK.findall(self.html))
        assert not any(token in known for token in self.tokens)
        assert CANARY not in known
        for number in self.numbers:
            assert not any(write(number) in known for write in WRITTEN.values())
        for token in self.tokens:
            assert self.html.count(token) == len(
                re.findall(f'name="token" value="{token}"', self.html)
            )

    def _says_approved_words_only(self) -> None:
        locale = next(one for one in self.site.locales if one.tag == self.tag)
        strange = strange_texts(self.html, locale, self.country, self.wall)
        assert strange == []

    def _counts_once(self) -> None:
        hand_over(self.site.gathering, self.store, self.wall.date())
        for count in self.store.counts:
            table = (0 if count.table == "showing" else self.desk.begun, count.table)
            self.of_conversation[table] += count.conversations
        self.store.counts.clear()
        assert self.of_conversation[0, "showing"] <= self.shown
        own = {number for (which, _), number in self.of_conversation.items() if which}
        assert own <= {-1, 0, 1}

    def _says(self, message_id: str) -> bool:
        return self._words(message_id) in words_in(self.html)

    def _words(self, message_id: str) -> str:
        return " ".join(self.site.content.words.text(self.tag, message_id).split())


TestAnyVisit = AnyVisit.TestCase
TestAnyVisit.settings = settings(
    max_examples=settings.default.max_examples // 4,
    stateful_step_count=40 if settings.default.max_examples >= THOROUGH else 12,
)
