"""What ended a run, what is proven and what the checker says: three things, never mixed."""

from __future__ import annotations

from ..models.answer import Answer, Evaluation, LevelResult
from .tables import table
from .words import amount, count, paragraph, seconds

ENDED = {
    "finished": "finished",
    "time_limit": "stopped at the time limit",
    "cancelled": "stopped on request",
    "error": "ended by an error",
}
GRIDS = {
    "tick": "exact: every tick of the horizon",
    "coarse": "on a coarser grid of instants: the plan holds, but nothing bounds what a finer one would give",
    "none": "nothing is proven",
}


def verdict(evaluation: Evaluation | None) -> str:
    """What the independent checker says."""
    if evaluation is None:
        return "there is no plan to check"
    broken = len(evaluation.violations)
    return "the plan obeys every rule" if not broken else f"THE PLAN BREAKS RULES: {count(broken, 'violation')}"


def proven(answer: Answer) -> str:
    """The proof in one line."""
    if answer.status == "optimal":
        if len(answer.levels) == 1:
            return "no plan is better"
        return f"no plan is better, on any of the {len(answer.levels)} levels"
    if answer.status == "infeasible":
        return "no plan exists"
    if answer.status == "unknown":
        return "nothing: neither a plan nor that none exists"
    first = next((level for level in answer.levels if level.status != "optimal"), None)
    if first is None:
        return "the objective: nothing"
    gap = "no bound" if first.gap is None else f"at most {_quantity(first.gap, first.unit)} from the best"
    sure = [level.id for level in answer.levels[: answer.levels.index(first)]]
    return f"{first.id}: {gap}" + (f"; optimal before it: {', '.join(sure)}" if sure else "")


def proof(answer: Answer, width: int) -> str:
    """The three layers, and the levels of the objective one by one."""
    took = sum(answer.seconds.values())
    run = ENDED[answer.ended] + (f" after {seconds(took)}" if answer.seconds else "")
    lines = [
        paragraph(f"{run}.", width, first="Run      "),
        paragraph(f"{proven(answer)} ({GRIDS[answer.proven_on]}).", width, first="Proven   "),
        paragraph(f"{verdict(answer.evaluation)}.", width, first="Checked  "),
    ]
    if answer.message:
        lines.append(paragraph(answer.message, width, first="Note     "))
    if answer.plan is not None and answer.levels:
        rows = [_level(level) for level in answer.levels]
        lines += ["", table(["level", "value", "bound", "gap", "", "proven"], rows, width=width, right=(1, 2, 3))]
    return "\n".join(lines)


def _level(level: LevelResult) -> list[str]:
    numbers = ["-" if number is None else amount(number) for number in (level.value, level.bound, level.gap)]
    return [level.id, *numbers, level.unit, level.status]


def _quantity(value: float, unit: str) -> str:
    return f"{amount(value)} {unit}".rstrip()
