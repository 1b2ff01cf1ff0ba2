"""How far the plans of runs are from the best that is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ..models.base import Model
from .best_known import Known, known_as
from .rows import Row

AT_BEST = 1e-6
"""Relative distance from the best known value within which a plan has it."""
NEAR = 1e-2
SMALLEST = 1e-3
"""Values below this, in the level's unit, are taken for this where they divide."""


class Gaps(Model):
    """Distances of the first level's value from the best known, as parts of it."""

    without_plan: int
    """Runs without a plan where one is known: in no average, in no median."""
    at_best: int
    """Runs whose plan is as good as any that is known."""
    within_1_percent: int
    """Runs whose plan is this near to it, those at best included."""
    median_gap: float | None = None
    """Over the runs with a plan."""
    largest_gap: float | None = None
    """Over the runs with a plan."""
    better_than_known: int = 0
    """Runs with a better plan than the file of best known values has."""


def best_values(rows: Iterable[Row], known: dict[str, Known]) -> dict[tuple[str, str], float]:
    """The best value of each question, by `known_as` and the objective: of these rows, and of the files.

    Files of best known values speak of the case's own objective.
    """
    found = {(name, ""): entry.value for name, entry in known.items() if entry.value is not None}
    for row in rows:
        value = value_of(row)
        if value is not None:
            name = question(row)
            found[name] = min(value, found.get(name, math.inf))
    return found


def question(row: Row) -> tuple[str, str]:
    """What a row's value can be compared by."""
    return known_as(row.case_digest, row.alternative), row.configuration.objective or ""


def value_of(row: Row) -> float | None:
    """Value of the first level of a row's plan, if it has one that the checker passes."""
    if row.plan_digest is None or not row.levels:
        return None
    return row.levels[0].value


def gap_of(row: Row, bests: dict[tuple[str, str], float]) -> float | None:
    """How far a run's plan is from the best known; infinite without a plan, None where no plan is known to exist."""
    best = bests.get(question(row))
    if best is None:
        return None
    value = value_of(row)
    return math.inf if value is None else max(0.0, value - best) / max(abs(best), SMALLEST)


def gaps(rows: Sequence[Row], every: Iterable[Row], known: dict[str, Known]) -> Gaps:
    """Gaps of some rows.

    Parameters
    ----------
    rows
        Those to judge.
    every
        All rows whose plans count as known.
    known
        Best known values from files.
    """
    bests = best_values(every, known)
    all_gaps = [gap for row in rows if (gap := gap_of(row, bests)) is not None]
    finite = sorted(gap for gap in all_gaps if math.isfinite(gap))
    middle = len(finite) // 2
    return Gaps(
        without_plan=len(all_gaps) - len(finite),
        at_best=sum(gap <= AT_BEST for gap in finite),
        within_1_percent=sum(gap <= NEAR for gap in finite),
        median_gap=None if not finite else (finite[middle] + finite[~middle]) / 2,
        largest_gap=None if not finite else finite[-1],
        better_than_known=sum(_improves(row, known) for row in rows),
    )


def _improves(row: Row, known: dict[str, Known]) -> bool:
    name, objective = question(row)
    entry, value = known.get(name), value_of(row)
    if entry is None or objective or value is None:
        return False
    return entry.value is None or value < entry.value - AT_BEST * max(abs(entry.value), SMALLEST)
