"""Carrying a plan from one grid to another: every column of the finer model from the coarser one's values."""

from __future__ import annotations

import numpy as np

from .engine import Values
from .flow import Flow


def carried(old: Flow, values: Values, new: Flow) -> Values:
    """The plan of one flow read at the instants of another over the same case.

    State at an instant is the old state of the period that holds it; events happen only at their own instant. On a
    finer grid the result obeys every row. On a coarser or other grid it is only a hint.
    """
    found = np.asarray(new.rows.lower, dtype=np.int64).copy()
    for key, columns in new.states.items():
        known = old.states.get(key)
        if known is not None:
            for i, column in enumerate(columns):
                place = old.period(new.grid[i])
                if column is not None and place >= 0 and (source := known[place]) is not None:
                    found[column] = values[source]
    for key, columns in new.events.items():
        known = old.events.get(key)
        if known is not None:
            for i, column in enumerate(columns):
                place_ = old.at(new.grid[i])
                if column is not None and place_ is not None and (source := known[place_]) is not None:
                    found[column] = values[source]
    for key, column in new.once.items():
        if key in old.once:
            found[column] = values[old.once[key]]
    return found
