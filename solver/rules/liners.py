"""Seat liners: items of one person, each in one place, moved by decision.

Owners of movable liners are classes alone. A liner that cannot be moved lies where it came, so it needs no columns.
"""

from __future__ import annotations

from ...models.crew import Liner, LinerMove
from ..flow import Flow, Terms, times
from ..rows import ONE
from .seats import existing

STOWED = -1
"""Place of a liner stowed in the station; other places are ships."""


class LinerSeats:
    """A seat that needs a liner counts only while its holder's liner is in the ship."""

    name = "liners.in-ship"

    def build(self, flow: Flow) -> None:
        if not flow.facts.holds("liners.in-ship"):
            return
        for crew in flow.crews:
            for ship in flow.facts.ships:
                for needed in sorted({flow.facts.kinds[s].group.needs_liner or "" for s in ship.kinds} - {""}):
                    kinds = [s for s in ship.kinds if flow.facts.kinds[s].group.needs_liner == needed]
                    owned = [liner for liner in flow.liners_of(crew) if liner.kind == needed]
                    for i in flow.periods:
                        held = [term for s in kinds for term in flow.held(crew, s, i)]
                        if held:
                            there = [t for liner in owned for t in times(lies(flow, liner, ship.index, i), crew.size)]
                            if there != [(ONE, crew.size)]:
                                flow.rows.at_most(held + times(there, -1), 0)


class LinerPlaces:
    """Liners move between places, a few at a time, and are lost with a ship that leaves."""

    name = "liners"

    def build(self, flow: Flow) -> None:
        facts = flow.facts
        kinds = {kind.id: kind for kind in facts.case.liner_kinds}
        for liner in facts.case.liners:
            move = kinds[liner.kind].move
            if move is not None:
                _flow(flow, liner, move)
        for kind in facts.case.liner_kinds:
            if kind.move is not None and kind.move.at_most is not None and kind.move.within is not None:
                reach = flow.time.up(kind.move.within)
                begun = [
                    [t for liner in facts.case.liners if liner.kind == kind.id for t in moves(flow, liner, i)]
                    for i in flow.periods
                ]
                for i in flow.periods:
                    last = flow.grid[i] + reach
                    window = [t for k in range(i, len(flow.grid)) if flow.grid[k] < last for t in begun[k]]
                    if begun[i] and len(window) > kind.move.at_most:
                        flow.rows.at_most(window, kind.move.at_most)


class LinerRoom:
    """A ship holds at most as many liners as it has seats for them."""

    name = "liners.capacity"

    def build(self, flow: Flow) -> None:
        if not flow.facts.holds("liners.capacity"):
            return
        for ship in flow.facts.ships:
            for needed in sorted({flow.facts.kinds[s].group.needs_liner or "" for s in ship.kinds} - {""}):
                kinds = [s for s in ship.kinds if flow.facts.kinds[s].group.needs_liner == needed]
                if not any(kind.id == needed and kind.move is not None for kind in flow.facts.case.liner_kinds):
                    continue  # what cannot be moved came in a seat of its own
                liners = [liner for liner in flow.facts.case.liners if liner.kind == needed]
                seats = sum(flow.facts.kinds[s].places for s in kinds)
                for i in flow.periods:
                    inside = [t for liner in liners for t in lies(flow, liner, ship.index, i)]
                    most = sum(factor for column, factor in inside if column is not None)
                    room = [term for s in kinds for term in existing(flow, s, i)]
                    binds = most > seats or room != [(ONE, seats)]
                    if binds and flow.docked(ship.index, i) and any(column != ONE for column, _ in inside):
                        flow.rows.last(("room", ship.index, needed), flow.begin(i), inside + times(room, -1))


def moves(flow: Flow, liner: Liner, i: int) -> Terms:
    """A move of the liner begins at i, to whatever place."""
    places = [STOWED, *range(len(flow.facts.ships))]
    return [term for place in places for term in flow.read(flow.events, ("moves", liner.id, place), i)]


def lies(flow: Flow, liner: Liner, ship: int, i: int) -> Terms:
    """The liner is in the ship in period i (for one that cannot move: as the ship brought it, if ever)."""
    if i >= 0 and ("lies", liner.id, ship) in flow.states:
        return flow.read(flow.states, ("lies", liner.id, ship), i)
    if any(("lies", liner.id, v) in flow.states for v in range(len(flow.facts.ships))):
        return [] if i >= 0 else lies_at_start(flow, liner, ship)
    if not flow.docked(ship, i):
        return []
    return lies_at_start(flow, liner, ship) + [(c, 1) for instant, c in brought(flow, liner, ship) if instant <= i]


def lies_at_start(flow: Flow, liner: Liner, place: int) -> Terms:
    """The liner is there in the tick before the start."""
    if place == STOWED:
        return [(ONE, 1)] if liner.stowed else []
    ship = flow.facts.ships[place]
    return [(ONE, 1)] if liner.in_ == ship.id and ship.docked else []


def brought(flow: Flow, liner: Liner, place: int) -> list[tuple[int, int]]:
    """Instants and columns of arrivals after which the liner is there: in its ship if that has a seat for it."""
    found = []
    for ship, arrivals in enumerate(flow.comings):
        for i, coming, column in arrivals:
            if liner.id in coming.liners and place == (ship if _fits(flow, liner, ship, coming.liners, i) else STOWED):
                found.append((i, column))
    return found


def _fits(flow: Flow, liner: Liner, ship: int, carried: tuple[str, ...], i: int) -> bool:
    """Whether the ship has a seat for the liner when it arrives, in the order in which its liners are listed."""
    kinds = {entry.id: entry.kind for entry in flow.facts.case.liners}
    alike = [name for name in carried if kinds[name] == liner.kind]
    seats = sum(
        flow.facts.kinds[s].places
        for s in flow.facts.ships[ship].kinds
        if flow.facts.kinds[s].group.needs_liner == liner.kind
        and flow.facts.kinds[s].group.rigging is None
        and flow.facts.kinds[s].begins <= flow.begin(i)
    )
    return alike.index(liner.id) < seats


def _flow(flow: Flow, liner: Liner, move: LinerMove) -> None:
    """Places of one liner through time.

    Inequalities: a liner may be counted nowhere (it left with a ship, or the model has no use for it), never twice.
    The one use of counting it nowhere is to make room for another: a plan that does so is found out when it is read,
    and the model built again with `liners_by_place`, where every liner is somewhere until its ship leaves with it.
    """
    hosts = [
        ship.index
        for ship in flow.facts.ships
        if any(flow.facts.kinds[s].group.needs_liner == liner.kind for s in ship.kinds)
        and (ship.docked or flow.comings[ship.index])
        and (flow.seats is None or _of_use(flow, liner, ship.index))
    ]
    places = [STOWED, *hosts]
    arrivals = {place: brought(flow, liner, place) for place in places}
    begins = [
        0 if lies_at_start(flow, liner, place) else min((i for i, _ in arrivals[place]), default=None)
        for place in places
    ]
    known = min((i for i in begins if i is not None), default=None)
    if known is None:
        return
    long = move.takes // flow.time.resolution
    landing: dict[tuple[int, int], Terms] = {}
    for i in flow.periods:
        tick, begun = flow.begin(i), _begin_moves(flow, liner, places, long, i, landing) if i >= known else []
        nows: dict[int, Terms] = {}
        sources: dict[int, Terms] = {}
        resting: Terms = []
        gone: dict[int, Terms] = {}
        for place in places:
            before = (
                flow.read(flow.states, ("lies", liner.id, place), i - 1) if i else lies_at_start(flow, liner, place)
            )
            carried: Terms = [(c, 1) for instant, c in arrivals[place] if instant == i]
            coming = carried + landing.get((place, i), [])
            if not before and not coming:
                continue
            resting += before
            sources[place] = before + carried
            if flow.liners_by_place and before and place != STOWED and flow.leaves(place, i):
                gone[place] = [(flow.event(("gone", liner.id, place), i), 1)]
                flow.rows.at_most(before + times(gone[place] + flow.stays(place, i), -1), 0)
                flow.rows.at_most(gone[place] + times(flow.leaves(place, i), -1), 0)
                flow.rows.at_most(gone[place] + times(before, -1), 0)
            if place == STOWED or flow.docked(place, i):
                nows[place] = [(flow.state(("lies", liner.id, place), i), 1)]
                if place != STOWED and flow.docked(place, i) != [(ONE, 1)]:
                    flow.rows.last(("docked", liner.id, place), tick, nows[place] + times(flow.docked(place, i), -1))
                here = nows[place] + gone.get(place, []) + times(before + coming, -1)
                flow.rows.carry(("lies", liner.id, place), tick, here)
        under_way = begun if long else []
        landed = [term for place in places for term in landing.get((place, i), [])] if long else []
        if not nows and not under_way and not gone:
            continue
        exactly = flow.facts.tells_every_move
        if begun and (exactly or long or len(resting) < sum(len(source) for source in sources.values())):
            # what arrives or lands now is moved from the next tick on
            flow.rows.carry(("begun", liner.id), tick, begun + times(resting, -1))
        for place in places if exactly and not long else ():  # and what is moved is there
            moved = landing.get((place, i), [])
            if moved:
                flow.rows.at_most(moved + times(nows.get(place, []), -1), 0)
        inside = [term for now in nows.values() for term in now] + under_way + times(landed, -1)
        origins = [term for source in sources.values() for term in source]
        if flow.liners_by_place:
            flow.rows.equal(inside + [term for lost in gone.values() for term in lost] + times(origins, -1), 0)
            continue
        flow.rows.carry(("lies", liner.id), tick, inside + times(origins, -1))
        for place, source in sources.items():  # a ship that leaves takes its liner along: none is moved out then
            others = [t for other, now in nows.items() if other != place for t in now] + under_way + times(landed, -1)
            if place != STOWED and source and others and flow.leaves(place, i):
                elsewhere = [t for other, origin in sources.items() if other != place for t in origin]
                flow.rows.carry(
                    ("elsewhere", liner.id, place), tick, others + times(elsewhere + flow.stays(place, i), -1)
                )
    _rests(flow, liner, move, long)


def _of_use(flow: Flow, liner: Liner, ship: int) -> bool:
    """Whether the liner comes with the ship or its owner may sit there: no other matters where seats are restricted."""
    kinds = flow.kinds_of[flow.crew_of[liner.owner].index]
    seated = any(
        flow.facts.kinds[s].ship == ship and flow.facts.kinds[s].group.needs_liner == liner.kind for s in kinds
    )
    return seated or bool(lies_at_start(flow, liner, ship) or brought(flow, liner, ship))


def _begin_moves(
    flow: Flow, liner: Liner, places: list[int], long: int, i: int, landing: dict[tuple[int, int], Terms]
) -> Terms:
    """Columns for moves that begin at i, one at most, each to a place that is there until it ends."""
    end = flow.at(flow.begin(i) + long)
    begun: Terms = []
    for place in places:
        if end is None or not (place == STOWED or (flow.docked(place, i) and flow.docked(place, end))):
            continue
        column = (flow.event(("moves", liner.id, place), i), 1)
        begun.append(column)
        landing.setdefault((place, end), []).append(column)
        if long or flow.facts.tells_every_move:  # a move goes elsewhere: one on the spot only puts it out of sight
            before = (
                flow.read(flow.states, ("lies", liner.id, place), i - 1) if i else lies_at_start(flow, liner, place)
            )
            flow.rows.at_most([column, *before], 1)
        if place != STOWED:
            for k in range(i, end + 1 if long else i):
                flow.rows.at_most([column, *times(flow.docked(place, k), -1)], 0)
    if len(begun) > 1:
        flow.rows.carry(("once", liner.id), flow.begin(i), begun, 1)
    return begun


def _rests(flow: Flow, liner: Liner, move: LinerMove, long: int) -> None:
    """The part of a move shorter than a tick finds its owner without a seat, if aboard when it ends."""
    if not move.takes % flow.time.resolution:
        return
    crew = flow.crew_of[liner.owner]
    for i in flow.periods:
        begun = moves(flow, liner, i)
        end = flow.at(flow.begin(i) + long)
        if not begun or end is None or not flow.aboard(crew, end):
            continue
        if flow.aboard(crew, end) == [(ONE, 1)]:
            flow.rests.setdefault((liner.id, end), []).extend(begun)
        else:
            short = flow.event(("rests", liner.id), end)
            flow.excess(short, begun + flow.aboard(crew, end), 1)
            flow.rests.setdefault((liner.id, end), []).append((short, 1))
