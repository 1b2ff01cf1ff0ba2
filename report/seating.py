"""Which of a group's equal seats each holder takes: names for reports, kept as long as the seat is held."""

from __future__ import annotations

from datetime import datetime

from ..models.plan import Hold
from .story import Story

UNKNOWN = "?"


def positions(story: Story) -> dict[tuple[str, datetime], str]:
    """Position by person and beginning of the hold; `?` where more people hold seats than there are.

    Somebody who goes on holding a seat of the group, in another suit say, stays where they are; whoever comes takes
    the first free one, people in the case's order.
    """
    order = {person.id: number for number, person in enumerate(story.case.people)}
    stretches = sorted(
        (stretch for held in story.seats.values() for stretch in _stretches(held)),
        key=lambda stretch: (stretch[0].from_, order[stretch[0].person]),
    )
    found: dict[tuple[str, datetime], str] = {}
    free_from: dict[tuple[str, str, str], datetime] = {}
    for stretch in stretches:
        first = stretch[0]
        group = story.group(first)
        keys = [(first.vehicle, first.group, seat) for seat in (group.seats if group else ())]
        free = next((key for key in keys if key not in free_from or free_from[key] <= first.from_), None)
        if free is not None:
            free_from[free] = stretch[-1].to
        for hold in stretch:
            found[hold.person, hold.from_] = free[2] if free else UNKNOWN
    return found


def _stretches(held: tuple[Hold, ...]) -> list[list[Hold]]:
    """The holds of one person, those together that follow each other in one group."""
    found: list[list[Hold]] = []
    for hold in held:
        last = found[-1][-1] if found else None
        if last is not None and last.to == hold.from_ and (last.vehicle, last.group) == (hold.vehicle, hold.group):
            found[-1].append(hold)
        else:
            found.append([hold])
    return found
