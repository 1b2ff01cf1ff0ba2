"""A model for mixed-integer solvers, and the way to it from a model for CP-SAT or from the flow's rows.

Every CP-SAT constraint that the textbook model uses becomes rows that say the same of whole numbers: clauses as sums of
literals, enforced sums by a big M that is no larger than the bounds of the columns ask for. Anything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ..models.problems import CrewreturnError
from ..solver.linear import Linear
from ..solver.rows import Rows

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import ConstraintProto, CpModelProto, LinearExpressionProto

ENDLESS = 2**62
"""Bounds beyond this are none: so CP-SAT writes them."""


class NotLinear(CrewreturnError):
    """A model for CP-SAT holds what has no place in linear rows; the message names it."""


@dataclass(slots=True)
class Milp:
    """Whole-numbered columns with bounds, rows `low <= sum <= high`, and a sum to minimise."""

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)
    low: list[int | None] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    cost: dict[int, int] = field(default_factory=dict)
    constant: int = 0

    @property
    def size(self) -> str:
        """Columns, rows and entries, in words."""
        return f"{len(self.lower)} columns, {len(self.low)} rows, {len(self.columns)} entries"

    def column(self, lower: int, upper: int) -> int:
        """Add a column; returns its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def row(self, terms: Mapping[int, int], low: int | None, high: int | None) -> None:
        """Add a row, unless it says nothing."""
        if low is None and high is None:
            return
        for column, factor in terms.items():
            if factor:
                self.columns.append(column)
                self.factors.append(factor)
        self.starts.append(len(self.columns))
        self.low.append(low)
        self.high.append(high)

    def value(self, values: Sequence[int]) -> int:
        """What is minimised, at an assignment, in exact numbers."""
        return self.constant + sum(factor * values[column] for column, factor in self.cost.items())

    def broken(self, values: Sequence[int]) -> list[int]:
        """Rows that an assignment breaks, in exact numbers."""
        found = []
        spans = pairwise(self.starts)
        for row, ((begin, end), low, high) in enumerate(zip(spans, self.low, self.high, strict=True)):
            total = sum(self.factors[entry] * values[self.columns[entry]] for entry in range(begin, end))
            if (low is not None and total < low) or (high is not None and total > high):
                found.append(row)
        return found

    def span(self, terms: Mapping[int, int]) -> tuple[int, int]:
        """Least and largest value of a sum, by the bounds of its columns alone."""
        least = sum(factor * (self.lower if factor > 0 else self.upper)[column] for column, factor in terms.items())
        most = sum(factor * (self.upper if factor > 0 else self.lower)[column] for column, factor in terms.items())
        return least, most


def of_rows(rows: Rows, cost: Linear) -> Milp:
    """The flow's rows, as they are."""
    return Milp(
        list(rows.lower),
        list(rows.upper),
        list(rows.starts),
        list(rows.columns),
        list(rows.factors),
        list(rows.low),
        list(rows.high),
        dict(cost.factors),
        cost.constant,
    )


def linearised(model: CpModelProto) -> Milp:
    """A CP-SAT model in linear rows. Its variables are the first columns; those of maxima are put behind.

    Parameters
    ----------
    model
        Made of sums (also enforced ones), clauses, implications, at most one, exactly one, and maxima.

    Raises
    ------
    NotLinear
        For any other constraint, for a domain with gaps, and for an objective in floats.
    """
    return _Linearised(model).milp


class _Linearised:
    def __init__(self, model: CpModelProto) -> None:
        self.milp = Milp()
        if model.has_floating_point_objective():
            raise NotLinear("the objective is in floats. Give it whole numbers.")
        for number, variable in enumerate(model.variables):
            domain = list(variable.domain)
            if len(domain) != 2:
                raise NotLinear(f"the domain of variable {number} has gaps: {domain}. Give it one interval.")
            self.milp.column(*domain)
        for constraint in model.constraints:
            self._constraint(constraint)
        if model.has_objective():
            self._objective(model)

    def _objective(self, model: CpModelProto) -> None:
        objective = model.objective
        if objective.scaling_factor not in (0.0, 1.0):
            raise NotLinear(f"the objective is scaled by {objective.scaling_factor}. Minimise it as it is.")
        for column, factor in zip(objective.vars, objective.coeffs, strict=True):
            self.milp.cost[column] = self.milp.cost.get(column, 0) + factor
        self.milp.constant = round(objective.offset)

    def _constraint(self, constraint: ConstraintProto) -> None:
        enforced = list(constraint.enforcement_literal)
        if constraint.has_linear():
            linear = constraint.linear
            domain = list(linear.domain)
            if len(domain) != 2:
                raise NotLinear(f"a sum may lie in a domain with gaps: {domain}. Give it one interval.")
            self._sum(_folded(linear.vars, linear.coeffs), domain[0], domain[1], enforced)
        elif constraint.has_bool_or():
            self._at_least_one([*map(_opposite, enforced), *constraint.bool_or.literals])
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                self._at_least_one([*map(_opposite, enforced), literal])
        elif enforced:
            raise NotLinear(f"the constraint `{_kind(constraint)}` is enforced by literals. Say it without them.")
        elif constraint.has_at_most_one():
            self._count(constraint.at_most_one.literals, None, 1)
        elif constraint.has_exactly_one():
            self._count(constraint.exactly_one.literals, 1, 1)
        elif constraint.has_lin_max():
            self._largest(constraint.lin_max.target, list(constraint.lin_max.exprs))
        else:
            raise NotLinear(f"the constraint `{_kind(constraint)}` has no linear form here. Leave it out.")

    # ------------------------------------------------------------------------------------------------- clauses

    def _at_least_one(self, literals: Iterable[int]) -> None:
        chosen = set(literals)
        if not any(_opposite(literal) in chosen for literal in chosen):
            self._count(chosen, 1, None)

    def _count(self, literals: Iterable[int], low: int | None, high: int | None) -> None:
        """So many of the literals are true."""
        terms: dict[int, int] = {}
        negated = 0
        for literal in literals:
            column, factor = _column(literal)
            terms[column] = terms.get(column, 0) + factor
            negated += factor < 0
        self.milp.row(terms, None if low is None else low - negated, None if high is None else high - negated)

    # ---------------------------------------------------------------------------------------------------- sums

    def _sum(self, terms: Mapping[int, int], low: int, high: int, enforced: Sequence[int]) -> None:
        """A sum between two numbers, if every literal is true: each false one loosens it by all that it can stray."""
        least, most = self.milp.span(terms)
        if not enforced:
            self.milp.row(terms, low if low > -ENDLESS else None, high if high < ENDLESS else None)
            return
        if low > least:
            self._loosened(terms, low, None, low - least, enforced)
        if high < most:
            self._loosened(terms, None, high, high - most, enforced)

    def _loosened(
        self, terms: Mapping[int, int], low: int | None, high: int | None, by: int, enforced: Sequence[int]
    ) -> None:
        row = dict(terms)
        shift = 0
        for literal in enforced:  # by * (1 - literal) is added to the sum
            column, factor = _column(literal)
            row[column] = row.get(column, 0) - factor * by
            shift += by if factor > 0 else 0
        self.milp.row(row, None if low is None else low - shift, None if high is None else high - shift)

    def _largest(self, target: LinearExpressionProto, parts: Sequence[LinearExpressionProto]) -> None:
        """The target is no less than any part, and no more than the part that a new column picks."""
        milp, goal = self.milp, _folded(target.vars, target.coeffs)
        spans = [milp.span(_folded(part.vars, part.coeffs)) for part in parts]
        ceiling = max(most + part.offset for (_, most), part in zip(spans, parts, strict=True)) - target.offset
        if len(goal) == 1 and next(iter(goal.values())) == 1:  # keeps the big M from the bounds of a count at 10^6
            column = next(iter(goal))
            milp.upper[column] = max(milp.lower[column], min(milp.upper[column], ceiling))
        picks = []
        for part in parts:
            gap = dict(goal)
            for column, factor in _folded(part.vars, part.coeffs).items():
                gap[column] = gap.get(column, 0) - factor
            least = part.offset - target.offset
            milp.row(gap, least, None)
            picks.append(milp.column(0, 1))
            _, most = milp.span(gap)
            if most > least:
                self._loosened(gap, None, least, least - most, [picks[-1]])
        milp.row(dict.fromkeys(picks, 1), 1, None)


def _folded(columns: Iterable[int], factors: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for column, factor in zip(columns, factors, strict=True):
        if column < 0:
            raise NotLinear("a sum counts a negated literal. Count the variable instead.")
        found[column] = found.get(column, 0) + factor
    return found


def _opposite(literal: int) -> int:
    return -literal - 1


def _column(literal: int) -> tuple[int, int]:
    """The column of a literal, and 1; for a negated one -1."""
    return (literal, 1) if literal >= 0 else (-literal - 1, -1)


def _kind(constraint: ConstraintProto) -> str:
    """What the protocol calls a constraint."""
    for name in dir(constraint):
        if name.startswith("has_") and getattr(constraint, name)():
            return name.removeprefix("has_")
    return "empty"
