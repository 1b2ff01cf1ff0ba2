"""Linear expressions with integer coefficients: the objective and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .rows import ONE, Rows, Term


@dataclass(slots=True)
class Linear:
    """A sum of columns times integers, plus a constant."""

    factors: dict[int, int] = field(default_factory=dict)
    constant: int = 0

    def add(self, terms: Iterable[Term], factor: int) -> None:
        """Add `factor` times the terms."""
        if factor == 0:
            return
        for column, value in terms:
            if column is None:
                continue
            if column == ONE:
                self.constant += factor * value
            else:
                self.factors[column] = self.factors.get(column, 0) + factor * value

    def include(self, other: Linear, factor: int = 1) -> None:
        """Add `factor` times another expression."""
        for column, value in other.factors.items():  # of a smaller model the first column is not ONE
            self.factors[column] = self.factors.get(column, 0) + factor * value
        self.constant += factor * other.constant

    def value(self, values: npt.NDArray[np.int64]) -> int:
        """The expression at an assignment, in exact integers."""
        return self.constant + sum(factor * int(values[column]) for column, factor in self.factors.items())

    def span(self, rows: Rows) -> int:
        """How far from 0 it and each of its partial sums can ever be."""
        return abs(self.constant) + rows.reach(self.factors.items())

    def reach(self, upper: Sequence[int]) -> int:
        """More than it can ever be worth with columns from 0 to their upper bounds, or just that."""
        return self.constant + sum(max(0, factor) * upper[column] for column, factor in self.factors.items())
