"""A piece of a large case: some ships with their people, everybody else's plan being given.

Ships share little: ports, the spacing of traffic, and people counted by staffing rules. What others take of these is
taken off the piece's case, so that plans of pieces together make a plan of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..models.base import Interval
from ..models.case import Case, Staffing
from ..models.fleet import Port
from ..models.plan import Plan
from .facts import Facts

Counts = npt.NDArray[np.int64]

SPARE_PORTS = 2
"""A piece is offered so many more ports of an interface than it has ships that may come to one."""


@dataclass(frozen=True, slots=True)
class Others:
    """What everybody outside a piece takes of what is shared."""

    busy: frozenset[int]
    """Ticks in which no ship may come, leave or move, for those that do."""
    taken: dict[str, list[tuple[int, int]]]
    """By port: spans `[from, to)` in ticks in which a ship stands there."""
    staffed: Counts
    """People aboard who count, by staffing rule and tick."""
    open: Counts
    """People who may be aboard, or not: the plan says nothing of them yet."""


def others(
    facts: Facts, plan: Plan, planned: Collection[str], ships: Collection[str], people: Collection[str]
) -> Others:
    """What those outside a piece take, by a plan.

    Parameters
    ----------
    facts
        The whole case.
    plan
        A plan of some of its ships and people.
    planned
        Those people. Ships of others stay where they are, if docked, and nobody knows how long their people do.
    ships, people
        Those of the piece.
    """
    time, horizon = facts.time, facts.horizon
    events: set[int] = set()
    taken: dict[str, list[tuple[int, int]]] = {}
    leaves = {entry.vehicle: time.floor(entry.at) for entry in plan.departures}
    came = {entry.vehicle: entry for entry in plan.launches}
    for ship in facts.ships:
        if ship.id in ships:
            continue
        stops: list[tuple[int, str]] = []
        if ship.vehicle.docked_at is not None:
            stops.append((-1, ship.vehicle.docked_at))
        elif ship.id in came:
            stops.append((time.floor(came[ship.id].arrival), came[ship.id].port))
        stops += [(time.floor(move.at), move.port) for move in plan.relocations if move.vehicle == ship.id]
        if not stops:
            continue
        end = leaves.get(ship.id, horizon)
        events |= {tick for tick in (end, *(tick for tick, _ in stops)) if 0 <= tick < horizon}
        for (begin, port), (until, _) in zip(stops, [*stops[1:], (end, "")], strict=True):
            taken.setdefault(port, []).append((begin, until))
    staffed, undecided = (np.zeros((len(facts.staffing), horizon), dtype=np.int64) for _ in range(2))
    spans = presence(facts, plan)
    for person in facts.case.people:
        if person.id not in people:
            begin, end = spans.get(person.id, (0, 0)) if person.id in planned else (0, horizon)
            counts = staffed if person.id in planned else undecided
            for number, rule in enumerate(facts.staffing):
                first, last = facts.counted(rule, person)
                counts[number, max(begin, first) : max(0, min(end, last))] += 1
    reach = range(1 - facts.spacing, facts.spacing) if facts.spacing else ()
    return Others(frozenset(tick + step for tick in events for step in reach), taken, staffed, undecided)


def presence(facts: Facts, plan: Plan) -> dict[str, tuple[int, int]]:
    """From which tick to which people are aboard by a plan; to the end where it says nothing of a way home."""
    time, horizon = facts.time, facts.horizon
    begins = {person.id: 0 for person in facts.case.people if person.aboard or person.aboard_in is not None}
    for entry in plan.launches:
        ship = facts.ships[facts.ship_index[entry.vehicle]]
        arrival = time.floor(entry.arrival)
        option = entry.option
        for coming in ship.comings:
            if coming.arrival == arrival and (None if coming.option is None else coming.option.id) == option:
                begins |= dict.fromkeys(coming.people, arrival)
                break
    leaves = {(entry.vehicle, entry.at) for entry in plan.departures}
    ends = {hold.person: time.floor(hold.to) for hold in plan.holds if (hold.vehicle, hold.to) in leaves}
    return {person: (begin, max(begin, ends.get(person, horizon))) for person, begin in begins.items()}


def piece(
    facts: Facts,
    ships: Collection[str],
    people: Collection[str],
    given: Others,
    instants: Callable[[Facts], list[int]],
) -> tuple[Facts, list[int]]:
    """The facts of a piece, that is the case with its ships and people only, less what others take; and its grid."""
    case = facts.case
    vehicles = tuple(entry for entry in case.vehicles if entry.id in ships)
    inside = tuple(entry for entry in case.people if entry.id in people)
    linked = tuple(
        entry for entry in case.traffic.precedences if entry.first.vehicle in ships and entry.then.vehicle in ships
    )
    part = case.model_copy(
        update={
            "vehicles": vehicles,
            "people": inside,
            "suits": tuple(entry for entry in case.suits if set(entry.fits) & set(people)),
            "liners": tuple(entry for entry in case.liners if entry.owner in people),
            "ports": tuple(_ports(facts, ships, given)),
            "traffic": case.traffic.model_copy(update={"precedences": linked}),
            "staffing": (),
            "alternatives": (),
            "as_decided": None,
        }
    )
    alone = Facts(part, waive=facts.waived, rules_off=facts.off, busy=given.busy)  # its dates make the grid, ...
    spans = (tick for rule in facts.staffing for tick in facts.span(rule.from_, rule.to) if tick < facts.horizon)
    grid = sorted({*instants(alone), *spans})
    # ... and the grid says from when to when staff is lacking.
    staffed = part.model_copy(update={"staffing": tuple(_staffing(facts, given, grid))})
    return Facts(staffed, waive=facts.waived, rules_off=facts.off, busy=given.busy), grid


def _ports(facts: Facts, ships: Collection[str], given: Others) -> Iterable[Port]:
    """The ports at which its ships stand; for its ships yet to come also the ports they may use that are free longest.

    So a docked ship moves to another port only where its piece has one for a ship that comes.
    """
    time, horizon = facts.time, facts.horizon
    mine = [ship for ship in facts.ships if ship.id in ships]
    chosen = {ship.vehicle.docked_at for ship in mine}
    wanted: Counter[frozenset[str]] = Counter()
    for ship in mine:
        if not ship.docked:
            wanted[frozenset(port for coming in ship.comings for port in coming.ports)] += 1

    def shut(port: str) -> int:
        spans = [*given.taken.get(port, ()), *(facts.span(span.from_, span.to) for span in facts.ports[port].closed)]
        return sum(max(0, min(end, horizon) - max(0, begin)) for begin, end in spans)

    for names, count in wanted.items():
        free = [port for port in facts.ports if port in names - chosen and shut(port) < horizon]
        chosen |= set(sorted(free, key=shut)[: count + SPARE_PORTS])
    for port in facts.case.ports:
        if port.id in chosen:
            closed = [
                Interval(**{"from": None if begin < 0 else time.instant(begin), "to": time.instant(end)})
                for begin, end in given.taken.get(port.id, ())
                if end > begin
            ]
            yield port.model_copy(update={"closed": (*port.closed, *closed)})


def _staffing(facts: Facts, given: Others, grid: Sequence[int]) -> Iterable[Staffing]:
    """Staffing rules less the people of others, for spans of a grid: what is lacking in any tick of a period."""
    for number, rule in enumerate(facts.staffing):
        begin, end = facts.span(rule.from_, rule.to)
        inside = sorted({begin, *(tick for tick in grid if begin < tick < end)})
        if begin >= end:
            continue
        fewest = np.minimum.reduceat((given.staffed + given.open)[number, :end], inside).tolist()
        most = np.maximum.reduceat(given.staffed[number, :end], inside).tolist()
        asked = [_asked(rule, *counts) for counts in zip(fewest, most, strict=True)]
        changes = [place for place in range(len(asked)) if place == 0 or asked[place] != asked[place - 1]]
        for place, after in zip(changes, [*changes[1:], len(asked)], strict=True):
            first, last = inside[place], inside[after] if after < len(inside) else end
            if asked[place] != (None, None):
                at_least, at_most = asked[place]
                dates = {"from_": facts.time.instant(first), "to": facts.time.instant(last)}
                more = {"id": f"{rule.id}-{first}", "at_least": at_least, "at_most": at_most}
                yield rule.model_copy(update=dates | more)


def _asked(rule: Staffing, fewest: int, most: int) -> tuple[int | None, int | None]:
    """What a staffing rule still asks for, at least and at most, where so many others are aboard."""
    at_least = None if rule.at_least is None or rule.at_least <= fewest else rule.at_least - fewest
    return at_least, None if rule.at_most is None else max(0, rule.at_most - most)


def merged(case: Case, plans: Sequence[Plan]) -> Plan:
    """Plans of pieces as one plan of the case."""
    parts = ("launches", "departures", "relocations", "riggings", "liner_moves", "holds")
    return Plan.model_validate(
        {"case": case.id} | {name: tuple(entry for plan in plans for entry in getattr(plan, name)) for name in parts}
    ).joined()
