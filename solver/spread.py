"""Multipliers of a coarse grid read on a finer one, so that its LP falls apart into instants.

Rows that carry people in their seats and liners in their ships from one instant to the next make the LP of many ticks
slow. A coarse LP knows what it is worth to be there at its own instants; between them charges are linear in S, and so
is that worth, nearly. What it says of a row about a whole period goes to the ticks of the period, each its part of what
S falls by. Pinned at that, rows become prices, and the LP that is left links instants by little else than the ships.
Whatever the pins, the bound is certified afterwards; where they were wrong the LP says so, and they go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
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
    """Pins for rows on every tick that say the same at many ticks, from the multipliers found for a coarse grid.

    Rows that hold by themselves get none.

    Parameters
    ----------
    coarse, found, grid
        Rows of the coarse grid, their multipliers, and the grid.
    fine
        Rows of the grid of every tick.
    survival
        S at every tick, and at the end.
    """
    rows: list[int] = []
    multipliers: list[float] = []
    ticks: list[int] = []
    always = implied(fine)
    spans = _Spans(grid, survival)
    for wanted, read, share in (
        (fine.carrying, coarse.carrying, spans.between),
        (fine.lasting, coarse.lasting, spans.part),
    ):
        for key, places in wanted.items():
            known = {tick: float(found[row]) for tick, row in read.get(key, {}).items()}
            for tick, row in places.items() if known else ():
                if not always[row]:
                    rows.append(row)
                    ticks.append(tick)
                    multipliers.append(min(0.0, share(known, tick)))
    return Pins(np.array(rows, dtype=np.int64), np.array(multipliers), np.array(ticks, dtype=np.int64))


class _Spans:
    """Periods of a coarse grid, by how many evacuations fall into them."""

    def __init__(self, grid: Sequence[int], survival: Sequence[float]) -> None:
        self._grid, self._survival = grid, survival

    def between(self, known: Mapping[int, float], tick: int) -> float:
        """On the line in S between what is known at both ends of the period that holds a tick."""
        begin, end = self._period(tick)
        later = known.get(end, 0.0)
        part = self._fallen(begin, tick, begin, end)
        return (1 - part) * known.get(begin, later) + part * later

    def part(self, known: Mapping[int, float], tick: int) -> float:
        """The tick's part of what is known of the period that holds it."""
        begin, end = self._period(tick)
        return self._fallen(tick, tick + 1, begin, end) * known.get(begin, 0.0)

    def _period(self, tick: int) -> tuple[int, int]:
        place = bisect_right(self._grid, tick)
        end = self._grid[place] if place < len(self._grid) else len(self._survival) - 1
        return self._grid[place - 1], end

    def _fallen(self, first: int, last: int, begin: int, end: int) -> float:
        """How much of what S falls by in a period it falls by in a part of it; of the ticks, where it does not fall."""
        survival = self._survival
        fallen = survival[begin] - survival[end]
        return (survival[first] - survival[last]) / fallen if fallen else (last - first) / (end - begin)
