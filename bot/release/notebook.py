"""notebook.ipynb: plots of a release with Python and matplotlib alone; not run yet."""

from __future__ import annotations

from typing import Any

from bot.release.codebook import WORDS
from bot.release.descriptor import title_of
from bot.release.privacy import ORIGIN
from bot.statistics.release import Release

MARK = "# %%"
"""Begins a cell of code in the source, as in many editors; its heading stands beside it."""


def notebook(release: Release) -> dict[str, Any]:
    """Return the notebook, ready for JSON."""
    parts = (WORDS / "notebook.txt").read_text(encoding="utf-8").split(f"{MARK} ")[1:]
    cells = [_words(0, f"# {title_of(release)}\n\n{ORIGIN[release.is_synthetic]}.")]
    for number, part in enumerate(parts, start=1):
        heading, _, code = part.partition("\n")
        cells += [_words(2 * number - 1, f"## {heading}"), _code(2 * number, code.strip())]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _words(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"cell-{number}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }


def _code(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
