"""The people's part of the Lagrangian bound: each takes the cheapest way through the ticks, whoever else does what.

A person is on the ground, aboard in a seat or without one, or home; what a seat and a return cost are prices, and
nobody asks whether the seat is free or who flies the ship. Whoever is launched in a ship not yet dated may have a plan
that counts from that launch: such launches are taken in groups, with what each of a group is charged at least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..models.base import mean
from ..models.crew import Person
from ..models.fleet import LaunchOption
from ..models.statements import Measure
from .facts import Coming, Facts, Ship
from .graded import BARRED, IMPROVISED, UNASSURED
from .lagrange_ships import Flags, Fleet, Ints, Prices, events, least_step, rates, usable

FORBIDDEN = 2**57
"""Stands for what is not allowed. A way that does it all the same counts as so dear, which is a bound as well."""


FRESH = 0.03
"""What one evaluation counts among the last ones."""


@dataclass(slots=True)
class _Way:
    """Those who are charged alike from a start aboard, or from one group of launches, on."""

    owner: int
    """Which of the people who are alike."""
    seat: int | None
    """Kind of the seat held before the start; the number of kinds for none; None for somebody on the ground."""
    comings: Sequence[tuple[int, int]]
    """Arrivals as `Fleet.comings` counts them, with what each costs."""
    earliest: int
    latest: int
    late_from: int
    """First tick in which being aboard is surely off plan."""
    early_until: int
    """First tick in which being at home is not surely off plan."""


class Travellers:
    """People, those who are charged alike as one, with their ways through the ticks."""

    def __init__(self, facts: Facts, amounts: Mapping[Measure, float], fleet: Fleet, cells: int) -> None:
        self.facts, self.fleet, self.amounts = facts, fleet, amounts
        self.horizon, self.kinds = facts.horizon, len(facts.kinds)
        self._number = {id(coming): number for number, (_, coming) in enumerate(fleet.comings)}
        self._charges()
        alike: dict[object, list[Person]] = {}
        self.left_out = 0
        """People who are not counted at all."""
        for person in facts.case.people:
            if (person.aboard or person.aboard_in is not None) and facts.flights[person.id]:
                self.left_out += 1  # what a second flight would be charged is nobody's business here
            else:
                alike.setdefault(self._signature(person), []).append(person)
        self.owner_of = {person.id: owner for owner, members in enumerate(alike.values()) for person in members}
        self.seen = np.zeros((len(alike), self.kinds + 1))
        """In how large a part of the last evaluations each of those who are alike held a seat kind, or none."""
        self.weights = np.array([len(members) for members in alike.values()], dtype=np.int64)
        self.stays_down = np.full(len(alike), FORBIDDEN, dtype=np.int64)
        """What it costs never to be launched."""
        for members in alike.values():
            for _, coming in facts.flights[members[0].id]:
                fleet.people[self._number[id(coming)]] += len(members)
        most = max(1, cells // max(1, self.horizon * (self.kinds + 1) * len(alike)))
        self.grouped = False
        """Whether launches were taken in groups for want of cells."""
        firsts = [members[0] for members in alike.values()]
        self.ways = [way for owner, person in enumerate(firsts) for way in self._ways(owner, person, most)]
        self.cells = len(self.ways) * (self.kinds + 1) * self.horizon
        self._arrays(firsts)

    # ---------------------------------------------------------------- charges

    def _charges(self) -> None:
        """What seats cost whoever is in them, by kind and tick, whatever the prices."""
        facts, time, kinds, ticks = self.facts, self.facts.time, self.kinds, self.horizon
        graded = self.amounts.get("graded_days", 0.0)
        grade = np.array([rates(time, graded * mark) for mark in range(UNASSURED + 1)])
        self.enter = events(time, self.amounts.get("reseats", 0.0))
        self.seat_held = np.zeros((kinds, ticks), dtype=np.int64)
        self.seat_home = np.zeros((kinds, ticks + 1), dtype=np.int64)
        self.bare_held = np.zeros((kinds, ticks), dtype=np.int64)
        """What is added for those who are surely unsuited."""
        self.bare_home = np.zeros((kinds, ticks + 1), dtype=np.int64)
        for ship in facts.ships:
            added, before = least_step(facts, ship)
            step_home = np.array([time.event(x, t) for t, x in enumerate(before)], dtype=np.int64)
            step_held = np.array([time.held(x, t, t + 1) for t, x in enumerate(added)], dtype=np.int64)
            if ship.launched is None:  # what is least may round to more than what is not
                step_held = np.maximum(step_held - 1, 0)
            always = np.array([self._barred(ship, t) for t in range(ticks)], dtype=bool)
            bare = ship.type.unsuited if ship.type.suit is not None else None
            for s in ship.kinds:
                group = facts.kinds[s].group
                own = events(time, mean(group.added_loss))
                self.seat_home[s] = own + step_home
                marks = np.where(always, BARRED, IMPROVISED if group.contingency else 0)
                self.seat_held[s] = own[:-1] - own[1:] + step_held + grade[marks, np.arange(ticks)]
                if bare is not None and bare.emergency is not None:
                    lost = events(time, mean(bare.emergency))
                    self.bare_held[s] = lost[:-1] - lost[1:]
                if bare is not None and bare.nominal is not None:
                    self.bare_home[s] = events(time, mean(bare.nominal))
                self.bare_held[s] += np.where(marks == 0, grade[IMPROVISED], 0)
                seats = self.fleet.ships[ship.index]
                self.seat_held[s] += np.where(seats.there & seats.held, 0, FORBIDDEN)
                if facts.holds("seats.exists"):
                    self.seat_held[s, : facts.kinds[s].begins] = FORBIDDEN
                self.seat_home[s] += np.where(seats.crewed, 0, FORBIDDEN)
        bare_loss = events(time, mean(facts.case.loss_unassured))
        self.unassured = bare_loss[:-1] - bare_loss[1:] + grade[UNASSURED]
        self.unassured += rates(time, self.amounts.get("unassured_days", 0.0))
        self.off_plan = rates(time, self.amounts.get("off_plan_days", 0.0))
        self.stranded = time.event(mean(facts.case.loss_stranded), ticks)

    def _barred(self, ship: Ship, tick: int) -> bool:
        if not self.amounts.get("graded_days"):
            return False
        return self.facts.step(ship, tick) is not None or self.facts.passage(ship, "nominal", tick).most == 0

    # ----------------------------------------------------------------- people

    def _signature(self, person: Person) -> object:
        facts, planned = self.facts, self.facts.planned.get(person.id)
        return (
            person.aboard,
            None if person.aboard_in is None else (person.aboard_in.vehicle, person.aboard_in.group),
            tuple(facts.stay(person, bound) for bound in ("planned_return", "earliest_return", "latest_return")),
            tuple(self._number[id(coming)] for _, coming in facts.flights[person.id]),
            tuple(facts.hazards(person)),
            None if planned is None else (planned[0].index, planned[1].id),
            usable(self.facts, person),
            tuple(facts.counted(rule, person) for rule in facts.staffing),
        )

    def _ways(self, owner: int, person: Person, most: int) -> list[_Way]:
        """The ways of a person: one from aboard, or one from each group of launches."""
        facts = self.facts
        later, window = self._never(person)
        if person.aboard or person.aboard_in is not None:
            seat = self.kinds
            if person.aboard_in is not None:
                ship = facts.ships[facts.ship_index[person.aboard_in.vehicle]]
                seat = next(s for s in ship.kinds if facts.kinds[s].group.id == person.aboard_in.group)
            return [self._way(owner, person, seat, [])]
        if not any(coming.option is None for _, coming in facts.flights[person.id]) or not facts.holds(
            "launch.in-flight"
        ):
            self.stays_down[owner] = later + (0 if window is None else self._missed(window[1]))
        flights: list[tuple[int, int, Coming]] = []
        for _, coming in facts.flights[person.id]:
            cost = 0
            if coming.option is not None and coming.launch is not None:
                cost = facts.time.event(mean(coming.option.ascent_loss), coming.launch)
            if window is not None and not (coming.launch is not None and window[0] <= coming.launch < window[1]):
                cost += self._missed(window[1])
            flights.append((self._number[id(coming)], cost, coming))
        told = any(facts.stay(person, bound)[1] is not None for bound in ("planned_return", "earliest_return"))
        told = told or facts.stay(person, "latest_return")[1] is not None
        flights.sort(key=lambda flight: (flight[2].launch is None, flight[2].launch or 0))
        groups = min(len(flights), most if told else 1)
        self.grouped |= told and groups < len(flights)
        parts = [flights[len(flights) * k // groups : len(flights) * (k + 1) // groups] for k in range(groups)]
        return [self._way(owner, person, None, part) for part in parts if part]

    def _never(self, person: Person) -> tuple[int, tuple[int, int] | None]:
        """What is charged for flying after the horizon, and the window outside which a launch is displaced."""
        facts, time = self.facts, self.facts.time
        planned: tuple[Ship, LaunchOption] | None = facts.planned.get(person.id)
        if planned is None:
            return 0, None
        ship, option = planned
        nominal = facts.loss(facts.passage(ship, "nominal", facts.horizon - 1), len(option.brings.people))
        later = time.flat(mean(option.ascent_loss)) + time.flat(nominal)
        if option.planned is None:
            return later, None
        begin = 0 if option.planned.from_ is None else time.ceil(option.planned.from_)
        end = facts.horizon + 1 if option.planned.to is None else time.ceil(option.planned.to)
        return later, (begin, end) if end <= facts.horizon else None

    def _missed(self, end: int) -> int:
        return self.facts.time.event(self.amounts.get("displaced", 0.0), max(0, end))

    def _way(self, owner: int, person: Person, seat: int | None, flights: list[tuple[int, int, Coming]]) -> _Way:
        facts, ticks = self.facts, self.horizon
        launches = [coming.launch for _, _, coming in flights if coming.launch is not None]
        undated = len(launches) < len(flights) or not flights

        def bound(name: str, low: int, high: int) -> tuple[int, int]:
            """Where a bound lies at least and at most; `low` and `high` where it says nothing."""
            date, length = facts.stay(person, name)
            if date is not None:
                return date, date
            if length is None or undated:
                return low, high
            return min(launches) + length, max(launches) + length

        first, last = bound("planned_return", 0, ticks)
        return _Way(
            owner,
            seat,
            [(number, cost) for number, cost, _ in flights],
            earliest=bound("earliest_return", 0, ticks)[0],
            latest=bound("latest_return", 0, ticks)[1],
            late_from=min(ticks, max(0, last)),
            early_until=min(ticks, max(0, first)),
        )

    # ----------------------------------------------------------------- arrays

    def _arrays(self, firsts: Sequence[Person]) -> None:
        ticks, kinds, ways = self.horizon, self.kinds, self.ways
        tick = np.arange(ticks)
        seats = [usable(self.facts, person) for person in firsts]
        owners = np.array([way.owner for way in ways], dtype=np.int64)
        self.owners = owners
        ok = np.array([seat[0] for seat in seats], dtype=bool).reshape(len(firsts), kinds)[owners]
        back = np.array([seat[1] for seat in seats], dtype=bool).reshape(len(firsts), kinds)[owners]
        bare = np.array([seat[2] for seat in seats], dtype=bool).reshape(len(firsts), kinds)[owners]
        self.closed = np.concatenate([np.where(ok, 0, FORBIDDEN), np.zeros((len(ways), 1), dtype=np.int64)], axis=1)
        self.no_return = None if back.all() else np.where(back, 0, FORBIDDEN)
        priced = bool(self.bare_held.any() or self.bare_home.any())
        self.bare = bare.astype(np.int64) if priced and bare.any() else None
        hazard = np.zeros((len(firsts), ticks), dtype=np.int64)
        for owner, person in enumerate(firsts):
            for rate, begin, end in self.facts.hazards(person):
                hazard[owner, begin:end] += rates(self.facts.time, rate)[begin:end]
        late = np.array([way.late_from for way in ways], dtype=np.int64)[:, None]
        early = np.array([way.early_until for way in ways], dtype=np.int64)[:, None]
        self.aboard = hazard[owners] + np.where(tick >= late, self.off_plan, 0)
        """What being aboard costs beside the seat, by way and tick."""
        self.aboard += rates(self.facts.time, self.amounts.get("crew_days", 0.0))
        away = np.where(tick < early, self.off_plan, 0)
        self.tail = np.zeros((len(ways), ticks + 1), dtype=np.int64)
        """What being at home from a tick on costs."""
        self.tail[:, :-1] = np.cumsum(away[:, ::-1], axis=1)[:, ::-1]
        earliest = np.array([way.earliest for way in ways], dtype=np.int64)[:, None]
        self.tail[:, :-1] += np.where(tick < earliest, FORBIDDEN, 0)
        self.ends: dict[int, list[int]] = {}
        self.arrivals: dict[int, list[tuple[Ints, Ints, Ints, Flags]]] = {}
        """By tick: ways (each once), what arriving costs, which arrival it is, which seats are then free of charge."""
        own = np.zeros((len(self.facts.ships), kinds + 1), dtype=bool)
        for s, kind in enumerate(self.facts.kinds):
            own[kind.ship, s] = True
        batches: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        for row, way in enumerate(ways):
            if way.latest < ticks:
                self.ends.setdefault(max(0, way.latest), []).append(row)
            seen: dict[int, int] = {}
            for number, cost in way.comings:
                arrival = self.fleet.comings[number][1].arrival
                turn = seen[arrival] = seen.get(arrival, -1) + 1
                batches.setdefault((arrival, turn), []).append((row, cost, number))
        for (arrival, _), batch in sorted(batches.items()):
            rows, costs, numbers = (np.array(part, dtype=np.int64) for part in zip(*batch, strict=True))
            ships = np.array([self.fleet.comings[number][0] for number in numbers], dtype=np.int64)
            self.arrivals.setdefault(arrival, []).append((rows, costs, numbers, own[ships]))
        self.counted = np.zeros((len(self.facts.staffing), len(firsts), ticks), dtype=bool)
        for number, rule in enumerate(self.facts.staffing):
            for owner, person in enumerate(firsts):
                self.counted[number, owner, slice(*self.facts.counted(rule, person))] = True

    # ------------------------------------------------------------------ value

    def value(self, prices: Prices) -> tuple[int, Ints, Ints, Ints, Ints]:
        """What people cost at the prices, and what they use: seats held, seats home, flights, and who is aboard."""
        kinds, ticks, count = self.kinds, self.horizon, len(self.ways)
        row = np.arange(count)
        aboard = self.aboard
        if prices.staff.any():
            earned = np.einsum("rt,rwt->wt", prices.staff, self.counted.astype(np.int64))
            aboard = aboard - earned[self.owners]
        so_far = np.zeros((count, ticks + 1), dtype=np.int64)
        np.cumsum(aboard, axis=1, out=so_far[:, 1:])
        tail = self.tail + so_far
        held = np.concatenate([prices.hold + self.seat_held, self.unassured[None, :]]).T.copy()
        home = (prices.home + self.seat_home).T.copy()
        now = np.full((count, kinds + 1), FORBIDDEN, dtype=np.int64)
        for number, way in enumerate(self.ways):
            if way.seat is not None:
                now[number, way.seat] = 0
        best = np.full(count, 2 * FORBIDDEN, dtype=np.int64)
        left, seat = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
        moved = np.zeros((ticks, count, kinds + 1), dtype=bool)
        origin = np.zeros((ticks, count), dtype=np.int64)
        came: dict[int, list[tuple[Ints, Ints, Flags]]] = {}
        reached = np.empty_like(now)
        for t in range(ticks):
            if kinds:
                _returning(now, home[t], self._extra_home(t), tail[:, t], t, best, left, seat)
            hub = now.argmin(axis=1)
            least = now[row, hub]
            origin[t] = hub
            np.add(self.closed, (least + self.enter[t])[:, None], out=reached)
            reached[:, kinds] = least
            np.less(reached, now, out=moved[t])
            np.minimum(now, reached, out=now)
            for rows, costs, numbers, own in self.arrivals.get(t, ()):
                start = costs + prices.flight[numbers] - so_far[rows, t]
                taking = np.where(own, 0, self.enter[t])
                taking[:, kinds] = 0
                arriving = self.closed[rows] + taking + start[:, None]
                better = arriving < now[rows]
                now[rows] = np.where(better, arriving, now[rows])
                came.setdefault(t, []).append((rows, numbers, better))
            for gone in self.ends.get(t, ()):
                now[gone] = FORBIDDEN
            now += held[t]
            if self.bare is not None:
                now[:, :kinds] += self.bare * self.bare_held[:, t]
        at_end = np.full((count, kinds + 1), self.stranded, dtype=np.int64)
        lawful = np.broadcast_to(home[ticks], (count, kinds)) + self._extra_home(ticks)
        returns = np.concatenate([lawful <= self.stranded, np.zeros((count, 1), dtype=bool)], axis=1)
        at_end[:, :kinds] = np.minimum(lawful, self.stranded)
        total = now + at_end
        last = total.argmin(axis=1)
        cost = total[row, last] + so_far[:, ticks]
        stays = cost < best
        best = np.where(stays, cost, best)
        left[stays], seat[stays] = ticks, last[stays]
        return self._used(best, left, seat, returns, moved, origin, came)

    def _extra_home(self, t: int) -> Ints | int:
        extra: Ints | int = 0
        if self.no_return is not None:
            extra = extra + self.no_return
        if self.bare is not None:
            extra = extra + self.bare * self.bare_home[:, t]
        return extra

    def _used(
        self,
        best: Ints,
        left: Ints,
        seat: Ints,
        returns: Flags,
        moved: Flags,
        origin: Ints,
        came: Mapping[int, list[tuple[Ints, Ints, Flags]]],
    ) -> tuple[int, Ints, Ints, Ints, Ints]:
        """The sum over all people, each on the cheapest of their ways, and what those use."""
        kinds, ticks = self.kinds, self.horizon
        cheapest = self.stays_down.copy()
        np.minimum.at(cheapest, self.owners, best)
        total = sum(w * c for w, c in zip(self.weights.tolist(), cheapest.tolist(), strict=True))
        hold, home = np.zeros((kinds + 1, ticks), dtype=np.int64), np.zeros((kinds + 1, ticks + 1), dtype=np.int64)
        flown = np.zeros(len(self.fleet.comings), dtype=np.int64)
        staffed = np.zeros((len(self.facts.staffing), ticks), dtype=np.int64)
        owners, first = np.unique(
            self.owners[chosen := np.flatnonzero(best <= cheapest[self.owners])], return_index=True
        )
        chosen = chosen[first]
        chosen = chosen[(best[chosen] < self.stays_down[owners]) & (left[chosen] >= 0)]
        where, until, weight = seat.copy(), left, self.weights[self.owners]
        ending = chosen[(until[chosen] < ticks) | returns[chosen, where[chosen]]]
        np.add.at(home, (where[ending], until[ending]), weight[ending])
        aboard = np.zeros(len(best), dtype=bool)
        self.seen *= 1 - FRESH
        visited = np.zeros(self.seen.shape, dtype=bool)
        starts: dict[int, list[int]] = {}
        for way in chosen.tolist():
            starts.setdefault(int(until[way]) - 1, []).append(way)
        for t in range(ticks - 1, -1, -1):
            aboard[starts.get(t, [])] = True
            here = np.flatnonzero(aboard)
            np.add.at(hold[:, t], where[here], weight[here])
            visited[self.owners[here], where[here]] = True
            for rule in range(len(staffed)):
                staffed[rule, t] = int(weight[here] @ self.counted[rule, self.owners[here], t])
            for rows, numbers, better in reversed(came.get(t, [])):
                arrived = aboard[rows] & better[np.arange(len(rows)), where[rows]]
                np.add.at(flown, numbers[arrived], weight[rows[arrived]])
                aboard[rows[arrived]] = False
            here = np.flatnonzero(aboard)
            where[here] = np.where(moved[t, here, where[here]], origin[t, here], where[here])
        self.seen += FRESH * visited
        return total, hold[:kinds], home[:kinds], flown, staffed


def _returning(
    now: Ints, home: Ints, extra: Ints | int, tail: Ints, t: int, best: Ints, left: Ints, seat: Ints
) -> None:
    """Go home at t from the seat held in the tick before, where that is the cheapest so far."""
    options = now[:, :-1] + home + extra
    via = options.argmin(axis=1)
    cost = options[np.arange(len(via)), via] + tail
    better = cost < best
    best[better], left[better], seat[better] = cost[better], t, via[better]
