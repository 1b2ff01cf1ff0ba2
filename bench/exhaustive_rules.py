"""The rules by which the exhaustive oracle stops following what cannot become a lawful plan.

They need not be complete, since the checker judges every plan in the end; but they must never stop a lawful one. Each
can be switched off by the name of its family, which may only add plans that the checker rejects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Literal

from ..models.case import Staffing
from ..models.fleet import InFlight, LaunchOption
from .exhaustive_book import Book
from .exhaustive_state import AWAY, EARTH, GROUND, LOST, STOWED, Seat, State, liner_seats

FAMILIES = frozenset(
    {"blackouts", "crewing", "departure", "health", "launch", "liners", "ports", "relocation", "rigging", "seats",
     "staffing", "stay", "suits", "traffic"}
)  # fmt: skip
"""What can be switched off."""
Kind = Literal["launch", "arrival", "departure", "relocation"]


class Rules:
    """What can be decided of a plan in the making."""

    def __init__(self, book: Book, off: Collection[str] = ()) -> None:
        self.book = book
        self.on = FAMILIES.difference(off)
        self.hard = [rule for rule in book.case.staffing if not rule.soft and rule.id not in book.waived]
        self.spacing = book.up(book.case.traffic.spacing)

    # --------------------------------------------------------------------------------------------- traffic

    def is_black(self, kind: Kind, ship: str, ports: Collection[str], tick: int) -> bool:
        """Whether a blackout forbids something."""
        if "blackouts" not in self.on:
            return False
        own = self.book.kind[ship]
        return any(
            kind in rule.forbids
            and rule.id not in self.book.waived
            and self.book.is_in(rule, tick)
            and (rule.ports is None or any(port in rule.ports for port in ports))
            and (rule.types is None or own.id in rule.types)
            and (rule.launchers is None or own.launcher in rule.launchers)
            for rule in self.book.case.traffic.blackouts
        )

    def ports(self, ship: str, way: LaunchOption | InFlight, launch: int | None, arrival: int) -> list[str]:
        """Where a ship may come to."""
        book = self.book
        if "launch" not in self.on:
            return list(book.ports)
        found = []
        for port in book.ports.values():
            if port.interface != book.kind[ship].interface or (way.ports is not None and port.id not in way.ports):
                continue
            if launch is not None and self.is_black("launch", ship, [port.id], launch):
                continue
            if self.is_black("arrival", ship, [port.id], arrival):
                continue
            if way.brings.people or self.docks_alone(ship, port.id, arrival):
                found.append(port.id)
        return found

    def docks_alone(self, ship: str, port: str, tick: int) -> bool:
        """Whether a ship can come to a port with nobody in it."""
        place = self.book.ports[port]
        can = self.book.kind[ship].automatic_docking and place.automatic_docking
        return can and not any(self.book.is_in(span, tick) for span in place.no_automatic_docking)

    def arrivals(self, state: State, option: LaunchOption, tick: int) -> list[int]:
        """When a ship launched now in an option would arrive; empty where it cannot be."""
        if "launch" not in self.on:
            return list(range(tick, self.book.ticks))
        if any(state.where[name] != GROUND for name in option.brings.people):
            return []
        return sorted({arrival for arrival in self.book.arrivals(option, tick) if arrival < self.book.ticks})

    def is_spaced(self, state: State, tick: int) -> bool:
        """Whether all traffic lies far enough from that of this tick."""
        if "traffic" not in self.on or not self.spacing:
            return True
        return state.traffic.count(tick) <= 1 and not (
            tick in state.traffic and any(tick - self.spacing < other < tick for other in state.traffic)
        )

    def stands(self, state: State, tick: int) -> bool:
        """Whether ships may stand where they do, and be there at all."""
        if "ports" in self.on:
            if len(set(state.docked.values())) < len(state.docked):
                return False
            closed = [port for port in self.book.case.ports if any(self.book.is_in(span, tick) for span in port.closed)]
            if any(port.id in state.docked.values() for port in closed):
                return False
        if "traffic" in self.on:
            for ship in state.docked:
                leave = self.book.ships[ship].leave
                if leave is None or leave.not_after is None or f"{ship}.leave" in self.book.waived:
                    continue
                if leave.not_after < self.book.case.horizon.end and self.book.floor(leave.not_after) <= tick:
                    return False
        return True

    def may_depart(self, state: State, ship: str, tick: int) -> bool:
        """Whether a ship may leave at the start of a tick with those who held seats in it before."""
        book, before = self.book, tick - 1
        leave = book.ships[ship].leave
        if "traffic" in self.on and leave is not None and f"{ship}.leave" not in book.waived:
            moment = book.at(tick)
            if leave.not_before is not None and moment < leave.not_before:
                return False
            if leave.not_after is not None and moment > leave.not_after:
                return False
        if self.is_black("departure", ship, [state.docked[ship]], tick):
            return False
        if "liners" in self.on and any(to == ship for _, to in state.moving.values()):
            return False
        people = state.holders(ship)
        if "departure" in self.on:
            windows = book.kind[ship].landing_windows
            if not people:
                return book.may_leave_empty(ship, before)
            if len(people) > book.passage(ship, "nominal", before).most:
                return False
            if windows is not None and not any(book.is_in(window, tick) for window in windows):
                return False
            step = book.life(ship, state.launch_of(ship), before)
            if step is not None and not step.returns:
                return False
        if "crewing" in self.on and not self.is_crewed(state.seats, ship, before):
            return False
        asks = book.kind[ship].suit is not None and book.kind[ship].unsuited.nominal is None
        if "suits" in self.on and asks and any(state.seats[name].suit is None for name in people):
            return False
        launched = dict(state.launched)
        for name in people if "stay" in self.on else ():
            earliest = book.bound(name, "earliest_return", launched.get(name))
            if earliest is not None and tick < earliest:
                return False
        return True

    def may_relocate(self, state: State, ship: str, port: str, tick: int) -> bool:
        """Whether a ship may move to a port at the start of a tick with those who held seats in it before."""
        book = self.book
        if self.is_black("relocation", ship, [state.docked[ship], port], tick):
            return False
        if "relocation" not in self.on:
            return True
        if book.ports[port].interface != book.kind[ship].interface:
            return False
        people = state.holders(ship)
        if not people:
            return book.kind[ship].relocates.uncrewed and self.docks_alone(ship, port, tick)
        if not book.kind[ship].relocates.crewed:
            return False
        if len(people) > book.passage(ship, "relocation", tick - 1).most:
            return False
        return "crewing" not in self.on or self.is_crewed(state.seats, ship, tick - 1)

    def are_in_turn(self, state: State, moves: Mapping[str, str]) -> bool:
        """Whether ships can move one after another, each to a port that is free at its turn."""
        if "ports" not in self.on:
            return True
        now, waiting = dict(state.docked), dict(moves)
        while waiting:
            free = [ship for ship, port in waiting.items() if port not in now.values()]
            if not free:
                return False
            now[free[0]] = waiting.pop(free[0])
        return True

    # ---------------------------------------------------------------------------------------------- people

    def is_staffed(self, state: State, tick: int) -> bool:
        """Whether those aboard are as many as they have to be, and no longer there than they may."""
        book, aboard = self.book, state.aboard()
        if "staffing" in self.on:
            for rule in self.hard:
                if book.is_in(rule, tick):
                    number = self._count(rule, aboard, tick)
                    if number < (rule.at_least or 0) or (rule.at_most is not None and number > rule.at_most):
                        return False
        launched = dict(state.launched)
        for name in aboard if "stay" in self.on else ():
            latest = book.bound(name, "latest_return", launched.get(name))
            if latest is not None and tick >= latest:
                return False
        return True

    def _count(self, rule: Staffing, aboard: Collection[str], tick: int) -> int:
        return sum(
            (rule.agency is None or self.book.people[name].agency == rule.agency)
            and (rule.qualification is None or self.book.has(name, rule.qualification, tick))
            for name in aboard
        )

    def may_rig(self, ship: str, group: str, tick: int) -> bool:
        """Whether a group may be rigged in a tick."""
        rigging = self.book.groups[ship][group].rigging
        if "rigging" not in self.on:
            return True
        return rigging is not None and (rigging.not_before is None or rigging.not_before <= self.book.at(tick))

    # ----------------------------------------------------------------------------------------------- seats

    def choices(self, state: State, person: str, tick: int) -> list[Seat]:
        """The seats, each with a suit or none, that somebody aboard may hold as far as this hangs on nobody else."""
        found = []
        for ship in state.docked:
            if not self._takes(state, person, ship, tick):
                continue
            for group in self.book.groups[ship].values():
                if "seats" in self.on:
                    if not self.book.exists(ship, group.id, tick) or not self.book.fits(person, ship, group.id):
                        continue
                    if group.rigging is not None and (ship, group.id) not in state.rigged:
                        continue
                if "liners" in self.on and group.needs_liner is not None:
                    own = [n for n, liner in self.book.liners.items() if liner.owner == person]
                    kind = group.needs_liner
                    if not any(self.book.liners[n].kind == kind and state.liners[n] == ship for n in own):
                        continue
                found += [Seat(ship, group.id, suit) for suit in self._suits(state, person, ship, group.id)]
        return found

    def _takes(self, state: State, person: str, ship: str, tick: int) -> bool:
        """Whether a ship takes somebody: handed over by now, and not too long in space."""
        if not self.book.groups[ship]:
            return False
        flight = state.flight(ship)
        if flight is not None and "seats" in self.on:
            handed_over = flight.arrival + self.book.up(flight.handover)
            if tick < handed_over and person not in flight.people:
                return False
        step = self.book.life(ship, state.launch_of(ship), tick)
        return "health" not in self.on or step is None or step.holds

    def _suits(self, state: State, person: str, ship: str, group: str) -> list[str | None]:
        kind = self.book.kind[ship]
        if "suits" not in self.on:
            return [None, *self.book.suits]
        if kind.suit is None:
            return [None]
        found: list[str | None] = [None] if kind.unsuited.emergency is not None else []
        if self.book.groups[ship][group].hookups:
            found += [
                suit.id
                for suit in self.book.suits.values()
                if suit.id in state.suits and suit.type == kind.suit and person in suit.fits
            ]
        return found

    def can_add(self, seats: Mapping[str, Seat], seat: Seat, tick: int) -> bool:
        """Whether one more seat can be held beside others: room, health, and a suit that nobody else wears."""
        ship = seat.ship
        if "suits" in self.on and seat.suit is not None and any(other.suit == seat.suit for other in seats.values()):
            return False
        number = Counter(other.group for other in seats.values() if other.ship == ship)
        if "seats" in self.on and number[seat.group] >= len(self.book.groups[ship][seat.group].seats):
            return False
        return "health" not in self.on or number.total() < self.book.passage(ship, "emergency", tick).most

    def are_crewed(self, seats: Mapping[str, Seat], tick: int) -> bool:
        """Whether every ship in which seats are held has the crew that it asks for."""
        return "crewing" not in self.on or all(
            self.is_crewed(seats, ship, tick) for ship in {seat.ship for seat in seats.values()}
        )

    def is_crewed(self, seats: Mapping[str, Seat], ship: str, tick: int) -> bool:
        """Whether enough of those who hold seats are qualified, one of them at the controls if there are any."""
        people = {name: seat for name, seat in seats.items() if seat.ship == ship}
        needed = self.book.kind[ship].crewing.qualified
        if not people or not needed:
            return True
        groups = self.book.groups[ship]
        able = [seat for name, seat in people.items() if self.book.is_qualified(name, ship, tick)]
        if len(able) < needed:
            return False
        return not any(g.controls for g in groups.values()) or any(groups[seat.group].controls for seat in able)

    # ---------------------------------------------------------------------------------------------- liners

    def places(self, state: State, before: State, liner: str, tick: int) -> list[str]:
        """Where a liner may be moved to in a move that begins in a tick."""
        book, place = self.book, state.liners[liner]
        if "liners" not in self.on:
            return [STOWED, *book.ships]
        how = book.liner_kinds[book.liners[liner].kind].move
        if how is None or tick + book.down(how.takes) >= book.ticks:
            return []
        if place in (EARTH, AWAY, LOST) or before.liners[liner] != place:
            return []
        if place != STOWED and (place not in state.docked or place not in before.docked):
            return []
        return [to for to in (STOWED, *state.docked) if to != place]

    def are_few(self, state: State, tick: int) -> bool:
        """Whether no more liner moves have begun than may in any span that ends now."""
        for kind in self.book.case.liner_kinds if "liners" in self.on else ():
            if kind.move is None or kind.move.at_most is None or kind.move.within is None:
                continue
            since = tick - max(1, self.book.up(kind.move.within))
            if sum(name == kind.id and begun > since for name, begun in state.moves) > kind.move.at_most:
                return False
        return True

    def has_room(self, state: State, tick: int) -> bool:
        """Whether every docked ship has seats for the liners in it."""
        if "liners" not in self.on:
            return True
        inside = Counter(
            (place, self.book.liners[name].kind) for name, place in state.liners.items() if place in state.docked
        )
        return all(liner_seats(self.book, state, *pair, tick) >= number for pair, number in inside.items())

    # ----------------------------------------------------------------------------------------------- the end

    def is_whole(self, state: State) -> bool:
        """Whether every ship came that had to."""
        return "launch" not in self.on or all(
            state.flight(ship.id) is not None
            for ship in self.book.case.vehicles
            if ship.must_launch or ship.in_flight is not None
        )
