"""The textbook model's own reading of a case: everything as ticks, whole numbers and plain look-ups.

Written again from the meaning of time and loss, on purpose: what is shared with the solver cannot be checked by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..models.base import Interval, mean
from ..models.case import Case
from ..models.crew import Person, Qualified
from ..models.fleet import BodyLimits, Brings, Health, LaunchOption, LifeStep, Passage, SeatGroup, Vehicle, VehicleType
from ..models.statements import People

UNITS = 10**10
"""Whole units in a probability of 1; a micromort has 10,000 of them."""

BEFORE = -1
"""The tick before the start, whose state the case gives."""


class Unsupported(NotImplementedError):
    """The case asks for something that the textbook model leaves out; the message names it."""


@dataclass(frozen=True)
class Coming:
    """One way in which a ship can arrive: an option, a launch date (None: in flight), an arrival and a port."""

    option: LaunchOption | None
    launch: int | None
    arrival: int
    port: str
    brings: Brings
    handover: int
    """Ticks after arrival before people who did not come in it may hold its seats."""


class Dates:
    """A case in ticks, under waived ids."""

    def __init__(self, case: Case, waive: frozenset[str]) -> None:
        self.case = case
        self.waive = waive
        self.start = case.horizon.start
        self.tick = case.resolution
        self.days = case.resolution / timedelta(days=1)
        """Length of a tick in days."""
        self.end = case.ticks
        """Number of ticks: the tick that would start at the end of the horizon."""
        self.ticks = range(self.end)
        self.types = {kind.id: kind for kind in case.vehicle_types}
        self.ports = {port.id: port for port in case.ports}
        self.vehicles = {vehicle.id: vehicle for vehicle in case.vehicles}
        self.people = {person.id: person for person in case.people}
        self.survival, self.integral = self._discount()
        self.comings = {vehicle.id: list(self._comings(vehicle)) for vehicle in case.vehicles}

    # ------------------------------------------------------------------------------------------------ dates

    def up(self, instant: datetime) -> int:
        """First tick that starts at or after an instant."""
        return -((self.start - instant) // self.tick)

    def down(self, instant: datetime) -> int:
        """Last tick that starts at or before an instant; negative before the start."""
        return (instant - self.start) // self.tick

    def ticks_up(self, length: timedelta) -> int:
        """A shortest time in ticks."""
        return -(-length // self.tick)

    def ticks_down(self, length: timedelta) -> int:
        """A longest time in ticks."""
        return length // self.tick

    def instant(self, tick: int) -> datetime:
        """When a tick starts."""
        return self.start + tick * self.tick

    def inside(self, span: Interval, tick: int) -> bool:
        """Whether a tick lies in `[from, to)`."""
        return (span.from_ is None or self.down(span.from_) <= tick) and (span.to is None or tick < self.up(span.to))

    def inside_any(self, spans: tuple[Interval, ...], tick: int) -> bool:
        """Whether a tick lies in one of several spans."""
        return any(self.inside(span, tick) for span in spans)

    # --------------------------------------------------------------------------------------------- discount

    def rate(self, tick: int) -> float:
        """Evacuations a day in a tick."""
        rate = self.case.evacuation.rate_per_day
        for change in sorted(self.case.evacuation.changes, key=lambda change: change.from_):
            if self.down(change.from_) <= tick:
                rate = change.rate_per_day
        return mean(rate)

    def _discount(self) -> tuple[list[float], list[float]]:
        """S and I (docs/meaning.md) at every tick and at the end; the rate is constant between `since` and the tick."""
        survival, integral = [1.0], [0.0]
        since, spent, lived = 0, 0.0, 0.0  # where this rate began; exponent and integral up to there
        for tick in range(1, self.end + 1):
            rate, days = self.rate(tick - 1), (tick - since) * self.days
            survival.append(math.exp(-(spent + rate * days)))
            integral.append(lived + math.exp(-spent) * (-math.expm1(-rate * days) / rate if rate else days))
            if tick < self.end and self.rate(tick) != rate:
                since, spent, lived = tick, spent + rate * days, integral[-1]
        return survival, integral

    def event(self, amount: float, tick: int) -> int:
        """R(x, t): what falls due at the start of a tick."""
        return math.floor(UNITS * amount * self.survival[tick] + 0.5)

    def held(self, amount: float, tick: int) -> int:
        """R(x, t) - R(x, t+1): an evacuation loss held through one tick."""
        return self.event(amount, tick) - self.event(amount, tick + 1)

    def daily(self, per_day: float, tick: int) -> int:
        """Q(y, t+1) - Q(y, t): a rate a day, through one tick."""
        begin = math.floor(UNITS * per_day * self.integral[tick] + 0.5)
        return math.floor(UNITS * per_day * self.integral[tick + 1] + 0.5) - begin

    # ------------------------------------------------------------------------------------------------ ships

    def kind(self, vehicle: str) -> VehicleType:
        """The type of a ship."""
        return self.types[self.vehicles[vehicle].type]

    def groups(self, vehicle: str) -> tuple[SeatGroup, ...]:
        """All seat groups of a ship."""
        return (*self.kind(vehicle).groups, *self.vehicles[vehicle].extra_groups)

    def _comings(self, vehicle: Vehicle) -> Iterator[Coming]:
        if vehicle.in_flight is not None:
            flight = vehicle.in_flight
            for instant in flight.arrivals:
                yield from self._at_ports(vehicle, None, None, self.up(instant), flight.ports, flight.brings)
        for option in vehicle.launch:
            for launch, arrival in self._launch_dates(option):
                if launch >= 0 and not self.blackout(vehicle.id, "launch", launch):
                    yield from self._at_ports(vehicle, option, launch, arrival, option.ports, option.brings)

    def _launch_dates(self, option: LaunchOption) -> Iterator[tuple[int, int]]:
        for opportunity in option.opportunities:
            launch = self.up(opportunity.launch)
            if opportunity.arrival is not None:
                yield launch, self.up(opportunity.arrival)
            elif opportunity.transit is not None:
                yield launch, launch + self.ticks_up(opportunity.transit)
        if option.earliest is not None and option.latest is not None and option.transit is not None:
            instant = option.earliest
            while instant <= option.latest:
                if instant >= self.start:
                    yield self.up(instant), self.up(instant) + self.ticks_up(option.transit)
                instant += option.every or self.tick

    def _at_ports(
        self,
        vehicle: Vehicle,
        option: LaunchOption | None,
        launch: int | None,
        arrival: int,
        ports: tuple[str, ...] | None,
        brings: Brings,
    ) -> Iterator[Coming]:
        if not 0 <= arrival < self.end:
            return
        handover = option.handover if option else vehicle.in_flight.handover if vehicle.in_flight else timedelta(0)
        for port in self.case.ports:
            if (
                port.interface == self.kind(vehicle.id).interface
                and (ports is None or port.id in ports)
                and (brings.people or self.docks_alone(vehicle.id, port.id, arrival))
                and not self.blackout(vehicle.id, "arrival", arrival, port.id)
                and not (launch is not None and self.blackout(vehicle.id, "launch", launch, port.id))
            ):
                yield Coming(option, launch, arrival, port.id, brings, self.ticks_up(handover))

    def docks_alone(self, vehicle: str, port: str, tick: int) -> bool:
        """Whether the ship may come to the port with nobody in it."""
        place = self.ports[port]
        return (
            self.kind(vehicle).automatic_docking
            and place.automatic_docking
            and not self.inside_any(place.no_automatic_docking, tick)
        )

    def blackout(self, vehicle: str, event: str, tick: int, *ports: str) -> bool:
        """Whether a blackout forbids the event of the ship (a blackout of ports: at one of these ports)."""
        kind = self.kind(vehicle)
        return any(
            event in rule.forbids
            and rule.id not in self.waive
            and self.inside(rule, tick)
            and (rule.types is None or kind.id in rule.types)
            and (rule.launchers is None or kind.launcher in rule.launchers)
            and (rule.ports is None or any(port in rule.ports for port in ports))
            for rule in self.case.traffic.blackouts
        )

    def leave(self, vehicle: str) -> tuple[int, int, bool]:
        """First and last tick for a departure, and whether the ship must leave."""
        bounds = self.vehicles[vehicle].leave
        first, last = 0, self.end
        if bounds is not None and f"{vehicle}.leave" not in self.waive:
            first = 0 if bounds.not_before is None else self.up(bounds.not_before)
            last = self.end if bounds.not_after is None else self.down(bounds.not_after)
        return first, last, last < self.end

    # ----------------------------------------------------------------------------------------------- health

    def passage(self, vehicle: str, purpose: str, tick: int) -> Passage:
        """Emergency, nominal or relocation passage in force in a tick."""
        found = getattr(self.kind(vehicle).health, purpose)
        for state in self._states(vehicle, tick):
            found = getattr(state, purpose) or found
        if found is None:
            nominal = self.passage(vehicle, "nominal", tick)
            return Passage(allowed=nominal.allowed, at_most=nominal.most)
        assert isinstance(found, Passage)
        return found

    def loss(self, vehicle: str, purpose: str, number: int, tick: int) -> float:
        """Loss of each of a number of people; a number without an entry takes the next higher one."""
        table = self.passage(vehicle, purpose, tick).loss
        entries = [entry for entry in sorted(table) if entry >= number]
        if table and not entries:
            raise Unsupported(f"{vehicle}: its {purpose} losses end below {number} people. Add an entry.")
        return mean(table[entries[0]]) if entries else 0.0

    def leaves_alone(self, vehicle: str, tick: int) -> bool:
        """Whether the ship may return with nobody in it, as in a tick."""
        found = self.kind(vehicle).health.uncrewed
        for state in self._states(vehicle, tick):
            found = state.uncrewed or found
        return found.allowed

    def _states(self, vehicle: str, tick: int) -> list[Health]:
        """Dated health states begun by a tick, the latest last."""
        begun = [s for s in self.vehicles[vehicle].health if s.from_ is None or self.down(s.from_) <= tick]
        return sorted(begun, key=lambda s: (s.from_ is not None, s.from_))

    def life_steps(self, vehicle: str) -> list[LifeStep]:
        """Docked-life steps of a ship that are not waived."""
        own = self.vehicles[vehicle].docked_life
        steps = self.kind(vehicle).docked_life if own is None else own
        return sorted((step for step in steps if step.id not in self.waive), key=lambda step: step.after)

    def life_step(self, vehicle: str, launch: int | datetime | None, tick: int) -> LifeStep | None:
        """The step in force in a tick for a ship launched in a tick, at an earlier instant, or (None) unknown when."""
        found = None
        for step in self.life_steps(vehicle):
            if isinstance(launch, int):
                reached = launch + self.ticks_down(step.after) <= tick
            else:
                reached = launch is not None and self.down(launch + step.after) <= tick
            found = step if reached else found
        return found

    # ----------------------------------------------------------------------------------------------- people

    def named(self, people: People) -> list[str]:
        """Ids of the people that a rule names."""
        return [person for person in self.people if people == "all" or person in people]

    def qualified(self, person: str, qualification: str, tick: int) -> bool:
        """Whether a person has a qualification in a tick."""
        for entry in self.people[person].qualified:
            if isinstance(entry, Qualified):
                if entry.for_ == qualification and (entry.until is None or tick < self.down(entry.until)):
                    return True
            elif entry == qualification:
                return True
        return False

    def fits(self, person: str, limits: BodyLimits | None) -> bool:
        """Whether a person fits a seat, as grown in flight; an unknown measure passes."""
        body, growth = self.people[person].body, self.case.growth
        for name in BodyLimits.model_fields:
            bounds, measure = getattr(limits, name, None), getattr(body, name, None)
            if bounds is None or measure is None:
                continue
            grown = measure * getattr(growth, name.removesuffix("_cm"), 1.0)
            if bounds.at_least is not None and grown < bounds.at_least:
                return False
            if bounds.at_most is not None and grown > bounds.at_most:
                return False
        return True

    def aboard_at_start(self, person: Person) -> bool:
        """Whether somebody is aboard in the tick before the start."""
        return person.aboard or person.aboard_in is not None

    def given_launch(self, person: Person) -> datetime | None:
        """When somebody was launched who is aboard or on the way at the start."""
        if person.launched is not None:
            return person.launched
        if person.aboard_in is not None:
            return self.vehicles[person.aboard_in.vehicle].launched
        for vehicle in self.case.vehicles:
            if vehicle.in_flight is not None and person.id in vehicle.in_flight.brings.people:
                return vehicle.launched
        return None

    def stay_bound(self, person: Person, bound: str, launch: int | None) -> int | None:
        """Tick of `planned_return`, `earliest_return` or `latest_return`, for one launched in that tick (if ever)."""
        value = getattr(person, bound)
        if value is None or f"{person.id}.{bound}" in self.waive:
            return None
        shortest = bound == "earliest_return"
        if isinstance(value, datetime):
            return self.up(value) if shortest else self.down(value)
        given = self.given_launch(person)
        if given is not None:
            return self.up(given + value) if shortest else self.down(given + value)
        if launch is None:
            return None
        return launch + (self.ticks_up(value) if shortest else self.ticks_down(value))
