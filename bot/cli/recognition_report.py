"""The page on recognition in words and tables, for sceptical clinicians."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.safety.calibration import Bin, calibration_error
from bot.safety.evaluation import Share
from bot.safety.figures import (
    WITHOUT_TRAINING,
    Figure,
    Measured,
    Name,
    TopicFigures,
    target,
)
from bot.safety.mistakes import Kind, Miss
from bot.safety.topics import PRECEDENCE, Outcome
from bot.safety.triage import Assessment

BRIEFLY = tuple(name for name in Name if target(name, "en"))
"""The figures that have a target."""
SHOWN = 12  # wrong topics per locale; what was not caught, and false alarms, are shown in full

INTRODUCTION = """\
# How well messages are understood

*Written by `quietline evaluate --write` from the trained model and the sets in
`tests/recognition/`; not edited by hand.*

## What is measured
Each text of a set goes through the trained model as a visitor's message would, listed phrases
included. Every text carries the topics that a careful clinician would accept, the best first; it
counts under the best. The sets and the training examples (`data/nlu/`) have different authors: the
sets were written without reading the examples, none is a translation of another, and texts that
turned out nearly like an example were taken out. All texts are invented; none is a message of a
visitor.

Read the figures with this in mind:

* Invented texts are not visitors' messages. The figures say how these texts are understood, not
  what the service does for anybody.
* The sets are small. Every share stands with its counts and its 95 % interval (Wilson); a set can
  reach a target by chance.
* Earlier figures on these sets steered the work on examples and model. On texts that were never
  measured, the figures may be lower.
* A target is compared with the share itself, not with its interval. A share in bold doesn't reach
  its target.
* A message that isn't understood leads to the menu and counts as `out_of_scope`.

## Targets
| figure | what is counted | target |
|---|---|---|
"""

COUNTED = {
    Name.TOPIC_RIGHT: "all texts: the leading topic is an accepted one",
    Name.SAFETY_CAUGHT: "texts with a safety topic first: services at once, a refusal with"
    " services, or one direct question first, under whatever topic",
    Name.IMMINENT_RISK_CAUGHT: "the same, `imminent_risk` alone",
    Name.SUICIDE_RISK_CAUGHT: "the same, `suicide_risk` alone",
    Name.CAUGHT_AS_MEANT: "texts with a safety topic first: caught, and about an accepted topic",
    Name.OTHERS_ROUTED: "texts that accept no safety topic: services at once or a refusal. Where"
    " another person endangers a child now, this is right, and counted all the same",
    Name.ROUTED_ASTRAY: "of the same texts: services at once or a refusal, about a topic that"
    " isn't accepted",
    Name.OTHERS_ASKED: "of the same texts: one direct question first",
    Name.CHILDREN_FLAGGED: "harmless everyday sentences about children: services at once, a refusal"
    " or a question",
}
READING = """\
## How to read the tables
* **n**: the texts whose best topic it is. **Recall**: how many of them were heard as an accepted
  topic. **Caught**: how many of them were caught; only safety topics have to be.
* **Precision**: of the texts heard as the topic, how many accept it. **False alarms**: of the texts
  that don't accept it, how many were heard as it. **Asked in vain**: of the same texts, how many
  were asked about it first.
* **Confusion**: rows are the best accepted topics, columns the topics heard, by the number of their
  row. An accepted other topic counts as the best one. An empty cell is 0.
* **Calibration**: texts by the confidence of the topic heard (a listed phrase counts as 1), without
  those that were not understood. The expected calibration error is the mean distance between
  confidence and share, weighed by texts.
* **Picture**: left, a topic's target is its own (`imminent_risk`, `suicide_risk`), else that of its
  group as a whole: safety topics caught, other topics right. Right, marks on the dashed line are
  calibrated."""


def report(measured: Sequence[Measured]) -> str:
    """Return the page in Markdown, the locales in the order given."""
    parts = [
        INTRODUCTION + "\n".join(_target_rows()),
        "## All locales\n" + "\n".join(_summary(measured)),
        READING,
        *("\n\n".join(_of_locale(one)) for one in measured),
    ]
    return "\n\n".join(parts) + "\n"


def counted(share: Share) -> str:
    """Return a share with its counts and its interval, e.g. ``0.90 (9/10, 0.60-0.98)``."""
    if not share.of:
        return "none measured"
    low, high = share.interval
    return f"{share.value:.3f} ({share.hits}/{share.of}, {low:.2f}–{high:.2f})"


def bounds(name: Name) -> str:
    """Return the target of a figure, and which locales have another."""
    usual, (other, *_) = target(name, "en"), sorted(WITHOUT_TRAINING)
    if not usual:
        return "none, it explains the others"
    unlike = target(name, other)
    untrained = f"; {unlike} without training examples ({', '.join(sorted(WITHOUT_TRAINING))})"
    return f"{usual}{untrained if unlike != usual else ''}"


def _target_rows() -> Iterable[str]:
    return (_row(name, COUNTED[name], bounds(name)) for name in Name)


def _summary(measured: Sequence[Measured]) -> Iterable[str]:
    yield _row("locale", "texts", *BRIEFLY, "calibration error")
    yield _rule(len(BRIEFLY) + 3)
    for one in measured:
        shares = [_judged(one.figures[name]) for name in BRIEFLY]
        yield _row(one.locale, one.texts, *shares, _error(one.bins))


def _of_locale(one: Measured) -> Iterable[str]:
    yield f"## {one.locale}"
    yield "\n".join(_figure_rows(one))
    yield f"![Recall per topic and reliability, {one.locale}](recognition/{one.locale}.svg)"
    yield f"### {one.locale}: topics\n" + "\n".join(_topic_rows(one.topics))
    yield f"### {one.locale}: confusion\n" + "\n".join(_confusion_rows(one))
    yield f"### {one.locale}: calibration\n" + "\n".join(_calibration_rows(one.bins))
    yield f"Expected calibration error: {_error(one.bins)}."
    yield f"### {one.locale}: worst misses\n" + "\n".join(_miss_lines(one.misses))


def _figure_rows(one: Measured) -> Iterable[str]:
    yield _row("figure", "share", "target", "reached")
    yield _rule(4)
    for figure in one.figures.values():
        yield _row(figure.name, _judged(figure), figure.target or "", _reached(figure))


def _topic_rows(topics: Sequence[TopicFigures]) -> Iterable[str]:
    yield _row("topic", "n", "caught", "recall", "precision", "false alarms", "asked in vain")
    yield _rule(7)
    for one in topics:
        caught = counted(one.caught) if one.caught else ""
        shares = (one.recall, one.precision, one.false_alarms, one.asked_in_vain)
        yield _row(one.topic, one.recall.of, caught, *map(counted, shares))


def _confusion_rows(one: Measured) -> Iterable[str]:
    yield _row("", *range(1, len(PRECEDENCE) + 1), "n")
    yield _rule(len(PRECEDENCE) + 2)
    for number, topic in enumerate(PRECEDENCE, 1):
        cells = [one.confusion.get((topic, heard), 0) for heard in PRECEDENCE]
        yield _row(f"{number} {topic}", *(cell or "" for cell in cells), sum(cells))


def _calibration_rows(bins: Sequence[Bin]) -> Iterable[str]:
    yield _row("confidence", "mean confidence", "topic right")
    yield _rule(3)
    for one in bins:
        if one.right.of:
            band = f"{one.low:.1f}–{one.low + 1 / len(bins):.1f}"
            yield _row(band, f"{one.confidence:.2f}", counted(one.right))


def _miss_lines(misses: Sequence[Miss]) -> Iterable[str]:
    wrong = [miss for miss in misses if miss.kind is Kind.WRONG_TOPIC]
    grave = [miss for miss in misses if miss.kind is not Kind.WRONG_TOPIC]
    if not misses:
        yield "None in this set."
    for miss in [*grave, *wrong[:SHOWN]]:
        yield f"* **{miss.kind}**, {described(miss)}: {_escaped(miss.item.text)}"
    if wrong[SHOWN:]:
        yield f"* … and {len(wrong[SHOWN:])} more wrong topics, less sure."


def described(miss: Miss) -> str:
    """Return what should have been heard and what was."""
    wanted = " or ".join(miss.item.topics)
    return f"{wanted} heard as {_named(miss.heard)} ({miss.heard.confidence:.2f})"


def _named(heard: Assessment) -> str:
    match heard.outcome:
        case Outcome.MENU if heard.intent == "not_understood":
            return "not understood"
        case Outcome.ASK:
            return f"{heard.topic}, asked about {heard.asks}"
    return f"{heard.topic}, {heard.outcome}"


def _judged(figure: Figure) -> str:
    said = counted(figure.share)
    return f"**{said}**" if _reached(figure) == "no" else said


def _reached(figure: Figure) -> str:
    if not figure.target or not figure.share.of:
        return ""
    return "yes" if figure.target.is_met(figure.share) else "no"


def _error(bins: Sequence[Bin]) -> str:
    texts = sum(one.right.of for one in bins)
    return f"{calibration_error(bins):.3f} (n = {texts})" if texts else "none measured"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]|#~&])", r"\\\1", " ".join(text.split()))


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _rule(columns: int) -> str:
    return "|" + "---|" * columns
