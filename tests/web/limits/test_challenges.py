"""Under load a new conversation costs some work or a sum, and an open one costs nothing."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

from starlette.testclient import TestClient

from bot.web.limits import (
    Entry,
    Limits,
    Verdict,
)
from bot.web.public.site import Site
from tests.web.limits.conftest import (
    DANGER,
    HELLO,
    SCRIPT,
    admit,
    answered,
    challenge_in,
    full,
    solved,
    strain,
    sum_in,
)
from tests.web.reading import token_in, words_in


def test_a_new_conversation_is_challenged_and_an_open_one_never(
    visitor: TestClient, limits: Limits
) -> None:
    token = token_in(visitor.post("/", data=HELLO).text)
    strain(limits)
    new = visitor.post("/", data=HELLO, headers=SCRIPT)
    made_up = visitor.post("/", data=HELLO | {"token": "a" * 43}, headers=SCRIPT)
    open_ = visitor.post("/", data=HELLO | {"token": token}, headers=SCRIPT)

    assert 'id="proof"' in new.text
    assert 'id="proof"' in made_up.text
    assert new.status_code == made_up.status_code == 200
    assert 'id="proof"' not in open_.text
    assert token_in(open_.text) == token


def test_after_a_restart_an_open_conversation_is_challenged_once(
    visitor: TestClient, limits: Limits
) -> None:
    before = HELLO | {"token": Limits().new_token()}
    strain(limits)
    asked = visitor.post("/", data=before, headers=SCRIPT)
    proof = solved(challenge_in(asked.text))
    let_in = visitor.post("/", data=before | {"proof": proof}, headers=SCRIPT)
    later = visitor.post("/", data=before, headers=SCRIPT)

    assert 'id="proof"' in asked.text
    for answer in (let_in, later):
        assert 'id="proof"' not in answer.text
        assert token_in(answer.text) == before["token"]


def test_who_was_turned_away_is_challenged_again(limits: Limits) -> None:
    strain(limits)
    entry = Entry(token="a" * 43)

    proof = solved(limits.proofs.challenge())
    with full(limits):
        assert admit(limits, replace(entry, proof=proof, has_scripts=True)) is Verdict.FULL
    assert admit(limits, replace(entry, has_scripts=True)) is Verdict.PROVE
    assert admit(limits, entry) is Verdict.IN
    assert admit(limits, replace(entry, has_scripts=True)) is Verdict.IN


def test_danger_comes_before_the_challenge(visitor: TestClient, limits: Limits) -> None:
    strain(limits)
    answer = visitor.post("/", data=DANGER, headers=SCRIPT)

    assert answer.text.index("116 123") < answer.text.index('id="proof"')
    assert 'class="services"' in answer.text


def test_who_solves_the_challenge_begins_and_the_same_solution_begins_nothing(
    visitor: TestClient, limits: Limits
) -> None:
    strain(limits)
    challenge = challenge_in(visitor.post("/", data=HELLO, headers=SCRIPT).text)
    proof = solved(challenge)
    first = visitor.post("/", data=HELLO | {"proof": proof}, headers=SCRIPT)
    again = visitor.post("/", data=HELLO | {"proof": proof}, headers=SCRIPT)

    assert token_in(first.text)
    assert 'id="proof"' not in first.text
    assert 'id="proof"' in again.text
    assert not token_in(again.text)


def test_without_scripts_a_reserved_place_is_open_and_then_a_sum_helps(
    visitor: TestClient, limits: Limits
) -> None:
    strain(limits)
    at_once = visitor.post("/", data=HELLO)
    asyncio.run(limits.reserved.take())
    asked = visitor.post("/", data=HELLO)
    limits.reserved.leave()
    asyncio.run(limits.reserved.take())
    wrong = visitor.post("/", data=HELLO | answered(asked.text, plus=1))
    limits.reserved.leave()

    assert token_in(at_once.text)
    assert "How much is" in words_in(asked.text)
    assert not token_in(asked.text)
    assert "How much is" in words_in(wrong.text)
    assert admit(limits, Entry(sum=sum_in(wrong.text))) is Verdict.IN


def test_the_sum_is_asked_in_the_language_of_the_page(
    visitor: TestClient, limits: Limits, site: Site
) -> None:
    strain(limits)
    asyncio.run(limits.reserved.take())
    for locale in site.locales:
        page = visitor.post("/", data=HELLO | {"locale": locale.tag}).text
        words = words_in(page)
        numbers = [site.content.words.text(locale.tag, f"busy.numbers.n{n}") for n in range(2, 10)]
        assert f'<html lang="{locale.tag}"' in page
        assert any(f" {number} " in words for number in numbers), locale.tag
        assert not re.search(r'<label for="sum">[^<]*[0-9]', page)
