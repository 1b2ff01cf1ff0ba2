"""The same rows in HiGHS, the second solver: to agree on "infeasible", and for the multipliers of a relaxation."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .engine import Budget
from .linear import Linear
from .rows import Rows

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt

logger = logging.getLogger(__name__)

PER_LP = 1e-4
"""The LP counts in micromorts: integers of 1e10 would be badly scaled."""


def feasible(rows: Rows, budget: Budget) -> bool | None:
    """Whether HiGHS finds the rows feasible: True, False, or None where it cannot tell in time."""
    result = _abandoned_when_cancelled(
        lambda: _solve(rows, Linear(), budget, integers=True, options={}, most=120.0), budget
    )
    if result is None:
        return None
    reason = result.termination.reason.name
    logger.debug("HiGHS on the rows: %s", reason)
    if reason in ("OPTIMAL", "FEASIBLE"):
        return True
    return False if reason in ("INFEASIBLE", "INFEASIBLE_OR_UNBOUNDED") else None


def multipliers(rows: Rows, cost: Linear, budget: Budget) -> npt.NDArray[np.float64] | None:
    """Row multipliers of the LP relaxation in units, by the interior point method without crossover."""
    options = {"solver": "ipm", "run_crossover": "off"}
    result = _abandoned_when_cancelled(
        lambda: _solve(rows, cost, budget, integers=False, options=options, most=float("inf")), budget
    )
    if result is None:
        return None
    if not result.solutions or result.solutions[0].dual_solution is None:
        logger.info("LP: no multipliers (%s)", result.termination.reason)
        return None
    found = np.zeros(len(rows.low))
    for constraint, value in result.solutions[0].dual_solution.dual_values.items():
        found[constraint.id] = value
    return found / PER_LP


def _abandoned_when_cancelled(
    work: Callable[[], mathopt.SolveResult | None], budget: Budget
) -> mathopt.SolveResult | None:
    """The result of a run that cannot be interrupted: on a cancel it is left to end by itself."""
    if budget.cancel is None:
        return work()
    box: list[mathopt.SolveResult | Exception | None] = []

    def run() -> None:
        try:
            box.append(work())
        except Exception as error:  # raised again in the thread that waits
            box.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive() and not budget.cancelled:
        thread.join(0.05)
    if not box:
        return None
    if isinstance(box[0], Exception):
        raise box[0]
    return box[0]


def _solve(
    rows: Rows, cost: Linear, budget: Budget, *, integers: bool, options: dict[str, str], most: float
) -> mathopt.SolveResult | None:
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2

    infinity = float("inf")
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(rows.lower)))
    proto.variables.lower_bounds.extend(float(value) for value in rows.lower)
    proto.variables.upper_bounds.extend(float(value) for value in rows.upper)
    proto.variables.integers.extend([integers] * len(rows.lower))
    ordered = sorted(cost.factors.items())
    proto.objective.linear_coefficients.ids.extend(column for column, _ in ordered)
    proto.objective.linear_coefficients.values.extend(factor * PER_LP for _, factor in ordered)
    proto.linear_constraints.ids.extend(range(len(rows.low)))
    proto.linear_constraints.lower_bounds.extend(-infinity if value is None else float(value) for value in rows.low)
    proto.linear_constraints.upper_bounds.extend(infinity if value is None else float(value) for value in rows.high)
    row_of = np.repeat(np.arange(len(rows.low)), np.diff(np.asarray(rows.starts)))
    columns = np.asarray(rows.columns, dtype=np.int64)
    order = np.lexsort((columns, row_of))
    proto.linear_constraint_matrix.row_ids.extend(row_of[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(columns[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(np.asarray(rows.factors, dtype=float)[order].tolist())
    limit = min(budget.left, most)
    parameters = mathopt.SolveParameters(
        highs=highs_pb2.HighsOptionsProto(string_options=options),
        time_limit=None if limit == infinity else timedelta(seconds=max(0.01, limit)),
    )
    try:
        return mathopt.solve(mathopt.Model.from_model_proto(proto), mathopt.SolverType.HIGHS, params=parameters)
    except Exception as error:  # HiGHS giving up is reported as an error of many types; it says nothing of the model
        logger.info("HiGHS gave up: %s", error)
        return None
