"""On which numbers the lead of one plan over another leans: at a station where both can be priced by hand.

Unless told otherwise no evacuation ever comes (rate 0), so that what counts is how the two people come home: at once in
the old ship, at a nominal loss of 0.03 each, 60,000 umort; or on day 1 in the new one, at 0.01 each, 20,000 umort, for
which both change seats at 5,000 each: 30,000 in all.
"""

import math
import threading

import pytest

from crewreturn.models.answer import ComparisonRow
from crewreturn.models.notes import judgement_values
from crewreturn.models.objective import PRESET_LEVELS, Level
from crewreturn.models.plan import Departure, Hold, Plan
from crewreturn.report.compare_page import comparison_page
from crewreturn.solver import sensitivity
from crewreturn.solver.advice import advise
from crewreturn.solver.api import compare
from crewreturn.solver.check import evaluate
from crewreturn.solver.sensitivity import leans

BAD = "vehicle_types.bad.health.nominal.loss.2"
GOOD = "vehicle_types.good.health.nominal.loss.2"
RESEATS = "objective.burden.weights.reseats"


def judged(value):
    """A number that is somebody's judgement."""
    return {"mean": value, "confidence": "judgement"}


@pytest.fixture
def station(little):
    """The case with other losses, prices and parts; its losses are judgement."""

    def made(bad=0.03, good=0.01, prices=None, rate=0.0, **parts):
        types = [
            little.ship_type("bad", 2, judged(0.5), judged(bad)),
            little.ship_type("good", 2, judged(0.1), judged(good)),
        ]
        weights = {"expected_loss": 1, **({"reseats": 5000} if prices is None else prices)}
        usual = {
            "vehicle_types": types,
            "evacuation": {"rate_per_day": rate},
            "objective": [{"id": "burden", "weights": weights}],
        }
        return little.case(**{**usual, **parts})

    return made


def rides(little, vehicle, days):
    """Both hold seats in a ship from the start, for so many days, and go home in it."""
    start = little.case().horizon.start
    end = start.replace(day=start.day + days)
    held = {"vehicle": vehicle, "group": "couch", "from_": start, "to": end}
    holds = tuple(Hold(person=person, **held) for person in ("ann", "bob")) if days else ()
    return Plan(case="two", departures=(Departure(vehicle=vehicle, at=end),), holds=holds)


def row(name, plan, *waived):
    """A row that has a plan."""
    return ComparisonRow(id=name, title=name.title(), kind="alternative", plan=plan, waived=waived)


@pytest.fixture
def change(little):
    """Change into the new ship, and go home in it on day 1."""
    return row("change", rides(little, "new", 1))


@pytest.fixture
def at_once(little):
    """Go home at the start in the old ship."""
    return row("at-once", rides(little, "old", 0))


def leaning(case, ahead, rival):
    """By path: what the number moves, and where it turns."""
    return {lean.path: (lean.moves, lean.turns_at) for lean in leans(case, case.objective, ahead, rival)}


def about(moves, turns_at):
    """Both numbers as expected, but for rounding; a turning point of None is exactly that."""
    return (pytest.approx(moves), None if turns_at is None else pytest.approx(turns_at))


def test_where_the_order_turns(station, change, at_once):
    """60,000 against 30,000 umort, a lead of 30,000.

    The old ship's loss x costs 2e6 x: doubled it adds 60,000, and at 0.015 it makes 30,000, half of what it is. The new
    ship's: doubled 20,000; at 0.025, two and a half times, it makes 50,000, and with the seats 60,000. The price of a
    reseat p is paid twice: doubled 10,000; at 20,000, four times, it makes 40,000, and with the loss 60,000. In this
    order, as the nearest in proportion is the most decisive. The losses of an evacuation do not bear on it: none comes.
    """
    found = leans(station(), station().objective, change, at_once)
    assert [lean.path for lean in found] == [BAD, GOOD, RESEATS]
    assert [lean.value for lean in found] == [0.03, 0.01, 5000]
    assert [lean.confidence for lean in found] == ["judgement", "judgement", None]
    assert [lean.moves for lean in found] == pytest.approx([60_000, 20_000, 10_000])
    assert [lean.turns_at for lean in found] == pytest.approx([0.015, 0.025, 20_000])


def test_what_does_not_turn_it_comes_last(station, change, at_once):
    """A price of 50 on each day aboard, of which the change of ship takes two: 100, tenfold 1,000, of a lead of 29,900.

    So it moves the lead by 100 and does not turn it. Nor does, if it costs 500, a reseat: 1,000 for both, and 10,000
    tenfold, of a lead that then is 38,900. It moves the lead by 1,000, and so stands before the other.
    """
    case = station(prices={"crew_days": 50, "reseats": 500})
    found = leaning(case, change, at_once)
    assert list(found) == [BAD, GOOD, RESEATS, "objective.burden.weights.crew_days"]
    assert found[RESEATS] == about(1000, None)
    assert found["objective.burden.weights.crew_days"] == about(100, None)
    case = station(prices={"crew_days": 50, "reseats": 5000})
    assert leaning(case, change, at_once)["objective.burden.weights.crew_days"] == about(100, None)


def test_a_turn_just_in_reach_and_just_out_of_it(station, change, at_once):
    """At a price p two reseats cost 2 p of 40,000 umort: 20,000 turns it, within ten times 2,001 and not 1,999."""
    assert leaning(station(prices={"reseats": 2001}), change, at_once)[RESEATS] == about(4002, 20_000)
    assert leaning(station(prices={"reseats": 1999}), change, at_once)[RESEATS] == about(3998, None)


def test_nothing_that_is_sourced_is_tried(little, station, change, at_once):
    """The new ship's loss comes from a report: it moves the order, but nobody chose it. The old ship's, of which
    nothing is said, is tried."""
    sourced = {"mean": 0.01, "source": "a report", "confidence": "sourced"}
    types = [little.ship_type("bad", 2, 0.5, 0.03), little.ship_type("good", 2, 0.1, sourced)]
    tried = leaning(station(vehicle_types=types), change, at_once)
    assert GOOD not in tried
    assert {BAD, RESEATS} <= set(tried)


def test_what_is_not_tried(little, station, change, at_once, monkeypatch):
    """A price of zero has no multiples; outcomes are for policies, as plans take every launch as on time.

    A spare ship on the ground has outcomes by judgement, and an ascent loss. That is tried, and bears on nothing.
    """
    option = {
        "id": "empty",
        "earliest": little.day(2),
        "latest": little.day(3),
        "transit": "P1D",
        "ascent_loss": judged(0.001),
        "outcomes": {"on_time": judged(0.9), "late": {"by": "P1D", "chance": judged(0.06)}, "lost": judged(0.04)},
    }
    vehicles = [*little.station()["vehicles"], {"id": "spare", "type": "good", "launch": [option]}]
    case = station(prices={"reseats": 5000, "launches": 0, "riggings": 20}, vehicles=vehicles)
    assert sum("outcomes" in path for path, _ in judgement_values(case)) == 3
    tried = set()

    def with_number(whole, path, value):
        tried.add(path)
        return real(whole, path, value)

    real = sensitivity.with_number
    monkeypatch.setattr(sensitivity, "with_number", with_number)
    assert list(leaning(case, change, at_once)) == [BAD, GOOD, RESEATS]
    assert tried == {
        RESEATS,
        "objective.burden.weights.riggings",
        "vehicle_types.bad.health.emergency.loss.2",
        BAD,
        "vehicle_types.good.health.emergency.loss.2",
        GOOD,
        "vehicles.spare.launch.empty.ascent_loss",
    }


def test_a_weight_alone_in_its_level_is_no_price(station, change, at_once):
    """Graded by days without a good seat, or by days aboard: twice the weight is another unit, not another order.

    Two days aboard against none: the change of ship is 2 behind, and nothing bears on that.
    """
    case = station()
    crew = (Level(id="crew", weights={"crew_days": 1}),)
    assert leans(case, crew, at_once, change) == ()
    assert leans(case, PRESET_LEVELS["ordinal"], at_once, change) == ()


def test_of_the_levels_minimised(station, change, at_once):
    """Those given, not the case's: with `safest` there is no price, and a lead of 40,000: 0.01 and 0.03 turn it."""
    found = leans(station(), PRESET_LEVELS["safest"], change, at_once)
    assert {lean.path: (lean.moves, lean.turns_at) for lean in found} == {
        BAD: about(60_000, 0.01),
        GOOD: about(20_000, 0.03),
    }


def test_no_case_with_ten_times_the_number(station, change, at_once):
    """Losses of 0.9 and 0.3 and free reseats: 1,800,000 against 600,000 umort, equal where either is the other.

    Ten, five and two and a half times 0.3 is 3, 1.5 and 0.75: the first two are no chances, the last does not turn it.
    But 0.9 does, and is one. It is three times the number, as 0.3 is a third of 0.9: which comes first is not asked.
    """
    found = leaning(station(bad=0.9, good=0.3, prices={}), change, at_once)
    assert found == {BAD: about(1_800_000, 0.3), GOOD: about(600_000, 0.9)}


def test_no_chance_turns_it(station, change, at_once):
    """At 1,200,000 a reseat the change costs 2,420,000; going at once 600,000, and 2,000,000 if it were certain death.

    So no loss of the old ship turns it, though it moves it. The price does at 290,000.
    """
    case = station(bad=0.3, prices={"reseats": 1_200_000})
    found = leaning(case, at_once, change)
    assert found[BAD] == about(600_000, None)
    assert found[RESEATS] == about(2_400_000, 290_000)


def test_no_case_with_half_the_number(station, change):
    """To be stranded costs 0.05 by judgement, and must cost at least what the old ship costs, 0.03: not half of it.

    Two people who never leave pay 100,000 umort, against 30,000. Doubled it adds 100,000. It would turn at 0.015, which
    is out of the question, as 0.03 is the least: there the lead is still 30,000.
    """
    waits = row("waits", Plan(case="two"))
    case = station(loss_stranded=judged(0.05))
    assert leaning(case, change, waits) == {
        "loss_stranded": about(100_000, None),
        GOOD: about(20_000, 0.045),
        RESEATS: about(10_000, 40_000),
    }


def test_a_curve(station, change, at_once):
    """An evacuation strikes on the one day in the new ship with q = 1 - exp(-rate), and costs 0.1 in place of 0.01.

    So with free reseats 2e6 (0.01 + 0.09 q) against 60,000 umort: equal where q = 2/9, at a rate of ln(9/7) = 0.251,
    five times the 0.05 of the case. At half of that rate the lead is greater by 180,000 (exp(-0.025) - exp(-0.05)).
    """
    case = station(prices={"reseats": 0}, rate=judged(0.05))
    moves, turns_at = leaning(case, change, at_once)["evacuation.rate_per_day"]
    assert moves == pytest.approx(2 * 180_000 * (math.exp(-0.025) - math.exp(-0.05)))
    assert turns_at == pytest.approx(math.log(9 / 7), rel=0.005)


def test_equal_plans_turn_where_they_are(station, change, at_once):
    """At 20,000 a reseat both come to 60,000 umort: each number turns it by itself, where it is.

    The sums differ by rounding at most, and that is not a lead to be sought for.
    """
    found = leaning(station(prices={"reseats": 20_000}), change, at_once)
    assert found == {
        BAD: about(60_000, 0.03),
        RESEATS: about(40_000, 20_000),
        GOOD: about(20_000, 0.01),
    }


def test_the_same_plan_twice_leans_on_nothing(station, change):
    """Whatever the numbers, both cost the same."""
    assert leaning(station(), change, row("again", change.plan)) == {}


def test_a_rival_that_waives_and_is_ahead(little, station, change, at_once):
    """The new ship is past its life: 0.04 more for each in it, unless that is waived: 110,000 umort, or 30,000.

    The recommended plan, going at once, costs 60,000 and is 30,000 behind one that waives it. The numbers at which that
    turns are those at which the other lead does. What the life adds does not bear on it: it is waived.
    """
    types = [
        little.ship_type("bad", 2, judged(0.5), judged(0.03)),
        little.ship_type(
            "good",
            2,
            judged(0.1),
            judged(0.01),
            docked_life=[{"id": "aged", "after": "P1D", "added_loss": judged(0.04)}],
        ),
    ]
    vehicles = [{**ship, "launched": "2030-12-01T00:00:00Z"} for ship in little.station()["vehicles"]]
    case = station(vehicle_types=types, vehicles=vehicles)
    assert evaluate(case, change.plan).objective["burden"] == pytest.approx(110_000)
    waiving = change.model_copy(update={"waived": ("aged",)})
    assert leaning(case, at_once, waiving) == {
        BAD: about(60_000, 0.015),
        GOOD: about(20_000, 0.025),
        RESEATS: about(10_000, 20_000),
    }
    kept = leaning(case, at_once, change)
    assert kept["vehicle_types.good.docked_life.aged.added_loss"] == about(80_000, 0.015)


def test_judged_as_in_the_alternative(little, station, at_once):
    """`graded_days` counts 3 for each day in a seat that an alternative forbids to go home in.

    `later` forbids to go home before day 1 in the old ship, and its plan holds two seats there on day 0: 6, at 100 each
    600 umort more than going at once. Judged without what it says it would be no more, and the price bear on nothing.
    """
    said = {"id": "later", "forbid": [{"return": {"people": "all", "vehicle": "old", "to": little.day(1)}}]}
    case = station(prices={"graded_days": 100}, alternatives=[said])
    later = row("later", rides(little, "old", 1))
    assert leaning(case, at_once, later) == {"objective.burden.weights.graded_days": about(600, None)}


def test_cancelled(station, change, at_once):
    """Set before the start or in the midst: nothing is claimed of what was not tried."""
    case, cancel = station(), threading.Event()
    cancel.set()
    assert leans(case, case.objective, change, at_once, cancel) is None

    class Second(threading.Event):
        """Is set when it is asked for the second time."""

        def is_set(self):
            before = super().is_set()
            self.set()
            return before

    assert leans(case, case.objective, change, at_once, Second()) is None


def policy(station):
    """Not in the new ship, by policy; one alternative keeps to it, the other waives it."""
    return station(
        restrictions=[
            {"id": "policy", "reason": "untried", "forbid": {"return": {"people": "all", "vehicle": "new"}}},
        ],
        alternatives=[
            {"id": "ride", "name": "Ride", "require": [{"return": {"people": "all", "vehicle": "old"}}]},
            {"id": "try", "name": "Try", "waive": ["policy"]},
        ],
    )


def test_compare_names_the_rival(station):
    """`try` waives the policy and is 30,000 ahead; `ride` is recommended: the lead is that of the rival.

    The page says so, and what turns it: the numbers of the first test.
    """
    case = policy(station)
    table = compare(case)
    assert (table.recommended, table.rival) == ("ride", "try")
    assert [lean.path for lean in table.leans] == [BAD, GOOD, RESEATS]
    assert [lean.turns_at for lean in table.leans] == pytest.approx([0.015, 0.025, 20_000])
    text = comparison_page(case, table)
    assert "Try is 30,000.0 umort ahead of Ride in burden." in text
    assert "ahead of Try" not in text


def test_without_a_recommendation_or_a_rival_nothing_is_said(station, change, at_once):
    """Two that waive: none is recommended. One alternative, beside the free row: nothing to compare it with."""
    case = policy(station)
    head = {"version": "1", "digest": "ab"}

    def advised(*rows):
        known = [one.model_copy(update={"evaluation": evaluate(case, one.plan, waive=one.waived)}) for one in rows]
        found = advise(case, case.objective, known, **head)
        return found.recommended, found.rival, found.leans

    both = [one.model_copy(update={"waived": ("policy",)}) for one in (change, at_once)]
    assert advised(*both) == (None, None, None)
    assert advised(at_once, at_once.model_copy(update={"id": "free", "kind": "free"})) == ("at-once", None, None)
