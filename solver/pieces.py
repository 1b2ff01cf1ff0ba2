"""A plan of a large case, piece by piece: ships that share people are planned together, the rest one after another.

Each piece is a small case, solved on its dates (where that fails on its coarse grid) with what the pieces before it
take of ports, dates and staff taken off. Then pairs of pieces whose people would gain from each other's ships are
planned together on their dates, which gains most; then each on its coarse grid, and pairs there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ..models.plan import Plan
from .engine import Budget
from .facts import Facts
from .grid import coarse, dates
from .piece import merged, others, piece

logger = logging.getLogger(__name__)

Instants = Callable[[Facts], list[int]]
LARGE = 2000
"""People and liners times seat kinds, beyond which pieces are not planned together."""
PIECE_SHARE, PIECE_SECONDS = 0.5, 10.0
"""Part of the time left that one piece may take, and the most at first."""
PAIR_SHARE, PAIR_SECONDS = 0.1, 60.0
"""Part of the time left that two pieces together may take, if it is more than `PIECE_SECONDS`, and the most."""
PATIENCE = (1, 4, 16)
"""A piece without which the whole has no plan is tried in so many times the usual time, alone and in pairs, in turn."""
PARTNERS = 3
"""With so many others, at most, a piece that has no plan of its own is tried."""

Solve = Callable[[Facts, Sequence[int], Budget, bool], tuple[Plan, int] | None]
"""Plans a piece on a grid, the last argument saying whether anybody may be stranded: its plan and value in units."""


@dataclass(slots=True, eq=False)
class _Piece:
    """Ships and people that are planned together, with their plan."""

    ships: set[int]
    people: set[str]
    plan: Plan | None = None
    value: int = 0
    fine: bool = False
    """Whether it has been planned on its coarse grid, not on its dates only."""


class Pieces:
    """The pieces of a case, and their plans so far.

    Parameters
    ----------
    facts
        The case, without statements: see `divisible`.
    seats
        Who would sit in which ships, as the Lagrangian bound has it: part of its answers, person, ship.
    solve
        Plans one piece.
    budget
        When to stop.
    """

    def __init__(self, facts: Facts, seats: Sequence[tuple[float, str, int]], solve: Solve, budget: Budget) -> None:
        self.facts, self.solve, self.budget = facts, solve, budget
        self._joined = _Joined(facts)
        self._joined.adopt()
        self.pieces: list[_Piece] = []
        self._most = LARGE
        self._patience = 1
        self._cut = False
        """Whether, with this patience, a try ended for want of time."""
        self._tried: set[tuple[Instants, frozenset[int]]] = set()
        """Ships that have been planned together, on their dates or on their coarse grid."""
        self._seats: dict[tuple[str, int], float] = {}
        for weight, person, ship in seats:
            if weight > 0:
                self._seats[person, ship] = max(weight, self._seats.get((person, ship), 0.0))

    def _due(self, part: _Piece) -> int:
        dates = (self.facts.stay(self.facts.people[person], "planned_return")[0] for person in part.people)
        return min((date for date in dates if date is not None), default=self.facts.horizon)

    def _ties(self, one: _Piece, other: _Piece) -> float:
        """How much people of one would sit in ships of the other."""
        pairs = ((a, b) for a, b in ((one, other), (other, one)))
        return sum(self._seats.get((person, ship), 0.0) for a, b in pairs for person in a.people for ship in b.ships)

    def run(self) -> Iterator[Plan]:
        """Plans of the whole, each better than the one before by its own count; none if some piece has no plan."""
        hard: list[_Piece] = []
        for part in sorted((_Piece(*both) for both in self._joined.parts()), key=self._due):
            if self._plan(part, instants=dates) or self._plan(part):
                self.pieces.append(part)
            else:
                hard.append(part)
        for part in hard:
            if not self._persist(part):
                return
        self._most = LARGE
        told = self.value
        logger.info("%d pieces, %d units", len(self.pieces), told)
        yield self._whole()
        for better in (partial(self._join, dates), self._refine, partial(self._join, coarse)):
            better()
            if self.value < told:
                told = self.value
                yield self._whole()

    @property
    def value(self) -> int:
        """What the pieces' plans cost together, in units."""
        return sum(part.value for part in self.pieces)

    def _persist(self, part: _Piece) -> bool:
        """Help a piece, each time with more patience, as long as time is what it lacks and there is more."""
        try:
            for self._patience in PATIENCE:
                if self._patience > 1 and PIECE_SHARE * self.budget.left < self._patience * PIECE_SECONDS:
                    return False
                self._cut, self._most = False, LARGE
                if self._help(part):
                    return True
                if not self._cut:
                    return False
            return False
        finally:
            self._patience = 1

    def _help(self, part: _Piece) -> bool:
        """Plan a piece that had no plan by itself: once more, now that others leave ports free, then with another."""
        if self._plan(part):
            self.pieces.append(part)
            return True
        partners = sorted(self.pieces, key=lambda other: self._ties(part, other), reverse=True)
        for other in partners[:PARTNERS]:
            both = _together(part, other)
            if self._size(both) <= self._most and self._plan(both, other):
                self.pieces = [p for p in self.pieces if p is not other] + [both]
                return True
        if self._plan(part, stranding=True):
            self.pieces.append(part)
            return True
        return False

    def _size(self, part: _Piece) -> int:
        return self._joined.size(part.ships, part.people)

    def _whole(self, *without: _Piece) -> Plan:
        return merged(self.facts.case, [p.plan for p in self.pieces if p.plan is not None and p not in without])

    def _planned(self) -> set[str]:
        return {person for p in self.pieces for person in p.people}

    def _plan(self, part: _Piece, *instead: _Piece, stranding: bool = False, instants: Instants = coarse) -> bool:
        """Plan a piece beside all others but those it stands for."""
        if self.budget.spent:
            return False
        ships = {self.facts.ships[v].id for v in part.ships}
        given = others(self.facts, self._whole(*instead), self._planned(), ships, part.people)
        most = max(PIECE_SECONDS, min(PAIR_SECONDS, PAIR_SHARE * self.budget.left)) if instead else PIECE_SECONDS
        budget = self.budget.part(PIECE_SHARE, self._patience * most)
        allowed = budget.left
        found = self.solve(*piece(self.facts, ships, part.people, given, instants), budget, stranding)
        if found is None:
            cut = budget.left < 0.5 * allowed
            self._cut |= cut
            if instead and cut:
                self._most = min(self._most, self._size(part) - 1)  # others as large would take as long
            return False
        part.plan, part.value = found
        part.fine = instants is coarse
        return True

    def _refine(self) -> None:
        """Plan pieces again on their coarse grids that have been planned on their dates only."""
        for part in [part for part in self.pieces if not part.fine]:
            again = _Piece(part.ships, part.people)
            if self._plan(again, part) and again.value < part.value:
                self.pieces[self.pieces.index(part)] = again
        logger.info("%d units on coarse grids", self.value)

    def _join(self, instants: Instants) -> None:
        """Plan pieces again in pairs: those that are tied; on coarse grids with a time limit all others after them."""
        while not self.budget.spent:
            pair = next(iter(self._pairs(instants)), None)
            if pair is None or not ((instants is coarse and self.budget.limited) or self._ties(*pair)):
                return
            one, other = pair
            both = _together(one, other)
            self._tried.add((instants, frozenset(both.ships)))
            if self._plan(both, one, other, instants=instants) and both.value < one.value + other.value:
                logger.info("%d units better", one.value + other.value - both.value)
                self.pieces = [p for p in self.pieces if p is not one and p is not other] + [both]

    def _pairs(self, instants: Instants) -> Iterable[tuple[_Piece, _Piece]]:
        """Pieces that may gain from being planned together, the best tied first."""
        pairs = [
            (one, other)
            for place, one in enumerate(self.pieces)
            for other in self.pieces[place + 1 :]
            if (instants, frozenset(one.ships | other.ships)) not in self._tried
            and self._size(_together(one, other)) <= self._most
        ]
        return sorted(pairs, key=lambda pair: self._ties(*pair), reverse=True)


def divisible(facts: Facts, measures: Collection[str]) -> bool:
    """Whether a case falls into pieces: nothing is said of all its people and ships at once but how many are aboard.

    Nor is it priced how many are aboard: each piece would count what is lacking once more.
    """
    return not (
        facts.said
        or facts.against is not None
        or {"worst_person", "changes"} & set(measures)
        or any(rule.at_most_person_days is not None for rule in facts.staffing)
        or ("understaffed_days" in measures and any(rule.soft for rule in facts.staffing))
    )


def _together(one: _Piece, other: _Piece) -> _Piece:
    return _Piece(one.ships | other.ships, one.people | other.people)


class _Joined:
    """Which ships and people belong together: first those that the data tie to each other."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._of: dict[object, object] = {ship.index: ship.index for ship in facts.ships}
        self._of |= {person: person for person in facts.people}
        for person in facts.case.people:
            if person.aboard_in is not None:
                self._tie(person.id, facts.ship_index[person.aboard_in.vehicle])
        owners = {liner.id: liner.owner for liner in facts.case.liners}
        wearers = {suit.id: suit.fits for suit in facts.case.suits}
        for suit in facts.case.suits:
            for wearer in suit.fits[1:]:
                self._tie(suit.fits[0], wearer)
        for liner in facts.case.liners:
            if liner.in_ is not None:
                self._tie(liner.owner, facts.ship_index[liner.in_])
        for ship in facts.ships:
            for option in [ship.vehicle.in_flight, *ship.vehicle.launch]:
                if option is not None:
                    brought = option.brings
                    tied = [*brought.people, *(owners[liner] for liner in brought.liners)]
                    for name in (*tied, *(wearer for suit in brought.suits for wearer in wearers[suit])):
                        self._tie(ship.index, name)
        for precedence in facts.precedences:
            first, then = (facts.ship_index[event.vehicle] for event in (precedence.first, precedence.then))
            self._tie(first, then)

    def _root(self, member: object) -> object:
        while self._of[member] != member:
            self._of[member] = member = self._of[self._of[member]]
        return member

    def _tie(self, one: object, other: object) -> None:
        self._of[self._root(one)] = self._root(other)

    def size(self, ships: Iterable[int], people: Iterable[str]) -> int:
        """How large a model of them is: people and their liners times seat kinds."""
        things = sum(1 + len(self.facts.liners_of.get(person, ())) for person in people)
        return things * sum(len(self.facts.ships[v].kinds) for v in ships)

    def parts(self) -> list[tuple[set[int], set[str]]]:
        """Ships and people that belong together."""
        found: dict[object, tuple[set[int], set[str]]] = {}
        for ship in self.facts.ships:
            found.setdefault(self._root(ship.index), (set(), set()))[0].add(ship.index)
        for person in self.facts.people:
            found.setdefault(self._root(person), (set(), set()))[1].add(person)
        return list(found.values())

    def adopt(self) -> None:
        """Give ships without people, and people without ships, to the smallest piece that has both."""
        for ships, people in self.parts():
            if ships and people:
                continue
            whole = [part for part in self.parts() if part[0] and part[1]]
            if whole:
                smallest = min(whole, key=lambda part: self.size(*part))
                self._tie(next(iter(ships or people)), next(iter(smallest[0])))
