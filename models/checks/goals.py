"""The objective's levels, and statements that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..objective import Level
from ..problems import Path, Problem, quote, show_path
from ..statements import Measure, RelocateClaim, RigClaim
from .index import Index
from .ships import fits
from .walk import Node


def problems(index: Index) -> Iterator[Problem]:
    """What is wrong with the objective and with the statements of a case."""
    yield from _levels(index.case.objective)
    yield from of_statements(index, index.nodes)


def of_statements(index: Index, parts: Iterable[Node]) -> Iterator[Problem]:
    """Claims about a rigging that does not exist, or a port where the ship cannot dock."""
    for node in parts:
        claim = node.part
        if isinstance(claim, RigClaim) and claim.vehicle in index.ships:
            group = index.ships[claim.vehicle].group(claim.group)
            if group is not None and group.rigging is None:
                message = f"{quote(claim.group)} of {quote(claim.vehicle)} needs no rigging"
                advice = "Give the group `rigging`, or use `hold` to speak of its seats."
                yield Problem((*node.path, "group"), message, claim.group, advice)
        elif isinstance(claim, RelocateClaim) and claim.vehicle in index.ships and claim.port is not None:
            yield from fits(index, index.ships[claim.vehicle], (*node.path, "port"), claim.port)


def _levels(levels: tuple[Level, ...]) -> Iterator[Problem]:
    """A level that decides nothing: it weighs nothing, or what an earlier one has fixed already."""
    fixed: list[tuple[Path, dict[Measure, float]]] = []
    for number, level in enumerate(levels):
        path: Path = ("objective", number, "weights")
        weights = {measure: weight for measure, weight in level.weights.items() if weight > 0}
        before = next((place for place, known in fixed if known == weights), None)
        if not weights:
            message = f"every weight of {quote(level.id)} is 0"
            yield Problem(path, message, advice="Give a weight above 0, or delete the level.")
        elif before is not None:
            message = f"{quote(level.id)} repeats {show_path(before)}, which is kept at its best value already"
            yield Problem(path, message, advice="Delete the level, or give the earlier one a `tolerance`.")
        elif level.tolerance == 0:
            fixed.append((path, weights))
