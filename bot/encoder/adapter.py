"""What fine-tuning changed, as two thin matrices for each large one.

``adapter.npz`` is made by ``quietline adapt`` and kept in the repository: under 1 MB, so that a
set-up needs no training of the encoder. docs/decisions/0006-encoder.md says how it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.encoder.weights import Floats
from bot.errors import NotReady

ADAPTER = Path(__file__).parent / "adapter.npz"
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""Of each layer: query, key, value, attention output, and into and out of its second half."""

_STEPS = 127  # of an 8-bit number, to either side


@dataclass(frozen=True)
class Adapter:
    """Matrix name (``l0.q``) to the pair whose product is added to it: in x rank, rank x out."""

    pairs: Mapping[str, tuple[Floats, Floats]]

    def change(self, name: str) -> Floats | None:
        """Return what is added to the matrix ``name`` (in x out), or None."""
        pair = self.pairs.get(name)
        return None if pair is None else np.asarray(pair[0] @ pair[1], dtype=np.float32)


def read_adapter(path: Path = ADAPTER) -> Adapter:
    """Return the adapter in ``path``.

    Raises:
        NotReady: It is missing or broken.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            names = {key.rsplit(".", 1)[0] for key in stored.files if key.endswith(".down")}
            return Adapter({n: (_wide(stored, n, "down"), _wide(stored, n, "up")) for n in names})
    except (OSError, ValueError, KeyError):
        raise NotReady(
            f"{path.name} is missing or broken; restore it from the repository"
        ) from None


def write_adapter(path: Path, adapter: Adapter) -> None:
    """Store ``adapter`` in ``path`` with 8 bits a number and a scale for each thin row."""
    arrays = {}
    for name, (down, up) in adapter.pairs.items():
        for part, matrix in (("down", down.T), ("up", up)):
            scale = np.abs(matrix).max(axis=1, keepdims=True) / _STEPS
            scale = np.where(scale > 0, scale, 1)
            arrays[f"{name}.{part}"] = np.round(matrix / scale).astype(np.int8)
            arrays[f"{name}.{part}.scale"] = scale.astype(np.float32)
    np.savez_compressed(path, **arrays)


def _wide(stored: Mapping[str, Floats], name: str, part: str) -> Floats:
    scale = stored[f"{name}.{part}.scale"]
    matrix = np.asarray(stored[f"{name}.{part}"].astype(np.float32) * scale, dtype=np.float32)
    return matrix.T if part == "down" else matrix
