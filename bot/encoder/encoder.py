"""The encoder: texts in, one vector each out."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime

from bot.encoder import tokens
from bot.encoder.adapter import Adapter
from bot.encoder.graph import write_graph
from bot.encoder.weights import PLACES, WIDTH, Floats, expand, read_weights
from bot.errors import NotReady

MOST_TOKENS = 256  # about 1,000 characters; more would keep every other visitor waiting
AT_ONCE = 2  # texts, each on one thread; the graph itself uses no more


def prepare(folder: Path, adapter: Adapter) -> None:
    """Write everything that ``Encoder`` loads into ``folder``: 26 MB, in some seconds.

    Raises:
        NotReady: The weights are missing or broken.
    """
    weights = read_weights()
    tokens.store(weights.vocabulary(), folder)
    write_graph(weights, adapter, folder / "encoder.onnx")
    places = weights.tensor("emb.pos", PLACES, WIDTH) + weights.tensor("emb.type", 2, WIDTH)[0]
    np.save(folder / "places.npy", places[:MOST_TOKENS])


class Encoder:
    """Loaded once per process."""

    def __init__(self, folder: Path) -> None:
        """Load what ``prepare`` wrote.

        Raises:
            NotReady: It is missing or broken.
        """
        try:
            self._tokens = tokens.Tokens(folder)
            self._places = np.load(folder / "places.npy")
            self._words = read_weights().words()
            self._session = _session(folder / "encoder.onnx")
        except (OSError, ValueError, RuntimeError):
            raise NotReady("The sentence encoder is broken; run: make train") from None

    def vector(self, text: str) -> Floats:
        """Return 384 numbers of length one, also for an empty text."""
        ids = self._tokens.ids(text, MOST_TOKENS)
        words = expand(self._words[ids]).reshape(1, -1, WIDTH)
        (seen,) = self._session.run(None, {"tokens": words + self._places[: len(ids)]})
        total = seen[0].sum(axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def vectors(self, texts: Iterable[str]) -> list[Floats]:
        """Return the vector of each text, in order, on both cores."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.vector, texts))


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors
    # What it computes of a message goes back to the C library, which overwrites it; an arena of its
    # own would keep the last one.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
