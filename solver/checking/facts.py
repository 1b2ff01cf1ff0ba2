"""What the case says, looked up by ship, person and tick; waived ids are left out here, once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal

from ...models.base import mean
from ...models.case import Case
from ...models.crew import Liner, Person, Suit
from ...models.fleet import Health, LifeStep, Passage, Port, SeatGroup, Vehicle, VehicleType
from .clock import Clock

Purpose = Literal["emergency", "nominal", "relocation"]
Bound = Literal["planned_return", "earliest_return", "latest_return"]


class Facts:
    """A case by id, less what is waived."""

    def __init__(self, case: Case, waived: Collection[str]) -> None:
        self.case = case
        self.clock = Clock(case)
        self.waived = frozenset(waived)
        types = {kind.id: kind for kind in case.vehicle_types}
        self.ships: dict[str, Vehicle] = {ship.id: ship for ship in case.vehicles}
        self.type: dict[str, VehicleType] = {ship.id: types[ship.type] for ship in case.vehicles}
        self.groups: dict[str, dict[str, SeatGroup]] = {
            ship.id: {group.id: group for group in (*types[ship.type].groups, *ship.extra_groups)}
            for ship in case.vehicles
        }
        self.people: dict[str, Person] = {person.id: person for person in case.people}
        self.suits: dict[str, Suit] = {suit.id: suit for suit in case.suits}
        self.liners: dict[str, Liner] = {liner.id: liner for liner in case.liners}
        self.liners_of: dict[str, list[Liner]] = {person.id: [] for person in case.people}
        for liner in case.liners:
            self.liners_of[liner.owner].append(liner)
        self.liner_kinds = {kind.id: kind for kind in case.liner_kinds}
        self.ports: dict[str, Port] = {port.id: port for port in case.ports}
        self._states = {ship.id: self._in_order(ship.health) for ship in case.vehicles}
        self._passages: dict[tuple[str, Purpose], list[Passage]] = {}
        self._qualified = {
            (person.id, entry if isinstance(entry, str) else entry.for_): None
            if isinstance(entry, str)
            else entry.until
            for person in case.people
            for entry in person.qualified
        }

    # ------------------------------------------------------------------------------------------ for people

    def person(self, name: str) -> str:
        """What people call a person."""
        return self.people[name].title

    def persons(self, names: Iterable[str]) -> str:
        """What people call several of them."""
        *others, last = [self.person(name) for name in names]
        return f"{', '.join(others)} and {last}" if others else last

    def ship(self, name: str) -> str:
        """What people call a ship."""
        return self.ships[name].title

    def port(self, name: str) -> str:
        """What people call a port."""
        return self.ports[name].title

    def group(self, ship: str, name: str) -> str:
        """What people call a seat group, with its ship."""
        return f"{self.groups[ship][name].title} in {self.ship(ship)}"

    # ---------------------------------------------------------------------------------------------- health

    def passage(self, ship: str, purpose: Purpose, tick: int) -> Passage:
        """What holds for a purpose in a tick: the ship's latest state that gives it, else its type's."""
        known = self._passages.get((ship, purpose))
        if known is None:
            known = [self._passage(ship, purpose, t) for t in range(-1, self.clock.ticks)]
            self._passages[ship, purpose] = known
        return known[tick + 1]

    def _passage(self, ship: str, purpose: Purpose, tick: int) -> Passage:
        given: Passage | None = getattr(self.type[ship].health, purpose)
        for since, state in self._states[ship]:
            if since <= tick:
                given = getattr(state, purpose) or given
        if given is not None:
            return given
        nominal = self.passage(ship, "nominal", tick)  # only a relocation may be given nowhere
        return Passage(allowed=nominal.allowed, at_most=nominal.most)

    def returns_uncrewed(self, ship: str, tick: int) -> bool:
        """Whether the ship may return without people, as in a tick."""
        given = self.type[ship].health.uncrewed
        for since, state in self._states[ship]:
            if since <= tick:
                given = state.uncrewed or given
        return given.allowed

    def _in_order(self, states: Iterable[Health]) -> list[tuple[int, Health]]:
        """States by the tick from which they hold, those without a date first."""
        start = self.clock.start
        ordered = sorted(states, key=lambda state: (state.from_ is not None, state.from_ or start))
        return [(-1 if state.from_ is None else self.clock.floor(state.from_), state) for state in ordered]

    def steps(self, ship: str, launched: int | datetime) -> list[tuple[int, LifeStep]]:
        """The docked-life steps that are not waived, each with its first tick, in order of time.

        Parameters
        ----------
        launched
            The tick of the launch, or its instant where that lies before the start.
        """
        own = self.ships[ship].docked_life
        steps = [step for step in (self.type[ship].docked_life if own is None else own) if step.id not in self.waived]
        return [(self._later(launched, step.after), step) for step in sorted(steps, key=lambda step: step.after)]

    def _later(self, since: int | datetime, length: timedelta) -> int:
        """The tick a longest time after a tick or an earlier instant."""
        if isinstance(since, int):
            return since + self.clock.down(length)
        return self.clock.floor(since + length)

    # ----------------------------------------------------------------------------------------------- seats

    def exists(self, ship: str, group: str, tick: int) -> bool:
        """Whether the date from which a seat group exists has come."""
        since = self.groups[ship][group].from_
        return since is None or self.clock.floor(since) <= tick

    def is_qualified(self, person: str, qualification: str, tick: int) -> bool:
        """Whether a person has a qualification in a tick."""
        if (person, qualification) not in self._qualified:
            return False
        until = self._qualified[person, qualification]
        return until is None or tick < self.clock.floor(until)

    def crewing(self, ship: str) -> tuple[str, int, bool]:
        """The qualification asked for, how many need it, and whether one of them sits at the controls."""
        asked = self.type[ship].crewing
        has_controls = any(group.controls for group in self.groups[ship].values())
        return asked.qualification or self.type[ship].id, asked.qualified, has_controls

    def docks_alone(self, ship: str, port: str, tick: int) -> bool:
        """Whether a ship with nobody in it can come to a port in a tick."""
        place = self.ports[port]
        lost = any(tick in self.clock.span(span) for span in place.no_automatic_docking)
        return self.type[ship].automatic_docking and place.automatic_docking and not lost

    # ------------------------------------------------------------------------------------------------ stay

    def bound(self, person: str, name: Bound, launched: int | None) -> int | None:
        """The tick of a bound on a person's stay; None where there is none, or it is waived.

        Parameters
        ----------
        launched
            The tick of a launch that the plan decides; None for people launched before the start.
        """
        limit = getattr(self.people[person], name)
        if limit is None or f"{person}.{name}" in self.waived:
            return None
        is_shortest = name == "earliest_return"
        if isinstance(limit, timedelta):
            if launched is not None:
                return launched + (self.clock.up(limit) if is_shortest else self.clock.down(limit))
            since = self.launched_before(person)
            if since is None:
                return None
            limit = since + limit
        instant: datetime = limit
        return self.clock.ceil(instant) if is_shortest else self.clock.floor(instant)

    def launched_before(self, person: str) -> datetime | None:
        """When somebody was launched who is aboard, or on the way, at the start."""
        who = self.people[person]
        if who.launched is not None:
            return who.launched
        if who.aboard_in is not None:
            return self.ships[who.aboard_in.vehicle].launched
        for ship in self.case.vehicles:
            if ship.in_flight is not None and person in ship.in_flight.brings.people:
                return ship.launched
        return None


def loss_at(passage: Passage, number: int) -> float:
    """A table's loss of each of so many people; a number without an entry takes the next higher one."""
    entries = sorted(passage.loss)
    for entry in entries:
        if entry >= number:
            return mean(passage.loss[entry])
    return mean(passage.loss[entries[-1]]) if entries else 0.0
