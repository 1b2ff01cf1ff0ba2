"""The textbook model's rules on ships: where they stand, and when they come, move and leave."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ..models.case import Event, Precedence
from .textbook_board import Board
from .textbook_dates import BEFORE, Dates

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import Literal


def add_ships(board: Board) -> None:
    """State every rule on ships that does not depend on who is in them."""
    for vehicle in board.ships:
        _coming(board, vehicle)
        _standing(board, vehicle)
        _leaving(board, vehicle)
        _life(board, vehicle)
        _rigging(board, vehicle)
    _ports(board)
    _turns(board)
    _spacing(board)
    for rule in board.case.traffic.precedences:
        if rule.id not in board.dates.waive:
            _precedence(board, rule)


def _coming(board: Board, vehicle: str) -> None:
    ship, model = board.dates.vehicles[vehicle], board.model
    for number in range(len(board.dates.comings[vehicle])):
        board.comes[vehicle, number] = board.new("comes")
    ways = [literal for _, literal in board.ways(vehicle)]
    if ship.in_flight is not None or ship.must_launch:
        model.add_exactly_one(ways or [board.no])
    else:
        model.add_at_most_one(ways)
    for tick in board.dates.ticks:
        board.arrives[vehicle, tick] = board.either(x for coming, x in board.ways(vehicle) if coming.arrival == tick)


def _standing(board: Board, vehicle: str) -> None:
    """Stand at a port: came there, moved there, or stood there and neither left nor moved away."""
    dates = board.dates
    ship, kind = dates.vehicles[vehicle], dates.kind(vehicle)
    ports = [port.id for port in board.case.ports if port.interface == kind.interface]
    movable = len(ports) > 1 and ((kind.relocates.crewed and dates.groups(vehicle)) or kind.relocates.uncrewed)
    board.docked[vehicle, BEFORE] = board.yes if ship.docked_at is not None else board.no
    for port in board.case.ports:
        board.stands[vehicle, port.id, BEFORE] = board.yes if ship.docked_at == port.id else board.no
    possible = ship.docked_at is not None or bool(board.dates.comings[vehicle])
    for tick in dates.ticks:
        here_before = board.docked[vehicle, tick - 1]
        departs = board.new("departs") if possible else board.no
        board.departs[vehicle, tick] = departs
        board.implies(departs, here_before)
        for port in board.case.ports:
            move = board.no
            if movable and port.id in ports and not dates.blackout(vehicle, "relocation", tick, port.id):
                move = board.new("moves_to")
                board.implies(move, here_before)
                board.never(move, board.stands[vehicle, port.id, tick - 1])
                for other in ports:
                    if dates.blackout(vehicle, "relocation", tick, other):
                        board.never(move, board.stands[vehicle, other, tick - 1])
            board.moves_to[vehicle, port.id, tick] = move
        moves = [board.moves_to[vehicle, port.id, tick] for port in board.case.ports]
        board.relocates[vehicle, tick] = board.either(moves)
        board.model.add_at_most_one([departs, *moves])
        for port in board.case.ports:
            stayed = board.both(
                board.stands[vehicle, port.id, tick - 1],
                board.negation(departs),
                board.negation(board.relocates[vehicle, tick]),
            )
            came = [
                x for coming, x in board.ways(vehicle) if (coming.port, coming.arrival) == (port.id, tick)
            ]  # fmt: skip
            stands = board.either([stayed, board.moves_to[vehicle, port.id, tick], *came])
            board.stands[vehicle, port.id, tick] = stands
            if dates.inside_any(port.closed, tick):
                board.never(stands)
        board.docked[vehicle, tick] = board.either(board.stands[vehicle, port.id, tick] for port in board.case.ports)


def _leaving(board: Board, vehicle: str) -> None:
    dates = board.dates
    first, last, must = dates.leave(vehicle)
    ports = [port.id for port in board.case.ports]
    for tick in dates.ticks:
        departs = board.departs[vehicle, tick]
        if not first <= tick <= last:
            board.never(departs)
        for port in ports:
            if dates.blackout(vehicle, "departure", tick, port):
                board.never(departs, board.stands[vehicle, port, tick - 1])
    departures = [board.departs[vehicle, tick] for tick in dates.ticks]
    board.model.add_at_most_one(departures)
    if must:
        board.implies(board.docked[vehicle, BEFORE], *departures)
        for _, comes in board.ways(vehicle):
            board.implies(comes, *departures)


def _life(board: Board, vehicle: str) -> None:
    """Which docked-life step is in force follows from the launch, given or decided."""
    dates = board.dates
    for step in dates.life_steps(vehicle):
        for tick in (BEFORE, *dates.ticks):
            launched = dates.vehicles[vehicle].launched
            if launched is not None:
                in_force = board.yes if dates.life_step(vehicle, launched, tick) == step else board.no
            else:
                in_force = board.either(
                    x for coming, x in board.ways(vehicle) if dates.life_step(vehicle, coming.launch, tick) == step
                )
            board.in_step[vehicle, step.id, tick] = in_force


def _rigging(board: Board, vehicle: str) -> None:
    """A group is usable in a docked ship from its date on, and once rigged if it needs to be."""
    dates = board.dates
    for group in dates.groups(vehicle):
        begins = 0 if group.from_ is None else dates.up(group.from_)
        rigged = board.yes if group.rigging is None else board.no
        rigs: list[Literal] = []
        for tick in dates.ticks:
            docked = board.docked[vehicle, tick]
            if group.rigging is not None:
                first = 0 if group.rigging.not_before is None else dates.up(group.rigging.not_before)
                rig = board.new("rigs") if tick >= max(first, begins) else board.no
                board.implies(rig, docked)
                board.rigs[vehicle, group.id, tick] = rig
                rigs.append(rig)
                rigged = board.either([rigged, rig])
            board.usable[vehicle, group.id, tick] = board.both(docked, rigged) if tick >= begins else board.no
        board.model.add_at_most_one(rigs)


def _ports(board: Board) -> None:
    for port in board.case.ports:
        for tick in board.dates.ticks:
            board.model.add_at_most_one(board.stands[vehicle, port.id, tick] for vehicle in board.ships)


def _turns(board: Board) -> None:
    """Ships that move in one tick move one after another: first the one in whose place another is to stand."""
    for tick in board.dates.ticks:
        movers = [vehicle for vehicle in board.ships if board.relocates[vehicle, tick] is not board.no]
        turn = {vehicle: board.model.new_int_var(0, len(movers), "turn") for vehicle in movers}
        for vehicle in movers:
            for other in movers:
                for port in board.case.ports:
                    arrival = board.moves_to[vehicle, port.id, tick]
                    stood = board.stands[other, port.id, tick - 1]
                    if other != vehicle and arrival is not board.no and stood is not board.no:
                        first = board.both(arrival, stood, board.relocates[other, tick])
                        board.model.add(turn[other] + 1 <= turn[vehicle]).only_enforce_if(first)


def _spacing(board: Board) -> None:
    """In any `spacing` ticks at most one ship comes, moves or leaves."""
    spacing = board.dates.ticks_up(board.case.traffic.spacing)
    for first in board.dates.ticks if spacing else ():
        board.model.add_at_most_one(
            event[vehicle, tick]
            for vehicle in board.ships
            for tick in range(first, min(first + spacing, board.dates.end))
            for event in (board.arrives, board.departs, board.relocates)
        )


def _happens(board: Board, event: Event) -> list[tuple[datetime | None, Literal]]:
    """When the event can happen (None: long before the start), each date with its Boolean."""
    dates, vehicle = board.dates, board.dates.vehicles[event.vehicle]
    if event.kind == "departure":
        return [(dates.instant(tick), board.departs[vehicle.id, tick]) for tick in dates.ticks]
    if event.kind == "launch" and (vehicle.docked_at is not None or vehicle.in_flight is not None):
        return [(vehicle.launched, board.yes)]
    if event.kind == "arrival" and vehicle.docked_at is not None:
        return [(None, board.yes)]
    by_tick: dict[int, list[Literal]] = {}
    for coming, comes in board.ways(vehicle.id):
        tick = coming.arrival if event.kind == "arrival" else coming.launch
        if tick is not None:
            by_tick.setdefault(tick, []).append(comes)
    return [(dates.instant(tick), board.either(ways)) for tick, ways in by_tick.items()]


def _precedence(board: Board, rule: Precedence) -> None:
    firsts, thens = _happens(board, rule.first), _happens(board, rule.then)
    if rule.requires:
        for _, then in thens:
            board.implies(then, *(first for _, first in firsts))
    for begin, first in firsts:
        for end, then in thens:
            given = first is board.yes and then is board.yes  # two facts from before the start are not judged
            if not given and not _in_order(board.dates, rule, begin, end):
                board.never(first, then)


def _in_order(dates: Dates, rule: Precedence, first: datetime | None, then: datetime | None) -> bool:
    """Whether two dates obey the rule; None is long past: everything is after it, and by no short time."""
    if first is None:
        return rule.at_most is None
    if then is None:
        return rule.at_least is None and rule.at_most is None
    if rule.at_least is not None and then < dates.instant(dates.up(first + rule.at_least)):
        return False
    return rule.at_most is None or first <= then <= dates.instant(dates.down(first + rule.at_most))
