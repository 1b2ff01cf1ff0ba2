"""A plan is let happen, tick by tick, in the order of events that the design lays down."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from ...models.fleet import Brings
from .facts import Facts
from .log import Log
from .script import Carrying, Coming, Script, Seat
from .story import GONE, GROUND, MOVING, STOWED, Arrived, Carried, Departed, Moment, Relocated, Story


def replay(facts: Facts, script: Script, log: Log, without: str | None = None) -> Story:
    """Let a plan happen. What cannot happen is reported and left out.

    Parameters
    ----------
    without
        A ship that never comes, while all else stays as planned.
    """
    stage = _Stage(facts, script, log, without)
    story = stage.story
    asked: dict[str, Seat] | None = None
    for tick in range(facts.clock.ticks):
        happens = stage.events(tick)
        if happens or script.seats[tick] is not asked:
            asked = script.seats[tick]
            story.moments.append(stage.moment(asked))
        else:
            story.moments.append(story.moments[-1])
    return story


class _Stage:
    """The state as it changes."""

    def __init__(self, facts: Facts, script: Script, log: Log, without: str | None) -> None:
        self.facts, self.script, self.log = facts, script, log
        self.story = Story(facts)
        case = facts.case
        self.coming = [coming for ship, coming in script.coming.items() if ship != without]
        self.docked = {ship.id: ship.docked_at for ship in case.vehicles if ship.docked_at is not None}
        self.where: dict[str, Literal["ground", "flying", "aboard", "home"]] = {
            person.id: "aboard" if person.aboard or person.aboard_in is not None else "ground" for person in case.people
        }
        self.liners = {liner.id: STOWED if liner.stowed else liner.in_ or GROUND for liner in case.liners}
        self.suits = {suit.id: suit.aboard for suit in case.suits}
        self.suits_on_ground = {suit.id for suit in case.suits if not suit.aboard}
        self.rigged: set[tuple[str, str]] = set()
        self.under_way: dict[str, tuple[int, str]] = {}  # liners on the move: when and where they will be
        self.freight: dict[str, Brings] = {}  # in ships on their way
        for ship in case.vehicles:
            if ship.in_flight is not None:
                self._load(ship.id, ship.in_flight.brings)
        self.story.moments.append(
            self.moment(
                {
                    person.id: Seat(person.aboard_in.vehicle, person.aboard_in.group, person.aboard_in.suit)
                    for person in case.people
                    if person.aboard_in is not None
                }
            )
        )

    def moment(self, asked: dict[str, Seat]) -> Moment:
        """The state as it is now, with the seats asked for that can be held at all."""
        aboard = tuple(person for person, where in self.where.items() if where == "aboard")
        seats = {name: asked[name] for name in aboard if name in asked and asked[name].ship in self.docked}
        holders: dict[str, tuple[str, ...]] = {}
        for name, seat in seats.items():
            holders[seat.ship] = (*holders.get(seat.ship, ()), name)
        suits = frozenset(suit for suit, is_aboard in self.suits.items() if is_aboard)
        return Moment(dict(self.docked), aboard, seats, holders, dict(self.liners), suits, frozenset(self.rigged))

    def events(self, tick: int) -> bool:
        """Everything that happens at the start of a tick; whether anything does."""
        before = self.story.moments[-1]
        launches = [coming for coming in self.coming if coming.launch == tick]
        arrivals = [coming for coming in self.coming if coming.arrival == tick]
        departures = self.script.departures.get(tick, [])
        relocations = self.script.relocations.get(tick, [])
        riggings = self.script.riggings.get(tick, [])
        moves = self.script.liner_moves.get(tick, [])
        for coming in launches:
            self._launch(coming, tick)
        for ship in departures:
            self._depart(ship, tick, before)
        self._relocate(relocations, tick, before)
        for coming in arrivals:
            self._arrive(coming, tick)
        for ship, group in riggings:
            self._rig(ship, group, tick)
        is_moving = bool(self.under_way)
        self._liners_come(tick)
        for number, move in enumerate(moves):
            is_second = any(other.liner == move.liner for other in moves[:number])
            self._move_liner(move, before, is_second)
        return is_moving or any((launches, departures, relocations, arrivals, riggings, moves))

    def _load(self, ship: str, brings: Brings) -> None:
        """People and freight on the ground go into a ship; what is not on the ground stays where it is."""
        people = tuple(name for name in brings.people if self.where[name] == "ground")
        suits = tuple(name for name in brings.suits if name in self.suits_on_ground)
        liners = tuple(name for name in brings.liners if self.liners[name] in (GROUND, ship))
        self.freight[ship] = Brings(people=people, suits=suits, liners=liners)
        self.where.update(dict.fromkeys(people, "flying"))
        self.suits_on_ground.difference_update(suits)
        self.liners.update(dict.fromkeys(liners, ship))

    def _launch(self, coming: Coming, tick: int) -> None:
        if coming.option is None:
            return
        for name in coming.option.brings.people:
            if self.where[name] != "ground":
                where = {"flying": "on the way", "aboard": "aboard", "home": "home again"}[self.where[name]]
                message = (
                    f"{self.facts.person(name)} is to be launched in {self.facts.ship(coming.ship)}, but is {where}"
                )
                self.log.at(tick, "launch.people-on-ground", [coming.ship, coming.option.id, name], message)
        self._load(coming.ship, coming.option.brings)
        self.story.launched.update(dict.fromkeys(self.freight[coming.ship].people, tick))

    def _depart(self, ship: str, tick: int, before: Moment) -> None:
        if not self._is_docked(ship, tick, "leaves"):
            return
        people = before.holders.get(ship, ())
        self.story.departures[ship] = Departed(ship, tick, self.docked.pop(ship), people)
        for name in people:
            self.where[name] = "home"
            self.story.returned[name] = tick
            suit = before.seats[name].suit
            if suit is not None:
                self.suits[suit] = False  # worn home
        for liner, place in self.liners.items():
            if place == ship:
                self.liners[liner] = GONE
        self.rigged = {pair for pair in self.rigged if pair[0] != ship}

    def _relocate(self, moves: list[tuple[str, str]], tick: int, before: Moment) -> None:
        """One after another, each to a port free at its turn: whichever can go first does."""
        waiting: dict[str, str] = {}
        for ship, port in moves:
            if not self._is_docked(ship, tick, "moves to another port") or ship in waiting:
                continue
            if self.docked[ship] == port:
                message = f"{self.facts.ship(ship)} moves to {self.facts.port(port)}, where it stands"
                self.log.at(tick, "relocation.port", [ship, port], message)
            else:
                waiting[ship] = port
        while waiting:
            free = [ship for ship, port in waiting.items() if port not in self.docked.values()]
            ship = free[0] if free else next(iter(waiting))
            port = waiting.pop(ship)
            if not free:
                message = f"{self.facts.ship(ship)} moves to {self.facts.port(port)}, which is not free then"
                self.log.at(tick, "ports.one-ship", [ship, port], message)
            people = before.holders.get(ship, ())
            self.story.relocations.append(Relocated(ship, tick, self.docked[ship], port, people))
            self.docked[ship] = port

    def _arrive(self, coming: Coming, tick: int) -> None:
        ship = coming.ship
        self.docked[ship] = coming.port
        brought = self.freight[ship]
        for name in brought.people:
            self.where[name] = "aboard"
            self.story.came_in[name] = ship
        self.suits.update(dict.fromkeys(brought.suits, True))
        room: dict[str, int] = {}
        for name in brought.liners:
            kind = self.facts.liners[name].kind
            room.setdefault(kind, self.story.liner_seats(ship, kind, tick, frozenset(self.rigged)))
            room[kind] -= 1
            self.liners[name] = ship if room[kind] >= 0 else STOWED
        self.story.arrivals[ship] = Arrived(coming, brought.people)

    def _rig(self, ship: str, group: str, tick: int) -> None:
        if not self._is_docked(ship, tick, f"has {group} rigged"):
            return
        rigging = self.facts.groups[ship][group].rigging
        title = self.facts.group(ship, group)
        if rigging is None:
            self.log.at(tick, "seats.rigging", [ship, group], f"{title} is rigged, but needs no rigging")
            return
        if rigging.not_before is not None and tick < self.facts.clock.ceil(rigging.not_before):
            date = self.facts.clock.write(rigging.not_before)
            self.log.at(tick, "seats.rigging", [ship, group], f"{title} is rigged, but cannot be before {date}")
        since = self.facts.groups[ship][group].from_
        if since is not None and not self.facts.exists(ship, group, tick):
            date = self.facts.clock.write(since)
            self.log.at(tick, "seats.rigging", [ship, group], f"{title} is rigged, but comes to be on {date} only")
        self.rigged.add((ship, group))
        self.story.riggings.append((ship, group, tick))

    def _liners_come(self, tick: int) -> None:
        """Liners on the move reach their new place, which has to be there all the while."""
        for liner, (end, place) in list(self.under_way.items()):
            if place != STOWED and place not in self.docked:
                message = f"{self.facts.liners[liner].title} is moved into {self.facts.ship(place)}, which is gone"
                self.log.at(tick, "liners.place", [liner, place], message)
                place = STOWED  # wherever it is, it is in nobody's seat
                self.under_way[liner] = (end, place)
            if tick == end:
                del self.under_way[liner]
                self.liners[liner] = place

    def _move_liner(self, move: Carrying, before: Moment, is_second: bool) -> None:
        facts, tick, liner = self.facts, move.begin, self.facts.liners[move.liner]
        place, to = before.liners[liner.id], move.to or STOWED
        how = facts.liner_kinds[liner.kind].move
        into = "into the station" if move.to is None else f"into {facts.ship(move.to)}"
        what = f"{liner.title} is moved {into}"
        entities = [liner.id, *([] if move.to is None else [move.to])]
        if is_second or place == MOVING:
            self.log.at(tick, "liners.busy", entities, f"{what} before its last move has ended")
            return
        if how is None:
            kind = facts.liner_kinds[liner.kind].title
            self.log.at(tick, "liners.movable", entities, f"{what}, but liners of kind {kind} cannot be moved")
            return
        length = how.takes // facts.clock.resolution
        problem = None
        if place in (GROUND, GONE) or (place != STOWED and place not in before.docked):
            problem = "but was not there in the tick before"
        elif place != STOWED and (place not in self.docked or self.liners[liner.id] != place):
            problem = f"but {facts.ship(place)}, where it lay, is gone"
        elif to == place:
            problem = "where it is already"
        elif to != STOWED and to not in self.docked:
            problem = "which is not docked"
        elif tick + length >= facts.clock.ticks:
            problem = "but will not be there before the end"
        if problem is not None:
            self.log.at(tick, "liners.place", entities, f"{what}, {problem}")
            return
        rest = (how.takes - length * facts.clock.resolution) / timedelta(days=1)
        self.story.carried.append(Carried(liner.id, tick, tick + length, rest))
        self.liners[liner.id] = MOVING if length else to
        if length:
            self.under_way[liner.id] = (tick + length, to)

    def _is_docked(self, ship: str, tick: int, does: str) -> bool:
        if ship not in self.docked:
            self.log.at(tick, "plan.not-docked", [ship], f"{self.facts.ship(ship)} {does}, but is not docked")
        return ship in self.docked
