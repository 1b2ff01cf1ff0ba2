"""Random variations of the shipped case `soyuz-ms22`.

People and ships dropped, loss tables and numbers of people allowed, dates, certified life, prices, the rate of
evacuations, the spacing of traffic, liner moves and staffing. Nothing of what the shipped case says of its sources is
kept: the numbers are no longer theirs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from ..models.base import write_duration
from ..models.canonical import dump_json
from ..models.case_file import load_case
from .family_dice import Dice
from .family_fleet import Data, brought
from .family_knobs import Hours, Knobs, Share

Spread = Annotated[float, Field(ge=1, le=100)]
"""A number is multiplied by something between 1 / spread and spread; 1 leaves it as it is."""

KEPT = ("soyuz-ms22", "dragon-endurance", "soyuz-ms23")
"""Ships without which it would be another story."""
SOURCES = ("source", "confidence", "note")


class Ms22Knobs(Knobs):
    """Knobs of the family `ms22`."""

    hours: Hours = 24
    """Hours in a tick."""
    people_dropped: Annotated[int, Field(ge=0, le=6)] = 1
    """People dropped who are qualified for nothing, with their suits and liners."""
    ships_dropped: Annotated[int, Field(ge=0, le=6)] = 1
    """Ships dropped, with whom they would have brought."""
    loss_spread: Spread = 3.0
    """How far losses stray, all losses of one ship together."""
    jagged: Share = 0.5
    """Chance of each loss table to be bent: most of the harm is done before the ship is full."""
    fewer_home: Share = 0.2
    """Chance of each nominal return with a loss table of several numbers to allow one person less."""
    late: Annotated[int, Field(ge=0, le=30)] = 10
    """Most days by which a ship that is not yet here comes later than the shipped case has it."""
    life: Annotated[int, Field(ge=0, le=60)] = 20
    """Most days by which the certified life of a type is longer or shorter."""
    price_spread: Spread = 3.0
    """How far prices stray, each by itself."""
    rate_spread: Spread = 10.0
    """How far the rate of evacuations strays."""
    spacing: Annotated[int, Field(ge=0, le=4)] = 2
    """Most days between two events of traffic; the spacing is drawn, none included."""
    staffing: Literal["hard", "soft", "drawn"] = "drawn"
    """Whether the rules on who is aboard are enforced, counted and priced, or one of the two by chance."""


def ms22(knobs: Ms22Knobs, dice: Dice) -> Data:
    """The shipped case, varied."""
    data: Data = _plain(json.loads(dump_json(load_case("soyuz-ms22"), defaults=False)))
    for key in ("as_decided", "labels", "$schema", "description"):
        data.pop(key, None)
    data["resolution"] = write_duration(timedelta(hours=knobs.hours))
    gone = _drop(knobs, dice, data)
    _vary_losses(knobs, dice, data)
    _vary_dates(knobs, dice, data)
    weights = data["objective"][0]["weights"] if "objective" in data else None
    if weights:
        data["objective"][0]["weights"] = {
            name: value if name == "expected_loss" else _stray(dice, value, knobs.price_spread)
            for name, value in weights.items()
        }
    rate = data["evacuation"]["rate_per_day"]
    rate["mean"] = _stray(dice, rate["mean"], knobs.rate_spread)
    data["traffic"]["spacing"] = f"P{dice.whole(0, knobs.spacing)}D"
    move = {"takes": f"PT{dice.one((2, 4, 8, 24))}H", "at_most": dice.whole(1, 3), "within": "P1D"}
    data["liner_kinds"][0]["move"] = move
    soft = dice.chance(0.5) if knobs.staffing == "drawn" else knobs.staffing == "soft"
    for rule in data["staffing"]:
        rule["soft"] = soft
        if rule["at_least"] > 1:
            rule["at_least"] = max(1, rule["at_least"] - gone)
    return data


def _plain(value: Any) -> Any:
    """Data without a word on where they come from."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in SOURCES}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _stray(dice: Dice, value: float, spread: float) -> float:
    return dice.number(value / spread, value * spread) if spread > 1 else value


# ------------------------------------------------------------------------------------------------------- dropping


def _drop(knobs: Ms22Knobs, dice: Dice, data: Data) -> int:
    """Drop ships and people, and what is said of them; how many people are missing in a rotation."""
    ships = dice.some([ship["id"] for ship in data["vehicles"] if ship["id"] not in KEPT], knobs.ships_dropped)
    carried = {ship["id"]: [set(brought(option)) for option in ship.get("launch", ())] for ship in data["vehicles"]}
    elsewhere = {person for ship, loads in carried.items() if ship not in ships for load in loads for person in load}
    stranded = {person for ship in ships for load in carried[ship] for person in load} - elsewhere
    plain = [person["id"] for person in data["people"] if not person.get("qualified") and person["id"] not in stranded]
    people = {*dice.some(plain, knobs.people_dropped), *stranded}
    remove(data, ships, people)
    crews = sum(max((len(load) for load in carried[ship]), default=0) for ship in ships)
    return crews + len(people - stranded)


def remove(data: Data, ships: Collection[str], people: Collection[str]) -> None:
    """Take ships and people out of a case, and what is said of them."""
    data["vehicles"] = [ship for ship in data["vehicles"] if ship["id"] not in ships]
    data["people"] = [person for person in data["people"] if person["id"] not in people]
    data["suits"] = [suit for suit in data["suits"] if not set(people).issuperset(suit["fits"])]
    data["liners"] = [liner for liner in data["liners"] if liner["owner"] not in people]
    things = {item["id"] for key in ("people", "suits", "liners") for item in data[key]}
    for ship in data["vehicles"]:
        for option in ship.get("launch", ()):
            brings = option.get("brings", {})
            for what, names in brings.items():
                brings[what] = [name for name in names if name in things]
    data["traffic"]["precedences"] = [
        rule
        for rule in data["traffic"]["precedences"]
        if not {*rule["first"].values(), *rule["then"].values()} & {*ships}
    ]
    for rule in (*data["restrictions"], *data["alternatives"]):
        _forget(rule, ships, people)
    data["restrictions"] = [rule for rule in data["restrictions"] if rule.get("require") or rule.get("forbid")]
    data["alternatives"] = [rule for rule in data["alternatives"] if rule.get("require")]


def _forget(rule: Data, ships: Iterable[str], people: Iterable[str]) -> None:
    """Leave out what a rule says of ships and people that are no longer there."""
    for side in ("require", "forbid"):
        said = rule.get(side)
        if isinstance(said, dict):
            rule[side] = next(iter(_still([said], ships, people)), None)
            if rule[side] is None:
                del rule[side]
        elif said:
            rule[side] = _still(said, ships, people)


def _still(statements: list[Data], ships: Iterable[str], people: Iterable[str]) -> list[Data]:
    kept = []
    for statement in statements:
        ((_, claim),) = statement.items()
        if claim.get("vehicle") in ships:
            continue
        if isinstance(claim.get("people"), list):
            claim["people"] = [person for person in claim["people"] if person not in people]
            if not claim["people"]:
                continue
        kept.append(statement)
    return kept


# -------------------------------------------------------------------------------------------------------- varying


def _vary_losses(knobs: Ms22Knobs, dice: Dice, data: Data) -> None:
    for owner in (*data["vehicle_types"], *data["vehicles"]):
        health = owner.get("health", ())
        factor = dice.number(1 / knobs.loss_spread, knobs.loss_spread) if knobs.loss_spread > 1 else 1.0
        for state in [health] if isinstance(health, dict) else health:
            for purpose in ("emergency", "nominal"):
                passage = state.get(purpose)
                if not passage or "loss" not in passage:
                    continue
                _vary_table(dice, passage, factor, bent=dice.chance(knobs.jagged))
                if purpose == "nominal" and dice.chance(knobs.fewer_home):
                    passage["at_most"] = max(int(min(passage["loss"], key=int)), passage["at_most"] - 1)
                    passage["loss"] = {n: x for n, x in passage["loss"].items() if int(n) <= passage["at_most"]}


def _vary_table(dice: Dice, passage: Data, factor: float, *, bent: bool) -> None:
    """Multiply the losses of a table; bent, it rises most at its second entry."""
    table = passage["loss"]
    numbers = sorted(table, key=int)
    for number in numbers:
        table[number]["mean"] = float(f"{min(0.3, table[number]['mean'] * factor):.3g}")
    if bent and len(numbers) > 2:
        top = table[numbers[-1]]["mean"]
        for number in numbers[1:-1]:
            table[number]["mean"] = float(f"{top * (0.8 + 0.2 * dice.number(0.1, 1.0)):.3g}")


def _vary_dates(knobs: Ms22Knobs, dice: Dice, data: Data) -> None:
    last = datetime.fromisoformat(data["horizon"]["end"]) - timedelta(days=3)
    for ship in data["vehicles"]:
        days = timedelta(days=dice.whole(0, knobs.late))
        if "docked_at" in ship and "leave" not in ship:
            continue
        _move(ship, days, last)
    for kind in data["vehicle_types"]:
        change = dice.whole(-knobs.life, knobs.life)
        for step in kind.get("docked_life", ()):
            step["after"] = f"P{int(step['after'][1:-1]) + change}D"


def _move(value: Any, days: timedelta, last: datetime) -> None:
    """Move each instant in the data of a ship that is not yet here, but none past the last one."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(item, str) and key in ("earliest", "latest", "launch", "from", "to", "not_before", "not_after"):
            shipped = datetime.fromisoformat(item)
            end = max(shipped, last + timedelta(days=1) if key == "to" else last)
            value[key] = min(shipped + days, end).isoformat().replace("+00:00", "Z")
        else:
            _move(item, days, last)
