"""The numbers of a case that are somebody's judgement: how many of which kind, and which of a kind weighs most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..models.base import Entity, Estimate
from ..models.case import Case
from ..models.notes import judgement_values, unfounded_values
from ..models.problems import Path
from .tables import table
from .words import count, heading, listed, paragraph

MOST = 8
"""Kinds shown."""
ADVICE = (
    "No agency has published the numbers behind such decisions. Before relying on the plan, change those that weigh "
    "most by their error factor, up and down, and see whether it changes."
)


def judgement(case: Case, width: int) -> str:
    """The numbers of a case that nothing backs, by kind, the largest of each, and what to do about them."""
    # The plan takes every launch as on time: it does not lean on the chances of the outcomes.
    judged, unfounded = (
        [(path, number) for path, number in values if "outcomes" not in path]
        for values in (judgement_values(case), unfounded_values(case))
    )
    kinds: dict[str, list[tuple[Path, Estimate]]] = {}
    for path, number in [*judged, *unfounded]:
        kinds.setdefault(_kind(path), []).append((path, number))
    rows = []
    for kind, numbers in sorted(kinds.items(), key=lambda item: -len(item[1]))[:MOST]:
        path, largest = max(numbers, key=lambda entry: entry[1].mean)
        factor = "" if largest.error_factor is None else f"{largest.error_factor:g}"
        rows.append([kind, str(len(numbers)), f"{largest.mean:.3g}", factor, where(case, path)])
    if not rows:
        return ""
    said = [
        f"{count(len(numbers), 'number')} {one if len(numbers) == 1 else many} {what}"
        for numbers, one, many, what in (
            (judged, "is", "are", "judgement of whoever wrote the case"),
            (
                unfounded,
                "does",
                "do",
                "not say how well it is known" if len(unfounded) == 1 else "not say how well they are known",
            ),
        )
        if numbers
    ]
    more = f" The {count(MOST, 'most frequent kind')}:" if len(kinds) > MOST else ""
    heads = ["kind", "how many", "largest", "error factor", "of"]
    return "\n".join(
        [
            heading("What is judgement"),
            paragraph(f"{listed(said)}.{more}", width),
            table(heads, rows, width=width, right=(1, 2, 3), wrap=(4, 0)),
            paragraph(ADVICE, width),
        ]
    )


def where(case: Case, path: Path) -> str:
    """The things with an id that a path leads through, and its last step if that is a number of people."""
    found = [entity.id for entity in _entities(case, path)]
    last = str(path[-1])
    if last.isdigit() and isinstance(path[-1], str):
        found.append(f"with {count(int(last), 'person', 'people')}")
    return ", ".join(found) or "the case"


def _entities(case: Case, path: Path) -> Iterator[Entity]:
    part: Any = case
    for step in path:
        if isinstance(step, int):
            part = part[step]
        elif isinstance(part, dict):
            part = part.get(step, part.get(int(step)) if step.isdigit() else None)
        else:
            names = {field.alias or name: name for name, field in type(part).model_fields.items()}
            part = getattr(part, names.get(step, step))
        if isinstance(part, Entity):
            yield part


def _kind(path: Path) -> str:
    """The last words of a path, such as `emergency loss`."""
    named = [step for step in path if isinstance(step, str) and not step.isdigit()]
    return " ".join(named[-2:]).replace("_", " ")
