"""What a case says, ship by ship and tick by tick, as the exhaustive oracle reads it.

Written down once more from the meaning of a case file, so that neither the solver nor its checker is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from ..models.base import Interval
from ..models.case import Case
from ..models.crew import Liner, LinerKind, Person, Suit
from ..models.fleet import LaunchOption, LifeStep, Passage, Port, SeatGroup, Vehicle, VehicleType

Purpose = Literal["emergency", "nominal", "relocation"]
Bound = Literal["earliest_return", "latest_return"]


class Book:
    """A case less what is waived; ticks are counted from the start, -1 is the one before it."""

    def __init__(self, case: Case, waived: Collection[str]) -> None:
        self.case, self.waived = case, frozenset(waived)
        self.ticks = case.ticks
        self.ships: dict[str, Vehicle] = {ship.id: ship for ship in case.vehicles}
        kinds = {kind.id: kind for kind in case.vehicle_types}
        self.kind: dict[str, VehicleType] = {ship.id: kinds[ship.type] for ship in case.vehicles}
        self.groups: dict[str, dict[str, SeatGroup]] = {
            ship.id: {group.id: group for group in (*kinds[ship.type].groups, *ship.extra_groups)}
            for ship in case.vehicles
        }
        self.ports: dict[str, Port] = {port.id: port for port in case.ports}
        self.people: dict[str, Person] = {person.id: person for person in case.people}
        self.suits: dict[str, Suit] = {suit.id: suit for suit in case.suits}
        self.liners: dict[str, Liner] = {liner.id: liner for liner in case.liners}
        self.liner_kinds: dict[str, LinerKind] = {kind.id: kind for kind in case.liner_kinds}
        self.passage = cache(self._passage)
        self.may_leave_empty = cache(self._may_leave_empty)
        self.is_qualified = cache(self._is_qualified)
        self.fits = cache(self._fits)
        self.exists = cache(self._exists)
        self.steps = cache(self._steps)

    # ------------------------------------------------------------------------------------------------ time

    def at(self, tick: int) -> datetime:
        """The instant at which a tick begins."""
        return self.case.horizon.start + tick * self.case.resolution

    def floor(self, instant: datetime) -> int:
        """The last tick that begins at an instant or before it."""
        return (instant - self.case.horizon.start) // self.case.resolution

    def ceil(self, instant: datetime) -> int:
        """The first tick that begins at an instant or after it."""
        return -((self.case.horizon.start - instant) // self.case.resolution)

    def up(self, length: timedelta) -> int:
        """A shortest time in ticks."""
        return -(-length // self.case.resolution)

    def down(self, length: timedelta) -> int:
        """A longest time in ticks."""
        return length // self.case.resolution

    def is_in(self, interval: Interval, tick: int) -> bool:
        """Whether a tick begins in `[from, to)`."""
        moment = self.at(tick)
        return (interval.from_ is None or interval.from_ <= moment) and (interval.to is None or moment < interval.to)

    # ---------------------------------------------------------------------------------------------- health

    def _passage(self, ship: str, purpose: Purpose, tick: int) -> Passage:
        """The latest dated state that says something of a purpose, else the type's."""
        found: Passage | None = getattr(self.kind[ship].health, purpose)
        states = [state for state in self.ships[ship].health if state.from_ is None or self.floor(state.from_) <= tick]
        for state in sorted(states, key=lambda state: (state.from_ is not None, state.from_ or self.at(0))):
            found = getattr(state, purpose) or found
        if found is None:  # a relocation is allowed to as many as a nominal return
            nominal = self.passage(ship, "nominal", tick)
            found = Passage(allowed=nominal.allowed, at_most=nominal.most)
        return found

    def _may_leave_empty(self, ship: str, tick: int) -> bool:
        found = self.kind[ship].health.uncrewed
        states = [state for state in self.ships[ship].health if state.from_ is None or self.floor(state.from_) <= tick]
        for state in sorted(states, key=lambda state: (state.from_ is not None, state.from_ or self.at(0))):
            found = state.uncrewed or found
        return found.allowed

    def _steps(self, ship: str, launched: int | None) -> tuple[tuple[int, LifeStep], ...]:
        """Steps of docked life and the ticks from which each is in force, for a launch in a tick or long before."""
        own = self.ships[ship].docked_life
        steps = self.kind[ship].docked_life if own is None else own
        steps = tuple(step for step in sorted(steps, key=lambda step: step.after) if step.id not in self.waived)
        if launched is not None:
            return tuple((launched + self.down(step.after), step) for step in steps)
        since = self.ships[ship].launched
        return () if since is None else tuple((self.floor(since + step.after), step) for step in steps)

    def life(self, ship: str, launched: int | None, tick: int) -> LifeStep | None:
        """The step in force in a tick; `launched` as decided, None for a ship launched before the start."""
        reached = [step for since, step in self.steps(ship, launched) if since <= tick]
        return reached[-1] if reached else None

    # ------------------------------------------------------------------------------------- people and seats

    def _is_qualified(self, person: str, ship: str, tick: int) -> bool:
        kind = self.kind[ship]
        return self.has(person, kind.crewing.qualification or kind.id, tick)

    def has(self, person: str, qualification: str, tick: int) -> bool:
        """Whether a person has a qualification in a tick."""
        for entry in self.people[person].qualified:
            if isinstance(entry, str):
                if entry == qualification:
                    return True
            elif entry.for_ == qualification and (entry.until is None or self.at(tick) < entry.until):
                return True
        return False

    def _fits(self, person: str, ship: str, group: str) -> bool:
        """Whether a body, as grown in flight, fits a seat; an unknown measure does."""
        body, limits, growth = self.people[person].body, self.groups[ship][group].body, self.case.growth
        if body is None or limits is None:
            return True
        stretch = {"stature_cm": growth.stature, "sitting_height_cm": growth.sitting_height}
        for name in type(limits).model_fields:
            limit, size = getattr(limits, name), getattr(body, name)
            if limit is None or size is None:
                continue
            size *= stretch.get(name, 1.0)
            hair = 1e-9 * size
            if limit.at_least is not None and size + hair < limit.at_least:
                return False
            if limit.at_most is not None and size - hair > limit.at_most:
                return False
        return True

    def _exists(self, ship: str, group: str, tick: int) -> bool:
        """Whether the date from which a group exists has come."""
        since = self.groups[ship][group].from_
        return since is None or since <= self.at(tick)

    def bound(self, person: str, name: Bound, launched: int | None) -> int | None:
        """The tick of a bound on somebody's stay; `launched` as decided, None for a launch before the start."""
        who = self.people[person]
        bound: datetime | timedelta | None = getattr(who, name)
        if bound is None or f"{person}.{name}" in self.waived:
            return None
        shortest = name == "earliest_return"
        if isinstance(bound, timedelta):
            if launched is not None:
                return launched + (self.up(bound) if shortest else self.down(bound))
            since = who.launched
            if since is None and who.aboard_in is not None:
                since = self.ships[who.aboard_in.vehicle].launched
            for ship in self.case.vehicles:
                if since is None and ship.in_flight is not None and person in ship.in_flight.brings.people:
                    since = ship.launched
            if since is None:
                return None
            bound = since + bound
        return self.ceil(bound) if shortest else self.floor(bound)

    # ---------------------------------------------------------------------------------------------- launches

    def arrivals(self, option: LaunchOption, launch: int) -> list[int]:
        """When a ship launched in a tick would arrive; empty where it cannot be launched then."""
        moment = self.at(launch)
        if option.opportunities:
            found = []
            for chance in option.opportunities:
                if chance.launch == moment and chance.arrival is not None:
                    found.append(self.ceil(chance.arrival))
                elif chance.launch == moment and chance.transit is not None:
                    found.append(launch + self.up(chance.transit))
            return found
        if option.earliest is None or option.latest is None or option.transit is None:
            return []
        step = option.every or self.case.resolution
        lies_on_a_date = (moment - option.earliest) % step == timedelta(0)
        if option.earliest <= moment <= option.latest and lies_on_a_date:
            return [launch + self.up(option.transit)]
        return []
