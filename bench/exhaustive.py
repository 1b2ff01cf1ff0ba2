"""Every plan of a very small case, one by one: the oracle that proves nothing and forgets nothing.

It walks tick by tick through everything that can happen, and asks the independent checker of each whole plan whether
it is lawful and what it comes to. It shares no code with the solver or the textbook model, solves nothing, and knows
no loss; all it can get wrong is to miss a plan.

See Also
--------
exhaustive_book : the case by tick.
exhaustive_state : where everything is, and how events change it.
exhaustive_rules : what is not followed any further.
exhaustive_walk : the walk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ..models.case import Case
from ..models.objective import Level
from ..models.plan import Plan
from ..models.statements import Statement
from ..solver.check import evaluate
from .exhaustive_book import Book
from .exhaustive_rules import FAMILIES, Rules
from .exhaustive_walk import TooLong, Walk

__all__ = ["FAMILIES", "Exhausted", "exhaust"]

MOST_PLANS = 20_000
"""As many plans are judged in ten to thirty seconds."""
STEPS_A_PLAN = 20
"""Ticks that may be tried for each plan: so many dead ends are rare."""
Status = Literal["optimal", "infeasible", "too many"]


@dataclass(frozen=True)
class Exhausted:
    """All lawful plans of a case, or the word that there are too many to try."""

    status: Status
    """`too many`: nothing is known, since not every plan was made."""
    generated: int
    """Plans made; with `too many` those made until then."""
    levels: tuple[Level, ...]
    plans: tuple[Plan, ...] = ()
    """The lawful ones, adjoining holds joined."""
    values: tuple[tuple[float, ...], ...] = ()
    """For each lawful plan the value of each level, in the level's unit."""

    @property
    def lawful(self) -> int:
        """How many plans obey every rule."""
        return len(self.plans)

    @property
    def best(self) -> Plan | None:
        """The best plan; of several equally good ones the first."""
        found = self.among_best()
        return self.plans[found[0]] if found else None

    @property
    def bests(self) -> tuple[float, ...]:
        """The best value of each level among the plans that all levels before it leave; empty without a plan."""
        return self.bests_within({})

    def bests_within(self, more: Mapping[str, float]) -> tuple[float, ...]:
        """The same with some levels' tolerances widened.

        Parameters
        ----------
        more
            By level, what is added to its tolerance, in the level's unit.
        """
        return self._filtered(more)[0]

    def among_best(self, more: Mapping[str, float] | None = None) -> list[int]:
        """Which plans are left after the last level."""
        return self._filtered(more or {})[1]

    def _filtered(self, more: Mapping[str, float]) -> tuple[tuple[float, ...], list[int]]:
        """Level by level: the best value among the plans left, and those that stray from it by no more than allowed."""
        left = list(range(len(self.plans)))
        bests = []
        for place, level in enumerate(self.levels if left else ()):
            best = min(self.values[number][place] for number in left)
            bests.append(best)
            is_last = place == len(self.levels) - 1
            allowed = 0.0 if is_last else level.tolerance + more.get(level.id, 0.0)
            hair = 1e-9 + 1e-12 * abs(best)  # sums of the same numbers in another order
            left = [number for number in left if self.values[number][place] <= best + allowed + hair]
        return tuple(bests), left


def exhaust(
    case: Case,
    *,
    waive: Collection[str] = (),
    statements: Sequence[Statement] = (),
    against: Plan | None = None,
    most_plans: int = MOST_PLANS,
    unpruned: Collection[str] = (),
) -> Exhausted:
    """Make every plan of a case, and keep the lawful ones with what they come to.

    Parameters
    ----------
    case
        The case: two or three people, ships and ticks.
    waive
        Ids of rules and bounds that do not count.
    statements
        What else is required or forbidden.
    against
        An earlier plan, for the measure `changes`.
    most_plans
        With more plans than that the answer is `too many`.
    unpruned
        Families of rules, out of `FAMILIES`, that stop no plan in the making and are left to the checker. That cannot
        change which plans are lawful, only how many are made: to test the oracle itself.

    Raises
    ------
    ValueError
        For a family that does not exist.
    CaseProblems
        For statements that name what is not in the case.
    """
    unknown = set(unpruned) - FAMILIES
    if unknown:
        raise ValueError(f"no such family: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(FAMILIES))}.")
    book = Book(case, waive)
    walk = Walk(book, Rules(book, unpruned), STEPS_A_PLAN * most_plans)
    made: list[Plan] = []
    try:
        for plan in walk.plans():
            if len(made) == most_plans:
                raise TooLong
            made.append(plan)
    except TooLong:
        return Exhausted("too many", len(made), case.objective)
    plans, values = [], []
    for plan in made:
        judged = evaluate(case, plan, waive=waive, statements=statements, against=against)
        if not judged.violations:
            plans.append(plan)
            values.append(tuple(judged.objective[level.id] for level in case.objective))
    return Exhausted("optimal" if plans else "infeasible", len(made), case.objective, tuple(plans), tuple(values))
