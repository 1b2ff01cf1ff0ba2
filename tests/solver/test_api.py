"""Solving and comparing as one call, on a station that can be solved by hand."""

import json
import math
import os
import subprocess
import sys
import threading
from typing import get_args

import pytest

from crewreturn.models.case_file import case_names, load_case
from crewreturn.models.objective import PRESET_LEVELS, Level
from crewreturn.models.problems import CrewreturnError
from crewreturn.models.rules import GIVEN_UP, named
from crewreturn.models.statements import Measure
from crewreturn.solver.api import compare, solve
from crewreturn.solver.conflicts import _candidates
from crewreturn.solver.facts import Facts

STRUCK = 1 - math.exp(-0.01)
"""Chance that an evacuation strikes in a given day of the station, if none has struck before."""
BEST = 1e6 * 2 * (STRUCK * 0.1 + math.exp(-0.01) * 0.01) + 2 * 5
"""Both change seats at once (5 each), are exposed at 0.1 for a day and go home at 0.01: micromorts.

Leaving later adds days of exposure. Going home at the start is only possible in the ship of the tick before, at 0.2.
"""


RIDE = 1e6 * 2 * (
    0.1 * (1 - math.exp(-0.08)) + 0.5 * (math.exp(-0.08) - math.exp(-0.09)) + 0.2 * math.exp(-0.09)
) + 2 * 5 * (1 + math.exp(-0.08))
"""Home in the damaged ship: wait in the sound one for eight days, change back for the last, leave on day 9.

An evacuation from the sound ship costs 0.1, which is less than the 0.2 that it forestalls: so as late as possible.
"""


def alternatives(little):
    """Ride the damaged ship at whatever date; ride it at once: only those who sit in a ship at the start can."""
    return [
        {"id": "ride", "require": [{"return": {"people": "all", "vehicle": "old"}}]},
        {"id": "at-once", "require": [{"return": {"people": "all", "to": little.day(1)}}]},
    ]


def test_two_people_change_ship_and_go_home(little):
    """See `BEST`: day 0 in the new ship, home in it on day 1. The old ship has no reason to move."""
    answer = solve(little.case())
    assert (answer.status, answer.ended, answer.proven_on) == ("optimal", "finished", "tick")
    assert answer.levels[0].value == pytest.approx(BEST, abs=1e-3)
    assert answer.levels[0].bound == answer.levels[0].value
    assert answer.levels[0].unit == "umort"
    assert [(event.vehicle, event.at.day) for event in answer.plan.departures if event.vehicle == "new"] == [("new", 2)]
    assert [(hold.person, hold.vehicle, hold.from_.day, hold.to.day) for hold in answer.plan.holds] == [
        ("ann", "new", 1, 2),
        ("bob", "new", 1, 2),
    ]
    assert answer.evaluation.ok
    assert answer.evaluation.objective["burden"] == pytest.approx(BEST, abs=1e-6)
    assert answer.loss == pytest.approx((BEST - 10) * 1e-6)
    assert answer.conflict == ()
    assert answer.message is None


def test_riding_the_damaged_ship_costs_what_it_costs(little):
    """See `RIDE`; home at once there is no exposure, and nothing to pay but 0.2 each: 400,000 umort."""
    answer = solve(little.case(alternatives=alternatives(little)), alternative="ride")
    assert answer.alternative == "ride"
    assert answer.levels[0].value == pytest.approx(RIDE, abs=1e-3)
    at_once = solve(little.case(alternatives=alternatives(little)), alternative="at-once")
    assert at_once.levels[0].value == pytest.approx(400_000, abs=1e-3)
    assert at_once.plan.holds == ()


def test_impossible_case_names_what_is_in_conflict(little):
    """One person has to stay through day 9, all have to go home before day 4: neither statement is wrong by itself.

    Each can be waived or left out, and then a plan exists; so the conflict names both and nothing else.
    """
    stays = {"id": "watch", "reason": "policy", "forbid": {"return": {"people": ["ann"]}}}
    harmless = {"id": "harmless", "reason": "policy", "forbid": {"depart": {"vehicle": "old"}}}
    case = little.case(restrictions=[stays, harmless])
    asked = little.say(require={"return": {"people": "all", "to": little.day(4)}})
    answer = solve(case, statements=[asked])
    assert answer.status == "infeasible"
    assert answer.ended == "finished"
    assert answer.plan is None
    assert answer.loss is None
    said = " ".join(conflict.message for conflict in answer.conflict)
    assert [(conflict.rule, conflict.entities) for conflict in answer.conflict] == [
        ("restrictions.return", ("watch",)),
        ("statements.return", ("asked",)),
    ]
    assert "harmless" not in said
    assert solve(case, statements=[asked], waive=["watch"]).status == "optimal"
    assert solve(case).status == "optimal"


def test_a_bound_of_the_case_can_be_what_is_in_conflict(little):
    """Ann may not be aboard from day 2 on, and must not return: the rule is named, and the bound by the id to waive."""
    people = little.station()["people"]
    people[0]["latest_return"] = little.day(2)
    asked = little.say(forbid={"return": {"people": ["ann"]}})
    answer = solve(little.case(people=people), statements=[asked])
    assert answer.status == "infeasible"
    assert ("stay.latest-return", ("ann.latest_return",)) in [(found.rule, found.entities) for found in answer.conflict]


@pytest.mark.parametrize(
    ("bound", "launched", "said"),
    [
        ("2030-01-03T00:00Z", None, "latest return of ann, 2030-01-03"),
        ("2029-12-20T06:30Z", None, "latest return of ann, 2029-12-20 06:30"),
        ("P30D", "2029-12-04T09:00Z", "latest return of ann, 2030-01-03 09:00"),
    ],
)
def test_a_bound_in_conflict_has_its_date(little, bound, launched, said):
    """Ann must not return: whatever her latest return, it is told as a date; thirty days after 4 December is 3 January.

    An instant before the start need not lie on a tick, and keeps its hour.
    """
    people = little.station()["people"]
    people[0] |= {"name": "ann", "latest_return": bound, **({"launched": launched} if launched else {})}
    facts = Facts(little.case(people=people))
    assert _candidates(facts)["ann.latest_return"] == ("stay.latest-return", said)


def test_a_bound_from_a_launch_to_be_decided_is_a_time_after_it(little):
    """The rookie may come up or not: there is no date to tell."""
    assert _when_on_the_ground(little) == "latest return of rookie, P3D after launch"


def _when_on_the_ground(little):
    people = [*little.station()["people"], {"id": "rookie", "latest_return": "P3D"}]
    return _candidates(Facts(little.case(people=people)))["rookie.latest_return"][1]


IN_CONFLICT = [
    # Nobody but ann and bob is there, and no ship brings anyone: there are never three.
    ({"staffing": [{"id": "three", "at_least": 3}]}, (), [("staffing.at-least", "three")]),
    # Two people for ten days need twenty person-days, or go home: which is forbidden.
    ({"staffing": [{"id": "food", "at_most_person_days": 1}]}, ("stay",), [("staffing.person-days", "food")]),
    # One entry with two bounds: the family.
    ({"staffing": [{"id": "both", "at_least": 0, "at_most": 1}]}, ("stay",), [("staffing", "both")]),
    # The damaged ship has to be gone by day 3, and must not leave.
    ({"leave": {"not_after": 3}}, ("keep",), [("traffic.leave", "old.leave")]),
]
SAYS = {
    "stay": {"forbid": {"return": {"people": "all"}}},
    "keep": {"forbid": {"depart": {"vehicle": "old"}}},
}


@pytest.mark.parametrize(("parts", "said", "rules"), IN_CONFLICT)
def test_conflicts_go_by_the_names_of_the_rules(little, parts, said, rules):
    """As violations do, so that a program can look both up in one list; what to waive stands beside the name."""
    parts = dict(parts)
    if "leave" in parts:
        ships = little.station()["vehicles"]
        ships[0]["leave"] = {bound: little.day(number) for bound, number in parts.pop("leave").items()}
        parts["vehicles"] = ships
    answer = solve(little.case(**parts), statements=[little.say(**SAYS[name]) for name in said])
    assert answer.status == "infeasible"
    found = [(conflict.rule, *conflict.entities) for conflict in answer.conflict if conflict.entities != ("asked",)]
    assert found == rules


def test_everything_that_can_be_given_up_goes_by_the_name_of_its_rule():
    """In the shipped cases nothing that can be in conflict has a name that the list of rules does not know."""
    for name in case_names():
        case = load_case(name)
        statements = [(entry.id, said) for entry in case.alternatives for said in entry.statements]
        for rule, _ in _candidates(Facts(case, statements=statements)).values():
            assert named([rule]), (name, rule)
            assert named([rule]) <= GIVEN_UP, (name, rule)


def test_unknown_alternative_is_refused_with_those_there_are(little):
    """The error names the value and what would be right."""
    with pytest.raises(CrewreturnError, match=r"`fly`.*ride"):
        solve(little.case(alternatives=alternatives(little)), alternative="fly")
    with pytest.raises(CrewreturnError, match="none"):
        solve(little.case(), alternative="fly")


def test_objective_that_cannot_be_optimised_is_refused(little):
    """Changes are counted from an earlier plan, which a case does not have: it is read, and refused when it is solved.

    With a plan given (`against`) it is solved; every other measure needs nothing more.
    """
    case = little.case(objective=[{"id": "near", "weights": {"changes": 1}}])
    with pytest.raises(CrewreturnError, match=r"`changes` are counted from an earlier.*`against=`.*`--against PLAN`"):
        solve(case)
    assert solve(case, against=solve(little.case()).plan).levels[0].value == 0
    for measure in get_args(Measure):
        if measure != "changes":
            assert solve(little.case(objective=[{"id": "one", "weights": {measure: 1}}])).status == "optimal"


TOO_FAR = [
    {"expected_loss": 1e-6, "lateness": 1e9},  # a day late costs 1e9 / 1e-6 * 1e4 units of 1e-10 lives: 1e19 > 2^62
    {"worst_person": 1e9, "expected_loss": 1e-3},  # a loss of 1 counts 1e9 / 1e-3 * 1e10: the column's bound is 1e22
    {"reseats": 1e-7, "lateness": 1e9},  # one unit a change; 1.44e16 a day, for two ships and 200 days: 5.8e18
    {"expected_loss": 1e-310, "reseats": 1},  # 1 / 1e-310 is no finite number at all
]


@pytest.mark.parametrize("weights", TOO_FAR)
def test_weights_too_far_apart_for_exact_sums_are_refused(little, weights):
    """The format allows each of them by itself. The level is named with its weights, and what to do instead."""
    case = little.case(horizon={"start": little.day(0), "end": little.day(200)})
    with pytest.raises(CrewreturnError, match=r"level `far` are too far apart.*nearer to each other") as refused:
        solve(case, objective=[Level(id="near", weights={"reseats": 1}), Level(id="far", weights=weights)])
    assert ", ".join(f"{name} {weight:g}" for name, weight in weights.items()) in str(refused.value)


@pytest.mark.parametrize("weights", [{"lateness": 1e9}, {"expected_loss": 1e9}, {"expected_loss": 1, "reseats": 1e9}])
def test_large_weights_alone_are_none_too_large(little, weights):
    """Only how they compare matters, and here that fits."""
    assert solve(little.case(), objective=[Level(id="large", weights=weights)]).status == "optimal"


def test_tolerance_beyond_64_bits_is_no_limit(little):
    """1e9 micromorts at a weight of 1e-6 are 1e19 units of 1e-10 lives: the first level does not bind the second.

    By itself each person goes home at once in the new ship, after a change of seat (see `BEST`); nobody has to.
    """
    levels = [Level(id="loss", weights={"expected_loss": 1e-6}, tolerance=1e9), Level(id="m", weights={"reseats": 1})]
    answer = solve(little.case(), objective=levels)
    assert [level.status for level in answer.levels] == ["optimal", "optimal"]
    assert answer.levels[1].value == 0


def test_cancelled_before_the_start_gives_no_plan(little):
    """Nothing was run, so nothing is known: neither a plan nor that there is none."""
    cancel = threading.Event()
    cancel.set()
    answer = solve(little.case(), cancel=cancel)
    assert (answer.ended, answer.status, answer.plan) == ("cancelled", "unknown", None)
    assert answer.proven_on == "none"


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 0.05])
def test_time_limit_is_no_error(little, seconds):
    """However short: an answer, whose plan, if there is one, the checker accepts, and no claim that none exists."""
    answer = solve(little.case(), time_limit=seconds)
    assert answer.ended in ("time_limit", "finished")
    assert answer.status != "infeasible"
    assert answer.plan is None or answer.evaluation.ok


def test_preset_replaces_the_objective_of_the_case(little):
    """`safest` counts expected loss alone, then moves: the same plan here, without the price of two reseats."""
    answer = solve(little.case(), objective="safest")
    assert [level.id for level in answer.levels] == [level.id for level in PRESET_LEVELS["safest"]]
    assert answer.levels[0].value == pytest.approx(BEST - 10, abs=1e-3)
    assert answer.levels[1].value == 2


def test_cheap_losses_leave_people_unassured_and_stranded(little):
    """A level may count losses at a thousandth; then a stranding costs 1,000, not a million.

    Ann, alone aboard without a seat, and a reseat at 5,000. She may stay unassured to the end: whether evacuation or
    end, she is lost for sure, 0.001 x 1e6 = 1,000. Any seat costs 5,000. So the plan is to do nothing.
    """
    case = little.case(
        people=[{"id": "ann", "aboard": True}],
        objective=[{"id": "odd", "weights": {"expected_loss": 0.001, "reseats": 5000}}],
    )
    answer = solve(case)
    assert answer.status == "optimal"
    assert answer.levels[0].value == pytest.approx(1000, abs=1e-3)
    assert answer.plan.holds == ()


def test_progress_is_told_and_does_not_change_the_answer(little):
    """At least one step, with seconds that do not run backwards; same plan as without."""
    told = []
    answer = solve(little.case(), progress=told.append)
    assert told
    assert [step.seconds for step in told] == sorted(step.seconds for step in told)
    assert answer.plan == solve(little.case()).plan


PROGRAM = """
import sys
from crewreturn.models.case import Case
from crewreturn.solver.api import solve
sys.stdout.write(solve(Case.model_validate_json(sys.stdin.read())).plan.model_dump_json(by_alias=True))
"""


ROWS = """
from crewreturn.bench.random_cases import SMALL, random_case
from crewreturn.solver.facts import Facts
from crewreturn.solver.model import Model
case = random_case(7090, SMALL)
rows = Model(Facts(case), range(case.ticks), case.objective).flow.rows
print(rows.columns, rows.factors)
"""


def from_two_processes(program, given=b""):
    """What a program prints in two processes that hash strings differently."""
    return [
        subprocess.run(
            [sys.executable, "-c", program],
            input=given,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]


def test_same_case_same_plan_in_every_process(little):
    """Nothing may hang on the order of a set of strings, which differs from process to process with the hash seed.

    Three interchangeable people and two like ships in the case: names have to be put back in the case's order.
    """
    data = little.station()
    data["vehicle_types"][1] = little.ship_type("good", 3, 0.1, 0.01)
    data["ports"].append({"id": "top", "interface": "ring"})
    data["vehicles"].append({"id": "newer", "type": "good", "docked_at": "top"})
    data["people"].append({"id": "cyd", "aboard": True})
    del data["objective"]
    plans = from_two_processes(PROGRAM, json.dumps(data).encode())
    assert plans[0] == plans[1]
    assert json.loads(plans[0])["holds"]


def test_same_case_same_rows_in_every_process():
    """Which of two equally good plans is found hangs on the order of the rows.

    In this case two crews may come in one ship, each with a hand-over of its own.
    """
    one, other = from_two_processes(ROWS)
    assert one == other != b""


def test_comparison_ranks_rows_and_recommends(little):
    """21,801 (`BEST`), 390,154 (`RIDE`) and 400,000 umort, and one that is impossible: it comes last.

    Impossible is to be home in the new ship by the first day: nobody held a seat in it in the tick before the start.
    """
    never = {"id": "never", "require": [{"return": {"people": "all", "vehicle": "new", "to": little.day(1)}}]}
    table = compare(little.case(alternatives=[*alternatives(little), never]))
    assert [row.id for row in table.rows] == ["free", "ride", "at-once", "never"]
    assert table.recommended == "ride"
    assert table.rows[-1].answer.status == "infeasible"
    assert table.rows[-1].plan is None
    assert "Ride" in table.sentence or "ride" in table.sentence
    assert all(reason.endswith(".") for reason in table.reasons)
    assert table.reasons


def test_no_alternative_that_waives_nothing_beats_the_free_row(little):
    """Statements only take plans away. One that waives may do better: here by leaving out the policy that costs most.

    The policy forbids to go home before day 5; `waiver` waives it, and so costs `BEST`; the free row has four more
    days of exposure. It is not recommended for that: the best that waives nothing is.
    """
    policy = {"id": "policy", "reason": "handover", "forbid": {"return": {"people": "all", "to": little.day(5)}}}
    late = {"id": "late", "require": [{"return": {"people": "all", "from": little.day(7)}}]}
    waiver = {"id": "waiver", "waive": ["policy"]}
    table = compare(little.case(restrictions=[policy], alternatives=[*alternatives(little), late, waiver]))
    rows = {row.id: row for row in table.rows}
    free = rows["free"].answer.levels[0]
    assert free.status == "optimal"
    for row in table.rows:
        if row.kind == "alternative" and not row.waived and row.plan is not None:
            assert row.answer.levels[0].value >= free.value
    assert rows["waiver"].answer.levels[0].value == pytest.approx(BEST, abs=1e-3)
    assert rows["waiver"].answer.levels[0].value < free.value
    assert rows["waiver"].waived == ("policy",)
    assert table.rows[0].id == "waiver"
    assert table.recommended == "late"
