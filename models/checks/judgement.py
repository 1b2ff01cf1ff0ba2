"""How well the numbers of a case are known."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from ..base import Confidence, Estimate, Model, mean
from ..case import Case
from ..fleet import Passage, VehicleType
from ..problems import Path, quote
from .index import Index, Purpose
from .losses import CALLED
from .note import Note
from .walk import Node, counted, listed, nodes


def notes(index: Index) -> Iterator[Note]:
    """How many numbers are judgement or of unknown origin, and differences between sound ships that rest on them."""
    known = dict(estimates(index.nodes))
    judged = [path for path, number in known.items() if number.confidence == "judgement"]
    unknown = [path for path, number in known.items() if _origin(number) == NOWHERE]
    if judged:
        verb = "is" if len(judged) == 1 else "are"
        yield Note((), f"{counted(len(judged), 'number')} {verb} judgement: {_by_kind(judged)}")
    if unknown:
        verb = "has" if len(unknown) == 1 else "have"
        yield Note((), f"{counted(len(unknown), 'number')} {verb} neither source nor confidence: {_by_kind(unknown)}")
    for purpose in CALLED:
        yield from _ranked(index, purpose, known)


def judgement_values(case: Case) -> list[tuple[Path, Estimate]]:
    """Every loss, chance and rate of a case that is somebody's judgement."""
    return [(path, number) for path, number in estimates(nodes(case)) if number.confidence == "judgement"]


def unfounded_values(case: Case) -> list[tuple[Path, Estimate]]:
    """Every loss, chance and rate of a case of which nobody says how well it is known, whatever its source."""
    return [(path, number) for path, number in estimates(nodes(case)) if number.confidence is None]


def estimates(found: Iterator[Node] | tuple[Node, ...]) -> Iterator[tuple[Path, Estimate]]:
    """Every loss, chance and rate that a case gives, with what is known of its origin.

    A number that says nothing of itself takes source and confidence from the nearest part around it that does.
    """
    around: list[tuple[Path, Model]] = []
    for path, part, leaves in ((node.path, node.part, node.leaves) for node in found):
        while around and path[: len(around[-1][0])] != around[-1][0]:
            around.pop()
        if not isinstance(part, Estimate) and _origin(part) != NOWHERE:
            around.append((path, part))
        origin = around[-1][1] if around else None
        if isinstance(part, Estimate):
            yield path, part if part.source is not None or part.confidence is not None else _of(origin, part)
            continue
        given = _numbers(type(part)) & part.model_fields_set
        for leaf in leaves if given else ():
            if leaf.name in given and isinstance(leaf.value, int | float):
                yield leaf.path, _of(origin, Estimate(mean=leaf.value))


NOWHERE = (None, None)


def _origin(part: Model) -> tuple[str | None, Confidence | None]:
    """What a part says of where its facts come from, and how well they are known."""
    return getattr(part, "source", None), getattr(part, "confidence", None)


def _of(around: Model | None, number: Estimate) -> Estimate:
    if around is None:
        return number
    source, confidence = _origin(around)
    return number.model_copy(update={"source": source, "confidence": confidence})


@cache
def _numbers(kind: type[Model]) -> frozenset[str]:
    """Fields of a type where an estimate may stand."""
    return frozenset(name for name, field in kind.model_fields.items() if _takes_estimate(field.annotation))


def _takes_estimate(hint: Any) -> bool:
    return hint is Estimate or any(_takes_estimate(argument) for argument in get_args(hint))


def _by_kind(paths: list[Path]) -> str:
    """Numbers counted by the last words of their paths, most first."""
    words = ([part for part in path if isinstance(part, str) and not part.isdigit()] for path in paths)
    kinds = Counter(".".join(named[-2:]) for named in words)
    return listed([f"{number} {kind}" for kind, number in kinds.most_common()])


def _ranked(index: Index, purpose: Purpose, known: dict[Path, Estimate]) -> Iterator[Note]:
    """Types that differ from the one with the largest table, where one of the two numbers has no source."""
    flown = {ship.type.id: ship.type_path for ship in index.ships.values() if ship.type is not None and ship.seats}
    tables: list[tuple[Path, VehicleType, Passage]] = []
    for name, path in flown.items():
        kind = index.vehicle_types[name]
        passage: Passage = getattr(kind.health, purpose)
        if passage.most:
            tables.append(((*path, "health", purpose), kind, passage))
    if not tables:
        return
    reference = max(tables, key=lambda table: table[2].most)
    for table in tables:
        differing = [] if table is reference else list(_differences(table, reference, known))
        if differing:
            yield Note(
                table[0],
                f"the loss in {CALLED[purpose]} of a sound ship differs from {quote(reference[1].id)} "
                f"({'; '.join(differing)}), on judgement alone: use the same table, or set `confidence: sourced` with "
                "the source",
            )


def _differences(
    one: tuple[Path, VehicleType, Passage], other: tuple[Path, VehicleType, Passage], known: dict[Path, Estimate]
) -> Iterator[str]:
    """Numbers of people for which two tables differ on nobody's authority."""
    most = min(one[2].most, other[2].most)
    numbers = sorted({most, *(number for number in (*one[2].loss, *other[2].loss) if number < most)})
    for number in numbers:
        entries = [_entry(table, number) for table in (one, other)]
        values = [mean(table[2].loss[entry]) for table, entry in zip((one, other), entries, strict=True)]
        paths: list[Path] = [
            (*table[0], "loss", str(entry)) for table, entry in zip((one, other), entries, strict=True)
        ]
        if values[0] != values[1] and not all(_is_sourced(known.get(path)) for path in paths):
            yield f"{number} aboard: {values[0]:g} against {values[1]:g}"


def _entry(table: tuple[Path, VehicleType, Passage], number: int) -> int:
    """The entry in force for a number of people: its own or the next higher one."""
    entries = sorted(table[2].loss)
    return entries[bisect_left(entries, number)]


def _is_sourced(number: Estimate | None) -> bool:
    if number is None or number.confidence == "judgement":
        return False
    return number.confidence is not None or number.source is not None
