"""Which ticks a model needs: the dates of the case, and those tied to them.

State is constant between instants of a grid, so a grid must hold every date at which the data change. Everything else
is choice: a coarse grid restricts when things may happen, never what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import pairwise

from ..models.base import Interval
from .facts import Facts

LONG, PARTS = 3, 80
"""A span of more ticks than this, and than this part of the horizon, gets its middle onto the coarse grid."""


def case_dates(facts: Facts) -> set[int]:
    """Ticks in the horizon at which something in the case begins, ends, opens or closes."""
    time, case = facts.time, facts.case
    found: set[int] = {0}
    instants: list[datetime | None] = []
    for port in case.ports:
        for span in (*port.no_automatic_docking, *port.closed):
            instants += [span.from_, span.to]
    for ship in facts.ships:
        instants += [state.from_ for state in ship.vehicle.health]
        if ship.vehicle.leave is not None:
            instants += [ship.vehicle.leave.not_before, ship.vehicle.leave.not_after]
        for window in ship.type.landing_windows or ():
            instants += [window.from_, window.to]
        for s in ship.kinds:
            group = facts.kinds[s].group
            instants += [group.from_, group.rigging.not_before if group.rigging else None]
        if ship.launched is not None:
            found |= {time.floor(ship.launched + step.after) for step in ship.steps}
        found |= _windows(facts, ship.index)
    for blackout in facts.blackouts:
        instants += [blackout.from_, blackout.to]
    spans: list[Interval] = [*facts.staffing, *case.hazards]
    for rule in spans:
        instants += [rule.from_, rule.to]
    for _, statement in facts.said:
        claim = statement.require or statement.forbid
        for name in type(claim).model_fields if claim is not None else ():
            part = getattr(claim, name)
            instants += [getattr(part, "from_", None), getattr(part, "to", None)]
    for person in case.people:
        instants += [getattr(entry, "until", None) for entry in person.qualified]
        for bound in ("planned_return", "earliest_return", "latest_return"):
            tick = facts.stay(person, bound)[0]
            found |= set() if tick is None else {tick}
        planned = facts.planned.get(person.id)
        if planned is not None and planned[1].planned is not None:
            window_ = planned[1].planned
            found |= _arrivals_of(facts, planned[0].index, planned[1].id, window_.from_, window_.to)
    found |= {tick for tick, _ in time.pieces}
    for instant in instants:
        if instant is not None:
            found |= {time.floor(instant), time.ceil(instant)}
    return {tick for tick in found if 0 <= tick < facts.horizon}


def _windows(facts: Facts, ship: int) -> set[int]:
    """First and last of every row of arrivals of an option; every arrival where they are few."""
    by_option: dict[str, list[int]] = {}
    for coming in facts.ships[ship].comings:
        by_option.setdefault(coming.way, []).append(coming.arrival)
    found: set[int] = set()
    for arrivals in by_option.values():
        arrivals.sort()
        if len(arrivals) > 8:  # the ends of each row of arrivals that others interrupt at most
            held_up = {tick for tick in facts.busy if arrivals[0] < tick < arrivals[-1]}
            ends = [(a, b) for a, b in pairwise(sorted({*arrivals, *held_up})) if b - a > 1]
            arrivals = [arrivals[0], arrivals[-1], *(tick for gap in ends for tick in gap)]
        found |= set(arrivals)
    return found


def _arrivals_of(facts: Facts, ship: int, option: str, begin: datetime | None, end: datetime | None) -> set[int]:
    inside = [
        coming.arrival
        for coming in facts.ships[ship].comings
        if coming.option is not None
        and coming.option.id == option
        and coming.launch is not None
        and facts.inside(begin, end, coming.launch)
    ]
    return {min(inside), max(inside)} if inside else set()


def dates(facts: Facts) -> list[int]:
    """The case's dates and the last tick, and the end of a liner's move that begins on one: few instants for a plan."""
    return within(facts, _moved(facts, case_dates(facts) | {0, facts.horizon - 1}))


def around(facts: Facts, ticks: Collection[int]) -> list[int]:
    """Dates and those tied to them, and what a plan that does something at some ticks may better do beside them."""
    lengths = set(facts.move_ticks.values())
    steps = {-1, 0, 1, *(step for length in lengths for step in (-length, length, 1 + length))}
    return within(facts, {*dates(facts), *_tied(facts), *(tick + step for tick in ticks for step in steps)})


def _moved(facts: Facts, ticks: set[int]) -> set[int]:
    """The ticks, and those a move of a liner after one."""
    return ticks | {tick + length for tick in ticks for length in set(facts.move_ticks.values())}


def coarse(facts: Facts) -> list[int]:
    """The case's dates and those tied to them, a tick before and after each, the last tick, and middles of long spans.

    What the LP finds it worth to be somewhere bends where ships come and go, so without the middles its multipliers
    would be poor guesses between dates that lie far apart: the proof on every tick starts from them.
    """
    ticks = {tick + step for tick in case_dates(facts) | _tied(facts) for step in (-1, 0, 1)} | {0, facts.horizon - 1}
    grid = within(facts, _moved(facts, ticks))
    long = max(LONG, facts.horizon // PARTS)
    return sorted({*grid, *((before + after) // 2 for before, after in pairwise(grid) if after - before > long)})


def _tied(facts: Facts) -> set[int]:
    """Dates one duration after the first arrival of an option: what must follow it, and steps of the docked life."""
    found: set[int] = set()
    for ship in facts.ships:
        firsts: dict[str, tuple[int, int]] = {}
        for coming in ship.comings:
            if coming.option is not None and coming.launch is not None:
                key, date = coming.option.id, (coming.arrival, coming.launch)
                firsts[key] = min(firsts.get(key, date), date)
        for arrival, launch in firsts.values():
            found |= {launch + facts.time.down(step.after) for step in ship.steps}
            for precedence in facts.precedences:
                if precedence.first.vehicle == ship.id and precedence.at_least is not None:
                    begin = launch if precedence.first.kind == "launch" else arrival
                    found.add(begin + facts.time.up(precedence.at_least))
    return found


def within(facts: Facts, ticks: Iterable[int]) -> list[int]:
    """Ticks in the horizon, in order."""
    return sorted({tick for tick in ticks if 0 <= tick < facts.horizon})
