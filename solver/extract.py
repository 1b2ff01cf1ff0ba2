"""From column values to a plan with names: members, ports and suits are handed out in the case's order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch, Relocation, RiggingDone
from .classes import Crew
from .colouring import Stay, colour
from .engine import Values
from .facts import Coming, Ship
from .flow import Flow, Terms
from .rows import ONE
from .rules.liners import STOWED, brought, lies, lies_at_start
from .rules.seats import existing, rigging
from .rules.suits import wears


class NoPorts(Exception):
    """Counting ports was not enough: the ships cannot be given ports by name."""

    def __init__(self, interface: str) -> None:
        super().__init__(interface)
        self.interface = interface


class NoRoom(Exception):
    """A liner that the model has forgotten lies where another has taken its room."""


class Extract:
    """Reads a plan off the values of a flow."""

    def __init__(self, flow: Flow, values: Values) -> None:
        self.flow, self.values, self.facts = flow, values, flow.facts
        self.arrivals: dict[int, Coming] = {}
        for ship, arrivals in enumerate(flow.comings):
            for _, coming, column in arrivals:
                if values[column]:
                    self.arrivals[ship] = coming
        self.leaving = {
            ship.index: i for ship in self.facts.ships for i in flow.periods if self.count(flow.leaves(ship.index, i))
        }

    def count(self, terms: Terms) -> int:
        """Value of some terms."""
        return sum(f if c == ONE else f * int(self.values[c]) for c, f in terms if c is not None)

    def plan(self) -> Plan:
        """The whole plan."""
        flow, time = self.flow, self.flow.time
        ports = self._ports()
        moves = self._liner_moves()
        self._room(moves)
        launches = [
            PlannedLaunch(
                vehicle=self.facts.ships[ship].id,
                option=coming.option.id if coming.option else None,
                launch=None if coming.launch is None else time.instant(coming.launch),
                arrival=time.instant(coming.arrival),
                port=ports[ship],
            )
            for ship, coming in self.arrivals.items()
        ]
        departures = [
            Departure(vehicle=self.facts.ships[ship].id, at=time.instant(flow.begin(i)))
            for ship, i in self.leaving.items()
        ]
        relocations = [
            Relocation(vehicle=self.facts.ships[ship].id, port=str(key[3]), at=time.instant(flow.begin(i)))
            for ship, keys in flow.relocating.items()
            for key in keys
            for i in flow.periods
            if self.count(flow.read(flow.events, key, i))
        ]
        rigs = [
            RiggingDone(vehicle=self.facts.ships[kind.ship].id, group=kind.group.id, at=time.instant(flow.begin(i)))
            for s, kind in enumerate(self.facts.kinds)
            for i in flow.periods
            if self.count(rigging(flow, s, i))
        ]
        return Plan(
            case=self.facts.case.id,
            launches=tuple(launches),
            departures=tuple(departures),
            relocations=tuple(relocations),
            riggings=tuple(rigs),
            liner_moves=tuple(moves),
            holds=tuple(hold for crew in flow.crews for hold in self._holds(crew)),
        ).joined()

    def events(self) -> set[int]:
        """Ticks at which something happens in the plan: where refinement looks."""
        ticks = {coming.arrival for coming in self.arrivals.values()}
        ticks |= {coming.launch for coming in self.arrivals.values() if coming.launch is not None}
        ticks |= {self.flow.begin(i) for i in self.leaving.values()}
        for key, columns in self.flow.events.items():
            if key[0] in ("enters", "moves", "rigs", "relocates"):
                ticks |= {
                    self.flow.begin(i) for i, column in enumerate(columns) if column is not None and self.values[column]
                }
        for ship, coming in self.arrivals.items():
            if coming.launch is not None:
                ticks |= {coming.launch + self.flow.time.down(step.after) for step in self.facts.ships[ship].steps}
        return {tick for tick in ticks if 0 <= tick < self.facts.horizon}

    # ------------------------------------------------------------------ ports

    def _ports(self) -> dict[int, str]:
        """The port that each arriving ship comes to."""
        flow, found = self.flow, dict[int, str]()
        for interface in {port.interface for port in self.facts.case.ports}:
            ships = [ship for ship in self.facts.ships if ship.type.interface == interface]
            if interface in flow.explicit_ports:
                for key, columns in flow.events.items():
                    comes = key[0] == "comes-to" and key[1] in self.arrivals
                    if comes and any(column is not None and self.values[column] for column in columns):
                        found[int(str(key[1]))] = str(key[2])
                continue
            ports = [port.id for port in self.facts.case.ports if port.interface == interface]
            stays = [
                Stay(ship.index, begin, end, self._lasting(ship, begin, end))
                for ship in ships
                if ship.docked or ship.index in self.arrivals
                for begin in [-1 if ship.docked else self.arrivals[ship.index].arrival]
                for end in [flow.begin(self.leaving[ship.index]) if ship.index in self.leaving else self.facts.horizon]
            ]
            if not self.facts.holds("ports.one-ship") and all(stay.ports for stay in stays):
                found |= {stay.ship: stay.ports[0] for stay in stays}
                continue
            coloured = colour(stays, ports)
            if coloured is None:
                raise NoPorts(interface)
            found |= coloured
        return found

    def _lasting(self, ship: Ship, begin: int, end: int) -> tuple[str, ...]:
        """Ports where the ship could stand for its whole stay and leave from."""
        facts = self.facts
        allowed = (ship.vehicle.docked_at or "",) if ship.docked else self.arrivals[ship.index].ports
        return tuple(
            port
            for port in allowed
            if not any(facts.port_closed(port, tick) for tick in range(max(0, begin), end))
            and (end >= facts.horizon or not facts.blacked_out(ship, "departure", end, port))
        )

    # ----------------------------------------------------------------- liners

    def _liner_moves(self) -> list[LinerMoved]:
        """Moves that a liner is seen to make: one in name only (a plan found in haste may pay for it) is none."""
        flow, found = self.flow, []
        for liner in self.facts.case.liners:
            for i in flow.periods:
                for place in range(STOWED, len(self.facts.ships)):
                    if not self.count(flow.read(flow.events, ("moves", liner.id, place), i)):
                        continue
                    end = flow.at(flow.begin(i) + self.facts.move_ticks[liner.kind])
                    lands = end is not None and self.count(lies(flow, liner, place, end))
                    if lands and not self.count(lies(flow, liner, place, i - 1)):
                        to = None if place == STOWED else self.facts.ships[place].id
                        found.append(LinerMoved(liner=liner.id, to=to, begin=flow.time.instant(flow.begin(i))))
        return found

    def _room(self, moves: Sequence[LinerMoved]) -> None:
        """Raise if, by its moves, a ship would hold more liners of a kind than it has seats for."""
        flow, facts = self.flow, self.facts
        if flow.liners_by_place or not facts.holds("liners.capacity"):
            return
        inside: dict[tuple[int, str], list[int]] = {}
        for liner in facts.case.liners:
            stops: list[tuple[int, int | None]] = []  # from a tick on, in a ship or (None) in none
            for ship in facts.ships:
                if count := self.count(lies_at_start(flow, liner, ship.index)):
                    stops += [(0, ship.index)] * count
                for i, column in brought(flow, liner, ship.index):
                    if self.values[column]:
                        stops.append((flow.begin(i), ship.index))
            for move in moves:
                if move.liner == liner.id:
                    begin = flow.time.floor(move.begin)
                    stops.append((begin, None))
                    to = None if move.to is None else facts.ship_index[move.to]
                    stops.append((begin + facts.move_ticks.get(liner.kind, 0), to))
            for (begin, place), (end, _) in pairwise([*stops, (facts.horizon, None)]):
                if place is not None:
                    leaves = flow.begin(self.leaving[place]) if place in self.leaving else facts.horizon
                    ticks = inside.setdefault((place, liner.kind), [0] * facts.horizon)
                    for tick in range(begin, min(end, leaves)):
                        ticks[tick] += 1
        for (place, kind), ticks in inside.items():
            for i in flow.periods:
                kinds = [s for s in facts.ships[place].kinds if facts.kinds[s].group.needs_liner == kind]
                room = sum(self.count(existing(flow, s, i)) for s in kinds)
                if max(ticks[flow.begin(i) : flow.end(i)], default=0) > room:
                    raise NoRoom

    # ------------------------------------------------------------------ seats

    def _holds(self, crew: Crew) -> list[Hold]:
        """Seats of the members of a class, who keep their seats wherever the counts allow."""
        flow, holds = self.flow, []
        kinds = range(len(self.facts.kinds))
        seats: dict[str, int | None] = {person.id: None for person in crew.members}
        for s in kinds:
            if self.count(flow.held(crew, s, -1)):
                seats = {person.id: s for person in crew.members}
        at_home: set[str] = set()
        for i in flow.periods:
            for s in kinds:
                for _ in range(self.count(flow.returns(crew, s, i))):
                    person = next(p.id for p in crew.members if seats[p.id] == s and p.id not in at_home)
                    at_home.add(person)
                    seats[person] = None
            wanted = {s: self.count(flow.held(crew, s, i)) for s in kinds}
            here = [p.id for p in crew.members if p.id not in at_home] if self.count(flow.aboard(crew, i)) else []
            for person in here:  # keep
                s_ = seats[person]
                if s_ is not None and wanted[s_] > 0:
                    wanted[s_] -= 1
                else:
                    seats[person] = None
            free = [s for s in kinds for _ in range(wanted[s])]
            for person in here:
                if seats[person] is None and free:
                    seats[person] = free.pop(0)
            for person in here:
                s_ = seats[person]
                if s_ is not None:
                    kind = self.facts.kinds[s_]
                    holds.append(
                        Hold(
                            person=person,
                            vehicle=self.facts.ships[kind.ship].id,
                            group=kind.group.id,
                            suit=self._suit(person, s_, i),
                            from_=flow.time.instant(flow.begin(i)),
                            to=flow.time.instant(flow.end(i)),
                        )
                    )
        return holds

    def _suit(self, person: str, s: int, i: int) -> str | None:
        """The suit that serves: one's own if it is aboard, else the shared one assigned."""
        kind = self.facts.kinds[s]
        wanted = self.facts.ships[kind.ship].type.suit
        if not kind.group.hookups or wanted is None:
            return None
        for suit in self.facts.case.suits:
            if suit.type != wanted or person not in suit.fits:
                continue
            if len(suit.fits) > 1:
                if self.count(self.flow.read(self.flow.states, ("serves", suit.id, person), i)):
                    return suit.id
            elif self._left_off(person, wanted, i):
                continue
            elif suit.aboard or any(
                suit.id in coming.suits and coming.arrival <= self.flow.begin(i) for coming in self.arrivals.values()
            ):
                return suit.id
        return None

    def _left_off(self, person: str, suit_type: str, i: int) -> bool:
        """Whether somebody wears no suit of their own by choice."""
        crew = self.flow.crew_of[person]
        return self.facts.asks_for_more and not self.count(wears(self.flow, crew, suit_type, i))
