"""Qualified people in every ship that anybody relies on."""

from __future__ import annotations

from ..flow import Flow, Terms, times


class Crewing:
    """Whoever holds seats in a ship has qualified people among them, one of them at the controls."""

    name = "crewing.qualified"
    sentence = "If anyone holds seats in a ship, enough of them are qualified for it and one of these has the controls."

    def build(self, flow: Flow) -> None:
        facts = flow.facts
        for ship in facts.ships:
            needed = ship.type.crewing.qualified
            if needed == 0 or not ship.kinds:
                continue
            seats = sum(facts.kinds[s].seats for s in ship.kinds)
            controls = [s for s in ship.kinds if facts.kinds[s].group.controls] or ship.kinds
            for i in flow.periods:
                heads = flow.in_ship(ship.index, i)
                if not heads:
                    continue
                pilots = self._qualified(flow, ship.qualification, controls, i)
                if needed == 1:  # nobody, or at least one pilot for all the seats
                    flow.rows.at_most(heads + times(pilots, -seats), 0)
                    continue
                manned = [(flow.state(("manned", ship.index), i), 1)]
                flow.rows.at_most(heads + times(manned, -seats), 0)
                flow.rows.at_most(manned + times(pilots, -1), 0)
                able = self._qualified(flow, ship.qualification, ship.kinds, i)
                flow.rows.at_most(times(manned, needed) + times(able, -1), 0)

    @staticmethod
    def _qualified(flow: Flow, qualification: str, kinds: list[int], i: int) -> Terms:
        return [
            term
            for crew in flow.crews
            if flow.facts.qualified(crew.one, qualification, flow.begin(i))
            for s in kinds
            for term in flow.held(crew, s, i)
        ]
