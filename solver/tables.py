"""Costs that depend on how many people are in a ship: convex slopes where convex, a column a count where not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from .flow import Flow, Terms, times
from .linear import Linear

NewColumn = Callable[[str, int], int]
"""Makes a column for a part of the table, given its name and upper bound."""


def table(flow: Flow, cost: Linear, heads: Terms, gate: Terms, totals: Sequence[int], column: NewColumn) -> None:
    """Add a cost that is `totals[n]` for n heads behind the gate (1 where the ship is there, else no heads).

    `totals[0]` is 0. The last entry is for the most heads that are allowed.
    """
    if not heads or len(totals) < 2:
        return
    slopes = [after - before for before, after in pairwise(totals)]
    if all(low <= high for low, high in pairwise(slopes)):
        cost.add(heads, slopes[0])
        for number, (low, high) in enumerate(pairwise(slopes), start=1):
            if high > low:
                excess = column(f"above-{number}", len(totals) - 1 - number)
                flow.excess(excess, heads + times(gate, -number))
                cost.add([(excess, 1)], high - low)
        return
    counts = [(number, column(f"exactly-{number}", 1)) for number in range(1, len(totals))]
    flow.rows.at_most([(c, 1) for _, c in counts] + times(gate, -1), 0)
    flow.rows.equal(heads + [(c, -number) for number, c in counts], 0)
    for number, c in counts:
        cost.add([(c, 1)], totals[number])
