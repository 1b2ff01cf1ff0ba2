"""Qualified people in every ship that anybody relies on."""

from __future__ import annotations

from ..facts import Ship
from ..flow import Flow, Terms, times
from .people import lawful_at_end
from .ports import relocations


class Crewing:
    """Whoever holds seats in a ship has qualified people among them, one of them at the controls."""

    names = ("crewing.qualified", "crewing.controls")

    def build(self, flow: Flow) -> None:
        facts = flow.facts
        for ship in facts.ships:
            needed = ship.type.crewing.qualified
            if needed == 0 or not ship.kinds:
                continue
            seats = sum(facts.kinds[s].seats for s in ship.kinds)
            controls = [s for s in ship.kinds if facts.kinds[s].group.controls] or ship.kinds
            if not facts.holds("crewing.controls"):
                controls = ship.kinds
            if not self._crewed_at_start(flow, ship, controls, needed):
                for column, _ in [*flow.leaves_crewed(ship.index, 0), *relocations(flow, ship.index, 0, crewed=True)]:
                    flow.rows.fix(column, 0)
            if not facts.holds("crewing.qualified") or not facts.holds("crewing.controls"):
                self._at_end(flow, ship, needed)
            for i in flow.periods:
                heads = flow.in_ship(ship.index, i)
                if not heads:
                    continue
                pilots = self._qualified(flow, ship.qualification, controls, i)
                if not facts.holds("crewing.qualified"):  # too few are no matter; enough have one at the controls
                    able = self._qualified(flow, ship.qualification, ship.kinds, i)
                    flow.rows.at_most(able + times(pilots, -seats), needed - 1)
                    continue
                if needed == 1:  # nobody, or at least one pilot for all the seats
                    flow.rows.at_most(heads + times(pilots, -seats), 0)
                    continue
                manned = [(flow.state(("manned", ship.index), i), 1)]
                flow.rows.at_most(heads + times(manned, -seats), 0)
                flow.rows.at_most(manned + times(pilots, -1), 0)
                able = self._qualified(flow, ship.qualification, ship.kinds, i)
                flow.rows.at_most(times(manned, needed) + times(able, -1), 0)

    def _at_end(self, flow: Flow, ship: Ship, needed: int) -> None:
        """Whoever is not stranded at the end is in a ship that has its crew, even where that rule is switched off."""
        last, heads = len(flow.grid) - 1, flow.home_at_end(ship.index)
        if heads:
            lawful = lawful_at_end(flow, ship.index)
            controls = [s for s in ship.kinds if flow.facts.kinds[s].group.controls] or ship.kinds
            for kinds, number in ((ship.kinds, needed), (controls, 1)):
                pilots = self._qualified(flow, ship.qualification, kinds, last)
                flow.rows.at_most(times(lawful, number) + times(pilots, -1), 0)

    def _crewed_at_start(self, flow: Flow, ship: Ship, controls: list[int], needed: int) -> bool:
        """Whether those who held seats in the tick before the start, a fact, could leave at the start."""
        able = sum(n for _, n in self._qualified(flow, ship.qualification, ship.kinds, -1))
        if able < needed:
            return not flow.facts.holds("crewing.qualified")
        return bool(self._qualified(flow, ship.qualification, controls, -1))

    @staticmethod
    def _qualified(flow: Flow, qualification: str, kinds: list[int], i: int) -> Terms:
        return [
            term
            for crew in flow.crews
            if flow.facts.qualified(crew.one, qualification, flow.begin(i))
            for s in kinds
            for term in flow.held(crew, s, i)
        ]
