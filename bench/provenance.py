"""Where a row comes from: the computer, and what searched there."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import subprocess
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

GIB = 1024**3
PATIENCE = 20
"""Seconds within which a program has to tell its version."""


@cache
def host() -> str:
    """System, processor, number of cores and memory; not the computer's name, which is nobody's business."""
    processor = platform.processor()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    parts = [f"{platform.system()} {platform.machine()}", processor or "unknown processor", f"{os.cpu_count()} cores"]
    with suppress(AttributeError, ValueError, OSError):  # where the system does not tell
        parts.append(f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / GIB:.0f} GiB")
    return ", ".join(parts)


@cache
def searched_by(peer: str | None) -> str | None:
    """What searches where this peer is asked, or crewreturn itself, with its version; None for who does not search.

    The parts of a peer's name after its model say the solver: `textbook-highs`.
    """
    words = ["crewreturn"] if peer is None else peer.split("-")
    if "minizinc" in words:
        return _minizinc(words)
    found = {"highs": _highs, "scip": _scip}.get(words[-1])
    if found is not None:
        return found()
    if words[-1] == "textbook":
        return _cp_sat()
    return f"{_cp_sat()}, {_highs()}" if peer is None else None


def _cp_sat() -> str:
    return f"CP-SAT {version('ortools')}"


def _highs() -> str:
    """That which OR-Tools carries, asked for its version where it can be found."""
    spec = find_spec("ortools")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        for library in sorted(Path(folder, ".libs").glob("libhighs*")):
            try:
                ask = ctypes.CDLL(str(library)).Highs_version
            except (OSError, AttributeError):
                continue
            ask.restype = ctypes.c_char_p
            return f"HiGHS {ask().decode('ascii', 'replace')}"
    return f"HiGHS of OR-Tools {version('ortools')}"


def _scip() -> str:
    from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

    solver = pywraplp.Solver.CreateSolver("SCIP")
    return f"SCIP of OR-Tools {version('ortools')}" if solver is None else str(solver.SolverVersion())


def _minizinc(words: list[str]) -> str:
    """MiniZinc, and of what it lists the solver that the peer is named after."""
    program = shutil.which("minizinc")
    if program is None:
        return "MiniZinc"
    told = []
    for question in ("--version", "--solvers"):
        try:
            done = subprocess.run(
                [program, question], capture_output=True, text=True, timeout=PATIENCE, check=False, errors="replace"
            )
        except (OSError, subprocess.TimeoutExpired):
            return "MiniZinc"
        told.append(done.stdout)
    number = re.search(r"version (\S+?),?\s", told[0])
    parts = ["MiniZinc" if number is None else f"MiniZinc {number[1]}"]
    for word in words:
        listed = re.search(rf"^\s*({re.escape(word)}) ([0-9][\w.]*)", told[1], re.IGNORECASE | re.MULTILINE)
        if listed is not None:
            parts.append(f"{listed[1]} {listed[2]}")
    return ", ".join(parts)
