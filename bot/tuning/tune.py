"""Teach the encoder's adapter to tell our intents apart."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from bot.encoder import tokens
from bot.encoder.adapter import ADAPTER, write_adapter
from bot.encoder.weights import WIDTH, Floats, read_weights
from bot.safety.examples import Example, is_held_out, read_examples
from bot.tuning.transformer import Transformer
from bot.tuning.views import fillings, view

EPOCHS = 4
BATCH = 32  # examples
MOST_TOKENS = 192
RATE = 1.5e-3
WARM_UP = 0.05  # share of all steps
DROPOUT = 0.1
SMOOTHING = 0.05
SEED = 3
FIRST_LOOK = 6_000  # examples from which the head begins
ALIKE = 16  # batches that are sorted by length together


class Head:
    """The layer that turns vectors into intents; only the adapter outlives the tuning."""

    def __init__(self, vectors: Floats, labels: Sequence[int], shares: Floats) -> None:
        self._mean, self._spread = vectors.mean(axis=0), vectors.std(axis=0)
        start = LogisticRegression(C=0.01, max_iter=60)
        start.fit((vectors - self._mean) / self._spread, labels)
        self.matrix = tf.Variable(start.coef_.T.astype(np.float32))
        self.bias = tf.Variable(start.intercept_.astype(np.float32))
        self._weights = tf.constant((1 / (len(shares) * shares)) ** 0.5, tf.float32)

    def loss(self, vectors: Any, labels: Any) -> Any:
        """Return the mean cross-entropy; rare intents count more."""
        given = tf.nn.dropout((vectors - self._mean) / self._spread, DROPOUT)
        scores = tf.matmul(given, self.matrix) + self.bias
        count = self.bias.shape[0]
        wanted = tf.one_hot(labels, count) * (1 - SMOOTHING) + SMOOTHING / count
        losses = tf.nn.softmax_cross_entropy_with_logits(wanted, scores)
        return tf.reduce_mean(losses * tf.gather(self._weights, labels))


def tune(
    data: Path, order: Sequence[str], target: Path = ADAPTER, epochs: int = EPOCHS
) -> list[float]:
    """Fine-tune on the examples in ``data`` that aren't held out; takes an hour on two cores.

    Args:
        data: The folder with one folder a locale.
        order: All intents by precedence.
        target: Where the adapter goes, after every epoch.
        epochs: How often every example is seen, each time in another view.

    Returns:
        The mean loss of each epoch.
    """
    tf.keras.utils.set_random_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311 (nothing secret)
    examples = [e for e in read_examples(data) if not is_held_out(e.text)]
    order = having_examples(order, examples)
    weights = read_weights()
    with TemporaryDirectory() as folder:
        tokens.store(weights.vocabulary(), Path(folder))
        cutter = tokens.Tokens(Path(folder))
    transformer = Transformer(weights, SEED)
    head = _head(transformer, cutter, examples, order, chance)
    step = _step(transformer, head)
    losses = []
    for epoch in range(epochs):
        total, batches = 0.0, list(_batches(examples, cutter, order, chance))
        for number, (ids, labels) in enumerate(batches):
            done = (epoch + number / len(batches)) / epochs
            total += float(step(*transformer.batch(ids), labels, tf.constant(_rate(done))))
        write_adapter(target, transformer.adapter())
        losses.append(total / len(batches))
        print(f"epoch {epoch + 1}: loss {losses[-1]:.3f}", file=sys.stderr, flush=True)
    return losses


def having_examples(order: Sequence[str], examples: Sequence[Example]) -> list[str]:
    """Return the intents of ``order`` that anybody types; some are chosen by a button only.

    The head has one column for each, and an intent without examples would shift all behind it.
    """
    typed = {example.intent for example in examples}
    return [intent for intent in order if intent in typed]


def _head(
    transformer: Transformer,
    cutter: tokens.Tokens,
    examples: Sequence[Example],
    order: Sequence[str],
    chance: random.Random,
) -> Head:
    some = chance.sample(list(examples), min(FIRST_LOOK, len(examples)))
    vectors = np.empty((len(some), WIDTH), np.float32)
    for start in range(0, len(some), BATCH):
        ids = [cutter.ids(e.text, MOST_TOKENS) for e in some[start : start + BATCH]]
        vectors[start : start + BATCH] = transformer.vectors(*transformer.batch(ids), 0.0)
    labels = np.array([order.index(e.intent) for e in examples])
    shares = np.bincount(labels, minlength=len(order)) / len(labels)
    return Head(vectors, [order.index(e.intent) for e in some], shares)


def _step(transformer: Transformer, head: Head) -> Any:
    variables = [*transformer.variables, head.matrix, head.bias]
    pace = tf.Variable(RATE)
    optimizer = tf.keras.optimizers.legacy.Adam(learning_rate=pace)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(given: Any, is_token: Any, labels: Any, rate: Any) -> Any:
        pace.assign(rate)
        with tf.GradientTape() as tape:
            loss = head.loss(transformer.vectors(given, is_token, DROPOUT), labels)
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
        optimizer.apply_gradients(zip(slopes, variables, strict=True))
        return loss

    return step


def _batches(
    examples: Sequence[Example], cutter: tokens.Tokens, order: Sequence[str], chance: random.Random
) -> Iterator[tuple[list[list[int]], Any]]:
    """Yield token ids and labels: one view of every example, like lengths together."""
    beside = fillings(examples)
    views = [
        (cutter.ids(view(e, beside, order, chance), MOST_TOKENS), order.index(e.intent))
        for e in examples
    ]
    chance.shuffle(views)
    batches = []
    for start in range(0, len(views), BATCH * ALIKE):
        alike = sorted(views[start : start + BATCH * ALIKE], key=lambda pair: len(pair[0]))
        batches += [alike[first : first + BATCH] for first in range(0, len(alike), BATCH)]
    chance.shuffle(batches)
    for batch in batches:
        ids, labels = zip(*batch, strict=True)
        yield list(ids), np.array(labels, np.int32)


def _rate(done: float) -> float:
    """Return the learning rate after a share (0 to 1) of all steps: up quickly, then down."""
    return RATE * min(1.0, (done + 1e-3) / WARM_UP) * max(0.02, 1 - done)
