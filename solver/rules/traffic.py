"""Ships coming and going: who is docked when, spacing, leave bounds and precedences."""

from __future__ import annotations

from ...models.case import Event
from ..facts import Coming
from ..flow import Flow, Terms, times
from ..rows import ONE

LONG_PAST = -(10**9)


class Docked:
    """A ship is docked from its arrival to its departure, each at most once."""

    name = "plan.twice"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            v = ship.index
            options = [(column, 1) for _, _, column in flow.comings[v]]
            must_arrive = ship.vehicle.in_flight is not None and flow.facts.holds("launch.in-flight")
            if must_arrive or ship.vehicle.must_launch:
                flow.rows.equal(options, 1)
            elif options:
                flow.rows.at_most(options, 1)
            for i in flow.periods:
                change = flow.arrives(v, i) + times(flow.leaves(v, i), -1)
                if change or flow.docked(v, i) != flow.docked(v, i - 1):
                    flow.rows.equal(flow.docked(v, i) + times(flow.docked(v, i - 1) + change, -1), 0)
                if flow.leaves(v, i) and flow.docked(v, i - 1) != [(ONE, 1)]:
                    flow.rows.at_least(flow.stays(v, i), 0)


class Leave:
    """Bounds on a ship's departure."""

    name = "traffic.leave"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            if ship.leave[2] and (ship.docked or flow.comings[ship.index]):
                leaving = [term for i in flow.periods for term in flow.leaves(ship.index, i)]
                present = [(ONE, 1)] if ship.docked else [(column, 1) for _, _, column in flow.comings[ship.index]]
                flow.rows.at_least(leaving + times(present, -1), 0)


class Spacing:
    """Time between traffic events."""

    name = "traffic.spacing"

    def build(self, flow: Flow) -> None:
        if flow.facts.spacing == 0:
            return
        events = {i: traffic(flow, i) for i in flow.periods}
        for i in flow.periods:
            reach = flow.grid[i] + flow.facts.spacing
            window = [term for k in range(i, len(flow.grid)) if flow.grid[k] < reach for term in events[k]]
            if len(window) > 1 and (events[i] or i == 0):
                flow.rows.at_most(window, 1)


def traffic(flow: Flow, i: int) -> Terms:
    """Every traffic event at an instant."""
    terms: Terms = []
    for ship in flow.facts.ships:
        terms += flow.arrives(ship.index, i) + flow.leaves(ship.index, i) + flow.relocates(ship.index, i)
    return terms


class Precedences:
    """Order in time between launches, arrivals and departures."""

    name = "traffic.precedence"

    def build(self, flow: Flow) -> None:
        for rule in flow.facts.precedences:
            first, second = Dated(flow, rule.first), Dated(flow, rule.then)
            if rule.requires:
                flow.rows.at_most(second.until(flow.facts.horizon) + times(first.until(flow.facts.horizon), -1), 0)
            low = None if rule.at_least is None else flow.time.up(rule.at_least)
            high = None if rule.at_most is None else flow.time.down(rule.at_most)
            if high is not None:
                low = low or 0
            if first.launched is not None:  # before the start, at an instant that need not lie on a tick
                earliest = LONG_PAST if rule.at_least is None else flow.time.ceil(first.launched + rule.at_least)
                latest = flow.facts.horizon if rule.at_most is None else flow.time.floor(first.launched + rule.at_most)
                flow.rows.equal(second.until(earliest - 1, within=True), 0)
                flow.rows.equal(second.after(latest), 0)
                continue
            if low is not None:
                for tick in second.ticks:  # a row for each date of the second: not so early while the first comes late
                    late = first.after(tick - low)
                    if late:
                        flow.rows.at_most(late + second.until(tick), 1)
            if high is not None and first.past:  # docked at the start: it arrived too long ago for any second event
                flow.rows.equal(second.after(-1), 0)
            elif high is not None:
                for tick in first.ticks:
                    beyond = second.after(tick + high)
                    if beyond:
                        flow.rows.at_most(first.until(tick) + beyond, 1)


class Dated:
    """A launch, an arrival or a departure: sums over its dates, as few columns as they can be written with."""

    def __init__(self, flow: Flow, event: Event) -> None:
        self.flow, self.kind = flow, event.kind
        self.ship = flow.facts.ships[flow.facts.ship_index[event.vehicle]]
        self.launched = self.ship.launched if event.kind == "launch" else None
        flown = self.ship.docked or self.ship.vehicle.in_flight is not None
        self.past = (event.kind == "launch" and flown) or (event.kind == "arrival" and self.ship.docked)
        """Whether it happened before the start."""
        if self.past:
            self.ticks = [-1]
        elif event.kind == "departure":
            self.ticks = [flow.grid[i] for i in flow.periods if flow.leaves(self.ship.index, i)]
        else:
            self.ticks = sorted(
                {tick for _, coming, _ in flow.comings[self.ship.index] if (tick := self._tick(coming)) is not None}
            )

    def _tick(self, coming: Coming) -> int | None:
        return coming.arrival if self.kind == "arrival" else coming.launch

    def until(self, tick: int, *, within: bool = False) -> Terms:
        """It happens at the tick or before; `within`: from the start on."""
        flow, v = self.flow, self.ship.index
        if self.past:
            return [] if within else [(ONE, 1)]
        if not self.ticks or tick < self.ticks[0]:
            return []
        i = flow.period(min(tick, flow.facts.horizon - 1))
        if self.kind == "departure":
            there: Terms = [(ONE, 1)] if self.ship.docked else flow.arrived(v, i)
            return there + times(flow.docked(v, i), -1)
        if self.kind == "arrival":
            return flow.arrived(v, i)
        return [
            (column, 1) for _, coming, column in flow.comings[v] if coming.launch is not None and coming.launch <= tick
        ]

    def after(self, tick: int) -> Terms:
        """It happens after the tick."""
        flow, v = self.flow, self.ship.index
        if self.past or not self.ticks or tick >= self.ticks[-1]:
            return []
        if self.kind == "launch":
            return [
                (column, 1)
                for _, coming, column in flow.comings[v]
                if coming.launch is not None and coming.launch > tick
            ]
        return self.until(flow.facts.horizon) + times(self.until(tick), -1)
