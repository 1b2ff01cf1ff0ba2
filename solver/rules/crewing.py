"""Qualified people in every ship that anybody relies on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..classes import Crew
from ..facts import Ship
from ..flow import Flow, Terms, times
from .people import lawful_at_end


class Crewing:
    """Whoever holds seats in a ship has qualified people among them, one of them at the controls."""

    name = "crewing"

    def build(self, flow: Flow) -> None:
        facts = flow.facts
        for ship in facts.ships:
            needed = ship.type.crewing.qualified
            if needed == 0 or not ship.kinds:
                continue
            seats = sum(facts.kinds[s].seats for s in ship.kinds)
            controls = controlling(flow, ship) if facts.holds("crewing.controls") else ship.kinds
            if not self._crewed_at_start(flow, ship, controls, needed):
                for column, _ in [*flow.leaves_crewed(ship.index, 0), *flow.relocates(ship.index, 0, crewed=True)]:
                    flow.rows.fix(column, 0)
            if not facts.holds("crewing.qualified") or not facts.holds("crewing.controls"):
                self._at_end(flow, ship, needed)
            for i in flow.periods:
                heads = flow.in_ship(ship.index, i)
                if not heads:
                    continue
                pilots = qualified(flow, ship, controls, i)
                if not facts.holds("crewing.qualified"):  # too few are no matter; enough have one at the controls
                    able = qualified(flow, ship, ship.kinds, i)
                    flow.rows.at_most(able + times(pilots, -seats), needed - 1)
                    continue
                if needed == 1:  # nobody, or at least one pilot for all the seats
                    home = flow.going_home(ship.index, i + 1)
                    if home:  # one row would do for whole numbers; of a fraction those who go and who stay have a pilot
                        flying = flying_home(flow, ship, controls, i)
                        flow.rows.at_most(home + times(flying, -seats), 0)
                        heads, pilots = heads + times(home, -1), pilots + times(flying, -1)
                    flow.rows.at_most(heads + times(pilots, -seats), 0)
                    continue
                manned = [(flow.state(("manned", ship.index), i), 1)]
                flow.rows.at_most(heads + times(manned, -seats), 0)
                flow.rows.at_most(manned + times(pilots, -1), 0)
                able = qualified(flow, ship, ship.kinds, i)
                flow.rows.at_most(times(manned, needed) + times(able, -1), 0)

    def _at_end(self, flow: Flow, ship: Ship, needed: int) -> None:
        """Whoever is not stranded at the end is in a ship that has its crew, even where that rule is switched off."""
        last, heads = len(flow.grid) - 1, flow.going_home(ship.index, len(flow.grid))
        if heads:
            lawful = lawful_at_end(flow, ship.index)
            for kinds, number in ((ship.kinds, needed), (controlling(flow, ship), 1)):
                pilots = qualified(flow, ship, kinds, last)
                flow.rows.at_most(times(lawful, number) + times(pilots, -1), 0)

    def _crewed_at_start(self, flow: Flow, ship: Ship, controls: list[int], needed: int) -> bool:
        """Whether those who held seats in the tick before the start, a fact, could leave at the start."""
        able = sum(n for _, n in qualified(flow, ship, ship.kinds, -1))
        if able < needed:
            return not flow.facts.holds("crewing.qualified")
        return bool(qualified(flow, ship, controls, -1))


def controlling(flow: Flow, ship: Ship) -> list[int]:
    """Seat kinds from which the ship can be flown: all, where none is said to have the controls."""
    return [s for s in ship.kinds if flow.facts.kinds[s].group.controls] or ship.kinds


def qualified(flow: Flow, ship: Ship, kinds: Sequence[int], i: int) -> Terms:
    """Everybody qualified for the ship who holds a seat of the kinds in period i."""
    return [term for crew in _able(flow, ship, i) for s in kinds for term in flow.held(crew, s, i)]


def flying_home(flow: Flow, ship: Ship, kinds: Sequence[int], i: int) -> Terms:
    """Everybody qualified for the ship in period i who goes home from a seat of the kinds right after it."""
    return [term for crew in _able(flow, ship, i) for s in kinds for term in flow.returns(crew, s, i + 1)]


def _able(flow: Flow, ship: Ship, i: int) -> Iterator[Crew]:
    return (crew for crew in flow.crews if flow.facts.qualified(crew.one, ship.qualification, flow.begin(i)))
