"""A plan as read: events by tick and the seats asked for, less what cannot be read, which is reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from ...models.fleet import InFlight, LaunchOption
from ...models.plan import Hold, Plan, PlannedLaunch
from .facts import Facts
from .log import Log


class Seat(NamedTuple):
    """What a hold says: a seat of a group, served by a suit or by none."""

    ship: str
    group: str
    suit: str | None


@dataclass(frozen=True, slots=True)
class Coming:
    """A ship that the plan lets arrive."""

    ship: str
    way: LaunchOption | InFlight
    """How it comes."""
    launch: int | None
    """The tick of the launch; None for a ship in flight at the start."""
    arrival: int
    port: str

    @property
    def option(self) -> LaunchOption | None:
        """The launch option flown; None for a ship in flight at the start."""
        return self.way if isinstance(self.way, LaunchOption) else None


@dataclass(frozen=True, slots=True)
class Carrying:
    """A liner that the plan lets move, into a ship or (None) into the station."""

    liner: str
    to: str | None
    begin: int


@dataclass
class Script:
    """A plan's events and seats, by tick."""

    coming: dict[str, Coming] = field(default_factory=dict)
    """By ship, in order of arrival."""
    departures: dict[int, list[str]] = field(default_factory=dict)
    relocations: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Ships and the ports they move to."""
    riggings: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """Ships and groups."""
    liner_moves: dict[int, list[Carrying]] = field(default_factory=dict)
    seats: list[dict[str, Seat]] = field(default_factory=list)
    """For each tick the seats asked for, by person; the same object while nothing changes."""


def read(facts: Facts, plan: Plan, log: Log) -> Script:
    """Read a plan; what names nothing in the case, lies off the ticks or is said twice is reported and left out."""
    return _Reader(facts, log).read(plan)


class _Reader:
    def __init__(self, facts: Facts, log: Log) -> None:
        self.facts = facts
        self.log = log

    def read(self, plan: Plan) -> Script:
        script = Script(seats=self._seats(sorted(plan.holds, key=lambda hold: (hold.person, hold.from_))))
        plan = plan.joined()  # events in order of time, whatever their order in the plan
        self._launches(plan.launches, script)
        left: set[str] = set()
        for departure in plan.departures:
            tick = self._event(departure.at, f"the departure of {departure.vehicle}", departure.vehicle)
            if tick is not None and self._once(departure.vehicle not in left, tick, "departs", departure.vehicle):
                left.add(departure.vehicle)
                script.departures.setdefault(tick, []).append(departure.vehicle)
        for move in plan.relocations:
            what = f"the relocation of {move.vehicle}"
            tick = self._event(move.at, what, move.vehicle, move.port)
            if tick is not None:
                script.relocations.setdefault(tick, []).append((move.vehicle, move.port))
        rigged: set[tuple[str, str]] = set()
        for rigging in plan.riggings:
            pair = (rigging.vehicle, rigging.group)
            tick = self._event(rigging.at, f"the rigging of {' of '.join(reversed(pair))}", rigging.vehicle)
            if tick is None or not self._has_group(*pair):
                continue
            if self._once(pair not in rigged, tick, "rigs the same group", *pair):
                rigged.add(pair)
                script.riggings.setdefault(tick, []).append(pair)
        for carried in plan.liner_moves:
            ships = () if carried.to is None else (carried.to,)
            if self._knows("liner", carried.liner, self.facts.liners):
                tick = self._event(carried.begin, f"the move of {carried.liner}", *ships)
                if tick is not None:
                    moves = script.liner_moves.setdefault(tick, [])
                    moves.append(Carrying(carried.liner, carried.to, tick))
        return script

    def _launches(self, launches: Iterable[PlannedLaunch], script: Script) -> None:
        for entry in launches:
            what = f"the arrival of {entry.vehicle}"
            arrival = self._event(entry.arrival, what, entry.vehicle, entry.port)
            if arrival is None:
                continue
            coming = self._coming(entry, arrival)
            if coming is not None and self._once(entry.vehicle not in script.coming, arrival, "arrives", entry.vehicle):
                script.coming[entry.vehicle] = coming

    def _coming(self, entry: PlannedLaunch, arrival: int) -> Coming | None:
        name, ship = entry.vehicle, self.facts.ships[entry.vehicle]
        title = self.facts.ship(name)
        if ship.docked_at is not None:
            self.log.at(arrival, "launch.option", [name], f"{title} arrives, but is docked at the start")
            return None
        if ship.in_flight is not None:
            if entry.option is not None or entry.launch is not None:
                message = f"{title} is launched in the plan, but is in flight at the start: give its arrival only"
                self.log.at(arrival, "launch.option", [name], message)
            return Coming(name, ship.in_flight, None, arrival, entry.port)
        option = next((option for option in ship.launch if option.id == entry.option), None)
        if option is None or entry.launch is None:
            lacks = f"in no option called {entry.option}" if option is None and entry.option else "without saying how"
            lacks = lacks if option is None else "without a launch date"
            known = ", ".join(way.id for way in ship.launch) or "none"
            message = f"{title} arrives {lacks}; its options are: {known}"
            self.log.at(arrival, "launch.option", [name], message)
            return None
        launch = self._tick(entry.launch, f"the launch of {name}", [name])
        if launch is None:
            return None
        if launch > arrival:
            message = f"{title} arrives before its launch on {self.facts.clock.date(launch)}"
            self.log.at(arrival, "launch.opportunity", [name, option.id], message)
            return None
        return Coming(name, option, launch, arrival, entry.port)

    def _seats(self, holds: Iterable[Hold]) -> list[dict[str, Seat]]:
        """Seats by tick. Where holds of one person overlap, the one that began first counts."""
        ticks = self.facts.clock.ticks
        asked: list[tuple[int, int, str, Seat]] = []
        for hold in holds:
            readable = self._knows("person", hold.person, self.facts.people)
            readable &= self._knows("ship", hold.vehicle, self.facts.ships)
            readable = readable and self._has_group(hold.vehicle, hold.group)
            if not readable:
                continue
            suit = hold.suit
            if suit is not None and not self._knows("suit", suit, self.facts.suits):
                suit = None
            first, end = self._span(hold)
            if first < end:
                asked.append((first, end, hold.person, Seat(hold.vehicle, hold.group, suit)))
        seats: list[dict[str, Seat]] = []
        edges = sorted({0, ticks, *(entry[0] for entry in asked), *(entry[1] for entry in asked)})
        for first, end in pairwise(edges):
            now: dict[str, Seat] = {}
            for begins, ends, person, seat in asked:
                if begins <= first < ends and now.setdefault(person, seat) is not seat:
                    message = f"{self.facts.person(person)} holds two seats at once"
                    for tick in range(first, end):
                        self.log.at(tick, "plan.overlap", [person], message)
            seats.extend([now] * (end - first))
        return seats

    def _span(self, hold: Hold) -> tuple[int, int]:
        """The ticks of a hold, cut to the horizon."""
        clock = self.facts.clock
        what = f"the hold of {hold.person} in {hold.vehicle}"
        if hold.to <= hold.from_:
            message = (
                f"{self.facts.person(hold.person)} holds {hold.group} in {self.facts.ship(hold.vehicle)} for no time"
            )
            self.log.always("plan.empty-hold", [hold.person, hold.vehicle], message)
            return 0, 0
        for instant, last in ((hold.from_, clock.ticks - 1), (hold.to, clock.ticks)):
            if not clock.is_tick(instant):
                self._off_tick(instant, what, [hold.person])
            elif not 0 <= clock.floor(instant) <= last:
                self._outside(instant, what, [hold.person])
        return max(0, clock.floor(hold.from_)), min(clock.ticks, clock.ceil(hold.to))

    def _event(self, instant: datetime, what: str, ship: str | None = None, port: str | None = None) -> int | None:
        """The tick of an event, or None if it cannot be read."""
        entities = [name for name in (ship, port) if name is not None]
        readable = ship is None or self._knows("ship", ship, self.facts.ships)
        if port is not None:
            readable &= self._knows("port", port, self.facts.ports)
        return self._tick(instant, what, entities) if readable else None

    def _tick(self, instant: datetime, what: str, entities: list[str]) -> int | None:
        clock = self.facts.clock
        if not clock.is_tick(instant):
            self._off_tick(instant, what, entities)
        if not 0 <= clock.floor(instant) < clock.ticks:
            self._outside(instant, what, entities)
            return None
        return clock.floor(instant)

    def _off_tick(self, instant: datetime, what: str, entities: list[str]) -> None:
        message = f"{instant:%Y-%m-%dT%H:%M:%SZ}, the date of {what}, lies on no tick"
        self.log.always("plan.instant", entities, message)

    def _outside(self, instant: datetime, what: str, entities: list[str]) -> None:
        message = f"{self.facts.clock.write(instant)}, the date of {what}, lies outside the horizon"
        self.log.always("plan.instant", entities, message)

    def _once(self, is_first: bool, tick: int, does: str, *entities: str) -> bool:
        if not is_first:
            message = f"the plan {does} a second time: {' '.join(entities)}" if len(entities) > 1 else ""
            message = message or f"{self.facts.ship(entities[0])} {does} a second time"
            self.log.at(tick, "plan.twice", entities, message)
        return is_first

    def _knows(self, kind: str, name: str, known: Collection[str]) -> bool:
        if name not in known:
            self.log.always("plan.unknown", [name], f"the plan names the {kind} {name}, which is not in the case")
        return name in known

    def _has_group(self, ship: str, group: str) -> bool:
        if ship in self.facts.groups and group not in self.facts.groups[ship]:
            message = f"the plan names the seat group {group} of {ship}, which is not in the case"
            self.log.always("plan.unknown", [ship, group], message)
        return ship in self.facts.groups and group in self.facts.groups[ship]
