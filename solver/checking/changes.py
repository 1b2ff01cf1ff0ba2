"""How far a plan is from an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ...models.plan import Plan
from .clock import Clock
from .facts import Facts


def changed_events(clock: Clock, plan: Plan, against: Plan) -> list[int]:
    """The ticks of events and liner moves that are in one plan and not at the same tick in the other.

    What happens before the start of the horizon is the past, not a change.
    """
    ours, theirs = set(_events(plan)), set(_events(against))
    ticks = [clock.floor(instant) for *_, instant in ours ^ theirs]
    return sorted(tick for tick in ticks if 0 <= tick < clock.ticks)


def _events(plan: Plan) -> Iterator[tuple[str, str, str, datetime]]:
    for coming in plan.launches:
        if coming.launch is not None:
            yield "launch", coming.vehicle, coming.option or "", coming.launch
        yield "arrival", coming.vehicle, coming.port, coming.arrival
    for left in plan.departures:
        yield "departure", left.vehicle, "", left.at
    for move in plan.relocations:
        yield "relocation", move.vehicle, move.port, move.at
    for rigging in plan.riggings:
        yield "rigging", rigging.vehicle, rigging.group, rigging.at
    for carried in plan.liner_moves:
        yield "liner", carried.liner, carried.to or "", carried.begin


def changed_seats(facts: Facts, plan: Plan, against: Plan) -> dict[int, int]:
    """By tick, how many people of the case hold a seat in another ship or group, or none instead of one."""
    ours, theirs = _seats(facts, plan), _seats(facts, against)
    found: dict[int, int] = {}
    for person, tick in ours.keys() | theirs.keys():
        if ours.get((person, tick)) != theirs.get((person, tick)):
            found[tick] = found.get(tick, 0) + 1
    return dict(sorted(found.items()))


def _seats(facts: Facts, plan: Plan) -> dict[tuple[str, int], tuple[str, str]]:
    """Ship and group by person and tick."""
    clock = facts.clock
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for hold in plan.holds:
        if hold.person in facts.people:
            for tick in range(max(0, clock.floor(hold.from_)), min(clock.ticks, clock.ceil(hold.to))):
                found[hold.person, tick] = (hold.vehicle, hold.group)
    return found
