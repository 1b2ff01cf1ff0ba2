"""Ports, traffic and launches: for every rule a tiny plan that obeys it and one that breaks it."""

import pytest


def comes(tiny, line="new empty 1>2 aft", **more):
    """Everyone stays in `old` while `new` comes."""
    return tiny.plan(*tiny.STAY, comes=[line], **more)


# --------------------------------------------------------------------------------------------------------- ports


def test_one_ship_a_port(tiny):
    """`old` stands at fore. `new` may come there on the day `old` leaves, for departures come first, not a day
    before."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    go = [line.replace("10", "4") for line in tiny.STAY]
    assert tiny.broken(case, tiny.plan(*go, comes=["new empty 3>4 fore"], leaves=["old 4"])) == {}
    early = tiny.plan(*go, comes=["new empty 2>3 fore"], leaves=["old 4"])
    assert tiny.broken(case, early) == {"ports.one-ship": [(3, 4)]}


def test_ships_move_one_after_another(tiny):
    """With a third port free, a ship moves there and the other takes its place in the same day; two cannot swap."""
    other = {"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}
    edits = {"vehicles+": [other], "vehicle_types.capsule.relocates": {"uncrewed": True}}
    case = tiny.case({**edits, "ports+": [{"id": "top", "interface": "ring"}]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 3", "new top 3"])) == {}
    swap = tiny.plan(*tiny.STAY, relocates=["old aft 3", "new fore 3"])
    assert tiny.broken(case, swap) == {"ports.one-ship": [(3, 4)]}


def test_interfaces_match(tiny):
    """`new` has a ring: it fits aft, not the port with a cone; nor does `old` when it moves there."""
    case = tiny.case({"vehicles+": [tiny.NEW], "ports+": [{"id": "low", "interface": "cone"}]})
    assert tiny.broken(case, comes(tiny)) == {}
    assert tiny.broken(case, comes(tiny, "new empty 1>2 low")) == {"ports.interface": [(2, 3)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old low 5"])) == {"ports.interface": [(5, 6)]}


def test_no_ship_stands_at_a_closed_port(tiny):
    """aft is closed on days 3 and 4. `new` may come on day 5; coming on day 2 it stands there while it is closed."""
    closed = {"ports.aft.closed": [{"from": tiny.day(3), "to": tiny.day(5)}]}
    case = tiny.case({"vehicles+": [tiny.NEW], **closed})
    assert tiny.broken(case, comes(tiny, "new empty 4>5 aft")) == {}
    assert tiny.broken(case, comes(tiny)) == {"ports.closed": [(3, 5)]}


@pytest.mark.parametrize(
    "edits",
    [
        {"ports.aft.automatic_docking": False},
        {"ports.aft.no_automatic_docking": [{"from": "2023-01-03T00:00:00Z", "to": "2023-01-04T00:00:00Z"}]},
        {"vehicle_types.capsule.automatic_docking": False},
    ],
    ids=str,
)
def test_an_empty_ship_docks_automatically(tiny, edits):
    """Day 2 (3 January): `new` cannot dock by itself, for the port, the date or its type; dee in it can dock it."""
    dee = {"people+": [{"id": "dee", "qualified": ["capsule"]}]}
    crewed = {**tiny.NEW, "launch": [{**tiny.NEW["launch"][0], "id": "crewed", "brings": {"people": ["dee"]}}]}
    assert tiny.broken(tiny.case({"vehicles+": [tiny.NEW], **edits}), comes(tiny)) == {
        "ports.automatic-docking": [(2, 3)]
    }
    case = tiny.case({"vehicles+": [crewed], **dee, **edits})
    plan = tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=["new crewed 1>2 aft"])
    assert tiny.broken(case, plan) == {}


# ------------------------------------------------------------------------------------------------------- traffic


def test_one_event_a_day_and_ship(tiny):
    """`old` moves once on day 3; it neither moves on at once nor leaves on the day it moves."""
    case = tiny.case({"ports+": [{"id": "top", "interface": "ring"}]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 3"])) == {}
    again = tiny.plan(*tiny.STAY, relocates=["old aft 3", "old top 3"])
    assert tiny.broken(case, again)["traffic.one-event"] == [(3, 4)]
    leaves = tiny.plan(*(line.replace("10", "3") for line in tiny.STAY), relocates=["old aft 3"], leaves=["old 3"])
    assert tiny.broken(case, leaves)["traffic.one-event"] == [(3, 4)]


def test_spacing(tiny):
    """36 hours are two ticks of a day, rounded up: `old` may leave two days after `new` came, not the day after."""
    case = tiny.case({"vehicles+": [tiny.NEW], "traffic.spacing": "P1DT12H"})
    for day, broken in (("4", {}), ("3", {"traffic.spacing": [(3, 4)]})):
        go = [line.replace("10", day) for line in tiny.STAY]
        assert tiny.broken(case, tiny.plan(*go, comes=["new empty 1>2 aft"], leaves=[f"old {day}"])) == broken


def test_spacing_zero_allows_several_in_one_tick(tiny):
    """Without spacing `new` comes to aft on the day `old` leaves."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    go = [line.replace("10", "2") for line in tiny.STAY]
    assert tiny.broken(case, tiny.plan(*go, comes=["new empty 1>2 aft"], leaves=["old 2"])) == {}


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        ({"forbids": ["launch"]}, True),
        ({"forbids": ["arrival"]}, False),
        ({"forbids": ["departure", "relocation"]}, False),
        ({"forbids": ["launch"], "ports": ["aft"]}, True),
        ({"forbids": ["launch"], "ports": ["fore"]}, False),
        ({"forbids": ["launch"], "types": ["capsule"], "launchers": ["rocket"]}, True),
        ({"forbids": ["launch"], "types": ["capsule"], "launchers": ["other"]}, False),
    ],
    ids=str,
)
def test_blackout_filters(tiny, rule, matches):
    """A blackout of days 1 and 2; `new` is launched on day 2 (and comes to aft on day 3). All filters have to
    match."""
    edits = {
        "vehicles+": [tiny.NEW, {"id": "third", "type": "tug", "launched": tiny.day(-1), "docked_at": "fore"}],
        "vehicle_types+": [{"id": "tug", "interface": "ring", "launcher": "other"}],
        "vehicle_types.capsule.launcher": "rocket",
        "traffic.blackouts": [{"id": "storm", "from": tiny.day(1), "to": tiny.day(3), **rule}],
    }
    edits["vehicles.old.docked_at"] = "low"
    edits["ports+"] = [{"id": "low", "interface": "ring"}]
    found = tiny.broken(tiny.case(edits), comes(tiny, "new empty 2>3 aft"))
    assert found == ({"traffic.blackout": [(2, 3)]} if matches else {})
    assert tiny.broken(tiny.case(edits), comes(tiny, "new empty 2>3 aft"), waive=["storm"]) == {}


def test_blackouts_of_arrivals_departures_and_relocations(tiny):
    """On day 2 `new` comes; on day 3 `old` moves to the port low; on day 4 it leaves from there."""
    go = [line.replace("10", "4") for line in tiny.STAY]
    events = {"comes": ["new empty 1>2 aft"], "relocates": ["old low 3"], "leaves": ["old 4"]}
    for kind, ports, day in (
        ("arrival", ["aft"], 2),
        ("relocation", ["fore"], 3),
        ("relocation", ["low"], 3),
        ("departure", ["low"], 4),
    ):
        rule = {"id": "storm", "forbids": [kind], "ports": ports, "reason": "a storm"}
        edits = {"vehicles+": [tiny.NEW], "ports+": [{"id": "low", "interface": "ring"}], "traffic.blackouts": [rule]}
        assert tiny.broken(tiny.case(edits), tiny.plan(*go, **events)) == {"traffic.blackout": [(day, day + 1)]}


def test_leave(tiny):
    """`old` may leave on days 3 to 5, both included, and has to; waived as old.leave."""
    case = tiny.case({"vehicles.old.leave": {"not_before": tiny.day(3), "not_after": tiny.day(5)}})
    for day, ok in (("2", False), ("3", True), ("5", True), ("6", False)):
        plan = tiny.plan(*(line.replace("10", day) for line in tiny.STAY), leaves=[f"old {day}"])
        assert tiny.broken(case, plan) == ({} if ok else {"traffic.leave": [(int(day), int(day) + 1)]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {"traffic.leave": [(None, None)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY), waive=["old.leave"]) == {}


def test_leave_binds_only_before_the_end_and_only_ships_that_come(tiny):
    """A last date at the end itself, day 10, forces nothing; `new`, which never comes, need not leave."""
    case = tiny.case({"vehicles.old.leave": {"not_after": tiny.day(10)}})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "leave": {"not_after": tiny.day(5)}}]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {}
    assert tiny.broken(case, comes(tiny)) == {"traffic.leave": [(None, None)]}


@pytest.mark.parametrize(
    ("bounds", "first_ok", "last_ok"),
    [
        ({"at_least": "P1DT12H"}, 4, 9),
        ({"at_most": "P3DT12H"}, 2, 5),
        ({"at_least": "P1D", "at_most": "P2D"}, 3, 4),
        ({"requires": True}, 1, 9),
    ],
    ids=str,
)
def test_precedence(tiny, bounds, first_ok, last_ok):
    """`new` arrives on day 2, then `old` leaves. A shortest time is rounded up to days, a longest down; a longest
    time also keeps the order; `requires` alone says nothing about dates."""
    rule = {"id": "relief", "first": {"arrival": "new"}, "then": {"departure": "old"}, **bounds}
    case = tiny.case({"vehicles+": [tiny.NEW], "traffic.precedences": [rule]})
    for day in range(1, 10):
        go = [line.replace("10", str(day)) for line in tiny.STAY]
        plan = tiny.plan(*go, comes=["new empty 1>2 aft"], leaves=[f"old {day}"])
        ok = first_ok <= day <= last_ok
        assert tiny.broken(case, plan) == ({} if ok else {"traffic.precedence": [(day, day + 1)]}), day
        assert tiny.broken(case, plan, waive=["relief"]) == {}


def test_precedence_binds_only_if_both_happen(tiny):
    """`old` leaves and `new` never comes: only `requires` minds. `new` comes and `old` stays: nobody minds."""
    rule = {"id": "relief", "first": {"arrival": "new"}, "then": {"departure": "old"}, "at_least": "P1D"}
    free = tiny.case({"vehicles+": [tiny.NEW], "traffic.precedences": [rule]})
    strict = tiny.case({"vehicles+": [tiny.NEW], "traffic.precedences": [{**rule, "requires": True}]})
    leaves = tiny.plan(*(line.replace("10", "3") for line in tiny.STAY), leaves=["old 3"])
    assert tiny.broken(free, leaves) == {}
    assert tiny.broken(strict, leaves) == {"traffic.precedence": [(3, 4)]}
    assert tiny.broken(strict, comes(tiny)) == {}


def test_precedence_from_before_the_start(tiny):
    """`old` was launched 30 days before the start: 34 days later is day 4. When it arrived is long past, so that
    "within a year of its arrival" cannot hold."""
    launch = {"id": "age", "first": {"launch": "old"}, "then": {"departure": "old"}, "at_least": "P34D"}
    case = tiny.case({"traffic.precedences": [launch]})
    for day, broken in (("4", {}), ("3", {"traffic.precedence": [(3, 4)]})):
        plan = tiny.plan(*(line.replace("10", day) for line in tiny.STAY), leaves=[f"old {day}"])
        assert tiny.broken(case, plan) == broken
    for day, ok in ((4, True), (5, False)):  # at most 34 days and a half: they end inside day 4
        case = tiny.case({"traffic.precedences": [{**launch, "at_least": None, "at_most": "P34DT12H"}]})
        late = tiny.plan(*(line.replace("10", str(day)) for line in tiny.STAY), leaves=[f"old {day}"])
        assert tiny.broken(case, late) == ({} if ok else {"traffic.precedence": [(5, 6)]})
    arrival = {**launch, "first": {"arrival": "old"}, "at_least": None, "at_most": "P365D"}
    assert tiny.broken(tiny.case({"traffic.precedences": [arrival]}), plan) == {"traffic.precedence": [(3, 4)]}


def test_what_is_past_cannot_follow(tiny):
    """`old` was launched before `new` comes: a rule that wants it at least a day after `new` is broken if it
    comes."""
    rule = {"id": "odd", "first": {"arrival": "new"}, "then": {"launch": "old"}, "at_least": "P1D"}
    case = tiny.case({"vehicles+": [tiny.NEW], "traffic.precedences": [rule]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {}
    assert tiny.broken(case, comes(tiny)) == {"traffic.precedence": [(None, None)]}


# ------------------------------------------------------------------------------------------------------ launches


@pytest.mark.parametrize("line", ["new full 1>2 aft", "new 2 aft", "old empty 1>2 aft"], ids=str)
def test_a_ship_is_launched_in_one_of_its_options(tiny, line):
    """`new` has the option empty only, and is not in flight; `old` is docked already. None of these arrives."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    assert tiny.broken(case, comes(tiny)) == {}
    assert tiny.broken(case, comes(tiny, line)) == {"launch.option": [(2, 3)]}
    assert tiny.check(case, comes(tiny, line)).measures["launches"] == 0


def test_a_ship_in_flight_is_not_launched(tiny):
    """`new` is in flight: the plan names its arrival alone. It arrives all the same, and is no launch."""
    flying = {"id": "new", "type": "capsule", "launched": tiny.day(-1), "in_flight": {"arrivals": [tiny.day(2)]}}
    case = tiny.case({"vehicles+": [flying]})
    assert tiny.broken(case, comes(tiny, "new 2 aft")) == {}
    assert tiny.broken(case, comes(tiny)) == {"launch.option": [(2, 3)]}
    assert tiny.check(case, comes(tiny)).measures["launches"] == 0


@pytest.mark.parametrize(
    ("dates", "ok"),
    [("1>3", True), ("4>6", True), ("7>9", True), ("2>4", False), ("4>5", False), ("0>2", False)],
)
def test_launch_window(tiny, dates, ok):
    """From day 1 to day 7, every third day, 36 hours on the way: two ticks, rounded up."""
    option = {"id": "empty", "earliest": tiny.day(1), "latest": tiny.day(7), "every": "P3D", "transit": "P1DT12H"}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [option]}]})
    found = tiny.broken(case, comes(tiny, f"new empty {dates} aft"))
    assert list(found) == ([] if ok else ["launch.opportunity"])


@pytest.mark.parametrize(
    ("dates", "ok"), [("1>3", True), ("4>5", True), ("1>2", False), ("4>6", False), ("2>4", False)]
)
def test_launch_opportunities(tiny, dates, ok):
    """Launched on day 1 it takes 36 hours, two ticks; launched on day 4 it arrives on day 5; there is no other date."""
    listed = [{"launch": tiny.day(1), "transit": "P1DT12H"}, {"launch": tiny.day(4), "arrival": tiny.day(5)}]
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [{"id": "empty", "opportunities": listed}]}]})
    found = tiny.broken(case, comes(tiny, f"new empty {dates} aft"))
    assert list(found) == ([] if ok else ["launch.opportunity"])


def test_what_was_launched_before_the_start_is_no_decision(tiny):
    """A window open for two days: a launch before the start is read as off the horizon, and nothing comes."""
    option = {**tiny.NEW["launch"][0], "earliest": tiny.day(-2)}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [option]}]})
    assert tiny.broken(case, comes(tiny, "new empty 0>1 aft")) == {}
    assert tiny.broken(case, comes(tiny, "new empty -1>0 aft")) == {"plan.instant": [(None, None)]}


def test_no_ship_arrives_before_its_launch(tiny):
    """A plan that lands `new` before it flies is not understood: `new` never comes."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    assert tiny.broken(case, comes(tiny, "new empty 4>2 aft")) == {"launch.opportunity": [(2, 3)]}
    assert tiny.check(case, comes(tiny, "new empty 4>2 aft")).measures["launches"] == 0


def test_a_ship_comes_to_a_port_given_for_it(tiny):
    """Both ports fit, but the option names low only."""
    option = {**tiny.NEW["launch"][0], "ports": ["low"]}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [option]}], "ports+": [{"id": "low", "interface": "ring"}]})
    assert tiny.broken(case, comes(tiny, "new empty 1>2 low")) == {}
    assert tiny.broken(case, comes(tiny)) == {"launch.port": [(2, 3)]}


def test_an_option_is_open_while_its_people_are_on_the_ground(tiny):
    """Two ships could each bring dee. Once the first has flown with her, the second may not fly with her too."""
    with_dee = {**tiny.NEW, "launch": [{**tiny.NEW["launch"][0], "brings": {"people": ["dee"]}}]}
    third = {**with_dee, "id": "third"}
    case = tiny.case(
        {
            "vehicles+": [with_dee, third],
            "people+": [{"id": "dee", "qualified": ["capsule"]}],
            "ports+": [{"id": "low", "interface": "ring"}],
        }
    )
    hold = "dee new couch 2-10"
    assert tiny.broken(case, tiny.plan(*tiny.STAY, hold, comes=["new empty 1>2 aft"])) == {}
    both = tiny.plan(*tiny.STAY, hold, comes=["new empty 1>2 aft", "third empty 5>6 low"])
    assert tiny.broken(case, both) == {"launch.people-on-ground": [(5, 6)]}
    assert tiny.check(case, both).measures["crew_days"] == 3 * 10 + 8


def test_home_is_for_good(tiny):
    """dee comes on day 2, goes home with `new` on day 4, and is not on the ground for a launch on day 5."""
    with_dee = {**tiny.NEW, "launch": [{**tiny.NEW["launch"][0], "brings": {"people": ["dee"]}}]}
    case = tiny.case(
        {"vehicles+": [with_dee, {**with_dee, "id": "third"}], "people+": [{"id": "dee", "qualified": ["capsule"]}]}
    )
    plan = tiny.plan(
        *tiny.STAY, "dee new couch 2-4", comes=["new empty 1>2 aft", "third empty 5>6 aft"], leaves=["new 4"]
    )
    assert tiny.broken(case, plan) == {"launch.people-on-ground": [(5, 6)]}


def test_what_has_to_be_launched_is(tiny):
    """Not launching is open, unless required."""
    plan = tiny.plan(*tiny.STAY)
    assert tiny.broken(tiny.case({"vehicles+": [tiny.NEW]}), plan) == {}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "must_launch": True}]})
    assert tiny.broken(case, plan) == {"launch.must": [(None, None)]}
    assert tiny.broken(case, comes(tiny)) == {}


def test_a_ship_in_flight_arrives_on_one_of_its_dates(tiny):
    """`new` may come on day 2 or 4, at aft; one of them is taken."""
    flight = {"arrivals": [tiny.day(2), tiny.day(4)], "ports": ["aft"]}
    flying = {"id": "new", "type": "capsule", "launched": tiny.day(-1), "in_flight": flight}
    case = tiny.case({"vehicles+": [flying], "ports+": [{"id": "low", "interface": "ring"}]})
    assert tiny.broken(case, comes(tiny, "new 4 aft")) == {}
    assert tiny.broken(case, comes(tiny, "new 3 aft")) == {"launch.opportunity": [(3, 4)]}
    assert tiny.broken(case, comes(tiny, "new 4 low")) == {"launch.port": [(4, 5)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY)) == {"launch.in-flight": [(None, None)]}


def test_handover(tiny):
    """dee came in `new` on day 2 and sits in it at once. bob may take a seat in it 36 hours later: from day 4 on."""
    option = {**tiny.NEW["launch"][0], "brings": {"people": ["dee"]}, "handover": "P1DT12H"}
    edits = {"vehicles+": [{**tiny.NEW, "launch": [option]}], "people+": [{"id": "dee", "qualified": ["capsule"]}]}
    case = tiny.case(edits)
    for day, broken in ((4, {}), (3, {"launch.handover": [(3, 4)]})):
        holds = [tiny.STAY[0], tiny.STAY[2], f"bob old couch 0-{day}", f"bob new couch {day}-10", "dee new couch 2-10"]
        assert tiny.broken(case, tiny.plan(*holds, comes=["new empty 1>2 aft"])) == broken
