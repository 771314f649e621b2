"""What one side makes of a text, as it travels from its process to ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.safety.triage import Assessment


@dataclass(frozen=True)
class Heard:
    """One text.

    Attributes:
        intents: Probability of every intent; empty for a text unlike all that it learnt from.
        assessment: What the product makes of it; None where the side isn't the product.
    """

    intents: Mapping[str, float]
    assessment: Assessment | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        assessment = self.assessment.to_json() if self.assessment else None
        return {"intents": self.intents, "assessment": assessment}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Heard:
        """Return what ``to_json`` wrote."""
        known = data["assessment"]
        return cls(data["intents"], Assessment.from_json(known) if known else None)
