"""Coarse grids: which instants they hold, and that a plan found on one is a plan at every tick."""

import pytest

from crewreturn.bench.random_cases import SMALL, TINY
from crewreturn.solver.carry import carried
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.extract import Extract, NoPorts, NoRoom
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import case_dates, coarse, within
from crewreturn.solver.model import Model


def dated(facts):
    """Whether something is priced by age counted from a launch that is itself decided."""
    counted = any(
        facts.stay(person, bound)[1] is not None for person in facts.case.people for bound in ("planned_return",)
    )
    return counted or any(ship.launched is None and ship.steps for ship in facts.ships)


@pytest.mark.parametrize(("seed", "size"), [(s, TINY) for s in range(24)] + [(s, SMALL) for s in range(3000, 3010)])
def test_coarse_plan_read_on_every_tick(draw, seed, size):
    """State between two instants of a grid is constant, so a coarse plan says what holds in every tick.

    Read there it obeys every row and costs the same to the unit: charges of state telescope over the ticks. Steps by
    age since a launch that is decided, and planned returns counted from one, are charged on a coarse grid for whole
    periods as soon as a part is touched: there the ticks may come out cheaper, never dearer.
    """
    case = draw(seed, size)
    facts = Facts(case)
    by_name = {"explicit_ports": {port.interface for port in case.ports}, "liners_by_place": True}
    for how in ({}, by_name):
        old = Model(facts, coarse(facts), case.objective, **how)
        found = minimise(old.rows, old.levels[0].cost, Budget.of(30))
        if found.values is None:
            return
        new = Model(facts, range(facts.horizon), case.objective, **how)
        values = carried(old.flow, found.values, new.flow)
        assert [new.rows.rules[row] for row in new.rows.violated(values)] == []
        value = new.levels[0].cost.value(values)
        assert value == found.value or (dated(facts) and value < found.value)
        try:
            plan = Extract(old.flow, found.values).plan()
        except (
            NoPorts,
            NoRoom,
        ):  # counting was not enough: again with ports and liners by name, where it cannot happen
            assert not how
            continue
        assert Extract(new.flow, values).plan() == plan
        return


def test_carrying_to_the_same_grid_changes_nothing(little):
    """Every column has a name by what it means, so each finds its own value again."""
    case = little.case()
    facts = Facts(case)
    one, other = (Model(facts, range(facts.horizon), case.objective) for _ in range(2))
    found = minimise(one.rows, one.levels[0].cost, Budget())
    assert (carried(one.flow, found.values, other.flow) == found.values).all()


def test_grid_holds_the_dates_of_the_case(little):
    """Ten days; the new ship's health changes on day 4, a blackout lasts days 6 to 8: dates 0, 4, 6, 8.

    The coarse grid has a tick before and after each of them and the last tick: 0, 1, 3, 4, 5, 6, 7, 8, 9.
    """
    ships = little.station()["vehicles"]
    ships[1]["health"] = [{"from": little.day(4), "emergency": {"loss": {"2": 0.3}}}]
    closed = {"id": "storm", "forbids": ["departure"], "from": little.day(6), "to": little.day(8)}
    facts = Facts(little.case(vehicles=ships, traffic={"blackouts": [closed]}))
    assert case_dates(facts) == {0, 4, 6, 8}
    assert coarse(facts) == [0, 1, 3, 4, 5, 6, 7, 8, 9]


def test_dates_of_what_is_asked_are_on_the_grid(little):
    """A statement binds from day 3 until before day 7: both are instants at which what is allowed changes."""
    asked = little.say(forbid={"return": {"people": "all", "from": little.day(3), "to": little.day(7)}})
    assert case_dates(Facts(little.case(), statements=[("asked", asked)])) == {0, 3, 7}


def test_ticks_outside_the_horizon_are_no_instants(little):
    """Ten days are ticks 0 to 9; what lies before or after is left out, the rest put in order."""
    assert within(Facts(little.case()), {-1, 3, 10, 2}) == [2, 3]
