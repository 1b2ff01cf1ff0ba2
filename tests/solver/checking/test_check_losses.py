"""Losses, worked by hand. The rate is 0.01 a day: S(t) = exp(-t / 100), and between days a and b an evacuation strikes
with the chance S(a) - S(b). In the capsule an evacuation costs each person 0.1, a nominal return 0.01."""

from math import exp

import pytest


def survival(days):
    """S(t)."""
    return exp(-0.01 * days)


def strikes(first, last):
    """The chance of an evacuation from one day to another."""
    return survival(first) - survival(last)


def integral(first, last):
    """The integral of S from one day to another, in days."""
    return (survival(first) - survival(last)) / 0.01


def losses(found):
    """Total loss by person."""
    return {loss.person: loss.total for loss in found.losses}


def sources(found, person):
    """One person's loss by source, what is zero left out."""
    return {source: part for source, part in found.losses["abc".index(person[0])].by_source.items() if part}


def near(value):
    """Equal up to rounding of doubles."""
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_staying_ten_days(tiny):
    """In the seat for ten days, 0.1 (S(0) - S(10)); still aboard at the end, S(10) 0.01 for the return that must
    come."""
    found = tiny.check(tiny.case(), tiny.plan(*tiny.STAY))
    assert sources(found, "ann") == near({"emergency": 0.1 * strikes(0, 10), "return": 0.01 * survival(10)})
    assert found.expected_loss == near(3 * (0.1 * strikes(0, 10) + 0.01 * survival(10)))
    assert found.measures["worst_person"] == near(found.expected_loss / 3)


def test_returning_on_day_four(tiny):
    """Four days in the seat and the return at the start of day 4; after that nothing."""
    plan = tiny.plan(*(line.replace("10", "4") for line in tiny.STAY), leaves=["old 4"])
    found = tiny.check(tiny.case(), plan)
    assert sources(found, "bob") == near({"emergency": 0.1 * strikes(0, 4), "return": 0.01 * survival(4)})
    assert found.by_tick[4] == near(0.03 * survival(4))
    assert found.by_tick[5:] == (0, 0, 0, 0, 0, 0)


def test_table_over_the_number_of_people(tiny):
    """Alone 0.05, two as three (the next higher entry) 0.2. ann is alone until day 4, then bob joins her; both return
    on day 6 at 0.02, which is the entry for three again. cyd has no seat throughout and is stranded at the end."""
    health = {"emergency": {"loss": {"1": 0.05, "3": 0.2}}, "nominal": {"loss": {"1": 0.01, "3": 0.02}}}
    case = tiny.case({"vehicles.old.health": [health]})
    found = tiny.check(case, tiny.plan("ann old couch 0-6", "bob old couch 4-6", leaves=["old 6"]))
    assert found.ok
    assert sources(found, "ann") == near(
        {"emergency": 0.05 * strikes(0, 4) + 0.2 * strikes(4, 6), "return": 0.02 * survival(6)}
    )
    assert sources(found, "bob") == near(
        {"unassured": strikes(0, 4), "emergency": 0.2 * strikes(4, 6), "return": 0.02 * survival(6)}
    )
    assert sources(found, "cyd") == near({"unassured": strikes(0, 10), "stranded": survival(10)})


def test_dated_health_changes_the_table(tiny):
    """From day 3 on the ship is worse: 0.4 in an evacuation, 0.3 in a return. A return on day 3 reads day 2: 0.01."""
    health = [{"from": tiny.day(3), "emergency": {"loss": {"3": 0.4}}, "nominal": {"loss": {"3": 0.3}}}]
    case = tiny.case({"vehicles.old.health": health})
    found = tiny.check(case, tiny.plan(*(line.replace("10", "3") for line in tiny.STAY), leaves=["old 3"]))
    assert sources(found, "ann") == near({"emergency": 0.1 * strikes(0, 3), "return": 0.01 * survival(3)})
    found = tiny.check(case, tiny.plan(*(line.replace("10", "4") for line in tiny.STAY), leaves=["old 4"]))
    assert sources(found, "ann") == near(
        {"emergency": 0.1 * strikes(0, 3) + 0.4 * strikes(3, 4), "return": 0.3 * survival(4)}
    )


def test_rate_that_changes(tiny):
    """No evacuations until day 4, then 0.05 a day: S stays 1 for four days and falls by exp(-0.05) a day for six. A
    rate from before the start is in force at the start."""
    changes = [{"from": tiny.day(-5), "rate_per_day": 0.0}, {"from": tiny.day(4), "rate_per_day": 0.05}]
    case = tiny.case({"evacuation": {"rate_per_day": 9.0, "changes": changes}})
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    assert sources(found, "ann") == near({"emergency": 0.1 * (1 - exp(-0.3)), "return": 0.01 * exp(-0.3)})
    assert found.by_tick[:4] == (0, 0, 0, 0)


def test_parts_of_a_seat(tiny):
    """The bench adds 0.02 to both losses, being unsuited 0.03 in an evacuation and 0.04 in a return, docked life 0.05
    from day 2 on (32 days after the launch). A return on day 5 adds all three."""
    edits = {
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "added_loss": 0.02}],
        "suit_types": [{"id": "soft"}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.04},
        "vehicle_types.capsule.docked_life": [{"id": "old-age", "after": "P32D", "added_loss": 0.05}],
    }
    plan = tiny.plan("ann old couch 0-5", "bob old bench 0-5", "cyd old couch 0-5", leaves=["old 5"])
    found = tiny.check(tiny.case(edits), plan)
    assert found.ok
    assert sources(found, "bob") == near(
        {
            "emergency": 0.1 * strikes(0, 5),
            "return": 0.01 * survival(5),
            "seat": 0.02 * strikes(0, 5) + 0.02 * survival(5),
            "suit": 0.03 * strikes(0, 5) + 0.04 * survival(5),
            "life": 0.05 * strikes(2, 5) + 0.05 * survival(5),
        }
    )
    bob = found.losses[1]
    assert bob.non_evacuation == near((0.01 + 0.02 + 0.04 + 0.05) * survival(5))


def test_a_suit_that_serves_costs_nothing(tiny):
    """bob's suit is hooked up in the couch, cyd's cannot be: only cyd pays 0.03."""
    edits = {
        "suit_types": [{"id": "soft"}],
        "suits": [{"id": "suit", "type": "soft", "fits": ["bob"], "aboard": True}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.0},
        "vehicle_types.capsule.groups.couch.hookups": True,
    }
    found = tiny.check(tiny.case(edits), tiny.plan(tiny.STAY[0], "bob old couch 0-10 suit", tiny.STAY[2]))
    assert found.ok
    assert "suit" not in sources(found, "bob")
    assert sources(found, "cyd")["suit"] == near(0.03 * strikes(0, 10))


@pytest.mark.parametrize(
    "edits",
    [{"suits.suit.type": "hard"}, {"suits.suit.fits": ["ann"]}, {"vehicle_types.capsule.groups.couch.hookups": False}],
    ids=["another type", "does not fit", "no hook-up"],
)
def test_a_suit_that_cannot_serve_is_priced_as_none(tiny, edits):
    """The plan says that bob's suit serves him, which is wrong: he pays the 0.03 of being unsuited all the same."""
    suited = {
        "suit_types": [{"id": "soft"}, {"id": "hard"}],
        "suits": [{"id": "suit", "type": "soft", "fits": ["bob"], "aboard": True}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.03, "nominal": 0.0},
        "vehicle_types.capsule.groups.couch.hookups": True,
    }
    case = tiny.case({**suited, **edits})
    found = tiny.check(case, tiny.plan(tiny.STAY[0], "bob old couch 0-10 suit", tiny.STAY[2]))
    assert sources(found, "bob")["suit"] == near(0.03 * strikes(0, 10))


def test_safe_haven_and_stranding(tiny):
    """Without a seat an evacuation costs 0.5 if there is a safe haven, and being stranded 0.25 if help is near."""
    case = tiny.case({"loss_unassured": 0.5, "loss_stranded": 0.25})
    found = tiny.check(case, tiny.plan(*tiny.STAY[:2]))
    assert sources(found, "cyd") == near({"unassured": 0.5 * strikes(0, 10), "stranded": 0.25 * survival(10)})


@pytest.mark.parametrize(
    "edits",
    [
        {"vehicles.old.health": [{"nominal": {"at_most": 2, "loss": {"3": 0.01}}}]},
        {"vehicle_types.capsule.docked_life": [{"id": "late", "after": "P39D", "returns": False}]},
        {"people.ann.qualified": [{"for": "capsule", "until": "2023-01-10T00:00:00Z"}]},
        {
            "suit_types": [{"id": "soft"}],
            "vehicle_types.capsule.suit": "soft",
            "vehicle_types.capsule.unsuited": {"emergency": 0.0},
        },
    ],
    ids=["health", "docked life", "crewing", "suits"],
)
def test_a_ship_that_could_not_leave_at_the_end(tiny, edits):
    """On day 9, the last one, `old` could not lawfully return with three: all of them are stranded. Its step of
    docked life comes into force on day 9 (39 days after its launch), and ann's qualification has ended on it."""
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY))
    assert found.by_source["stranded"] == near(3 * survival(10))
    assert found.by_source["return"] == 0


def test_windows_and_stay_bounds_do_not_strand(tiny):
    """At the end `old` could leave if only a landing window were open and bob's time had come: nobody is stranded."""
    edits = {
        "vehicle_types.capsule.landing_windows": [{"from": tiny.day(2), "to": tiny.day(3)}],
        "people.bob.earliest_return": tiny.day(20),
        "restrictions": [{"id": "no", "reason": "why", "forbid": {"return": {"people": "all"}}}],
    }
    found = tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY))
    assert found.ok
    assert found.by_source["stranded"] == 0


def test_relocation(tiny):
    """Riding along on day 4 costs 0.002 S(4) each; without a table of its own a ride costs nothing."""
    case = tiny.case({"vehicle_types.capsule.health.relocation": {"loss": {"3": 0.002}}})
    found = tiny.check(case, tiny.plan(*tiny.STAY, relocates=["old aft 4"]))
    assert found.by_source["relocation"] == near(3 * 0.002 * survival(4))
    found = tiny.check(tiny.case(), tiny.plan(*tiny.STAY, relocates=["old aft 4"]))
    assert found.by_source["relocation"] == 0


def test_hazards(tiny):
    """A leaking module on days 2 to 5, 0.001 a day for all aboard: 0.001 times the integral of S over three days;
    bob's illness, 0.002 a day until he goes home on day 4. Both are added to what an evacuation costs."""
    hazards = [
        {"id": "leak", "rate_per_day": 0.001, "from": tiny.day(2), "to": tiny.day(5)},
        {"id": "ill", "rate_per_day": 0.002, "people": ["bob"]},
    ]
    plan = tiny.plan("ann old couch 0-4", "bob old couch 0-4", leaves=["old 4"])
    found = tiny.check(tiny.case({"hazards": hazards}), plan)
    assert sources(found, "bob")["hazard"] == near(0.001 * integral(2, 4) + 0.002 * integral(0, 4))
    assert sources(found, "cyd")["hazard"] == near(0.001 * integral(2, 5))


def test_hazard_without_evacuations(tiny):
    """At rate 0 nothing is forestalled: ten days at 0.001 a day are 0.01."""
    case = tiny.case({"evacuation.rate_per_day": 0.0, "hazards": [{"id": "leak", "rate_per_day": 0.001}]})
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    assert sources(found, "ann") == near({"hazard": 0.01, "return": 0.01})


def with_dee(tiny, **option):
    """`new` may bring dee."""
    brings = {**tiny.NEW["launch"][0], "id": "crewed", "brings": {"people": ["dee"]}, "ascent_loss": 0.006, **option}
    return {"vehicles+": [{**tiny.NEW, "launch": [brings]}], "people+": [{"id": "dee", "qualified": ["capsule"]}]}


def test_ascent(tiny):
    """dee is charged 0.006 at her launch on day 1, and nothing of an evacuation before day 2, when she arrives. The
    worst-off person aboard is compared without the ascent."""
    case = tiny.case(with_dee(tiny))
    found = tiny.check(case, tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=["new crewed 1>2 aft"]))
    dee = found.losses[3]
    assert dee.by_source["launch"] == near(0.006 * survival(1))
    assert dee.by_source["emergency"] == near(0.1 * strikes(2, 10))
    assert dee.without_ascent == near(dee.total - 0.006 * survival(1))
    assert found.measures["worst_person"] == near(found.losses[0].total)


def test_deferred(tiny):
    """dee is planned and never launched: she flies later, 0.006 up and 0.01 back (one person, the entry for three),
    undiscounted. She is aboard in no tick, so that she is not the worst-off person. Launched late, she is not
    deferred; in an option that is not planned nothing is charged."""
    window = {"from": tiny.day(1), "to": tiny.day(3)}
    case = tiny.case(with_dee(tiny, planned=window))
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    assert found.losses[3].by_source["deferred"] == near(0.016)
    assert found.losses[3].without_ascent == near(0.01)
    assert found.by_tick[10] == near(3 * 0.01 * survival(10) + 0.016)
    assert found.measures["worst_person"] == near(found.losses[0].total)
    late = tiny.plan(*tiny.STAY, "dee new couch 8-10", comes=["new crewed 7>8 aft"])
    assert tiny.check(case, late).by_source["deferred"] == 0
    assert tiny.check(tiny.case(with_dee(tiny)), tiny.plan(*tiny.STAY)).by_source["deferred"] == 0


@pytest.mark.parametrize(("takes", "whole", "rest"), [("PT6H", 0, 0.25), ("P1DT12H", 1, 0.5), ("P2D", 2, 0.0)])
def test_moving_a_liner(tiny, takes, whole, rest):
    """Begun on day 3, bob has no seat for the whole days of the move, and pays the rest of it on top in the tick
    where it ends: S (1 - exp(-0.01 rest)) 1. Days without a seat: both together."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": takes}}],
        "liners": [{"id": f"shell-{p}", "kind": "shell", "owner": p, "in": "old"} for p in ("ann", "bob", "cyd")],
        "vehicle_types.capsule.groups.couch.needs_liner": "shell",
        "vehicles+": [{"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}],
        "people.bob.qualified": ["capsule"],
    }
    end = 3 + whole
    moves = {"moves": ["shell-bob new 3"]}
    found = tiny.check(
        tiny.case(edits), tiny.plan(*tiny.STAY[::2], "bob old couch 0-3", f"bob new couch {end}-10", **moves)
    )
    assert found.ok
    assert found.losses[1].by_source["unassured"] == near(strikes(3, end))
    assert found.losses[1].by_source["move"] == near(survival(end) * (1 - exp(-0.01 * rest)))
    assert found.losses[1].by_source["emergency"] == near(0.1 * (strikes(0, 3) + strikes(end, 10)))
    assert found.measures["unassured_days"] == near(whole + rest)
    assert found.losses[1].non_evacuation == near(0.01 * survival(10))
    home = tiny.plan("bob old couch 0-3", moves=moves["moves"], leaves=["old 4"])
    assert tiny.check(tiny.case(edits), home).losses[1].by_source["move"] == near(
        survival(end) * (1 - exp(-0.01 * rest))
    )


def test_the_rest_of_a_move_is_charged_to_an_owner_aboard(tiny):
    """bob goes home in `old` on day 4, while his liner, begun on day 3 and two days and a half on its way, is
    moved: when it arrives on day 5 he is not aboard, and pays no rest."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P2DT12H"}}],
        "liners": [{"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True}],
        "vehicles+": [
            {
                "id": "new",
                "type": "capsule",
                "launched": tiny.day(-9),
                "docked_at": "aft",
                "extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
            }
        ],
    }
    holds = [line.replace("10", "4") for line in tiny.STAY]
    found = tiny.check(tiny.case(edits), tiny.plan(*holds, moves=["shell-bob new 3"], leaves=["old 4"]))
    assert found.ok
    assert found.by_source["move"] == 0
    assert found.measures["unassured_days"] == 0
    assert found.measures["liner_moves"] == 1


# ------------------------------------------------------------------------------------------------ any life lost


def test_any_lost_people_in_one_ship_go_together(tiny):
    """ann and bob sit in `old` (0.1 each, together 0.1), cyd in `new` on its own (0.1): 1 - 0.9 x 0.9 = 0.19 in an
    evacuation. At the end each ship returns once: 0.01 each."""
    second = {"id": "new", "type": "capsule", "launched": tiny.day(-9), "docked_at": "aft"}
    case = tiny.case({"vehicles+": [second], "people.cyd.qualified": ["capsule"]})
    found = tiny.check(case, tiny.plan(*tiny.STAY[:2], "cyd new couch 0-10"))
    assert found.ok
    assert found.p_any_lost == near(0.19 * strikes(0, 10) + 2 * 0.01 * survival(10))


def test_any_lost_takes_the_largest_of_a_ship(tiny):
    """bob's bench adds 0.2 to both losses: the ship's largest is 0.3, its return's 0.21."""
    case = tiny.case({"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "added_loss": 0.2}]})
    plan = tiny.plan("ann old couch 0-4", "bob old bench 0-4", "cyd old couch 0-4", leaves=["old 4"])
    assert tiny.check(case, plan).p_any_lost == near(0.3 * strikes(0, 4) + 0.21 * survival(4))


def test_any_lost_without_seats(tiny):
    """Two without a seat at 0.5 and a ship at 0.1 until day 4: 1 - 0.5 x 0.5 x 0.9. At the end each of the two is
    stranded by themselves, 1 each, and ann returns."""
    case = tiny.case({"loss_unassured": 0.5})
    found = tiny.check(case, tiny.plan("ann old couch 0-10"))
    assert found.p_any_lost == near((1 - 0.25 * 0.9) * strikes(0, 10) + (1 + 1 + 0.01) * survival(10))


def test_any_lost_counts_launches_rides_and_hazards(tiny):
    """dee's ascent 0.006 S(1), a ride of three 0.002 S(4), a hazard of 0.001 a day for each of four; evacuations do
    not happen at rate 0, where S is 1; at the end both ships return at 0.01."""
    edits = {
        **with_dee(tiny),
        "evacuation.rate_per_day": 0.0,
        "vehicle_types.capsule.health.relocation": {"loss": {"3": 0.002}},
        "hazards": [{"id": "leak", "rate_per_day": 0.001}],
        "ports+": [{"id": "low", "interface": "ring"}],
    }
    plan = tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=["new crewed 1>2 aft"], relocates=["old low 4"])
    found = tiny.check(tiny.case(edits), plan)
    assert found.ok
    assert found.p_any_lost == near(0.006 + 0.002 + 0.001 * (3 * 10 + 8) + 2 * 0.01)


def test_any_lost_is_at_most_the_expected_number(tiny):
    """Everybody planned and never launched flies later, in one ship: 0.006 up and 0.01 back once."""
    case = tiny.case(with_dee(tiny, planned={"from": tiny.day(1), "to": tiny.day(3)}))
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    assert found.p_any_lost == near(0.1 * strikes(0, 10) + 0.01 * survival(10) + 0.016)
    assert found.p_any_lost <= found.expected_loss


# -------------------------------------------------------------------------------------------------- bookkeeping


def test_the_splits_add_up(tiny):
    """By person, by source and by tick: the same total."""
    case = tiny.case({**with_dee(tiny), "hazards": [{"id": "leak", "rate_per_day": 0.001}]})
    found = tiny.check(case, tiny.plan(*tiny.STAY[:2], "dee new couch 3-10", comes=["new crewed 1>2 aft"]))
    assert found.ok
    assert sum(losses(found).values()) == near(found.expected_loss)
    assert sum(found.by_source.values()) == near(found.expected_loss)
    assert sum(found.by_tick) == near(found.expected_loss)
    assert len(found.by_tick) == 11


def test_a_finer_resolution_prices_alike(tiny):
    """The same plan by the hour: nothing happens between the days, so that every loss is the same."""
    plan = tiny.plan(*tiny.STAY[:2], "cyd old couch 0-6", "dee new couch 3-10", comes=["new crewed 1>2 aft"])
    edits = {**with_dee(tiny), "hazards": [{"id": "leak", "rate_per_day": 0.001}]}
    by_day = tiny.check(tiny.case(edits), plan)
    by_hour = tiny.check(tiny.case({**edits, "resolution": "PT1H"}), plan)
    assert by_hour.by_source == pytest.approx(by_day.by_source, rel=1e-9)
    assert by_hour.measures == pytest.approx(by_day.measures, rel=1e-9)
    assert by_hour.p_any_lost == pytest.approx(by_day.p_any_lost, rel=1e-9)


def test_large_sums_are_reported(tiny):
    """A return at 0.06 is above 0.05: added to other causes it is an upper bound, and that is said for each of
    three."""
    case = tiny.case({"vehicle_types.capsule.health.nominal": {"loss": {"3": 0.06}}})
    found = tiny.check(case, tiny.plan(*(line.replace("10", "1") for line in tiny.STAY), leaves=["old 1"]))
    assert len(found.warnings) == 3
    assert found.warnings[0].startswith("For ann causes other than an evacuation add up to 0.0594.")
    assert tiny.check(tiny.case(), tiny.plan(*tiny.STAY)).warnings == ()


# ----------------------------------------------------------------------------------------------- if a ship is lost


def test_if_a_ship_is_lost(tiny):
    """bob changes to `new` on day 4 and stays in it. If it never came he would hold no seat from then on: six days
    at 1 instead of 0.1. The two in `old` are as they were (the table has one entry)."""
    case = tiny.case({"vehicles+": [tiny.NEW], "people.bob.qualified": ["capsule"]})
    plan = tiny.plan(*tiny.STAY[::2], "bob old couch 0-4", "bob new couch 4-10", comes=["new empty 1>2 aft"])
    (lost,) = tiny.check(case, plan).if_lost
    assert (lost.vehicle, lost.people) == ("new", ("bob",))
    assert lost.from_.day == 5
    assert lost.added_loss == near(0.9 * strikes(4, 10))


def test_if_a_ship_is_lost_its_people_are_not_there(tiny):
    """dee comes in `new` and sits in it: if it never came, nobody is without a seat and nothing is added."""
    found = tiny.check(
        tiny.case(with_dee(tiny)), tiny.plan(*tiny.STAY, "dee new couch 2-10", comes=["new crewed 1>2 aft"])
    )
    assert found.if_lost[0].people == ()
    assert found.if_lost[0].from_ is None
    assert found.if_lost[0].added_loss == 0


def test_if_a_ship_is_lost_its_people_crowd_nobody(tiny):
    """dee comes in `new` on day 2 and joins ann in `old` on day 4, where two cost 0.2 each and one 0.1. Without dee
    ann is better off: what is added is less than nothing."""
    health = [{"emergency": {"loss": {"1": 0.1, "3": 0.2}}}]
    case = tiny.case({**with_dee(tiny), "vehicles.old.health": health})
    plan = tiny.plan("ann old couch 0-10", "dee new couch 2-4", "dee old couch 4-10", comes=["new crewed 1>2 aft"])
    (lost,) = tiny.check(case, plan).if_lost
    assert lost.people == ()
    assert lost.added_loss == near(-0.1 * strikes(4, 10))


def test_if_freight_is_lost(tiny):
    """`cargo` brings cyd's liner and a suit for bob. If it never came, cyd would hold no seat in `old` from day 3
    on (1 instead of 0.1), and bob his, unsuited: 0.05 more."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": "shell", "kind": "shell", "owner": "cyd"}],
        "suit_types": [{"id": "soft"}],
        "suits": [{"id": "suit", "type": "soft", "fits": ["bob"]}],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.unsuited": {"emergency": 0.05, "nominal": 0.05},
        "vehicle_types.capsule.groups.couch.hookups": True,
        "vehicle_types+": [{"id": "freighter", "interface": "ring"}],
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
        "vehicles+": [
            {
                "id": "cargo",
                "type": "freighter",
                "launch": [{**tiny.NEW["launch"][0], "brings": {"liners": ["shell"], "suits": ["suit"]}}],
            }
        ],
        "people.cyd": {"id": "cyd", "aboard": True},
    }
    plan = tiny.plan(
        tiny.STAY[0],
        "bob old couch 0-3",
        "bob old couch 3-10 suit",
        "cyd old bench 3-10",
        comes=["cargo empty 1>2 aft"],
        moves=["shell old 3"],
    )
    found = tiny.check(tiny.case(edits), plan)
    assert found.ok
    (lost,) = found.if_lost
    assert (lost.people, lost.from_.day) == (("cyd",), 4)
    assert lost.added_loss == near((1 - 0.1 - 0.05) * strikes(3, 10) + 0.05 * strikes(3, 10))


def test_if_a_ship_in_flight_is_lost(tiny):
    """A ship in flight at the start may be lost as well."""
    flying = {"id": "new", "type": "capsule", "launched": tiny.day(-1), "in_flight": {"arrivals": [tiny.day(2)]}}
    case = tiny.case({"vehicles+": [flying], "people.bob.qualified": ["capsule"]})
    plan = tiny.plan(*tiny.STAY[::2], "bob old couch 0-4", "bob new couch 4-6", comes=["new 2 aft"], leaves=["new 6"])
    (lost,) = tiny.check(case, plan).if_lost
    assert lost.people == ("bob",)
    assert lost.added_loss == near(0.9 * strikes(4, 6))
