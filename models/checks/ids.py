"""Ids are unique among things of a kind; what can be waived is named without doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..base import Entity
from ..case import Case
from ..problems import Path, Problem, quote, show_path
from .index import Index


def problems(index: Index) -> Iterator[Problem]:
    """Ids that are taken, and ids to waive that name nothing."""
    yield from _taken_in_lists(index)
    for ship in index.ships.values():
        first = {group.id: path for path, group in reversed(ship.groups) if path[0] == "vehicle_types"}
        for path, group in ship.groups:
            if path[0] == "vehicles" and group.id in first:
                yield _taken(group.id, path, first[group.id], "Every group of a ship has its own id.")
    yield from _taken_among_waivable(index)
    yield from _unknown_to_waive(index)


def waivable(case: Case) -> dict[str, Path]:
    """Every id that an alternative can waive, and where it stands.

    These are the ids of restrictions, staffing rules, precedences, blackouts and docked-life steps, and the bounds
    `PERSON.earliest_return`, `PERSON.latest_return` and `VEHICLE.leave` where the case gives them. A step's id stands
    for every step of that id, which are of one ship type and of ships of this type.
    """
    found: dict[str, Path] = {}
    for name, path, _ in _dated_rules(case):
        found.setdefault(name, path)
    for number, person in enumerate(case.people):
        for bound in ("earliest_return", "latest_return"):
            if getattr(person, bound) is not None:
                found.setdefault(f"{person.id}.{bound}", ("people", number, bound))
    for number, vehicle in enumerate(case.vehicles):
        if vehicle.leave is not None:
            found.setdefault(f"{vehicle.id}.leave", ("vehicles", number, "leave"))
    return found


def _dated_rules(case: Case) -> Iterator[tuple[str, Path, str | None]]:
    """Id and place of everything that has an id of its own and can be waived; of a step also the ship type."""
    lists: tuple[tuple[Path, Sequence[Entity]], ...] = (
        (("restrictions",), case.restrictions),
        (("staffing",), case.staffing),
        (("traffic", "precedences"), case.traffic.precedences),
        (("traffic", "blackouts"), case.traffic.blackouts),
    )
    for path, rules in lists:
        for number, rule in enumerate(rules):
            yield rule.id, (*path, number), None
    for number, kind in enumerate(case.vehicle_types):
        for place, step in enumerate(kind.docked_life):
            yield step.id, ("vehicle_types", number, "docked_life", place), kind.id
    for number, vehicle in enumerate(case.vehicles):
        for place, step in enumerate(vehicle.docked_life or ()):
            yield step.id, ("vehicles", number, "docked_life", place), vehicle.type


def _taken_in_lists(index: Index) -> Iterator[Problem]:
    first: dict[tuple[Path, str], Path] = {}
    for node in index.nodes:
        own = node.text("id")
        if own is not None and node.path and isinstance(node.path[-1], int):
            before = first.setdefault((node.path[:-1], own), node.path)
            if before != node.path:
                yield _taken(own, node.path, before, "Give one of the two another id.")


def _taken_among_waivable(index: Index) -> Iterator[Problem]:
    """An id in two lists: waiving it would waive both, which only the steps of one ship type can want."""
    first: dict[str, tuple[Path, str | None]] = {}
    for name, path, family in _dated_rules(index.case):
        other, its_family = first.setdefault(name, (path, family))
        if other[:-1] != path[:-1] and (family is None or family != its_family):
            advice = "Rename one of the two: what can be waived by id needs an id of its own"
            yield _taken(name, path, other, advice + " (only steps of one ship type and its ships may share one).")


def _taken(name: str, path: Path, first: Path, advice: str) -> Problem:
    return Problem((*path, "id"), f"the id stands already at {show_path(first)}", name, advice)


def _unknown_to_waive(index: Index) -> Iterator[Problem]:
    known = waivable(index.case)
    for number, alternative in enumerate(index.case.alternatives):
        for place, name in enumerate(alternative.waive):
            if name not in known:
                path = ("alternatives", number, "waive", place)
                message, fallback = _why_not(index, name)
                yield Problem(path, message, name, index.suggest(name, known) or fallback)


def _why_not(index: Index, name: str) -> tuple[str, str]:
    owner, dot, bound = name.partition(".")
    if dot and owner in index.people and bound in ("earliest_return", "latest_return"):
        return f"{quote(owner)} has no `{bound}` to waive", "Delete it."
    if dot and owner in index.vehicles and bound == "leave":
        return f"{quote(owner)} has no `leave` to waive", "Delete it."
    return (
        "nothing that can be waived has this id",
        "Name a restriction, staffing rule, precedence, blackout or docked-life step, or a bound such as"
        " PERSON.latest_return or SHIP.leave.",
    )
