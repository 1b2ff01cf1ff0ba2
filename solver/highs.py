"""The same rows in HiGHS, the second solver: to agree on "infeasible", and for the multipliers of a relaxation."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from .engine import Budget
from .linear import Linear
from .rows import Rows
from .spread import Floats, Pins
from .tighten import implied

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt

logger = logging.getLogger(__name__)

MISSED = 1e-7
"""Multipliers may miss by this part of the largest price; what they miss is made up for where the bound is certified.

At HiGHS's own tolerance, which knows nothing of prices, a solved LP whose multipliers miss it a little after postsolve
counts as not solved, and nothing is returned.
"""
PER_LP = 1e-4
"""The LP counts in micromorts: integers of 1e10 would be badly scaled."""


def feasible(rows: Rows, budget: Budget) -> bool | None:
    """Whether HiGHS finds the rows feasible: True, False, or None where it cannot tell in time."""
    result = _abandoned_when_spent(
        lambda: _solve(rows, Linear(), budget, integers=True, options={}, most=120.0), budget
    )
    if result is None:
        return None
    reason = result.termination.reason.name
    logger.debug("HiGHS on the rows: %s", reason)
    if reason in ("OPTIMAL", "FEASIBLE"):
        return True
    return False if reason in ("INFEASIBLE", "INFEASIBLE_OR_UNBOUNDED") else None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What an LP relaxation ended with."""

    multipliers: Floats
    """Of the rows, in units; of those that were pinned, as they were given."""
    values: Floats
    """Of the columns."""


def relaxed(rows: Rows, cost: Linear, budget: Budget, pins: Pins | None = None) -> Relaxed | None:
    """The LP relaxation by the interior point method without crossover; pinned rows are priced instead of kept."""

    def solve(presolve: str) -> mathopt.SolveResult | None:
        options = {"solver": "ipm", "run_crossover": "off", "presolve": presolve}
        return _abandoned_when_spent(
            lambda: _solve(rows, cost, budget, integers=False, options=options, most=float("inf"), pins=pins), budget
        )

    result = solve("choose")
    if result is None:  # undoing its presolve, HiGHS may get a few multipliers wrong, and gives up all of them
        result = solve("off")
    if result is None:
        return None
    dual = result.solutions[0].dual_solution if result.solutions else None
    primal = result.solutions[0].primal_solution if result.solutions else None
    if dual is None or primal is None:
        logger.info("LP: no multipliers (%s)", result.termination.reason)
        return None
    found, values = np.zeros(len(rows.low)), np.zeros(len(rows.lower))
    for constraint, value in dual.dual_values.items():
        found[constraint.id] = value / PER_LP
    if pins is not None:
        found[pins.rows] = pins.multipliers
    for variable, value in primal.variable_values.items():
        values[variable.id] = value
    return Relaxed(found, values)


def _abandoned_when_spent(work: Callable[[], mathopt.SolveResult | None], budget: Budget) -> mathopt.SolveResult | None:
    """The result of a run that cannot be interrupted: on a cancel, or past its limit, it is left to end by itself."""
    if budget.spent:
        return None
    if budget.cancel is None and not budget.limited:
        return work()
    box: list[mathopt.SolveResult | Exception | None] = []

    def run() -> None:
        try:
            box.append(work())
        except Exception as error:  # raised again in the thread that waits
            box.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive() and not budget.spent:
        thread.join(0.05)
    if not box:
        return None
    if isinstance(box[0], Exception):
        raise box[0]
    return box[0]


def _solve(
    rows: Rows,
    cost: Linear,
    budget: Budget,
    *,
    integers: bool,
    options: dict[str, str],
    most: float,
    pins: Pins | None = None,
) -> mathopt.SolveResult | None:
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2

    infinity = float("inf")
    count = len(rows.low)
    row_of = rows.row_of()
    columns, factors = np.asarray(rows.columns, dtype=np.int64), np.asarray(rows.factors, dtype=float)
    prices = np.zeros(len(rows.lower))
    for column, factor in cost.factors.items():
        prices[column] = factor
    kept = np.ones(count, dtype=bool) if integers else ~implied(rows)
    if pins is not None:
        multipliers = np.zeros(count)
        multipliers[pins.rows] = pins.multipliers
        np.subtract.at(prices, columns, multipliers[row_of] * factors)
        kept[pins.rows] = False
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(rows.lower)))
    proto.variables.lower_bounds.extend(float(value) for value in rows.lower)
    proto.variables.upper_bounds.extend(float(value) for value in rows.upper)
    proto.variables.integers.extend([integers] * len(rows.lower))
    priced = np.flatnonzero(prices)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend((prices[priced] * PER_LP).tolist())
    sides = zip(rows.low, rows.high, kept.tolist(), strict=True)
    low, high = zip(*((a, b) for a, b, keep in sides if keep), strict=True) if kept.any() else ((), ())
    proto.linear_constraints.ids.extend(np.flatnonzero(kept).tolist())
    proto.linear_constraints.lower_bounds.extend(-infinity if value is None else float(value) for value in low)
    proto.linear_constraints.upper_bounds.extend(infinity if value is None else float(value) for value in high)
    order = np.lexsort((columns, row_of))
    order = order[kept[row_of[order]]]
    proto.linear_constraint_matrix.row_ids.extend(row_of[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(columns[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(factors[order].tolist())
    largest = float(np.abs(prices).max(initial=0.0)) * PER_LP
    tolerances = {} if integers else {"dual_feasibility_tolerance": min(1e-3, MISSED * max(1.0, largest))}
    limit = min(budget.left, most)
    parameters = mathopt.SolveParameters(
        highs=highs_pb2.HighsOptionsProto(string_options=options, double_options=tolerances),
        time_limit=None if limit == infinity else timedelta(seconds=max(0.01, limit)),
    )
    try:
        return mathopt.solve(mathopt.Model.from_model_proto(proto), mathopt.SolverType.HIGHS, params=parameters)
    except Exception as error:  # HiGHS giving up is reported as an error of many types; it says nothing of the model
        # MathOpt fails to read the status of its own error; what was said is in the one before.
        logger.info("HiGHS gave up: %s", error.__context__ or error)
        return None
