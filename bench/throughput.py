"""How much more do two workers get done than one process? On two cores that nobody else uses, 1.9 times at least.

    python -m crewreturn.bench.throughput --count 400 --repeat 3

The same cases are run in one process that does everything itself, by the command with one worker, and by the command
with more, in turn, each from its start to its end. With one worker there are two processes: what the runner does for
each run, which is to read its case for the key and to write its row, goes on beside the run before. So more workers
gain less on one worker than on one process, the less the shorter the runs are.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from .. import __version__
from ..models.problems import CrewreturnError
from ..report.words import count
from .case_files import Questions, case_files
from .rows import FAILED, Configuration, Row, RowFile, read_rows
from .runner import run_batch
from .trial import COMMAND, SIZES, cases

T = TypeVar("T")

LIMIT = 60.0
"""Seconds that a run may take."""
ALONE = "import sys; from crewreturn.bench.throughput import alone; alone(sys.argv[1], sys.argv[2:])"


class Here(Executor):
    """Makes every call at once, where it is asked."""

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Make the call."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def alone(out: str, paths: Sequence[str]) -> None:
    """Run cases in this process."""
    configuration = Configuration(time_limit=LIMIT)
    with RowFile(out, configuration, __version__) as rows:
        run_batch(iter(Questions(case_files(paths), configuration, (0,), False)), rows, Here(), workers=1)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch, seen from outside."""

    workers: int
    """0: one process that does everything."""
    seconds: float
    """Wall time from the start of the command to its end."""
    runs_a_second: float
    """From the beginning of the first run to that of the last: without what starting and ending takes."""
    runner: float
    """Seconds of the processor that the runner took, its workers apart."""
    runs: float
    """Seconds of the processor that solving took."""


def measured(paths: Sequence[str], workers: int) -> Batch:
    """Run cases once.

    Parameters
    ----------
    paths
        Case files, or folders of them.
    workers
        Processes that make runs; 0: there is one process, which does everything.

    Raises
    ------
    CrewreturnError
        If the batch or one of its runs fails: then the time says nothing.
    """
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "rows.jsonl")
        arguments = ["bench", "run", *paths, "--out", str(out), "--time-limit", str(LIMIT), "--workers", str(workers)]
        command = [COMMAND, *arguments] if workers else [ALONE, str(out), *paths]
        said = Path(place, "said")
        begun = time.monotonic()
        with said.open("w") as sink:
            process = subprocess.Popen([sys.executable, "-c", *command], stdout=sink, stderr=sink)
            spent = _ended(process)
        seconds = time.monotonic() - begun
        rows = read_rows(out) if out.exists() else []
        failed = [row for row in rows if row.status in FAILED]
        if process.returncode or failed:
            why = failed[0].message if failed else said.read_text()
            raise CrewreturnError(f"the batch ended with status {process.returncode}: {why}. Nothing can be measured.")
    return Batch(workers, seconds, _rate(rows), spent, sum(row.cpu_seconds or 0.0 for row in rows))


def _ended(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; what it took of the processor, and what those took that it waited for."""
    if not hasattr(os, "wait4"):
        process.wait()
        return float("nan")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _rate(rows: Sequence[Row]) -> float:
    begun = sorted(row.begun.timestamp() for row in rows if row.begun is not None)
    span = begun[-1] - begun[0] if begun else 0.0
    return (len(begun) - 1) / span if span else float("nan")


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--count", "number", default=400, show_default=True, help="How many random cases, where there is no PATH."
)
@click.option("--size", type=click.Choice(list(SIZES)), default="tiny", show_default=True, help="Of the random cases.")
@click.option("--workers", default=2, show_default=True, help="Against one, and against one process.")
@click.option("--repeat", default=3, show_default=True, help="How often each is measured: medians are compared.")
def main(paths: tuple[str, ...], number: int, size: str, workers: int, repeat: int) -> None:
    """Tell the throughput of several workers against that of one."""
    with tempfile.TemporaryDirectory() as place:
        if not paths:
            cases(Path(place), number, SIZES[size])
            paths = (place,)
        found: dict[int, list[Batch]] = {0: [], 1: [], workers: []}
        for turn in range(repeat):
            for each in sorted(found, reverse=turn % 2 == 1):  # what grows with time weighs on all alike
                batch = measured(paths, each)
                found[each].append(batch)
                click.echo(f"{_who(each)}: {_told(batch)}")
    most = found[workers]
    for each in (0, 1):
        whole = _median(found[each], "seconds") / _median(most, "seconds")
        begun = _median(most, "runs_a_second") / _median(found[each], "runs_a_second")
        click.echo(f"{_who(workers)} against {_who(each)}: {whole:.2f}, without starting and ending {begun:.2f}")


def _who(workers: int) -> str:
    return count(workers, "worker") if workers else "one process"


def _told(batch: Batch) -> str:
    rate = f"{batch.runs_a_second:.1f} runs a second once begun"
    return f"{batch.seconds:.2f} s, {rate}; processor: runner {batch.runner:.2f} s, runs {batch.runs:.2f} s"


def _median(batches: Sequence[Batch], name: str) -> float:
    return float(statistics.median(getattr(batch, name) for batch in batches))


if __name__ == "__main__":
    main()
