"""Docked life of ships whose launch is itself decided; that of ships launched before the start is data."""

from __future__ import annotations

from ...models.fleet import LifeStep
from ..facts import Ship
from ..flow import Flow, Terms, times
from .people import lawful_at_end


class DockedLife:
    """Past some steps of its docked life a ship may not hold seats, or not return people."""

    name = "docked-life"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            if ship.launched is not None:
                continue
            seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
            for number, step in enumerate(ship.steps):
                for i in flow.periods:
                    heads, home = flow.in_ship(ship.index, i), flow.going_home(ship.index, i)
                    if not step.holds and heads:
                        fresh = young(flow, ship, step, flow.end(i), i)
                        flow.rows.last(("holds", ship.index, number), flow.begin(i), heads + times(fresh, -seats))
                    if not step.returns and home and flow.facts.holds("docked-life.returns"):
                        flow.rows.at_most(home + times(young(flow, ship, step, flow.begin(i), i), -seats), 0)
                if not step.returns and lawful_at_end(flow, ship.index):
                    fresh = young(flow, ship, step, flow.facts.horizon, len(flow.grid) - 1)
                    flow.rows.at_most(lawful_at_end(flow, ship.index) + times(fresh, -1), 0)


def young(flow: Flow, ship: Ship, step: LifeStep, tick: int, i: int) -> Terms:
    """The ship has arrived by instant i, and the step is not reached in any tick before the given one."""
    return flow.launched_from(ship.index, tick - flow.time.down(step.after), i)
