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
from .engine import Budget, Outcome, Status, Values, minimise
from .extract import Extract, NoPorts, NoRoom
from .facts import Facts
from .grid import coarse
from .highs import feasible
from .linear import Linear
from .model import Model
from .objective import ROOM
from .reduce import Reduced, reduced
from .rows import Rows
from .spread import Floats, spread

logger = logging.getLogger(__name__)

FEW_COLUMNS = 3000
"""Models up to this size go to CP-SAT whole: the LP would cost more than it saves."""
PROOF_TAKES = 3
"""The tick grid takes at least so many times as long as the coarse one: with less time left it is not begun."""
LP_SHARE = 0.6
"""Part of the time left that the LP may use: what comes after it finds the plan."""
PINNED_ROUNDS = 3
"""So often the LP of every tick is solved with pins, fewer each time, before it is solved without."""
ENOUGH_EXCLUDED = 0.75
"""Share of the columns that a bound has to exclude for it to be good enough; less will do where little is to gain."""
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
class Coarse:
    """What the LP of the coarse grid said."""

    rows: Rows
    multipliers: Floats
    bound: int
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
        self.coarse: Coarse | None = None
        first = levels[0]
        self._stranding = "expected_loss" not in first.weights
        """Whether anybody may be stranded: at first nobody, where the first level prices it."""

    def run(self) -> Found:
        """Find a plan on a coarse grid, then prove on the tick grid."""
        grid = coarse(self.facts)
        if len(grid) < 0.7 * self.facts.horizon:
            self._timed("refine", grid, exact=False)
        begun = time.monotonic() - self._begun
        found_one = self.found.values is not None
        self.found.proof_left_out = found_one and not self.budget.spent and self.budget.left < PROOF_TAKES * begun
        if not self.budget.spent and not self.found.proof_left_out:
            self._timed("prove", range(self.facts.horizon), exact=True)
        return self.found

    def _timed(self, name: str, grid: Sequence[int], *, exact: bool) -> None:
        begun = time.monotonic()
        self._on(grid, exact)
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
            outcome = self._minimise(small.rows, cost, start, terms.level.id, terms.per_unit)
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
            distance = max(distance * 8, 0 if known is None else known - bound.value)
        return best or Outcome("unknown", None, None, bound.value), None

    def _bound(self, cost: Linear, known: int | None, budget: Budget) -> Bound | None:
        """A certified bound; on every tick by pinning what the coarse LP knows, as long as that promises to do."""
        rows, coarse = self.model.rows, self.search.coarse
        best: Bound | None = None
        if self.exact and coarse is not None and known is not None:
            survival = self.search.facts.time.survival
            pins = spread(coarse.rows, coarse.multipliers, coarse.grid, rows, survival)
            for _ in range(PINNED_ROUNDS):
                found = bound_below(rows, cost, budget, pins)
                if found is None:
                    break
                best = _better(found[0], best)
                to_gain = coarse.bound - best.value  # the LP of every tick is no worse than that of the coarse grid
                if best.excluded(known).mean() >= ENOUGH_EXCLUDED or 2 * to_gain < known - best.value:
                    return best
                pins = pins.loosened(rows, found[1].values, coarse.grid)
        found = bound_below(rows, cost, budget)
        if found is None:
            return best
        bound, relaxed = found
        if not self.exact:
            self.search.coarse = Coarse(rows, relaxed.multipliers, bound.value, self.model.flow.grid)
        return _better(bound, best)

    def _minimise(self, rows: Rows, cost: Linear, hint: Values | None, name: str, per_unit: float) -> Outcome:
        phase = f"{self.where}, {name}"
        watch = self.search.tell(phase, (cost, per_unit))
        begun = time.monotonic()
        outcome = minimise(rows, cost, self.budget, hint=hint, watch=watch)
        logger.info(
            "%s: %s %s (bound %s), %d columns, %d rows, %.2f s", phase, outcome.status,
            None if outcome.value is None else outcome.value / per_unit,
            None if outcome.bound is None else outcome.bound / per_unit,
            len(rows.lower), len(rows.low), time.monotonic() - begun,
        )  # fmt: skip
        return outcome


def _better(one: Bound, other: Bound | None) -> Bound:
    return one if other is None or one.scaled > other.scaled else other
