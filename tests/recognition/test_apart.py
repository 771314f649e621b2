"""No evaluation text is also, or nearly, a training example.

Two nets. Spelling: the normalised edit similarity of the folded texts. Meaning: the angle between
vectors of the encoder as it comes, before our tuning drew texts of one topic together; it is
computed only for pairs that share words, because else it would be millions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from bot.encoder.adapter import Adapter
from bot.encoder.encoder import Encoder, prepare
from bot.safety.evaluation import read_items
from bot.safety.examples import read_examples
from bot.safety.likeness import LIKE, SHORT
from bot.safety.phrases import fold
from bot.settings import ROOT

SHARES_WORDS = 65  # of 100: rapidfuzz's measure of common words, whatever their order
CLOSE = 0.97  # cosine of texts that mean the same; unrelated ones have about 0.8

SETS = {
    path.stem: [item.text for item in read_items(path)]
    for path in sorted((ROOT / "tests" / "recognition").glob("*.yml"))
}


def trained() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for example in read_examples(ROOT / "data" / "nlu"):
        found[example.locale].append(example.text)
    return found


TRAINED = trained()


def long_enough(texts: list[str]) -> list[str]:
    return [text for text in texts if len(fold(text).split()) >= SHORT]


def alike(tag: str) -> Iterator[tuple[str, str]]:
    """Yield each text with the example that is nearly the same."""
    examples = TRAINED[tag]
    folded = [fold(example) for example in examples]
    for text in long_enough(SETS[tag]):
        for _, _, number in process.extract(
            fold(text), folded, scorer=Indel.normalized_similarity, score_cutoff=LIKE, limit=1
        ):
            yield text, examples[number]


def pairs_that_share_words(tag: str) -> Iterator[tuple[str, str]]:
    examples = TRAINED[tag]
    folded = [fold(example) for example in examples]
    for text in long_enough(SETS[tag]):
        found = process.extract(
            fold(text), folded, scorer=fuzz.token_sort_ratio, score_cutoff=SHARES_WORDS, limit=5
        )
        yield from ((text, examples[number]) for _, _, number in found)


@pytest.mark.parametrize("tag", sorted(set(SETS) & set(TRAINED)))
def test_no_evaluation_text_is_written_nearly_like_a_training_example(tag: str) -> None:
    assert list(alike(tag)) == []


@pytest.mark.parametrize("tag", sorted(set(SETS) & set(TRAINED)))
def test_no_short_evaluation_text_is_a_training_example_of_another_topic(tag: str) -> None:
    known = {fold(text) for text in long_enough(TRAINED[tag])}

    assert [text for text in SETS[tag] if fold(text) in known] == []


def test_nearly_the_same_is_found() -> None:
    one, other = "I am so scared of what I might do", "i'm so scared of what i might do!!"

    assert Indel.normalized_similarity(fold(one), fold(other)) >= LIKE


@pytest.mark.slow
def test_no_evaluation_text_means_nearly_the_same_as_a_training_example(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("encoder")
    prepare(folder, Adapter({}))
    encoder = Encoder(folder)
    pairs = [
        pair for tag in sorted(set(SETS) & set(TRAINED)) for pair in pairs_that_share_words(tag)
    ]
    texts = list({text for pair in pairs for text in pair})
    vectors = dict(zip(texts, encoder.vectors(texts), strict=True))

    close = [pair for pair in pairs if float(np.dot(vectors[pair[0]], vectors[pair[1]])) >= CLOSE]
    assert close == []
