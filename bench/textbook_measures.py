"""The textbook model's measures: lists of charges, each a Boolean, an amount, and when it falls due.

A level that holds a loss is an expectation in whole units of 1e-10 (a micromort is 10,000 units): an event at t charges
R(x, t), a loss held through t charges R(x, t) - R(x, t+1), a daily rate charges Q(y, t+1) - Q(y, t), every charge
rounded by itself. Any other level counts nothing down: it is multiplied by `SCALE` = 1440 x 10^4 (a day has 1440
minutes) and each coefficient is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from ..models.base import mean
from ..models.case import Staffing
from ..models.crew import Person
from ..models.fleet import LaunchOption
from ..models.statements import Measure
from .textbook_board import Board
from .textbook_dates import UNITS, Unsupported
from .textbook_people import counted, whole_ticks

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExpr
    from ortools.sat.python.cp_model_helper import Literal

SCALE = 1440 * 10**4
"""Whole units of a day, a count or a price in a level that counts nothing down."""
MICROMORT = 1e-6


@dataclass(frozen=True)
class Charge:
    """An amount that is due if the Boolean is true (so many times, if it is a count)."""

    due: Literal | IntVar
    when: OneOf["event", "held", "daily", "flat"]
    amount: float
    tick: int
    times: int = 1
    person: str | None = None
    source: str = ""

    def discounted(self, board: Board, weight: float) -> int:
        """Whole units of 1e-10."""
        amount = weight * self.amount
        if self.when == "flat":
            return self.times * math.floor(UNITS * amount + 0.5)
        rounded = {"event": board.dates.event, "held": board.dates.held, "daily": board.dates.daily}
        return self.times * rounded[self.when](amount, self.tick)

    def plain(self, board: Board, weight: float) -> int:
        """Whole units of 1 / SCALE."""
        return self.times * round(SCALE * weight * self.amount * (board.dates.days if self.when == "daily" else 1.0))


def losses(board: Board, *, by_person: bool) -> Iterator[Charge]:
    """Every term of the expected loss; with `by_person` a ship's table is charged to each person in it."""
    for tick in board.dates.ticks:
        for person in board.people:
            loss = mean(board.case.loss_unassured)
            yield Charge(board.unassured[person, tick], "held", loss, tick, 1, person, "unassured")
        for vehicle in board.ships:
            yield from _in_ship(board, vehicle, "emergency", board.yes, tick, tick, by_person)
            departs, relocates = board.departs[vehicle, tick], board.relocates[vehicle, tick]
            yield from _in_ship(board, vehicle, "nominal", departs, tick - 1, tick, by_person)
            yield from _by_number(board, vehicle, "relocation", relocates, tick - 1, tick, by_person)
        for hazard in board.case.hazards:
            if board.dates.inside(hazard, tick):
                for person in board.dates.named(hazard.people):
                    per_day = mean(hazard.rate_per_day)
                    yield Charge(board.aboard[person, tick], "daily", per_day, tick, 1, person, "hazard")
        yield from _rests_of_moves(board, tick)
    for vehicle in board.ships:
        for coming, comes in board.ways(vehicle):
            if coming.option is not None and coming.launch is not None:
                for person in coming.brings.people:
                    loss = mean(coming.option.ascent_loss)
                    yield Charge(comes, "event", loss, coming.launch, 1, person, "launch")
    yield from _at_the_end(board, by_person)
    yield from _deferred(board)


def _in_ship(
    board: Board, vehicle: str, purpose: str, event: Literal, tick: int, due: int, by_person: bool
) -> Iterator[Charge]:
    """What everyone in a ship is charged for an emergency or nominal return: table, group, suit, docked life."""
    when: OneOf["event", "held"] = "held" if purpose == "emergency" else "event"
    unsuited = getattr(board.dates.kind(vehicle).unsuited, purpose)
    yield from _by_number(board, vehicle, purpose, event, tick, due, by_person)
    for person in board.people:
        for group in board.dates.groups(vehicle):
            held = board.both(event, board.holds[person, vehicle, group.id, tick])
            yield Charge(held, when, mean(group.added_loss), due, 1, person, "seat")
            if unsuited is not None:
                bare = board.both(event, board.unsuited[person, vehicle, group.id, tick])
                yield Charge(bare, when, mean(unsuited), due, 1, person, "suit")
        for step in board.dates.life_steps(vehicle):
            old = board.both(event, board.in_step[vehicle, step.id, tick], board.sits[person, vehicle, tick])
            yield Charge(old, when, mean(step.added_loss), due, 1, person, "life")


def _by_number(
    board: Board, vehicle: str, purpose: str, event: Literal, tick: int, due: int, by_person: bool
) -> Iterator[Charge]:
    """A loss table over the number of people in the ship, for each of them."""
    when: OneOf["event", "held"] = "held" if purpose == "emergency" else "event"
    source = {"emergency": "emergency", "nominal": "return", "relocation": "relocation"}[purpose]
    for number in range(1, board.dates.passage(vehicle, purpose, tick).most + 1):
        so_many = board.both(event, board.heads.get((vehicle, number, tick), board.no))
        if so_many is board.no:
            continue
        loss = board.dates.loss(vehicle, purpose, number, tick)
        if by_person:
            for person in board.people:
                among = board.both(so_many, board.sits[person, vehicle, tick])
                yield Charge(among, when, loss, due, 1, person, source)
        else:
            yield Charge(so_many, when, loss, due, number, None, source)


def _rests_of_moves(board: Board, tick: int) -> Iterator[Charge]:
    """The part of a liner move that is shorter than a tick finds its owner without a seat."""
    for liner in board.case.liners:
        rest = _rest_days(board, liner.kind)
        strikes = 1.0 - math.exp(-board.dates.rate(tick) * rest)
        loss = strikes * mean(board.case.loss_unassured)
        yield Charge(board.rests[liner.id, tick], "event", loss, tick, 1, liner.owner, "move")


def _rest_days(board: Board, kind: str) -> float:
    move = next(entry.move for entry in board.case.liner_kinds if entry.id == kind)
    return (move.takes % board.dates.tick) / board.dates.tick * board.dates.days if move else 0.0


def _at_the_end(board: Board, by_person: bool) -> Iterator[Charge]:
    """Whoever is still aboard must yet come home: as if the ship left at the end, or stranded."""
    last, end = board.dates.end - 1, board.dates.end
    for vehicle in board.ships:
        yield from _in_ship(board, vehicle, "nominal", board.lawful[vehicle], last, end, by_person)
    for person in board.people:
        stranded = [
            board.both(board.sits[person, vehicle, last], board.negation(board.lawful[vehicle]))
            for vehicle in board.ships
        ]
        for literal in [board.unassured[person, last], *stranded]:
            yield Charge(literal, "event", mean(board.case.loss_stranded), end, 1, person, "stranded")


def planned_option(board: Board, person: Person) -> tuple[str, LaunchOption] | None:
    """The ship and option in which a person is planned to be launched."""
    found = [
        (vehicle.id, option)
        for vehicle in board.case.vehicles
        for option in vehicle.launch
        if option.planned is not None and person.id in option.brings.people
    ]
    if len(found) > 1:
        raise Unsupported(f"{person.id}: planned in more than one launch option. Name the person in one of them.")
    return found[0] if found else None


def _deferred(board: Board) -> Iterator[Charge]:
    """Whoever has a planned launch and is never launched flies later, at the planned option's losses."""
    for person in board.case.people:
        planned = planned_option(board, person)
        if planned is None:
            continue
        vehicle, option = planned
        never = board.negation(board.launched_at_all(person.id))
        nominal = board.dates.loss(vehicle, "nominal", len(option.brings.people), board.dates.end - 1)
        for loss in (mean(option.ascent_loss), nominal):
            yield Charge(never, "flat", loss, 0, 1, person.id, "deferred")


def by_person(board: Board) -> list[list[Charge]]:
    """Each person's own losses as `worst_person` compares them: those of people aboard, without their ascent."""
    found: dict[str, list[Charge]] = {person: [] for person in board.people}
    for charge in losses(board, by_person=True):
        if charge.person is not None and charge.source not in ("launch", "deferred"):
            found[charge.person].append(charge)
    return list(found.values())


def measure(board: Board, name: Measure) -> Iterable[Charge]:
    """Charges of a measure that is no loss, in days or counts."""
    dates = board.dates
    everyone = [(person, tick) for person in board.people for tick in dates.ticks]
    if name == "unassured_days":
        yield from (Charge(board.unassured[key], "daily", 1, key[1]) for key in everyone)
        for liner in board.case.liners:
            rest = _rest_days(board, liner.kind)
            yield from (Charge(board.rests[liner.id, tick], "event", rest, tick) for tick in dates.ticks)
    elif name == "crew_days":
        yield from (Charge(board.aboard[key], "daily", 1, key[1]) for key in everyone)
    elif name == "graded_days":
        yield from _graded(board)
    elif name == "understaffed_days":
        yield from _understaffed(board)
    elif name == "off_plan_days":
        yield from _off_plan(board)
    elif name == "displaced":
        yield from _displaced(board)
    elif name in ("launches", "extra_launches"):
        for vehicle in board.case.vehicles:
            planned = any(option.planned is not None for option in vehicle.launch)
            for coming, comes in board.ways(vehicle.id):
                if coming.launch is not None and not (planned and name == "extra_launches"):
                    yield Charge(comes, "event", 1, coming.launch)
    elif name == "riggings":
        yield from (Charge(literal, "event", 1, key[-1]) for key, literal in board.rigs.items())
    elif name == "relocations":
        yield from (Charge(literal, "event", 1, key[-1]) for key, literal in board.relocates.items())
    elif name == "liner_moves":
        yield from (Charge(literal, "event", 1, key[-1]) for key, literal in board.shifts.items())
    elif name == "reseats":
        yield from (Charge(literal, "event", 1, tick) for tick, literal in reseats(board))
    elif name == "lateness":
        yield from _lateness(board)
    else:
        raise Unsupported(f"the measure '{name}'. Leave it out of objective and limits.")


def _graded(board: Board) -> Iterator[Charge]:
    dates = board.dates
    for tick in dates.ticks:
        for vehicle in board.ships:
            most = dates.passage(vehicle, "nominal", tick).most
            too_many = [board.heads[vehicle, number, tick] for number in range(most + 1, len(board.people) + 1)]
            steps = [board.in_step[vehicle, step.id, tick] for step in dates.life_steps(vehicle)]
            for person in board.people:
                barred = board.yes if _barred(board, person, vehicle, tick) else board.no
                worse = board.either([*too_many, *steps, barred])
                yield Charge(board.both(board.sits[person, vehicle, tick], worse), "daily", 3, tick)
                for group in dates.groups(vehicle):
                    key = (person, vehicle, group.id, tick)
                    poor = board.holds[key] if group.contingency else board.unsuited[key]
                    yield Charge(board.both(poor, board.negation(worse)), "daily", 1, tick)
        for person in board.people:
            yield Charge(board.unassured[person, tick], "daily", 10, tick)


def _barred(board: Board, person: str, vehicle: str, tick: int) -> bool:
    """Whether a statement forbids the person's return in the ship in the tick."""
    claims = [statement.forbid.return_ for statement in board.statements if statement.forbid is not None]
    return any(
        claim is not None
        and claim.vehicle in (None, vehicle)
        and person in board.dates.named(claim.people)
        and board.dates.inside(claim, tick)
        for claim in claims
    )


def _understaffed(board: Board) -> Iterator[Charge]:
    for rule in board.case.staffing:
        if rule.soft and rule.id not in board.dates.waive:
            for tick in board.dates.ticks:
                if board.dates.inside(rule, tick):
                    people = sum(counted(board, rule, tick))
                    if rule.at_least is not None:
                        yield Charge(_excess(board, rule.at_least - people), "daily", 1, tick)
                    if rule.at_most is not None:
                        yield Charge(_excess(board, people - rule.at_most), "daily", 1, tick)
            if rule.at_most_person_days is not None:
                yield from _over_supplies(board, rule, rule.at_most_person_days)


def _excess(board: Board, amount: LinearExpr | int) -> IntVar:
    """What is above zero."""
    excess = board.model.new_int_var(0, 10**6, "excess")
    board.variables.append(excess)
    board.model.add_max_equality(excess, [amount, 0])
    return excess


def _over_supplies(board: Board, rule: Staffing, supplies: float) -> Iterator[Charge]:
    """Person-days over the supplies: whole ticks over, less the fraction of a tick that the supplies had left."""
    dates, whole = board.dates, whole_ticks(board, supplies)
    ticks = [tick for tick in dates.ticks if dates.inside(rule, tick)]
    over = _excess(board, sum(x for tick in ticks for x in counted(board, rule, tick)) - whole)
    any_over = board.new("any_over")
    board.model.add(over >= 1).only_enforce_if(any_over)
    board.model.add(over == 0).only_enforce_if(~any_over)
    due = dates.end if rule.to is None else min(dates.end, max(0, dates.up(rule.to)))
    left = supplies - whole * dates.days
    yield Charge(over, "event", dates.days, due)
    yield Charge(any_over, "event", -left if abs(left) > 1e-9 * dates.days else 0.0, due)


def _off_plan(board: Board) -> Iterator[Charge]:
    """Aboard after the planned return, or home before it."""
    dates = board.dates
    for person in board.case.people:
        ways: list[tuple[int | None, Literal]] = [(c.launch, comes) for _, c, comes in board.flights(person.id)]
        if dates.aboard_at_start(person):
            ways = [(None, board.yes)]
        planned = [(dates.stay_bound(person, "planned_return", launch), comes) for launch, comes in ways]
        for tick in dates.ticks:
            late = board.either(comes for plan, comes in planned if plan is not None and tick >= plan)
            early = board.either(comes for plan, comes in planned if plan is not None and tick < plan)
            yield Charge(board.both(board.aboard[person.id, tick], late), "daily", 1, tick)
            yield Charge(board.both(board.home[person.id, tick], early), "daily", 1, tick)


def _displaced(board: Board) -> Iterator[Charge]:
    dates = board.dates
    for person in board.case.people:
        planned = planned_option(board, person)
        window = planned[1].planned if planned else None
        if window is None or window.to is None or window.to > board.case.horizon.end:
            continue
        in_time = board.either(
            comes
            for _, coming, comes in board.flights(person.id)
            if coming.launch is not None and dates.inside(window, coming.launch)
        )
        yield Charge(board.negation(in_time), "event", 1, max(0, dates.up(window.to)))


def reseats(board: Board) -> Iterator[tuple[int, Literal]]:
    """Every taking of a seat where none was held in the tick before; free on arrival in the ship that brought one."""
    for (person, vehicle, group, tick), held in board.holds.items():
        if tick >= 0 and held is not board.no:
            before = board.holds[person, vehicle, group, tick - 1]
            came_in_it = board.comes_in(person, vehicle, tick)
            yield tick, board.both(held, board.negation(before), board.negation(came_in_it))


def _lateness(board: Board) -> Iterator[Charge]:
    """Days from the start of every arrival and departure (the end for one that never happens), and of every move."""
    dates = board.dates
    dated: list[tuple[int, Literal]] = []
    for vehicle in board.case.vehicles:
        ways = board.ways(vehicle.id)
        dated += [(coming.arrival, comes) for coming, comes in ways]
        dated += [(coming.launch, comes) for coming, comes in ways if coming.launch is not None]
        departures = [board.departs[vehicle.id, tick] for tick in dates.ticks]
        dated += list(enumerate(departures))
        dated.append((dates.end, board.negation(board.either(departures))))
        if vehicle.docked_at is None:
            dated.append((dates.end, board.negation(board.either(comes for _, comes in ways))))
    for table in (board.relocates, board.rigs, board.shifts):
        dated += [(key[-1], literal) for key, literal in table.items()]
    dated += list(reseats(board))
    for tick, literal in dated:
        yield Charge(literal, "event", tick * dates.days, tick)
