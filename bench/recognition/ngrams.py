"""The plain baseline: character n-grams and logistic regression, with scikit-learn alone."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.recognition.heard import Heard
from bot.safety.examples import Example

MODEL: Final = "ngrams.pickle"
REGULARISATION: Final = 10.0  # inverse strength; rows of length one need more than the usual 1
STEPS: Final = 200  # at most; more change no decision


def prepare() -> None:
    """Import what would else count as training."""
    import sklearn.feature_extraction.text
    import sklearn.linear_model  # noqa: F401


def train(folder: Path, examples: Sequence[Example], epochs: int) -> None:
    """Train once over all examples; there are no epochs."""
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    regression = LogisticRegression(
        C=REGULARISATION, class_weight="balanced", max_iter=STEPS, random_state=42
    )
    features = vectorizer.fit_transform([example.text for example in examples])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(features, [example.intent for example in examples])
    # Laid out as multiplying wants it, else scikit-learn copies all weights for every sentence.
    regression.coef_ = np.asfortranarray(regression.coef_)
    with (folder / MODEL).open("wb") as file:
        pickle.dump((vectorizer, regression), file, protocol=pickle.HIGHEST_PROTOCOL)


def listener(folder: Path) -> Callable[[str], Heard]:
    """Load what ``train`` stored a moment ago."""
    with (folder / MODEL).open("rb") as file:
        vectorizer, regression = pickle.load(file)
    names = [str(name) for name in regression.classes_]

    def hear(text: str) -> Heard:
        probabilities = regression.predict_proba(vectorizer.transform([text]))[0]
        return Heard(dict(zip(names, probabilities.tolist(), strict=True)))

    return hear
