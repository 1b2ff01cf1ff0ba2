"""Multipliers of a coarse grid read on a finer one, so that its LP falls apart into instants.

Rows that carry people in their seats and liners in their ships from one instant to the next make the LP of many ticks
slow. A coarse LP knows what it is worth to be there at its own instants; between them charges are linear in S, and so
is that worth, nearly. Pinned at it, the rows become prices, and the LP that is left links instants by little else than
the ships. Whatever the pins, the bound is certified afterwards; where they were wrong the LP says so, and they go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .rows import Rows
from .tighten import implied

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HOT = 0.05
"""An instant is doubted if what flows into it and out of it differ by so much of the worst such difference."""


@dataclass(frozen=True, slots=True)
class Pins:
    """Rows with given multipliers."""

    rows: Ints
    multipliers: Floats
    """In units."""
    ticks: Ints
    """Of the rows."""

    def loosened(self, rows: Rows, values: Floats, grid: Sequence[int]) -> Pins:
        """Without the pins in periods of a coarse grid in which a solution of the LP breaks the rows they stand for.

        What a pin costs is at most its multiplier times what the solution breaks its row by.
        """
        position = np.full(len(rows.low), -1)
        position[self.rows] = np.arange(len(self.rows))
        pin_of = position[rows.row_of()]
        mine = pin_of >= 0
        sums = np.zeros(len(self.rows))
        terms = np.asarray(rows.factors, dtype=float)[mine] * values[np.asarray(rows.columns, dtype=np.int64)[mine]]
        np.add.at(sums, pin_of[mine], terms)
        sides = np.array([rows.high[row] for row in self.rows.tolist()], dtype=float)
        doubt = np.zeros(int(self.ticks.max(initial=0)) + 1)
        np.add.at(doubt, self.ticks, np.abs(self.multipliers * (sides - sums)))
        kept = np.ones(len(doubt), dtype=bool)
        for tick in np.flatnonzero(doubt > HOT * doubt.max(initial=0.0)).tolist():
            period = bisect_right(grid, tick)
            kept[grid[period - 1] : grid[period] + 1 if period < len(grid) else None] = False
        keep = kept[self.ticks]
        return Pins(self.rows[keep], self.multipliers[keep], self.ticks[keep])


def spread(coarse: Rows, found: Floats, grid: Sequence[int], fine: Rows, survival: Sequence[float]) -> Pins:
    """Pins for the rows of a finer grid that carry something, from the multipliers found for those of a coarse one.

    Rows that hold by themselves get none.

    Parameters
    ----------
    coarse, found, grid
        Rows of the coarse grid, their multipliers, and the grid.
    fine
        Rows of the finer grid.
    survival
        S at every tick, and at the end.
    """
    rows: list[int] = []
    multipliers: list[float] = []
    ticks: list[int] = []
    always = implied(fine)
    for key, places in fine.carrying.items():
        known = coarse.carrying.get(key)
        if known is None:
            continue
        for tick, row in places.items():
            if always[row]:
                continue
            period = bisect_right(grid, tick) - 1
            begin, end = grid[period], grid[period + 1] if period + 1 < len(grid) else len(survival) - 1
            before, after = known.get(begin), known.get(end)
            later = 0.0 if after is None else found[after]
            earlier = later if before is None else found[before]
            fallen = survival[begin] - survival[end]
            part = (survival[begin] - survival[tick]) / fallen if fallen else (tick - begin) / (end - begin)
            rows.append(row)
            ticks.append(tick)
            multipliers.append(min(0.0, (1 - part) * earlier + part * later))
    return Pins(np.array(rows, dtype=np.int64), np.array(multipliers), np.array(ticks, dtype=np.int64))
