"""Seat groups that must be rigged, and ships that others may board only some time after arrival."""

from __future__ import annotations

from ..flow import Flow, Terms, times


class Rigging:
    """A group that needs rigging has no seats before it."""

    name = "seats.rigged"

    def build(self, flow: Flow) -> None:
        for s, kind in enumerate(flow.facts.kinds):
            if kind.group.rigging is None:
                continue
            first, _ = flow.facts.span(kind.group.rigging.not_before, None)
            if flow.facts.holds("seats.rigging"):
                first = max(first, kind.begins)
            before: Terms = []
            for i in flow.periods:
                ready: Terms = []
                if flow.begin(i) >= first and flow.docked(kind.ship, i):
                    done: Terms = [(flow.event(("rigs", s), i), 1)]
                    ready = [(flow.state(("rigged", s), i), 1)]
                    flow.rows.equal(ready + times(before + done, -1), 0)
                    flow.rows.at_most(done + times(flow.docked(kind.ship, i), -1), 0)
                held = flow.everyone(s, i)
                if held and flow.facts.holds("seats.rigged"):
                    flow.rows.at_most(held + times(ready, -kind.seats), 0)
                before = ready or before
            rigs = [term for i in flow.periods for term in rigging(flow, s, i)]
            if len(rigs) > 1:
                flow.rows.at_most(rigs, 1)


def rigging(flow: Flow, s: int, i: int) -> Terms:
    """The seat kind is rigged at i."""
    return flow.read(flow.events, ("rigs", s), i)


def existing(flow: Flow, s: int, i: int) -> Terms:
    """Places for liners in seats of the kind that exist in period i, counting the docked ship as 1."""
    kind = flow.facts.kinds[s]
    if flow.begin(i) < kind.begins:
        return []
    if kind.group.rigging is not None:
        return times(flow.read(flow.states, ("rigged", s), i), kind.places)
    return times(flow.docked(kind.ship, i), kind.places)


class Handover:
    """People who did not come in a ship may hold its seats only after the hand-over."""

    name = "launch.handover"

    def build(self, flow: Flow) -> None:
        for ship in flow.facts.ships:
            waiting = [(coming, column) for _, coming, column in flow.comings[ship.index] if coming.handover]
            if not waiting:
                continue
            for i in flow.periods:
                tick = flow.begin(i)
                fresh = [(f, c) for f, c in waiting if f.arrival <= tick < f.arrival + f.handover]
                for people in dict.fromkeys(f.people for f, _ in fresh):  # in order: a set's changes from run to run
                    mine = [(c, 1) for f, c in fresh if f.people == people]
                    for s in ship.kinds:
                        strangers = (crew for crew in flow.crews_in[s] if crew.one.id not in people)
                        others = [term for crew in strangers for term in flow.held(crew, s, i)]
                        seats = flow.facts.kinds[s].seats
                        if others:
                            came = flow.arrived(ship.index, i)  # not docked: it may leave before the hand-over is over
                            flow.rows.at_most(others + times(mine, seats) + times(came, -seats), 0)
