"""A document seen generically: every part of it with its path, so that no check keeps a list of fields by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from ..base import Model, write_duration
from ..places import field_key
from ..problems import Path

M = TypeVar("M", bound=Model)

MOST_NAMES = 12
"""Names that one message lists."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is no part of its own: an item of a list counts one by one, under the field's name."""

    path: Path
    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the document, the way to it, and its values: without those of the parts below it and absent ones."""

    path: Path
    part: Model
    leaves: tuple[Leaf, ...]

    def text(self, name: str) -> str | None:
        """The text in a field, None if it has no such field or something else in it."""
        return next((leaf.value for leaf in self.leaves if leaf.name == name and isinstance(leaf.value, str)), None)


def nodes(root: Model, path: Path = ()) -> Iterator[Node]:
    """The part itself and all parts below it, in the document's order."""
    own: list[Leaf] = []
    below: list[tuple[Path, Model]] = []
    for name, key in fields(type(root)):
        _sort(getattr(root, name), (*path, key), name, own, below)
    yield Node(path, root, tuple(own))
    for where, part in below:
        yield from nodes(part, where)


def of_type(found: Sequence[Node], kind: type[M]) -> Iterator[tuple[Path, M]]:
    """Parts of one type, with their paths."""
    return ((node.path, node.part) for node in found if isinstance(node.part, kind))


@cache
def fields(kind: type[Model]) -> tuple[tuple[str, str], ...]:
    """Name and key in the document of every field of a type."""
    return tuple((name, field_key(name, field)) for name, field in kind.model_fields.items())


@cache
def has(kind: type[Model], *names: str) -> bool:
    """Whether a type has all these fields."""
    return all(name in kind.model_fields for name in names)


def shown(value: object) -> str:
    """An instant or a duration as a document writes it; anything else as text."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta) and is_whole_minutes(value) and value >= timedelta(0):
        return write_duration(value)
    return str(value)


def is_whole_minutes(length: timedelta) -> bool:
    """Whether a document can hold the duration."""
    return length % timedelta(minutes=1) == timedelta(0)


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them; of very many the first ones."""
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, noun: str) -> str:
    """A number of things: `1 seat`, `3 seats`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _sort(value: object, path: Path, name: str, own: list[Leaf], below: list[tuple[Path, Model]]) -> None:
    """Put a field's value among the values of its part, or what it holds among the parts below."""
    if value is None:
        return
    if isinstance(value, Model):
        below.append((path, value))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            _sort(item, (*path, index), name, own, below)
    elif isinstance(value, dict):
        for key, item in value.items():
            _sort(item, (*path, str(key)), name, own, below)
    else:
        own.append(Leaf(path, name, value))
