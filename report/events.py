"""What happens in a plan, in order of time and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .story import Story, Visit
from .words import Clock, Names

EMPTY = "uncrewed"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens at an instant."""

    number: int
    """From 1, in order of time."""
    at: datetime
    text: str


def happenings(story: Story) -> tuple[Happening, ...]:
    """Departures, relocations, arrivals (with the launch), riggings and liner moves: in this order inside a tick."""
    clock, names = Clock(story.case), Names(story.case)
    found = [
        *_departures(story, names),
        *_relocations(story, names),
        *_arrivals(story, clock, names),
        *_riggings(story, names),
        *_moves(story, names),
    ]
    ordered = sorted(found, key=lambda entry: entry[0])
    return tuple(Happening(number, at, text) for number, (at, text) in enumerate(ordered, start=1))


Dated = tuple[datetime, str]


def _departures(story: Story, names: Names) -> Iterator[Dated]:
    for visit in story.visits:
        if visit.left is not None:
            port = names.port(visit.ports[-1][0])
            yield visit.left, f"{names.vehicle(visit.vehicle.id)} leaves {port}{_with(story, visit, visit.down)}"


def _relocations(story: Story, names: Names) -> Iterator[Dated]:
    for visit in story.visits:
        for (old, _, _), (new, at, _) in zip(visit.ports, visit.ports[1:], strict=False):
            ports = f"{names.port(old)} to {names.port(new)}"
            crew = _with(story, visit, story.holders(visit.vehicle.id, at))
            yield at, f"{names.vehicle(visit.vehicle.id)} moves from {ports}{crew}"


def _arrivals(story: Story, clock: Clock, names: Names) -> Iterator[Dated]:
    for visit in story.visits:
        if visit.launch is None:
            continue
        launch, port = visit.launch.launch, names.port(visit.launch.port)
        since = "" if launch is None else f", launched {clock(launch)}"
        yield visit.begin, f"{names.vehicle(visit.vehicle.id)} arrives at {port}{since}{_with(story, visit, visit.up)}"


def _with(story: Story, visit: Visit, people: tuple[str, ...]) -> str:
    """Who is in a ship: nothing is said of one that has no seats."""
    if not story.groups(visit.vehicle.id):
        return ""
    names = Names(story.case)
    return f", with {names.crew(people)}" if people else f", {EMPTY}"


def _riggings(story: Story, names: Names) -> Iterator[Dated]:
    for done in story.plan.riggings:
        yield done.at, f"{names.group(done.vehicle, done.group)} is rigged in {names.vehicle(done.vehicle)}"


def _moves(story: Story, names: Names) -> Iterator[Dated]:
    """Liner moves; those that begin together and go the same way are one."""
    owners: dict[tuple[datetime, str, str], list[str]] = {}
    moves = {(move.liner, move.begin): move for move in story.plan.liner_moves}
    for liner in story.case.liners:
        for (key, begin), move in moves.items():
            if key == liner.id:
                old = story.liner_place(liner, begin - story.case.resolution).vehicle
                owners.setdefault((begin, _place(old, names), _place(move.to, names)), []).append(liner.owner)
    for (begin, old, new), people in owners.items():
        liners = "liner of {} goes" if len(people) == 1 else "liners of {} go"
        yield begin, f"{liners.format(names.crew(people))} from {old} to {new}"


def _place(vehicle: str | None, names: Names) -> str:
    return "the station" if vehicle is None else names.vehicle(vehicle)
