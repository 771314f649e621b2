"""The encoder in TensorFlow, its weights frozen and thin adapters beside them.

The same network as ``bot.encoder.graph``, but differentiable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from bot.encoder.adapter import MATRICES, Adapter
from bot.encoder.graph import EPSILON
from bot.encoder.weights import (
    HEADS,
    INNER,
    LAYERS,
    PLACES,
    WIDTH,
    Floats,
    Weights,
    expand,
)

RANK = 8
STRENGTH = 2.0  # what the product of the thin matrices is multiplied by
PAD = 1
STEP = 8  # texts are padded to a multiple of so many tokens
_SHAPES = {"fi": (WIDTH, INNER), "fo": (INNER, WIDTH)}


class Transformer:
    """Vectors of token ids, as a function of the adapter."""

    def __init__(self, weights: Weights, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self._words = weights.words()
        places = weights.tensor("emb.pos", PLACES, WIDTH)
        self._places = places + weights.tensor("emb.type", 2, WIDTH)[0]
        self._norms = {f"emb.ln.{p}": weights.tensor(f"emb.ln.{p}", WIDTH) for p in "wb"}
        self._matrices: dict[str, tuple[Floats, Floats]] = {}
        self._pairs: dict[str, tuple[Any, Any]] = {}
        for layer in range(LAYERS):
            for name in (f"l{layer}.{part}.{p}" for part in ("aln", "oln") for p in "wb"):
                self._norms[name] = weights.tensor(name, WIDTH)
            for name in (f"l{layer}.{part}" for part in MATRICES):
                self._add(name, weights, generator)

    def _add(self, name: str, weights: Weights, generator: np.random.Generator) -> None:
        width_in, width_out = _SHAPES.get(name.rpartition(".")[2], (WIDTH, WIDTH))
        matrix = weights.tensor(f"{name}.w", width_out, width_in).T.copy()
        self._matrices[name] = (matrix, weights.tensor(f"{name}.b", width_out))
        down = generator.normal(0, width_in**-0.5, (width_in, RANK)).astype(np.float32)
        self._pairs[name] = (
            tf.Variable(down),
            tf.Variable(np.zeros((RANK, width_out), np.float32)),
        )

    @property
    def variables(self) -> list[Any]:
        """Everything that is learnt."""
        return [variable for pair in self._pairs.values() for variable in pair]

    def adapter(self) -> Adapter:
        """Return what has been learnt so far."""
        pairs = {n: (d.numpy() * STRENGTH, u.numpy()) for n, (d, u) in self._pairs.items()}
        return Adapter(pairs)

    def batch(self, ids: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
        """Return the texts' tokens (texts x tokens x 384), and 1 where a token is."""
        longest = -(-max(map(len, ids)) // STEP) * STEP
        padded = np.full((len(ids), longest), PAD)
        is_token = np.zeros((len(ids), longest), np.float32)
        for row, of_text in enumerate(ids):
            padded[row, : len(of_text)] = of_text
            is_token[row, : len(of_text)] = 1
        words = expand(self._words[padded]).reshape(len(ids), longest, WIDTH)
        return words + self._places[:longest], is_token

    def vectors(self, tokens: Any, is_token: Any, dropout: float) -> Any:
        """Return one row of length one a text."""
        texts, count = tf.shape(tokens)[0], tf.shape(tokens)[1]
        absent = (1.0 - is_token)[:, None, None, :] * -1e9
        given = self._normalised(tf.reshape(tokens, (-1, WIDTH)), "emb.ln")
        for layer in range(LAYERS):
            given = self._layer(f"l{layer}", given, (texts, count), absent, dropout)
        seen = tf.reshape(given, (texts, count, WIDTH)) * is_token[..., None]
        return tf.math.l2_normalize(tf.reduce_sum(seen, axis=1), axis=-1)

    def _layer(self, layer: str, given: Any, shape: Any, absent: Any, dropout: float) -> Any:
        def heads(part: str) -> Any:
            split = (*shape, HEADS, WIDTH // HEADS)
            return tf.transpose(
                tf.reshape(self._times(f"{layer}.{part}", given), split), (0, 2, 1, 3)
            )

        scores = tf.matmul(heads("q"), heads("k"), transpose_b=True) / np.sqrt(WIDTH / HEADS)
        looked = tf.matmul(tf.nn.softmax(scores + absent), heads("v"))
        looked = tf.reshape(tf.transpose(looked, (0, 2, 1, 3)), (-1, WIDTH))
        out = tf.nn.dropout(self._times(f"{layer}.ao", looked), dropout)
        middle = self._normalised(given + out, f"{layer}.aln")
        wide = tf.nn.gelu(self._times(f"{layer}.fi", middle))
        narrow = tf.nn.dropout(self._times(f"{layer}.fo", wide), dropout)
        return self._normalised(middle + narrow, f"{layer}.oln")

    def _times(self, name: str, given: Any) -> Any:
        matrix, bias = self._matrices[name]
        down, up = self._pairs[name]
        # 16 bits for the frozen part: a quarter faster, and the shipped encoder has 8 anyway.
        frozen = tf.matmul(tf.cast(given, tf.bfloat16), tf.constant(matrix, tf.bfloat16))
        learnt = tf.matmul(tf.matmul(given, down * STRENGTH), up)
        return tf.cast(frozen, tf.float32) + bias + learnt

    def _normalised(self, given: Any, name: str) -> Any:
        middle = given - tf.reduce_mean(given, axis=-1, keepdims=True)
        spread = tf.math.rsqrt(tf.reduce_mean(middle * middle, axis=-1, keepdims=True) + EPSILON)
        return middle * spread * self._norms[f"{name}.w"] + self._norms[f"{name}.b"]
