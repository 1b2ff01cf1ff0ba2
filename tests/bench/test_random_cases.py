"""Random cases say everything that a case can say: comparing solvers, checker and readers on them leaves out no field.

The fields are found in the models themselves, so that a field added to the schema fails here until cases have it.
"""

import random
from collections import defaultdict
from datetime import datetime
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import pytest
from pydantic import AwareDatetime

from crewreturn.bench.fuzz_walk import models
from crewreturn.bench.random_cases import FEATURES, FIRST_FEATURES, MEDIUM, SMALL, TINY, drawn_case, random_case
from crewreturn.models.case import Case
from crewreturn.models.checks.walk import nodes

SEEDS = range(300)
BEYOND_A_CASE = {"changes"}
"""Counted against an earlier plan, which only a re-plan has: a case that prices it is refused unless one is given."""


def kinds(annotation):
    """What one value of a field can be: types, and the values of a `Literal` or bool one by one; inside containers."""
    origin = get_origin(annotation)
    if origin is Annotated or origin is tuple:
        return kinds(get_args(annotation)[0])
    if origin in (Union, UnionType, dict):
        return {kind for part in get_args(annotation) for kind in kinds(part)}
    if origin is Literal:
        return set(get_args(annotation))
    return {bool: {True, False}, AwareDatetime: {datetime}}.get(annotation, {annotation})


def parts(value):
    """A value, or what a container holds."""
    if isinstance(value, tuple):
        return [part for item in value for part in parts(item)]
    if isinstance(value, dict):
        return [part for pair in value.items() for item in pair for part in parts(item)]
    return [value]


def reached(root):
    """The model and every model that its fields can hold, however deep."""
    found = [root]
    for model in found:  # it grows
        for field in model.model_fields.values():
            found += [part for part in dict.fromkeys(models(field.annotation)) if part not in found]
    return found


@pytest.fixture(scope="module")
def said():
    """For each field: the kinds of values that some case has, and two values that differ from the default."""
    seen, other = defaultdict(set), defaultdict(list)
    for seed in SEEDS:
        for size in (TINY, SMALL, MEDIUM):
            for part in (node.part for node in nodes(random_case(seed, size))):
                for name, field in type(part).model_fields.items():
                    value, known = getattr(part, name), other[type(part), name]
                    own = field.is_required() or value != field.get_default(call_default_factory=True)
                    if own and len(known) < 2 and value not in known:
                        known.append(value)
                    for item in parts(value):
                        seen[type(part), name].add(item if isinstance(item, bool | str) else type(item))
                        seen[type(part), name].add(type(item))
    return seen, other


FIELDS = [(model, name) for model in reached(Case) for name in model.model_fields]


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda part: getattr(part, "__name__", part))
def test_random_cases_use_every_field(said, model, name):
    """Some case differs from the default, and some case has each value of an enumeration and each arm of a union.

    A required field has at least two values, and a constant (`format`) its one.
    """
    seen, other = said
    field = model.model_fields[name]
    expected = kinds(field.annotation)
    missing = {kind for kind in expected - BEYOND_A_CASE if kind not in seen[model, name]}
    assert not missing
    if len(expected) > 1 or isinstance(next(iter(expected)), type):
        assert len(other[model, name]) >= (2 if field.is_required() else 1)


def test_every_kind_of_part_is_looked_at():
    """The walk over the models reaches what stands deepest: what a claim limits, and how well a chance is known."""
    names = {model.__name__ for model in reached(Case)}
    assert {"LimitClaim", "Late", "Estimate", "BodyRange", "LinerMoved", "Qualified"} <= names
    assert len(FIELDS) > 300


def test_a_feature_is_added_without_changing_what_is_there():
    """Later features have dice of their own: remarks change nothing but remarks, whatever the seed.

    Without names, sources, notes and labels the two cases are equal.
    """
    for seed in range(20):
        plain = random_case(seed, TINY, features=FIRST_FEATURES)
        remarked = random_case(seed, TINY, features=FIRST_FEATURES | {"remarks"})
        data = remarked.model_dump(by_alias=True)
        bare(data)
        assert Case.model_validate({**data, "id": plain.id, "title": plain.title}) == plain


def bare(value):
    """Take remarks out of a document."""
    if isinstance(value, list | tuple):
        for item in value:
            bare(item)
    elif isinstance(value, dict):
        for key in ("name", "note", "source", "confidence", "labels", "$schema", "description"):
            if "mean" not in value:
                value.pop(key, None)
        for item in value.values():
            bare(item)


def test_other_dice_draw_valid_cases_too():
    """Any dice will do, loaded ones too: nearly always low, high or in between."""

    class Loaded(random.Random):
        often = 0.0

        def random(self):
            fair = super().random()
            return fair * 10 if fair < 0.1 else self.often

    for number in (0.0, 0.3, 0.5, 0.7, 0.999):
        for size in (TINY, SMALL, MEDIUM):
            dice = Loaded(1)
            dice.often = number
            assert drawn_case(dice, size).people
    with pytest.raises(ValueError, match="no such feature: suit"):
        drawn_case(random.Random(1), features={"suit"})
    assert drawn_case(random.Random(1), features=set()).suits == ()
    assert drawn_case(random.Random(1), TINY) == drawn_case(random.Random(1), TINY, features=FEATURES)
