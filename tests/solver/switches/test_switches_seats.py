"""Seats, suits, liners, crewing, health and docked life: each rule binds once, and is the one broken without it."""

import pytest

CAPSULE = "vehicle_types.capsule."
STAYS = {CAPSULE + "health.nominal": {"allowed": False}, CAPSULE + "health.uncrewed": {"allowed": False}}
"""Nobody goes home: who has no seat is unassured for all four days."""
BARE = {"people": [{"id": "ann", "aboard": True}, {"id": "bob", "aboard": True}]}
"""Nobody held a seat in the tick before the start."""
UNASSURED = {"unassured_days": 1}
ABOARD = {"crew_days": 1}
SUITS = {
    **BARE,
    "suit_types": [{"id": "sokol"}],
    CAPSULE + "suit": "sokol",
    CAPSULE + "groups": [{"id": "couch", "seats": ["1", "2"], "hookups": True}],
}
"""The capsule asks for suits of a type, and has hook-ups for them."""
LINERS = {
    **BARE,
    **STAYS,
    "liner_kinds": [{"id": "form", "move": {"takes": "P0D"}}],
    CAPSULE + "groups": [{"id": "couch", "seats": ["1", "2"], "needs_liner": "form"}],
}
"""Seats need liners, which are moved in no time."""
HELM = {"id": "helm", "seats": ["3"], "controls": True}


def stowed(*owners):
    """A liner of each of them, in the station."""
    return [{"id": f"form-{owner}", "kind": "form", "owner": owner, "stowed": True} for owner in owners]


CASES = {
    "departure.nominal-health": {
        "why": "One person may return in the ship: ann leaves on day 1, once bob has got off, who stays for four days.",
        "edits": {CAPSULE + "health.nominal": {"at_most": 1, "loss": {"1": 0.01}}},
        "wants": ABOARD,
        "obeys": (5, "old leaves 1"),
        "breaks": (0, "old leaves 0"),
    },
    "departure.landing-window": {
        "why": "The ship lands from day 2 on: two people aboard for two days each.",
        "edits": {CAPSULE + "landing_windows": [{"from": "@2"}]},
        "wants": ABOARD,
        "obeys": (4, "old leaves 2"),
        "breaks": (0, "old leaves 0"),
    },
    "departure.uncrewed": {
        "why": "The wreck has no seats and may not leave with nobody in it: the end counts, not day 0.",
        "edits": {"people": [], "vehicles": [{"id": "wreck", "type": "hulk", "docked_at": "fore"}]},
        "wants": {"lateness": 1},
        "obeys": (4,),
        "breaks": (0, "wreck leaves 0"),
    },
    "seats.exists": {
        "why": "Two sit in the couch, and cyd's seat exists from day 2 on: two days without one.",
        "edits": {
            **STAYS,
            "people+": [{"id": "cyd", "aboard": True}],
            CAPSULE + "groups+": [{"id": "bench", "seats": ["3"], "from": "@2"}],
            CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        },
        "wants": UNASSURED,
        "obeys": (2,),
        "breaks": (0,),
    },
    "seats.rigged": {
        "why": "Cyd's seat has to be rigged, at the price of a hundredth of a day; without the rule it has not.",
        "edits": {
            **STAYS,
            "people+": [{"id": "cyd", "aboard": True}],
            CAPSULE + "groups+": [{"id": "bench", "seats": ["3"], "rigging": {}}],
            CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        },
        "wants": {"unassured_days": 1, "riggings": 0.01},
        "obeys": (0.01, "old bench rigged 0"),
        "breaks": (0,),
    },
    "seats.rigging": {
        "why": "Cyd's seat cannot be rigged before day 3: three days without one.",
        "edits": {
            **STAYS,
            "people+": [{"id": "cyd", "aboard": True}],
            CAPSULE + "groups+": [{"id": "bench", "seats": ["3"], "rigging": {"not_before": "@3"}}],
            CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        },
        "wants": UNASSURED,
        "obeys": (3, "old bench rigged 3"),
        "breaks": (0, "old bench rigged 0"),
    },
    "seats.capacity": {
        "why": "Three people and two seats: one of them has none for four days, though the health allows three.",
        "edits": {
            **STAYS,
            "people+": [{"id": "cyd", "aboard": True}],
            CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        },
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (0,),
    },
    "crewing.qualified": {
        "why": "Nobody is qualified, so nobody sits in the ship; without the rule both do, and are home on day 1.",
        "edits": {**BARE, CAPSULE + "crewing": {"qualified": 1}},
        "wants": ABOARD,
        "obeys": (8,),
        "breaks": (2, "old leaves 1", "ann old couch 0-1", "bob old couch 0-1"),
    },
    "crewing.controls": {
        "why": "Ann, who is qualified, is too tall for the helm: without the rule she goes home from the couch.",
        "edits": {
            **BARE,
            "people": [{"id": "ann", "aboard": True, "qualified": ["capsule"], "body": {"stature_cm": 200}}],
            CAPSULE + "crewing": {"qualified": 1},
            CAPSULE + "groups+": [{**HELM, "body": {"stature_cm": {"at_most": 190}}}],
        },
        "wants": ABOARD,
        "obeys": (4,),
        "breaks": (1, "old leaves 1", "ann old couch 0-1"),
    },
    "body.limits": {
        "why": "Bob is too tall for the seats.",
        "edits": {
            **BARE,
            **STAYS,
            "people": [{"id": "ann", "aboard": True}, {"id": "bob", "aboard": True, "body": {"stature_cm": 200}}],
            CAPSULE + "groups": [{"id": "couch", "seats": ["1", "2"], "body": {"stature_cm": {"at_most": 190}}}],
        },
        "wants": UNASSURED,
        "obeys": (4, "ann old couch 0-4"),
        "breaks": (0, "bob old couch 0-4"),
    },
    "suits.hook-up": {
        "why": "There are no suits, and to be without one is forbidden in an emergency, though allowed to go home.",
        "edits": {**SUITS, CAPSULE + "unsuited": {"nominal": 0.1}},
        "wants": ABOARD,
        "obeys": (8,),
        "breaks": (2, "old leaves 1", "ann old couch 0-1"),
    },
    "suits.one-wearer": {
        "why": "One suit for two: one goes home on day 1, the other never does; in the same suit both do.",
        "edits": {**SUITS, "suits": [{"id": "spare", "type": "sokol", "fits": ["ann", "bob"], "aboard": True}]},
        "wants": ABOARD,
        "obeys": (5, "old leaves 1"),
        "breaks": (2, "old leaves 1", "ann old couch 0-1 spare", "bob old couch 0-1 spare"),
    },
    "suits.nominal": {
        "why": "There are no suits, and to go home without one is forbidden, though not to sit there in an emergency.",
        "edits": {**SUITS, CAPSULE + "unsuited": {"emergency": 0.2}},
        "wants": ABOARD,
        "obeys": (8,),
        "breaks": (2, "old leaves 1", "ann old couch 0-1"),
    },
    "liners.in-ship": {
        "why": "Bob has no liner, so no seat for four days.",
        "edits": {**LINERS, "liners": stowed("ann")},
        "wants": UNASSURED,
        "obeys": (4, "form-ann into old 0", "ann old couch 0-4"),
        "breaks": (0, "bob old couch 0-4"),
    },
    "liners.capacity": {
        "why": "The one seat is ann's at first and has to be bob's from day 1: her liner makes room, or need not.",
        "edits": {
            **LINERS,
            CAPSULE + "groups": [{"id": "couch", "seats": ["1"], "needs_liner": "form"}],
            "liners": [{"id": "form-ann", "kind": "form", "owner": "ann", "in": "old"}, *stowed("bob")],
            "restrictions": [
                {
                    "id": "turns",
                    "reason": "training",
                    "require": {"hold": {"people": ["bob"], "vehicle": "old", "from": "@1"}},
                }
            ],
        },
        "wants": {"liner_moves": 1},
        "obeys": (2,),
        "breaks": (1,),
    },
    "liners.move-window": {
        "why": "One move in three days: the second liner is there on day 3, its owner without a seat until then.",
        "edits": {
            **LINERS,
            "liner_kinds": [{"id": "form", "move": {"takes": "P0D", "at_most": 1, "within": "P3D"}}],
            "liners": stowed("ann", "bob"),
        },
        "wants": UNASSURED,
        "obeys": (3,),
        "breaks": (0, "form-ann into old 0", "form-bob into old 0"),
    },
    "health.emergency": {
        "why": "One person may hold a seat in the ship: the other has none for four days.",
        "edits": {**BARE, **STAYS, CAPSULE + "health.emergency": {"at_most": 1, "loss": {"1": 0.1}}},
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (0,),
    },
    "docked-life.holds": {
        "why": "Twelve days after its launch, on day 2, the ship no longer holds seats: two people, two days each.",
        "edits": {**STAYS, CAPSULE + "docked_life": [{"id": "worn", "after": "P12D", "holds": False}]},
        "wants": UNASSURED,
        "obeys": (4, "ann old couch 0-2"),
        "breaks": (0, "ann old couch 0-4"),
    },
    "docked-life.returns": {
        "why": "Ten days after its launch, which is from day 0 on, people may sit in the ship but not return in it.",
        "edits": {
            **BARE,
            CAPSULE + "docked_life": [{"id": "worn", "after": "P10D", "added_loss": 0.05, "returns": False}],
        },
        "wants": ABOARD,
        "obeys": (8,),
        "breaks": (2, "old leaves 1"),
    },
}


@pytest.mark.parametrize("rule", CASES)
def test_rule_binds_and_is_the_one_that_is_broken_without_it(switch, rule):
    """See `why` of each case; what is wanted first is worth what `obeys` and `breaks` say, in days or counts."""
    switch.holds(rule, **CASES[rule])
