"""What rounding to ticks did: shortest times go up, longest times down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..crew import Person
from ..fleet import LifeStep
from ..problems import Path, quote
from .index import Index
from .note import Note
from .walk import counted, fields, listed, shown

UP = {"spacing", "transit", "handover", "within", "by", "at_least", "earliest_return"}
"""Shortest times, transits and spans for moves."""
DOWN = {"at_most", "after", "latest_return", "planned_return"}
"""Longest times."""
KEPT = {"resolution", "every", "takes"}
"""A tick; whole ticks or refused; charged in part, not rounded. A test sees to it that no duration is left out."""


def notes(index: Index) -> Iterator[Note]:
    """Every duration that is no whole number of ticks, and what it was taken as."""
    yield from _by_themselves(index)
    yield from _docked_life(index)
    yield from _stays(index)


def _rounded(length: timedelta, tick: timedelta, name: str) -> timedelta:
    return length + (-length % tick) if name in UP else length - length % tick


def _by_themselves(index: Index) -> Iterator[Note]:
    """Durations that count from an event, which lies on a tick; equal ones are told once."""
    tick = index.case.resolution
    places: dict[tuple[str, timedelta], list[Path]] = defaultdict(list)
    for node in index.nodes:
        if isinstance(node.part, Person | LifeStep):
            continue
        for leaf in node.leaves:
            if isinstance(leaf.value, timedelta) and leaf.name in UP | DOWN and leaf.value % tick:
                places[leaf.name, leaf.value].append(leaf.path)
    for (name, length), paths in places.items():
        others = f" (and at {counted(len(paths) - 1, 'other place')})" if len(paths) > 1 else ""
        yield Note(paths[0], f"{shown(length)} is taken as {shown(_rounded(length, tick, name))}{others}")


def _docked_life(index: Index) -> Iterator[Note]:
    """Steps count from each ship's launch, which lies anywhere before the start, or on a tick after it."""
    tick = index.case.resolution
    told: set[Path] = set()
    for ship in index.ships.values():
        for path, step in ship.life():
            here = (*path, "after")
            if ship.vehicle.launched is not None:
                message = _dated(index, ship.vehicle.launched, step.after, "after")
                if message:
                    yield Note(here, f"step {quote(step.id)} of {quote(ship.vehicle.id)}: {message}")
            elif step.after % tick and here not in told:
                told.add(here)
                yield Note(
                    here, f"{shown(step.after)} after launch is taken as {shown(step.after - step.after % tick)}"
                )


def _stays(index: Index) -> Iterator[Note]:
    """Bounds of a stay, likewise; people with the same launch and the same bound are named together."""
    tick = index.case.resolution
    people: dict[tuple[str, str, datetime | None, timedelta], list[tuple[int, str]]] = defaultdict(list)
    for number, person in enumerate(index.case.people):
        for name, key in fields(Person):
            value = getattr(person, name)
            if isinstance(value, timedelta):
                people[name, key, index.launched(person), value].append((number, person.id))
    for (name, key, launched, length), who in people.items():
        message: str | None = None
        if launched is not None:
            message = _dated(index, launched, length, name)
        elif length % tick:
            message = f"{shown(length)} after launch is taken as {shown(_rounded(length, tick, name))}"
        if message:
            names = listed([person for _, person in who])
            yield Note(("people", who[0][0], key), f"`{key}` of {names}: {message}")


def _dated(index: Index, launched: datetime, length: timedelta, name: str) -> str | None:
    """Where a time counted from before the start ends, if inside the horizon and not on a tick."""
    horizon, tick = index.case.horizon, index.case.resolution
    end = launched + length
    past = (end - horizon.start) % tick
    if not horizon.start < end < horizon.end or not past:
        return None
    taken = end - past if name in DOWN else end - past + tick
    return f"{shown(length)} from {shown(launched)} ends {shown(end)}, which is taken as {shown(taken)}"
