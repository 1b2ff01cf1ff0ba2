"""Launch options: their dates and chances, and what they bring from the ground."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..base import mean
from ..fleet import Brings, LaunchOption, Outcomes
from ..problems import Path, Problem, quote, show_path
from .dates import in_order
from .index import Index, Ship, is_aboard
from .ships import too_many
from .walk import fields, of_type, shown

TOLERANCE = 1e-9
"""How far sums of probabilities may stray by rounding."""


def problems(index: Index) -> Iterator[Problem]:
    """What is wrong with launch options and with what ships bring."""
    for path, outcomes in of_type(index.nodes, Outcomes):
        yield from _chances(path, outcomes)
    for ship in index.ships.values():
        for number, option in enumerate(ship.vehicle.launch):
            path = (*ship.path, "launch", number)
            yield from _dates(path, option)
            yield from too_many(ship, (*path, "brings", "people"), option.brings.people)
            yield from _deferred(index, ship, path, option)
    yield from _planned_twice(index)
    yield from _brought(index)


def _chances(path: Path, outcomes: Outcomes) -> Iterator[Problem]:
    late = mean(outcomes.late.chance) if outcomes.late else 0.0
    total = mean(outcomes.on_time) + late + mean(outcomes.lost)
    if abs(total - 1) > TOLERANCE:
        rest = 1 - late - mean(outcomes.lost)
        advice = f"Let `on_time` be {rest:g}." if rest >= 0 else "Correct them."
        message = "the chances of on time, late and lost do not add up to 1"
        yield Problem(path, message, float(f"{total:.10g}"), advice)


def _dates(path: Path, option: LaunchOption) -> Iterator[Problem]:
    planned = option.planned
    if planned is not None:
        for name, key in fields(type(planned)):
            if getattr(planned, name) is None:
                message = f"the planned window has no `{key}`"
                yield Problem((*path, "planned"), message, advice=f"Add `{key}`: who misses the window is displaced.")
    dated: list[tuple[Path, datetime]] = [
        ((*path, "opportunities", number, "launch"), chance.launch)
        for number, chance in enumerate(option.opportunities)
    ]
    yield from in_order(dated)
    for number, chance in enumerate(option.opportunities):
        if chance.arrival is not None and chance.arrival < chance.launch:
            message = f"before the launch, {shown(chance.launch)}"
            where = (*path, "opportunities", number, "arrival")
            yield Problem(where, message, shown(chance.arrival), "Give a later arrival.")


def _deferred(index: Index, ship: Ship, path: Path, option: LaunchOption) -> Iterator[Problem]:
    """Whoever is planned and never flies is charged the nominal loss at the planned number: there must be one."""
    number = len(option.brings.people)
    found = ship.passage("nominal", index.case.horizon.end)
    if option.planned is None or not number or found is None or number > ship.seats:
        return
    where, passage = found
    if number > max(passage.loss, default=0):
        message = (
            f"planned with {number} aboard, but {show_path((*where, 'loss'))} has no nominal loss for that number, "
            "which is charged for people who are planned and never launched"
        )
        advice = f"Add an entry {number} to that table (with `allowed: false` if it is not allowed)."
        yield Problem((*path, "planned"), message, advice=advice)


def _planned_twice(index: Index) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for ship in index.ships.values():
        for number, option in enumerate(ship.vehicle.launch):
            for place, person in enumerate(option.brings.people if option.planned is not None else ()):
                path = (*ship.path, "launch", number, "brings", "people", place)
                before = first.setdefault(person, path)
                if before[:-1] != path[:-1]:
                    message = f"planned already in another launch option, {show_path(before)}"
                    yield Problem(path, message, person, "Keep `planned` in the one the programme plans.")


def _brought(index: Index) -> Iterator[Problem]:
    """What a ship brings is neither aboard at the start nor in another ship in flight."""
    coming: dict[tuple[str, str], tuple[Path, Ship]] = {}
    flights = [
        (s, (*s.path, "in_flight", "brings"), s.vehicle.in_flight.brings)
        for s in index.ships.values()
        if s.vehicle.in_flight
    ]
    for ship, path, brings in flights:
        for kind, name, where in _items(path, brings):
            yield from _already(index, ship, kind, name, where)
            before, _ = coming.setdefault((kind, name), (where, ship))
            if before[:-1] != where[:-1]:
                yield _comes(name, where, before)
    for ship in index.ships.values():
        for number, option in enumerate(ship.vehicle.launch):
            for kind, name, where in _items((*ship.path, "launch", number, "brings"), option.brings):
                yield from _already(index, None, kind, name, where)
                if (kind, name) in coming:
                    yield _comes(name, where, coming[kind, name][0])


def _items(path: Path, brings: Brings) -> Iterator[tuple[str, str, Path]]:
    for kind, key in fields(Brings):
        for number, name in enumerate(getattr(brings, kind)):
            yield kind, name, (*path, key, number)


def _already(index: Index, flight: Ship | None, kind: str, name: str, where: Path) -> Iterator[Problem]:
    """Somebody or something aboard at the start; a liner may lie in the ship in flight that brings it."""
    place: str | None = None
    if kind == "people" and name in index.people and is_aboard(index.people[name]):
        place = "aboard"
    elif kind == "suits" and name in index.suits and index.suits[name].aboard:
        place = "aboard"
    elif kind == "liners" and name in index.liners:
        liner = index.liners[name]
        if liner.stowed:
            place = "stowed in the station"
        elif liner.in_ is not None and (flight is None or flight.vehicle.id != liner.in_):
            place = f"in {quote(liner.in_)}"
    if place is not None:
        message = f"at the start {quote(name)} is {place}, not on the ground"
        yield Problem(where, message, name, "Delete it here, or correct where it is at the start.")


def _comes(name: str, where: Path, before: Path) -> Problem:
    message = f"{quote(name)} comes in a ship in flight already ({show_path(before)})"
    return Problem(where, message, name, "Delete one of the two.")
