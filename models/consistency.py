"""Whether a case is consistent in itself: references, dates, states and losses that can be meant.

A case is refused only for what cannot be meant. What merely has no solution (a bound in the past, too few people for a
staffing rule) is for the solver to prove, and an alternative may waive it; what is strange but possible is a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from .base import Model
from .checks import dates, goals, ids, launches, losses, references, ships, start, texts
from .checks.ids import waivable
from .checks.index import Index
from .checks.walk import nodes
from .plan import Plan
from .problems import CrewreturnError, Path, Problem, did_you_mean
from .statements import Claim, Statement

if TYPE_CHECKING:
    from .case import Case

__all__ = ["plan_problems", "problems", "refuse_unwaivable", "statement_problems", "waivable"]

CHECKS = (texts, ids, references, dates, ships, launches, start, losses, goals)


def problems(case: Case) -> list[Problem]:
    """Everything that cannot be meant in a case, with its place.

    Returns
    -------
    list
        Empty for a case that can be used. Paths use the document's keys. Checks that need what another found missing
        pass it over, so that one slip is told once; instants and durations that nothing can be computed with are told
        alone.
    """
    index = Index(case)
    return list(dates.out_of_range(index.nodes)) or [problem for check in CHECKS for problem in check.problems(index)]


def plan_problems(case: Case, plan: Plan) -> list[Problem]:
    """Why a plan from elsewhere cannot be read as a plan for the case: unknown names, dates off the ticks.

    Whether it obeys the case's rules is for the checker to say.
    """
    return [*references.of_plan(case, plan, ()), *_of_part(Index(case), plan, ())]


def statement_problems(case: Case, statements: Iterable[Statement | Claim]) -> list[Problem]:
    """Why statements from elsewhere (pins, questions) cannot be meant of the case.

    Returns
    -------
    list
        Paths begin with the number of the statement.
    """
    index = Index(case)
    return [problem for number, part in enumerate(statements) for problem in _of_part(index, part, (number,))]


def refuse_unwaivable(case: Case, waive: Collection[str]) -> None:
    """See to it that every id is one that can be waived in the case.

    Raises
    ------
    CrewreturnError
        For the first that is not.
    """
    known = waivable(case)
    for name in waive:
        if name not in known:
            advice = did_you_mean(name, known) or ""
            raise CrewreturnError(f"nothing called `{name}` can be waived in the case. {advice}".rstrip())


def _of_part(index: Index, part: Model, path: Path) -> list[Problem]:
    parts = list(nodes(part, path))
    return list(dates.out_of_range(parts)) or [
        *references.of_parts(index, parts),
        *goals.of_statements(index, parts),
        *(problem for node in parts for problem in (*dates.order(node), *dates.on_ticks(index.case, node))),
    ]
