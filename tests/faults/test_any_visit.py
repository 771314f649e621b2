"""What must hold on every page of every visit, whatever is done, in any order, and whatever fails.

The site is the real one, in this process. The assistant behind it is tests.faults.line: it has
real state and the real conversation, and can be gone, slow or out of its mind.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from starlette.testclient import TestClient

from bot.settings import read
from bot.statistics.counts import Count, Gathering
from bot.storage.sealed import SealedStore
from bot.web.limits import Limits
from bot.web.padding import SIZES
from bot.web.public.app import create_app, hand_over
from bot.web.public.server import build
from bot.web.public.site import Site
from tests.builders import NOON, every_choice
from tests.faults.approved import strange_texts
from tests.faults.line import FAULTS, Desk, assistant_at
from tests.web.reading import FETCH, choices_in, token_in, words_in

IDLE, LIFETIME = 30 * 60.0, 4 * 60 * 60.0
CANARY = "Quittenlaubenzwerg"
CHOSEN = [("en", "GB"), ("de", "AT"), ("fr", "")]
"""Language and country; their texts are listed once, so that few of them keep this quick."""
LINK = re.compile(r'(?:href|src|action|formaction)="([^"]*)"')
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
        self.site = replace(
            built(),
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

    def _talk(self, is_fetched: bool, **form: str) -> None:
        self._post("/", FETCH if is_fetched else {}, **form)

    def _post(self, path: str, headers: dict[str, str], **form: str) -> httpx2.Response:
        self.seconds += 2  # nobody is faster, and who is slower than others is not held back
        data = {"locale": self.tag, "country": self.country, "token": self.token} | form
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            answer = self.client.post(path, data=data, headers=headers)
        self.records += printed.getvalue().splitlines()
        self._see(answer, headers)
        return answer

    def _see(self, answer: httpx2.Response, headers: dict[str, str]) -> None:
        self.html = answer.text
        self.tokens |= {token_in(self.html)} - {""}
        if 'name="token"' in self.html:
            self.token = token_in(self.html) or self.token
        assert answer.status_code in (200, 404)
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
    max_examples=settings.default.max_examples // 4, stateful_step_count=12
)
