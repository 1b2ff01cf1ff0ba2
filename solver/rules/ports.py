"""Ports: one ship at a time, the right interface, open, and with automatic docking for ships without people.

Counting ships and ports is a relaxation: it forgets which port is which, and needs no relocation. `colouring.py` hands
out the ports afterwards; where it can, the plan is a plan (and as good as any with relocations, which only cost). Where
it cannot, the model is built again with columns for every port of that interface.
"""

from __future__ import annotations

from ...models.statements import Measure
from ..facts import Facts, Ship
from ..flow import Flow, Terms, times
from ..rows import ONE

RAISED: frozenset[Measure] = frozenset({"relocations", "lateness", "expected_loss", "worst_person"})
"""Measures that a relocation adds to: nobody would make one, but to reach a limit from below."""


def must_be_explicit(facts: Facts) -> set[str]:
    """Interfaces for which counting ports is no relaxation: something is said of relocations or of an earlier plan."""
    asked = facts.against is not None
    found: set[str] = set()
    for _, statement in facts.statements:
        for claim in (statement.require, statement.forbid):
            if claim is not None and claim.relocate is not None:
                found.add(_interface(facts, claim.relocate.vehicle))
            if claim is not None and claim.limit is not None and claim.limit.at_least and claim.limit.measure in RAISED:
                asked = True
    return {port.interface for port in facts.case.ports} if asked else found


def _interface(facts: Facts, vehicle: str) -> str:
    return facts.ships[facts.ship_index[vehicle]].type.interface


class OneShip:
    """One ship per port at a time, where the ports of an interface are alike."""

    name = "ports.one-ship"

    def build(self, flow: Flow) -> None:
        for interface in sorted({port.interface for port in flow.facts.case.ports}):
            ports = [port.id for port in flow.facts.case.ports if port.interface == interface]
            ships = [ship for ship in flow.facts.ships if ship.type.interface == interface]
            if interface in flow.explicit_ports:
                _Explicit(flow, ports, ships).build()
                continue
            if not flow.facts.holds("ports.one-ship"):
                continue
            for allowed in _port_sets(flow.facts, ports, ships):
                bound = [ship for ship in ships if _may_use(ship, ports) <= allowed]
                seen: set[tuple[object, ...]] = set()
                for i in flow.periods:
                    standing = tuple(term for ship in bound for term in flow.docked(ship.index, i))
                    room = sum(not flow.facts.port_closed(port, flow.begin(i)) for port in allowed)
                    if len(standing) > room and (standing, room) not in seen:
                        seen.add((standing, room))
                        flow.rows.at_most(standing, room)


def _may_use(ship: Ship, ports: list[str]) -> frozenset[str]:
    """Ports where a ship may ever stand: any of them, if it may move from one to another."""
    if (ship.kinds and ship.type.relocates.crewed) or ship.type.relocates.uncrewed:
        return frozenset(ports)
    if ship.docked:
        return frozenset({ship.vehicle.docked_at or ""})
    return frozenset(port for coming in ship.comings for port in coming.ports) or frozenset(ports)


def _port_sets(facts: Facts, ports: list[str], ships: list[Ship]) -> list[frozenset[str]]:
    """Sets of ports to count: all of them, and those that some ships are limited to."""
    sets = {frozenset(ports)} | {_may_use(ship, ports) for ship in ships}
    return sorted(sets, key=lambda allowed: (-len(allowed), sorted(allowed)))


class _Explicit:
    """Ports by name: who stands where, who comes to which port, who moves from one to another."""

    def __init__(self, flow: Flow, ports: list[str], ships: list[Ship]) -> None:
        self.flow, self.ports, self.ships = flow, ports, ships

    def build(self) -> None:
        flow = self.flow
        for ship in self.ships:
            for i in flow.periods:
                self._arrivals(ship, i)
                if flow.docked(ship.index, i - 1):
                    self._relocations(ship, i)
            for i in flow.periods:
                self._places(ship, i)
        for i in flow.periods:
            for port in self.ports:
                standing = [t for ship in self.ships for t in flow.read(flow.states, ("stands", ship.index, port), i)]
                if len(standing) > 1 and flow.facts.holds("ports.one-ship"):
                    flow.rows.at_most(standing, 1)
            if flow.facts.spacing == 0 and flow.facts.holds("ports.one-ship"):
                self._in_turn(i)

    def _arrivals(self, ship: Ship, i: int) -> None:
        flow = self.flow
        chosen: dict[str, Terms] = {}
        for instant, coming, column in flow.comings[ship.index]:
            if instant == i:
                for port in coming.ports:
                    chosen.setdefault(port, []).append((column, 1))
        for port, terms in chosen.items():
            key = ("comes-to", ship.index, port)
            flow.rows.at_most([(flow.event(key, i), 1), *times(terms, -1)], 0)
        if chosen:
            to = [t for port in chosen for t in flow.read(flow.events, ("comes-to", ship.index, port), i)]
            flow.rows.equal(to + times(flow.arrives(ship.index, i), -1), 0)

    def _relocations(self, ship: Ship, i: int) -> None:
        flow, facts, tick = self.flow, self.flow.facts, self.flow.begin(i)
        if facts.blacked_out(ship, "relocation", tick):
            return
        for start in self.ports:
            for port in self.ports:
                if start == port or facts.port_closed(port, tick):
                    continue
                if any(facts.blacked_out(ship, "relocation", tick, place) for place in (start, port)):
                    continue
                for crewed in (True, False):
                    if self._allowed(ship, port, tick, crewed):
                        key = ("relocates", ship.index, start, port, crewed)
                        if key not in flow.events:
                            flow.relocating.setdefault(ship.index, []).append(key)
                        flow.event(key, i)
        self._riders(ship, i)

    def _allowed(self, ship: Ship, port: str, tick: int, crewed: bool) -> bool:
        facts = self.flow.facts
        if crewed:
            return (
                bool(ship.kinds) and ship.type.relocates.crewed and facts.passage(ship, "relocation", tick - 1).most > 0
            )
        return ship.type.relocates.uncrewed and facts.docks_alone(ship, port, tick, "relocation.automatic-docking")

    def _riders(self, ship: Ship, i: int) -> None:
        """Everyone who held a seat in the tick before rides along, or nobody did."""
        flow = self.flow
        heads = flow.in_ship(ship.index, i - 1)
        seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
        empty = flow.relocates(ship.index, i, crewed=False)
        manned = flow.relocates(ship.index, i, crewed=True)
        if empty and heads:
            flow.rows.at_most(heads + times(empty, seats), seats)
        if manned:
            most = flow.facts.passage(ship, "relocation", flow.begin(i) - 1).most
            flow.rows.at_least(heads + times(manned, -1), 0)
            if most < seats:
                flow.rows.at_most(heads + times(manned, seats - most), seats)

    def _places(self, ship: Ship, i: int) -> None:
        flow, tick, v = self.flow, self.flow.begin(i), ship.index
        standing: Terms = []
        leaving: Terms = []
        for port in self.ports:
            before = flow.read(flow.states, ("stands", v, port), i - 1)
            if i == 0 and ship.vehicle.docked_at == port:
                before = [(ONE, 1)]
            into = flow.read(flow.events, ("comes-to", v, port), i) + flow.relocates(v, i, port)
            out = [t for other in self.ports for t in flow.relocates(v, i, other, start=port)]
            gone: Terms = []
            if before and flow.leaves(v, i) and not flow.facts.blacked_out(ship, "departure", tick, port):
                gone = [(flow.event(("leaves-from", v, port), i), 1)]
                leaving += gone
            now: Terms = []
            if flow.docked(v, i) and (before or into) and not flow.facts.port_closed(port, tick):
                now = [(flow.state(("stands", v, port), i), 1)]
                standing += now
            if before or into:
                flow.rows.equal(now + out + gone + times(before + into, -1), 0)
            if out or (gone and into):  # whoever has just come to a port does not leave it in the same tick
                flow.rows.at_most(out + gone + times(before, -1), 0)
        if flow.docked(v, i):
            flow.rows.equal(standing + times(flow.docked(v, i), -1), 0)
        if flow.leaves(v, i):
            flow.rows.equal(leaving + times(flow.leaves(v, i), -1), 0)

    def _in_turn(self, i: int) -> None:
        """Relocations of one tick come one after another, each to a port that is free by then: never in a ring.

        A port's turn comes after that of the port to which its ship moves.
        """
        flow, count = self.flow, len(self.ports)
        moves = {
            (start, port): [t for ship in self.ships for t in flow.relocates(ship.index, i, port, start=start)]
            for start in self.ports
            for port in self.ports
        }
        turns = {
            port: flow.event(("turn", port), i, count - 1)
            for port in self.ports
            if any(terms and port in pair for pair, terms in moves.items())
        }
        for (start, port), terms in moves.items():
            if terms:
                flow.rows.at_least([(turns[start], 1), (turns[port], -1), *times(terms, -count)], 1 - count)
