"""Flat columns and rows, written once and read by any solver: CP-SAT, HiGHS or plain numpy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Column = int | None
"""Index of a column, or None for something that is always 0."""
Term = tuple[Column, int]
Key = tuple[object, ...]

ONE = 0
"""The column that is always 1: constants are written as terms of it."""


@dataclass(slots=True)
class Rows:
    """Integer columns with bounds, and rows `low <= sum of terms <= high`."""

    lower: list[int] = field(default_factory=lambda: [1])
    upper: list[int] = field(default_factory=lambda: [1])
    keys: list[Key] = field(default_factory=lambda: [("one",)])
    ticks: list[int] = field(default_factory=lambda: [0])
    """Instant of each column (tick), for carrying a plan from one grid to another."""
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)
    low: list[int | None] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    carrying: dict[Key, dict[int, int]] = field(default_factory=dict)
    """Rows about an instant, with like rows at others: by what they say, tick to row.

    Mostly they carry a count of people or things from each instant to the next.
    """
    lasting: dict[Key, dict[int, int]] = field(default_factory=dict)
    """Rows about what holds through a period: by what they say, first tick to row."""
    rule: str = ""
    """Name of the rule that is being built; rows are tagged with it."""

    def copied(self) -> Rows:
        """The same, to be changed and added to; only which rows carry and which last is known to both."""
        return replace(
            self,
            lower=list(self.lower),
            upper=list(self.upper),
            keys=list(self.keys),
            ticks=list(self.ticks),
            starts=list(self.starts),
            columns=list(self.columns),
            factors=list(self.factors),
            low=list(self.low),
            high=list(self.high),
            rules=list(self.rules),
        )

    def column(self, key: Key, tick: int, upper: int = 1, lower: int = 0) -> int:
        """Add a column. The key starts with "state", "event" or "once" and names it across grids."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.keys.append(key)
        self.ticks.append(tick)
        return len(self.lower) - 1

    def row(self, terms: Iterable[Term], low: int | None, high: int | None) -> None:
        """Add `low <= sum of terms <= high`; constants and repeated columns are folded."""
        folded: dict[int, int] = {}
        constant = 0
        for column, factor in terms:
            if column is None or factor == 0:
                continue
            if column == ONE:
                constant += factor
            else:
                folded[column] = folded.get(column, 0) + factor
        low = None if low is None else low - constant
        high = None if high is None else high - constant
        self.append(folded, low, high, self.rule)

    def append(self, factors: Mapping[int, int], low: int | None, high: int | None, rule: str) -> None:
        """Add a row whose terms are folded already."""
        kept = {column: factor for column, factor in factors.items() if factor}
        self.columns.extend(kept.keys())
        self.factors.extend(kept.values())
        self.starts.append(len(self.columns))
        self.low.append(low)
        self.high.append(high)
        self.rules.append(rule)

    def at_most(self, terms: Iterable[Term], high: int = 0) -> None:
        """Sum of terms <= high."""
        self.row(terms, None, high)

    def carry(self, key: Key, tick: int, terms: Iterable[Term], high: int = 0) -> None:
        """Sum of terms <= high about an instant: mostly, that no more is there than was there before or came."""
        self.carrying.setdefault(key, {})[tick] = len(self.low)
        self.at_most(terms, high)

    def last(self, key: Key, tick: int, terms: Iterable[Term], high: int = 0) -> None:
        """Sum of terms <= high through the period that begins at the tick."""
        self.lasting.setdefault(key, {})[tick] = len(self.low)
        self.at_most(terms, high)

    def at_least(self, terms: Iterable[Term], low: int = 0) -> None:
        """Sum of terms >= low."""
        self.row(terms, low, None)

    def equal(self, terms: Iterable[Term], value: int = 0) -> None:
        """Sum of terms == value."""
        self.row(terms, value, value)

    def fix(self, column: Column, value: int) -> None:
        """Narrow a column to one value (to nothing, if its bounds exclude the value)."""
        if column is None or column == ONE:
            if value != (0 if column is None else 1):
                self.row([], 1, 1)
            return
        self.lower[column] = max(self.lower[column], value)
        self.upper[column] = min(self.upper[column], value)
        if self.lower[column] > self.upper[column]:
            self.lower[column] = self.upper[column] = value
            self.row([], 1, 1)

    def row_of(self) -> npt.NDArray[np.int64]:
        """The row of each factor."""
        return np.repeat(np.arange(len(self.low)), np.diff(np.asarray(self.starts)))

    def extremes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The least and the most that each row can be within the bounds of its columns."""
        columns, factors = np.asarray(self.columns, dtype=np.int64), np.asarray(self.factors, dtype=np.int64)
        lower, upper = np.asarray(self.lower, dtype=np.int64)[columns], np.asarray(self.upper, dtype=np.int64)[columns]
        row_of, up = self.row_of(), factors > 0
        least, most = np.zeros(len(self.low), dtype=np.int64), np.zeros(len(self.low), dtype=np.int64)
        np.add.at(least, row_of, factors * np.where(up, lower, upper))
        np.add.at(most, row_of, factors * np.where(up, upper, lower))
        return least, most

    def span(self, row: int) -> int:
        """How far from 0 the sum of a row and each of its partial sums can ever be."""
        terms = slice(self.starts[row], self.starts[row + 1])
        return self.reach(zip(self.columns[terms], self.factors[terms], strict=True))

    def reach(self, terms: Iterable[tuple[int, int]]) -> int:
        """How far from 0 a sum and each of its partial sums can ever be."""
        return sum(abs(factor) * max(abs(self.lower[column]), abs(self.upper[column])) for column, factor in terms)

    def violated(self, values: npt.NDArray[np.int64]) -> list[int]:
        """Rows that an assignment breaks, in exact integers; the tests' and hints' view of the model."""
        terms = np.asarray(self.factors, dtype=np.int64) * values[np.asarray(self.columns, dtype=np.int64)]
        sums = np.concatenate([[0], np.cumsum(terms)])
        starts = np.asarray(self.starts)
        totals = sums[starts[1:]] - sums[starts[:-1]]
        return [
            row
            for row, (total, low, high) in enumerate(zip(totals.tolist(), self.low, self.high, strict=True))
            if (low is not None and total < low) or (high is not None and total > high)
        ]
