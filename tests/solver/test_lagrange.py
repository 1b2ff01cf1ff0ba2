"""The bound from prices: valid for every lawful plan whatever the prices, and exact where it can be argued."""

import math
import random

import numpy as np
import pytest

from crewreturn.bench.random_cases import FEATURES, SMALL, TINY
from crewreturn.models.objective import Level
from crewreturn.models.rules import RULES
from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.facts import Facts
from crewreturn.solver.lagrange import FEW_CELLS, MANY_CELLS, Relaxation, _flat, lagrange_bound
from crewreturn.solver.model import Model
from crewreturn.solver.switches import STRUCTURAL

LOSS = Level(id="loss", weights={"expected_loss": 1})
BURDEN = Level(id="burden", weights={"expected_loss": 1, "reseats": 5, "off_plan_days": 1, "displaced": 100})
PRICED = ("graded_days", "crew_days", "unassured_days", "understaffed_days", "off_plan_days", "displaced", "launches",
          "extra_launches", "riggings", "relocations", "liner_moves", "reseats", "lateness")  # fmt: skip


def optimum(facts, level):
    """The least cost on every tick by CP-SAT, or None without a plan."""
    model = Model(facts, range(facts.horizon), [level])
    found = minimise(model.rows, model.levels[0].cost, Budget())
    assert found.status in ("optimal", "infeasible")
    return found.value


def improved(facts, level=LOSS, rounds=30):
    """The bound after so many improvements."""
    found = lagrange_bound(facts, level, Budget(), rounds=rounds)
    return None if found is None else found.bound


def at_any_prices(facts, level, seed):
    """Bounds at prices drawn at random, from small to absurd, on few prices or on all."""
    dice = np.random.default_rng(seed)
    for cells in (1, MANY_CELLS):
        relaxation = Relaxation(facts, level, cells)
        start = _flat(relaxation.start(usual=True))
        yield relaxation.look(start)[0]
        for scale in (1e2, 1e5, 1e8, 1e13):
            which = dice.random(len(start)) < dice.choice([0.02, 0.3, 1.0])
            yield relaxation.look(start + dice.normal(size=len(start)) * scale * which)[0]


def question(case, seed):
    """A case asked with or without its alternative, rules switched off, and a level of its own or of any prices."""
    dice = random.Random(seed)
    asked = {}
    if case.alternatives and dice.random() < 0.5:
        chosen = dice.choice(case.alternatives)
        asked = {"waive": chosen.waive, "statements": [(chosen.id, said) for said in chosen.statements]}
    if dice.random() < 0.4:
        asked["rules_off"] = dice.sample(sorted(set(RULES) - STRUCTURAL), dice.randint(1, 12))
    weights = dict(case.objective[0].weights) if dice.random() < 0.4 else {}
    if not weights.get("expected_loss"):
        weights = {name: dice.choice([1, 5, 100, 30_000]) for name in dice.sample(PRICED, dice.randint(0, 8))}
        weights["expected_loss"] = dice.choice([1, 2, 0.3])
    return Facts(case, **asked), Level(id="asked", weights=weights)


@pytest.mark.parametrize("seed", [*range(5000, 5090)])
def test_no_prices_bound_more_than_the_optimum_of_tiny_cases(draw, seed):
    """A plan pays at least what the parts do at any prices: that is what relaxing rules into prices means.

    The cases draw on the whole schema, under alternatives, with rules switched off, and at any weights.
    """
    facts, level = question(draw(seed, TINY, FEATURES), seed)
    best = optimum(facts, level)
    if best is not None:
        assert max(*at_any_prices(facts, level, seed), improved(facts, level, 15)) <= best


@pytest.mark.parametrize("seed", [3001, 3002, 3004, 3006, 3008, 3011])
def test_no_prices_bound_more_than_the_optimum_of_small_cases(draw, seed):
    """The same with more people who are alike, longer horizons, and more ships."""
    facts, level = Facts(draw(seed, SMALL)), BURDEN
    best = optimum(facts, level)
    if best is not None:
        assert max(*at_any_prices(facts, level, seed), improved(facts, level, 15)) <= best


def test_two_people_with_room_for_both_pay_what_one_would(little):
    """Both can sit in the good ship, and go home in it at once: nothing that is relaxed binds.

    At the start they are in the bad one (nominal 0.2). The way home through the good one needs a tick in it: they
    change seats at 0 and go home at 1: R(0.1, 0) - R(0.1, 1) in its seats and R(0.01, 1), each 5 umort for the seat.
    Staying longer makes the return no dearer than the exposure saves: 0.01 S falls by less than 0.1 S does.
    """
    case = little.case()
    facts, time = Facts(case), Facts(case).time
    alone = time.held(0.1, 0, 1) + time.event(0.01, 1) + time.event(5e-6, 0)
    level = case.objective[0]
    assert improved(facts, level) == 2 * alone == optimum(facts, level)


def test_a_seat_too_few_is_priced(little):
    """The good ship has one seat, and neither ship may leave: both are at the station to the end.

    One of the two is in the good ship throughout (0.1 in an emergency, 0.01 at the end), the other in the bad one (0.5
    and 0.2). Unpriced seats would put both into the good one, and bound the loss by twice the first of these.
    The price between the two ways closes the gap.
    """
    types = [little.ship_type("bad", 2, 0.5, 0.2), little.ship_type("good", 1, 0.1, 0.01)]
    ships = [
        {"id": "old", "type": "bad", "docked_at": "fore", "leave": {"not_before": little.day(11)}},
        {"id": "new", "type": "good", "docked_at": "aft", "leave": {"not_before": little.day(11)}},
    ]
    facts = Facts(
        little.case(vehicle_types=types, vehicles=ships, horizon={"start": little.day(0), "end": little.day(4)})
    )
    time = facts.time
    good, bad = (time.held(e, 0, 4) + time.event(n, 4) for e, n in ((0.1, 0.01), (0.5, 0.2)))
    best = optimum(facts, LOSS)
    assert best == good + bad
    unpriced = Relaxation(facts, LOSS, FEW_CELLS)
    assert unpriced.value(unpriced.start(usual=False))[0] == 2 * good
    assert best * 0.999 <= improved(facts, LOSS, 300) <= best


def test_a_flight_brings_all_its_people_or_none(little):
    """Nobody is aboard; a ship may bring ann and bob (0.001 each on the way up), which was planned, or stay down.

    On the ground each costs the ascent and the return of later (0.001 + 0.01), and 100 umort for being displaced at
    the window's end, day 3. Flying costs the ascent at day 2, seats from day 2 and a return: at least a tick's
    exposure and 0.01, both discounted, and so less. The bound is that twice, since nothing relaxed binds.
    """
    option = {
        "id": "full", "planned": {"from": little.day(0), "to": little.day(3)}, "earliest": little.day(2),
        "latest": little.day(2), "transit": "P0D", "brings": {"people": ["ann", "bob"]}, "ascent_loss": 0.001,
    }  # fmt: skip
    case = little.case(
        vehicle_types=[little.ship_type("good", 2, 0.1, 0.01)],
        vehicles=[{"id": "new", "type": "good", "launch": [option]}],
        people=[{"id": "ann"}, {"id": "bob"}],
    )
    facts, time = Facts(case), Facts(case).time
    up = time.event(0.001, 2) + time.held(0.1, 2, 3) + time.event(0.01, 3)
    down = time.flat(0.001) + time.flat(0.01) + time.event(1e-4, 3)
    assert improved(facts, BURDEN) == 2 * min(up, down) == optimum(facts, BURDEN)


def test_staffing_is_priced(little):
    """Both would go home at day 1, but one has to stay to the end, where the return is charged as well.

    Off plan costs a micromort a day; with a plan to return at day 1 the one who stays pays the exposure and nine days.
    """
    people = [
        {"id": name, "aboard_in": {"vehicle": ship, "group": "couch"}, "planned_return": little.day(1)}
        for name, ship in (("ann", "old"), ("bob", "new"))
    ]
    case = little.case(
        vehicle_types=[little.ship_type("good", 1, 0.001, 0.001)],
        vehicles=[{"id": i, "type": "good", "docked_at": p} for i, p in (("old", "fore"), ("new", "aft"))],
        people=people,
        staffing=[{"id": "crew", "name": "somebody", "at_least": 1}],
    )
    facts = Facts(case)
    best = optimum(facts, BURDEN)
    unpriced = Relaxation(facts, BURDEN, FEW_CELLS)
    assert unpriced.value(unpriced.start(usual=False))[0] < best * 0.9995
    assert best * 0.9999 <= improved(facts, BURDEN, 300) <= best


def test_levels_without_losses_and_sums_too_large_have_no_bound(little):
    """Days are not counted in units of loss; a price of 1e18 umort to one of loss passes what 64 bits hold."""
    facts = Facts(little.case())
    assert lagrange_bound(facts, Level(id="days", weights={"unassured_days": 1}), Budget()) is None
    assert lagrange_bound(facts, Level(id="huge", weights={"expected_loss": 1e-9, "reseats": 1e9}), Budget()) is None


def test_more_improvements_bound_no_less_and_the_same_again(draw):
    """Improvements keep the best bound, and as many of them find the same one on every run."""
    facts, level = Facts(draw(3, SMALL)), BURDEN
    bounds = [improved(facts, level, rounds) for rounds in (0, 5, 40)]
    assert bounds == sorted(bounds)
    assert improved(facts, level, 40) == bounds[-1]


def test_the_first_bound_needs_no_time(little):
    """Out of time from the beginning: the bound of the first prices all the same, and a finite one."""
    case = little.case()
    found = lagrange_bound(Facts(case), case.objective[0], Budget.of(0))
    assert found is not None and math.isfinite(found.bound)
    assert 0 < found.bound <= optimum(Facts(case), case.objective[0])
