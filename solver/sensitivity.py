"""On which numbers a comparison leans: where the plan recommended and the next one would change places.

Both plans are kept as they are and judged again, by the independent checker, with one number changed at a time. Solved
again, either might do better with the new number: that takes longer, and is what `crewreturn.bench.flip` does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from math import sqrt

from ..models.answer import ComparisonRow, Lean
from ..models.base import Confidence
from ..models.case import Case
from ..models.notes import judgement_values, unfounded_values
from ..models.numbers import document, named, number_at, with_number
from ..models.objective import Level
from .check import evaluate

REACH = 10.0
"""Numbers are tried up to so many times their value, and down to one part in so many."""
PROBES = (0.5, 2.0, 0.9, 1.1)
"""Factors of which the first that the case can have says what a number moves."""
CLOSE = 0.002
"""Part of the lead that is nothing, where the number is sought at which it is gone."""
NOTHING = 1e-6
"""A lead, or a change of one, that is rounding."""
HALVINGS = 10
"""How often the way is halved to the last number that the case can have: to a quarter of a percent."""

LeadAt = Callable[[float], float | None]
"""The lead with so many times the number, None if the case cannot have it."""


def leans(
    case: Case,
    levels: Sequence[Level],
    ahead: ComparisonRow,
    rival: ComparisonRow,
    cancel: threading.Event | None = None,
) -> tuple[Lean, ...] | None:
    """The prices and judgement values that the lead of one plan over another depends on, the most decisive first.

    Parameters
    ----------
    levels
        What was minimised; the lead is that in the first of them.
    ahead, rival
        Two rows with plans.
    cancel
        Set it from another thread to stop.

    Returns
    -------
    tuple of Lean
        Numbers that matter to the lead. First those that turn it within a factor of `REACH`, the nearest first, then
        the others by what they move. None if it was stopped.
    """
    case = case.model_copy(update={"objective": tuple(levels), "as_decided": None})
    whole = document(case)
    now = _lead(case, ahead, rival)
    found: list[Lean] = []
    for path, confidence in _numbers(case, whole):
        if cancel is not None and cancel.is_set():
            return None
        value = number_at(whole, path)

        def lead(factor: float, path: str = path, value: float = value) -> float | None:
            """The lead with so many times the number, None if the case cannot have it."""
            try:
                changed = with_number(whole, path, value * factor)
            except ValueError:
                return None
            return _lead(changed, ahead, rival)

        moves = _moves(now, lead)
        if abs(moves) < NOTHING:
            continue
        factor = _turn(now, down=moves * now > 0, lead=lead)
        turns_at = None if factor is None else value * factor
        found.append(Lean(path=path, value=value, confidence=confidence, moves=abs(moves), turns_at=turns_at))
    return tuple(sorted(found, key=_decisive))


def _numbers(case: Case, whole: object) -> Iterator[tuple[str, Confidence | None]]:
    """Prices of the first level, then the losses, chances and rates that are judgement or of unknown origin."""
    first = case.objective[0]
    for measure, weight in first.weights.items():
        # Alone in its level a weight is the unit of what is minimised, not the price of anything.
        if weight > 0 and measure != "expected_loss" and len(first.weights) > 1:
            yield f"objective.{first.id}.weights.{measure}", None
    for path, number in [*judgement_values(case), *unfounded_values(case)]:
        if "outcomes" not in path and number.mean > 0:  # plans take every launch as on time
            yield named(whole, path), number.confidence


def _lead(case: Case, ahead: ComparisonRow, rival: ComparisonRow) -> float:
    first = case.objective[0].id
    said = {entry.id: entry.statements for entry in case.alternatives}
    values = []
    for row in (ahead, rival):
        assert row.plan is not None
        judged = evaluate(case, row.plan, waive=row.waived, statements=said.get(row.id, ()))  # `graded_days` reads them
        values.append(judged.objective[first])
    return values[1] - values[0]


def _moves(now: float, lead: LeadAt) -> float:
    """What doubling the number adds to the lead, at the rate of the first change of it that the case can have."""
    for factor in PROBES:
        there = lead(factor)
        if there is not None:
            return (there - now) / (factor - 1)
    return 0.0


def _turn(now: float, *, down: bool, lead: LeadAt) -> float | None:
    """How many times the number a lead is gone, or None if it is not in reach."""
    if abs(now) < NOTHING:
        return 1.0
    far, at_far = _farthest(1 / REACH if down else REACH, lead)
    if at_far is None or at_far * now > 0:
        return None
    near, at_near = 1.0, now
    for _ in range(40):  # losses are straight lines in nearly every number: the first guess is the answer
        guess = near + (far - near) * at_near / (at_near - at_far)
        there = lead(guess)
        if there is None:
            break
        if abs(there) <= max(CLOSE * abs(now), NOTHING):
            return guess
        # The side that stays is taken for half of what it is, or a curve would be climbed from one side only.
        if there * now > 0:
            near, at_near, at_far = guess, there, at_far / 2
        else:
            far, at_far, at_near = guess, there, at_near / 2
    return far


def _farthest(far: float, lead: LeadAt) -> tuple[float, float | None]:
    """The factor tried, or the one farthest towards it that the case can have, and the lead there."""
    there = lead(far)
    if there is not None:
        return far, there
    possible, impossible = 1.0, far  # a chance above 1 is no case
    for _ in range(HALVINGS):
        middle = sqrt(possible * impossible)
        at_middle = lead(middle)
        if at_middle is None:
            impossible = middle
        else:
            possible, there = middle, at_middle
    return possible, there


def _decisive(lean: Lean) -> tuple[bool, float]:
    if lean.turns_at is None:
        return (True, -lean.moves)
    return (False, max(lean.turns_at / lean.value, lean.value / lean.turns_at))
