"""What each person may lose, ascents apart, and the largest of it: the measure `worst_person`.

Beside `expected_loss`, which adds people up, this tells them apart: everyone is a class alone, and what a table charges
each of n people is a product of who is in the ship and how many are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from ..models.base import mean
from ..models.fleet import Passage
from .classes import Crew
from .facts import Ship
from .flow import Flow, Terms, times
from .linear import Linear
from .loss import move_rests, seat_losses, steps_past
from .rows import ONE

Charge = Callable[[float], int]
"""A loss as the integer that is due for it."""
New = Callable[..., int]
"""Makes a column for a product, given its name."""


def worst_person(flow: Flow, scale: float) -> Linear:
    """A column that no person's loss exceeds, in units of 1e-10 times the scale."""
    losses = [_Person(flow, crew, scale).loss for crew in flow.crews]
    most = max((loss.reach(flow.rows.upper) for loss in losses), default=0)
    worst = flow.single(("worst-person", scale), -1, most)
    for loss in losses:
        flow.rows.at_most([*loss.factors.items(), (worst, -1)], -loss.constant)
    return Linear({worst: 1})


def limit_worst_person(flow: Flow, at_least: int | None, at_most: int | None) -> None:
    """Keep the largest loss of a person within limits, in units of 1e-10."""
    losses = [_Person(flow, crew, 1.0).loss for crew in flow.crews]
    if at_most is not None:
        for loss in losses:
            flow.rows.at_most(loss.factors.items(), min(at_most, loss.reach(flow.rows.upper)) - loss.constant)
    if at_least:
        reached: Terms = []
        for number, loss in enumerate(losses):
            if at_least <= loss.reach(flow.rows.upper):
                mine = flow.single(("reaches", number), -1)
                flow.rows.at_least([*loss.factors.items(), (mine, -at_least)], -loss.constant)
                reached.append((mine, 1))
        flow.rows.at_least(reached, 1)


class _Person:
    """The loss of one person as an expression, but for ascents and launches after the horizon."""

    def __init__(self, flow: Flow, crew: Crew, scale: float) -> None:
        self.flow, self.crew, self.scale = flow, crew, scale
        self.loss = Linear()
        for ship in flow.facts.ships:
            if ship.kinds:
                for i in flow.periods:
                    self._held(ship, i)
                    self._home(ship, i)
                    self._ridden(ship, i)
                self._home(ship, len(flow.grid))
        self._alone()

    def _due(self, tick: int) -> Charge:
        return lambda loss: self.flow.time.event(loss * self.scale, tick)

    def _exposed(self, begin: int, end: int, loss: float) -> int:
        return self.flow.time.held(loss * self.scale, begin, end)

    def _new(self, what: str, ship: Ship, i: int) -> New:
        """Makes columns for products at i (past the grid: at the end)."""

        def new(*name: object) -> int:
            key: tuple[object, ...] = ("worst", self.scale, self.crew.index, what, ship.index, *name)
            if i == len(self.flow.grid):
                return self.flow.single(key, self.flow.facts.horizon)
            return self.flow.state(key, i) if what == "held" else self.flow.event(key, i)

        return new

    def _held(self, ship: Ship, i: int) -> None:
        """An evacuation comes while the person holds a seat in the ship in period i."""
        flow, facts = self.flow, self.flow.facts
        begin, end = flow.begin(i), flow.end(i)
        due = partial(self._exposed, begin, end)
        mine = [term for s in ship.kinds for term in flow.held(self.crew, s, i)]
        if not mine:
            return
        new, passage = self._new("held", ship, i), facts.passage(ship, "emergency", begin)
        self._among(mine, flow.in_ship(ship.index, i), ship, passage, due, new)
        seat_losses(flow, self.loss, [self.crew], ship, i, due)
        step = facts.step(ship, begin)
        if step is not None:
            self.loss.add(mine, due(mean(step.added_loss)))
        self._aged(mine, ship, end, i, due, new)

    def _home(self, ship: Ship, i: int) -> None:
        """The person returns nominally in the ship at i (past the grid: at the end), as in the tick before."""
        flow, facts = self.flow, self.flow.facts
        tick = facts.horizon if i == len(flow.grid) else flow.begin(i)
        due = self._due(tick)
        mine = [term for s in ship.kinds for term in flow.returns(self.crew, s, i)]
        if not mine:
            return
        new = self._new("home", ship, i)
        self._among(mine, flow.going_home(ship.index, i), ship, facts.passage(ship, "nominal", tick - 1), due, new)
        seat_losses(flow, self.loss, [self.crew], ship, i, due, home=True)
        step = facts.step(ship, tick - 1)
        if step is not None:
            self.loss.add(mine, due(mean(step.added_loss)))
        self._aged(mine, ship, tick, flow.period(tick), due, new)

    def _ridden(self, ship: Ship, i: int) -> None:
        """The person rides along when the ship moves to another port."""
        flow = self.flow
        moved = flow.relocates(ship.index, i, crewed=True)
        held = [term for s in ship.kinds for term in flow.held(self.crew, s, i - 1)]
        passage = flow.facts.passage(ship, "relocation", flow.begin(i) - 1)
        if not moved or not held or not any(mean(loss) for loss in passage.loss.values()):
            return
        new = self._new("rides", ship, i)
        mine = self._both(held, moved, new("along"))
        self._among(mine, flow.in_ship(ship.index, i - 1), ship, passage, self._due(flow.begin(i)), new)

    def _alone(self) -> None:
        """What does not hang on a ship: no seat, hazards, the rest of a liner's move, being stranded."""
        flow, case, time = self.flow, self.flow.facts.case, self.flow.time
        hazards = flow.facts.hazards(self.crew.one)
        for i in flow.periods:
            begin, end = flow.begin(i), flow.end(i)
            bare = mean(case.loss_unassured) * self.scale
            self.loss.add(flow.unassured(self.crew, i), time.held(bare, begin, end))
            for rate, first, last in hazards:
                if first <= begin < last:
                    self.loss.add(flow.aboard(self.crew, i), time.rate(rate * self.scale, begin, end))
        own = {liner.id for liner in flow.liners_of(self.crew)}
        for liner, terms, tick, loss in move_rests(flow):
            if liner in own:
                self.loss.add(terms, self._due(tick)(loss))
        home = flow.goes_home(self.crew, len(flow.grid))
        stranded = flow.aboard(self.crew, len(flow.grid) - 1) + times(home, -1)
        self.loss.add(stranded, self._due(flow.facts.horizon)(mean(case.loss_stranded)))

    # ---------------------------------------------------------------- products

    def _among(self, mine: Terms, heads: Terms, ship: Ship, passage: Passage, due: Charge, new: New) -> None:
        """What a table charges the person (1 or 0 of the heads) for being one of so many."""
        rows = self.flow.rows
        seats = sum(self.flow.facts.kinds[s].seats for s in ship.kinds)
        amounts = [due(self.flow.facts.loss(passage, number)) for number in range(1, seats + 1)]
        self.loss.add(mine, amounts[0])
        for number, (fewer, more) in enumerate(pairwise(amounts), start=2):
            if more != fewer:
                crowded = new("among", number)
                left = seats - number + 1
                rows.at_most([*heads, *times(mine, left), (crowded, -left)], seats)
                rows.at_most([(crowded, number), *times(heads, -1)], 0)
                rows.at_most([(crowded, 1), *times(mine, -1)], 0)
                self.loss.add([(crowded, 1)], more - fewer)

    def _aged(self, mine: Terms, ship: Ship, tick: int, i: int, due: Charge, new: New) -> None:
        """What steps of a docked life add that counts from a launch which is itself decided."""
        if ship.launched is not None:
            return
        amounts: Sequence[int] = [due(mean(step.added_loss)) for step in ship.steps]
        for number, more, fresh in steps_past(self.flow, ship, tick, i, amounts):
            past = self._both(mine, [(ONE, 1), *times(fresh, -1)], new("past", number)) if fresh else mine
            self.loss.add(past, more)

    def _both(self, one: Terms, other: Terms, column: int) -> Terms:
        """A column that is 1 where both are, and 0 elsewhere."""
        rows = self.flow.rows
        rows.at_most([*one, *other, (column, -1)], 1)
        rows.at_most([(column, 1), *times(one, -1)], 0)
        rows.at_most([(column, 1), *times(other, -1)], 0)
        return [(column, 1)]
