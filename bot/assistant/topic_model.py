"""From a sentence vector to the probability of each intent: arrays only, never pickles."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float32]

STRENGTH = 0.01  # scikit-learn's C; chosen on held-out examples, docs/decisions/0003-recognition.md
STEPS = 120  # of the optimiser; more change no decision
STRANGE = 0.999  # share of held-out examples that lie nearer than what counts as never seen
SHRUNK = 0.1  # of the covariance towards a ball, so that it can be inverted safely
ARRAYS = ("mean", "spread", "matrix", "bias", "whitening", "centres", "farthest")


@dataclass(frozen=True)
class TopicModel:
    """A multinomial logistic regression, and how far from all examples a text may be.

    Attributes:
        names: The intents, in the order of all columns.
        mean: What is taken off each of the 384 numbers, before ``spread`` divides them.
        matrix: 384 x intents, already divided by the temperature that calibrates it.
        whitening: 384 x 384; makes distances within an intent alike in all directions.
        centres: Intents x 384, whitened.
        farthest: Distance to the nearest centre from which a text counts as never seen.
    """

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    matrix: Floats
    bias: Floats
    whitening: Floats
    centres: Floats
    farthest: Floats

    def probabilities(self, vector: Floats) -> dict[str, float]:
        """Return the probability of every intent (0 to 1), summing to one."""
        scores = self._standard(vector) @ self.matrix + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self.names, (odds / odds.sum()).tolist(), strict=True))

    def is_strange(self, vector: Floats) -> bool:
        """Tell whether a text is unlike everything that was learnt from."""
        return bool(self.distances(vector[None])[0] > self.farthest)

    def distances(self, vectors: Floats) -> Floats:
        """Return how far each vector is from the nearest intent's centre."""
        white = self._standard(vectors) @ self.whitening
        apart = np.linalg.norm(white[:, None] - self.centres[None], axis=2)
        return np.asarray(apart.min(axis=1), dtype=np.float32)

    def _standard(self, vectors: Floats) -> Floats:
        return np.asarray((vectors - self.mean) / self.spread, dtype=np.float32)


@dataclass(frozen=True)
class Examples:
    """Vectors (rows of 384) and their intents."""

    vectors: Floats
    intents: NDArray[np.str_]


def fit(learnt: Examples, held_out: Examples) -> TopicModel:
    """Learn from ``learnt``; temperature and distance come from ``held_out``."""
    mean, spread = learnt.vectors.mean(axis=0), learnt.vectors.std(axis=0)
    standard = (learnt.vectors - mean) / spread
    regression = LogisticRegression(C=STRENGTH, max_iter=STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(standard, learnt.intents)
    scores = regression.decision_function((held_out.vectors - mean) / spread)
    heat = temperature(scores, np.searchsorted(regression.classes_, held_out.intents))
    whitening, centres = _centres(standard, learnt.intents, regression.classes_)
    model = TopicModel(
        names=tuple(str(name) for name in regression.classes_),
        mean=mean,
        spread=spread,
        matrix=_narrow(regression.coef_.T / heat),
        bias=_narrow(regression.intercept_ / heat),
        whitening=whitening,
        centres=centres,
        farthest=_narrow(np.inf),
    )
    distances = model.distances(held_out.vectors)
    farthest = _narrow(float(np.quantile(distances, STRANGE)))
    return TopicModel(**{**vars(model), "farthest": farthest})


def temperature(scores: NDArray[np.float64], labels: NDArray[np.int_]) -> float:
    """Return what to divide ``scores`` by, so that probabilities say how often they are right."""

    def surprise(heat: float) -> float:
        scaled = scores / heat
        totals = np.logaddexp.reduce(scaled, axis=1)
        return float((totals - scaled[np.arange(len(labels)), labels]).mean())

    return float(minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded").x)


def save(model: TopicModel, folder: Path) -> None:
    """Write ``model`` into ``folder``."""
    np.savez(folder / "weights.npz", **{name: getattr(model, name) for name in ARRAYS})
    (folder / "intents.json").write_text(json.dumps(model.names), encoding="utf-8")


def load(folder: Path) -> TopicModel:
    """Return the model that ``save`` wrote.

    Raises:
        OSError: A file is missing.
        ValueError: A file is broken.
        KeyError: An array is missing.
    """
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in ARRAYS}
    names = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
    return TopicModel(names=tuple(names), **arrays)


def _centres(
    standard: Floats, intents: NDArray[np.str_], names: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return the whitening of what varies within intents, and the whitened means."""
    means = np.array([standard[intents == name].mean(axis=0) for name in names])
    within = standard - means[np.searchsorted(names, intents)]
    covariance = within.T @ within / len(within)
    ball = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    values, directions = np.linalg.eigh((1 - SHRUNK) * covariance + SHRUNK * ball)
    whitening = directions / np.sqrt(values)
    return _narrow(whitening), _narrow(means @ whitening)


def _narrow(values: NDArray[np.float64] | float) -> Floats:
    return np.asarray(values, dtype=np.float32)
