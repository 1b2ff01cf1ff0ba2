"""Staffing, stays, restrictions and statements: each rule binds once, and is the one broken without it."""

import pytest

ABOARD = {"crew_days": 1}
"""Everyone home as soon as may be: in the base on day 0, as both held seats in the tick before."""
STRAYED = {"off_plan_days": 1}
TO_THE_END = {"people.ann.planned_return": "@4", "people.bob.planned_return": "@4"}
"""The plan has both aboard for all four days; each day at home before is a day off plan."""
BENCH = [{"id": "bench", "seats": ["3"], "rigging": {}}]
RELIEF = {
    "id": "relief",
    "type": "capsule",
    "launch": [{"id": "empty", "earliest": "@0", "latest": "@3", "transit": "P1D"}],
}
CASES = {
    "staffing.at-least": {
        "why": "Two people have to be aboard until day 3: three days each.",
        "edits": {"staffing": [{"id": "watch", "at_least": 2, "to": "@3"}]},
        "wants": ABOARD,
        "obeys": (6, "old leaves 3"),
        "breaks": (0, "old leaves 0"),
    },
    "staffing.at-most": {
        "why": "Nobody may be aboard from day 2 on: both are at home for two days before their plan.",
        "edits": {**TO_THE_END, "staffing": [{"id": "empty", "at_most": 0, "from": "@2"}]},
        "wants": STRAYED,
        "obeys": (4, "old leaves 2"),
        "breaks": (0,),
    },
    "staffing.person-days": {
        "why": "Supplies for six of the eight person-days planned: two are spent at home, whoever's they are.",
        "edits": {**TO_THE_END, "staffing": [{"id": "food", "at_most_person_days": 6}]},
        "wants": STRAYED,
        "obeys": (2,),
        "breaks": (0,),
    },
    "stay.earliest-return": {
        "why": "Ann cannot return before day 2; if bob went without her, on day 1, she would have no ship at all.",
        "edits": {"people.ann.earliest_return": "@2"},
        "wants": ABOARD,
        "obeys": (4, "old leaves 2"),
        "breaks": (0, "old leaves 0"),
    },
    "stay.latest-return": {
        "why": "Ann has to be home from day 2 on, in the one ship: alone, if bob gets off in time, two days off plan.",
        "edits": {**TO_THE_END, "people.ann.latest_return": "@2"},
        "wants": STRAYED,
        "obeys": (2, "old leaves 2"),
        "breaks": (0,),
    },
}
SAID = {
    "launch": {
        "why": "A launch that has to be, though nobody needs it.",
        "edits": {"vehicles+": [RELIEF]},
        "wants": {"launches": 1},
        "said": {"require": {"launch": {"vehicle": "relief"}}},
        "obeys": (1,),
        "breaks": (0,),
    },
    "depart": {
        "why": "The ship may not leave: two people for four days.",
        "wants": ABOARD,
        "said": {"forbid": {"depart": {"vehicle": "old"}}},
        "obeys": (8,),
        "breaks": (0, "old leaves 0"),
    },
    "return": {
        "why": "Nobody may return before day 2.",
        "wants": ABOARD,
        "said": {"forbid": {"return": {"people": "all", "to": "@2"}}},
        "obeys": (4, "old leaves 2"),
        "breaks": (0, "old leaves 0"),
    },
    "rig": {
        "why": "A group that nobody needs has to be rigged.",
        "edits": {"vehicle_types.capsule.groups+": BENCH},
        "wants": {"riggings": 1},
        "said": {"require": {"rig": {"vehicle": "old", "group": "bench"}}},
        "obeys": (1,),
        "breaks": (0,),
    },
    "relocate": {
        "why": "A ship has to move that could stay where it is.",
        "wants": {"relocations": 1},
        "said": {"require": {"relocate": {"vehicle": "old"}}},
        "obeys": (1,),
        "breaks": (0,),
    },
    "hold": {
        "why": "Ann and bob hold seats in the other ship while they are aboard, so they change into it: on day 0.",
        "edits": {
            "vehicles+": [{"id": "new", "type": "capsule", "docked_at": "aft"}],
            "staffing": [{"id": "watch", "at_least": 2}],
        },
        "wants": {"reseats": 1},
        "said": {"require": {"hold": {"people": "all", "vehicle": "new"}}},
        "obeys": (2, "ann new couch 0-4", "bob new couch 0-4"),
        "breaks": (0, "ann old couch 0-4", "bob old couch 0-4"),
    },
    "unassured": {
        "why": "Ann is to be without a seat on day 0, and she is aboard then, as somebody has to be.",
        "edits": {"staffing": [{"id": "watch", "at_least": 2, "to": "@1"}]},
        "wants": {"unassured_days": 1},
        "said": {"require": {"unassured": {"people": ["ann"], "to": "@1"}}},
        "obeys": (1,),
        "breaks": (0,),
    },
    "limit": {
        "why": "At least five days aboard: two leave together on day 3; or bob on day 1, and ann, with no ship, never.",
        "wants": ABOARD,
        "said": {"require": {"limit": {"measure": "crew_days", "at_least": 4.5}}},
        "obeys": (5,),
        "breaks": (0, "old leaves 0"),
    },
}
"""What is said once as a restriction of the case, and once beside it."""


@pytest.mark.parametrize("rule", CASES)
def test_rule_binds_and_is_the_one_that_is_broken_without_it(switch, rule):
    """See `why` of each case; what is wanted first is worth what `obeys` and `breaks` say, in days or counts."""
    switch.holds(rule, **CASES[rule])


@pytest.mark.parametrize("about", SAID)
def test_restriction_binds_and_is_the_one_that_is_broken_without_it(switch, about):
    """What the case lays down by policy, in each of the ways in which it can be said."""
    told = dict(SAID[about])
    policy = {"id": "policy", "reason": "policy", **told.pop("said")}
    told["edits"] = {**told.get("edits", {}), "restrictions": [policy]}
    switch.holds(f"restrictions.{about}", **told)


@pytest.mark.parametrize("about", SAID)
def test_statement_binds_and_is_the_one_that_is_broken_without_it(switch, about):
    """The same beside the case."""
    told = dict(SAID[about])
    switch.holds(f"statements.{about}", **{**told, "said": [told["said"]]})
