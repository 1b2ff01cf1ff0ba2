"""Ports, traffic and launches: each rule of these families binds once, and is the one broken without it."""

import pytest

HULK = {"id": "wreck", "type": "hulk", "docked_at": "fore"}
"""It stands at the first port and may not leave: no health for that, with people or without."""
RELIEF = {
    "id": "relief",
    "type": "capsule",
    "launch": [{"id": "empty", "earliest": "@0", "latest": "@3", "transit": "P1D"}],
}
"""A capsule on the ground that can be there a day after its launch, at the earliest on day 1."""
WAITING = {"people": [{"id": "ann", "aboard": True}], "vehicles": [HULK, RELIEF]}
"""Ann is aboard without a seat until the relief comes: a day unassured at least."""
UNASSURED = {"unassured_days": 1}
ABOARD = {"crew_days": 1}
"""Everyone home as soon as may be: in the base on day 0, as both held seats in the tick before."""
STUCK = {
    "people": [{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}, {"id": "bob", "aboard": True}],
    "vehicles": [
        {"id": "old", "type": "barge", "docked_at": "fore"},
        {**RELIEF, "launch": [{**RELIEF["launch"][0], "ports": ["fore"]}]},
    ],
}
"""The relief can only come to the port of a barge, which never leaves: one seat, held by ann; bob has none."""


def barge(**more):
    """A type with one seat that goes nowhere but, perhaps, to another port."""
    emergency = {"loss": {"1": 0.1}}
    health = {"emergency": emergency, "relocation": {"at_most": 1}, **more.pop("health", {})}
    groups = [{"id": "couch", "seats": ["1"]}]
    return [
        {"id": "barge", "interface": "ring", "crewing": {"qualified": 0}, "groups": groups, "health": health, **more}
    ]


CASES = {
    "ports.one-ship": {
        "why": "The wreck stands at the only port, for good: without the rule the relief comes beside it on day 1.",
        "edits": {**WAITING, "ports": [{"id": "fore", "interface": "ring"}]},
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 fore"),
    },
    "ports.interface": {
        "why": "The wreck stands at the only port of its interface and the relief's; the other port is a ring.",
        "edits": {
            **WAITING,
            "ports": [{"id": "fore", "interface": "cone"}, {"id": "aft", "interface": "ring"}],
            "vehicle_types.capsule.interface": "cone",
            "vehicle_types.hulk.interface": "cone",
        },
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 aft"),
    },
    "ports.closed": {
        "why": "The free port opens on day 3: the relief, launched on day 2, leaves ann three days without a seat.",
        "edits": {**WAITING, "ports.aft.closed": [{"to": "@3"}]},
        "wants": UNASSURED,
        "obeys": (3, "relief comes 3 aft"),
        "breaks": (1, "relief comes 1 aft"),
    },
    "ports.automatic-docking": {
        "why": "The relief has nobody in it, and the free port cannot dock it automatically until day 2.",
        "edits": {**WAITING, "ports.aft.no_automatic_docking": [{"to": "@2"}]},
        "wants": UNASSURED,
        "obeys": (2, "relief comes 2 aft"),
        "breaks": (1, "relief comes 1 aft"),
    },
    "traffic.spacing": {
        "why": "One in each ship: with two days between departures one leaves on day 0, the other on day 2.",
        "edits": {
            "vehicles+": [{"id": "new", "type": "capsule", "docked_at": "aft"}],
            "people.bob.aboard_in": {"vehicle": "new", "group": "couch"},
            "traffic.spacing": "P2D",
        },
        "wants": ABOARD,
        "obeys": (2,),
        "breaks": (0, "old leaves 0", "new leaves 0"),
    },
    "traffic.blackout": {
        "why": "No departures before day 2: two people aboard for two days each.",
        "edits": {"traffic.blackouts": [{"id": "storm", "forbids": ["departure"], "to": "@2"}]},
        "wants": ABOARD,
        "obeys": (4, "old leaves 2"),
        "breaks": (0, "old leaves 0"),
    },
    "traffic.leave": {
        "why": "The ship leaves on day 3 at the earliest: two people aboard for three days each.",
        "edits": {"vehicles.old.leave": {"not_before": "@3"}},
        "wants": ABOARD,
        "obeys": (6, "old leaves 3"),
        "breaks": (0, "old leaves 0"),
    },
    "traffic.precedence": {
        "why": "Launched ten days before the start, it leaves at least twelve days after its launch: on day 2.",
        "edits": {
            "traffic.precedences": [
                {"id": "stay", "first": {"launch": "old"}, "then": {"departure": "old"}, "at_least": "P12D"}
            ]
        },
        "wants": ABOARD,
        "obeys": (4, "old leaves 2"),
        "breaks": (0, "old leaves 0"),
    },
    "launch.port": {
        "why": "The option allows only the port of the wreck, while the other is free.",
        "edits": {
            **WAITING,
            "vehicles": [HULK, {**RELIEF, "launch": [{**RELIEF["launch"][0], "ports": ["fore"]}]}],
        },
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 aft"),
    },
    "launch.must": {
        "why": "Nobody needs the relief; it is launched only because it has to be.",
        "edits": {"vehicles+": [{**RELIEF, "must_launch": True}]},
        "wants": {"launches": 1},
        "obeys": (1,),
        "breaks": (0,),
    },
    "launch.in-flight": {
        "why": "A ship in flight brings bob, who is not wanted aboard: it arrives as late as it can, or never.",
        "edits": {
            "people": [{"id": "bob"}],
            "vehicles": [
                {
                    "id": "ferry",
                    "type": "capsule",
                    "launched": "@-1",
                    "in_flight": {"arrivals": ["@1", "@3"], "brings": {"people": ["bob"]}},
                }
            ],
        },
        "wants": ABOARD,
        "obeys": (1, "ferry comes 3 fore"),
        "breaks": (0,),
    },
    "launch.handover": {
        "why": "Ann did not come in the relief: in hand-over for two days, it has a seat for her from day 3.",
        "edits": {
            **WAITING,
            "vehicles": [HULK, {**RELIEF, "launch": [{**RELIEF["launch"][0], "handover": "P2D"}]}],
        },
        "wants": UNASSURED,
        "obeys": (3, "relief comes 1 aft", "ann relief couch 3-4"),
        "breaks": (1, "relief comes 1 aft"),
    },
    "relocation.type": {
        "why": "Ships like the barge may not move at all: bob has no seat for four days instead of one.",
        "edits": {**STUCK, "vehicle_types+": barge(relocates={"crewed": False})},
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 fore"),
    },
    "relocation.health": {
        "why": "The barge may move only with people in it, and its health allows nobody then.",
        "edits": {**STUCK, "vehicle_types+": barge(health={"relocation": {"allowed": False}})},
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 fore"),
    },
    "relocation.automatic-docking": {
        "why": "The wreck may move with nobody in it, but the other port cannot dock it automatically.",
        "edits": {
            **WAITING,
            "vehicles": [HULK, {**RELIEF, "launch": [{**RELIEF["launch"][0], "ports": ["fore"]}]}],
            "vehicle_types.hulk.relocates": {"uncrewed": True},
            "ports.aft.automatic_docking": False,
        },
        "wants": UNASSURED,
        "obeys": (4,),
        "breaks": (1, "relief comes 1 fore"),
    },
}


@pytest.mark.parametrize("rule", CASES)
def test_rule_binds_and_is_the_one_that_is_broken_without_it(switch, rule):
    """See `why` of each case; what is wanted first is worth what `obeys` and `breaks` say, in days or counts."""
    switch.holds(rule, **CASES[rule])
