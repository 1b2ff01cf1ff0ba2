"""From a large station to a small town: thirty to a thousand people, eight to fifty ships, a year."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .family_dice import Dice
from .family_fleet import Berth, Data, Fleet, Kind
from .family_knobs import BadKnobs, FleetKnobs, Share

AGENCIES = ("east", "west", "isles", "plains")
MOST_SEATS = 40
"""Seats in the largest ship that is drawn."""


class LargeKnobs(FleetKnobs):
    """Knobs of the family `large`."""

    days: Annotated[int, Field(ge=40, le=730)] = 365
    people: Annotated[int, Field(ge=8, le=1000)] = 30
    """People in all, aboard and on the ground, in crews as equal as can be: three or four with the default ships."""
    ships: Annotated[int, Field(ge=4, le=100)] = 8
    """Ships with crews: half are docked, the other half relieve them. One rescue ship for every eight comes on top."""
    free_ports: Annotated[int, Field(ge=0, le=20)] = 1
    with_liners: Share = 0.4
    """Share of the docked ships whose seats need liners; a relief is of the kind that it relieves."""
    damaged_share: Share = 0.2
    """Share of the docked ships that are fit for emergencies only, the worse the more people are in them."""


def large(knobs: LargeKnobs, dice: Dice) -> Data:
    """Half the ships docked and relieved by the other half; liners, damage, scarce ports, rules on who is aboard."""
    if not 2 <= knobs.people / knobs.ships <= MOST_SEATS:
        raise BadKnobs(
            f"{knobs.people} people in {knobs.ships} ships make crews of {knobs.people / knobs.ships:.1f}. "
            f"Choose people and ships so that a crew has 2 to {MOST_SEATS}."
        )
    fleet = Fleet(knobs, dice, AGENCIES)
    sizes = _split(knobs.people, knobs.ships)
    docked_sizes, relief_sizes = sizes[0::2], sizes[1::2]
    liners = set(dice.share(range(len(docked_sizes)), knobs.with_liners))
    docked = [_berth(knobs, size, place in liners) for place, size in enumerate(docked_sizes)]
    reliefs = [_berth(knobs, size, place in liners) for place, size in enumerate(relief_sizes)]
    most = max(sizes)
    rescues = [_berth(knobs, most, dice.chance(knobs.with_liners))[0] for _ in range(knobs.ships // 8)]
    damaged = int(knobs.damaged_share * len(docked) + 0.5)
    ports = fleet.fill(docked, reliefs, rescues, damaged)
    move = {"takes": "PT4H", "at_most": 2 * len(docked), "within": "P1D"}
    aboard = sum(docked_sizes)
    return fleet.case(
        liner_kinds=[{"id": "shell", "move": move}],
        ports=ports,
        staffing=fleet.rules(aboard // 2, docked[0][0].id),
    )


def _berth(knobs: LargeKnobs, size: int, has_liners: bool) -> Berth:
    if has_liners:
        return Kind(f"wren-{size}", f"Wren for {size}", size, "SSVP", liner="shell"), size
    seats = size + knobs.spare_seats
    return Kind(f"stork-{seats}", f"Stork for {seats}", seats, "IDSS"), size


def _split(people: int, ships: int) -> list[int]:
    """So many people over so many ships, as evenly as it goes, larger crews first."""
    each, rest = divmod(people, ships)
    return [each + 1] * rest + [each] * (ships - rest)
