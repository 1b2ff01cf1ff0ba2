"""Departures, relocations and stays: for every rule a tiny plan that obeys it and one that breaks it."""

import pytest


def go(tiny, day, *, who=("ann", "bob", "cyd"), **more):
    """Those named leave in `old` on a day; the others are aboard without a seat."""
    return tiny.plan(
        *(line.replace("10", str(day)) for line in tiny.STAY if line[:3] in who), leaves=[f"old {day}"], **more
    )


def test_whoever_holds_a_seat_goes_home(tiny):
    """ann and bob held seats in `old` on day 2, cyd did not: on day 3 the first two go home and cyd stays, without a
    seat from day 2 on (8 days)."""
    case = tiny.case()
    plan = tiny.plan("ann old couch 0-3", "bob old couch 0-3", "cyd old couch 0-2", leaves=["old 3"])
    found = tiny.check(case, plan)
    assert found.ok
    assert found.measures["crew_days"] == 3 + 3 + 10
    assert found.measures["unassured_days"] == 8


def test_a_departure_at_the_start_takes_those_who_sat_there(tiny):
    """The tick before the start is the case's own state: all three leave at once, and nobody is ever aboard."""
    found = tiny.check(tiny.case(), tiny.plan(leaves=["old 0"]))
    assert found.ok
    assert found.measures["crew_days"] == 0


def test_nominal_health(tiny):
    """From day 3 on at most two may return in `old`. A departure on day 3 reads day 2, when three might; one on day 4
    reads day 3."""
    health = [{"from": tiny.day(3), "nominal": {"at_most": 2, "loss": {"3": 0.01}}}]
    case = tiny.case({"vehicles.old.health": health})
    assert tiny.broken(case, go(tiny, 3)) == {}
    assert tiny.broken(case, go(tiny, 4)) == {"departure.nominal-health": [(4, 5)]}
    assert tiny.broken(case, go(tiny, 4, who=("ann", "bob"))) == {}


def test_health_before_the_start_counts_at_the_start(tiny):
    """`old` was damaged half a day before the start: a departure at the start knows."""
    health = [{"from": "2022-12-31T12:00:00Z", "nominal": {"allowed": False}}]
    case = tiny.case({"vehicles.old.health": health})
    assert tiny.broken(case, tiny.plan(leaves=["old 0"])) == {"departure.nominal-health": [(0, 1)]}


def test_a_qualification_that_ended_before_the_start_is_missing_at_the_start(tiny):
    """ann's ended half a day before the start: nobody qualified is left in `old` when it leaves at the start."""
    case = tiny.case({"people.ann.qualified": [{"for": "capsule", "until": "2022-12-31T12:00:00Z"}]})
    assert tiny.broken(case, tiny.plan(leaves=["old 0"])) == {"crewing.qualified": [(0, 1)]}


def test_landing_windows(tiny):
    """People land from day 3 to day 5 only, the last excluded; an empty ship lands on any day."""
    windows = [{"from": tiny.day(3), "to": tiny.day(5)}]
    case = tiny.case({"vehicle_types.capsule.landing_windows": windows})
    for day, ok in ((2, False), (3, True), (4, True), (5, False)):
        assert tiny.broken(case, go(tiny, day)) == ({} if ok else {"departure.landing-window": [(day, day + 1)]})
    assert tiny.broken(case, go(tiny, 8, who=())) == {}


def test_uncrewed_return(tiny):
    """An empty `old` may leave on day 3 (its health then, as of day 2, allows it), not on day 4."""
    case = tiny.case({"vehicles.old.health": [{"from": tiny.day(3), "uncrewed": {"allowed": False}}]})
    assert tiny.broken(case, go(tiny, 3, who=())) == {}
    assert tiny.broken(case, go(tiny, 4, who=())) == {"departure.uncrewed": [(4, 5)]}


def test_crewing_of_a_departure_is_that_of_the_tick_before(tiny):
    """ann's qualification ends on day 3: nobody may hold seats in `old` from then on, but they may leave on day 3."""
    until = [{"for": "capsule", "until": tiny.day(3)}]
    case = tiny.case({"people.ann.qualified": until})
    assert tiny.broken(case, go(tiny, 3)) == {}
    assert tiny.broken(case, go(tiny, 4)) == {"crewing.qualified": [(3, 4), (4, 5)]}


def test_unsuited_return(tiny):
    """The capsule asks for suits; without one a person may flee, at a price, but not return nominally."""
    edits = {
        "suit_types": [{"id": "soft"}],
        "suits": [{"id": f"suit-{p}", "type": "soft", "fits": [p], "aboard": True} for p in ("ann", "bob", "cyd")],
        "vehicle_types.capsule.suit": "soft",
        "vehicle_types.capsule.groups.couch.hookups": True,
        "vehicle_types.capsule.unsuited": {"emergency": 0.2},
    }
    case = tiny.case(edits)
    suited = [f"{p} old couch 0-4 suit-{p}" for p in ("ann", "bob", "cyd")]
    assert tiny.broken(case, tiny.plan(*suited, leaves=["old 4"])) == {}
    bare = tiny.plan(*suited[:2], "cyd old couch 0-4", leaves=["old 4"])
    assert tiny.broken(case, bare) == {"suits.nominal": [(4, 5)]}
    allowed = tiny.case({**edits, "vehicle_types.capsule.unsuited": {"emergency": 0.2, "nominal": 0.3}})
    assert tiny.broken(allowed, bare) == {}


def test_docked_life_ends_returns(tiny):
    """`old` was launched 30 days before the start. After 33 days (day 3) nobody returns in it: a departure on day 3
    reads day 2 and is the last one. 33 days and a half end on day 3 too, for a longest time is rounded down."""
    for after in ("P33D", "P33DT12H"):
        life = [{"id": "old-age", "after": after, "returns": False}]
        case = tiny.case({"vehicle_types.capsule.docked_life": life})
        assert tiny.broken(case, go(tiny, 3)) == {}
        assert tiny.broken(case, go(tiny, 4)) == {"docked-life.returns": [(4, 5)]}
        assert tiny.broken(case, go(tiny, 4), waive=["old-age"]) == {}


def test_docked_life_of_a_ship_launched_by_decision(tiny):
    """`new` may be held for three days after its launch on day 1: to day 4, counted from there and not from
    arrival."""
    life = [{"id": "young", "after": "P3D", "holds": False, "returns": False}]
    case = tiny.case({"vehicles+": [{**tiny.NEW, "docked_life": life}]})
    for day, broken in ((4, {}), (5, {"docked-life.holds": [(4, 5)]})):
        holds = [line.replace("0-10", "0-2") for line in tiny.STAY] + [
            f"{p} new couch 2-{day}" for p in ("ann", "bob", "cyd")
        ]
        holds += [f"{p} old couch {day}-10" for p in ("ann", "bob", "cyd")]
        assert tiny.broken(case, tiny.plan(*holds, comes=["new empty 1>2 aft"])) == broken


# ---------------------------------------------------------------------------------------------------- relocation


def test_relocation_by_type(tiny):
    """A capsule moves with people unless its type forbids it, and without people only if its type allows it."""
    for crewed, uncrewed in ((True, False), (False, True)):
        case = tiny.case({"vehicle_types.capsule.relocates": {"crewed": crewed, "uncrewed": uncrewed}})
        with_all = tiny.plan(*tiny.STAY, relocates=["old aft 4"])
        with_none = tiny.plan(relocates=["old aft 4"])
        broken = {"relocation.type": [(4, 5)]}
        assert tiny.broken(case, with_all) == ({} if crewed else broken)
        assert tiny.broken(case, with_none) == ({} if uncrewed else broken)


def test_relocation_health_is_nominal_unless_given(tiny):
    """From day 3 `old` may return nobody, so that it moves with nobody from day 4 on; a table of its own allows
    two."""
    forbidden = {"from": tiny.day(3), "nominal": {"allowed": False}}
    case = tiny.case({"vehicles.old.health": [forbidden]})
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 3"])) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 4"])) == {"relocation.health": [(4, 5)]}
    case = tiny.case({"vehicles.old.health": [{**forbidden, "relocation": {"loss": {"2": 0.001}}}]})
    two = tiny.plan(*tiny.STAY[:2], relocates=["old aft 4"])
    assert tiny.broken(case, two) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 4"])) == {"relocation.health": [(4, 5)]}


def test_relocation_without_people_docks_automatically(tiny):
    """Moving empty to aft needs automatic docking there; with people it does not."""
    edits = {"vehicle_types.capsule.relocates": {"uncrewed": True}}
    empty = tiny.plan(relocates=["old aft 4"])
    assert tiny.broken(tiny.case(edits), empty) == {}
    case = tiny.case({**edits, "ports.aft.automatic_docking": False})
    assert tiny.broken(case, empty) == {"relocation.automatic-docking": [(4, 5)]}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 4"])) == {}


def test_relocation_to_another_port(tiny):
    """A move to where the ship stands is none."""
    case = tiny.case()
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old aft 4"])) == {}
    assert tiny.broken(case, tiny.plan(*tiny.STAY, relocates=["old fore 4"])) == {"relocation.port": [(4, 5)]}
    assert tiny.check(case, tiny.plan(*tiny.STAY, relocates=["old fore 4"])).measures["relocations"] == 0


def test_crewing_of_a_relocation(tiny):
    """On day 3 bob and cyd alone hold seats in `old`: neither that nor a move on day 4 is lawful."""
    plan = tiny.plan("ann old couch 0-3", "ann old couch 4-10", *tiny.STAY[1:], relocates=["old aft 4"])
    assert tiny.broken(tiny.case(), plan) == {"crewing.qualified": [(3, 4), (4, 5)]}


# ---------------------------------------------------------------------------------------------------------- stay


@pytest.mark.parametrize(("bound", "first"), [("2023-01-04T00:00:00Z", 3), ("P35D", 5), ("P34DT1H", 5)])
def test_earliest_return(tiny, bound, first):
    """bob cannot return before a date, or before some days after the launch of `old` 30 days before the start; 34
    days and an hour end between days 4 and 5, and a shortest time is rounded up."""
    case = tiny.case({"people.bob.earliest_return": bound})
    assert tiny.broken(case, go(tiny, first)) == {}
    assert tiny.broken(case, go(tiny, first - 1)) == {"stay.earliest-return": [(first - 1, first)]}
    assert tiny.broken(case, go(tiny, first - 1), waive=["bob.earliest_return"]) == {}
    assert tiny.broken(case, go(tiny, first - 1, who=("ann", "cyd"))) == {}


@pytest.mark.parametrize(("bound", "last"), [("2023-01-05T00:00:00Z", 4), ("P35D", 5), ("P34DT23H", 4)])
def test_latest_return(tiny, bound, last):
    """bob is aboard in no tick from the date on, so that he may leave on it; a longest time is rounded down."""
    case = tiny.case({"people.bob.latest_return": bound})
    assert tiny.broken(case, go(tiny, last)) == {}
    assert tiny.broken(case, go(tiny, last + 1)) == {"stay.latest-return": [(last, last + 1)]}
    assert tiny.broken(case, go(tiny, last + 1), waive=["bob.latest_return"]) == {}


def test_stay_of_people_aboard_counts_from_their_own_launch(tiny):
    """bob came five days before the start in another ship: ten days later is day 5; cyd, seatless, likewise."""
    launched = {"launched": tiny.day(-5), "latest_return": "P10D"}
    for edits in (
        {f"people.bob.{field}": value for field, value in launched.items()},
        {"people.cyd": {"id": "cyd", "aboard": True, **launched}},
    ):
        case = tiny.case(edits)
        assert tiny.broken(case, go(tiny, 5)) == {}
        assert tiny.broken(case, go(tiny, 6)) == {"stay.latest-return": [(5, 6)]}


def test_stay_counts_from_the_launch_that_is_decided(tiny):
    """dee, launched on day 1, returns at least two and a half and at most five and a half days later: rounded to the
    strict side three and five, on days 4 to 6.
    """
    dee = {"id": "dee", "qualified": ["capsule"], "earliest_return": "P2DT12H", "latest_return": "P5DT12H"}
    option = {**tiny.NEW["launch"][0], "brings": {"people": ["dee"]}}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "launch": [option]}], "people+": [dee]})
    for day, broken in ((3, ["stay.earliest-return"]), (4, []), (6, []), (7, ["stay.latest-return"])):
        plan = tiny.plan(*tiny.STAY, f"dee new couch 2-{day}", comes=["new empty 1>2 aft"], leaves=[f"new {day}"])
        assert list(tiny.broken(case, plan)) == broken


def test_stay_of_people_in_flight_counts_from_their_launch(tiny):
    """`new` with dee was launched two days before the start: five days after that is day 3."""
    flight = {"arrivals": [tiny.day(1)], "brings": {"people": ["dee"]}}
    flying = {"id": "new", "type": "capsule", "launched": tiny.day(-2), "in_flight": flight}
    dee = {"id": "dee", "qualified": ["capsule"], "latest_return": "P5D"}
    case = tiny.case({"vehicles+": [flying], "people+": [dee]})
    for day, broken in ((3, []), (4, ["stay.latest-return"])):
        plan = tiny.plan(*tiny.STAY, f"dee new couch 1-{day}", comes=["new 1 aft"], leaves=[f"new {day}"])
        assert list(tiny.broken(case, plan)) == broken
