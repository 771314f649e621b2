"""Rasa's reply generator: message ids become words of the visitor's locale."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot import wiring
from bot.conversation.choices import Choice, label, read_choice
from bot.conversation.turn import TURN

SHOWN = ("services", "kept", "offers", "exercise", "progress", "outcome", "counts", "speaks")
"""What of a turn needs no words here."""


class CatalogReplies(NaturalLanguageGenerator):
    """Words from the catalogs; nothing is generated, and no variant is drawn by lot."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        """Rasa gives what we need not know."""

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Return Rasa's message for a message id, or the cards and buttons of a turn."""
        locale = tracker.get_slot("locale") or "en"
        if utter_action == TURN:
            return self._turn(locale, kwargs)
        return {"text": wiring.content().words.text(locale, utter_action, **_values(kwargs))}

    def _turn(self, locale: str, parts: dict[str, Any]) -> dict[str, Any]:
        buttons = [self._button(locale, choice) for choice in parts["choices"]]
        return {"buttons": buttons, "custom": {name: parts[name] for name in SHOWN}}

    def _button(self, locale: str, choice: str) -> dict[str, str]:
        content = wiring.content()
        words = content.words.text(locale, label(choice, content))
        return {"title": words, "payload": payload(read_choice(choice, content))}


def payload(choice: Choice) -> str:
    """Return what Rasa's own console sends back for a button."""
    return f"/{choice.intent}{json.dumps({'choice': choice.id})}"


def choice_of(button_payload: str) -> str:
    """Return the choice id in a button's payload."""
    return str(json.loads(button_payload[button_payload.index("{") :])["choice"])


def _values(kwargs: dict[str, Any]) -> dict[str, str]:
    """Leave out what rasa_sdk adds to every message by itself."""
    own = {"text", "buttons", "elements", "custom", "template", "image", "attachment"}
    return {name: value for name, value in kwargs.items() if name not in own}
