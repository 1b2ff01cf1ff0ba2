"""One attempt at a question: its levels in order, on one grid.

The first level goes by a certified bound from the LP relaxation: it says which columns no plan within some distance of
it can use; what is left is solved by CP-SAT; if the plan it finds lies within that distance, nothing better was left
out. The levels after it are solved in what may still count.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .bound import Bound, bound_below
from .carry import carried
from .engine import Budget, Outcome, Status, Values, minimise
from .highs import Relaxed, feasible
from .linear import Linear
from .model import Model
from .objective import ROOM
from .reduce import Reduced, reduced
from .rows import Rows
from .spread import Floats, spread

if TYPE_CHECKING:
    from .search import Search

logger = logging.getLogger(__name__)

LP_SHARE = 0.6
"""Part of the time left that the LP may use: what comes after it finds the plan."""
PINNED_ROUNDS = 3
"""So often the LP of every tick is solved with pins, fewer each time, before it is solved without."""
ENOUGH_EXCLUDED = 0.75
"""Share of the columns that a bound has to exclude for it to be good enough; less will do where little is to gain."""
ENOUGH_FOUND = 0.01
"""A plan so near the bound of a coarse grid, as a part of its value, is good enough to begin the finer one with."""
COARSE_SHARE = 0.3
"""Part of the time left that a coarse grid may take to better a plan that is known."""
COARSE_SECONDS = 60.0
"""The most that it may take."""
COARSE_TAKES = 2.0
"""So many times as long as the LP of a coarse grid took a better plan is looked for there, in what the bound leaves."""
ROUNDED_SECONDS = 60.0
"""The most that a plan around the arrivals that the LP favours is looked for."""
ROUNDED_DISTANCE = 0.1
"""How far such a plan may lie from the bound, as a part of the bound."""
FIRST_DISTANCE = 1e-6
"""First guess of how far the best plan lies from the bound, as a part of the bound."""
TRY_SHARE = 0.2
"""Part of the time left for a try at a bound that may not be the last."""
WIDER = 8
"""Where it does not lie so near, so many times the distance is tried next."""
LITTLE_MORE = 1.1
"""So many times the columns are worth it, if that settles the question."""


@dataclass(slots=True)
class LevelFound:
    """What is known of one level, in integer units."""

    status: Status
    value: int | None = None
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Coarser:
    """What the LP of a coarser grid said."""

    rows: Rows
    multipliers: Floats
    """Of the rows, in units."""
    values: Floats
    """Of the columns."""
    value: float
    """Of the LP, in units."""
    grid: Sequence[int]


@dataclass(slots=True)
class _Near:
    """The best plan known while the first level is being solved, carried over or found."""

    values: Values | None
    value: int | None
    found: bool = False
    """Whether it has been found here."""
    least: int = -ROOM
    """No plan costs less."""
    cut: bool = False
    """Whether the last run was stopped before its end."""

    def outcome(self) -> Outcome:
        """What is known where time ran out."""
        if self.found:
            return Outcome("feasible", self.values, self.value, self.least)
        return Outcome("unknown", None, None, self.least)

    def distance(self, bound: Bound) -> int:
        """First guess of how far the best plan lies from a bound: as far as the one known, if that leaves little."""
        if self.value is not None and bound.settles(self.value) >= ENOUGH_EXCLUDED:
            return self.value - bound.value
        return max(1, int(abs(bound.value) * FIRST_DISTANCE))

    def wider(self, bound: Bound, distance: int) -> int:
        """The next guess: some times as far, or as far as the plan known if that is less or leaves little more."""
        if self.value is None:
            return distance * WIDER
        gap = self.value - bound.value
        here, there = (int(np.count_nonzero(~bound.excluded(bound.value + far))) for far in (distance * WIDER, gap))
        return gap if distance * WIDER >= gap or there <= LITTLE_MORE * here else distance * WIDER


class Attempt:
    """The levels in order on one grid."""

    def __init__(self, search: Search, model: Model, exact: bool, rough: bool = False) -> None:
        self.search, self.model, self.exact = search, model, exact
        self.rough = rough
        """Whether any plan will do: around the arrivals that the LP favours one is sooner found than near its bound."""
        self.budget = search.budget
        self.values: Values | None = None
        self.results: list[LevelFound] = []
        self.disputed = False
        self._likely: dict[int, bool] | None = None
        """Arrivals that the LP favours, until they have been tried."""
        self._bounding = 0.0
        """Seconds that the LP without pins took."""
        self.where = "every tick" if exact else "coarse"

    def run(self) -> None:
        """Solve the levels one after another, each fixed within its tolerance before the next.

        What is fixed to one value stays in the expression that is minimised: it changes no value, but its relaxation
        leads the search to the few plans that are as good, where that of a count of moves would lead anywhere.
        """
        model = self.model
        hint = self._hint()
        small: Reduced | None = None
        first: Outcome | None = None
        if len(model.rows.lower) > self.search.few_columns:
            first, small = self._by_bound(hint)
        rows = model.rows if small is None else small.rows
        settled = Linear()
        for number, terms in enumerate(model.levels):
            cost = terms.cost if small is None else small.express(terms.cost)
            if number == 0 and first is not None:
                outcome = first
            else:
                start = hint if small is None else small.shrink(hint)
                known = None if hint is None else terms.cost.value(hint)
                guided = Linear(dict(cost.factors), cost.constant)
                guided.include(settled)
                if guided.span(rows) >= ROOM:
                    guided = cost
                outcome = self._minimise(rows, guided, start, terms.level.id, terms.per_unit, self._share(known))
            if outcome.values is not None:
                hint = outcome.values if small is None or outcome is first else small.expand(outcome.values)
                self.values = hint
            if not self._note(number, outcome) or not self.exact:
                break  # a coarse plan is a place to start from: its later levels are settled on every tick
            value = self.results[-1].value
            assert value is not None
            slack = round(terms.level.tolerance * terms.per_unit)
            if not slack:
                settled.include(cost)
                settled.constant -= value  # so it is 0 in every plan that may still count
            rows.append(cost.factors, None, min(value - cost.constant + slack, ROOM), f"level:{terms.level.id}")
        for number in range(len(self.results), len(model.levels)):
            value = None if self.values is None else model.levels[number].cost.value(self.values)
            self.results.append(LevelFound("unknown" if value is None else "feasible", value))

    def _hint(self) -> Values | None:
        """The plan known so far, read on this grid, if it obeys every row here."""
        found = self.search.found
        if found.model is None or found.values is None:
            return None
        hint = carried(found.model.flow, found.values, self.model.flow)
        if not self._lawful(hint):
            return None
        self.values = hint
        return hint

    def _lawful(self, values: Values) -> bool:
        """Whether values obey the rows as they were written, not as they were narrowed, and every column's bounds."""
        rows = self.model.flow.rows
        broken = rows.violated(values)
        if broken:
            logger.info("no plan of this grid: it breaks %d rows, first %s", len(broken), rows.rules[broken[0]])
        within = (np.asarray(rows.lower) <= values) & (values <= np.asarray(rows.upper))
        return not broken and bool(within.all())

    def _note(self, number: int, outcome: Outcome) -> bool:
        """Record a level's result; whether the next level may follow."""
        terms = self.model.levels[number]
        if outcome.status == "infeasible" and number == 0 and self.exact and self.model_strands():
            agreed = feasible(self.model.flow.rows, self.budget)  # not narrowed: HiGHS is to find it by itself
            self.disputed = agreed is True or self.values is not None or self.search.found.plan is not None
            self.results.append(LevelFound("infeasible" if agreed is False and not self.disputed else "unknown"))
            return False
        value = None if self.values is None else terms.cost.value(self.values)
        proven = outcome.status == "optimal"
        status: Status = "optimal" if proven else "feasible" if value is not None else "unknown"
        self.results.append(LevelFound(status, value, outcome.bound))
        return value is not None and proven

    def model_strands(self) -> bool:
        """Whether the model allows people to be stranded, as it must before it says that no plan exists."""
        return self.search.stranding

    def _by_bound(self, hint: Values | None) -> tuple[Outcome | None, Reduced | None]:
        """The first level from the LP bound: columns too far from it are left out, and the proof shows it was right."""
        cost = self.model.levels[0].cost
        self.search.tell(f"{self.where}, bound")
        near = _Near(hint, None if hint is None else cost.value(hint))
        bound: Bound | None = None
        for bound in self._bounds(cost, near, self.budget.part(LP_SHARE)):
            near.least = max(near.least, bound.value)
            if self.exact:
                self.search.found.root = bound.value
            elif self._enough(bound):
                return near.outcome(), None
            distance = near.distance(bound)
            tried: int | None = None
            while not self.rough and distance != tried:
                if (done := self._within(bound, distance, near, self._share(near.value, TRY_SHARE))) is not None:
                    return done
                distance, tried = near.distance(bound), distance
        if bound is None:
            return None, None
        begun = time.monotonic()
        while not self.budget.spent:
            if near.value is None and (rounded := self._rounded(bound)) is not None:
                near.values, near.value, near.found = rounded, cost.value(rounded), True
                if not self.exact and near.value - bound.value < ENOUGH_FOUND * abs(near.value):
                    break
            if self.rough and near.value is not None:
                break
            distance = near.wider(bound, distance)
            if (done := self._within(bound, distance, near, self._share(near.value))) is not None:
                return done
            if near.cut:
                break
            if not self.exact and near.value is not None and time.monotonic() - begun > COARSE_TAKES * self._bounding:
                break  # a coarse plan need not be the best
        return near.outcome(), None

    def _enough(self, bound: Bound) -> bool:
        """Whether the plan known is so good that a coarse grid is of use for its multipliers only."""
        known = self.search.found.value
        return self.model.flow.seats is None and known is not None and known - bound.value <= ENOUGH_FOUND * abs(known)

    def _within(
        self, bound: Bound, distance: int, near: _Near, budget: Budget
    ) -> tuple[Outcome, Reduced | None] | None:
        """Solve what may lie within a distance of a bound: the outcome and what is left to a later level, once settled.

        Otherwise what came of it is noted in `near`.
        """
        terms, rows = self.model.levels[0], self.model.rows
        most, known = bound.value + distance, near.value
        if known is not None and known <= most:
            most = known
        settled = bound.excluded(most)
        everything = not (settled & np.not_equal(rows.lower, rows.upper)).any()
        small = reduced(rows, settled, bound.cheaper)
        fits = near.values is not None and bool((near.values[settled] == bound.cheaper[settled]).all())
        start = small.shrink(near.values) if fits else None
        cost = small.express(terms.cost)
        outcome = self._minimise(small.rows, cost, start, terms.level.id, terms.per_unit, budget)
        near.cut = outcome.status in ("feasible", "unknown")
        if outcome.values is not None and outcome.value is not None:
            near.found = True
            if near.value is None or outcome.value <= near.value:
                near.values, near.value = small.expand(outcome.values), outcome.value
        if outcome.status == "infeasible" and everything:
            return Outcome("infeasible", None, None, None), None
        dearer = outcome.status == "infeasible" or (outcome.status == "optimal" and (outcome.value or 0) > most)
        if known == most and dearer:
            logger.error("CP-SAT does not find a plan of %d units that is known: nothing is taken for proven", most)
            near.cut = True
            return None
        # Every plan that costs no more than `most` was among those looked at.
        if outcome.status == "optimal" and outcome.value is not None:
            least = outcome.value if everything else min(outcome.value, most + 1)
        elif outcome.status == "infeasible":
            least = most + 1
        else:
            least = -ROOM if outcome.bound is None else min(outcome.bound, most + 1)
        near.least = max(near.least, least if near.value is None else min(least, near.value))
        if near.value is None or near.least < near.value:
            return None
        slack = round(terms.level.tolerance * terms.per_unit)
        final = reduced(rows, bound.excluded(near.value + slack), bound.cheaper)
        return Outcome("optimal", near.values, near.value, near.value), final

    def _share(self, known: int | None, part: float = 1.0) -> Budget:
        """The time for one run: a part of it; on a coarse grid not all of it, once there is a plan to go on with."""
        if self.exact:
            return self.budget.part(part)
        if known is None and self.search.found.value is None:
            return self.budget.part(LP_SHARE)
        return self.budget.part(COARSE_SHARE, COARSE_SECONDS)

    def _rounded(self, bound: Bound) -> Values | None:
        """The best plan with the arrivals that the LP favours, each ship's likeliest if it comes rather than not."""
        arrivals, self._likely = self._likely, None  # once: another round would find the same
        if arrivals is None:
            return None
        rows, terms = self.model.rows, self.model.levels[0]
        known, settled = bound.cheaper.copy(), bound.excluded(bound.value + int(abs(bound.value) * ROUNDED_DISTANCE))
        for column, comes in arrivals.items():
            known[column], settled[column] = comes, True
        small = reduced(rows, settled, known)
        budget = self.budget.part(LP_SHARE, ROUNDED_SECONDS)
        outcome = self._minimise(small.rows, small.express(terms.cost), None, terms.level.id, terms.per_unit, budget)
        if outcome.values is None:
            return None
        values = small.expand(outcome.values)
        return values if self._lawful(values) else None

    def _favoured(self, relaxed: Relaxed) -> dict[int, bool]:
        """Every column of an arrival, and whether the LP favours it."""
        found: dict[int, bool] = {}
        for arrivals in self.model.flow.comings:
            columns = [column for _, _, column in arrivals]
            comes = sum(relaxed.values[column] for column in columns) > 0.5
            best = max(columns, key=lambda column: relaxed.values[column], default=None)
            found |= {column: comes and column == best for column in columns}
        return found

    def _bounds(self, cost: Linear, near: _Near, budget: Budget) -> Iterator[Bound]:
        """Certified bounds, each better; on every tick by pinning what the coarse LP knows, while that promises."""
        rows, coarser = self.model.rows, self.search.coarser
        best: Bound | None = None
        if self.exact and coarser is not None and near.value is not None:
            pins = spread(coarser.rows, coarser.multipliers, coarser.grid, rows, self.search.facts.time.survival)
            for _ in range(PINNED_ROUNDS):
                found = bound_below(rows, cost, budget, pins) if len(pins.rows) else None
                if found is None:
                    break
                if best is None or found[0].scaled > best.scaled:
                    best = found[0]
                    yield best
                to_gain = coarser.value - best.value  # on more instants the LP is worth no more
                if best.settles(near.value) >= ENOUGH_EXCLUDED or 2 * to_gain < near.value - best.value:
                    return
                before, pins = pins, pins.loosened(rows, found[1].values, coarser.grid)
                if len(pins.rows) == len(before.rows):
                    break
        begun = time.monotonic()
        found = None if budget.spent else bound_below(rows, cost, budget)
        self._bounding = time.monotonic() - begun
        if found is None:
            return
        bound, relaxed = found
        self._likely = self._favoured(relaxed)
        if not self.exact:
            value = cost.constant + sum(factor * relaxed.values[column] for column, factor in cost.factors.items())
            self.search.coarser = Coarser(rows, relaxed.multipliers, relaxed.values, value, self.model.flow.grid)
        if best is None or bound.scaled > best.scaled:
            yield bound

    def _minimise(
        self,
        rows: Rows,
        cost: Linear,
        hint: Values | None,
        name: str,
        per_unit: float,
        budget: Budget,
    ) -> Outcome:
        phase = f"{self.where}, {name}"
        watch = self.search.tell(phase, (cost, per_unit))
        begun = time.monotonic()
        outcome = minimise(rows, cost, budget, hint=hint, watch=watch)
        logger.info(
            "%s: %s %s (bound %s), %d columns, %d rows, %.2f s", phase, outcome.status,
            None if outcome.value is None else outcome.value / per_unit,
            None if outcome.bound is None else outcome.bound / per_unit,
            len(rows.lower), len(rows.low), time.monotonic() - begun,
        )  # fmt: skip
        return outcome
