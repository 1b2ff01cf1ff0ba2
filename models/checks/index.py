"""A case by id, and its ships with what type and ship say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from ..base import Entity
from ..case import Case
from ..crew import Liner, Person
from ..fleet import LifeStep, Passage, SeatGroup, Vehicle, VehicleType
from ..problems import Path, did_you_mean
from .walk import Node, nodes

E = TypeVar("E", bound=Entity)
Purpose = Literal["emergency", "nominal"]

MOST_COMPARED = 10_000
"""Known names that misspelt ones are compared with, in all: comparing is slow, and nobody reads thousands of errors."""


@dataclass(frozen=True, slots=True)
class Ship:
    """A ship together with its type; where ids are wrong, with whatever there is."""

    path: Path
    vehicle: Vehicle
    type: VehicleType | None
    type_path: Path
    groups: tuple[tuple[Path, SeatGroup], ...]
    """Seats of the type and of the ship itself."""

    @property
    def seats(self) -> int:
        """Number of seats, whenever they exist."""
        return sum(len(group.seats) for _, group in self.groups)

    def group(self, name: str) -> SeatGroup | None:
        """The group of that id."""
        return next((group for _, group in self.groups if group.id == name), None)

    def life(self) -> Iterator[tuple[Path, LifeStep]]:
        """Its docked-life steps: its own, or those of its type."""
        own = self.vehicle.docked_life
        steps = own if own is not None else self.type.docked_life if self.type else ()
        root = self.path if own is not None else self.type_path
        return (((*root, "docked_life", index), step) for index, step in enumerate(steps))

    def passages(self, purpose: Purpose) -> Iterator[tuple[Path, Passage, datetime | None]]:
        """What type and ship ever say of a purpose, and from when."""
        if self.type is not None:
            yield (*self.type_path, "health", purpose), getattr(self.type.health, purpose), None
        for index, state in enumerate(self.vehicle.health):
            passage: Passage | None = getattr(state, purpose)
            if passage is not None:
                yield (*self.path, "health", index, purpose), passage, state.from_

    def passage(self, purpose: Purpose, before: datetime) -> tuple[Path, Passage] | None:
        """What is in force in the tick before an instant."""
        latest: tuple[datetime | None, Path, Passage] | None = None
        for path, passage, since in self.passages(purpose):
            if since is not None and since >= before:
                continue
            if latest is None or latest[0] is None or (since is not None and since >= latest[0]):
                latest = since, path, passage
        return None if latest is None else latest[1:]

    def liner_seats(self, kind: str, before: datetime) -> int:
        """Seats for liners of a kind in the tick before an instant."""
        return sum(
            len(group.seats)
            for _, group in self.groups
            if group.needs_liner == kind and group.rigging is None and (group.from_ is None or group.from_ < before)
        )


class Index:
    """Everything in a case that the checks look up."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.nodes: tuple[Node, ...] = tuple(nodes(case))
        self.ports = by_id(case.ports)
        self.vehicle_types = by_id(case.vehicle_types)
        self.vehicles = by_id(case.vehicles)
        self.people = by_id(case.people)
        self.suits = by_id(case.suits)
        self.liners = by_id(case.liners)
        self.suit_types = by_id(case.suit_types)
        self.liner_kinds = by_id(case.liner_kinds)
        self.interfaces = dict.fromkeys(port.interface for port in case.ports)
        self.launchers = dict.fromkeys(kind.launcher for kind in case.vehicle_types if kind.launcher)
        self.agencies = dict.fromkeys(person.agency for person in case.people if person.agency)
        self.qualifications = dict.fromkeys(name for person in case.people for name in qualifications(person))
        places = {kind.id: index for index, kind in reversed(tuple(enumerate(case.vehicle_types)))}
        self.ships: dict[str, Ship] = {}
        for index, vehicle in enumerate(case.vehicles):
            kind = self.vehicle_types.get(vehicle.type)
            type_path: Path = ("vehicle_types", places.get(vehicle.type, 0))
            path: Path = ("vehicles", index)
            groups = (
                *_numbered((*type_path, "groups"), kind.groups if kind else ()),
                *_numbered((*path, "extra_groups"), vehicle.extra_groups),
            )
            self.ships.setdefault(vehicle.id, Ship(path, vehicle, kind, type_path, groups))
        self.holders: dict[str, list[int]] = defaultdict(list)
        """For each ship the numbers of the people who hold its seats at the start; each id once."""
        for index, person in enumerate(case.people):
            if person.aboard_in is not None and self.people[person.id] is person:
                self.holders[person.aboard_in.vehicle].append(index)
        self._in_flight = {
            name: vehicle
            for vehicle in case.vehicles
            for name in (vehicle.in_flight.brings.people if vehicle.in_flight else ())
        }
        self.liners_of: dict[str, list[Liner]] = defaultdict(list)
        for liner in case.liners:
            self.liners_of[liner.owner].append(liner)
        self._left_to_compare = MOST_COMPARED

    def launched(self, person: Person) -> datetime | None:
        """When somebody aboard or in flight was launched, if that is known: with their ship where not said."""
        seat = person.aboard_in
        ship = self.vehicles.get(seat.vehicle) if seat is not None else self._in_flight.get(person.id)
        return person.launched or (ship.launched if ship is not None else None)

    def flight_of(self, person: Person) -> Vehicle | None:
        """The ship in flight that somebody is coming in."""
        return self._in_flight.get(person.id)

    def suggest(self, word: str, known: Collection[str]) -> str | None:
        """Advice for a misspelt name, as long as there are not too many."""
        self._left_to_compare -= len(known)
        return did_you_mean(word, known) if self._left_to_compare >= 0 else None


def by_id(entities: Iterable[E]) -> dict[str, E]:
    """Entities by id; of two with the same id the first."""
    found: dict[str, E] = {}
    for entity in entities:
        found.setdefault(entity.id, entity)
    return found


def qualifications(person: Person, before: datetime | None = None) -> Iterator[str]:
    """Names of the person's qualifications; `before`: only those in force in the tick before an instant."""
    for item in person.qualified:
        if isinstance(item, str):
            yield item
        elif before is None or item.until is None or item.until >= before:
            yield item.for_


def is_aboard(person: Person) -> bool:
    """Whether aboard at the start."""
    return person.aboard or person.aboard_in is not None


def _numbered(path: Path, groups: tuple[SeatGroup, ...]) -> Iterator[tuple[Path, SeatGroup]]:
    return (((*path, index), group) for index, group in enumerate(groups))
