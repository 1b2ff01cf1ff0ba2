"""One number of a case by its path, and the same case with another number there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .case import Case
from .problems import CrewreturnError, did_you_mean, quote, shorten

Document = Any
"""A case as plain data: dicts, lists, texts and numbers."""


def document(case: Case) -> Document:
    """A case as plain data, from which `with_number` makes others."""
    return json.loads(case.model_dump_json(by_alias=True, exclude_none=True))


def named(whole: Document, path: Sequence[str | int]) -> str:
    """A path with dots, and ids in place of indices where entries have one: `vehicles.ms22.health.0.from`."""
    place, words = whole, []
    for key in path:
        place = _step(place, key)
        has_id = isinstance(key, int) and isinstance(place, dict) and "id" in place
        words.append(str(place["id"]) if has_id else str(key))
    return ".".join(words)


def number_at(whole: Document, path: str) -> float:
    """The number at a path with dots; of an estimate, its mean.

    Raises
    ------
    CrewreturnError
        If nothing is there, or no number above 0.
    """
    there = _place(whole, path.split("."))
    found = there.get("mean") if isinstance(there, dict) else there
    if not isinstance(found, int | float) or isinstance(found, bool) or found <= 0:
        raise CrewreturnError(
            f"{path} is no number above 0 (got {shorten(there)}). Name a price, a loss, a chance or a rate, "
            "such as objective.burden.weights.reseats."
        )
    return float(found)


def with_number(whole: Document, path: str, value: float) -> Case:
    """The case with another number at a path with dots.

    Raises
    ------
    CrewreturnError
        If nothing is there.
    pydantic.ValidationError, CaseProblems
        If the case cannot have that number there.
    """
    changed = json.loads(json.dumps(whole))
    keys = path.split(".")
    found = _place(changed, keys)
    if isinstance(found, dict):
        found["mean"] = value
    else:
        place = _place(changed, keys[:-1])
        # Counts are written as they were read: 3.0 people would be refused.
        place[_key(place, keys[-1])] = int(value) if isinstance(found, int) and value.is_integer() else value
    return Case.model_validate_json(json.dumps(changed))


def _place(whole: Document, keys: Sequence[str]) -> Document:
    place = whole
    for key in keys:
        try:
            place = _step(place, key)
        except (KeyError, IndexError, TypeError):
            message = f"there is nothing called {quote(key)} in {'.'.join(keys)}. {_advice(place, key)}"
            raise CrewreturnError(message) from None
    return place


def _step(place: Document, key: str | int) -> Document:
    return place[_key(place, key)]


def _key(place: Document, key: str | int) -> str | int:
    """The key, or the index in a list: there an id goes before an index, as an id may look like one."""
    if not isinstance(place, list) or isinstance(key, int):
        return key
    for index, item in enumerate(place):
        if isinstance(item, dict) and item.get("id") == key:
            return index
    if not key.isdecimal():
        raise KeyError(key)
    return int(key)


def _advice(place: Document, key: str) -> str:
    if isinstance(place, list):
        known = [str(item.get("id", index)) for index, item in enumerate(place)]
    else:
        known = list(place) if isinstance(place, dict) else []
    said = f"There is: {', '.join(known)}." if known else "The path has to end before it."
    return did_you_mean(key, known) or said
