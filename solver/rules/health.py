"""What a ship may be used for, by how many, and what that costs: see also solver/loss.py."""

from __future__ import annotations

from ..flow import Flow, times
from .people import lawful_at_end


class Emergency:
    """Seats are held only as far as emergency return allows."""

    name = "health.emergency"
    sentence = "No more people hold seats in a ship than its health allows for an emergency return."

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
            for i in flow.periods:
                heads = flow.in_ship(ship.index, i)
                most = flow.facts.passage(ship, "emergency", flow.begin(i)).most
                if heads and most < seats:
                    flow.rows.at_most(heads + times(flow.docked(ship.index, i), -most), 0)


class Nominal:
    """A departure with people needs the health for it."""

    name = "health.nominal"
    sentence = "No more people return in a ship than its health allows for a nominal return."

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
            for i in flow.periods:
                home = flow.going_home(ship.index, i)
                most = flow.facts.passage(ship, "nominal", flow.begin(i) - 1).most
                if home and most < seats:
                    flow.rows.at_most(home + times(flow.leaves_crewed(ship.index, i), -most), 0)
            home = [t for s in ship.kinds for crew in flow.crews for t in flow.returns_at_end(crew, s)]
            most = flow.facts.passage(ship, "nominal", flow.facts.horizon - 1).most
            if home and most < seats:
                flow.rows.at_most(home + times(lawful_at_end(flow, ship.index), -most), 0)
