"""Tables of the page on the benchmark, in Markdown: every cell is counted from rows."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tabulate import tabulate

from ..report.words import amount, cut, listed, seconds
from .best_known import Known, known_as
from .comparing import SHIFTS, RunComparison, Times
from .gaps import AT_BEST, Gaps, gap_of, gaps, value_of
from .peers import PEERS
from .rows import CREWRETURN, FAILED, PROVEN, STATUSES, Row, Status

T = TypeVar("T")
ALWAYS: frozenset[Status] = frozenset(
    {"optimal", "infeasible", "feasible", "time_limit", "rejected", "failed", "refused"}
)
"""Statuses with a column even where nothing came to them."""
TITLES: dict[Status, str] = {
    "optimal": "best, proven",
    "infeasible": "no plan, proven",
    "feasible": "plan, no proof",
    "time_limit": "timed out",
    "rejected": "wrong",
}
"""What the page calls statuses that it calls by another name."""
LONGEST_MESSAGE = 160
NOTHING = "-"

Bests = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who solves, and what came of it."""

    name: str
    rows: Sequence[Row]
    """As `judged` has them."""

    @property
    def title(self) -> str:
        """What it is."""
        if self.name in PEERS:
            return PEERS[self.name].title
        return "This package" if self.name == CREWRETURN else NOTHING

    @property
    def begun(self) -> datetime | None:
        """When its first run began."""
        return min((row.begun for row in self.rows if row.begun is not None), default=None)

    def by_run(self) -> dict[tuple[str, int], Row]:
        """The rows by question and seed."""
        return {(known_as(row.case_digest, row.alternative), row.seed): row for row in self.rows}


def markdown(headers: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """A table in Markdown, columns set to the right but for so many at the left."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    align = ["left" if column < left else "right" for column in range(len(headers))]
    if not cells:
        return "None."
    return tabulate(cells, headers=list(headers), tablefmt="pipe", colalign=align, disable_numparse=True)


def word(status: Status) -> str:
    """A status as the page calls it."""
    return TITLES.get(status, status.replace("_", " "))


def several(values: Iterable[T | None]) -> str:
    """All that differ, each once; what is not told is left out."""
    found = dict.fromkeys(
        f"{value:g}" if isinstance(value, float) else str(value) for value in values if value is not None
    )
    return "; ".join(found) or NOTHING


# ------------------------------------------------------------------------------------------------------- who and how


def surroundings(every: Sequence[Row]) -> str:
    """What all runs had in common, or where they differ, all of it."""
    begun = sorted(row.begun for row in every if row.begun is not None)
    days = several(moment.date() for moment in (begun[:1] + begun[-1:]))
    asked = [row.configuration for row in every]
    told = {
        "cases": f"{len({known_as(row.case_digest, row.alternative) for row in every}):,}",
        "seeds of each": several(sorted({row.seed for row in every})),
        "time limit, s": several(each.time_limit for each in asked),
        "ended from outside so many s later": several(each.grace for each in asked),
        "memory limit, MiB": several(each.memory_limit for each in asked),
        "runs at a time": several(row.workers for row in every),
        "computer": several(row.host for row in every),
        "Python": several(row.python for row in every),
        "OR-Tools": several(row.ortools for row in every),
        "crewreturn": several(row.crewreturn for row in every),
        "digest of the source that reads, solves and checks": several(sorted({row.source for row in every})),
        "days": days,
    }
    return markdown(["", ""], ([name, value] for name, value in told.items()), left=2)


def who_took_part(sides: Sequence[Contestant]) -> str:
    """Each contestant, what searches in it, and how busy the computer was meanwhile."""
    rows = []
    for side in sides:
        loads = [row.load for row in side.rows if row.load is not None]
        memory = [row.peak_memory_mib for row in side.rows if row.peak_memory_mib is not None]
        levels = several("all" if row.configuration.levels is None else row.configuration.levels for row in side.rows)
        rows.append(
            [
                side.name,
                side.title,
                several(row.solver for row in side.rows),
                levels if side.name == CREWRETURN else "1",
                NOTHING if side.begun is None else f"{side.begun:%H:%M}",
                f"{sum(loads) / len(loads):.1f}" if loads else NOTHING,
                f"{max(memory):,.0f}" if memory else NOTHING,
            ]
        )
    headers = ["who", "what it is", "searched by", "levels asked", "begun, UTC", "mean load before a run"]
    return markdown([*headers, "most memory, MiB"], rows, left=3)


def outcomes(sides: Sequence[Contestant]) -> str:
    """How many runs came to what."""
    counted = [{status: sum(row.status == status for row in side.rows) for status in STATUSES} for side in sides]
    shown = [status for status in STATUSES if status in ALWAYS or any(found[status] for found in counted)]
    rows = [
        [side.name, f"{len(side.rows):,}", *(f"{found[status]:,}" for status in shown), f"{_ended(side.rows):,}"]
        for side, found in zip(sides, counted, strict=True)
    ]
    return markdown(["who", "runs", *map(word, shown), "of the timed out, ended from outside"], rows)


def _ended(rows: Iterable[Row]) -> int:
    """Runs that timed out without an answer of their own: nobody has told how long anything took."""
    return sum(row.status == "time_limit" and not row.seconds for row in rows)


def failures(sides: Sequence[Contestant]) -> str:
    """Every run that is not ranked, and why."""
    rows = [
        [side.name, _case(row), word(row.status), _reason(row)]
        for side in sides
        for row in side.rows
        if row.status in FAILED
    ]
    return markdown(["who", "case", "came to", "why"], rows, left=4)


def _reason(row: Row) -> str:
    """The first line of a message, without the names of folders of whoever made the run."""
    first = (row.message or NOTHING).splitlines()[0]
    return cut(re.sub(r"(?<!\w)/(?:[\w.+-]+/)+", "", first), LONGEST_MESSAGE)


def _case(row: Row) -> str:
    parts = [row.case, *([row.alternative] if row.alternative else []), *([f"seed {row.seed}"] if row.seed else [])]
    return ", ".join(parts)


# ------------------------------------------------------------------------------------------------------------ speed


def speed(found: Mapping[str, RunComparison]) -> str:
    """Each peer against crewreturn, over the runs in which neither failed."""
    rows = []
    for peer, said in found.items():
        times = [side.times for side in said.sides if side.times is not None]
        spans = [f"{ratio.value:.3g} ({ratio.low:.3g} to {ratio.high:.3g})" for ratio in said.ratios]
        rows.append(
            [peer, f"{said.ranked:,} of {said.pairs:,}", *_both(times), *(spans or [NOTHING, NOTHING]), said.verdict]
        )
    headers = ["peer", "ranked", "proven", "mean, shift 1 s", "mean, shift 10 s", "PAR2"]
    return markdown([*headers, "times as long, shift 1 s", "times as long, shift 10 s", "the peer is"], rows)


def _both(sides: Sequence[Times]) -> list[str]:
    """What two sides proved, their means with both shifts, and PAR2: each crewreturn's first."""
    if not sides:
        return [NOTHING] * 4
    lines = [[f"{side.solved:,}" for side in sides]]
    lines += [[seconds(side.shifted_geometric_mean[f"{shift:g} s"]) for side in sides] for shift in SHIFTS]
    lines.append([seconds(side.par2) for side in sides])
    return [" / ".join(line) for line in lines]


def by_family(found: Mapping[str, RunComparison]) -> str:
    """The same family by family."""
    rows = []
    for peer, said in found.items():
        for each in said.families:
            ranked, ratio = f"{each.ranked:,} of {each.pairs:,}", each.ratio
            span = NOTHING if ratio is None else f"{ratio.value:.3g} ({ratio.low:.3g} to {ratio.high:.3g})"
            solved, first, _, par2 = _both(each.times)
            rows.append([each.family, peer, ranked, solved, first, par2, span, each.verdict])
    headers = ["family", "peer", "ranked", "proven", "mean, shift 1 s", "PAR2", "times as long", "the peer is"]
    return markdown(headers, sorted(rows, key=lambda row: row[0]), left=2)


def family_outcomes(sides: Sequence[Contestant]) -> str:
    """Of each family, what everybody proved, found, and neither."""
    families = sorted({row.family for side in sides for row in side.rows})
    rows = []
    for family in families:
        cells = []
        for side in sides:
            those = [row for row in side.rows if row.family == family]
            proven, plan = (sum(test(row) for row in those) for test in (_proves, _plans))
            cells.append(f"{proven} / {plan} / {len(those) - proven - plan}")
        rows.append([family, *cells])
    return markdown(["family", *(side.name for side in sides)], rows)


def _proves(row: Row) -> bool:
    return row.status in PROVEN


def _plans(row: Row) -> bool:
    return row.status == "feasible"


# ------------------------------------------------------------------------------------------------------------ plans


def distances(sides: Sequence[Contestant], known: dict[str, Known]) -> str:
    """How near everybody's plans are to the best that anybody knows."""
    every = [row for side in sides for row in side.rows]
    rows = []
    for side in sides:
        found = gaps(side.rows, every, known)
        rows.append([side.name, *(_number(getattr(found, field)) for field in Gaps.model_fields)])
    return markdown(
        ["who", *(field.replace("_", " ").replace("1 percent", "1 %") for field in Gaps.model_fields)], rows
    )


def _number(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else percent(value)


def percent(part: float) -> str:
    """A distance as a part of a whole: `0.31 %`, and 0 where it is none that counts."""
    return f"{100 * part:.3g} %" if part > AT_BEST else "0 %"


def best_known_table(every: Sequence[Row], known: Mapping[str, Known]) -> str:
    """What is known of each case, and how sure that is."""
    asked = {known_as(row.case_digest, row.alternative): _case_of(row) for row in every}
    rows = []
    for name, case in sorted(asked.items(), key=lambda entry: entry[1]):
        entry = known.get(name, Known(case=case))
        proof = {"optimal": "nothing is better", "infeasible": "there is no plan", "none": "none"}[entry.proof]
        values = [NOTHING if value is None else amount(value) for value in (entry.value, entry.bound)]
        certified = entry.certified_by or "not certified"
        rows.append([case, *values, proof, entry.proven_by or NOTHING, certified])
    return markdown(["case", "value", "bound", "proof", "proven by", "certified by"], rows)


def _case_of(row: Row) -> str:
    return f"{row.case}, {row.alternative}" if row.alternative else row.case


# ------------------------------------------------------------------------------------------------------ case by case


def case_by_case(sides: Sequence[Contestant], bests: Bests) -> str:
    """Every run of everybody, the fastest proof of each case in bold."""
    by_run = [side.by_run() for side in sides]
    order = dict.fromkeys(run for found in by_run for run in found)
    rows = []
    for run in order:
        there = [found.get(run) for found in by_run]
        times = [taken(row) for row in there if row is not None and _proves(row)]
        fastest = min((time for time in times if time is not None), default=None)
        cells = [NOTHING if row is None else outcome(row, bests, fastest) for row in there]
        rows.append([next(_case(row) for row in there if row is not None), *cells])
    return markdown(["case", *(side.name for side in sides)], sorted(rows))


def taken(row: Row) -> float | None:
    """Seconds until the answer."""
    return row.seconds.get("solve")


def outcome(row: Row, bests: Bests, fastest: float | None = None) -> str:
    """What a run came to, in a few characters."""
    time = taken(row)
    said = NOTHING if time is None else seconds(time)
    if row.status == "optimal":
        return f"**{said}**" if time is not None and time == fastest else said
    if row.status == "infeasible":
        return f"**no plan, {said}**" if time is not None and time == fastest else f"no plan, {said}"
    if row.status != "feasible":
        return word(row.status)
    gap = gap_of(row, dict(bests))
    if gap is None or math.isinf(gap):
        return "plan"
    return "plan, best" if gap <= AT_BEST else f"plan, +{percent(gap)}"


def losses(sides: Sequence[Contestant], bests: Bests) -> str:
    """Every run in which a peer did better than crewreturn."""
    rows = [
        [_case(mine), peer, why, outcome(mine, bests), outcome(theirs, bests)]
        for peer, mine, theirs, why in _lost_runs(sides)
    ]
    return markdown(["case", "peer", "in what the peer is better", CREWRETURN, "the peer"], sorted(rows), left=3)


def lost(sides: Sequence[Contestant]) -> str:
    """How many of these there are of each peer."""
    found = [peer for peer, *_ in _lost_runs(sides)]
    told = [
        f"{side.name} {found.count(side.name):,} of {len(side.rows):,}" for side in sides if side.name != CREWRETURN
    ]
    return listed(told) or "there is no peer"


def _lost_runs(sides: Sequence[Contestant]) -> Iterable[tuple[str, Row, Row, str]]:
    """The peer, crewreturn's run and the peer's, and in what that is better."""
    ours = next(side for side in sides if side.name == CREWRETURN).by_run()
    for side in sides:
        for run, theirs in side.by_run().items():
            mine = ours.get(run)
            why = None if mine is None or side.name == CREWRETURN else _lost(mine, theirs)
            if mine is not None and why is not None:
                yield side.name, mine, theirs, why


def _lost(mine: Row, theirs: Row) -> str | None:
    """In what the second is better than the first; None where it is not."""
    if theirs.status in FAILED:
        return None
    if _proves(theirs):
        if not _proves(mine):
            return "a proof, and no other"
        times = taken(mine), taken(theirs)
        return "faster proof" if None not in times and times[1] < times[0] else None  # type: ignore[operator]
    values = value_of(mine), value_of(theirs)
    if _proves(mine) or values[1] is None:
        return None
    if values[0] is None:
        return "a plan, and no other"
    return "better plan" if values[1] < values[0] - AT_BEST * abs(values[0]) else None
