"""At which value would the ranking of two rescue alternatives turn? `python -m crewreturn.bench.flip --help`.

Found by solving: the value is multiplied by a factor, both alternatives are solved, and the factor at which the other
one comes out ahead is bracketed ever closer. Values that the case cannot have, such as a chance above 1, are left out:
what is told of holds up to near them. Where a run stops at its time limit, its plan is what is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import click

from ..models.case import Case
from ..models.case_file import load_case
from ..models.numbers import document, number_at, with_number
from ..models.problems import CrewreturnError
from ..solver.api import solve

FREE = "free"
WIDEST = 1000.0
"""Factors from one over this to this are tried."""


@dataclass(frozen=True)
class Flip:
    """Where two alternatives change places."""

    value: float
    """The value as the case has it."""
    ahead: str
    """Which of the two is ahead there."""
    low: float
    """The last value tried at which it still is."""
    high: float | None
    """The first value tried at which the other is ahead, None if it never is in reach."""


def flip(
    case: Case, path: str, first: str, second: str, *, up: bool, time_limit: float | None = None, close: float = 1.05
) -> Flip:
    """Bracket the value at which two alternatives change places in the first level.

    Parameters
    ----------
    path
        The value in the case's document, ids in place of numbers where entries have them, as in
        `vehicle_types.soyuz.health.nominal.loss.3`.
    first, second
        Ids of alternatives; `free` for the case free of them.
    up
        Whether to look above the value, or below it.
    time_limit
        Seconds for each solve.
    close
        How close the bracket is to be, as a ratio.

    Raises
    ------
    CrewreturnError
        If there is no number above 0 at the path, or neither of the two has a plan at a value tried.
    """
    whole = document(case)
    value = number_at(whole, path)

    def lead(factor: float) -> float | None:
        """By how much the first is ahead (infinite where the other has no plan), None if the case cannot be."""
        try:
            changed = with_number(whole, path, value * factor)
        except ValueError:
            return None
        found = _first_level(changed, second, time_limit) - _first_level(changed, first, time_limit)
        if found != found:
            raise CrewreturnError(
                f"neither {first} nor {second} has a plan where {path} is {value * factor:g}: there is nothing to "
                "compare. Give more time, or other alternatives."
            )
        return found

    ahead, sign = (first, 1) if (lead(1.0) or 0.0) >= 0 else (second, -1)
    low, high, beyond = 1.0, None, None
    step = 2.0 if up else 0.5
    while high is None and 1 / WIDEST <= step <= WIDEST:
        there = lead(step)
        if there is None:
            beyond = step
        elif sign * there < 0:
            high = step
        else:
            low = step
        if beyond is None:
            step = low * 4 if up else low / 4
        elif _ratio(low, beyond) > close:
            step = sqrt(low * beyond)
        else:
            break
    while high is not None and _ratio(low, high) > close:
        middle = sqrt(low * high)
        there = lead(middle)
        if there is None:  # no number between two counts
            break
        low, high = (low, middle) if sign * there < 0 else (middle, high)
    return Flip(value, ahead, value * low, None if high is None else value * high)


def _ratio(one: float, other: float) -> float:
    return max(one / other, other / one)


def _first_level(case: Case, alternative: str, time_limit: float | None) -> float:
    answer = solve(case, alternative=None if alternative == FREE else alternative, time_limit=time_limit)
    return float("inf") if answer.evaluation is None else answer.evaluation.objective[case.objective[0].id]


@click.command()
@click.argument("case")
@click.argument("path")
@click.argument("first")
@click.argument("second")
@click.option("--down", is_flag=True, help="Look below the value, not above.")
@click.option("--time-limit", type=float, help="Seconds for each solve.")
def main(case: str, path: str, first: str, second: str, down: bool, time_limit: float | None) -> None:
    """Say at which value at PATH in CASE the alternatives FIRST and SECOND change places."""
    try:
        found = flip(load_case(case), path, first, second, up=not down, time_limit=time_limit)
    except CrewreturnError as error:
        raise click.UsageError(str(error)) from None
    other = second if found.ahead == first else first
    said = f"{path} is {found.value:g}, and {found.ahead} is ahead of {other}."
    if found.high is None:
        click.echo(f"{said} It still is at {found.low:g}.")
    else:
        click.echo(f"{said} It still is at {found.low:.3g}, and no longer at {found.high:.3g}.")


if __name__ == "__main__":
    main()
