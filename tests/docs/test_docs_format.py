"""The page on the format tells every field with an example, and the file that the examples come from uses them all.

Fields are found in the models themselves: a new one fails here until the example file has it.
"""

import re
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import pytest
from pydantic import AwareDatetime

from crewreturn import Case, load_case
from crewreturn.docs import format_reference as reference
from crewreturn.models.checks.walk import nodes
from crewreturn.models.statements import Measure

PARTS = list(dict.fromkeys([*reference.SHARED, *reference.below(Case, [])]))
FIELDS = [(part, name) for part in PARTS for name in part.model_fields if reference.told_at(part, name) is part]


def arms(hint, value=None):
    """Every union in an annotation, with the arm that the value takes there (`None`: that one is not looked at)."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        yield from arms(inner[0], value)
    elif origin in (Union, UnionType):
        kinds = {kind(one): one for one in inner if one is not NoneType}
        if len(kinds) > 1:
            yield frozenset(kinds), type(value)
        for arm, one in kinds.items():
            if value is None or len(kinds) == 1 or isinstance(value, arm):
                yield from arms(one, value)
    elif origin in (tuple, dict):
        held = value.values() if isinstance(value, dict) else value
        for item in (None,) if value is None else held:
            yield from arms(inner[-1 if origin is dict else 0], item)


def kind(hint):
    """The Python type of one arm of a union."""
    if get_origin(hint) is Annotated:
        return kind(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0])
    return {AwareDatetime: datetime}.get(hint, get_origin(hint) or hint)


@pytest.fixture(scope="module")
def said():
    """Each field of the example file with its values, wherever it is given."""
    found = {}
    for part in (node.part for node in nodes(load_case(reference.EXAMPLE))):
        for name in part.model_fields_set:
            found.setdefault((reference.told_at(type(part), name), name), []).append(getattr(part, name))
    return found


@pytest.mark.parametrize(("part", "name"), FIELDS, ids=lambda one: getattr(one, "__name__", one))
def test_the_example_file_uses_every_field(said, part, name):
    """Given somewhere in `everything.yaml`, not left at its default by omission."""
    assert (part, name) in said


def test_the_example_file_uses_every_arm_of_every_union(said):
    """A bound as a date and as a duration, people by name and all together, a number alone and as an estimate.

    Each somewhere, not in each of the two dozen fields that take a number.
    """
    wanted = {union for part, name in FIELDS for union, _ in arms(part.model_fields[name].annotation)}
    used = {}
    for (part, name), given in said.items():
        for value in given:
            for union, arm in arms(part.model_fields[name].annotation, value):
                used.setdefault(union, set()).add(arm)
    assert len(wanted) == 4, "numbers, bounds, people, qualifications"
    assert {union: union - used.get(union, set()) for union in wanted} == dict.fromkeys(wanted, frozenset())


def test_a_field_is_told_once_with_its_example():
    """As many fields as the models have, each in bold at its own part, with an example of just that field behind it."""
    told = re.findall(r"^\*\*`(\S+?)`\*\*[^\n]*\n(?:[^\n]+\n)?\n```yaml\n# (\S+)\n", reference.page(), re.MULTILINE)
    keys = [reference.key_of(name, part.model_fields[name]) for part, name in FIELDS]
    assert sorted(key for key, _ in told) == sorted(keys)
    assert [path for key, path in told if path.rpartition(".")[2] != key] == []


def test_the_page_is_up_to_date():
    """`python docs/format_reference.py` writes it anew after a change of the models or of the example file."""
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page()


def test_every_measure_is_explained():
    """The page on the meaning has a line for every measure that a case can weigh."""
    page = (reference.DOCS / "meaning.md").read_text(encoding="utf-8")
    table = page.partition("## Measures")[2].partition("## Objective")[0]
    assert [measure for measure in get_args(Measure) if f"`{measure}`" not in table] == []
