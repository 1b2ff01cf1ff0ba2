"""Expected loss (docs/meaning.md) as an integer expression over the columns of a flow.

Each part (table, seat group, unsuited, docked life) is rounded by itself and charged so that sums telescope: every
grid prices the same plan alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..models.base import mean
from ..models.fleet import Passage
from .classes import Crew
from .facts import Facts, Ship
from .flow import Flow, Terms, times
from .linear import Linear
from .rules.docked_life import young
from .rules.people import lawful_at_end
from .rules.ports import relocations
from .tables import NewColumn, table


def expected_loss(flow: Flow) -> Linear:
    """Expected number of lives lost, in units of 1e-10."""
    cost = Linear()
    flow.rows.rule = "loss"
    for ship in flow.facts.ships:
        if ship.kinds:
            for i in flow.periods:
                _held(flow, cost, ship, i)
                _returned(flow, cost, ship, i)
                _ridden(flow, cost, ship, i)
            _at_end(flow, cost, ship)
    _people(flow, cost)
    _launched(flow, cost)
    _moved(flow, cost)
    return cost


def _held(flow: Flow, cost: Linear, ship: Ship, i: int) -> None:
    """An evacuation comes while people hold seats in the ship in period i."""
    facts, time, begin, end = flow.facts, flow.time, flow.begin(i), flow.end(i)
    heads = flow.in_ship(ship.index, i)
    if not heads:
        return
    totals = _totals(facts, ship, facts.passage(ship, "emergency", begin), lambda x: time.held(x, begin, end))
    table(
        flow, cost, heads, flow.docked(ship.index, i), totals, lambda n, up: flow.state((n, "held", ship.index), i, up)
    )
    for s in ship.kinds:
        kind = facts.kinds[s]
        cost.add(flow.everyone(s, i), time.held(mean(kind.group.added_loss), begin, end))
        price = ship.type.unsuited.emergency
        if ship.type.suit is not None and price is not None:
            for crew in flow.crews:
                suits = flow.may_be_suited(crew, s)
                bare = flow.read(flow.states, ("unsuited", crew.index, s), i) if suits else flow.held(crew, s, i)
                cost.add(bare, time.held(mean(price), begin, end))
    step = facts.step(ship, begin)
    if step is not None:
        cost.add(heads, time.held(mean(step.added_loss), begin, end))
    if ship.launched is None:
        amounts = [time.held(mean(step.added_loss), begin, end) for step in ship.steps]
        _aged(flow, cost, ship, heads, end, i, amounts, lambda n, up: flow.state((n, "held", ship.index), i, up))


def _returned(flow: Flow, cost: Linear, ship: Ship, i: int) -> None:
    """People return nominally in the ship at i, as in the tick before."""
    tick = flow.begin(i)
    heads = flow.going_home(ship.index, i)
    if heads:
        homes = {s: [(crew, flow.returns(crew, s, i)) for crew in flow.crews] for s in ship.kinds}
        bare = {
            s: [t for c in flow.crews for t in flow.read(flow.events, ("returns-unsuited", c.index, s), i)]
            for s in ship.kinds
        }
        column = lambda n, up: flow.event((n, "returns", ship.index), i, up)  # noqa: E731
        _nominal(
            flow,
            cost,
            ship,
            heads,
            homes,
            bare,
            flow.leaves_crewed(ship.index, i),
            tick,
            column,
        )


def _at_end(flow: Flow, cost: Linear, ship: Ship) -> None:
    """People aboard at the end come home as if the ship left then."""
    tick = flow.facts.horizon
    homes = {s: [(crew, flow.returns_at_end(crew, s)) for crew in flow.crews] for s in ship.kinds}
    heads = [term for entries in homes.values() for _, terms in entries for term in terms]
    if heads:
        bare: dict[int, Terms] = {}
        for s in ship.kinds:
            found = [flow.once.get(("returns-unsuited", crew.index, s)) for crew in flow.crews]
            bare[s] = [(column, 1) for column in found if column is not None]
        column = lambda n, up: flow.single((n, "at-end", ship.index), tick, up)  # noqa: E731
        _nominal(
            flow,
            cost,
            ship,
            heads,
            homes,
            bare,
            lawful_at_end(flow, ship.index),
            tick,
            column,
        )


def _nominal(
    flow: Flow,
    cost: Linear,
    ship: Ship,
    heads: Terms,
    homes: dict[int, list[tuple[Crew, Terms]]],
    bare: dict[int, Terms],
    gate: Terms,
    tick: int,
    column: NewColumn,
) -> None:
    """Tables, seats, suits and docked life of a nominal return at a tick, as in the tick before."""
    facts = flow.facts

    def charge(amount: float) -> int:
        return flow.time.event(amount, tick)

    totals = _totals(facts, ship, facts.passage(ship, "nominal", tick - 1), charge)
    table(flow, cost, heads, gate, totals, column)
    for s in ship.kinds:
        kind, price = facts.kinds[s], ship.type.unsuited.nominal
        home = [term for _, terms in homes[s] for term in terms]
        cost.add(home, charge(mean(kind.group.added_loss)))
        if ship.type.suit is not None and price is not None:
            never = [term for crew, terms in homes[s] if not flow.may_be_suited(crew, s) for term in terms]
            cost.add(bare[s] + never, charge(mean(price)))
    step = facts.step(ship, tick - 1)
    if step is not None:
        cost.add(heads, charge(mean(step.added_loss)))
    if ship.launched is None:
        amounts = [charge(mean(step.added_loss)) for step in ship.steps]
        _aged(flow, cost, ship, heads, tick, flow.period(tick), amounts, column)


def _aged(
    flow: Flow,
    cost: Linear,
    ship: Ship,
    heads: Terms,
    tick: int,
    i: int,
    amounts: Sequence[int],
    column: NewColumn,
) -> None:
    """Steps of a ship whose launch is decided: heads past a step pay what it adds to the step before."""
    seats = sum(flow.facts.kinds[s].seats for s in ship.kinds)
    before = 0
    for number, (step, amount) in enumerate(zip(ship.steps, amounts, strict=True)):
        if not step.holds and not step.returns:
            continue  # nobody is there to pay
        more, before = amount - before, amount
        length = flow.time.down(step.after)
        launches = [c.launch for k, c, _ in flow.comings[ship.index] if k <= i and c.launch is not None]
        fresh = young(flow, ship, step, tick, i)
        if more == 0 or not any(launch + length < tick for launch in launches):
            continue
        if not fresh:
            cost.add(heads, more)
            continue
        past = [(column(f"past-{number}", seats), 1)]
        flow.rows.at_most(heads + times(past, -1) + times(fresh, -seats), 0)
        cost.add(past, more)


def _ridden(flow: Flow, cost: Linear, ship: Ship, i: int) -> None:
    """Everyone who held a seat rides along when the ship moves to another port."""
    moved = relocations(flow, ship.index, i, crewed=True)
    passage = flow.facts.passage(ship, "relocation", flow.begin(i) - 1)
    totals = _totals(flow.facts, ship, passage, lambda x: flow.time.event(x, flow.begin(i)))
    if not moved or not any(totals):
        return
    heads = flow.in_ship(ship.index, i - 1)
    seats = len(totals) - 1
    riders: Terms = [(flow.event(("riders", ship.index), i, seats), 1)]
    most = sum(flow.facts.kinds[s].seats for s in ship.kinds)
    flow.rows.at_most(heads + times(riders, -1) + times(moved, most), most)
    table(flow, cost, riders, moved, totals, lambda n, up: flow.event((n, "rides", ship.index), i, up))


def _totals(facts: Facts, ship: Ship, passage: Passage, charge: Callable[[float], int]) -> list[int]:
    """Charge of n people together, for every number that is allowed and has seats."""
    seats = sum(facts.kinds[s].seats for s in ship.kinds)
    return [0] + [n * charge(facts.loss(passage, n)) for n in range(1, min(passage.most, seats) + 1)]


def _people(flow: Flow, cost: Linear) -> None:
    """Nobody's seat, aboard hazards, being stranded, and flying after the horizon."""
    facts, time, case = flow.facts, flow.time, flow.facts.case
    last = len(flow.grid) - 1
    for crew in flow.crews:
        hazards = [
            (mean(hazard.rate_per_day), *facts.span(hazard.from_, hazard.to))
            for hazard in case.hazards
            if hazard.people == "all" or crew.one.id in hazard.people
        ]
        for i in flow.periods:
            begin, end = flow.begin(i), flow.end(i)
            cost.add(flow.unassured(crew, i), time.held(mean(case.loss_unassured), begin, end))
            for rate, start, stop in hazards:
                if start <= begin < stop:
                    cost.add(flow.aboard(crew, i), time.rate(rate, begin, end))
        home = [term for s in range(len(facts.kinds)) for term in flow.returns_at_end(crew, s)]
        cost.add(flow.aboard(crew, last) + times(home, -1), time.event(mean(case.loss_stranded), facts.horizon))
        planned = facts.planned.get(crew.one.id)
        if planned is not None:
            ship, option = planned
            number = len(option.brings.people)
            later = time.flat(mean(option.ascent_loss)) + time.flat(
                facts.loss(facts.passage(ship, "nominal", facts.horizon - 1), number)
            )
            cost.constant += crew.size * later
            cost.add([(column, crew.size) for _, _, _, column in flow.flights(crew)], -later)


def _launched(flow: Flow, cost: Linear) -> None:
    for arrivals in flow.comings:
        for _, coming, column in arrivals:
            if coming.option is not None and coming.launch is not None:
                charge = flow.time.event(mean(coming.option.ascent_loss), coming.launch)
                cost.add([(column, len(coming.people))], charge)


def _moved(flow: Flow, cost: Linear) -> None:
    """The rest of a liner move, in the tick where it ends."""
    lengths = {kind.id: kind.move.takes for kind in flow.facts.case.liner_kinds if kind.move is not None}
    kinds = {liner.id: liner.kind for liner in flow.facts.case.liners}
    bare = mean(flow.facts.case.loss_unassured)
    for (liner, i), terms in flow.rests.items():
        tick = flow.begin(i)
        cost.add(terms, flow.time.event(flow.time.move_rest(lengths[kinds[liner]], tick) * bare, tick))
