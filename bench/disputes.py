"""Proven values that contradict each other: somebody is wrong, and no average may hide it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from ..models.base import Many, Model
from .best_known import ARGUMENT, BEST_KNOWN, Known, known_as
from .gaps import best_values, question, value_of
from .rows import FAILED, LevelRow, Row

ROUNDINGS = 2e-2
"""Micromorts: more than the roundings of a plan's parts add up to."""
FLOAT = 1e-6
"""Of a count or of days; and as a part of any value."""


class Dispute(Model):
    """Two rows, or a row and a best known value, that cannot both be right."""

    case: str
    alternative: str | None
    seeds: Many[int]
    """Of the two rows; one, where what contradicts it is a best known value."""
    keys: Many[str]
    """Of the rows."""
    message: str


def disputes(rows: Iterable[Row], known: Mapping[str, Known]) -> list[Dispute]:
    """Every question on which two rows contradict each other, or one the best known values: one dispute for each.

    Seeds do not matter: what is proven of a case is proven whatever the order in which it was written down.
    """

    def question(row: Row) -> tuple[str, str, str]:
        return row.case_digest, row.alternative or "", row.configuration.objective or ""

    found = []
    for _, group in groupby(sorted(rows, key=question), key=question):
        asked = list(group)
        dispute = _first(asked) or _against_known(asked, known)
        if dispute is not None:
            found.append(dispute)
    return found


def judged(rows: Sequence[Row], known: Mapping[str, Known]) -> list[Row]:
    """The rows, of which those are `rejected` whose proof a lawful plan disproves, whoever made the plan.

    A plan that the checker passes is there for everybody to see; a proof is a solver's word.
    """
    bests = best_values(rows, dict(known))
    return [_rejected(row, bests.get(question(row))) for row in rows]


def _rejected(row: Row, best: float | None) -> Row:
    if row.status in FAILED or best is None:
        return row
    bound = row.levels[0].bound if row.levels else None
    if row.status == "infeasible":
        said = f"no plan is said to exist, and there is one of {best:.10g}"
    elif bound is not None and bound > best + _allowed(row.levels[0]):
        said = f"no plan is said to be better than {bound:.10g}, and there is one of {best:.10g}"
    else:
        return row
    return row.model_copy(update={"status": "rejected", "message": said, "levels": (), "plan_digest": None})


def certified(rows: Iterable[Row], known: Mapping[str, Known]) -> dict[str, Known]:
    """Best known values, with whom they are certified by: every solver other than the first that proves the same.

    Parameters
    ----------
    rows
        Of which those count that were asked for the case's own objective.
    known
        Values as `kept` has them. What an argument certifies stays as it is.
    """
    found = dict(known)
    for row in rows:
        name = known_as(row.case_digest, row.alternative)
        entry, who = found.get(name), row.configuration.who
        if entry is None or entry.proof == "none" or entry.certified_by == ARGUMENT or row.status in FAILED:
            continue
        if entry.proven_by not in (None, who) and row.configuration.objective is None and _proves(row, entry):
            names = {who, *(entry.certified_by.split(", ") if entry.certified_by else ())}
            found[name] = entry.model_copy(update={"certified_by": ", ".join(sorted(names))})
    return found


def _proves(row: Row, entry: Known) -> bool:
    """Whether a row proves what is known."""
    if entry.proof == "infeasible":
        return row.status == "infeasible"
    if not row.levels or row.levels[0].status != "optimal" or entry.value is None or value_of(row) is None:
        return False
    best = _best(row.levels[0])
    return best is not None and abs(best - entry.value) <= _allowed(row.levels[0])


def _against_known(rows: Sequence[Row], known: Mapping[str, Known]) -> Dispute | None:
    """The first row that contradicts what is known; that speaks of the case's own objective."""
    entry = known.get(known_as(rows[0].case_digest, rows[0].alternative))
    if entry is None or rows[0].configuration.objective is not None:
        return None
    for row in rows:
        message = _unlike_known(entry, row)
        if message is not None:
            said = f"{message}, says {BEST_KNOWN}" + (f" ({entry.configuration})" if entry.configuration else "")
            return Dispute(case=row.case, alternative=row.alternative, seeds=(row.seed,), keys=(row.key,), message=said)
    return None


def _unlike_known(entry: Known, row: Row) -> str | None:
    if entry.proof == "infeasible":
        return None if row.plan_digest is None else "here is a plan, and there is none"
    if row.status == "infeasible":
        return (
            None if entry.value is None else f"proven that there is no plan, and there is one with {entry.value:.10g}"
        )
    if row.plan_digest is None or not row.levels:
        return None
    level = row.levels[0]
    allowed, best = _allowed(level), _best(level)
    low = entry.value if entry.proof == "optimal" else entry.bound
    if level.value is not None and low is not None and level.value < low - allowed:
        return f"{level.id}: a plan with {level.value:.10g}, and none is below {low:.10g}"
    if level.status == "optimal" and entry.value is not None and best is not None and best > entry.value + allowed:
        return f"{level.id}: proven best {best:.10g}, and there is a plan with {entry.value:.10g}"
    return None


def _first(rows: Sequence[Row]) -> Dispute | None:
    """The first contradiction among rows of one question: each against the one that says most."""
    telling = [row for row in rows if row.status in ("optimal", "infeasible")]
    for proven in telling[:1] + [row for row in telling[1:] if row.status != telling[0].status]:
        for row in rows:
            message = None if row is proven else _contradiction(proven, row)
            if message is not None:
                return Dispute(
                    case=row.case,
                    alternative=row.alternative,
                    seeds=(proven.seed, row.seed),
                    keys=(proven.key, row.key),
                    message=message,
                )
    return None


def _contradiction(proven: Row, other: Row) -> str | None:
    if proven.status == "infeasible":
        return None if other.plan_digest is None else "proven that there is no plan, and here is one"
    if other.status == "infeasible":
        return "proven that there is no plan, and here is one"
    if other.proven_on == "none" or other.plan_digest is None:
        return None
    for mine, theirs in zip(proven.levels, other.levels, strict=False):
        allowed = _allowed(mine)
        best, value, bound = _best(mine), theirs.value, theirs.bound
        if mine.status != "optimal" or best is None:
            return None
        if (
            theirs.status == "optimal"
            and (other_best := _best(theirs)) is not None
            and abs(best - other_best) > allowed
        ):
            return f"{mine.id}: proven best {best:.10g} and {other_best:.10g}"
        if value is not None and value < best - allowed:
            return f"{mine.id}: proven best {best:.10g}, and a plan with {value:.10g}"
        if bound is not None and mine.value is not None and bound > mine.value + allowed:
            return f"{mine.id}: a plan with {mine.value:.10g}, and proven that none is below {bound:.10g}"
        # What later levels can reach hangs on what earlier ones have, be it within a rounding or a tolerance.
        if value is None or mine.value is None or abs(value - mine.value) > FLOAT:
            return None
    return None


def _best(level: LevelRow) -> float | None:
    """The best value of a level that is proven; that of the plan may stray from it within a tolerance."""
    return level.value if level.bound is None else level.bound


def _allowed(level: LevelRow) -> float:
    value = abs(_best(level) or 0.0)
    return max(FLOAT * value, ROUNDINGS if level.unit else FLOAT)
