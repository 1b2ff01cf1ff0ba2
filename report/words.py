"""Numbers, dates and names as people read them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from unicodedata import combining, east_asian_width

from ..models.base import Entity
from ..models.case import Case

MICROMORT = 1e-6
"""Probability of death in one micromort."""
UMORT = "umort"

DAY = timedelta(days=1)


def umort(probability: float, *, sign: bool = False) -> str:
    """A probability of death in micromorts: `18,333.6`."""
    return decimal(probability / MICROMORT, sign=sign)


def decimal(value: float, *, sign: bool = False) -> str:
    """A quantity with one decimal and thousands marked; 0 for zero, and what is not zero never reads as zero."""
    if abs(value) < 1e-9:
        return "0"
    plus = "+" if sign and value > 0 else ""
    if round(value, 1) == 0:
        return f"{'-' if value < 0 else plus}<0.1"
    return f"{plus}{value:,.1f}"


def amount(value: float) -> str:
    """A quantity as `decimal` has it, whole numbers without the decimal."""
    return f"{round(value):,}" if abs(value - round(value)) < 1e-9 else decimal(value)


def one_in(probability: float) -> str:
    """A probability as `1 in 270`, to about three figures."""
    if probability <= 0:
        return "never"
    if probability >= 0.9995:
        return "certain"
    times = 1 / probability
    if times < 10:
        return f"1 in {times:.2g}"
    digits = max(0, math.floor(math.log10(times)) - 2)
    return f"1 in {round(times / 10**digits) * 10**digits:,}"


def seconds(length: float) -> str:
    """A wall time: `0.42 s`, `12 s`, `3 min 20 s`."""
    if length < 9.95:
        return f"{length:.2g} s" if length >= 0.01 else "0.01 s"
    whole = round(length)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def span(length: timedelta) -> str:
    """A length of time: `4 days`, `6 hours`, `1 day 12 hours`."""
    minutes = round(length / timedelta(minutes=1))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [count(days, "day"), count(hours, "hour"), count(minutes, "minute")]
    return " ".join(part for part in parts if not part.startswith("0 ")) or "no time"


def count(number: int, word: str, words: str | None = None) -> str:
    """A number with its noun: `1 rule`, `2 rules`."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """A list in words: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


class Clock:
    """Writes the instants of a case, in UTC: the day where every tick is a day, else with the time."""

    def __init__(self, case: Case) -> None:
        self._days = not case.resolution % DAY and not (case.horizon.start - _midnight(case.horizon.start))

    def __call__(self, instant: datetime) -> str:
        """`2023-02-24`, or `2023-02-24 06:00`."""
        if self._days and instant == _midnight(instant):
            return f"{instant:%Y-%m-%d}"
        return f"{instant:%Y-%m-%d %H:%M}"

    def between(self, begin: datetime, end: datetime) -> str:
        """A span `[begin, end)`."""
        return f"from {self(begin)} until {self(end)}"


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def case_title(case: Case, width: int) -> str:
    """What a page is about: the case, its date and its horizon."""
    clock = Clock(case)
    dates = f"known at {clock(case.known_at)}; planned {clock.between(case.horizon.start, case.horizon.end)}, UTC"
    return f"{paragraph(case.title, width)}\n{paragraph(dates, width)}"


class Names:
    """What people call the things of a case; an id that the case does not know is its own name."""

    def __init__(self, case: Case) -> None:
        self.people = _titles(case.people)
        self.vehicles = _titles(case.vehicles)
        self.ports = _titles(case.ports)
        self.suit_types = _titles(case.suit_types)
        self.liner_kinds = _titles(case.liner_kinds)
        types = {entry.id: entry for entry in case.vehicle_types}
        self._groups = {
            (vehicle.id, group.id): group.title
            for vehicle in case.vehicles
            for group in (*types[vehicle.type].groups, *vehicle.extra_groups)
        }

    def person(self, key: str) -> str:
        """Name of a person."""
        return self.people.get(key, key)

    def vehicle(self, key: str) -> str:
        """Name of a ship."""
        return self.vehicles.get(key, key)

    def port(self, key: str) -> str:
        """Name of a port."""
        return self.ports.get(key, key)

    def group(self, vehicle: str, key: str) -> str:
        """Name of a seat group of a ship."""
        return self._groups.get((vehicle, key), key)

    def crew(self, keys: Collection[str]) -> str:
        """Several people in words, `nobody` if none."""
        return listed([self.person(key) for key in keys]) or "nobody"


def _titles(entities: Iterable[Entity]) -> dict[str, str]:
    return {entity.id: entity.title for entity in entities}


def columns(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text filled up with spaces to a number of columns."""
    fill = " " * max(0, width - columns(text))
    return fill + text if right else text + fill


def cut(text: str, width: int) -> str:
    """A text that is not wider than a number of columns."""
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[:-1]
    return text + "…"


def paragraph(text: str, width: int, *, first: str = "", rest: str | None = None) -> str:
    """A text wrapped to a width, `first` before its first line and `rest` before the others."""
    indent = " " * columns(first) if rest is None else rest
    return "\n".join(
        textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )


def bullets(texts: Iterable[str], width: int) -> str:
    """A list, an item a paragraph."""
    return "\n".join(paragraph(text, width, first="- ") for text in texts)


def heading(text: str) -> str:
    """The line above a part of a page."""
    return text.upper()


def page(parts: Iterable[str]) -> str:
    """Parts of a page, a blank line between them; empty parts are left out."""
    return "\n\n".join(part.rstrip() for part in parts if part.strip()) + "\n"
