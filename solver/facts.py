"""What a case says, in ticks: the data that the rules read. No columns here, and no ortools."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from ..models.base import Instant, mean
from ..models.case import Case, Staffing
from ..models.crew import Liner, Person, Qualified
from ..models.fleet import (
    BodyLimits,
    Health,
    LaunchOption,
    LifeStep,
    Passage,
    Permission,
    SeatGroup,
    Vehicle,
    VehicleType,
)
from ..models.objective import Level
from ..models.plan import Plan
from ..models.statements import Claim, LimitClaim, Measure, Statement
from .switches import relaxed, switched_off
from .timeline import Timeline


@dataclass(frozen=True, slots=True)
class Coming:
    """One way for a ship to arrive: an opportunity of a launch option, or an arrival of a ship in flight."""

    option: LaunchOption | None
    launch: int | None
    """Tick of the launch; None for a ship in flight."""
    arrival: int
    people: tuple[str, ...]
    suits: tuple[str, ...]
    liners: tuple[str, ...]
    ports: tuple[str, ...]
    """Ports it may come to on that date."""
    handover: int
    """Ticks after arrival before others may hold its seats."""

    @property
    def way(self) -> str:
        """Id of the launch option; "" for a ship in flight."""
        return "" if self.option is None else self.option.id


@dataclass(frozen=True, slots=True)
class Kind:
    """A seat kind: one group of one ship."""

    ship: int
    group: SeatGroup
    begins: int
    """First tick in which the group exists."""
    seats: int
    """How many people may hold seats of it at a time."""

    @property
    def places(self) -> int:
        """How many liners find room in it."""
        return len(self.group.seats)


@dataclass(slots=True)
class Ship:
    """A vehicle with its type, in ticks."""

    index: int
    vehicle: Vehicle
    type: VehicleType
    docked: bool
    launched: datetime | None
    comings: list[Coming]
    steps: list[LifeStep]
    leave: tuple[int, int, bool]
    """First and last tick of a departure, and whether it must leave."""
    kinds: list[int] = field(default_factory=list)
    """Indices of its seat kinds."""

    @property
    def id(self) -> str:
        """The vehicle's id."""
        return self.vehicle.id

    @property
    def qualification(self) -> str:
        """What the crew must be qualified for."""
        return self.type.crewing.qualification or self.type.id


class Facts:
    """A case under given waivers and statements."""

    def __init__(
        self,
        case: Case,
        *,
        waive: Collection[str] = (),
        statements: Sequence[tuple[str, Statement]] = (),
        against: Plan | None = None,
        rules_off: Collection[str] = (),
        busy: Collection[int] = (),
    ) -> None:
        self.off = switched_off(rules_off, case)
        self.busy = frozenset(busy)
        """Ticks in which no ship may come, leave or move: those of a piece of a larger case, where others do."""
        self.case = case = relaxed(case, self.off)
        self.against = against
        """An earlier plan, from which `changes` are counted."""
        self.waived = frozenset(waive)
        self.time = Timeline(case)
        self.horizon = self.time.ticks
        self.types = {entry.id: entry for entry in case.vehicle_types}
        self.ports = {entry.id: entry for entry in case.ports}
        self.people = {entry.id: entry for entry in case.people}
        restrictions = [
            (entry.id, Statement(require=entry.require, forbid=entry.forbid))
            for entry in case.restrictions
            if entry.id not in self.waived
        ]
        self.said: list[tuple[str, Statement]] = [*restrictions, *statements]
        """What is said, also where the rule that it be kept is switched off: some of it grades seats."""
        self.statements = [entry for entry in restrictions if self._kept("restrictions", entry[1])]
        """What has to be kept."""
        self.statements += [entry for entry in statements if self._kept("statements", entry[1])]
        self.spacing = self.time.up(case.traffic.spacing)
        self.blackouts = [entry for entry in case.traffic.blackouts if entry.id not in self.waived]
        self.precedences = [entry for entry in case.traffic.precedences if entry.id not in self.waived]
        self.staffing = [entry for entry in case.staffing if entry.id not in self.waived]
        self.kinds: list[Kind] = []
        self.ships = [self._ship(index, vehicle) for index, vehicle in enumerate(case.vehicles)]
        self.ship_index = {ship.id: ship.index for ship in self.ships}
        self.flights: dict[str, list[tuple[int, Coming]]] = {person.id: [] for person in case.people}
        for ship in self.ships:
            for coming in ship.comings:
                for person in coming.people:
                    self.flights[person].append((ship.index, coming))
        self.liners_of: dict[str, list[Liner]] = {}
        """By owner."""
        for liner in case.liners:
            self.liners_of.setdefault(liner.owner, []).append(liner)
        self.planned: dict[str, tuple[Ship, LaunchOption]] = {
            person: (ship, option)
            for ship in self.ships
            for option in ship.vehicle.launch
            if option.planned is not None
            for person in option.brings.people
        }

    def holds(self, rule: str) -> bool:
        """Whether a rule is in force: not switched off."""
        return rule not in self.off

    def _kept(self, family: str, statement: Statement) -> bool:
        claim = statement.require or statement.forbid
        assert claim is not None
        return self.holds(f"{family}.{claim.about}")

    # ------------------------------------------------------------------ ships

    def _ship(self, index: int, vehicle: Vehicle) -> Ship:
        kind = self.types[vehicle.type]
        steps = kind.docked_life if vehicle.docked_life is None else vehicle.docked_life
        ship = Ship(
            index=index,
            vehicle=vehicle,
            type=kind,
            docked=vehicle.docked_at is not None,
            launched=vehicle.launched,
            comings=[],
            steps=[step for step in steps if step.id not in self.waived],
            leave=self._leave(vehicle),
        )
        ship.comings = list(self._comings(ship))
        for group in (*kind.groups, *vehicle.extra_groups):
            begins = 0 if group.from_ is None else max(0, self.time.ceil(group.from_))
            ship.kinds.append(len(self.kinds))
            seats = len(group.seats) if self.holds("seats.capacity") else len(self.case.people)
            self.kinds.append(Kind(index, group, begins, seats))
        return ship

    def _leave(self, vehicle: Vehicle) -> tuple[int, int, bool]:
        bounds = vehicle.leave
        if bounds is None or f"{vehicle.id}.leave" in self.waived:
            return (0, self.horizon - 1, False)
        first = 0 if bounds.not_before is None else max(0, self.time.ceil(bounds.not_before))
        last = self.horizon if bounds.not_after is None else self.time.floor(bounds.not_after)
        return (first, min(last, self.horizon - 1), last < self.horizon)

    def _comings(self, ship: Ship) -> Iterable[Coming]:
        vehicle = ship.vehicle
        if vehicle.in_flight is not None:
            flight = vehicle.in_flight
            for instant in flight.arrivals:
                arrival = self.time.floor(instant)
                ports = self.open_ports(ship, flight.ports, arrival, crewed=bool(flight.brings.people))
                if arrival < self.horizon and ports and not self.blacked_out(ship, "arrival", arrival):
                    inside = [liner.id for liner in self.case.liners if liner.in_ == vehicle.id]
                    liners = (*flight.brings.liners, *(item for item in inside if item not in flight.brings.liners))
                    yield Coming(
                        None, None, arrival, flight.brings.people, flight.brings.suits, liners,
                        ports, self.time.up(flight.handover),
                    )  # fmt: skip
        for option in vehicle.launch:
            for launch, arrival in sorted(set(self._opportunities(option))):
                if launch < 0 or arrival >= self.horizon or self.blacked_out(ship, "arrival", arrival):
                    continue
                ports = self.open_ports(ship, option.ports, arrival, crewed=bool(option.brings.people))
                ports = tuple(port for port in ports if not self.blacked_out(ship, "launch", launch, port))
                if ports and not self.blacked_out(ship, "launch", launch):
                    yield Coming(
                        option, launch, arrival, option.brings.people, option.brings.suits, option.brings.liners,
                        ports, self.time.up(option.handover),
                    )  # fmt: skip

    def _opportunities(self, option: LaunchOption) -> Iterable[tuple[int, int]]:
        for chance in option.opportunities:
            launch = self.time.floor(chance.launch)
            if chance.transit is not None:
                yield launch, launch + self.time.up(chance.transit)
            elif chance.arrival is not None:
                yield launch, self.time.ceil(chance.arrival)
        if option.earliest is not None and option.latest is not None and option.transit is not None:
            step = option.every or self.time.resolution
            count = (option.latest - option.earliest) // step
            first, length = self.time.ceil(option.earliest), self.time.up(option.transit)
            stride = max(1, self.time.up(step))
            for number in range(min(count, (self.horizon - first) // stride) + 1):
                yield first + number * stride, first + number * stride + length

    def open_ports(self, ship: Ship, among: Sequence[str] | None, tick: int, *, crewed: bool) -> tuple[str, ...]:
        """Ports that a ship may come to at a tick, whoever else stands there."""
        return tuple(
            port.id
            for port in self.case.ports
            if port.interface == ship.type.interface
            and (among is None or port.id in among)
            and not self.port_closed(port.id, tick)
            and (crewed or self.docks_alone(ship, port.id, tick, "ports.automatic-docking"))
            and not self.blacked_out(ship, "arrival", tick, port.id)
        )

    def port_closed(self, port: str, tick: int) -> bool:
        """Whether no ship may stand at a port in a tick."""
        return any(self.inside(span.from_, span.to, tick) for span in self.ports[port].closed)

    def docks_alone(self, ship: Ship, port: str, tick: int, rule: str) -> bool:
        """Whether a ship without people in it can come to a port in a tick, as far as a rule asks."""
        if not self.holds(rule):
            return True
        entry = self.ports[port]
        automatic = ship.type.automatic_docking and entry.automatic_docking
        return automatic and not any(self.inside(s.from_, s.to, tick) for s in entry.no_automatic_docking)

    def blacked_out(self, ship: Ship, what: str, tick: int, port: str | None = None) -> bool:
        """Whether a blackout forbids the event; without a port only blackouts of every port count.

        In a piece of a larger case the traffic of others forbids it as well.
        """
        if tick in self.busy and what != "launch":
            return True
        return any(
            what in entry.forbids
            and self.inside(entry.from_, entry.to, tick)
            and (entry.types is None or ship.vehicle.type in entry.types)
            and (entry.launchers is None or ship.type.launcher in entry.launchers)
            and (entry.ports is None or port in entry.ports)
            for entry in self.blackouts
        )

    def inside(self, begin: Instant | None, end: Instant | None, tick: int) -> bool:
        """Whether a tick (negative: before the start) lies in `[begin, end)`."""
        return (begin is None or self.time.ceil(begin) <= tick) and (end is None or tick < self.time.ceil(end))

    def span(self, begin: Instant | None, end: Instant | None) -> tuple[int, int]:
        """`[begin, end)` in ticks, clipped to the horizon."""
        first = 0 if begin is None else self.time.ceil(begin)
        last = self.horizon if end is None else self.time.ceil(end)
        return max(0, first), min(self.horizon, last)

    # ----------------------------------------------------------------- health

    def passage(self, ship: Ship, purpose: str, tick: int) -> Passage:
        """Emergency, nominal or relocation passage in force in a tick (-1: the tick before the start)."""
        found = self._in_force(ship, purpose, tick) or getattr(ship.type.health, purpose)
        if found is None:
            nominal = self.passage(ship, "nominal", tick)
            return Passage(allowed=nominal.allowed, at_most=nominal.most)
        assert isinstance(found, Passage)
        return found

    def uncrewed(self, ship: Ship, tick: int) -> bool:
        """Whether the ship may return without people, as in a tick."""
        found = self._in_force(ship, "uncrewed", tick) or ship.type.health.uncrewed
        assert isinstance(found, Permission)
        return found.allowed

    def _in_force(self, ship: Ship, purpose: str, tick: int) -> Passage | Permission | None:
        states: list[Health] = [state for state in ship.vehicle.health if getattr(state, purpose) is not None]
        dated = [
            (self.time.floor(state.from_) if state.from_ is not None else -(10**9), position)
            for position, state in enumerate(states)
        ]
        begun = [entry for entry in dated if entry[0] <= tick]
        if not begun:
            return None
        found = getattr(states[max(begun)[1]], purpose)
        assert isinstance(found, Passage | Permission)
        return found

    @staticmethod
    def loss(passage: Passage, number: int) -> float:
        """Loss of each of a number of people: a number without an entry takes the next higher one, else the last."""
        entry = min((key for key in passage.loss if key >= number), default=max(passage.loss, default=None))
        return 0.0 if entry is None else mean(passage.loss[entry])

    def most(self, ship: Ship, purpose: str, tick: int, rule: str | None = None) -> int:
        """The most people that the ship has seats for and its health allows, if the rule that says so is in force."""
        seats = sum(self.kinds[s].seats for s in ship.kinds)
        return min(seats, self.passage(ship, purpose, tick).most) if rule is None or self.holds(rule) else seats

    def step(self, ship: Ship, tick: int) -> LifeStep | None:
        """The docked-life step in force in a tick, for a ship launched before the start."""
        if ship.launched is None:
            return None
        reached = [step for step in ship.steps if self.time.floor(ship.launched + step.after) <= tick]
        return reached[-1] if reached else None

    # ----------------------------------------------------------------- people

    def qualified(self, person: Person, qualification: str, tick: int) -> bool:
        """Whether a person has a qualification in a tick."""
        return tick < self.qualified_until(person, qualification)

    def qualified_until(self, person: Person, qualification: str) -> float:
        """Tick from which a person no longer has a qualification: infinity for good, minus infinity if never had."""
        until = -math.inf
        for entry in person.qualified:
            if isinstance(entry, Qualified):
                if entry.for_ == qualification:
                    until = max(until, math.inf if entry.until is None else self.time.floor(entry.until))
            elif entry == qualification:
                until = math.inf
        return until

    def counted(self, rule: Staffing, person: Person) -> tuple[int, int]:
        """First tick in which a staffing rule counts a person, if aboard, and the tick after the last."""
        begin, end = self.span(rule.from_, rule.to)
        if rule.agency not in (None, person.agency):
            return begin, begin
        if rule.qualification is not None:
            end = int(max(begin, min(end, self.qualified_until(person, rule.qualification))))
        return begin, max(begin, end)

    def fits(self, person: Person, limits: BodyLimits | None) -> bool:
        """Whether a person, as grown in flight, fits a seat; an unknown measure passes."""
        if limits is None or person.body is None:
            return True
        growth = {"stature_cm": self.case.growth.stature, "sitting_height_cm": self.case.growth.sitting_height}
        for name in BodyLimits.model_fields:
            bounds, measure = getattr(limits, name), getattr(person.body, name)
            if bounds is None or measure is None:
                continue
            grown = measure * growth.get(name, 1.0)
            if (bounds.at_least is not None and grown < bounds.at_least) or (
                bounds.at_most is not None and grown > bounds.at_most
            ):
                return False
        return True

    def launch_instant(self, person: Person) -> datetime | None:
        """When somebody aboard or in flight at the start was launched."""
        if person.launched is not None:
            return person.launched
        if person.aboard_in is not None:
            return self.ships[self.ship_index[person.aboard_in.vehicle]].launched
        for ship, coming in self.flights[person.id]:
            if coming.option is None:
                return self.ships[ship].launched
        return None

    def stay(self, person: Person, bound: str) -> tuple[int | None, int | None]:
        """A stay bound as (tick, None) when it is a date, (None, ticks) when it counts from a decided launch."""
        value = getattr(person, bound)
        if value is None or f"{person.id}.{bound}" in self.waived:
            return (None, None)
        rounded = self.time.ceil if bound == "earliest_return" else self.time.floor
        if isinstance(value, datetime):
            return (rounded(value), None)
        assert isinstance(value, timedelta)
        launched = self.launch_instant(person)
        if launched is not None:
            return (rounded(launched + value), None)
        return (None, self.time.up(value) if bound == "earliest_return" else self.time.down(value))

    def named(self, claim_people: object) -> list[str]:
        """People that a claim names, in the case's order."""
        if claim_people == "all":
            return [person.id for person in self.case.people]
        return [person.id for person in self.case.people if person.id in claim_people]  # type: ignore[operator]

    @cached_property
    def reachable_suits(self) -> frozenset[str]:
        """Suits that are on the station or may come to it."""
        carried = {suit for ship in self.ships for coming in ship.comings for suit in coming.suits}
        return frozenset(suit.id for suit in self.case.suits if suit.aboard) | carried

    @cached_property
    def ways(self) -> dict[str, dict[int, set[str]]]:
        """By person and ship: launch options that bring the person."""
        found: dict[str, dict[int, set[str]]] = {person: {} for person in self.flights}
        for person, flights in self.flights.items():
            for ship, coming in flights:
                if coming.option is not None:
                    found[person].setdefault(ship, set()).add(coming.way)
        return found

    @cached_property
    def carriers(self) -> dict[tuple[int, str], set[str]]:
        """By ship and suit: launch options that bring the suit; "" for a ship in flight."""
        found: dict[tuple[int, str], set[str]] = {}
        for ship in self.ships:
            for coming in ship.comings:
                for suit in coming.suits:
                    found.setdefault((ship.index, suit), set()).add(coming.way)
        return found

    def hazards(self, person: Person) -> list[tuple[float, int, int]]:
        """Hazards of being aboard for a person: losses a day, first tick, tick after the last."""
        return [
            (mean(hazard.rate_per_day), *self.span(hazard.from_, hazard.to))
            for hazard in self.case.hazards
            if hazard.people == "all" or person.id in hazard.people
        ]

    @cached_property
    def limits(self) -> list[LimitClaim]:
        """Limits on measures that have to be kept."""
        required = [statement.require for _, statement in self.statements if statement.require is not None]
        return [claim.limit for claim in required if claim.limit is not None]

    @cached_property
    def asks_for_more(self) -> bool:
        """Whether a statement wants a measure to be at least so large: then nothing may be counted too high."""
        return any(limit.at_least for limit in self.limits)

    @cached_property
    def tells_every_move(self) -> bool:
        """Whether a move that is not made must not be counted.

        It would reach a limit, resemble an earlier plan, or excuse having no seat where a statement forbids that.
        """
        claims = [statement.forbid for _, statement in self.statements if statement.forbid is not None]
        excused = any(claim.unassured is not None for claim in claims)
        return self.asks_for_more or excused or self.against is not None

    def everyone_alone(self, levels: Sequence[Level]) -> bool:
        """Whether people must be told apart: each one's loss counts by itself, or no exchange may go uncounted."""
        return self.asks_for_more or bool(self.measures(levels) & {"worst_person", "changes"})

    def measures(self, levels: Sequence[Level]) -> set[Measure]:
        """Measures that are minimised, or kept within limits."""
        return {measure for level in levels for measure in level.weights} | {limit.measure for limit in self.limits}

    @cached_property
    def move_ticks(self) -> dict[str, int]:
        """Whole ticks that a move of a liner of each kind takes; kinds that cannot be moved are left out."""
        return {kind.id: kind.move.takes // self.time.resolution for kind in self.case.liner_kinds if kind.move}

    @cached_property
    def singled_out(self) -> frozenset[str]:
        """People whom a statement or a hazard names one by one: nobody else is interchangeable with them."""
        claims: list[Claim] = [
            claim for _, statement in self.said for claim in (statement.require, statement.forbid) if claim
        ]
        groups: list[object] = [hazard.people for hazard in self.case.hazards]
        for claim in claims:
            for name in Claim.model_fields:
                part = getattr(claim, name)
                groups.append(getattr(part, "people", "all"))
        return frozenset(person for group in groups if group != "all" for person in group)  # type: ignore[attr-defined]
