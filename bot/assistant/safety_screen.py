"""The last pipeline step: all signals together become one assessment, the most careful wins.

Thin on purpose: bot.safety holds the rule, and its tests need no Rasa.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot import wiring
from bot.assistant.topic_classifier import IN_PARTS, ranked
from bot.languages.noticing import detector, noticed
from bot.safety.phrases import screen
from bot.safety.triage import Assessment, assess

ASSESSMENT = "assessment"
"""The key in Rasa's parse data under which the assessment travels to policy and actions."""

NOT_UNDERSTOOD = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyScreen(GraphComponent):
    """Sets the assessment, the final intent, and the visitor's locale and country as entities."""

    def __init__(self) -> None:
        detector()  # loaded now, so that no visitor waits for it

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyScreen:
        """Build it from content/safety; nothing is trained or stored."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Assess every message, also an empty one."""
        for message in messages:
            heard = self._assess(message)
            name = NOT_UNDERSTOOD if heard.intent == "not_understood" else heard.intent
            intent = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: heard.confidence}
            message.set(INTENT, intent, add_to_output=True)
            message.set(ASSESSMENT, heard.to_json(), add_to_output=True)
            message.set(ENTITIES, visit_entities(message.get("metadata")), add_to_output=True)
        return messages

    def _assess(self, message: Message) -> Assessment:
        text = message.get(TEXT) or ""
        parts = message.get(IN_PARTS) or ()
        content = wiring.content()
        heard = assess(screen(text, content.phrases), ranked(message), content.policy, parts)
        page = (message.get("metadata") or {}).get("locale", "")
        return replace(heard, language=noticed(text, page))


def visit_entities(metadata: dict[str, Any] | None) -> list[dict[str, str]]:
    """Return what the visitor chose on the page as entities, which fill the slots."""
    chosen = metadata or {}
    return [
        {ENTITY_ATTRIBUTE_TYPE: name, ENTITY_ATTRIBUTE_VALUE: chosen[name]}
        for name in ("locale", "country")
        if name in chosen
    ]
