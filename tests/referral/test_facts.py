"""bot.referral.facts: what a signature under a service covers besides its words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time

import pytest

from bot import wiring
from bot.referral.facts import facts
from bot.referral.service import Hours, Service


@pytest.fixture(scope="module")
def service() -> Service:
    return wiring.content().directory.services["stop-it-now-uk-ireland"]


def test_whatever_a_visitor_dials_is_among_the_facts() -> None:
    services = wiring.content().directory.services.values()
    missing = [
        channel.value
        for service in services
        for channel in service.channels
        if json.dumps(channel.value) not in facts(service)
    ]

    assert missing == []


def test_a_number_an_hour_or_a_term_changes_the_facts(service: Service) -> None:
    phone = service.channels[0]
    others = [
        replace(service, channels=(replace(phone, value="0808 1000 901"),)),
        replace(service, channels=(replace(phone, hours=(Hours((0,), time(9), time(12)),)),)),
        replace(service, channels=(replace(phone, hours_certain=not phone.hours_certain),)),
        replace(service, anonymous=False),
        replace(service, anonymous=None),
        replace(service, cost="paid"),
        replace(service, name="Another name"),
        replace(service, confidence="low"),
    ]

    assert len({facts(service), *map(facts, others)}) == len(others) + 1


def test_another_look_that_changes_nothing_changes_no_facts(service: Service) -> None:
    looked = replace(
        service, checked_on=date(2027, 1, 1), checked="called", next_check=date(2027, 3, 1),
        sources=("https://example.org/",), file="moved.yml",
    )  # fmt: skip

    assert facts(looked) == facts(service)
