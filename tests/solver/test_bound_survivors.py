"""The certified bound to the last unit: any multipliers give a valid bound, so tests of validity alone see little.

`docs/mutation.md` says how these holes were found.
"""

import numpy as np
import pytest

from crewreturn.solver.bound import SHIFT, certified
from crewreturn.solver.linear import Linear
from crewreturn.solver.rows import Rows

LEAST = 2.0**-SHIFT
"""The smallest multiplier that is not rounded to 0."""


def model(unit=1):
    """Minimise 3x + 5y + z + 7 with x + 2y >= 3, x - z <= 0, x + y + z = 4 and each from 0 to 3, in some unit."""
    rows = Rows()
    x, y, z = (rows.column(("once", name), 0, 3) for name in "xyz")
    rows.at_least([(x, 1), (y, 2)], 3)
    rows.at_most([(x, 1), (z, -1)], 0)
    rows.equal([(x, 1), (y, 1), (z, 1)], 4)
    return rows, Linear({x: 3 * unit, y: 5 * unit, z: unit}, 7 * unit)


def told(rows, cost, *multipliers):
    """Everything that a bound says."""
    found = certified(rows, cost, np.array(multipliers, dtype=float))
    return found.value, found.scaled, found.excess[1:].tolist(), found.cheaper[1:].tolist()


@pytest.mark.parametrize("wrong", [(-1, 0, 0), (-LEAST, 0, 0), (0, 1, 0), (0, LEAST, 0), (-5, 5, 0)])
def test_a_multiplier_of_the_wrong_sign_counts_as_none(wrong):
    """The first row has no upper side, so a negative multiplier proves nothing; the second has no lower one.

    Without multipliers the bound is the constant, and each column costs what it costs, from its lower end on.
    """
    bare = (7, 7 << SHIFT, [3 << SHIFT, 5 << SHIFT, 1 << SHIFT], [0, 0, 0])
    assert told(*model(), *wrong) == told(*model(), 0, 0, 0) == bare


def test_columns_without_a_reduced_cost_are_at_their_lower_end():
    """Multipliers (2, 0, 1) leave no reduced cost: the bound is 2 x 3 + 1 x 4 + 7, in any unit of the cost."""
    assert told(*model(), 2, 0, 1) == (17, 17 << SHIFT, [0, 0, 0], [0, 0, 0])
    assert told(*model(1000), 2000, 0, 1000) == (17_000, 17_000 << SHIFT, [0, 0, 0], [0, 0, 0])


def test_the_smallest_multiplier_counts():
    """A 1 in the scaled numbers on the first row (at least 3) adds 3 to the scaled bound and takes 1 and 2 off x and y.

    On the last row (4) it adds 4 and takes 1 off each; on the second, with the sign that it may have, a -1 adds
    nothing (at most 0), puts 1 onto x and takes 1 off z.
    """
    three, five, one = 3 << SHIFT, 5 << SHIFT, 1 << SHIFT
    assert told(*model(), LEAST, 0, 0) == (8, (7 << SHIFT) + 3, [three - 1, five - 2, one], [0, 0, 0])
    assert told(*model(), 0, 0, LEAST) == (8, (7 << SHIFT) + 4, [three - 1, five - 1, one - 1], [0, 0, 0])
    assert told(*model(), 0, -LEAST, 0) == (7, 7 << SHIFT, [three + 1, five, one - 1], [0, 0, 0])


def test_a_scaled_reduced_cost_of_one_counts():
    """x costs 1 and has to be 1 at least, which a multiplier all but takes away: one scaled unit of its cost is left.

    At its lower end, 2, x then costs two scaled units, beside what the multiplier says of the row.
    """
    rows = Rows()
    x = rows.column(("once", "x"), 0, 9, 2)
    rows.at_least([(x, 1)], 1)
    assert told(rows, Linear({x: 1}), 1 - LEAST) == (2, (1 << SHIFT) - 1 + 2, [1], [2])


@pytest.mark.parametrize("scaled", [2.0**21, 2.0**22, 2.0**28])
def test_absurd_multipliers_are_shrunk_no_more_than_they_must_be(scaled):
    """A factor of 2**40 times a multiplier of 2**28 (scaled) is 2**68: halved seven times it is 2**61, which fits, as
    2**62 does when halved once, and 2**61 as it is.

    The row says nothing (at least 0), the column costs nothing: it is cheapest at its upper end, 1, for -2**61.
    """
    rows = Rows()
    a = rows.column(("once", "a"), 0, 1)
    rows.at_least([(a, 2**40)], 0)
    assert told(rows, Linear({}), scaled * LEAST) == (-(2 ** (61 - SHIFT)), -(2**61), [2**61], [1])
