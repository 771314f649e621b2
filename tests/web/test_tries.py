"""bot.web.tries: wrong numbers have a pace, right ones don't, and nobody is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.tries import ANY_AT_ONCE, TRIES, TRY_SECONDS, Tries


class Watch:
    """A clock that a test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_after_a_few_wrong_numbers_a_sender_waits_and_others_do_not() -> None:
    watch = Watch()
    tries = Tries(watch)
    begun = [tries.begin(b"one") for _ in range(TRIES + 3)]

    assert begun == [True] * TRIES + [False] * 3
    assert tries.begin(b"another")
    watch.now += TRY_SECONDS
    assert tries.begin(b"one")
    assert not tries.begin(b"one")


def test_it_is_five_numbers_in_ten_minutes_from_the_moment_a_machine_is_started() -> None:
    watch = Watch()
    watch.now = 0.0
    tries = Tries(watch)
    begun = [tries.begin(b"one") for _ in range(6)]
    watch.now = 119.0
    too_early = tries.begin(b"one")
    watch.now = 120.0

    assert begun == [True] * 5 + [False]
    assert (too_early, tries.begin(b"one"), tries.begin(b"one")) == (False, True, False)


def test_everybody_together_may_try_twenty_and_then_one_a_second() -> None:
    watch = Watch()
    watch.now = 0.0
    tries = Tries(watch)
    begun = [tries.begin(b"") for _ in range(21)]
    watch.now = 1.0

    assert begun == [True] * 20 + [False]
    assert (tries.begin(b""), tries.begin(b"")) == (True, False)


def test_a_right_number_gives_back_its_own_try_and_no_other() -> None:
    tries = Tries(Watch())
    for _ in range(TRIES):
        assert tries.begin(b"one")
    tries.was_right(b"one")

    assert (tries.begin(b"one"), tries.begin(b"one")) == (True, False)


def test_who_has_the_right_number_is_never_held_up_alone() -> None:
    watch = Watch()
    tries = Tries(watch)
    for _ in range(10 * TRIES):
        assert tries.begin(b"one")
        tries.was_right(b"one")
        watch.now += 1.0


def test_all_together_have_a_pace_too_whoever_they_say_they_are() -> None:
    tries = Tries(Watch())
    begun = [tries.begin(str(number % 50).encode()) for number in range(50)]
    unknown = [tries.begin(b"") for _ in range(5)]

    assert sum(begun) == ANY_AT_ONCE
    assert unknown == [False] * 5


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([b"", b"a", b"b"])), max_size=300))
def test_in_an_hour_nobody_tries_more_than_the_pace_allows(
    visits: list[tuple[float, bytes]],
) -> None:
    watch = Watch()
    tries, begun, began = Tries(watch), {b"": 0, b"a": 0, b"b": 0}, watch.now
    for pause, name in visits:
        watch.now += pause
        begun[name] += tries.begin(name)
        tries.forget()
    passed = watch.now - began

    assert sum(begun.values()) <= ANY_AT_ONCE + passed
    assert begun[b"a"] <= TRIES + passed / TRY_SECONDS


def test_a_name_is_forgotten_within_minutes() -> None:
    watch = Watch()
    tries = Tries(watch)
    tries.begin(b"a name that is marked")
    watch.now += 1_200.0
    tries.forget()

    assert not tries._due.periods()[0].values
    assert not tries._due.periods()[1].values
