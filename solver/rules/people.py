"""People aboard, in seats and going home: nobody is lost or made on the way."""

from __future__ import annotations

from ..flow import Flow, Terms, times


class Aboard:
    """Who is aboard changes only by arrival and departure; whoever is aboard holds a seat or is unassured."""

    name = "plan.not-aboard"

    def build(self, flow: Flow) -> None:
        for crew in flow.crews:
            for i in flow.periods:
                home = flow.goes_home(crew, i)
                now, before = flow.aboard(crew, i), flow.aboard(crew, i - 1)
                if home or flow.comes(crew, i) or now != before:
                    flow.rows.equal(now + times(before + flow.comes(crew, i), -1) + home, 0)
                if now:
                    seated = [term for s in flow.kinds_of[crew.index] for term in flow.held(crew, s, i)]
                    flow.rows.equal(seated + flow.unassured(crew, i) + times(now, -1), 0)
            launches = [(column, 1) for _, _, _, column in flow.flights(crew)]
            if len(launches) > 1:
                flow.rows.at_most(launches, 1)


class Seating:
    """Taking and leaving seats: who is in a seat kind was there before, or entered, or came to it with the ship."""

    name = "plan.overlap"

    def build(self, flow: Flow) -> None:
        kinds = flow.facts.kinds
        for crew in flow.crews:
            for v, i, _, column in flow.flights(crew):
                firsts = []
                for s in flow.facts.ships[v].kinds:
                    if flow.held(crew, s, i):
                        size = min(crew.size, kinds[s].seats)
                        key = ("first", crew.index, s)
                        known = flow.read(flow.events, key, i)
                        firsts += known or [(flow.event(key, i, size), 1)]
                if firsts:
                    same = [(c, crew.size) for w, k, _, c in flow.flights(crew) if (w, k) == (v, i)]
                    if same[0][0] == column:
                        flow.rows.at_most(firsts + times(same, -1), 0)
            for s in flow.kinds_of[crew.index]:
                for i in flow.periods:
                    before, now, home = flow.held(crew, s, i - 1), flow.held(crew, s, i), flow.returns(crew, s, i)
                    if home:
                        flow.rows.at_most(home + times(before, -1), 0)
                    if now:
                        new = flow.enters(crew, s, i) + flow.read(flow.events, ("first", crew.index, s), i)
                        flow.rows.carry(("held", crew.index, s), flow.begin(i), now + home + times(before + new, -1))
                        if flow.facts.asks_for_more:  # everyone is alone, and a seat is taken only if it was not held
                            flow.rows.at_most(new + before, 1)
                            flow.rows.at_most(new + times(now, -1), 0)
                            brought: Terms = [
                                (c, 1) for v, k, _, c in flow.flights(crew) if (v, k) == (kinds[s].ship, i)
                            ]
                            flow.rows.at_most(flow.enters(crew, s, i) + brought, 1)
                home = flow.returns_at_end(crew, s)
                if home:
                    flow.rows.at_most(home + times(flow.held(crew, s, len(flow.grid) - 1), -1), 0)


class Departures:
    """A ship takes home exactly the people who held a seat in it."""

    name = "plan.not-docked"

    def build(self, flow: Flow) -> None:
        kinds = flow.facts.kinds
        for s, kind in enumerate(kinds):
            for i in flow.periods:
                held = flow.everyone(s, i)
                if flow.leaves(kind.ship, i):
                    before = flow.everyone(s, i - 1)
                    home = [term for crew in flow.crews_in[s] for term in flow.returns(crew, s, i)]
                    if home:
                        flow.rows.at_most(home + times(flow.leaves_crewed(kind.ship, i), -kind.seats), 0)
                    if before:
                        flow.rows.at_most(before + times(home, -1) + times(flow.stays(kind.ship, i), -kind.seats), 0)
                nxt_leaves = i + 1 < len(flow.grid) and flow.leaves(kind.ship, i + 1)
                if held and not nxt_leaves:  # the split above implies this row where the ship may leave next
                    flow.rows.at_most(held + times(flow.docked(kind.ship, i), -kind.seats), 0)
        for ship in flow.facts.ships:
            seats = sum(kinds[s].seats for s in ship.kinds)
            for i in flow.periods:
                leaves = flow.leaves_crewed(ship.index, i)
                if not leaves:
                    continue
                flow.rows.at_least(flow.going_home(ship.index, i) + times(leaves, -1), 0)
                # Whole numbers do without, but of a ship with four seats a quarter would take one person home.
                for crew in flow.crews:
                    home = [term for s in ship.kinds for term in flow.returns(crew, s, i)]
                    if home and crew.size < seats:
                        flow.rows.at_most(home + times(leaves, -crew.size), 0)


class AtEnd:
    """Whoever is still aboard at the end comes home in a ship that could lawfully leave, or is stranded."""

    name = "departure"

    def build(self, flow: Flow) -> None:
        last = len(flow.grid) - 1
        for s, kind in enumerate(flow.facts.kinds):
            lawful = lawful_at_end(flow, kind.ship)
            home = [term for crew in flow.crews_in[s] for term in flow.returns_at_end(crew, s)]
            if home:
                flow.rows.at_most(home + times(lawful, -kind.seats), 0)
            stranded = flow.everyone(s, last) + times(home, -1)
            if lawful and stranded:  # also from a seat in which nobody may go home
                flow.rows.at_most(stranded + times(flow.docked(kind.ship, last) + times(lawful, -1), -kind.seats), 0)


def lawful_at_end(flow: Flow, ship: int) -> list[tuple[int | None, int]]:
    """The ship could lawfully leave at the end with all who hold seats in it."""
    column = flow.once.get(("lawful", ship))
    return [] if column is None else [(column, 1)]
