"""Mixed-integer solvers over rows, by OR-Tools' MathOpt: HiGHS and SCIP, one thread, no gap allowed.

They count in floats, CP-SAT and the flow in whole numbers. So tolerances are as small as they go, what is found is
rounded, and whether the rounded values obey the rows is counted again in whole numbers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from .peer_milp import Milp

if TYPE_CHECKING:
    from ortools.math_opt.python import mathopt

Solver = Literal["highs", "scip"]
Status = Literal["optimal", "feasible", "infeasible", "time_limit", "failed"]

TOLERANCE = 1e-9
"""How far a value may be from whole, and a row from its bounds."""
LARGEST = 2**20
"""A row with a larger factor is scaled down by a power of two: the tolerance of rows is absolute."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solver says of rows."""

    status: Status
    values: list[int] | None = None
    """Rounded."""
    bound: float | None = None
    """No solution costs less, as the solver says; in the rows' own units."""
    seconds: float = 0.0
    message: str | None = None


def solve_milp(milp: Milp, solver: Solver, *, time_limit: float, per_unit: float = 1.0) -> Solved:
    """Minimise over rows.

    Parameters
    ----------
    milp
        The rows.
    solver
        Which one.
    time_limit
        Wall time in seconds. HiGHS can take more than twice as long: its presolve does not look at a clock.
    per_unit
        The cost is divided by it for the solver: floats like small numbers.
    """
    from ortools.math_opt.python import mathopt

    begun = time.monotonic()
    kind = {"highs": mathopt.SolverType.HIGHS, "scip": mathopt.SolverType.GSCIP}[solver]
    try:
        model = _model(milp, per_unit)
        left = time_limit - (time.monotonic() - begun)
        result = mathopt.solve(model, kind, params=_parameters(solver, left))
    except Exception as error:  # a solver that gives up says so by errors of many types
        why = error.__context__ or error  # what the solver said, where MathOpt fails to pass it on
        return Solved("failed", None, None, time.monotonic() - begun, f"{solver} gave up: {why}")
    return _read(milp, result, per_unit, time.monotonic() - begun)


def _read(milp: Milp, result: mathopt.SolveResult, per_unit: float, seconds: float) -> Solved:
    reason = result.termination.reason.name
    told = f"{reason}: {result.termination.detail}".rstrip(": ")
    low = result.termination.objective_bounds.dual_bound
    bound = low * per_unit if abs(low) < float("inf") else None
    values = None
    if result.solutions and result.solutions[0].primal_solution is not None:
        found = result.solutions[0].primal_solution.variable_values
        values = [0] * len(milp.lower)
        for variable, value in found.items():
            values[variable.id] = round(value)
    if values is not None:
        broken = milp.broken(values)
        message = f"rounded to whole numbers, the solution breaks {len(broken)} rows" if broken else None
        return Solved("optimal" if reason == "OPTIMAL" else "feasible", values, bound, seconds, message)
    if reason in ("INFEASIBLE", "INFEASIBLE_OR_UNBOUNDED"):  # every column has two bounds: nothing is unbounded
        return Solved("infeasible", None, None, seconds)
    if reason == "NO_SOLUTION_FOUND":
        return Solved("time_limit", None, bound, seconds)
    return Solved("failed", None, bound, seconds, told)


def _parameters(solver: Solver, time_limit: float) -> mathopt.SolveParameters:
    from ortools.math_opt.python import mathopt
    from ortools.math_opt.solvers import highs_pb2
    from ortools.math_opt.solvers.gscip import gscip_pb2

    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=max(0.01, time_limit)), random_seed=1, relative_gap_tolerance=0.0
    )
    if solver == "highs":
        names = ("mip_feasibility_tolerance", "primal_feasibility_tolerance", "dual_feasibility_tolerance")
        # One thread by `parallel`: `threads` belongs to the whole process, and cannot be changed once HiGHS has run.
        parameters.highs = highs_pb2.HighsOptionsProto(
            string_options={"parallel": "off"}, double_options=dict.fromkeys(names, TOLERANCE)
        )
    else:
        parameters.threads = 1
        parameters.gscip = gscip_pb2.GScipParameters(real_params={"numerics/feastol": TOLERANCE})
    return parameters


def _model(milp: Milp, per_unit: float) -> mathopt.Model:
    """The rows as MathOpt has them: filled in bulk, entries in order of row and column."""
    from ortools.math_opt import model_pb2
    from ortools.math_opt.python import mathopt

    infinity = float("inf")
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(len(milp.lower)))
    proto.variables.lower_bounds.extend(map(float, milp.lower))
    proto.variables.upper_bounds.extend(map(float, milp.upper))
    proto.variables.integers.extend([True] * len(milp.lower))
    ordered = sorted(milp.cost.items())
    proto.objective.linear_coefficients.ids.extend(column for column, _ in ordered)
    proto.objective.linear_coefficients.values.extend(factor / per_unit for _, factor in ordered)
    proto.objective.offset = milp.constant / per_unit
    proto.linear_constraints.ids.extend(range(len(milp.low)))
    matrix = proto.linear_constraint_matrix
    for row, (begin, end) in enumerate(pairwise(milp.starts)):
        entries = sorted(zip(milp.columns[begin:end], milp.factors[begin:end], strict=True))
        scale = _scale(max((abs(factor) for _, factor in entries), default=1))
        low, high = milp.low[row], milp.high[row]
        proto.linear_constraints.lower_bounds.append(-infinity if low is None else low / scale)
        proto.linear_constraints.upper_bounds.append(infinity if high is None else high / scale)
        matrix.row_ids.extend([row] * len(entries))
        matrix.column_ids.extend(column for column, _ in entries)
        matrix.coefficients.extend(factor / scale for _, factor in entries)
    return mathopt.Model.from_model_proto(proto)


def _scale(largest: int) -> int:
    return 1 if largest <= LARGEST else 1 << (largest // LARGEST).bit_length()
