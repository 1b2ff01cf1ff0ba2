"""Expected loss (docs/meaning.md) as an integer expression over the columns of a flow.

Each part (table, seat group, unsuited, docked life) is rounded by itself and charged so that sums telescope: every
grid prices the same plan alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..models.base import mean
from .classes import Crew
from .facts import Facts, Ship
from .flow import Flow, Terms, times
from .linear import Linear
from .rules.docked_life import young
from .rules.people import lawful_at_end
from .rules.suits import returns_unsuited, unsuited
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
    totals = _totals(facts, ship, "emergency", begin, lambda x: time.held(x, begin, end), "health.emergency")
    table(
        flow, cost, heads, flow.docked(ship.index, i), totals, lambda n, up: flow.state((n, "held", ship.index), i, up)
    )
    seat_losses(flow, cost, flow.crews, ship, i, lambda x: time.held(x, begin, end))
    step = facts.step(ship, begin)
    if step is not None:
        cost.add(heads, time.held(mean(step.added_loss), begin, end))
    if ship.launched is None:
        amounts = [time.held(mean(step.added_loss), begin, end) for step in ship.steps]
        _aged(flow, cost, ship, heads, end, i, amounts, lambda n, up: flow.state((n, "held", ship.index), i, up))


def _returned(flow: Flow, cost: Linear, ship: Ship, i: int) -> None:
    """People return nominally in the ship at i, as in the tick before."""
    heads = flow.going_home(ship.index, i)
    if heads:
        column = lambda n, up: flow.event((n, "returns", ship.index), i, up)  # noqa: E731
        _nominal(flow, cost, ship, heads, i, flow.leaves_crewed(ship.index, i), column)


def _at_end(flow: Flow, cost: Linear, ship: Ship) -> None:
    """People aboard at the end come home as if the ship left then."""
    heads = flow.going_home(ship.index, len(flow.grid))
    if heads:
        column = lambda n, up: flow.single((n, "at-end", ship.index), flow.facts.horizon, up)  # noqa: E731
        _nominal(flow, cost, ship, heads, len(flow.grid), lawful_at_end(flow, ship.index), column)


def _nominal(
    flow: Flow,
    cost: Linear,
    ship: Ship,
    heads: Terms,
    i: int,
    gate: Terms,
    column: NewColumn,
) -> None:
    """What a nominal return at i costs (past the grid: at the end), with all as in the tick before."""
    facts, at_end = flow.facts, i == len(flow.grid)
    tick = facts.horizon if at_end else flow.begin(i)

    def charge(amount: float) -> int:
        return flow.time.event(amount, tick)

    totals = _totals(facts, ship, "nominal", tick - 1, charge, "" if at_end else "departure.nominal-health")
    table(flow, cost, heads, gate, totals, column)
    seat_losses(flow, cost, flow.crews, ship, i, charge, home=True)
    step = facts.step(ship, tick - 1)
    if step is not None:
        cost.add(heads, charge(mean(step.added_loss)))
    if ship.launched is None:
        amounts = [charge(mean(step.added_loss)) for step in ship.steps]
        _aged(flow, cost, ship, heads, tick, flow.period(tick), amounts, column)


def seat_losses(
    flow: Flow,
    cost: Linear,
    crews: Sequence[Crew],
    ship: Ship,
    i: int,
    charge: Callable[[float], int],
    *,
    home: bool = False,
) -> None:
    """What the seats themselves add, and being unsuited in them: for those who hold them in period i, or go `home`."""
    price = ship.type.unsuited.nominal if home else ship.type.unsuited.emergency
    for s in ship.kinds:
        added = charge(mean(flow.facts.kinds[s].group.added_loss))
        for crew in crews:
            cost.add(flow.returns(crew, s, i) if home else flow.held(crew, s, i), added)
        if ship.type.suit is not None and price is not None:
            bare = charge(mean(price))
            for crew in crews:
                cost.add(returns_unsuited(flow, crew, s, i) if home else unsuited(flow, crew, s, i), bare)


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
    for number, more, fresh in steps_past(flow, ship, tick, i, amounts):
        if not fresh:
            cost.add(heads, more)
            continue
        past = column(f"past-{number}", seats)
        flow.excess(past, heads + times(fresh, -seats))
        cost.add([(past, 1)], more)
        if more < 0:  # past a step that nobody could be past, were its rule not switched off
            flow.rows.at_most([(past, 1), *times(heads, -1)], 0)
            flow.rows.at_most([(past, 1), *times(fresh, seats)], seats)


def steps_past(flow: Flow, ship: Ship, tick: int, i: int, amounts: Sequence[int]) -> Iterator[tuple[int, int, Terms]]:
    """Steps that a ship whose launch is decided may be past before a tick: number, what it adds, "not past it yet"."""
    before = 0
    for number, (step, amount) in enumerate(zip(ship.steps, amounts, strict=True)):
        if not step.holds and not step.returns and flow.facts.holds("docked-life.returns"):
            continue  # nobody is there to pay
        more, before = amount - before, amount
        length = flow.time.down(step.after)
        launches = [c.launch for k, c, _ in flow.comings[ship.index] if k <= i and c.launch is not None]
        if more and any(launch + length < tick for launch in launches):
            yield number, more, young(flow, ship, step, tick, i)


def _ridden(flow: Flow, cost: Linear, ship: Ship, i: int) -> None:
    """Everyone who held a seat rides along when the ship moves to another port."""
    moved = flow.relocates(ship.index, i, crewed=True)
    tick = flow.begin(i)
    totals = _totals(flow.facts, ship, "relocation", tick - 1, lambda x: flow.time.event(x, tick))
    if not moved or not any(totals):
        return
    heads = flow.in_ship(ship.index, i - 1)
    seats = len(totals) - 1
    riders = flow.event(("riders", ship.index), i, seats)
    most = sum(flow.facts.kinds[s].seats for s in ship.kinds)
    flow.excess(riders, heads + times(moved, most), most)
    table(flow, cost, [(riders, 1)], moved, totals, lambda n, up: flow.event((n, "rides", ship.index), i, up))
    flow.rows.at_most([(riders, 1), *times(heads, -1)], 0)  # where a second rider costs less than nothing


def _totals(
    facts: Facts, ship: Ship, purpose: str, tick: int, charge: Callable[[float], int], rule: str = ""
) -> list[int]:
    """Charge of n people together, for every number that is allowed (if the rule is in force) and has seats."""
    passage = facts.passage(ship, purpose, tick)
    return [0] + [n * charge(facts.loss(passage, n)) for n in range(1, facts.most(ship, purpose, tick, rule) + 1)]


def _people(flow: Flow, cost: Linear) -> None:
    """Nobody's seat, aboard hazards, being stranded, and flying after the horizon."""
    facts, time, case = flow.facts, flow.time, flow.facts.case
    last = len(flow.grid) - 1
    for crew in flow.crews:
        hazards = facts.hazards(crew.one)
        for i in flow.periods:
            begin, end = flow.begin(i), flow.end(i)
            cost.add(flow.unassured(crew, i), time.held(mean(case.loss_unassured), begin, end))
            for rate, start, stop in hazards:
                if start <= begin < stop:
                    cost.add(flow.aboard(crew, i), time.rate(rate, begin, end))
        home = flow.goes_home(crew, len(flow.grid))
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
    for _, terms, tick, loss in move_rests(flow):
        cost.add(terms, flow.time.event(loss, tick))


def move_rests(flow: Flow) -> Iterator[tuple[str, Terms, int, float]]:
    """The rest of each liner move, in the tick where it ends: the liner, terms, the tick and the loss."""
    lengths = {kind.id: kind.move.takes for kind in flow.facts.case.liner_kinds if kind.move is not None}
    kinds = {liner.id: liner.kind for liner in flow.facts.case.liners}
    bare = mean(flow.facts.case.loss_unassured)
    for (liner, i), terms in flow.rests.items():
        tick = flow.begin(i)
        yield liner, terms, tick, flow.time.move_rest(lengths[kinds[liner]], tick) * bare
