"""Does the runner keep its promise? Many small cases; `kill -9`, a full disk and torn lines at random moments.

    python -m crewreturn.bench.trial --count 10000 --kills 20

Cases are run by the command itself, in a process that is killed and started again, and whose workers are killed. It is
started where there is room for a few rows more, and where the last line is torn, as a power cut may leave it. In the
end every run has to have its row, and one only. Needs a system with `/proc`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from ..models.canonical import dump_json
from ..report.words import count, seconds
from .random_cases import random_case
from .random_draw import MICRO, TINY, Size
from .rows import FAILED, Row, read_rows

SIZES: dict[str, Size] = {"micro": MICRO, "tiny": TINY}
COMMAND = "from crewreturn.cli import main; main()"
RUNNER_ONE_IN = 3
"""Of so many kills, one is for the runner itself, as far as chance wants it."""
ROOM = 4000
"""Bytes at most that a disk has left when it is nearly full: about four rows."""
LIMITED = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); "
FULL = "rows cannot be written: File too large. Make room"
STUCK = 300
"""Seconds after which a runner on a full disk has hung."""
SECOND = 0.01
"""Seconds between two looks at how far the file is."""


@dataclass(slots=True)
class Trial:
    """What was done to a batch, and what became of it."""

    kills: Counter[str] = field(default_factory=Counter)
    """How often the runner was killed, and how often a worker."""
    starts: int = 0
    torn: int = 0
    """Times that the last line was torn, by a kill or on purpose."""
    full: int = 0
    """Times that a runner ended since there was no room for a row."""
    left: int = 0
    """Processes that outlived their runner by more than ten seconds."""
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def cases(folder: Path, number: int, size: Size, first: int = 0) -> None:
    """Write so many random cases into a folder."""
    for seed in range(first, first + number):
        (folder / f"random-{seed}.json").write_text(dump_json(random_case(seed, size)), encoding="utf-8")


def tried(
    folder: Path, out: Path, number: int, kills: int, workers: int, seed: int, *, full: int = 0, torn: int = 0
) -> Trial:
    """Run the cases of a folder to the end, and do it harm when the file has random numbers of rows.

    Parameters
    ----------
    folder
        Of cases.
    out
        Where rows go.
    number
        How many cases there are.
    kills, full, torn
        How often to kill, to leave no room, and to tear the last line.
    workers
        Of the runner.
    seed
        Of the dice that say when and what, and whom to kill.
    """
    dice, trial, begun = random.Random(seed), Trial(), time.monotonic()
    harms = ["kill"] * kills + ["full"] * full + ["torn"] * torn
    harms = dice.sample(harms, min(len(harms), number - 1))
    moments = sorted(dice.sample(range(1, number), len(harms)))
    arguments = ["bench", "run", str(folder), "--out", str(out), "--time-limit", "60", "--workers", str(workers)]
    process = _started(arguments, trial)
    for moment, harm in zip(moments, harms, strict=True):
        while _lines(out) < moment and process.poll() is None:
            time.sleep(SECOND)
        if process.poll() is not None:
            break
        time.sleep(dice.uniform(0, 0.1))
        if harm == "kill" and dice.random() * RUNNER_ONE_IN >= 1:
            _kill_worker(process.pid, dice, trial)
            continue
        process.kill()
        process.communicate()
        trial.kills["runner"] += 1
        trial.left += _outlive(process.pid)
        if harm == "torn":
            _tear(out, dice)
        trial.torn += not out.read_bytes().endswith(b"\n")
        if harm == "full":
            _fill(arguments, out, dice, trial)
        process = _started(arguments, trial)
    told, error = process.communicate()
    trial.seconds = time.monotonic() - begun
    trial.rows = read_rows(out)
    trial.problems += _problems(trial, number, process.returncode, told, error)
    return trial


def _kill_worker(session: int, dice: random.Random, trial: Trial) -> None:
    pids = [pid for pid, parent in _family(session).items() if parent != os.getpid() and _works(pid)]
    if pids:
        with suppress(ProcessLookupError):
            os.kill(dice.choice(pids), signal.SIGKILL)
            trial.kills["worker"] += 1


def _tear(out: Path, dice: random.Random) -> None:
    """Put the beginning of a row behind the last one."""
    line = dice.choice(out.read_bytes().splitlines())
    with out.open("ab") as file:
        file.write(line[: dice.randrange(1, len(line))])


def _fill(arguments: list[str], out: Path, dice: random.Random, trial: Trial) -> None:
    """Run where there is no room for all rows: it has to say so, and leave whole rows."""
    room = out.stat().st_size + dice.randrange(ROOM)
    process = _started(arguments, trial, LIMITED.format(room))
    try:
        told, error = process.communicate(timeout=STUCK)
    except subprocess.TimeoutExpired:
        process.kill()
        told, error = process.communicate()
    if process.returncode == 0:  # so few were missing
        return
    trial.full += 1
    if process.returncode != 4 or FULL not in error or not out.read_bytes().endswith(b"\n"):
        trial.problems.append(f"on a full disk it ended with status {process.returncode}: {told}{error}")
    trial.left += _outlive(process.pid)


def _problems(trial: Trial, number: int, status: int, told: str, error: str) -> list[str]:
    found = []
    failed = [row for row in trial.rows if row.status in FAILED]
    if status != (4 if failed else 0) or error:
        found.append(f"the last start ended with status {status}: {told}{error}")
    if len(trial.rows) != number or len({row.key for row in trial.rows}) != number:
        found.append(f"{count(len(trial.rows), 'row')} for {count(number, 'case')}")
    # A run that is `killed` lost two workers: with kills as rare as these that is possible, but must be told.
    found += [f"{row.case}: {row.status}: {row.message}" for row in failed]
    if trial.left:
        found.append(f"{count(trial.left, 'process', 'processes')} outlived the runner")
    return found


def _started(arguments: list[str], trial: Trial, first: str = "") -> subprocess.Popen[str]:
    trial.starts += 1
    return subprocess.Popen(
        [sys.executable, "-c", first + COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _lines(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.read_bytes().count(b"\n")
    return 0


def _outlive(session: int) -> int:
    """How many processes of a session there still are after ten seconds; as soon as there are none, 0."""
    end = time.monotonic() + 10
    while (family := _family(session)) and time.monotonic() < end:
        time.sleep(SECOND)
    return len(family)


def _works(pid: int) -> bool:
    """Whether it is a worker, or makes them: Python's own tracker of what is shared does neither."""
    with suppress(OSError):
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _family(session: int) -> dict[int, int]:
    """The processes of a session that live, with the parent of each."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            state, parent, _, its, *_ = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(its) == session and state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


@click.command()
@click.option("--count", "number", default=10_000, show_default=True, help="How many cases.")
@click.option("--kills", default=20, show_default=True, help="How often to kill.")
@click.option("--full", default=3, show_default=True, help="How often to leave no room for rows.")
@click.option("--torn", default=3, show_default=True, help="How often to tear the last line.")
@click.option("--workers", default=2, show_default=True, help="Of the runner.")
@click.option("--seed", default=1, show_default=True, help="Of the moments, and of whom to kill.")
@click.option("--size", type=click.Choice(list(SIZES)), default="micro", show_default=True, help="Of the random cases.")
def main(number: int, kills: int, full: int, torn: int, workers: int, seed: int, size: str) -> None:
    """Run many small cases while the runner and its workers are killed. Status 1 if a run has no row, or two."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "cases")
        folder.mkdir()
        cases(folder, number, SIZES[size])
        trial = tried(folder, Path(place, "rows.jsonl"), number, kills, workers, seed, full=full, torn=torn)
    statuses = Counter(row.status for row in trial.rows)
    again = sum(row.attempts > 1 for row in trial.rows)
    click.echo(f"{count(number, 'case')} of size {size}, {count(workers, 'worker')}, {seconds(trial.seconds)}")
    click.echo(f"killed: the runner {trial.kills['runner']} times, a worker {trial.kills['worker']} times")
    click.echo(f"starts {trial.starts}, of them on a full disk {trial.full}, with a torn line {trial.torn}")
    click.echo(f"runs made again after a worker died {again}")
    click.echo(f"rows {len(trial.rows):,}: {', '.join(f'{name} {number:,}' for name, number in statuses.items())}")
    for problem in trial.problems:
        click.echo(problem, err=True)
    sys.exit(1 if trial.problems else 0)


if __name__ == "__main__":
    main()
