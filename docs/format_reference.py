"""Writes the page on the case format: every field with its meaning, its type and an example.

    python docs/format_reference.py            # write docs/format.md
    python docs/format_reference.py --check    # say whether it is up to date

Meanings, types, defaults and bounds come from the models, examples from `docs/examples/everything.yaml`, so that the
page cannot say what is not so. What stands here is only how it is laid out.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from crewreturn import Case, load_case
from crewreturn.bench.fuzz_walk import models
from crewreturn.models.base import Duration, Entity, Estimate, Id, Instant, Interval, Model, Number, Probability, Rate
from crewreturn.models.base import write_duration as shown_duration

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "format.md"
EXAMPLE = DOCS / "examples" / "everything.yaml"
LONGEST = 6
"""Lines of an example."""
MOST_PLACES = 6
"""Places that are listed of a part that stands in many."""
SHARED: tuple[type[Model], ...] = (Entity, Interval, Estimate)
"""Parts of many parts: told first, and once."""

WORDS: tuple[tuple[Any, str], ...] = (
    (Id, "[id](#ids-dates-and-numbers)"),
    (Instant, "[instant](#ids-dates-and-numbers)"),
    (Duration, "[duration](#ids-dates-and-numbers)"),
    (Probability, "[probability](#estimate)"),
    (Rate, "[rate a day](#estimate)"),
    (Number, "[number](#estimate), 0 or more"),
)
PLAIN = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", timedelta: "duration"}
BOUNDS = {
    "ge": ", at least {}",
    "gt": ", above {}",
    "le": ", at most {}",
    "lt": ", below {}",
    "min_length": ", {} or more",
}

HEAD = """\
# The case format

<!-- Written by docs/format_reference.py from the models and docs/examples/everything.yaml: change those, not this. -->

A case is one YAML or JSON file. This page tells every field, with an example out of
[everything.yaml](examples/everything.yaml), a valid case that uses each of them; the first line of an example
says where it stands there. Few cases need many of them: the [tutorial](tutorial.md) comes to an answer with a dozen.

- `crewreturn validate FILE` says whether a file is a case, and where not. A field that is not on this page is refused,
  never ignored.
- `crewreturn schema` prints the JSON Schema. Named under `$schema`, it lets an editor complete and check as you write.
- What the fields mean for a plan and its loss is told in [the meaning](meaning.md).

## Ids, dates and numbers

- An **id** is made of letters, digits, `-` and `_`. Things of one kind have different ids, and so has everything that
  an alternative can waive. Seat groups and launch options need different ones within their ship only.
- An **instant** has a date, a time and a time zone: `2032-03-01T00:00Z`. From the start of the horizon on instants lie
  on ticks; earlier ones are facts and stay as they are. Spans `from`-`to` hold their first instant and not their last;
  single bounds (`earliest`, `latest`, `not_before`, `not_after` and the like) are included. A side left out is open.
- A **duration** is written in weeks, days, hours and minutes (ISO 8601): `P5D`, `PT4H`, `P1DT12H`, `P2W`. Between
  events it is rounded to ticks towards the strict side; `validate` says where.
- A **probability**, a **rate** or another number stands alone, as in `3.0e-3`, or as an [estimate](#estimate) that says
  how well it is known.
- YAML is read with the meaning of JSON: `true`, `false` and numbers are what they look like, all else is text. So a
  seat called `"1"` needs its quotes, and `no` does not. Anchors, tags and second documents are refused.
"""

TAIL = """
## The whole example

As a file: [everything.yaml](examples/everything.yaml).

```{literalinclude} examples/everything.yaml
:language: yaml
```
"""


# ----------------------------------------------------------------------------------------------------------- the models


def told_at(model: type[Model], name: str) -> type[Model]:
    """Where a field is told: at its model, or at the shared part that it is inherited from."""
    owner = next(parent for parent in model.__mro__ if name in inspect.get_annotations(parent))
    return owner if owner in SHARED else model


def key_of(name: str, field: FieldInfo) -> str:
    """A field's key in a document."""
    return field.alias or name


def hints(model: type[Model]) -> dict[str, Any]:
    """The annotations of a model, with everything that is said of them."""
    return typing.get_type_hints(model, include_extras=True)


def below(model: type[Model], found: list[type[Model]]) -> list[type[Model]]:
    """The model and those that its fields can hold, each once, in the order in which one meets them."""
    if model not in found:
        found.append(model)
        for name, field in model.model_fields.items():
            for part in models(field.annotation) if told_at(model, name) is model else ():
                below(part, found)
    return found


def places(root: type[Model]) -> dict[type[Model], list[str]]:
    """Where in a document each model stands: `ports[]`, `vehicles[].launch[].brings`."""
    found: dict[type[Model], list[str]] = {root: [""]}

    def walk(model: type[Model], at: str) -> None:
        for name, field in model.model_fields.items():
            for part in models(field.annotation):
                path = f"{at}.{key_of(name, field)}".lstrip(".") + _brackets(field.annotation, part)
                known = found.setdefault(part, [])
                if path not in known:
                    known.append(path)
                    walk(part, path)

    walk(root, "")
    return found


def _brackets(hint: Any, part: type[Model]) -> str:
    if get_origin(hint) is tuple and part in models(hint):
        return "[]"
    if get_origin(hint) is dict and part in models(hint):
        return ".N"
    inner = [_brackets(one, part) for one in get_args(hint) if one is not Ellipsis and part in models(one)]
    return inner[0] if inner else ""


# ------------------------------------------------------------------------------------------------------------- in words


def title(model: type[Model]) -> str:
    """A model's name for people: `SeatGroup` is a seat group."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def link(model: type[Model]) -> str:
    """A link to where a model is told."""
    return f"[{title(model).lower()}](#{title(model).lower().replace(' ', '-')})"


def words(hint: Any) -> str:
    """A type in words, with its bounds."""
    for known, said in WORDS:
        if hint == known:
            return said
    if isinstance(hint, type) and issubclass(hint, Model):
        return link(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return words(arguments[0]) + "".join(_bound(extra) for extra in arguments[1:])
    if origin in (Union, UnionType):
        return " or ".join(words(one) for one in arguments if one is not NoneType)
    if origin is Literal:
        return ("one of " if len(arguments) > 1 else "") + ", ".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        return f"list of {words(arguments[0])}"
    if origin is dict:
        return f"table from {words(arguments[0])} to {words(arguments[1])}"
    return PLAIN[hint]


def _bound(extra: Any) -> str:
    """What a constraint adds to a type."""
    parts = extra.metadata if isinstance(extra, FieldInfo) else [extra]
    known = [(text, getattr(part, key, None)) for part in parts for key, text in BOUNDS.items()]
    return "".join(text.format(f"{value:,.12g}") for text, value in known if value is not None)


def default(field: FieldInfo) -> str:
    """What holds if the field is left out."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Model):
        said = value.model_dump(mode="json", by_alias=True, exclude_defaults=True) or _plain(value)
        return (
            f"`{yaml.safe_dump(said, default_flow_style=True, sort_keys=False).strip()}` if left out"
            if said
            else "optional"
        )
    if value is None or value == () or value == {}:
        return "optional"
    if isinstance(value, tuple):
        return "a default if left out"
    if isinstance(value, timedelta):
        return f"`{shown_duration(value)}` if left out"
    return f"`{str(value).lower() if isinstance(value, bool) else value}` if left out"


def _plain(part: Model) -> dict[str, Any]:
    """The values of a part that are no parts or lists of their own: what it says though nothing was written in it."""
    said = part.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {key: value for key, value in said.items() if not isinstance(value, dict | list)}


def meaning(field: FieldInfo) -> str:
    """What a field says: its own words, or those of the one part that it holds."""
    if field.description:
        return " ".join(field.description.split())
    parts = models(field.annotation)
    return " ".join((parts[0].__doc__ or "").split()) if len(parts) == 1 else ""


# ------------------------------------------------------------------------------------------------------------- examples


@dataclass
class Example:
    """A few lines of the example file."""

    path: str
    lines: list[str]
    whole: bool


class Examples:
    """Where the example file says something in a field."""

    def __init__(self, file: Path) -> None:
        self.text = file.read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.found: dict[tuple[type[Model], str], Example] = {}
        root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        self._walk(load_case(file), root, "")

    def of(self, model: type[Model], name: str) -> Example | None:
        """The example of a field, None if there is none."""
        return self.found.get((model, name))

    def _walk(self, part: Model, node: yaml.MappingNode, path: str) -> None:
        values = {key.value: (key, value) for key, value in node.value}
        for name, field in type(part).model_fields.items():
            key = key_of(name, field)
            if name not in part.model_fields_set or key not in values:
                continue
            at = f"{path}.{key}".lstrip(".")
            self._keep((told_at(type(part), name), name), at, *values[key], node.flow_style)
            for item, below, where in _items(getattr(part, name), values[key][1], at):
                self._walk(item, below, where)

    def _keep(self, field: tuple[type[Model], str], path: str, key: yaml.Node, value: yaml.Node, flow: bool) -> None:
        known = self.found.get(field)
        if known is not None and known.whole:
            return
        lines = self._cut(key, value, flow)
        while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        whole = len(lines) <= LONGEST
        if known is None or whole:
            kept = lines if whole else [*lines[: LONGEST - 1], "  ..."]
            self.found[field] = Example(path, kept, whole)

    def _cut(self, key: yaml.Node, value: yaml.Node, flow: bool) -> list[str]:
        """The text of a key and its value; outside braces whole lines, with what is remarked at their end."""
        begin, end = key.start_mark, value.end_mark
        lines = self.lines[begin.line : end.line + 1]
        if flow or isinstance(value, yaml.ScalarNode) or value.flow_style:
            if flow:
                lines[-1] = lines[-1][: end.column]
        elif end.column == 0 or not self.lines[end.line][: end.column].strip():
            lines = lines[:-1]
        lines[0] = " " * begin.column + lines[0][begin.column :]
        return [line[begin.column :] if not line[: begin.column].strip() else line.lstrip() for line in lines]


def _items(value: object, node: yaml.Node, path: str) -> Iterator[tuple[Model, yaml.MappingNode, str]]:
    """The parts in a value, each with its node and path."""
    if isinstance(value, Model) and isinstance(node, yaml.MappingNode):
        yield value, node, path
    elif isinstance(value, tuple) and isinstance(node, yaml.SequenceNode):
        for number, (item, below) in enumerate(zip(value, node.value, strict=True)):
            yield from _items(item, below, f"{path}[{number}]")
    elif isinstance(value, dict) and isinstance(node, yaml.MappingNode):
        for item, (key, below) in zip(value.values(), node.value, strict=True):
            yield from _items(item, below, f"{path}.{key.value}")


# ------------------------------------------------------------------------------------------------------------- the page


def page() -> str:
    """The page as it ought to be."""
    examples, stands = Examples(EXAMPLE), places(Case)
    parts = [HEAD, "\n## What many parts have\n"]
    for model in SHARED:
        parts += _section(model, stands, examples)
    parts += ["\n## Case\n\n", f"{_docstring(Case)}\n", *_fields(Case, examples)]
    told = [*SHARED, Case]
    for name, field in Case.model_fields.items():
        new: list[type[Model]] = []
        for part in models(field.annotation):
            below(part, new)
        new = [model for model in new if model not in told]
        if new:
            parts.append(f"\n## In `{key_of(name, field)}`\n")
        for model in new:
            parts += _section(model, stands, examples)
        told += new
    return "".join(parts) + TAIL


def _section(model: type[Model], stands: dict[type[Model], list[str]], examples: Examples) -> Iterator[str]:
    yield f"\n### {title(model)}\n\n"
    known = [path for path in stands.get(model, []) if path]
    where = ", ".join(f"`{path}`" for path in known[:MOST_PLACES]) + (" and elsewhere" if known[MOST_PLACES:] else "")
    yield f"{_docstring(model)}\n" + (f"At {where}.\n" if where else "")
    for parent in SHARED:
        if issubclass(model, parent) and parent is not model:
            keys = ", ".join(f"`{key_of(name, field)}`" for name, field in parent.model_fields.items())
            yield f"It has {keys} as every {link(parent)} has.\n"
    yield from _fields(model, examples)


def _docstring(model: type[Model]) -> str:
    return " ".join((model.__doc__ or "").split())


def _fields(model: type[Model], examples: Examples) -> Iterator[str]:
    known = hints(model)
    for name, field in model.model_fields.items():
        if told_at(model, name) is not model:
            continue
        said = meaning(field)
        yield f"\n**`{key_of(name, field)}`** · {words(known[name])} · {default(field)}{'  ' if said else ''}\n"
        yield f"{said}\n" if said else ""
        example = examples.of(model, name)
        if example is not None:
            yield "\n```yaml\n" + "\n".join([f"# {example.path}", *example.lines]) + "\n```\n"


def main() -> int:
    """Write the page, or compare it."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--check", action="store_true", help="write nothing; status 1 if the page is out of date")
    if reader.parse_args().check:
        if PAGE.read_text(encoding="utf-8") == page():
            return 0
        print("docs/format.md is out of date: run python docs/format_reference.py")
        return 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
