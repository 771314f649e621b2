"""bot.assistant.patches: what is changed in Rasa does the same, and Rasa still is what it was."""

from __future__ import annotations

import hashlib
import inspect
import textwrap
import time
from typing import Any

import jsonschema
import pytest
import rasa
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import RemoteAction

from bot.assistant import patches
from bot.errors import NotReady

pytestmark = pytest.mark.slow

RASAS_OWN_LINES = "f28a46449d271a88acf3fb801db7607499e267969db44d4422008d062288cb9d"


def test_the_patches_are_made_for_the_rasa_that_is_installed() -> None:
    assert rasa.__version__ == patches.MADE_FOR


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.6.22")

    with pytest.raises(NotReady, match="make setup"):
        patches.apply()


def test_rasas_own_validation_is_still_the_one_that_was_replaced() -> None:
    source = inspect.getsource(RemoteAction)
    begin = source.index("    def _validate_action_result")
    lines = source[begin : source.index("    @staticmethod", begin)]

    assert hashlib.sha256(textwrap.dedent(lines).encode()).hexdigest() == RASAS_OWN_LINES


def test_the_replacement_takes_the_same_arguments_as_rasas_own() -> None:
    assert list(inspect.signature(patches._validate_action_result).parameters) == ["self", "result"]


def test_applying_twice_does_no_harm() -> None:
    patches.apply()
    patches.apply()

    assert RemoteAction._validate_action_result is patches._validate_action_result


SLOT = {"event": "slot", "name": "kept", "value": "x", "timestamp": None}
LOOP = {"event": "active_loop", "name": None, "timestamp": None}


@pytest.mark.parametrize(
    "result",
    [
        {"events": [], "responses": []},
        {"events": [SLOT, LOOP], "responses": [{"response": "turn", "services": []}]},
        {"events": [{"event": "slot"}], "responses": []},
        {"events": [{**SLOT, "name": 7}], "responses": []},
        {"events": [{"event": "user", "text": "x"}], "responses": [{"text": "x", "buttons": None}]},
        {"events": {}, "responses": []},
        {"events": [], "responses": {}},
        {"events": [7], "responses": []},
        {"events": []},
        {},
        [],
        None,
        "x",
    ],
)
def test_the_compiled_validator_decides_like_rasas_own(result: Any) -> None:
    assert accepts_ours(result) == accepts_rasas(result)


EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(["slot", "active_loop", "user", "bot", "action", "no such event"]),
        "name": st.none() | st.text(max_size=3) | st.integers(),
        "value": st.none() | st.booleans() | st.lists(st.integers(), max_size=2),
        "timestamp": st.none() | st.floats(allow_nan=False) | st.text(max_size=3),
        "text": st.none() | st.text(max_size=3),
        "metadata": st.none() | st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
    },
)
RESULTS = st.fixed_dictionaries(
    {},
    optional={
        "events": st.lists(EVENTS, max_size=3) | st.none(),
        "responses": st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=3)), max_size=2),
    },
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(result=RESULTS)
def test_whatever_an_action_returns_both_validators_agree(result: dict[str, Any]) -> None:
    assert accepts_ours(result) == accepts_rasas(result)


def test_the_compiled_validator_is_many_times_faster() -> None:
    result = {"events": [SLOT] * 12, "responses": [{"response": "turn"}] * 4}

    assert seconds(accepts_ours, result) * 5 < seconds(accepts_rasas, result)


def accepts_ours(result: Any) -> bool:
    try:
        return patches._validate_action_result(RemoteAction("x", None), result)
    except jsonschema.ValidationError:
        return False


def accepts_rasas(result: Any) -> bool:
    """What RemoteAction._validate_action_result does before it is replaced."""
    try:
        jsonschema.validate(result, RemoteAction.action_response_format_spec())
    except jsonschema.ValidationError:
        return False
    return True


def seconds(accepts: Any, result: Any) -> float:
    began = time.perf_counter()
    for _ in range(5):
        accepts(result)
    return time.perf_counter() - began
