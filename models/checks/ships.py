"""Ship types and ships: loss tables, docked life, and where each ship stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from ..base import mean
from ..fleet import LifeStep, Passage, TypeHealth, VehicleType
from ..problems import Path, Problem, quote, show_path
from .dates import in_order
from .index import Index, Ship
from .walk import counted, listed, of_type, shown

STATES = ("docked_at", "in_flight", "launch")


def problems(index: Index) -> Iterator[Problem]:
    """What is wrong with types and ships by themselves."""
    for path, passage in of_type(index.nodes, Passage):
        yield from _table(path, passage)
    for path, kind in of_type(index.nodes, VehicleType):
        yield from _life((*path, "docked_life"), kind.docked_life)
    for ship in index.ships.values():
        yield from _life((*ship.path, "docked_life"), ship.vehicle.docked_life or ())
        yield from _states(ship)
        yield from _where(index, ship)
        yield from _ports(index, ship)
        yield from _in_flight(index, ship)
    yield from _one_ship_a_port(index)


def _table(path: Path, passage: Passage) -> Iterator[Problem]:
    """A number of people that is allowed has a loss."""
    largest = max(passage.loss, default=0)
    relocation = path[-1] == "relocation"
    if not passage.allowed or (relocation and not passage.loss and passage.at_most is not None):
        return  # a relocation without a table costs nothing
    if passage.at_most is None and not passage.loss:
        give = "`at_most`" if relocation else "`loss`"
        yield Problem(path, "allowed, but for nobody", advice=f"Give {give}, or write `allowed: false`.")
    elif passage.at_most is not None and passage.at_most > largest:
        message = "no loss is given for so many people" + (f": the table ends at {largest}" if largest else "")
        advice = f"Add an entry {passage.at_most} to `loss`" + (f", or allow at most {largest}." if largest else ".")
        yield Problem((*path, "at_most"), message, passage.at_most, advice)


def _life(path: Path, steps: tuple[LifeStep, ...]) -> Iterator[Problem]:
    """A ship that grows old does not become young again."""
    for number, (step, later) in enumerate(pairwise(steps), start=1):
        here: Path = (*path, number)
        if later.after <= step.after:
            message = f"not later than the step before, {quote(step.id)} after {shown(step.after)}"
            yield Problem((*here, "after"), message, shown(later.after), "List the steps in order of `after`.")
        for field, able in (("holds", "hold seats"), ("returns", "return people")):
            if getattr(later, field) and not getattr(step, field):
                message = f"the ship may {able} again, which the step before, {quote(step.id)}, ended"
                yield Problem(
                    (*here, field), message, True, f"Write `{field}: false` here too, or correct {quote(step.id)}."
                )
        if (later.holds or later.returns) and mean(later.added_loss) < mean(step.added_loss):
            message = f"less than in the step before, {quote(step.id)}: {mean(step.added_loss):g}"
            advice = "A step replaces those before it: give the whole loss added by then."
            yield Problem((*here, "added_loss"), message, mean(later.added_loss), advice)


def _states(ship: Ship) -> Iterator[Problem]:
    """Of two states with one date neither is the later one."""
    first: dict[tuple[str, datetime | None], Path] = {}
    for number, state in enumerate(ship.vehicle.health):
        for purpose in TypeHealth.model_fields:
            path: Path = (*ship.path, "health", number, purpose)
            if getattr(state, purpose) is None:
                continue
            before = first.setdefault((purpose, state.from_), path)
            if before != path:
                message = f"given already at {show_path(before)}, from the same date"
                yield Problem(path, message, advice="Give one of the two a later `from`, or delete it.")


def _where(index: Index, ship: Ship) -> Iterator[Problem]:
    vehicle, start = ship.vehicle, index.case.horizon.start
    given = [f"`{name}`" for name in STATES if getattr(vehicle, name)]
    if not given:
        advice = "Give `docked_at` (a port), `in_flight` (its arrivals), or `launch` (options) if it is on the ground."
        yield Problem(ship.path, f"nothing says where {quote(vehicle.id)} is at the start", advice=advice)
    elif len(given) > 1:
        message = f"{listed(given)} are given, but a ship is in one place"
        yield Problem(ship.path, message, advice="Keep the one that holds in the tick before the start.")
    if vehicle.must_launch and not vehicle.launch:
        message = "must be launched, but has no launch option"
        yield Problem((*ship.path, "must_launch"), message, advice="Give options under `launch`, or leave it out.")
    if vehicle.launched is None:
        reason = _needs_launched(ship)
        if reason:
            advice = "Add the instant of its launch, before the horizon: 2022-09-21T13:54:00Z, say."
            yield Problem((*ship.path, "launched"), f"missing: {reason}", advice=advice)
    elif vehicle.launched >= start:
        message = f"not before the start of the horizon, {shown(start)}"
        advice = "A ship to be launched later has `launch` options instead."
        yield Problem((*ship.path, "launched"), message, shown(vehicle.launched), advice)
    elif vehicle.launch and not vehicle.docked_at and not vehicle.in_flight:
        message = "launched before the start, yet on the ground with launch options"
        advice = "Leave it out, or give `docked_at` or `in_flight` instead of `launch`."
        yield Problem((*ship.path, "launched"), message, shown(vehicle.launched), advice)


def _needs_launched(ship: Ship) -> str | None:
    if ship.vehicle.in_flight is not None:
        return "a ship in flight was launched before the start"
    if ship.vehicle.docked_at is not None and any(ship.life()):
        return "its docked life counts from there"
    return None


def _ports(index: Index, ship: Ship) -> Iterator[Problem]:
    """Ports that the ship is said to use have its interface."""
    vehicle = ship.vehicle
    named: list[tuple[Path, str]] = []
    if vehicle.docked_at is not None:
        named.append(((*ship.path, "docked_at"), vehicle.docked_at))
    if vehicle.in_flight is not None:
        named += [((*ship.path, "in_flight", "ports", n), p) for n, p in enumerate(vehicle.in_flight.ports or ())]
    for number, option in enumerate(vehicle.launch):
        named += [((*ship.path, "launch", number, "ports", n), p) for n, p in enumerate(option.ports or ())]
    for path, name in named:
        yield from fits(index, ship, path, name)


def fits(index: Index, ship: Ship, path: Path, name: str) -> Iterator[Problem]:
    """A port that the ship cannot dock at."""
    port = index.ports.get(name)
    if port is not None and ship.type is not None and port.interface != ship.type.interface:
        fitting = [other.id for other in index.ports.values() if other.interface == ship.type.interface]
        message = (
            f"port {quote(name)} has interface {port.interface}, "
            f"but {quote(ship.vehicle.id)} ({ship.type.id}) has {ship.type.interface}"
        )
        advice = f"Ports that fit: {listed(fitting)}." if fitting else "No port fits."
        yield Problem(path, message, name, advice)


def _in_flight(index: Index, ship: Ship) -> Iterator[Problem]:
    flight, horizon = ship.vehicle.in_flight, index.case.horizon
    if flight is None:
        return
    path = (*ship.path, "in_flight")
    dated: list[tuple[Path, datetime]] = [((*path, "arrivals", n), date) for n, date in enumerate(flight.arrivals)]
    yield from in_order(dated)
    for place, date in dated:
        if date < horizon.start:
            message = f"before the start of the horizon, {shown(horizon.start)}, when the ship is still in flight"
            yield Problem(place, message, shown(date), "Delete it, or say where the ship is docked.")
    if all(date >= horizon.end for date in flight.arrivals):
        message = f"no arrival lies before the end of the horizon, {shown(horizon.end)}"
        yield Problem((*path, "arrivals"), message, advice="Give an earlier arrival, or a longer horizon.")
    yield from too_many(ship, (*path, "brings", "people"), flight.brings.people)


def too_many(ship: Ship, path: Path, people: tuple[str, ...]) -> Iterator[Problem]:
    """More people in a ship than it has seats."""
    if len(people) > ship.seats:
        message = f"{quote(ship.vehicle.id)} brings {listed(people)}, but has {counted(ship.seats, 'seat')}"
        yield Problem((*path, ship.seats), message, people[ship.seats], "Leave somebody out, or add seats.")


def _one_ship_a_port(index: Index) -> Iterator[Problem]:
    first: dict[str, Ship] = {}
    for ship in index.ships.values():
        port = ship.vehicle.docked_at
        if port is not None and (other := first.setdefault(port, ship)) is not ship:
            message = f"{quote(other.vehicle.id)} stands there too ({show_path((*other.path, 'docked_at'))})"
            yield Problem((*ship.path, "docked_at"), message, port, "Give one of the two another port.")
