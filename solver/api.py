"""Solving and comparing as one call each: from a case to data that a program or a page can use."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .. import __version__
from ..models.answer import Answer, Comparison, ComparisonRow, Conflict, Evaluation, LevelResult
from ..models.case import Case
from ..models.case_file import case_digest
from ..models.consistency import refuse_unwaivable
from ..models.objective import PRESET_LEVELS, Level, Preset
from ..models.plan import Plan
from ..models.problems import CrewreturnError
from ..models.statements import Statement
from .advice import advise, level_values
from .attempt import LevelFound
from .build import Shelf
from .check import evaluate
from .conflicts import conflicts
from .engine import Budget
from .extract import Extract
from .facts import Facts
from .objective import per_unit
from .search import Found, Judge, Progress, Search, Tell

__all__ = ["Progress", "compare", "solve"]

logger = logging.getLogger(__name__)


class RejectedPlan(CrewreturnError):
    """The independent checker rejects a plan that the solver found: a defect of crewreturn, never handed out."""


def levels_of(case: Case, objective: Preset | Sequence[Level] | None) -> tuple[Level, ...]:
    """The levels that a choice of objective means: the case's own where absent."""
    if objective is None:
        return tuple(case.objective)
    return PRESET_LEVELS[objective] if isinstance(objective, str) else tuple(objective)


def solve(
    case: Case,
    *,
    alternative: str | None = None,
    statements: Sequence[Statement] = (),
    waive: Sequence[str] = (),
    against: Plan | None = None,
    rules_off: Sequence[str] = (),
    time_limit: float | None = None,
    objective: Preset | Sequence[Level] | None = None,
    cancel: threading.Event | None = None,
    progress: Tell | None = None,
) -> Answer:
    """Find the best plan of a case, with a proof, or the best so far with its bound.

    Parameters
    ----------
    case
        The case.
    alternative
        Id of a rescue alternative of the case to solve; the case free of them where absent.
    statements
        Further statements that have to hold: pins, questions.
    waive
        Further ids that do not bind.
    against
        An earlier plan, from which the measure `changes` is counted.
    rules_off
        Names of rules, or of whole families such as `suits`, that need not hold: to see what a rule costs. `RULES` of
        `crewreturn.solver.check` lists them.
    time_limit
        Seconds after which the best plan so far is returned.
    objective
        Levels, or the name of a preset; the case's own where absent.
    cancel
        Set it from another thread to stop: the best plan so far is returned.
    progress
        Called with what the search is doing, from the thread that solves.

    Returns
    -------
    Answer
        Layers that are never mixed: what ended the run, what is proven level by level, the plan, the checker's verdict.

    Raises
    ------
    CrewreturnError
        If there is no such alternative, id to waive or rule, or the objective asks for what cannot be optimised.
    """
    return _solve(
        case,
        alternative=alternative,
        statements=statements,
        waive=waive,
        against=against,
        rules_off=rules_off,
        time_limit=time_limit,
        objective=objective,
        cancel=cancel,
        progress=progress,
    )


def _solve(
    case: Case,
    *,
    alternative: str | None = None,
    statements: Sequence[Statement] = (),
    waive: Sequence[str] = (),
    against: Plan | None = None,
    rules_off: Sequence[str] = (),
    time_limit: float | None = None,
    objective: Preset | Sequence[Level] | None = None,
    cancel: threading.Event | None = None,
    progress: Tell | None = None,
    shelf: Shelf | None = None,
) -> Answer:
    """`solve`, with a shelf for what the case builds for all its alternatives."""
    refuse_unwaivable(case, waive)
    budget = Budget.of(time_limit, cancel)
    begun = time.monotonic()
    chosen = None
    if alternative is not None:
        chosen = next((entry for entry in case.alternatives if entry.id == alternative), None)
        if chosen is None:
            known = ", ".join(entry.id for entry in case.alternatives) or "none"
            raise CrewreturnError(f"the case has no alternative `{alternative}`. It has: {known}.")
    waived = (*waive, *(chosen.waive if chosen else ()))
    named = [(chosen.id, statement) for statement in chosen.statements] if chosen else []
    named += [("asked", statement) for statement in statements]
    levels = levels_of(case, objective)
    facts = Facts(case, waive=waived, statements=named, against=against, rules_off=rules_off)
    if "changes" not in facts.measures(levels):
        facts.against = None  # what changes is then left to the checker to count
    priced = case.model_copy(update={"objective": tuple(levels)})

    def judge(plan: Plan) -> Evaluation:
        kept = [statement for _, statement in named]
        return evaluate(priced, plan, waive=waived, statements=kept, against=against, rules_off=facts.off)

    found = Search(facts, levels, budget, progress, judge=judge, shelf=shelf).run()
    answer = _answer(case, facts, levels, found, budget, waived, judge)
    seconds = {name: round(value, 3) for name, value in found.seconds.items()}
    seconds["total"] = round(time.monotonic() - begun, 3)
    return answer.model_copy(update={"alternative": alternative, "seconds": seconds})


def _answer(
    case: Case,
    facts: Facts,
    levels: Sequence[Level],
    found: Found,
    budget: Budget,
    waived: Sequence[str],
    judge: Judge,
) -> Answer:
    plan, evaluation = found.plan, found.evaluation
    broken: tuple[Conflict, ...] = ()
    if found.model is not None and found.values is not None and plan is None:
        plan = Extract(found.model.flow, found.values).plan()
        evaluation = judge(plan)
        if not evaluation.ok:
            rules = "; ".join(violation.message for violation in evaluation.violations[:3])
            raise RejectedPlan(f"the checker rejects the plan that was found: {rules}")
    elif plan is None and any(level.status == "infeasible" for level in found.levels):
        broken = tuple(conflicts(facts, budget))
    results = tuple(_level(found, number, level, evaluation) for number, level in enumerate(levels))
    if plan is None:
        done = found.exact and (found.disputed or any(result.status == "infeasible" for result in results))
    else:
        done = found.exact and all(result.status == "optimal" for result in results)
    message = None
    if found.disputed:
        message = "CP-SAT says that no plan exists and HiGHS does not agree: taken as unknown."
    elif found.why_unproven == "too little time":
        message = "The time left was too short for the proof on every tick, so it was not begun. Give more time for it."
    elif found.why_unproven == "too large":
        message = "The case is too large for a model of every tick: there is no proof of it, only a Lagrangian bound."
    elif plan is None and not broken and done and results and results[0].status == "infeasible":
        message = (
            "No plan exists; the search for the rules in conflict did not finish in time."
            if budget.spent
            else "No plan exists, and none would if every rule were given up that the case can waive."
        )
    return Answer(
        version=__version__,
        case=case.id,
        case_digest=case_digest(case),
        waived=tuple(waived),
        rules_off=tuple(sorted(facts.off)),
        ended="finished"
        if done
        else "cancelled"
        if budget.cancelled
        else "time_limit"
        if budget.limited
        else "finished",
        proven_on="tick" if found.exact else "coarse" if plan is not None else "none",
        levels=results,
        plan=plan,
        evaluation=evaluation,
        conflict=broken,
        message=message,
    )


def _level(found: Found, number: int, level: Level, evaluation: Evaluation | None) -> LevelResult:
    unit = "umort" if level.is_expectation else ""
    known = found.levels[number] if number < len(found.levels) else LevelFound("unknown")
    if found.model is None:
        least = None if known.bound is None or known.bound < 0 else known.bound / per_unit(level)
        value = None if evaluation is None else evaluation.objective[level.id]
        return LevelResult(id=level.id, status=known.status, value=value, bound=least, unit=unit)
    terms = found.model.levels[number]
    value = None if found.values is None else terms.value(terms.cost.value(found.values))
    if value is not None and evaluation is not None and (level.tolerance or known.status != "optimal"):
        # The model may count too much in a plan that is not the best, or within a tolerance.
        value = min(value, evaluation.objective[level.id])
    bound = terms.value(known.bound) if known.bound is not None and found.exact else None
    if bound is not None and value is not None:  # checked in floating point, it may lie a rounding below
        value = max(value, bound)
    if bound is not None and bound < 0:  # an unfinished LP: measures are never negative, so it says nothing
        bound = None
    status = known.status
    if status == "optimal" and not found.exact:
        status = "feasible"
    return LevelResult(
        id=level.id,
        status="feasible" if status == "unknown" and value is not None else status,
        value=value,
        bound=bound,
        unit=unit,
    )


def compare(
    case: Case,
    *,
    time_limit: float | None = None,
    objective: Preset | Sequence[Level] | None = None,
    cancel: threading.Event | None = None,
    progress: Tell | None = None,
) -> Comparison:
    """Solve every rescue alternative and the case free of them, and rank them beside what was really done.

    Parameters
    ----------
    case
        The case.
    time_limit
        Seconds for each row; what is not proven by then says so.
    objective
        Levels, or the name of a preset; the case's own where absent.
    cancel
        Set it from another thread to stop.
    progress
        Called with what the search is doing.

    Returns
    -------
    Comparison
        Rows best first, a recommendation among the alternatives that waive nothing, and a sentence.
    """
    levels, begun = levels_of(case, objective), time.monotonic()
    entries: list[tuple[str | None, str]] = [(None, "Free of alternatives")]
    entries += [(entry.id, entry.title) for entry in case.alternatives]
    shelf = Shelf()

    def row(number: int, alternative: str | None, title: str) -> ComparisonRow:
        answer = _solve(
            case,
            alternative=alternative,
            time_limit=time_limit,
            objective=levels,
            cancel=cancel,
            progress=_labelled(progress, f"{number} of {len(entries)}, {alternative or 'free'}"),
            shelf=shelf,
        )
        return ComparisonRow(
            id=alternative or "free",
            title=title,
            kind="free" if alternative is None else "alternative",
            waived=answer.waived,
            answer=answer,
            evaluation=answer.evaluation,
            plan=answer.plan,
        )

    # One worker for each row: the use of a second core. They share what they build; each searches by itself.
    with ThreadPoolExecutor(max_workers=min(len(entries), os.cpu_count() or 1)) as pool:
        rows = list(pool.map(lambda entry: row(entry[0], *entry[1]), enumerate(entries, start=1)))
    if progress is not None:
        progress(Progress("what the order leans on", time.monotonic() - begun))
    rows[0] = _at_least_as_good(rows[0], rows[1:], levels)
    if case.as_decided is not None:
        plan = case.as_decided.plan
        evaluation = evaluate(case.model_copy(update={"objective": levels}), plan)
        rows.append(
            ComparisonRow(id="as-decided", title="As decided", kind="as-decided", evaluation=evaluation, plan=plan)
        )
    return advise(case, levels, rows, version=__version__, digest=case_digest(case), cancel=cancel)


def _at_least_as_good(free: ComparisonRow, others: Sequence[ComparisonRow], levels: Sequence[Level]) -> ComparisonRow:
    """The free row, with the best plan of an alternative that waives nothing where time left it with a worse one."""

    def rank(row: ComparisonRow) -> tuple[float, ...]:
        assert row.evaluation is not None
        return level_values(row.evaluation, levels)

    known = [row for row in others if row.evaluation is not None and not row.waived]
    best = min(known, key=rank, default=None)
    answer = free.answer
    if best is None or answer is None or best.evaluation is None or answer.status in ("infeasible", "optimal"):
        return free
    if free.evaluation is not None and rank(free) <= rank(best):
        return free
    values = [best.evaluation.objective[level.id] for level in levels]
    results = tuple(
        known.model_copy(update={"status": "feasible", "value": value})
        for known, value in zip(answer.levels, values, strict=True)
    )
    said = f"The plan is that of {best.title}: the search free of alternatives found none better in time."
    grid = "coarse" if answer.proven_on == "none" else answer.proven_on
    update = {"plan": best.plan, "evaluation": best.evaluation, "levels": results, "message": said, "proven_on": grid}
    answer = answer.model_copy(update=update)
    return free.model_copy(update={"plan": best.plan, "evaluation": best.evaluation, "answer": answer})


def _labelled(progress: Tell | None, label: str) -> Tell | None:
    if progress is None:
        return None
    return lambda step: progress(Progress(f"{label}: {step.phase}", step.seconds, step.value, step.bound))
