"""Which countries and territories there are, as CLDR lists them."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

NONE_OF_THEM: Final = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""Two-letter codes of CLDR that stand for groups of countries, for tests, or for none."""


@cache
def all_countries() -> frozenset[str]:
    """Return every country and territory on earth: ISO 3166 alpha-2, and a few that CLDR adds."""
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NONE_OF_THEM
