"""The certified bound, and the smaller models that it leads to."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crewreturn.bench.random_cases import TINY
from crewreturn.solver import highs
from crewreturn.solver.bound import SHIFT, bound_below, certified
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.facts import Facts
from crewreturn.solver.highs import Relaxed
from crewreturn.solver.linear import Linear
from crewreturn.solver.model import Model
from crewreturn.solver.reduce import reduced
from crewreturn.solver.rows import Rows

BUDGET = Budget()
MULTIPLIERS = st.floats() | st.floats(-5, 5) | st.sampled_from([math.inf, -math.inf, math.nan, 1e300, -1e300, 2.0**42])


def knapsack():
    """Minimise 3x + 5y + z with x + 2y >= 3, x - z <= 0, x + y + z = 4 and each from 0 to 3.

    By hand: x = 0: y >= 2, z = 4 - y <= 3: y = 2, z = 2, cost 12. x = 1: y >= 1, z = 3 - y >= 1: y = 1, z = 2, cost
    10. x = 2: y >= 1, z = 2 - y >= 2: none. x = 3: none. The optimum is 10, at (1, 1, 2).
    """
    rows = Rows()
    x, y, z = (rows.column(("once", name), 0, 3) for name in "xyz")
    rows.at_least([(x, 1), (y, 2)], 3)
    rows.at_most([(x, 1), (z, -1)], 0)
    rows.equal([(x, 1), (y, 1), (z, 1)], 4)
    return rows, Linear({x: 3, y: 5, z: 1}, 7), 10 + 7, np.array([1, 1, 1, 2])


def limited(little):
    """The two people's station with a limit on the expected loss: a row with factors as large as the objective's."""
    limit = {
        "id": "cap",
        "reason": "policy",
        "require": {"limit": {"measure": "expected_loss", "at_least": 0.001, "at_most": 0.9}},
    }
    case = little.case(restrictions=[limit])
    model = Model(Facts(case), range(case.ticks), case.objective)
    found = minimise(model.rows, model.levels[0].cost, BUDGET)
    assert found.status == "optimal"
    return model.rows, model.levels[0].cost, found.value, found.values


def known(draw, seed):
    """A random case's first level, with its optimum by CP-SAT, or None if it has no plan."""
    case = draw(seed, TINY)
    model = Model(Facts(case), range(case.ticks), case.objective)
    found = minimise(model.rows, model.levels[0].cost, BUDGET)
    assert found.status in ("optimal", "infeasible")
    return None if found.values is None else (model.rows, model.levels[0].cost, found.value, found.values)


def holds(bound, optimum, values):
    """The bound is none above the optimum, and no column that the optimum uses is excluded at its price."""
    assert bound.value <= optimum
    excluded = bound.excluded(optimum)
    assert (values[excluded] == bound.cheaper[excluded]).all()


def test_hand_model_has_the_optimum_found_by_hand():
    """CP-SAT, on the same rows, finds the 17 of the docstring above, constant included."""
    rows, cost, optimum, values = knapsack()
    outcome = minimise(rows, cost, BUDGET)
    assert (outcome.status, outcome.value, outcome.bound) == ("optimal", optimum, optimum)
    assert outcome.values.tolist() == values.tolist()


@given(st.lists(MULTIPLIERS, min_size=3, max_size=3))
def test_any_multipliers_bound_the_hand_model(found):
    """Weak duality needs the right signs and exact sums, not good multipliers: NaN, infinite and absurd ones included.

    Where a multiplier has the wrong sign for its row (or is not a number) it counts as 0; 0 everywhere gives the bound
    that the columns' own ends give, here 7.
    """
    rows, cost, optimum, values = knapsack()
    holds(certified(rows, cost, np.array(found)), optimum, values)


def test_good_multipliers_bound_the_hand_model_well():
    """Multipliers (2, 0, 1): reduced costs 3-2-1, 5-4-1, 1-1 are all 0, so the bound is 2*3 + 1*4 = 10: the optimum.

    With multipliers of 0 every column costs something and the bound is the constant. Excess is in 2**SHIFT of a unit.
    """
    rows, cost, optimum, _ = knapsack()
    tight = certified(rows, cost, np.array([2.0, 0.0, 1.0]))
    assert tight.value == optimum
    assert tight.excess[1:].tolist() == [0, 0, 0]
    bare = certified(rows, cost, np.zeros(3))
    assert bare.value == 7
    assert bare.excess[1:].tolist() == [3 << SHIFT, 5 << SHIFT, 1 << SHIFT]
    assert bare.excluded(7 + 4).tolist()[1:] == [False, True, False]  # y costs 5 more than the bound, 4 are allowed


def test_an_lp_given_up_after_presolve_is_solved_without(monkeypatch):
    """HiGHS gives up a solved LP when undoing its presolve spoils some multipliers: here it always does.

    Without presolve the same LP has the same value, and so has the bound, to a unit. If HiGHS gives up then as well
    there is none.
    """
    rows, cost, _, _ = knapsack()
    asked = []

    def unless(given_up):
        def solve(*arguments, options, **how):
            asked.append(options["presolve"])
            return None if options["presolve"] in given_up else whole(*arguments, options=options, **how)

        return solve

    whole = highs._solve
    plain = bound_below(rows, cost, BUDGET)
    monkeypatch.setattr(highs, "_solve", unless(["choose"]))
    again = bound_below(rows, cost, BUDGET)
    assert asked == ["choose", "off"]
    assert abs(again[0].value - plain[0].value) <= 1
    monkeypatch.setattr(highs, "_solve", unless(["choose", "off"]))
    assert bound_below(rows, cost, BUDGET) is None


@pytest.mark.parametrize("seed", [0, 1, 3, 6, 8, 10])
def test_any_multipliers_bound_random_cases(draw, seed):
    """Random multipliers of every size, some not numbers, on real models whose optimum CP-SAT knows."""
    problem = known(draw, seed)
    if problem is None:
        return
    rows, cost, optimum, values = problem
    random = np.random.default_rng(seed)
    for scale in (1.0, 1e4, 1e8, 1e13, 1e30):
        found = random.normal(size=len(rows.low)) * scale
        found[random.random(len(found)) < 0.02] = np.nan
        found[random.random(len(found)) < 0.02] = np.inf
        holds(certified(rows, cost, found), optimum, values)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e4, 1e8, 1e12, 1e15, 1e300]))
def test_any_multipliers_bound_a_model_with_a_limit_on_the_loss(little, seed, scale):
    """A limit on the expected loss is a row whose factors are losses, 1e9 units and more.

    Multiplied with absurd multipliers these pass 64 bits; the bound has to be valid all the same.
    """
    rows, cost, optimum, values = limited(little)
    holds(certified(rows, cost, np.random.default_rng(seed).normal(size=len(rows.low)) * scale), optimum, values)


@pytest.mark.parametrize("seed", range(12))
def test_lp_bound_leaves_the_optimum_in_the_smaller_model(draw, seed):
    """Columns excluded at the optimum's price: what is left has the same optimum, and its plan is one of the whole.

    With `most` one below the optimum no plan is left at all, or one that costs the optimum (a bound excludes by price,
    it does not promise to exclude every dear plan), never a cheaper one.
    """
    problem = known(draw, seed)
    if problem is None:
        return
    rows, cost, optimum, values = problem
    found = bound_below(rows, cost, BUDGET)
    assert found is not None
    bound, _ = found
    holds(bound, optimum, values)
    small = reduced(rows, bound.excluded(optimum), bound.cheaper)
    assert len(small.rows.lower) <= len(rows.lower)
    outcome = minimise(small.rows, small.express(cost), BUDGET, hint=small.shrink(values))
    assert (outcome.status, outcome.value) == ("optimal", optimum)
    assert rows.violated(small.expand(outcome.values)) == []
    tighter = reduced(rows, bound.excluded(optimum - 1), bound.cheaper)
    below = minimise(tighter.rows, tighter.express(cost), BUDGET)
    assert below.values is None or below.value >= optimum


@pytest.mark.parametrize("seed", range(12))
def test_settled_columns_are_read_back(draw, seed):
    """Settle a random half of the columns at the optimum's values: nothing is lost, nothing gained.

    The optimum still obeys all rows, so it is the best of the smaller model too; expressions have the same value read
    in either; and widening what was narrowed gives back the same values.
    """
    problem = known(draw, seed)
    if problem is None:
        return
    rows, cost, optimum, values = problem
    settled = np.random.default_rng(seed).random(len(values)) < 0.5
    small = reduced(rows, settled, values)
    assert small.kept.tolist() == np.flatnonzero(~settled).tolist()
    assert small.rows.violated(small.shrink(values)) == []
    assert (small.expand(small.shrink(values)) == values).all()
    assert small.express(cost).value(small.shrink(values)) == optimum
    outcome = minimise(small.rows, small.express(cost), BUDGET)
    assert (outcome.status, outcome.value) == ("optimal", optimum)
    assert small.express(cost).value(outcome.values) == cost.value(small.expand(outcome.values))
    assert small.shrink(None) is None


def test_smaller_model_drops_rows_that_hold_or_repeat():
    """With x = 1 settled: `x + 2y >= 3` becomes `2y >= 2`, `x - z <= 0` becomes `-z <= -1`, the sum `y + z = 3`.

    A repeated row is written once. With x = 3 and z = 3 settled `x - z <= 0` holds by itself, `x + 2y >= 3` too, and
    `y = -2` is left as a row that no y from 0 to 3 obeys.
    """
    rows, cost, _, _ = knapsack()
    rows.equal([(1, 1), (2, 1), (3, 1)], 4)
    one = reduced(rows, np.array([True, True, False, False]), np.array([1, 1, 0, 0]))
    assert (one.rows.low, one.rows.high) == ([2, None, 3], [None, -1, 3])
    assert one.express(cost).constant == 7 + 3
    none = reduced(rows, np.array([True, True, False, True]), np.array([1, 3, 0, 3]))
    assert (none.rows.low, none.rows.high) == ([-2], [-2])
    assert minimise(none.rows, none.express(cost), BUDGET).status == "infeasible"


def test_smaller_model_keeps_a_row_that_nothing_can_mend():
    """All columns settled against a row: it has no terms left and stays, so the model has no solution."""
    rows, cost, _, _ = knapsack()
    nothing = reduced(rows, np.ones(4, dtype=bool), np.array([1, 0, 0, 0]))
    assert minimise(nothing.rows, nothing.express(cost), BUDGET).status == "infeasible"


@pytest.mark.parametrize(("shift", "known"), [(50, True), (51, False), (59, False)])
def test_costs_that_leave_no_room_for_multipliers_have_no_bound(monkeypatch, shift, known):
    """Reduced costs are counted in 2**-8 of a unit, and the rows take their half of the 64 bits: 2**53 has no room.

    The largest cost of the knapsack is 5, between 2**2 and 2**3: shifted by 50 bits it has room, by 51 it has not, and
    by 59 it fits into 64 bits itself but not times 2**8. Such a model goes to CP-SAT without a bound. Multipliers may
    be anything: with 0 for each the bound is that of every column at 0, the constant 7.
    """
    rows, cost, *_ = knapsack()
    nothing = Relaxed(np.zeros(len(rows.low)), np.zeros(len(rows.lower)))
    monkeypatch.setattr("crewreturn.solver.bound.relaxed", lambda rows, cost, budget, pins: nothing)
    large = Linear({column: factor << shift for column, factor in cost.factors.items()}, 7)
    found = bound_below(rows, large, BUDGET)
    assert (None if found is None else found[0].value) == (7 if known else None)
