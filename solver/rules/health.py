"""What a ship may be used for, by how many, and what that costs: see also solver/loss.py."""

from __future__ import annotations

from ..flow import Flow, times
from .people import lawful_at_end


class Emergency:
    """Seats are held only as far as emergency return allows."""

    name = "health.emergency"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
            for i in flow.periods:
                heads = flow.in_ship(ship.index, i)
                most = flow.facts.most(ship, "emergency", flow.begin(i), "health.emergency")
                if heads and most < seats:
                    flow.rows.at_most(heads + times(flow.docked(ship.index, i), -most), 0)


class Nominal:
    """A departure with people needs the health for it."""

    name = "departure.nominal-health"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
            for i in flow.periods:
                home = flow.going_home(ship.index, i)
                most = flow.facts.most(ship, "nominal", flow.begin(i) - 1, "departure.nominal-health")
                if home and most < seats:
                    flow.rows.at_most(home + times(flow.leaves_crewed(ship.index, i), -most), 0)
            home = flow.going_home(ship.index, len(flow.grid))
            most = flow.facts.most(ship, "nominal", flow.facts.horizon - 1)
            if home and most < seats:
                flow.rows.at_most(home + times(lawful_at_end(flow, ship.index), -most), 0)
