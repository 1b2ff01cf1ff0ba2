"""A rigorous lower bound, and the columns that no better plan can use.

The LP relaxation is solved by an interior point method without crossover: its centred multipliers exclude far more
columns than a vertex does. Nothing it returns has to be believed: the multipliers are rounded to integers, their signs
clipped, and bound and reduced costs recomputed in exact integers. Any multipliers give a valid bound; good ones, a
good one.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .engine import Budget, Values
from .linear import Linear
from .rows import Rows

logger = logging.getLogger(__name__)

SHIFT = 8
"""Multipliers are rounded to 2**-SHIFT of a unit."""
PER_LP = 1e-4
"""The LP counts in micromorts: integers of 1e10 would be badly scaled."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan costs less than `value`; a column away from its cheaper end costs at least `excess` more."""

    value: int
    scaled: int
    """The bound times 2**SHIFT, before rounding up."""
    excess: Ints
    """Absolute reduced costs times 2**SHIFT."""
    cheaper: Values
    """The end of each column that the bound counts with."""

    def excluded(self, most: int) -> npt.NDArray[np.bool_]:
        """Columns that stay at their cheaper end in every plan that costs at most so much."""
        return np.asarray(self.excess > (most << SHIFT) - self.scaled)


def bound_below(rows: Rows, cost: Linear, budget: Budget) -> Bound | None:
    """A certified bound from the LP relaxation, or None if the LP did not finish in time."""
    begun = time.monotonic()
    multipliers = _multipliers(rows, cost, budget)
    if multipliers is None:
        return None
    bound = certified(rows, cost, multipliers)
    logger.info("LP bound %s units, %.2f s", bound.value, time.monotonic() - begun)
    return bound


def certified(rows: Rows, cost: Linear, multipliers: npt.NDArray[np.float64]) -> Bound:
    """The bound that multipliers of the rows give, in exact integers."""
    count = len(rows.low)
    low = np.array([0 if value is None else value for value in rows.low], dtype=np.int64)
    high = np.array([0 if value is None else value for value in rows.high], dtype=np.int64)
    no_low = np.array([value is None for value in rows.low], dtype=bool)
    no_high = np.array([value is None for value in rows.high], dtype=bool)
    limit = 2.0**42
    y = np.rint(np.clip(np.nan_to_num(multipliers), -limit, limit) * 2**SHIFT).astype(np.int64)
    y[(y > 0) & no_low] = 0
    y[(y < 0) & no_high] = 0
    lengths = np.diff(np.asarray(rows.starts))
    row_of = np.repeat(np.arange(count), lengths)
    columns = np.asarray(rows.columns, dtype=np.int64)
    factors = np.asarray(rows.factors, dtype=np.int64)
    reduced = np.zeros(len(rows.lower), dtype=np.int64)
    for column, factor in cost.factors.items():
        reduced[column] = factor << SHIFT
    np.subtract.at(reduced, columns, y[row_of] * factors)
    lower = np.asarray(rows.lower, dtype=np.int64)
    upper = np.asarray(rows.upper, dtype=np.int64)
    cheaper = np.where(reduced >= 0, lower, upper)
    sides = np.where(y > 0, low, high)
    total = (cost.constant << SHIFT) + _exact_dot(y, sides) + _exact_dot(reduced, cheaper)
    return Bound(-((-total) >> SHIFT), total, np.abs(reduced), cheaper)


def _exact_dot(left: Ints, right: Ints) -> int:
    """Sum of products in Python's own integers, which do not overflow."""
    used = np.flatnonzero((left != 0) & (right != 0))
    return sum(a * b for a, b in zip(left[used].tolist(), right[used].tolist(), strict=True))


def _multipliers(rows: Rows, cost: Linear, budget: Budget) -> npt.NDArray[np.float64] | None:
    """Row multipliers of the LP relaxation, in units, by HiGHS's interior point method."""
    from datetime import timedelta

    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2

    proto = model_pb2.ModelProto()
    infinity = float("inf")
    proto.variables.ids.extend(range(len(rows.lower)))
    proto.variables.lower_bounds.extend(float(value) for value in rows.lower)
    proto.variables.upper_bounds.extend(float(value) for value in rows.upper)
    proto.variables.integers.extend([False] * len(rows.lower))
    proto.objective.maximize = False
    ordered = sorted(cost.factors.items())
    proto.objective.linear_coefficients.ids.extend(column for column, _ in ordered)
    proto.objective.linear_coefficients.values.extend(factor * PER_LP for _, factor in ordered)
    proto.linear_constraints.ids.extend(range(len(rows.low)))
    proto.linear_constraints.lower_bounds.extend(-infinity if value is None else float(value) for value in rows.low)
    proto.linear_constraints.upper_bounds.extend(infinity if value is None else float(value) for value in rows.high)
    lengths = np.diff(np.asarray(rows.starts))
    row_of = np.repeat(np.arange(len(rows.low)), lengths)
    columns = np.asarray(rows.columns)
    order = np.lexsort((columns, row_of))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(row_of[order].tolist())
    matrix.column_ids.extend(columns[order].tolist())
    matrix.coefficients.extend(np.asarray(rows.factors, dtype=float)[order].tolist())
    model = mathopt.Model.from_model_proto(proto)
    options = highs_pb2.HighsOptionsProto(string_options={"solver": "ipm", "run_crossover": "off", "presolve": "off"})
    limit = None if budget.left == infinity else timedelta(seconds=max(0.01, budget.left))
    parameters = mathopt.SolveParameters(highs=options, time_limit=limit)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    if not result.solutions or result.solutions[0].dual_solution is None:
        logger.info("LP: no multipliers (%s)", result.termination.reason)
        return None
    duals = result.solutions[0].dual_solution.dual_values
    found = np.zeros(len(rows.low))
    for constraint, value in duals.items():
        found[constraint.id] = value
    return found / PER_LP
