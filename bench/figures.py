"""How fast the package is on what it is meant for: `python -m crewreturn.bench.figures`.

Each case is solved by a process of its own, one after the other, with one worker.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import click

from ..models.canonical import dump_json
from ..models.case import Case
from ..models.case_file import load_case
from ..report.tables import table
from ..solver.api import solve
from ..solver.search import Progress
from .generate import generate
from .one_run import peak_memory
from .variations import AGREE

MS22 = "soyuz-ms22"


@dataclass(frozen=True)
class Question:
    """A case to solve, or one of its alternatives, and for how long."""

    name: str
    make: Callable[[], Case]
    limit: float
    alternative: str | None = None


@dataclass(frozen=True)
class Figure:
    """What came of a question. Values are those of the first level."""

    name: str
    value: float | None
    bound: float | None
    plan: float | None
    """Seconds until the value was first reached."""
    first: float | None
    """Seconds until the first level was proven on every tick, if it was."""
    proven: float | None
    """Seconds until all levels were."""
    seconds: float
    """Until the answer."""
    mebibytes: float | None
    """The most memory that the process had, where the system tells."""

    @property
    def gap(self) -> float | None:
        """Between value and bound, as a part of the value."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / max(abs(self.value), AGREE)


def by_the(hours: float) -> Case:
    """MS-22 by so many hours."""
    return load_case(MS22).model_copy(update={"resolution": timedelta(hours=hours)})


def soft() -> Case:
    """MS-22 with its staffing rules priced, and no stay bounds but the planned returns."""
    data = json.loads(dump_json(load_case(MS22), defaults=False))
    for rule in data["staffing"]:
        rule["soft"] = True
    for person in data["people"]:
        person.pop("earliest_return", None)
        person.pop("latest_return", None)
    return Case.model_validate_json(json.dumps(data))


def large(people: int, ships: int) -> Case:
    """The first case of the family `large` of that size."""
    return generate("large", 1, people=people, ships=ships).case


def questions() -> list[Question]:
    """All of them, the quick ones first."""
    day = by_the(24)
    return [
        Question("MS-22 by the day", lambda: by_the(24), 60),
        *(Question(f"- {entry.id}", lambda: by_the(24), 60, entry.id) for entry in day.alternatives),
        Question("- staffing soft, no stay bounds", soft, 180),
        Question("MS-22 by the hour", lambda: by_the(1), 180),
        Question("30 people, 8 ships", lambda: large(30, 8), 120),
        Question("100 people, 20 ships", lambda: large(100, 20), 60),
        Question("300 people, 30 ships", lambda: large(300, 30), 120),
        Question("1,000 people, 50 ships", lambda: large(1000, 50), 60),
        Question("- in ten minutes", lambda: large(1000, 50), 600),
    ]


def measured(name: str) -> Figure:
    """The figure of the question of that name."""
    question = next(entry for entry in questions() if entry.name == name)
    return figure(name, question.make(), question.limit, question.alternative)


def figure(name: str, case: Case, limit: float, alternative: str | None = None) -> Figure:
    """Solve a case, noting when its value was reached and when its first level was proven."""
    told: list[Progress] = []
    begun = time.monotonic()
    answer = solve(case, alternative=alternative, time_limit=limit, progress=told.append)
    seconds = time.monotonic() - begun
    first, later = answer.levels[0], answer.levels[1:]
    reached = [
        step.seconds
        for step in told
        if step.value is not None
        and first.value is not None
        and step.value <= first.value + AGREE
        and step.phase.endswith((f", {first.id}", "piece by piece"))
    ]
    on_ticks = answer.proven_on == "tick"
    next_level = [step.seconds for step in told if later and step.phase == f"every tick, {later[0].id}"]
    at_once = min(next_level, default=seconds)
    return Figure(
        name,
        first.value,
        first.bound if on_ticks else None,
        min(reached, default=None) if first.value is not None else None,
        at_once if on_ticks and first.status == "optimal" else None,
        seconds if on_ticks and all(level.status == "optimal" for level in answer.levels) else None,
        seconds,
        peak_memory(),
    )


def lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The table."""
    heads = ["case", "best, umort", "gap", "plan, s", "first level, s", "all proven, s", "ended, s", "MiB"]
    rows = [
        [
            f.name,
            "" if f.value is None else f"{f.value:,.1f}",
            "" if f.gap is None else f"{f.gap:.2%}",
            *("" if part is None else f"{part:.1f}" for part in (f.plan, f.first, f.proven)),
            f"{f.seconds:.0f}",
            "" if f.mebibytes is None else f"{f.mebibytes:,.0f}",
        ]
        for f in figures
    ]
    yield table(heads, rows, width=120, right=range(1, len(heads)))


@click.command()
@click.argument("names", nargs=-1)
def main(names: tuple[str, ...]) -> None:
    """Solve what the package is meant for (or only cases whose names hold one of the words), and print a table."""
    figures: list[Figure] = []
    for question in questions():
        if names and not any(word in question.name for word in names):
            continue
        spawned = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=1, mp_context=spawned) as pool:
            figures.append(pool.submit(measured, question.name).result())
        click.echo(f"{question.name}: {figures[-1].seconds:.0f} s", err=True)
    if not figures:
        click.echo("No case has a name with one of these words.", err=True)
        sys.exit(2)
    click.echo("\n".join(lines(figures)))


if __name__ == "__main__":
    main()
