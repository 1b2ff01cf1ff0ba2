"""Liners in ships, liner moves in their span, how many people are aboard, and until when."""

from __future__ import annotations

from collections import Counter, defaultdict

from ...models.case import Staffing
from .facts import Facts
from .log import Log
from .story import Story

SLACK = 1e-9
"""How far sums of days may stray by rounding."""


def check(facts: Facts, story: Story, log: Log) -> None:
    """Judge liners, staffing and latest returns."""
    _liner_capacity(facts, story, log)
    _move_windows(facts, story, log)
    for rule in facts.case.staffing:
        if rule.id not in facts.waived and not rule.soft:
            _staffing(facts, story, rule, log)
    for person in facts.people:
        latest = facts.bound(person, "latest_return", story.launched.get(person))
        for tick in range(0 if latest is None else max(0, latest), facts.clock.ticks):
            if latest is not None and person in story.at(tick).aboard:
                message = f"{facts.person(person)} is aboard, but must be home by {facts.clock.date(latest)}"
                log.at(tick, "stay.latest-return", [person], message)


def counts(facts: Facts, story: Story, rule: Staffing) -> dict[int, int]:
    """How many people aboard match a staffing rule, in each tick of its dates."""
    found: dict[int, int] = {}
    for tick in facts.clock.span(rule):
        found[tick] = sum(
            (rule.agency is None or facts.people[person].agency == rule.agency)
            and (rule.qualification is None or facts.is_qualified(person, rule.qualification, tick))
            for person in story.at(tick).aboard
        )
    return found


def _staffing(facts: Facts, story: Story, rule: Staffing, log: Log) -> None:
    number = counts(facts, story, rule)
    of_whom = " of ".join(part for part in ("people", rule.agency) if part)
    of_whom += f" qualified for {rule.qualification}" if rule.qualification else ""
    for tick, aboard in number.items():
        if rule.at_least is not None and aboard < rule.at_least:
            message = f"{aboard} {of_whom} are aboard, {rule.title} asks for at least {rule.at_least}"
            log.at(tick, "staffing.at-least", [rule.id], message)
        if rule.at_most is not None and aboard > rule.at_most:
            message = f"{aboard} {of_whom} are aboard, {rule.title} allows at most {rule.at_most}"
            log.at(tick, "staffing.at-most", [rule.id], message)
    days = sum(number.values()) * facts.clock.days
    if rule.at_most_person_days is not None and days > rule.at_most_person_days + SLACK:
        message = f"{of_whom} are aboard for {days:g} person-days, {rule.title} allows {rule.at_most_person_days:g}"
        log.always("staffing.person-days", [rule.id], message)


def _liner_capacity(facts: Facts, story: Story, log: Log) -> None:
    for tick in range(facts.clock.ticks):
        moment = story.at(tick)
        inside: Counter[tuple[str, str]] = Counter()
        for liner, place in moment.liners.items():
            if place in moment.docked:
                inside[place, facts.liners[liner].kind] += 1
        for (ship, kind), number in inside.items():
            room = story.liner_seats(ship, kind, tick, moment.rigged)
            if number > room:
                message = f"{number} liners of kind {facts.liner_kinds[kind].title} are in {facts.ship(ship)}"
                log.at(tick, "liners.capacity", [ship, kind], f"{message}, which has {room} seats for them")


def _move_windows(facts: Facts, story: Story, log: Log) -> None:
    begins: dict[str, list[int]] = defaultdict(list)
    for move in story.carried:
        begins[facts.liners[move.liner].kind].append(move.begin)
    for name, ticks in begins.items():
        how = facts.liner_kinds[name].move
        if how is None or how.at_most is None or how.within is None:
            continue
        window = max(1, facts.clock.up(how.within))
        for tick in sorted(set(ticks)):
            number = sum(tick <= other < tick + window for other in ticks)
            if number > how.at_most:
                title = facts.liner_kinds[name].title
                message = f"{number} moves of {title} liners begin in one span, {how.at_most} may"
                log.at(tick, "liners.move-window", [name], message)
