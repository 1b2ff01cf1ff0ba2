"""The best values that anybody knows of cases, kept in a file beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as Day
from pathlib import Path
from typing import Literal

from ..models.base import Model
from ..models.canonical import dump_json
from ..models.case_file import read_model
from .rows import FAILED, Row

BEST_KNOWN = "best_known.json"
"""Name of the file, in the folder of the cases or one above it."""
ARGUMENT = "argument"
"""What proves and certifies a value that nobody has to search for."""
FOLDERS_UP = 2
"""It is looked for in so many folders above that of a case."""


class Known(Model):
    """What is known of the first level of a case, under the case's own objective."""

    case: str
    """Id of the case."""
    alternative: str | None = None
    """The rescue alternative, or None for the case free of them."""
    value: float | None = None
    """Of the best plan that anybody found, in the level's unit; None where there is none."""
    bound: float | None = None
    """No plan is better than this."""
    proof: Literal["optimal", "infeasible", "none"] = "none"
    """What is proven."""
    proven_by: str | None = None
    """Who proved it first: `crewreturn`, a peer, or `argument`."""
    certified_by: str | None = None
    """What besides makes the proof sure: `argument`, or the names of the other solvers that proved the same. None: not
    certified, since one solver alone has proven it, or nobody."""
    date: Day | None = None
    """Since when."""
    configuration: str | None = None
    """What found or proved it."""


class BestKnown(Model):
    """Best known values, format `crewreturn-best-known/1`."""

    format: Literal["crewreturn-best-known/1"]
    cases: dict[str, Known]
    """By the case's digest; under an alternative, followed by `/` and its id."""

    def text(self) -> str:
        """As it stands in a file: every field, so that what is not certified is seen not to be."""
        ordered = dict(sorted(self.cases.items(), key=lambda entry: (entry[1].case, entry[0])))
        return dump_json(self.model_copy(update={"cases": ordered}), defaults=True)


def known_as(case_digest: str, alternative: str | None) -> str:
    """The name of an entry."""
    return case_digest if alternative is None else f"{case_digest}/{alternative}"


def best_known(paths: Iterable[str]) -> dict[str, Known]:
    """What the files beside these case files say; nothing where there are none.

    Raises
    ------
    InputError
        If one of them is not what it should be.
    """
    folders = {folder for path in paths for folder in list(Path(path).absolute().parents)[: 1 + FOLDERS_UP]}
    found: dict[str, Known] = {}
    for folder in sorted(folders):
        file = folder / BEST_KNOWN
        if file.is_file():
            found.update(read_model(file, BestKnown).cases)
    return found


def kept(rows: Iterable[Row], before: Mapping[str, Known]) -> dict[str, Known]:
    """Best known values brought up to what rows show: better plans, better bounds, proofs.

    Parameters
    ----------
    rows
        Of which those count that were asked for the case's own objective.
    before
        What is known already. What is proven stays as it is.
    """
    found = dict(before)
    for row in rows:
        if row.configuration.objective is not None or row.status in FAILED or not row.levels:
            continue
        name = known_as(row.case_digest, row.alternative)
        old = found.get(name) or Known(case=row.case, alternative=row.alternative)
        if old.proof != "none":
            continue
        new = _improved(old, row)
        if new != old:
            when = None if row.begun is None else row.begun.date()
            found[name] = new.model_copy(update={"date": when, "configuration": _made_by(row)})
    return found


def _improved(old: Known, row: Row) -> Known:
    if row.status == "infeasible":
        return old.model_copy(update={"proof": "infeasible", "proven_by": row.configuration.who})
    level, update = row.levels[0], dict[str, object]()
    if level.value is not None and (old.value is None or level.value < old.value):
        update["value"] = level.value
    if level.bound is not None and (old.bound is None or level.bound > old.bound):
        update["bound"] = level.bound
    if level.status == "optimal":
        best = level.bound if level.bound is not None else level.value
        update |= {"value": best, "proof": "optimal", "proven_by": row.configuration.who}
    return old.model_copy(update=update)


def _made_by(row: Row) -> str:
    asked = [f"{name} {value}" for name, value in row.configuration if value is not None]
    return ", ".join([f"crewreturn {row.crewreturn}", *asked, f"seed {row.seed}"])
