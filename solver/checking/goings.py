"""Departures and relocations, and whether the people in a ship may go home in it."""

from __future__ import annotations

from .facts import Facts
from .log import Log
from .story import Departed, Relocated, Story


def check(facts: Facts, story: Story, log: Log) -> None:
    """Judge every departure and relocation; what they read of ship and seats is as in the tick before."""
    for left in story.departures.values():
        if left.people:
            _crewed_departure(facts, story, left, log)
        elif not facts.returns_uncrewed(left.ship, left.tick - 1):
            message = f"{facts.ship(left.ship)} leaves with nobody in it, which its type or health does not allow"
            log.at(left.tick, "departure.uncrewed", [left.ship], message)
    for move in story.relocations:
        _relocation(facts, story, move, log)


def not_home_in(facts: Facts, story: Story, ship: str, tick: int) -> list[tuple[str, list[str], str]]:
    """Why a ship could not take home all who hold seats in it in a tick: rules, entities and reasons.

    Health, docked life, crewing and suits only: windows and stay bounds are no part of it.
    """
    moment = story.at(tick)
    people = moment.holders.get(ship, ())
    title = facts.ship(ship)
    found: list[tuple[str, list[str], str]] = []
    most = facts.passage(ship, "nominal", tick).most
    if len(people) > most:
        message = f"{title} takes home {len(people)} people, but its health allows {most or 'none'}"
        found.append(("departure.nominal-health", [ship, *people], message))
    step = story.step(ship, tick)
    if step is not None and not step.returns:
        message = f"{title} takes people home past {step.title} of its docked life"
        found.append(("docked-life.returns", [ship, step.id], message))
    found += [(rule, names, f"{title} leaves, but {lack}") for rule, names, lack in crewing(facts, story, ship, tick)]
    for person in people:
        seat = moment.seats[person]
        if story.is_unsuited(person, seat, moment) and facts.type[ship].unsuited.nominal is None:
            message = f"{facts.person(person)} returns in {title} without a suit that is hooked up"
            found.append(("suits.nominal", [person, ship], message))
    return found


def crewing(facts: Facts, story: Story, ship: str, tick: int) -> list[tuple[str, list[str], str]]:
    """What is missing in the crew of a ship in a tick, if anyone holds seats in it."""
    moment = story.at(tick)
    people = moment.holders.get(ship, ())
    qualification, number, has_controls = facts.crewing(ship)
    able = [person for person in people if facts.is_qualified(person, qualification, tick)]
    title = facts.ship(ship)
    if not people or number == 0:
        return []
    if len(able) < number:
        message = f"{len(able)} of those who hold seats in {title} are qualified for it, {number} must be"
        return [("crewing.qualified", [ship, *people], message)]
    if has_controls and not any(facts.groups[ship][moment.seats[person].group].controls for person in able):
        message = f"nobody qualified sits at the controls of {title}: {facts.persons(able)} would have to"
        return [("crewing.controls", [ship, *able], message)]
    return []


def _crewed_departure(facts: Facts, story: Story, left: Departed, log: Log) -> None:
    for rule, entities, message in not_home_in(facts, story, left.ship, left.tick - 1):
        log.at(left.tick, rule, entities, message)
    windows = facts.type[left.ship].landing_windows
    if windows is not None and not any(left.tick in facts.clock.span(window) for window in windows):
        message = f"{facts.ship(left.ship)} with {facts.persons(left.people)} in it lands outside its landing windows"
        log.at(left.tick, "departure.landing-window", [left.ship], message)
    for person in left.people:
        earliest = facts.bound(person, "earliest_return", story.launched.get(person))
        if earliest is not None and left.tick < earliest:
            date = facts.clock.date(earliest)
            message = f"{facts.person(person)} returns in {facts.ship(left.ship)}, but cannot before {date}"
            log.at(left.tick, "stay.earliest-return", [person, left.ship], message)


def _relocation(facts: Facts, story: Story, move: Relocated, log: Log) -> None:
    ship, title = move.ship, facts.ship(move.ship)
    may = facts.type[ship].relocates
    to = facts.port(move.to)
    if not (may.crewed if move.people else may.uncrewed):
        how = f"with {facts.persons(move.people)} in it" if move.people else "with nobody in it"
        message = f"{title} moves to {to} {how}, which its type does not allow"
        log.at(move.tick, "relocation.type", [ship], message)
    if not move.people:
        if not facts.docks_alone(ship, move.to, move.tick):
            message = f"{title} moves to {to} with nobody in it, which needs automatic docking"
            log.at(move.tick, "relocation.automatic-docking", [ship, move.to], message)
        return
    most = facts.passage(ship, "relocation", move.tick - 1).most
    if len(move.people) > most:
        message = f"{title} moves to {to} with {len(move.people)} people, but its health allows {most or 'none'}"
        log.at(move.tick, "relocation.health", [ship, *move.people], message)
    for rule, entities, lack in crewing(facts, story, ship, move.tick - 1):
        log.at(move.tick, rule, entities, f"{title} moves to {to}, but {lack}")
