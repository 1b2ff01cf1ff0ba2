"""Losses in the solver's own integers, and graded days, by hand: what comparisons with other models left open.

`docs/mutation.md` says how these holes were found. The chance that no evacuation came before day t is
S(t) = exp(-t / 100). A loss x that falls due at t costs R(x, t) = floor(1e10 x S(t) + 0.5) units; held from day a to
day b an evacuation loss x costs R(x, a) - R(x, b). In every test the plan is all but prescribed, so that the cheapest
one is known, and the independent checker prices it alike.
"""

import itertools
from math import exp, expm1, floor

import numpy as np
import pytest

from crewreturn.models.objective import Level
from crewreturn.solver.check import evaluate
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.extract import Extract
from crewreturn.solver.facts import Facts
from crewreturn.solver.linear import Linear
from crewreturn.solver.model import Model
from crewreturn.solver.rows import ONE, Rows
from crewreturn.solver.tables import table

UNITS = 1e10
LOSS = (Level(id="loss", weights={"expected_loss": 1}),)


def due(loss, day):
    """R(x, t)."""
    return floor(UNITS * loss * exp(-0.01 * day) + 0.5)


def held(loss, first, last):
    """What an evacuation loss held through some days costs."""
    return due(loss, first) - due(loss, last)


def daily(rate, first, last):
    """Q(y, b) - Q(y, a), with Q(y, t) = floor(1e10 y I(t) + 0.5) and I(t) the integral of S."""
    return floor(UNITS * rate * (-expm1(-0.01 * last) / 0.01) + 0.5) - floor(
        UNITS * rate * (-expm1(-0.01 * first) / 0.01) + 0.5
    )


def least(case, *said, rules_off=()):
    """The least loss in units with statements, and that the checker says the same of the plan."""
    facts = Facts(case, statements=[(f"s{number}", one) for number, one in enumerate(said)], rules_off=rules_off)
    model = Model(facts, range(case.ticks), LOSS)
    found = minimise(model.rows, model.levels[0].cost, Budget())
    assert found.status == "optimal"
    plan = Extract(model.flow, found.values).plan()
    checked = evaluate(case, plan, statements=said, rules_off=rules_off)
    assert checked.violations == ()
    assert UNITS * checked.expected_loss == pytest.approx(found.value, abs=100)
    return found.value


def alone(little, *, kind=None, ship=None, **parts):
    """The station with the damaged ship only: two seats, 0.5 in an evacuation and 0.2 in a return for each."""
    data = little.station()
    old = {"id": "old", "type": "bad", "docked_at": "fore", "launched": little.day(-30), **(ship or {})}
    return little.case(
        vehicle_types=[kind or data["vehicle_types"][0]], vehicles=[old, *parts.pop("vehicles", [])], **parts
    )


def nobody_returns(little):
    """All stay to the end."""
    return little.say(forbid={"return": {"people": "all"}})


def holds(little, ship, first=0, last=10, people="all", group=None):
    """Those named hold a seat in a ship from one day to another."""
    group = {} if group is None else {"group": group}
    dates = {"from": little.day(first), "to": little.day(last)}
    return little.say(require={"hold": {"people": people, "vehicle": ship, **group, **dates}})


def leaves_on(little, day):
    """A ship that leaves on a day."""
    return {"leave": {"not_before": little.day(day), "not_after": little.day(day)}}


# ------------------------------------------------------------------------------------------------ a nominal return


def test_a_return_reads_the_health_of_the_tick_before(little):
    """The table gets worse on days 3, 4 and 5: a return on day 4 reads day 3, 0.03 each."""
    dated = [{"from": little.day(day), "nominal": {"loss": {"2": day / 100}}} for day in (3, 4, 5)]
    case = alone(little, ship={"health": dated, **leaves_on(little, 4)})
    crewed = little.say(require={"depart": {"vehicle": "old", "crewed": True}})
    assert least(case, crewed) == 2 * held(0.5, 0, 4) + 2 * due(0.03, 4)


def test_a_return_that_health_does_not_allow_is_priced_all_the_same(little):
    """One may return at 0.03, the table goes on with 0.05 each for two. With the rule switched off both return."""
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["health"]["nominal"] = {"at_most": 1, "loss": {"1": 0.03, "2": 0.05}}
    case = alone(little, kind=kind, ship=leaves_on(little, 4))
    both = holds(little, "old")
    assert least(case, both, rules_off=["departure.nominal-health"]) == 2 * held(0.5, 0, 4) + 2 * due(0.05, 4)


def test_a_return_reads_the_docked_life_of_the_tick_before(little):
    """The first step is reached on day 3 (33 days after the launch), the second on day 4: on day 3 both hold seats at
    0.1 more each, and a return on day 4 costs 0.1 more each."""
    life = [{"id": "aged", "after": "P33D", "added_loss": 0.1}, {"id": "old", "after": "P34D", "added_loss": 0.2}]
    case = alone(little, ship={"docked_life": life, **leaves_on(little, 4)})
    crewed = little.say(require={"depart": {"vehicle": "old", "crewed": True}})
    assert least(case, crewed, holds(little, "old")) == 2 * (
        held(0.5, 0, 4) + held(0.1, 3, 4) + due(0.2, 4) + due(0.1, 4)
    )


def test_a_seat_adds_its_own_loss(little):
    """bob's bench adds 0.02 to whatever his ship costs him, in an evacuation and at the end; ann's couch nothing."""
    bench = {"id": "bench", "seats": ["3"], "added_loss": 0.02}
    case = alone(little, ship={"extra_groups": [bench]})
    said = [holds(little, "old", people=["ann"], group="couch"), holds(little, "old", people=["bob"], group="bench")]
    both = 2 * held(0.5, 0, 10) + 2 * due(0.2, 10)
    assert least(case, *said, nobody_returns(little)) == both + held(0.02, 0, 10) + due(0.02, 10)


# ------------------------------------------------------------------------- docked life of a ship that is to be launched


def with_relief(little, life, *, latest=1, ship=None):
    """A sound ship comes empty: launched on day 1 (or later, if it may be), there a day later, 0.001 for everything."""
    data = little.station()
    option = {"id": "empty", "earliest": little.day(1), "latest": little.day(latest), "transit": "P1D"}
    relief = {"id": "relief", "type": "best", "docked_life": life, "launch": [option], **(ship or {})}
    old = {"id": "old", "type": "bad", "docked_at": "fore"}
    return little.case(
        vehicle_types=[data["vehicle_types"][0], little.ship_type("best", 2, 0.001, 0.001)], vehicles=[old, relief]
    )


TWO_STEPS = [{"id": "aged", "after": "P3D", "added_loss": 0.1}, {"id": "old", "after": "P5D", "added_loss": 0.3}]


@pytest.mark.parametrize(("launch", "latest"), [(1, 1), (1, 2), (2, 2)])
def test_steps_count_from_the_launch_that_is_decided(little, launch, latest):
    """Launched on day 1 (whether or not day 2 is open as well) both sit in the relief ship from day 2 on. The steps are
    reached on days 4 and 6: 0.1 on days 4 and 5, then 0.3 (instead, not on top), at the end too. On day 2: a day
    later each."""
    case = with_relief(little, TWO_STEPS, latest=latest)
    dates = {"from": little.day(launch), "to": little.day(launch + 1)}
    flown = little.say(require={"launch": {"vehicle": "relief", **dates}})
    there = launch + 1
    one = held(0.5, 0, there) + held(0.001, there, 10) + due(0.001, 10)
    one += held(0.1, launch + 3, launch + 5) + held(0.3, launch + 5, 10) + due(0.3, 10)
    assert least(case, flown, holds(little, "relief", there), nobody_returns(little)) == 2 * one


@pytest.mark.parametrize(("day", "added"), [(4, 0.0), (5, 0.1), (6, 0.1), (7, 0.3)])
def test_a_return_reads_the_steps_of_the_tick_before(little, day, added):
    """Reached on days 4 and 6: a return on day 4 reads day 3, before both; on days 5 and 6 it reads the first step, on
    day 7 the second. Nobody may go home in the old ship instead."""
    case = with_relief(little, TWO_STEPS, latest=2, ship=leaves_on(little, day))
    flown = little.say(require={"launch": {"vehicle": "relief", "to": little.day(2)}})
    one = held(0.5, 0, 2) + held(0.001, 2, day) + due(0.001, day) + due(added, day)
    one += held(0.1, min(4, day), min(6, day)) + held(0.3, min(6, day), day)
    old = little.say(forbid={"return": {"people": "all", "vehicle": "old"}})
    assert least(case, flown, old, holds(little, "relief", 2)) == 2 * one


def test_a_step_that_is_reached_on_arrival(little):
    """A day after the launch is the day of the arrival: 0.1 from then on."""
    case = with_relief(little, [{"id": "aged", "after": "P1D", "added_loss": 0.1}])
    one = held(0.5, 0, 2) + held(0.001, 2, 10) + held(0.1, 2, 10) + due(0.001, 10) + due(0.1, 10)
    assert least(case, holds(little, "relief", 2), nobody_returns(little)) == 2 * one


def test_a_step_that_ends_returns_adds_to_a_seat(little):
    """From day 4 on nobody returns in the relief ship, and its seats cost 0.1 more. Held there to day 9 both change on
    the last day into the old ship, which takes them home at 0.2; stranded they would be lost."""
    case = with_relief(little, [{"id": "aged", "after": "P3D", "returns": False, "added_loss": 0.1}])
    one = held(0.5, 0, 2) + held(0.001, 2, 9) + held(0.1, 4, 9) + held(0.5, 9, 10) + due(0.2, 10)
    assert least(case, holds(little, "relief", 2, 9), nobody_returns(little)) == 2 * one


def test_a_step_that_ends_seats_and_returns_takes_no_loss_back(little):
    """Launched on day 1 (day 2 is open as well) the relief ship's seats cost 0.1 more from day 4 on, and hold nobody
    from day 8 on. That the step of day 8 names no added loss gives nothing back. Then both sit in the old ship."""
    life = [
        {"id": "aged", "after": "P3D", "added_loss": 0.1},
        {"id": "dead", "after": "P7D", "holds": False, "returns": False},
    ]
    case = with_relief(little, life, latest=2)
    flown = little.say(require={"launch": {"vehicle": "relief", "from": little.day(1), "to": little.day(2)}})
    one = held(0.5, 0, 2) + held(0.001, 2, 8) + held(0.1, 4, 8) + held(0.5, 8, 10) + due(0.2, 10)
    assert least(case, flown, holds(little, "relief", 2, 8), nobody_returns(little)) == 2 * one


# --------------------------------------------------------------------------------------------------------- a ride


def test_a_ride_costs_who_held_seats_in_the_tick_before(little):
    """Fore is closed from day 4 on and aft until then: the ship moves on day 4, and both sit in it on day 3, when a
    ride costs 0.3 for each of two (on day 2 0.2, from day 4 on 0.4). On days 2 and 4 bob has no seat."""
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["health"]["relocation"] = {"loss": {"1": 0.05, "2": 0.2}}
    dated = [{"from": little.day(day), "relocation": {"loss": {"1": 0.05, "2": day / 10}}} for day in (3, 4)]
    ports = [
        {"id": "fore", "interface": "ring", "closed": [{"from": little.day(4)}]},
        {"id": "aft", "interface": "ring", "closed": [{"to": little.day(4)}]},
    ]
    case = alone(little, kind=kind, ship={"health": dated}, ports=ports)
    said = [
        little.say(require={"relocate": {"vehicle": "old"}}),
        holds(little, "old", people=["ann"]),
        holds(little, "old", 0, 2, ["bob"]),
        little.say(require={"unassured": {"people": ["bob"], "from": little.day(2), "to": little.day(3)}}),
        holds(little, "old", 3, 4, ["bob"]),
        little.say(require={"unassured": {"people": ["bob"], "from": little.day(4), "to": little.day(5)}}),
        holds(little, "old", 5, 10, ["bob"]),
        nobody_returns(little),
    ]
    bob = held(0.5, 0, 2) + held(1, 2, 3) + held(0.5, 3, 4) + held(1, 4, 5) + held(0.5, 5, 10)
    assert least(case, *said) == held(0.5, 0, 10) + bob + 2 * due(0.2, 10) + 2 * due(0.3, 4)


# ---------------------------------------------------------------------------------------------------- for each person


def test_hazards_are_for_whom_they_are_and_end(little):
    """A leak on days 2 to 5, the last excluded, for both; bob is ill all the time."""
    hazards = [
        {"id": "leak", "rate_per_day": 0.001, "from": little.day(2), "to": little.day(5)},
        {"id": "ill", "rate_per_day": 0.002, "people": ["bob"]},
    ]
    both = 2 * held(0.5, 0, 10) + 2 * due(0.2, 10)
    value = least(alone(little, hazards=hazards), holds(little, "old"), nobody_returns(little))
    assert value == both + 2 * daily(0.001, 2, 5) + daily(0.002, 0, 10)


def test_flying_later_reads_the_last_day(little):
    """cyd's planned launch is not flown: 0.006 up, and back at 0.04, which is the table for one of the last day; on day
    8 it was 0.03, at the end it would be 0.05. Nothing forestalls that: no S."""
    data = little.station()
    window = {"from": little.day(1), "to": little.day(3)}
    option = {"id": "crewed", "earliest": little.day(1), "latest": little.day(2), "transit": "P1D"}
    option |= {"planned": window, "brings": {"people": ["cyd"]}, "ascent_loss": 0.006}
    dated = [{"from": little.day(day), "nominal": {"loss": {"1": (day - 5) / 100, "2": 0.3}}} for day in (8, 9, 10)]
    taxi = {"id": "taxi", "type": "bad", "launch": [option], "health": dated}
    case = alone(little, vehicles=[taxi], people=[*data["people"], {"id": "cyd"}])
    stays = little.say(forbid={"launch": {"vehicle": "taxi"}})
    value = least(case, stays, holds(little, "old", people=["ann", "bob"]), nobody_returns(little))
    assert value == 2 * held(0.5, 0, 10) + 2 * due(0.2, 10) + 60_000_000 + 400_000_000


def test_the_rest_of_a_move_costs_as_having_no_seat_does(little):
    """Without a seat an evacuation costs 0.6. bob's liner has to be in the old ship by day 3, when he has to sit on the
    bench; the move takes six hours, a quarter of a day, and is made then, as nothing is cheaper earlier."""
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    bench = {"id": "bench", "seats": ["3"], "needs_liner": "shell"}
    case = alone(
        little,
        kind=kind,
        ship={"extra_groups": [bench]},
        loss_unassured=0.6,
        liner_kinds=[{"id": "shell", "move": {"takes": "PT6H"}}],
        liners=[{"id": "shell-bob", "kind": "shell", "owner": "bob", "stowed": True}],
    )
    said = [
        holds(little, "old", people=["ann"]),
        holds(little, "old", 0, 3, ["bob"], "couch"),
        holds(little, "old", 3, 10, ["bob"], "bench"),
        nobody_returns(little),
    ]
    rest = due((1.0 - exp(-0.01 * 0.25)) * 0.6, 3)
    assert least(case, *said) == 2 * held(0.5, 0, 10) + 2 * due(0.2, 10) + rest


# ------------------------------------------------------------------------------------- tables over the number of people


class Tabled:
    """A table over 0 to 3 heads behind a gate, and the least that it says a number of heads costs."""

    def __init__(self, totals):
        self.rows, self.cost, self.columns = Rows(), Linear(), []
        self.heads, self.gate = self.rows.column(("heads",), 0, 3), self.rows.column(("gate",), 0)
        table(self, self.cost, [(self.heads, 1)], [(self.gate, 1)], totals, self._column)

    def _column(self, name, upper):
        self.columns.append((name, upper))
        return self.rows.column((name,), 0, upper)

    def excess(self, column, terms, most=0):
        """As a flow has it."""
        self.rows.at_most([*terms, (column, -1)], most)

    def least(self, heads):
        """By trying all values of the columns; None where none will do."""
        parts = itertools.product(*(range(upper + 1) for _, upper in self.columns))
        tried = (np.array([1, heads, 1, *part]) for part in parts)
        return min((self.cost.value(values) for values in tried if not self.rows.violated(values)), default=None)


@pytest.mark.parametrize(
    ("totals", "columns"),
    [
        ([0, 2, 4, 6], []),
        ([0, 2, 4, 7], [("above-2", 1)]),
        ([0, 1, 4, 9], [("above-1", 2), ("above-2", 1)]),
        ([0, 4, 4, 6], [("exactly-1", 1), ("exactly-2", 1), ("exactly-3", 1)]),
        ([0, 3, 5, 6], [("exactly-1", 1), ("exactly-2", 1), ("exactly-3", 1)]),
    ],
)
def test_a_table_costs_what_it_says(totals, columns):
    """For every number of heads. Even slopes need no column, growing ones a column for every slope that is steeper than
    the one before, as large as there may be heads beyond it; others one for every number."""
    made = Tabled(totals)
    assert made.columns == columns
    assert [made.least(heads) for heads in range(4)] == totals


@pytest.mark.parametrize(("heads", "totals"), [([], [0, 1, 4]), ([(ONE, 1)], [0])])
def test_a_table_for_nobody_has_no_columns(heads, totals):
    """Where nobody can be, or nobody may be, there is nothing to pay."""
    cost = Linear()
    table(None, cost, heads, [], totals, None)
    assert (cost.factors, cost.constant) == ({}, 0)


# ------------------------------------------------------------------------------------------------- graded days

GRADED = (Level(id="graded", weights={"graded_days": 1}),)


def graded(case, *said):
    """The least graded days with statements, or None if there is no plan; the checker says the same of the plan."""
    facts = Facts(case, statements=[(f"s{number}", one) for number, one in enumerate(said)])
    model = Model(facts, range(case.ticks), GRADED)
    found = minimise(model.rows, model.levels[0].cost, Budget())
    if found.status == "infeasible":
        return None
    days = model.levels[0].value(found.value)
    checked = evaluate(case, Extract(model.flow, found.values).plan(), statements=said)
    assert checked.violations == ()
    assert checked.measures["graded_days"] == pytest.approx(days, abs=1e-9)
    return days


def exactly(little, case, days, *said):
    """The graded days of the one plan that statements leave: no more can be had either, if more is asked for."""
    assert graded(case, *said) == days
    for least_days, known in ((days, days), (days + 0.5, None)):
        more = little.say(require={"limit": {"measure": "graded_days", "at_least": least_days}})
        assert graded(case, *said, more) == known


def stays(little, *ships):
    """Nobody leaves in these ships (said of departures: a return that is forbidden would grade every seat)."""
    return [little.say(forbid={"depart": {"vehicle": ship}}) for ship in ships or ("old",)]


def each(little, ship, first=0, last=10, **more):
    """ann and bob hold a seat, said of one and then of the other: each is a class alone."""
    return [holds(little, ship, first, last, people=[person], **more) for person in ("ann", "bob")]


def bare(little, first, last, person="bob"):
    """Somebody has no seat."""
    dates = {"from": little.day(first), "to": little.day(last)}
    return little.say(require={"unassured": {"people": [person], **dates}})


def test_graded_without_a_seat(little):
    """bob has no seat on two days, 10 each; the other seats are certified."""
    said = [holds(little, "old", people=["ann"]), holds(little, "old", 0, 2, ["bob"]), bare(little, 2, 4)]
    said += [holds(little, "old", 4, 10, ["bob"]), *stays(little)]
    exactly(little, alone(little), 20, *said)


def test_graded_in_a_ship_that_may_take_nobody_home(little):
    """From day 6 on nobody may return in the ship: two people at 3 on four days."""
    health = [{"from": little.day(6), "nominal": {"allowed": False}}]
    exactly(little, alone(little, ship={"health": health}), 24, *each(little, "old"), *stays(little))


def test_graded_by_the_number_in_the_ship(little):
    """One may return. For three days both sit there, 3 each; then bob has no seat, 10 a day, and ann alone is well."""
    health = [{"nominal": {"at_most": 1, "loss": {"2": 0.2}}}]
    said = [holds(little, "old", people=["ann"]), holds(little, "old", 0, 3, ["bob"]), bare(little, 3, 10)]
    exactly(little, alone(little, ship={"health": health}), 18 + 70, *said, *stays(little))


def test_graded_by_the_seat(little):
    """ann does not fit the bench, where bob sits: a contingency seat, 1 a day. From day 7 on one may return: 3 each."""
    bench = {"id": "bench", "seats": ["3"], "contingency": True, "body": {"mass_kg": {"at_most": 80}}}
    health = [{"from": little.day(7), "nominal": {"at_most": 1, "loss": {"3": 0.2}}}]
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["health"]["emergency"] = {"loss": {"3": 0.5}}
    kind["health"]["nominal"] = {"loss": {"3": 0.2}}
    (ann, bob) = little.station()["people"]
    people = [{**ann, "body": {"mass_kg": 90}}, {**bob, "body": {"mass_kg": 70}}]
    case = alone(little, kind=kind, ship={"extra_groups": [bench], "health": health}, people=people)
    said = [holds(little, "old", people=["ann"], group="couch"), holds(little, "old", people=["bob"], group="bench")]
    exactly(little, case, 7 + 3 * 6, *said, *stays(little))


@pytest.mark.parametrize(
    ("health", "days"),
    [
        ([], 2),
        ([(5, 1)], 2 + 5 * 6),
        ([(0, 1), (1, 2)], 6 + 1),
    ],
    ids=["always two", "one from day 5 on", "one on day 0"],
)
def test_graded_by_the_suit(little, health, days):
    """ann is suited, bob's suit comes on day 2: unsuited until then, 1 a day. While only one may return all weigh 3,
    suited or not."""
    kind = little.ship_type("bad", 2, 0.5, 0.2, suit="soft", unsuited={"emergency": 0.01, "nominal": 0.01})
    kind["groups"][0]["hookups"] = True
    option = {"id": "cargo", "earliest": little.day(1), "latest": little.day(1), "transit": "P1D"}
    cargo = {"id": "cargo", "type": "freighter", "launch": [{**option, "brings": {"suits": ["suit-bob"]}}]}
    dated = [{"from": little.day(day), "nominal": {"at_most": most, "loss": {"2": 0.2}}} for day, most in health]
    (ann, bob) = little.station()["people"]
    ann["aboard_in"]["suit"] = "suit-ann"
    case = little.case(
        suit_types=[{"id": "soft"}],
        suits=[
            {"id": "suit-ann", "type": "soft", "fits": ["ann"], "aboard": True},
            {"id": "suit-bob", "type": "soft", "fits": ["bob"]},
        ],
        vehicle_types=[kind, {"id": "freighter", "interface": "ring"}],
        vehicles=[{"id": "old", "type": "bad", "docked_at": "fore", "health": dated}, cargo],
        people=[ann, bob],
    )
    flown = little.say(require={"launch": {"vehicle": "cargo"}})
    assert graded(case, flown, *each(little, "old"), *stays(little)) == days  # more could be had without the suits


def test_graded_suits_of_two_who_are_counted_together(little):
    """Suits for ann and bob, of whom nothing else is told apart, come on day 2: unsuited until then, 1 a day for each.
    From day 5 on one may return, so both weigh 3, suited as they are."""
    kind = little.ship_type("bad", 2, 0.5, 0.2, suit="soft", unsuited={"emergency": 0.01, "nominal": 0.01})
    kind["groups"][0]["hookups"] = True
    option = {"id": "cargo", "earliest": little.day(1), "latest": little.day(1), "transit": "P1D"}
    cargo = {"id": "cargo", "type": "freighter", "launch": [{**option, "brings": {"suits": ["suit-ann", "suit-bob"]}}]}
    health = [{"from": little.day(5), "nominal": {"at_most": 1, "loss": {"2": 0.2}}}]
    case = little.case(
        suit_types=[{"id": "soft"}],
        suits=[{"id": f"suit-{person}", "type": "soft", "fits": [person]} for person in ("ann", "bob")],
        vehicle_types=[kind, {"id": "freighter", "interface": "ring"}],
        vehicles=[{"id": "old", "type": "bad", "docked_at": "fore", "health": health}, cargo],
    )
    flown = little.say(require={"launch": {"vehicle": "cargo"}})
    assert graded(case, flown, holds(little, "old"), *stays(little)) == 2 * 2 * 1 + 5 * 2 * 3


@pytest.mark.parametrize(("launch", "latest"), [(1, 1), (1, 2), (2, 2)])
def test_graded_past_the_first_step(little, launch, latest):
    """Launched on day 1 (or 2) the relief ship is past its first step three days later: 3 for each of two from then
    on. Until it is there both sit well in the old ship. The later step, written first, changes nothing."""
    case = with_relief(little, TWO_STEPS, latest=latest)
    dates = {"from": little.day(launch), "to": little.day(launch + 1)}
    flown = little.say(require={"launch": {"vehicle": "relief", **dates}})
    there = launch + 1
    said = [flown, *each(little, "old", 0, there), *each(little, "relief", there), *stays(little, "old", "relief")]
    exactly(little, case, 6 * (10 - launch - 3), *said)


@pytest.mark.parametrize(
    ("claim", "days"),
    [
        ({"people": "all"}, 60),
        ({"people": ["bob"]}, 30),
        ({"people": ["bob"], "vehicle": "old"}, 30),
        ({"people": ["bob"], "vehicle": "new"}, 0),
        ({"people": ["bob"], "to": 4}, 12),
        ({"people": "all", "from": 4, "vehicle": "old"}, 36),
    ],
    ids=str,
)
def test_graded_where_a_return_is_forbidden(little, claim, days):
    """A return that is forbidden grades the seats of those it concerns, on its days, in its ship (or any): 3 a day.
    What else is said before it, of a departure or another ship, grades nothing."""
    dated = {key: little.day(value) if key in ("from", "to") else value for key, value in claim.items()}
    rules = [
        {"id": "first", "reason": "why", "forbid": {"depart": {"vehicle": "new"}}},
        {"id": "other", "reason": "why", "forbid": {"return": {"people": "all", "vehicle": "new"}}},
        {"id": "this", "reason": "why", "forbid": {"return": dated}},
    ]
    case = little.case(restrictions=rules)
    exactly(little, case, days, *each(little, "old"), *stays(little))


def test_a_ride_that_is_cheaper_for_two_is_not_had_alone(little):
    """Fore is closed from day 4 on and aft until then: the ship moves on day 4. On day 3 bob has no seat, so ann rides
    alone, at 0.3; two together would cost 0.1 each, which is less."""
    kind = little.ship_type("bad", 2, 0.5, 0.2)
    kind["health"]["relocation"] = {"loss": {"1": 0.3, "2": 0.1}}
    ports = [
        {"id": "fore", "interface": "ring", "closed": [{"from": little.day(4)}]},
        {"id": "aft", "interface": "ring", "closed": [{"to": little.day(4)}]},
    ]
    case = alone(little, kind=kind, ports=ports)
    said = [
        little.say(require={"relocate": {"vehicle": "old"}}),
        holds(little, "old", people=["ann"]),
        holds(little, "old", 0, 3, ["bob"]),
        bare(little, 3, 4),
        holds(little, "old", 4, 10, ["bob"]),
        nobody_returns(little),
    ]
    bob = held(0.5, 0, 3) + held(1, 3, 4) + held(0.5, 4, 10)
    assert least(case, *said) == held(0.5, 0, 10) + bob + 2 * due(0.2, 10) + due(0.3, 4)


@pytest.mark.parametrize("off", ["docked-life.returns", "docked-life.holds", "docked-life"])
def test_a_step_whose_rule_is_off_takes_back_from_those_past_it_only(little, off):
    """Launched on day 1 (day 2 is open as well) the relief ship's seats cost 0.1 more from day 4 on, and, its first
    step being replaced by one without added loss, no more from day 8 on, where seats may be held then; otherwise both
    change into the old ship."""
    life = [
        {"id": "aged", "after": "P3D", "added_loss": 0.1},
        {"id": "dead", "after": "P7D", "holds": False, "returns": False},
    ]
    case = with_relief(little, life, latest=2)
    flown = little.say(require={"launch": {"vehicle": "relief", "from": little.day(1), "to": little.day(2)}})
    said = [flown, holds(little, "relief", 2, 8), holds(little, "old", 8, 10), nobody_returns(little)]
    one = held(0.5, 0, 2) + held(0.001, 2, 8) + held(0.1, 4, 8) + held(0.5, 8, 10) + due(0.2, 10)
    assert least(case, *said, rules_off=[off]) == 2 * one
