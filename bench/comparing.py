"""Two files of rows held against each other: what can be ranked, what cannot, and what must not be.

Only runs that both files have are compared. Of these a pair is ranked where neither failed: a time-out counts as the
limit at which it was ended, a failure as nothing at all. Two proven values of one question that differ are a defect of
somebody's, and are told before anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from ..models.base import Many, Model
from ..models.problems import InputError, Problem
from ..report.words import count, listed
from .best_known import Known
from .disputes import Dispute, disputes
from .gaps import Gaps, gaps
from .rows import FAILED, PROVEN, STATUSES, Configuration, Row, Status
from .statistics import FEWEST, Flags, Floats, par2, ratio_interval, shifted_geometric_mean

SHIFTS = (1.0, 10.0)
"""Seconds by which times are shifted; the first decides."""

SURROUNDINGS = ("host", "workers", "python", "ortools")
"""Fields of a row that make times differ and are none of the solver's doing."""

BUSIER = 0.5
"""Difference of mean loads from which it is told."""

Clock = Literal["wall", "cpu"]
"""Time as on the wall, or that of the processor: the latter says more where the computer was busy with other things."""
Verdict = Literal["faster", "slower", "cannot tell"]
Question = tuple[str, str | None, int]
"""Case digest, alternative and seed."""


class Times(Model):
    """What is said of one side's times, over the ranked pairs."""

    solved: int
    """Runs with a proof within the limit."""
    shifted_geometric_mean: dict[str, float]
    """In seconds, by the shift."""
    par2: float
    """In seconds; unsolved runs count twice their limit."""


class Side(Model):
    """One file of rows."""

    label: str
    runs: int
    statuses: dict[Status, int]
    """How many runs of every status, of those that both sides have."""
    only_here: int
    """Runs that the other side does not have."""
    times: Times | None = None
    """None where no pair can be ranked."""
    gaps: Gaps
    """How far from the best known value."""


class Ratio(Model):
    """The second side's shifted geometric mean over the first's."""

    shift: float
    value: float
    low: float
    """Lower end of the interval of 95 %."""
    high: float
    """Upper end of the interval of 95 %."""


class FamilyComparison(Model):
    """The same within one family of cases."""

    family: str
    verdict: Verdict
    """Of the second side."""
    pairs: int
    ranked: int
    cases: int
    times: Many[Times] = ()
    """Of the first side and of the second, where a pair can be ranked."""
    ratio: Ratio | None = None
    """With the first shift."""


class RunComparison(Model):
    """Two files of rows side by side."""

    format: Literal["crewreturn-bench-comparison/1"] = "crewreturn-bench-comparison/1"
    verdict: Verdict
    """Of the second side."""
    sentence: str
    sides: Many[Side]
    pairs: int
    """Runs that both sides have."""
    clock: Clock
    ranked: int
    """Of these, those in which neither failed."""
    cases: int
    """Different questions among these: seeds of one case are one."""
    ratios: Many[Ratio] = ()
    families: Many[FamilyComparison] = ()
    """Where there is more than one."""
    disputes: Many[Dispute] = ()
    """Where proven values contradict each other."""
    notes: Many[str] = Field(default=())
    """What makes the comparison less than fair."""


def compare_runs(
    first: tuple[str, Sequence[Row]],
    second: tuple[str, Sequence[Row]],
    known: dict[str, Known] | None = None,
    clock: Clock = "wall",
) -> RunComparison:
    """Hold the second file of rows against the first.

    Parameters
    ----------
    first, second
        What people call each, and its rows.
    known
        Best known values, as `best_known` reads them.
    clock
        Which time of the runs counts; time-outs count as their limit by either.

    Raises
    ------
    InputError
        If one file answers a question twice.
    """
    sides = [_by_question(*side) for side in (first, second)]
    common = [question for question in sides[0] if question in sides[1]]
    pairs = [(sides[0][question], sides[1][question]) for question in common]
    ranked, times, ratios, cases = _held(pairs, clock)
    verdict = _verdict(ratios, cases)
    every = [*first[1], *second[1]]
    shown = [
        Side(
            label=label,
            runs=len(rows),
            statuses=_statuses(pair[number] for pair in pairs),
            only_here=len(rows) - len(pairs),
            times=times[number] if times else None,
            gaps=gaps([pair[number] for pair in pairs], every, known or {}),
        )
        for number, (label, rows) in enumerate((first, second))
    ]
    return RunComparison(
        verdict=verdict,
        sentence=_sentence(verdict, shown, ratios, cases, pairs),
        sides=tuple(shown),
        pairs=len(pairs),
        clock=clock,
        ranked=ranked,
        cases=cases,
        ratios=ratios,
        families=tuple(_families(pairs, clock)),
        disputes=tuple(disputes(every, known or {})),
        notes=tuple(_notes(pairs)),
    )


def _held(pairs: Sequence[tuple[Row, Row]], clock: Clock) -> tuple[int, tuple[Times, ...], tuple[Ratio, ...], int]:
    """How many pairs can be ranked; what is said of both sides' times, and the ratios, over these; and their cases."""
    ranked = [pair for pair in pairs if not any(_unranked(row, clock) for row in pair)]
    if not ranked:
        return 0, (), (), 0
    times, solved, limits, groups = _measured(ranked, clock)
    ratios = []
    for shift in SHIFTS:
        found = ratio_interval(times[0], times[1], groups, shift=shift)
        ratios.append(Ratio(shift=shift, value=found.ratio, low=found.low, high=found.high))
    said = tuple(_times(times[number], solved[number], limits) for number in (0, 1))
    return len(ranked), said, tuple(ratios), len(set(groups.tolist()))


def _families(pairs: Sequence[tuple[Row, Row]], clock: Clock) -> Iterable[FamilyComparison]:
    by_family: dict[str, list[tuple[Row, Row]]] = {}
    for pair in pairs:
        by_family.setdefault(pair[0].family, []).append(pair)
    if len(by_family) < 2:
        return
    for family, those in sorted(by_family.items()):
        ranked, times, ratios, cases = _held(those, clock)
        yield FamilyComparison(
            family=family,
            verdict=_verdict(ratios, cases),
            pairs=len(those),
            ranked=ranked,
            cases=cases,
            times=times,
            ratio=ratios[0] if ratios else None,
        )


def _by_question(label: str, rows: Sequence[Row]) -> dict[Question, Row]:
    found: dict[Question, Row] = {}
    for row in rows:
        question = (row.case_digest, row.alternative, row.seed)
        if question in found:
            advice = "A file holds the rows of one configuration and version; keep others in files of their own."
            raise InputError(
                [Problem((), f"two rows answer for case {row.case}, seed {row.seed}", advice=advice)], label
            )
        found[question] = row
    return found


def _unranked(row: Row, clock: Clock) -> bool:
    if row.status in PROVEN:
        return _taken(row, clock) is None
    return row.status in FAILED or row.configuration.time_limit is None


def _taken(row: Row, clock: Clock) -> float | None:
    return row.cpu_seconds if clock == "cpu" else row.seconds.get("solve")


def _measured(
    pairs: Sequence[tuple[Row, Row]], clock: Clock
) -> tuple[tuple[Floats, Floats], tuple[Flags, Flags], Floats, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """Times of both sides, whether solved, the limit of each pair (the lower binds both), and the case of each."""
    limits = np.array([min(row.configuration.time_limit or np.inf for row in pair) for pair in pairs], dtype=np.float64)
    numbers: dict[tuple[str, str | None], int] = {}
    groups = np.array(
        [numbers.setdefault((row.case_digest, row.alternative), len(numbers)) for row, _ in pairs], dtype=np.int64
    )
    taken = [np.array([_taken(pair[side], clock) or 0.0 for pair in pairs], dtype=np.float64) for side in (0, 1)]
    proven = [np.array([pair[side].status in PROVEN for pair in pairs], dtype=np.bool_) for side in (0, 1)]
    # A proof that comes a moment after the limit is a proof; but where one side had longer, neither may use it.
    unequal = np.array([len({row.configuration.time_limit for row in pair}) > 1 for pair in pairs], dtype=np.bool_)
    solved = [flags & ~(unequal & (seconds > limits)) for flags, seconds in zip(proven, taken, strict=True)]
    times = [np.where(flags, seconds, limits) for flags, seconds in zip(solved, taken, strict=True)]
    return (times[0], times[1]), (solved[0], solved[1]), limits, groups


def _times(times: Floats, solved: Flags, limits: Floats) -> Times:
    return Times(
        solved=int(solved.sum()),
        shifted_geometric_mean={f"{shift:g} s": shifted_geometric_mean(times, shift) for shift in SHIFTS},
        par2=par2(times, solved, limits),
    )


def _statuses(rows: Iterable[Row]) -> dict[Status, int]:
    counted = Counter(row.status for row in rows)
    return {status: counted[status] for status in STATUSES}


def _verdict(ratios: Sequence[Ratio], cases: int) -> Verdict:
    if cases < FEWEST or not ratios:
        return "cannot tell"
    return "faster" if ratios[0].high < 1 else "slower" if ratios[0].low > 1 else "cannot tell"


def _sentence(
    verdict: Verdict, sides: Sequence[Side], ratios: Sequence[Ratio], cases: int, pairs: Sequence[tuple[Row, Row]]
) -> str:
    first, second = (side.label for side in sides)
    if not ratios:
        return f"Cannot tell: no run of {second} can be ranked against one of {first}."
    ratio = ratios[0]
    took = f"takes {ratio.value:.3g} times as long (95 %: {ratio.low:.3g} to {ratio.high:.3g})"
    if cases < FEWEST:
        said = f"Cannot tell: {count(cases, 'case')} only, at least {FEWEST} are needed. {second} {took} as {first}"
    elif verdict == "cannot tell":
        said = f"Cannot tell whether {second} is faster or slower than {first}: it {took}"
    else:
        said = f"{second} is {verdict} than {first}: it {took}"
    failed = [sum(pair[number].status in FAILED for pair in pairs) for number in (0, 1)]
    if any(failed):
        parts = [f"{side.label} failed in {number:,}" for side, number in zip(sides, failed, strict=True) if number]
        said += f". Not ranked, since something failed there: {listed(parts)}"
    return said + "."


def _notes(pairs: Sequence[tuple[Row, Row]]) -> Iterable[str]:
    """Differences between the sides that are none of the solver's."""
    for what in (*SURROUNDINGS, *Configuration.model_fields):
        there = [{_said(pair[side], what) for pair in pairs} - {None} for side in (0, 1)]
        if there[0] != there[1] or len(there[0]) > 1:
            words = [" and ".join(sorted(side)) or "none" for side in map(_words, there)]
            yield f"{what.replace('_', ' ')}: {words[0]} against {words[1]}"
    loads = [[pair[side].load for pair in pairs] for side in (0, 1)]
    means = [np.mean([load for load in side if load is not None] or [0.0]) for side in loads]
    if abs(means[0] - means[1]) > BUSIER:
        yield f"mean load: {means[0]:.1f} against {means[1]:.1f}, so wall times say little; `--clock cpu` says more"
    if pairs and len({row.seed for row, _ in pairs}) < FEWEST:
        yield f"fewer than {FEWEST} seeds: chance in the order of things counts as a difference"


def _said(row: Row, what: str) -> object:
    return getattr(row if what in SURROUNDINGS else row.configuration, what)


def _words(values: set[object]) -> set[str]:
    return {str(value) for value in values}
