"""The pipeline step that says how likely each intent is, in the whole message and in its parts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.sentence_vectors import VECTORS
from bot.assistant.topic_model import Examples, TopicModel, fit, load, save
from bot.errors import NotReady
from bot.safety.examples import is_held_out
from bot.safety.phrases import fold

INTENT_RANKING = "intent_ranking"
IN_PARTS = "intents_of_parts"
"""The message attribute with the probabilities of each part of a long message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Sets intent, ranking and the probabilities of the parts; see bot.assistant.topic_model."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None
    ) -> None:
        self._storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Build an untrained one."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """Load the trained one.

        Raises:
            NotReady: The model holds no weights; an untrained classifier must never answer.
        """
        try:
            with model_storage.read_from(resource) as folder:
                return cls(model_storage, resource, load(folder))
        except (OSError, ValueError, KeyError):
            raise NotReady("The trained model is broken; run: make train") from None

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example with a vector that isn't held out, and store the weights."""
        examples = [e for e in training_data.intent_examples if e.get(VECTORS) is not None]
        print(f"Learning topics from {len(examples)} examples ...", file=sys.stderr, flush=True)
        self._model = fit(
            _examples([e for e in examples if not is_held_out(e.get(TEXT))]),
            _examples([e for e in examples if is_held_out(e.get(TEXT))]),
        )
        with self._storage.write_to(self._resource) as folder:
            save(self._model, folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set what is known of each message; of an empty or never seen one nothing is."""
        model = self._ready
        for message in messages:
            whole, *parts = message.get(VECTORS)
            if fold(message.get(TEXT) or "") and not model.is_strange(whole):
                _rank(message, model.probabilities(whole))
            message.set(IN_PARTS, [_known(model, part) for part in parts])
        return messages

    @property
    def _ready(self) -> TopicModel:
        if self._model is None:
            raise NotReady("The classifier is not trained; run: make train")
        return self._model


def _examples(messages: list[Message]) -> Examples:
    return Examples(
        vectors=np.concatenate([message.get(VECTORS) for message in messages]),
        intents=np.array([message.get(INTENT) for message in messages]),
    )


def _known(model: TopicModel, part: NDArray[np.float32]) -> dict[str, float]:
    return {} if model.is_strange(part) else model.probabilities(part)


def ranked(message: Message) -> dict[str, float]:
    """Return the probability of each intent in the whole message; of none where none is known."""
    ranking: list[dict[str, Any]] = message.get(INTENT_RANKING) or []
    return {entry[INTENT_NAME_KEY]: entry[PREDICTED_CONFIDENCE_KEY] for entry in ranking}


def _rank(message: Message, probabilities: Mapping[str, float]) -> None:
    ranking = [
        {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: probability}
        for name, probability in sorted(probabilities.items(), key=lambda pair: -pair[1])
    ]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING, ranking, add_to_output=True)
