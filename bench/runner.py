"""Many runs, on processes here or on a cluster: every run gets one row, whatever dies meanwhile."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from ..models.problems import CrewreturnError, quote
from ..report.words import count
from .one_run import ended, perform
from .rows import FAILED, Asked, Configuration, Row, RowFile, Status
from .workers import NeverBegan, OverMemory, OverTime, Workers

ATTEMPTS = 2
"""A run over which so many workers have died is not begun again."""
AHEAD = 2
"""Runs that are handed out for each worker: one that it makes, and those that wait for it."""
LOOK_EVERY = 0.2
"""Seconds between two looks whether to stop."""
OVERTIME, GRACE = 3.0, 60.0
"""Unless told otherwise, a worker that needs so many times the time limit, and so many seconds more, is ended."""
CONNECT = 10
"""Seconds within which a cluster has to answer."""

LOADED_LATE = ("ortools.sat.python.cp_model", "ortools.math_opt.python.mathopt")
"""What the solver loads when it first needs it: a second that is no part of any run."""


class NoWorkers(CrewreturnError):
    """There is nobody to make runs, or not any more."""


class Stop(Protocol):
    """What tells whether to stop, such as `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch is, for a line of progress."""

    phase: str
    value: float | None = None
    bound: float | None = None


@dataclass(slots=True)
class Batch:
    """What a batch came to."""

    statuses: Counter[Status] = field(default_factory=Counter)
    """Of the runs made now."""
    there: int = 0
    """Runs that had a row already."""
    lost: int = 0
    """Times that a worker died."""
    stopped: bool = False
    """Whether it was stopped before the end."""
    failures: list[Row] = field(default_factory=list)
    """Rows of runs that failed."""


@dataclass(slots=True)
class _Handed:
    """A run that has been handed to a worker."""

    asked: Asked
    text: bytes
    attempts: int


def run_batch(
    questions: Iterator[tuple[Asked, bytes]],
    rows: RowFile,
    executor: Executor,
    *,
    workers: int,
    stop: Stop | None = None,
    tell: Callable[[Step], None] | None = None,
    position: Callable[[], str] = lambda: "",
) -> Batch:
    """Make every run that has no row yet, and append its row.

    Parameters
    ----------
    questions
        The runs, each with the text of its case file; drawn as workers become free.
    rows
        Where rows go.
    executor
        Who makes the runs. It is not shut down here. A future that ends with `BrokenExecutor` has lost its worker: the
        run is begun again, and gets a row `killed` when that happens a second time.
    workers
        How many the executor has.
    stop
        Looked at now and then; the rows there are stay, and runs that were going on are given up.
    tell
        Told after each row.
    position
        Where among the files the batch is, for the line of progress.

    Raises
    ------
    Unwritable
        If rows cannot be written.
    NoWorkers
        If the executor gives runs up.
    """
    batch, again, running = Batch(), deque[_Handed](), dict[Future[Row], _Handed]()
    new = _new(questions, rows, batch)

    def hand_out() -> None:
        while len(running) < AHEAD * workers:
            handed = again.popleft() if again else next(new, None)
            if handed is None:
                return
            future = executor.submit(perform, handed.asked, handed.text, handed.attempts, workers)
            running[future] = handed

    try:
        hand_out()
        while running:
            if stop is not None and stop.is_set():
                batch.stopped = True
                break
            done, _ = wait(running, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in done:
                handed = running.pop(future)
                row = _row(future, handed, workers)
                if row is None:
                    batch.lost += 1
                    handed.attempts += 1
                    again.append(handed)
                    continue
                batch.lost += row.status == "killed"
                rows.append(row)
                batch.statuses[row.status] += 1
                if row.status in FAILED:
                    batch.failures.append(row)
            if tell is not None and done:
                tell(Step(_phase(batch, position())))
            hand_out()
    finally:
        for future in running:
            future.cancel()
    return batch


def _new(questions: Iterator[tuple[Asked, bytes]], rows: RowFile, batch: Batch) -> Iterator[_Handed]:
    """Runs without a row, each once."""
    seen: set[str] = set()
    for asked, text in questions:
        if asked.key in seen:
            continue
        seen.add(asked.key)
        if asked.key in rows.keys:
            batch.there += 1
        else:
            yield _Handed(asked, text, 1)


def _row(future: Future[Row], handed: _Handed, workers: int) -> Row | None:
    """What came of a run; None where it has to be begun again."""

    def without_answer(status: Status, error: BaseException) -> Row:
        return ended(handed.asked, status, str(error), attempts=handed.attempts, workers=workers)

    try:
        return future.result()
    except BrokenExecutor as error:
        return without_answer("killed", error) if handed.attempts >= ATTEMPTS else None
    except OverMemory as error:
        return without_answer("out_of_memory", error)
    except OverTime as error:
        return without_answer("time_limit", error)
    except NeverBegan as error:
        raise NoWorkers(f"no worker can be started: {error}") from None
    except CancelledError:
        raise NoWorkers("the runs that were going on have been given up by whoever was to make them") from None
    except Exception as error:
        if type(error).__name__ == "KilledWorker":  # dask's: it has tried on several workers, and all died
            return without_answer("killed", error)
        return without_answer("failed", RuntimeError(f"{type(error).__name__}: {error}"))


def _phase(batch: Batch, position: str) -> str:
    parts = [count(batch.statuses.total(), "run") + " made"]
    if batch.there:
        parts.append(f"{batch.there:,} were there")
    if batch.failures:
        parts.append(f"{len(batch.failures):,} failed")
    return ", ".join(part for part in (position, *parts) if part)


def processes(workers: int, configuration: Configuration) -> Workers:
    """Worker processes on this computer, with the limits of a configuration."""
    limit, grace = configuration.time_limit, configuration.grace
    patience = None if limit is None else OVERTIME * limit + GRACE if grace is None else limit + grace
    return Workers(
        workers,
        memory_limit=configuration.memory_limit,
        patience=patience,
        preload=(f"{__package__}.one_run", *LOADED_LATE),
    )


@contextmanager
def hands(configuration: Configuration, workers: int | None, cluster: str | None) -> Iterator[tuple[Executor, int]]:
    """Who makes the runs, and how many they are: processes here, or the workers of a dask cluster.

    Raises
    ------
    CrewreturnError
        If there is no such cluster, or what speaks with it is not installed.
    """
    if cluster is None:
        number = workers or os.cpu_count() or 1
        executor = processes(number, configuration)
        try:
            yield executor, number
        finally:
            executor.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client
    except ImportError:
        message = "a cluster needs `distributed`, which is not installed: pip install 'crewreturn[cluster]'"
        raise CrewreturnError(message) from None
    try:
        client = Client(cluster, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"{quote(cluster)}: no cluster answers there: {error}. Give the address that its scheduler tells."
        raise CrewreturnError(message) from None
    with client:
        number = sum(client.nthreads().values())
        if not number:
            raise CrewreturnError(f"{quote(cluster)}: the cluster has no workers. Start some with `dask worker`.")
        yield client.get_executor(pure=False, retries=0), number
