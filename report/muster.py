"""The muster card: who goes to which ship, seat, suit and liner if the station must be left at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..models.base import Id, Instant, Many, Model, mean
from ..models.case import Case
from ..models.plan import Hold, Plan
from .seating import positions
from .seats import seat_in_group, suit_worn
from .story import Story
from .tables import natural_width, table
from .words import Clock, Names, bullets, count, heading, listed, page, paragraph

INDENT = 3
"""Spaces before the lines of a ship's table."""


class MusterSeat(Model):
    """Where one person goes."""

    person: Id
    group: Id
    position: str
    """Name of the position inside the group."""
    suit: Id | None = None
    """The suit to wear; None if unsuited, or if the ship asks for none."""
    liner: Id | None = None
    """The person's liner in the seat; None if the seat needs none."""
    certified: bool
    """Whether it is a certified seat, suited if the ship asks for it."""


class MusterShip(Model):
    """One docked ship with seats."""

    vehicle: Id
    port: Id
    people: Many[MusterSeat] = ()


class Muster(Model):
    """Who goes where if the station must be left at an instant."""

    format: Literal["crewreturn-muster/1"] = "crewreturn-muster/1"
    case: Id
    at: Instant
    ships: Many[MusterShip] = ()
    """Every docked ship with seats, those that nobody goes to included."""
    unassured: Many[Id] = ()
    """People aboard without a valid seat."""


def muster(case: Case, plan: Plan, at: datetime) -> Muster:
    """The muster card as data.

    Parameters
    ----------
    plan
        Taken at its word: a hold counts as a seat.
    at
        An instant of the horizon; the seats are those of the tick it lies in.
    """
    story = Story(case, plan)
    at = case.horizon.start + (at - case.horizon.start) // case.resolution * case.resolution
    places = positions(story)
    now = {stay.person.id: part.hold for stay in story.stays for part in stay.spans if part.begin <= at < part.end}
    ships = []
    for visit in story.visits:
        port = next((port for port, begin, end in visit.ports if begin <= at < end), None)
        if port is None or not story.groups(visit.vehicle.id):
            continue
        holds = [hold for hold in now.values() if hold is not None and hold.vehicle == visit.vehicle.id]
        seats = tuple(_seat(story, hold, places.get((hold.person, hold.from_), "?")) for hold in holds)
        ships.append(MusterShip(vehicle=visit.vehicle.id, port=port, people=seats))
    unassured = tuple(person for person, hold in now.items() if hold is None)
    return Muster(case=case.id, at=at, ships=tuple(ships), unassured=unassured)


def _seat(story: Story, hold: Hold, position: str) -> MusterSeat:
    group = story.group(hold)
    kind = None if group is None else group.needs_liner
    liner = None if kind is None else story.liner(hold.person, kind)
    return MusterSeat(
        person=hold.person,
        group=hold.group,
        position=position,
        suit=hold.suit,
        liner=None if liner is None else liner.id,
        certified=story.certified(hold),
    )


def muster_page(case: Case, plan: Plan, at: datetime, width: int = 80) -> str:
    """The muster card as a page of plain text: a block a ship, then whoever has no seat.

    Parameters
    ----------
    plan
        Taken at its word: a hold counts as a seat.
    at
        An instant of the horizon.
    width
        Columns of the terminal.
    """
    card, story, clock = muster(case, plan, at), Story(case, plan), Clock(case)
    aboard = len(card.unassured) + sum(len(ship.people) for ship in card.ships)
    head = [
        paragraph(case.title, width),
        f"MUSTER CARD: if the station must be left on {clock(at)} UTC",
        f"{count(aboard, 'person', 'people')} aboard, {len(card.unassured) or 'nobody'} without a valid seat",
    ]
    ships = (_ship(story, ship, card.at, width) for ship in card.ships if ship.people)
    return page(["\n".join(head), *ships, _without(story, card, width), _idle(story, card, width)])


def _ship(story: Story, ship: MusterShip, at: datetime, width: int) -> str:
    names = Names(story.case)
    title = f"{story.letters[ship.vehicle]}  {names.vehicle(ship.vehicle)} at {names.port(ship.port)}: "
    heads = ["", "seat", "suit", "liner", "remarks"]
    rows = [_row(story, ship.vehicle, seat, at, short=False) for seat in ship.people]
    if natural_width(heads, rows) + INDENT > width:
        rows = [_row(story, ship.vehicle, seat, at, short=True) for seat in ship.people]
    text = table(heads, rows, width=width, wrap=(4, 0, 1, 3), indent=INDENT)
    return "\n".join([title + count(len(ship.people), "person", "people"), text])


def _row(story: Story, vehicle: str, seat: MusterSeat, at: datetime, *, short: bool) -> list[str]:
    names = Names(story.case)
    hold = story.plan.seat_of(seat.person, at)
    if hold is None:
        return [names.person(seat.person), "", "", "", ""]
    group = story.group(hold)
    remarks = []
    if group is not None and group.controls and _flies(story, seat.person, vehicle, at):
        remarks.append("can fly it")
    if group is not None and group.contingency:
        remarks.append("contingency")
    return [
        names.person(seat.person),
        seat_in_group(names, hold, seat.position, short=short),
        suit_worn(story, hold, short=short),
        seat.liner or "",
        ", ".join(remarks),
    ]


def _flies(story: Story, person: str, vehicle: str, at: datetime) -> bool:
    """Whether a person has the qualification that a ship asks for."""
    kind = story.type_of(vehicle)
    wanted = kind.crewing.qualification or kind.id
    entries = next((entry.qualified for entry in story.case.people if entry.id == person), ())
    return any(
        entry == wanted
        if isinstance(entry, str)
        else entry.for_ == wanted and (entry.until is None or at < entry.until)
        for entry in entries
    )


def _without(story: Story, card: Muster, width: int) -> str:
    """People with no valid seat, and where the liner of each is if it is on the move."""
    if not card.unassured:
        return ""
    clock, names = Clock(story.case), Names(story.case)
    lines = []
    for person in card.unassured:
        text = names.person(person)
        for liner in story.case.liners:
            place = story.liner_place(liner, card.at)
            if liner.owner == person and place.kind == "moving" and place.until is not None:
                text += f": liner {liner.id} is on the move until {clock(place.until)}"
        lines.append(text)
    parts = [heading("! No valid seat"), bullets(lines, width)]
    haven = mean(story.case.loss_unassured)
    if haven < 1:
        parts.append(paragraph(f"Who has none stays aboard: loss_unassured {haven:g}.", width))
    return "\n".join(parts)


def _idle(story: Story, card: Muster, width: int) -> str:
    """Docked ships that nobody goes to."""
    names = Names(story.case)
    idle = [f"{names.vehicle(ship.vehicle)} at {names.port(ship.port)}" for ship in card.ships if not ship.people]
    return paragraph(f"Docked with nobody assigned: {listed(idle)}.", width) if idle else ""
