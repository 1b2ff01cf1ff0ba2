"""Models in MiniZinc, solved by what the `minizinc` command finds: Gecode, which Debian has, and Chuffed.

The command and the solver that it starts are two processes, and both must end with this one, however it ends. So a
shell waits until nobody holds the other end of its input any more, and ends the command, which then ends the solver.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .peer_minizinc import Mzn
from .peer_solve import Solved

Solver = Literal["gecode", "chuffed"]

COMMAND = "minizinc"
SOLUTION, EXHAUSTED = "-" * 10, "=" * 10
NONE, UNKNOWN = "=====UNSATISFIABLE=====", "=====UNKNOWN====="
"""What the command writes on lines of their own."""
GRACE = 5.0
"""Seconds after the time limit that the command has to end by itself."""
LOOK = 30.0
"""Seconds that it has to say which solvers it knows."""
WATCH = "trap '' TERM; cat >/dev/null; kill -TERM 0; sleep 2; kill -KILL 0"
"""Killed at once, the command would leave the solver behind: that one has a group of its own."""
LONGEST = 500
"""Characters of an error that are passed on."""


@cache
def _known(path: str) -> tuple[tuple[str, str], ...]:
    """Ids of the solvers that the command at a path finds, with their names and versions."""
    told = subprocess.run([path, "--solvers-json"], capture_output=True, text=True, timeout=LOOK, check=True).stdout
    # Those without an executable are libraries that may or may not be there; they are of no use here.
    found = [entry for entry in json.loads(told) if entry.get("executable")]
    return tuple((entry["id"].rpartition(".")[2], f"{entry['name']} {entry['version']}") for entry in found)


def missing(solver: Solver) -> str | None:
    """What to install before a solver can be asked; None where it can."""
    path = shutil.which(COMMAND)
    if path is None:
        return f"`{COMMAND}` is not on the PATH. Install MiniZinc: apt install minizinc, or www.minizinc.org."
    try:
        known = dict(_known(path))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        return f"{path} does not say which solvers it knows: {error}. Install MiniZinc 2.6 or newer."
    if solver in known:
        return None
    advice = (
        "Debian's package brings it" if solver == "gecode" else "Debian has no package: MiniZinc's own bundle has it"
    )
    return f"MiniZinc does not find `{solver}`, but {', '.join(known) or 'nothing'}. {advice}; see MZN_SOLVER_PATH."


def solve_mzn(mzn: Mzn, solver: Solver, *, time_limit: float) -> Solved:
    """Minimise a model, one step after the other.

    Parameters
    ----------
    mzn
        The model.
    solver
        Which one; it must not be missing.
    time_limit
        Wall time in seconds, the flattening of the model included.

    Returns
    -------
    Solved
        `values` are those of CP-SAT's variables. `bound` is what the steps that were finished prove.
    """
    begun, goal = time.monotonic(), mzn.goal
    fixed: list[int] = []
    best: dict[str, int] | None = None
    proven, message = False, None
    while True:
        left = time_limit - (time.monotonic() - begun)
        found = _Run("unknown") if left <= 0 else _run(mzn.text(*fixed), solver, left)
        if found.ended == "failed" or (found.ended == "none" and best is not None):
            why = found.message or "a step has no solution though the one before had"
            message = f"{solver} gave up: {why}"
        if found.values is None:
            break
        best = found.values
        if goal.steps and found.ended == "exhausted":
            fixed.append(best[goal.steps[len(fixed)]])
        proven = len(fixed) == len(goal.steps)
        if proven or found.ended != "exhausted":
            break
    seconds = time.monotonic() - begun
    bound = float(goal.least(fixed)) if fixed or proven else None
    if best is not None:
        return Solved("optimal" if proven else "feasible", mzn.values(best), bound, seconds, message)
    if message is not None:
        return Solved("failed", None, None, seconds, message)
    return Solved("infeasible" if found.ended == "none" else "time_limit", None, None, seconds, found.message)


@dataclass(frozen=True, slots=True)
class _Run:
    """What the command came to."""

    ended: Literal["exhausted", "none", "unknown", "failed"]
    """`exhausted`: nothing is better. `none`: there is no solution. `unknown`: time was up."""
    values: dict[str, int] | None = None
    message: str | None = None


def _run(text: str, solver: Solver, time_limit: float) -> _Run:
    limit = str(max(1, round(1000 * time_limit)))
    arguments = [COMMAND, "--solver", solver, "--time-limit", limit, "--output-mode", "json", "-"]
    pipe = subprocess.PIPE
    # Killed, the command leaves its files: they go with the folder.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, _group() as group:
        environment = {**os.environ, "TMPDIR": place}
        with subprocess.Popen(
            arguments, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, process_group=group
        ) as process:
            try:
                told, error = process.communicate(text, timeout=time_limit + GRACE)
            except BaseException as stopped:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(GRACE)
                process.kill()
                if isinstance(stopped, subprocess.TimeoutExpired):
                    return _Run("unknown", message=f"ended {GRACE:g} s after its time was up")
                raise
    return _read(told, error, process.returncode)


def _read(told: str, error: str, status: int) -> _Run:
    """Make sense of what the command wrote: solutions, of which the last is the best, and lines that say how it ended.

    Without intermediate solutions it writes one, also when the time is up.
    """
    *solutions, rest = told.split(SOLUTION + "\n")
    lines = rest.split("\n")
    values = json.loads(solutions[-1]) if solutions else None
    if EXHAUSTED in lines:
        return _Run("exhausted", values)
    if NONE in lines:
        return _Run("none")
    if values is None and (status or UNKNOWN not in lines):
        said = " ".join((error.strip() or rest.strip() or "nothing").split())
        return _Run("failed", message=f"status {status}: {said[-LONGEST:]}")
    return _Run("unknown", values)


@contextmanager
def _group() -> Iterator[int]:
    """A group of processes that is ended when this process ends, also by a kill."""
    with subprocess.Popen(["sh", "-c", WATCH], stdin=subprocess.PIPE, process_group=0) as watch:
        try:
            yield watch.pid
        finally:
            watch.kill()  # what there was in the group has ended
            assert watch.stdin is not None
            watch.stdin.close()  # which ends its `cat`
