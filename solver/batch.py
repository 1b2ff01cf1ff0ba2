"""Many cases at once: answers in order, and one failure does not end the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from ..models.answer import Answer
from ..models.case import Case
from .api import solve


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a case that could not be solved."""

    case: str
    error: str
    """Kind and message of the error."""


def solve_many(
    cases: Iterable[Case], *, executor: Executor | None = None, time_limit: float | None = None
) -> Iterator[Answer | Failure]:
    """Solve cases one after another, or on an executor, one worker each.

    Parameters
    ----------
    cases
        The cases.
    executor
        Any `concurrent.futures` executor; in this process, one by one, where absent.
    time_limit
        Seconds for each case.

    Yields
    ------
    Answer or Failure
        One for each case, in order.
    """
    if executor is None:
        for case in cases:
            yield _one(case, time_limit)
        return
    running: list[tuple[str, Future[Answer | Failure]]] = [
        (case.id, executor.submit(_one, case, time_limit)) for case in cases
    ]
    for name, future in running:
        try:
            yield future.result()
        except Exception as error:  # a worker that died: the others go on
            yield Failure(name, f"{type(error).__name__}: {error}")


def _one(case: Case, time_limit: float | None) -> Answer | Failure:
    try:
        return solve(case, time_limit=time_limit)
    except Exception as error:  # kept as data: one failure does not end the rest
        return Failure(case.id, f"{type(error).__name__}: {error}")
