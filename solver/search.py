"""Refine, then prove: a good plan on few instants, then every tick under that plan as a hint.

The coarse rounds only choose where to look; what is proven is proven on the tick grid, which is exact without any
theorem (docs/decisions has the argument).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..models.objective import Level
from .carry import carried
from .engine import Budget, Outcome, Status, Values, feasible_by_highs, minimise
from .extract import Extract
from .facts import Facts
from .grid import coarse, refined
from .linear import Linear
from .model import Model

logger = logging.getLogger(__name__)

MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling while a question is being answered."""

    phase: str
    seconds: float
    value: float | None = None
    bound: float | None = None


Tell = Callable[[Progress], None]


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
    seconds: dict[str, float] = field(default_factory=dict)


class Search:
    """Answers one question about one case."""

    def __init__(self, facts: Facts, levels: Sequence[Level], budget: Budget, tell: Tell | None = None) -> None:
        self.facts, self.levels, self.budget = facts, levels, budget
        self.found = Found()
        self._tell = tell
        self._begun = time.monotonic()

    def run(self) -> Found:
        """Refine on coarse grids, then prove on the tick grid."""
        begun = time.monotonic()
        refinement = self._refine()
        self.found.seconds["refine"] = time.monotonic() - begun
        if not self.budget.spent:
            begun = time.monotonic()
            self._prove(refinement)
            self.found.seconds["prove"] = time.monotonic() - begun
        return self.found

    # ----------------------------------------------------------------- refine

    def _refine(self) -> Model | None:
        """Coarse rounds on the first level, then the later levels on the last grid. Plans, not bounds."""
        grid = coarse(self.facts)
        best: int | None = None
        model: Model | None = None
        for number in range(MOST_ROUNDS):
            if len(grid) >= self.facts.horizon or self.budget.spent:
                break
            previous, model = model, Model(self.facts, grid, self.levels)
            hint = carried(previous.flow, self.found.values, model.flow) if previous and self.found.values is not None else None
            outcome = self._minimise(model, 0, hint, f"round {number + 1}, {len(grid)} instants")
            if outcome.values is None or outcome.value is None:
                return None
            improved = best is None or outcome.value < best
            if improved:
                best = outcome.value
                self._keep(model, outcome.values)
            finer = refined(self.facts, grid, Extract(model.flow, outcome.values).events())
            if len(finer) == len(grid) or (not improved and number >= 1):
                break
            grid = finer
        if self.found.model is not None and not self.budget.spent:
            self._levels(self.found.model, self.found.values, exact=False)
        return self.found.model

    # ------------------------------------------------------------------ prove

    def _prove(self, refinement: Model | None) -> None:
        model = Model(self.facts, range(self.facts.horizon), self.levels)
        hint = None
        if refinement is not None and self.found.values is not None:
            hint = carried(refinement.flow, self.found.values, model.flow)
            broken = model.rows.violated(hint)
            if broken:
                logger.warning("a coarse plan breaks %d rows of the tick model, first: %s", len(broken), model.rows.rules[broken[0]])
            else:
                self._keep(model, hint)
        self._levels(model, hint, exact=True)

    def _levels(self, model: Model, hint: Values | None, *, exact: bool) -> None:
        """The levels in order, each fixed within its tolerance before the next."""
        results: list[LevelFound] = []
        for number, terms in enumerate(model.levels):
            outcome = self._minimise(model, number, hint, f"{'every tick' if exact else 'coarse'}, {terms.level.id}")
            if outcome.status == "infeasible" and number == 0 and exact:
                agreed = feasible_by_highs(model.rows, self.budget)
                self.found.disputed = agreed is True or self.found.values is not None
                status: Status = "infeasible" if agreed is False and not self.found.disputed else "unknown"
                self.found.levels, self.found.exact = [LevelFound(status)], True
                return
            values = hint if outcome.values is None else outcome.values
            value = None if values is None else terms.cost.value(values)
            proven = outcome.status == "optimal"
            results.append(LevelFound("optimal" if proven else "feasible" if value is not None else "unknown", value, outcome.bound))
            if values is None or value is None:
                break
            hint = values
            self._keep(model, values)
            if not proven and (exact or self.budget.spent):
                break
            slack = round(terms.level.tolerance * terms.per_unit)
            model.rows.rule = f"level:{terms.level.id}"
            model.rows.at_most(terms.cost.factors.items(), value - terms.cost.constant + slack)
        if exact or not self.found.exact:
            for number in range(len(results), len(model.levels)):
                value = None if hint is None else model.levels[number].cost.value(hint)
                results.append(LevelFound("unknown" if value is None else "feasible", value, None))
            self.found.levels, self.found.exact = results, exact

    # ---------------------------------------------------------------- helpers

    def _keep(self, model: Model, values: Values) -> None:
        self.found.model, self.found.values = model, values

    def _minimise(self, model: Model, level: int, hint: Values | None, phase: str) -> Outcome:
        terms = model.levels[level]
        if self._tell is not None:
            self._tell(Progress(phase, time.monotonic() - self._begun))
        begun = time.monotonic()
        outcome = minimise(model.rows, terms.cost, self.budget, hint=hint, watch=self._watch(phase, terms.cost, terms.per_unit))
        logger.info(
            "%s: %s %s (bound %s), %d columns, %d rows, %.2f s", phase, outcome.status,
            outcome.value and terms.value(outcome.value), outcome.bound and terms.value(outcome.bound),
            len(model.rows.lower), len(model.rows.low), time.monotonic() - begun,
        )  # fmt: skip
        return outcome

    def _watch(self, phase: str, cost: Linear, per_unit: float) -> Callable[[int, int], None] | None:
        tell = self._tell
        if tell is None:
            return None

        def watch(value: int, bound: int) -> None:
            seconds = time.monotonic() - self._begun
            tell(Progress(phase, seconds, (value + cost.constant) / per_unit, (bound + cost.constant) / per_unit))

        return watch
