"""The batch benchmark's peers: the same cases solved by others, every answer judged by the independent checker.

Peers minimise the first level of the objective only: what a second level costs a solver that has no way to go on from
where it was is another question. Their values and bounds are in the unit of that level.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import numpy as np

from ..models.answer import Evaluation
from ..models.case import Case
from ..models.objective import Level, Preset
from ..models.plan import Plan
from ..models.problems import CrewreturnError
from ..models.statements import Statement
from ..solver.api import levels_of
from ..solver.check import evaluate
from ..solver.extract import Extract, NoPorts, NoRoom
from ..solver.facts import Facts
from ..solver.model import Model
from .peer_greedy import TEMPERS, Planner
from .peer_milp import Milp, linearised, of_rows
from .peer_minizinc import Mzn, in_minizinc
from .peer_minizinc_run import Solver as MiniZincSolver
from .peer_minizinc_run import missing, solve_mzn
from .peer_solve import Solved, Solver, solve_milp
from .textbook import _plan, _solve, _Terms, build, level_unit
from .textbook_board import Board

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver
    from ortools.sat.python.cp_model_helper import CpModelProto
    from ortools.sat.python.cp_model_helper import Literal as Boolean

Form = TypeVar("Form", Milp, Mzn)
Status = Literal["optimal", "feasible", "infeasible", "time_limit", "failed", "refused"]

RELATIVE = 1e-7
"""Solvers in floats are believed up to this part of a value, and no further: they are asked for no gap."""
PART = 1e-4
"""Micromorts: what one charge may be rounded by, and that by two models."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a peer is asked: a case whose objective is one level, under an alternative."""

    case: Case
    waive: tuple[str, ...]
    named: tuple[tuple[str, Statement], ...]
    """Statements of the alternative."""
    deadline: float

    @property
    def level(self) -> Level:
        """What is minimised."""
        return self.case.objective[0]

    @property
    def statements(self) -> list[Statement]:
        """Without the names they go by."""
        return [statement for _, statement in self.named]

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a peer says, before anybody has checked it."""

    status: Status
    plan: Plan | None = None
    counted: float | None = None
    """Value of the plan as the peer counts it."""
    bound: float | None = None
    build_seconds: float = 0.0
    message: str | None = None


@dataclass(frozen=True, slots=True)
class PeerAnswer:
    """A peer's answer, judged."""

    peer: str
    status: Status
    """What it claims: `optimal` and `infeasible` are proofs by its own account; `failed` is an error, or no plan by a
    peer that does not search; `refused` says that it has no way to be asked this."""
    level: str
    """Id of the level."""
    unit: str
    """`umort` if the level holds a loss."""
    value: float | None = None
    """Of the plan, by the checker; None without a plan that it accepts."""
    bound: float | None = None
    """No plan is better than this, as the peer says."""
    plan: Plan | None = None
    evaluation: Evaluation | None = None
    """The checker's verdict on the plan."""
    build_seconds: float = 0.0
    solve_seconds: float = 0.0
    message: str | None = None
    wrong: bool = False
    """The checker rejects the plan or finds it worse than it was counted, or what is claimed contradicts what is known;
    `message` says how."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else who solves cases."""

    title: str
    solve: Callable[[Question], Claim]
    missing: Callable[[], str | None] = lambda: None
    """Says what has to be installed before it can be asked; None where nothing is missing."""


def run_peer(
    case: Case,
    name: str,
    *,
    time_limit: float,
    objective: Preset | Sequence[Level] | None = None,
    alternative: str | None = None,
    known: Plan | float | None = None,
) -> PeerAnswer:
    """Have a peer solve a case, and judge its answer.

    Parameters
    ----------
    case
        The case.
    name
        One of `PEERS`.
    time_limit
        Seconds of wall time, building included. A build that has begun is finished, and HiGHS does not look at its
        clock while it simplifies a large model: `solve_seconds` tells what it really took.
    objective
        Levels, or the name of a preset, of which the first counts; the case's own where absent.
    alternative
        Id of the rescue alternative; the case free of them where absent.
    known
        A lawful plan, or the value of one, in the level's unit: claims that contradict it are wrong.

    Raises
    ------
    CrewreturnError
        If there is no such peer or alternative, or the known plan is not lawful.
    """
    if name not in PEERS:
        raise CrewreturnError(f"there is no peer `{name}`. Choose one of: {', '.join(PEERS)}.")
    begun = time.monotonic()
    question = _question(case, objective, alternative, begun + time_limit)
    if isinstance(known, Plan):
        known = _value_of(question, known)
    begun = time.monotonic()
    try:
        claim = PEERS[name].solve(question)
    except (CrewreturnError, NotImplementedError) as error:
        claim = Claim("refused", message=str(error))
    except Exception as error:  # a peer that breaks down is a row of the benchmark, not its end
        claim = Claim("failed", message=f"{type(error).__name__}: {error}")
    solving = max(0.0, time.monotonic() - begun - claim.build_seconds)
    return replace(_judged(question, name, claim, known), solve_seconds=solving)


def _question(
    case: Case, objective: Preset | Sequence[Level] | None, alternative: str | None, deadline: float
) -> Question:
    chosen = next((entry for entry in case.alternatives if entry.id == alternative), None)
    if alternative is not None and chosen is None:
        raise CrewreturnError(f"the case has no alternative `{alternative}`. Name one of its own.")
    first = levels_of(case, objective)[:1]
    waive = () if chosen is None else tuple(chosen.waive)
    named = () if chosen is None else tuple((chosen.id, statement) for statement in chosen.statements)
    return Question(case.model_copy(update={"objective": first}), waive, named, deadline)


# ---------------------------------------------------------------------------------------------------------- judging


def _checked(question: Question, plan: Plan) -> Evaluation:
    return evaluate(question.case, plan, waive=question.waive, statements=question.statements)


def _value_of(question: Question, plan: Plan) -> float:
    """Value of a plan that is known."""
    verdict = _checked(question, plan)
    if not verdict.ok:
        raise CrewreturnError(f"the known plan is not lawful: {verdict.violations[0].message} Give another.")
    return verdict.objective[question.level.id]


def slack(case: Case, level: Level, value: float) -> float:
    """How far two honest counts of a plan may differ: a rounding for each charge, and what floats lose."""
    charges = (len(case.people) + len(case.vehicles)) * (case.ticks + 1)
    rounded = charges * PART * max(1.0, *level.weights.values()) if level.is_expectation else 1e-6
    return rounded + RELATIVE * abs(value)


def _judged(question: Question, name: str, claim: Claim, known: float | None) -> PeerAnswer:
    level, found, value, evaluation = question.level, [], None, None
    if claim.plan is not None:
        evaluation = _checked(question, claim.plan)
        if evaluation.ok:
            value = evaluation.objective[level.id]
            if claim.counted is not None and claim.counted < value - slack(question.case, level, value):
                found.append(f"the plan is counted as {claim.counted:.10g}, the checker makes it {value:.10g}")
        else:
            found.append(f"the checker rejects the plan: {evaluation.violations[0].message}")
    bound = claim.bound
    if claim.status == "optimal" and bound is None:
        bound = claim.counted
    if bound is not None:  # an unfinished LP may be far below: no measure is negative
        bound = max(0.0, bound)
    best = min((number for number in (known, value) if number is not None), default=None)
    if best is not None:
        if claim.status == "infeasible":
            found.append(f"no plan is said to exist, and one of {best:.10g} is known")
        elif bound is not None and bound > best + slack(question.case, level, best):
            found.append(f"no plan is said to be better than {bound:.10g}, and one of {best:.10g} is known")
    message = "; ".join([*found, *([claim.message] if claim.message else [])]) or None
    return PeerAnswer(
        peer=name,
        status=claim.status,
        level=level.id,
        unit="umort" if level.is_expectation else "",
        value=value,
        bound=bound,
        plan=claim.plan,
        evaluation=evaluation,
        build_seconds=claim.build_seconds,
        message=message,
        wrong=bool(found),
    )


# ------------------------------------------------------------------------------------------------------ the textbook


@dataclass(frozen=True, slots=True)
class _Values:
    """Values of a linear model, asked for as CP-SAT's solver is."""

    values: Sequence[int]

    def value(self, literal: Boolean) -> int:
        number = literal.index
        return self.values[number] if number >= 0 else 1 - self.values[-number - 1]


def _board(question: Question) -> tuple[Board, _Terms]:
    board = build(question.case, question.waive, question.statements)
    terms = _Terms(board, question.level)
    board.model.minimize(terms.expression)
    return board, terms


def _textbook(question: Question) -> Claim:
    """CP-SAT; it is believed to have no plan only if a run without presolve says so too."""
    begun, unit = time.monotonic(), level_unit(question.level)
    board, terms = _board(question)
    building = time.monotonic() - begun
    if question.left <= 0:
        return _too_late(building)
    solver, status = _solve(board, question.deadline, workers=1, presolve=True)
    if solver is None:
        return Claim("infeasible" if status == "infeasible" else "time_limit", build_seconds=building)
    return Claim(
        "optimal" if status == "optimal" else "feasible",
        _plan(board, solver),
        terms.value(solver) / unit,
        solver.best_objective_bound / unit,
        building,
        f"{len(board.model.proto.variables)} variables, {len(board.model.proto.constraints)} constraints",
    )


def _textbook_by(solver: Solver) -> Callable[[Question], Claim]:
    def ask(question: Question, milp: Milp) -> Solved:
        return solve_milp(milp, solver, time_limit=question.left, per_unit=level_unit(question.level))

    return lambda question: _translated(question, linearised, ask)


def _textbook_through(solver: MiniZincSolver) -> Peer:
    """MiniZinc."""

    def solve(question: Question) -> Claim:
        told = missing(solver)
        if told is not None:
            return Claim("failed", message=told)
        return _translated(question, in_minizinc, lambda _, mzn: solve_mzn(mzn, solver, time_limit=question.left))

    return Peer(f"The textbook model in {solver.capitalize()}, through MiniZinc", solve, lambda: missing(solver))


def _translated(
    question: Question, translate: Callable[[CpModelProto], Form], ask: Callable[[Question, Form], Solved]
) -> Claim:
    """The textbook model in another solver's form."""
    begun, unit = time.monotonic(), level_unit(question.level)
    board, _ = _board(question)
    form = translate(board.model.proto)
    building = time.monotonic() - begun
    if question.left <= 0:
        return _too_late(building, form.size)
    found = ask(question, form)
    bound = None if found.bound is None else found.bound / unit
    plan = counted = None
    if found.values is not None:
        plan = _plan(board, cast("CpSolver", _Values(found.values)))
        counted = form.value(found.values) / unit
    told = form.size if found.message is None else f"{found.message}; {form.size}"
    return Claim(found.status, plan, counted, bound, building, told)


def _too_late(building: float, size: str | None = None) -> Claim:
    told = "the time was up when the model was built"
    return Claim("time_limit", build_seconds=building, message=told if size is None else f"{told}; {size}")


# ---------------------------------------------------------------------------------------------------------- the flow


def _flow_highs(question: Question) -> Claim:
    """The flow on every tick, as one program: no coarse grid, no bound from the LP, no hint."""
    begun = time.monotonic()
    facts = Facts(question.case, waive=question.waive, statements=question.named)
    explicit: set[str] = set()
    by_place = False
    building = 0.0
    while True:
        model = Model(facts, range(facts.horizon), [question.level], explicit_ports=explicit, liners_by_place=by_place)
        terms = model.levels[0]
        milp = of_rows(model.rows, terms.cost)
        building += time.monotonic() - begun
        if question.left <= 0:
            return _too_late(building, milp.size)
        found = solve_milp(milp, "highs", time_limit=question.left, per_unit=terms.per_unit)
        bound = None if found.bound is None else found.bound / terms.per_unit
        told = milp.size if found.message is None else f"{found.message}; {milp.size}"
        if found.values is None:
            return Claim(found.status, bound=bound, build_seconds=building, message=told)
        begun = time.monotonic()
        try:
            plan = Extract(model.flow, np.asarray(found.values, dtype=np.int64)).plan()
        except NoPorts as missing:
            explicit.add(missing.interface)
        except NoRoom:
            by_place = True
        else:
            return Claim(found.status, plan, milp.value(found.values) / terms.per_unit, bound, building, told)


# ----------------------------------------------------------------------------------------------- without a search


def _greedy(question: Question) -> Claim:
    best: tuple[float, Plan] | None = None
    complaints = []
    for temper in TEMPERS:
        if question.left <= 0:
            break
        plan = Planner(question.case, question.waive, question.statements, temper).made()
        verdict = _checked(question, plan)
        if not verdict.ok:
            complaints.append(verdict.violations[0].message)
        elif best is None or verdict.objective[question.level.id] < best[0]:
            best = verdict.objective[question.level.id], plan
    if best is not None:
        return Claim("feasible", best[1])
    if not complaints:
        return Claim("time_limit")
    return Claim("failed", message=f"no lawful plan; of the first one the checker says: {complaints[0]}")


PEERS: dict[str, Peer] = {
    "textbook": Peer("The textbook model in CP-SAT", _textbook),
    "textbook-highs": Peer("The textbook model in HiGHS", _textbook_by("highs")),
    "textbook-scip": Peer("The textbook model in SCIP", _textbook_by("scip")),
    "minizinc-gecode": _textbook_through("gecode"),
    "minizinc-chuffed": _textbook_through("chuffed"),
    "flow-highs": Peer("The package's own flow in HiGHS", _flow_highs),
    "greedy": Peer("A planner without a search", _greedy),
}
"""Everybody who can be asked, by name."""
