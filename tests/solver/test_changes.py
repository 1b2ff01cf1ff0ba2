"""How far a plan is from an earlier one, as what is minimised, priced or limited.

Free, the two people of the station change into the new ship at once and go home in it on day 1, in the old ship nobody
(see `test_api.py`): events are one departure; the best plan holds two seats for a day.
"""

import json
import math

import pytest

from crewreturn.bench.exhaustive import exhaust
from crewreturn.bench.random_cases import FIRST_FEATURES, random_case
from crewreturn.bench.random_draw import MICRO
from crewreturn.models.objective import Level
from crewreturn.models.plan import Plan
from crewreturn.models.problems import CrewreturnError
from crewreturn.models.statements import Claim, LimitClaim, Statement
from crewreturn.solver.api import solve
from crewreturn.solver.check import evaluate

CHANGES = [{"id": "changes", "weights": {"changes": 1}}]
STRUCK = 1 - math.exp(-0.01)
"""Chance that an evacuation strikes in a given day, if none has struck before."""


def seated(little, person, ship, first, last):
    """Somebody holds a couch seat of a ship for some days."""
    return {"person": person, "vehicle": ship, "group": "couch", "from": little.day(first), "to": little.day(last)}


def plan(little, *holds, leaves=(), **more):
    """A plan of holds (see `seated`) and of departures: ship and day."""
    departures = [{"vehicle": ship, "at": little.day(number)} for ship, number in leaves]
    data = {"holds": [seated(little, *hold) for hold in holds], "departures": departures, **more}
    return Plan.model_validate_json(json.dumps(data))


def waits(little):
    """An earlier plan: both stay in the old ship for three days, and go home in it on day 3."""
    return plan(little, ("ann", "old", 0, 3), ("bob", "old", 0, 3), leaves=[("old", 3)])


def same(case, answer, against):
    """The solver's count is the checker's."""
    assert answer.status == "optimal"
    found = evaluate(case, answer.plan, against=against)
    assert found.ok
    assert found.measures["changes"] == answer.evaluation.measures["changes"]
    for level in answer.levels:
        assert level.value == pytest.approx(found.objective[level.id], abs=1e-3)
    return found.measures["changes"]


def test_a_lawful_plan_is_reproduced(little):
    """Nothing is nearer to a plan than itself: no changes, and the same plan but for the name of its case.

    However bad: waiting in the damaged ship costs more than a third of a life, and nobody asked for that.
    """
    case, earlier = little.case(objective=CHANGES), waits(little)
    answer = solve(case, against=earlier)
    assert answer.levels[0].value == 0
    assert same(case, answer, earlier) == 0
    assert answer.plan == earlier.joined().model_copy(update={"case": case.id})


def test_from_nothing_planned_nothing_happens(little):
    """Against the empty plan the nearest is the empty plan: both stay aboard without seats, to the end."""
    case = little.case(objective=CHANGES)
    answer = solve(case, against=Plan())
    assert answer.levels[0].value == 0
    assert answer.plan == Plan(case=case.id)


NEAREST = [
    # Home on day 3 is barred: the ship stays. Nobody held a seat from then on, so nobody has another one now.
    ({"forbid": {"return": {"people": "all", "to": "@4"}}}, 1),
    # Home in the new ship: both change into it for the last day. Its departure is new, that of the old one missing.
    ({"require": {"return": {"people": "all", "vehicle": "new"}}, "forbid": {"depart": {"vehicle": "old"}}}, 2 + 2),
    # The same while the old ship may leave: empty, on day 3 as before.
    ({"require": {"return": {"people": "all", "vehicle": "new"}}}, 1 + 2),
    # Home a day earlier: a departure instead of another, and two people who do not sit there on day 2.
    ({"require": {"return": {"people": "all", "to": "@3"}}}, 2 + 2),
    # Ann in the new ship on day 1: a day in another seat, and back in time.
    ({"require": {"hold": {"people": ["ann"], "vehicle": "new", "from": "@1", "to": "@2"}}}, 1),
    # Without a seat on day 1: the same.
    ({"require": {"unassured": {"people": ["ann"], "from": "@1", "to": "@2"}}}, 1),
]
"""What is said of a plan that waits, and the least that has to change."""


@pytest.mark.parametrize(("said", "changes"), NEAREST)
def test_the_nearest_plan_to_one_that_is_no_longer_lawful(little, said, changes):
    """Each difference counts for itself: an event that is missing, one that is new, a person-day in another seat."""
    case, earlier = little.case(objective=CHANGES), waits(little)
    statements = [little.say(**{side: dated(little, claim)}) for side, claim in said.items()]
    answer = solve(case, statements=statements, against=earlier)
    assert answer.levels[0].value == changes
    assert answer.evaluation.measures["changes"] == changes


def dated(little, claim):
    """A claim with instants for days: `@2` is two days after the start."""
    if isinstance(claim, dict):
        return {name: dated(little, part) for name, part in claim.items()}
    return little.day(int(claim[1:])) if isinstance(claim, str) and claim.startswith("@") else claim


def test_as_a_price_it_weighs_against_the_loss(little):
    """The best plan has another departure, on day 1, and both in other seats, or at home, for the three days.

    The old ship leaves on day 3 as before, though empty: seven changes. The departure counts `S` on day 1, person-days
    the integral of `S` over them. Kept to the letter the earlier plan costs 0.5 for three days and 0.2 at their end,
    for each: so it is, at a price of a life for each change.
    """
    earlier = waits(little)
    best = 2 * (STRUCK * 0.1 + math.exp(-0.01) * 0.01)
    kept = 2 * (0.5 * (1 - math.exp(-0.03)) + 0.2 * math.exp(-0.03))

    def priced(price):
        weights = {"expected_loss": 1, "changes": price}
        case = little.case(objective=[{"id": "burden", "weights": weights}])
        answer = solve(case, against=earlier)
        return answer, same(case, answer, earlier)

    cheap, changes = priced(1)
    assert changes == 1 + 6
    assert cheap.evaluation.expected_loss == pytest.approx(best)
    days = 2 * (1 - math.exp(-0.03)) / 0.01
    assert cheap.levels[0].value == pytest.approx(1e6 * best + math.exp(-0.01) + days, abs=1e-3)
    dear, changes = priced(1e6)
    assert changes == 0
    assert dear.levels[0].value == pytest.approx(1e6 * kept, abs=1e-3)


def test_as_a_level_after_the_loss_it_chooses_among_equals(little):
    """The old ship may leave empty on any day, or never: on day 6, as was planned, if nothing else decides."""
    earlier = plan(little, ("ann", "new", 0, 1), ("bob", "new", 0, 1), leaves=[("new", 1), ("old", 6)])
    loss = {"id": "loss", "weights": {"expected_loss": 1}}
    answer = solve(little.case(objective=[loss, *CHANGES]), against=earlier)
    assert [level.value for level in answer.levels][1] == 0
    assert {(event.vehicle, event.at.day - 1) for event in answer.plan.departures} == {("new", 1), ("old", 6)}


BEST = 2 * (STRUCK * 0.1 + math.exp(-0.01) * 0.01)
"""The best plan: both in the new ship for a day, and home in it. Seven changes, if the old ship leaves on day 3."""
LATE = 0.5 * STRUCK + 0.1 * (1 - math.exp(-0.02)) + 0.1 * (math.exp(-0.01) - math.exp(-0.02)) + 0.02 * math.exp(-0.02)
"""Bob keeps his seat in the old ship on day 0 (six changes), so both leave on day 2: one day more at 0.1 for each."""
KEPT = 2 * (0.5 * (1 - math.exp(-0.03)) + 0.2 * math.exp(-0.03))
"""The earlier plan itself."""


@pytest.mark.parametrize(
    ("bounds", "changes", "loss"),
    [({"at_most": 7}, 7, BEST), ({"at_most": 6}, 6, LATE), ({"at_most": 0.5}, 0, KEPT), ({"at_least": 7.5}, 9, BEST)],
)
def test_as_a_limit(little, bounds, changes, loss):
    """From above: see `BEST`, `LATE` and `KEPT`. From below: more changes than seven cost nothing, but two at once.

    The old ship leaves on another day than planned: one departure is missing, one new. (Never: eight.)
    """
    earlier = waits(little)
    levels = [{"id": "burden", "weights": {"expected_loss": 1}}, {"id": "late", "weights": {"lateness": 1}}]
    case = little.case(objective=levels)
    limit = little.say(require={"limit": {"measure": "changes", **bounds}})
    answer = solve(case, statements=[limit], against=earlier)
    assert answer.levels[0].value == pytest.approx(1e6 * loss, abs=1e-3)
    assert answer.evaluation.measures["changes"] == changes
    assert evaluate(case, answer.plan, statements=[limit], against=earlier).ok


def test_without_an_earlier_plan_it_is_refused(little):
    """Neither as a level, nor as a price, nor as a limit: the error says what to give."""
    priced = [{"id": "burden", "weights": {"expected_loss": 1, "changes": 1}}]
    for objective in (CHANGES, priced):
        with pytest.raises(
            CrewreturnError, match=r"`changes` are counted from an earlier.*`against=`.*`--against PLAN`"
        ):
            solve(little.case(objective=objective))
    limit = little.say(require={"limit": {"measure": "changes", "at_most": 1}})
    with pytest.raises(CrewreturnError, match="earlier plan"):
        solve(little.case(), statements=[limit])


def test_limits_that_no_plan_keeps_are_in_conflict(little):
    """Where no plan exists the search for the rules in conflict counts from the same earlier plan."""
    near = little.say(require={"limit": {"measure": "changes", "at_most": 0}})
    early = little.say(require={"return": {"people": "all", "to": little.day(2)}})
    answer = solve(little.case(), statements=[near, early], against=waits(little))
    assert answer.status == "infeasible"
    assert [conflict.rule for conflict in answer.conflict] == ["statements.limit", "statements.return"]


@pytest.mark.parametrize("seed", [1, 3, 6, 17, 20, 21, 25, 29, 30, 31, 35, 36])
def test_solver_agrees_with_the_enumerator(seed):
    """Every plan of a very small random case, and one of them as the earlier one.

    Nearest to it is that plan itself. With a price on each change beside the loss, alone and with limits on changes at
    their median over all plans: the best of all plans, as the checker counts them.
    """
    case = random_case(seed, MICRO, features=FIRST_FEATURES - {"worst-person", "objectives", "alternatives"})
    plans = exhaust(case).plans
    earlier = plans[seed * 7919 % len(plans)]
    near = solve(case, objective=[Level(id="changes", weights={"changes": 1})], against=earlier)
    assert near.levels[0].value == 0
    assert near.evaluation.measures["changes"] == 0
    priced = case.model_copy(update={"objective": (Level(id="burden", weights={"expected_loss": 1, "changes": 137}),)})
    judged = [evaluate(priced, plan, against=earlier) for plan in plans]
    median = sorted(found.measures["changes"] for found in judged)[len(judged) // 2]
    for low, high in ((0.0, math.inf), (median, math.inf), (0.0, median)):
        kept = [found for found in judged if low <= found.measures["changes"] <= high]
        bounds = {"at_least": low} if high == math.inf else {"at_most": high}
        limit = Statement(require=Claim(limit=LimitClaim(measure="changes", **bounds)))
        answer = solve(priced, against=earlier, statements=[limit])
        assert answer.status == "optimal"
        assert answer.levels[0].value == pytest.approx(min(found.objective["burden"] for found in kept), abs=1e-2)
