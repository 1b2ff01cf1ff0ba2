"""Building, solving, cancelling: CP-SAT and HiGHS over flat rows. Nothing here knows the domain."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from .linear import Linear
from .rows import Rows

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

logger = logging.getLogger(__name__)

Values = npt.NDArray[np.int64]
Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Watch = Callable[[int | None, int], None]
"""Told the value and the bound whenever one of them improves."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solver run ended with, in integer units."""

    status: Status
    values: Values | None
    value: int | None
    bound: int | None


class OutOfTime(Exception):
    """There was no time left to build a model in."""


@dataclass(slots=True)
class Budget:
    """A time limit and a way to stop, shared by all runs of one question."""

    deadline: float | None = None
    cancel: threading.Event | None = None

    @classmethod
    def of(cls, seconds: float | None, cancel: threading.Event | None = None) -> Budget:
        """A budget of so many seconds from now."""
        return cls(None if seconds is None else time.monotonic() + seconds, cancel)

    @property
    def left(self) -> float:
        """Seconds left."""
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()

    @property
    def limited(self) -> bool:
        """Whether there is a time limit at all."""
        return self.deadline is not None

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self.cancel is not None and self.cancel.is_set()

    @property
    def spent(self) -> bool:
        """Whether no further run may start."""
        return self.cancelled or self.left <= 0

    def part(self, share: float, most: float = math.inf) -> Budget:
        """A part of the time left from now on, `most` seconds at most; without any limit none."""
        limit = min(most, share * max(0.0, self.left))
        return Budget(None if limit == math.inf else time.monotonic() + limit, self.cancel)

    def insist(self) -> None:
        """Raise OutOfTime if nothing is left: for long work between runs."""
        if self.spent:
            raise OutOfTime


def minimise(
    rows: Rows,
    cost: Linear,
    budget: Budget,
    *,
    hint: Values | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Minimise an expression over the rows with CP-SAT, one worker, the same answer every time.

    The parameters are for models whose linear relaxation is nearly the answer: all rows in the LP from the start, no
    presolve or probing to delay it.
    """
    from ortools.sat.python import cp_model

    if budget.spent:
        return Outcome("unknown", None, None, None)
    model = to_cp_sat(rows, cost, hint)
    solver = cp_model.CpSolver()
    set_ = solver.parameters
    set_.num_workers = 1
    set_.random_seed = 1
    # Ctrl-C is the host's: CP-SAT's own handler outlives its run and aborts the process.
    set_.catch_sigint_signal = False
    set_.linearization_level = 2
    set_.add_lp_constraints_lazily = False
    set_.cp_model_presolve = False
    set_.cp_model_probing_level = 0
    set_.symmetry_level = 0
    set_.cut_level = 0
    if budget.left != float("inf"):
        set_.max_time_in_seconds = max(0.01, budget.left)
    callback = None
    bounds: list[float] = []
    tell: Callable[[float], None] | None = None
    if watch is not None:
        callback, tell = _callback(watch)

    def bounded(bound: float) -> None:
        bounds.append(bound)
        if tell is not None:
            tell(bound)

    solver.best_bound_callback = bounded
    done = threading.Event()
    if budget.cancel is not None:
        threading.Thread(target=_stop_when, args=(solver, budget.cancel, done), daemon=True).start()
    try:
        status = solver.solve(model, callback)
    finally:
        done.set()
    name: Status = {cp_model.OPTIMAL: "optimal", cp_model.FEASIBLE: "feasible", cp_model.INFEASIBLE: "infeasible"}.get(
        status, "unknown"
    )  # type: ignore[assignment]
    # Stopped before it has loaded the model, CP-SAT names 0 as its bound, whatever is minimised.
    sound = name in ("optimal", "feasible") or (name == "unknown" and bool(bounds))
    bound = _whole(solver.best_objective_bound) if sound and cost.factors else None
    if name not in ("optimal", "feasible"):
        return Outcome(name, None, None, None if bound is None else bound + cost.constant)
    values = np.fromiter(solver.response_proto.solution, dtype=np.int64, count=len(rows.lower))
    value = cost.value(values)
    if name == "optimal" or bound is None:
        return Outcome("optimal", values, value, value)
    return Outcome(name, values, value, min(value, bound + cost.constant))


def _whole(bound: float) -> int:
    """The integer lower bound that one in floating point amounts to, on the safe side."""
    return math.floor(bound + 1e-3) if abs(bound) < 2**52 else math.floor(bound)


def _stop_when(solver: cp_model.CpSolver, cancel: threading.Event, done: threading.Event) -> None:
    while not done.is_set():
        if cancel.wait(0.05):
            solver.stop_search()
            return


def _callback(watch: Watch) -> tuple[cp_model.CpSolverSolutionCallback, Callable[[float], None]]:
    """What CP-SAT calls with incumbents and bounds. Made here because its base class needs ortools."""
    from ortools.sat.python import cp_model

    class Incumbents(cp_model.CpSolverSolutionCallback):
        best: int | None = None

        def on_solution_callback(self) -> None:
            self.best = round(self.objective_value)
            watch(self.best, _whole(self.best_objective_bound))

    told = Incumbents()
    return told, lambda bound: watch(told.best, _whole(bound))


def to_cp_sat(rows: Rows, cost: Linear, hint: Values | None = None) -> cp_model.CpModel:
    """The rows as a CP-SAT model, written straight into its protocol buffer."""
    from ortools.sat.python import cp_model

    low_end, high_end = -(2**62), 2**62
    model = cp_model.CpModel()
    proto = model.proto
    add = proto.variables.add
    for lower, upper in zip(rows.lower, rows.upper, strict=True):
        add().domain.extend((lower, upper))
    insert = proto.constraints.add
    starts, columns, factors = rows.starts, rows.columns, rows.factors
    for row, (low, high) in enumerate(zip(rows.low, rows.high, strict=True)):
        linear = insert().linear
        begin, end = starts[row], starts[row + 1]
        linear.vars.extend(columns[begin:end])
        linear.coeffs.extend(factors[begin:end])
        linear.domain.extend((low_end if low is None else low, high_end if high is None else high))
    if cost.factors:
        proto.objective.vars.extend(list(cost.factors.keys()))
        proto.objective.coeffs.extend(list(cost.factors.values()))
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(hint)))
        proto.solution_hint.values.extend(hint.tolist())
    return model
