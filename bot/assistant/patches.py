"""All changes to Rasa's own code, in one place, for 3.6.21 only.

tests/assistant/test_patches.py fails when Rasa changes what is changed here.
"""

from __future__ import annotations

from typing import Any, Final

import rasa
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction

from bot.errors import NotReady

MADE_FOR: Final = "3.6.21"

_VALIDATOR = Draft7Validator(RemoteAction.action_response_format_spec())


def apply() -> None:
    """Change what is listed below; doing it twice does no harm.

    Raises:
        NotReady: This is another Rasa than the one that these were made for.
    """
    if rasa.__version__ != MADE_FOR:
        raise NotReady(f"bot/assistant/patches.py was made for Rasa {MADE_FOR}; run: make setup")
    RemoteAction._validate_action_result = _validate_action_result


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check against a schema that was compiled once; Rasa compiles it anew at every action."""
    return bool(_VALIDATOR.validate(result) is None)
