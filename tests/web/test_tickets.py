"""bot.web.public.tickets: each is for one number, counts once, and isn't good for long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.public.tickets import PERIOD_SECONDS, Tickets

NUMBER, OTHER = "1" * 24, "2" * 24


class Watch:
    """A clock that a test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_ticket_is_good_for_its_number_until_it_is_used() -> None:
    tickets = Tickets(Watch())
    ticket, another = tickets.new(NUMBER), tickets.new(NUMBER)

    assert tickets.holds(ticket, NUMBER)
    assert not tickets.holds(ticket, OTHER)
    tickets.use(ticket)
    assert not tickets.holds(ticket, NUMBER)
    assert not tickets.holds(ticket.upper(), NUMBER)
    assert tickets.holds(another, NUMBER)


@given(st.lists(st.floats(0, 0.9 * PERIOD_SECONDS), max_size=8))
def test_a_used_ticket_is_never_good_again(pauses: list[float]) -> None:
    watch = Watch()
    tickets = Tickets(watch)
    ticket = tickets.new(NUMBER)
    for pause in pauses:
        if not tickets.holds(ticket, NUMBER):
            break
        watch.now += pause
    tickets.use(ticket)
    for pause in (0.0, *pauses, PERIOD_SECONDS):
        watch.now += pause
        assert not tickets.holds(ticket, NUMBER)


def test_there_is_an_hour_to_find_a_pen_and_no_day() -> None:
    watch = Watch()
    tickets = Tickets(watch)
    ticket = tickets.new(NUMBER)

    watch.now += PERIOD_SECONDS
    assert tickets.holds(ticket, NUMBER)
    assert PERIOD_SECONDS == 60 * 60
    watch.now += PERIOD_SECONDS
    assert not tickets.holds(ticket, NUMBER)


@given(st.text(max_size=80))
def test_what_we_did_not_make_is_no_ticket(ticket: str) -> None:
    assert not Tickets(Watch()).holds(ticket, NUMBER)
    assert not Tickets(Watch()).holds(Tickets(Watch()).new(NUMBER), NUMBER)
