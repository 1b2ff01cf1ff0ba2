"""Measures and the levels of the objective, worked by hand. S(t) = exp(-t / 100) as in the tests of losses."""

from math import exp

import pytest

NO_DISCOUNT = {"evacuation.rate_per_day": 0.0}


def survival(days):
    """S(t)."""
    return exp(-0.01 * days)


def integral(first, last):
    """The integral of S from one day to another, in days."""
    return (survival(first) - survival(last)) / 0.01


def near(value):
    """Equal up to rounding of doubles."""
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def priced(case, **weights):
    """The case with one level: expected loss beside prices, so that everything is an expectation."""
    from crewreturn.models.objective import Level

    level = Level(id="one", weights={"expected_loss": 1, **weights})
    return case.model_copy(update={"objective": (level,)})


def measure_and_term(tiny, case, plan, name, **how):
    """A measure as it is, and what it adds to a level where it costs 1."""
    found = tiny.check(priced(case, **{name: 1}), plan, **how)
    return found.measures[name], found.terms["one"][name]


def with_dee(tiny, **option):
    """`new` may bring dee; launched on days 0 to 8."""
    brings = {**tiny.NEW["launch"][0], "id": "crewed", "brings": {"people": ["dee"]}, **option}
    return {"vehicles+": [{**tiny.NEW, "launch": [brings]}], "people+": [{"id": "dee", "qualified": ["capsule"]}]}


DEE = "dee new couch 2-10"
COMES = ("new crewed 1>2 aft",)


def test_unassured_and_crew_days(tiny):
    """bob has no seat from day 4 on (6 days), three are aboard for ten days. As expectations the integral of S."""
    case, plan = tiny.case(), tiny.plan(*tiny.STAY[::2], "bob old couch 0-4")
    assert measure_and_term(tiny, case, plan, "unassured_days") == near((6, integral(4, 10)))
    assert measure_and_term(tiny, case, plan, "crew_days") == near((30, 3 * integral(0, 10)))


def test_the_rest_of_a_move_counts_at_its_end(tiny):
    """A move of six hours on day 3: a quarter of an unassured day, due with S(3)."""
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "PT6H"}}],
        "liners": [{"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True}],
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "needs_liner": "shell"}],
    }
    plan = tiny.plan(*tiny.STAY, moves=["shell-bob old 3"])
    assert measure_and_term(tiny, tiny.case(edits), plan, "unassured_days") == near((0.25, 0.25 * survival(3)))
    assert measure_and_term(tiny, tiny.case(edits), plan, "liner_moves") == near((1, survival(3)))


@pytest.mark.parametrize(
    ("edits", "days"),
    [
        ({}, 0),
        ({"vehicles.old.extra_groups.bench.contingency": True}, 10),
        ({"vehicle_types.capsule.suit": "soft", "vehicle_types.capsule.unsuited": {"emergency": 0, "nominal": 0}}, 30),
        (
            {"vehicles.old.health": [{"from": "2023-01-04T00:00:00Z", "nominal": {"at_most": 2, "loss": {"3": 0.01}}}]},
            63,
        ),
        ({"vehicle_types.capsule.docked_life": [{"id": "aged", "after": "P35D", "added_loss": 0.1}]}, 45),
        (
            {
                "restrictions": [
                    {"id": "no", "reason": "y", "forbid": {"return": {"people": ["bob"], "vehicle": "old"}}}
                ]
            },
            30,
        ),
        ({"restrictions": [{"id": "no", "reason": "y", "forbid": {"return": {"people": "all"}}}]}, 90),
        ({"restrictions": [{"id": "no", "reason": "y", "forbid": {"return": {"people": "all", "vehicle": "new"}}}]}, 0),
    ],
    ids=["certified", "contingency", "unsuited", "health", "life", "one barred", "all barred", "another ship barred"],
)
def test_graded_days(tiny, edits, days):
    """Ten days of three people, bob on a bench. Certified seats weigh 0; bob's contingency seat 1 a day; all
    unsuited 3 a day; three in a ship that may return two from day 3 on 3 x 3 a day for seven days; past a step of
    docked life from day 5 on the same for five; barred by a restriction 3 a day for each whom it concerns."""
    bench = {"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"]}], "vehicles+": [tiny.NEW]}
    case = tiny.case({**bench, "suit_types": [{"id": "soft"}], **edits})
    plan = tiny.plan("ann old couch 0-10", "bob old bench 0-10", "cyd old couch 0-10")
    assert tiny.check(case, plan).measures["graded_days"] == near(days)


def test_the_worst_grade_applies(tiny):
    """bob's contingency seat in a ship past a step weighs 3, not 4; without a seat a day weighs 10. Waived, the
    step is as if it were not there."""
    edits = {
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "contingency": True}],
        "vehicle_types.capsule.docked_life": [{"id": "aged", "after": "P1D"}],
    }
    case, plan = tiny.case(edits), tiny.plan("ann old couch 0-10", "bob old bench 0-10")
    assert tiny.check(case, plan).measures["graded_days"] == near(30 + 30 + 100)
    assert tiny.check(case, plan, waive=["aged"]).measures["graded_days"] == near(10 + 100)


def test_statements_bar_as_restrictions_do(tiny):
    """An alternative that forbids a return in `old` until day 5 makes its seats weigh 3 until then; a restriction
    that is waived bars nobody."""
    said = tiny.statements({"forbid": {"return": {"people": ["ann"], "to": tiny.day(5)}}})
    plan = tiny.plan(*tiny.STAY)
    assert tiny.check(tiny.case(), plan, statements=said).measures["graded_days"] == near(15)
    case = tiny.case({"restrictions": [{"id": "no", "reason": "y", "forbid": {"return": {"people": "all"}}}]})
    assert tiny.check(case, plan, waive=["no"]).measures["graded_days"] == 0


def test_understaffed_days(tiny):
    """Four wanted on days 2 to 5 where three are aboard: one missing for three days. At most two on day 7 and 8:
    one too many for two days. Hard rules are not counted, nor is one that is waived."""
    rules = [
        {"id": "crew", "at_least": 4, "from": tiny.day(2), "to": tiny.day(5), "soft": True},
        {"id": "berths", "at_most": 2, "from": tiny.day(7), "to": tiny.day(9), "soft": True},
        {"id": "hard", "at_least": 3},
    ]
    case, plan = tiny.case({"staffing": rules}), tiny.plan(*tiny.STAY)
    expected = integral(2, 5) + integral(7, 9)
    assert measure_and_term(tiny, case, plan, "understaffed_days") == near((5, expected))
    assert measure_and_term(tiny, case, plan, "understaffed_days", waive=["crew"]) == near((2, integral(7, 9)))


def test_supplies_overdrawn(tiny):
    """Supplies for 20 person-days until day 8, and 24 are lived: 4 too many, due at the rule's end with S(8).
    Without an end it is due at the end of the horizon: 30 - 20 with S(10)."""
    rule = {"id": "food", "at_most_person_days": 20, "soft": True}
    plan = tiny.plan(*tiny.STAY)
    dated = tiny.case({"staffing": [{**rule, "to": tiny.day(8)}]})
    assert measure_and_term(tiny, dated, plan, "understaffed_days") == near((4, 4 * survival(8)))
    assert measure_and_term(tiny, tiny.case({"staffing": [rule]}), plan, "understaffed_days") == near(
        (10, 10 * survival(10))
    )


@pytest.mark.parametrize("planned", ["2023-01-07T00:00:00Z", "P36D", "P36DT23H"])
def test_off_plan_days(tiny, planned):
    """bob plans to return on day 6 (36 days after his launch; a longest time is rounded down). Staying to the end
    is four days late; leaving on day 4 is two days early. ann and cyd have no plan."""
    case = tiny.case({"people.bob.planned_return": planned})
    assert measure_and_term(tiny, case, tiny.plan(*tiny.STAY), "off_plan_days") == near((4, integral(6, 10)))
    early = tiny.plan(*(line.replace("10", "4") for line in tiny.STAY), leaves=["old 4"])
    assert measure_and_term(tiny, case, early, "off_plan_days") == near((2, integral(4, 6)))


def test_off_plan_counts_from_a_decided_launch(tiny):
    """dee, launched on day 1 for five days, should return on day 6; never launched, she is off no plan."""
    edits = with_dee(tiny)
    edits["people+"][0]["planned_return"] = "P5D"
    plan = tiny.plan(*tiny.STAY, DEE, comes=COMES)
    assert tiny.check(tiny.case(edits), plan).measures["off_plan_days"] == 4
    assert tiny.check(tiny.case(edits), tiny.plan(*tiny.STAY)).measures["off_plan_days"] == 0


@pytest.mark.parametrize(
    ("first", "last", "launch", "displaced"),
    [(1, 3, 1, 0), (1, 3, 2, 0), (1, 3, 3, 1), (2, 4, 1, 1), (1, 3, None, 1), (1, 10, None, 1), (1, 11, None, 0)],
)
def test_displaced(tiny, first, last, launch, displaced):
    """dee's planned window is [first, last). Launched inside it she is in time; outside, or never, she is
    displaced, due when the window ends. A window that ends after the end (day 10) does not count."""
    case = tiny.case(with_dee(tiny, planned={"from": tiny.day(first), "to": tiny.day(last)}))
    events = {} if launch is None else {"comes": [f"new crewed {launch}>{launch + 1} aft"]}
    holds = [] if launch is None else [f"dee new couch {launch + 1}-10"]
    plan = tiny.plan(*tiny.STAY, *holds, **events)
    due = displaced * survival(last)
    assert measure_and_term(tiny, case, plan, "displaced") == near((displaced, due))


def test_a_window_that_is_past(tiny):
    """dee's window ended two days before the start: she is displaced whatever is done, due at once."""
    case = tiny.case(with_dee(tiny, planned={"from": tiny.day(-4), "to": tiny.day(-2)}))
    assert measure_and_term(tiny, case, tiny.plan(*tiny.STAY), "displaced") == (1, 1)


def test_in_time_in_another_ship(tiny):
    """dee's planned launch is in `new`; flown in the window in the other option she is not displaced."""
    edits = with_dee(tiny, planned={"from": tiny.day(1), "to": tiny.day(3)})
    other = {**tiny.NEW["launch"][0], "id": "other", "brings": {"people": ["dee"]}}
    edits["vehicles+"].append({"id": "third", "type": "capsule", "launch": [other]})
    plan = tiny.plan(*tiny.STAY, "dee third couch 2-10", comes=["third other 1>2 aft"])
    found = tiny.check(tiny.case(edits), plan)
    assert found.measures["displaced"] == 0
    assert found.by_source["deferred"] == 0


def test_launches(tiny):
    """One option flown on day 1. It is an extra launch unless some option of the ship is planned, whichever is
    flown."""
    plan = tiny.plan(*tiny.STAY, DEE, comes=COMES)
    case = tiny.case(with_dee(tiny))
    assert measure_and_term(tiny, case, plan, "launches") == near((1, survival(1)))
    assert measure_and_term(tiny, case, plan, "extra_launches") == near((1, survival(1)))
    edits = with_dee(tiny)
    window = {"from": tiny.day(1), "to": tiny.day(3)}
    edits["vehicles+"][0]["launch"].append({**tiny.NEW["launch"][0], "planned": window})
    assert measure_and_term(tiny, tiny.case(edits), plan, "extra_launches") == (0, 0)


def test_riggings_and_relocations(tiny):
    """A rigging on day 2, a relocation on day 3."""
    case = tiny.case({"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "rigging": {}}]})
    plan = tiny.plan(*tiny.STAY, rigs=["old bench 2"], relocates=["old aft 3"])
    assert measure_and_term(tiny, case, plan, "riggings") == near((1, survival(2)))
    assert measure_and_term(tiny, case, plan, "relocations") == near((1, survival(3)))


def test_reseats(tiny):
    """bob changes to the bench on day 3 and back on day 5: two. A day without a seat and back: one. Keeping one's
    seat is none, and a change against the case's own state at the start is one."""
    case = tiny.case({"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"]}]})
    rest = tiny.STAY[::2]
    there = tiny.plan(*rest, "bob old couch 0-3", "bob old bench 3-5", "bob old couch 5-10")
    assert measure_and_term(tiny, case, there, "reseats") == near((2, survival(3) + survival(5)))
    gap = tiny.plan(*rest, "bob old couch 0-3", "bob old couch 4-10")
    assert measure_and_term(tiny, case, gap, "reseats") == near((1, survival(4)))
    at_start = tiny.plan(*rest, "bob old bench 0-10")
    assert measure_and_term(tiny, case, at_start, "reseats") == (1, 1)


def test_taking_a_seat_on_arrival_is_free(tiny):
    """dee takes a seat in the ship that brought her when it arrives: free. In another ship, or a day later, it
    counts."""
    case = tiny.case(with_dee(tiny))
    rest = ["ann old couch 0-10", "bob old couch 0-10"]
    for line, number in ((DEE, 0), ("dee new couch 3-10", 1), ("dee old couch 2-10", 1)):
        plan = tiny.plan(*rest, line, comes=COMES)
        assert tiny.check(case, plan).measures["reseats"] == number


def test_lateness(tiny):
    """`old` is here at 0 and leaves on day 6; `new` is launched on day 1, arrives on day 2 and never leaves (10);
    `third` neither comes nor goes (20). bob's seat in `new` taken on day 5 counts 5, a relocation on day 4 counts
    4. As an expectation each time is weighed with S at it."""
    edits = {"vehicles+": [tiny.NEW, {**tiny.NEW, "id": "third"}], "people.bob.qualified": ["capsule"]}
    case = tiny.case({**edits, "ports+": [{"id": "low", "interface": "ring"}]})
    plan = tiny.plan(
        "ann old couch 0-6",
        "bob old couch 0-5",
        "bob new couch 5-10",
        "cyd old couch 0-6",
        comes=["new empty 1>2 aft"],
        relocates=["old low 4"],
        leaves=["old 6"],
    )
    times = [0, 6, 1, 2, 10, 10, 10, 5, 4]
    expected = sum(time * survival(time) for time in times)
    assert measure_and_term(tiny, case, plan, "lateness") == near((sum(times), expected))


def test_changes(tiny):
    """Against a plan in which `old` leaves on day 6: it leaves on day 5 now, which is in one plan and not in the
    other, twice (days 5 and 6); on day 5 three people hold no seat who held one. An arrival and a launch of `new`
    on days 1 and 2 are two more; bob on the bench on day 3 instead of a couch is one person-day."""
    bench = {"vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"]}]}
    case = tiny.case({"vehicles+": [tiny.NEW], **bench})
    earlier = tiny.plan(*(line.replace("10", "6") for line in tiny.STAY), leaves=["old 6"])
    now = tiny.plan(
        *(line.replace("10", "5") for line in tiny.STAY[::2]),
        "bob old couch 0-3",
        "bob old bench 3-4",
        "bob old couch 4-5",
        leaves=["old 5"],
        comes=["new empty 1>2 aft"],
    )
    expected = survival(5) + survival(6) + survival(1) + survival(2) + 3 * integral(5, 6) + integral(3, 4)
    assert measure_and_term(tiny, case, now, "changes", against=earlier) == near((8, expected))
    assert measure_and_term(tiny, case, earlier, "changes", against=earlier) == (0, 0)


@pytest.mark.parametrize(
    "more",
    [{"relocates": ["old aft 3"]}, {"rigs": ["old bench 3"]}, {"moves": ["shell old 3"]}, {"moves": ["shell - 3"]}],
    ids=str,
)
def test_every_event_is_a_change(tiny, more):
    """A relocation, a rigging or a liner's move on day 3 that the earlier plan has not is one change; if the earlier
    plan has it a day later, two.
    """
    edits = {
        "liner_kinds": [{"id": "shell", "move": {"takes": "P0D"}}],
        "liners": [{"id": "shell", "kind": "shell", "owner": "bob", "stowed": True}],
        "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"], "rigging": {}}],
    }
    case, now = tiny.case(edits), tiny.plan(*tiny.STAY, **more)
    later = tiny.plan(*tiny.STAY, **{what: [line.replace("3", "4")] for what, (line,) in more.items()})
    assert tiny.check(case, now, against=tiny.plan(*tiny.STAY)).measures["changes"] == 1
    assert tiny.check(case, now, against=later).measures["changes"] == 2
    assert tiny.check(case, now, against=now).measures["changes"] == 0


def test_changes_before_the_start_are_the_past(tiny):
    """The earlier plan of a case that began two days before: its first two days and its launch then do not count."""
    earlier = tiny.plan(*tiny.STAY, "ann old bench -2-0", comes=["new empty -2>-1 aft"])
    case = tiny.case({"vehicles+": [tiny.NEW]})
    assert tiny.check(case, tiny.plan(*tiny.STAY), against=earlier).measures["changes"] == 0


def test_changes_are_absent_without_an_earlier_plan(tiny):
    """There is nothing to compare with. A level with a price on changes has no value then, which is said.

    Scored without the price, a plan that changes everything would look as good as one that changes nothing. Against
    the same plan the price adds nothing.
    """
    case, stay = priced(tiny.case(), changes=5), tiny.plan(*tiny.STAY)
    found = tiny.check(case, stay)
    assert "changes" not in found.measures
    assert (found.objective, found.terms) == ({}, {})
    assert found.warnings == (
        "The level one was not scored, since it counts changes: give an earlier plan to compare with.",
    )
    found = tiny.check(case, stay, against=stay)
    assert found.objective["one"] == near(1e6 * found.expected_loss)
    assert found.warnings == ()


# -------------------------------------------------------------------------------------------------------- levels


def test_levels_with_a_loss_are_expectations_in_micromorts(tiny):
    """Default prices: a reseat of bob on day 3 costs 5 S(3), four days off plan their integral; loss counts in umort.
    The other levels are plain: no one displaced, one move, lateness 0 + 10 + 3."""
    case = tiny.case(
        {
            "vehicles.old.extra_groups": [{"id": "bench", "seats": ["one"]}],
            "people.bob.planned_return": tiny.day(6),
        }
    )
    found = tiny.check(case, tiny.plan(*tiny.STAY[::2], "bob old couch 0-3", "bob old bench 3-10"))
    loss = 1e6 * found.expected_loss
    assert found.terms["burden"]["expected_loss"] == near(loss)
    assert found.terms["burden"]["reseats"] == near(5 * survival(3))
    assert found.terms["burden"]["off_plan_days"] == near(integral(6, 10))
    assert found.objective["burden"] == near(loss + 5 * survival(3) + integral(6, 10))
    assert (found.objective["displaced"], found.objective["moves"], found.objective["lateness"]) == (0, 1, 13)


def test_worst_person_makes_an_expectation_too(tiny):
    """A level with the worst-off person is in micromorts, its prices discounted; one without any loss is plain."""
    from crewreturn.models.objective import Level

    levels = (
        Level(id="worst", weights={"worst_person": 2, "crew_days": 3}),
        Level(id="days", weights={"crew_days": 3}),
    )
    case = tiny.case().model_copy(update={"objective": levels})
    found = tiny.check(case, tiny.plan(*tiny.STAY))
    assert found.terms["worst"]["worst_person"] == near(2e6 * found.measures["worst_person"])
    assert found.terms["worst"]["crew_days"] == near(9 * integral(0, 10))
    assert found.objective["days"] == near(90)


def test_days_are_days_at_any_resolution(tiny):
    """By the hour the same plan has the same days and the same lateness."""
    plan = tiny.plan(*tiny.STAY[::2], "bob old couch 0-4", leaves=[])
    edits = {"people.bob.planned_return": tiny.day(6)}
    by_day = tiny.check(tiny.case(edits), plan)
    by_hour = tiny.check(tiny.case({**edits, "resolution": "PT1H"}), plan)
    assert by_hour.measures == pytest.approx(by_day.measures, rel=1e-9)
    assert by_hour.objective == pytest.approx(by_day.objective, rel=1e-9)
