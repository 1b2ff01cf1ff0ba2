"""A mutant by its number: the same seed and number give the same file, whatever came before."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ..models.case import Case
from ..models.plan import Plan
from .fuzz_bases import Base, Donors, Kind
from .fuzz_text import spoil_bytes, spoil_json, spoil_lines, spoil_yaml
from .fuzz_tree import Tree

FAMILIES = {"bytes": 12, "lines": 8, "yaml": 14, "json": 8, "field": 30, "fields": 28}
"""How often each is drawn: bytes, lines and syntax of the text; one field, or several, of the document."""
PLANS = 0.15
"""Part of the mutants that are plans."""
SHIPPED = 0.12
"""Part that is made of the shipped cases, which are larger than random ones."""
SUFFIXES = {"yaml": (".yaml", ".yaml", ".yml", "", ".txt"), "json": (".json", ".json", "", ".yaml")}

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file to be read."""

    number: int
    family: str
    kind: Kind
    base: Base
    how: str
    """What was done to the base."""
    raw: bytes
    suffix: str
    dice: random.Random
    """For whatever is drawn about it later."""

    @property
    def title(self) -> str:
        """The mutant in a line."""
        return f"{self.number} ({self.family} of the {self.kind} of {self.base.name}: {self.how})"


def mutant(seed: int, number: int, bases: Sequence[Base], donors: Donors) -> Mutant:
    """The mutant of a number.

    Parameters
    ----------
    bases
        What it may be made of; the shipped cases are those with a text of their own.
    donors
        Values that it may be given.
    """
    dice = random.Random(f"{seed}-{number}")
    family = dice.choices(list(FAMILIES), list(FAMILIES.values()))[0]
    kind: Kind = "plan" if dice.random() < PLANS else "case"
    shipped = [base for base in bases if base.text is not None]
    drawn = [base for base in bases if base.text is None]
    base = dice.choice(shipped if shipped and (not drawn or dice.random() < SHIPPED) else drawn)
    form = "json" if family == "json" or (family not in ("yaml", "lines") and dice.random() < 0.4) else "yaml"
    suffix = dice.choice(SUFFIXES[form])
    if family in ("field", "fields"):
        raw, how = _of_tree(dice, base, kind, family, donors, form)
    else:
        raw, how = _of_text(dice, base, kind, family, form)
    return Mutant(number, family, kind, base, how, raw, suffix, dice)


def _of_text(dice: random.Random, base: Base, kind: Kind, family: str, form: str) -> tuple[bytes, str]:
    if form == "yaml" and kind == "case" and base.text is not None and dice.random() < 0.7:
        text = base.text
    else:
        text = written(dice, json.loads(base.document(kind)), form)
    if family == "bytes":
        return spoil_bytes(dice, _raw(text))
    spoil = {"lines": spoil_lines, "yaml": spoil_yaml, "json": spoil_json}[family]
    spoilt, how = spoil(dice, text)
    return _raw(spoilt), how


def _of_tree(dice: random.Random, base: Base, kind: Kind, family: str, donors: Donors, form: str) -> tuple[bytes, str]:
    tree = Tree(dice, json.loads(base.document(kind)), Case if kind == "case" else Plan, donors)
    times = 1 if family == "field" else dice.choice((2, 2, 3, 4, 8))
    gently = dice.random() < 0.7
    done = [tree.spoil(gently) for _ in range(times)]
    return _raw(written(dice, tree.data, form)), ", ".join(done)


def written(dice: random.Random, data: Any, form: str) -> str:
    """Data as text, in one of the ways of writing it."""
    if form == "json":
        return json.dumps(data, indent=dice.choice((None, 1, 2)), ensure_ascii=dice.random() < 0.5)
    flow = dice.choice((False, False, None, True))
    try:
        text: str = yaml.dump(
            data, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=100
        )
    except (ValueError, UnicodeError):  # half a surrogate pair
        return json.dumps(data)
    return text


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
