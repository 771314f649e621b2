"""Text to the ids of pieces, with SentencePiece and the vocabulary of the encoder."""

from __future__ import annotations

import json
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as models

from bot.encoder.weights import Vocabulary

BEGIN, END = 0, 2
UNKNOWN = 3
PREFIX = "query: "  # the encoder was taught that questions begin so
_CONTROL = ("<s>", "<pad>", "</s>", "<mask>")


class Tokens:
    """Cuts texts into pieces."""

    def __init__(self, folder: Path) -> None:
        """Load what ``store`` wrote into ``folder``."""
        model = (folder / "pieces.model").read_bytes()
        characters = json.loads((folder / "characters.json").read_text(encoding="utf-8"))
        self._pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
        self._characters = {int(code): text for code, text in characters.items()}

    def ids(self, text: str, most: int) -> list[int]:
        """Return at most ``most`` ids; of a longer text the middle is left out."""
        found = self._pieces.encode((PREFIX + text).translate(self._characters))
        room = most - 2
        if len(found) > room:
            found = found[: room - room // 2] + found[-(room // 2) :]
        return [BEGIN, *found, END]


def store(vocabulary: Vocabulary, folder: Path) -> None:
    """Write the vocabulary into ``folder`` as SentencePiece loads it."""
    model = models.ModelProto()
    model.trainer_spec.model_type = models.TrainerSpec.UNIGRAM
    model.trainer_spec.unk_id, model.trainer_spec.pad_id = UNKNOWN, 1
    model.trainer_spec.bos_id, model.trainer_spec.eos_id = BEGIN, END
    model.normalizer_spec.name = "identity"  # the map of characters has done it
    for piece, score in zip(vocabulary.pieces, vocabulary.scores, strict=True):
        model.pieces.add(piece=piece, score=score, type=_kind(piece))
    (folder / "pieces.model").write_bytes(model.SerializeToString())
    characters = json.dumps({str(code): text for code, text in vocabulary.characters.items()})
    (folder / "characters.json").write_text(characters, encoding="utf-8")


def _kind(piece: str) -> int:
    kinds = models.ModelProto.SentencePiece
    if piece in _CONTROL:
        return int(kinds.CONTROL)
    return int(kinds.UNKNOWN) if piece == "<unk>" else int(kinds.NORMAL)
