"""Rules at their very edges, and what is said of them: each test here fails for a change that no other test noticed.

`docs/mutation.md` says how these changes were found.
"""

from math import exp

import pytest


def go(tiny, day):
    """All leave in `old` on a day."""
    return tiny.plan(*(line.replace("10", str(day)) for line in tiny.STAY), leaves=[f"old {day}"])


def told(tiny, case, plan, **how):
    """What is said of each violation, without its dates."""
    found = tiny.check(case, plan, **how).violations
    return [violation.message.split(", from 20")[0].split(", on 20")[0].rstrip(".") for violation in found]


# ---------------------------------------------------------------------------------------------------- statements


def test_what_is_said_of_a_launch_and_a_seat(tiny):
    """The option is named if the statement names one; a seat is held, not held, or somebody is not without one."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    flown = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"])
    for option, how in (({"option": "empty"}, " in option empty"), ({}, "")):
        said = tiny.statements({"forbid": {"launch": {"vehicle": "new", **option}}})
        assert told(tiny, case, flown, statements=said) == [f"new is launched{how}, which is forbidden"]
    alone = tiny.plan("ann old couch 0-10", "cyd old couch 0-10")
    for side, who, what in (
        ("forbid", "ann", {"hold": {"vehicle": "old"}}),
        ("require", "bob", {"hold": {"vehicle": "old"}}),
        ("forbid", "bob", {"unassured": {}}),
        ("require", "ann", {"unassured": {}}),
    ):
        ((about, claim),) = what.items()
        said = tiny.statements({side: {about: {"people": [who], **claim}}})
        verb = {
            ("forbid", "hold"): "holds a seat of old, which is forbidden",
            ("require", "hold"): "does not hold a seat of old, which is required",
            ("forbid", "unassured"): "holds no seat, which is forbidden",
            ("require", "unassured"): "is not holding no seat, which is required",
        }[side, about]
        assert told(tiny, case, alone, statements=said) == [f"{who} {verb}"]


def test_a_statement_passes_over_who_is_not_aboard(tiny):
    """ann is on the ground, bob has no seat from day 4 on: said of all, that nobody be without one is broken by bob."""
    case = tiny.case({"people.ann": {"id": "ann"}, "people.cyd.qualified": ["capsule"]})
    said = tiny.statements({"forbid": {"unassured": {"people": "all"}}})
    plan = tiny.plan("bob old couch 0-4", "cyd old couch 0-10")
    assert tiny.broken(case, plan, statements=said) == {"statements.unassured": [(4, 10)]}


def test_how_far_a_limit_may_be_passed(tiny):
    """A loss by what the solver's 18 parts of 1e-10 may differ (see the test of the parts that it rounds), all else by
    1e-9: 1.5e-9 too much is not seen of a loss, and is of 30 person-days. Up to the very edge a limit is kept."""
    case, plan = tiny.case(), tiny.plan(*tiny.STAY)
    loss = tiny.check(case, plan).expected_loss

    def limited(measure, **bound):
        said = tiny.statements({"require": {"limit": {"measure": measure, **bound}}})
        return list(tiny.broken(case, plan, statements=said))

    assert limited("expected_loss", at_most=loss - 1.5e-9) == []
    assert limited("expected_loss", at_most=loss - 2e-9) == ["statements.limit"]
    assert limited("crew_days", at_most=30 - 1.5e-9) == ["statements.limit"]
    assert limited("reseats", at_least=1.5e-9) == ["statements.limit"]
    assert limited("reseats", at_least=1e-9) == []
    assert (30 - 1e-9) + 1e-9 == 30
    assert limited("crew_days", at_most=30 - 1e-9) == []


# ----------------------------------------------------------------------------------------------------------- seats


def test_how_many_health_allows_is_said(tiny):
    """Two, or none: in an emergency (from day 1 on), to return, to ride along."""
    for allowed, word in (({"at_most": 2, "loss": {"3": 0.1}}, "2"), ({"allowed": False}, "none")):
        tail = f"but its health allows {word}"
        case = tiny.case({"vehicles.old.health": [{"from": tiny.day(1), "emergency": allowed}]})
        message = f"3 people hold seats in old, {tail} in an emergency"
        assert told(tiny, case, tiny.plan(*tiny.STAY)) == [message]
        case = tiny.case({"vehicles.old.health": [{"nominal": allowed}]})
        assert told(tiny, case, go(tiny, 4)) == [f"old takes home 3 people, {tail}"]
        case = tiny.case({"vehicles.old.health": [{"relocation": allowed}]})
        message = f"old moves to aft with 3 people, {tail}"
        assert told(tiny, case, tiny.plan(*tiny.STAY, relocates=["old aft 4"])) == [message]


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ({"suits.suit.fits": ["ann"]}, "does not fit bob"),
        ({"suits.suit.fits": ["ann"], "suits.suit.type": "hard"}, "does not fit bob"),
        ({"vehicle_types.capsule.groups.couch.hookups": False}, "has no hook-up there"),
        ({"vehicle_types.capsule.suit": None}, "has no hook-up there"),
        ({"suits.suit.type": "hard"}, "is no soft"),
    ],
    ids=str,
)
def test_why_a_suit_does_not_serve_is_said(tiny, edits, why):
    """It fits another, the seat has no hook-up (or the ship none at all), or it is of another type."""
    suited = {
        "suit_types": [{"id": "soft"}, {"id": "hard"}],
        "suits": [{"id": "suit", "type": "soft", "fits": ["bob"], "aboard": True}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.0},
        "vehicle_types.capsule.groups.couch.hookups": True,
    }
    plan = tiny.plan(tiny.STAY[0], "bob old couch 0-10 suit", tiny.STAY[2])
    assert told(tiny, tiny.case({**suited, **edits}), plan) == [f"bob holds couch in old in suit, which {why}"]


@pytest.mark.parametrize("mass", [50.0, 50.0 * (1 - 1e-9), 95.0, 95.0 * (1 + 1e-9)])
def test_a_body_at_the_edge_fits(tiny, mass):
    """From 50 to 95 kg, both included, and a billionth of that more for rounding, which is included as well."""
    bench = {"id": "bench", "seats": ["one"], "body": {"mass_kg": {"at_least": 50, "at_most": 95}}}
    case = tiny.case({"vehicles.old.extra_groups": [bench], "people.bob.body": {"mass_kg": mass}})
    assert tiny.broken(case, tiny.plan(*tiny.STAY[::2], "bob old bench 0-10")) == {}


def test_several_people_are_listed(tiny):
    """ann and bob in one suit: both are named."""
    edits = {
        "suit_types": [{"id": "soft"}],
        "suits": [{"id": "suit", "type": "soft", "fits": ["ann", "bob"], "aboard": True}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.0},
        "vehicle_types.capsule.groups.couch.hookups": True,
    }
    plan = tiny.plan("ann old couch 0-10 suit", "bob old couch 0-10 suit", "cyd old couch 0-10")
    assert told(tiny, tiny.case(edits), plan) == ["suit serves ann and bob at once"]


def test_more_people_than_the_table_knows(tiny):
    """From day 1 on the table ends at two, who lose 0.2 each; three are too many, and lose as much."""
    health = [{"from": tiny.day(1), "emergency": {"loss": {"1": 0.05, "2": 0.2}}}]
    found = tiny.check(tiny.case({"vehicles.old.health": health}), tiny.plan(*tiny.STAY))
    assert [violation.rule for violation in found.violations] == ["health.emergency"]
    one = 0.1 * (1 - exp(-0.01)) + 0.2 * (exp(-0.01) - exp(-0.1))
    assert found.by_source["emergency"] == pytest.approx(3 * one, rel=1e-12)


def test_health_without_a_date_holds_before_the_start(tiny):
    """A departure at the start reads the tick before: `old`, damaged without a date, takes nobody home."""
    case = tiny.case({"vehicles.old.health": [{"nominal": {"allowed": False}}]})
    assert tiny.broken(case, tiny.plan(leaves=["old 0"])) == {"departure.nominal-health": [(0, 1)]}


# ----------------------------------------------------------------------------------------------- liners and people


@pytest.mark.parametrize("late", [{"from": 5}, {"rigging": {}}], ids=str)
def test_only_seats_that_are_there_have_room_for_liners(tiny, late):
    """The bench comes to be, or is rigged, on day 5. bob's liner, in `old` from day 3 on, has no room until then; the
    bar, which is there, takes liners of another kind."""
    dated = {"from": tiny.day(5)} if "from" in late else late
    groups = [
        {"id": "bench", "seats": ["one"], "needs_liner": "shell", **dated},
        {"id": "bar", "seats": ["one"], "needs_liner": "mould"},
    ]
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}, {"id": "mould"}],
        "liners": [{"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True}],
        "vehicles.old.extra_groups": groups,
    }
    rigs = ["old bench 5"] if "rigging" in late else []
    plan = tiny.plan(*tiny.STAY, moves=["shell-bob old 3"], rigs=rigs)
    assert tiny.broken(tiny.case(edits), plan) == {"liners.capacity": [(3, 5)]}


def test_moves_of_each_kind_in_a_span_of_a_day(tiny):
    """Moulds may be moved at will. Of shells one a day: on two days running, not two on one day."""
    edits = {
        "liner_kinds": [
            {"id": "mould", "move": {"takes": "P0D"}},
            {"id": "shell", "move": {"takes": "P0D", "at_most": 1, "within": "P1D"}},
        ],
        "liners": [
            {"id": "mould-cyd", "kind": "mould", "owner": "cyd", "stowed": True},
            {"id": "shell-ann", "kind": "shell", "owner": "ann", "stowed": True},
            {"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True},
        ],
        "vehicles.old.extra_groups": [
            {"id": "bench", "seats": ["one", "two"], "needs_liner": "shell"},
            {"id": "bar", "seats": ["one"], "needs_liner": "mould"},
        ],
    }
    case = tiny.case(edits)
    for day, broken in (("3", {}), ("2", {"liners.move-window": [(2, 3)]})):
        moves = ["mould-cyd old 1", "shell-ann old 2", f"shell-bob old {day}"]
        assert tiny.broken(case, tiny.plan(*tiny.STAY, moves=moves)) == broken


def test_who_has_to_be_home_at_the_start_is_late_from_the_start(tiny):
    """bob must be home by the start, or by two days before it (28 days after the launch 30 days before): late on days
    0 to 3, until all leave, and not before."""
    for bound in (tiny.day(0), "P28D"):
        case = tiny.case({"people.bob.latest_return": bound})
        assert tiny.broken(case, go(tiny, 4)) == {"stay.latest-return": [(0, 4)]}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"at_least": 1, "agency": "A"}, None),
        ({"at_least": 2, "agency": "A"}, "1 people of A are aboard, rule asks for at least 2"),
        ({"at_most": 1, "agency": "A"}, None),
        ({"at_most": 3}, None),
        ({"at_most": 2}, "3 people are aboard, rule allows at most 2"),
        ({"at_least": 2, "qualification": "capsule"}, "1 people qualified for capsule are aboard, rule asks for"),
        ({"at_most_person_days": 29.5}, "people are aboard for 30 person-days, rule allows 29.5"),
        ({"at_most_person_days": 30 - 1e-9}, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("resolution", ["P1D", "PT12H"])
def test_whom_a_staffing_rule_counts(tiny, rule, said, resolution):
    """ann alone is of agency A and alone is qualified; three are aboard for ten days, whatever the length of a tick."""
    case = tiny.case({"people.ann.agency": "A", "staffing": [{"id": "rule", **rule}], "resolution": resolution})
    found = told(tiny, case, tiny.plan(*tiny.STAY))
    assert len(found) == (said is not None)
    assert all(message.startswith(said) for message in found)


# ---------------------------------------------------------------------------------------------------------- traffic


def test_every_ship_that_has_to_be_launched_is(tiny):
    """`new` is launched, `third` is not, and has to be."""
    third = {**tiny.NEW, "id": "third", "must_launch": True}
    case = tiny.case({"vehicles+": [tiny.NEW, third]})
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"])
    assert tiny.broken(case, plan) == {"launch.must": [(None, None)]}


def test_a_ship_does_not_leave_on_the_day_of_its_arrival(tiny):
    """Departures come first: on day 2 `new` is not there yet; arriving and leaving are two events all the same."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"], leaves=["new 2"])
    assert tiny.broken(case, plan) == {"plan.not-docked": [(2, 3)], "traffic.one-event": [(2, 3)]}


def test_a_blackout_is_told_with_its_reason(tiny):
    """A first blackout is waived, the second is not; with its reason, if it has one."""
    rules = [{"id": "storm", "forbids": ["arrival"]}, {"id": "night", "forbids": ["arrival"], "reason": "it is dark"}]
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"])
    case = tiny.case({"vehicles+": [tiny.NEW], "traffic.blackouts": rules})
    assert told(tiny, case, plan, waive=["storm"]) == ["night (it is dark) forbids the arrival of new"]
    assert told(tiny, case, plan, waive=["night"]) == ["storm forbids the arrival of new"]


def test_every_ship_leaves_when_it_must(tiny):
    """`old` leaves inside its dates; `new`, which came on day 2 and must leave by day 5, never does."""
    new = {**tiny.NEW, "leave": {"not_after": tiny.day(5)}}
    case = tiny.case({"vehicles+": [new], "vehicles.old.leave": {"not_after": tiny.day(5)}})
    holds = [line.replace("10", "4") for line in tiny.STAY]
    plan = tiny.plan(*holds, comes=["new empty 1>2 aft"], leaves=["old 4"])
    assert told(tiny, case, plan) == ["new never leaves, but must by 2023-01-06"]


@pytest.mark.parametrize(
    ("first", "first_ok"),
    [({"launch": "new"}, 3), ({"arrival": "new"}, 4), ({"launch": "fly"}, 1), ({"arrival": "fly"}, 5)],
    ids=str,
)
def test_what_a_precedence_counts_from(tiny, first, first_ok):
    """`old` leaves two days or more after `new` is launched (day 1) or arrives (day 2), or after `fly`, in flight since
    the day before the start, was launched (day -1) or arrives (day 3)."""
    flying = {"id": "fly", "type": "capsule", "launched": tiny.day(-1), "in_flight": {"arrivals": [tiny.day(3)]}}
    rule = {"id": "relief", "first": first, "then": {"departure": "old"}, "at_least": "P2D"}
    edits = {"vehicles+": [tiny.NEW, flying], "ports+": [{"id": "low", "interface": "ring"}]}
    case = tiny.case({**edits, "traffic.precedences": [rule]})
    holds = [line.replace("10", "DAY") for line in tiny.STAY]
    for day, broken in ((first_ok, {}), (first_ok - 1, {"traffic.precedence": [(first_ok - 1, first_ok)]})):
        lines = [line.replace("DAY", str(day)) for line in holds] if day else []
        plan = tiny.plan(*lines, comes=["new empty 1>2 aft", "fly 3 low"], leaves=[f"old {day}"])
        assert tiny.broken(case, plan) == broken


def test_what_is_rigged_stays_when_another_ship_leaves(tiny):
    """A bench of `old`, itself called `new`, is rigged on day 1 and used to the end; the ship `new` leaves on day 3."""
    bench = {"id": "new", "seats": ["one"], "rigging": {}}
    second = {"id": "new", "type": "capsule", "docked_at": "aft"}
    case = tiny.case({"vehicles.old.extra_groups": [bench], "vehicles+": [second]})
    plan = tiny.plan(*tiny.STAY[::2], "bob old new 1-10", rigs=["old new 1"], leaves=["new 3"])
    assert tiny.broken(case, plan) == {}


def test_one_relocation_that_cannot_be_does_not_hinder_another(tiny):
    """`new` is not there yet when it is to move on day 0; `old` moves all the same."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 fore"], relocates=["new aft 0", "old aft 0"])
    found = tiny.check(case, plan)
    assert [violation.rule for violation in found.violations] == ["plan.not-docked"]
    assert found.measures["relocations"] == 1


def test_of_two_ships_for_one_port_the_first_has_it(tiny):
    """Both are to move to low on day 3. In the order of their names `new` does, and `old` finds it taken."""
    second = {"id": "new", "type": "capsule", "docked_at": "aft"}
    edits = {"vehicles+": [second], "vehicle_types.capsule.relocates": {"uncrewed": True}}
    case = tiny.case({**edits, "ports+": [{"id": "low", "interface": "ring"}]})
    plan = tiny.plan(*tiny.STAY, relocates=["old low 3", "new low 3"])
    said = ["old and new stand at low together", "old moves to low, which is not free then"]
    assert sorted(told(tiny, case, plan)) == sorted(said)


def test_liners_fill_the_seats_of_the_ship_that_brings_them(tiny):
    """`new` has two couches that need liners and brings three: the first two lie in it, the third is stowed. ann and
    bob sit in it from day 2 on; cyd's liner can be moved into `old` from the station."""
    edits = {
        "vehicle_types+": [
            {
                "id": "pod",
                "interface": "ring",
                "crewing": {"qualified": 0},
                "groups": [{"id": "couch", "seats": ["one", "two"], "needs_liner": "shell"}],
                "health": {"emergency": {"loss": {"2": 0.1}}, "nominal": {"loss": {"2": 0.01}}},
            }
        ],
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": f"shell-{p}", "kind": "shell", "owner": p} for p in ("ann", "bob", "cyd")],
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
        "vehicle_types.capsule.crewing": {"qualified": 0},
    }
    brings = {"liners": ["shell-ann", "shell-bob", "shell-cyd"]}
    pod = {"id": "new", "type": "pod", "launch": [{**tiny.NEW["launch"][0], "brings": brings}]}
    holds = ["ann old couch 0-2", "bob old couch 0-2", "ann new couch 2-10", "bob new couch 2-10"]
    plan = tiny.plan(
        *holds,
        "cyd old couch 0-4",
        "cyd old bench 4-10",
        comes=["new empty 1>2 aft"],
        moves=["shell-cyd old 4"],
    )
    assert tiny.broken(tiny.case({**edits, "vehicles+": [pod]}), plan) == {}
