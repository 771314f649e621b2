"""The pipeline step that says how likely each intent is.

Logistic regression over sentence vector and character n-grams, stored as arrays, never as pickles.
"""

from __future__ import annotations

import functools
import json
import sys
import warnings
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
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from bot.assistant.sentence_vectors import VECTOR
from bot.errors import NotReady
from bot.safety.phrases import fold

INTENT_RANKING = "intent_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Sets the intent and the whole ranking of a message.

    Config:
        regularisation: Inverse strength ``C`` of scikit-learn's logistic regression.
        vector_weight: How much the sentence vector counts against the n-grams.
        hashes: Number of buckets for character n-grams.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Values chosen by cross-validation; see docs/decisions/0003-recognition.md."""
        return {"regularisation": 4.0, "vector_weight": 6.0, "hashes": 2**14}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        weights: dict[str, Any] | None = None,
    ) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._weights = weights
        self._ngrams = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            n_features=config["hashes"],
            alternate_sign=False,
            preprocessor=fold,
            dtype=np.float32,
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Build an untrained one."""
        return cls(config, model_storage, resource)

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
                arrays = np.load(folder / "weights.npz", allow_pickle=False)
                names = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
                weights = {"coef": arrays["coef"], "intercept": arrays["intercept"], "names": names}
        except (OSError, ValueError, KeyError):
            raise NotReady("The trained model is broken; run: make train") from None
        return cls(config, model_storage, resource, weights)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example with a vector, and store the weights."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        features = self._features(
            [e.get(TEXT) for e in examples], [e.get(VECTOR) for e in examples]
        )
        regression = LogisticRegression(
            C=self._config["regularisation"],
            class_weight="balanced",
            max_iter=120,
            tol=1e-3,
            random_state=42,
        )
        print(f"Learning topics from {len(examples)} examples ...", file=sys.stderr, flush=True)
        with warnings.catch_warnings():
            # It may stop before the last decimal; more steps change no decision.
            warnings.simplefilter("ignore", ConvergenceWarning)
            regression.fit(features, [e.get(INTENT) for e in examples])
        self._weights = {
            "coef": regression.coef_.astype(np.float32),
            "intercept": regression.intercept_.astype(np.float32),
            "names": [str(name) for name in regression.classes_],
        }
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking; an empty message gets neither."""
        for message in messages:
            text = message.get(TEXT) or ""
            if fold(text):
                self._rank(message, self.probabilities(text, message.get(VECTOR)))
        return messages

    def probabilities(self, text: str, vector: NDArray[np.float32]) -> dict[str, float]:
        """Return the probability of every intent (0 to 1), summing to one."""
        if self._weights is None:
            raise NotReady("The classifier is not trained; run: make train")
        scores = self._scores(text, vector) + self._weights["intercept"]
        odds = np.exp(scores - scores.max())
        return dict(zip(self._weights["names"], (odds / odds.sum()).tolist(), strict=True))

    def _scores(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what _features times the weights gives, without building the wide matrix."""
        dense, sparse = self._columns
        ngrams = self._ngrams.transform([text])
        weighed = vector * self._config["vector_weight"]
        return np.asarray(weighed @ dense + (ngrams @ sparse)[0], dtype=np.float32)

    @functools.cached_property
    def _columns(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The weights of vector and n-grams, a row a feature, as multiplying wants them."""
        columns = np.ascontiguousarray(self._weights["coef"].T if self._weights else [])
        size = len(columns) - self._config["hashes"]
        return columns[:size], columns[size:]

    def _features(self, texts: list[str], vectors: list[NDArray[np.float32]]) -> csr_matrix:
        dense = csr_matrix(np.asarray(vectors, dtype=np.float32) * self._config["vector_weight"])
        return hstack([dense, self._ngrams.transform(texts)], format="csr")

    def _persist(self) -> None:
        if self._weights is None:
            return
        with self._storage.write_to(self._resource) as folder:
            arrays = {"coef": self._weights["coef"], "intercept": self._weights["intercept"]}
            np.savez(folder / "weights.npz", **arrays)
            names = json.dumps(self._weights["names"])
            (folder / "intents.json").write_text(names, encoding="utf-8")

    @staticmethod
    def _rank(message: Message, probabilities: dict[str, float]) -> None:
        ranking = [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: probability}
            for name, probability in sorted(probabilities.items(), key=lambda pair: -pair[1])
        ]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING, ranking, add_to_output=True)
