"""Cases whose best value is known by an argument, not by a solver.

See Also
--------
family_copies, family_counting : the two arguments.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .family_copies import copies
from .family_counting import counting
from .family_dice import Dice
from .family_fleet import Data
from .family_knobs import BadKnobs, Knobs
from .family_known import Certified

__all__ = ["PlantedKnobs", "planted"]


class PlantedKnobs(Knobs):
    """Knobs of the family `planted`."""

    argument: Literal["copies", "counting"] = "copies"
    """`copies`: small cases side by side. `counting`: a bound by counting seats, and a plan that meets it."""
    parts: Annotated[int, Field(ge=2, le=50)] = 8
    """`copies`: small cases in it. `counting`: crews of three, with a ship each."""
    patterns: Annotated[int, Field(ge=1, le=20)] = 4
    """`copies`: different small cases among them. `counting`: ships that are damaged and relieved, each on its day."""


def planted(knobs: PlantedKnobs, dice: Dice) -> tuple[Data, Certified]:
    """A case with its best value, and why nothing is better."""
    if knobs.patterns > knobs.parts:
        raise BadKnobs(f"{knobs.patterns} patterns do not go into {knobs.parts} parts. Choose at least as many parts.")
    make = copies if knobs.argument == "copies" else counting
    return make(knobs.parts, knobs.patterns, dice)
