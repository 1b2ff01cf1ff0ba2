"""The textbook model's rules on suits and seat liners: items that are in one place, come in ships and go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.crew import Liner, LinerKind, Suit
from ..models.fleet import SeatGroup
from .textbook_board import STOWED, Board
from .textbook_dates import BEFORE, Coming

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import Literal


def add_suits(board: Board) -> None:
    """State which suit serves whom, and who is unsuited."""
    for suit in board.case.suits:
        _suit(board, suit)
    for tick in (BEFORE, *board.dates.ticks):
        for person in board.case.people:
            serving = [board.serves[suit.id, person.id, tick] for suit in board.case.suits]
            board.model.add_at_most_one(serving)
            for vehicle, group in board.seats:
                held = board.holds[person.id, vehicle, group.id, tick]
                suited = board.either(
                    board.serves[suit.id, person.id, tick]
                    for suit in board.case.suits
                    if _hooked(board, vehicle, group, suit)
                )
                asks = board.dates.kind(vehicle).suit is not None
                unsuited = board.both(held, board.negation(suited)) if asks else board.no
                board.unsuited[person.id, vehicle, group.id, tick] = unsuited
                if board.dates.kind(vehicle).unsuited.emergency is None and tick != BEFORE:
                    board.never(unsuited)


def _hooked(board: Board, vehicle: str, group: SeatGroup, suit: Suit) -> bool:
    """Whether the suit can be hooked up in a seat of the group."""
    return group.hookups and board.dates.kind(vehicle).suit == suit.type


def _suit(board: Board, suit: Suit) -> None:
    """A suit serves one wearer in a seat that takes it, once it is aboard, until it goes home with a wearer."""
    people = [person for person in board.case.people if person.id in suit.fits]
    brought = _brought(board, suit.id)
    board.model.add_at_most_one([board.yes if suit.aboard else board.no, *(x for _, _, x in brought)])
    there = board.yes if suit.aboard else board.no
    for person in board.case.people:
        seat = person.aboard_in
        served = seat is not None and seat.suit == suit.id
        board.serves[suit.id, person.id, BEFORE] = board.yes if served else board.no
    for tick in board.dates.ticks:
        gone = board.either(
            board.both(board.serves[suit.id, person.id, tick - 1], board.returns[person.id, vehicle, tick])
            for person in people
            for vehicle in board.ships
        )
        came = [x for _, coming, x in brought if coming.arrival == tick]
        there = board.either([board.both(there, board.negation(gone)), *came])
        for person in board.case.people:
            hooked = [
                board.holds[person.id, vehicle, group.id, tick]
                for vehicle, group in board.seats
                if _hooked(board, vehicle, group, suit)
            ]
            possible = person in people and there is not board.no and any(x is not board.no for x in hooked)
            serves = board.new("serves") if possible else board.no
            board.implies(serves, there)
            board.implies(serves, *hooked)
            board.serves[suit.id, person.id, tick] = serves
        board.model.add_at_most_one(board.serves[suit.id, person.id, tick] for person in people)


def _brought(board: Board, item: str) -> list[tuple[str, Coming, Literal]]:
    """The ways in which a suit or liner comes: ship, way, Boolean."""
    return [
        (vehicle, coming, comes)
        for vehicle in board.ships
        for coming, comes in board.ways(vehicle)
        if item in coming.brings.suits or item in freight(board, vehicle, coming)
    ]


def freight(board: Board, vehicle: str, coming: Coming) -> list[str]:
    """Liners that come in a ship: those its launch brings, and those that lie in it on its way."""
    lying = [x.id for x in board.case.liners if x.in_ == vehicle and coming.option is None]
    return [*coming.brings.liners, *(liner for liner in lying if liner not in coming.brings.liners)]


def add_liners(board: Board) -> None:
    """State where every liner is, and whose seats count."""
    kinds = {kind.id: kind for kind in board.case.liner_kinds}
    for liner in board.case.liners:
        _liner(board, liner, kinds[liner.kind])
    for kind in board.case.liner_kinds:
        _few_at_a_time(board, kind)
    for tick in board.dates.ticks:
        for vehicle, group in board.seats:
            if group.needs_liner is not None:
                _owners_only(board, vehicle, group, tick)
        for vehicle in board.ships:
            for kind in board.case.liner_kinds:
                _room(board, vehicle, kind.id, tick)


def _liner(board: Board, liner: Liner, kind: LinerKind) -> None:
    dates, brought = board.dates, _brought(board, liner.id)
    hosts = [v for v in board.ships if v == liner.in_ or any(g.needs_liner == kind.id for g in dates.groups(v))]
    places = [STOWED, *hosts]
    docked_at_start = [vehicle for vehicle in places if vehicle == liner.in_ and dates.vehicles[vehicle].docked_at]
    at_start = board.yes if liner.stowed or docked_at_start else board.no
    board.model.add_at_most_one([at_start, *(x for _, _, x in brought)])
    for place in places:
        here = (liner.stowed and place == STOWED) or place in docked_at_start
        board.lies[liner.id, place, BEFORE] = board.yes if here else board.no
    whole = kind.move.takes // dates.tick if kind.move else 0
    rest = bool(kind.move and kind.move.takes % dates.tick)
    for tick in dates.ticks:
        for place in places:
            shift = board.no
            if kind.move and tick + whole < dates.end and not _nowhere_before(board, liner, places, tick):
                shift = board.new("shifts")
                board.never(shift, board.lies[liner.id, place, tick - 1])
                for later in range(tick, tick + whole + 1):
                    board.implies(shift, _there(board, place, later))
            board.shifts[liner.id, place, tick] = shift
        shifts = [board.shifts[liner.id, place, tick] for place in places]
        board.model.add_at_most_one(shifts)
        begins = board.either(shifts)
        board.implies(begins, *(board.lies[liner.id, place, tick - 1] for place in places))
        for place in places:
            board.implies(board.both(begins, board.lies[liner.id, place, tick - 1]), _there(board, place, tick))
            stayed = board.both(
                board.lies[liner.id, place, tick - 1], board.negation(begins), _there(board, place, tick)
            )
            moved = board.shifts[liner.id, place, tick - whole] if tick >= whole else board.no
            came = [
                comes
                for vehicle, coming, comes in brought
                if coming.arrival == tick and _comes_to(board, liner, vehicle, coming) == place
            ]
            board.lies[liner.id, place, tick] = board.either([stayed, moved, *came])
        begun = range(max(0, tick - whole + 1), tick + 1)
        board.away[liner.id, tick] = board.either(board.shifts[liner.id, p, begin] for p in places for begin in begun)
        ends = board.either(board.shifts[liner.id, p, tick - whole] for p in places) if tick >= whole else board.no
        board.rests[liner.id, tick] = board.both(ends, board.aboard[liner.owner, tick]) if rest else board.no


def _nowhere_before(board: Board, liner: Liner, places: list[str], tick: int) -> bool:
    return all(board.lies[liner.id, place, tick - 1] is board.no for place in places)


def _there(board: Board, place: str, tick: int) -> Literal:
    """The place is there in the tick: the station always is."""
    return board.yes if place == STOWED else board.docked[place, tick]


def _comes_to(board: Board, liner: Liner, vehicle: str, coming: Coming) -> str:
    """Where a liner is on arrival: in the ship if that has a seat for it, in the order of the freight, else stowed."""
    kinds = {other.id: other.kind for other in board.case.liners}
    alike = [other for other in freight(board, vehicle, coming) if kinds[other] == liner.kind]
    seats = sum(
        len(group.seats)
        for group in board.dates.groups(vehicle)
        if group.needs_liner == liner.kind
        and group.rigging is None
        and (group.from_ is None or board.dates.up(group.from_) <= coming.arrival)
    )
    return vehicle if alike.index(liner.id) < seats else STOWED


def _few_at_a_time(board: Board, kind: LinerKind) -> None:
    """At most so many moves begin in any span of the given length."""
    if kind.move is None or kind.move.at_most is None or kind.move.within is None:
        return
    liners = [liner.id for liner in board.case.liners if liner.kind == kind.id]
    span = board.dates.ticks_up(kind.move.within)
    for first in board.dates.ticks:
        begun = [
            shift
            for (liner, _, tick), shift in board.shifts.items()
            if liner in liners and first <= tick < first + span and shift is not board.no
        ]
        board.model.add(sum(begun) <= kind.move.at_most)


def _owners_only(board: Board, vehicle: str, group: SeatGroup, tick: int) -> None:
    """A seat that needs a liner counts only while its holder's liner is in the ship."""
    for person in board.people:
        own = [x.id for x in board.case.liners if (x.owner, x.kind) == (person, group.needs_liner)]
        board.implies(
            board.holds[person, vehicle, group.id, tick], *(board.lies[liner, vehicle, tick] for liner in own)
        )


def _room(board: Board, vehicle: str, kind: str, tick: int) -> None:
    """A ship holds at most as many liners as it has seats for them."""
    lying = [
        board.lies[liner.id, vehicle, tick]
        for liner in board.case.liners
        if liner.kind == kind and (liner.id, vehicle, tick) in board.lies
    ]
    seats = sum(
        len(group.seats) * board.usable[vehicle, group.id, tick]
        for group in board.dates.groups(vehicle)
        if group.needs_liner == kind
    )
    board.model.add(sum(lying) <= seats)
