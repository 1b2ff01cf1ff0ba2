"""Where everything is while the exhaustive oracle walks through the ticks, and how events change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from ..models.fleet import Brings, InFlight, LaunchOption
from ..models.plan import Departure, LinerMoved, PlannedLaunch, Relocation, RiggingDone
from .exhaustive_book import Book

EARTH, STOWED, AWAY, LOST = "(on the ground)", "(stowed)", "(on the move)", "(gone)"
"""Where a liner can be beside in a ship."""
GROUND, FLYING, ABOARD, HOME = "ground", "flying", "aboard", "home"
"""Where a person can be."""
Event = PlannedLaunch | Departure | Relocation | RiggingDone | LinerMoved


class Seat(NamedTuple):
    """A seat that somebody holds, and the suit that serves them."""

    ship: str
    group: str
    suit: str | None


class Flight(NamedTuple):
    """A ship that comes or has come."""

    ship: str
    launch: int | None
    """The tick of the launch; None for a ship launched before the start."""
    arrival: int
    port: str
    people: tuple[str, ...]
    suits: tuple[str, ...]
    liners: tuple[str, ...]
    handover: timedelta


@dataclass(frozen=True)
class State:
    """Everything in one tick, and what led to it. Never changed: every step gives a new one."""

    docked: Mapping[str, str]
    """The port of every docked ship."""
    where: Mapping[str, str]
    seats: Mapping[str, Seat]
    """Who holds which seat; while a tick's events happen, as in the tick before."""
    liners: Mapping[str, str]
    moving: Mapping[str, tuple[int, str]]
    """Liners on the move: from which tick they are where."""
    suits: frozenset[str]
    """Aboard."""
    spare_suits: frozenset[str]
    """On the ground."""
    rigged: frozenset[tuple[str, str]] = frozenset()
    flights: tuple[Flight, ...] = ()
    """Ships on their way, and those that came."""
    launched: tuple[tuple[str, int], ...] = ()
    """People launched by decision."""
    moves: tuple[tuple[str, int], ...] = ()
    """Kind and tick of each liner move begun."""
    traffic: tuple[int, ...] = ()
    """Ticks of arrivals, departures and relocations."""
    events: tuple[Event, ...] = ()
    held: tuple[Mapping[str, Seat], ...] = ()
    """Seats held in each tick so far."""

    def flight(self, ship: str) -> Flight | None:
        """The flight of a ship that was not docked at the start."""
        return next((flight for flight in self.flights if flight.ship == ship), None)

    def launch_of(self, ship: str) -> int | None:
        """The tick in which a ship was launched by decision."""
        flight = self.flight(ship)
        return None if flight is None else flight.launch

    def holders(self, ship: str) -> list[str]:
        """Who holds a seat in a ship."""
        return [person for person, seat in self.seats.items() if seat.ship == ship]

    def aboard(self) -> list[str]:
        """Who is aboard."""
        return [person for person, where in self.where.items() if where == ABOARD]


def before_start(book: Book) -> State:
    """The state in the tick before the start."""
    case = book.case
    where = {p.id: ABOARD if p.aboard or p.aboard_in is not None else GROUND for p in case.people}
    seats = {
        p.id: Seat(p.aboard_in.vehicle, p.aboard_in.group, p.aboard_in.suit)
        for p in case.people
        if p.aboard_in is not None
    }
    return State(
        docked={ship.id: ship.docked_at for ship in case.vehicles if ship.docked_at is not None},
        where=where,
        seats=seats,
        liners={liner.id: STOWED if liner.stowed else liner.in_ or EARTH for liner in case.liners},
        moving={},
        suits=frozenset(suit.id for suit in case.suits if suit.aboard),
        spare_suits=frozenset(suit.id for suit in case.suits if not suit.aboard),
    )


def flown(
    book: Book, state: State, ship: str, way: LaunchOption | InFlight, dates: tuple[int | None, int, str]
) -> State:
    """A ship sets out with what it brings; what is not on the ground stays where it is.

    Parameters
    ----------
    dates
        Tick of the launch (None: before the start), tick of the arrival, port.
    """
    launch, arrival, port = dates
    brings: Brings = way.brings
    people = tuple(name for name in brings.people if state.where[name] == GROUND)
    suits = tuple(name for name in brings.suits if name in state.spare_suits)
    liners = tuple(name for name in brings.liners if state.liners[name] in (EARTH, ship))
    event = PlannedLaunch(
        vehicle=ship,
        option=way.id if isinstance(way, LaunchOption) else None,
        launch=None if launch is None else book.at(launch),
        arrival=book.at(arrival),
        port=port,
    )
    return replace(
        state,
        where={**state.where, **dict.fromkeys(people, FLYING)},
        liners={**state.liners, **dict.fromkeys(liners, ship)},
        spare_suits=state.spare_suits.difference(suits),
        flights=(*state.flights, Flight(ship, launch, arrival, port, people, suits, liners, way.handover)),
        launched=state.launched + (() if launch is None else tuple((name, launch) for name in people)),
        events=(*state.events, event),
    )


def departed(book: Book, state: State, ships: Iterable[str], tick: int) -> State:
    """Ships leave with those who held seats in them, in their suits, and with the liners that lie in them."""
    for ship in ships:
        people = state.holders(ship)
        worn = {state.seats[name].suit for name in people}
        state = replace(
            state,
            docked={name: port for name, port in state.docked.items() if name != ship},
            where={**state.where, **dict.fromkeys(people, HOME)},
            liners={name: LOST if place == ship else place for name, place in state.liners.items()},
            suits=state.suits.difference(worn),
            rigged=frozenset(pair for pair in state.rigged if pair[0] != ship),
            traffic=(*state.traffic, tick),
            events=(*state.events, Departure(vehicle=ship, at=book.at(tick))),
        )
    return state


def relocated(book: Book, state: State, moves: Mapping[str, str], tick: int) -> State:
    """Ships go to other ports."""
    if not moves:
        return state
    events = tuple(Relocation(vehicle=ship, port=port, at=book.at(tick)) for ship, port in moves.items())
    return replace(
        state,
        docked={**state.docked, **moves},
        traffic=state.traffic + (tick,) * len(moves),
        events=state.events + events,
    )


def arrived(book: Book, state: State, tick: int) -> State:
    """The ships due in a tick arrive; a liner stays in its ship if there is a seat for it, else it is stowed."""
    for flight in state.flights:
        if flight.arrival != tick:
            continue
        liners = dict(state.liners)
        room: dict[str, int] = {}
        for name in flight.liners:
            kind = book.liners[name].kind
            room[kind] = room.get(kind, liner_seats(book, state, flight.ship, kind, tick)) - 1
            liners[name] = flight.ship if room[kind] >= 0 else STOWED
        state = replace(
            state,
            docked={**state.docked, flight.ship: flight.port},
            where={**state.where, **dict.fromkeys(flight.people, ABOARD)},
            liners=liners,
            suits=state.suits.union(flight.suits),
            traffic=(*state.traffic, tick),
        )
    return state


def rigged(book: Book, state: State, pairs: Iterable[tuple[str, str]], tick: int) -> State:
    """Groups of ships are rigged."""
    pairs = tuple(pairs)
    events = tuple(RiggingDone(vehicle=ship, group=group, at=book.at(tick)) for ship, group in pairs)
    return replace(state, rigged=state.rigged.union(pairs), events=state.events + events) if pairs else state


def landed(state: State, tick: int) -> State:
    """Liners whose move ends are in their new place."""
    due = {name: place for name, (end, place) in state.moving.items() if end == tick}
    if not due:
        return state
    moving = {name: move for name, move in state.moving.items() if name not in due}
    return replace(state, liners={**state.liners, **due}, moving=moving)


def carried(book: Book, state: State, moves: Mapping[str, str], tick: int) -> State:
    """Moves of liners begin."""
    for name, to in moves.items():
        kind = book.liners[name].kind
        how = book.liner_kinds[kind].move
        length = 0 if how is None else book.down(how.takes)
        event = LinerMoved(liner=name, to=None if to == STOWED else to, begin=book.at(tick))
        state = replace(
            state,
            liners={**state.liners, name: AWAY if length else to},
            moving={**state.moving, name: (tick + length, to)} if length else state.moving,
            moves=(*state.moves, (kind, tick)),
            events=(*state.events, event),
        )
    return state


def liner_seats(book: Book, state: State, ship: str, kind: str, tick: int) -> int:
    """How many seats a ship has in a tick that need liners of a kind."""
    return sum(
        len(group.seats)
        for group in book.groups[ship].values()
        if group.needs_liner == kind
        and book.exists(ship, group.id, tick)
        and (group.rigging is None or (ship, group.id) in state.rigged)
    )
