"""The knobs of the case families: what can be turned, within which limits, and how they are written into a case."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from ..models.base import Model
from ..models.problems import CrewreturnError, did_you_mean, quote

__all__ = ["BadKnobs", "FleetKnobs", "Hours", "Knobs", "Share", "StationKnobs", "read_knobs"]

Share = Annotated[float, Field(ge=0, le=1)]
"""A part of all, from none (0) to all (1)."""
Hours = Literal[1, 2, 3, 4, 6, 8, 12, 24]
"""Hours in a tick: whole ticks make a day."""


class BadKnobs(CrewreturnError):
    """A knob that the family does not have, or a value that it cannot take."""


class Knobs(Model):
    """What every family lets one turn: nothing but what it says itself."""

    def said(self) -> dict[str, str]:
        """Each knob and its value as text."""
        return {name: str(getattr(self, name)) for name in type(self).model_fields}

    def turned(self) -> dict[str, str]:
        """Those that stand elsewhere than the family has them."""
        fields = type(self).model_fields
        return {name: value for name, value in self.said().items() if getattr(self, name) != fields[name].default}


class FleetKnobs(Knobs):
    """Knobs of families in which crews come, are relieved, and go home."""

    days: Annotated[int, Field(ge=40, le=730)] = 180
    """Length of the horizon in days."""
    hours: Hours = 24
    """Hours in a tick."""
    free_ports: Annotated[int, Field(ge=0, le=20)] = 1
    """Ports of each interface that are free at the start."""
    unseated: Annotated[int, Field(ge=0, le=50)] = 0
    """People aboard at the start beyond the crews of the docked ships, without a seat."""
    contingency: Share = 0.5
    """Share of the docked ships without liners that have two contingency places."""
    spare_seats: Annotated[int, Field(ge=0, le=4)] = 0
    """Seats beyond the crew in each ship without liners."""
    alike: Share = 0.5
    """Share of the crews in which nothing tells apart who is not the pilot; in the others dates and agencies differ."""
    staffing: Literal["hard", "soft"] = "hard"
    """Whether the rules on who is aboard are enforced, or counted and priced."""


class StationKnobs(FleetKnobs):
    """Knobs of families with so many people aboard, and so many ships to be launched."""

    aboard: Annotated[int, Field(ge=2, le=24)] = 7
    """People aboard at the start in the crews of the docked ships."""
    launches: Annotated[int, Field(ge=0, le=60)] = 3
    """Ships on the ground: a relief for each docked ship in turn, then rescue ships without a crew."""
    damaged: Annotated[int, Field(ge=0, le=60)] = 1
    """Docked ships that are fit for emergencies only, the worse the more people are in them."""
    spare_suits: Share = 0.25
    """Share of the people who have a suit of each other kind as well."""


def read_knobs(family: str, kind: type[Knobs], given: dict[str, Any]) -> Knobs:
    """Knobs of a family, checked.

    Raises
    ------
    BadKnobs
        For a knob that the family does not have, and a value that it cannot take.
    """
    known = kind.model_fields
    for name in given:
        if name not in known:
            advice = did_you_mean(name, list(known)) or f"It has {', '.join(known)}."
            raise BadKnobs(f"the family {quote(family)} has no knob {quote(name)}. {advice}")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "knobs"
        wanted = first["msg"][:1].lower() + first["msg"][1:]
        meaning = _meaning(kind, name)
        hint = f" {name}: {meaning}." if meaning else ""
        raise BadKnobs(f"{name} cannot be {first['input']!r}: {wanted}.{hint} Give another value.") from None


def _meaning(kind: type[Knobs], name: str) -> str:
    """What a knob is, in short; a family that only sets it otherwise leaves that to the one it inherits from."""
    kinds = [parent for parent in kind.__mro__ if issubclass(parent, Knobs) and name in parent.model_fields]
    said = (parent.model_fields[name].description for parent in kinds)
    return next((text.split(":")[0].rstrip(".") for text in said if text), "")
