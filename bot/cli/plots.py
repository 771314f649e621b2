"""Draw recognition: one picture a locale, the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from bot.safety.calibration import Bin, calibration_error
from bot.safety.evaluation import Share
from bot.safety.figures import Measured, bound

STYLE = {
    "svg.hashsalt": "quietline",  # ids in the file don't differ from run to run
    "svg.fonttype": "none",  # text stays text: small, searchable, read aloud
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
WIDTH, HEIGHT = 9.5, 4.8  # inches
CAUGHT = {"color": "#0072b2", "marker": "o", "markerfacecolor": "#0072b2"}
HEARD = {"color": "#d55e00", "marker": "s", "markerfacecolor": "white"}
"""Two colours that people with any colour vision tell apart; the shapes differ too."""
APART = 0.17  # of a row, between the two marks of a topic


def plot(measured: Measured) -> str:
    """Return the picture of one locale as SVG: recall per topic, and reliability."""
    with rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        recall, reliability = figure.subplots(1, 2, width_ratios=(3, 2))
        _draw_recall(recall, measured)
        _draw_reliability(reliability, measured.bins)
        marks = recall.get_legend_handles_labels()
        figure.legend(*marks, loc="outside lower left", ncols=3, frameon=False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in drawn.getvalue().splitlines())


def _draw_recall(axes: Any, measured: Measured) -> None:
    rows = list(enumerate(measured.topics))
    safety = [(row, one.caught) for row, one in rows if one.caught]
    _draw_shares(axes, [(row - APART, share) for row, share in safety], "caught", CAUGHT)
    _draw_shares(axes, [(row + APART, one.recall) for row, one in rows], "topic right", HEARD)
    bounds = [bound(one.topic, measured.locale) for one in measured.topics]
    axes.plot(bounds, range(len(rows)), "|", color="black", markersize=12, label="target")
    axes.set_yticks(range(len(rows)), [f"{one.topic} ({one.recall.of})" for one in measured.topics])
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1.02)
    axes.set_title(f"{measured.locale}: recall per topic (n), 95 % intervals")


def _draw_shares(
    axes: Any, places: Sequence[tuple[float, Share]], label: str, style: dict[str, str]
) -> None:
    shown = [(row, share) for row, share in places if share.of]
    shares = [share for _, share in shown]
    axes.errorbar(
        [share.value for share in shares],
        [row for row, _ in shown],
        xerr=_whiskers(shares),
        linestyle="none",
        markersize=4.5,
        linewidth=1,
        label=label,
        **style,
    )


def _draw_reliability(axes: Any, bins: Sequence[Bin]) -> None:
    filled = [one for one in bins if one.right.of]
    shares = [one.right for one in filled]
    axes.plot((0, 1), (0, 1), linestyle="--", color="grey", linewidth=1)
    axes.errorbar(
        [one.confidence for one in filled],
        [share.value for share in shares],
        yerr=_whiskers(shares),
        linewidth=1,
        markersize=4.5,
        **CAUGHT,
    )
    for one in filled:
        beside = {"textcoords": "offset points", "xytext": (4, -9), "fontsize": 7}
        axes.annotate(str(one.right.of), (one.confidence, one.right.value), **beside)
    axes.set(xlim=(-0.02, 1.05), ylim=(-0.02, 1.02), xlabel="confidence", ylabel="topic right")
    axes.set_title(f"reliability (n at each mark), error {calibration_error(bins):.3f}")


def _whiskers(shares: Iterable[Share]) -> list[list[float]]:
    """Return how far the intervals reach below and above their shares."""
    both = [(share.value, *share.interval) for share in shares]
    return [[value - low for value, low, _ in both], [high - value for value, _, high in both]]
