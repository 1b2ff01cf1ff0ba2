"""A planner with no search: tick by tick, everybody keeps a seat or takes a free one, and goes home when due.

It is what a dispatcher with a calendar does, and the least that a solver has to beat. It knows the rules on seats,
suits, liners, crewing, traffic and departures well enough to keep most of them, and relocates nothing. It tries twelve
temperaments and hands in the best plan that the checker accepts; there may be none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import product
from typing import Literal, NamedTuple

from ..models.base import Model, mean
from ..models.case import Case
from ..models.crew import Liner
from ..models.fleet import SeatGroup
from ..models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch, RiggingDone
from ..models.statements import Claim, People, Statement
from .peer_greedy_rules import Rules
from .textbook_dates import BEFORE, Coming

STOWED = "(stowed)"


class Temper(NamedTuple):
    """What a planner is inclined to do."""

    launches: Literal["planned", "empty", "needed"]
    """What to launch: what is planned; what can come empty, and else what is planned; only what has to come."""
    returns: bool
    """Leave once everybody in the ship is due, not only when the ship has to."""
    flees: bool
    """Move out of ships that may not return nominally."""


LAUNCHES: tuple[Literal["planned", "empty", "needed"], ...] = ("planned", "empty", "needed")
TEMPERS = [Temper(*flags) for flags in product(LAUNCHES, (True, False), (True, False))]


class Seat(NamedTuple):
    """What somebody holds in a tick."""

    vehicle: str
    group: SeatGroup
    suit: str | None


class Planner:
    """Makes one plan.

    Parameters
    ----------
    case, waive, statements
        The question; of statements those that forbid are kept, and those that require a launch or a rigging.
    temper
        What to do where the rules leave a choice.
    """

    def __init__(self, case: Case, waive: Collection[str], statements: Sequence[Statement], temper: Temper) -> None:
        self.rules = Rules(case, waive, statements)
        self.dates, self.case, self.temper = self.rules.dates, case, temper
        self.port = {ship.id: ship.docked_at for ship in case.vehicles if ship.docked_at is not None}
        self.launch: dict[str, int | datetime | None] = {ship.id: ship.launched for ship in case.vehicles}
        self.came: dict[str, Coming] = {}
        self.ground = [person.id for person in case.people if not self.dates.aboard_at_start(person)]
        for ship in case.vehicles:
            if ship.in_flight is not None:
                self.ground = [person for person in self.ground if person not in ship.in_flight.brings.people]
        self.aboard = {person.id: BEFORE for person in case.people if self.dates.aboard_at_start(person)}
        """Who is aboard, with the tick of the launch, `BEFORE` if that was before the start."""
        groups = {(vehicle.id, g.id): g for vehicle in case.vehicles for g in self.dates.groups(vehicle.id)}
        self.seats = {
            person.id: Seat(x.vehicle, groups[x.vehicle, x.group], x.suit)
            for person in case.people
            for x in [person.aboard_in]
            if x is not None
        }
        self.suits = {suit.id for suit in case.suits if suit.aboard}
        self.liners = {x.id: STOWED if x.stowed else x.in_ for x in case.liners if x.stowed or x.in_ in self.port}
        """Where each liner on the station is; None on the move."""
        self.moving: dict[str, tuple[int, str]] = {}
        self.rigged: set[tuple[str, str]] = set()
        self.parts: dict[str, list[Model]] = {}
        """Lists of the plan."""

    def made(self) -> Plan:
        """The plan, whether it is lawful or not."""
        for tick in self.dates.ticks:
            for vehicle in list(self.port):
                if self._wants_to_leave(vehicle, tick) and self._may_leave(vehicle, tick):
                    self._leave(vehicle, tick)
            ships = sorted(self.case.vehicles, key=lambda ship: not (ship.must_launch or ship.in_flight is not None))
            for vehicle in (ship.id for ship in ships):  # those that have to come go first
                if vehicle not in self.came and self._wanted(vehicle):
                    self._come(vehicle, tick)
            self._rig(tick)
            self._land_liners(tick)
            self._sit(tick)
        return Plan.model_validate({"case": self.case.id, **self.parts}).joined()

    def _add(self, **more: Model) -> None:
        """Put one more entry into a list of the plan."""
        for name, entry in more.items():
            self.parts.setdefault(name, []).append(entry)

    def _crew(self, vehicle: str) -> list[str]:
        return [person for person, seat in self.seats.items() if seat.vehicle == vehicle]

    # ------------------------------------------------------------------------------------------------ departures

    def _wants_to_leave(self, vehicle: str, tick: int) -> bool:
        dates, crew = self.dates, self._crew(vehicle)
        _, last, must = dates.leave(vehicle)
        deadlines = [last] if must else []
        deadlines += self.rules.closed_from(self.port[vehicle], tick)[:1]
        for person in crew:
            if (latest := self._bound(person, "latest_return")) is not None:
                deadlines.append(latest)
        later = range(tick + 1, min([*deadlines, dates.end - 1]) + 1)
        if deadlines and not any(self.rules.could_leave(vehicle, self.port[vehicle], len(crew), t) for t in later):
            return True
        if not crew:
            return must and not dates.groups(vehicle)
        due = [self._bound(person, "planned_return") for person in crew]
        known = [date for date in due if date is not None]
        return self.temper.returns and bool(known) and max(known) <= tick

    def _bound(self, person: str, bound: str) -> int | None:
        launch = self.aboard[person]
        return self.dates.stay_bound(self.dates.people[person], bound, None if launch == BEFORE else launch)

    def _may_leave(self, vehicle: str, tick: int) -> bool:
        dates, crew, kind = self.dates, self._crew(vehicle), self.dates.kind(vehicle)
        step = dates.life_step(vehicle, self.launch[vehicle], tick - 1)
        if crew and step is not None and not step.returns:
            return False
        asks = kind.suit is not None and kind.unsuited.nominal is None
        if asks and any(self.seats[person].suit is None for person in crew):
            return False
        if any((first := self._bound(person, "earliest_return")) is not None and tick < first for person in crew):
            return False
        left = [person for person in self.aboard if person not in crew]
        return (
            self.rules.could_leave(vehicle, self.port[vehicle], len(crew), tick)
            and self.rules.crewed(vehicle, {person: self.seats[person].group for person in crew}, tick - 1)
            and self.rules.spaced(vehicle, tick)
            and self.rules.ordered("departure", vehicle, tick)
            and self.rules.staffed(left, tick, fewest=True)
            and not any(self.rules.barred(claim, vehicle, crew, tick) for claim in self.rules.forbidden)
        )

    def _leave(self, vehicle: str, tick: int) -> None:
        for person in self._crew(vehicle):
            self.suits.discard(self.seats[person].suit or "")
            del self.seats[person], self.aboard[person]
        del self.port[vehicle]
        self.liners = {liner: place for liner, place in self.liners.items() if place != vehicle}
        self.rules.note("departure", vehicle, tick)
        self._add(departures=Departure(vehicle=vehicle, at=self.dates.instant(tick)))

    # -------------------------------------------------------------------------------------------------- arrivals

    def _wanted(self, vehicle: str) -> bool:
        ship = self.dates.vehicles[vehicle]
        planned = any(option.planned is not None for option in ship.launch)
        chosen = {"planned": planned, "empty": planned or bool(self._empty(vehicle)), "needed": False}
        asked = any(claim.launch.vehicle == vehicle for claim in self.rules.required if claim.launch is not None)
        return ship.in_flight is not None or ship.must_launch or asked or chosen[self.temper.launches]

    def _empty(self, vehicle: str) -> list[str]:
        """Options in which a ship can be launched with nobody in it, unless it is a ship without seats."""
        options = self.dates.vehicles[vehicle].launch if self.dates.groups(vehicle) else ()
        return [option.id for option in options if not option.brings.people]

    def _come(self, vehicle: str, tick: int) -> None:
        """Arrive by the first way that is lawful: in a planned option if it has one, as it is asked for if it is."""
        ship, taken = self.dates.vehicles[vehicle], self.port.values()
        asks = [x.launch for x in self.rules.required if x.launch is not None and x.launch.vehicle == vehicle]
        preferred = self._empty(vehicle) if self.temper.launches == "empty" else []
        preferred = preferred or [option.id for option in ship.launch if option.planned is not None]
        for coming in self.dates.comings[vehicle]:
            if coming.arrival != tick or coming.port in taken:
                continue
            option, launch = coming.option, coming.launch
            if option is not None and launch is not None:
                if any(x.option not in (None, option.id) or not self.dates.inside(x, launch) for x in asks):
                    continue
                if not asks and preferred and option.id not in preferred:
                    continue
                start = option.planned.from_ if option.planned is not None else None
                if start is not None and self.dates.instant(launch) < start:
                    continue
                if not all(person in self.ground for person in coming.brings.people):
                    continue
                if not self.rules.ordered("launch", vehicle, launch):
                    continue
            if (
                self.rules.closed_from(coming.port, tick)
                or not self.rules.spaced(vehicle, tick)
                or not self.rules.ordered("arrival", vehicle, tick)
                or not self.rules.staffed([*self.aboard, *coming.brings.people], tick, fewest=False)
                or any(self.rules.barred_launch(claim, vehicle, coming) for claim in self.rules.forbidden)
            ):
                continue
            self._dock(vehicle, coming)
            return

    def _dock(self, vehicle: str, coming: Coming) -> None:
        dates, brings, launch = self.dates, coming.brings, coming.launch
        self.came[vehicle], self.port[vehicle] = coming, coming.port
        if launch is not None:
            self.launch[vehicle] = launch
            self.rules.note("launch", vehicle, launch)
        self.rules.note("arrival", vehicle, coming.arrival)
        for person in brings.people:
            self.aboard[person] = BEFORE if launch is None else launch
            self.ground = [other for other in self.ground if other != person]
        self.suits |= set(brings.suits)
        for liner in self.case.liners:
            if liner.id in brings.liners or (liner.in_ == vehicle and coming.option is None):
                self.liners[liner.id] = vehicle if self._room(vehicle, liner) else STOWED
        entry = PlannedLaunch(
            vehicle=vehicle,
            option=coming.option.id if coming.option else None,
            launch=None if launch is None else dates.instant(launch),
            arrival=dates.instant(coming.arrival),
            port=coming.port,
        )
        self._add(launches=entry)

    # ----------------------------------------------------------------------------------------- riggings and liners

    def _rig(self, tick: int) -> None:
        """Rig what a statement requires."""
        for vehicle in self.port:
            for group in self.dates.groups(vehicle):
                asked = any(
                    (claim.rig.vehicle, claim.rig.group) == (vehicle, group.id)
                    for claim in self.rules.required
                    if claim.rig is not None
                )
                if asked and group.rigging is not None and (vehicle, group.id) not in self.rigged:
                    first = group.rigging.not_before
                    if (first is None or self.dates.up(first) <= tick) and self.rules.begun(group, tick):
                        self.rigged.add((vehicle, group.id))
                        at = self.dates.instant(tick)
                        self._add(riggings=RiggingDone(vehicle=vehicle, group=group.id, at=at))

    def _room(self, vehicle: str, liner: Liner) -> int:
        """How many more liners of a kind find room in a ship."""
        kinds = {x.id: x.kind for x in self.case.liners}
        bound = [x for x, place in self.liners.items() if place == vehicle]
        bound += [x for x, (_, place) in self.moving.items() if place == vehicle]
        places = sum(len(group.seats) for group in self._usable(vehicle) if group.needs_liner == liner.kind)
        return places - sum(kinds[x] == liner.kind for x in bound)

    def _usable(self, vehicle: str) -> list[SeatGroup]:
        tick = self.came[vehicle].arrival if vehicle in self.came else 0
        return [
            group
            for group in self.dates.groups(vehicle)
            if self.rules.begun(group, tick) and (group.rigging is None or (vehicle, group.id) in self.rigged)
        ]

    def _land_liners(self, tick: int) -> None:
        for liner, (end, place) in list(self.moving.items()):
            if end <= tick:
                self.liners[liner] = place
                del self.moving[liner]

    def _fetch(self, person: str, vehicle: str, group: SeatGroup, tick: int) -> bool:
        """Whether the person's liner is in the ship, after beginning to move it there if it is not."""
        for liner in self.case.liners:
            if (liner.owner, liner.kind) != (person, group.needs_liner) or liner.id not in self.liners:
                continue
            place = self.liners[liner.id]
            if place == vehicle:
                return True
            end = self.rules.move_ends(liner, tick)
            if place is None or liner.id in self.moving or end is None or self._room(vehicle, liner) <= 0:
                continue
            self.rules.note_move(liner, tick)
            at = self.dates.instant(tick)
            self._add(liner_moves=LinerMoved(liner=liner.id, to=vehicle, begin=at))
            self.liners[liner.id] = vehicle if end == tick else None
            if end > tick:
                self.moving[liner.id] = (end, vehicle)
            return end == tick
        return False

    # ----------------------------------------------------------------------------------------------------- seats

    def _sit(self, tick: int) -> None:
        before, self.seats = self.seats, {}
        for person, seat in before.items():
            if not (self.temper.flees and self._condemned(seat.vehicle, tick)):
                self._take(person, seat.vehicle, seat.group, tick, seat.suit)
        for person in sorted(self.aboard, key=lambda name: not self.dates.people[name].qualified):
            if person not in self.seats:
                self._find(person, before.get(person), tick)
        for vehicle in list(self.port):
            crew = {person: self.seats[person].group for person in self._crew(vehicle)}
            if not self.rules.crewed(vehicle, crew, tick):
                for person in crew:
                    del self.seats[person]
        for person, seat in self.seats.items():
            begin, end = self.dates.instant(tick), self.dates.instant(tick + 1)
            where = {"vehicle": seat.vehicle, "group": seat.group.id, "suit": seat.suit}
            self._add(holds=Hold.model_validate({"person": person, **where, "from": begin, "to": end}))

    def _condemned(self, vehicle: str, tick: int) -> bool:
        return self.dates.passage(vehicle, "nominal", tick).most == 0

    def _find(self, person: str, old: Seat | None, tick: int) -> None:
        """The best free seat: in the ship that one came in, in one that may return, at the least loss."""
        ranked = []
        for number, (vehicle, group) in enumerate((v, g) for v in self.port for g in self._usable(v)):
            crew = {other: self.seats[other].group for other in self._crew(vehicle)}
            if len(crew) >= self.dates.passage(vehicle, "emergency", tick).most:
                continue
            crewed = self.rules.crewed(vehicle, {**crew, person: group}, tick)
            if not crewed and not self.rules.able(vehicle, person, tick):  # else the rest of a crew may yet come
                continue
            came = vehicle in self.came and person in self.came[vehicle].brings.people
            loss = self.dates.loss(vehicle, "emergency", len(crew) + 1, tick) + mean(group.added_loss)
            condemned = self.temper.flees and self._condemned(vehicle, tick)
            ranked.append((not came, condemned, loss, number, vehicle, group))
        for *_, vehicle, group in sorted(ranked, key=lambda entry: entry[:4]):
            if self._take(person, vehicle, group, tick, old.suit if old else None):
                return

    def _take(self, person: str, vehicle: str, group: SeatGroup, tick: int, suit: str | None) -> bool:
        """Hold a seat of the group if one is free and lawful for the person, crewing aside."""
        dates, kind = self.dates, self.dates.kind(vehicle)
        if person not in self.aboard or vehicle not in self.port or not self.rules.begun(group, tick):
            return False
        crew = self._crew(vehicle)
        step = dates.life_step(vehicle, self.launch[vehicle], tick)
        coming = self.came.get(vehicle)
        early = coming is not None and tick < coming.arrival + coming.handover
        if (
            sum(self.seats[other].group.id == group.id for other in crew) >= len(group.seats)
            or len(crew) >= dates.passage(vehicle, "emergency", tick).most
            or not dates.fits(person, group.body)
            or (step is not None and not step.holds)
            or (early and coming is not None and person not in coming.brings.people)
            or any(self._forbids_hold(claim, person, vehicle, group, tick) for claim in self.rules.forbidden)
        ):
            return False
        worn = {seat.suit for seat in self.seats.values()}
        fitting = [
            x.id
            for x in self.case.suits
            if group.hookups and x.type == kind.suit and person in x.fits and x.id in self.suits and x.id not in worn
        ]
        if kind.suit is not None and not fitting and kind.unsuited.emergency is None:
            return False
        if group.needs_liner is not None and not self._fetch(person, vehicle, group, tick):
            return False
        self.seats[person] = Seat(vehicle, group, suit if suit in fitting else next(iter(fitting), None))
        return True

    def _forbids_hold(self, claim: Claim, person: str, vehicle: str, group: SeatGroup, tick: int) -> bool:
        said = claim.hold
        return (
            said is not None
            and said.vehicle == vehicle
            and said.group in (None, group.id)
            and named(said.people, person)
            and self.dates.inside(said, tick)
        )


def named(people: People, person: str) -> bool:
    """Whether a statement names a person."""
    return people == "all" or person in people
