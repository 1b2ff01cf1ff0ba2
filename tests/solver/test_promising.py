"""Where a good plan is looked for first: seats and ticks that a rough solution makes use of."""

import numpy as np
import pytest

from crewreturn.bench.random_cases import SMALL
from crewreturn.solver import attempt, search
from crewreturn.solver.attempt import Attempt
from crewreturn.solver.carry import carried
from crewreturn.solver.check import evaluate
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.extract import Extract
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import around, case_dates, dates
from crewreturn.solver.model import Model
from crewreturn.solver.promising import promising
from crewreturn.solver.rows import Rows
from crewreturn.solver.search import Search


def test_seats_that_are_held_and_ticks_at_which_something_is_done():
    """Of an LP: class 2 holds a tenth of a seat of kind 0 on day 3, and a quarter of a ship comes on day 7.

    Nobody is in class 1's seat. A thousandth of a departure on day 5 is the noise of an interior point; being docked
    and aboard is no deed. The first column is the constant 1.
    """
    rows = Rows()
    found = [1.0]
    for key, tick, value in [
        (("state", "held", 2, 0), 3, 0.1),
        (("state", "held", 1, 0), 3, 0.0),
        (("once", "arrives", 0, 4), 7, 0.25),
        (("once", "lawful", 0), 9, 1.0),
        (("event", "leaves-empty", 0), 5, 0.001),
        (("state", "docked", 0), 6, 1.0),
        (("event", "returns", 2, 0), 8, 1.0),
    ]:
        rows.column(key, tick)
        found.append(value)
    assert promising(rows, np.array(found)) == ({(2, 0)}, {7, 8})


def test_instants_beside_what_happens(little):
    """Ten days with no date but the first; something happens on day 5: so days 4 to 6 are worth a look.

    A move of a liner that takes four hours begins and ends on the same day, and adds none. One that takes two days may
    end or begin with what happens, on days 3 and 7, or begin the day after and end on day 8; and two days after each
    date it may have ended.
    """
    liner = {"id": "shell", "kind": "shell", "owner": "ann", "stowed": True}
    kind = {"id": "shell", "move": {"takes": "PT4H"}}
    facts = Facts(little.case(liner_kinds=[kind], liners=[liner]))
    assert set(around(facts, {5})) == {*dates(facts), 4, 5, 6}
    days = {**kind, "move": {"takes": "P2D"}}
    slow = Facts(little.case(liner_kinds=[days], liners=[liner]))
    assert {3, 4, 5, 6, 7, 8} <= set(around(slow, {5}))
    assert case_dates(slow) == {0}
    assert dates(slow) == [0, 2, 9]


@pytest.mark.parametrize("seed", [5002, 5003, 5004, 5005, 5006, 5008, 5009, 5011, 5013, 5016])
def test_fewer_seats_only_restrict(draw, seed):
    """A plan in the seats that the best plan uses is as good as the best; without any it is no better than the best."""
    case = draw(seed, SMALL)
    facts = Facts(case)
    ticks = range(case.ticks)

    def best(seats):
        model = Model(facts, ticks, case.objective, seats=seats)
        return model, minimise(model.rows, model.levels[0].cost, Budget.of(30))

    model, free = best(None)
    assert free.values is not None
    used, _ = promising(model.rows, free.values)
    fewer, same = best(used)
    assert same.value == free.value
    assert len(fewer.rows.lower) <= len(model.rows.lower)
    assert {key[2:] for key in fewer.rows.keys if key[:2] == ("state", "held")} <= used
    _, none = best(())
    assert none.value is None or none.value >= free.value


def nearby(case, monkeypatch, near=True):
    """What is found on the dates and near them, with no coarse grid and no proof after that."""
    monkeypatch.setattr(search, "FEW_PLACES", 0)
    monkeypatch.setattr(search, "coarse", lambda facts: range(facts.horizon))
    monkeypatch.setattr(Search, "_prove", lambda *_, **__: None)
    if not near:
        monkeypatch.setattr(Search, "_near", lambda *_, **__: False)
    found = Search(Facts(case), case.objective, Budget.of(60), few_columns=0).run()
    monkeypatch.undo()
    return found


NEAR_IS_BETTER = (5008, 5009, 5016, 5018)
"""Cases in which the plan of the dates is not the best."""


@pytest.mark.parametrize("seed", [5003, *NEAR_IS_BETTER])
def test_near_plans_are_lawful_on_every_tick_and_not_called_proven(draw, monkeypatch, seed):
    """The plan found near that of the dates is one of the whole case: of every tick, with all the seats there are.

    So it can be a hint there, and the checker accepts it. It is no worse than that of the dates, and in some cases
    better; the best value, proven on every tick, is not above it. The search itself calls nothing proven.
    """
    case = draw(seed, SMALL)
    dated, near = nearby(case, monkeypatch, near=False), nearby(case, monkeypatch)
    assert "near" in near.seconds
    assert not near.exact
    assert near.levels[0].value <= dated.levels[0].value
    if seed in NEAR_IS_BETTER:
        assert near.levels[0].value < dated.levels[0].value
        assert near.model.flow.seats is not None
    every = Model(Facts(case), range(case.ticks), case.objective, stranding=False)
    values = carried(near.model.flow, near.values, every.flow)
    assert every.flow.rows.violated(values) == []
    plan = Extract(near.model.flow, near.values).plan()
    assert evaluate(case, plan).ok
    best = Search(Facts(case), case.objective, Budget.of(60)).run()
    assert best.levels[0].status == "optimal"
    assert best.levels[0].value <= near.levels[0].value


def test_a_plan_good_enough_leaves_the_coarse_grid_its_lp(little, monkeypatch):
    """A plan within a hundredth of the coarse LP is not bettered there: what a run in CP-SAT would cost is saved.

    Here the plan that the first coarse attempt found is known to the second; the third may only take better ones.
    """
    asked, whole = [], Attempt._within
    monkeypatch.setattr(Attempt, "_within", lambda *what: asked.append(1) or whole(*what))
    case = little.case()
    one = Search(Facts(case), case.objective, Budget.of(60), few_columns=0)
    one._timed("refine", range(case.ticks), exact=False)
    value, tries = one.found.levels[0].value, len(asked)
    one._timed("refine", range(case.ticks), exact=False)
    assert one.found.levels[0].value == value
    assert one.found.levels[0].status != "optimal"
    assert len(asked) == tries
    monkeypatch.setattr(attempt, "ENOUGH_FOUND", -1.0)
    one._timed("refine", range(case.ticks), exact=False)
    assert len(asked) > tries
