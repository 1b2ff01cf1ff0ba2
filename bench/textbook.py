"""The textbook model: a Boolean for every person, seat and tick, and each rule written down as it is said.

It is the first oracle (whatever the solver proves must be what this proves) and the first baseline (what the obvious
model costs). It shares no code with the solver and prunes nothing but what the dates alone rule out.

See Also
--------
textbook_dates : the case in ticks.
textbook_board : the Booleans.
textbook_ships, textbook_people, textbook_items, textbook_statements : the rules.
textbook_measures : what is minimised.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from ..models.case import Case
from ..models.objective import Level
from ..models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch, Relocation, RiggingDone
from ..models.statements import Statement
from .textbook_board import STOWED, Board
from .textbook_dates import UNITS, Dates, Unsupported
from .textbook_items import add_liners, add_suits
from .textbook_measures import MICROMORT, SCALE, Charge, by_person, losses, measure
from .textbook_people import add_departures, add_people, add_staffing
from .textbook_ships import add_ships
from .textbook_statements import add_statements

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver, IntVar, LinearExprT
    from ortools.sat.python.cp_model_helper import Literal

__all__ = ["TextbookResult", "Unsupported", "level_unit", "solve_textbook"]

Status = OneOf["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True)
class TextbookResult:
    """What the textbook model says of a case."""

    status: Status
    """`optimal`: every level is proven. `feasible`: a plan, but time ran out."""
    values: list[int]
    """Value of each level of the plan, in whole units (see `level_unit`); empty without a plan."""
    bests: list[int]
    """Proven best value of each level, given those before it; shorter than the levels if time ran out."""
    roundings: list[float]
    """For each level, how far its value can be from the same sum in floats: half a unit for each rounded part."""
    plan: Plan | None
    seconds: float
    """Wall time, building included."""


def level_unit(level: Level) -> float:
    """Whole units of the textbook model in one unit of a level.

    A level that holds a loss is in micromorts and counts 10,000 units each (a unit is 1e-10); any other level is
    multiplied by 1440 x 10^4.
    """
    return 1e4 if level.is_expectation else float(SCALE)


def solve_textbook(
    case: Case,
    *,
    waive: Collection[str] = (),
    statements: Sequence[Statement] = (),
    levels: Sequence[Level] | None = None,
    time_limit: float = 60.0,
    workers: int = 1,
    presolve: bool = True,
) -> TextbookResult:
    """Solve a case by the textbook model, level by level.

    Parameters
    ----------
    case
        The case.
    waive
        Ids of rules and bounds that do not count.
    statements
        What else is required or forbidden.
    levels
        Objective; that of the case where absent.
    time_limit
        Wall time in seconds, for all levels together, not counting the building of the model.
    workers
        Threads of the solver.
    presolve
        Whether CP-SAT simplifies the model first. With `worst_person` in an objective its presolve has been seen to
        call a poor plan optimal; without it the run is slower, and a second opinion.

    Raises
    ------
    Unsupported
        Where the case needs what the model leaves out.
    """
    began = time.monotonic()
    board = build(case, waive, statements)
    terms = [_Terms(board, level) for level in (case.objective if levels is None else levels)]
    deadline = time.monotonic() + time_limit
    bests: list[int] = []
    plan, values, roundings = None, [], []
    status: Status = "optimal"
    for level in terms:
        board.model.minimize(level.expression)
        solver, status = _solve(board, deadline, workers, presolve)
        if solver is None:
            if plan is not None:  # a plan of the level before obeys every rule: only the time can have run out
                status = "feasible"
            break
        plan = _plan(board, solver)
        values = [other.value(solver) for other in terms]
        roundings = [other.rounding(solver) for other in terms]
        if status != "optimal":
            break
        best = level.value(solver)
        bests.append(best)
        board.model.add(level.expression <= best + level.tolerance)
        board.model.clear_hints()  # type: ignore[no-untyped-call]
        for variable in board.variables:
            board.model.add_hint(variable, solver.value(variable))
    return TextbookResult(status, values, bests, roundings, plan, time.monotonic() - began)


def build(case: Case, waive: Collection[str] = (), statements: Sequence[Statement] = ()) -> Board:
    """All variables and rules of a case, without objective."""
    laid_down = [
        Statement(require=rule.require, forbid=rule.forbid) for rule in case.restrictions if rule.id not in waive
    ]
    board = Board(Dates(case, frozenset(waive)), [*laid_down, *statements])
    add_ships(board)
    add_people(board)
    add_suits(board)
    add_liners(board)
    add_departures(board)
    add_staffing(board)
    add_statements(board)
    return board


class _Terms:
    """One level as a sum of whole numbers."""

    def __init__(self, board: Board, level: Level) -> None:
        self.tolerance = math.floor(level.tolerance * level_unit(level) + 1e-3)
        self.charges: list[tuple[Charge, int]] = []
        self.people: list[list[Charge]] = []
        """Each person's charges, if the largest sum of them counts."""
        parts: list[LinearExprT] = []
        for name, weight in level.weights.items():
            if not weight:
                continue
            if name == "worst_person":
                self.people = by_person(board)
                parts.append(_largest(board, self.people, weight))
                continue
            charges = losses(board, by_person=False) if name == "expected_loss" else measure(board, name)
            for charge in charges:
                if name == "expected_loss":
                    coefficient = charge.discounted(board, weight)
                elif level.is_expectation:
                    coefficient = charge.discounted(board, weight * MICROMORT)
                else:
                    coefficient = charge.plain(board, weight)
                if coefficient and charge.due is not board.no:
                    self.charges.append((charge, coefficient))
        parts += [charge.due * number for charge, number in self.charges]
        self.expression: LinearExprT = sum(parts)

    def value(self, solver: CpSolver) -> int:
        """Of the plan found."""
        return solver.value(self.expression)

    def rounding(self, solver: CpSolver) -> float:
        """Half a unit for each number that was rounded and counts in the plan found; two for a difference."""
        summed = sum(_rounded(charge, solver) for charge, _ in self.charges)
        return summed + max((sum(_rounded(charge, solver) for charge in own) for own in self.people), default=0.0)


def _rounded(charge: Charge, solver: CpSolver) -> float:
    halves = {"event": 0.5, "flat": 0.5, "held": 1.0, "daily": 1.0}
    return solver.value(charge.due) * charge.times * halves[charge.when] if charge.amount else 0.0


def _largest(board: Board, people: list[list[Charge]], weight: float) -> IntVar:
    """The largest of the people's sums: nobody can lose ten lives."""
    largest = board.model.new_int_var(0, math.ceil(10 * weight * UNITS), "largest")
    board.variables.append(largest)
    equal = []
    for charges in people:  # in place of a maximum constraint, whose presolve can take for ever
        loss = sum(charge.due * charge.discounted(board, weight) for charge in charges)
        equal.append(board.new("equal"))
        board.model.add(largest >= loss)
        board.model.add(largest <= loss).only_enforce_if(equal[-1])
    if people:
        board.model.add_bool_or(equal)
    return largest


def _solve(board: Board, deadline: float, workers: int, presolve: bool) -> tuple[CpSolver | None, Status]:
    """One run; "infeasible" is believed only if a second run without presolve says the same."""
    from ortools.sat.python import cp_model

    for simplify in (True, False) if presolve else (False,):
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = workers
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_presolve = simplify
        # CP-SAT 9.15 has called poor plans optimal, with `worst_person` in the model, while this part of presolve ran.
        solver.parameters.presolve_inclusion_work_limit = 0
        solver.parameters.max_time_in_seconds = max(0.01, deadline - time.monotonic())
        found = solver.solve(board.model)
        if found == cp_model.OPTIMAL:
            return solver, "optimal"
        if found == cp_model.FEASIBLE:
            return solver, "feasible"
        if found != cp_model.INFEASIBLE:
            return None, "unknown"
    return None, "infeasible"


def _plan(board: Board, solver: CpSolver) -> Plan:
    """Read a plan off the Booleans."""
    instant = board.dates.instant

    def true(literal: Literal) -> bool:
        return bool(solver.value(literal))

    launches = [
        PlannedLaunch(
            vehicle=vehicle,
            option=coming.option.id if coming.option else None,
            launch=None if coming.launch is None else instant(coming.launch),
            arrival=instant(coming.arrival),
            port=coming.port,
        )
        for vehicle in board.ships
        for coming, comes in board.ways(vehicle)
        if true(comes)
    ]
    holds = []
    for (person, vehicle, group, tick), held in board.holds.items():
        if tick >= 0 and true(held):
            suit = next((s.id for s in board.case.suits if true(board.serves[s.id, person, tick])), None)
            begin, end = instant(tick), instant(tick + 1)
            holds.append(Hold(person=person, vehicle=vehicle, group=group, suit=suit, from_=begin, to=end))
    return Plan(
        case=board.case.id,
        launches=tuple(launches),
        departures=tuple(Departure(vehicle=v, at=instant(t)) for (v, t), x in board.departs.items() if true(x)),
        relocations=tuple(
            Relocation(vehicle=v, port=port, at=instant(t)) for (v, port, t), x in board.moves_to.items() if true(x)
        ),
        riggings=tuple(
            RiggingDone(vehicle=v, group=group, at=instant(t)) for (v, group, t), x in board.rigs.items() if true(x)
        ),
        liner_moves=tuple(
            LinerMoved(liner=liner, to=None if place == STOWED else place, begin=instant(t))
            for (liner, place, t), x in board.shifts.items()
            if true(x)
        ),
        holds=tuple(holds),
    ).joined()
