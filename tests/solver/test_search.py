"""Refine, then prove: two ways to the same proof, budgets, and what is told on the way."""

import dataclasses
import threading

import pytest

from crewreturn.bench.random_cases import SMALL
from crewreturn.solver import attempt, search
from crewreturn.solver.api import solve
from crewreturn.solver.engine import Budget
from crewreturn.solver.extract import Extract
from crewreturn.solver.facts import Facts
from crewreturn.solver.search import Search


def ask(case, **how):
    """A search over a case with its own objective."""
    return Search(Facts(case), case.objective, how.pop("budget", Budget.of(60)), **how)


def values(found):
    """Status and value of each level in its own unit."""
    terms = found.model.levels
    return [(level.status, term.value(level.value)) for level, term in zip(found.levels, terms, strict=True)]


@pytest.mark.parametrize("seed", [5000, 5001, 5003, 5004, 5005, 5006, 5007])
def test_whole_and_by_the_bound_prove_the_same(draw, seed):
    """CP-SAT on the whole model, and CP-SAT on what an LP bound leaves of it: the same best value of every level.

    The levels after the first are solved on the smaller model too, which has to keep every plan within tolerance.
    """
    case = draw(seed, SMALL)
    whole, by_bound = (ask(case, few_columns=columns).run() for columns in (10**9, 0))
    assert (whole.values is None) == (by_bound.values is None)
    if whole.values is None:
        assert whole.levels[0].status == by_bound.levels[0].status == "infeasible"
        return
    assert whole.exact
    assert by_bound.exact
    assert values(whole) == values(by_bound)
    assert {status for status, _ in values(whole)} == {"optimal"}


@pytest.mark.parametrize("seed", [5000, 5001, 5004, 5006, 5007])
def test_dates_first_and_favoured_arrivals_prove_the_same(draw, monkeypatch, seed):
    """As a large case is asked: on its dates first, and around the arrivals that the LP favours where it finds nothing.

    A first guess of one unit from the bound finds nothing unless the LP is the answer to the unit, so that the favoured
    arrivals are tried; what is proven in the end is the same as by CP-SAT on the whole model.
    """
    case = draw(seed, SMALL)
    whole = ask(case, few_columns=10**9).run()
    monkeypatch.setattr(search, "FEW_PLACES", 0)
    monkeypatch.setattr(attempt, "FIRST_DISTANCE", 0.0)
    large = ask(case, few_columns=0).run()
    assert "dates" in large.seconds
    assert (whole.values is None) == (large.values is None)
    if whole.values is not None:
        assert values(whole) == values(large)


def test_too_large_for_a_model_has_a_bound_and_says_why(little, monkeypatch):
    """No model is made of a case with more places than MOST_PLACES: what is left is the bound by prices.

    The true optimum, by the model that is otherwise made, is not below it; nothing is called proven or impossible. A
    supply, though there is enough of it, is everybody's: such a case is not planned piece by piece either.
    """
    case = little.case(staffing=[{"id": "food", "at_most_person_days": 1000}])
    best = solve(case).levels[0].value
    monkeypatch.setattr(search, "MANY_PLACES", 0)
    monkeypatch.setattr(search, "MOST_PLACES", 0)
    answer = solve(case)
    assert (answer.status, answer.plan, answer.proven_on) == ("unknown", None, "tick")
    assert "too large" in answer.message
    assert 0 < answer.levels[0].bound <= best


@pytest.mark.parametrize("few_columns", [0, 10**9])
def test_tolerance_of_the_first_level_is_kept_by_the_bound(little, few_columns):
    """Expected loss, with 30,000 umort to spare, then late home: columns for later days must survive the exclusion.

    In the new ship from the start and home on day d, both cost 2e6 (0.1 (1 - S_d) + 0.01 S_d), where S_d is
    exp(-0.01 d): least for d = 1, and 180,000 (S_1 - S_d) more for a later day. Home on day 9, as planned, that is
    13,702: with 30,000 to spare nobody strays from the plan. For 10,000 it must be S_d >= 0.93449: day 6 (0.94176), not
    day 7 (0.93239).
    """
    for spare, day in ((30_000, 9), (10_000, 6)):
        case = little.case(
            objective=[
                {"id": "loss", "weights": {"expected_loss": 1}, "tolerance": spare},
                {"id": "home", "weights": {"off_plan_days": 1}},
            ],
            people=[{**person, "planned_return": little.day(9)} for person in little.station()["people"]],
        )
        found = ask(case, few_columns=few_columns).run()
        plan = Extract(found.model.flow, found.values).plan()
        last = max(hold.to for hold in plan.holds)
        assert [level.status for level in found.levels] == ["optimal", "optimal"]
        assert last.day - 1 == day


def test_progress_tells_phases_and_values(little):
    """Told values are the level's own (micromorts), and the last of them is the best value, to a unit."""
    told = []
    found = ask(little.case(), tell=told.append).run()
    assert {step.phase.split(",")[0] for step in told} <= {"coarse", "every tick"}
    best = found.model.levels[0].value(found.levels[0].value)
    assert [step for step in told if step.value is not None]
    assert min(step.value for step in told if step.value is not None and step.value > 0) == pytest.approx(
        best, abs=1e-3
    )
    assert all(step.bound is None or step.bound <= best + 1e-3 for step in told)


def test_cancelled_budget_runs_nothing(little):
    """Nothing found, nothing claimed."""
    cancel = threading.Event()
    cancel.set()
    found = ask(little.case(), budget=Budget.of(None, cancel)).run()
    assert found.values is None
    assert not found.exact
    assert all(level.status == "unknown" for level in found.levels)


def test_cancelled_between_the_grids_keeps_the_coarse_plan(little):
    """Cancelled as soon as the proof on every tick begins: the coarse plan stays, without being called proven.

    The horizon is long enough for a coarse grid: 60 days, with dates only at the start.
    """
    cancel = threading.Event()

    def tell(step):
        if step.phase.startswith("every tick"):
            cancel.set()

    case = little.case(horizon={"start": little.day(0), "end": little.day(60)})
    found = ask(case, budget=Budget.of(60, cancel), tell=tell, few_columns=0).run()
    assert found.values is not None
    assert Extract(found.model.flow, found.values).plan().departures
    assert {level.status for level in found.levels} <= {"feasible", "unknown"} or not found.exact


def test_someone_must_be_stranded(little):
    """No ship may carry anyone home and nobody may be unassured away: stranding is the only plan, and it is found.

    Nominal return is barred in both ships. The first attempt forbids stranding and has no plan; that proves nothing,
    and the search asks again with stranding allowed: loss 1 for each by the end, less what an evacuation saves.
    """
    kinds = little.station()["vehicle_types"]
    for kind in kinds:
        kind["health"]["nominal"]["allowed"] = False
    found = ask(little.case(vehicle_types=kinds)).run()
    assert found.levels[0].status == "optimal"
    assert found.exact
    value = found.model.levels[0].value(found.levels[0].value)
    # Evacuation in the new ship at 0.1 over ten days (1 - exp(-0.1)), stranded with exp(-0.1), two reseats at 5.
    struck = 0.09516258196404048
    assert value == pytest.approx(2e6 * (struck * 0.1 + (1 - struck)) + 10, abs=1e-2)


@pytest.mark.parametrize("few_columns", [0, 10**9])
def test_a_later_level_counts_what_it_should_where_an_earlier_one_left_columns_out(little, few_columns):
    """`late` brings cat on day 2 to 7 and has to be launched, and leaves on day 10 or later: cat stays.

    Launches and moves: one launch, 50. Person-days then: ann and bob leave on day 0, and cat stays 3 days from day 7
    on. The launch is the first column that is left there, and it has a price in both levels.
    """
    option = {"id": "go", "earliest": little.day(1), "latest": little.day(6), "transit": "P1D"}
    option["brings"] = {"people": ["cat"]}
    late = {"id": "late", "type": "good", "must_launch": True, "launch": [option]}
    late["leave"] = {"not_before": little.day(10)}
    case = little.case(
        vehicles=[late, *little.station()["vehicles"]],
        people=[*little.station()["people"], {"id": "cat"}],
        ports=[{"id": name, "interface": "ring"} for name in ("fore", "aft", "top")],
        objective=[
            {"id": "first", "weights": {"launches": 50, "reseats": 1}},
            {"id": "then", "weights": {"crew_days": 1}},
        ],
    )
    found = ask(case, few_columns=few_columns).run()
    assert values(found) == [("optimal", 50.0), ("optimal", 3.0)]


def test_a_plan_that_costs_what_none_costs_less_than_is_proven(little, monkeypatch):
    """A bound two units too low, and a count of which one unit is the first distance: nothing lies so near.

    What is then known, that no plan costs less than one unit above the bound, grows by each try until it is what the
    plan costs: that is the proof, and the later level may follow.
    """
    case = little.case(
        objective=[
            {"id": "first", "weights": {"crew_days": 1, "launches": 1}},
            {"id": "then", "weights": {"reseats": 1}},
        ]
    )
    whole = ask(case, few_columns=10**9).run()
    bounded = attempt.bound_below

    def weaker(*asked, **how):
        bound, relaxed = bounded(*asked, **how)
        return dataclasses.replace(bound, value=bound.value - 2, scaled=bound.scaled - (2 << 8)), relaxed

    monkeypatch.setattr(attempt, "bound_below", weaker)
    monkeypatch.setattr(attempt, "ENOUGH_EXCLUDED", 2.0)
    found = ask(case, few_columns=0).run()
    assert values(found) == values(whole)
    assert {status for status, _ in values(found)} == {"optimal"}
