"""How fast the package is on what it is meant for: `python -m crewreturn.bench.figures`.

Each case is solved by a process of its own, one after the other, with one worker.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import click

from ..models.answer import Answer
from ..models.case import Case
from ..models.case_file import load_case
from ..models.problems import CrewreturnError
from ..report.tables import table
from ..solver.api import solve
from ..solver.search import Progress
from .generate import generate
from .one_run import peak_memory
from .variations import AGREE, apart

MS22 = "soyuz-ms22"
Told = Sequence[tuple[float, Progress]]
"""Steps of a search, each with the seconds since it was asked."""


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
    """On every tick."""
    plan: float | None
    """Seconds until the best plan by the first level was known."""
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
        return apart(self.value, self.bound)


def by_the(hours: float) -> Case:
    """MS-22 by so many hours."""
    return load_case(MS22).model_copy(update={"resolution": timedelta(hours=hours)})


def soft() -> Case:
    """MS-22 with its staffing rules priced, and no stay bounds but the planned returns."""
    case = load_case(MS22)
    staffing = tuple(rule.model_copy(update={"soft": True}) for rule in case.staffing)
    free = {"earliest_return": None, "latest_return": None}
    people = tuple(person.model_copy(update=free) for person in case.people)
    return case.model_copy(update={"staffing": staffing, "people": people})


def large(people: int, ships: int) -> Case:
    """The first case of the family `large` of that size."""
    return generate("large", 1, people=people, ships=ships).case


def questions() -> list[Question]:
    """All of them, the quick ones first."""
    day = partial(by_the, 24)
    return [
        Question("MS-22 by the day", day, 60),
        *(Question(f"- {entry.id}", day, 60, entry.id) for entry in day().alternatives),
        Question("- staffing soft", soft, 180),
        Question("MS-22 by the hour", partial(by_the, 1), 180),
        Question("30 people, 8 ships", partial(large, 30, 8), 120),
        Question("100 people, 20 ships", partial(large, 100, 20), 60),
        Question("300 people, 30 ships", partial(large, 300, 30), 120),
        Question("1,000 people, 50 ships", partial(large, 1000, 50), 60),
        Question("- in ten minutes", partial(large, 1000, 50), 600),
    ]


def measured(question: Question) -> Figure:
    """Solve a case, noting when its best plan was known and when its first level was proven."""
    case, told = question.make(), list[tuple[float, Progress]]()
    begun = time.monotonic()
    answer = solve(
        case,
        alternative=question.alternative,
        time_limit=question.limit,
        progress=lambda step: told.append((time.monotonic() - begun, step)),
    )
    return read(question.name, answer, told, time.monotonic() - begun, peak_memory())


def read(name: str, answer: Answer, told: Told, seconds: float, mebibytes: float | None) -> Figure:
    """What an answer and the steps of its search tell.

    The last announcement of the second level on every tick is when the first was proven: those before belong to
    attempts that were begun again.
    """
    first, later = answer.levels[0], answer.levels[1:]
    values = [
        (when, step.value)
        for when, step in told
        if step.value is not None and step.phase.endswith((f", {first.id}", "piece by piece"))
    ]
    best = min((value for _, value in values), default=None)
    known = min((when for when, value in values if best is not None and value <= best + AGREE), default=None)
    on_ticks = answer.proven_on == "tick"
    announced = [
        when
        for when, step in told
        if later and step.phase == f"every tick, {later[0].id}" and (step.value, step.bound) == (None, None)
    ]
    first_proven = max(announced, default=seconds)
    return Figure(
        name,
        first.value,
        first.bound if on_ticks else None,
        known if first.value is not None else None,
        first_proven if on_ticks and first.status == "optimal" else None,
        seconds if on_ticks and all(level.status == "optimal" for level in answer.levels) else None,
        seconds,
        mebibytes,
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
    asked = [entry for entry in questions() if not names or any(word in entry.name for word in names)]
    if not asked:
        click.echo("No case has a name with one of these words.", err=True)
        sys.exit(2)
    figures: list[Figure] = []
    for question in asked:
        try:
            with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
                figures.append(pool.submit(measured, question).result())
        except (BrokenProcessPool, CrewreturnError) as error:
            click.echo(f"{question.name}: {error}", err=True)
            continue
        click.echo(f"{question.name}: {figures[-1].seconds:.0f} s", err=True)
    click.echo("\n".join(lines(figures)))
    sys.exit(len(figures) < len(asked))


if __name__ == "__main__":
    main()
