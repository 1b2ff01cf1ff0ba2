"""The walk of the exhaustive oracle: tick by tick through everything that a plan could let happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import product

from ..models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch, Relocation, RiggingDone
from .exhaustive_book import Book
from .exhaustive_rules import Rules
from .exhaustive_state import (
    Seat,
    State,
    arrived,
    before_start,
    carried,
    departed,
    flown,
    landed,
    relocated,
    rigged,
)


class TooLong(Exception):
    """The walk has taken more steps than it may."""


class Walk:
    """All plans of a case that no rule has stopped, each once."""

    def __init__(self, book: Book, rules: Rules, most_steps: int) -> None:
        self.book, self.rules = book, rules
        self.steps_left = most_steps
        self.hold = cache(self._hold)

    def plans(self) -> Iterator[Plan]:
        """Every plan."""
        for state in self._in_flight(before_start(self.book)):
            yield from self._from(state, 0)

    def _from(self, state: State, tick: int) -> Iterator[Plan]:
        if tick == self.book.ticks:
            if self.rules.is_whole(state):
                yield self.plan(state)
            return
        for now in self._tick(state, tick):
            yield from self._from(now, tick + 1)

    def _tick(self, before: State, tick: int) -> Iterator[State]:
        """Every way in which one tick can go, in the order in which things happen at its start."""
        rules = self.rules
        for launched in self._launches(before, tick):
            for left in self._departures(launched, tick):
                for moved in self._relocations(left, tick):
                    here = arrived(self.book, moved, tick)
                    if not (rules.is_spaced(here, tick) and rules.stands(here, tick) and rules.is_staffed(here, tick)):
                        continue
                    for ready in self._riggings(here, tick):
                        for done in self._liner_moves(landed(ready, tick), before, tick):
                            yield from self._holds(done, tick)

    def _step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise TooLong

    # ----------------------------------------------------------------------------------------------- events

    def _in_flight(self, state: State) -> Iterator[State]:
        """Every arrival and port of the ships that are on their way at the start."""
        states = [state]
        for ship in self.book.case.vehicles:
            way = ship.in_flight
            if way is None:
                continue
            dates = sorted({self.book.floor(date) for date in way.arrivals if date < self.book.case.horizon.end})
            if "launch" not in self.rules.on:
                dates = list(range(self.book.ticks))
            states = [
                flown(self.book, one, ship.id, way, (None, date, port))
                for one in states
                for date in dates
                for port in self.rules.ports(ship.id, way, None, date)
            ]
        yield from states

    def _launches(self, state: State, tick: int) -> Iterator[State]:
        """Every set of launches in a tick: ship by ship none, or one of its options."""
        states = [state]
        for ship in self.book.case.vehicles:
            if state.flight(ship.id) is not None:
                continue
            states += [
                flown(self.book, one, ship.id, option, (tick, arrival, port))
                for one in states
                for option in ship.launch
                for arrival in self.rules.arrivals(one, option, tick)
                for port in self.rules.ports(ship.id, option, tick, arrival)
            ]
        yield from states

    def _departures(self, state: State, tick: int) -> Iterator[State]:
        """Every set of departures."""
        can = [ship for ship in state.docked if self.rules.may_depart(state, ship, tick)]
        for leaves in product((False, True), repeat=len(can)):
            self._step()
            ships = [ship for ship, goes in zip(can, leaves, strict=True) if goes]
            yield departed(self.book, state, ships, tick)

    def _relocations(self, state: State, tick: int) -> Iterator[State]:
        """Every set of ships that move, each to every other port."""
        choices = [
            [None, *(to for to in self.book.ports if to != port and self.rules.may_relocate(state, ship, to, tick))]
            for ship, port in state.docked.items()
        ]
        for chosen in product(*choices):
            self._step()
            moves = {ship: to for ship, to in zip(state.docked, chosen, strict=True) if to is not None}
            if self.rules.are_in_turn(state, moves):
                yield relocated(self.book, state, moves, tick)

    def _riggings(self, state: State, tick: int) -> Iterator[State]:
        """Every set of seat groups rigged."""
        can = [
            (ship, group)
            for ship in state.docked
            for group in self.book.groups[ship]
            if (ship, group) not in state.rigged and self.rules.may_rig(ship, group, tick)
        ]
        for done in product((False, True), repeat=len(can)):
            self._step()
            yield rigged(self.book, state, [pair for pair, is_done in zip(can, done, strict=True) if is_done], tick)

    def _liner_moves(self, state: State, before: State, tick: int) -> Iterator[State]:
        """Every set of liner moves begun, at most one a liner."""
        names = list(self.book.liners)
        choices = [[None, *self.rules.places(state, before, name, tick)] for name in names]
        for chosen in product(*choices):
            self._step()
            moves = {name: to for name, to in zip(names, chosen, strict=True) if to is not None}
            after = carried(self.book, state, moves, tick)
            if self.rules.are_few(after, tick) and self.rules.has_room(after, tick):
                yield after

    def _holds(self, state: State, tick: int) -> Iterator[State]:
        """Every way to seat those aboard, or to leave them without a seat."""
        people = state.aboard()
        choices = {name: self.rules.choices(state, name, tick) for name in people}

        def seated(names: list[str], seats: Mapping[str, Seat]) -> Iterator[Mapping[str, Seat]]:
            self._step()
            if not names:
                if self.rules.are_crewed(seats, tick):
                    yield seats
                return
            yield from seated(names[1:], seats)
            for seat in choices[names[0]]:
                if self.rules.can_add(seats, seat, tick):
                    yield from seated(names[1:], {**seats, names[0]: seat})

        for seats in seated(people, {}):
            yield replace(state, seats=seats, held=(*state.held, seats))

    # ------------------------------------------------------------------------------------------------ a plan

    def plan(self, state: State) -> Plan:
        """What led to a state, written as a plan: adjoining holds joined."""
        holds = []
        for person in self.book.people:
            since = 0
            for tick in range(1, self.book.ticks + 1):
                seat = state.held[tick - 1].get(person)
                if tick < self.book.ticks and state.held[tick].get(person) == seat:
                    continue
                if seat is not None:
                    holds.append(self.hold(person, seat, since, tick))
                since = tick
        return Plan(
            launches=tuple(event for event in state.events if isinstance(event, PlannedLaunch)),
            departures=tuple(event for event in state.events if isinstance(event, Departure)),
            relocations=tuple(event for event in state.events if isinstance(event, Relocation)),
            riggings=tuple(event for event in state.events if isinstance(event, RiggingDone)),
            liner_moves=tuple(event for event in state.events if isinstance(event, LinerMoved)),
            holds=tuple(holds),
        )

    def _hold(self, person: str, seat: Seat, since: int, to: int) -> Hold:
        return Hold(
            person=person,
            vehicle=seat.ship,
            group=seat.group,
            suit=seat.suit,
            from_=self.book.at(since),
            to=self.book.at(to),
        )
