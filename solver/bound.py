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
from .highs import Relaxed, relaxed
from .linear import Linear
from .rows import Rows
from .spread import Pins

logger = logging.getLogger(__name__)

SHIFT = 8
"""Multipliers are rounded to 2**-SHIFT of a unit."""

MOST_MULTIPLIER = 50
"""Multipliers are cut off at 2 to this. Where rows force a column, those of the interior point run far away."""

SETTLED = 2**63 - 1

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bound:
    """No plan costs less than `value`; a column away from its cheaper end costs at least `excess` more."""

    value: int
    scaled: int
    """The bound times 2**SHIFT, before rounding up."""
    excess: Ints
    """Absolute reduced costs times 2**SHIFT; `SETTLED` for a column without a choice, so that it always counts."""
    cheaper: Values
    """The end of each column that the bound counts with."""

    def excluded(self, most: int) -> npt.NDArray[np.bool_]:
        """Columns that stay at their cheaper end in every plan that costs at most so much."""
        return np.asarray(self.excess > min((most << SHIFT) - self.scaled, SETTLED - 1))

    def settles(self, most: int) -> float:
        """Which part of the columns that have a choice is excluded."""
        choice = self.excess < SETTLED
        return float(self.excluded(most)[choice].mean()) if choice.any() else 1.0


def bound_below(rows: Rows, cost: Linear, budget: Budget, pins: Pins | None = None) -> tuple[Bound, Relaxed] | None:
    """A certified bound from the LP relaxation, with the LP's own answer.

    None if the LP did not finish in time or needs more than 64 bits. Rows with multipliers in `pins` keep these.
    """
    if max(map(abs, cost.factors.values()), default=0) >= 2 ** (61 - SHIFT):
        return None
    begun = time.monotonic()
    found = relaxed(rows, cost, budget, pins)
    if found is None:
        return None
    # Without any multipliers there is a bound too: worth more than one that multipliers cut off have spoilt.
    none = np.zeros(len(rows.low))
    bound = max(certified(rows, cost, found.multipliers), certified(rows, cost, none), key=lambda b: b.scaled)
    logger.info(
        "LP bound %s units, %d of %d rows pinned, %.2f s",
        bound.value, 0 if pins is None else len(pins.rows), len(rows.low), time.monotonic() - begun,
    )  # fmt: skip
    return bound, found


def certified(rows: Rows, cost: Linear, found: npt.NDArray[np.float64]) -> Bound:
    """The bound that multipliers of the rows give, in exact integers."""
    low = np.array([0 if value is None else value for value in rows.low], dtype=np.int64)
    high = np.array([0 if value is None else value for value in rows.high], dtype=np.int64)
    no_low = np.array([value is None for value in rows.low], dtype=bool)
    no_high = np.array([value is None for value in rows.high], dtype=bool)
    limit = 2.0**MOST_MULTIPLIER
    y = np.rint(np.clip(np.nan_to_num(found), -limit, limit) * 2**SHIFT).astype(np.int64)
    y[(y > 0) & no_low] = 0
    y[(y < 0) & no_high] = 0
    row_of = rows.row_of()
    columns = np.asarray(rows.columns, dtype=np.int64)
    factors = np.asarray(rows.factors, dtype=np.int64)
    reduced = np.zeros(len(rows.lower), dtype=np.int64)
    for column, factor in cost.factors.items():
        reduced[column] = factor << SHIFT
    largest = np.zeros(len(rows.lower))
    np.add.at(largest, columns, np.abs(y[row_of].astype(float) * factors))
    if largest.max(initial=0.0) > 2.0**61:  # absurd multipliers: 64 bits would overflow, so they are shrunk until not
        shrink = int(np.ceil(np.log2(largest.max() / 2.0**61)))
        y >>= shrink
    np.subtract.at(reduced, columns, y[row_of] * factors)
    lower = np.asarray(rows.lower, dtype=np.int64)
    upper = np.asarray(rows.upper, dtype=np.int64)
    cheaper = np.where(reduced >= 0, lower, upper)
    sides = np.where(y > 0, low, high)
    total = (cost.constant << SHIFT) + _exact_dot(y, sides) + _exact_dot(reduced, cheaper)
    excess = np.where(lower == upper, SETTLED, np.abs(reduced))
    return Bound(-((-total) >> SHIFT), total, excess, cheaper)


def _exact_dot(left: Ints, right: Ints) -> int:
    """Sum of products in Python's own integers, which do not overflow."""
    used = np.flatnonzero((left != 0) & (right != 0))
    return sum(a * b for a, b in zip(left[used].tolist(), right[used].tolist(), strict=True))
