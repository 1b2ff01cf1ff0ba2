"""What follows from a plan: who is where in which seat, which ship stands at which port, where every liner lies.

The plan is taken at its word; whether it obeys the rules is for the checker to say. An id that the case does not know
is left out of what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from ..models.case import Case
from ..models.crew import Liner, Person
from ..models.fleet import Brings, SeatGroup, Vehicle, VehicleType
from ..models.plan import Hold, Plan, PlannedLaunch

NOTHING = Brings()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of somebody's time aboard in one seat, or in none."""

    begin: datetime
    end: datetime
    hold: Hold | None
    """None: aboard without a seat."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time aboard."""

    person: Person
    begin: datetime
    end: datetime
    """The return, or the end of the horizon."""
    came_in: str | None
    """The ship that brought them; None for people aboard at the start."""
    went_in: str | None
    """The ship of their return; None for people still aboard at the end."""
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A ship's time at the station."""

    vehicle: Vehicle
    launch: PlannedLaunch | None
    """How it comes; None if it is docked at the start."""
    up: tuple[str, ...]
    """The people it brings."""
    ports: tuple[tuple[str, datetime, datetime], ...]
    """Where it stands: port, from, until."""
    left: datetime | None
    down: tuple[str, ...]
    """The people it takes home."""

    @property
    def begin(self) -> datetime:
        """Its arrival, or the start."""
        return self.ports[0][1]

    @property
    def end(self) -> datetime:
        """Its departure, or the end of the horizon."""
        return self.ports[-1][2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a liner is."""

    kind: Literal["ship", "stowed", "ground", "moving", "gone"]
    vehicle: str | None = None
    """The ship it lies in, is moved to, or left in."""
    until: datetime | None = None
    """End of the move."""


class Story:
    """A case and a plan, told person by person, ship by ship and liner by liner."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case = case
        self.plan = plan.joined()
        self.start, self.end = case.horizon.start, case.horizon.end
        self.vehicles = {entry.id: entry for entry in case.vehicles}
        self.types = {entry.id: entry for entry in case.vehicle_types}
        self.seats = {person.id: self._seats(person) for person in case.people}
        self.departed = {event.vehicle: event.at for event in reversed(self.plan.departures)}
        self.launches = {event.vehicle: event for event in reversed(self.plan.launches)}

    def type_of(self, vehicle: str) -> VehicleType:
        """The type of a ship."""
        return self.types[self.vehicles[vehicle].type]

    def groups(self, vehicle: str) -> tuple[SeatGroup, ...]:
        """The seat groups of a ship."""
        return (*self.type_of(vehicle).groups, *self.vehicles[vehicle].extra_groups)

    def group(self, hold: Hold) -> SeatGroup | None:
        """The seat group of a hold, or None if the case has no such group."""
        if hold.vehicle not in self.vehicles:
            return None
        return next((entry for entry in self.groups(hold.vehicle) if entry.id == hold.group), None)

    def ready_from(self, vehicle: str, group: SeatGroup) -> datetime | None:
        """When a seat group begins to exist: its date and its rigging; None if it is never rigged."""
        since = group.from_ or self.start
        if group.rigging is None:
            return since
        done = [entry.at for entry in self.plan.riggings if (entry.vehicle, entry.group) == (vehicle, group.id)]
        return max(since, done[0]) if done else None

    def certified(self, hold: Hold) -> bool:
        """Whether a hold is of a certified seat, and suited if the ship asks for a suit."""
        group = self.group(hold)
        if group is None or group.contingency:
            return False
        return self.type_of(hold.vehicle).suit is None or (group.hookups and hold.suit is not None)

    # -------------------------------------------------------------------------------------------------- people

    @cached_property
    def stays(self) -> tuple[Stay, ...]:
        """Everyone who is ever aboard, in the case's order."""
        return tuple(stay for person in self.case.people if (stay := self._stay(person)) is not None)

    @cached_property
    def grounded(self) -> tuple[Person, ...]:
        """Everyone who is never aboard."""
        aboard = {stay.person.id for stay in self.stays}
        return tuple(person for person in self.case.people if person.id not in aboard)

    def holders(self, vehicle: str, before: datetime) -> tuple[str, ...]:
        """The people who hold seats in a ship in the tick before an instant, in the case's order."""
        return tuple(
            person.id
            for person in self.case.people
            if (hold := self._seat_before(person.id, before)) is not None and hold.vehicle == vehicle
        )

    def _seats(self, person: Person) -> tuple[Hold, ...]:
        """The holds of a person, with the seat of the tick before the start in front."""
        held = tuple(hold for hold in self.plan.holds if hold.person == person.id)
        if person.aboard_in is None:
            return held
        seat, before = person.aboard_in, self.start - self.case.resolution
        first = Hold(
            person=person.id, vehicle=seat.vehicle, group=seat.group, suit=seat.suit, from_=before, to=self.start
        )
        return (first, *held)

    def _seat_before(self, person: str, at: datetime) -> Hold | None:
        moment = at - self.case.resolution
        return next((hold for hold in self.seats[person] if hold.from_ <= moment < hold.to), None)

    def _stay(self, person: Person) -> Stay | None:
        came_in: str | None = None
        begin = self.start
        if not person.aboard and person.aboard_in is None:
            coming = [event for event in self.plan.launches if person.id in self._brings(event).people]
            if not coming:
                return None
            came_in, begin = coming[0].vehicle, coming[0].arrival
        end, went_in = self.end, None
        for event in self.plan.departures:
            seat = self._seat_before(person.id, event.at)
            if begin <= event.at < end and seat is not None and seat.vehicle == event.vehicle:
                end, went_in = event.at, event.vehicle
                break
        return Stay(person, begin, end, came_in, went_in, tuple(self._spans(person.id, begin, end)))

    def _spans(self, person: str, begin: datetime, end: datetime) -> Iterable[Span]:
        now = begin
        for hold in self.plan.holds:
            first, last = max(hold.from_, now), min(hold.to, end)
            if hold.person != person or first >= last:
                continue
            if first > now:
                yield Span(now, first, None)
            yield Span(first, last, hold)
            now = last
        if now < end:
            yield Span(now, end, None)

    # --------------------------------------------------------------------------------------------------- ships

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Every ship that is ever at the station: first those there at the start, then in order of arrival."""
        docked = [visit for vehicle in self.case.vehicles if (visit := self._visit(vehicle)) is not None]
        return tuple(sorted(docked, key=lambda visit: visit.begin if visit.launch else self.start))

    @cached_property
    def letters(self) -> dict[str, str]:
        """A capital letter for every ship at the station that has seats."""
        seated = [visit.vehicle.id for visit in self.visits if self.groups(visit.vehicle.id)]
        return {vehicle: chr(ord("A") + number) if number < 26 else "?" for number, vehicle in enumerate(seated)}

    def _visit(self, vehicle: Vehicle) -> Visit | None:
        launch = self.launches.get(vehicle.id)
        if vehicle.docked_at is not None:
            launch, port, since = None, vehicle.docked_at, self.start
        elif launch is not None:
            port, since = launch.port, launch.arrival
        else:
            return None
        left = self.departed.get(vehicle.id)
        until = self.end if left is None else left
        ports: list[tuple[str, datetime, datetime]] = []
        for move in self.plan.relocations:
            if move.vehicle == vehicle.id:
                ports.append((port, since, move.at))
                port, since = move.port, move.at
        ports.append((port, since, until))
        up = () if launch is None else self._brings(launch).people
        down = () if left is None else self.holders(vehicle.id, left)
        return Visit(vehicle, launch, up, tuple(ports), left, down)

    def _brings(self, event: PlannedLaunch) -> Brings:
        vehicle = self.vehicles.get(event.vehicle)
        if vehicle is None:
            return NOTHING
        if event.option is None:
            return NOTHING if vehicle.in_flight is None else vehicle.in_flight.brings
        return next((option.brings for option in vehicle.launch if option.id == event.option), NOTHING)

    # -------------------------------------------------------------------------------------------------- liners

    def liner(self, person: str, kind: str) -> Liner | None:
        """The liner of a kind that a person owns, or None."""
        return next((entry for entry in self.case.liners if entry.owner == person and entry.kind == kind), None)

    def liner_place(self, liner: Liner, at: datetime) -> Place:
        """Where a liner is in the tick of an instant."""
        moves = [move for move in self.plan.liner_moves if move.liner == liner.id and move.begin <= at]
        if moves:
            move = moves[-1]
            done = move.begin + self.move_takes(liner)
            if at < done:
                return Place("moving", move.to, done)
            return self._in(move.to, at)
        if liner.in_ is not None or liner.stowed:
            return self._in(liner.in_, at)
        for event in self.plan.launches:
            if liner.id in self._brings(event).liners and event.arrival <= at:
                return self._in(event.vehicle if self._has_room(event, liner) else None, at)
        return Place("ground")

    def move_takes(self, liner: Liner) -> timedelta:
        """How long a move of the liner keeps it from any seat: its whole ticks."""
        kinds = [kind for kind in self.case.liner_kinds if kind.id == liner.kind and kind.move is not None]
        takes = kinds[0].move.takes if kinds and kinds[0].move else timedelta(0)
        return takes - takes % self.case.resolution

    def move_rest(self, liner: Liner) -> timedelta:
        """How long, inside the tick in which a move of the liner ends, its owner is without it."""
        kinds = [kind for kind in self.case.liner_kinds if kind.id == liner.kind and kind.move is not None]
        return kinds[0].move.takes % self.case.resolution if kinds and kinds[0].move else timedelta(0)

    def _in(self, vehicle: str | None, at: datetime) -> Place:
        if vehicle is None:
            return Place("stowed")
        left = self.departed.get(vehicle)
        return Place("gone" if left is not None and left <= at else "ship", vehicle)

    def _has_room(self, event: PlannedLaunch, liner: Liner) -> bool:
        """Whether a ship that brings a liner has a seat for it; else it is stowed."""
        first = [
            entry.id
            for key in self._brings(event).liners
            for entry in self.case.liners
            if entry.id == key and entry.kind == liner.kind
        ]
        seats = sum(
            len(group.seats)
            for group in self.groups(event.vehicle)
            if group.needs_liner == liner.kind
            and (ready := self.ready_from(event.vehicle, group)) is not None
            and ready <= event.arrival
        )
        return first.index(liner.id) < seats
