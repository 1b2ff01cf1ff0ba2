"""Refine, then prove: a good plan on few instants, then every tick.

Coarser grids only choose where to look; what is proven is proven on the tick grid, which is exact without any theorem.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from ..models.answer import Evaluation
from ..models.base import mean
from ..models.objective import Level
from ..models.plan import Plan
from .attempt import Attempt, Coarser, LevelFound
from .build import Shelf
from .classes import classes
from .engine import Budget, OutOfTime, Status, Values, Watch
from .extract import Extract, NoPorts, NoRoom
from .facts import Facts
from .grid import around, coarse, dates
from .lagrange import Lagrangian, lagrange_bound
from .linear import Linear
from .model import Model
from .objective import per_unit
from .pieces import Pieces, divisible
from .promising import promising

logger = logging.getLogger(__name__)

FEW_COLUMNS = 3000
"""Models up to this size go to CP-SAT whole: the LP would cost more than it saves."""
FEW_PLACES = 5_000
"""Instants of the coarse grid times classes times seat kinds, from which on a plan is looked for on the dates first."""
MANY_PLACES = 20_000
"""So many even on the dates alone: the plan is put together of pieces."""
NEAR_ROUNDS = 2
"""So often a plan is looked for near the last one found, where every tick is too much to be made a model of."""
PROOF_TAKES = 1.0
"""The tick grid takes at least so many times as long as the coarse one: with less time left it is not begun."""
PIECES_SHARE, PIECES_BEFORE_PROOF = 0.9, 0.3
"""Part of the time left in which a large case is planned piece by piece: at last, and where a proof is to follow."""
MOST_PLACES = 400_000
"""So many places are not made a model of: it would take gigabytes."""
LAGRANGE_SHARE = 0.15
"""Part of the time left for the Lagrangian bound of a large case."""
LAST_SHARE = 0.9
"""The same where too little is left for the proof."""
LAGRANGE_SECONDS = 60.0
"""The most that it may take."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Something worth telling while a question is being answered."""

    phase: str
    seconds: float
    value: float | None = None
    bound: float | None = None


Tell = Callable[[Progress], None]
Judge = Callable[[Plan], Evaluation]
"""Holds a plan of the case against the rules, and says what it is worth."""


@dataclass(slots=True)
class Found:
    """The best plan found, with what is proven about it."""

    model: Model | None = None
    values: Values | None = None
    plan: Plan | None = None
    """The plan itself, where it was put together of pieces and no one model has it."""
    evaluation: Evaluation | None = None
    """What the judge says of that plan."""
    levels: list[LevelFound] = field(default_factory=list)
    exact: bool = False
    """Whether the level results hold on the tick grid."""
    root: int | None = None
    """The bound of the first level, in units, that the LP of every tick gave, if it was asked."""
    disputed: bool = False
    """Two solvers disagree on whether a plan exists."""
    why_unproven: Literal["too little time", "too large"] | None = None
    """Why the model of every tick was not even begun, if it was not."""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def value(self) -> int | None:
        """What the plan is worth by the first level, in units, if there is a plan."""
        return self.levels[0].value if self.levels else None


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
        judge: Judge | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self.facts, self.levels, self.budget, self.few_columns = facts, levels, budget, few_columns
        self.found = Found()
        self._tell, self._judge, self._shelf = tell, judge, shelf
        self._begun = time.monotonic()
        self._explicit: set[str] = set()
        self._liners_by_place = False
        self.coarser: Coarser | None = None
        self._relaxed: Lagrangian | None = None
        """What the Lagrangian says of the first level."""
        first = levels[0]
        self.stranding = "expected_loss" not in first.weights
        """Whether anybody may be stranded: at first nobody, where the first level prices it."""

    def run(self) -> Found:
        """Find a plan on the case's dates, a better one on a coarse grid, then prove on the tick grid."""
        ticks, on_dates, between = range(self.facts.horizon), dates(self.facts), coarse(self.facts)
        seats = len(classes(self.facts, alone=self.facts.everyone_alone(self.levels))) * len(self.facts.kinds)
        too_large = len(ticks) * seats >= MOST_PLACES
        if len(on_dates) * seats > MANY_PLACES:  # their model may take all the time there is: the bound comes first
            self._relax(LAGRANGE_SHARE)
            self._by_pieces(PIECES_SHARE if too_large else PIECES_BEFORE_PROOF)
        if len(between) * seats > FEW_PLACES and len(on_dates) * seats < MOST_PLACES and self.found.plan is None:
            self._timed("dates", on_dates, exact=False, rough=True)
            for number in range(NEAR_ROUNDS if too_large else 1):
                if not self._near(again=number > 0):
                    break
            self.coarser = None  # multipliers of so few dates are no good on every tick
        enough = too_large and self.found.value is not None
        if len(between) < 0.7 * len(ticks) and len(between) * seats < MOST_PLACES and not enough:
            self._timed("refine", between, exact=False)
        self._prove(ticks, too_large=too_large)
        self._tell_least()
        return self.found

    def _by_pieces(self, share: float) -> None:
        """Plan a large case piece by piece, if it falls into pieces and somebody judges the plan of the whole."""
        facts, level, found = self.facts, self.levels[0], self.found
        if self._judge is None or self.budget.spent or self.stranding or not divisible(facts, level.weights):
            return
        begun = time.monotonic()
        self.tell("piece by piece")
        seats = () if self._relaxed is None else self._relaxed.seats
        for plan in Pieces(facts, seats, partial(plan_piece, level), self.budget.part(share)).run():
            evaluation = self._judge(plan)
            value = round(evaluation.objective[level.id] * per_unit(level)) if evaluation.ok else None
            if value is None:
                logger.info("the pieces make no plan: %s", evaluation.violations[0].message)
            elif found.plan is None or value < (found.levels[0].value or 0):
                found.plan, found.evaluation = plan, evaluation
                found.levels = [LevelFound("feasible", value), *(LevelFound("feasible") for _ in self.levels[1:])]
                if self._tell is not None:
                    self._tell(Progress("piece by piece", time.monotonic() - self._begun, value / per_unit(level)))
        found.seconds["pieces"] = time.monotonic() - begun

    def _prove(self, ticks: range, *, too_large: bool) -> None:
        found = self.found
        if self.budget.spent:
            return
        if too_large:
            found.why_unproven = "too large"
        elif found.value is not None and self.budget.left < PROOF_TAKES * found.seconds.get("refine", 0.0):
            found.why_unproven = "too little time"
        else:
            self._timed("prove", ticks, exact=True)
            return
        before = found.seconds.get("lagrange", 0.0)
        if self._relaxed is None or (self.budget.limited and self.budget.left > before):
            self._relax(LAST_SHARE)

    def _relax(self, share: float) -> None:
        """Find a Lagrangian bound of the first level in a part of the time left: no LP is needed for it."""
        if self.budget.spent:
            return
        begun = time.monotonic()
        self.tell("every tick, Lagrangian bound")
        budget = self.budget.part(share, LAGRANGE_SECONDS)
        relaxed = lagrange_bound(self.facts, self.levels[0], budget, self.found.value)
        if self._relaxed is None or (relaxed is not None and relaxed.bound > self._relaxed.bound):
            self._relaxed = relaxed
        self.found.seconds["lagrange"] = self.found.seconds.get("lagrange", 0.0) + time.monotonic() - begun

    def _tell_least(self) -> None:
        """Say what the Lagrangian bound shows of every tick, if nothing better is known of it."""
        found, bound = self.found, None if self._relaxed is None else self._relaxed.bound
        first = found.levels[0] if found.levels else LevelFound("unknown")
        settled = first.status in ("optimal", "infeasible") or (bound is not None and (first.bound or 0) >= bound)
        if bound is None or (found.exact and settled):
            return
        if first.value is not None and bound > first.value:
            logger.error("the Lagrangian bound %d is above the plan's %d: it is not told", bound, first.value)
            return
        later = found.levels[1:] or [LevelFound("unknown") for _ in self.levels[1:]]
        status: Status = "unknown" if found.values is None and found.plan is None else "feasible"
        found.levels = [LevelFound(status, level.value) for level in (first, *later)]
        found.levels[0].bound, found.exact = bound, True

    def _timed(
        self,
        name: str,
        grid: Sequence[int],
        *,
        exact: bool,
        rough: bool = False,
        seats: Collection[tuple[int, int]] | None = None,
    ) -> None:
        begun = time.monotonic()
        try:
            self._on(grid, exact, rough, seats)
        except OutOfTime:
            logger.info("no time left to build a model of %d instants", len(grid))
        self.found.seconds[name] = self.found.seconds.get(name, 0.0) + time.monotonic() - begun

    def _near(self, again: bool) -> bool:
        """Look for a better plan beside the last LP's deeds, in its seats and the plan's; whether one was found.

        `again`: beside what the plan does as well, which by then need not be on dates.
        """
        found, before = self.found, self.found.value
        seats: set[tuple[int, int]] = set()
        ticks: set[int] = set()
        if self.coarser is not None:
            seats, ticks = promising(self.coarser.rows, self.coarser.values)
        if found.model is not None and found.values is not None:
            held, done = promising(found.model.rows, found.values.astype(float))
            seats |= held
            ticks |= done if again or self.coarser is None else set()
        grid = around(self.facts, ticks)
        if not seats or self.budget.spent or len(grid) * len(seats) >= MOST_PLACES:
            return False
        self._timed("near", grid, exact=False, seats=seats)
        return found.value != before

    def _on(self, grid: Sequence[int], exact: bool, rough: bool, seats: Collection[tuple[int, int]] | None) -> None:
        """Solve on a grid; again with ports by name where counting them was not enough, or with people stranded."""
        kept: Attempt | None = None
        while True:
            try:
                model = Model(
                    self.facts,
                    grid,
                    self.levels,
                    explicit_ports=self._explicit,
                    stranding=self.stranding,
                    liners_by_place=self._liners_by_place,
                    seats=seats,
                    budget=self.budget,
                    shelf=self._shelf,
                )
            except OutOfTime:
                if kept is None:
                    raise
                attempt, self.stranding = kept, False
                break
            attempt = Attempt(self, model, exact, rough)
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
            if not self.stranding and not self._nobody_stranded(attempt) and not self.budget.spent and exact:
                self.stranding, kept = True, attempt
                continue
            break
        if exact and not self.stranding and not self._nobody_stranded(attempt):
            for level in attempt.results:  # time ran out before plans that strand somebody were looked at
                bound = level.bound if level is attempt.results[0] else None
                level.status, level.bound = "feasible" if level.value is not None else "unknown", bound
        self._keep(attempt, exact=exact)

    def _keep(self, attempt: Attempt, *, exact: bool) -> None:
        """Take over what an attempt found, or its bound only where the plan known is better."""
        found, first = self.found, attempt.results[0] if attempt.results else LevelFound("unknown")
        known = found.value
        if not self.stranding and first.bound is not None:
            first.bound = min(first.bound, self._one_stranding())
        settled = exact and first.status == "optimal"  # the best of a coarse grid may be worse than a plan of pieces
        worse = known is not None and first.value is not None and first.value > known and not settled
        if (attempt.values is not None and not worse) or (exact and known is None):
            found.model, found.values = attempt.model, attempt.values
            found.plan = found.evaluation = None
            found.levels, found.exact = attempt.results, exact
            found.disputed = attempt.disputed
        elif exact and first.bound is not None and found.levels:
            found.levels = [LevelFound("feasible", level.value) for level in found.levels]
            found.levels[0].bound, found.exact = first.bound, True

    def _nobody_stranded(self, attempt: Attempt) -> bool:
        """Whether leaving out plans that strand somebody left out nothing better: they cost at least one stranding."""
        first = attempt.model.levels[0]
        one = self._one_stranding()
        slack = round(first.level.tolerance * first.per_unit)
        value = attempt.results[0].value if attempt.results else None
        return value is not None and value + slack < one

    def _one_stranding(self) -> int:
        return self.facts.time.event(mean(self.facts.case.loss_stranded), self.facts.horizon)

    def tell(self, phase: str, terms: tuple[Linear, float] | None = None) -> Watch | None:
        """Report a phase, and return what passes on values and bounds found in it."""
        tell = self._tell
        if tell is None:
            return None
        tell(Progress(phase, time.monotonic() - self._begun))
        if terms is None:
            return None
        cost, per_unit = terms

        def watch(value: int | None, bound: int) -> None:
            seconds = time.monotonic() - self._begun
            found = None if value is None else (value + cost.constant) / per_unit
            tell(Progress(phase, seconds, found, (bound + cost.constant) / per_unit))

        return watch


def plan_piece(
    level: Level, facts: Facts, grid: Sequence[int], budget: Budget, stranding: bool
) -> tuple[Plan, int] | None:
    """A plan of a piece of a case on its grid, good by one level, and its value in units."""
    search = Search(facts, [level], budget)
    search.stranding = stranding
    search._timed("refine", grid, exact=False)
    found = search.found
    if found.model is None or found.values is None or found.value is None:
        return None
    return Extract(found.model.flow, found.values).plan(), found.value
