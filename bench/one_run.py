"""One benchmark run, made where the worker is: from the text of a case file to the row that tells what became of it."""

from __future__ import annotations

import hashlib
import os
import platform
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from ..models.answer import Answer
from ..models.base import Entity
from ..models.canonical import dump_json
from ..models.case import Case
from ..models.case_file import read_model
from ..models.objective import Level
from ..models.plan import Plan
from ..solver.api import RejectedPlan, levels_of, solve
from ..solver.check import evaluate
from .provenance import host, searched_by
from .rows import Asked, Configuration, LevelRow, Row, Status

LONGEST_MESSAGE = 2000
"""Characters of a message that a row keeps."""
CPU = "processor"
"""Of the phases, the one that is told apart from the others: not wall time."""
KIB, MIB = 1024, 1024**2
NO_LIMIT = 1e6
"""Seconds that a peer has where nobody sets a limit."""
READS_SOLVES_CHECKS = ("models/**/*.py", "solver/**/*.py", "bench/peer*.py", "bench/textbook*.py")
"""Source that decides what a run gives."""


def perform(asked: Asked, text: bytes, attempts: int = 1, workers: int | None = None) -> Row:
    """Make a run; whatever goes wrong in it is told in its row.

    Parameters
    ----------
    asked
        The run.
    text
        The case file.
    attempts, workers
        For the row.
    """
    begun = datetime.now(UTC)
    forget_peak()
    seconds: dict[str, float] = {}
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    found: dict[str, object] = {}
    status: Status
    message: str | None = None
    try:
        status, message, found = (_solved if asked.configuration.peer is None else _peer_solved)(asked, text, seconds)
    except RejectedPlan as error:
        status, message = "rejected", str(error)
    except MemoryError as error:
        status, message = "out_of_memory", _told(error)
    except Exception as error:  # kept as data: one failure does not end the rest
        status, message = "failed", _told(error)
    return ended(
        asked,
        status,
        message,
        attempts=attempts,
        workers=workers,
        begun=begun,
        cpu_seconds=seconds.pop(CPU, None),
        load=load,
        seconds={phase: round(value, 6) for phase, value in seconds.items()},
        peak_memory_mib=peak_memory(),
        ortools=version("ortools"),
        python=platform.python_version(),
        solver=searched_by(asked.configuration.peer),
        host=host(),
        **({} if status == "rejected" else found),
    )


def ended(asked: Asked, status: Status, message: str | None, **known: object) -> Row:
    """The row of a run, of which may be known no more than how it ended."""
    if message is not None:
        message = message[:LONGEST_MESSAGE].encode("utf-8", "replace").decode()
    return Row.model_validate({**dict(asked), "status": status, "message": message, **known})


Told = tuple[Status, str | None, dict[str, object]]
"""What became of a run, why, and what it found."""


def _peer_solved(asked: Asked, text: bytes, seconds: dict[str, float]) -> Told:
    """A run of a peer: the first level, judged by the checker. A claim that is wrong counts as rejected."""
    from .peers import run_peer

    configuration = asked.configuration
    assert configuration.peer is not None
    with _timed(seconds, "read"):
        case = shuffled(read_model(asked.path, Case, text=text), asked.seed)
    spent = _processor_time()
    with _timed(seconds, "solve"):
        answer = run_peer(
            case,
            configuration.peer,
            time_limit=NO_LIMIT if configuration.time_limit is None else configuration.time_limit,
            objective=configuration.objective,
            alternative=asked.alternative,
        )
    seconds[CPU] = round(_processor_time() - spent, 6)
    seconds |= {"build": answer.build_seconds, "search": answer.solve_seconds}
    if answer.wrong:
        return "rejected", answer.message, {}
    sure = answer.status in ("optimal", "infeasible", "feasible")
    level = LevelRow(
        id=answer.level,
        status=answer.status if sure else "unknown",  # type: ignore[arg-type]
        value=answer.value,
        bound=answer.bound,
        gap=None if answer.value is None or answer.bound is None else answer.value - answer.bound,
        unit=answer.unit,
    )
    found: dict[str, object] = {
        "levels": [level],
        "proven_on": "tick" if sure else "none",
        "plan_digest": _digest(answer.plan),
    }
    return answer.status, answer.message, found


def _solved(asked: Asked, text: bytes, seconds: dict[str, float]) -> Told:
    configuration = asked.configuration
    with _timed(seconds, "read"):
        case = read_model(asked.path, Case, text=text)
    case = shuffled(case, asked.seed)
    spent = time.process_time()
    with _timed(seconds, "solve"):
        answer = solve(
            case,
            alternative=asked.alternative,
            objective=levels_asked(case, configuration),
            time_limit=configuration.time_limit,
        )
    seconds[CPU] = round(time.process_time() - spent, 6)
    seconds.update({phase: value for phase, value in answer.seconds.items() if phase != "total"})
    if answer.plan is not None:
        chosen = next((entry for entry in case.alternatives if entry.id == asked.alternative), None)
        statements = () if chosen is None else chosen.statements
        priced = case.model_copy(update={"objective": levels_asked(case, configuration)})
        with _timed(seconds, "check"):
            verdict = evaluate(priced, answer.plan, waive=answer.waived, statements=statements)
        if not verdict.ok:  # the solver has asked the checker already: this would be a defect of what is between
            raise RejectedPlan("; ".join(violation.message for violation in verdict.violations[:3]))
    return _status_of(answer), answer.message, _proven(answer)


def levels_asked(case: Case, configuration: Configuration) -> tuple[Level, ...]:
    """What is minimised, one after another."""
    return levels_of(case, configuration.objective)[: configuration.levels]


def _processor_time() -> float:
    """Seconds of this process, and of the programs that it ran and that have ended: a peer may be such."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        yield
    finally:
        seconds[phase] = time.perf_counter() - begun


def _status_of(answer: Answer) -> Status:
    if answer.status != "unknown":
        return answer.status
    return "time_limit" if answer.ended == "time_limit" else "unknown"


def _proven(answer: Answer) -> dict[str, object]:
    levels = [LevelRow(**{name: getattr(level, name) for name in LevelRow.model_fields}) for level in answer.levels]
    return {"levels": levels, "proven_on": answer.proven_on, "plan_digest": _digest(answer.plan)}


def _digest(plan: Plan | None) -> str | None:
    return None if plan is None else hashlib.sha256(dump_json(plan, indent=None).encode()).hexdigest()


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def shuffled(case: Case, seed: int) -> Case:
    """The case with its lists of people, ships, rules and so on in an order drawn by the seed; as it stands for 0.

    The order of the objective's levels means something and is kept. What is proven of a case must not depend on the
    order of the rest, but how long it takes does.
    """
    if not seed:
        return case
    dice, update = random.Random(seed), {}
    for name in type(case).model_fields:
        entries = getattr(case, name)
        if isinstance(entries, tuple) and all(isinstance(entry, Entity) for entry in entries):
            update[name] = tuple(dice.sample(entries, len(entries)))
    return case.model_copy(update=update)


# ------------------------------------------------------------------------------------------------ where it is made


def forget_peak() -> None:
    """Let the peak of resident memory begin anew, where the system can do that."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak_memory() -> float | None:
    """Most resident memory since `forget_peak`, in MiB; where the system cannot forget, since the process began."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) * KIB / MIB, 1)
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / MIB if sys.platform == "darwin" else most * KIB / MIB, 1)


@cache
def source_digest() -> str:
    """Digest of the source that reads, solves and checks, as far as its files can be read."""
    root, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for pattern in READS_SOLVES_CHECKS:
        for file in sorted(root.glob(pattern)):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
