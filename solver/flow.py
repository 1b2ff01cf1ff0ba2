"""What flows where: classes of people through seat kinds and periods, with a verb for every column.

Every verb returns terms (pairs of column and factor), so that constants of the start, columns and nothing at all read
alike. `i` is a period of the grid and the instant at which it starts; period -1 is the tick before the start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from copy import copy

from ..models.crew import Liner
from .classes import Crew, classes
from .engine import Budget
from .facts import Coming, Facts, Ship
from .rows import ONE, Column, Rows, Term

Terms = list[Term]


class Flow:
    """The variable container: columns by name, on one grid."""

    def __init__(
        self,
        facts: Facts,
        grid: Sequence[int],
        *,
        explicit_ports: Iterable[str] = (),
        liners_by_place: bool = False,
        alone: bool = False,
        seats: Collection[tuple[int, int]] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.facts = facts
        self.time = facts.time
        self.grid = list(grid)
        self.periods = range(len(self.grid))
        self.rows = Rows()
        self.crews = classes(facts, alone=alone)
        self.crew_of = {person.id: crew for crew in self.crews for person in crew.members}
        self.states: dict[tuple[object, ...], list[Column]] = {}
        """Columns that hold through a period."""
        self.events: dict[tuple[object, ...], list[Column]] = {}
        """Columns of what happens at an instant."""
        self.once: dict[tuple[object, ...], int] = {}
        """Columns without a date, or with a fixed one."""
        self.explicit_ports = frozenset(explicit_ports)
        """Interfaces whose ports are modelled by name."""
        self.seats = seats
        """Class and seat kind of every seat that may be taken, if not all may: it only restricts, as a grid does."""
        self.liners_by_place = liners_by_place
        """Whether every liner is accounted for, even one that nobody has a use for."""
        self.relocating: dict[int, list[tuple[object, ...]]] = {}
        """By ship: keys of its relocations."""
        self.rests: dict[tuple[str, int], Terms] = {}
        """By liner and instant: moves whose rest, shorter than a tick, finds the owner aboard."""
        self._place = {tick: i for i, tick in enumerate(self.grid)}
        self.comings: list[list[tuple[int, Coming, int]]] = []
        """By ship: instant, coming and column of each arrival on the grid."""
        self._by_option: list[dict[str, list[tuple[int, Coming, int]]]] = []
        """By ship: the same by option."""
        self.kinds_of: list[list[int]] = [[] for _ in self.crews]
        """By class: seat kinds that members may ever hold or go home from."""
        self.crews_in: list[list[Crew]] = [[] for _ in facts.kinds]
        """By seat kind: classes whose members may ever hold one or go home from one."""
        self._flights: dict[int, list[tuple[int, int, Coming, int]]] = {}
        """By class: what `flights` tells, once it has been asked."""
        self._coming: list[dict[int, Terms]] = [{} for _ in self.crews]
        """By class: at each instant, its arrivals."""
        for ship in facts.ships:
            self._add_ship(ship)
        for crew in self.crews:
            if budget is not None:
                budget.insist()
            self._add_crew(crew)

    def copied(self, facts: Facts) -> Flow:
        """The same flow for facts that differ in statements only, which may add rows to it.

        But no columns, and no rows that carry or last: by name these are known to all copies.
        """
        other = copy(self)
        other.facts, other.rows = facts, self.rows.copied()
        return other

    # ------------------------------------------------------------------- grid

    def begin(self, i: int) -> int:
        """First tick of a period."""
        return self.grid[i] if i >= 0 else -1

    def end(self, i: int) -> int:
        """First tick after a period."""
        return self.grid[i + 1] if i + 1 < len(self.grid) else self.facts.horizon

    def at(self, tick: int) -> int | None:
        """The instant at exactly this tick, if it is on the grid."""
        return self._place.get(tick)

    def period(self, tick: int) -> int:
        """The period that holds a tick; -1 before the start."""
        return bisect_right(self.grid, tick) - 1

    # ---------------------------------------------------------------- columns

    def state(self, key: tuple[object, ...], i: int, upper: int = 1) -> int:
        """Add a column that holds through period i."""
        column = self.rows.column(("state", *key), self.grid[i], upper)
        self.states.setdefault(key, [None] * len(self.grid))[i] = column
        return column

    def event(self, key: tuple[object, ...], i: int, upper: int = 1) -> int:
        """Add a column for something that happens at instant i."""
        column = self.rows.column(("event", *key), self.grid[i], upper)
        self.events.setdefault(key, [None] * len(self.grid))[i] = column
        return column

    def single(self, key: tuple[object, ...], tick: int, upper: int = 1) -> int:
        """Add a column that exists once."""
        column = self.rows.column(("once", *key), tick, upper)
        self.once[key] = column
        return column

    def excess(self, column: int, terms: Terms, most: int = 0) -> None:
        """Let a column be what the terms exceed `most` by, or 0: at least that, and exactly that if it matters."""
        rows = self.rows
        kind, *name = rows.keys[column]
        if kind == "state":
            rows.last(("excess", *name), rows.ticks[column], [*terms, (column, -1)], most)
        else:
            rows.at_most([*terms, (column, -1)], most)
        if self.facts.asks_for_more:
            upper = rows.upper[column]
            lowest = sum(min(0, f * (1 if c == ONE else rows.upper[c])) for c, f in terms if c is not None)
            reach = upper + most - lowest
            key, tick = ("above", *name), rows.ticks[column]
            if kind == "once":
                above = self.single(key, tick)
            else:
                above = {"state": self.state, "event": self.event}[str(kind)](key, self.period(tick))
            rows.at_most([(column, 1), (above, -upper)], 0)
            rows.at_most([(column, 1), *times(terms, -1), (above, reach)], reach - most)

    def read(self, kind: dict[tuple[object, ...], list[Column]], key: tuple[object, ...], i: int) -> Terms:
        """The column of a key at i as terms, nothing if there is none."""
        columns = kind.get(key)
        column = columns[i] if columns is not None and i >= 0 else None
        return [] if column is None else [(column, 1)]

    # ------------------------------------------------------------------ ships

    def _add_ship(self, ship: Ship) -> None:
        arrivals = [
            (i, coming, self.single(("arrives", ship.index, number), coming.arrival))
            for number, coming in enumerate(ship.comings)
            if (i := self.at(coming.arrival)) is not None
        ]
        self.comings.append(arrivals)
        by_option: dict[str, list[tuple[int, Coming, int]]] = {}
        for arrival in arrivals:
            by_option.setdefault(arrival[1].way, []).append(arrival)
        self._by_option.append(dict(sorted(by_option.items())))
        arriving = {i for i, _, _ in arrivals}
        self._add_so_far(ship)
        docked: list[Column] = [None] * len(self.grid)
        before: Column = ONE if ship.docked else None
        for i in self.periods:
            crewed, empty = (
                before is not None and self._may_return(ship, i),
                before is not None and self._may_leave(ship, i),
            )
            if crewed:
                self.event(("leaves-crewed", ship.index), i)
            if empty:
                self.event(("leaves-empty", ship.index), i)
            if ship.leave[2] and self.grid[i] >= ship.leave[1]:
                before = None
            elif crewed or empty or i in arriving:
                before = self.state(("docked", ship.index), i)
            docked[i] = before
        self.states[("docked", ship.index)] = docked

    def _add_so_far(self, ship: Ship) -> None:
        """Arrivals so far by option: sums over many dates as differences of two columns instead of long rows."""
        for option, mine in self._by_option[ship.index].items():
            so_far: list[Column] = [None] * len(self.grid)
            before: Column = None
            for i in self.periods:
                here: Terms = [(column, 1) for k, _, column in mine if k == i]
                if here:
                    now = (
                        here[0][0]
                        if before is None and len(here) == 1
                        else self.state(("so-far", ship.index, option), i)
                    )
                    if now != here[0][0]:
                        self.rows.rule = "traffic.docked"
                        self.rows.equal([(now, 1), (before, -1), *times(here, -1)], 0)
                    before = now
                so_far[i] = before
            self.states[("so-far", ship.index, option)] = so_far

    def arrived(self, ship: int, i: int, options: Iterable[str] | None = None) -> Terms:
        """The ship has arrived by instant i, in one of the options if given (even if it has left since)."""
        if i < 0:
            return []
        names = self._by_option[ship] if options is None else sorted(set(options))
        return [term for name in names for term in self.read(self.states, ("so-far", ship, name), i)]

    def launched_from(self, ship: int, tick: int, i: int, options: Collection[str] | None = None) -> Terms:
        """The ship was launched at the tick or later, in one of the options, and has arrived by instant i."""
        terms: Terms = []
        for option, arrivals in self._by_option[ship].items():
            if options is not None and option not in options:
                continue
            launched = [(k, c.launch, column) for k, c, column in arrivals if c.launch is not None]
            early = [k for k, launch, _ in launched if launch < tick]
            late = [k for k, launch, _ in launched if launch >= tick]
            if not late or min(late) > i:
                continue
            if early and max(early) >= min(late):  # a later launch may overtake: no prefix, so the long sum
                terms += [(column, 1) for k, launch, column in launched if launch >= tick and k <= i]
                continue
            terms += self.arrived(ship, i, [option])
            if early:
                terms += times(self.arrived(ship, max(early), [option]), -1)
        return terms

    def _may_depart(self, ship: Ship, tick: int) -> bool:
        first, last, _ = ship.leave
        return first <= tick <= last and not self.facts.blacked_out(ship, "departure", tick)

    def _may_return(self, ship: Ship, i: int) -> bool:
        tick = self.grid[i]
        if (
            not ship.kinds
            or not self._may_depart(ship, tick)
            or self.facts.most(ship, "nominal", tick - 1, "departure.nominal-health") < 1
        ):
            return False
        step = self.facts.step(ship, tick - 1)
        windows = ship.type.landing_windows
        return (step is None or step.returns or not self.facts.holds("docked-life.returns")) and (
            windows is None or any(self.facts.inside(window.from_, window.to, tick) for window in windows)
        )

    def _may_leave(self, ship: Ship, i: int) -> bool:
        return self._may_depart(ship, self.grid[i]) and self.facts.uncrewed(ship, self.grid[i] - 1)

    def docked(self, ship: int, i: int) -> Terms:
        """The ship is docked in period i."""
        if i < 0:
            return [(ONE, 1)] if self.facts.ships[ship].docked else []
        return self.read(self.states, ("docked", ship), i)

    def arrives(self, ship: int, i: int) -> Terms:
        """The ship arrives at i, in whatever option."""
        return [(column, 1) for instant, _, column in self.comings[ship] if instant == i]

    def leaves_crewed(self, ship: int, i: int) -> Terms:
        """The ship leaves at i with people."""
        return self.read(self.events, ("leaves-crewed", ship), i)

    def leaves_empty(self, ship: int, i: int) -> Terms:
        """The ship leaves at i without people."""
        return self.read(self.events, ("leaves-empty", ship), i)

    def leaves(self, ship: int, i: int) -> Terms:
        """The ship leaves at i."""
        return self.leaves_crewed(ship, i) + self.leaves_empty(ship, i)

    def relocates(
        self, ship: int, i: int, port: str | None = None, *, start: str | None = None, crewed: bool | None = None
    ) -> Terms:
        """The ship moves to another port at i: to and from a port and with or without people, where given."""
        return [
            term
            for key in self.relocating.get(ship, ())
            if start in (None, key[2]) and port in (None, key[3]) and crewed in (None, key[4])
            for term in self.read(self.events, key, i)
        ]

    def stays(self, ship: int, i: int) -> Terms:
        """The ship was docked in the tick before i and does not leave at i."""
        return self.docked(ship, i - 1) + times(self.leaves(ship, i), -1)

    # ----------------------------------------------------------------- people

    def _add_crew(self, crew: Crew) -> None:
        facts, person, size = self.facts, crew.one, crew.size
        arrivals = sorted(
            {i for ship, coming in facts.flights[person.id] if (i := self.at(coming.arrival)) is not None}
        )
        latest = facts.stay(person, "latest_return")[0]
        earliest, shortest = facts.stay(person, "earliest_return")
        if shortest is not None:  # counted from a launch that is decided: not before the first of them
            launches = [coming.launch for _, coming in facts.flights[person.id] if coming.launch is not None]
            earliest = min(launches, default=facts.horizon) + shortest
        starts_aboard = person.aboard or person.aboard_in is not None
        aboard: list[Column] = [None] * len(self.grid)
        possible = starts_aboard
        before: Column = ONE if starts_aboard else None
        for i in self.periods:
            tick = self.grid[i]
            possible = possible or i in arrivals
            returning = False
            for s, kind in enumerate(facts.kinds):
                if not self.held(crew, s, i - 1) or not self.leaves_crewed(kind.ship, i) or (earliest or 0) > tick:
                    continue
                if not self._may_return_from(crew, s, i):
                    continue
                self.event(("returns", crew.index, s), i, min(size, kind.seats))
                returning = True
            if not possible or (latest is not None and tick >= latest):
                before = None
                continue
            if returning or i in arrivals:
                before = self.state(("aboard", crew.index), i, size)
            aboard[i] = before
            self.state(("unassured", crew.index), i, size)
            for s in range(len(facts.kinds)):
                if self._may_hold(crew, s, i):
                    self.state(("held", crew.index, s), i, min(size, facts.kinds[s].seats))
                    self.event(("enters", crew.index, s), i, min(size, facts.kinds[s].seats))
        self.states[("aboard", crew.index)] = aboard
        for _, i, _, column in self.flights(crew):
            self._coming[crew.index].setdefault(i, []).append((column, size))
        last = len(self.grid) - 1
        for s, kind in enumerate(facts.kinds):
            if (
                self.held(crew, s, last)
                and self._may_return_from(crew, s, last + 1)
                and self._may_end(facts.ships[kind.ship])
            ):
                self.single(("returns-at-end", crew.index, s), facts.horizon, min(size, kind.seats))
            if self.held(crew, s, -1) or ("held", crew.index, s) in self.states:
                self.kinds_of[crew.index].append(s)
                self.crews_in[s].append(crew)

    def _may_hold(self, crew: Crew, s: int, i: int) -> bool:
        facts, kind, tick = self.facts, self.facts.kinds[s], self.grid[i]
        ship = facts.ships[kind.ship]
        if self.seats is not None and (crew.index, s) not in self.seats:
            return False
        if (
            (tick < kind.begins and facts.holds("seats.exists"))
            or not self.docked(kind.ship, i)
            or not facts.fits(crew.one, kind.group.body)
        ):
            return False
        if facts.most(ship, "emergency", tick, "health.emergency") < 1:
            return False
        step = facts.step(ship, tick)
        if step is not None and not step.holds:
            return False
        forbidden = ship.type.unsuited.emergency is None and facts.holds("suits.hook-up")
        if forbidden and not self.may_be_suited(crew, s):
            return False
        needed = kind.group.needs_liner if facts.holds("liners.in-ship") else None
        return needed is None or any(liner.kind == needed for liner in self.liners_of(crew))

    def may_be_suited(self, crew: Crew, s: int) -> bool:
        """Whether a member could ever be suited in the seat kind (or the ship asks for no suit)."""
        kind = self.facts.kinds[s]
        wanted = self.facts.ships[kind.ship].type.suit
        return wanted is None or (
            kind.group.hookups
            and any(
                suit.type == wanted and crew.one.id in suit.fits and suit.id in self.facts.reachable_suits
                for suit in self.facts.case.suits
            )
        )

    def _may_return_from(self, crew: Crew, s: int, i: int) -> bool:
        ship = self.facts.ships[self.facts.kinds[s].ship]
        if ship.type.unsuited.nominal is not None or ship.type.suit is None:
            return True
        if i < len(self.grid) and not self.facts.holds("suits.nominal"):
            return True
        return self.may_be_suited(crew, s) or (
            i == 0 and crew.one.aboard_in is not None and crew.one.aboard_in.suit is not None
        )

    def _may_end(self, ship: Ship) -> bool:
        """Whether the ship could carry people home if it left at the end, as far as the data alone tell."""
        last = self.facts.horizon - 1
        step = self.facts.step(ship, last)
        if self.facts.passage(ship, "nominal", last).most < 1 or not (step is None or step.returns):
            return False
        if ("lawful", ship.index) not in self.once:
            self.single(("lawful", ship.index), self.facts.horizon)
        return True

    def liners_of(self, crew: Crew) -> list[Liner]:
        """Liners of the first member (all members have the like)."""
        return self.facts.liners_of.get(crew.one.id, [])

    def held(self, crew: Crew, s: int, i: int) -> Terms:
        """Members in seat kind s in period i."""
        if i < 0:
            seat, kind = crew.one.aboard_in, self.facts.kinds[s]
            here = seat is not None and seat.group == kind.group.id and seat.vehicle == self.facts.ships[kind.ship].id
            return [(ONE, crew.size)] if here else []
        return self.read(self.states, ("held", crew.index, s), i)

    def enters(self, crew: Crew, s: int, i: int) -> Terms:
        """Members who take a seat of the kind at i and held none of it before."""
        return self.read(self.events, ("enters", crew.index, s), i)

    def returns(self, crew: Crew, s: int, i: int) -> Terms:
        """Members who go home from the seat kind at i; `i` past the grid: who would at the end, in a lawful ship."""
        if i == len(self.grid):
            column = self.once.get(("returns-at-end", crew.index, s))
            return [] if column is None else [(column, 1)]
        return self.read(self.events, ("returns", crew.index, s), i)

    def returns_at_end(self, crew: Crew, s: int) -> Terms:
        """Members still in the kind at the end, in a ship that could lawfully leave."""
        return self.returns(crew, s, len(self.grid))

    def goes_home(self, crew: Crew, i: int) -> Terms:
        """Members who go home at i, from whatever seat; `i` past the grid: who would at the end, in a lawful ship."""
        return [term for s in self.kinds_of[crew.index] for term in self.returns(crew, s, i)]

    def moving(self, crew: Crew, i: int) -> Terms:
        """Moves of a liner of the class (one person) that leave it nowhere in period i."""
        terms: Terms = []
        for liner in self.liners_of(crew):
            for k in range(i + 1):
                if self.begin(i) < self.begin(k) + self.facts.move_ticks.get(liner.kind, 0):
                    for place in range(-1, len(self.facts.ships)):
                        terms += self.read(self.events, ("moves", liner.id, place), k)
        return terms

    def aboard(self, crew: Crew, i: int) -> Terms:
        """Members aboard in period i."""
        if i < 0:
            return [(ONE, crew.size)] if crew.one.aboard or crew.one.aboard_in is not None else []
        terms = self.read(self.states, ("aboard", crew.index), i)
        return [(ONE, crew.size)] if terms and terms[0][0] == ONE else terms

    def unassured(self, crew: Crew, i: int) -> Terms:
        """Members aboard without a seat in period i."""
        return self.read(self.states, ("unassured", crew.index), i)

    def comes(self, crew: Crew, i: int) -> Terms:
        """Members who arrive at i (all of them, if their ship does)."""
        return self._coming[crew.index].get(i, [])

    def flights(self, crew: Crew) -> Iterable[tuple[int, int, Coming, int]]:
        """Every arrival that brings the class: ship, instant, coming, column."""
        known = self._flights.get(crew.index)
        if known is None:
            every = ((ship, *arrival) for ship, arrivals in enumerate(self.comings) for arrival in arrivals)
            known = self._flights[crew.index] = [flight for flight in every if crew.one.id in flight[2].people]
        return known

    def flown(self, crew: Crew, tick: int, i: int) -> Terms:
        """Members whose launch, if it is decided, was at the tick or later, and who have arrived by instant i."""
        terms: Terms = []
        for ship, options in self.facts.ways[crew.one.id].items():
            terms += times(self.launched_from(ship, tick, i, options), crew.size)
        return terms

    def everyone(self, s: int, i: int) -> Terms:
        """Everybody in seat kind s in period i."""
        return [term for crew in self.crews_in[s] for term in self.held(crew, s, i)]

    def in_ship(self, ship: int, i: int) -> Terms:
        """Everybody who holds a seat in the ship in period i."""
        return [term for s in self.facts.ships[ship].kinds for term in self.everyone(s, i)]

    def going_home(self, ship: int, i: int) -> Terms:
        """Everybody who goes home in the ship at i; `i` past the grid: who would at the end, in a lawful ship."""
        kinds = self.facts.ships[ship].kinds
        return [term for s in kinds for crew in self.crews_in[s] for term in self.returns(crew, s, i)]


def times(terms: Iterable[Term], factor: int) -> Terms:
    """Terms multiplied by an integer."""
    return [(column, value * factor) for column, value in terms]
