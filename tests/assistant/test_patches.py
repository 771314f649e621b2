"""bot.assistant.patches: what is changed in Rasa does the same, and Rasa still is what it was."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import textwrap
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rasa
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

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
        "responses": st.lists(
            st.dictionaries(st.text(max_size=3), st.text(max_size=3)), max_size=2
        ),
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


RASAS_LOOK_UP = "eab381cd0a9958e1f8800b47a317b3007cc0caf76ebe8482d1c5a323ecf8cc2a"
RASAS_RUN = "39c53d008746a393986a524fb729ab2e6157d83877c2d5bb1185d055a2b9a077"
EVENT_TYPES = sorted({event.type_name for event in all_subclasses(Event)})


def test_rasas_own_look_up_of_events_is_still_the_one_that_was_replaced() -> None:
    assert hash_of(patches._resolve_by_type) == RASAS_LOOK_UP


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_event_is_found_as_rasa_finds_it(name: str) -> None:
    assert patches._event_class(name) is patches._resolve_by_type(name)


def test_an_unknown_event_is_refused_as_rasa_refuses_it_or_takes_the_default() -> None:
    patches.apply()

    with pytest.raises(ValueError, match="no such event"):
        Event.resolve_by_type("no such event")
    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("no such event", Event) is Event


def test_rasas_own_run_of_a_graph_is_still_the_one_that_was_replaced() -> None:
    assert hash_of(unpatched_runner().run) == RASAS_RUN


@pytest.mark.parametrize("targets", [["sum"], ["twice", "sum"], None])
def test_a_graph_gives_what_it_gives_with_rasas_own_run(targets: list[str] | None) -> None:
    inputs = {"__number__": 4}

    ours = patches._run(graph(), inputs, targets)

    assert ours == rasas_run(graph(), inputs, targets)
    assert ours["sum"] == 4 + 4 * 2


def test_each_node_of_a_graph_runs_once() -> None:
    ran: list[str] = []

    patches._run(graph(ran), {"__number__": 1}, ["twice", "sum"])

    assert sorted(ran) == ["same", "sum", "twice"]


def test_a_missing_input_is_an_error_as_with_rasas_own_run() -> None:
    for run in (patches._run, rasas_run):
        with pytest.raises(GraphRunError, match="Missing input"):
            run(graph(), {}, ["sum"])


def rasas_run(*arguments: Any) -> Any:
    """Run a graph with Rasa's own code, also after the patches were applied."""
    return unpatched_runner().run(*arguments)


def unpatched_runner() -> type[DaskGraphRunner]:
    spec = importlib.util.find_spec(DaskGraphRunner.__module__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    runner: type[DaskGraphRunner] = module.DaskGraphRunner
    return runner


def hash_of(function: Any) -> str:
    return hashlib.sha256(textwrap.dedent(inspect.getsource(function)).encode()).hexdigest()


def graph(ran: list[str] | None = None) -> DaskGraphRunner:
    """Return three nodes: ``same`` and ``twice`` read the input, ``sum`` adds the two."""
    noted = [] if ran is None else ran

    class Arithmetic(GraphComponent):
        @classmethod
        def create(cls, *_: Any, **__: Any) -> Arithmetic:
            return cls()

        def same(self, number: int) -> int:
            noted.append("same")
            return number

        def twice(self, number: int) -> int:
            noted.append("twice")
            return number * 2

        def sum(self, first: int, second: int) -> int:
            noted.append("sum")
            return first + second

    def node(function: str, needs: dict[str, str], is_target: bool = False) -> SchemaNode:
        return SchemaNode(needs, Arithmetic, "create", function, {}, is_target=is_target)

    schema = GraphSchema(
        {
            "same": node("same", {"number": "__number__"}),
            "twice": node("twice", {"number": "__number__"}),
            "sum": node("sum", {"first": "same", "second": "twice"}, is_target=True),
        }
    )
    context = ExecutionContext(schema, "model")
    return DaskGraphRunner.create(schema, LocalModelStorage(Path()), context)
