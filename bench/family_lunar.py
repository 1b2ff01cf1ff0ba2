"""A base on the Moon: many people, landers without suits or liners and hoppers that ask for suits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .family_dice import Dice
from .family_fleet import Berth, Data, Fleet, Kind
from .family_knobs import Share, StationKnobs

AGENCIES = ("north", "south", "equator")
LANDER, HOPPER = 6, 4


class LunarKnobs(StationKnobs):
    """Knobs of the family `lunar`."""

    days: Annotated[int, Field(ge=40, le=730)] = 60
    aboard: Annotated[int, Field(ge=20, le=100)] = 20
    launches: Annotated[int, Field(ge=0, le=60)] = 4
    damaged: Annotated[int, Field(ge=0, le=60)] = 1
    alike: Share = 0.8
    hoppers: Share = 0.4
    """Share of the docked ships that ask for suits."""
    shelter: Share = 0.4
    """Loss in an evacuation of somebody without a seat: the base has a shelter. 1 is none."""


def lunar(knobs: LunarKnobs, dice: Dice) -> Data:
    """Crews of six in landers and of four in hoppers on one kind of pad, with two solar storms to sit out."""
    lander = Kind("lander", "Lander", LANDER + knobs.spare_seats, "PAD")
    hopper = Kind("hopper", "Hopper", HOPPER + knobs.spare_seats, "PAD", suit="surface")
    fleet = Fleet(knobs, dice, AGENCIES)
    docked: list[Berth] = []
    left, hopping = knobs.aboard, 0
    while left:
        kind, most = (hopper, HOPPER) if hopping < knobs.hoppers * (len(docked) + 1) - 0.5 else (lander, LANDER)
        hopping += kind is hopper
        docked.append((kind, min(left, most)))
        left -= docked[-1][1]
    reliefs = docked[: knobs.launches]
    rescues = [dice.one((lander, hopper)) for _ in range(knobs.launches - len(reliefs))]
    ports = fleet.fill(docked, reliefs, rescues, knobs.damaged)
    fleet.give_spares(knobs.spare_suits, 0.0)
    storms = []
    for number in range(2):
        first = dice.whole(number * knobs.days // 2 + 5, (number + 1) * knobs.days // 2 - 8)
        span = {"from": fleet.at(first), "to": fleet.at(first + dice.whole(2, 6))}
        storms.append(
            {"id": f"storm-{number + 1}", "forbids": ["launch", "arrival", "departure"], "reason": "storm"} | span
        )
    case = fleet.case(
        ports=ports,
        loss_unassured={"mean": knobs.shelter, "confidence": "judgement", "source": "invented: a shelter"},
        staffing=fleet.rules(knobs.aboard // 2, docked[0][0].id),
    )
    case["traffic"]["blackouts"] = storms
    return case
