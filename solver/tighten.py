"""Bounds of columns that the rows imply: what a statement or a date forbids is then known before any solver runs.

It makes relaxations smaller, and keeps their multipliers near: where a row leaves its columns no choice, an interior
point method follows multipliers that have no finite value of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .rows import Rows

Ints = npt.NDArray[np.int64]

ROUNDS = 5000
"""What is forbidden is handed on by a tick in each round or faster; stopping early is only a loss of speed."""
MOST = 2**60
"""Stands for a side that a row does not have; one beyond it is taken for none as well."""


def tightened(rows: Rows) -> Rows:
    """The same rows with every column's bounds narrowed to what the rows allow; as they were if there is no solution.

    Where one of some columns must be 1 and at most one of these and others may be, the others are 0, and one row says
    both.
    """
    narrow = _Narrow(rows)
    if not narrow.settle(np.flatnonzero(np.diff(narrow.starts))):
        return rows
    alone, forbidden = narrow.one_of()
    narrow.upper[forbidden] = 0
    if not narrow.settle(narrow.with_columns(forbidden)):
        return rows
    found = rows.copied()  # the rows as they were written stay that, whatever is added to these
    found.lower, found.upper = narrow.lower.tolist(), narrow.upper.tolist()
    for row, covered in alone:
        found.high[row], found.high[covered] = 1, None
    return found


class _Narrow:
    """Bounds of columns on their way."""

    def __init__(self, rows: Rows) -> None:
        self.columns, self.factors = np.asarray(rows.columns, dtype=np.int64), np.asarray(rows.factors, dtype=np.int64)
        self.starts = np.asarray(rows.starts, dtype=np.int64)
        self.low, self.high = sides(rows)
        self.lower, self.upper = np.array(rows.lower, dtype=np.int64), np.array(rows.upper, dtype=np.int64)
        self._row_of = rows.row_of()
        self._rows_of = self._row_of[np.argsort(self.columns, kind="stable")]
        counts = np.bincount(self.columns, minlength=len(self.lower))
        self._places = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def with_columns(self, columns: Ints) -> Ints:
        """Rows in which the columns stand."""
        return np.unique(self._rows_of[_ranges(self._places, columns)[0]])

    def settle(self, due: Ints) -> bool:
        """Narrow from some rows on until nothing changes; whether a column still has a value."""
        for _ in range(ROUNDS):
            if not len(due):
                break
            terms, sizes = _ranges(self.starts, due)
            at, factor = self.columns[terms], self.factors[terms]
            up, size = factor > 0, np.abs(factor)
            least = factor * np.where(up, self.lower[at], self.upper[at])
            most = factor * np.where(up, self.upper[at], self.lower[at])
            first = np.cumsum(sizes) - sizes
            high, low = self.high[due], self.low[due]
            # What a term may be at most where all others are least, and at least where all others are most.
            room = np.repeat(high - np.add.reduceat(least, first), sizes) + least
            need = np.repeat(low - np.add.reduceat(most, first), sizes) + most
            before = self.lower.copy(), self.upper.copy()
            below, above = np.repeat(high < MOST, sizes), np.repeat(low > -MOST, sizes)  # rows may be open on one side
            for side, end, of in ((below, up, room), (above, ~up, -need)):
                np.minimum.at(self.upper, at[side & end], (of // size)[side & end])
                np.maximum.at(self.lower, at[side & ~end], (-(of // size))[side & ~end])
            if (self.lower > self.upper).any():
                return False
            due = self.with_columns(np.flatnonzero((self.lower != before[0]) | (self.upper != before[1])))
        return True

    def one_of(self) -> tuple[list[tuple[int, int]], Ints]:
        """Rows "one of these" with rows "at most one of these and others", and the others."""
        free, plain = self.lower < self.upper, np.ones(len(self.low), dtype=bool)
        plain[self._row_of[(self.factors != 1) | (self.lower[self.columns] != 0)]] = False
        pairs: list[tuple[int, int]] = []
        others: set[int] = set()
        for row in np.flatnonzero(plain & (self.low == 1)).tolist():
            one = self._free(row, free)
            for wider in self.with_columns(np.array(sorted(one)[:1], dtype=np.int64)).tolist():
                if wider != row and plain[wider] and self.high[wider] == 1 and one <= (wide := self._free(wider, free)):
                    pairs.append((row, wider))
                    others |= wide - one
        return pairs, np.array(sorted(others), dtype=np.int64)

    def _free(self, row: int, free: npt.NDArray[np.bool_]) -> set[int]:
        columns = self.columns[self.starts[row] : self.starts[row + 1]]
        return set(columns[free[columns]].tolist())


def sides(rows: Rows) -> tuple[Ints, Ints]:
    """Lower and upper sides of rows; `MOST` away where there is none."""
    low = np.array([-MOST if value is None else value for value in rows.low], dtype=np.int64)
    return low, np.array([MOST if value is None else value for value in rows.high], dtype=np.int64)


def implied(rows: Rows) -> npt.NDArray[np.bool_]:
    """Rows that hold whatever their columns are within their bounds."""
    least, most = rows.extremes()
    low, high = sides(rows)
    return np.asarray(((low == -MOST) | (low <= least)) & ((high == MOST) | (most <= high)))


def _ranges(starts: Ints, which: Ints) -> tuple[Ints, Ints]:
    """The places of some rows' terms one after another, and how many each row has."""
    sizes = starts[which + 1] - starts[which]
    ends = np.cumsum(sizes)
    return np.repeat(starts[which] - ends + sizes, sizes) + np.arange(int(ends[-1]) if len(ends) else 0), sizes
