"""Ranking rows of a comparison, and saying in a sentence what to do."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

from ..models.answer import Comparison, ComparisonRow, Evaluation
from ..models.case import Case
from ..models.objective import Level
from .sensitivity import leans

SAME = 0.05
"""Plans that differ by less in a level count as equally good there: pages show tenths."""


def advise(
    case: Case,
    levels: Sequence[Level],
    rows: Sequence[ComparisonRow],
    *,
    version: str,
    digest: str,
    cancel: threading.Event | None = None,
) -> Comparison:
    """Rows best first by the levels in order, impossible ones last; a recommendation, its reasons, what it leans on."""
    ranked = sorted(rows, key=lambda row: _rank(row, levels))
    best = _recommended(ranked)
    second = None if best is None else _next_to(best, ranked)
    free = next((row for row in rows if row.kind == "free"), None)
    return Comparison(
        version=version,
        case=case.id,
        case_digest=digest,
        rows=tuple(ranked),
        recommended=best.id if best is not None else None,
        sentence=_sentence(case, best, free, rows),
        reasons=tuple(_reasons(levels, best, second, free, rows)),
        rival=second.id if second is not None else None,
        leans=leans(case, levels, best, second, cancel) if best is not None and second is not None else None,
    )


def _recommended(ranked: Sequence[ComparisonRow]) -> ComparisonRow | None:
    """The best alternative that waives nothing."""
    lawful = (row for row in ranked if row.kind == "alternative" and not row.waived and row.plan is not None)
    return next(lawful, None)


def _next_to(best: ComparisonRow, ranked: Sequence[ComparisonRow]) -> ComparisonRow | None:
    """The best of the other alternatives, whatever it waives."""
    others = (row for row in ranked if row.kind == "alternative" and row is not best and row.plan is not None)
    return next(others, None)


def level_values(evaluation: Evaluation, levels: Sequence[Level]) -> tuple[float, ...]:
    """What a plan comes to, level by level, in the digits by which plans are ranked."""
    return tuple(round(evaluation.objective.get(level.id, 0.0), 4) for level in levels)


def _rank(row: ComparisonRow, levels: Sequence[Level]) -> tuple[object, ...]:
    if row.evaluation is None:
        known = row.answer is not None and row.answer.status == "infeasible"
        return (2 if known else 1, (), row.id)
    return (0, level_values(row.evaluation, levels), ("free", "alternative", "as-decided").index(row.kind), row.id)


def _sentence(case: Case, best: ComparisonRow | None, free: ComparisonRow | None, rows: Sequence[ComparisonRow]) -> str:
    if best is not None and best.plan is not None:
        return f"Do this: {best.title} ({_events(case, best)})."
    solved = [row for row in rows if row.kind != "as-decided"]
    lawful = [row for row in solved if not row.waived]
    if free is not None and free.plan is not None:
        if not case.alternatives:
            return f"Do this: {_events(case, free)}."
        none = "has a plan" if _impossible(row for row in lawful if row is not free) else "got a plan in the time given"
        return f"No alternative that waives nothing {none}; the case free of them has one: {_events(case, free)}."
    if any(row.plan is not None for row in solved):
        none = "exists" if _impossible(lawful) else "was found in the time given"
        return f"No plan {none} that keeps every rule of the case; the alternatives that have one waive some of them."
    if solved and _impossible(solved):
        return "No plan exists, with or without the alternatives." if case.alternatives else "No plan exists."
    return "No plan was found in the time given; not every row is proven."


def _impossible(rows: Iterable[ComparisonRow]) -> bool:
    """Whether each of the rows is proven to have no plan."""
    return all(row.answer is not None and row.answer.status == "infeasible" for row in rows)


def _events(case: Case, row: ComparisonRow) -> str:
    """The launches and relocations that carry the plan, in words and in order, cargo left out."""
    assert row.plan is not None
    names = {vehicle.id: vehicle for vehicle in case.vehicles}
    seated = {kind.id for kind in case.vehicle_types if kind.groups}
    seats = {vehicle.id for vehicle in case.vehicles if vehicle.type in seated or vehicle.extra_groups}
    parts: list[tuple[datetime, str]] = []
    for event in row.plan.launches:
        if event.vehicle not in seats or event.launch is None:
            continue
        options = {option.id: option for option in names[event.vehicle].launch}
        option = options.get(event.option or "")
        how = "" if option is None or option.name is None else f" {option.title}"
        parts.append((event.launch, f"launch {names[event.vehicle].title}{how} on {event.launch:%-d %B %Y}"))
    ports = {port.id: port.title for port in case.ports}
    parts += [
        (move.at, f"move {names[move.vehicle].title} to {ports[move.port]} on {move.at:%-d %B %Y}")
        for move in row.plan.relocations
        if move.vehicle in seats
    ]
    return "; ".join(text for _, text in sorted(parts)) if parts else "launch nothing"


def _reasons(
    levels: Sequence[Level],
    best: ComparisonRow | None,
    second: ComparisonRow | None,
    free: ComparisonRow | None,
    rows: Sequence[ComparisonRow],
) -> list[str]:
    found: list[str] = []
    if best is None or best.evaluation is None:
        return found
    first = levels[0]
    unit = " umort" if first.is_expectation else ""
    mine = best.evaluation.objective.get(first.id, 0.0)
    if second is not None and second.evaluation is not None:
        gap = second.evaluation.objective.get(first.id, 0.0) - mine
        waives = f", which waives {', '.join(second.waived)}" if second.waived else ""
        how = "behind" if gap >= 0 else "ahead of it"
        found.append(f"The next alternative, {second.title}{waives}, is {abs(gap):,.1f}{unit} {how} in {first.id}.")
    if free is not None and free.evaluation is not None:
        gap = mine - free.evaluation.objective.get(first.id, 0.0)
        bound = free.answer.levels[0].bound if free.answer is not None and free.answer.levels else None
        if gap >= SAME:
            found.append(f"The case free of alternatives has a plan that is {gap:,.1f}{unit} better in {first.id}.")
        elif bound is not None and mine - bound < SAME:
            found.append(
                f"No plan that waives nothing is better in {first.id}: proven on the case free of alternatives."
            )
        else:
            found.append(
                f"In {first.id} no better plan free of alternatives was found; that there is none is not proven."
            )
    decided = next((row for row in rows if row.kind == "as-decided" and row.evaluation is not None), None)
    if decided is not None and decided.evaluation is not None:
        gap = decided.evaluation.objective.get(first.id, 0.0) - mine
        broken = "" if decided.evaluation.ok else " (and breaks rules of the case: see `check`)"
        found.append(
            f"What was really done comes to {gap:+,.1f}{unit} in {first.id} against the recommendation{broken}."
        )
    return found
