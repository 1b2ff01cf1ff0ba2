"""Instants to ticks, ticks to a grid, and the discount: S, I and the integer charges."""

from __future__ import annotations

import math
from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import pairwise

from ..models.base import Duration, mean
from ..models.case import Case

UNITS = 10**10
"""Integer units in a probability of 1: a unit is 1e-4 micromort."""
MICROMORT = 1e-6


class Timeline:
    """The ticks of a case and the chance that no evacuation came before each of them."""

    def __init__(self, case: Case) -> None:
        self.start = case.horizon.start
        self.resolution = case.resolution
        self.ticks = case.ticks
        self.days = case.resolution / timedelta(days=1)
        """Length of a tick in days."""
        self.minutes = round(case.resolution / timedelta(minutes=1))
        changes = sorted((self.floor(change.from_), mean(change.rate_per_day)) for change in case.evacuation.changes)
        pieces = [(0, mean(case.evacuation.rate_per_day))]
        for tick, rate in changes:
            if tick <= 0:
                pieces = [(0, rate)]
            elif tick < self.ticks:
                pieces.append((tick, rate))
        self.pieces = pieces
        self._starts = [tick for tick, _ in pieces]
        self._cumulated: list[tuple[float, float]] = [(0.0, 0.0)]
        for (tick, rate), (after, _) in pairwise(pieces):
            exponent, integral = self._cumulated[-1]
            days = (after - tick) * self.days
            self._cumulated.append((exponent + rate * days, integral + math.exp(-exponent) * _grown(rate, days)))
        self.survival = [math.exp(-self._at(tick)[0]) for tick in range(self.ticks + 1)]
        """S: chance that no evacuation came before the start of each tick, and before the end."""
        self.integral = [self._at(tick)[1] for tick in range(self.ticks + 1)]
        """I: integral of S from the start, in days."""

    def _at(self, tick: int) -> tuple[float, float]:
        piece = bisect_right(self._starts, tick) - 1
        begin, rate = self.pieces[piece]
        exponent, integral = self._cumulated[piece]
        days = (tick - begin) * self.days
        return exponent + rate * days, integral + math.exp(-exponent) * _grown(rate, days)

    def rate_at(self, tick: int) -> float:
        """Evacuations a day in a tick."""
        return self.pieces[bisect_right(self._starts, tick) - 1][1]

    def floor(self, instant: datetime) -> int:
        """The last tick boundary not after an instant (negative before the start)."""
        return math.floor((instant - self.start) / self.resolution)

    def ceil(self, instant: datetime) -> int:
        """The first tick boundary not before an instant."""
        return math.ceil((instant - self.start) / self.resolution)

    def instant(self, tick: int) -> datetime:
        """The instant at which a tick starts."""
        return self.start + tick * self.resolution

    def up(self, length: Duration) -> int:
        """A shortest time, in ticks."""
        return -((-length) // self.resolution)

    def down(self, length: Duration) -> int:
        """A longest time, in ticks."""
        return length // self.resolution

    def event(self, amount: float, tick: int) -> int:
        """R(x, t): integer charge of something that falls due at the start of a tick."""
        return math.floor(UNITS * amount * self.survival[tick] + 0.5)

    def held(self, amount: float, begin: int, end: int) -> int:
        """R(x, a) - R(x, b): charge of an evacuation loss held through ticks a..b-1."""
        return self.event(amount, begin) - self.event(amount, end)

    def rate(self, per_day: float, begin: int, end: int) -> int:
        """Q(y, b) - Q(y, a): charge of a daily rate through ticks a..b-1."""
        return self._q(per_day, end) - self._q(per_day, begin)

    def _q(self, per_day: float, tick: int) -> int:
        return math.floor(UNITS * per_day * self.integral[tick] + 0.5)

    def flat(self, amount: float) -> int:
        """Charge of something that no evacuation forestalls."""
        return math.floor(UNITS * amount + 0.5)

    def move_rest(self, takes: Duration, tick: int) -> float:
        """Chance that an evacuation strikes in the part of a move that is shorter than a tick, given none before."""
        rest = takes % self.resolution / timedelta(days=1)
        return 1.0 - math.exp(-self.rate_at(tick) * rest)


def _grown(rate: float, days: float) -> float:
    """Integral of exp(-rate x) over the days."""
    return days if rate == 0 else -math.expm1(-rate * days) / rate
