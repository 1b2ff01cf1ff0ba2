"""Who is suited: a suit serves one wearer at a time and goes home with whoever wore it.

A suit that fits one person only is worn whenever it can be (being suited never costs anything), so it needs no
column: only whether it is on the station yet; but where a statement wants a measure to be at least so large, whether it
is worn is a decision. Suits that fit several people are assigned period by period.
"""

from __future__ import annotations

from ...models.crew import Suit
from ..classes import Crew
from ..flow import Flow, Terms, times
from ..rows import ONE


class HookUps:
    """Who is unsuited in a seat, where that is forbidden or has a price."""

    name = "suits"

    def build(self, flow: Flow) -> None:
        _share(flow)
        if flow.facts.asks_for_more:
            _choose(flow)
        for s, kind in enumerate(flow.facts.kinds):
            ship = flow.facts.ships[kind.ship]
            if ship.type.suit is None:
                continue
            for crew in flow.crews_in[s]:
                if not flow.may_be_suited(crew, s) or always_suited(flow, crew, ship.type.suit):
                    continue  # never suited: the columns allow only what that allows, and the loss charges it
                for i in flow.periods:
                    held = flow.held(crew, s, i)
                    if held:
                        worn = times(available(flow, crew, ship.type.suit, i), -1)
                        if ship.type.unsuited.emergency is None and flow.facts.holds("suits.hook-up"):
                            flow.rows.last(("suited", crew.index, s), flow.begin(i), held + worn)
                        else:  # switched off, it costs nothing and yet is no certified seat
                            flow.excess(flow.state(("unsuited", crew.index, s), i, crew.size), held + worn)
                    home = flow.returns(crew, s, i)
                    if home:
                        self._return(flow, crew, s, i, home)
                home = flow.returns_at_end(crew, s)
                if home:
                    self._return(flow, crew, s, len(flow.grid), home)

    @staticmethod
    def _return(flow: Flow, crew: Crew, s: int, i: int, home: Terms) -> None:
        kind = flow.facts.kinds[s]
        ship = flow.facts.ships[kind.ship]
        assert ship.type.suit is not None
        worn = times(available(flow, crew, ship.type.suit, i - 1), -1)
        if ship.type.unsuited.nominal is None:
            if i == len(flow.grid) or flow.facts.holds("suits.nominal"):
                flow.rows.at_most(home + worn, 0)
            return
        key, size = ("returns-unsuited", crew.index, s), crew.size
        column = flow.event(key, i, size) if i < len(flow.grid) else flow.single(key, flow.facts.horizon, size)
        flow.excess(column, home + worn)


def unsuited(flow: Flow, crew: Crew, s: int, i: int) -> Terms:
    """Members who hold a seat of the kind in period i without a suit that the ship asks for."""
    if not flow.may_be_suited(crew, s):
        return flow.held(crew, s, i)
    return flow.read(flow.states, ("unsuited", crew.index, s), i)


def returns_unsuited(flow: Flow, crew: Crew, s: int, i: int) -> Terms:
    """Members who go home from the kind at i without such a suit; `i` past the grid: as if at the end."""
    if not flow.may_be_suited(crew, s):
        return flow.returns(crew, s, i)
    key = ("returns-unsuited", crew.index, s)
    if i == len(flow.grid):
        return [(flow.once[key], 1)] if key in flow.once else []
    return flow.read(flow.events, key, i)


def _own(flow: Flow, crew: Crew, suit_type: str) -> list[Suit]:
    return [suit for suit in flow.facts.case.suits if suit.type == suit_type and suit.fits == (crew.one.id,)]


def _shared(flow: Flow, crew: Crew, suit_type: str) -> list[Suit]:
    fitting = [suit for suit in flow.facts.case.suits if suit.type == suit_type and len(suit.fits) > 1]
    return [suit for suit in fitting if crew.one.id in suit.fits]


def always_suited(flow: Flow, crew: Crew, suit_type: str) -> bool:
    """Whether the class has suits of its own that are there whenever it is."""
    own = _own(flow, crew, suit_type)
    if flow.facts.asks_for_more:
        return False
    if any(suit.aboard for suit in own):
        return crew.one.aboard_in is None or crew.one.aboard_in.suit is not None
    flights = [coming for _, coming in flow.facts.flights[crew.one.id]]
    starts = crew.one.aboard or crew.one.aboard_in is not None
    return bool(flights) and not starts and all(any(s.id in f.suits for s in own) for f in flights)


def available(flow: Flow, crew: Crew, suit_type: str, i: int) -> Terms:
    """Members who could be suited in period i, as terms."""
    if i < 0:  # the tick before the start: what the case says served
        seat = crew.one.aboard_in
        return [(ONE, crew.size)] if seat is not None and seat.suit is not None else []
    chosen = flow.facts.asks_for_more
    terms = wears(flow, crew, suit_type, i) if chosen else _own_there(flow, crew, suit_type, i)
    if terms == [(ONE, crew.size)]:
        return terms
    for suit in _shared(flow, crew, suit_type):
        terms += flow.read(flow.states, ("serves", suit.id, crew.one.id), i)
    return terms


def wears(flow: Flow, crew: Crew, suit_type: str, i: int) -> Terms:
    """The one member wears a suit that fits nobody else in period i, where that is a decision."""
    return flow.read(flow.states, ("wears", crew.index, suit_type), i)


def _own_there(flow: Flow, crew: Crew, suit_type: str, i: int) -> Terms:
    """Members who have a suit that fits nobody else on the station in period i."""
    own = _own(flow, crew, suit_type)
    if any(suit.aboard for suit in own):
        return [(ONE, crew.size)]
    names = {suit.id for suit in own}
    terms: Terms = []
    for ship in flow.facts.ships:
        carriers = {option for name in names for option in flow.facts.carriers.get((ship.index, name), ())}
        terms += times(flow.arrived(ship.index, i, carriers), crew.size)
    return terms


def _choose(flow: Flow) -> None:
    """Columns of suits that fit one person, who may leave them off."""
    for suit_type in sorted({ship.type.suit for ship in flow.facts.ships if ship.type.suit is not None}):
        for crew in flow.crews:
            for i in flow.periods:
                there = _own_there(flow, crew, suit_type, i)
                if there and flow.aboard(crew, i):
                    worn = (flow.state(("wears", crew.index, suit_type), i), 1)
                    flow.rows.at_most([worn, *times(there, -1)], 0)


def _share(flow: Flow) -> None:
    """Columns and rows of suits that fit several people (each of whom is a class alone)."""
    for suit in flow.facts.case.suits:
        if len(suit.fits) < 2:
            continue
        wearers = [flow.crew_of[person] for person in suit.fits]
        carried = [
            (i, column) for arrivals in flow.comings for i, coming, column in arrivals if suit.id in coming.suits
        ]
        here: Terms = [(ONE, 1)] if suit.aboard else []
        for i in flow.periods:
            arriving: Terms = [(column, 1) for instant, column in carried if instant == i]
            gone: Terms = []
            for crew in wearers:
                home = flow.goes_home(crew, i)
                wore = flow.read(flow.states, ("serves", suit.id, crew.one.id), i - 1)
                if i == 0 and crew.one.aboard_in is not None and crew.one.aboard_in.suit == suit.id:
                    wore = [(ONE, 1)]
                if home and wore:
                    taken: Terms = [(flow.event(("taken", suit.id, crew.one.id), i), 1)]
                    flow.rows.at_most(home + wore + times(taken, -1), 1)
                    gone += taken
            if arriving or gone:
                present: Terms = [(flow.state(("present", suit.id), i), 1)]
                at_once = [gone] if flow.facts.holds("suits.one-wearer") else [[wearer] for wearer in gone] or [[]]
                for wearers_gone in at_once:
                    flow.rows.at_most(present + wearers_gone + times(here + arriving, -1), 0)
                here = present
            if here:
                serving = [
                    (flow.state(("serves", suit.id, crew.one.id), i), 1) for crew in wearers if flow.aboard(crew, i)
                ]
                if flow.facts.holds("suits.one-wearer"):
                    flow.rows.at_most(serving + times(here, -1), 0)
                else:
                    for wearer in serving:
                        flow.rows.at_most([wearer, *times(here, -1)], 0)
