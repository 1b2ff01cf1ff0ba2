"""What programs read instead of pages: one versioned JSON document a command, also when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from pydantic import BaseModel

from ..models.answer import Evaluation
from ..models.canonical import case_digest, dump_json
from ..models.case import Case
from ..models.notes import Note, notes
from ..models.problems import InputError, Problem, show_path

Document = dict[str, Any]


def document(model: BaseModel) -> Document:
    """A model as JSON's own types, every field written: readers need not know the defaults."""
    data: Document = json.loads(dump_json(model, defaults=True))
    return data


def text(data: Document) -> str:
    """A document as text, in ASCII so that no terminal or pipe can spoil it."""
    return json.dumps(data, indent=2) + "\n"


def error_document(kind: str, message: str, error: InputError | None = None) -> Document:
    """Why there is no result; of bad input, every problem with its place."""
    problems = () if error is None else error.problems
    return {
        "format": "crewreturn-error/1",
        "error": kind,
        "message": message,
        "source": None if error is None else error.source,
        "problems": [_problem(problem) for problem in problems],
    }


def _problem(problem: Problem) -> Document:
    """A problem; its value as text where JSON has no form for it."""
    found = {field.name: getattr(problem, field.name) for field in fields(problem)}
    data: Document = json.loads(json.dumps(found, default=str))
    return data


def check_document(case: Case, alternative: str | None, evaluation: Evaluation) -> Document:
    """The checker's verdict on a plan."""
    head = {"format": "crewreturn-check/1", "case": case.id, "case_digest": case_digest(case)}
    return {**head, "alternative": alternative, "ok": evaluation.ok, "evaluation": document(evaluation)}


def validation_document(case: Case) -> Document:
    """A valid case, and what about it is strange."""
    head = {"format": "crewreturn-validation/1", "case": case.id, "case_digest": case_digest(case)}
    return {**head, "valid": True, "notes": [_note(note) for note in notes(case)]}


def _note(note: Note) -> Document:
    return {"where": show_path(note.path), "path": list(note.path), "message": note.message}


def cases_document(cases: Iterable[tuple[str, Case]]) -> Document:
    """The shipped cases, by name."""
    entries = [{"name": name, **_some(case, ("title", "known_at"))} for name, case in cases]
    return {"format": "crewreturn-cases/1", "cases": entries}


def _some(case: Case, names: Sequence[str]) -> Document:
    return case.model_dump(mode="json", by_alias=True, include=set(names))
