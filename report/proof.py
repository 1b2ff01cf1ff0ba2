"""What ended a run, what is proven and what the checker says: three things, never mixed."""

from __future__ import annotations

from ..models.answer import Answer, Evaluation, LevelResult
from .tables import table
from .words import amount, count, listed, paragraph, seconds

ENDED = {
    "finished": "finished",
    "time_limit": "stopped at the time limit",
    "cancelled": "stopped on request",
    "error": "ended by an error",
}
GRIDS = {
    "tick": "exact: every tick of the horizon",
    "coarse": "on a coarser grid of instants: the plan holds, but nothing bounds what a finer one would give",
    "none": "on no grid at all",
}


def verdict(evaluation: Evaluation | None) -> str:
    """What the independent checker says."""
    if evaluation is None:
        return "there is no plan to check"
    off = f" those switched off ({listed(evaluation.rules_off)})" if evaluation.rules_off else ""
    if evaluation.violations:
        broken = f"THE PLAN BREAKS RULES: {count(len(evaluation.violations), 'violation')}"
        return broken + (f", not counting{off}" if off else "")
    return "the plan obeys every rule" + (f" but{off}" if off else "")


def gap_of(level: LevelResult) -> float | None:
    """How far the value may be from the best; None if that is not known. A bound of 0 or less tells nothing."""
    if level.gap is None or level.bound is None or (level.status != "optimal" and level.bound <= 0):
        return None
    return level.gap


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
    if not _something_proven(answer):
        return "nothing: a plan without a bound on how much better another could be"
    first = next(level for level in answer.levels if level.status != "optimal")
    gap = gap_of(first)
    far = "without a bound" if gap is None else f"at most {_quantity(gap, first.unit)} from the best"
    sure = [level.id for level in answer.levels[: answer.levels.index(first)]]
    return f"{first.id} {far}" + (f"; optimal before it: {', '.join(sure)}" if sure else "")


def _something_proven(answer: Answer) -> bool:
    if answer.status in ("optimal", "infeasible"):
        return True
    known = any(level.status == "optimal" or gap_of(level) is not None for level in answer.levels)
    return known and answer.plan is not None


def proof(answer: Answer, width: int) -> str:
    """The three layers, and the levels of the objective one by one."""
    took = answer.seconds.get("total", sum(answer.seconds.values()))
    run = ENDED[answer.ended] + (f" after {seconds(took)}" if answer.seconds else "")
    grid = f" ({GRIDS[answer.proven_on]})" if _something_proven(answer) or answer.proven_on == "coarse" else ""
    lines = [
        paragraph(f"{run}.", width, first="Run      "),
        paragraph(f"{proven(answer)}{grid}.", width, first="Proven   "),
        paragraph(f"{verdict(answer.evaluation)}.", width, first="Checked  "),
    ]
    if answer.message:
        lines.append(paragraph(answer.message, width, first="Note     "))
    if answer.plan is not None and answer.levels:
        rows = [_level(level) for level in answer.levels]
        lines += ["", table(["level", "value", "bound", "gap", "", "proven"], rows, width=width, right=(1, 2, 3))]
    return "\n".join(lines)


def _level(level: LevelResult) -> list[str]:
    gap = gap_of(level)
    bound = level.bound if gap is not None else None
    numbers = ["-" if number is None else amount(number) for number in (level.value, bound, gap)]
    return [level.id, *numbers, level.unit, level.status]


def _quantity(value: float, unit: str) -> str:
    return f"{amount(value)} {unit}".rstrip()
