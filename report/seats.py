"""Who holds which seat, in which suit and with which liner, from when to when."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.plan import Hold
from .seating import positions
from .story import Stay, Story
from .tables import natural_width, table
from .words import Clock, Names, heading, listed, paragraph

NO_SEAT = "! NO VALID SEAT"


def suit_worn(story: Story, hold: Hold, *, short: bool) -> str:
    """The suit of a hold: its kind, or the suit itself where several of the kind fit its wearer.

    Parameters
    ----------
    short
        Use ids instead of names.
    """
    if story.type_of(hold.vehicle).suit is None:
        return "not needed"
    if hold.suit is None:
        return "NONE"
    suits = {suit.id: suit for suit in story.case.suits}
    suit = suits.get(hold.suit)
    if suit is None:
        return hold.suit
    alike = [entry for entry in story.case.suits if entry.type == suit.type and hold.person in entry.fits]
    if alike != [suit]:
        return suit.id if short else suit.title
    return suit.type if short else Names(story.case).suit_types.get(suit.type, suit.type)


def seat_in_group(names: Names, hold: Hold, position: str, *, short: bool) -> str:
    """A seat in words: its group and its position, `couch left`."""
    group = hold.group if short else names.group(hold.vehicle, hold.group)
    return f"{group}, {position}" if " " in group else f"{group} {position}"


def seats(story: Story, width: int) -> str:
    """A table of everyone's seats in order of time, with how they came and how they went."""
    heads = ["", "from", "until", "seat", "suit", "liner"]
    rows = _rows(story, short=False)
    if natural_width(heads, rows) > width:
        rows = _rows(story, short=True)
    parts = [heading("Who holds which seat"), table(heads, rows, width=width, wrap=(0, 3, 4))]
    if story.grounded:
        names = listed([person.title for person in story.grounded])
        parts += ["", paragraph(f"Never aboard: {names}.", width)]
    return "\n".join(parts)


def _rows(story: Story, *, short: bool) -> list[list[str]]:
    clock, names, places = Clock(story.case), Names(story.case), positions(story)
    rows: list[list[str]] = []
    for stay in story.stays:
        name = stay.person.title
        for part in stay.spans:
            seat = [NO_SEAT, "", ""]
            if part.hold is not None:
                hold = part.hold
                position = places.get((hold.person, hold.from_), "?")
                ship = story.letters.get(hold.vehicle, "?") + ("" if short else f" {names.vehicle(hold.vehicle)}")
                place = seat_in_group(names, hold, position, short=short)
                seat = [f"{ship} {place}" if short else f"{ship}, {place}", *_gear(story, hold, short=short)]
            rows.append([name, clock(part.begin), clock(part.end), *seat])
            name = ""
    return rows


def _gear(story: Story, hold: Hold, *, short: bool) -> Sequence[str]:
    group = story.group(hold)
    if group is None:
        return ("?", "?")
    kind = group.needs_liner or ""
    liner = kind if short else Names(story.case).liner_kinds.get(kind, kind)
    return (suit_worn(story, hold, short=short), liner)


def way_home(story: Story, width: int) -> str:
    """Who comes home in which ship, when; and who is still aboard at the end."""
    clock, names = Clock(story.case), Names(story.case)
    lines = []
    for visit in sorted((v for v in story.visits if v.left is not None and v.down), key=lambda v: v.left or v.end):
        text = f"in {names.vehicle(visit.vehicle.id)}: {names.crew(visit.down)}"
        lines.append(paragraph(text, width, first=f"{clock(visit.end)}  "))
    staying: dict[str | None, list[Stay]] = {}
    for stay in story.stays:
        if stay.went_in is None:
            last = stay.spans[-1].hold if stay.spans else None
            staying.setdefault(last.vehicle if last else None, []).append(stay)
    for vehicle, stays in staying.items():
        where = "WITHOUT A VALID SEAT" if vehicle is None else f"in {names.vehicle(vehicle)}"
        text = f"still aboard at the end, {where}: {names.crew([stay.person.id for stay in stays])}"
        lines.append(paragraph(text, width, first=f"{clock(story.end)}  "))
    return "\n".join([heading("The way home"), *lines])
