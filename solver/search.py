"""Refine, then prove: a good plan on few instants, then every tick.

The coarse grid only chooses where to look; what is proven is proven on the tick grid, which is exact without any
theorem. On either grid the first level is solved the same way: a certified bound from the LP relaxation says which
columns no plan within some distance of it can use; what is left is solved by CP-SAT; if the plan it finds lies within
that distance, nothing better was left out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..models.base import mean
from ..models.objective import Level
from .bound import Bound, bound_below
from .carry import carried
from .classes import classes
from .engine import Budget, Outcome, OutOfTime, Status, Values, minimise
from .extract import Extract, NoPorts, NoRoom
from .facts import Facts
from .grid import coarse, dates
from .highs import Relaxed, feasible
from .lagrange import lagrange_bound
from .linear import Linear
from .model import Model
from .objective import ROOM
from .reduce import Reduced, reduced
from .rows import Rows
from .spread import Floats, spread

logger = logging.getLogger(__name__)

FEW_COLUMNS = 3000
"""Models up to this size go to CP-SAT whole: the LP would cost more than it saves."""
MANY_PLACES = 20_000
"""Instants of the coarse grid times classes times seat kinds, from which on a plan is looked for on fewer at first."""
PROOF_TAKES = 3
"""The tick grid takes at least so many times as long as the coarse one: with less time left it is not begun."""
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
ROUNDED_SECONDS = 60.0
"""The most that a plan around the arrivals that the LP favours is looked for."""
ROUNDED_DISTANCE = 0.1
"""How far such a plan may lie from the bound, as a part of the bound."""
MOST_PLACES = 400_000
"""So many places are not made a model of: it would take gigabytes."""
PRICED_SHARE = 0.25
"""Part of the time left for a bound of a large case by prices."""
PRICED_SECONDS = 60.0
"""The most that it may take."""
FIRST_DISTANCE = 1e-6
"""First guess of how far the best plan lies from the bound, as a part of the bound."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling while a question is being answered."""

    phase: str
    seconds: float
    value: float | None = None
    bound: float | None = None


Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Coarser:
    """What the LP of a coarser grid said."""

    rows: Rows
    multipliers: Floats
    value: int
    grid: Sequence[int]


@dataclass(slots=True)
class LevelFound:
    """What is known of one level, in integer units."""

    status: Status
    value: int | None = None
    bound: int | None = None


@dataclass(slots=True)
class Found:
    """The best plan found, with what is proven about it."""

    model: Model | None = None
    values: Values | None = None
    levels: list[LevelFound] = field(default_factory=list)
    exact: bool = False
    """Whether the level results hold on the tick grid."""
    disputed: bool = False
    """Two solvers disagree on whether a plan exists."""
    proof_left_out: bool = False
    """Too little time was left for the proof, so it was not begun."""
    too_large: bool = False
    """The model of every tick would be too large to be built."""
    seconds: dict[str, float] = field(default_factory=dict)


class Search:
    """Answers one question about one case."""

    def __init__(
        self,
        facts: Facts,
        levels: Sequence[Level],
        budget: Budget,
        tell: Tell | None = None,
        *,
        few_columns: int = FEW_COLUMNS,
    ) -> None:
        self.facts, self.levels, self.budget, self.few_columns = facts, levels, budget, few_columns
        self.found = Found()
        self._tell = tell
        self._begun = time.monotonic()
        self._explicit: set[str] = set()
        self._liners_by_place = False
        self.coarser: Coarser | None = None
        first = levels[0]
        self._stranding = "expected_loss" not in first.weights
        """Whether anybody may be stranded: at first nobody, where the first level prices it."""

    def run(self) -> Found:
        """Find a plan on the case's dates, a better one on a coarse grid, then prove on the tick grid."""
        ticks, between = range(self.facts.horizon), coarse(self.facts)
        seats = len(classes(self.facts)) * len(self.facts.kinds)
        least: int | None = None
        if len(between) * seats > MANY_PLACES:
            places = len(dates(self.facts)) * seats
            if places > MANY_PLACES:  # a plan is long in coming, if it comes
                least = self._priced()
            if places < MOST_PLACES:
                self._timed("dates", dates(self.facts), exact=False)
            if places <= MANY_PLACES:
                least = self._priced()
        if len(between) < 0.7 * len(ticks) and len(between) * seats < MOST_PLACES and not self.budget.spent:
            self._timed("refine", between, exact=False)
        self._prove(ticks, large=len(ticks) * seats >= MOST_PLACES)
        if least is not None:
            self._bound_by_prices(least)
        return self.found

    def _prove(self, ticks: range, *, large: bool) -> None:
        begun = time.monotonic() - self._begun
        found_one = self.found.values is not None
        short = found_one and self.budget.left < PROOF_TAKES * begun
        self.found.proof_left_out = not self.budget.spent and short and not large
        self.found.too_large = large
        if not self.budget.spent and not short and not large:
            self._timed("prove", ticks, exact=True)

    def _priced(self) -> int | None:
        """A bound of the first level without an LP: weaker than one, and soon there."""
        if self.budget.spent:
            return None
        begun = time.monotonic()
        self.tell("every tick, prices")
        limit = min(PRICED_SECONDS, PRICED_SHARE * self.budget.left)
        known = self.found.levels[0].value if self.found.levels else None
        bound = lagrange_bound(self.facts, self.levels[0], Budget(begun + limit, self.budget.cancel), known)
        self.found.seconds["prices"] = time.monotonic() - begun
        return bound

    def _bound_by_prices(self, bound: int) -> None:
        """Say what is known on every tick, if nothing better is."""
        found = self.found
        first = found.levels[0] if found.levels else LevelFound("unknown")
        if found.exact and (first.status in ("optimal", "infeasible") or (first.bound or 0) >= bound):
            return
        later = found.levels[1:] or [LevelFound("unknown") for _ in self.levels[1:]]
        found.levels = [
            LevelFound("unknown" if level.value is None else "feasible", level.value) for level in (first, *later)
        ]
        found.levels[0].bound, found.exact = bound, True

    def _timed(self, name: str, grid: Sequence[int], *, exact: bool) -> None:
        begun = time.monotonic()
        try:
            self._on(grid, exact)
        except OutOfTime:
            logger.info("no time left to build a model of %d instants", len(grid))
        self.found.seconds[name] = time.monotonic() - begun

    def _on(self, grid: Sequence[int], exact: bool) -> None:
        """Solve on a grid; again with ports by name where counting them was not enough, or with people stranded."""
        while True:
            model = Model(
                self.facts,
                grid,
                self.levels,
                explicit_ports=self._explicit,
                stranding=self._stranding,
                liners_by_place=self._liners_by_place,
                budget=self.budget,
            )
            attempt = _Attempt(self, model, exact)
            attempt.run()
            if attempt.values is not None:
                try:
                    Extract(model.flow, attempt.values).plan()
                except NoPorts as missing:
                    self._explicit.add(missing.interface)
                    continue
                except NoRoom:
                    self._liners_by_place = True
                    continue
            if not self._stranding and not self._nobody_stranded(attempt) and not self.budget.spent and exact:
                self._stranding = True
                continue
            break
        if exact and not self._stranding and not self._nobody_stranded(attempt):
            for level in attempt.results:  # time ran out before plans that strand somebody were looked at
                level.status, level.bound = "feasible" if level.value is not None else "unknown", None
        if attempt.values is not None or (exact and self.found.values is None):
            self.found.model, self.found.values = model, attempt.values
            self.found.levels, self.found.exact = attempt.results, exact
            self.found.disputed = attempt.disputed
        elif exact:  # the coarse plan stands, with whatever bound the tick grid gave
            self._bound_coarse_plan(attempt)

    def _nobody_stranded(self, attempt: _Attempt) -> bool:
        """Whether leaving out plans that strand somebody left out nothing better: they cost at least one stranding."""
        first = attempt.model.levels[0]
        one = self._one_stranding()
        slack = round(first.level.tolerance * first.per_unit)
        value = attempt.results[0].value if attempt.results else None
        return value is not None and value + slack < one

    def _bound_coarse_plan(self, attempt: _Attempt) -> None:
        bound = attempt.results[0].bound if attempt.results else None
        if bound is not None and self.found.levels and not (not self._stranding and bound > self._one_stranding()):
            self.found.levels[0] = replace(self.found.levels[0], status="feasible", bound=bound)
            self.found.exact = True
            for level in self.found.levels[1:]:
                level.status, level.bound = "feasible", None

    def _one_stranding(self) -> int:
        return self.facts.time.event(mean(self.facts.case.loss_stranded), self.facts.horizon)

    def tell(self, phase: str, terms: tuple[Linear, float] | None = None) -> Callable[[int, int], None] | None:
        """Report a phase, and return what passes on values and bounds found in it."""
        tell = self._tell
        if tell is None:
            return None
        tell(Progress(phase, time.monotonic() - self._begun))
        if terms is None:
            return None
        cost, per_unit = terms

        def watch(value: int, bound: int) -> None:
            seconds = time.monotonic() - self._begun
            tell(Progress(phase, seconds, (value + cost.constant) / per_unit, (bound + cost.constant) / per_unit))

        return watch


class _Attempt:
    """The levels in order on one grid."""

    def __init__(self, search: Search, model: Model, exact: bool) -> None:
        self.search, self.model, self.exact = search, model, exact
        self.budget = search.budget
        self.values: Values | None = None
        self.results: list[LevelFound] = []
        self.disputed = False
        self._likely: dict[int, bool] | None = None
        """Arrivals that the LP favours, until they have been tried."""
        self.where = "every tick" if exact else "coarse"

    def run(self) -> None:
        """Solve the levels one after another, each fixed within its tolerance before the next."""
        model = self.model
        hint = self._hint()
        small: Reduced | None = None
        first: Outcome | None = None
        if len(model.rows.lower) > self.search.few_columns:
            first, small = self._by_bound(hint)
        rows = model.rows if small is None else small.rows
        for number, terms in enumerate(model.levels):
            cost = terms.cost if small is None else small.express(terms.cost)
            if number == 0 and first is not None:
                outcome = first
            else:
                start = hint if small is None else small.shrink(hint)
                outcome = self._minimise(rows, cost, start, terms.level.id, terms.per_unit)
            if outcome.values is not None:
                hint = outcome.values if small is None or outcome is first else small.expand(outcome.values)
                self.values = hint
            if not self._note(number, outcome) or not self.exact:
                break  # a coarse plan is a place to start from: its later levels are settled on every tick
            value = self.results[-1].value
            assert value is not None
            slack = round(terms.level.tolerance * terms.per_unit)
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
        broken = self.model.rows.violated(hint)
        if broken:
            logger.info(
                "the coarse plan is no hint: it breaks %d rows, first %s", len(broken), self.model.rows.rules[broken[0]]
            )
            return None
        self.values = hint
        return hint

    def _note(self, number: int, outcome: Outcome) -> bool:
        """Record a level's result; whether the next level may follow."""
        terms = self.model.levels[number]
        if outcome.status == "infeasible" and number == 0 and self.exact and self.model_strands():
            agreed = feasible(self.model.rows, self.budget)
            self.disputed = agreed is True or self.values is not None
            self.results.append(LevelFound("infeasible" if agreed is False and not self.disputed else "unknown"))
            return False
        value = None if self.values is None else terms.cost.value(self.values)
        proven = outcome.status == "optimal"
        status: Status = "optimal" if proven else "feasible" if value is not None else "unknown"
        self.results.append(LevelFound(status, value, outcome.bound))
        return value is not None and proven

    def model_strands(self) -> bool:
        """Whether the model allows people to be stranded, as it must before it says that no plan exists."""
        return self.search._stranding

    def _by_bound(self, hint: Values | None) -> tuple[Outcome | None, Reduced | None]:
        """The first level from the LP bound: columns too far from it are left out, and the proof shows it was right."""
        terms, rows = self.model.levels[0], self.model.rows
        self.search.tell(f"{self.where}, bound")
        limit = None if self.budget.deadline is None else time.monotonic() + LP_SHARE * max(0.0, self.budget.left)
        known = None if hint is None else terms.cost.value(hint)
        bound = self._bound(terms.cost, known, Budget(limit, self.budget.cancel))
        if bound is None:
            return None, None
        distance = max(1, int(abs(bound.value) * FIRST_DISTANCE))
        best: Outcome | None = None
        while not self.budget.spent:
            most = bound.value + distance
            if known is not None and known <= most:
                most = known
            settled = bound.excluded(most)
            small = reduced(rows, settled, bound.cheaper)
            start = (
                small.shrink(hint)
                if hint is not None and bool((hint[settled] == bound.cheaper[settled]).all())
                else None
            )
            cost = small.express(terms.cost)
            outcome = self._minimise(small.rows, cost, start, terms.level.id, terms.per_unit, self._share(known))
            if outcome.values is not None and outcome.value is not None:
                hint, known = small.expand(outcome.values), outcome.value
                best = Outcome("feasible", hint, known, bound.value)
                if outcome.status == "optimal" and (known <= most or not settled.any()):
                    slack = round(terms.level.tolerance * terms.per_unit)
                    final = reduced(rows, bound.excluded(known + slack), bound.cheaper)
                    return Outcome("optimal", hint, known, known), final
                if outcome.status != "optimal":
                    low = bound.value if outcome.bound is None else max(bound.value, min(outcome.bound, most))
                    return Outcome("feasible", hint, known, low), None
            elif outcome.status == "infeasible" and not settled.any():
                return Outcome("infeasible", None, None, None), None
            elif outcome.status == "unknown":
                break
            if known is None and (rounded := self._rounded(bound)) is not None:
                hint, known = rounded, terms.cost.value(rounded)
                best = Outcome("feasible", hint, known, bound.value)
                if not self.exact and known - bound.value < ENOUGH_FOUND * abs(known):
                    break
            distance = max(distance * 8, 0 if known is None else known - bound.value)
        return best or Outcome("unknown", None, None, bound.value), None

    def _share(self, known: int | None) -> Budget:
        """The time for one run: on a coarse grid not all of it, once there is a plan to go on with."""
        if self.exact or known is None:
            return self.budget
        limit = min(COARSE_SECONDS, COARSE_SHARE * max(0.0, self.budget.left))
        return Budget(time.monotonic() + limit, self.budget.cancel)

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
        limit = min(ROUNDED_SECONDS, LP_SHARE * max(0.0, self.budget.left))
        budget = Budget(time.monotonic() + limit, self.budget.cancel)
        outcome = self._minimise(small.rows, small.express(terms.cost), None, terms.level.id, terms.per_unit, budget)
        return None if outcome.values is None else small.expand(outcome.values)

    def _favoured(self, relaxed: Relaxed) -> dict[int, bool]:
        """Every column of an arrival, and whether the LP favours it."""
        found: dict[int, bool] = {}
        for arrivals in self.model.flow.comings:
            columns = [column for _, _, column in arrivals]
            comes = sum(relaxed.values[column] for column in columns) > 0.5
            best = max(columns, key=lambda column: relaxed.values[column], default=None)
            found |= {column: comes and column == best for column in columns}
        return found

    def _bound(self, cost: Linear, known: int | None, budget: Budget) -> Bound | None:
        """A certified bound; on every tick by pinning what the coarse LP knows, as long as that promises to do."""
        rows, coarser = self.model.rows, self.search.coarser
        best: Bound | None = None
        if self.exact and coarser is not None and known is not None:
            pins = spread(coarser.rows, coarser.multipliers, coarser.grid, rows, self.search.facts.time.survival)
            for _ in range(PINNED_ROUNDS):
                found = bound_below(rows, cost, budget, pins)
                if found is None:
                    break
                best = found[0] if best is None or found[0].scaled > best.scaled else best
                to_gain = coarser.value - best.value  # on more instants the LP is worth no more
                if best.excluded(known).mean() >= ENOUGH_EXCLUDED or 2 * to_gain < known - best.value:
                    return best
                pins = pins.loosened(rows, found[1].values, coarser.grid)
        found = bound_below(rows, cost, budget)
        if found is None:
            return best
        bound, relaxed = found
        self._likely = self._favoured(relaxed)
        if not self.exact:
            self.search.coarser = Coarser(rows, relaxed.multipliers, bound.value, self.model.flow.grid)
        return bound if best is None or bound.scaled > best.scaled else best

    def _minimise(
        self,
        rows: Rows,
        cost: Linear,
        hint: Values | None,
        name: str,
        per_unit: float,
        budget: Budget | None = None,
    ) -> Outcome:
        phase = f"{self.where}, {name}"
        watch = self.search.tell(phase, (cost, per_unit))
        begun = time.monotonic()
        outcome = minimise(rows, cost, budget or self.budget, hint=hint, watch=watch)
        logger.info(
            "%s: %s %s (bound %s), %d columns, %d rows, %.2f s", phase, outcome.status,
            None if outcome.value is None else outcome.value / per_unit,
            None if outcome.bound is None else outcome.bound / per_unit,
            len(rows.lower), len(rows.low), time.monotonic() - begun,
        )  # fmt: skip
        return outcome
