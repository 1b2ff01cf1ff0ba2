"""Models and Python data as JSON: one form for one meaning."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from numbers import Integral, Real
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from .positions import MAX_DEPTH, Json
from .problems import CaseProblems, Path, Problem

_SURROGATE = re.compile("[\ud800-\udfff]")
_DATA = "Give text, numbers, true or false, None, dates, durations, and lists and mappings of these."


def dump_json(model: BaseModel, *, indent: int | None = 2, defaults: bool = False) -> str:
    """A model as JSON text that reads back to an equal model, and is the same text for equal models.

    Fields stand in the model's order, instants in UTC with `Z`. Fields at their default are left out, except constants
    such as `format`.

    Parameters
    ----------
    indent
        Spaces a level; None for one line without spaces.
    defaults
        Write every field, for readers that do not know the defaults.

    Raises
    ------
    ValueError
        If the model holds a number that is not finite.
    """
    data = _data(model, defaults)
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return text if indent is None else text + "\n"


def case_digest(case: BaseModel) -> str:
    """SHA-256, in hexadecimal, of what a case says: the dump in one line as UTF-8, without a `$schema` at its top."""
    data = _data(case, defaults=False)
    data.pop("$schema", None)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain_data(data: object) -> Json:
    """What a document with these Python data would hold.

    Mappings, lists, tuples, text, numbers (numpy's too), dates, durations and models are taken; whole numbers as keys
    become their digits.

    Raises
    ------
    CaseProblems
        For anything else, numbers that are not finite, and nesting deeper than documents may have.
    """
    return _plain(data, ())


def _data(model: BaseModel, defaults: bool) -> Any:
    return _trimmed(model, model.model_dump(mode="json", by_alias=True), defaults)


def _trimmed(value: Any, dumped: Any, defaults: bool) -> Any:
    """What pydantic dumped for a value, without what need not be said."""
    if isinstance(value, RootModel):
        return _trimmed(value.root, dumped, defaults)
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        fields = {_written_key(name, field): (name, field) for name, field in type(value).model_fields.items()}
        kept = {}
        for key, item in dumped.items():
            if key not in fields:
                kept[key] = item
                continue
            name, field = fields[key]
            inner = getattr(value, name)
            if defaults or not _goes_without_saying(inner, field):
                kept[key] = _trimmed(inner, item, defaults)
        return kept
    if isinstance(value, Mapping) and isinstance(dumped, dict) and len(value) == len(dumped):
        return {
            key: _trimmed(inner, item, defaults)
            for inner, (key, item) in zip(value.values(), dumped.items(), strict=True)
        }
    if isinstance(value, set | frozenset) and isinstance(dumped, list):
        return sorted(dumped, key=json.dumps)
    if isinstance(value, list | tuple) and isinstance(dumped, list) and len(value) == len(dumped):
        return [_trimmed(inner, item, defaults) for inner, item in zip(value, dumped, strict=True)]
    if isinstance(value, datetime) and isinstance(dumped, str) and value.tzinfo is not None:
        return _instant(value)
    if isinstance(value, float) and not math.isfinite(value):  # pydantic would write null
        raise ValueError(f"{value} cannot be written as JSON")
    return dumped


def _written_key(name: str, field: FieldInfo) -> str:
    return field.serialization_alias or field.alias or name


def _goes_without_saying(value: object, field: FieldInfo) -> bool:
    """Whether a field is at its default, and reading a document without it would give the same."""
    if field.is_required() or field.default_factory_takes_validated_data:
        return False
    if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
        return False
    default = field.get_default(call_default_factory=True)
    return bool(default == value) and isinstance(default, bool) == isinstance(value, bool)


def _instant(moment: datetime) -> str:
    try:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:  # a day outside the calendar in UTC: whoever reads it says so
        return moment.isoformat()


def _plain(value: object, path: Path) -> Json:
    if len(path) > MAX_DEPTH:
        raise _refused(path, f"lists and objects nested deeper than {MAX_DEPTH} levels", "Check what made it.")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(value, path)
    if isinstance(value, Integral | Real):
        return _plain_number(value, path)
    if isinstance(value, datetime):
        return _instant(value) if value.tzinfo is not None else value.isoformat()
    if isinstance(value, date | timedelta):
        return str(to_jsonable_python(value))
    if isinstance(value, BaseModel):
        data: Json = _data(value, defaults=False)
        return data
    if isinstance(value, Mapping):
        return _plain_object(value, path)
    if isinstance(value, list | tuple):
        return [_plain(item, (*path, index)) for index, item in enumerate(value)]
    raise _refused(path, f"{type(value).__name__} is not data that a document can hold", _DATA)


def _plain_object(mapping: Mapping[Any, object], path: Path) -> dict[str, Json]:
    plain: dict[str, Json] = {}
    for key, item in mapping.items():
        if isinstance(key, bool) or not isinstance(key, str | Integral):
            raise _refused(path, f"a key that is not text: {key!r:.60}", "Keys are text or whole numbers.")
        text = _plain_text(key, path) if isinstance(key, str) else str(int(key))
        if text in plain:
            raise _refused((*path, text), "the key stands twice, as text and as number", "Delete one of the two.")
        plain[text] = _plain(item, (*path, text))
    return plain


def _plain_text(text: str, path: Path) -> str:
    if _SURROGATE.search(text):
        raise _refused(path, "text with half a surrogate pair", "Give the character itself.")
    return str.__str__(text)


def _plain_number(number: Integral | Real, path: Path) -> int | float:
    try:
        finite = math.isfinite(float(number))
    except OverflowError:
        finite = False
    if not finite:
        raise _refused(path, "a number that is not finite or too large to compute with", "Leave it out.")
    return int(number) if isinstance(number, Integral) else float(number)


def _refused(path: Path, message: str, advice: str) -> CaseProblems:
    return CaseProblems([Problem(path, message, advice=advice)])
