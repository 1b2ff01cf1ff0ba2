"""The textbook model's rules on people: aboard, in seats, and going home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.case import Staffing
from ..models.crew import Person
from ..models.fleet import SeatGroup
from .textbook_board import Board
from .textbook_dates import BEFORE

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import Literal


def add_people(board: Board) -> None:
    """State who can be aboard, and who can hold which seat."""
    for tick in (BEFORE, *board.dates.ticks):
        for person in board.case.people:
            if tick == BEFORE:
                _start(board, person)
            else:
                _aboard(board, person, tick)
                _one_seat(board, person.id, tick)
        for vehicle in board.ships:
            _number(board, vehicle, tick)
            if tick != BEFORE:
                _seats(board, vehicle, tick)
                _crewing(board, vehicle, tick)
    for person in board.case.people:
        _stay(board, person)
    for vehicle in board.ships:
        _handover(board, vehicle)


def add_departures(board: Board) -> None:
    """State who may leave or move in a ship: everything about it as in the tick before."""
    for vehicle in board.ships:
        for tick in board.dates.ticks:
            _departure(board, vehicle, tick)
            _relocation(board, vehicle, tick)
        _end(board, vehicle)


def _start(board: Board, person: Person) -> None:
    aboard, seat = board.dates.aboard_at_start(person), person.aboard_in
    board.aboard[person.id, BEFORE] = board.yes if aboard else board.no
    board.home[person.id, BEFORE] = board.no
    for vehicle in board.ships:
        there = seat is not None and seat.vehicle == vehicle
        board.sits[person.id, vehicle, BEFORE] = board.yes if there else board.no
    for vehicle, group in board.seats:
        there = seat is not None and (seat.vehicle, seat.group) == (vehicle, group.id)
        board.holds[person.id, vehicle, group.id, BEFORE] = board.yes if there else board.no
    # Launched at most once, and only from the ground.
    board.model.add_at_most_one([board.aboard[person.id, BEFORE], *(x for _, _, x in board.flights(person.id))])


def _aboard(board: Board, person: Person, tick: int) -> None:
    """Aboard from the arrival on, until going home in a ship in which a seat was held in the tick before."""
    name = person.id
    for vehicle in board.ships:
        board.returns[name, vehicle, tick] = board.both(
            board.departs[vehicle, tick], board.sits[name, vehicle, tick - 1]
        )
    returns = board.either(board.returns[name, vehicle, tick] for vehicle in board.ships)
    stays = board.both(board.aboard[name, tick - 1], board.negation(returns))
    comes = [board.comes_in(name, vehicle, tick) for vehicle in board.ships]
    board.aboard[name, tick] = board.either([stays, *comes])
    board.home[name, tick] = board.either([board.home[name, tick - 1], returns])


def _one_seat(board: Board, person: str, tick: int) -> None:
    aboard = board.aboard[person, tick]
    for vehicle, group in board.seats:
        possible = _may_hold(board, person, vehicle, group, tick)
        board.holds[person, vehicle, group.id, tick] = board.new("holds") if possible else board.no
    held = [board.holds[person, vehicle, group.id, tick] for vehicle, group in board.seats]
    board.model.add_at_most_one(held)
    for literal in held:
        board.implies(literal, aboard)
    for vehicle in board.ships:
        board.sits[person, vehicle, tick] = board.either(
            board.holds[person, vehicle, group.id, tick] for group in board.dates.groups(vehicle)
        )
    board.unassured[person, tick] = board.both(aboard, *(board.negation(literal) for literal in held))


def _may_hold(board: Board, person: str, vehicle: str, group: SeatGroup, tick: int) -> bool:
    """Whether dates and bodies alone allow it."""
    return (
        board.usable[vehicle, group.id, tick] is not board.no
        and board.aboard[person, tick] is not board.no
        and board.dates.fits(person, group.body)
        and board.dates.passage(vehicle, "emergency", tick).most > 0
    )


def _number(board: Board, vehicle: str, tick: int) -> None:
    """Count the holders, as far as emergency return allows."""
    dates, seated = board.dates, [board.sits[person, vehicle, tick] for person in board.people]
    if tick == BEFORE:
        number = sum(literal is board.yes for literal in seated)
        for count in range(len(seated) + 1):
            board.heads[vehicle, count, BEFORE] = board.yes if count == number else board.no
        return
    possible = [literal for literal in seated if literal is not board.no]
    most = min(dates.passage(vehicle, "emergency", tick).most, len(possible))
    for count in range(len(seated) + 1):
        board.heads[vehicle, count, tick] = board.no
    if not possible:
        board.heads[vehicle, 0, tick] = board.yes
        return
    for count in range(most + 1):
        board.heads[vehicle, count, tick] = board.new("heads")
    board.model.add_exactly_one(board.heads[vehicle, count, tick] for count in range(most + 1))
    board.model.add(sum(possible) == sum(count * board.heads[vehicle, count, tick] for count in range(1, most + 1)))


def _seats(board: Board, vehicle: str, tick: int) -> None:
    """No seat is held by two, and only usable ones are held; a docked-life step may end all holding."""
    for group in board.dates.groups(vehicle):
        held = [board.holds[person, vehicle, group.id, tick] for person in board.people]
        for literal in held:
            board.implies(literal, board.usable[vehicle, group.id, tick])
        board.model.add(sum(held) <= len(group.seats))
    for step in board.dates.life_steps(vehicle):
        if not step.holds:
            for person in board.people:
                board.never(board.in_step[vehicle, step.id, tick], board.sits[person, vehicle, tick])


def _crewing(board: Board, vehicle: str, tick: int) -> None:
    """With anyone in it, a ship has its qualified people, one of them at the controls if it has any."""
    crewing, groups = board.dates.kind(vehicle).crewing, board.dates.groups(vehicle)
    qualification = crewing.qualification or board.dates.kind(vehicle).id
    able = [person for person in board.people if board.dates.qualified(person, qualification, tick)]
    if not crewing.qualified or not groups:
        return
    manned = board.negation(board.heads[vehicle, 0, tick])
    if manned is board.no:
        return
    seated = [board.sits[person, vehicle, tick] for person in able]
    board.model.add(sum(seated) >= crewing.qualified).only_enforce_if(manned)
    controls = [group.id for group in groups if group.controls]
    if controls:
        board.implies(manned, *(board.holds[person, vehicle, group, tick] for person in able for group in controls))


def _handover(board: Board, vehicle: str) -> None:
    """For some time after arrival only those who came in the ship hold its seats."""
    for coming, comes in board.ways(vehicle):
        for tick in range(coming.arrival, min(coming.arrival + coming.handover, board.dates.end)):
            for person in board.people:
                if person not in coming.brings.people:
                    board.never(comes, board.sits[person, vehicle, tick])


def _stay(board: Board, person: Person) -> None:
    """Go home not before the earliest return; aboard in no tick from the latest return on."""
    dates, name = board.dates, person.id
    cases: list[tuple[int | None, Literal]] = [(coming.launch, comes) for _, coming, comes in board.flights(name)]
    if dates.aboard_at_start(person):
        cases = [(None, board.yes)]
    by_bounds: dict[tuple[int | None, int | None], list[Literal]] = {}
    for launch, comes in cases:
        earliest = dates.stay_bound(person, "earliest_return", launch)
        latest = dates.stay_bound(person, "latest_return", launch)
        by_bounds.setdefault((earliest, latest), []).append(comes)
    for (earliest, latest), ways in by_bounds.items():
        comes = board.either(ways)
        for tick in dates.ticks:
            if earliest is not None and tick < earliest:
                for vehicle in board.ships:
                    board.never(comes, board.returns[name, vehicle, tick])
            if latest is not None and tick >= latest:
                board.never(comes, board.aboard[name, tick])


def _departure(board: Board, vehicle: str, tick: int) -> None:
    dates, kind, departs = board.dates, board.dates.kind(vehicle), board.departs[vehicle, tick]
    if departs is board.no:
        return
    passage = dates.passage(vehicle, "nominal", tick - 1)
    crewed_right = tick > 0 or board.crewed_right(vehicle)
    in_window = kind.landing_windows is None or dates.inside_any(kind.landing_windows, tick)
    if not dates.leaves_alone(vehicle, tick - 1):
        board.never(departs, board.heads[vehicle, 0, tick - 1])
    for number in range(1, len(board.people) + 1):
        if number > passage.most or not in_window or not crewed_right:
            board.never(departs, board.heads[vehicle, number, tick - 1])
    for step in dates.life_steps(vehicle):
        if not step.returns:
            board.never(
                departs, board.negation(board.heads[vehicle, 0, tick - 1]), board.in_step[vehicle, step.id, tick - 1]
            )
    if kind.unsuited.nominal is None:
        for group in dates.groups(vehicle):
            for person in board.people:
                board.never(departs, board.unsuited[person, vehicle, group.id, tick - 1])


def _relocation(board: Board, vehicle: str, tick: int) -> None:
    dates, kind, relocates = board.dates, board.dates.kind(vehicle), board.relocates[vehicle, tick]
    if relocates is board.no:
        return
    passage = dates.passage(vehicle, "relocation", tick - 1)
    allowed = kind.relocates.crewed and (tick > 0 or board.crewed_right(vehicle))
    for number in range(1, len(board.people) + 1):
        if number > passage.most or not allowed:
            board.never(relocates, board.heads[vehicle, number, tick - 1])
    for port in board.case.ports:
        if not (kind.relocates.uncrewed and dates.docks_alone(vehicle, port.id, tick)):
            board.never(board.moves_to[vehicle, port.id, tick], board.heads[vehicle, 0, tick - 1])


def _end(board: Board, vehicle: str) -> None:
    """Whether the ship could leave at the end with all who hold seats in it: a fact, not a choice."""
    dates, last = board.dates, board.dates.end - 1
    passage = dates.passage(vehicle, "nominal", last)
    reasons = [board.heads[vehicle, number, last] for number in range(passage.most + 1, len(board.people) + 1)]
    reasons += [board.in_step[vehicle, step.id, last] for step in dates.life_steps(vehicle) if not step.returns]
    if dates.kind(vehicle).unsuited.nominal is None:
        reasons += [
            board.unsuited[person, vehicle, group.id, last]
            for group in dates.groups(vehicle)
            for person in board.people
        ]
    board.lawful[vehicle] = board.negation(board.either(reasons))


def counted(board: Board, rule: Staffing, tick: int) -> list[Literal]:
    """The people aboard in a tick whom a staffing rule counts."""
    return [
        board.aboard[person.id, tick]
        for person in board.case.people
        if (rule.agency is None or person.agency == rule.agency)
        and (rule.qualification is None or board.dates.qualified(person.id, rule.qualification, tick))
    ]


def add_staffing(board: Board) -> None:
    """State the hard staffing rules; the soft ones are a measure."""
    for rule in board.case.staffing:
        if rule.soft or rule.id in board.dates.waive:
            continue
        ticks = [tick for tick in board.dates.ticks if board.dates.inside(rule, tick)]
        for tick in ticks:
            if rule.at_least is not None:
                board.model.add(sum(counted(board, rule, tick)) >= rule.at_least)
            if rule.at_most is not None:
                board.model.add(sum(counted(board, rule, tick)) <= rule.at_most)
        if rule.at_most_person_days is not None:
            most = whole_ticks(board, rule.at_most_person_days)
            board.model.add(sum(x for tick in ticks for x in counted(board, rule, tick)) <= most)


def whole_ticks(board: Board, days: float) -> int:
    """Whole ticks in a number of days; the small addition undoes what floats lose in a decimal such as 1.2."""
    return int(days / board.dates.days + 1e-9)
