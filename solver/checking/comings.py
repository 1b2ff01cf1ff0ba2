"""Ports, traffic and launches: who may stand where, and come and go when."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from ...models.base import write_duration
from ...models.case import Event, Precedence
from ...models.fleet import InFlight, LaunchOption
from .clock import Clock
from .facts import Facts
from .log import Log
from .script import Coming, Script
from .story import Story


class Traffic(NamedTuple):
    """Something a ship does, and where."""

    tick: int
    ship: str
    kind: Literal["launch", "arrival", "departure", "relocation"]
    ports: tuple[str, ...]


def events(story: Story) -> list[Traffic]:
    """Launches, arrivals, departures and relocations, in order of time."""
    found: list[Traffic] = []
    for ship, arrived in story.arrivals.items():
        ports = (arrived.plan.port,)
        if arrived.plan.launch is not None:
            found.append(Traffic(arrived.plan.launch, ship, "launch", ports))
        found.append(Traffic(arrived.plan.arrival, ship, "arrival", ports))
    found += [Traffic(left.tick, left.ship, "departure", (left.port,)) for left in story.departures.values()]
    found += [Traffic(move.tick, move.ship, "relocation", (move.port, move.to)) for move in story.relocations]
    return sorted(found)


def check(facts: Facts, script: Script, story: Story, log: Log) -> None:
    """Judge ports, traffic and launches."""
    _ports(facts, story, log)
    _one_event(facts, script, log)
    found = events(story)
    _spacing(facts, found, log)
    _blackouts(facts, found, log)
    _leave(facts, story, log)
    for precedence in facts.case.traffic.precedences:
        if precedence.id not in facts.waived:
            _precedence(facts, story, precedence, log)
    for arrived in story.arrivals.values():
        _launch(facts, arrived.plan, log)
    for ship in facts.case.vehicles:
        if ship.id in story.arrivals:
            continue
        if ship.in_flight is not None:
            log.always("launch.in-flight", [ship.id], f"{ship.title} is in flight at the start, but never arrives")
        elif ship.must_launch:
            log.always("launch.must", [ship.id], f"{ship.title} has to be launched, but is not")


# --------------------------------------------------------------------------------------------------------- ports


def _ports(facts: Facts, story: Story, log: Log) -> None:
    closed = {port.id: [facts.clock.span(span) for span in port.closed] for port in facts.case.ports}
    for tick in range(facts.clock.ticks):
        at_port: dict[str, list[str]] = defaultdict(list)
        for ship, port in story.at(tick).docked.items():
            at_port[port].append(ship)
        for port, ships in at_port.items():
            if len(ships) > 1:
                names = " and ".join(facts.ship(ship) for ship in ships)
                log.at(tick, "ports.one-ship", [port, *ships], f"{names} stand at {facts.port(port)} together")
            if any(tick in span for span in closed[port]):
                for ship in ships:
                    message = f"{facts.ship(ship)} stands at {facts.port(port)}, which is closed"
                    log.at(tick, "ports.closed", [port, ship], message)
    for arrived in story.arrivals.values():
        plan = arrived.plan
        _interface(facts, plan.ship, plan.port, plan.arrival, log)
        if not plan.way.brings.people and not facts.docks_alone(plan.ship, plan.port, plan.arrival):
            message = f"{facts.ship(plan.ship)} comes to {facts.port(plan.port)} with nobody in it, which needs"
            message += " automatic docking"
            log.at(plan.arrival, "ports.automatic-docking", [plan.ship, plan.port], message)
    for move in story.relocations:
        _interface(facts, move.ship, move.to, move.tick, log)


def _interface(facts: Facts, ship: str, port: str, tick: int, log: Log) -> None:
    has, fits = facts.ports[port].interface, facts.type[ship].interface
    if has != fits:
        message = f"{facts.ship(ship)} has interface {fits}, but {facts.port(port)} has {has}"
        log.at(tick, "ports.interface", [ship, port], message)


# ------------------------------------------------------------------------------------------------------- traffic


def _one_event(facts: Facts, script: Script, log: Log) -> None:
    number: dict[tuple[int, str], int] = defaultdict(int)
    for coming in script.coming.values():
        number[coming.arrival, coming.ship] += 1
    for tick, ships in script.departures.items():
        for ship in ships:
            number[tick, ship] += 1
    for tick, moves in script.relocations.items():
        for ship, _ in moves:
            number[tick, ship] += 1
    for (tick, ship), events_of_ship in number.items():
        if events_of_ship > 1:
            message = f"{facts.ship(ship)} has more than one arrival, relocation or departure"
            log.at(tick, "traffic.one-event", [ship], message)


def _spacing(facts: Facts, found: list[Traffic], log: Log) -> None:
    spacing = facts.clock.up(facts.case.traffic.spacing)
    moving = [event for event in found if event.kind != "launch"]
    for place, event in enumerate(moving):
        for other in moving[:place]:
            if event.tick - other.tick < spacing:
                message = (
                    f"the {event.kind} of {facts.ship(event.ship)} comes too soon after the {other.kind} of"
                    f" {facts.ship(other.ship)} on {facts.clock.date(other.tick)}"
                )
                log.at(event.tick, "traffic.spacing", [event.ship, other.ship], message)


def _blackouts(facts: Facts, found: list[Traffic], log: Log) -> None:
    for blackout in facts.case.traffic.blackouts:
        if blackout.id in facts.waived:
            continue
        span = facts.clock.span(blackout)
        for event in found:
            kind = facts.type[event.ship]
            if (
                event.tick in span
                and event.kind in blackout.forbids
                and (blackout.ports is None or not set(blackout.ports).isdisjoint(event.ports))
                and (blackout.types is None or kind.id in blackout.types)
                and (blackout.launchers is None or kind.launcher in blackout.launchers)
            ):
                reason = f" ({blackout.reason})" if blackout.reason else ""
                message = f"{blackout.title}{reason} forbids the {event.kind} of {facts.ship(event.ship)}"
                log.at(event.tick, "traffic.blackout", [blackout.id, event.ship], message)


def _leave(facts: Facts, story: Story, log: Log) -> None:
    clock = facts.clock
    for ship in facts.case.vehicles:
        leave = ship.leave
        if leave is None or f"{ship.id}.leave" in facts.waived:
            continue
        left = story.departures.get(ship.id)
        if left is not None:
            if leave.not_before is not None and left.tick < clock.ceil(leave.not_before):
                message = f"{ship.title} leaves before its first date, {clock.write(leave.not_before)}"
                log.at(left.tick, "traffic.leave", [ship.id], message)
            if leave.not_after is not None and left.tick > clock.floor(leave.not_after):
                message = f"{ship.title} leaves after its last date, {clock.write(leave.not_after)}"
                log.at(left.tick, "traffic.leave", [ship.id], message)
            continue
        comes = ship.docked_at is not None or ship.id in story.arrivals
        if comes and leave.not_after is not None and leave.not_after < facts.case.horizon.end:
            message = f"{ship.title} never leaves, but must by {clock.write(leave.not_after)}"
            log.always("traffic.leave", [ship.id], message)


LONG_PAST = -math.inf
"""When something happened of which the case gives no date."""
When = int | float | datetime
"""A tick, an instant before the start, or long past."""


def _precedence(facts: Facts, story: Story, rule: Precedence, log: Log) -> None:
    first, then = _happens(facts, story, rule.first), _happens(facts, story, rule.then)
    a, b = (f"the {event.kind} of {facts.ship(event.vehicle)}" for event in (rule.first, rule.then))
    broken = None
    if then is None:
        return
    if first is None:
        broken = f"{b} needs {a}, which does not happen" if rule.requires else None
    elif isinstance(first, int) or isinstance(then, int):  # of two dates before the start nothing is decided
        at = then if isinstance(then, int) else LONG_PAST
        if rule.at_least is not None and at < _later(facts.clock, first, rule.at_least, shortest=True):
            broken = f"{b} comes less than {write_duration(rule.at_least)} after {a}"
        if rule.at_most is not None and at < _later(facts.clock, first, timedelta(0), shortest=True):
            broken = f"{b} comes before {a}"
        if rule.at_most is not None and at > _later(facts.clock, first, rule.at_most, shortest=False):
            broken = f"{b} comes more than {write_duration(rule.at_most)} after {a}"
    if broken is not None:
        entities = [rule.id, rule.then.vehicle, rule.first.vehicle]
        message = f"{broken} ({rule.title})"
        if isinstance(then, int):
            log.at(then, "traffic.precedence", entities, message)
        else:
            log.always("traffic.precedence", entities, message)


def _happens(facts: Facts, story: Story, event: Event) -> When | None:
    """When an event happens, None for never."""
    ship = facts.ships[event.vehicle]
    if event.kind == "departure":
        left = story.departures.get(ship.id)
        return None if left is None else left.tick
    is_launch = event.kind == "launch"
    if ship.docked_at is not None or (ship.in_flight is not None and is_launch):
        return (ship.launched if is_launch else None) or LONG_PAST
    arrived = story.arrivals.get(ship.id)
    if arrived is None:
        return None
    return arrived.plan.launch if is_launch else arrived.plan.arrival


def _later(clock: Clock, since: When, length: timedelta, *, shortest: bool) -> int | float:
    """The tick a shortest or a longest time after an event."""
    if isinstance(since, datetime):
        return clock.ceil(since + length) if shortest else clock.floor(since + length)
    return since + (clock.up(length) if shortest else clock.down(length))


# ------------------------------------------------------------------------------------------------------ launches


def _launch(facts: Facts, plan: Coming, log: Log) -> None:
    ship, way = facts.ships[plan.ship], plan.way
    if isinstance(way, InFlight):
        if facts.clock.at(plan.arrival) not in way.arrivals:
            known = ", ".join(facts.clock.write(date) for date in way.arrivals)
            message = f"{ship.title} does not arrive on one of its dates ({known})"
            log.at(plan.arrival, "launch.opportunity", [ship.id], message)
    elif plan.launch is not None:
        arrivals = opportunities(facts.clock, way, plan.launch)
        if not arrivals:
            message = f"{ship.title} has no launch opportunity in option {way.title}"
            log.at(plan.launch, "launch.opportunity", [ship.id, way.id], message)
        elif plan.arrival not in arrivals:
            then = " or ".join(facts.clock.date(tick) for tick in arrivals)
            message = f"{ship.title}, launched on {facts.clock.date(plan.launch)}, would arrive on {then}"
            log.at(plan.arrival, "launch.opportunity", [ship.id, way.id], message)
    if way.ports is not None and plan.port not in way.ports:
        known = ", ".join(facts.port(port) for port in way.ports)
        message = f"{ship.title} comes to {facts.port(plan.port)}, but may come to: {known}"
        log.at(plan.arrival, "launch.port", [ship.id, plan.port], message)


def opportunities(clock: Clock, option: LaunchOption, launch: int) -> list[int]:
    """The ticks at which a ship launched then would arrive; none if it cannot be launched then."""
    if option.opportunities:
        return [
            clock.ceil(chance.arrival) if chance.arrival is not None else launch + clock.up(chance.transit or NOTHING)
            for chance in option.opportunities
            if clock.at(launch) == chance.launch
        ]
    if option.earliest is None or option.latest is None or option.transit is None:
        return []
    every = clock.resolution if option.every is None else option.every
    moment = clock.at(launch)
    if option.earliest <= moment <= option.latest and (moment - option.earliest) % every == NOTHING:
        return [launch + clock.up(option.transit)]
    return []


NOTHING = timedelta(0)
