"""Best values that are known of a case before anybody solves it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DATE = date(2026, 11, 24)
"""When the arguments were written down."""


@dataclass(frozen=True)
class Certified:
    """Levels of a case with their best values, met by a plan."""

    levels: dict[str, float]
    """From the first level on, as far as the argument goes; in the level's unit, roundings of the solver aside."""
    proof: str
    """The argument, in a few sentences."""
    means: str
    """What it leans on."""
