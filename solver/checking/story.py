"""What a plan comes to: where every ship, person, suit and liner is, tick by tick, and what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ...models.fleet import LifeStep
from .facts import Facts
from .script import Coming, Seat

GROUND, STOWED, MOVING, GONE = "(on the ground)", "(in the station)", "(on the move)", "(gone)"
"""Where a liner can be, beside in a ship; no id looks like these."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The state during one tick."""

    docked: dict[str, str]
    """The port of each docked ship."""
    aboard: tuple[str, ...]
    """The people aboard, in the case's order."""
    seats: dict[str, Seat]
    """The seat of everyone aboard who holds one in a docked ship."""
    holders: dict[str, tuple[str, ...]]
    """By ship, who holds seats in it."""
    liners: dict[str, str]
    """Where each liner is: a ship, or one of the places above."""
    suits: frozenset[str]
    """The suits aboard."""
    rigged: frozenset[tuple[str, str]]
    """Ships and groups."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A ship that came."""

    plan: Coming
    people: tuple[str, ...]
    """Who came in it."""


@dataclass(frozen=True, slots=True)
class Departed:
    """A ship that left."""

    ship: str
    tick: int
    port: str
    people: tuple[str, ...]
    """Whom it took home."""


@dataclass(frozen=True, slots=True)
class Relocated:
    """A ship that moved to another port."""

    ship: str
    tick: int
    port: str
    to: str
    people: tuple[str, ...]
    """Who rode along."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A liner that was moved."""

    liner: str
    begin: int
    end: int
    """The tick from which it is in its new place; the rest of the move falls into it."""
    rest: float
    """How much of the move falls into the tick `end`, in days."""


@dataclass
class Story:
    """What a plan comes to."""

    facts: Facts
    moments: list[Moment] = field(default_factory=list)
    """Beginning with the tick before the start."""
    arrivals: dict[str, Arrived] = field(default_factory=dict)
    departures: dict[str, Departed] = field(default_factory=dict)
    relocations: list[Relocated] = field(default_factory=list)
    riggings: list[tuple[str, str, int]] = field(default_factory=list)
    """Ship, group, tick."""
    carried: list[Carried] = field(default_factory=list)
    launched: dict[str, int] = field(default_factory=dict)
    """People launched by decision, and when."""
    came_in: dict[str, str] = field(default_factory=dict)
    """The ship in which people came who were not aboard at the start."""
    returned: dict[str, int] = field(default_factory=dict)
    """People who went home, and when."""

    def at(self, tick: int) -> Moment:
        """The state in a tick, -1 for the one before the start."""
        return self.moments[tick + 1]

    def step(self, ship: str, tick: int) -> LifeStep | None:
        """The docked-life step in force."""
        latest = None
        for since, step in self._life(ship):
            if since <= tick:
                latest = step
        return latest

    def _life(self, ship: str) -> list[tuple[int, LifeStep]]:
        if ship not in self._steps:
            launched: int | datetime | None = self.facts.ships[ship].launched
            if ship in self.arrivals and self.arrivals[ship].plan.launch is not None:
                launched = self.arrivals[ship].plan.launch
            self._steps[ship] = [] if launched is None else self.facts.steps(ship, launched)
        return self._steps[ship]

    _steps: dict[str, list[tuple[int, LifeStep]]] = field(default_factory=dict, init=False)

    def is_suited(self, person: str, seat: Seat, moment: Moment) -> bool:
        """Whether the suit named serves: at a hook-up that takes its type, whom it fits, and aboard."""
        if seat.suit is None or seat.suit not in moment.suits:
            return False
        suit = self.facts.suits[seat.suit]
        hookups = self.facts.groups[seat.ship][seat.group].hookups
        return hookups and suit.type == self.facts.type[seat.ship].suit and person in suit.fits

    def is_unsuited(self, person: str, seat: Seat, moment: Moment) -> bool:
        """Whether the person is not suited in a ship that asks for suits."""
        return self.facts.type[seat.ship].suit is not None and not self.is_suited(person, seat, moment)

    def has_liner(self, person: str, seat: Seat, moment: Moment) -> bool:
        """Whether the liner that the seat needs is in the ship."""
        kind = self.facts.groups[seat.ship][seat.group].needs_liner
        return kind is None or any(
            moment.liners[liner.id] == seat.ship for liner in self.facts.liners_of[person] if liner.kind == kind
        )

    def liner_seats(self, ship: str, kind: str, tick: int, rigged: frozenset[tuple[str, str]]) -> int:
        """How many seats for liners of a kind the ship has in a tick."""
        return sum(
            len(group.seats)
            for group in self.facts.groups[ship].values()
            if group.needs_liner == kind
            and self.facts.exists(ship, group.id, tick)
            and (group.rigging is None or (ship, group.id) in rigged)
        )
