"""What is possible but strange, and what is left out of account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from ..crew import Body, Qualified
from ..fleet import LaunchOption
from ..problems import Path, quote
from ..statements import LaunchClaim
from .index import Index, Ship, is_aboard, qualifications
from .note import Note
from .walk import Node, counted, listed, of_type, shown


def notes(index: Index) -> Iterator[Note]:
    """Remarks on people, ships and launches."""
    yield from _ports(index)
    yield from _body(index)
    yield from _nobody_brings(index)
    yield from _qualified(index)
    for ship in index.ships.values():
        yield from _crew_at_the_start(index, ship)
        yield from _life_at_the_start(index, ship)
        for number, option in enumerate(ship.vehicle.launch):
            yield from _launch_dates(index, (*ship.path, "launch", number), option)
        yield from _arrivals(index, ship)
    yield from _launched_already(index, index.nodes)


def _ports(index: Index) -> Iterator[Note]:
    """Ports where no ship of the case can dock."""
    fitting = dict.fromkeys(ship.type.interface for ship in index.ships.values() if ship.type is not None)
    for number, port in enumerate(index.case.ports):
        if fitting and port.interface not in fitting:
            advice = index.suggest(port.interface, fitting)
            hint = f" ({advice[0].lower()}{advice[1:]})" if advice else ""
            message = f"no ship fits port {quote(port.id)}: none has the interface {port.interface}{hint}"
            yield Note(("ports", number, "interface"), message)


def _body(index: Index) -> Iterator[Note]:
    """Measures that a seat asks for and that are not known of everybody."""
    limits = [group.body for ship in index.ships.values() for _, group in ship.groups if group.body is not None]
    asked = [name for name in Body.model_fields if any(getattr(limit, name) is not None for limit in limits)]
    for name in asked:
        lacking = [p.id for p in index.case.people if p.body is None or getattr(p.body, name) is None]
        if lacking:
            yield Note(("people",), f"`{name}` is not known of {listed(lacking)}: every limit counts as kept")


def _nobody_brings(index: Index) -> Iterator[Note]:
    brought = {
        name
        for ship in index.ships.values()
        for brings in (
            *(option.brings for option in ship.vehicle.launch),
            *((ship.vehicle.in_flight.brings,) if ship.vehicle.in_flight else ()),
        )
        for name in brings.people
    }
    for number, person in enumerate(index.case.people):
        if not is_aboard(person) and person.id not in brought:
            yield Note(("people", number), f"{quote(person.id)} is on the ground and no ship brings them")


def _qualified(index: Index) -> Iterator[Note]:
    """Qualifications that nothing asks for, and some that nobody has."""
    flown = {
        ship.type.id: ship for ship in index.ships.values() if ship.type is not None and ship.type.crewing.qualified
    }
    asked = {ship.type.crewing.qualification or name: ship for name, ship in flown.items() if ship.type and ship.seats}
    for name, ship in asked.items():
        if name not in index.qualifications:
            message = f"nobody is qualified for {quote(name)}, so nobody can hold a seat in {quote(ship.vehicle.id)}"
            yield Note((*ship.type_path, "crewing"), message)
    known = asked.keys() | {rule.qualification for rule in index.case.staffing}
    unasked: dict[str, list[tuple[Path, str]]] = defaultdict(list)
    for number, person in enumerate(index.case.people):
        for place, item in enumerate(person.qualified):
            name = item.for_ if isinstance(item, Qualified) else item
            if name not in known:
                unasked[name].append((("people", number, "qualified", place), person.id))
    for name, places in unasked.items():
        advice = index.suggest(name, asked)
        who = listed([person for _, person in places])
        hint = f" ({advice[0].lower()}{advice[1:]})" if advice else ""
        yield Note(places[0][0], f"nothing asks for the qualification {quote(name)} of {who}{hint}")


def _crew_at_the_start(index: Index, ship: Ship) -> Iterator[Note]:
    """A ship whose seats are held at the start by too few who can fly it: a fact, mended from the start on."""
    holders = [index.case.people[number] for number in index.holders.get(ship.vehicle.id, ())]
    if not holders or ship.type is None or not ship.type.crewing.qualified:
        return
    start, crewing = index.case.horizon.start, ship.type.crewing
    wanted = crewing.qualification or ship.type.id
    able = [person for person in holders if wanted in set(qualifications(person, before=start))]
    if len(able) < crewing.qualified:
        message = f"held at the start by {listed([p.id for p in holders])}, of whom {len(able)} can fly it"
        yield Note(ship.path, f"{message}; {crewing.qualified} must from the start on")
        return
    controls = {group.id for _, group in ship.groups if group.controls}
    if controls and not any(person.aboard_in and person.aboard_in.group in controls for person in able):
        message = f"at the start nobody who can fly it is at the controls of {quote(ship.vehicle.id)}"
        yield Note(ship.path, f"{message} ({listed([p.id for p in able])} can); from the start on somebody must be")


def _life_at_the_start(index: Index, ship: Ship) -> Iterator[Note]:
    launched, start = ship.vehicle.launched, index.case.horizon.start
    if ship.vehicle.docked_at is None or launched is None:
        return
    reached = [(path, step) for path, step in ship.life() if launched + step.after <= start]
    if reached and not reached[-1][1].holds and index.holders.get(ship.vehicle.id):
        path, step = reached[-1]
        who = listed([index.case.people[number].id for number in index.holders[ship.vehicle.id]])
        message = f"step {quote(step.id)} ended the use of {quote(ship.vehicle.id)} before the start"
        yield Note(path, f"{message}: unless it is waived, {who} cannot keep their seats there")


def _launch_dates(index: Index, path: Path, option: LaunchOption) -> Iterator[Note]:
    """Dates before the start are no decision any more; an option may have none left."""
    past, left = _dates(index, option)
    if past:
        verb = "is" if past == 1 else "are"
        message = f"{counted(past, 'launch date')} before the start, {shown(index.case.horizon.start)}, {verb} ignored"
        yield Note(path, message)
    if not left:
        yield Note(path, "no launch date from the start on arrives before the end: this option is never flown")
    planned = option.planned
    if planned is not None and planned.to is not None and planned.to <= index.case.horizon.start:
        message = "the planned window is over at the start"
        who = f": {listed(option.brings.people)} cannot be launched inside it" if option.brings.people else ""
        yield Note((*path, "planned"), message + who)


def _dates(index: Index, option: LaunchOption) -> tuple[int, bool]:
    """How many launch dates lie before the start, and whether one from then on arrives before the end."""
    horizon, tick = index.case.horizon, index.case.resolution
    if option.opportunities:
        past = sum(chance.launch < horizon.start for chance in option.opportunities)
        arrivals: list[datetime] = []
        for chance in option.opportunities[past:]:
            transit = chance.transit
            arrival = chance.arrival if transit is None else chance.launch + transit + -transit % tick
            arrivals += [] if arrival is None else [arrival]
        return past, any(arrival < horizon.end for arrival in arrivals)
    if option.earliest is None or option.latest is None or option.transit is None:
        return 0, True
    step = option.every if option.every is not None else tick
    before = max(0, -((option.earliest - horizon.start) // step))
    past = min(before, (option.latest - option.earliest) // step + 1)
    first = option.earliest + past * step
    return past, first <= option.latest and first + option.transit + -option.transit % tick < horizon.end


def _arrivals(index: Index, ship: Ship) -> Iterator[Note]:
    end = index.case.horizon.end
    late = [date for date in ship.vehicle.in_flight.arrivals if date >= end] if ship.vehicle.in_flight else []
    if late:
        path = (*ship.path, "in_flight", "arrivals")
        verb = "is" if len(late) == 1 else "are"
        yield Note(path, f"{counted(len(late), 'arrival')} at or after the end, {shown(end)}, {verb} ignored")


def _launched_already(index: Index, parts: tuple[Node, ...]) -> Iterator[Note]:
    for path, claim in of_type(parts, LaunchClaim):
        ship = index.ships[claim.vehicle]
        if not ship.vehicle.launch:
            message = f"{quote(claim.vehicle)} was launched before the start: no launch of it can happen any more"
            yield Note((*path, "vehicle"), message)
