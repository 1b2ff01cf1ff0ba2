"""Fewer columns and rows: what remains of a model when many columns are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .engine import Values
from .linear import Linear
from .rows import Rows
from .tighten import implied


@dataclass(frozen=True, slots=True)
class Reduced:
    """A smaller model, and how to read its solutions in the whole one."""

    rows: Rows
    kept: npt.NDArray[np.int64]
    known: Values
    """Values of the columns that are not kept (others do not matter)."""

    def expand(self, values: Values) -> Values:
        """Values of the smaller model as values of the whole one."""
        found = self.known.copy()
        found[self.kept] = values
        return found

    def shrink(self, values: Values | None) -> Values | None:
        """Values of the whole model as values of the smaller one."""
        return None if values is None else values[self.kept]

    def express(self, cost: Linear) -> Linear:
        """An expression over the whole model in columns of the smaller one."""
        place = {int(column): number for number, column in enumerate(self.kept)}
        found = Linear(constant=cost.constant)
        for column, factor in cost.factors.items():
            if column in place:
                found.factors[place[column]] = factor
            else:
                found.constant += factor * int(self.known[column])
        return found


def reduced(rows: Rows, settled: npt.NDArray[np.bool_], known: Values) -> Reduced:
    """The model without its settled columns, and without rows that then hold by themselves or repeat."""
    kept = np.flatnonzero(~settled)
    place = np.full(len(settled), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    columns = np.asarray(rows.columns, dtype=np.int64)
    factors = np.asarray(rows.factors, dtype=np.int64)
    count = len(rows.low)
    row_of = rows.row_of()
    gone = settled[columns]
    moved = np.zeros(count, dtype=np.int64)
    np.add.at(moved, row_of[gone], factors[gone] * known[columns[gone]])
    columns, factors, row_of = columns[~gone], factors[~gone], row_of[~gone]
    lower, upper = (np.where(settled, known, bounds) for bounds in (rows.lower, rows.upper))
    always = implied(replace(rows, lower=lower.tolist(), upper=upper.tolist()))
    starts = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=count))])
    small = Rows([], [], [], [])
    small.lower, small.upper = lower[kept].tolist(), upper[kept].tolist()
    small.keys = [rows.keys[column] for column in kept.tolist()]
    small.ticks = [rows.ticks[column] for column in kept.tolist()]
    seen: set[tuple[object, ...]] = set()
    for row in np.flatnonzero(~always).tolist():
        low = None if (bound := rows.low[row]) is None else bound - int(moved[row])
        high = None if (bound := rows.high[row]) is None else bound - int(moved[row])
        begin, end = starts[row], starts[row + 1]
        terms = (place[columns[begin:end]].tolist(), factors[begin:end].tolist())
        signature = (tuple(terms[0]), tuple(terms[1]), low, high)
        if signature in seen:
            continue
        seen.add(signature)
        small.columns.extend(terms[0])
        small.factors.extend(terms[1])
        small.starts.append(len(small.columns))
        small.low.append(low)
        small.high.append(high)
        small.rules.append(rows.rules[row])
    return Reduced(small, kept, known)
