"""The policy that outranks every form and rule when a message needs care."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.safety_screen import ASSESSMENT
from bot.conversation.danger import takes_over
from bot.conversation.state import from_slots
from bot.safety.triage import Assessment

ACTION_SAFETY = "action_safety"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class SafetyPolicy(Policy):
    """Predicts ``action_safety`` when bot.conversation.danger takes over, and nothing else."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above RulePolicy, which has 6."""
        return {"priority": 10}

    @staticmethod
    def supported_data() -> SupportedData:
        """Accept rules and stories; it learns from neither."""
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """Build it; nothing was stored."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Learn nothing."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict for a message just heard, and listening right after our own action."""
        if tracker.latest_action_name == ACTION_SAFETY:
            return self._certainly(ACTION_LISTEN_NAME, domain)
        if tracker.latest_action_name == ACTION_LISTEN_NAME and _needs_care(tracker):
            return self._certainly(ACTION_SAFETY, domain)
        return self._prediction(self._default_predictions(domain))

    def _certainly(self, action: str, domain: Domain) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        # Marked so, because a waiting form's own prediction is: it would win whatever our priority.
        return self._prediction(probabilities, is_no_user_prediction=True)


def _needs_care(tracker: DialogueStateTracker) -> bool:
    message = tracker.latest_message
    heard = (message.parse_data or {}).get(ASSESSMENT) if message else None
    if not heard:
        return False
    return takes_over(from_slots(tracker.current_slot_values()), Assessment.from_json(heard))
