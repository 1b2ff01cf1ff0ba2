"""What the other tests of the checker left open: each test here fails for a change that none of them noticed.

`docs/mutation.md` says how these changes were found. S(t) = exp(-t / 100), as in the tests of losses; in the capsule an
evacuation costs each person 0.1, a nominal return 0.01.
"""

from math import exp

import pytest

from crewreturn.solver.checking.exposure import exposure
from crewreturn.solver.checking.facts import Facts
from crewreturn.solver.checking.ledger import keep
from crewreturn.solver.checking.log import Log
from crewreturn.solver.checking.replay import replay
from crewreturn.solver.checking.script import read


def survival(days):
    """S(t)."""
    return exp(-0.01 * days)


def strikes(first, last):
    """The chance of an evacuation from one day to another."""
    return survival(first) - survival(last)


def integral(first, last):
    """The integral of S from one day to another, in days."""
    return (survival(first) - survival(last)) / 0.01


def near(value):
    """Equal up to rounding of doubles."""
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def told(case, plan):
    """Facts and story, as the checker makes them."""
    facts = Facts(case, ())
    log = Log(facts.clock)
    return facts, replay(facts, read(facts, plan, log), log)


def with_dee(tiny, **option):
    """`new` may bring dee, her ascent costs 0.006."""
    brings = {**tiny.NEW["launch"][0], "id": "crewed", "brings": {"people": ["dee"]}, "ascent_loss": 0.006, **option}
    return {"vehicles+": [{**tiny.NEW, "launch": [brings]}], "people+": [{"id": "dee", "qualified": ["capsule"]}]}


# ---------------------------------------------------------------------------------------------- in an evacuation


def test_all_parts_of_a_seat_are_due_by_tick(tiny):
    """bob's bench adds 0.02, being unsuited 0.03, docked life 0.05 from the start (30 days after the launch): on day 0
    ann and cyd lose 0.1 + 0.03 + 0.05 each, bob 0.02 more, so 0.56 together; by tick as by person."""
    edits = {
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "added_loss": 0.02}],
        "suit_types": [{"id": "soft"}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.04},
        "vehicle_types.capsule.docked_life": [{"id": "aged", "after": "P30D", "added_loss": 0.05}],
    }
    found = tiny.check(tiny.case(edits), tiny.plan("ann old couch 0-10", "bob old bench 0-10", "cyd old couch 0-10"))
    assert found.by_tick[0] == near(0.56 * strikes(0, 1))
    assert sum(found.by_tick) == near(found.expected_loss)


def test_a_seat_held_without_its_liner_is_priced_as_held(tiny):
    """bob sits on the bench without the liner that it needs: a broken rule, but his loss is that of the seat."""
    bench = {"id": "bench", "seats": ["one"], "needs_liner": "shell"}
    case = tiny.case({"vehicles.old.extra_groups": [bench], "liner_kinds": [{"id": "shell"}]})
    found = tiny.check(case, tiny.plan("ann old couch 0-10", "bob old bench 0-10", "cyd old couch 0-10"))
    assert [violation.rule for violation in found.violations] == ["liners.in-ship"]
    assert found.by_source["emergency"] == near(3 * 0.1 * strikes(0, 10))
    assert found.by_source["unassured"] == 0


def test_strictly_a_seat_without_its_liner_is_none(tiny):
    """bob alone holds a seat in `new`, and lacks its liner: taken strictly he is lost at 0.5 without a seat, and nobody
    is in `new`. With ann and cyd in `old`, at 0.1 together, somebody is lost with 1 - 0.5 x 0.9."""
    edits = {
        "loss_unassured": 0.5,
        "liner_kinds": [{"id": "shell"}],
        "vehicles+": [
            {
                "id": "new",
                "type": "capsule",
                "docked_at": "aft",
                "extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
            }
        ],
    }
    plan = tiny.plan("ann old couch 0-10", "bob new bench 0-10", "cyd old couch 0-10")
    found = exposure(*told(tiny.case(edits), plan), strictly=True)
    assert found.unassured[1].tolist() == [0.5] * 10
    assert found.any_lost.tolist() == near([1 - 0.5 * 0.9] * 10)


def test_any_lost_with_one_person_without_a_seat(tiny):
    """cyd has no seat (0.5), ann and bob sit in `old` (0.1): 1 - 0.5 x 0.9. At the end cyd is stranded, the two
    return."""
    found = tiny.check(tiny.case({"loss_unassured": 0.5}), tiny.plan(*tiny.STAY[:2]))
    assert found.p_any_lost == near((1 - 0.5 * 0.9) * strikes(0, 10) + (1 + 0.01) * survival(10))


# ---------------------------------------------------------------------------------------------------- the ledger


def test_parts_that_the_solver_rounds(tiny):
    """Each of three people begins and ends to hold a seat: two parts of the emergency table each, the other parts of
    the seat being 0. At the end each returns with four parts (table, seat, suit, life), and a hazard is one span each:
    6 + 12 + 3 parts of 1e-10, at most."""
    case = tiny.case({"hazards": [{"id": "leak", "rate_per_day": 0.001}]})
    ledger = keep(*told(case, tiny.plan(*tiny.STAY)))
    assert ledger.parts == 21
    assert ledger.rounding == near(21e-10)


def test_no_cause_is_below_nothing(tiny):
    """bob sits on the bench, then has no seat, then sits in a couch for a day and goes home on day 9, which is free
    here: all that he loses is due to an evacuation. Added up in two orders that sum is not the same in its last digit;
    what is left for other causes is 0 all the same, never less."""
    edits = {
        "loss_unassured": 0.3,
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "added_loss": 0.07}],
        "vehicle_types.capsule.health.nominal": {"loss": {"3": 0.0}},
    }
    differences = []
    for days in range(1, 8):
        holds = ["ann old couch 0-9", "cyd old couch 0-9", f"bob old bench 0-{days}", "bob old couch 8-9"]
        bob = tiny.check(tiny.case(edits), tiny.plan(*holds, leaves=["old 9"])).losses[1]
        differences.append(sum(bob.by_source[part] for part in ("emergency", "seat", "unassured")) - bob.total)
        assert bob.non_evacuation >= 0
        assert bob.non_evacuation == near(0)
    assert max(differences) > 0  # without care some of them would be below 0


def test_the_rest_of_a_move_costs_as_having_no_seat_does(tiny):
    """Without a seat an evacuation costs 0.5: the quarter of a day of bob's liner's move costs half its chance."""
    edits = {
        "loss_unassured": 0.5,
        "liner_kinds": [{"id": "shell", "move": {"takes": "PT6H"}}],
        "liners": [{"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True}],
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
    }
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY, moves=["shell-bob old 3"]))
    assert found.by_source["move"] == near(0.5 * survival(3) * (1 - exp(-0.0025)))


def test_a_launch_with_nobody_in_it_costs_nobody(tiny):
    """`third` flies empty on day 0 in an option whose ascent would cost 0.5, `new` with dee on day 1 at 0.006. Nobody
    ascends in `third`. Until day 2 one ship holds people, then two; at the end both return at 0.01."""
    third = {**tiny.NEW, "id": "third", "launch": [{**tiny.NEW["launch"][0], "ascent_loss": 0.5}]}
    edits = with_dee(tiny)
    edits["vehicles+"].append(third)
    case = tiny.case({**edits, "ports+": [{"id": "low", "interface": "ring"}]})
    events = ["third empty 0>1 low", "new crewed 1>2 aft"]
    found = tiny.check(case, tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=events))
    assert found.ok
    assert found.by_source["launch"] == near(0.006 * survival(1))
    exposed = 0.1 * strikes(0, 2) + 0.19 * strikes(2, 10)
    assert found.p_any_lost == near(exposed + 0.006 * survival(1) + 2 * 0.01 * survival(10))


def test_a_ride_reads_the_tick_before(tiny):
    """The ride's table gets worse on days 3 and 4: 0.1, then 0.3, then 0.4. A ride on day 4 reads day 3."""
    dated = [{"from": tiny.day(day), "relocation": {"loss": {"3": loss}}} for day, loss in ((3, 0.3), (4, 0.4))]
    edits = {"vehicle_types.capsule.health.relocation": {"loss": {"3": 0.1}}, "vehicles.old.health": dated}
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY, relocates=["old aft 4"]))
    assert found.by_source["relocation"] == near(3 * 0.3 * survival(4))


def test_an_empty_ship_that_moves_and_leaves_loses_nobody(tiny):
    """`new` moves on day 3 and leaves on day 5 with nobody in it: somebody is lost only from `old`."""
    edits = {
        "vehicle_types.capsule.relocates": {"uncrewed": True},
        "vehicle_types.capsule.health.relocation": {"loss": {"3": 0.2}},
        "vehicles+": [{"id": "new", "type": "capsule", "docked_at": "aft"}],
        "ports+": [{"id": "low", "interface": "ring"}],
    }
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY, relocates=["new low 3"], leaves=["new 5"]))
    assert found.ok
    assert found.p_any_lost == near(0.1 * strikes(0, 10) + 0.01 * survival(10))


def test_deferred_by_the_option_that_was_not_flown(tiny):
    """dee's planned launch is flown, eve's, another option of `new`, is not: eve flies later, at 0.006 up and 0.01
    back. From the last day on the ship would bring one person back at 0.04: that is what is read."""
    window = {"from": tiny.day(1), "to": tiny.day(3)}
    edits = with_dee(tiny, planned=window)
    (new,) = edits["vehicles+"]
    new["launch"].append({**new["launch"][0], "id": "later", "brings": {"people": ["eve"]}})
    edits["people+"].append({"id": "eve"})
    plan = tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=["new crewed 1>2 aft"])
    found = tiny.check(tiny.case(edits), plan)
    assert found.losses[4].by_source["deferred"] == near(0.016)
    assert found.losses[3].by_source["deferred"] == 0
    new["health"] = [{"from": tiny.day(9), "nominal": {"loss": {"3": 0.04}}}]
    assert tiny.check(tiny.case(edits), plan).losses[4].by_source["deferred"] == near(0.046)


def test_what_is_just_at_the_threshold_is_no_large_sum(tiny):
    """Without evacuations a return at 0.05 is all that is lost: not above 0.05, so nothing is said."""
    edits = {"evacuation.rate_per_day": 0.0, "vehicle_types.capsule.health.nominal": {"loss": {"3": 0.05}}}
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY))
    assert found.losses[0].non_evacuation == 0.05
    assert found.warnings == ()


def test_a_hazard_from_before_the_start_is_there_at_the_start(tiny):
    """The leak began two days before: it counts on all ten days, and not on the days before."""
    leak = {"id": "leak", "rate_per_day": 0.001, "from": tiny.day(-2)}
    found = tiny.check(tiny.case({"hazards": [leak]}), tiny.plan(*tiny.STAY))
    assert found.by_source["hazard"] == near(3 * 0.001 * integral(0, 10))


# -------------------------------------------------------------------------------------------------- the measures


def test_nobody_aboard_is_worst_off(tiny):
    """dee, on the ground, is never launched: nobody is ever aboard, and the worst-off person aboard loses nothing."""
    found = tiny.check(tiny.case({"people": [{"id": "dee"}]}), tiny.plan())
    assert found.measures["worst_person"] == 0


def soft(tiny, rule, *, resolution="P1D", plan=None):
    """`understaffed_days` of a soft rule while all three stay."""
    case = tiny.case({"resolution": resolution, "staffing": [{"id": "rule", "soft": True, **rule}]})
    return tiny.check(case, plan or tiny.plan(*tiny.STAY)).measures["understaffed_days"]


def test_soft_staffing_that_is_kept_counts_nothing(tiny):
    """At most five where three are aboard, or none at all where all left at once; supplies for 40 person-days where 30
    are lived. Two too many for a day is no supply of days either."""
    assert soft(tiny, {"at_most": 5}) == 0
    assert soft(tiny, {"at_most": 5}, plan=tiny.plan(leaves=["old 0"])) == 0
    assert soft(tiny, {"at_most_person_days": 40}) == 0


def test_supplies_overdrawn_by_the_hour(tiny):
    """30 person-days are lived where there are supplies for 20, whatever the length of a tick."""
    assert soft(tiny, {"at_most_person_days": 20}, resolution="PT12H") == near(10)


def test_displaced_by_the_option_that_is_planned(tiny):
    """`new` can fly empty, without a plan, or with dee, who is planned to fly from the start to day 3 and does not: the
    first option says nothing of her, and never is not at the start."""
    edits = with_dee(tiny, planned={"from": tiny.day(0), "to": tiny.day(3)})
    edits["vehicles+"][0]["launch"].insert(0, tiny.NEW["launch"][0])
    assert tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY)).measures["displaced"] == 1


# --------------------------------------------------------------------------------------------------- the changes


def changes(tiny, case, plan, earlier):
    """How far a plan is from an earlier one."""
    return tiny.check(case, plan, against=earlier).measures["changes"]


def test_changes_at_both_ends_of_the_horizon(tiny):
    """A rigging at the start is a change; a departure that the earlier plan has at the end, day 10, lies in another
    case's horizon and is none. bob without a seat on day 0 is one person-day."""
    case = tiny.case({"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "rigging": {}}]})
    stay = tiny.plan(*tiny.STAY)
    assert changes(tiny, case, tiny.plan(*tiny.STAY, rigs=["old bench 0"]), stay) == 1
    assert changes(tiny, case, stay, tiny.plan(*tiny.STAY, leaves=["old 10"])) == 0
    assert changes(tiny, case, tiny.plan(*tiny.STAY[::2], "bob old couch 1-10"), stay) == 1


def test_another_option_or_another_ship_is_a_change(tiny):
    """Launched on the same day in another option: a launch less and a launch more. A liner moved on the same day into
    `new` instead of `old`: a move less and a move more."""
    launch = tiny.NEW["launch"][0]
    edits = {
        "vehicles+": [
            {**tiny.NEW, "launch": [launch, {**launch, "id": "other"}]},
            {"id": "third", "type": "capsule", "docked_at": "low"},
        ],
        "ports+": [{"id": "low", "interface": "ring"}],
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": "shell", "kind": "shell", "owner": "bob", "stowed": True}],
    }
    case = tiny.case(edits)
    one, other = (tiny.plan(*tiny.STAY, comes=[f"new {option} 1>2 aft"]) for option in ("empty", "other"))
    assert changes(tiny, case, one, other) == 2
    one, other = (tiny.plan(*tiny.STAY, moves=[f"shell {ship} 3"]) for ship in ("old", "third"))
    assert changes(tiny, case, one, other) == 2


# ----------------------------------------------------------------------------------------------------- the dates


@pytest.mark.parametrize(
    ("resolution", "instant", "written"),
    [
        ("P1D", -1, "2022-12-31"),
        ("P1D", -0.5, "2022-12-31T12:00Z"),
        ("P1D", -0.96875, "2022-12-31T00:45Z"),
        ("PT6H", -1, "2022-12-31T00:00Z"),
    ],
)
def test_how_a_date_is_written(tiny, resolution, instant, written):
    """The date alone at a resolution of days, unless the instant is not at midnight; with hours otherwise."""
    found = tiny.check(tiny.case({"resolution": resolution}), tiny.plan(*tiny.STAY, leaves=[f"old {instant}"]))
    messages = [violation.message for violation in found.violations]
    assert f"{written}, the date of the departure of old, lies outside the horizon." in messages
