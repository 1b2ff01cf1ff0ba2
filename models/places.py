"""Where in a document pydantic's `loc` leads, followed along the data and the models' annotations together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, Tag
from pydantic.fields import FieldInfo

from .positions import Json
from .problems import Path

Loc = tuple[str | int, ...]

_KEY = "[key]"  # pydantic's last element where not a value but its key is wrong


@dataclass(frozen=True, slots=True)
class Fork:
    """A union on the way: how far `loc` and path had come, and the branch that `loc` goes into."""

    loc: Loc
    path: Path
    branch: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a `loc` leads."""

    path: Path
    """Keys and indices as they stand in the document; the last ones may be missing there."""
    forks: tuple[Fork, ...]
    """The unions on the way, outermost first."""
    owner: type[BaseModel] | None
    """The model that the last key belongs to, if known."""
    hint: Any
    """What the annotations expect there; `Any` if unknown."""
    is_key: bool
    """Whether the key is meant, not the value."""


def follow(model: type[BaseModel], data: Json, loc: Loc, *, absent: bool = False, plain: bool = False) -> Place:
    """Follow a `loc` from the top of a document.

    Elements that name a union's branch, a discriminator or something a validator made up, and are not in the document,
    are left out of the path.

    Parameters
    ----------
    absent
        The last element is a field that the document lacks.
    plain
        The `loc` is a path already: every element counts, and a field may stand under its Python name.
    """
    hint: Any = model
    here: Any = data
    path: list[str | int] = []
    forks: list[Fork] = []
    owner: type[BaseModel] | None = None
    for index, element in enumerate(loc):
        last = index == len(loc) - 1
        if last and element == _KEY and not plain:
            return Place(tuple(path), tuple(forks), owner, hint, is_key=True)
        members = _members(hint)
        if len(members) > 1:
            if not plain:
                forks.append(Fork(loc[:index], tuple(path), str(element)))
                hint = _branch(members, str(element))
                continue
            fitting = (member for member in members if _step(member, element, here)[1] is not Any)
            hint = next(fitting, Any)
        else:
            hint = members[0]
        owner = hint if _is_model(hint) else None
        key, inner = _step(hint, element, here)
        if _holds(here, key):
            here = here[key]
        elif plain or (last and absent):
            here = None
        else:
            if inner is not Any:
                hint, here = inner, None
            continue
        path.append(key)
        hint = inner
    return Place(tuple(path), tuple(forks), owner, hint, is_key=False)


def field_key(name: str, field: FieldInfo) -> str:
    """The key under which a field stands in a document."""
    alias = field.validation_alias
    return alias if isinstance(alias, str) else field.alias or name


def expected_models(hint: Any) -> list[type[BaseModel]]:
    """The models among what an annotation expects."""
    return [member for member in _members(hint) if _is_model(member)]


def expected_items(hint: Any) -> list[type[BaseModel]]:
    """The models among what the lists that an annotation expects can hold."""
    lists = [member for member in _members(hint) if get_origin(member) is tuple]
    return [model for one in lists for model in expected_models(get_args(one)[0])]


def _step(hint: Any, element: str | int, here: Json) -> tuple[str | int, Any]:
    """The key in the document that an element means, and what is expected behind it."""
    if _is_model(hint):
        for name, field in hint.model_fields.items():
            key = field_key(name, field)
            if element in (key, name):
                stands = element if isinstance(here, dict) and element in here else key
                return stands, field.annotation
        return element, Any
    origin, args = get_origin(hint), get_args(hint)
    if origin is dict and len(args) == 2:
        return element, args[1]
    if origin is tuple and args and isinstance(element, int):
        return element, args[0] if args[-1] is Ellipsis else args[element] if element < len(args) else Any
    if origin in (list, set, frozenset) and args:
        return element, args[0]
    return element, Any


def _holds(here: Any, key: str | int) -> bool:
    if isinstance(here, dict):
        return key in here
    return isinstance(here, list) and isinstance(key, int) and 0 <= key < len(here)


def _members(hint: Any) -> list[Any]:
    """What an annotation allows beside None, once aliases, `Annotated` and root models are taken off."""
    if hasattr(hint, "__value__"):  # a type alias; their class is new in Python 3.12
        return _members(hint.__value__)
    origin = get_origin(hint)
    if origin is Annotated:
        return _members(get_args(hint)[0])
    if origin in (Union, UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        return _members(members[0]) if len(members) == 1 else members
    if isinstance(hint, type) and issubclass(hint, RootModel):
        return _members(hint.model_fields["root"].annotation)
    return [hint]


def _branch(members: list[Any], label: str) -> Any:
    """The member of a union that pydantic's label means, as far as names tell."""
    words = set(re.findall(r"\w+", label))
    for member in members:
        if any(isinstance(note, Tag) and note.tag == label for note in get_args(member)[1:]):
            return member
    for member in members:
        if any(_names(inner) & words for inner in [member, *_members(member)]):
            return member
    tagged = [member for member in members if any(label in tags for tags in map(_tags, expected_models(member)))]
    return tagged[0] if len(tagged) == 1 else Any


def _names(hint: Any) -> set[str]:
    origin = get_origin(hint)
    if origin is Literal:
        return {"literal"}
    named = hint if origin is None else origin
    return {str(getattr(named, "__name__", ""))} - {"Union", "UnionType", "Annotated", ""}


def _tags(model: type[BaseModel]) -> set[str]:
    """The constants by which a discriminated union may know the model."""
    literals = (field.annotation for field in model.model_fields.values() if get_origin(field.annotation) is Literal)
    return {str(constant) for literal in literals for constant in get_args(literal)}


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
