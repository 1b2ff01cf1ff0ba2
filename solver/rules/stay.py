"""How long people stay. Fixed dates are built into the columns; these rows are for stays that count from a launch."""

from __future__ import annotations

from ..flow import Flow, times


class Stay:
    """Earliest and latest return, counted from a launch that is itself decided."""

    name = "stay"

    def build(self, flow: Flow) -> None:
        for crew in flow.crews:
            earliest = flow.facts.stay(crew.one, "earliest_return")[1]
            latest = flow.facts.stay(crew.one, "latest_return")[1]
            for i in flow.periods:
                home = flow.goes_home(crew, i)
                if earliest is not None and home:
                    young = flow.flown(crew, flow.begin(i) - earliest + 1, i)
                    flow.rows.at_most(home + young + times(flow.flown(crew, 0, i), -1), 0)
                if latest is not None and flow.aboard(crew, i):
                    young = flow.flown(crew, flow.end(i) - latest, i)
                    flow.rows.at_most(flow.aboard(crew, i) + times(young, -1), 0)
