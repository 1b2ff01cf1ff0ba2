"""The state in the tick before the start: who holds which seat, in which suit, and where liners lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..crew import AboardIn, Body, Growth, Person
from ..fleet import BodyLimits, BodyRange, SeatGroup
from ..problems import Path, Problem, quote, show_path
from .index import Index, Ship, is_aboard, qualifications
from .walk import counted, listed, shown

NO_SEAT = "or write `aboard: true` instead of `aboard_in` if they held no valid seat"


def problems(index: Index) -> Iterator[Problem]:
    """What cannot be so in the tick before the start."""
    for number, person in enumerate(index.case.people):
        path: Path = ("people", number)
        yield from _qualified(path, person)
        yield from _launched(index, path, person)
        if person.aboard_in is not None:
            if person.aboard:
                message = f"{quote(person.id)} is aboard without a seat, yet holds one: `aboard_in` is given too"
                advice = "Leave `aboard` out, or `aboard_in` if they held no valid seat."
                yield Problem((*path, "aboard"), message, True, advice)
            yield from _seat(index, (*path, "aboard_in"), person, person.aboard_in)
    yield from _too_many(index)
    yield from _suits_shared(index)
    yield from _liners(index)


def _qualified(path: Path, person: Person) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, name in enumerate(qualifications(person)):
        if first.setdefault(name, number) != number:
            here = (*path, "qualified", number)
            message = f"stands already at {show_path((*path, 'qualified', first[name]))}"
            yield Problem(here, message, name, "Give each qualification once, with `until` if it ends.")


def _launched(index: Index, path: Path, person: Person) -> Iterator[Problem]:
    """When somebody was launched, and bounds on their return counted from there."""
    start = index.case.horizon.start
    launched, flight = person.launched, index.flight_of(person)
    if launched is not None:
        here = (*path, "launched")
        if launched >= start:
            message = f"not before the start of the horizon, {shown(start)}"
            yield Problem(here, message, shown(launched), "Leave it out for somebody launched later: it is decided.")
        elif flight is not None and flight.launched not in (None, launched):
            message = f"not when the ship that brings {quote(person.id)} was launched, {shown(flight.launched)}"
            yield Problem(here, message, shown(launched), "Leave it out: the ship's counts.")
        elif not is_aboard(person) and flight is None:
            message = f"{quote(person.id)} was launched before the start, yet is neither aboard nor in a ship in flight"
            yield Problem(here, message, shown(launched), "Add `aboard_in` or `aboard: true`, or leave it out.")
    counted_from = index.launched(person)
    if is_aboard(person) and counted_from is None:
        for bound in ("planned_return", "earliest_return", "latest_return"):
            value = getattr(person, bound)
            if isinstance(value, timedelta):
                message = "a time after launch, but nothing says when that was"
                advice = f"Add `launched` to {quote(person.id)}, or give a date."
                yield Problem((*path, bound), message, shown(value), advice)
    yield from _bounds(path, person, counted_from)


def _bounds(path: Path, person: Person, launched: datetime | None) -> Iterator[Problem]:
    earliest, latest = (_dated(bound, launched) for bound in (person.earliest_return, person.latest_return))
    is_before = (
        (isinstance(earliest, datetime) and isinstance(latest, datetime) and latest < earliest)
        or (isinstance(earliest, timedelta) and isinstance(latest, timedelta) and latest < earliest)
    )  # fmt: skip
    if is_before:
        message = f"before `earliest_return`, {shown(person.earliest_return)}"
        yield Problem((*path, "latest_return"), message, shown(person.latest_return), "Exchange or correct the two.")


def _dated(bound: datetime | timedelta | None, launched: datetime | None) -> datetime | timedelta | None:
    return launched + bound if isinstance(bound, timedelta) and launched is not None else bound


def _seat(index: Index, path: Path, person: Person, seat: AboardIn) -> Iterator[Problem]:
    ship, start = index.ships.get(seat.vehicle), index.case.horizon.start
    if ship is None:
        return
    if ship.vehicle.docked_at is None:
        where = "in flight" if ship.vehicle.in_flight is not None else "on the ground"
        message = f"the ship is {where} at the start, not docked"
        yield Problem((*path, "vehicle"), message, seat.vehicle, "Name a docked ship, or list them in its `brings`.")
        return
    group = ship.group(seat.group)
    if group is None:
        return
    name = f"{quote(seat.group)} of {quote(seat.vehicle)}"
    if group.from_ is not None and group.from_ >= start:
        message = f"{name} exists only from {shown(group.from_)}, after the tick before the start"
        yield Problem((*path, "group"), message, seat.group, f"Give it an earlier `from`, {NO_SEAT}.")
    if group.rigging is not None:
        message = f"{name} has to be rigged first, which is a decision from the start on"
        yield Problem((*path, "group"), message, seat.group, f"Leave `rigging` out if it is done, {NO_SEAT}.")
    if group.needs_liner is not None and not any(
        liner.owner == person.id and liner.kind == group.needs_liner and liner.in_ == seat.vehicle
        for liner in index.liners_of[person.id]
    ):
        message = f"{name} needs a {group.needs_liner} liner of {quote(person.id)} in the ship, and there is none"
        yield Problem((*path, "group"), message, seat.group, f"Add the liner with `in: {seat.vehicle}`, {NO_SEAT}.")
    yield from _suit(index, path, person, seat, ship, group)
    for what in _misfits(person.body, group.body, index.case.growth):
        message = f"{quote(person.id)} does not fit {name}: {what}"
        yield Problem((*path, "group"), message, seat.group, f"Correct `body`, {NO_SEAT}.")


def _suit(index: Index, path: Path, person: Person, seat: AboardIn, ship: Ship, group: SeatGroup) -> Iterator[Problem]:
    wanted = ship.type.suit if ship.type else None
    here: Path = (*path, "suit")
    if seat.suit is None:
        if ship.type is not None and wanted is not None and ship.type.unsuited.emergency is None:
            advice = f"Name the {wanted} suit in `suit`, give `unsuited.emergency` of {quote(ship.type.id)}, {NO_SEAT}."
            if not group.hookups:
                advice = f"Give `unsuited.emergency` of {quote(ship.type.id)} (the group has no hook-ups), {NO_SEAT}."
            message = f"{quote(person.id)} is unsuited, which {quote(ship.type.id)} forbids in an emergency"
            yield Problem(path, message, advice=advice)
        return
    suit = index.suits.get(seat.suit)
    if wanted is None or not group.hookups:
        why = f"{quote(seat.group)} has no hook-ups" if wanted is not None else "the ship type asks for no suit"
        advice = "Leave it out." if wanted is None else "Leave it out, or give the group `hookups: true`."
        yield Problem(here, f"no suit can serve here: {why}", seat.suit, advice)
    elif suit is not None:
        if suit.type != wanted and {suit.type, wanted} <= index.suit_types.keys():
            message = f"a {suit.type} suit, but the hook-ups of {quote(seat.vehicle)} take {wanted}"
            yield Problem(here, message, seat.suit, "Name another suit, or leave it out.")
        if not suit.aboard:
            message = "the suit is on the ground"
            yield Problem(here, message, seat.suit, f"Add `aboard: true` to {quote(suit.id)}, or leave it out.")
        if person.id not in suit.fits:
            message = f"the suit does not fit {quote(person.id)}: it fits {listed(suit.fits)}"
            yield Problem(here, message, seat.suit, "Name another suit, or correct its `fits`.")


def _misfits(body: Body | None, limits: BodyLimits | None, growth: Growth) -> Iterator[str]:
    if body is None or limits is None:
        return
    grown = {"stature_cm": growth.stature, "sitting_height_cm": growth.sitting_height}
    for name in BodyLimits.model_fields:
        limit: BodyRange | None = getattr(limits, name)
        size: float | None = getattr(body, name)
        if limit is None or size is None:
            continue
        size *= grown.get(name, 1.0)
        if limit.at_most is not None and size > limit.at_most:
            yield f"{name} {size:g} is more than {limit.at_most:g}"
        if limit.at_least is not None and size < limit.at_least:
            yield f"{name} {size:g} is less than {limit.at_least:g}"


def _too_many(index: Index) -> Iterator[Problem]:
    """More people than a group has seats, or than may leave in the ship in an emergency."""
    start, people = index.case.horizon.start, index.case.people
    for name, numbers in index.holders.items():
        ship = index.ships.get(name)
        if ship is None or ship.vehicle.docked_at is None:
            continue
        by_group: dict[str, list[int]] = defaultdict(list)
        for number in numbers:
            seat = people[number].aboard_in
            if seat is not None:
                by_group[seat.group].append(number)
        for key, holders in by_group.items():
            group = ship.group(key)
            if group is not None and len(holders) > len(group.seats):
                who = listed([people[number].id for number in holders])
                seats = f"{counted(len(group.seats), 'seat')} ({listed(group.seats)}) of {quote(key)} in {quote(name)}"
                path = ("people", holders[len(group.seats)], "aboard_in", "group")
                yield Problem(path, f"{who} hold the {seats}", key, f"Seat somebody elsewhere, {NO_SEAT}.")
        found = ship.passage("emergency", start)
        if found is not None and len(numbers) > found[1].most:
            who = listed([people[number].id for number in numbers])
            most = f"at most {found[1].most}" if found[1].most else "none"
            message = f"its emergency return allows {most} ({show_path(found[0])}), but seats are held by {who}"
            path = ("people", numbers[found[1].most], "aboard_in", "vehicle")
            yield Problem(path, message, name, f"Seat somebody elsewhere, {NO_SEAT}.")


def _suits_shared(index: Index) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for number, person in enumerate(index.case.people):
        is_first = index.people[person.id] is person  # an id that stands twice is told already
        suit = person.aboard_in.suit if person.aboard_in and is_first else None
        path: Path = ("people", number, "aboard_in", "suit")
        if suit is not None and (before := first.setdefault(suit, path)) != path:
            message = f"the suit serves another wearer already, {show_path(before)}"
            yield Problem(path, message, suit, "Name another suit, or leave it out for one of the two.")


def _liners(index: Index) -> Iterator[Problem]:
    """A liner lies where there is room for it."""
    start = index.case.horizon.start
    inside: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, liner in enumerate(index.case.liners):
        ship = index.ships.get(liner.in_ or "")
        if ship is None or ship.type is None or liner.kind not in index.liner_kinds:
            continue
        path: Path = ("liners", number, "in")
        if ship.vehicle.docked_at is not None:
            inside[ship.vehicle.id, liner.kind].append(number)
        elif ship.vehicle.in_flight is None:
            message = "the ship is on the ground at the start"
            advice = "Leave it out: a liner on the ground comes in a ship that lists it in `brings.liners`."
            yield Problem(path, message, liner.in_, advice)
        elif liner.id not in ship.vehicle.in_flight.brings.liners:
            message = f"the ship in flight does not list {quote(liner.id)} in `brings.liners`"
            yield Problem(path, message, liner.in_, "Add it there.")
    for (name, kind), numbers in inside.items():
        room = index.ships[name].liner_seats(kind, start)
        if len(numbers) > room:
            who = listed([index.case.liners[number].id for number in numbers])
            message = f"{quote(name)} has {counted(room, 'seat')} for {kind} liners at the start, but holds {who}"
            advice = "Write `stowed: true` for those in the station, or correct the ship's groups."
            yield Problem(("liners", numbers[room], "in"), message, name, advice)
