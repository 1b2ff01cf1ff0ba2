"""The ships' part of the Lagrangian bound: each by itself comes, stays and leaves as its seats are paid best.

What a seat earns, tick by tick and at a return, are prices; what so many people in a ship cost together (its tables)
is the ship's to pay. Rules that tie ships to each other (ports, spacing, precedences) are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..models.base import mean
from ..models.crew import Person
from ..models.fleet import Passage
from ..models.statements import Measure
from .facts import Facts, Ship
from .timeline import UNITS, Timeline

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CLOSED = 2**45
"""Stands for what is not allowed: more than any price, and yet sums of it fit into 64 bits."""
MOST_PRICE = 2**38
"""Prices are cut off here, so that sums over all ticks fit into 64 bits: any prices give a valid bound."""

NEVER = 2**61
"""Stands for a stay that cannot be."""
WILLING_TO_HOLD, WILLING_TO_FLY = 5, 100
"""For so much, in units, ships do what suits people: they have so many ways that are as good."""


@dataclass(slots=True)
class Prices:
    """Multipliers, in units."""

    hold: Ints
    """What a person pays for a seat, by seat kind and tick."""
    home: Ints
    """What a person pays to go home from it, by seat kind and tick; the last column is the end."""
    flight: Ints
    """What a person pays to come, by arrival as `Fleet.comings` counts them."""
    staff: Ints
    """What a person earns for being aboard, by staffing rule and tick."""


def events(time: Timeline, amount: float) -> Ints:
    """R(x, t) of every tick, and of the end."""
    return np.floor(UNITS * amount * np.array(time.survival) + 0.5).astype(np.int64)


def rates(time: Timeline, per_day: float) -> Ints:
    """Q(y, t+1) - Q(y, t) of every tick."""
    return np.diff(np.floor(UNITS * per_day * np.array(time.integral) + 0.5)).astype(np.int64)


class Fleet:
    """Ships in ticks, with what each would earn."""

    def __init__(self, facts: Facts, amounts: Mapping[Measure, float]) -> None:
        self.facts = facts
        self.horizon = facts.horizon
        self.comings = [(ship.index, coming) for ship in facts.ships for coming in ship.comings]
        """Every arrival there may be: ship, and how it comes."""
        every = events(facts.time, amounts.get("launches", 0.0))
        extra = events(facts.time, amounts.get("extra_launches", 0.0))
        self.cost = np.zeros(len(self.comings), dtype=np.int64)
        """What flying each of them costs."""
        for number, (v, coming) in enumerate(self.comings):
            if coming.launch is not None:
                self.cost[number] = every[coming.launch]
                if all(option.planned is None for option in facts.ships[v].vehicle.launch):
                    self.cost[number] += extra[coming.launch]
        self.people = np.zeros(len(self.comings), dtype=np.int64)
        """How many people pay for each of them."""
        self.ships = [_Seats(facts, ship) for ship in facts.ships]

    def value(self, prices: Prices, held: Ints, homeward: Ints) -> tuple[int, Ints, Ints, Ints]:
        """What the ships cost, less what they earn, and what they then offer: seats held, seats home, flights.

        Of offers as good, or nearly, they make those that fit best what people use, by seat kind and tick.
        """
        hold, home = np.zeros_like(held), np.zeros_like(homeward)
        flown = np.zeros(len(self.comings), dtype=np.int64)
        total, first = 0, 0
        for seats in self.ships:
            mine = slice(first, first := first + len(seats.ship.comings))
            cost = self.cost[mine] - self.people[mine] * prices.flight[mine]
            offers = prices.hold.T[:, seats.kinds], prices.home.T[:, seats.kinds]
            total += seats.stay(*offers, cost).value
            nearly = offers[0] + seats.wanted(held, WILLING_TO_HOLD), offers[1] + seats.wanted(homeward, WILLING_TO_FLY)
            stay = seats.stay(*nearly, cost)
            if stay.came is not None:
                flown[mine][stay.came] = 1
            if stay.begin is not None:
                seats.fill(stay, hold, home)
        return total, hold, home, flown


@dataclass(slots=True)
class _Stay:
    """A ship's best stay: what it costs less what it earns, how it came, when, and which of its seats are taken."""

    value: int
    came: int | None = None
    begin: int | None = None
    end: int = 0
    orders: Ints | None = None
    filled: Ints | None = None
    home: Ints | None = None


class _Seats:
    """One ship: what it may do when, and what so many people in it cost."""

    def __init__(self, facts: Facts, ship: Ship) -> None:
        self.ship, ticks = ship, facts.horizon
        people = len(facts.case.people)
        self.kinds = np.array([s for s in ship.kinds for _ in range(min(people, facts.kinds[s].seats))], dtype=np.int64)
        count = len(self.kinds)
        self.place = np.array([k for s in ship.kinds for k in range(min(people, facts.kinds[s].seats))], dtype=np.int64)
        """Which seat of its kind each of them is."""
        self.arrivals = np.array([coming.arrival for coming in ship.comings], dtype=np.int64)
        self.exists = np.ones((ticks, count), dtype=bool)
        if facts.holds("seats.exists"):
            self.exists = np.arange(ticks)[:, None] >= np.array([facts.kinds[s].begins for s in self.kinds])[None, :]
        self.together = np.full((ticks, count), CLOSED, dtype=np.int64)
        """What 1, 2, ... people who hold seats cost together, tick by tick."""
        self.homeward = np.full((ticks + 1, count), CLOSED, dtype=np.int64)
        """The same for a return."""
        self.crewed = np.zeros(ticks + 1, dtype=bool)
        """When it may leave with people, and whether it could at the end."""
        self.empty = np.zeros(ticks, dtype=bool)
        self.held = np.zeros(ticks, dtype=bool)
        """When people may hold seats."""
        first = 0 if ship.docked else min((coming.arrival for coming in ship.comings), default=ticks)
        self.there = np.arange(ticks) >= first
        """When it may be docked."""
        if ship.leave[2]:
            self.there[max(0, ship.leave[1]) :] = False
        losses: dict[int, Ints] = {}

        def charges(passage: Passage) -> Ints:
            """R(loss at n, t) for every number and tick."""
            if id(passage) not in losses:
                found = [events(facts.time, facts.loss(passage, n)) for n in range(1, count + 1)]
                losses[id(passage)] = np.array(found, dtype=np.int64).reshape(count, ticks + 1).T
            return losses[id(passage)]

        numbers = np.arange(1, count + 1)
        windows = ship.type.landing_windows
        passage: Passage
        for t in range(ticks + 1):
            if t < ticks:
                passage, step = facts.passage(ship, "emergency", t), facts.step(ship, t)
                most = min(count, facts.most(ship, "emergency", t, "health.emergency"))
                if step is None or step.holds:
                    self.held[t] = most > 0
                    table = charges(passage)
                    self.together[t, :most] = (numbers * (table[t] - table[t + 1]))[:most]
            leaves = ship.leave[0] <= t <= ship.leave[1] and not facts.blacked_out(ship, "departure", t)
            if t == ticks or leaves:
                passage, step = facts.passage(ship, "nominal", t - 1), facts.step(ship, t - 1)
                most = min(count, facts.most(ship, "nominal", t - 1, "" if t == ticks else "departure.nominal-health"))
                returns = step is None or step.returns or (t < ticks and not facts.holds("docked-life.returns"))
                lands = t == ticks or windows is None or any(facts.inside(w.from_, w.to, t) for w in windows)
                if most > 0 and returns and lands:
                    self.crewed[t] = True
                    self.homeward[t, :most] = (numbers * charges(passage)[t])[:most]
            if t < ticks:
                self.empty[t] = leaves and facts.uncrewed(ship, t - 1)
        self.must_come = ship.vehicle.must_launch or (
            ship.vehicle.in_flight is not None and facts.holds("launch.in-flight")
        )

    def wanted(self, used: Ints, by: int) -> Ints:
        """A bonus for each seat that people use, of the seats of its kind, and a malus for others."""
        return np.where(self.place < used.T[:, self.kinds], by, -by)

    def stay(self, offers: Ints, home_offers: Ints, cost: Ints) -> _Stay:
        """The best stay, where seats earn so much, tick by tick and at a return, and each arrival costs so much."""
        ship, ticks = self.ship, len(self.held)
        if not ship.docked and not len(cost):
            return _Stay(0)
        orders, filled, gain = _filled(np.where(self.exists, offers, -CLOSED), self.together)
        filled, gain = np.where(gain > 0, filled, 0), np.maximum(gain, 0)
        back_orders, back, earned = _filled(home_offers, self.homeward)
        earned = np.where(self.crewed, earned, -CLOSED)
        none = np.append(self.empty, True) & (earned < 0)
        back, earned = np.where(none, 0, back), np.where(none, 0, earned)
        so_far = np.concatenate([[0], np.cumsum(gain)])
        ends = np.where(np.append(self.crewed[:-1] | self.empty, True), so_far + earned, -NEVER)
        if ship.leave[2]:
            ends[ship.leave[1] + 1 :] = -NEVER
            last = max(0, ship.leave[1])
            if ends[last] < so_far[last]:  # a relaxation may let it leave at its last date, whatever hinders it
                ends[last], back[last] = so_far[last], 0
        latest = _argmax_from(ends)
        begin, chosen = 0, None
        if ship.docked:
            end = int(latest[0])
            value = -int(ends[end])
        else:
            exits = latest[np.minimum(self.arrivals + 1, ticks)]
            values = cost - ends[exits] + so_far[self.arrivals]
            chosen = int(values.argmin())
            value, begin, end = int(values[chosen]), int(self.arrivals[chosen]), int(exits[chosen])
            if value >= (NEVER // 2 if self.must_come else 0):
                return _Stay(0)
        return _Stay(value, chosen, begin, end, orders[begin:end], filled[begin:end], back_orders[end, : back[end]])

    def fill(self, stay: _Stay, hold: Ints, home: Ints) -> None:
        """Add the seats that are taken in a stay to those held and those home, by seat kind and tick."""
        assert stay.begin is not None and stay.orders is not None and stay.filled is not None
        used = np.arange(len(self.kinds)) < stay.filled[:, None]
        there = np.broadcast_to(np.arange(stay.begin, stay.end)[:, None], used.shape)
        np.add.at(hold, (self.kinds[stay.orders][used], there[used]), 1)
        np.add.at(home[:, stay.end], self.kinds[stay.home], 1)


def _filled(offers: Ints, together: Ints) -> tuple[Ints, Ints, Ints]:
    """Seats by what is paid for them, how many of them are best filled (one at least), and what that earns."""
    if not offers.shape[1]:
        rows = len(offers)
        return np.zeros((rows, 0), dtype=np.int64), np.zeros(rows, dtype=np.int64), np.full(rows, -CLOSED)
    order = np.argsort(-offers, axis=1, kind="stable")
    earned = np.cumsum(np.take_along_axis(offers, order, axis=1), axis=1) - together
    most = earned.argmax(axis=1)
    return order, most + 1, np.take_along_axis(earned, most[:, None], axis=1)[:, 0]


def _argmax_from(values: Ints) -> Ints:
    """For each position, where the largest value from there on is."""
    best = np.empty(len(values), dtype=np.int64)
    at = len(values) - 1
    for position in range(len(values) - 1, -1, -1):
        if values[position] >= values[at]:
            at = position
        best[position] = at
    return best


def least_step(facts: Facts, ship: Ship) -> tuple[list[float], list[float]]:
    """The least that docked life adds to the loss in each tick, and in the one before; at the end included."""
    ticks = facts.horizon
    if ship.launched is not None:
        found = [facts.step(ship, t) for t in range(-1, ticks)]
        added = [0.0 if step is None else mean(step.added_loss) for step in found]
        return added[1:], added
    least = np.full(ticks + 1, np.inf)
    for coming in ship.comings:
        if coming.launch is not None:
            mine = np.zeros(ticks + 1)  # position t + 1 is tick t
            for step in ship.steps:
                counts = step.holds or step.returns or not facts.holds("docked-life.returns")
                mine[max(0, coming.launch + facts.time.down(step.after) + 1) :] = (
                    mean(step.added_loss) if counts else 0.0
                )
            mine[: coming.arrival + 1] = np.inf
            least = np.minimum(least, mine)
    added = np.where(np.isinf(least), 0.0, least).tolist()
    return added[1:], added


def may_be_suited(facts: Facts, person: Person, s: int) -> bool:
    """Whether a person could ever be suited in the seat kind (or the ship asks for no suit)."""
    kind = facts.kinds[s]
    wanted = facts.ships[kind.ship].type.suit
    return wanted is None or (
        kind.group.hookups
        and any(
            suit.type == wanted and person.id in suit.fits and suit.id in facts.reachable_suits
            for suit in facts.case.suits
        )
    )


def usable(facts: Facts, person: Person) -> tuple[tuple[bool, ...], tuple[bool, ...], tuple[bool, ...]]:
    """By seat kind: whether the person may ever hold one, go home in one, and is surely unsuited in it."""
    movable = {kind.id for kind in facts.case.liner_kinds if kind.move is not None}
    owned = [liner for liner in facts.case.liners if liner.owner == person.id]
    hold, home, bare = [], [], []
    for s, kind in enumerate(facts.kinds):
        ship = facts.ships[kind.ship]
        suited = may_be_suited(facts, person, s)
        may = facts.fits(person, kind.group.body)
        if ship.type.unsuited.emergency is None and facts.holds("suits.hook-up"):
            may = may and suited
        if kind.group.needs_liner is not None and facts.holds("liners.in-ship"):
            may = may and any(
                liner.kind == kind.group.needs_liner
                and (
                    liner.kind in movable
                    or liner.in_ == ship.id
                    or any(liner.id in coming.liners for coming in ship.comings)
                )
                for liner in owned
            )
        hold.append(may)
        bare.append(not suited)
        started = person.aboard_in is not None and person.aboard_in.vehicle == ship.id
        free = ship.type.unsuited.nominal is not None or not facts.holds("suits.nominal")
        home.append(suited or free or (started and person.aboard_in is not None and bool(person.aboard_in.suit)))
    return tuple(hold), tuple(home), tuple(bare)
