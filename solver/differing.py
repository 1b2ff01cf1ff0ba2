"""changes: how far a plan is from an earlier one, in events that differ and days with another seat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from ..models.plan import Plan
from .classes import Crew
from .flow import Flow, Terms, times
from .rows import ONE
from .rules.liners import STOWED
from .rules.seats import rigging

Event = tuple[str, str, str, int]
"""What happens to which ship or liner, how or where, and its tick."""
Seat = tuple[str, str]


def differing_events(flow: Flow, against: Plan) -> Iterator[tuple[Terms, int]]:
    """Terms that are 1 for every event in one plan and not at the same tick in the other, and the tick.

    Ports have to be modelled by name. What happened before the start is past.
    """
    ours = _events(flow)
    theirs = {event for event, on_tick in _past_events(flow, against) if on_tick}
    for event in sorted(ours.keys() | theirs):
        happens = ours.get(event, [])
        yield ([(ONE, 1), *times(happens, -1)] if event in theirs else happens), event[-1]
    for event, on_tick in _past_events(flow, against):
        if not on_tick:
            yield [(ONE, 1)], event[-1]


def differing_seats(flow: Flow, against: Plan) -> Iterator[tuple[Terms, int, int]]:
    """Terms that are 1 while a person (a class alone) holds another seat than in the earlier plan, and the ticks."""
    for crew in flow.crews:
        seats = _seats(flow, crew, against)
        for i in flow.periods:
            held = {
                (flow.facts.ships[kind.ship].id, kind.group.id): flow.held(crew, s, i)
                for s, kind in enumerate(flow.facts.kinds)
            }
            for seat, run in groupby(range(flow.begin(i), flow.end(i)), key=lambda tick: seats.get(tick)):
                ticks = list(run)
                if seat is None:
                    other = [term for terms in held.values() for term in terms]
                else:
                    other = [(ONE, 1), *times(held.get(seat, []), -1)]
                yield other, ticks[0], ticks[-1] + 1


def _events(flow: Flow) -> dict[Event, Terms]:
    """Everything that may happen, with the terms that say that it does."""
    found: defaultdict[Event, Terms] = defaultdict(list)
    for ship in flow.facts.ships:
        for _, coming, column in flow.comings[ship.index]:
            if coming.launch is not None and coming.option is not None:
                found["launch", ship.id, coming.option.id, coming.launch].append((column, 1))
        for i in flow.periods:
            tick = flow.begin(i)
            for port in flow.facts.ports:
                found["arrival", ship.id, port, tick] += flow.read(flow.events, ("comes-to", ship.index, port), i)
                found["relocation", ship.id, port, tick] += flow.relocates(ship.index, i, port)
            found["departure", ship.id, "", tick] += flow.leaves(ship.index, i)
    for i in flow.periods:
        for s, kind in enumerate(flow.facts.kinds):
            key = ("rigging", flow.facts.ships[kind.ship].id, kind.group.id, flow.begin(i))
            found[key] += rigging(flow, s, i)
        for liner in flow.facts.case.liners:
            for place in (STOWED, *range(len(flow.facts.ships))):
                to = "" if place == STOWED else flow.facts.ships[place].id
                key = ("liner", liner.id, to, flow.begin(i))
                found[key] += flow.read(flow.events, ("moves", liner.id, place), i)
    return {event: terms for event, terms in found.items() if terms}


def _past_events(flow: Flow, plan: Plan) -> Iterator[tuple[Event, bool]]:
    """The events of the earlier plan inside the horizon, and whether each lies on a tick (else none is the same)."""
    dated: list[tuple[str, str, str, datetime]] = []
    for coming in plan.launches:
        if coming.launch is not None:
            dated.append(("launch", coming.vehicle, coming.option or "", coming.launch))
        dated.append(("arrival", coming.vehicle, coming.port, coming.arrival))
    dated += [("departure", left.vehicle, "", left.at) for left in plan.departures]
    dated += [("relocation", move.vehicle, move.port, move.at) for move in plan.relocations]
    dated += [("rigging", done.vehicle, done.group, done.at) for done in plan.riggings]
    dated += [("liner", move.liner, move.to or "", move.begin) for move in plan.liner_moves]
    for what, thing, how, instant in sorted(set(dated)):
        tick = flow.time.floor(instant)
        if 0 <= tick < flow.facts.horizon:
            yield (what, thing, how, tick), flow.time.instant(tick) == instant


def _seats(flow: Flow, crew: Crew, plan: Plan) -> dict[int, Seat]:
    """The person's seat in the earlier plan by tick."""
    found: dict[int, Seat] = {}
    for hold in plan.holds:
        if hold.person == crew.one.id:
            first, last = flow.time.floor(hold.from_), flow.time.ceil(hold.to)
            for tick in range(max(0, first), min(flow.facts.horizon, last)):
                found[tick] = (hold.vehicle, hold.group)
    return found
