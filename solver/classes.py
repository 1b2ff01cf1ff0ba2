"""Classes of interchangeable people: members that nothing in the data tells apart."""

from __future__ import annotations

from dataclasses import dataclass

from ..models.crew import Person
from .facts import Facts

Wardrobe = tuple[tuple[str, tuple[object, ...]], ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """A class: people who are counted together, in the case's order."""

    index: int
    members: tuple[Person, ...]

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.members)

    @property
    def one(self) -> Person:
        """Any of them: what the rules read is the same for all."""
        return self.members[0]


def classes(facts: Facts, *, alone: bool = False) -> list[Crew]:
    """The people of a case in classes; `alone`: each of them by themselves."""
    groups: dict[object, list[Person]] = {}
    for person in facts.case.people:
        signature = person.id if alone or _is_alone(facts, person) else _signature(facts, person)
        groups.setdefault(signature, []).append(person)
    return [Crew(index, tuple(members)) for index, members in enumerate(groups.values())]


def _is_alone(facts: Facts, person: Person) -> bool:
    movable = {kind.id for kind in facts.case.liner_kinds if kind.move is not None}
    return (
        person.id in facts.singled_out
        or any(liner.owner == person.id and liner.kind in movable for liner in facts.case.liners)
        or any(person.id in suit.fits and len(suit.fits) > 1 for suit in facts.case.suits)
    )


def _signature(facts: Facts, person: Person) -> object:
    agencies = {rule.agency for rule in facts.staffing}
    asked = {ship.qualification for ship in facts.ships} | {rule.qualification for rule in facts.staffing}
    seat = person.aboard_in
    planned = facts.planned.get(person.id)
    return (
        person.agency if person.agency in agencies else None,
        frozenset(
            (q if isinstance(q, str) else (q.for_, q.until))
            for q in person.qualified
            if (q if isinstance(q, str) else q.for_) in asked
        ),
        None if seat is None else (seat.vehicle, seat.group, seat.suit is not None),
        person.aboard,
        facts.launch_instant(person),
        tuple(facts.fits(person, kind.group.body) for kind in facts.kinds),
        tuple(facts.stay(person, bound) for bound in ("planned_return", "earliest_return", "latest_return")),
        tuple(
            (ship, coming.option.id if coming.option else None, coming.arrival)
            for ship, coming in facts.flights[person.id]
        ),
        None if planned is None else (planned[0].index, planned[1].id),
        _things(facts, person, "suits"),
        _things(facts, person, "liners"),
    )


def _things(facts: Facts, person: Person, what: str) -> Wardrobe:
    """Suits or liners of a person, each as its kind and where it is or comes from, without its id."""
    found: list[tuple[str, tuple[object, ...]]] = []
    entries = (
        [(suit.id, suit.type, suit.aboard) for suit in facts.case.suits if suit.fits == (person.id,)]
        if what == "suits"
        else [
            (liner.id, liner.kind, (liner.in_, liner.stowed)) for liner in facts.case.liners if liner.owner == person.id
        ]
    )
    for item, kind, place in entries:
        carriers = tuple(
            (ship.index, coming.option.id if coming.option else "")
            for ship in facts.ships
            for coming in ship.comings
            if item in getattr(coming, what)
        )
        found.append((kind, (place, tuple(sorted(set(carriers))))))
    return tuple(sorted(found, key=repr))
