"""How long people stay. Fixed dates are built into the columns; these rows are for stays that count from a launch."""

from __future__ import annotations

from ..flow import Flow, Terms


class Stay:
    """Earliest and latest return, counted from a launch that is itself decided."""

    name = "stay"

    def build(self, flow: Flow) -> None:
        for crew in flow.crews:
            earliest = flow.facts.stay(crew.one, "earliest_return")[1]
            latest = flow.facts.stay(crew.one, "latest_return")[1]
            flights = [(coming, column) for _, _, coming, column in flow.flights(crew)]
            for i in flow.periods:
                home = flow.goes_home(crew, i)
                if earliest is not None and home:
                    due: Terms = [
                        (c, -crew.size)
                        for f, c in flights
                        if f.launch is not None and f.launch + earliest <= flow.begin(i)
                    ]
                    flow.rows.at_most(home + due, 0)
                if latest is not None and flow.aboard(crew, i):
                    young: Terms = [
                        (c, -crew.size) for f, c in flights if f.launch is not None and f.launch + latest >= flow.end(i)
                    ]
                    flow.rows.at_most(flow.aboard(crew, i) + young, 0)
