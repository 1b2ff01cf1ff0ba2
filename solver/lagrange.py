"""A lower bound of the first level for cases whose model on every tick is too large for an LP.

Rules that tie people to each other and to the ships are priced instead of kept: seats held in a tick, seats on the way
home, flights with all their people, staffing. What is left falls apart into one shortest way through the ticks for
each person and one stay for each ship. Any prices give a bound that holds for every lawful plan on every tick; good
ones, found step by step, a good bound. All sums are integers of the level's own units, so nothing has to be believed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..models.objective import Level
from ..models.statements import Measure
from .engine import Budget
from .facts import Facts
from .lagrange_bundle import climb
from .lagrange_people import FORBIDDEN, Travellers
from .lagrange_ships import CLOSED, MOST_PRICE, Fleet, Ints, Prices, rates
from .timeline import MICROMORT, UNITS

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]

ROOM = 2**56
"""What sums of charges have to stay below: with what stands for the forbidden they then fit into 64 bits."""
MOST_SEAT_TICKS = 2**25
"""Seats times ticks that arrays are made for."""
FEW_CELLS, MANY_CELLS, MOST_CELLS = 10**7, 10**8, 3 * 10**8
"""Ways times seat kinds times ticks: while prices are improved, at last, and at the very most."""
HOLD, HOME, FLIGHT, STAFF = 1e2, 1e5, 1e5, 1e3
"""How far prices may be expected to go, in units: a tick in a seat, a return, a flight, a tick aboard."""
HOME_AT_ANY_TIME = 5e5
"""The same for a return in a ship, whenever it is."""


@dataclass(frozen=True, slots=True)
class Lagrangian:
    """What good prices say."""

    bound: int
    """A value that no lawful plan stays below, in the units of the level's integer expression."""
    seats: Sequence[tuple[float, str, int]]
    """Who would sit in which ships: part of the last evaluations, person, ship."""


def lagrange_bound(
    facts: Facts, level: Level, budget: Budget, known: int | None = None, *, rounds: int | None = None
) -> Lagrangian | None:
    """A value that no lawful plan of the case, on whatever ticks, stays below.

    Parameters
    ----------
    facts
        The case, under its waivers and statements.
    level
        A level that counts the expected loss.
    budget
        When to stop improving: the first bound is always computed.
    known
        The value of a plan, in units: no better bound is looked for than that.
    rounds
        Most improvements, for the same bound on every machine; as many as the budget allows where absent.

    Returns
    -------
    Lagrangian or None
        None for a level without expected losses, and for cases too large, or with weights too large, for sums in 64
        bits.
    """
    if not level.weights.get("expected_loss"):
        return None
    begun = time.monotonic()
    if not _fits(facts, level):
        return None
    relaxation = Relaxation(facts, level, FEW_CELLS)
    if relaxation.people.cells > MOST_CELLS or relaxation.people.left_out:
        return None
    start = _flat(relaxation.start(usual=True))
    bound, best = climb(relaxation.look, start, relaxation.metric, budget, known, rounds)
    bound = max(bound, relaxation.value(relaxation.start(usual=False))[0])
    if relaxation.people.grouped and (rounds is not None or not budget.spent):  # at last, launches told apart
        finer = Relaxation(facts, level, MANY_CELLS)
        if finer.people.cells <= MOST_CELLS:
            bound = max(bound, finer.look(best)[0])
    logger.info("Lagrangian bound %d units, %.2f s", bound, time.monotonic() - begun)
    if bound >= FORBIDDEN // 2:  # no way home for somebody: not a value that a plan could have
        return None
    seen, rows = relaxation.people.seen, relaxation.people.owner_of
    seats = [
        (float(seen[row, s]), person, kind.ship) for person, row in rows.items() for s, kind in enumerate(facts.kinds)
    ]
    return Lagrangian(bound, seats)


def _fits(facts: Facts, level: Level) -> bool:
    """Whether sums of charges and prices fit into 64 bits, and arrays into memory."""
    ticks, people = facts.horizon + 1, len(facts.case.people)
    charged = sum(level.weights.values()) / level.weights["expected_loss"] * MICROMORT
    seats = [sum(min(people, facts.kinds[s].seats) for s in ship.kinds) for ship in facts.ships]
    return (
        10 * UNITS * (charged + 1) * ticks * max(1.0, facts.time.days) < ROOM
        and sum(seats) * ticks < MOST_SEAT_TICKS
        and max(seats, default=0) * ticks * MOST_PRICE < 32 * ROOM
        and len(facts.staffing) * ticks * MOST_PRICE < 32 * ROOM
    )


class Relaxation:
    """A case in parts that share nothing but prices."""

    def __init__(self, facts: Facts, level: Level, cells: int) -> None:
        weight = level.weights["expected_loss"]
        self.facts = facts
        self.amounts: dict[Measure, float] = {
            measure: price / weight * MICROMORT
            for measure, price in level.weights.items()
            if measure != "expected_loss"
        }
        self.fleet = Fleet(facts, self.amounts)
        self.people = Travellers(facts, self.amounts, self.fleet, cells)
        ticks = np.arange(facts.horizon)
        self.needed = np.zeros((len(facts.staffing), facts.horizon), dtype=np.int64)
        """People asked for, by staffing rule and tick."""
        self.most_staff = np.zeros_like(self.needed)
        """What one of them too few may be priced at."""
        for number, rule in enumerate(facts.staffing):
            if rule.at_least is None:
                continue
            begin, end = facts.span(rule.from_, rule.to)
            inside = (begin <= ticks) & (ticks < end)
            self.needed[number] = np.where(inside, rule.at_least, 0)
            most = rates(facts.time, self.amounts.get("understaffed_days", 0.0)) if rule.soft else MOST_PRICE
            self.most_staff[number] = np.where(inside, most, 0)

    def start(self, *, usual: bool) -> Prices:
        """Prices at which every seat costs what it costs its ship at least, or what is `usual` in that tick, if more.

        Not so, the first people in a damaged ship would be the best off, and everybody would want to be there.
        """
        kinds, ticks = len(self.facts.kinds), self.facts.horizon
        hold, home = np.zeros((kinds, ticks), dtype=np.int64), np.zeros((kinds, ticks + 1), dtype=np.int64)
        for seats in self.fleet.ships:
            count = len(seats.kinds)
            if count:
                each = np.arange(1, count + 1)
                hold[seats.ship.kinds] = np.where(seats.held, (seats.together // each).min(axis=1), 0)
                home[seats.ship.kinds] = np.where(seats.crewed, (seats.homeward // each).min(axis=1), 0)
        for prices in (hold, home):
            if kinds and usual:
                known = np.sort(np.where(prices > 0, prices, CLOSED), axis=0)
                middle = known[np.maximum(0, (prices > 0).sum(axis=0) - 1) // 2, np.arange(prices.shape[1])]
                np.maximum(prices, np.where((prices > 0) & (middle < CLOSED), middle, 0), out=prices)
        none = np.zeros(len(self.fleet.comings), dtype=np.int64)
        return self.lawful(Prices(hold, home, none, np.zeros_like(self.needed)))

    def lawful(self, prices: Prices) -> Prices:
        """The prices, cut off where they would overflow, or be no multipliers of a staffing rule."""
        hold, home, flight = (np.clip(p, -MOST_PRICE, MOST_PRICE) for p in (prices.hold, prices.home, prices.flight))
        return Prices(hold, home, flight, np.clip(prices.staff, 0, self.most_staff))

    def value(self, prices: Prices) -> tuple[int, Prices]:
        """The bound at lawful prices, and by how much more is asked for each thing priced than there is."""
        people, held, homeward, flights, staffed = self.people.value(prices)
        ships, hold, home, flown = self.fleet.value(prices, held, homeward)
        owed = int((prices.staff.astype(object) * self.needed).sum()) if prices.staff.any() else 0
        staff = self.needed - staffed
        staff[(staff < 0) & (prices.staff == 0)] = 0
        missing = Prices(held - hold, homeward - home, flights - flown * self.fleet.people, staff)
        return ships + people + owed, missing

    def look(self, point: Floats) -> tuple[int, Floats, Floats]:
        """The bound at lawful prices near a point, its slope, and these prices as a point."""
        prices = self.lawful(Prices(*(np.rint(part).astype(np.int64) for part in self._parts(point))))
        value, missing = self.value(prices)
        return value, _flat(missing), _flat(prices)

    def metric(self, slope: Floats) -> Floats:
        """A slope as a step: prices of ticks near each other go together, those of one ship's returns all."""
        hold, home, flight, staff = self._parts(slope)
        return np.concatenate(
            [
                (HOLD**2 * (hold + _blocks(hold, 8) / 8 + _blocks(hold, 32) / 8)).ravel(),
                (HOME**2 * (home + _blocks(home, 7) / 3) + HOME_AT_ANY_TIME**2 * home.sum(axis=1)[:, None]).ravel(),
                FLIGHT**2 * flight,
                (STAFF**2 * (staff + _blocks(staff, 32) / 10)).ravel(),
            ]
        )

    def _parts(self, point: Floats) -> Sequence[Floats]:
        kinds, ticks = len(self.facts.kinds), self.facts.horizon
        flights, rules = len(self.fleet.comings), len(self.needed)
        ends = np.cumsum([kinds * ticks, kinds * (ticks + 1), flights])
        hold, home, flight, staff = np.split(point, ends)
        return hold.reshape(kinds, ticks), home.reshape(kinds, ticks + 1), flight, staff.reshape(rules, ticks)


def _flat(prices: Prices) -> Floats:
    parts: Sequence[Ints] = (prices.hold, prices.home, prices.flight, prices.staff)
    return np.concatenate([part.ravel() for part in parts]).astype(np.float64)


def _blocks(values: Floats, length: int) -> Floats:
    """For each tick the sum over its block of ticks."""
    if not values.size:
        return values
    firsts = np.arange(0, values.shape[1], length)
    sums = np.add.reduceat(values, firsts, axis=1)
    return np.repeat(sums, np.diff(np.append(firsts, values.shape[1])), axis=1)
