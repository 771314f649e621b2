"""The files of a release that people read first: README, citation, licence, and the mark."""

from __future__ import annotations

import json
from string import Template

from bot.release.codebook import WORDS
from bot.release.descriptor import LICENCE, title_of
from bot.release.privacy import ORIGIN, privacy
from bot.statistics.release import Release


def readme(release: Release) -> str:
    """Return README.md."""
    rules, release_rules = privacy(release), release.rules
    widths = rules["half_width_of_95_percent_by_numbers_summed"]
    loss = rules["loss"]
    with_survey = loss["one_conversation_with_the_survey"]
    return Template((WORDS / "readme.md").read_text(encoding="utf-8")).substitute(
        title=title_of(release),
        origin=ORIGIN[release.is_synthetic],
        first=rules["first_week"],
        last=rules["last_week"],
        margin=widths["1"],
        margin_month=f"{widths['4']} (4 weeks) or {widths['5']} (5 weeks)",
        cut=release_rules.cut,
        rounding=release_rules.rounding,
        delay=release_rules.delay_days,
        epsilon=f"{release_rules.epsilon:g}",
        loss=f"{loss['one_conversation']:g}",
        survey=f", {with_survey:g} with the survey" * (with_survey > loss["one_conversation"]),
        ledger=release.ledger_id,
        dictionary=release.dictionary,
        name=release.name,
        lost=_lost(release),
    )


def citation(release: Release) -> str:
    """Return CITATION.cff; YAML reads JSON's quoted texts."""
    return f"""cff-version: 1.2.0
message: Please cite these numbers with the name of their release.
type: dataset
title: {json.dumps(title_of(release))}
authors:
  - name: Quietline
version: {json.dumps(release.name)}
date-released: {release.made_on.isoformat()}
license: CC-BY-4.0
identifiers:
  - type: other
    value: {json.dumps(release.ledger_id)}
    description: The ledger of noise that the numbers come from
"""


def licence(release: Release) -> str:
    """Return LICENSE.txt, which names the licence and where its text is."""
    return f"""{title_of(release)}

This release is licensed under the Creative Commons Attribution 4.0 International
licence (CC BY 4.0). The licence's text: {LICENCE}legalcode

Attribution: Quietline, {release.name}.
"""


def mark(release: Release) -> str:
    """Return SYNTHETIC.txt, which only a synthetic release has."""
    return f"{release.name}\n\n{ORIGIN[True]}. Never present these numbers as counts of people.\n"


def _lost(release: Release) -> str:
    if not release.lost:
        return ""
    weeks = sorted({week.isoformat() for week, _ in release.lost})
    return (
        f"* The numbers of {', '.join(weeks)} were lost with a database and are never drawn again; "
        "earlier releases still have them (`lost` in `privacy.json`).\n"
    )
