"""A commercial station: capsules and spaceplanes of two companies, paying visitors with dates of their own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .family_dice import Dice
from .family_fleet import Berth, Data, Fleet, Kind
from .family_knobs import Share, StationKnobs

AGENCIES = ("host", "capsule-line", "plane-line")


class CommercialKnobs(StationKnobs):
    """Knobs of the family `commercial`."""

    days: Annotated[int, Field(ge=40, le=730)] = 60
    aboard: Annotated[int, Field(ge=2, le=24)] = 10
    free_ports: Annotated[int, Field(ge=0, le=20)] = 1
    visitors: Share = 0.6
    """Share of the people who are not pilots that have paid for a visit: home within three days of their date."""
    haven: Share = 0.2
    """Loss in an evacuation of somebody without a seat: the station has a safe haven. 1 is none."""


def commercial(knobs: CommercialKnobs, dice: Dice) -> Data:
    """Guests and hosts, two companies' ships at one kind of port, a freighter in the way and a port that is lost."""
    half = knobs.days // 2
    windows = ((0, half - 4), (half, knobs.days - 3))
    capsule = Kind("capsule", "Capsule", 4 + knobs.spare_seats, "IDSS", suit="capsule-suit")
    plane = Kind("plane", "Spaceplane", 6 + knobs.spare_seats, "IDSS", suit="plane-suit", cockpit=2, uncrewed=False)
    plane = Kind(**{**vars(plane), "windows": windows})
    fleet = Fleet(knobs, dice, AGENCIES)
    docked: list[Berth] = []
    left = knobs.aboard
    while left:
        kind, most = ((capsule, 4), (plane, 6))[len(docked) % 2]
        docked.append((kind, min(left, most)))
        left -= docked[-1][1]
    reliefs = docked[: knobs.launches]
    rescues = [capsule] * (knobs.launches - len(reliefs))  # a plane needs its pilots
    ports = fleet.fill(docked, reliefs, rescues, knobs.damaged)
    fleet.give_spares(knobs.spare_suits, 0.0)
    _sell(knobs, dice, fleet)
    gone = dice.whole(half // 2, half)
    ports.append({"id": "idss-rear", "interface": "IDSS"})
    ports.append({"id": "idss-side", "interface": "IDSS", "closed": [{"from": fleet.at(gone)}]})
    leave = dice.whole(5, half // 2)
    freighter = {"id": "freighter-1", "type": "freighter", "docked_at": "idss-rear"}
    freighter_leaves = {"not_before": fleet.at(leave), "not_after": fleet.at(leave + dice.whole(3, 12))}
    case = fleet.case(
        ports=ports,
        loss_unassured={"mean": knobs.haven, "confidence": "judgement", "source": "invented: a safe haven"},
        staffing=fleet.rules(2, "capsule"),
    )
    case["vehicle_types"].append({"id": "freighter", "interface": "IDSS", "health": {"uncrewed": {"allowed": True}}})
    case["vehicles"].append(freighter | {"leave": freighter_leaves})
    return case


def _sell(knobs: CommercialKnobs, dice: Dice, fleet: Fleet) -> None:
    """Sell visits: dates that hold, but for those whose ship cannot take them home."""
    stuck = {person for crew in fleet.crews if crew.damaged for person in crew.members}
    days = {person: crew.back for crew in fleet.crews for person in crew.members}
    for person in dice.share([person for person in fleet.people if not person.get("qualified")], knobs.visitors):
        person["agency"] = "visitor"
        day = days.get(person["id"])
        if day is None or day >= knobs.days - 4:
            continue
        person["planned_return"] = fleet.at(day)
        person["earliest_return"] = fleet.at(max(0, day - 3))
        if person["id"] not in stuck:
            person["latest_return"] = fleet.at(day + 3)
