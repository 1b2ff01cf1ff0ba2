"""pydantic's complaints in plain words, each at its place in the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from .base import ID_PATTERN
from .places import Fork, Place, expected_items, expected_models, field_key, follow
from .positions import Json, Positions
from .problems import CaseProblems, Mistake, Problem, did_you_mean, quote

MOST_PROBLEMS = 100
"""Problems of one document that are told."""

_EXPECTED = {
    "none_required": "null",
    "string_type": "text",
    "string_sub_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "iterable_type": "a list",
    "dict_type": "an object",
    "mapping_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dataclass_type": "an object",
    "date_type": "a date such as 2023-01-12",
    "date_parsing": "a date such as 2023-01-12",
    "datetime_type": "an instant such as 2023-01-12T00:00:00Z",
    "time_delta_type": "a duration such as P1D or PT4H",
    "time_delta_parsing": "a duration such as P1D or PT4H",
}
"""Types of complaint that only say that something else should stand there, and what."""

_RULES = {
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "multiple_of": "must be a multiple of {multiple_of:g}",
    "finite_number": "must be a finite number",
    "too_short": "too few items: {actual_length}, not at least {min_length}",
    "too_long": "too many items: {actual_length}, not at most {max_length}",
    "string_too_short": "text too short: its length is at least {min_length}",
    "string_too_long": "text too long: its length is at most {max_length}",
    "string_pattern_mismatch": "does not match the pattern {pattern}",
    "timezone_aware": "has no time zone",
    "datetime_parsing": "is no date and time: {error}",
    "datetime_from_date_parsing": "is no date and time: {error}",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}",
    "union_tag_not_found": "{discriminator} is missing",
}
A_YEAR = "_per_year"
"""How the key of a rate ends that somebody has by the year; in a document all are by the day."""
_HOW_TO_NAME = "Use letters a to z, digits, '-' and '_', and begin with a letter or a digit."
_ADVICE = {"timezone_aware": "Add Z for UTC: 2023-01-12T00:00:00Z.", "finite_number": "Leave the field out instead."}
_MISFITS = {"extra_forbidden", "missing", "literal_error", "union_tag_invalid", "union_tag_not_found"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\s*[+-]?(\d[\d_ ]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


@dataclass(frozen=True, slots=True)
class _Complaint:
    error: ErrorDetails
    place: Place

    @property
    def expected(self) -> str | None:
        """What should stand there, if the complaint says nothing else."""
        kind, context = self.error["type"], self.error.get("ctx", {})
        if kind in ("literal_error", "enum"):
            return str(context.get("expected", "something else"))
        if kind in ("model_type", "model_attributes_type"):
            return _object_like(self.place.hint)
        if kind == "value_error" and (said := _said(self.error)).startswith("expected "):
            return said.removeprefix("expected ")
        if kind == "datetime_type" and _DATE.match(str(self.error["input"])):
            return None  # it was meant as one, and what is wrong with it can be said
        return _EXPECTED.get(kind)


def explain(error: ValidationError, model: type[BaseModel], data: Json, positions: Positions) -> list[Problem]:
    """The problems behind a validation error, in the document's order.

    Of a union only the branch is told that the value comes nearest to.

    Parameters
    ----------
    model
        What the document should be.
    data
        The document.
    positions
        Where its parts stand.
    """
    errors = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    told = errors[: 10 * MOST_PROBLEMS]
    complaints = [
        _Complaint(detail, follow(model, data, detail["loc"], absent=detail["type"] == "missing")) for detail in told
    ]
    problems: list[Problem] = []
    for group in _nearest(complaints, 0):
        inner = group[0].error.get("ctx", {}).get("error")
        if isinstance(inner, CaseProblems):
            problems += _expand(inner, group[0].place, model, data, positions)
        else:
            problems.append(_located(_problem(group), group[0], positions))
    problems.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
    if len(problems) > MOST_PROBLEMS or len(errors) > len(told):
        problems[MOST_PROBLEMS:] = [Problem((), "there are more problems than these", advice="Mend these first.")]
    return problems


def _is_echo(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its items were refused."""
    least = detail.get("ctx", {}).get("min_length", 0)
    return detail["type"] == "too_short" and isinstance(detail["input"], list) and len(detail["input"]) >= least


def _expand(
    inner: CaseProblems, place: Place, model: type[BaseModel], data: Json, positions: Positions
) -> list[Problem]:
    """Problems that a validator found inside what stands at a place."""
    expanded = []
    for problem in inner.problems:
        path = follow(model, data, (*place.path, *problem.path), plain=True).path
        line, column = positions.at(path) or (None, None)
        expanded.append(replace(problem, path=path, line=line, column=column))
    return expanded


def _located(problem: Problem, complaint: _Complaint, positions: Positions) -> Problem:
    on_key = complaint.place.is_key or complaint.error["type"] == "extra_forbidden"
    line, column = positions.at(problem.path, key=on_key) or (None, None)
    return replace(problem, line=line, column=column)


def _nearest(complaints: Sequence[_Complaint], depth: int) -> list[list[_Complaint]]:
    """Complaints in groups that become one problem each; at every union beyond `depth` forks one branch is chosen."""
    groups: list[list[_Complaint]] = []
    unions: dict[tuple[str | int, ...], dict[str, list[_Complaint]]] = {}
    for complaint in complaints:
        if len(complaint.place.forks) > depth:
            fork = complaint.place.forks[depth]
            unions.setdefault(fork.loc, {}).setdefault(fork.branch, []).append(complaint)
        else:
            groups.append([complaint])
    for branches in unions.values():
        groups += _nearest_branch(list(branches.values()), depth)
    return groups


def _nearest_branch(branches: list[list[_Complaint]], depth: int) -> list[list[_Complaint]]:
    fork = branches[0][0].place.forks[depth]
    telling = [branch for branch in branches if not all(_is_blunt(complaint, fork) for complaint in branch)]
    if not telling:
        return [[complaint for branch in branches for complaint in branch]]
    best = min(telling, key=lambda branch: (sum(_is_misfit(complaint, fork) for complaint in branch), len(branch)))
    return _nearest(best, depth + 1)


def _is_blunt(complaint: _Complaint, fork: Fork) -> bool:
    """Whether it says no more than that the value is of another kind than the branch."""
    return complaint.place.path == fork.path and complaint.expected is not None


def _is_misfit(complaint: _Complaint, fork: Fork) -> bool:
    """Whether it says that the object has other fields than the branch."""
    return complaint.error["type"] in _MISFITS and len(complaint.place.path) <= len(fork.path) + 1


def _problem(group: list[_Complaint]) -> Problem:
    """One problem, not yet located, from complaints about one value."""
    first = group[0]
    kind, place = first.error["type"], first.place
    key = place.path[-1] if place.path else ""
    if kind == "missing":
        return Problem(place.path, f"field {quote(str(key))} is missing", advice=_how_to_add(place))
    if kind == "extra_forbidden":
        return Problem(place.path, f"unknown field {quote(str(key))}", advice=_what_is_known(place, str(key)))
    value = first.error["input"]
    expected = list(dict.fromkeys(phrase for complaint in group if (phrase := complaint.expected)))
    if expected:
        expected.sort(key=lambda phrase: phrase.startswith("an object"))  # the longest last
        joined = (", or " if any("," in phrase for phrase in expected) else " or ").join(expected)
        message = f"expected {joined}" + (" as key" if place.is_key else "")
        if value is None:
            message += ", not null"
        return Problem(place.path, message, value, _how_to_mend(value, expected, place.hint))
    if isinstance(value, dict | list):
        value = None
    mistake = first.error.get("ctx", {}).get("error")
    advice = mistake.advice if isinstance(mistake, Mistake) else _ADVICE.get(kind)
    if kind == "string_pattern_mismatch" and first.error["ctx"]["pattern"] == ID_PATTERN:
        return Problem(place.path, "no name that other parts of the document can refer to", value, _HOW_TO_NAME)
    if kind == "union_tag_invalid":
        context = first.error.get("ctx", {})
        advice = did_you_mean(str(context.get("tag")), _quoted(str(context.get("expected_tags"))))
    return Problem(place.path, _said(first.error), value, advice)


def _said(error: ErrorDetails) -> str:
    """What the complaint says, as a clause."""
    context = error.get("ctx", {})
    if isinstance(mistake := context.get("error"), Mistake):
        return mistake.message
    if "error" in context and error["type"] in ("value_error", "assertion_error"):
        return str(context["error"]).rstrip(".") or "is not accepted"
    if error["type"] == "datetime_type":
        return _not_in_the_calendar(error["input"])
    if error["type"] in _RULES:
        return _RULES[error["type"]].format_map(context)
    message = error["msg"].rstrip(".")
    return message[:1].lower() + message[1:]


def _not_in_the_calendar(value: object) -> str:
    """Why text that looks like a date is none."""
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        return f"is no date and time: {error}"
    return "is no date and time such as 2023-01-12T00:00:00Z"


def _object_like(hint: Any) -> str:
    models = expected_models(hint)
    needed = [quote(field_key(n, f)) for model in models[:1] for n, f in model.model_fields.items() if f.is_required()]
    return f"an object with {', '.join(needed[:3])}" + ", ..." * (len(needed) > 3) if needed else "an object"


def _how_to_add(place: Place) -> str:
    key = str(place.path[-1]) if place.path else ""
    for name, field in place.owner.model_fields.items() if place.owner else ():
        if field_key(name, field) == key and field.description:
            return f"Add it: {' '.join(field.description.split())}"
    return "Add it."


def _what_is_known(place: Place, key: str) -> str:
    if place.owner is None:
        return "Delete it."
    known = [field_key(name, field) for name, field in place.owner.model_fields.items()]
    daily = f"{key.removesuffix(A_YEAR)}_per_day"
    if key.endswith(A_YEAR) and daily in known:
        return f"Write {quote(daily)}: the number a day, which is the number a year divided by 365.25."
    return did_you_mean(key, known) or f"Known here: {', '.join(known) or 'nothing'}."


def _quoted(text: str) -> list[str]:
    return re.findall(r"'([^']*)'", text)


def _how_to_mend(value: object, expected: list[str], hint: Any) -> str | None:
    """Advice for a value of the wrong kind."""
    if isinstance(value, str):
        words = [word for phrase in expected if phrase.startswith("'") for word in _quoted(phrase)]
        if near := did_you_mean(value, words):
            return near
        if _NUMBER.fullmatch(value) and not {"a number", "a whole number"}.isdisjoint(expected):
            return "Write it without quotes, with digits before and after the point: 7, 0.5, 5.0e-3."
        if "true or false" in expected:
            return "Write true or false, without quotes."
    if "text" in expected and isinstance(value, bool | int | float):
        return "Put it in quotes."
    if "a list" in expected and value is None:
        return "Write [] if there are none."
    if "a list" in expected and not isinstance(value, dict):
        return "Put it in brackets, even if it is one: [...]."
    if "a list" in expected and expected_items(hint):
        return "Put it in brackets, even if it is one: [{...}], or begin it with a dash."
    return None
