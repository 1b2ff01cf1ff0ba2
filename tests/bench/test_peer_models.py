"""What peers make of a model for CP-SAT, as rows and in MiniZinc, allows what it allows; solvers of rows."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from ortools.sat.python import cp_model

from crewreturn.bench import peer_minizinc
from crewreturn.bench.peer_milp import Milp, NotLinear, linearised
from crewreturn.bench.peer_minizinc import Mzn, TooLarge, in_minizinc
from crewreturn.bench.peer_solve import solve_milp


def a_model() -> tuple[Any, ...]:
    """A model with three Booleans, and two counts 0 to 3 and -2 to 2: 8 x 4 x 5 = 160 assignments."""
    model = cp_model.CpModel()
    names = [model.new_bool_var(name) for name in "abc"]
    return model, *names, model.new_int_var(0, 3, "x"), model.new_int_var(-2, 2, "y")


CONSTRAINTS = {
    "a sum": lambda m, a, b, c, x, y: m.add(2 * x - 3 * y + a <= 4),
    "an equation": lambda m, a, b, c, x, y: m.add(x + y == 2 * b + c),
    "a sum of a negation": lambda m, a, b, c, x, y: m.add(x + ~a >= 2),
    "an enforced sum": lambda m, a, b, c, x, y: m.add(x - y >= 2).only_enforce_if(a),
    "an equation, enforced by two": lambda m, a, b, c, x, y: m.add(x + y == 1).only_enforce_if(a, ~b),
    "what cannot be, enforced": lambda m, a, b, c, x, y: m.add(x + y >= 9).only_enforce_if(~c),
    "a clause": lambda m, a, b, c, x, y: m.add_bool_or(a, ~b, c),
    "a clause, enforced": lambda m, a, b, c, x, y: m.add_bool_or(b, c).only_enforce_if(~a),
    "a clause that is always true": lambda m, a, b, c, x, y: m.add_bool_or(a, ~a, c),
    "a clause of nothing": lambda m, a, b, c, x, y: m.add_bool_or([]),
    "an implication": lambda m, a, b, c, x, y: m.add_implication(a, ~c),
    "all of them": lambda m, a, b, c, x, y: m.add_bool_and(a, ~b),
    "all of them, enforced": lambda m, a, b, c, x, y: m.add_bool_and(~b, c).only_enforce_if(a),
    "at most one": lambda m, a, b, c, x, y: m.add_at_most_one(a, ~b, c),
    "exactly one": lambda m, a, b, c, x, y: m.add_exactly_one(~a, b, ~c),
    "a maximum": lambda m, a, b, c, x, y: m.add_max_equality(x, [y + a, 0]),
    "a maximum that is a sum": lambda m, a, b, c, x, y: m.add_max_equality(x + y, [2 * a, 1 - b, y]),
    "a maximum beyond the bounds": lambda m, a, b, c, x, y: m.add_max_equality(y, [x + a, -1]),
}


def can_be(milp: Milp, assignment: tuple[int, ...]) -> bool:
    """Whether the columns behind the variables can be chosen so that every row holds."""
    inside = all(low <= value <= high for low, value, high in zip(milp.lower, assignment, milp.upper, strict=False))
    behind = range(len(assignment), len(milp.lower))
    return inside and any(not milp.broken([*assignment, *more]) for more in product((0, 1), repeat=len(behind)))


class Every(cp_model.CpSolverSolutionCallback):
    def __init__(self, variables: Any) -> None:
        super().__init__()
        self.variables, self.found = variables, set()

    def on_solution_callback(self) -> None:
        self.found.add(tuple(self.value(variable) for variable in self.variables))


def listed(model: Any, variables: Any) -> set[tuple[int, ...]]:
    """Every solution that CP-SAT finds."""
    solver, every = cp_model.CpSolver(), Every(variables)
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    solver.solve(model, every)
    return every.found


EVERY = list(product((0, 1), (0, 1), (0, 1), range(4), range(-2, 3)))
"""All 160 assignments."""


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_rows_say_the_same(name: str) -> None:
    """Of all 160 assignments, the rows allow exactly those that CP-SAT lists as solutions."""
    model, *variables = a_model()
    CONSTRAINTS[name](model, *variables)
    milp = linearised(model.proto)
    assert {x for x in EVERY if can_be(milp, x)} == listed(model, variables)


def test_a_large_bound_gives_no_large_number() -> None:
    """Most counts of an excess are bounded by 10^6, and that would be the big M of their maximum.

    The excess of x (at most 3) over 1 is at most 2, whatever its bound: no factor is larger than 3.
    """
    model, _, _, _, x, _ = a_model()
    model.add_max_equality(model.new_int_var(0, 10**6, "excess"), [x - 1, 0])
    milp = linearised(model.proto)
    assert milp.upper[5] == 2
    assert max(map(abs, milp.factors)) <= 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m, a, b, c, x, y: m.add_multiplication_equality(x, a, b), "the constraint `int_prod`"),
        (lambda m, a, b, c, x, y: m.add_bool_xor(a, b), "the constraint `bool_xor`"),
        (lambda m, a, b, c, x, y: m.add(x != 2), "a sum may lie in a domain with gaps"),
        (lambda m, a, b, c, x, y: m.new_int_var_from_domain(cp_model.Domain.from_values([1, 3]), "z"), "variable 5"),
        (lambda m, a, b, c, x, y: m.maximize(x), "the objective is scaled by -1"),
        (lambda m, a, b, c, x, y: m.minimize(0.5 * x), "the objective is in floats"),
    ],
)
def test_what_is_not_linear_is_refused_by_name(change: Any, told: str) -> None:
    model, *variables = a_model()
    change(model, *variables)
    with pytest.raises(NotLinear, match=told):
        linearised(model.proto)


@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_solvers_of_rows(solver: Any) -> None:
    """Least of 10^7 (x + 2 y) + 5 with x + y >= 1, x <= 3, y >= -2: x = 3, y = -2 gives -1, so -9,999,995.

    With x + y >= 6 there is none: they add up to 5 at most.
    """
    model, *_, x, y = a_model()
    model.add(x + y >= 1)
    model.minimize(10**7 * (x + 2 * y) + 5)
    milp = linearised(model.proto)
    found = solve_milp(milp, solver, time_limit=60, per_unit=1e4)
    assert (found.status, found.message) == ("optimal", None)
    assert found.values is not None
    assert found.values[3:] == [3, -2]
    assert milp.value(found.values) == -9_999_995
    assert found.bound == pytest.approx(-9_999_995)
    milp.row({3: 1, 4: 1}, 6, None)
    assert solve_milp(milp, solver, time_limit=60).status == "infeasible"


# ------------------------------------------------------------------------------------------------------ in MiniZinc


def test_the_text() -> None:
    """Two Booleans and a count. Clauses name the true literals and the negated ones; the sum holds if b is false.

    The objective 3 x + b + 7 is between 0 and 10 without its constant, and so is its total; b is counted there, so
    that it has a number too, and so is a in the sum. Nothing is large: one step minimises the total, and a total of 4
    means 11.
    """
    model = cp_model.CpModel()
    a, b, x = model.new_bool_var("a"), model.new_bool_var("b"), model.new_int_var(0, 3, "x")
    model.add_bool_or(a, ~b)
    model.add(2 * x - a <= 3).only_enforce_if(~b)
    model.minimize(3 * x + b + 7)
    mzn = in_minizinc(model.proto)
    assert mzn.text().splitlines() == [
        "var bool: b0;",
        "var bool: b1;",
        "var 0..3: x2;",
        "constraint bool_clause([b0],[b1]);",
        "var 0..1: i0 = bool2int(b0);",
        "constraint (not b1) -> int_lin_le([-1,2],[i0,x2],3);",
        "var 0..10: total;",
        "var 0..1: i1 = bool2int(b1);",
        "constraint int_lin_eq([1,3,-1],[i1,x2,total],0);",
        "solve minimize total;",
    ]
    assert mzn.text(4).endswith("constraint total = 4;\nsolve satisfy;\n")
    assert (mzn.goal.least([4]), mzn.value([1, 1, 1])) == (11, 11)
    assert mzn.values({"b0": True, "b1": False, "x2": 3, "total": 9}) == [1, 0, 3]


def test_a_large_sum_has_two_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 a + 37 b <= 110 where numbers end at 50: the base is 8, 100 = 8 x 13 - 4, 37 = 8 x 5 - 3, 110 = 8 x 13 + 6.

    The rests add up to -7 at least, so the carry is -1 or 0. The high digit is 13 a + 5 b and the carry, from -1 to 18.
    As an objective: 100 a + 37 b is 8 x the high digit + the low one, so that a high digit of 12 means no less than 96,
    and with a low digit of 4 it is 100.
    """
    monkeypatch.setattr(peer_minizinc, "LIMIT", 50)
    model = cp_model.CpModel()
    a, b = model.new_bool_var("a"), model.new_bool_var("b")
    model.add(100 * a + 37 * b <= 110)
    assert in_minizinc(model.proto).text().splitlines() == [
        "var bool: b0;",
        "var bool: b1;",
        "var -1..0: c2;",
        "var 0..7: l2;",
        "var 0..1: i0 = bool2int(b0);",
        "var 0..1: i1 = bool2int(b1);",
        "constraint int_lin_eq([-4,-3,-8,-1],[i0,i1,c2,l2],0);",
        "var -1..18: h2;",
        "constraint int_lin_eq([13,5,1,-1],[i0,i1,c2,h2],0);",
        "constraint (h2 < 13 \\/ (h2 = 13 /\\ l2 <= 6));",
        "solve satisfy;",
    ]
    model.minimize(100 * a + 37 * b)
    goal = in_minizinc(model.proto).goal
    assert [step[0] for step in goal.steps] == ["h", "l"]
    assert (goal.least([12]), goal.least([12, 4])) == (96, 100)


WORDS = {"constraint ": "", ";": "", "/\\": "and", "\\/": "or", " = ": " == ", "true": "True", "false": "False"}
"""MiniZinc's, and Python's."""


def allows(mzn: Mzn, assignment: tuple[int, ...]) -> bool:
    """Whether a model in MiniZinc allows values of CP-SAT's variables, by reading its text.

    Its other variables have no choice: digits of a variable or of a sum. They have to be within their domains.
    """
    known: dict[str, int] = {}
    for (terms, constant), value in zip(mzn.read, assignment, strict=True):
        digits = sorted(terms.items(), key=lambda entry: -entry[1])
        rest = value - constant
        for number, factor in digits:
            known[mzn.names[number]], rest = divmod(rest, factor)
    scope: Any = {
        "bool_clause": lambda right, wrong: any(right) or not all(wrong),
        "int_lin_le": lambda factors, values, bound: sum(map(int.__mul__, factors, values)) <= bound,
        "int_lin_eq": lambda factors, values, bound: sum(map(int.__mul__, factors, values)) == bound,
    }
    for line in mzn.text().splitlines():
        if counted := re.fullmatch(r"var 0\.\.1: (i\d+) = bool2int\((b\d+)\);", line):
            known[counted[1]] = known[counted[2]]
        elif line.startswith("constraint"):
            if digits := re.fullmatch(r"constraint int_lin_eq\(\[(.*)\],\[(.*,([lh]\d+))\],0\);", line):
                factors, names = [int(factor) for factor in digits[1].split(",")], digits[2].split(",")
                total = sum(factor * known.get(name, 0) for factor, name in zip(factors, names, strict=True))
                if digits[3][0] == "l":
                    known[names[-2]], total = divmod(total, -factors[-2])
                known[digits[3]] = total
            for word, ours in WORDS.items():
                line = line.replace(word, ours)
            *when, then = line.split(" -> ")
            if all(eval(condition, scope, known) for condition in when) and not eval(then, scope, known):
                return False
    return all(low <= known[name] <= high for name, low, high in zip(mzn.names, mzn.lower, mzn.upper, strict=True))


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_minizinc_says_the_same(name: str) -> None:
    """Of all 160 assignments, the text allows exactly those that CP-SAT lists as solutions."""
    model, *variables = a_model()
    CONSTRAINTS[name](model, *variables)
    mzn = in_minizinc(model.proto)
    assert {x for x in EVERY if allows(mzn, x)} == listed(model, variables)


LARGE = {
    "a sum": lambda m, a, b, c, x, y: m.add(97 * x - 61 * y + 45 * a <= 120),
    "a sum from both sides": lambda m, a, b, c, x, y: m.add_linear_constraint(97 * x - 61 * y + 45 * a, -61, 120),
    "a sum with a gap": lambda m, a, b, c, x, y: m.add(97 * x - 61 * y + 45 * a != 36),
    "an equation": lambda m, a, b, c, x, y: m.add(88 * x + 99 * y + 11 * a == 77 * b),
    "an enforced sum": lambda m, a, b, c, x, y: m.add(97 * x - 61 * y >= 120).only_enforce_if(a, ~b),
    "a maximum": lambda m, a, b, c, x, y: m.add_max_equality(97 * x, [97 * y + 97 * a, 0]),
}


@pytest.mark.parametrize("name", LARGE)
def test_digits_say_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As above, where sums come to 450 and numbers end at 200."""
    monkeypatch.setattr(peer_minizinc, "LIMIT", 200)
    model, *variables = a_model()
    LARGE[name](model, *variables)
    mzn = in_minizinc(model.proto)
    assert any(name.startswith("h") for name in mzn.names)
    assert {x for x in EVERY if allows(mzn, x)} == listed(model, variables)


def test_a_large_variable_has_two_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """z from 3 to 300 where numbers end at 200, in digits of base 16, which has to be no less than 97 x + 2.

    Its digits could say 3 + 16 x 18 + 15 = 306: a row says that they do not, which 301 to 306 show.
    """
    monkeypatch.setattr(peer_minizinc, "LIMIT", 200)
    monkeypatch.setattr(peer_minizinc, "WIDE", 16)
    model = cp_model.CpModel()
    x, z = model.new_int_var(0, 3, "x"), model.new_int_var(3, 300, "z")
    model.add(z >= 97 * x + 2)
    mzn = in_minizinc(model.proto)
    assert mzn.names[1:3] == ["x1_high", "x1_low"]
    assert {pair for pair in product(range(4), range(3, 307)) if allows(mzn, pair)} == listed(model, (x, z))
    assert mzn.values({"x0": 1, "x1_high": 6, "x1_low": 2}) == [1, 101]


def test_a_literal_that_is_fixed() -> None:
    """A Boolean that can only be true, as the textbook's `yes`, is a number of one value, and still a literal."""
    model, a, *_ = a_model()
    model.add_bool_or(a, ~model.new_constant(1))
    assert in_minizinc(model.proto).lines[-2:] == ["var 1..1: x5;", "constraint bool_clause([b0],[(x5 = 1)]);"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m, a, b, c, x, y: m.add_multiplication_equality(x, a, b), "the constraint `int_prod`"),
        (lambda m, a, b, c, x, y: m.maximize(x), "the objective is scaled by -1"),
        (lambda m, a, b, c, x, y: m.minimize(0.5 * x), "the objective is in floats"),
    ],
)
def test_what_has_no_form_in_minizinc_is_refused_by_name(change: Any, told: str) -> None:
    model, *variables = a_model()
    change(model, *variables)
    with pytest.raises(NotLinear, match=told):
        in_minizinc(model.proto)


def test_what_is_too_large_for_two_digits_is_refused() -> None:
    """10^18 x, up to 3 x 10^18, in digits of 5 x 10^8: two of them hold no more than 2.5 x 10^17."""
    model, *_, x, _ = a_model()
    model.minimize(10**18 * x)
    with pytest.raises(TooLarge, match="too large for two digits"):
        in_minizinc(model.proto)
