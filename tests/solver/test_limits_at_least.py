"""Limits from below: what nobody would do by themselves is done, in full, and as cheaply as may be.

A model that only minimises may count too much of what it pays for. Where so much is asked for, counting too much would
be the cheapest way to it: then everything has to be counted exactly.
"""

from typing import get_args

import pytest

from crewreturn.bench.oracle import hold
from crewreturn.bench.random_cases import FIRST_FEATURES, TINY, random_case
from crewreturn.models.statements import Claim, LimitClaim, Measure, Statement
from crewreturn.solver.api import solve
from crewreturn.solver.search import FEW_COLUMNS

MEASURES = [measure for measure in get_args(Measure) if measure != "changes"]
"""`changes` needs an earlier plan: see `test_changes.py`."""


def at_least(measure, number):
    """The measure has to come to so much."""
    return Statement(require=Claim(limit=LimitClaim(measure=measure, at_least=number)))


def many_things(little):
    """Three days with one of everything that a measure counts.

    Ann and bob in a damaged ship with two seats, which may move; a bench in it can be rigged. A sound one has two seats
    that need liners: bob has one, stowed, moved in six hours. A crewed launch is planned with cyd before day 2, another
    is not planned. Ann is to be home on day 2. At least three aboard are wanted.
    """
    data = little.station()
    bad = little.ship_type("bad", 2, 0.5, 0.2)
    bad["groups"].append({"id": "bench", "seats": ["3"], "rigging": {}, "contingency": True})
    bad["health"]["relocation"] = {"at_most": 2, "loss": {"2": 0.01}}
    good = little.ship_type("good", 2, 0.1, 0.01)
    good["groups"][0]["needs_liner"] = "form"
    crewed = {"id": "crew", "earliest": little.day(0), "latest": little.day(2), "transit": "P0D"}
    crewed |= {
        "planned": {"from": little.day(0), "to": little.day(2)},
        "brings": {"people": ["cyd"]},
        "ascent_loss": 0.01,
    }
    empty = {"id": "empty", "earliest": little.day(0), "latest": little.day(1), "transit": "P1D"}
    return little.case(
        horizon={"start": little.day(0), "end": little.day(3)},
        ports=[*data["ports"], {"id": "top", "interface": "ring"}, {"id": "low", "interface": "ring"}],
        vehicle_types=[bad, good, little.ship_type("spare", 1, 0.1, 0.01)],
        vehicles=[
            *data["vehicles"],
            {"id": "next", "type": "spare", "launch": [crewed]},
            {"id": "more", "type": "spare", "launch": [empty]},
        ],
        people=[{**data["people"][0], "planned_return": little.day(2)}, data["people"][1], {"id": "cyd"}],
        liner_kinds=[{"id": "form", "move": {"takes": "PT6H"}}],
        liners=[{"id": "form-bob", "kind": "form", "owner": "bob", "stowed": True}],
        staffing=[{"id": "wanted", "at_least": 3, "soft": True}],
        objective=[
            {"id": "burden", "weights": {"expected_loss": 1, "reseats": 5, "extra_launches": 2.5e5, "displaced": 3e4}},
            {"id": "moves", "weights": {"reseats": 1, "liner_moves": 1, "relocations": 1, "riggings": 1}},
        ],
    )


REACHED = {
    "expected_loss": 2.5,
    "worst_person": 0.9,
    "unassured_days": 2.5,
    "graded_days": 30.5,
    "understaffed_days": 7.5,
    "off_plan_days": 1.5,
    "crew_days": 5.5,
    "displaced": 0.5,
    "launches": 1.5,
    "extra_launches": 0.5,
    "riggings": 0.5,
    "relocations": 2.5,
    "liner_moves": 1.5,
    "reseats": 3.5,
    "lateness": 20.5,
}
"""More than the best plan comes to by itself, and not more than there can be."""
BEYOND = {
    "expected_loss": 3.1,  # three people lost for sure, one of them at an ascent loss of 0.01 as well
    "worst_person": 1.1,  # one life
    "unassured_days": 9.8,  # three people for three days, and a quarter of a day on each for a move
    "graded_days": 90.5,  # three people for three days, at 10
    "understaffed_days": 9.5,  # nobody aboard for three days
    "off_plan_days": 2.5,  # ann at home from the start, for the two days that are planned
    "crew_days": 9.5,  # three people for three days
    "displaced": 1.5,  # one has a planned window
    "launches": 2.5,  # two ships
    "extra_launches": 1.5,  # one ship without a planned option
    "riggings": 1.5,  # one group, which is rigged once
    "relocations": 12.5,  # four ships, once a day
    "liner_moves": 3.5,  # one liner, once a day
    "reseats": 9.5,  # three people, once a day
    "lateness": 200.0,  # 8 x 3 for ships, and at most 2 for each of what can be launched, moved, rigged or taken
}
"""More than there can be, argued for each."""


@pytest.fixture(scope="module")
def free(little):
    """The best plan of a case with many things, asked for nothing."""
    return solve(many_things(little))


@pytest.mark.parametrize("measure", MEASURES)
def test_more_than_wanted_is_done_in_full(little, free, measure):
    """The textbook model finds nothing cheaper, and the checker counts what was asked for (see `REACHED`).

    Without being asked, the best plan comes to less; with the limit the first level is no better than without.
    """
    case, limit = many_things(little), at_least(measure, REACHED[measure])
    asked = solve(case, statements=[limit])
    assert free.evaluation.measures[measure] < REACHED[measure]
    assert asked.status == "optimal"
    assert asked.evaluation.measures[measure] >= REACHED[measure]
    assert asked.levels[0].value >= free.levels[0].value
    verdict = hold(case, named=[("asked", limit)])
    assert (verdict.status, verdict.problems) == ("optimal", [])


@pytest.mark.parametrize("measure", MEASURES)
def test_more_than_there_can_be_has_no_plan(little, measure):
    """See `BEYOND`."""
    verdict = hold(many_things(little), named=[("asked", at_least(measure, BEYOND[measure]))])
    assert (verdict.status, verdict.problems) == ("infeasible", [])


@pytest.mark.parametrize(
    ("low", "high", "counted"), [(0.3, None, 1), (1, None, 1), (1.5, 2.5, 2), (0.3, 0.7, None), (2, 1, None)]
)
def test_limit_between_two_values(little, low, high, counted):
    """A count is a whole number: at least 0.3 reseats are at least one; between 0.3 and 0.7 there is none.

    Both sit in the old ship and go home in it at once: no reseat is the best plan where two of them cost 1e6 each.
    """
    case = little.case(objective=[{"id": "burden", "weights": {"expected_loss": 1, "reseats": 1e6}}])
    bounds = {"at_least": low} if high is None else {"at_least": low, "at_most": high}
    answer = solve(case, statements=[little.say(require={"limit": {"measure": "reseats", **bounds}})])
    assert answer.status == ("infeasible" if counted is None else "optimal")
    assert counted is None or answer.evaluation.measures["reseats"] == counted


@pytest.mark.parametrize("measure", MEASURES)
def test_limit_without_measure(little, measure):
    """The largest number allowed is a limit like any other: from above it binds nobody, from below no plan is left."""
    high = little.say(require={"limit": {"measure": measure, "at_most": 1e9}})
    assert solve(little.case(), statements=[high]).levels == solve(little.case()).levels
    low = little.say(require={"limit": {"measure": measure, "at_least": 1e9}})
    assert solve(little.case(), statements=[low]).status == "infeasible"


TELLING = (
    (12, "understaffed_days", 0.3),  # fractions were rounded to the nearest whole number
    (34, "launches", 0.3),
    (41, "crew_days", 1.0),
    (50, "reseats", 0.3),
    (46, "lateness", 0.3),
    (5, "off_plan_days", 0.3),
    (33, "extra_launches", 0.3),
    (14, "relocations", 0.3),
    (26, "relocations", 1.0),
    (131, "lateness", 1.0),  # liners moved that had left with a ship, or that lay there already
    (143, "unassured_days", 0.3),
    (143, "lateness", 0.3),
    (188, "liner_moves", 0.3),
    (190, "unassured_days", 0.3),
    (161, "graded_days", 2.0),  # suits that fit one person were worn whenever they could be
    (176, "expected_loss", 1e-3),
    (198, "expected_loss", 1e-2),  # a ship that had left while it was young broke the count of those past a step
    (203, "worst_person", 1e-2),  # people were stranded in a ship that could leave
)
"""Seeds, a measure, and how much more than the best plan's is asked for; each told of a defect, or had its like."""


@pytest.mark.parametrize(("seed", "measure", "more"), TELLING)
def test_flow_agrees_with_the_textbook_where_more_is_asked_for(seed, measure, more):
    """On random cases: by the bound and excluded columns where the seed is odd, by CP-SAT whole where it is even."""
    case = random_case(seed, TINY, features=FIRST_FEATURES - {"worst-person"})
    number = solve(case).evaluation.measures[measure] + more
    few_columns = 0 if seed % 2 else FEW_COLUMNS
    verdict = hold(case, few_columns=few_columns, named=[("asked", at_least(measure, number))])
    assert verdict.problems == []
    assert verdict.status in ("optimal", "infeasible"), "the oracle has to finish: take another seed"


@pytest.mark.parametrize(("days", "status"), [(4, "optimal"), (4.5, "infeasible")])
def test_a_ship_does_not_move_and_leave_in_one_tick(little, days, status):
    """Of three days the new ship counts all, as it never leaves, and the old one a day, the last on which it may.

    It may move once before that, on day 0, which adds nothing: its own port is closed from day 1 on, and there are no
    others of its interface. To move and leave on day 1 would add a day. Nobody changes seats.
    """
    bad, good = little.station()["vehicle_types"]
    closed = {"id": "fore", "interface": "ring", "closed": [{"from": little.day(1)}]}
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(3)},
        ports=[closed, {"id": "top", "interface": "ring"}, {"id": "aft", "interface": "cone"}],
        vehicle_types=[bad, {**good, "interface": "cone"}],
        vehicles=[
            {"id": "old", "type": "bad", "docked_at": "fore", "leave": {"not_after": little.day(1)}},
            {"id": "new", "type": "good", "docked_at": "aft"},
        ],
        restrictions=[
            {"id": "seats", "reason": "policy", "require": {"limit": {"measure": "reseats", "at_most": 0}}},
        ],
    )
    verdict = hold(case, named=[("asked", at_least("lateness", days))])
    assert (verdict.status, verdict.problems) == (status, [])
