"""What restrictions, alternatives and pins require or forbid."""

from __future__ import annotations

from ...models.base import Interval
from ...models.statements import Claim, HoldClaim, LaunchClaim, ReturnClaim, UnassuredClaim
from ..classes import Crew
from ..facts import Ship
from ..flow import Flow, Terms, times
from .seats import rigging


class Statements:
    """Statements of the case, of an alternative or of a host program."""

    name = "statements"

    def build(self, flow: Flow) -> None:
        for name, statement in flow.facts.statements:
            flow.rows.rule = f"statement:{name}"
            claim = statement.require or statement.forbid
            assert claim is not None
            for terms, needed in happenings(flow, claim, required=statement.require is not None):
                if statement.require is not None:
                    flow.rows.at_least(terms, needed)
                elif terms:
                    flow.rows.at_most(terms, 0)


def happenings(flow: Flow, claim: Claim, *, required: bool) -> list[tuple[Terms, int]]:
    """What the claim is about, as terms, and the least sum that makes it true.

    Limits are built with the measures.
    """
    if claim.launch is not None:
        return [(_launches(flow, claim.launch), 1)]
    if claim.depart is not None:
        ship, crewed = _ship(flow, claim.depart.vehicle), claim.depart.crewed
        verbs = [flow.leaves_crewed] if crewed else [flow.leaves_empty] if crewed is False else [flow.leaves]
        inside = _instants(flow, claim.depart)
        return [([term for i in inside for verb in verbs for term in verb(ship.index, i)], 1)]
    if claim.return_ is not None:
        return _returns(flow, claim.return_, required)
    if claim.rig is not None:
        ship = _ship(flow, claim.rig.vehicle)
        kinds = [s for s in ship.kinds if flow.facts.kinds[s].group.id == claim.rig.group]
        return [([term for s in kinds for i in flow.periods for term in rigging(flow, s, i)], 1)]
    if claim.relocate is not None:
        ship = _ship(flow, claim.relocate.vehicle)
        return [([t for i in flow.periods for t in flow.relocates(ship.index, i, claim.relocate.port)], 1)]
    if claim.hold is not None:
        return _holds(flow, claim.hold, required)
    if claim.unassured is not None:
        return _unassured(flow, claim.unassured, required)
    return []


def _ship(flow: Flow, vehicle: str) -> Ship:
    return flow.facts.ships[flow.facts.ship_index[vehicle]]


def _instants(flow: Flow, dates: Interval) -> list[int]:
    begin, end = flow.facts.span(dates.from_, dates.to)
    return [i for i in flow.periods if begin <= flow.begin(i) < end]


def _launches(flow: Flow, claim: LaunchClaim) -> Terms:
    begin, end = flow.facts.span(claim.from_, claim.to)
    return [
        (column, 1)
        for _, coming, column in flow.comings[_ship(flow, claim.vehicle).index]
        if coming.option is not None
        and claim.option in (None, coming.option.id)
        and coming.launch is not None
        and begin <= coming.launch < end
    ]


def _returns(flow: Flow, claim: ReturnClaim, required: bool) -> list[tuple[Terms, int]]:
    kinds = range(len(flow.facts.kinds)) if claim.vehicle is None else _ship(flow, claim.vehicle).kinds
    found = []
    for crew in _crews(flow, claim.people):
        home = [term for i in _instants(flow, claim) for s in kinds for term in flow.returns(crew, s, i)]
        found.append((home, crew.size if required else 0))
    return found


def _holds(flow: Flow, claim: HoldClaim, required: bool) -> list[tuple[Terms, int]]:
    ship = _ship(flow, claim.vehicle)
    kinds = [s for s in ship.kinds if claim.group in (None, flow.facts.kinds[s].group.id)]
    found = []
    for crew in _crews(flow, claim.people):
        for i in _instants(flow, claim):
            held = [term for s in kinds for term in flow.held(crew, s, i)]
            if required and flow.aboard(crew, i):
                found.append((held + times(flow.aboard(crew, i), -1), 0))
            elif not required and held:
                found.append((held, 0))
    return found


def _unassured(flow: Flow, claim: UnassuredClaim, required: bool) -> list[tuple[Terms, int]]:
    found = []
    for crew in _crews(flow, claim.people):
        for i in _instants(flow, claim):
            bare = flow.unassured(crew, i) + times(flow.moving(crew, i), -1)
            if required and flow.aboard(crew, i):
                found.append((bare + times(flow.aboard(crew, i), -1), 0))
            elif not required and flow.unassured(crew, i):
                found.append((bare, 0))
    return found


def _crews(flow: Flow, people: object) -> list[Crew]:
    named = set(flow.facts.named(people))
    return [crew for crew in flow.crews if crew.one.id in named]
