"""The measures as charges: what is due when, for each column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ..models.problems import CrewreturnError
from ..models.statements import Measure
from .classes import Crew
from .differing import differing_events, differing_seats
from .flow import Flow, Terms, times
from .graded import graded_days
from .rows import ONE
from .rules.liners import moves
from .rules.seats import rigging
from .rules.staffing import supply


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount due at an instant (`end` None), or a rate a day from one tick to another, for each of the terms."""

    terms: Terms
    amount: float
    begin: int
    end: int | None = None


Charges = Iterator[Charge]


def charges(flow: Flow, measure: Measure) -> Charges:
    """The charges that add up to a measure (all but the losses).

    Raises
    ------
    CrewreturnError
        For `changes` without an earlier plan to count them from.
    """
    return _MEASURES[measure](flow)


def _unassured(flow: Flow) -> Charges:
    for crew in flow.crews:
        for i in flow.periods:
            yield Charge(flow.unassured(crew, i), 1, flow.begin(i), flow.end(i))
    takes = {kind.id: kind.move.takes for kind in flow.facts.case.liner_kinds if kind.move is not None}
    kinds = {liner.id: liner.kind for liner in flow.facts.case.liners}
    for (liner, i), terms in flow.rests.items():
        rest = takes[kinds[liner]] % flow.time.resolution / timedelta(days=1)
        yield Charge(terms, rest, flow.begin(i))


def _graded(flow: Flow) -> Charges:
    for terms, grade, i in graded_days(flow):
        yield Charge(terms, grade, flow.begin(i), flow.end(i))


def _understaffed(flow: Flow) -> Charges:
    for rule in flow.facts.staffing:
        if rule.soft:
            for i in flow.periods:
                for what in ("missing", "too-many"):
                    yield Charge(flow.read(flow.states, (what, rule.id), i), 1, flow.begin(i), flow.end(i))
            over = flow.once.get(("over", rule.id))
            if over is not None:
                _, end = flow.facts.span(rule.from_, rule.to)
                yield Charge([(over, 1)], flow.time.days, end)
                begun = flow.once.get(("over-begun", rule.id))
                if begun is not None:
                    yield Charge([(begun, 1)], -supply(flow, rule)[1] * flow.time.days, end)


def _off_plan(flow: Flow) -> Charges:
    for crew in flow.crews:
        date, length = flow.facts.stay(crew.one, "planned_return")
        starts = crew.one.aboard or crew.one.aboard_in is not None
        flights = [(i, coming, column) for _, i, coming, column in flow.flights(crew)]
        for i in flow.periods:
            begin, end, aboard = flow.begin(i), flow.end(i), flow.aboard(crew, i)
            up = [(ONE, crew.size)] if starts else [(column, crew.size) for k, _, column in flights if k <= i]
            if date is not None:
                stray = aboard if begin >= date else up + times(aboard, -1)
                yield Charge(stray, 1, begin, end)
            elif length is not None and up:
                yield Charge(_strayed(flow, crew, i, length), 1, begin, end)


def _strayed(flow: Flow, crew: Crew, i: int, length: int) -> Terms:
    """Members aboard past, or at home before, a planned return that counts from a launch that is decided."""
    aboard = flow.aboard(crew, i)
    early, on_plan = (flow.flown(crew, first, i) for first in (flow.begin(i) - length + 1, flow.end(i) - length))
    stray: Terms = []
    if aboard:
        late = flow.state(("past-plan", crew.index), i, crew.size)
        flow.excess(late, aboard + times(on_plan, -1))
        stray.append((late, 1))
    if early:
        home = flow.state(("home-early", crew.index), i, crew.size)
        flow.excess(home, early + times(aboard, -1))
        stray.append((home, 1))
    return stray


def _crew_days(flow: Flow) -> Charges:
    for crew in flow.crews:
        for i in flow.periods:
            yield Charge(flow.aboard(crew, i), 1, flow.begin(i), flow.end(i))


def _displaced(flow: Flow) -> Charges:
    for crew in flow.crews:
        planned = flow.facts.planned.get(crew.one.id)
        if planned is None or planned[1].planned is None:
            continue
        window = planned[1].planned
        begin = 0 if window.from_ is None else flow.time.ceil(window.from_)
        end = flow.facts.horizon + 1 if window.to is None else flow.time.ceil(window.to)
        if end <= flow.facts.horizon:
            kept = [
                (column, -crew.size)
                for _, _, coming, column in flow.flights(crew)
                if coming.launch is not None and begin <= coming.launch < end
            ]
            yield Charge([(ONE, crew.size), *kept], 1, max(0, end))


def _launches(flow: Flow, *, extra: bool = False) -> Charges:
    for ship in flow.facts.ships:
        if extra and any(option.planned is not None for option in ship.vehicle.launch):
            continue
        for _, coming, column in flow.comings[ship.index]:
            if coming.launch is not None:
                yield Charge([(column, 1)], 1, coming.launch)


def _riggings(flow: Flow) -> Charges:
    for s in range(len(flow.facts.kinds)):
        for i in flow.periods:
            yield Charge(rigging(flow, s, i), 1, flow.begin(i))


def _relocations(flow: Flow) -> Charges:
    for ship in flow.facts.ships:
        for i in flow.periods:
            yield Charge(flow.relocates(ship.index, i), 1, flow.begin(i))


def _liner_moves(flow: Flow) -> Charges:
    for liner in flow.facts.case.liners:
        for i in flow.periods:
            yield Charge(moves(flow, liner, i), 1, flow.begin(i))


def _reseats(flow: Flow) -> Charges:
    for crew in flow.crews:
        for s in flow.kinds_of[crew.index]:
            for i in flow.periods:
                yield Charge(flow.enters(crew, s, i), 1, flow.begin(i))


def _lateness(flow: Flow) -> Charges:
    horizon, days = flow.facts.horizon, flow.time.days
    for ship in flow.facts.ships:
        never_comes: Terms = [] if ship.docked else [(ONE, 1)]
        for _, coming, column in flow.comings[ship.index]:
            never_comes.append((column, -1))
            yield Charge([(column, 1)], coming.arrival * days, coming.arrival)
            if coming.launch is not None:
                yield Charge([(column, 1)], coming.launch * days, coming.launch)
        never_leaves: Terms = [(ONE, 1)]
        for i in flow.periods:
            leaving = flow.leaves(ship.index, i)
            never_leaves += times(leaving, -1)
            yield Charge(leaving, flow.begin(i) * days, flow.begin(i))
        yield Charge(never_comes + never_leaves, horizon * days, horizon)
    for part in (_relocations, _riggings, _liner_moves, _reseats):
        for charge in part(flow):
            yield Charge(charge.terms, charge.begin * days, charge.begin)


def _changes(flow: Flow) -> Charges:
    against = flow.facts.against
    if against is None:
        raise CrewreturnError(
            "`changes` are counted from an earlier plan, and none is given. Give `solve` one (`against=` in the "
            "library, `--against PLAN` on the command line), or leave `changes` out."
        )
    for terms, tick in differing_events(flow, against):
        yield Charge(terms, 1, tick)
    for terms, begin, end in differing_seats(flow, against):
        yield Charge(terms, 1, begin, end)


_MEASURES: dict[Measure, Callable[[Flow], Charges]] = {
    "unassured_days": _unassured,
    "graded_days": _graded,
    "understaffed_days": _understaffed,
    "off_plan_days": _off_plan,
    "crew_days": _crew_days,
    "displaced": _displaced,
    "launches": _launches,
    "extra_launches": lambda flow: _launches(flow, extra=True),
    "riggings": _riggings,
    "relocations": _relocations,
    "liner_moves": _liner_moves,
    "reseats": _reseats,
    "lateness": _lateness,
    "changes": _changes,
}
