"""bot.assistant.candidate: a training runs where the service's unit lets it."""

from __future__ import annotations

import os

import pytest

from bot.assistant.candidate import let_others_go_first

pytestmark = pytest.mark.slow  # it imports Rasa


def test_a_training_goes_on_where_it_may_not_step_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: int) -> int:  # as the kernel says under SystemCallFilter=~@resources
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "nice", refused)

    let_others_go_first()
