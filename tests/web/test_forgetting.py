"""bot.web.forgetting: under keyed hashes, for two periods, and so many at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.forgetting import HASH_BYTES, Forgetful, Period, keyed_hash

SECONDS = 600.0


class Watch:
    """A clock that a test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_hash_is_hmac_sha_256() -> None:
    # Test case 2 of RFC 4231.
    assert keyed_hash(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_every_period_has_a_key_of_its_own_of_32_bytes() -> None:
    periods = [*Forgetful[int](Watch()).periods(), Period[int]()]

    assert {len(period.key) for period in periods} == {32}
    assert len({period.key for period in periods}) == 3
    assert len({period.hashed(b"name") for period in periods}) == 3
    assert not any(repr(period.key) in repr(period) for period in periods)


def test_a_name_is_kept_as_eight_bytes_and_in_no_other_way() -> None:
    kept = Forgetful[int](Watch())
    kept.put(b"a name that is marked", 7)
    (name,) = kept.periods()[0].values

    assert len(name) == HASH_BYTES == 8
    assert b"marked" not in name


@pytest.mark.parametrize(
    ("passed", "found"), [(0.0, 7), (599.0, 7), (600.0, 7), (1_199.0, 7), (1_200.0, None)]
)
def test_it_is_kept_for_this_period_and_the_next(passed: float, found: int | None) -> None:
    watch = Watch()
    kept = Forgetful[int](watch, SECONDS)
    kept.put(b"name", 7)
    watch.now += passed

    assert kept.get(b"name") == found


def test_with_a_new_period_comes_a_new_key_and_not_a_moment_later() -> None:
    watch = Watch()
    kept = Forgetful[int](watch, SECONDS)
    first, _ = kept.periods()
    watch.now += SECONDS - 1
    assert kept.periods()[0] is first
    watch.now += 1

    now, before = kept.periods()
    assert before is first
    assert now.key != first.key


@given(st.lists(st.floats(0, 500), max_size=40))
def test_who_is_asked_for_now_and_then_is_gone_after_two_periods(pauses: list[float]) -> None:
    watch = Watch()
    kept = Forgetful[int](watch, SECONDS)
    kept.put(b"name", 7)
    began = watch.now
    for pause in pauses:
        watch.now += pause
        if watch.now - began >= SECONDS + 500 + SECONDS + 500:  # a period may begin late
            assert kept.get(b"name") is None
        elif watch.now - began < SECONDS:
            assert kept.get(b"name") == 7
        else:
            kept.periods()


def test_what_is_put_anew_leaves_the_period_before_and_never_comes_back_old() -> None:
    watch = Watch()
    kept = Forgetful[int](watch, SECONDS, most=1)
    kept.put(b"one", 1)
    watch.now += SECONDS
    kept.put(b"one", 2)
    assert kept.get(b"one") == 2
    kept.put(b"another", 3)  # for which there is room only in the place of the first

    assert (kept.get(b"one"), kept.get(b"another")) == (None, 3)


def test_it_is_full_when_another_name_would_push_one_out() -> None:
    kept = Forgetful[int](Watch(), most=2)
    kept.put(b"one", 1)
    assert not kept.is_full()
    kept.put(b"two", 2)
    assert kept.is_full()
    kept.put(b"three", 3)

    assert [kept.get(name) for name in (b"one", b"two", b"three")] == [None, 2, 3]


def test_ten_minutes_and_twenty_thousand_names_are_what_is_kept_unless_told_otherwise() -> None:
    watch = Watch()
    kept = Forgetful[int](watch)
    for number in range(20_001):
        kept.put(str(number).encode(), number)
    assert (kept.get(b"0"), kept.get(b"1")) == (None, 1)
    watch.now += 1_199.0
    assert kept.get(b"1") == 1
    watch.now += 1_200.0

    assert kept.get(b"1") is None
