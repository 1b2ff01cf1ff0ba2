"""Who holds a seat in which ship, as rows of plain characters under a time axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ..models.case import Case
from ..models.plan import Plan
from .axis import Axis
from .events import Happening, happenings
from .story import Stay, Story
from .words import Clock, Names, columns, cut, padded, paragraph, span

GAP, HOME, CARGO, UNKNOWN = "!", "-", "#", "?"
LONGEST_NAME = 18

Stretch = tuple[datetime, datetime, str]
"""From, until, character."""


def timeline(case: Case, plan: Plan, width: int = 80) -> str:
    """The seats of everybody over the horizon, the ports, and the numbers of what happens.

    One column stands for a whole number of ticks and shows the seat held longest in it. A seat that would show nowhere
    gets the column that it fills most, if it can be spared; a time without a valid seat (`!`) shows wherever it falls.

    Parameters
    ----------
    plan
        Taken at its word: a hold counts as a seat.
    width
        Columns of the terminal.
    """
    return drawn(Story(case, plan), width)


def drawn(story: Story, width: int) -> str:
    """The timeline of a story: see `timeline`."""
    names = [stay.person.title for stay in story.stays] + [port.title for port in story.case.ports]
    label = min(LONGEST_NAME, max((columns(name) for name in [*names, "what happens"]), default=0))
    axis = Axis(story.case, width - label - 2)
    calendar, ticks = axis.marks()
    lines = [_line("", calendar, label), _line("", ticks, label)]
    lines += [_line(stay.person.title, _row(axis, _seats(story, stay)), label) for stay in story.stays]
    lines += ["", *(_line(name, row, label) for name, row in _ports(story, axis))]
    numbers = _numbers(axis, happenings(story))
    lines += [_line("" if place else "what happens", row, label) for place, row in enumerate(numbers)]
    return "\n".join([*lines, "", *_legend(story, axis, width)])


def _line(name: str, row: str, label: int) -> str:
    return f"{padded(cut(name, label), label)}  {row}".rstrip()


def _seats(story: Story, stay: Stay) -> list[Stretch]:
    """What the row of a person shows when."""
    found: list[Stretch] = []
    for part in stay.spans:
        letter = GAP if part.hold is None else story.letters.get(part.hold.vehicle, UNKNOWN)
        if part.hold is not None and not story.certified(part.hold):
            letter = letter.lower()
        found.append((part.begin, part.end, letter))
    return [*found, (stay.end, story.end, HOME)] if stay.went_in is not None else found


def _ports(story: Story, axis: Axis) -> Iterable[tuple[str, str]]:
    """A row for every port at which a ship ever stands."""
    for port in story.case.ports:
        found = [
            (begin, end, story.letters.get(visit.vehicle.id, CARGO))
            for visit in story.visits
            for place, begin, end in visit.ports
            if place == port.id and begin < end
        ]
        if found:
            yield port.title, _row(axis, found)


def _row(axis: Axis, stretches: Sequence[Stretch]) -> str:
    """One character a column: see `timeline`."""
    joined = _joined(stretches)
    cells: list[int | None] = [_longest(axis, column, joined) for column in range(axis.columns)]
    for number, (begin, end, _) in enumerate(joined):
        if number not in cells and (best := _place(axis, begin, end, cells)) is not None:
            cells[best] = number
    row = [" " if number is None else joined[number][2] for number in cells]
    for begin, end, letter in joined:
        if letter == GAP:
            for column in axis.touched(begin, end):
                row[column] = GAP
    return "".join(row)


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for stretch in sorted(stretches):
        if found and found[-1][1:] == (stretch[0], stretch[2]):
            found[-1] = (found[-1][0], stretch[1], stretch[2])
        else:
            found.append(stretch)
    return found


def _longest(axis: Axis, column: int, stretches: Sequence[Stretch]) -> int | None:
    """The stretch that fills most of a column, if any has a part in it."""
    shares = [(axis.share(column, begin, end), -number) for number, (begin, end, _) in enumerate(stretches)]
    share, number = max(shares, default=(axis.step * 0, 0))
    return -number if share else None


def _place(axis: Axis, begin: datetime, end: datetime, cells: Sequence[int | None]) -> int | None:
    """A column for a stretch that shows nowhere: where it fills most, and no other stretch has its only column."""
    able = [column for column in axis.touched(begin, end) if cells[column] is None or cells.count(cells[column]) > 1]
    return max(able, key=lambda column: axis.share(column, begin, end), default=None)


def _numbers(axis: Axis, events: Sequence[Happening]) -> list[str]:
    """The number of each happening at its column, in as many rows as it takes."""
    rows: list[str] = []
    for event in events:
        column, number = axis.column(event.at), str(event.number)
        if not 0 <= column < axis.columns:
            continue
        place = next((index for index, row in enumerate(rows) if len(row) < column or not row), len(rows))
        if place == len(rows):
            rows.append("")
        rows[place] = rows[place].ljust(column) + number
    return rows


def _legend(story: Story, axis: Axis, width: int) -> Iterable[str]:
    ships = [f"{letter} {story.vehicles[key].title}" for key, letter in story.letters.items()]
    if len(ships) < len(story.visits):
        ships.append(f"{CARGO} a ship without seats")
    held = "the seat held longest" if axis.step > story.case.resolution else "the seat held"
    yield from _flowing(ships, width)
    yield paragraph(
        f"Capital: a certified seat. Small: a contingency seat, or unsuited. {GAP} no valid seat. {HOME} home. "
        f"Blank: not here. One column is {span(axis.step)} and shows {held}; {GAP} shows wherever it falls.",
        width,
    )


def _flowing(items: Sequence[str], width: int) -> Iterable[str]:
    """Items side by side, none broken."""
    line = ""
    for item in items:
        if line and columns(line) + 3 + columns(item) > width:
            yield line
            line = ""
        line += ("   " if line else "") + item
    yield line


def gaps(story: Story) -> list[str]:
    """Everyone's ticks without a valid seat, in words."""
    clock = Clock(story.case)
    return [
        f"{stay.person.title} {clock.between(part.begin, part.end)} ({span(part.end - part.begin)})"
        for stay in story.stays
        for part in stay.spans
        if part.hold is None
    ]


def short_gaps(story: Story) -> list[str]:
    """The times inside a tick in which somebody's liner is on the move, in words."""
    clock, names = Clock(story.case), Names(story.case)
    found: dict[tuple[datetime, str], list[str]] = {}
    for liner in story.case.liners:
        for move in story.plan.liner_moves:
            if move.liner == liner.id and (rest := story.move_rest(liner)):
                begin = move.begin + story.move_takes(liner)
                found.setdefault((begin, span(rest)), []).append(liner.owner)
    return [f"{names.crew(people)}, {rest} on {clock(begin)}" for (begin, rest), people in sorted(found.items())]
