"""Where a solution on the dates of a case says a good plan may be found: seats that it uses, ticks at which it acts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .rows import Rows

USED = 1e-5
"""A seat is used if an LP has so much of a person in it."""
DONE = 0.01
"""Something is done if an LP does so much of it."""


def promising(rows: Rows, values: npt.NDArray[np.float64]) -> tuple[set[tuple[int, int]], set[int]]:
    """Classes with the seat kinds that they hold, and ticks of the case at which a choice is made to do something.

    Parameters
    ----------
    rows
        Of a model on some grid.
    values
        Of its columns, of a plan or an LP.
    """
    seats: set[tuple[int, int]] = set()
    ticks: set[int] = set()
    for column in np.flatnonzero(values > USED).tolist():
        match rows.keys[column]:
            case ("state", "held", int(crew), int(kind)):
                seats.add((crew, kind))
            case ("event", *_) | ("once", "arrives", *_) if values[column] > DONE:
                ticks.add(rows.ticks[column])
    return seats, ticks
