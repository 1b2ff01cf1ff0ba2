"""What a benchmark run leaves behind: one JSON line for each finished run, appended to a file that can only grow.

A line is written in one go and counts once its newline is there. What a crash leaves of a line is cut off when the file
is next opened for writing, and the run it would have told of is done again. So every run has one row or none.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, ValidationError

from ..models.answer import LevelStatus
from ..models.base import Amount, Id, Instant, Many, Model
from ..models.canonical import dump_json
from ..models.objective import Preset
from ..models.problems import CrewreturnError, InputError, Problem, quote

FORMAT = "crewreturn-bench-row/1"
HEAD = f'{{"format":"{FORMAT}",'.encode()
"""How every line begins."""
SYNCED_EVERY = 1.0
"""Seconds after which rows are forced to the disk: a power cut loses no more than these."""

Status = Literal[
    "optimal",
    "infeasible",
    "feasible",
    "time_limit",
    "unknown",
    "failed",
    "refused",
    "rejected",
    "out_of_memory",
    "killed",
]
"""What became of a run, never mixed: proven with a plan; proven that there is none; a plan without the whole proof;
neither within the time limit; neither though nothing ran out; an error, told in `message`; a case that a peer has no
way to be asked; a plan that the independent checker rejects, or a proof that a lawful plan disproves; more memory than
allowed; its process ended without an answer."""

STATUSES: tuple[Status, ...] = get_args(Status)
PROVEN: frozenset[Status] = frozenset({"optimal", "infeasible"})
UNPROVEN: frozenset[Status] = frozenset({"feasible", "time_limit"})
"""Ended for want of time."""
FAILED: frozenset[Status] = frozenset(STATUSES) - PROVEN - UNPROVEN
"""Never ranked: these are neither fast nor slow."""


CREWRETURN = "crewreturn"
"""Who solves where no peer is asked."""


class Unwritable(CrewreturnError):
    """A row cannot be written: the disk is full, or worse."""


class Configuration(Model):
    """What is asked of every run of a file, whatever its case."""

    peer: str | None = None
    """Who solves the first level in place of crewreturn: one of `PEERS` of `crewreturn.bench.peers`."""
    objective: Preset | None = None
    """Levels in place of the case's own."""
    time_limit: Amount | None = None
    """Seconds for each run."""
    memory_limit: int | None = None
    """Resident memory of a worker, in MiB, beyond which it is ended."""
    levels: int | None = None
    """Only so many of the first levels of the objective: 1 is what peers are asked, whatever this says."""
    grace: Amount | None = None
    """Seconds after its time limit at which a run that goes on is ended from outside; long after it where absent."""

    @property
    def who(self) -> str:
        """Who solves: `crewreturn`, or the name of a peer."""
        return self.peer or CREWRETURN


class Asked(Model):
    """One run before it is made: a question about a case, under a configuration, with a seed."""

    format: Literal["crewreturn-bench-row/1"] = "crewreturn-bench-row/1"
    key: str
    """SHA-256 of what decides the result: case digest, alternative, configuration, seed, version of crewreturn."""
    case: str
    """Id of the case; of a file that is no case, its name."""
    case_digest: str
    """SHA-256 of the case's canonical form; of a file that is no case, of its bytes."""
    family: str
    """What kind of case it is: its label `family`, else the name of the folder that holds it."""
    path: str
    """Where it was read; the name of a shipped case."""
    alternative: Id | None = None
    """The rescue alternative, or None for the case free of them."""
    configuration: Configuration
    seed: int
    """0: the case as it stands. Else its lists are shuffled by it, which must not change what is proven."""
    crewreturn: str
    """Version of crewreturn."""
    source: str
    """Digest of the modules that read, solve and check: versions in the making tell themselves apart by it."""


class LevelRow(Model):
    """What is known of one level of the objective."""

    id: Id
    status: LevelStatus
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    """Value minus bound."""
    unit: str = ""


class Row(Asked):
    """A finished run."""

    status: Status
    message: str | None = None
    """Why, where that is not plain."""
    levels: Many[LevelRow] = ()
    proven_on: Literal["tick", "coarse", "none"] = "none"
    """The grid on which the levels' results hold."""
    plan_digest: str | None = None
    """SHA-256 of the plan: the same plan has the same."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Wall time by phase: `read`, the solver's own phases, `solve` for all of these, and `check` by the runner."""
    cpu_seconds: float | None = None
    """Processor time of `solve`, all threads of the process: what else the computer does hardly matters to it."""
    load: float | None = None
    """Load average of the computer over the minute before the run began."""
    peak_memory_mib: float | None = None
    """Most resident memory of the process during the run."""
    attempts: int = 1
    """How often it was begun; more than once after a worker died."""
    begun: Instant | None = None
    ortools: str | None = None
    """Version of OR-Tools."""
    python: str | None = None
    """Version of Python."""
    solver: str | None = None
    """What searched, with its version."""
    host: str | None = None
    """System, processor, number of cores and memory."""
    workers: int | None = None
    """How many runs were made at a time."""


def key_of(case_digest: str, alternative: str | None, configuration: Configuration, seed: int, version: str) -> str:
    """What a run is known by: the same key, the same result."""
    later = {name for name in ("peer", "levels", "grace") if getattr(configuration, name) is None}
    asked = configuration.model_dump(mode="json", exclude=later)
    parts = [case_digest, alternative, asked, seed, version]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class RowFile:
    """A file of rows that is being added to, by nobody else meanwhile.

    Parameters
    ----------
    path
        A file of rows, or one that does not exist yet.
    configuration, version
        Rows there with another configuration or of another version are an error: one file, one question.

    Raises
    ------
    InputError
        If the file holds anything but such rows, or another run is adding to it. It is left as it was.
    """

    def __init__(self, path: str | os.PathLike[str], configuration: Configuration, version: str) -> None:
        self.name = os.fspath(path)
        self.keys: set[str] = set()
        """Of the runs that have a row."""
        self.statuses: Counter[Status] = Counter()
        self.sources: set[str] = set()
        self._asked = (configuration, version)
        self._synced = time.monotonic()
        try:
            # O_APPEND: whatever else happens, nothing that stands there is written over.
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        except (OSError, ValueError) as error:
            raise _input(self.name, f"cannot be opened: {_reason(error)}", "Give the name of a file.") from None
        try:
            if not stat.S_ISREG(os.fstat(self._handle).st_mode):
                raise _input(self.name, "not an ordinary file", "Give the name of a file.")
            self._lock()
            self.cut = self._load()
            """Bytes of a torn last line that were cut off."""
        except BaseException:
            os.close(self._handle)
            raise

    def __enter__(self) -> RowFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Force what was written to the disk, and let others add to the file."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            try:
                os.fsync(handle)
            except OSError as error:
                raise self._unwritable(error) from None
            finally:
                os.close(handle)

    def append(self, row: Row) -> None:
        """Write a row whose key is not there yet, whole or not at all.

        Raises
        ------
        Unwritable
            If it cannot be written; the file ends with the row before.
        """
        if row.key in self.keys:
            raise ValueError(f"there is a row with key {row.key} already")
        line = dump_json(row, indent=None, defaults=True).encode() + b"\n"
        try:
            self._write(line)
        except OSError as error:
            raise self._unwritable(error) from None
        self._note(row)

    def _write(self, line: bytes) -> None:
        end = os.fstat(self._handle).st_size
        try:
            written = 0
            while written < len(line):  # a disk that fills takes a part of a line first
                written += os.write(self._handle, line[written:])
            if time.monotonic() - self._synced > SYNCED_EVERY:
                os.fsync(self._handle)
                self._synced = time.monotonic()
        except OSError:
            os.ftruncate(self._handle, end)
            raise

    def _unwritable(self, error: OSError) -> Unwritable:
        advice = "Make room and run the same command again: it goes on where it stopped."
        return Unwritable(f"{self.name}: rows cannot be written: {_reason(error)}. {advice}")

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # no such locks on this system: whoever starts two runs on one file is not stopped
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            advice = "Wait until it ends, or give each run a file of its own; `bench compare` takes them side by side."
            raise _input(self.name, "another run is adding rows to this file", advice) from None
        except OSError:  # a file system without locks
            return

    def _load(self) -> int:
        size = os.fstat(self._handle).st_size
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            good = 0
            for row, length in _parsed(file, self.name):
                self._refuse_other(row)
                self._note(row)
                good += length
        if good < size:
            os.ftruncate(self._handle, good)
        return size - good

    def _refuse_other(self, row: Row) -> None:
        configuration, version = self._asked
        advice = "Give this run another file."
        if row.crewreturn != version:
            raise _input(self.name, f"holds rows of version {row.crewreturn}, and this is {version}", advice)
        for name in Configuration.model_fields:
            there, here = getattr(row.configuration, name), getattr(configuration, name)
            if there != here:
                message = f"holds rows made with {name} {_word(there)}, and this run has {_word(here)}"
                raise _input(self.name, message, advice)

    def _note(self, row: Row) -> None:
        self.keys.add(row.key)
        self.statuses[row.status] += 1
        self.sources.add(row.source)


def read_rows(path: str | os.PathLike[str]) -> list[Row]:
    """The rows of a file; a torn last line, as a run that is still going on may have it, is left out.

    Raises
    ------
    InputError
        If there is no such file, or it holds anything but rows.
    """
    name = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            return [row for row, _ in _parsed(file, name)]
    except FileNotFoundError:
        raise _input(name, "there is no such file", "`crewreturn bench run` makes one.") from None
    except (OSError, ValueError) as error:
        raise _input(name, f"cannot be read: {_reason(error)}", "Give a file of rows.") from None


def _parsed(lines: Iterator[bytes], name: str) -> Iterator[tuple[Row, int]]:
    """Rows with the bytes of their lines, until the file ends or a last line without its newline begins."""
    seen: dict[str, int] = {}
    advice = "Only files made by `crewreturn bench run` are read; mend or remove the line, or give another file."
    for number, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            if line[: len(HEAD)] == HEAD[: len(line)]:
                return
            raise _input(name, "not a file of rows", advice, number)
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            message = f"not a row: {where}: {first['msg']}" if where else "not a row"
            raise _input(name, message, advice, number) from None
        if row.key in seen:
            raise _input(name, f"the run of line {seen[row.key]} again", advice, number)
        seen[row.key] = number
        yield row, len(line)


def _word(value: object) -> str:
    return "left out" if value is None else quote(str(value))


def _input(name: str, message: str, advice: str, line: int | None = None) -> InputError:
    return InputError([Problem((), message, advice=advice, line=line, column=None if line is None else 1)], name)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
