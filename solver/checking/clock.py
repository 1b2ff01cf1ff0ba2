"""Instants and durations as ticks, and the chance that the station has not been evacuated by then."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ...models.base import Interval, mean
from ...models.case import Case

Array = NDArray[np.float64]


class Clock:
    """The ticks of a case, `0` to `ticks - 1`; tick -1 is the state before the start, instant `ticks` is the end."""

    ticks: int
    """How many there are."""
    days: float
    """Length of one, in days."""
    rate: Array
    """Evacuations a day in each tick."""
    survival: Array
    """S: the chance that none has struck before the start of each tick, and (last entry) before the end."""
    strike: Array
    """q: the chance that one strikes in each tick."""
    exposed: Array
    """The integral of S over each tick, in days."""

    def __init__(self, case: Case) -> None:
        self.start = case.horizon.start
        self.resolution = case.resolution
        self.ticks = (case.horizon.end - self.start) // self.resolution
        self.days = self.resolution / timedelta(days=1)
        self.rate = np.full(self.ticks, mean(case.evacuation.rate_per_day))
        for change in sorted(case.evacuation.changes, key=lambda change: change.from_):
            self.rate[max(0, self.floor(change.from_)) :] = mean(change.rate_per_day)
        fall = self.rate * self.days
        self.survival = np.exp(-np.concatenate(([0.0], np.cumsum(fall))))
        self.strike = self.survival[:-1] * -np.expm1(-fall)
        shrink = np.ones(self.ticks)  # (1 - exp(-x)) / x, which is 1 where nothing ever strikes
        np.divide(-np.expm1(-fall), fall, out=shrink, where=fall > 0)
        self.exposed = self.survival[:-1] * self.days * shrink
        self._whole_days = self.resolution % timedelta(days=1) == timedelta(0)

    def floor(self, instant: datetime) -> int:
        """The last tick that does not begin after an instant."""
        return (instant - self.start) // self.resolution

    def ceil(self, instant: datetime) -> int:
        """The first tick that does not begin before an instant."""
        return -((self.start - instant) // self.resolution)

    def at(self, tick: int) -> datetime:
        """The instant at which a tick begins."""
        return self.start + tick * self.resolution

    def is_tick(self, instant: datetime) -> bool:
        """Whether an instant is the beginning of a tick."""
        return (instant - self.start) % self.resolution == timedelta(0)

    def up(self, length: timedelta) -> int:
        """A shortest time, in ticks."""
        return -(-length // self.resolution)

    def down(self, length: timedelta) -> int:
        """A longest time, in ticks."""
        return length // self.resolution

    def span(self, interval: Interval) -> range:
        """The ticks of the horizon that lie in `[from, to)`."""
        first = 0 if interval.from_ is None else max(0, self.ceil(interval.from_))
        last = self.ticks if interval.to is None else min(self.ticks, self.ceil(interval.to))
        return range(first, max(first, last))

    def date(self, tick: int) -> str:
        """The beginning of a tick, for people."""
        return self.write(self.at(tick))

    def write(self, instant: datetime) -> str:
        """An instant, for people: the date alone where nothing in the case is finer."""
        if self._whole_days and not (instant.hour or instant.minute or instant.second):
            return f"{instant:%Y-%m-%d}"
        return f"{instant:%Y-%m-%dT%H:%MZ}"

    def rest(self, tick: int, days: float) -> float:
        """The chance that an evacuation strikes within some days from the start of a tick."""
        return float(self.survival[tick] * -np.expm1(-self.rate[tick] * days))
