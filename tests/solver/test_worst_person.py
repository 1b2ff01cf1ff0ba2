"""The worst-off person as what is minimised, weighed or limited, on cases solved by hand.

One evacuation in a hundred days: `S` is the chance that none came before a day. Nobody lands before the end (there is
no landing window), so that the only choices are seats; at the end everybody comes home at the nominal loss.
"""

import math

import pytest

from crewreturn.bench.textbook import level_unit, solve_textbook
from crewreturn.solver.api import solve

S = [math.exp(-0.01 * day) for day in range(5)]
"""Chance that no evacuation came before the start of each day."""
RATE = [(1 - s) / 0.01 for s in S]
"""Integral of that chance from the start: days that a hazard counts for."""


def ship(little, name, seats, emergency, nominal=0.01, **more):
    """A type that lands on no date; tables by number of people."""
    kind = little.ship_type(name, seats, 0.0, nominal, landing_windows=[], **more)
    kind["health"]["emergency"] = {"loss": emergency}
    return kind


def crowd(little, objective, **more):
    """Three people without seats for one day: a ship for three that is poor if full, a poorer one for one.

    All in the big one: 0.4 each in an evacuation. Two there at 0.1, one in the small one at 0.45: less in all (0.65
    instead of 1.2), but more for that one. With less than a seat for everyone somebody is lost for sure at the end.
    """
    return little.case(
        horizon={"start": little.day(0), "end": little.day(1)},
        vehicle_types=[ship(little, "big", 3, {"2": 0.1, "3": 0.4}), ship(little, "small", 1, {"1": 0.45})],
        vehicles=[
            {"id": "big", "type": "big", "docked_at": "fore"},
            {"id": "small", "type": "small", "docked_at": "aft"},
        ],
        people=[{"id": name, "aboard": True} for name in ("ann", "bob", "cyd")],
        objective=[{"id": f"level-{number}", "weights": weights} for number, weights in enumerate(objective)],
        **more,
    )


FULL = 0.4 * (1 - S[1]) + 0.01 * S[1]
"""Loss of each of three in the big ship."""
SMALL = 0.45 * (1 - S[1]) + 0.01 * S[1]
"""Loss of the one in the small ship."""
LOST = (1 - S[1]) + S[1]
"""Loss of somebody without a seat: in an evacuation, or stranded at the end."""
ALL_IN = 1.2 * (1 - S[1]) + 0.03 * S[1]
SPLIT = 0.65 * (1 - S[1]) + 0.03 * S[1]


def best(case, statements=()):
    """Each level's best value in micromorts, on which the textbook model and the checker have to agree."""
    answer = solve(case, statements=statements)
    theirs = solve_textbook(case, statements=statements)
    assert answer.status == theirs.status
    values = [level.value for level in answer.levels]
    if answer.plan is not None:
        for level, number, units in zip(case.objective, values, theirs.bests, strict=True):
            assert number == pytest.approx(units / level_unit(level), abs=2e-3)
            assert number == pytest.approx(answer.evaluation.objective[level.id], abs=2e-3)
    return answer, [None if value is None else value / 1e6 for value in values]


def in_small(answer):
    """How many sit in the small ship."""
    return sum(hold.vehicle == "small" for hold in answer.plan.holds)


def test_alone_it_sets_who_sits_where_and_not_how_many_are_lost(little):
    """All in the big ship: 0.4 for the worst-off instead of 0.45, though the sum is nearly twice as large."""
    answer, (value,) = best(crowd(little, [{"worst_person": 1}]))
    assert value == pytest.approx(FULL)
    assert in_small(answer) == 0
    assert answer.evaluation.measures["worst_person"] == pytest.approx(FULL)
    assert answer.evaluation.expected_loss == pytest.approx(ALL_IN)


def test_after_the_expected_loss_it_has_no_say_in_it(little):
    """The sum comes first: one in the small ship. Then the worst-off is whoever sits there."""
    answer, values = best(crowd(little, [{"expected_loss": 1}, {"worst_person": 1}]))
    assert values == pytest.approx([SPLIT, SMALL])
    assert in_small(answer) == 1


def test_after_the_expected_loss_burdens_are_shared(little):
    """Two ships with one seat, at 0.1 and at 0.5, and two people for two days: the sum is the same if they swap.

    Without swapping one has 0.5 for both days. Swapping on day 1, one has 0.5 on day 0 and 0.1 on day 1, the other the
    reverse; the first is worse off, since on day 1 the evacuation may have come already.
    """
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(2)},
        vehicle_types=[ship(little, "bad", 1, {"1": 0.5}), ship(little, "good", 1, {"1": 0.1})],
        people=[{"id": "ann", "aboard": True}, {"id": "bob", "aboard": True}],
        objective=[{"id": "loss", "weights": {"expected_loss": 1}}, {"id": "worst", "weights": {"worst_person": 1}}],
    )
    answer, values = best(case)
    assert values[0] == pytest.approx(0.6 * (1 - S[2]) + 0.02 * S[2])
    assert values[1] == pytest.approx(0.5 * (1 - S[1]) + 0.1 * (S[1] - S[2]) + 0.01 * S[2])
    assert answer.evaluation.measures["reseats"] == 4


@pytest.mark.parametrize(("weight", "value", "small"), [(10, SPLIT + 10 * SMALL, 1), (12, ALL_IN + 12 * FULL, 0)])
def test_weighed_beside_the_expected_loss_it_may_outweigh_it(little, weight, value, small):
    """All in the big ship costs 0.55 more in all and 0.05 less for the worst-off: worth it from a weight of 11 on."""
    answer, (found,) = best(crowd(little, [{"expected_loss": 1, "worst_person": weight}]))
    assert found == pytest.approx(value)
    assert in_small(answer) == small


def test_weights_scale_a_level_and_change_nothing(little):
    """A weight of its own, beside prices: three times the worst-off, and 100 for each of three reseats."""
    _, (value,) = best(crowd(little, [{"worst_person": 3, "reseats": 100}]))
    assert value == pytest.approx(3 * FULL + 300e-6)


def test_limit_from_above(little):
    """At most what everyone has in the full ship: then all sit there. Below that there is no plan at all.

    Whoever has no seat is lost for sure, and somebody in the small ship has 0.45.
    """
    case = crowd(little, [{"expected_loss": 1}])
    answer, (value,) = best(case, [little.say(require={"limit": {"measure": "worst_person", "at_most": FULL + 1e-9}})])
    assert value == pytest.approx(ALL_IN)
    assert in_small(answer) == 0
    answer, _ = best(case, [little.say(require={"limit": {"measure": "worst_person", "at_most": FULL - 1e-6}})])
    assert answer.status == "infeasible"


def test_limit_from_below(little):
    """The one in the small ship reaches its own loss; to be worse off still somebody has to have no seat at all.

    Then the other two sit in the big ship at 0.1 each. Nobody can be worse off than lost for sure.
    """
    case = crowd(little, [{"expected_loss": 1}])
    _, (value,) = best(case, [little.say(require={"limit": {"measure": "worst_person", "at_least": SMALL - 1e-9}})])
    assert value == pytest.approx(SPLIT)
    answer, (value,) = best(
        case, [little.say(require={"limit": {"measure": "worst_person", "at_least": SMALL + 1e-6}})]
    )
    assert value == pytest.approx(0.2 * (1 - S[1]) + 0.02 * S[1] + LOST)
    assert answer.evaluation.measures["worst_person"] == pytest.approx(LOST)
    answer, _ = best(case, [little.say(require={"limit": {"measure": "worst_person", "at_least": LOST + 1e-6}})])
    assert answer.status == "infeasible"


def test_limit_from_both_sides(little):
    """Between what the full ship and the small one cost: only the second lies there. Between that and 1: nothing."""
    case = crowd(little, [{"worst_person": 1}])
    between = {"measure": "worst_person", "at_least": FULL + 1e-6, "at_most": SMALL + 1e-9}
    answer, (value,) = best(case, [little.say(require={"limit": between})])
    assert value == pytest.approx(SMALL)
    between = {"measure": "worst_person", "at_least": SMALL + 1e-6, "at_most": LOST - 1e-6}
    answer, _ = best(case, [little.say(require={"limit": between})])
    assert answer.status == "infeasible"


def test_ride_of_a_relocation(little):
    """The ship has to move once in two days; a ride costs 0.05 each for two, 0.02 for one alone.

    Both held seats in the tick before the start, so on day 0 both would ride. On day 1 one rides alone if the other got
    off on day 0: that one has no seat for a day, which is less (0.00995) than the ride (0.0198). Later days are
    cheaper, as an evacuation may have come; there is none after day 1.
    """
    kind = ship(little, "bad", 2, {"2": 0.1}, relocates={"crewed": True, "uncrewed": False})
    kind["health"]["relocation"] = {"loss": {"1": 0.02, "2": 0.05}}
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(2)},
        vehicle_types=[kind],
        vehicles=[{"id": "old", "type": "bad", "docked_at": "fore"}],
        restrictions=[{"id": "room", "reason": "a port is needed", "require": {"relocate": {"vehicle": "old"}}}],
        objective=[{"id": "worst", "weights": {"worst_person": 1}}],
    )
    answer, (value,) = best(case)
    assert value == pytest.approx(0.02 * S[1] + 0.1 * (1 - S[2]) + 0.01 * S[2])
    assert [move.at.day for move in answer.plan.relocations] == [2]
    assert answer.evaluation.measures["unassured_days"] == 1


@pytest.mark.parametrize(("to", "days"), [(1, RATE[1]), (2, RATE[2]), (None, RATE[2])])
def test_hazard_of_one_person(little, to, days):
    """Ann is ill: 0.03 a day aboard, for as long as it lasts, beside the seat that she shares with bob."""
    ill = {"id": "illness", "rate_per_day": 0.03, "people": ["ann"]}
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(2)},
        vehicle_types=[ship(little, "bad", 2, {"2": 0.1}), ship(little, "good", 2, {"2": 0.1})],
        hazards=[ill if to is None else {**ill, "to": little.day(to)}],
        objective=[{"id": "worst", "weights": {"worst_person": 1}}],
    )
    _, (value,) = best(case)
    assert value == pytest.approx(0.1 * (1 - S[2]) + 0.01 * S[2] + 0.03 * days)


@pytest.mark.parametrize(
    ("latest", "launch", "value"),
    [
        (0, 0, 0.45 * (1 - S[1]) + 0.1 * (S[1] - S[2]) + 0.4 * (S[2] - S[4]) + 0.31 * S[4]),
        (1, 0, 0.45 * (1 - S[1]) + 0.1 * (S[1] - S[2]) + 0.4 * (S[2] - S[4]) + 0.31 * S[4]),
        (2, 2, 0.45 * (1 - S[3]) + 0.1 * (S[3] - S[4]) + 0.01 * S[4]),
    ],
)
def test_docked_life_from_a_launch_that_is_decided(little, latest, launch, value):
    """A ship is there a day after its launch, and two days after it 0.3 is added, to the way home at the end as well.

    Until then ann waits in a safe haven, at 0.45. Launched on day 0 or 1 the ship is past the step on the last day, 3,
    and so at the end: at once is better, as the old ship (0.4) is better than the haven. Launched on day 2 it is not:
    two more days in the haven are worth 0.3 on the way home.
    """
    kind = ship(little, "good", 1, {"1": 0.1}, docked_life=[{"id": "worn", "after": "P2D", "added_loss": 0.3}])
    option = {"id": "empty", "earliest": little.day(0), "latest": little.day(latest), "transit": "P1D"}
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(4)},
        loss_unassured=0.45,
        vehicle_types=[kind],
        vehicles=[{"id": "relief", "type": "good", "launch": [option]}],
        people=[{"id": "ann", "aboard": True}],
        objective=[{"id": "worst", "weights": {"worst_person": 1}}],
    )
    answer, (found,) = best(case)
    assert found == pytest.approx(value)
    assert [event.launch.day - 1 for event in answer.plan.launches] == [launch]


def test_rest_of_a_liner_move(little):
    """Six hours of a day: a quarter of a day's rate, lost for sure in it, on top of the day in the seat."""
    kind = ship(little, "bad", 1, {"1": 0.1})
    kind["groups"][0]["needs_liner"] = "form"
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(1)},
        liner_kinds=[{"id": "form", "move": {"takes": "PT6H"}}],
        liners=[{"id": "form-ann", "kind": "form", "owner": "ann", "stowed": True}],
        vehicle_types=[kind],
        vehicles=[{"id": "old", "type": "bad", "docked_at": "fore"}],
        people=[{"id": "ann", "aboard": True}],
        objective=[{"id": "worst", "weights": {"worst_person": 1}}],
    )
    _, (value,) = best(case)
    assert value == pytest.approx(1 - math.exp(-0.0025) + 0.1 * (1 - S[1]) + 0.01 * S[1])


def test_ascents_do_not_count_and_people_on_the_ground_neither(little):
    """Cyd comes up at an ascent loss of 0.2, which is left out, and is there for a day; ann sits there for two.

    So ann is the worst-off. Nobody aboard: then nobody is, and the largest loss is 0.
    """
    crew = {"id": "crew", "earliest": little.day(1), "latest": little.day(1), "transit": "P0D"}
    option = {**crew, "brings": {"people": ["cyd"]}, "ascent_loss": 0.2}
    case = little.case(
        horizon={"start": little.day(0), "end": little.day(2)},
        vehicle_types=[ship(little, "bad", 1, {"1": 0.1}), ship(little, "good", 1, {"1": 0.1})],
        vehicles=[
            {"id": "old", "type": "bad", "docked_at": "fore"},
            {"id": "new", "type": "good", "launch": [option], "must_launch": True},
        ],
        people=[{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}, {"id": "cyd"}],
        objective=[{"id": "worst", "weights": {"worst_person": 1}}],
    )
    answer, (value,) = best(case)
    assert value == pytest.approx(0.1 * (1 - S[2]) + 0.01 * S[2])
    losses = {loss.person: loss for loss in answer.evaluation.losses}
    assert losses["cyd"].total > losses["ann"].total > losses["cyd"].without_ascent
    empty = little.case(people=[], objective=[{"id": "worst", "weights": {"worst_person": 1}}])
    assert solve(empty).levels[0].value == 0
    nobody = little.say(require={"limit": {"measure": "worst_person", "at_least": 1e-3}})
    assert solve(empty, statements=[nobody]).status == "infeasible"
