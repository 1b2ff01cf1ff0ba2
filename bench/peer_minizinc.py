"""The way from a model for CP-SAT to one in MiniZinc, in numbers that its solvers can count in.

Gecode and Chuffed hold numbers of 32 bits and less; a level of the textbook model adds up charges in units of 1e-10 to
sums of 1e12. Nothing is rounded for that: a sum that is too large is counted in two digits, `sum = base * high + low`
with `0 <= low < base`, each of which is a sum of small numbers, and is compared digit by digit. So what is solved is
the same model. Only the objective is minimised in two steps then: the high digit first, and with it fixed the low one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .peer_milp import ENDLESS, NotLinear, _column, _folded, _kind, _opposite

if TYPE_CHECKING:
    from ortools.sat.python.cp_model_helper import ConstraintProto, CpModelProto

LIMIT = 5 * 10**8
"""No number of a model is larger, nor what a sum in it can come to, in either sign: Chuffed holds no more."""
WIDE = 2**20
"""Base of a variable that may be larger."""

AND, OR = " /\\ ", " \\/ "

Sum = dict[int, int]
"""Factors by number of the variable in MiniZinc."""


class TooLarge(NotLinear):
    """Two digits are not enough for a sum."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is minimised: a sum of variables of the text, each step fixed at its least value before the next."""

    steps: tuple[str, ...]
    """Names of variables: none where there is nothing to minimise, one, or the high digit and the low one."""
    base: int = 1
    """What the high digit counts, where there are two."""
    constant: int = 0

    def least(self, values: Sequence[int]) -> int:
        """The least that the objective can be once these steps are at their least."""
        high, low = (*values, 0, 0)[:2]
        return self.constant + (high if len(self.steps) < 2 else self.base * high + low)


@dataclass(slots=True)
class Mzn:
    """A model in MiniZinc, without its `solve`."""

    lines: list[str] = field(default_factory=list)
    read: list[tuple[Sum, int]] = field(default_factory=list)
    """What each of CP-SAT's variables is: a sum of variables here, and a constant."""
    names: list[str] = field(default_factory=list)
    """Of the variables here, by number."""
    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    goal: Goal = Goal(())
    cost: dict[int, int] = field(default_factory=dict)
    """What is minimised, of CP-SAT's variables."""
    constant: int = 0

    @property
    def size(self) -> str:
        """Variables and constraints, in words."""
        constraints = sum(line.startswith("constraint") for line in self.lines)
        return f"{len(self.names)} variables, {constraints} constraints"

    def text(self, *fixed: int) -> str:
        """The model with the step that comes after those that are fixed at these values; without steps it is solved."""
        steps = self.goal.steps
        held = [f"constraint {name} = {value};" for name, value in zip(steps, fixed, strict=False)]
        solve = f"solve minimize {steps[len(fixed)]};" if len(fixed) < len(steps) else "solve satisfy;"
        return "\n".join([*self.lines, *held, solve, ""])

    def value(self, values: Sequence[int]) -> int:
        """What is minimised, at values of CP-SAT's variables."""
        return self.constant + sum(factor * values[column] for column, factor in self.cost.items())

    def values(self, found: Mapping[str, int]) -> list[int]:
        """Values of CP-SAT's variables, from those of the variables here by name."""
        return [
            constant + sum(factor * int(found[self.names[number]]) for number, factor in terms.items())
            for terms, constant in self.read
        ]


def in_minizinc(model: CpModelProto) -> Mzn:
    """A CP-SAT model in MiniZinc.

    Parameters
    ----------
    model
        Made of sums (also enforced ones), clauses, implications, at most one, exactly one, and maxima.

    Raises
    ------
    NotLinear
        For any other constraint, and for an objective in floats or one to be maximised.
    TooLarge
        Where two digits are not enough.
    """
    return _Translation(model).mzn


class _Translation:
    def __init__(self, model: CpModelProto) -> None:
        self.mzn = Mzn()
        self.counted: set[int] = set()
        """Booleans that there is a number for."""
        if model.has_floating_point_objective():
            raise NotLinear("the objective is in floats. Give it whole numbers.")
        for number, domain in enumerate(_domains(model)):
            self._variable(number, domain)
        for constraint in model.constraints:
            self._constraint(constraint)
        if model.has_objective():
            self._objective(model)

    # ----------------------------------------------------------------------------------------------- variables

    def _new(self, name: str, lower: int, upper: int, kind: str | None = None) -> int:
        mzn = self.mzn
        mzn.lines.append(f"var {kind or f'{lower}..{upper}'}: {name};")
        mzn.names.append(name)
        mzn.lower.append(lower)
        mzn.upper.append(upper)
        return len(mzn.names) - 1

    def _variable(self, number: int, domain: list[int]) -> None:
        lower, upper = domain[0], domain[-1]
        if domain == [0, 1]:
            self.mzn.read.append(({self._new(f"b{number}", 0, 1, "bool"): 1}, 0))
        elif max(-lower, upper) <= LIMIT:
            kind = " union ".join(f"{low}..{high}" for low, high in zip(domain[::2], domain[1::2], strict=True))
            self.mzn.read.append(({self._new(f"x{number}", lower, upper, kind): 1}, 0))
        elif len(domain) > 2:
            raise TooLarge(f"the domain of variable {number} is large and has gaps: {domain}. Give it one interval.")
        else:
            high = self._new(f"x{number}_high", 0, _small((upper - lower) // WIDE))
            terms = {high: WIDE, self._new(f"x{number}_low", 0, WIDE - 1): 1}
            self.mzn.read.append((terms, lower))
            self._post(self._between(terms, 0, upper - lower))

    def _number(self, number: int) -> str:
        """A variable where a number is wanted."""
        mzn = self.mzn
        name = mzn.names[number]
        if not name.startswith("b"):
            return name
        if number not in self.counted:
            self.counted.add(number)
            mzn.lines.append(f"var 0..1: i{name[1:]} = bool2int({name});")
        return f"i{name[1:]}"

    def _literal(self, literal: int) -> tuple[str, bool]:
        """A variable of CP-SAT as a Boolean, and whether it is meant as it is."""
        column, sign = _column(literal)
        (terms, _) = self.mzn.read[column]
        (name,) = (self.mzn.names[number] for number in terms)
        return (name if name.startswith("b") else f"({name} = 1)"), sign > 0

    def _sum_of(self, columns: Iterable[int], factors: Iterable[int]) -> tuple[Sum, int]:
        terms: Sum = {}
        constant = 0
        for column, factor in _folded(columns, factors).items():
            own, offset = self.mzn.read[column]
            constant += factor * offset
            for number, times in own.items():
                terms[number] = terms.get(number, 0) + factor * times
        return {number: factor for number, factor in sorted(terms.items()) if factor}, constant

    # --------------------------------------------------------------------------------------------- constraints

    def _post(self, conditions: Iterable[str], enforced: Sequence[int] = ()) -> None:
        """State conditions, if every literal is true."""
        when = AND.join(name if true else f"not {name}" for name, true in map(self._literal, enforced))
        for condition in conditions:
            self.mzn.lines.append(f"constraint {f'({when}) -> {condition}' if when else condition};")

    def _constraint(self, constraint: ConstraintProto) -> None:
        enforced = list(constraint.enforcement_literal)
        if constraint.has_linear():
            linear = constraint.linear
            terms, constant = self._sum_of(linear.vars, linear.coeffs)
            domain = [bound if abs(bound) >= ENDLESS else bound - constant for bound in linear.domain]
            self._post(self._within(terms, domain), enforced)
        elif constraint.has_bool_or():
            self._clause([*map(_opposite, enforced), *constraint.bool_or.literals])
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                self._clause([*map(_opposite, enforced), literal])
        elif enforced:
            raise NotLinear(f"the constraint `{_kind(constraint)}` is enforced by literals. Say it without them.")
        elif constraint.has_at_most_one():
            self._count(constraint.at_most_one.literals, 0)
        elif constraint.has_exactly_one():
            self._count(constraint.exactly_one.literals, 1)
        elif constraint.has_lin_max():
            self._largest(constraint)
        else:
            raise NotLinear(f"the constraint `{_kind(constraint)}` has no form in MiniZinc here. Leave it out.")

    def _clause(self, literals: Iterable[int]) -> None:
        chosen = dict.fromkeys(literals)
        if any(_opposite(literal) in chosen for literal in chosen):
            return
        sides: dict[bool, list[str]] = {True: [], False: []}
        for name, true in map(self._literal, chosen):
            sides[true].append(name)
        self._post([f"bool_clause([{','.join(sides[True])}],[{','.join(sides[False])}])"])

    def _count(self, literals: Sequence[int], least: int) -> None:
        """One of the literals is true, or so few as this."""
        columns = [_column(literal) for literal in literals]
        terms: dict[int, int] = {}
        for column, sign in columns:
            terms[column] = terms.get(column, 0) + sign
        negated = sum(sign < 0 for _, sign in columns)
        own, constant = self._sum_of(terms, terms.values())
        self._post(self._between(own, least - negated - constant, 1 - negated - constant))

    def _largest(self, constraint: ConstraintProto) -> None:
        """The target is no less than any part, and no more than one of them."""
        goal, parts = constraint.lin_max.target, list(constraint.lin_max.exprs)
        reached = []
        for part in parts:
            terms, constant = self._sum_of(
                [*part.vars, *goal.vars], [*part.coeffs, *(-factor for factor in goal.coeffs)]
            )
            constant += part.offset - goal.offset
            self._post([self._at_most(terms, -constant)])
            reached.append(self._at_most({number: -factor for number, factor in terms.items()}, constant))
        self._post([f"({OR.join(reached)})"])

    # ---------------------------------------------------------------------------------------------------- sums

    def _within(self, terms: Sum, domain: Sequence[int]) -> list[str]:
        """Conditions that together say that a sum lies in a domain, which may have gaps."""
        spans = [self._between(terms, low, high) for low, high in zip(domain[::2], domain[1::2], strict=True)]
        if len(spans) == 1:
            return spans[0]
        return [f"({OR.join(f'({AND.join(span)})' if span else 'true' for span in spans)})"]

    def _between(self, terms: Sum, low: int, high: int) -> list[str]:
        found = []
        if low == high:
            return [self._equals(terms, low)]
        if high < ENDLESS:
            found.append(self._at_most(terms, high))
        if low > -ENDLESS:
            found.append(self._at_most({number: -factor for number, factor in terms.items()}, -low))
        return found

    def _at_most(self, terms: Sum, bound: int) -> str:
        least, most = self._span(terms)
        if most <= bound:
            return "true"
        if bound < least:
            return "false"
        if self._fits(terms):
            return self._linear("int_lin_le", terms, bound)
        base, high, low = self._digits(terms)
        first, last = divmod(bound, base)
        return f"({high} < {_small(first)} \\/ ({high} = {first} /\\ {low} <= {last}))"

    def _equals(self, terms: Sum, bound: int) -> str:
        least, most = self._span(terms)
        if not least <= bound <= most:
            return "false"
        if self._fits(terms):
            return self._linear("int_lin_eq", terms, bound)
        base, high, low = self._digits(terms)
        first, last = divmod(bound, base)
        return f"({high} = {_small(first)} /\\ {low} = {last})"

    def _linear(self, name: str, terms: Sum, bound: int) -> str:
        factors = ",".join(map(str, terms.values()))
        return f"{name}([{factors}],[{','.join(map(self._number, terms))}],{_small(bound)})"

    def _span(self, terms: Sum) -> tuple[int, int]:
        """Least and largest value of a sum, by the bounds of its variables alone."""
        mzn = self.mzn
        ends = [sorted((factor * mzn.lower[number], factor * mzn.upper[number])) for number, factor in terms.items()]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    def _fits(self, terms: Sum) -> bool:
        """Whether every part of a sum, in whatever order it is made, is small."""
        return self._whole(terms) <= LIMIT

    def _whole(self, terms: Sum) -> int:
        lower, upper = self.mzn.lower, self.mzn.upper
        return sum(abs(factor) * max(1, abs(lower[n]), abs(upper[n])) for n, factor in terms.items())

    def _digits(self, terms: Sum) -> tuple[int, str, str]:
        """New variables with `sum = base * high + low` and `0 <= low < base`: the base, and their names."""
        mzn = self.mzn
        base = 1 << (self._whole(terms) // LIMIT).bit_length() + 1
        number = len(mzn.names)
        highs, lows = {}, {}
        for variable, factor in terms.items():
            over, rest = divmod(factor + base // 2, base)  # rests from -base/2 to base/2: they add up to less
            highs[variable], lows[variable] = over, rest - base // 2
        least, most = self._span(lows)
        carry = self._new(f"c{number}", _small(least // base), _small(most // base))
        low = self._new(f"l{number}", 0, base - 1)
        self._define({**lows, carry: -base, low: -1})
        highs[carry] = 1
        least, most = self._span(highs)
        high = self._new(f"h{number}", _small(least), _small(most))
        self._define({**highs, high: -1})
        return base, mzn.names[high], mzn.names[low]

    def _define(self, terms: Sum) -> None:
        used = {number: factor for number, factor in terms.items() if factor}
        if self._whole(used) > 4 * LIMIT:  # still less than 32 bits
            raise TooLarge("a sum is too large for two digits. Leave the case to solvers with larger numbers.")
        self._post([self._linear("int_lin_eq", used, 0)])

    def _objective(self, model: CpModelProto) -> None:
        objective = model.objective
        if objective.scaling_factor not in (0.0, 1.0):
            raise NotLinear(f"the objective is scaled by {objective.scaling_factor}. Minimise it as it is.")
        self.mzn.cost, self.mzn.constant = _folded(objective.vars, objective.coeffs), round(objective.offset)
        terms, constant = self._sum_of(objective.vars, objective.coeffs)
        constant += self.mzn.constant
        if self._fits(terms):
            least, most = self._span(terms)
            total = self._new("total", least, most)
            self._define({**terms, total: -1})
            self.mzn.goal = Goal(("total",), constant=constant)
        else:
            base, high, low = self._digits(terms)
            self.mzn.goal = Goal((high, low), base, constant)


def _small(number: int) -> int:
    if abs(number) > LIMIT:
        raise TooLarge(f"a number is too large for two digits: {number:,}. Leave the case to solvers with larger ones.")
    return number


def _domains(model: CpModelProto) -> list[list[int]]:
    """Domains of the variables, those of maxima cut down to what the parts allow: 10^6 times a charge is a lot."""
    domains = [list(variable.domain) for variable in model.variables]
    for constraint in model.constraints:
        if not constraint.has_lin_max():
            continue
        target, most = constraint.lin_max.target, -ENDLESS
        for part in constraint.lin_max.exprs:
            terms = zip(part.vars, part.coeffs, strict=True)
            most = max(most, part.offset + sum(f * domains[v][-1 if f > 0 else 0] for v, f in terms if v >= 0))
        if list(target.coeffs) == [1] and len(own := domains[target.vars[0]]) == 2:
            own[1] = max(own[0], min(own[1], most - target.offset))
    return domains
