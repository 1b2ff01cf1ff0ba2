"""Who may hold which seat: groups, crewing, body, suits, liners, health and docked life, in every tick."""

from __future__ import annotations

from collections import Counter, defaultdict

from ...models.crew import Body
from ...models.fleet import BodyLimits, BodyRange
from .facts import Facts
from .goings import crewing
from .log import Log
from .script import Script, Seat
from .story import Moment, Story

SLACK = 1e-9
"""How far, as a share of the limit, a measure that was multiplied may stray by rounding."""


def check(facts: Facts, script: Script, story: Story, log: Log) -> None:
    """Judge every seat held, tick by tick."""
    for tick in range(facts.clock.ticks):
        moment = story.at(tick)
        _held_at_all(facts, script.seats[tick], moment, tick, log)
        for ship in moment.holders:
            _ship(facts, story, ship, tick, log)
        for person, seat in moment.seats.items():
            _person(facts, story, person, seat, tick, log)
        _one_wearer(facts, moment, tick, log)


def _held_at_all(facts: Facts, asked: dict[str, Seat], moment: Moment, tick: int, log: Log) -> None:
    """Holds that hold nothing; they count as no seat."""
    for person, seat in asked.items():
        if person in moment.seats:
            continue
        what = f"{facts.person(person)} holds a seat in {facts.ship(seat.ship)}"
        if person not in moment.aboard:
            log.at(tick, "plan.not-aboard", [person, seat.ship], f"{what}, but is not aboard")
        else:
            log.at(tick, "plan.not-docked", [seat.ship, person], f"{what}, which is not docked")


def _ship(facts: Facts, story: Story, ship: str, tick: int, log: Log) -> None:
    """All who hold seats in a ship, together."""
    moment = story.at(tick)
    people = moment.holders[ship]
    title = facts.ship(ship)
    number = Counter(moment.seats[person].group for person in people)
    for name, held in number.items():
        group = facts.groups[ship][name]
        if held > len(group.seats):
            message = f"{held} people hold the {len(group.seats)} seats of {facts.group(ship, name)}"
            log.at(tick, "seats.capacity", [ship, name], message)
        if not facts.exists(ship, name, tick) and group.from_ is not None:
            message = f"{facts.group(ship, name)} is used before {facts.clock.write(group.from_)}, when it comes to be"
            log.at(tick, "seats.exists", [ship, name], message)
        if group.rigging is not None and (ship, name) not in moment.rigged:
            log.at(tick, "seats.rigged", [ship, name], f"{facts.group(ship, name)} is used without being rigged")
    most = facts.passage(ship, "emergency", tick).most
    if len(people) > most:
        message = f"{len(people)} people hold seats in {title}, but its health allows {most or 'none'} in an emergency"
        log.at(tick, "health.emergency", [ship, *people], message)
    step = story.step(ship, tick)
    if step is not None and not step.holds:
        message = f"{facts.persons(people)} hold seats in {title} past {step.title} of its docked life"
        log.at(tick, "docked-life.holds", [ship, step.id, *people], message)
    for rule, entities, message in crewing(facts, story, ship, tick):
        log.at(tick, rule, entities, message)


def _person(facts: Facts, story: Story, person: str, seat: Seat, tick: int, log: Log) -> None:
    """One person in one seat."""
    moment = story.at(tick)
    ship, who = seat.ship, facts.person(person)
    where = facts.group(ship, seat.group)
    group = facts.groups[ship][seat.group]
    arrived = story.arrivals.get(ship)
    if arrived is not None and person not in arrived.people:
        ready = arrived.plan.arrival + facts.clock.up(arrived.plan.way.handover)
        if tick < ready:
            message = f"{who} holds {where} before it is handed over on {facts.clock.date(ready)}"
            log.at(tick, "launch.handover", [ship, person], message)
    for misfit in _misfits(facts, facts.people[person].body, group.body):
        log.at(tick, "body.limits", [person, ship, seat.group], f"{who} does not fit {where}: {misfit}")
    if not story.has_liner(person, seat, moment):
        message = f"{who} holds {where}, but has no {group.needs_liner} liner there"
        log.at(tick, "liners.in-ship", [person, ship, seat.group], message)
    if seat.suit is not None:
        suit = facts.suits[seat.suit]
        asked = facts.type[ship].suit
        if not group.hookups or suit.type != asked or person not in suit.fits:
            why = (
                f"does not fit {who}"
                if person not in suit.fits
                else "has no hook-up there"
                if not group.hookups or asked is None
                else f"is no {asked}"
            )
            log.at(tick, "suits.serves", [person, suit.id, ship], f"{who} holds {where} in {suit.title}, which {why}")
        if suit.id not in moment.suits:
            message = f"{who} holds {where} in {suit.title}, which is not aboard"
            log.at(tick, "suits.aboard", [person, suit.id, ship], message)
    if story.is_unsuited(person, seat, moment) and facts.type[ship].unsuited.emergency is None:
        message = f"{who} holds {where} without a suit that is hooked up"
        log.at(tick, "suits.hook-up", [person, ship, seat.group], message)


def _one_wearer(facts: Facts, moment: Moment, tick: int, log: Log) -> None:
    wearers: dict[str, list[str]] = defaultdict(list)
    for person, seat in moment.seats.items():
        if seat.suit is not None:
            wearers[seat.suit].append(person)
    for suit, people in wearers.items():
        if len(people) > 1:
            message = f"{facts.suits[suit].title} serves {facts.persons(people)} at once"
            log.at(tick, "suits.one-wearer", [suit, *people], message)


def _misfits(facts: Facts, body: Body | None, limits: BodyLimits | None) -> list[str]:
    """The measures of a body, grown in flight, that a seat does not take; unknown ones pass."""
    if body is None or limits is None:
        return []
    growth = {"stature_cm": facts.case.growth.stature, "sitting_height_cm": facts.case.growth.sitting_height}
    found = []
    for name in BodyLimits.model_fields:
        size: float | None = getattr(body, name)
        limit: BodyRange | None = getattr(limits, name)
        if size is None or limit is None:
            continue
        size *= growth.get(name, 1.0)
        if limit.at_least is not None and size < limit.at_least * (1 - SLACK):
            found.append(f"{name} is {size:g}, at least {limit.at_least:g} fits")
        if limit.at_most is not None and size > limit.at_most * (1 + SLACK):
            found.append(f"{name} is {size:g}, at most {limit.at_most:g} fits")
    return found
