"""The textbook model's variables: one Boolean for every fact about every tick, kept in tables by name.

A fact of the tick before the start is a constant, so rules read it like any other. `vehicle`, `port`, `group`,
`person`, `suit` and `liner` are ids throughout; a seat is a pair (vehicle, group).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..models.fleet import SeatGroup
from ..models.statements import Statement
from .textbook_dates import BEFORE, Coming, Dates

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar
    from ortools.sat.python.cp_model_helper import Literal

STOWED = "(stowed)"
"""Place of a liner that is stowed in the station; the other places are ships. No id looks like this."""


class Board:
    """All variables of one case, and the little logic that defines one Boolean by others."""

    def __init__(self, dates: Dates, statements: Iterable[Statement]) -> None:
        from ortools.sat.python import cp_model

        self.dates = dates
        self.case = dates.case
        self.statements = list(statements)
        self.model: CpModel = cp_model.CpModel()
        self.variables: list[IntVar] = []
        self.yes: Literal = self.model.new_constant(1)
        self.no: Literal = self.model.new_constant(0)

        # Ships. A tick is the last part of every key.
        self.comes: dict[tuple[str, int], Literal] = {}
        """(vehicle, number of the coming): the ship comes in this way."""
        self.stands: dict[tuple[str, str, int], Literal] = {}
        """(vehicle, port, tick)"""
        self.docked: dict[tuple[str, int], Literal] = {}
        self.arrives: dict[tuple[str, int], Literal] = {}
        self.departs: dict[tuple[str, int], Literal] = {}
        self.moves_to: dict[tuple[str, str, int], Literal] = {}
        """(vehicle, port, tick): it relocates to the port."""
        self.relocates: dict[tuple[str, int], Literal] = {}
        self.rigs: dict[tuple[str, str, int], Literal] = {}
        self.usable: dict[tuple[str, str, int], Literal] = {}
        """(vehicle, group, tick): the ship is docked, the group exists, and is rigged if it needs to be."""
        self.in_step: dict[tuple[str, str, int], Literal] = {}
        """(vehicle, step, tick): this docked-life step is in force."""

        # People.
        self.aboard: dict[tuple[str, int], Literal] = {}
        self.home: dict[tuple[str, int], Literal] = {}
        self.holds: dict[tuple[str, str, str, int], Literal] = {}
        """(person, vehicle, group, tick)"""
        self.sits: dict[tuple[str, str, int], Literal] = {}
        """(person, vehicle, tick): holds a seat of any group."""
        self.unassured: dict[tuple[str, int], Literal] = {}
        self.heads: dict[tuple[str, int, int], Literal] = {}
        """(vehicle, number, tick): exactly so many hold seats in the ship."""
        self.returns: dict[tuple[str, str, int], Literal] = {}
        """(person, vehicle, tick): goes home in the ship."""
        self.unsuited: dict[tuple[str, str, str, int], Literal] = {}
        """(person, vehicle, group, tick): holds the seat, in a type that asks for a suit, without one that serves."""
        self.lawful: dict[str, Literal] = {}
        """vehicle: docked in the last tick and able to leave at the end with all who hold seats in it."""

        self._came_in: dict[str, dict[tuple[str, int], Literal]] = {}

        # Items.
        self.serves: dict[tuple[str, str, int], Literal] = {}
        """(suit, person, tick)"""
        self.lies: dict[tuple[str, str, int], Literal] = {}
        """(liner, place, tick)"""
        self.shifts: dict[tuple[str, str, int], Literal] = {}
        """(liner, place, tick): a move to the place begins."""
        self.away: dict[tuple[str, int], Literal] = {}
        """(liner, tick): on the move, so nowhere."""
        self.rests: dict[tuple[str, int], Literal] = {}
        """(liner, tick): a move ends within the tick, and its owner is aboard."""

    # ------------------------------------------------------------------------------------------------ logic

    def new(self, name: str) -> Literal:
        """A Boolean that is a decision."""
        variable = self.model.new_bool_var(name)
        self.variables.append(variable)
        return variable

    def both(self, *literals: Literal) -> Literal:
        """A Boolean that is true exactly if all the others are."""
        parts = [literal for literal in literals if literal is not self.yes]
        if not parts:
            return self.yes
        if any(literal is self.no for literal in parts):
            return self.no
        if len(parts) == 1:
            return parts[0]
        result = self.new("both")
        for literal in parts:
            self.model.add_implication(result, literal)
        self.model.add_bool_or([result, *(~literal for literal in parts)])
        return result

    def either(self, literals: Iterable[Literal]) -> Literal:
        """A Boolean that is true exactly if one of the others is."""
        parts = [literal for literal in literals if literal is not self.no]
        if not parts:
            return self.no
        if any(literal is self.yes for literal in parts):
            return self.yes
        if len(parts) == 1:
            return parts[0]
        result = self.new("either")
        for literal in parts:
            self.model.add_implication(literal, result)
        self.model.add_bool_or([~result, *parts])
        return result

    def negation(self, literal: Literal) -> Literal:
        """The opposite; of a constant the other constant."""
        return self.no if literal is self.yes else self.yes if literal is self.no else ~literal

    def never(self, *literals: Literal) -> None:
        """Not all of these at once."""
        if not any(literal is self.no for literal in literals):
            self.model.add_bool_or([~literal for literal in literals])

    def implies(self, literal: Literal, *others: Literal) -> None:
        """If this, then one of the others."""
        if literal is not self.no and not any(other is self.yes for other in others):
            self.model.add_bool_or([~literal, *(other for other in others if other is not self.no)])

    # ---------------------------------------------------------------------------------------------- reading

    @property
    def ships(self) -> list[str]:
        """Ids of all vehicles."""
        return list(self.dates.vehicles)

    @property
    def people(self) -> list[str]:
        """Ids of all people."""
        return list(self.dates.people)

    @property
    def seats(self) -> list[tuple[str, SeatGroup]]:
        """Every seat group with its ship."""
        return [(vehicle, group) for vehicle in self.ships for group in self.dates.groups(vehicle)]

    def ways(self, vehicle: str) -> list[tuple[Coming, Literal]]:
        """The ways in which a ship can come, with their Booleans."""
        return [(coming, self.comes[vehicle, number]) for number, coming in enumerate(self.dates.comings[vehicle])]

    def flights(self, person: str) -> list[tuple[str, Coming, Literal]]:
        """The ways in which a person can come: ship, way, Boolean."""
        return [
            (vehicle, coming, literal)
            for vehicle in self.ships
            for coming, literal in self.ways(vehicle)
            if person in coming.brings.people
        ]

    def comes_in(self, person: str, vehicle: str, tick: int) -> Literal:
        """The person arrives in the ship in the tick."""
        if person not in self._came_in:
            ways: dict[tuple[str, int], list[Literal]] = {}
            for ship, coming, literal in self.flights(person):
                ways.setdefault((ship, coming.arrival), []).append(literal)
            self._came_in[person] = {key: self.either(literals) for key, literals in ways.items()}
        return self._came_in[person].get((vehicle, tick), self.no)

    def launched_at_all(self, person: str) -> Literal:
        """The person is launched in any ship."""
        return self.either(literal for _, _, literal in self.flights(person))

    def crewed_right(self, vehicle: str) -> bool:
        """Whether those who held seats in the tick before the start were able to fly the ship."""
        kind, groups = self.dates.kind(vehicle), {group.id: group for group in self.dates.groups(vehicle)}
        seated = [p for p in self.case.people if p.aboard_in is not None and p.aboard_in.vehicle == vehicle]
        able = [p for p in seated if self.dates.qualified(p.id, kind.crewing.qualification or kind.id, BEFORE)]
        controls = [p for p in able if p.aboard_in is not None and groups[p.aboard_in.group].controls]
        wanted = kind.crewing.qualified
        if not seated or not wanted:
            return True
        return len(able) >= wanted and (bool(controls) or not any(group.controls for group in groups.values()))
