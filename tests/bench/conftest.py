"""bench is no part of the installed product, so pytest has to be told where it lies."""

from __future__ import annotations

import sys

from bot.settings import ROOT

sys.path.append(str(ROOT))
