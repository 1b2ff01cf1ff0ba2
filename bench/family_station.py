"""A station as the one we have: three-seat ships with liners, four-seat ships without, a damaged one among them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .family_dice import Dice
from .family_fleet import Berth, Data, Fleet, Kind
from .family_knobs import Share, StationKnobs

AGENCIES = ("east", "west", "isles")


class IssKnobs(StationKnobs):
    """Knobs of the family `station`."""

    days: Annotated[int, Field(ge=40, le=730)] = 90
    stowed_liners: Share = 0.25
    """Share of the people aboard without a liner of their own who have one stowed in the station."""
    moves_a_day: Annotated[int, Field(ge=1, le=10)] = 2
    """Liner moves that may begin in a day."""


def station(knobs: IssKnobs, dice: Dice) -> Data:
    """Seven people, two crews, two kinds of ship that share neither port nor suit; rotations and one damaged ship."""
    soyuz = Kind("soyuz", "Soyuz", 3, "SSVP", suit="sokol", liner="kazbek")
    dragon = Kind("dragon", "Dragon", 4 + knobs.spare_seats, "IDSS", suit="iva")
    fleet = Fleet(knobs, dice, AGENCIES)
    docked: list[Berth] = []
    left = knobs.aboard
    while left:
        kind, most = ((soyuz, 3), (dragon, 4))[len(docked) % 2]
        docked.append((kind, min(left, most)))
        left -= docked[-1][1]
    reliefs = docked[: knobs.launches]
    rescues = [dice.one((soyuz, dragon)) for _ in range(knobs.launches - len(reliefs))]
    ports = fleet.fill(docked, reliefs, rescues, knobs.damaged)
    fleet.give_spares(knobs.spare_suits, knobs.stowed_liners)
    hours = dice.one((3, 4, 6, 8))
    move = {"takes": f"PT{hours}H", "at_most": knobs.moves_a_day, "within": "P1D"}
    return fleet.case(
        liner_kinds=[{"id": "kazbek", "move": move}],
        ports=ports,
        staffing=fleet.rules(max(1, knobs.aboard - max(size for _, size in docked)), "soyuz"),
    )
