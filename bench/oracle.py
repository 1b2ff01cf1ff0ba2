"""The solver against everything that reads the rules on its own: `python -m crewreturn.bench.oracle --count 2000`.

For each random case the inventory flow, the textbook model (one Boolean a person, group and tick), where the case is
small enough the enumerator (every plan, one by one), and the independent checker have to agree: on whether a plan
exists, on the best value of every level, and on the plans themselves.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import click
import numpy as np

from ..models.case import Case
from ..models.objective import Level
from ..models.plan import Plan
from ..models.statements import Statement
from ..report.tables import table
from ..solver.check import evaluate
from ..solver.engine import Budget
from ..solver.extract import Extract
from ..solver.facts import Facts
from ..solver.search import FEW_COLUMNS, Found, Search
from ..solver.timeline import Timeline
from .exhaustive import MOST_PLANS, exhaust
from .random_cases import FEATURES, SMALL, TINY, Size, random_case
from .random_draw import MICRO
from .textbook import TextbookResult, level_unit, solve_textbook

SECONDS = 20.0
"""Far more than most of these cases need; one that reaches it is counted as unfinished, not as agreeing."""
WITHOUT_PRESOLVE = 3
"""So many times as long may the textbook take where CP-SAT does not simplify it first."""
PLATEAU = 2e-2
"""Micromorts; more than the roundings of any of these plans add up to."""
UNFINISHED = "unfinished"
SIZES: dict[str, Size] = {"micro": MICRO, "tiny": TINY, "small": SMALL}
Named = Sequence[tuple[str, Statement]]
Value = tuple[Level, float, float, float]
"""A level, its best value by the flow and by the textbook, and how far the two may differ."""


@dataclass
class Verdict:
    """What came of holding the solver against the others on one case."""

    problems: list[str] = field(default_factory=list)
    status: str = ""
    """`optimal`, `infeasible`, or `unfinished` where one of them ran out of time, be it in a second look."""
    enumerated: int | None = None
    """How many plans the enumerator made; None where it was not asked, or there were too many."""
    asked_again: bool = False
    """Whether the textbook was solved a second time, without presolve, since its first answer was another."""
    columns: int = 0
    ticks: int = 0
    people: int = 0
    ships: int = 0


@dataclass(frozen=True, slots=True)
class _Asks:
    """One question, for every look that is taken at a case."""

    few_columns: int
    waive: Collection[str]
    named: Named
    seconds: float

    @property
    def statements(self) -> list[Statement]:
        return [said for _, said in self.named]

    def flow(self, case: Case) -> Found:
        facts = Facts(case, waive=self.waive, statements=self.named)
        return Search(facts, case.objective, Budget.of(self.seconds), few_columns=self.few_columns).run()

    def textbook(self, case: Case, *, presolve: bool = True) -> TextbookResult:
        seconds = self.seconds if presolve else WITHOUT_PRESOLVE * self.seconds
        return solve_textbook(case, waive=self.waive, statements=self.statements, time_limit=seconds, presolve=presolve)


def hold(
    case: Case,
    *,
    few_columns: int = FEW_COLUMNS,
    waive: Collection[str] = (),
    named: Named = (),
    every_plan: bool = False,
    most_plans: int = MOST_PLANS,
    seconds: float = SECONDS,
) -> Verdict:
    """Hold the solver against the oracles on one case.

    Parameters
    ----------
    case
        A small case.
    few_columns
        Models up to this many columns go to CP-SAT whole; 0 sends every case by the LP bound.
    waive
        Ids that do not bind.
    named
        Statements beside the case's own, each with the name it goes by.
    every_plan
        Ask the enumerator too.
    most_plans
        It says nothing of a case with more plans than that.
    seconds
        For the solver and for the textbook each, in each look; without presolve the textbook has three times as many.
    """
    asks = _Asks(few_columns, waive, named, seconds)
    verdict = Verdict(ticks=Timeline(case).ticks, people=len(case.people), ships=len(case.vehicles))
    found, theirs = asks.flow(case), asks.textbook(case)
    verdict.columns = 0 if found.model is None else len(found.model.rows.lower)
    if not _is_finished(theirs) or not (_is_finished(found) or found.disputed):
        verdict.status = UNFINISHED
        return verdict
    verdict.status = theirs.status
    if found.disputed:
        verdict.problems.append(f"two solvers disagree on whether a plan exists; textbook: {theirs.status}")
        return verdict
    problems = list(_unlike_textbook(case, asks, found, theirs, verdict))
    if problems:  # the textbook is solved by CP-SAT too, whose presolve has erred: it is asked once more without
        verdict.asked_again = True
        again = asks.textbook(case, presolve=False)
        if _is_finished(again):
            theirs, verdict.status = again, again.status
            problems = list(_unlike_textbook(case, asks, found, theirs, verdict))
    verdict.problems += problems
    if every_plan:
        verdict.problems += _unlike_enumerator(case, asks, found, theirs, verdict, most_plans)
    return verdict


def _is_finished(found: Found | TextbookResult) -> bool:
    """Whether what is said is proven: the best of every level, or that there is no plan."""
    if isinstance(found, TextbookResult):
        return found.status in ("optimal", "infeasible")
    known = {level.status for level in found.levels}
    return found.exact and known == {"optimal"} if found.values is not None else "infeasible" in known


def _unlike_textbook(case: Case, asks: _Asks, found: Found, theirs: TextbookResult, verdict: Verdict) -> Iterator[str]:
    """In what the flow and the textbook differ; where a second look does not finish, the verdict says so."""
    if (found.values is None) != (theirs.plan is None):
        yield f"textbook: {theirs.status}; flow: {found.levels[0].status}"
        return
    if found.values is None:
        return
    yield from _misjudged(case, asks, found, theirs)
    values = list(bests(case, found, theirs))
    if _differ(values[0]):
        yield _unlike(values[0])
    elif any(map(_differ, values)):
        # Two plans whose burdens differ by less than roundings add up to: which is better, the roundings decide, and
        # each model rounds its own parts. With a tolerance wider than that, both are among the best of both models.
        loose = loosened(case)
        if loose != case:
            found, theirs = asks.flow(loose), asks.textbook(loose)
            if not (_is_finished(found) and _is_finished(theirs)):
                verdict.status = UNFINISHED
                return
            if found.values is None or theirs.plan is None:
                yield f"with wider tolerances: textbook: {theirs.status}; flow: {found.levels[0].status}"
                return
            values = list(bests(loose, found, theirs))
        yield from map(_unlike, filter(_differ, values))


def _misjudged(case: Case, asks: _Asks, found: Found, theirs: TextbookResult) -> Iterator[str]:
    """Plans that are not lawful, and levels of the flow's that are not priced as they are counted."""
    mine = evaluate(case, _plan(found), waive=asks.waive, statements=asks.statements)
    yield from (f"flow's plan rejected: {broken.message}" for broken in mine.violations)
    if theirs.plan is not None:
        judged = evaluate(case, theirs.plan, waive=asks.waive, statements=asks.statements)
        yield from (f"textbook's plan rejected: {broken.message}" for broken in judged.violations)
    assert found.model is not None and found.values is not None
    for level, terms, rounding in zip(case.objective, found.model.levels, theirs.roundings, strict=True):
        allowed = allowance(level, rounding)
        counted, true = terms.value(terms.cost.value(found.values)), mine.objective[level.id]
        too_many = 0.0 if not level.tolerance else level.tolerance  # within it the model may count too much
        if not true - allowed - 1e-9 * true <= counted <= true + too_many + allowed + 1e-9 * true:
            yield f"{level.id}: counted {counted}, checked {true}"


def _differ(value: Value) -> bool:
    _, ours, best, allowed = value
    return abs(ours - best) > allowed


def _unlike(value: Value) -> str:
    level, ours, best, allowed = value
    return f"{level.id}: flow {ours}, textbook {best}, allowed {allowed:.3g}"


def _plan(found: Found) -> Plan:
    assert found.model is not None and found.values is not None
    return Extract(found.model.flow, found.values).plan()


def allowance(level: Level, rounding: float) -> float:
    """How far two sums may differ: each rounds every charged part by itself. Without losses, counting is exact."""
    return (2 * rounding + 1) / level_unit(level) if level.is_expectation else 1e-6


def bests(case: Case, found: Found, theirs: TextbookResult) -> Iterator[Value]:
    """For each level its best value by the flow and by the textbook, and how far the two may differ."""
    assert found.model is not None
    for level, terms, mine, best, rounding in zip(
        case.objective, found.model.levels, found.levels, theirs.bests, theirs.roundings, strict=True
    ):
        assert mine.value is not None
        yield level, terms.value(mine.value), best / level_unit(level), allowance(level, rounding)


def loosened(case: Case) -> Case:
    """The case with a tolerance on its expectation levels that is wider than any rounding."""
    levels = tuple(
        level.model_copy(update={"tolerance": level.tolerance + PLATEAU}) if level.is_expectation else level
        for level in case.objective
    )
    return case.model_copy(update={"objective": levels})


def _unlike_enumerator(
    case: Case, asks: _Asks, found: Found, theirs: TextbookResult, verdict: Verdict, most_plans: int
) -> Iterator[str]:
    """In what the best of every plan there is differs from what flow and textbook say."""
    tried = exhaust(case, waive=asks.waive, statements=asks.statements, most_plans=most_plans)
    if tried.status == "too many":
        return
    verdict.enumerated = tried.generated
    if (tried.status == "infeasible") != (found.values is None):
        yield f"enumerator: {tried.status}; flow: {found.levels[0].status}"
        return
    if found.values is None:
        return
    made = {plan.joined() for plan in tried.plans}
    for name, plan in (("flow", _plan(found)), ("textbook", theirs.plan)):
        if plan is not None and plan.joined().model_copy(update={"case": None}) not in made:
            yield f"{name}'s plan is none of the {len(made)} that the enumerator made"
    wide = {level.id: PLATEAU for level in case.objective if level.is_expectation}
    different = list(_unlike_best(case, found, tried.bests))
    if different and different[0][0] != case.objective[0] and wide:  # as in `_unlike_textbook`
        loose = loosened(case)
        found = asks.flow(loose)
        if not _is_finished(found):
            verdict.status = UNFINISHED
            return
        if found.values is None:
            yield f"with wider tolerances: enumerator: {tried.status}; flow: {found.levels[0].status}"
            return
        different = list(_unlike_best(loose, found, tried.bests_within(wide)))
    yield from (f"{level.id}: flow {ours}, enumerator {best}" for level, ours, best in different)


def _unlike_best(case: Case, found: Found, bests: Sequence[float]) -> Iterator[tuple[Level, float, float]]:
    """Levels whose best value the enumerator knows otherwise, by more than roundings add up to."""
    assert found.model is not None
    for level, terms, mine, best in zip(case.objective, found.model.levels, found.levels, bests, strict=True):
        ours = float("nan") if mine.value is None else terms.value(mine.value)
        if not abs(ours - best) <= (PLATEAU if level.is_expectation else 1e-6):
            yield level, ours, best


# ------------------------------------------------------------------------------------------------ the program


def _one(question: tuple[int, str, bool]) -> tuple[int, str, Verdict, float]:
    seed, size, by_bound = question
    begun = time.monotonic()
    case = random_case(seed, SIZES[size], features=FEATURES)
    waive: Sequence[str] = ()
    named: list[tuple[str, Statement]] = []
    if seed % 3 == 0 and case.alternatives:
        alternative = case.alternatives[seed // 3 % len(case.alternatives)]
        waive, named = alternative.waive, [(alternative.id, said) for said in alternative.statements]
    few = 0 if by_bound else FEW_COLUMNS
    try:
        verdict = hold(case, few_columns=few, waive=waive, named=named, every_plan=size == "micro")
    except Exception as error:
        verdict = Verdict([f"{type(error).__name__}: {error}"], "crashed")
    return seed, size, verdict, time.monotonic() - begun


def questions(count: int, first: int) -> Iterator[tuple[int, str, bool]]:
    """Seeds with their sizes: of ten cases six tiny, two small, two so small that every plan can be made."""
    for seed in range(first, first + count):
        size = ("tiny", "micro", "tiny", "small", "tiny", "tiny", "micro", "tiny", "small", "tiny")[seed % 10]
        yield seed, size, seed % 4 < 2


@click.command()
@click.option("--count", default=2000, show_default=True, help="How many random cases.")
@click.option("--first", default=100_000, show_default=True, help="Seed of the first.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
def main(count: int, first: int, workers: int) -> None:
    """Hold the solver against the textbook model, the enumerator and the checker on random cases."""
    begun = time.monotonic()
    rows: list[tuple[int, str, Verdict, float]] = []
    with ProcessPoolExecutor(max_workers=workers) as pool:
        for row in pool.map(_one, questions(count, first), chunksize=5):
            rows.append(row)
            seed, size, verdict, _ = row
            for problem in verdict.problems:
                click.echo(f"seed {seed} ({size}): {problem}", err=True)
            if len(rows) % 100 == 0:
                click.echo(f"{len(rows)} of {count}, {time.monotonic() - begun:.0f} s", err=True)
    click.echo("\n".join(_summary(rows)))
    sys.exit(1 if any(verdict.problems for _, _, verdict, _ in rows) else 0)


def _summary(rows: Sequence[tuple[int, str, Verdict, float]]) -> Iterator[str]:
    lines = []
    for size in SIZES:
        mine = [verdict for _, name, verdict, _ in rows if name == size]
        if mine:
            states = Counter(verdict.status for verdict in mine)
            spread = [_spread([getattr(v, what) for v in mine]) for what in ("people", "ships", "ticks", "columns")]
            every = sum(verdict.enumerated is not None for verdict in mine)
            numbers = [len(mine), states["infeasible"], states[UNFINISHED], every or ""]
            lines.append([size, *map(str, numbers), *spread])
    heads = ["size", "cases", "no plan", "unfinished", "every plan", "people", "ships", "ticks", "columns"]
    yield table(heads, lines, width=100, right=[1, 2, 3, 4])
    yield "Spreads are least, median and most. `every plan`: cases of which the enumerator made every plan."
    plans = sum(verdict.enumerated or 0 for _, _, verdict, _ in rows)
    wrong = sum(bool(verdict.problems) for _, _, verdict, _ in rows)
    rejected = sum(any("rejected" in text for text in verdict.problems) for _, _, verdict, _ in rows)
    again = sum(verdict.asked_again for _, _, verdict, _ in rows)
    yield f"Solved a second time by the textbook, without presolve, since its first answer was another: {again}."
    yield f"{len(rows)} cases, {plans} plans enumerated: {wrong} with a difference, {rejected} with a rejected plan."


def _spread(numbers: Sequence[int]) -> str:
    low, middle, high = np.percentile(numbers, [0, 50, 100])
    return f"{low:.0f} {middle:.0f} {high:.0f}"


if __name__ == "__main__":
    main()
