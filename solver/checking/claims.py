"""Restrictions and other statements: what is required happens, what is forbidden does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...models.base import Interval
from ...models.statements import (
    Claim,
    DepartClaim,
    HoldClaim,
    LaunchClaim,
    LimitClaim,
    People,
    RelocateClaim,
    ReturnClaim,
    RigClaim,
    Statement,
    UnassuredClaim,
)
from .facts import Facts
from .ledger import Ledger
from .log import Log
from .measures import Tallies, launches
from .story import MOVING, Story

SLACK = 1e-9
"""How far days may stray by rounding."""


class Found(NamedTuple):
    """Something that a statement speaks of, or the lack of it."""

    entities: tuple[str, ...]
    tick: int | None
    message: str


class Judge:
    """Compares statements with what a plan comes to."""

    def __init__(self, facts: Facts, story: Story, ledger: Ledger, tallies: Tallies) -> None:
        self.facts, self.story, self.ledger, self.tallies = facts, story, ledger, tallies
        self.warnings: list[str] = []
        """What could not be judged."""

    def check(self, statements: Iterable[Statement], log: Log) -> None:
        """Judge the case's restrictions, less those waived, and other statements."""
        for restriction in self.facts.case.restrictions:
            if restriction.id not in self.facts.waived:
                because = f" ({restriction.title}: {restriction.reason})"
                self._report("restrictions", restriction, (restriction.id,), because, log)
        for statement in statements:
            self._report("statements", statement, (), "", log)

    def _report(self, family: str, said: Statement, of: tuple[str, ...], because: str, log: Log) -> None:
        claim, word = (said.require, "required") if said.require is not None else (said.forbid, "forbidden")
        if claim is None:
            return
        for about, broken in self._broken(claim, is_required=said.require is not None):
            rule, entities = f"{family}.{about}", (*of, *broken.entities)
            message = (
                f"{broken.message}{because}" if about == "limit" else f"{broken.message}, which is {word}{because}"
            )
            if broken.tick is None:
                log.always(rule, entities, message)
            else:
                log.at(broken.tick, rule, entities, message)

    def _broken(self, claim: Claim, *, is_required: bool) -> Iterator[tuple[str, Found]]:
        """What breaks a claim, and what the claim is about."""
        for name, field in type(claim).model_fields.items():
            said = getattr(claim, name)
            about = field.alias or name
            if isinstance(said, HoldClaim | UnassuredClaim):
                yield from ((about, found) for found in self._ticks(said, is_required))
            elif isinstance(said, LimitClaim):
                yield from ((about, found) for found in self._limit(said))
            elif said is not None:
                for wanted, lacking in self._happenings(said):
                    if not is_required:
                        yield from ((about, found) for found in wanted)
                    elif not wanted:
                        yield about, lacking

    def _happenings(self, said: object) -> Iterator[tuple[list[Found], Found]]:
        """For each thing that a claim speaks of: how often it happens, and the lack of it."""
        facts, story = self.facts, self.story
        if isinstance(said, LaunchClaim):
            ship, how = facts.ship(said.vehicle), f" in option {said.option}" if said.option else ""
            flown = launches(story).get(said.vehicle)
            plan = story.arrivals[said.vehicle].plan if flown is not None else None
            matches = plan is not None and said.option in (None, plan.option.id if plan.option else None)
            ticks = [flown] if matches and flown is not None else []
            yield self._events(said, (said.vehicle,), ticks, f"{ship} is launched{how}", f"{ship} is not launched{how}")
        elif isinstance(said, DepartClaim):
            left = story.departures.get(said.vehicle)
            how = {None: "", True: " with people in it", False: " without people"}[said.crewed]
            ticks = [left.tick] if left is not None and said.crewed in (None, bool(left.people)) else []
            ship = facts.ship(said.vehicle)
            yield self._events(said, (said.vehicle,), ticks, f"{ship} leaves{how}", f"{ship} does not leave{how}")
        elif isinstance(said, ReturnClaim):
            ships = () if said.vehicle is None else (said.vehicle,)
            how = "" if said.vehicle is None else f" in {facts.ship(said.vehicle)}"
            for person in self._people(said.people):
                ticks = [
                    left.tick
                    for left in story.departures.values()
                    if person in left.people and said.vehicle in (None, left.ship)
                ]
                who = facts.person(person)
                happens, lacks = f"{who} returns{how}", f"{who} does not return{how}"
                yield self._events(said, (person, *ships), ticks, happens, lacks)
        elif isinstance(said, RigClaim):
            title = facts.group(said.vehicle, said.group)
            ticks = [tick for *pair, tick in story.riggings if pair == [said.vehicle, said.group]]
            entities = (said.vehicle, said.group)
            yield self._events(Interval(), entities, ticks, f"{title} is rigged", f"{title} is not rigged")
        elif isinstance(said, RelocateClaim):
            where = "" if said.port is None else f" to {facts.port(said.port)}"
            ticks = [m.tick for m in story.relocations if m.ship == said.vehicle and said.port in (None, m.to)]
            ship = facts.ship(said.vehicle)
            happens, lacks = f"{ship} is relocated{where}", f"{ship} is not relocated{where}"
            yield self._events(Interval(), (said.vehicle,), ticks, happens, lacks)

    def _events(
        self, dates: Interval, entities: tuple[str, ...], ticks: list[int], happens: str, lacks: str
    ) -> tuple[list[Found], Found]:
        write = self.facts.clock.write
        when = f" from {write(dates.from_)}" if dates.from_ else ""
        when += f" before {write(dates.to)}" if dates.to else ""
        span = self.facts.clock.span(dates)
        found = [Found(entities, tick, happens) for tick in ticks if tick in span]
        return found, Found(entities, None, lacks + when)

    def _ticks(self, said: HoldClaim | UnassuredClaim, is_required: bool) -> Iterator[Found]:
        """Ticks aboard, inside the dates, that are not as required, or as forbidden."""
        facts = self.facts
        if isinstance(said, HoldClaim):
            title = facts.ship(said.vehicle) if said.group is None else facts.group(said.vehicle, said.group)
            what, entities = f"a seat of {title}", (said.vehicle, *(() if said.group is None else (said.group,)))
        else:
            what, entities = "no seat", ()
        people = self._people(said.people)
        for tick in facts.clock.span(said):
            moment = self.story.at(tick)
            for person in people:
                if person not in moment.aboard:
                    continue
                seat = moment.seats.get(person)
                if isinstance(said, HoldClaim):
                    is_so = seat is not None and seat.ship == said.vehicle and said.group in (None, seat.group)
                else:
                    is_so = seat is None and not self._waits_for_liner(person, tick)
                if is_so != is_required:
                    verb = "holds" if is_so else "does not hold" if isinstance(said, HoldClaim) else "is not holding"
                    yield Found((person, *entities), tick, f"{facts.person(person)} {verb} {what}")

    def _waits_for_liner(self, person: str, tick: int) -> bool:
        """Whether a liner of the person is on the move."""
        liners = self.story.at(tick).liners
        return any(liners[liner.id] == MOVING for liner in self.facts.case.liners if liner.owner == person)

    def _limit(self, said: LimitClaim) -> Iterator[Found]:
        if said.measure not in self.tallies:
            self.warnings.append(f"A limit on {said.measure} was not checked: give an earlier plan to compare with.")
            return
        value = self.tallies[said.measure].plain
        slack = self.ledger.rounding if said.measure in ("expected_loss", "worst_person") else SLACK
        if said.at_most is not None and value > said.at_most + slack:
            yield Found((said.measure,), None, f"{said.measure} is {value:g}, at most {said.at_most:g} is allowed")
        if said.at_least is not None and value < said.at_least - slack:
            yield Found((said.measure,), None, f"{said.measure} is {value:g}, at least {said.at_least:g} is required")

    def _people(self, people: People) -> tuple[str, ...]:
        return tuple(self.facts.people) if people == "all" else tuple(p for p in people if p in self.facts.people)
