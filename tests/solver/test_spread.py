"""Multipliers read from a coarse grid on a finer one: what they are, when they go, and that no answer hangs on them."""

import numpy as np
import pytest

from crewreturn.bench.random_cases import SMALL
from crewreturn.solver.bound import bound_below, certified
from crewreturn.solver.engine import Budget, OutOfTime, minimise
from crewreturn.solver.facts import Facts
from crewreturn.solver.model import Model
from crewreturn.solver.rows import Rows
from crewreturn.solver.spread import Pins, spread

BUDGET = Budget()


def carried_at(*ticks):
    """Rows that carry one count through these ticks: what is there at each is at most what was there before."""
    rows = Rows()
    columns = [rows.column(("state", "held"), tick) for tick in ticks]
    for tick, now, before in zip(ticks, columns, [None, *columns], strict=False):
        rows.carry(("held",), tick, [(now, 1), (before, -1)])
    return rows


def test_multipliers_between_two_instants_fall_as_survival_does():
    """Coarse instants 0 and 4 with multipliers -8 and -4, the end at 8 worth nothing.

    S falls 1, .9, .8, .6, .5 by tick 4: at ticks 1, 2, 3 a fifth, two fifths and four fifths of the way from -8 to -4,
    which is -7.2, -6.4, -4.8. From tick 4 S falls evenly to .1 at the end, and -4 to nothing: -3, -2, -1 at 5, 6, 7.
    """
    survival = [1.0, 0.9, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    coarse, fine = carried_at(0, 4), carried_at(*range(8))
    pins = spread(coarse, np.array([-8.0, -4.0]), [0, 4], fine, survival)
    assert pins.rows.tolist() == list(range(8)) == pins.ticks.tolist()
    assert pins.multipliers == pytest.approx([-8, -7.2, -6.4, -4.8, -4, -3, -2, -1])


def test_without_evacuations_multipliers_fall_as_time_does():
    """S is 1 throughout: half way between -8 and -4 is -6."""
    pins = spread(carried_at(0, 2), np.array([-8.0, -4.0]), [0, 2], carried_at(0, 1, 2), [1.0] * 4)
    assert pins.multipliers == pytest.approx([-8, -6, -4])


def test_what_is_said_of_a_period_goes_to_its_ticks():
    """A seat that must not be held from tick 0 to 4 is worth -8, and -3 from 4 to 6, where the horizon ends.

    S falls by .1, .1, .2, .1 in the first four ticks: they get -8 times a fifth, a fifth, two fifths and a fifth. It
    falls by .1 and .2 then: a third and two thirds of -3. A period of which nothing is known gets nothing.
    """
    survival = [1.0, 0.9, 0.8, 0.6, 0.5, 0.4, 0.2]

    def kept_from(*ticks):
        rows = Rows()
        for tick in ticks:
            rows.last(("held",), tick, [(rows.column(("state", "held"), tick), 1)])
        return rows

    pins = spread(kept_from(0, 4), np.array([-8.0, -3.0]), [0, 4], kept_from(*range(6)), survival)
    assert pins.multipliers == pytest.approx([-1.6, -1.6, -3.2, -1.6, -1, -2])
    pins = spread(kept_from(0), np.array([-8.0]), [0, 4], kept_from(3, 4), survival)
    assert pins.multipliers == pytest.approx([-1.6, 0])


def test_a_multiplier_of_the_wrong_sign_is_taken_as_nothing():
    """The rows are `<=`: of a minimum their multipliers are at most 0, whatever an interior point leaves of that."""
    pins = spread(carried_at(0), np.array([1e-9]), [0], carried_at(0), [1.0, 0.5])
    assert pins.multipliers.tolist() == [0.0]


def test_what_the_coarse_grid_does_not_know_is_not_pinned():
    """A row that carries something else has no multiplier to begin with, so the LP keeps it."""
    fine = carried_at(0, 1)
    fine.carry(("lies",), 0, [(0, 1)])
    assert spread(carried_at(0), np.array([-1.0]), [0], fine, [1.0, 0.9, 0.8]).rows.tolist() == [0, 1]


def test_pins_go_where_the_solution_breaks_their_rows():
    """Ticks 0 to 7 on a coarse grid of 0, 3 and 6, nothing held but at tick 4: one appears there from nowhere.

    The row of tick 4 is broken by 1, and that of tick 5 is slack by 1; times their multipliers, -2, that is all the
    doubt there is. Both lie in the period from 3 to 6: the pins of 3 to 6 go, its last instant with it.
    """
    rows = carried_at(*range(8))
    values = np.zeros(len(rows.lower))
    values[rows.columns[rows.starts[4]]] = 1.0
    pins = Pins(np.arange(8), np.full(8, -2.0), np.arange(8))
    assert pins.loosened(rows, values, [0, 3, 6]).ticks.tolist() == [0, 1, 2, 7]


@pytest.mark.parametrize("seed", range(12))
def test_bounds_with_pins_stay_below_the_optimum(draw, seed):
    """Pins choose where the LP looks, and the certificate is the same: even pins of nonsense never give too much.

    The optimum of every tick is CP-SAT's; the pins come from a grid of every third tick, as they are and times -50,
    which turns their signs and makes them absurd.
    """
    case = draw(seed, SMALL)
    facts = Facts(case)
    fine = Model(facts, range(case.ticks), case.objective)
    cost = fine.levels[0].cost
    best = minimise(fine.rows, cost, Budget.of(20))
    if best.status != "optimal" or best.value is None:
        return
    grid = list(range(0, case.ticks, 3))
    coarse = Model(facts, grid, case.objective)
    found = bound_below(coarse.rows, coarse.levels[0].cost, BUDGET)
    if found is None:
        return
    pins = spread(coarse.rows, found[1].multipliers, grid, fine.rows, facts.time.survival)
    for scale in (1.0, -50.0):
        scaled = Pins(pins.rows, pins.multipliers * scale, pins.ticks)
        pinned = bound_below(fine.rows, cost, BUDGET, scaled)
        if pinned is None:
            continue
        bound, relaxed = pinned
        assert bound.value <= best.value
        assert certified(fine.rows, cost, relaxed.multipliers).value <= bound.value
        assert (relaxed.multipliers[pins.rows] == scaled.multipliers).all()


def test_with_all_that_an_exact_lp_knows_pins_lose_nothing(draw):
    """Pins taken from the LP of the same grid are optimal multipliers: the bound is that of the LP itself.

    To a millionth, and one unit: the interior point leaves that much.
    """
    case = draw(3, SMALL)
    model = Model(Facts(case), range(case.ticks), case.objective)
    cost = model.levels[0].cost
    found = bound_below(model.rows, cost, BUDGET)
    assert found is not None
    whole, relaxed = found
    pins = spread(model.rows, relaxed.multipliers, range(case.ticks), model.rows, model.flow.time.survival)
    pinned = bound_below(model.rows, cost, BUDGET, pins)
    assert pinned is not None
    assert pinned[0].value >= whole.value - 1 - abs(whole.value) / 1e6


def test_a_model_is_not_built_without_time(little):
    """A budget of nothing is spent at once: the model says so instead of taking minutes that nobody gave."""
    case = little.case()
    with pytest.raises(OutOfTime):
        Model(Facts(case), range(case.ticks), case.objective, budget=Budget.of(0))
