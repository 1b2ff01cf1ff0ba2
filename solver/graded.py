"""graded_days: person-days weighted by the worst that applies, the ordinal view that needs no probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from .classes import Crew
from .facts import Ship
from .flow import Flow, Terms, times
from .rows import ONE
from .rules.docked_life import young
from .rules.suits import unsuited

UNASSURED, BARRED, IMPROVISED = 10, 3, 1
"""No seat; no nominal return or past a docked-life step; contingency seat or unsuited."""


def graded_days(flow: Flow) -> Iterator[tuple[Terms, int, int]]:
    """Terms, their grade, and the period in which they count."""
    for crew in flow.crews:
        for i in flow.periods:
            yield flow.unassured(crew, i), UNASSURED, i
    for ship in flow.facts.ships:
        for i in flow.periods:
            if flow.in_ship(ship.index, i):
                yield from _in_ship(flow, ship, i)


def _in_ship(flow: Flow, ship: Ship, i: int) -> Iterator[tuple[Terms, int, int]]:
    facts = flow.facts
    always = facts.step(ship, flow.begin(i)) is not None or facts.passage(ship, "nominal", flow.begin(i)).most == 0
    barred = [] if always else _barred(flow, ship, i)
    for s in ship.kinds:
        kind = facts.kinds[s]
        for crew in flow.crews:
            held = flow.held(crew, s, i)
            if not held:
                continue
            if always or _restricted(flow, crew, ship, i):
                yield held, BARRED, i
                continue
            improvised = kind.group.contingency or not flow.may_be_suited(crew, s)
            bare = [] if improvised else unsuited(flow, crew, s, i)
            yield held if improvised else bare, IMPROVISED, i
            for part, heads, grade in (
                ("well", held + times(bare, -1), IMPROVISED * improvised),
                ("bare", bare, IMPROVISED),
            ):
                if barred and heads:
                    worse = flow.state(("barred", part, crew.index, s), i, crew.size)
                    flow.excess(worse, heads + times(barred, crew.size), crew.size)
                    yield [(worse, 1)], BARRED - grade, i


def _barred(flow: Flow, ship: Ship, i: int) -> Terms:
    """A column that is 1 where the number of people, or a step of a decided docked life, bars a nominal return."""
    facts = flow.facts
    seats = sum(facts.kinds[s].seats for s in ship.kinds)
    most = facts.passage(ship, "nominal", flow.begin(i)).most
    steps = ship.steps if ship.launched is None else []
    if most >= seats and not steps:
        return []
    column: Terms = [(flow.state(("barred", ship.index), i), 1)]
    causes: Terms = []
    if most < seats:
        heads = flow.in_ship(ship.index, i)
        flow.rows.at_most(heads + times(column, most - seats), most)
        if flow.facts.asks_for_more:
            causes = [(flow.state(("too-many-to-return", ship.index), i), 1)]
            flow.rows.at_least(heads + times(causes, -most - 1), 0)
    if steps:
        first = min(steps, key=lambda step: step.after)
        fresh = times(young(flow, ship, first, flow.end(i), i), -1)
        flow.rows.at_most(flow.docked(ship.index, i) + fresh + times(column, -1), 0)
        causes += [(ONE, 1), *fresh]  # fresh is also a ship that has left since
    if flow.facts.asks_for_more:
        flow.rows.at_most(column + times(causes, -1), 0)
    return column


def _restricted(flow: Flow, crew: Crew, ship: Ship, i: int) -> bool:
    """Whether a statement forbids the class a return in the ship on that date."""
    for _, statement in flow.facts.said:
        claim = statement.forbid.return_ if statement.forbid is not None else None
        if claim is None or claim.vehicle not in (None, ship.id):
            continue
        if (claim.people == "all" or crew.one.id in claim.people) and flow.facts.inside(
            claim.from_, claim.to, flow.begin(i)
        ):
            return True
    return False
