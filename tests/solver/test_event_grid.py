"""Which instants a plan needs: where `docs/proof.md` says that dates and durations suffice, and where they do not.

The solver's proof leans on none of this: it is made on every tick. What is tested here is what the page claims, and
that the package is right where a coarse grid is not.
"""

import itertools
import math
import random
from dataclasses import dataclass

import numpy as np
import pytest

from crewreturn.solver.engine import Budget, minimise
from crewreturn.solver.extract import Extract
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import coarse
from crewreturn.solver.model import Model
from crewreturn.solver.search import Search

RATE = 0.02
TICKS = np.arange(15)


@dataclass(frozen=True)
class Structure:
    """Events of which only the times are open: a window for each, and how far they must lie apart."""

    windows: tuple[tuple[int, int], ...]
    apart: tuple[tuple[int, int, int], ...]
    """First event, second event, ticks by which the second is later at least (negative: earlier at most)."""
    prices: tuple[int, ...]
    """What each event costs if no evacuation came before it."""
    days: tuple[int, ...]
    """What each tick of an event's time costs."""

    def times(self):
        """All that is allowed, one plan a row."""
        ranges = [np.arange(first, last + 1) for first, last in self.windows]
        plans = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(ranges))
        for first, second, ticks in self.apart:
            plans = plans[plans[:, second] - plans[:, first] >= ticks]
        return plans

    def anchored(self, plan):
        """Whether from every event a path of differences that are just met leads to one at an end of its window."""
        reached = {e for e, (first, last) in enumerate(self.windows) if plan[e] in (first, last)}
        tied = [(a, b) for a, b, ticks in self.apart if plan[b] - plan[a] == ticks]
        for _ in self.windows:
            reached |= {b for a, b in tied if a in reached} | {a for a, b in tied if b in reached}
        return len(reached) == len(self.windows)

    def closure(self):
        """Window ends, and those plus or minus durations, each used at most once."""
        found = set(itertools.chain(*self.windows))
        for *_, ticks in self.apart:
            found |= {tick + sign * ticks for tick in found for sign in (-1, 1)}
        return sorted(found)


def drawn(dice):
    """Two to four events with windows and differences in 0 to 14."""
    events = range(dice.randint(2, 4))
    windows = tuple(tuple(sorted(dice.sample(range(15), 2))) for _ in events)
    pairs = [dice.sample(events, 2) for _ in range(dice.randint(1, len(events)))]
    apart = tuple((first, second, dice.randint(-6, 6)) for first, second in pairs)
    return Structure(
        windows, apart, tuple(dice.randint(-3, 3) for _ in events), tuple(dice.randint(0, 3) for _ in events)
    )


def losses(structure, plans):
    """A level of losses: every event is charged its price, if no evacuation came before."""
    return np.exp(-RATE * plans) @ np.array(structure.prices)


def with_lateness(structure, plans):
    """Losses, and beside them `lateness` at a price: the date of an event, charged if no evacuation came before."""
    return losses(structure, plans) + (plans * np.exp(-RATE * plans)) @ (0.02 * np.array(structure.days))


def in_days(structure, plans):
    """A level without losses: days, as `lateness` counts them."""
    return plans @ np.array(structure.days)


def with_bare_days(structure, plans):
    """Losses, and beside them days that no evacuation forestalls: no level of the package has this by itself."""
    return losses(structure, plans) + 0.018 * in_days(structure, plans)


def best(cost, structure, plans):
    """The plans of least cost."""
    costs = cost(structure, plans)
    return plans[costs <= costs.min() + 1e-9]


def missed(cost, levels=()):
    """How many of four hundred drawn structures have no best plan that is anchored, and how many have plans at all."""
    dice, none, tried = random.Random(20301), 0, 0
    for _ in range(400):
        structure = drawn(dice)
        plans = structure.times()
        if not len(plans):
            continue
        tried += 1
        for level in (cost, *levels):
            plans = best(level, structure, plans)
        held = [plan for plan in plans if structure.anchored(plan)]
        none += not held
        if held:
            assert set(held[0].tolist()) <= set(structure.closure())
    return none, tried


@pytest.mark.parametrize("cost", [losses, with_lateness, in_days])
def test_some_best_plan_has_every_event_at_a_date_or_tied_to_one(cost):
    """At a constant rate, every plan of each structure tried: one of the best is anchored, so the closure holds it.

    A group that hangs on no window end can be shifted a tick either way. Its cost under a shift by s is A S(s) for
    losses, (A + B s) S(s) with B >= 0 for losses and lateness, B s for days: none has an inner minimum, so one of the
    two directions costs nothing, and the group can go there until it meets something.
    """
    none, tried = missed(cost)
    assert tried > 200
    assert none == 0


@pytest.mark.parametrize("cost", [losses, with_lateness])
def test_levels_one_after_another_keep_such_a_plan(cost):
    """Among the best of the first level, the best in days: still anchored, as long as nothing of the first is given up.

    A group that could be shifted either way at a best plan has A = 0 (and B = 0) in the first level, so the shift that
    the second level wants does not touch the first.
    """
    assert missed(cost, [in_days])[0] == 0


def test_bare_days_beside_losses_break_it():
    """The same structures, with days beside losses in one level: A S(s) + B s has an inner minimum if A, B > 0."""
    none, tried = missed(with_bare_days)
    assert 0 < none < tried


def survival(tick):
    """At a constant rate."""
    return math.exp(-RATE * tick)


def fallen(tick):
    """The rate falls from 0.05 to 0.005 a day on day 10."""
    return math.exp(-0.05 * min(tick, 10) - 0.005 * max(0, tick - 10))


def risen(tick):
    """The other way round."""
    return math.exp(-0.005 * min(tick, 10) - 0.05 * max(0, tick - 10))


SINGLE = {
    # S has the slope -0.02 S, the days 0.015: they cancel at S = 0.75, between days 14 and 15. Cost 0.96578 on day 14,
    # 0.96582 on day 15.
    "days beside a loss": (lambda t: survival(t) + 0.015 * t, range(31), {0, 30}, 14),
    # Two events tied six days apart, from day 4 on and on day 10 at the latest: with t before and t + 6 after the fall
    # the slope is -0.05 exp(-0.05 t) + 0.059 exp(-0.48 - 0.005 t), which is 0 at t = 6.99.
    "a rate that falls": (lambda t: fallen(t) - 11.8 * fallen(t + 6), range(4, 11), {4, 10}, 7),
    # The rate rises from 0.005 to 0.05 on day 10. The second event comes at most six days after the first, which is
    # best early, the second late: the slope 0.005 exp(-0.005 t) - 0.0059 exp(0.15 - 0.05 t) is 0 at t = 7.01.
    "a rate that rises": (lambda t: 0.118 * risen(t + 6) - risen(t), range(4, 11), {4, 10}, 7),
    # Two share the one good seat, and swap on day t: losses 1 - S(t) and S(t) - S(30) cross where S(t) = 0.7744,
    # between days 12 (worst 0.2378) and 13 (worst 0.2290).
    "the worst-off person": (
        lambda t: max(1 - survival(t), survival(t) - survival(30)),
        range(31),
        {0, 30},
        13,
    ),
    # A loss of 1 - S(t) is best on day 0. With 0.1 given up, then as late as can be: S(5) = 0.9048 will do,
    # S(6) = 0.8869 not.
    "a tolerance, then days": (lambda t: -t if 1 - survival(t) <= 0.1 else 0, range(31), {0, 30}, 5),
    # Two people, the later home the better, 20 person-days between them: S(t) + S(20 - t) is convex, so both go home
    # on day 10 (1.6375), not one on day 0 and the other on day 20 (1.6703).
    "a budget on summed days": (lambda t: survival(t) + survival(20 - t), range(21), {0, 20}, 10),
}


@pytest.mark.parametrize("why", SINGLE)
def test_smallest_cases_in_which_no_date_is_best(why):
    """One open time each, every tick tried: the best is where the comment beside it says, and that is no date."""
    cost, ticks, dates, expected = SINGLE[why]
    assert min(ticks, key=cost) == expected
    assert expected not in dates


def test_strictly_before_is_one_tick_more():
    """The relief docks five days before the old ship leaves, and that leaves before a freighter comes on day 16.

    With one event a day the old ship is gone by day 15 and the relief there by day 10, each the later the better. The
    date and the five days alone lead to days 11 and 21; that tick is a duration like any other.
    """
    late = Structure(((0, 16), (0, 16), (16, 16)), ((0, 1, 5), (1, 2, 1)), (1, 1, 0), (0, 0, 0))
    (plan,) = best(losses, late, late.times())
    assert plan.tolist() == [10, 15, 16]
    assert late.anchored(plan)
    assert 10 not in {tick + sign * 5 for tick in (0, 16) for sign in (-1, 0, 1)}


# ------------------------------------------------------------------------------------------------------ whole cases


def relief(little):
    """One person; a relief, launched at a price, has to be there seven days before the old ship leaves, by day 30."""
    sound = little.ship_type("sound", 1, 0.01, 0.01)
    option = {"id": "empty", "earliest": little.day(0), "latest": little.day(39), "transit": "P0D"}
    order = {"id": "order", "first": {"arrival": "new"}, "then": {"departure": "old"}}
    return little.case(
        horizon={"start": little.day(0), "end": little.day(60)},
        vehicle_types=[sound],
        vehicles=[
            {"id": "old", "type": "sound", "docked_at": "fore", "leave": {"not_after": little.day(30)}},
            {"id": "new", "type": "sound", "launch": [option]},
        ],
        people=[{"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}}],
        traffic={"precedences": [{**order, "at_least": "P7D", "requires": True}]},
        objective=[{"id": "burden", "weights": {"expected_loss": 1, "launches": 100}}],
    )


def supplies(little, aboard, weights, **food):
    """So many people, a ship with one seat for each: to be there costs half of what the way home does."""
    sound = little.ship_type("sound", 1, 0.01, 0.02)
    ships = {"old": "fore", "new": "aft"}
    seats = zip(("ann", "bob"), ships, strict=True)
    people = [{"id": person, "aboard_in": {"vehicle": ship, "group": "couch"}} for person, ship in seats]
    return little.case(
        horizon={"start": little.day(0), "end": little.day(60)},
        evacuation={"rate_per_day": RATE},
        vehicle_types=[sound],
        vehicles=[{"id": ship, "type": "sound", "docked_at": port} for ship, port in ships.items()],
        staffing=[{"id": "food", **food}],
        people=people[:aboard],
        objective=[{"id": "burden", "weights": weights}],
    )


def settled(case):
    """What the search proves, with an LP bound and without; its plan; and the best value that the coarse grid has."""
    facts = Facts(case)
    by_bound, found = (Search(facts, case.objective, Budget.of(60), few_columns=few).run() for few in (0, 10**9))
    for proven in (by_bound, found):
        assert [(level.status, level.value) for level in proven.levels] == [("optimal", found.levels[0].value)]
        assert proven.exact
    model = Model(facts, coarse(facts), case.objective)
    terms = model.levels[0]
    there = minimise(model.rows, terms.cost, Budget.of(60))
    assert there.status == "optimal"
    return terms.value(found.levels[0].value), Extract(found.model.flow, found.values).plan(), terms.value(there.value)


def day_of(little, instant):
    """Days from the start."""
    return next(number for number in range(61) if little.day(number) == instant.isoformat().replace("+00:00", "Z"))


def test_relief_in_time_for_a_last_date(little):
    """A date less a duration, 30 - 7 = 23, is no instant of the coarse grid, and it is the best one all the same.

    In either ship an evacuation costs as much as the way home, 0.01: the loss is 10,000 umort whatever is done. The
    launch costs 100 S, so it is best on the last day that will do: 100 exp(-0.01 x 23) = 79.453. The coarse grid has
    the relief's first dates, seven days after them, and the middle between day 8 and day 29: 100 exp(-0.18) = 83.527.
    """
    case = relief(little)
    assert 23 not in coarse(Facts(case))
    value, plan, there = settled(case)
    assert value == pytest.approx(10_000 + 100 * math.exp(-0.23), abs=1e-3)
    assert day_of(little, plan.launches[0].arrival) == 23
    assert there == pytest.approx(10_000 + 100 * math.exp(-0.18), abs=1e-3)


def test_supplies_shared_by_two(little):
    """Supplies for 40 person-days: both go home on day 20, which no date and no duration of the case leads to.

    Home on day t a person loses 0.01 (1 - S) + 0.02 S = 0.01 + 0.01 S: the later the better, and by convexity best
    shared evenly. 2 x 10,000 (1 + exp(-0.4)) = 33,406.40. On the coarse grid (days 0, 1, 30 and 59) one goes home on
    day 1 and the other on day 30: 10,000 (2 + exp(-0.02) + exp(-0.6)) = 35,290.10.
    """
    case = supplies(little, 2, {"expected_loss": 1}, at_most_person_days=40)
    assert coarse(Facts(case)) == [0, 1, 30, 59]
    value, plan, there = settled(case)
    assert value == pytest.approx(20_000 * (1 + math.exp(-0.4)), abs=1e-3)
    assert [day_of(little, event.at) for event in plan.departures] == [20, 20]
    assert there == pytest.approx(10_000 * (2 + math.exp(-0.02) + math.exp(-0.6)), abs=1e-3)


def test_supplies_at_a_price(little):
    """A day over a supply is due at the end of its rule, so what it costs does not depend on its own date: 500 S(60).

    That is 150.597 umort for a day aboard with supplies for none, beside 10,000 (1 + S(t)) for the one person. The
    slopes cancel at S = 0.753, between days 14 and 15: 10,000 (1 + exp(-0.28)) + 14 x 150.597 = 19,666.20, a day later
    19,667.14. On the coarse grid, days 0, 1, 30 and 59, the best is far from that.
    """
    weights = {"expected_loss": 1, "understaffed_days": 500}
    case = supplies(little, 1, weights, at_most_person_days=0, soft=True)
    value, plan, there = settled(case)
    a_day = 500 * math.exp(-1.2)
    assert value == pytest.approx(10_000 * (1 + math.exp(-0.28)) + 14 * a_day, abs=1e-3)
    assert value < 10_000 * (1 + math.exp(-0.30)) + 15 * a_day
    assert day_of(little, next(hold.to for hold in plan.holds)) == 14
    assert there > value + 1
