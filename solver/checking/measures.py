"""The measures of a plan, each as it is and as an expectation, and the levels of the objective made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...models.objective import Level
from ...models.plan import Plan
from ...models.statements import Measure, ReturnClaim, Statement
from .changes import changed_events, changed_seats
from .clock import Clock
from .crew import counts
from .facts import Facts
from .ledger import Ledger, concerns, planned_for
from .script import Seat
from .story import Story

MICROMORTS = 1e6
"""In one lost life."""
NO_SEAT, BARRED, CONTINGENCY = 10, 3, 1
"""Weights of person-days in `graded_days`."""


@dataclass
class Tally:
    """One measure."""

    clock: Clock
    plain: float = 0.0
    expected: float = 0.0
    """Counting only what no evacuation has forestalled."""

    def event(self, tick: int, amount: float = 1.0) -> None:
        """Something that falls due at the start of a tick, or (the number of ticks) at the end."""
        self.plain += amount
        self.expected += amount * float(self.clock.survival[tick])

    def days(self, tick: int, number: float) -> None:
        """So many a day, for the length of a tick."""
        self.plain += number * self.clock.days
        self.expected += number * float(self.clock.exposed[tick])


Tallies = dict[Measure, Tally]


def measure(
    facts: Facts, story: Story, ledger: Ledger, statements: Sequence[Statement], plan: Plan, against: Plan | None
) -> Tallies:
    """Every measure of a plan; `changes` only against another plan.

    Parameters
    ----------
    statements
        In force beside the case's restrictions: some of them bar ships from nominal return.
    """
    clock = facts.clock
    loss = ledger.expected_loss
    worst = max((ledger.of(person).without_ascent for person in _ever_aboard(story)), default=0.0)
    tallies: Tallies = {
        "expected_loss": Tally(clock, loss, loss),
        "worst_person": Tally(clock, worst, worst),
        "unassured_days": _unassured(facts, story),
        "graded_days": _graded(facts, story, statements),
        "understaffed_days": _understaffed(facts, story),
        "off_plan_days": _off_plan(facts, story),
        "crew_days": _crew(facts, story),
        "displaced": _displaced(facts, story),
        "launches": Tally(clock),
        "extra_launches": Tally(clock),
        "riggings": Tally(clock),
        "relocations": Tally(clock),
        "liner_moves": Tally(clock),
        "reseats": Tally(clock),
    }
    for tick in launches(story).values():
        tallies["launches"].event(tick)
    for ship, tick in launches(story).items():
        if all(option.planned is None for option in facts.ships[ship].launch):
            tallies["extra_launches"].event(tick)
    for _, _, tick in story.riggings:
        tallies["riggings"].event(tick)
    for move in story.relocations:
        tallies["relocations"].event(move.tick)
    for carried in story.carried:
        tallies["liner_moves"].event(carried.begin)
    for _, tick in reseats(facts, story):
        tallies["reseats"].event(tick)
    tallies["lateness"] = _lateness(facts, story)
    if against is not None:
        tallies["changes"] = Tally(clock)
        for tick in changed_events(clock, plan, against):
            tallies["changes"].event(tick)
        for tick, number in changed_seats(facts, plan, against).items():
            tallies["changes"].days(tick, number)
    return tallies


def term(level: Level, name: Measure, tally: Tally) -> float:
    """What a measure adds to a level, in the level's unit."""
    weight = level.weights[name]
    if not level.is_expectation:
        return weight * tally.plain
    return weight * tally.expected * (MICROMORTS if name in ("expected_loss", "worst_person") else 1.0)


def launches(story: Story) -> dict[str, int]:
    """The options flown: ships and the ticks of their launches."""
    return {ship: arrived.plan.launch for ship, arrived in story.arrivals.items() if arrived.plan.launch is not None}


def reseats(facts: Facts, story: Story) -> list[tuple[str, int]]:
    """Whenever a person takes a seat in a ship or group where they held none in the tick before.

    It is free in the tick of arrival in the ship that brought them.
    """
    found: list[tuple[str, int]] = []
    for tick in range(facts.clock.ticks):
        before, now = story.at(tick - 1), story.at(tick)
        if now is before:
            continue
        for person, seat in now.seats.items():
            held = before.seats.get(person)
            comes = story.came_in.get(person) == seat.ship and story.arrivals[seat.ship].plan.arrival == tick
            if not comes and (held is None or held[:2] != seat[:2]):
                found.append((person, tick))
    return found


def _ever_aboard(story: Story) -> list[str]:
    return [person for person in story.facts.people if any(person in moment.aboard for moment in story.moments)]


def _unassured(facts: Facts, story: Story) -> Tally:
    tally = Tally(facts.clock)
    for tick in range(facts.clock.ticks):
        moment = story.at(tick)
        tally.days(tick, len(moment.aboard) - len(moment.seats))
    for move in story.carried:
        if facts.liners[move.liner].owner in story.at(move.end).aboard:
            tally.event(move.end, move.rest)
    return tally


def _graded(facts: Facts, story: Story, statements: Sequence[Statement]) -> Tally:
    tally = Tally(facts.clock)
    in_force = [restriction for restriction in facts.case.restrictions if restriction.id not in facts.waived]
    claims = [entry.forbid.return_ for entry in (*in_force, *statements) if entry.forbid is not None]
    bars = [(claim, facts.clock.span(claim)) for claim in claims if claim is not None]
    for tick in range(facts.clock.ticks):
        moment = story.at(tick)
        active = [claim for claim, span in bars if tick in span]
        seated = sum(_grade(facts, story, person, seat, tick, active) for person, seat in moment.seats.items())
        tally.days(tick, seated + NO_SEAT * (len(moment.aboard) - len(moment.seats)))
    return tally


def _grade(facts: Facts, story: Story, person: str, seat: Seat, tick: int, bars: Sequence[ReturnClaim]) -> int:
    """How far a seat is from a certified one."""
    moment = story.at(tick)
    if (
        len(moment.holders[seat.ship]) > facts.passage(seat.ship, "nominal", tick).most
        or story.step(seat.ship, tick) is not None
        or any(bar.vehicle in (None, seat.ship) and concerns(bar.people, person) for bar in bars)
    ):
        return BARRED
    is_contingency = facts.groups[seat.ship][seat.group].contingency
    return CONTINGENCY if is_contingency or story.is_unsuited(person, seat, moment) else 0


def _understaffed(facts: Facts, story: Story) -> Tally:
    tally = Tally(facts.clock)
    for rule in facts.case.staffing:
        if rule.id in facts.waived or not rule.soft:
            continue
        number = counts(facts, story, rule)
        for tick, aboard in number.items():
            missing = max(0, (rule.at_least or 0) - aboard)
            tally.days(tick, missing + (0 if rule.at_most is None else max(0, aboard - rule.at_most)))
        if rule.at_most_person_days is not None:
            over = sum(number.values()) * facts.clock.days - rule.at_most_person_days
            tally.event(facts.clock.span(rule).stop, max(0.0, over))
    return tally


def _off_plan(facts: Facts, story: Story) -> Tally:
    """Days aboard after the planned return, and at home before it."""
    tally = Tally(facts.clock)
    for person in facts.people:
        planned = facts.bound(person, "planned_return", story.launched.get(person))
        if planned is None:
            continue
        returned = story.returned.get(person, facts.clock.ticks)
        for tick in range(facts.clock.ticks):
            is_late = tick >= planned and person in story.at(tick).aboard
            tally.days(tick, is_late or returned <= tick < planned)
    return tally


def _crew(facts: Facts, story: Story) -> Tally:
    tally = Tally(facts.clock)
    for tick in range(facts.clock.ticks):
        tally.days(tick, len(story.at(tick).aboard))
    return tally


def _displaced(facts: Facts, story: Story) -> Tally:
    """People not launched inside their planned window, due when it ends, if that is in the horizon."""
    tally = Tally(facts.clock)
    for ship in facts.case.vehicles:
        for option in ship.launch:
            window = option.planned
            if window is None or window.to is None or window.to > facts.case.horizon.end:
                continue
            due = max(0, facts.clock.ceil(window.to))
            for person in planned_for(option):
                if story.launched.get(person, -1) not in facts.clock.span(window):
                    tally.event(due)
    return tally


def _lateness(facts: Facts, story: Story) -> Tally:
    """Days from the start until everything that happens; a coming or going that does not counts as the end."""
    tally, end = Tally(facts.clock), facts.clock.ticks
    ticks: list[int] = []
    for ship in facts.case.vehicles:
        arrived, left = story.arrivals.get(ship.id), story.departures.get(ship.id)
        ticks.append(0 if ship.docked_at is not None else end if arrived is None else arrived.plan.arrival)
        ticks.append(end if left is None else left.tick)
    ticks += launches(story).values()
    ticks += [move.tick for move in story.relocations]
    ticks += [tick for _, _, tick in story.riggings]
    ticks += [carried.begin for carried in story.carried]
    ticks += [tick for _, tick in reseats(facts, story)]
    for tick in ticks:
        tally.event(tick, tick * facts.clock.days)
    return tally
