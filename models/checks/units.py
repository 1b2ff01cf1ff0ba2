"""Numbers that are possible, but look as if they were given in another unit."""

from __future__ import annotations

from collections.abc import Iterator

from ..base import Estimate, mean
from ..case import Evacuation
from ..crew import Body
from ..fleet import BodyLimits, BodyRange, Passage, TypeHealth
from ..problems import Path
from .index import Index
from .note import Note
from .walk import listed, of_type

PLAUSIBLE: dict[str, tuple[float, float]] = {
    "stature_cm": (100, 250),
    "sitting_height_cm": (50, 130),
    "mass_kg": (30, 250),
    "chest_cm": (50, 180),
    "foot_cm": (15, 40),
}
"""Least and most that one meets in a crew. Metres, inches, grams and millimetres lie outside."""
UNITS = {"cm": "centimetres", "kg": "kilograms"}
"""What the end of a measure's name says."""
MOST_LOSS = 0.05
"""Loss of one person above which no ship would count as sound."""
DAYS_A_YEAR = 365.25


def notes(index: Index) -> Iterator[Note]:
    """Remarks on measures, losses and rates."""
    for name in Body.model_fields:
        yield from _people(index, name)
    for path, limits in of_type(index.nodes, BodyLimits):
        yield from _limits(path, limits)
    for path, health in of_type(index.nodes, TypeHealth):
        yield from _losses(path, health)
    for path, evacuation in of_type(index.nodes, Evacuation):
        yield from _rate((*path, "rate_per_day"), evacuation.rate_per_day)
        for number, change in enumerate(evacuation.changes):
            yield from _rate((*path, "changes", number, "rate_per_day"), change.rate_per_day)


def _people(index: Index, name: str) -> Iterator[Note]:
    least, most = PLAUSIBLE[name]
    strange: list[tuple[int, float]] = []
    for number, person in enumerate(index.case.people):
        size: float | None = getattr(person.body, name, None)
        if size is not None and not least <= size <= most:
            strange.append((number, size))
    if strange:
        number, size = strange[0]
        who = listed([index.case.people[one].id for one, _ in strange])
        yield Note(("people", number, "body", name), f"{size:g} is {_far(name, size)}: {_give(name)} ({who})")


def _limits(path: Path, limits: BodyLimits) -> Iterator[Note]:
    """Limits that would keep everybody out."""
    for name in BodyLimits.model_fields:
        limit: BodyRange | None = getattr(limits, name)
        if limit is None:
            continue
        least, most = PLAUSIBLE[name]
        for bound, size, strange in (
            ("at_least", limit.at_least, limit.at_least is not None and limit.at_least > most),
            ("at_most", limit.at_most, limit.at_most is not None and limit.at_most < least),
        ):
            if size is not None and strange:
                yield Note((*path, name, bound), f"{size:g} is {_far(name, size)}: {_give(name)}")


def _far(name: str, size: float) -> str:
    least, most = PLAUSIBLE[name]
    return f"less than {least:g}" if size < least else f"more than {most:g}"


def _give(name: str) -> str:
    return f"`{name}` is in {UNITS[name.rpartition('_')[2]]}"


def _losses(path: Path, health: TypeHealth) -> Iterator[Note]:
    for purpose in TypeHealth.model_fields:
        passage = getattr(health, purpose)
        if not isinstance(passage, Passage) or not passage.allowed:
            continue
        high = {number: mean(loss) for number, loss in passage.loss.items() if mean(loss) > MOST_LOSS}
        if high:
            number, loss = min(high.items())
            message = f"{loss:g} with {number} aboard is much for a sound ship: one person in {1 / loss:.2g} is lost"
            yield Note((*path, purpose, "loss", str(number)), f"{message}; 3.0e-3 is three in a thousand")


def _rate(path: Path, rate: float | Estimate) -> Iterator[Note]:
    a_year = mean(rate) * DAYS_A_YEAR
    if a_year > 1:
        message = f"{mean(rate):g} a day is {a_year:.3g} evacuations a year"
        yield Note(path, f"{message}: a number a year is divided by {DAYS_A_YEAR:g}")
