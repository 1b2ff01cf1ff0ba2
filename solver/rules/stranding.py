"""Nobody is stranded by choice: needed only where a statement wants a measure to be at least so large."""

from __future__ import annotations

from ..facts import Ship
from ..flow import Flow, Terms, times
from ..rows import ONE
from .crewing import controlling, qualified
from .docked_life import young
from .people import lawful_at_end
from .suits import unsuited


class Stranding:
    """A ship that could lawfully leave at the end takes home all who hold seats in it.

    Being stranded costs more than any return, so that nobody has to be told; but to reach a limit from below it would
    be the cheapest way to lose more.
    """

    name = "departure"

    def build(self, flow: Flow) -> None:
        if not flow.facts.asks_for_more:
            return
        last = len(flow.grid) - 1
        for ship in flow.facts.ships:
            lawful = lawful_at_end(flow, ship.index)
            if lawful:
                why_not = [
                    *self._too_many(flow, ship, last),
                    *self._too_old(flow, ship, last),
                    *self._unsuited(flow, ship, last),
                    *self._uncrewed(flow, ship, last),
                ]
                flow.rows.at_least(lawful + why_not + times(flow.docked(ship.index, last), -1), 0)

    @staticmethod
    def _too_many(flow: Flow, ship: Ship, last: int) -> Terms:
        seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
        most = flow.facts.most(ship, "nominal", flow.facts.horizon - 1)
        if most >= seats:
            return []
        column = (flow.single(("too-many-at-end", ship.index), flow.facts.horizon), 1)
        flow.rows.at_least([*flow.in_ship(ship.index, last), *times([column], -most - 1)], 0)
        return [column]

    @staticmethod
    def _too_old(flow: Flow, ship: Ship, last: int) -> Terms:
        if ship.launched is not None:
            return []
        past: Terms = []
        for step in ship.steps:
            if not step.returns:
                fresh = young(flow, ship, step, flow.facts.horizon, last)
                past += [(ONE, 1), *times(fresh, -1)]  # fresh is also a ship that has left since
        return past

    @staticmethod
    def _unsuited(flow: Flow, ship: Ship, last: int) -> Terms:
        if ship.type.suit is None or ship.type.unsuited.nominal is not None:
            return []
        return [term for s in ship.kinds for crew in flow.crews for term in unsuited(flow, crew, s, last)]

    @staticmethod
    def _uncrewed(flow: Flow, ship: Ship, last: int) -> Terms:
        """Only where a rule on crewing is switched off: else it holds in the last tick as in every other."""
        facts, needed = flow.facts, ship.type.crewing.qualified
        if needed == 0 or (facts.holds("crewing.qualified") and facts.holds("crewing.controls")):
            return []
        found: Terms = []
        for name, kinds, number in (("too-few", ship.kinds, needed), ("nobody-flies", controlling(flow, ship), 1)):
            able = qualified(flow, ship, kinds, last)
            seats = sum(facts.kinds[s].seats for s in ship.kinds)
            column = (flow.single((name, ship.index), facts.horizon), 1)
            flow.rows.at_most([*able, (column[0], seats)], seats + number - 1)
            found.append(column)
        return found
