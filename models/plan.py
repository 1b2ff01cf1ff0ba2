"""A plan: what is launched, what leaves, what moves, and who holds which seat when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Id, Instant, Many, Model


class PlannedLaunch(Model):
    """A ship arrives: launched in an option, or (without option and launch) already in flight at the start."""

    vehicle: Id
    """The ship."""
    option: Id | None = None
    """The launch option; none for a ship in flight at the start."""
    launch: Instant | None = None
    """When it is launched; none for a ship in flight at the start."""
    arrival: Instant
    """When it docks."""
    port: Id
    """Where it docks."""


class Departure(Model):
    """A ship leaves, with exactly the people who held a seat in it in the tick before."""

    vehicle: Id
    """The ship."""
    at: Instant
    """When it leaves."""


class Relocation(Model):
    """A ship moves to another port."""

    vehicle: Id
    """The ship."""
    port: Id
    """Where it goes."""
    at: Instant
    """When it moves."""


class RiggingDone(Model):
    """A seat group is rigged."""

    vehicle: Id
    """The ship."""
    group: Id
    """The seat group."""
    at: Instant
    """From when on its seats can be held."""


class LinerMoved(Model):
    """A liner is moved into a ship, or (without a ship) stowed in the station."""

    liner: Id
    """The liner."""
    to: Id | None = None
    """The ship; stowed in the station where absent."""
    begin: Instant
    """When the move begins."""


class Hold(Model):
    """A person holds a seat of a group in `[from, to)`, served by a suit or by none."""

    person: Id
    """Who."""
    vehicle: Id
    """In which ship."""
    group: Id
    """In which seat group."""
    suit: Id | None = None
    """The suit that serves; absent: unsuited, or none needed."""
    from_: Instant = Field(alias="from")
    """First instant of the hold."""
    to: Instant
    """First instant at which it no longer holds."""


class Plan(Model):
    """A whole plan. A tick aboard without a hold is unassured; everything else follows and is computed."""

    format: Literal["crewreturn-plan/1"] = "crewreturn-plan/1"
    """What kind of document this is."""
    case: Id | None = None
    """Id of the case it was made for."""
    launches: Many[PlannedLaunch] = ()
    """Ships that come, launched in the plan or in flight at the start."""
    departures: Many[Departure] = ()
    """Ships that leave."""
    relocations: Many[Relocation] = ()
    """Ships that move to another port."""
    riggings: Many[RiggingDone] = ()
    """Seat groups that are rigged."""
    liner_moves: Many[LinerMoved] = ()
    """Liners that are moved."""
    holds: Many[Hold] = ()
    """Who holds which seat when."""

    def seat_of(self, person: str, at: Instant | str) -> Hold | None:
        """The seat that a person holds at an instant (text is read as a date or an instant in UTC), or None."""
        moment = _moment(at)
        return next((h for h in self.holds if h.person == person and h.from_ <= moment < h.to), None)

    def joined(self) -> Plan:
        """The same plan in its one written form: adjoining equal holds joined, everything in order of time."""
        joined: list[Hold] = []
        for hold in sorted(self.holds, key=lambda h: (h.person, h.from_)):
            last = joined[-1] if joined else None
            if last is not None and last.from_ < last.to == hold.from_ < hold.to and _same_seat(last, hold):
                joined[-1] = last.model_copy(update={"to": hold.to})
            else:
                joined.append(hold)
        return self.model_copy(
            update={
                "launches": tuple(sorted(self.launches, key=lambda e: (e.arrival, e.vehicle))),
                "departures": tuple(sorted(self.departures, key=lambda e: (e.at, e.vehicle))),
                "relocations": tuple(sorted(self.relocations, key=lambda e: (e.at, e.vehicle))),
                "riggings": tuple(sorted(self.riggings, key=lambda e: (e.at, e.vehicle, e.group))),
                "liner_moves": tuple(sorted(self.liner_moves, key=lambda e: (e.begin, e.liner))),
                "holds": tuple(joined),
            }
        )


def _moment(at: Instant | str) -> Instant:
    from datetime import UTC, datetime

    if isinstance(at, datetime):
        return at
    moment = datetime.fromisoformat(at)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _same_seat(one: Hold, other: Hold) -> bool:
    return (one.person, one.vehicle, one.group, one.suit) == (other.person, other.vehicle, other.group, other.suit)
