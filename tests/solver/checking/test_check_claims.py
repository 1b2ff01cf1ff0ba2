"""Restrictions and statements: each kind of claim required and forbidden, kept and broken."""

import pytest


def world(tiny):
    """`new` may come (and be rigged with a bench); all three are in `old`."""
    bench = {"id": "bench", "seats": ["one"], "rigging": {}}
    return {
        "vehicles+": [{**tiny.NEW, "launch": [*tiny.NEW["launch"], {**tiny.NEW["launch"][0], "id": "other"}]}],
        "vehicles.old.extra_groups": [bench],
        "ports+": [{"id": "low", "interface": "ring"}],
    }


CLAIMS = [
    # claim, plan that makes it so (arguments), its day
    ({"launch": {"vehicle": "new"}}, {"comes": ["new empty 1>2 aft"]}, 1),
    ({"launch": {"vehicle": "new", "option": "empty"}}, {"comes": ["new empty 1>2 aft"]}, 1),
    ({"launch": {"vehicle": "new", "from": 1, "to": 2}}, {"comes": ["new empty 1>2 aft"]}, 1),
    ({"depart": {"vehicle": "old"}}, {"leaves": ["old 4"]}, 4),
    ({"depart": {"vehicle": "old", "crewed": True, "to": 5}}, {"leaves": ["old 4"]}, 4),
    ({"return": {"people": ["bob"]}}, {"leaves": ["old 4"]}, 4),
    ({"return": {"people": ["bob"], "vehicle": "old", "from": 4}}, {"leaves": ["old 4"]}, 4),
    ({"rig": {"vehicle": "old", "group": "bench"}}, {"rigs": ["old bench 2"]}, 2),
    ({"relocate": {"vehicle": "old"}}, {"relocates": ["old low 3"]}, 3),
    ({"relocate": {"vehicle": "old", "port": "low"}}, {"relocates": ["old low 3"]}, 3),
]
MISSED = [
    # claim, plan that nearly makes it so
    ({"launch": {"vehicle": "new", "option": "other"}}, {"comes": ["new empty 1>2 aft"]}),
    ({"launch": {"vehicle": "new", "from": 2}}, {"comes": ["new empty 1>2 aft"]}),
    ({"depart": {"vehicle": "old", "crewed": False}}, {"leaves": ["old 4"]}),
    ({"depart": {"vehicle": "old", "to": 4}}, {"leaves": ["old 4"]}),
    ({"return": {"people": ["bob"], "vehicle": "new"}}, {"leaves": ["old 4"]}),
    ({"return": {"people": ["bob"], "from": 5}}, {"leaves": ["old 4"]}),
    ({"relocate": {"vehicle": "old", "port": "aft"}}, {"relocates": ["old low 3"]}),
]


def dated(tiny, claim):
    """Days become instants."""
    ((about, said),) = claim.items()
    return {about: {key: tiny.day(value) if key in ("from", "to") else value for key, value in said.items()}}


def plan(tiny, **events):
    """Everyone stays until `old` leaves, if it does."""
    end = "4" if "leaves" in events else "10"
    return tiny.plan(*(line.replace("10", end) for line in tiny.STAY), **events)


@pytest.mark.parametrize(("claim", "events", "day"), CLAIMS, ids=str)
def test_events_required_and_forbidden(tiny, claim, events, day):
    """What happens keeps a requirement and breaks a prohibition on its day; what does not, the other way round."""
    case, said = tiny.case(world(tiny)), dated(tiny, claim)
    require, forbid = tiny.statements({"require": said}), tiny.statements({"forbid": said})
    rule = f"statements.{next(iter(said))}"
    assert tiny.broken(case, plan(tiny, **events), statements=require) == {}
    assert tiny.broken(case, plan(tiny, **events), statements=forbid) == {rule: [(day, day + 1)]}
    assert tiny.broken(case, plan(tiny), statements=require) == {rule: [(None, None)]}
    assert tiny.broken(case, plan(tiny), statements=forbid) == {}


@pytest.mark.parametrize(("claim", "events"), MISSED, ids=str)
def test_events_that_do_not_match(tiny, claim, events):
    """Another option, date, ship or port, or with people instead of without, is not what the claim speaks of."""
    case, said = tiny.case(world(tiny)), dated(tiny, claim)
    rule = f"statements.{next(iter(said))}"
    assert tiny.broken(case, plan(tiny, **events), statements=tiny.statements({"require": said})) == {
        rule: [(None, None)]
    }
    assert tiny.broken(case, plan(tiny, **events), statements=tiny.statements({"forbid": said})) == {}


@pytest.mark.parametrize(("claim", "events", "day"), [CLAIMS[0], CLAIMS[3], CLAIMS[5], CLAIMS[7], CLAIMS[8]], ids=str)
def test_restrictions_are_statements_with_an_id(tiny, claim, events, day):
    """The same as a restriction of the case, by its id, which can be waived."""
    about = next(iter(claim))
    rule = {"id": "policy", "reason": "the agencies say so", "forbid": dated(tiny, claim)}
    case = tiny.case({**world(tiny), "restrictions": [rule]})
    names = {f"restrictions.{about}" for about in ("launch", "depart", "return", "rig", "relocate")}
    assert {"restrictions.launch", "restrictions.depart", "restrictions.return"} < names
    assert {"restrictions.rig", "restrictions.relocate"} < names
    assert tiny.broken(case, plan(tiny, **events)) == {f"restrictions.{about}": [(day, day + 1)]}
    assert tiny.broken(case, plan(tiny)) == {}
    assert tiny.broken(case, plan(tiny, **events), waive=["policy"]) == {}
    found = tiny.check(case, plan(tiny, **events)).violations[0]
    assert found.entities[0] == "policy"
    assert "which is forbidden (policy: the agencies say so)" in found.message


def test_the_names_of_statements_rules():
    """Spelt out once, so that a kind of claim that is renamed is noticed."""
    from crewreturn.solver.check import RULES

    spelt = {"statements.launch", "statements.depart", "statements.return", "statements.rig", "statements.relocate"}
    spelt |= {"statements.hold", "statements.unassured", "statements.limit"}
    assert spelt == {rule for rule in RULES if rule.startswith("statements.")}


def test_return_of_each_person_named(tiny):
    """ann and bob return on day 4, cyd does not: required of all, cyd alone is missing; forbidden to all, two are one
    violation each."""
    case = tiny.case()
    two = tiny.plan("ann old couch 0-4", "bob old couch 0-4", "cyd old couch 0-3", leaves=["old 4"])
    said = {"return": {"people": "all"}}
    found = tiny.check(case, two, statements=tiny.statements({"require": said})).violations
    assert [(v.rule, v.entities) for v in found] == [("statements.return", ("cyd",))]
    assert found[0].message == "cyd does not return, which is required."
    found = tiny.check(case, two, statements=tiny.statements({"forbid": said})).violations
    assert [v.entities for v in found] == [("ann",), ("bob",)]


def test_nobody_returns_at_the_end(tiny):
    """Being aboard at the end, in a ship that could leave, is no return."""
    said = tiny.statements({"require": {"return": {"people": ["ann"]}}})
    assert tiny.broken(tiny.case(), tiny.plan(*tiny.STAY), statements=said) == {"statements.return": [(None, None)]}


def test_hold(tiny):
    """bob holds a couch until day 4 and then nothing. Required on days 2 to 6 it fails on days 4 and 5, forbidden
    on the same days on days 2 and 3; the couch or the ship as a whole make no difference, another group does."""
    case = tiny.case(world(tiny))
    moved = tiny.plan("ann old couch 0-10", "bob old couch 0-4", "cyd old couch 0-10")
    said = {"people": ["bob"], "vehicle": "old", "from": tiny.day(2), "to": tiny.day(6)}
    for group in ({}, {"group": "couch"}):
        require = tiny.statements({"require": {"hold": {**said, **group}}})
        forbid = tiny.statements({"forbid": {"hold": {**said, **group}}})
        assert tiny.broken(case, moved, statements=require) == {"statements.hold": [(4, 6)]}
        assert tiny.broken(case, moved, statements=forbid) == {"statements.hold": [(2, 4)]}
    bench = tiny.statements({"forbid": {"hold": {**said, "group": "bench"}}})
    assert tiny.broken(case, moved, statements=bench) == {}
    policy = {"id": "policy", "reason": "why", "forbid": {"hold": said}}
    assert tiny.broken(tiny.case({"restrictions": [policy]}), moved) == {"restrictions.hold": [(2, 4)]}


def test_hold_binds_only_while_aboard(tiny):
    """All leave on day 4: that ann hold a seat in `old` all the time asks nothing of her at home."""
    said = tiny.statements({"require": {"hold": {"people": "all", "vehicle": "old"}}})
    assert tiny.broken(tiny.case(), plan(tiny, leaves=["old 4"]), statements=said) == {}


def test_unassured(tiny):
    """bob has no seat from day 4 on: forbidden that is broken then, required it is broken before."""
    case, alone = tiny.case(), tiny.plan(*tiny.STAY[::2], "bob old couch 0-4")
    said = {"unassured": {"people": ["bob"]}}
    assert tiny.broken(case, alone, statements=tiny.statements({"forbid": said})) == {"statements.unassured": [(4, 10)]}
    assert tiny.broken(case, alone, statements=tiny.statements({"require": said})) == {"statements.unassured": [(0, 4)]}
    policy = {"id": "policy", "reason": "why", "forbid": said}
    assert tiny.broken(tiny.case({"restrictions": [policy]}), alone) == {"restrictions.unassured": [(4, 10)]}


def test_while_the_liner_is_on_the_move_nobody_counts_as_unassured(tiny):
    """bob's liner is two days on the way, days 3 and 4, and bob takes his new seat only on day 6: day 5 counts."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P2D"}}],
        "liners": [{"id": f"shell-{p}", "kind": "shell", "owner": p, "in": "old"} for p in ("ann", "bob", "cyd")],
        "vehicle_types.capsule.groups.couch.needs_liner": "shell",
        "vehicles+": [{"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}],
        "people.bob.qualified": ["capsule"],
    }
    moved = tiny.plan(*tiny.STAY[::2], "bob old couch 0-3", "bob new couch 6-10", moves=["shell-bob new 3"])
    said = tiny.statements({"forbid": {"unassured": {"people": "all"}}})
    assert tiny.broken(tiny.case(edits), moved, statements=said) == {"statements.unassured": [(5, 6)]}


def test_limits(tiny):
    """bob is unassured for six days: at most six is kept, at most five and at least seven are not."""
    case, alone = tiny.case(), tiny.plan(*tiny.STAY[::2], "bob old couch 0-4")
    for bound, ok in (
        ({"at_most": 6}, True),
        ({"at_most": 5}, False),
        ({"at_least": 7}, False),
        ({"at_least": 6}, True),
    ):
        said = {"require": {"limit": {"measure": "unassured_days", **bound}}}
        found = tiny.broken(case, alone, statements=tiny.statements(said))
        assert found == ({} if ok else {"statements.limit": [(None, None)]})
        policy = {"id": "policy", "reason": "why", **said}
        found = tiny.broken(tiny.case({"restrictions": [policy]}), alone)
        assert found == ({} if ok else {"restrictions.limit": [(None, None)]})


def test_a_limit_on_a_loss_leaves_room_for_rounding(tiny):
    """The solver counts in units of 1e-10 and rounds each part; a limit at the loss itself, less half a unit, is
    kept, one a millionth below it is not."""
    case, stay = tiny.case(), tiny.plan(*tiny.STAY)
    loss = tiny.check(case, stay).expected_loss
    for limit, ok in ((loss - 5e-11, True), (loss - 1e-6, False)):
        said = tiny.statements({"require": {"limit": {"measure": "expected_loss", "at_most": limit}}})
        assert tiny.broken(case, stay, statements=said) == ({} if ok else {"statements.limit": [(None, None)]})


def test_a_limit_on_changes_needs_an_earlier_plan(tiny):
    """Without one it is not checked, and that is said; against the same plan nothing has changed."""
    case, stay = tiny.case(), tiny.plan(*tiny.STAY)
    said = tiny.statements({"require": {"limit": {"measure": "changes", "at_least": 1}}})
    assert tiny.check(case, stay, statements=said).warnings == (
        "A limit on changes was not checked: give an earlier plan to compare with.",
    )
    assert tiny.broken(case, stay, statements=said, against=stay) == {"statements.limit": [(None, None)]}
