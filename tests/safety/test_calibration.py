"""bot.safety.calibration: how sure against how often right."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.safety.calibration import BINS, calibration, calibration_error
from bot.safety.evaluation import Judged, Share
from tests.judging import heard, item, judged, not_understood, right


def test_texts_fall_into_bins_of_a_tenth_and_1_into_the_last() -> None:
    pairs = [right("self_help", confidence=number) for number in (0.0, 0.3, 0.39, 0.4, 0.9, 1.0)]

    assert [one.right.of for one in calibration(pairs)] == [1, 0, 0, 2, 1, 0, 0, 0, 0, 2]


def test_a_bin_knows_its_mean_confidence_and_how_often_it_was_right() -> None:
    pairs = [
        right("self_help", confidence=0.62),
        (item("self_help"), heard("survivor", confidence=0.68)),
    ]
    found = calibration(pairs)[6]

    assert (found.low, found.right) == (0.6, Share(1, 2))
    assert found.confidence == pytest.approx(0.65)


def test_the_error_weighs_each_bin_by_its_texts() -> None:
    surely = [right("self_help", confidence=0.95)] * 3
    wrong = (item("survivor"), heard("self_help", confidence=0.35))

    assert calibration_error(calibration([*surely, wrong])) == pytest.approx(
        (3 * 0.05 + 1 * 0.35) / 4
    )


def test_what_was_not_understood_has_no_confidence_to_judge() -> None:
    bins = calibration([(item("survivor"), not_understood())])

    assert sum(one.right.of for one in bins) == 0
    assert calibration_error(bins) == 0


@given(judged)
def test_bins_and_error_stay_within_their_bounds(pairs: Judged) -> None:
    bins = calibration(pairs)

    assert len(bins) == BINS
    assert 0 <= calibration_error(bins) <= 1
    assert all(one.low <= one.confidence + 1e-9 for one in bins if one.right.of)
