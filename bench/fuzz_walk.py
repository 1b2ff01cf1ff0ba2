"""A document as plain data, walked along the schema: every value with its field and what may stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args, get_origin

from ..models.base import Model
from ..models.places import field_key

SCALARS = (bool, int, float, str, datetime, timedelta)


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a document: what holds it, and what the schema says of the field it stands in."""

    holder: Any
    """The list or object that holds it."""
    key: int | str
    owner: type[Model] | None
    """The model whose field it is, or is part of; None if the document is not as the schema has it."""
    field: str
    """Key of that field: an item of a list stands under the key of the list."""
    hint: Any
    """What the annotation of the field allows."""

    @property
    def value(self) -> Any:
        """The value itself."""
        return self.holder[self.key]

    def put(self, value: Any) -> None:
        """Replace the value."""
        self.holder[self.key] = value


def spots(data: Any, model: type[Model]) -> list[Spot]:
    """Every value below the top of a document, outermost first."""
    return list(inside(data, model, None, "")) if isinstance(data, dict | list) else []


def inside(data: Any, hint: Any, owner: type[Model] | None, field: str) -> Iterator[Spot]:
    """Every value in what stands under a field."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield Spot(data, number, owner, field, hint)
            yield from inside(item, hint, owner, field)
    elif isinstance(data, dict):
        inner = model_of(data, hint)
        known = keys(inner) if inner is not None else {}
        for key, item in data.items():
            if inner is None:  # a table, or something that the schema does not know
                yield Spot(data, key, owner, field, hint)
                yield from inside(item, hint, owner, field)
            else:
                yield Spot(data, key, inner, key, known.get(key))
                yield from inside(item, known.get(key), inner, key)


def model_of(data: dict[str, Any], hint: Any) -> type[Model] | None:
    """The model that an object comes nearest to, among those that a field allows; None for a table."""
    fitting = [model for model in models(hint) if not data or data.keys() & keys(model).keys()]
    return max(fitting, key=lambda model: len(data.keys() & keys(model).keys()), default=None)


@cache
def keys(model: type[Model]) -> dict[str, Any]:
    """Keys of a model in a document, and what may stand there."""
    return {field_key(name, field): field.annotation for name, field in model.model_fields.items()}


@cache
def models(hint: Any) -> list[type[Model]]:
    """The models in an annotation, however deep."""
    if isinstance(hint, type) and issubclass(hint, Model):
        return [hint]
    return [model for part in get_args(hint) for model in models(part)]


@cache
def scalars(hint: Any) -> list[type]:
    """The plain types in an annotation, those of models left out."""
    if hint in SCALARS:
        return [hint]
    if get_origin(hint) is Literal:
        return []
    return [kind for part in get_args(hint) for kind in scalars(part)]


@cache
def choices(hint: Any) -> list[Any]:
    """The constants in an annotation."""
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    return [constant for part in get_args(hint) for constant in choices(part)]


@cache
def is_list(hint: Any) -> bool:
    """Whether a list may stand there."""
    return get_origin(hint) is tuple or any(is_list(part) for part in get_args(hint))


@cache
def is_table(hint: Any) -> bool:
    """Whether an object with keys of one's own may stand there."""
    return get_origin(hint) is dict or any(is_table(part) for part in get_args(hint))
