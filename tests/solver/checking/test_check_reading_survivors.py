"""Plans as they are read and let happen: each test here fails for a change that no other test noticed.

`docs/mutation.md` says how these changes were found.
"""

import json

import pytest

from crewreturn.models.plan import PlannedLaunch

BENCH = {"id": "bench", "seats": ["one"], "rigging": {}}
"""A seat that has to be rigged."""


def told(tiny, case, plan):
    """What is said of each violation, without its dates."""
    found = tiny.check(case, plan).violations
    return [violation.message.split(", from 20")[0].split(", on 20")[0].rstrip(".") for violation in found]


def two_ships(tiny, **new):
    """`new` stands at aft; a bench can be rigged in `old`."""
    there = {"id": "new", "type": "capsule", "docked_at": "aft", **new}
    return tiny.case({"vehicles+": [there], "vehicles.old.extra_groups": [BENCH]})


# ------------------------------------------------------------------------------------------------------- as read


def test_what_cannot_be_read_leaves_the_rest(tiny):
    """A sofa that is rigged and a ship called other that comes, earlier than what can be read: the bench is rigged and
    `new` comes all the same. ann's sofa, the first of the holds, costs her 10 days without a seat, nobody else any;
    and the ship in which she does not sit lacks its qualified one."""
    case = tiny.case({"vehicles+": [tiny.NEW], "vehicles.old.extra_groups": [BENCH]})
    comes = ["other empty 0>1 aft", "new empty 1>2 aft"]
    plan = tiny.plan("ann old sofa 0-10", *tiny.STAY[1:], comes=comes, rigs=["old sofa 1", "old bench 2"])
    found = tiny.check(case, plan)
    assert {violation.rule for violation in found.violations} == {"plan.unknown", "crewing.qualified"}
    assert (found.measures["riggings"], found.measures["launches"]) == (1, 1)
    assert found.measures["unassured_days"] == 10


def test_a_liner_is_moved_into_a_ship_that_is_not_in_the_case(tiny):
    """Other is no ship of the case: that is said, and the liner stays in the station."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": "shell", "kind": "shell", "owner": "bob", "stowed": True}],
    }
    plan = tiny.plan(*tiny.STAY, moves=["shell other 3"])
    assert told(tiny, tiny.case(edits), plan) == ["the plan names the ship other, which is not in the case"]


@pytest.mark.parametrize("given", [{"option": "empty"}, {"launch": 1}, {"option": "empty", "launch": 1}], ids=str)
def test_half_a_launch_is_too_much_for_a_ship_in_flight(tiny, given):
    """An option alone or a date alone is too much already; the ship comes all the same, so bob may sit in it
    from day 2 on."""
    flying = {"id": "new", "type": "capsule", "launched": tiny.day(-1), "in_flight": {"arrivals": [tiny.day(2)]}}
    plan = tiny.plan(*tiny.STAY[::2], "bob old couch 0-2", "bob new couch 2-10", comes=["new 2 aft"])
    dated = {key: tiny.day(value) if key == "launch" else value for key, value in given.items()}
    (launch,) = json.loads(plan.model_dump_json())["launches"]
    plan = plan.model_copy(update={"launches": (PlannedLaunch.model_validate_json(json.dumps({**launch, **dated})),)})
    case = tiny.case({"vehicles+": [flying], "people.bob.qualified": ["capsule"]})
    said = "new is launched in the plan, but is in flight at the start: give its arrival only"
    assert told(tiny, case, plan) == [said]
    assert tiny.check(case, plan).measures["unassured_days"] == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"option": "other"}, "in no option called other"),
        ({"option": None}, "without saying how"),
        ({"launch": None}, "without a launch date"),
    ],
)
def test_how_a_ship_arrives(tiny, given, said):
    """A launch has to name one of the ship's options, of which `new` has two, and its date."""
    way = tiny.NEW["launch"][0]
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [way, {**way, "id": "later"}]}]})
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"])
    plan = plan.model_copy(update={"launches": (plan.launches[0].model_copy(update=given),)})
    assert told(tiny, case, plan) == [f"new arrives {said}; its options are: empty, later"]


def test_a_ship_that_arrives_on_the_day_of_its_launch(tiny):
    """`new` takes a day, so a launch and an arrival on day 3 fit no opportunity; but it is there, and counted, as one
    is that arrives too early by less than its whole flight. Only an arrival on a day before the launch is none."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    for dates, launches in (("3>3", 1), ("4>3", 0)):
        found = tiny.check(case, tiny.plan(*tiny.STAY, comes=[f"new empty {dates} aft"]))
        assert [violation.rule for violation in found.violations] == ["launch.opportunity"]
        assert found.measures["launches"] == launches


def test_a_hold_of_no_time_leaves_the_other_holds_where_they_are(tiny):
    """bob has no seat from day 5 on, five days, whatever else is said of ann's seat for no time."""
    plan = tiny.plan(*tiny.STAY[::2], "bob old couch 0-5", "ann old couch 4-4")
    found = tiny.check(tiny.case(), plan)
    assert [violation.rule for violation in found.violations] == ["plan.empty-hold"]
    assert found.measures["unassured_days"] == 5


@pytest.mark.parametrize(("days", "outside"), [("9-10", []), ("10-11", [10, 11]), ("-2--1", [-2, -1]), ("-1-0", [-1])])
def test_a_hold_at_the_ends_of_the_horizon(tiny, days, outside):
    """The last day to begin one is day 9, the last to end one day 10; what begins on day 10 lies outside with both its
    dates, what ends on day 0 with its first only."""
    plan = tiny.plan(*tiny.STAY[:2], "cyd old couch 0-9", f"cyd old couch {days}")
    dates = [tiny.day(day)[:10] for day in outside]
    said = [f"{date}, the date of the hold of cyd in old, lies outside the horizon" for date in dates]
    assert sorted(told(tiny, tiny.case(), plan)) == sorted(said)


def test_what_is_said_of_a_second_time(tiny):
    """Of a ship by its title; of a group with the ship that it is in."""
    plan = tiny.plan(*tiny.STAY, leaves=["new 4", "new 5"], rigs=["old bench 1", "old bench 2"])
    said = {"new departs a second time", "the plan rigs the same group a second time: old bench"}
    assert set(told(tiny, two_ships(tiny), plan)) == said


# ------------------------------------------------------------------------------------------------- as it happens


def test_a_liner_is_not_moved_on_the_day_of_its_arrival(tiny):
    """`new` brings a liner and has a seat for it: it lies there from day 2 on, but not in the tick before, so it can be
    moved from day 3 on."""
    option = {**tiny.NEW["launch"][0], "brings": {"liners": ["shell"]}}
    lined = {"id": "lined", "seats": ["one"], "needs_liner": "shell"}
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": "shell", "kind": "shell", "owner": "bob"}],
        "vehicles+": [{**tiny.NEW, "launch": [option], "extra_groups": [lined]}],
    }
    for day, said in ((2, ["shell is moved into the station, but was not there in the tick before"]), (3, [])):
        plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"], moves=[f"shell - {day}"])
        assert told(tiny, tiny.case(edits), plan) == said


# ------------------------------------------------------------------------------------------ in which order it is told


def test_what_has_no_date_is_told_first(tiny):
    """That `new` has to be launched is a rule far behind that of leaving only when docked, but has no date: it comes
    before what is wrong on day 0."""
    case = tiny.case({"vehicles+": [{**tiny.NEW, "must_launch": True}]})
    said = ["new has to be launched, but is not", "new leaves, but is not docked"]
    assert told(tiny, case, tiny.plan(*tiny.STAY, leaves=["new 0"])) == said


def test_what_differs_in_words_only_is_told_by_the_alphabet(tiny):
    """A ship and a port are both called zed and both unknown: the ship is looked up first, the port is told first."""
    said = [f"the plan names the {kind} zed, which is not in the case" for kind in ("port", "ship")]
    assert told(tiny, tiny.case(), tiny.plan(*tiny.STAY, relocates=["zed zed 3"])) == said
