"""Peers through MiniZinc: what the command says is understood, it ends with who asked it, and its answers are right."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ortools.sat.python import cp_model

from crewreturn.bench import peer_minizinc, peer_minizinc_run
from crewreturn.bench.peer_minizinc import Goal, Mzn, in_minizinc
from crewreturn.bench.peer_minizinc_run import missing, solve_mzn
from crewreturn.bench.peers import run_peer
from crewreturn.bench.random_cases import FIRST_FEATURES, TINY, random_case
from crewreturn.bench.rows import read_rows
from crewreturn.bench.trial import _family
from crewreturn.cli import main

SOLVERS: Any = ("gecode", "chuffed")
THERE = [
    pytest.param(name, marks=pytest.mark.skipif(bool(told := missing(name)), reason=str(told))) for name in SOLVERS
]
"""Those that are installed here; Debian has Gecode alone."""

# ------------------------------------------------------------------------------------------------ what the command says

KNOWN = '[{"id": "org.x.gecode", "name": "Gecode", "version": "6", "executable": "/x"}, {"id": "scip", "version": "1"}]'
"""Solvers as the command lists them: one with a program, and a library that may not be there."""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a script in the place of the command, which has the model in the file `model` when it begins."""

    def command(script: str) -> None:
        program = tmp_path / "minizinc"
        listing = f"if [ $1 = --solvers-json ]; then echo '{KNOWN}'; exit; fi"
        program.write_text(f"#!/bin/sh\n{listing}\ncat >{tmp_path}/model\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    return command


def least() -> Mzn:
    """The least of 2 x + 5 where x is 1, 2 or 3: x = 1, so 7."""
    model = cp_model.CpModel()
    x = model.new_int_var(1, 3, "x")
    model.minimize(2 * x + 5)
    return in_minizinc(model.proto)


BEST = '{"x0": 1, "total": 2}\n----------\n'


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (f"echo '{BEST}=========='", ("optimal", [1], 7.0, None)),
        (f"echo '{BEST}'", ("feasible", [1], None, None)),
        ("echo =====UNSATISFIABLE=====", ("infeasible", None, None, None)),
        ("echo =====UNKNOWN=====", ("time_limit", None, None, None)),
        ("echo oh >&2; exit 3", ("failed", None, None, "gecode gave up: status 3: oh")),
        ("", ("failed", None, None, "gecode gave up: status 0: nothing")),
        ("exec sleep 60", ("time_limit", None, None, "ended 0.1 s after its time was up")),
        ("trap '' TERM; while :; do sleep 0.1; done", ("time_limit", None, None, "ended 0.1 s after its time was up")),
    ],
)
def test_what_the_command_says(command: Any, monkeypatch: pytest.MonkeyPatch, script: str, found: Any) -> None:
    """A solution and that nothing is better; a solution; that there is none; nothing in time.

    An error, told by a status, or by nothing; a command that goes on, and one that does not listen either.
    """
    command(script)
    monkeypatch.setattr(peer_minizinc_run, "GRACE", 0.1)
    solved = solve_mzn(least(), "gecode", time_limit=0.5 if "sleep" in script else 30)
    assert (solved.status, solved.values, solved.bound, solved.message) == found
    assert solved.seconds < 20


@pytest.mark.parametrize(
    ("then", "found"),
    [
        ("$solution==========", ("optimal", 37.0, None)),
        ("$solution", ("feasible", 32.0, None)),
        ("=====UNKNOWN=====", ("feasible", 32.0, None)),
        (
            "=====UNSATISFIABLE=====",
            ("feasible", 32.0, "gecode gave up: a step has no solution though the one before had"),
        ),
        ("=====ERROR=====", ("feasible", 32.0, "gecode gave up: status 0: =====ERROR=====")),
    ],
)
def test_two_steps(command: Any, monkeypatch: pytest.MonkeyPatch, then: str, found: Any) -> None:
    """The least of 100 a + 37 b with a or b, where numbers end at 50 and so the base is 8: 37 = 8 x 4 + 5.

    The first step proves that the high digit is no less than 4, so that nothing is below 32. The second has it fixed;
    whatever becomes of it, the solution of the first stands.
    """
    monkeypatch.setattr(peer_minizinc, "LIMIT", 50)
    model = cp_model.CpModel()
    a, b = model.new_bool_var("a"), model.new_bool_var("b")
    model.add_bool_or(a, b)
    model.minimize(100 * a + 37 * b)
    mzn = in_minizinc(model.proto)
    high, low = mzn.goal.steps
    command(
        f"""solution='{{"b0": false, "b1": true, "{high}": 4, "{low}": 5}}\n----------\n'
        if ! grep -q '^constraint {high} = 4;$' "$(dirname "$0")/model"; then then="$solution=========="
        else then="{then}"; fi
        printf "%b" "$then"'\\n'
        """
    )
    solved = solve_mzn(mzn, "gecode", time_limit=30)
    assert (solved.status, solved.bound, solved.message) == found
    assert solved.values == [0, 1]


def test_nothing_to_minimise(command: Any) -> None:
    """Then the first solution is as good as any."""
    model = cp_model.CpModel()
    model.new_int_var(0, 3, "x")
    command("""echo '{"x0": 2}'; echo ----------""")
    solved = solve_mzn(in_minizinc(model.proto), "gecode", time_limit=30)
    assert (solved.status, solved.values, solved.bound) == ("optimal", [2], 0.0)


def test_what_has_to_be_installed(command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the command, with one that is not MiniZinc's, and with one that knows another solver. A peer says so."""
    command("")
    assert missing("gecode") is None
    told = missing("chuffed")
    assert told is not None
    assert told.startswith("MiniZinc does not find `chuffed`, but gecode. Debian has no package")
    (tmp_path / "minizinc").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    told = missing("gecode")
    assert told is not None
    assert "`minizinc` is not on the PATH" in told
    assert "apt install minizinc" in told
    answer = run_peer(random_case(0, TINY), "minizinc-gecode", time_limit=5)
    assert (answer.status, answer.message, answer.wrong) == ("failed", told, False)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "minizinc").symlink_to("/bin/false")
    monkeypatch.setenv("PATH", str(broken))
    assert "does not say which solvers it knows" in str(missing("gecode"))


# ----------------------------------------------------------------------------------------------- where it is there

HARD = Mzn(
    [f"var 1..13: x{i};" for i in range(14)]
    + [f"constraint x{i} != x{j};" for i in range(14) for j in range(i)]
    + ["var 0..1: total;"],
    goal=Goal(("total",)),
)
"""Fourteen different numbers from 1 to 13: there are none, and who finds out by trying tries for years."""


@pytest.mark.parametrize("solver", THERE)
def test_time_is_up(solver: Any) -> None:
    """Half a second, and what it takes to begin and to end."""
    solved = solve_mzn(HARD, solver, time_limit=0.5)
    assert (solved.status, solved.values, solved.bound) == ("time_limit", None, None)
    assert solved.seconds < 4


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("solver", THERE)
def test_nobody_outlives_who_asked(solver: str) -> None:
    """`kill -9` of the process that asked ends the command, the solver, and the shell that looks to that."""
    code = (
        "import sys; from crewreturn.bench.peer_minizinc import *; from crewreturn.bench.peer_minizinc_run import *\n"
    )
    code += f"solve_mzn({HARD!r}, {solver!r}, time_limit=60)"
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as process:
        until(lambda: len(_family(process.pid)) >= 5)  # itself, the shell, its `cat`, the command, the solver
        process.kill()
    until(lambda: not _family(process.pid))


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("solver", THERE)
@pytest.mark.parametrize("seed", [5, 6, 16, 20])
def test_agrees_with_the_textbook(solver: str, seed: int) -> None:
    """To the last unit of 1e-10: the same model, of which CP-SAT proves the same. 16 has no plan."""
    case = random_case(seed, TINY, features=FIRST_FEATURES - {"worst-person"})
    theirs = run_peer(case, "textbook", time_limit=60)
    found = run_peer(case, f"minizinc-{solver}", time_limit=60, known=theirs.plan)
    assert (found.status, found.bound, found.wrong) == (theirs.status, theirs.bound, False), found.message


@pytest.mark.parametrize("solver", THERE)
def test_from_the_command_line(solver: str, tmp_path: Path, pods: Any) -> None:
    """A row as of any peer; the processor's time is that of the programs too, which takes more than a tick of 10 ms."""
    out = tmp_path / "rows.jsonl"
    with pytest.raises(SystemExit) as left:
        main(["bench", "run", str(pods(1)), "--out", str(out), "--peer", f"minizinc-{solver}", "--workers", "1"])
    (row,) = read_rows(out)
    assert (left.value.code, row.status) == (0, "optimal")
    assert row.levels[0].bound is not None
    assert row.cpu_seconds is not None
    assert row.cpu_seconds > 0.03


def test_a_peer_that_is_not_installed_is_refused(
    tmp_path: Path, pods: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 2 and what to install, before any run; no file is made."""
    monkeypatch.setattr("crewreturn.bench.peer_minizinc_run.COMMAND", "minizinc-that-nobody-has")
    with pytest.raises(SystemExit) as left:
        main(["bench", "run", str(pods(1)), "--out", str(tmp_path / "rows"), "--peer", "minizinc-gecode"])
    assert left.value.code == 2
    assert "apt install minizinc" in capsys.readouterr().err
    assert not (tmp_path / "rows").exists()
