"""Which case files a benchmark is about, and what is asked of each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from .. import __version__
from ..models.canonical import case_digest
from ..models.case import Case
from ..models.case_file import case_names, load_case, read_model
from ..models.problems import CrewreturnError, InputError, Problem, quote
from .best_known import BEST_KNOWN
from .one_run import source_digest
from .rows import Asked, Configuration, key_of

SUFFIXES = {".json", ".yaml", ".yml"}
FAMILY = "family"
"""Label of a case that names its family."""
MARK = b"crewreturn/1"
"""What every case file has in it: a file in a folder without it is something else."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file, not read yet."""

    name: str
    """Its path; the name of a shipped case."""
    place: Path | Traversable
    family: str
    """Name of the folder that holds it."""
    named: bool
    """Whether it was asked for by its own name."""


@dataclass(slots=True)
class Questions:
    """What is asked of case files: every run that has to be made, in order.

    Parameters
    ----------
    files
        The files, as `case_files` finds them.
    configuration, seeds
        How each is run; once for each seed.
    alternatives
        Also ask for each rescue alternative of a case.
    """

    files: Sequence[CaseFile]
    configuration: Configuration
    seeds: Sequence[int] = (0,)
    alternatives: bool = False
    passed_over: list[str] = field(default_factory=list)
    """Files in folders that are no cases."""
    read: int = 0
    """How many files have been read so far."""

    def __iter__(self) -> Iterator[tuple[Asked, bytes]]:
        for file in self.files:
            text = _text(file)
            self.read += 1
            if not file.named and MARK not in text:
                self.passed_over.append(file.name)
                continue
            for asked in self._of(file, text):
                yield asked, text

    def _of(self, file: CaseFile, text: bytes) -> Iterator[Asked]:
        name, family = _plain(file.name), file.family
        alternatives: list[str | None] = [None]
        try:
            case = read_model(file.name, Case, text=text)
        except CrewreturnError:  # the run will say what is wrong with it
            case_id, digest = _plain(Path(file.name).stem), hashlib.sha256(text).hexdigest()
        else:
            case_id, digest, family = case.id, case_digest(case), case.labels.get(FAMILY, family)
            if self.alternatives:
                alternatives += [entry.id for entry in case.alternatives]
        for alternative in alternatives:
            for seed in self.seeds:
                yield Asked(
                    key=key_of(digest, alternative, self.configuration, seed, __version__),
                    case=case_id,
                    case_digest=digest,
                    family=_plain(family),
                    path=name,
                    alternative=alternative,
                    configuration=self.configuration,
                    seed=seed,
                    crewreturn=__version__,
                    source=source_digest(),
                )


def case_files(sources: Sequence[str]) -> list[CaseFile]:
    """The case files that paths, folders and names of shipped cases stand for, each once, in order.

    In a folder these are all files ending in .json, .yaml or .yml, in its folders too; but no hidden ones, none with a
    further dot in the name, such as `pod.plan.json`, and not the best known values.

    Raises
    ------
    InputError
        If there is no such file or case, or a folder without any.
    """
    shipped, found = set(case_names()), dict[str, CaseFile]()
    for source in sources:
        for file in [_shipped(source)] if source in shipped else _under(source):
            found.setdefault(file.name, file)
    return list(found.values())


def _under(source: str) -> Iterator[CaseFile]:
    path = Path(source)
    if not path.is_dir():
        if source == "-":
            advice = "A row has to say where its case is: save the case and name the file."
            raise InputError([Problem((), "standard input cannot be run again", advice=advice)], source)
        if not os.path.lexists(path):
            load_case(source)  # which says that it is not there, and what may be meant
        yield CaseFile(source, path, path.resolve().parent.name, True)
        return
    entries = [entry for entry in sorted(path.rglob("*")) if _may_be_case(entry, path) and entry.is_file()]
    if not entries:
        advice = f"Cases are files ending in {', '.join(sorted(SUFFIXES))}."
        raise InputError([Problem((), "a folder without case files", advice=advice)], source)
    for entry in entries:
        yield CaseFile(str(entry), entry, entry.resolve().parent.name, False)


def _may_be_case(entry: Path, root: Path) -> bool:
    hidden = any(part.startswith((".", "_")) for part in entry.relative_to(root).parts)
    whole = "." not in entry.name.removesuffix(entry.suffix)
    return entry.suffix.lower() in SUFFIXES and whole and not hidden and entry.name != BEST_KNOWN


def _shipped(name: str) -> CaseFile:
    folders = [resources.files(f"{__name__.partition('.')[0]}.instances")]
    while folders:
        folder = folders.pop()
        file = folder.joinpath(f"{name}.yaml")
        if file.is_file():
            return CaseFile(name, file, folder.name, True)
        folders += [entry for entry in folder.iterdir() if entry.is_dir()]
    raise InputError([Problem((), f"there is no shipped case {quote(name)}")], name)


def _text(file: CaseFile) -> bytes:
    try:
        return file.place.read_bytes()
    except OSError as error:
        advice = "Check the file, or leave it out."
        raise InputError([Problem((), f"cannot be read: {error.strerror}", advice=advice)], file.name) from None


def _plain(name: str) -> str:
    """A name that any program can write: bytes that are no text are replaced."""
    return name.encode("utf-8", "replace").decode()
