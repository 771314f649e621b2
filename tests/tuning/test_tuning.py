"""bot.tuning: the network that is tuned is the one that runs, and tuning teaches it something."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.encoder import tokens
from bot.encoder.adapter import Adapter, read_adapter
from bot.encoder.encoder import Encoder, prepare
from bot.encoder.weights import read_weights
from bot.safety.examples import Example, is_held_out, read_examples
from bot.settings import ROOT
from bot.tuning.views import LOOSE, fillings, typed, view

ORDER = ["worried_thoughts", "professional", "ask_privacy", "out_of_scope"]
TEXTS = ("I can't sleep", "wer liest das hier eigentlich mit?", "päivää")


def some_examples(folder: Path) -> Path:
    (folder / "en").mkdir(parents=True)
    lines: dict[str, list[str]] = {intent: [] for intent in ORDER}
    for example in read_examples(ROOT / "data" / "nlu"):
        if example.locale == "en" and len(lines.get(example.intent, [0] * 20)) < 20:
            lines[example.intent].append(f"- {example.text}")
    blocks = [
        {"intent": i, "examples": "\n".join(examples)} for i, examples in lines.items() if examples
    ]
    (folder / "en" / "some.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}))
    return folder


@pytest.mark.slow
def test_the_network_that_is_tuned_gives_the_vectors_of_the_encoder(tmp_path: Path) -> None:
    from bot.tuning.transformer import Transformer

    prepare(tmp_path, Adapter({}))
    encoder, cutter = Encoder(tmp_path), tokens.Tokens(tmp_path)
    transformer = Transformer(read_weights(), seed=1)
    ids = [cutter.ids(text, 64) for text in TEXTS]

    vectors = transformer.vectors(*transformer.batch(ids), 0.0).numpy()
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert np.dot(vector, encoder.vector(text)) > 0.99


@pytest.mark.slow
def test_tuning_lowers_the_loss_and_writes_an_adapter_that_changes_vectors(tmp_path: Path) -> None:
    from bot.tuning.tune import tune

    target = tmp_path / "adapter.npz"
    losses = tune(some_examples(tmp_path / "nlu"), ORDER, target, epochs=3)
    for name, adapter in (("plain", Adapter({})), ("tuned", read_adapter(target))):
        (tmp_path / name).mkdir()
        prepare(tmp_path / name, adapter)
    plain, tuned = (Encoder(tmp_path / name).vector(TEXTS[0]) for name in ("plain", "tuned"))

    assert losses[-1] < losses[0]
    assert np.dot(plain, tuned) < 0.9999


def test_nothing_is_learnt_from_a_tenth_of_the_examples() -> None:
    texts = [example.text for example in read_examples(ROOT / "data" / "nlu")]

    assert 0.08 < sum(map(is_held_out, texts)) / len(texts) < 0.12


def test_a_view_keeps_what_matters_and_never_joins_what_comes_first() -> None:
    chance = random.Random(1)
    grave = Example("I think of ending it", "suicide_risk", "en")
    beside = fillings([Example("nice weather today", "out_of_scope", "en")])
    views = {view(grave, beside, ["suicide_risk", "out_of_scope"], chance) for _ in range(200)}
    alone = {view(grave, beside, ["out_of_scope", "suicide_risk"], chance) for _ in range(200)}

    assert any("weather" in text for text in views)
    assert not any("weather" in text for text in alone)


def test_words_that_a_sentence_would_change_stand_alone() -> None:
    chance = random.Random(1)
    beside = fillings([Example("nice weather today", "out_of_scope", "en")])
    for intent in LOOSE:
        example = Example("yes", intent, "en")
        views = {view(example, beside, [intent, "out_of_scope"], chance) for _ in range(50)}
        assert not any("weather" in text for text in views)


def test_any_text_can_be_typed_badly() -> None:
    chance = random.Random(1)

    assert all(isinstance(typed(text, chance), str) for text in ("", "a", "ä?!", "x " * 500))


@pytest.mark.slow
def test_an_intent_that_nobody_types_shifts_no_other() -> None:
    from bot.tuning.tune import having_examples

    examples = [Example(text, intent, "en") for text, intent in (("a", "one"), ("b", "three"))]

    assert having_examples(["one", "two", "three"], examples) == ["one", "three"]
