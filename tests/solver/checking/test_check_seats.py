"""Who may hold which seat: for every rule a tiny plan that obeys it and one that breaks it."""

import pytest

BENCH = {"id": "bench", "seats": ["one"]}


def bob(*lines):
    """ann and cyd stay; bob's holds are given."""
    return ["ann old couch 0-10", "cyd old couch 0-10", *(f"bob {line}" for line in lines)]


def with_bench(tiny, **more):
    """`old` has one more seat, the bench."""
    return {"vehicles.old.extra_groups": [{**BENCH, **more}]}


# -------------------------------------------------------------------------------------------------------- groups


def test_seats_of_a_group(tiny):
    """Three couches take three people. dee makes four: in health terms too many as well, unless the table has
    four."""
    four = {"vehicle_types.capsule.health.emergency": {"at_most": 4, "loss": {"4": 0.1}}}
    case = tiny.case({"people+": [{"id": "dee", "aboard": True}], **four})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, "dee old couch 4-6")) == {"seats.capacity": [(4, 6)]}


def test_a_group_exists_from_its_date(tiny):
    """The bench is there from day 3 on; one that came half a day before the start is there at the start."""
    case = tiny.case(with_bench(tiny, **{"from": tiny.day(3)}))
    assert tiny.broken(case, tiny.plan(*bob("old couch 0-3", "old bench 3-10"))) == {}
    assert tiny.broken(case, tiny.plan(*bob("old couch 0-2", "old bench 2-10"))) == {"seats.exists": [(2, 3)]}
    case = tiny.case(with_bench(tiny, **{"from": "2022-12-31T12:00:00Z"}))
    assert tiny.broken(case, tiny.plan(*bob("old bench 0-10"))) == {}


def test_a_group_is_rigged_before_it_is_used(tiny):
    """Rigged on day 3, the bench is used from the same day on; a day earlier it is not rigged."""
    case = tiny.case(with_bench(tiny, rigging={}))
    assert tiny.broken(case, tiny.plan(*bob("old couch 0-3", "old bench 3-10"), rigs=["old bench 3"])) == {}
    early = tiny.plan(*bob("old couch 0-2", "old bench 2-10"), rigs=["old bench 3"])
    assert tiny.broken(case, early) == {"seats.rigged": [(2, 3)]}


def test_rigging_is_not_before_its_date(tiny):
    """The bench may be rigged from day 3 on, and the couch needs no rigging."""
    case = tiny.case(with_bench(tiny, rigging={"not_before": tiny.day(3)}))
    assert tiny.broken(case, tiny.plan(*tiny.STAY, rigs=["old bench 3"])) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, rigs=["old bench 2"])) == {"seats.rigging": [(2, 3)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, rigs=["old couch 3"])) == {"seats.rigging": [(3, 4)]}


def test_nothing_is_rigged_before_it_exists(tiny):
    """The bench comes to be on day 3: it cannot be rigged on day 2."""
    case = tiny.case(with_bench(tiny, rigging={}, **{"from": tiny.day(3)}))
    assert tiny.broken(case, tiny.plan(*tiny.STAY, rigs=["old bench 3"])) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, rigs=["old bench 2"])) == {"seats.rigging": [(2, 3)]}


# ------------------------------------------------------------------------------------------------ crewing and body


def test_crewing(tiny):
    """Without ann nobody qualified is left in `old`; a ship with nobody in it needs nobody; two may be asked for."""
    case = tiny.case()
    assert tiny.broken(case, tiny.plan()) == {}
    alone = tiny.plan("ann old couch 0-4", "bob old couch 0-10", "cyd old couch 0-10")
    assert tiny.broken(case, alone) == {"crewing.qualified": [(4, 10)]}
    two = tiny.case({"vehicle_types.capsule.crewing": {"qualified": 2}})
    assert tiny.broken(two, tiny.plan(*tiny.STAY)) == {"crewing.qualified": [(0, 10)]}
    none = tiny.case({"vehicle_types.capsule.crewing": {"qualified": 0}})
    assert tiny.broken(none, alone) == {}


def test_a_variant_asks_for_its_own_qualification(tiny):
    """Whoever is qualified for capsules is not qualified for one with a new panel."""
    case = tiny.case({"vehicle_types.capsule.crewing": {"qualification": "panel"}, "people.bob.qualified": ["panel"]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {}
    assert tiny.broken(case, tiny.plan(tiny.STAY[0], tiny.STAY[2])) == {"crewing.qualified": [(0, 10)]}


def test_a_qualification_ends(tiny):
    """On day 6 ann's qualification has ended."""
    case = tiny.case({"people.ann.qualified": [{"for": "capsule", "until": tiny.day(6)}]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {"crewing.qualified": [(6, 10)]}


def test_controls(tiny):
    """ann alone is qualified; on the bench she has no controls, which bob's couch has."""
    case = tiny.case(with_bench(tiny))
    at_couch = tiny.plan("ann old couch 0-10", "bob old bench 0-10", "cyd old couch 0-10")
    at_bench = tiny.plan("ann old bench 0-10", "bob old couch 0-10", "cyd old couch 0-10")
    assert tiny.broken(case, at_couch) == {}
    assert tiny.broken(case, at_bench) == {"crewing.controls": [(0, 10)]}
    without = tiny.case({**with_bench(tiny), "vehicle_types.capsule.groups.couch.controls": False})
    assert tiny.broken(without, at_bench) == {}


@pytest.mark.parametrize(
    ("body", "limit", "fits"),
    [
        ({"stature_cm": 180.0}, {"stature_cm": {"at_most": 185.4}}, True),
        ({"stature_cm": 180.1}, {"stature_cm": {"at_most": 185.4}}, False),
        ({"sitting_height_cm": 90.0}, {"sitting_height_cm": {"at_most": 94}}, True),
        ({"sitting_height_cm": 90.0}, {"sitting_height_cm": {"at_most": 93.9}}, True),
        ({"sitting_height_cm": 91.0}, {"sitting_height_cm": {"at_most": 93.9}}, False),
        ({"mass_kg": 95}, {"mass_kg": {"at_least": 50, "at_most": 95}}, True),
        ({"mass_kg": 49.9}, {"mass_kg": {"at_least": 50, "at_most": 95}}, False),
        ({"foot_cm": 30}, {"foot_cm": {"at_most": 29.5}}, False),
        ({}, {"chest_cm": {"at_most": 112}}, True),
    ],
    ids=str,
)
def test_body(tiny, body, limit, fits):
    """In flight people are 3 % taller and sit 4 % higher: 180 cm becomes 185.4 cm, 90 cm becomes 93.6 cm, 91 cm
    becomes 94.6 cm. Mass and feet do not grow, and what is unknown passes."""
    growth = {"growth": {"stature": 1.03, "sitting_height": 1.04}}
    case = tiny.case({**with_bench(tiny, body=limit), "people.bob.body": body, **growth})
    found = tiny.broken(case, tiny.plan(*bob("old bench 0-10")))
    assert found == ({} if fits else {"body.limits": [(0, 10)]})


# --------------------------------------------------------------------------------------------------------- suits


def suits(tiny, **unsuited):
    """bob has a suit of the capsule's type (it fits cyd too), cyd one of another type; only the couches hook them
    up."""
    return {
        **with_bench(tiny),
        "suit_types": [{"id": "soft"}, {"id": "hard"}],
        "suits": [
            {"id": "suit-bob", "type": "soft", "fits": ["bob", "cyd"], "aboard": True},
            {"id": "suit-cyd", "type": "hard", "fits": ["cyd"], "aboard": True},
        ],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.groups.couch.hookups": True,
        "vehicle_types.capsule.unsuited": unsuited,
        "people.ann": {"id": "ann", "aboard": True},
        "people.bob": {"id": "bob", "qualified": ["capsule"], "aboard": True},
        "people.cyd": {"id": "cyd", "aboard": True},
    }


def test_unsuited_where_forbidden(tiny):
    """Without a price for being unsuited nobody holds a seat without a suit, or where there is no hook-up."""
    case = tiny.case(suits(tiny))
    assert tiny.broken(case, tiny.plan("bob old couch 0-10 suit-bob")) == {}
    assert tiny.broken(case, tiny.plan("bob old couch 0-10")) == {"suits.hook-up": [(0, 10)]}
    priced = tiny.case(suits(tiny, emergency=0.1))
    assert tiny.broken(priced, tiny.plan("bob old couch 0-10")) == {}


@pytest.mark.parametrize("line", ["bob old bench 0-10 suit-bob", "bob old couch 0-10 suit-cyd"])
def test_a_suit_serves_only_where_it_can(tiny, line):
    """The bench has no hook-up; cyd's suit is of another type and does not fit bob. A plan that says that it serves
    is wrong, even where being unsuited has a price."""
    case = tiny.case({**suits(tiny, emergency=0.1), "vehicle_types.capsule.groups.couch.controls": False})
    assert tiny.broken(case, tiny.plan(line)) == {"suits.serves": [(0, 10)]}


def test_a_type_without_suit_asks_for_none(tiny):
    """In a capsule that takes no suits nobody is unsuited, and no suit can serve."""
    edits = {**suits(tiny), "vehicle_types.capsule.suit": None}
    assert tiny.broken(tiny.case(edits), tiny.plan("bob old couch 0-10")) == {}
    assert tiny.broken(tiny.case(edits), tiny.plan("bob old couch 0-10 suit-bob")) == {"suits.serves": [(0, 10)]}


def test_one_wearer_at_a_time(tiny):
    """bob and cyd may share a suit, but not in the same tick."""
    case = tiny.case(suits(tiny, emergency=0.1))
    turns = tiny.plan(
        "bob old couch 0-5 suit-bob", "bob old couch 5-10", "cyd old couch 0-5", "cyd old couch 5-10 suit-bob"
    )
    assert tiny.broken(case, turns) == {}
    both = tiny.plan("bob old couch 0-10 suit-bob", "cyd old couch 5-10 suit-bob")
    assert tiny.broken(case, both) == {"suits.one-wearer": [(5, 10)]}


def test_a_suit_serves_once_it_is_aboard(tiny):
    """`new` brings bob's suit on day 2."""
    edits = suits(tiny, emergency=0.1)
    edits["suits"][0]["aboard"] = False
    cargo = {**tiny.NEW, "launch": [{**tiny.NEW["launch"][0], "brings": {"suits": ["suit-bob"]}}]}
    case = tiny.case({**edits, "vehicles+": [cargo]})
    good = tiny.plan("bob old couch 0-2", "bob old couch 2-10 suit-bob", comes=["new empty 1>2 aft"])
    bad = tiny.plan("bob old couch 0-1", "bob old couch 1-10 suit-bob", comes=["new empty 1>2 aft"])
    assert tiny.broken(case, good) == {}
    assert tiny.broken(case, bad) == {"suits.aboard": [(1, 2)]}


def test_a_suit_goes_home_with_its_wearer(tiny):
    """bob returns in his suit on day 4 in `new`; from then on it serves nobody. Had he left it, it would."""
    edits = suits(tiny, emergency=0.1, nominal=0.1)
    second = {"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}
    case = tiny.case({**edits, "vehicles+": [second], "people.cyd.qualified": ["capsule"]})
    taken = tiny.plan(
        "bob new couch 0-4 suit-bob", "cyd old couch 0-4", "cyd old couch 4-10 suit-bob", leaves=["new 4"]
    )
    left = tiny.plan("bob new couch 0-4", "cyd old couch 0-4", "cyd old couch 4-10 suit-bob", leaves=["new 4"])
    assert tiny.broken(case, taken) == {"suits.aboard": [(4, 10)]}
    assert tiny.broken(case, left) == {}


# -------------------------------------------------------------------------------------------------------- liners


def liners(tiny, takes="P0D", **more):
    """Two capsules whose couches need a liner; ann and bob have theirs in `old`, `new` stands at aft."""
    return {
        "liner_kinds": [{"id": "shell", "move": {"takes": takes, **more}}],
        "liners": [
            {"id": "shell-ann", "kind": "shell", "owner": "ann", "in": "old"},
            {"id": "shell-bob", "kind": "shell", "owner": "bob", "in": "old"},
        ],
        "vehicle_types.capsule.groups.couch.needs_liner": "shell",
        "vehicles+": [{"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}],
        "people.bob.qualified": ["capsule"],
        "people.cyd": {"id": "cyd", "aboard": True},
    }


ANN = "ann old couch 0-10"


def test_the_liner_is_in_the_ship(tiny):
    """bob's liner is moved at once on day 3: from then on, not before, he holds a seat in `new`. cyd has none at
    all."""
    case = tiny.case(liners(tiny))
    good = tiny.plan(ANN, "bob old couch 0-3", "bob new couch 3-10", moves=["shell-bob new 3"])
    assert tiny.broken(case, good) == {}
    early = tiny.plan(ANN, "bob old couch 0-2", "bob new couch 2-10", moves=["shell-bob new 3"])
    assert tiny.broken(case, early) == {"liners.in-ship": [(2, 3)]}
    assert tiny.broken(case, tiny.plan(ANN, "cyd old couch 0-10")) == {"liners.in-ship": [(0, 10)]}


@pytest.mark.parametrize(("takes", "away"), [("PT23H", 0), ("P1D", 1), ("P2DT6H", 2)])
def test_how_long_a_liner_is_away(tiny, takes, away):
    """Begun on day 3, the liner is nowhere for the whole days that the move takes. bob has no seat meanwhile:
    holding one a day longer than his liner is there, or a day before it is, breaks the rule."""
    case = tiny.case(liners(tiny, takes))
    back = 3 + away
    good = tiny.plan(ANN, "bob old couch 0-3", f"bob new couch {back}-10", moves=["shell-bob new 3"])
    assert tiny.broken(case, good) == {}
    early = tiny.plan(ANN, "bob old couch 0-2", f"bob new couch {back - 1}-10", moves=["shell-bob new 3"])
    assert tiny.broken(case, early) == {"liners.in-ship": [(back - 1, back)]}
    late = tiny.plan(ANN, "bob old couch 0-4", f"bob new couch {max(4, back)}-10", moves=["shell-bob new 3"])
    assert tiny.broken(case, late) == {"liners.in-ship": [(3, 4)]}


def test_a_liner_is_stowed_and_taken_out_again(tiny):
    """Into the station on day 2, into `new` on day 5."""
    case = tiny.case(liners(tiny))
    plan = tiny.plan(ANN, "bob old couch 0-2", "bob new couch 5-10", moves=["shell-bob - 2", "shell-bob new 5"])
    assert tiny.broken(case, plan) == {}


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({"moves": ["shell-bob old 3"]}, (3, 4)),  # it is there already
        ({"moves": ["shell-bob gone 3"]}, (3, 4)),  # the ship is not here yet
        ({"moves": ["shell-cyd old 3"]}, (3, 4)),  # the liner is on the ground
        ({"moves": ["shell-bob new 9"]}, (9, 10)),  # it would be there at the end only
        ({"moves": ["shell-bob new 3"], "leaves": ["new 4"]}, (4, 5)),  # the ship leaves on the day of its coming
        ({"moves": ["shell-bob new 3"], "leaves": ["new 3"]}, (3, 4)),  # the ship has just left
    ],
    ids=str,
)
def test_a_liner_is_moved_from_place_to_place(tiny, more, days):
    """A move of one day is from a place that is there to another that is there from its beginning to the tick in
    which it has ended; day 9 is the last one, so that a move begun then ends at the end."""
    edits = liners(tiny, "P1D")
    edits["liners"].append({"id": "shell-cyd", "kind": "shell", "owner": "cyd"})
    edits["vehicles+"].append({**tiny.NEW, "id": "gone"})
    case = tiny.case(edits)
    assert tiny.broken(case, tiny.plan(ANN, **more)) == {"liners.place": [days]}


def test_a_ship_may_leave_the_day_after_a_liner_was_taken_from_it(tiny):
    """Taken from `old` on day 3, bob's liner is safe when `old` leaves on day 4; if `old` leaves on day 3 it is
    gone."""
    case = tiny.case(liners(tiny))
    stays = {"moves": ["shell-bob new 3"]}
    good = tiny.plan("ann old couch 0-4", "bob old couch 0-3", "bob new couch 3-10", leaves=["old 4"], **stays)
    assert tiny.broken(case, good) == {}
    bad = tiny.plan("ann old couch 0-3", "bob new couch 4-10", leaves=["old 3"], **stays)
    assert tiny.broken(case, bad) == {"liners.place": [(3, 4)], "liners.in-ship": [(4, 10)]}


def test_one_move_at_a_time(tiny):
    """A move of two days, begun on day 2, ends in day 4: the next one may begin on day 5, when the liner has been
    in its place in the tick before. Two moves on one day are one too many even if they take no time."""
    case = tiny.case(liners(tiny, "P2D"))
    for day, broken in ((5, {}), (4, {"liners.busy": [(4, 5)]}), (3, {"liners.busy": [(3, 4)]})):
        assert tiny.broken(case, tiny.plan(ANN, moves=["shell-bob new 2", f"shell-bob old {day}"])) == broken
    case = tiny.case(liners(tiny))
    both = tiny.plan(ANN, moves=["shell-bob new 2", "shell-bob - 2"])
    assert tiny.broken(case, both) == {"liners.busy": [(2, 3)]}


def test_liners_that_cannot_be_moved(tiny):
    """A kind without `move` stays where it is."""
    edits = liners(tiny)
    edits["liner_kinds"] = [{"id": "shell"}]
    assert tiny.broken(tiny.case(edits), tiny.plan(ANN)) == {}
    assert tiny.broken(tiny.case(edits), tiny.plan(ANN, moves=["shell-bob new 3"])) == {"liners.movable": [(3, 4)]}


def test_moves_in_a_span(tiny):
    """One move in 36 hours, two ticks rounded up: the second begins two days after the first, not one."""
    case = tiny.case(liners(tiny, at_most=1, within="P1DT12H"))
    for day, broken in ((5, {}), (4, {"liners.move-window": [(3, 4)]}), (3, {"liners.move-window": [(3, 4)]})):
        plan = tiny.plan(moves=["shell-bob new 3", f"shell-ann new {day}"])
        assert tiny.broken(case, plan) == broken


def test_liners_have_room(tiny):
    """`new` has one couch left: its liner seats take one liner; for a second there is no room."""
    edits = liners(tiny)
    edits["vehicle_types+"] = [
        {"id": "pod", "interface": "ring", "groups": [{"id": "couch", "seats": ["one"], "needs_liner": "shell"}]}
    ]
    edits["vehicles+"] = [{"id": "new", "type": "pod", "launched": tiny.day(-9), "docked_at": "aft"}]
    case = tiny.case(edits)
    assert tiny.broken(case, tiny.plan(moves=["shell-bob new 3"])) == {}
    both = tiny.plan(moves=["shell-bob new 3", "shell-ann new 5"])
    assert tiny.broken(case, both) == {"liners.capacity": [(5, 10)]}


def test_a_liner_comes_in_the_ship_if_there_is_room(tiny):
    """`cargo` brings cyd's liner and has no seat for it: it comes stowed, and is moved into `old` the day after."""
    edits = liners(tiny)
    edits["liners"].append({"id": "shell-cyd", "kind": "shell", "owner": "cyd"})
    edits["vehicle_types+"] = [{"id": "freighter", "interface": "ring"}]
    edits["ports+"] = [{"id": "low", "interface": "ring"}]
    option = {**tiny.NEW["launch"][0], "brings": {"liners": ["shell-cyd"]}}
    edits["vehicles+"].append({"id": "cargo", "type": "freighter", "launch": [option]})
    flown = {"comes": ["cargo empty 1>2 low"]}
    plan = tiny.plan(ANN, "cyd old couch 3-10", moves=["shell-cyd old 3"], **flown)
    assert tiny.broken(tiny.case(edits), plan) == {}
    at_once = tiny.plan(ANN, "cyd old couch 2-10", moves=["shell-cyd old 2"], **flown)
    assert tiny.broken(tiny.case(edits), at_once) == {"liners.place": [(2, 3)], "liners.in-ship": [(2, 10)]}
    edits["vehicles+"][-1]["type"] = "capsule"
    inside = tiny.plan(ANN, "bob new couch 2-10", "cyd cargo couch 2-10", moves=["shell-bob new 2"], **flown)
    assert tiny.broken(tiny.case({**edits, "people.cyd.qualified": ["capsule"]}), inside) == {}


# --------------------------------------------------------------------------------------- health and docked life


def test_emergency_health(tiny):
    """From day 3 on at most two may hold seats in `old`."""
    health = [{"from": tiny.day(3), "emergency": {"at_most": 2, "loss": {"3": 0.1}}}]
    case = tiny.case({"vehicles.old.health": health})
    two = tiny.plan(*tiny.STAY[:2], "cyd old couch 0-3")
    assert tiny.broken(case, two) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {"health.emergency": [(3, 10)]}


def test_the_latest_state_that_gives_a_purpose_counts(tiny):
    """From day 2 on nobody, from day 4 on one may hold a seat; the state of day 6 says nothing about emergencies."""
    health = [
        {"from": tiny.day(4), "emergency": {"loss": {"1": 0.1}}},
        {"from": tiny.day(2), "emergency": {"allowed": False}},
        {"from": tiny.day(6), "uncrewed": {"allowed": False}},
        {"emergency": {"loss": {"3": 0.1}}},  # without a date: always, before all others
    ]
    case = tiny.case({"vehicles.old.health": health})
    assert tiny.broken(case, tiny.plan("ann old couch 0-2", "ann old couch 4-10")) == {}
    assert tiny.broken(case, tiny.plan(tiny.STAY[0])) == {"health.emergency": [(2, 4)]}


def test_docked_life_ends_holds(tiny):
    """`old` was launched 30 days before the start: past 34 days, from day 4 on, nobody holds a seat in it."""
    life = [
        {"id": "grace", "after": "P10D", "added_loss": 0.01},
        {"id": "over", "after": "P34D", "added_loss": 0.01, "holds": False},
    ]
    case = tiny.case({"vehicle_types.capsule.docked_life": life})
    assert tiny.broken(case, tiny.plan(*(line.replace("10", "4") for line in tiny.STAY))) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {"docked-life.holds": [(4, 10)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY), waive=["over"]) == {}


def test_a_ship_has_its_own_docked_life(tiny):
    """Steps of the ship stand instead of those of its type."""
    edits = {"vehicle_types.capsule.docked_life": [{"id": "over", "after": "P20D", "holds": False}]}
    assert tiny.broken(tiny.case(edits), tiny.plan(*tiny.STAY)) == {"docked-life.holds": [(0, 10)]}
    edits["vehicles.old.docked_life"] = []
    assert tiny.broken(tiny.case(edits), tiny.plan(*tiny.STAY)) == {}
