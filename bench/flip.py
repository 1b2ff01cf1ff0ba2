"""At which value would the ranking of two rescue alternatives turn? `python -m crewreturn.bench.flip --help`.

Found by solving: the value is multiplied by a factor, both alternatives are solved, and the factor at which the other
one comes out ahead is bracketed ever closer. Where a run stops at its time limit, its plan is what is compared.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import sqrt
from typing import Any

import click

from ..models.case import Case
from ..models.case_file import load_case
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
    low: float | None
    """The last value tried at which it still is, and None if the other never is ahead in reach."""
    high: float | None
    """The first value tried at which the other is ahead."""


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
        If there is no number at the path, or one of the two has no plan as the case stands.
    """
    document = json.loads(case.model_dump_json(by_alias=True, exclude_none=True))
    value = _number(document, path)

    def lead(factor: float) -> float:
        """By how much the first is ahead (infinite where the other has no plan)."""
        changed = _with(document, path, value * factor)
        return _first_level(changed, second, time_limit) - _first_level(changed, first, time_limit)

    now = lead(1.0)
    if now != now:
        raise CrewreturnError(f"neither {first} nor {second} has a plan: there is nothing to compare")
    ahead, sign = (first, 1) if now >= 0 else (second, -1)
    low, high = 1.0, 1.0
    step = 2.0
    while step <= WIDEST:
        factor = step if up else 1 / step
        if sign * lead(factor) < 0:
            high = factor
            break
        low, step = factor, step * 4
    else:
        return Flip(value, ahead, value * low, None)
    while max(low / high, high / low) > close:
        middle = sqrt(low * high)
        low, high = (low, middle) if sign * lead(middle) < 0 else (middle, high)
    return Flip(value, ahead, value * low, value * high)


def _first_level(case: Case, alternative: str, time_limit: float | None) -> float:
    answer = solve(case, alternative=None if alternative == FREE else alternative, time_limit=time_limit)
    return float("inf") if answer.evaluation is None else answer.evaluation.objective[case.objective[0].id]


def _place(document: Any, keys: list[str]) -> Any:
    place = document
    for key in keys:
        try:
            if isinstance(place, list) and not key.isdigit():
                place = next(item for item in place if item["id"] == key)
            else:
                place = place[int(key)] if isinstance(place, list) else place[key]
        except (KeyError, IndexError, StopIteration, TypeError):
            raise CrewreturnError(f"there is nothing called {key} in {'.'.join(keys)}") from None
    return place


def _number(document: Any, path: str) -> float:
    found = _place(document, path.split("."))
    if isinstance(found, dict):
        found = found.get("mean")
    if not isinstance(found, int | float) or found <= 0:
        raise CrewreturnError(f"{path} is no number above 0")
    return float(found)


def _with(document: Any, path: str, value: float) -> Case:
    changed = json.loads(json.dumps(document))
    *way, last = path.split(".")
    place = _place(changed, way)
    if isinstance(place[last], dict):
        place[last]["mean"] = value
    else:
        place[last] = value
    return Case.model_validate_json(json.dumps(changed))


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
        raise click.ClickException(str(error)) from None
    other = second if found.ahead == first else first
    said = f"{path} is {found.value:g}, and {found.ahead} is ahead of {other}."
    if found.high is None:
        click.echo(f"{said} It still is at {found.low:g}.")
    else:
        click.echo(f"{said} It still is at {found.low:.3g}, and no longer at {found.high:.3g}.")


if __name__ == "__main__":
    main()
