"""Each kind of statement, required and forbidden, changes the plan of a station that is solved by hand.

Free, both people change into the new ship at once and go home in it on day 1 (see `test_api.py`).
"""

import pytest

from crewreturn.solver.api import solve


def asked(little, case=None, **side):
    """The answer with one statement; the checker, which knows statements by itself, has accepted its plan."""
    answer = solve(case or little.case(), statements=[little.say(**side)])
    assert answer.status in ("optimal", "infeasible")
    assert answer.plan is None or answer.evaluation.ok
    return answer


def leaves(answer):
    """Day of departure by ship."""
    return {event.vehicle: event.at.day - 1 for event in answer.plan.departures}


def seats(answer, person):
    """Ships and days of a person's holds."""
    return [(h.vehicle, h.group, h.from_.day - 1, h.to.day - 1) for h in answer.plan.holds if h.person == person]


def spare(little, price=10_000):
    """The station with a ship on the ground as well: launch on days 0 to 5, there a day later, better than both."""
    data = little.station()
    return little.case(
        ports=[*data["ports"], {"id": "top", "interface": "ring"}],
        vehicle_types=[*data["vehicle_types"], little.ship_type("best", 2, 0.01, 0.001)],
        vehicles=[
            *data["vehicles"],
            {
                "id": "relief",
                "type": "best",
                "launch": [{"id": "empty", "earliest": little.day(0), "latest": little.day(5), "transit": "P1D"}],
            },
        ],
        objective=[{"id": "burden", "weights": {"expected_loss": 1, "reseats": 5, "extra_launches": price}}],
    )


def test_launch(little):
    """The relief ship saves at most 2 x 0.01 x 1e6 = 20,000 umort: at a price of 100,000 it stays on the ground.

    Required, it is launched, inside the dates asked for (from day 3 on: on day 3, 4 or 5). At a price of 100 it is
    launched by itself, on day 0; forbidden it is not.
    """
    assert solve(spare(little, 100_000)).plan.launches == ()
    made = asked(little, spare(little, 100_000), require={"launch": {"vehicle": "relief", "from": little.day(3)}})
    assert [event.vehicle for event in made.plan.launches] == ["relief"]
    assert 3 <= made.plan.launches[0].launch.day - 1 <= 5
    by_itself = solve(spare(little, 100)).plan.launches
    assert [(event.vehicle, event.launch.day - 1) for event in by_itself] == [("relief", 0)]
    assert (
        asked(little, spare(little, 100), forbid={"launch": {"vehicle": "relief", "option": "empty"}}).plan.launches
        == ()
    )
    none = asked(little, spare(little), require={"launch": {"vehicle": "relief", "from": little.day(6)}})
    assert none.status == "infeasible"


def test_depart(little):
    """Required to leave crewed from day 4 on: that is the day, as leaving later adds exposure.

    Required to leave empty: both go home in the old ship, as late as may be (see `RIDE` in `test_api.py`): in the new
    ship through day 7, in the old one on day 8 and home on day 9. The new ship can only leave empty after that change,
    so on day 9. Forbidden: both wait to the end in it, where its nominal loss of 0.01 falls due.
    """
    late = asked(little, require={"depart": {"vehicle": "new", "crewed": True, "from": little.day(4)}})
    assert leaves(late)["new"] == 4
    empty = asked(little, require={"depart": {"vehicle": "new", "crewed": False}})
    assert seats(empty, "ann") == [("new", "couch", 0, 8), ("old", "couch", 8, 9)]
    assert leaves(empty) == {"old": 9, "new": 9}
    never = asked(little, forbid={"depart": {"vehicle": "new"}})
    assert "new" not in leaves(never)
    assert seats(never, "ann") == [("new", "couch", 0, 10)]  # to the end: 0.1 x 0.095 + 0.01 x 0.905 each, below 0.2


def test_return(little):
    """In the old ship: on day 9, the last there is (see `RIDE`). Not before day 3: on day 3 instead of day 1.

    Forbidden for ann: she holds a seat to the end, in whichever ship; unassured she would be lost for sure.
    """
    old = asked(little, require={"return": {"people": "all", "vehicle": "old"}})
    assert leaves(old)["old"] == 9
    wait = asked(little, forbid={"return": {"people": "all", "to": little.day(3)}})
    assert leaves(wait)["new"] == 3
    kept = asked(little, forbid={"return": {"people": ["ann"]}})
    assert max(to for _, _, _, to in seats(kept, "ann")) == 10


def test_hold(little):
    """Required to sit in the old ship on day 0: 0.5 x 0.00995 more, then as ever, a day later: new ship, home on day 2.

    Gone at the start it would hold as well (of no tick), at 0.2 each, which is more. Forbidden the new ship: what is
    left is the old one, at once, as 0.5 of an evacuation is more than the 0.2 that it forestalls.
    """
    first = asked(
        little, require={"hold": {"people": "all", "vehicle": "old", "from": little.day(0), "to": little.day(1)}}
    )
    assert seats(first, "ann") == [("old", "couch", 0, 1), ("new", "couch", 1, 2)]
    assert leaves(first)["new"] == 2
    barred = asked(little, forbid={"hold": {"people": ["ann", "bob"], "vehicle": "new", "group": "couch"}})
    assert leaves(barred)["old"] == 0


def test_unassured(little):
    """Required without a seat on day 0: a sure loss if it strikes that day, still better than 0.2 in the old ship.

    1e6 x (q + S (q 0.1 + S 0.01)) each is 20,600 umort, so day 1 in the new ship and home on day 2. Forbidden
    for all where two are aboard and there is but one seat, held by ann at the start: bob has none on day 0, whether
    ann goes at the start or stays. So no plan; without the statement there is one.
    """
    bare = asked(little, require={"unassured": {"people": ["ann"], "to": little.day(1)}})
    assert seats(bare, "ann") == [("new", "couch", 1, 2)]
    assert bare.evaluation.measures["unassured_days"] == pytest.approx(1.0)
    data = little.station()
    data["people"][1] = {"id": "bob", "aboard": True}
    data["vehicles"] = data["vehicles"][:1]
    data["vehicle_types"] = [little.ship_type("bad", 1, 0.5, 0.2), data["vehicle_types"][1]]
    case = little.case(people=data["people"], vehicles=data["vehicles"], vehicle_types=data["vehicle_types"])
    assert solve(case).status == "optimal"
    assert asked(little, case, forbid={"unassured": {"people": "all"}}).status == "infeasible"


def test_rig(little):
    """A contingency seat in the new ship, rigged or not: it is worth its price only where three people need seats.

    The couch of the new ship has two seats and a third person is aboard; the bench has to be rigged first. Free, it is:
    staying behind costs more than 20. Forbidden, somebody rides the old ship. Required with nobody to need it (two
    people), it is rigged all the same.
    """
    data = little.station()
    good = little.ship_type("good", 2, 0.1, 0.01)
    good["groups"].append({"id": "bench", "seats": ["3"], "contingency": True, "rigging": {}})
    good["health"]["emergency"]["loss"] = {"3": 0.1}
    good["health"]["nominal"]["loss"] = {"3": 0.01}
    prices = [{"id": "burden", "weights": {"expected_loss": 1, "reseats": 5, "riggings": 20}}]
    two = little.case(vehicle_types=[data["vehicle_types"][0], good], objective=prices)
    three = two.model_validate_json(
        little.case(
            vehicle_types=[data["vehicle_types"][0], good],
            objective=prices,
            people=[*data["people"], {"id": "cyd", "aboard": True}],
        ).model_dump_json(by_alias=True, exclude_unset=True)
    )
    bench = {"rig": {"vehicle": "new", "group": "bench"}}
    assert len(solve(three).plan.riggings) == 1
    without = asked(little, three, forbid=bench)
    assert without.plan.riggings == ()
    assert all(hold.group != "bench" for hold in without.plan.holds)
    assert solve(two).plan.riggings == ()
    assert len(asked(little, two, require=bench).plan.riggings) == 1


def test_limit(little):
    """No reseats: home in the old ship at once. At least five days' crew: home later. A loss nobody can reach: none.

    `at_least` 10 person-days with two people keeps both until day 5 (one of them longer costs as much and more).
    """
    still = asked(little, require={"limit": {"measure": "reseats", "at_most": 0}})
    assert still.evaluation.measures["reseats"] == 0
    assert leaves(still)["old"] == 0
    long = asked(little, require={"limit": {"measure": "crew_days", "at_least": 10}})
    assert long.evaluation.measures["crew_days"] >= 10
    assert leaves(long)["new"] == 5
    assert asked(little, require={"limit": {"measure": "expected_loss", "at_most": 1e-3}}).status == "infeasible"
    wide = asked(little, require={"limit": {"measure": "expected_loss", "at_most": 0.03}})
    assert wide.levels[0].value == pytest.approx(solve(little.case()).levels[0].value)
