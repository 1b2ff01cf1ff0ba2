"""Bounds that rows imply: nothing that was a solution is lost, and nothing else becomes one."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crewreturn.solver.rows import Rows
from crewreturn.solver.tighten import implied, tightened


def rows_of(uppers, *rows):
    """Columns 1, 2, ... from 0 to their upper bounds, and rows of (terms, low, high)."""
    made = Rows()
    for number, upper in enumerate(uppers, start=1):
        made.column(("once", number), 0, upper)
    for terms, low, high in rows:
        made.row(terms, low, high)
    return made


def solutions(rows):
    """All assignments within the bounds that break no row."""
    spans = [range(low, high + 1) for low, high in zip(rows.lower, rows.upper, strict=True)]
    return {values for values in product(*spans) if not rows.violated(np.array(values, dtype=np.int64))}


def test_what_is_forbidden_is_handed_on():
    """x may not be, y is there only if x or z was, and w is y or z: with z = 0 nothing is left of them.

    x <= 0; y <= x + z; w = y + z; z <= 0. Every row then holds by itself.
    """
    made = rows_of(
        [1, 1, 1, 1], ([(1, 1)], None, 0), ([(2, 1), (1, -1), (3, -1)], None, 0),
        ([(4, 1), (2, -1), (3, -1)], 0, 0), ([(3, 1)], None, 0),
    )  # fmt: skip
    narrow = tightened(made)
    assert narrow.upper == [1, 0, 0, 0, 0]
    assert made.upper == [1, 1, 1, 1, 1]
    assert implied(narrow).all()
    assert not implied(made).any()


def test_integers_are_rounded_inwards():
    """2 x + 3 y <= 7 with y >= 1 (from 2 y >= 1): x is at most 2; -2 x >= -3 makes it at most 1."""
    made = rows_of([9, 9], ([(1, 2), (2, 3)], None, 7), ([(2, 2)], 1, None))
    narrow = tightened(made)
    assert list(zip(narrow.lower, narrow.upper, strict=True))[1:] == [(0, 2), (1, 2)]
    made.row([(1, -2)], -3, None)
    assert tightened(made).upper[1] == 1


def test_one_of_these_and_at_most_one_of_more():
    """One of a and b has to be 1, and at most one of a, b and c: c is 0, and one row says both.

    Left as two rows, their multipliers could grow against each other without end.
    """
    made = rows_of([1, 1, 1], ([(1, 1), (2, 1)], 1, None), ([(1, 1), (2, 1), (3, 1)], None, 1))
    narrow = tightened(made)
    assert narrow.upper[3] == 0
    assert (narrow.low, narrow.high) == ([1, None], [1, None])
    assert implied(narrow).tolist() == [False, True]
    assert (made.low, made.high) == ([1, None], [None, 1])


def test_without_a_solution_all_is_left_to_the_solvers():
    """x >= 1 and x <= 0: who says that there is none must find it in the rows as they were written."""
    made = rows_of([1], ([(1, 1)], 1, None), ([(1, 1)], None, 0))
    assert tightened(made) is made


def test_a_side_that_a_row_does_not_have_binds_nothing():
    """2^59 x >= 0 leaves x from 0 to 4, though 2^59 x 4 is more than any side can be."""
    made = rows_of([4], ([(1, 2**59)], 0, None), ([(1, -(2**59))], None, 0))
    assert tightened(made).upper[1] == 4


terms = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), min_size=1, max_size=5)
sides = st.none() | st.integers(-4, 4)


@given(
    st.lists(st.integers(0, 2), min_size=5, max_size=5),
    st.lists(
        st.tuples(terms, sides, sides).filter(lambda row: None in row[1:] or row[1] <= row[2])
        | st.sets(st.integers(1, 5), min_size=1).map(lambda columns: ([(column, 1) for column in columns], 1, None))
        | st.sets(st.integers(1, 5), min_size=1).map(lambda columns: ([(column, 1) for column in columns], None, 1)),
        max_size=6,
    ),
)
def test_the_solutions_stay_the_same(uppers, rows):
    """Whatever the rows: the narrowed ones have the same solutions, and rows said to hold by themselves do."""
    made = rows_of(uppers, *rows)
    narrow = tightened(made)
    assert solutions(narrow) == solutions(made)
    always = implied(narrow)
    spans = [range(low, high + 1) for low, high in zip(narrow.lower, narrow.upper, strict=True)]
    for values in product(*spans):
        assert not any(always[row] for row in narrow.violated(np.array(values, dtype=np.int64)))
