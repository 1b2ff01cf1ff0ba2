"""The time axis of a timeline: instants to columns, and calendar marks above them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from ..models.case import Case

Unit = Literal["hour", "day", "month", "year"]

CALENDARS: tuple[tuple[Unit, int], ...] = (
    ("hour", 1),
    ("hour", 3),
    ("hour", 6),
    ("hour", 12),
    ("day", 1),
    ("day", 7),
    ("month", 1),
    ("month", 3),
    ("year", 1),
    ("year", 10),
)
"""From fine to coarse."""


class Axis:
    """The horizon of a case, a whole number of ticks a column.

    Parameters
    ----------
    room
        Most columns it may take.
    """

    def __init__(self, case: Case, room: int) -> None:
        self.start, self.end = case.horizon.start, case.horizon.end
        ticks_a_column = -(-case.ticks // max(1, room))
        self.step = ticks_a_column * case.resolution
        """What one column stands for."""
        self.columns = -(-case.ticks // ticks_a_column)

    def column(self, instant: datetime) -> int:
        """The column that an instant lies in."""
        return (instant - self.start) // self.step

    def touched(self, begin: datetime, end: datetime) -> range:
        """The columns that `[begin, end)` has a part in."""
        return range(max(0, self.column(begin)), min(self.columns, -((self.start - end) // self.step)))

    def share(self, column: int, begin: datetime, end: datetime) -> timedelta:
        """How much of `[begin, end)` lies in a column."""
        first = self.start + column * self.step
        return max(timedelta(0), min(end, first + self.step) - max(begin, first))

    def marks(self) -> tuple[str, str]:
        """Two lines: the calendar's names, and a tick at the column of each."""
        names, ticks = [" "] * (self.columns + 8), [" "] * self.columns
        for column, name in self._names():
            names[column : column + len(name)] = name
            ticks[column] = "|"
        return "".join(names).rstrip(), "".join(ticks).rstrip()

    def _names(self) -> list[tuple[int, str]]:
        """The names of the finest calendar in which none runs into the next, or into the end."""
        for unit, every in CALENDARS:
            if timedelta(days={"hour": 1 / 24, "day": 1, "month": 28, "year": 365}[unit] * every) < self.step:
                continue
            found = [(self.column(instant), _name(instant, unit)) for instant in _instants(self, unit, every)]
            ends = [*(column for column, _ in found[1:]), self.columns + 8]
            if all(column + len(name) < end for (column, name), end in zip(found, ends, strict=True)):
                return found
        return []


def _instants(axis: Axis, unit: Unit, every: int) -> Iterator[datetime]:
    """The instants of a calendar that lie in the horizon."""
    now = axis.start.replace(minute=0, second=0, microsecond=0)
    if unit != "hour" or every > 1:
        now = now.replace(hour=0)
    if unit in ("month", "year"):
        now = now.replace(day=1)
    if unit == "year" or every == 3:
        now = now.replace(month=1) if unit != "hour" else now
    while now < axis.end:
        if now >= axis.start:
            yield now
        now = _next(now, unit, every)


def _next(now: datetime, unit: Unit, every: int) -> datetime:
    if unit == "hour":
        return now + timedelta(hours=every)
    if unit == "day":
        return now + timedelta(days=every)
    months = now.year * 12 + now.month - 1 + (every if unit == "month" else 12 * every)
    return now.replace(year=months // 12, month=months % 12 + 1)


def _name(instant: datetime, unit: Unit) -> str:
    if unit == "hour" and instant.hour:
        return f"{instant:%H}h"
    if unit in ("hour", "day"):
        return f"{instant:%b} {instant.day}"
    return f"{instant:%Y}" if unit == "year" or instant.month == 1 else f"{instant:%b}"
