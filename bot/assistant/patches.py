"""All changes to Rasa's own code, in one place, for 3.6.21 only.

tests/assistant/test_patches.py fails when Rasa changes what is changed here.
"""

from __future__ import annotations

import functools
from typing import Any, Final

import rasa
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event

from bot.errors import NotReady

MADE_FOR: Final = "3.6.21"

_VALIDATOR = Draft7Validator(RemoteAction.action_response_format_spec())
_resolve_by_type = Event.resolve_by_type


def apply() -> None:
    """Change what is listed below; doing it twice does no harm.

    Raises:
        NotReady: This is another Rasa than the one that these were made for.
    """
    if rasa.__version__ != MADE_FOR:
        raise NotReady(f"bot/assistant/patches.py was made for Rasa {MADE_FOR}; run: make setup")
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(_event_class)
    DaskGraphRunner.run = _run


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check against a schema that was compiled once; Rasa compiles it anew at every action."""
    return bool(_VALIDATOR.validate(result) is None)


@functools.cache
def _event_class(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Look an event's class up once; Rasa walks through all of them for every stored event."""
    found: type[Event] | None = _resolve_by_type(type_name, default)
    return found


def _run(
    self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """Run the nodes one after another; Rasa plans and schedules the same graph at every call."""
    done = dict(inputs or {})
    nodes, schema = self._instantiated_nodes, self._graph_schema

    def output(name: str) -> Any:
        if name not in done:
            needs = schema.nodes[name].needs.values()
            _, done[name] = nodes[name](*map(given, needs))
        return done[name]

    def given(name: str) -> tuple[str, Any] | str:
        # A name that nobody provides is handed over bare, and the node complains, as with dask.
        return (name, output(name)) if name in done or name in nodes else name

    try:
        return {name: output(name) for name in targets or schema.target_names}
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
