"""What can cost lives in a plan that is let happen: who is at stake, when, and by what chance if it comes to it.

Nothing is discounted or added up here. That is left to those who read it: the simulation draws what happens, the fault
tree says how it combines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..models.base import mean
from ..models.case import Case
from ..models.consistency import refuse_unwaivable
from ..models.plan import Plan
from ..models.rules import RULES
from .checking.exposure import seat_loss
from .checking.facts import Facts, Purpose, loss_at
from .checking.goings import not_home_in
from .checking.ledger import concerns, planned_for
from .checking.log import Log, runs
from .checking.replay import replay
from .checking.script import read
from .checking.story import Story


class Part(NamedTuple):
    """One way to be lost, of those that are added."""

    name: tuple[str, ...]
    """What it is called: words and ids."""
    label: str
    """What fails, for people."""
    loss: float
    """The chance that it costs the life, given that it comes to it; above 0."""


@dataclass(frozen=True, slots=True)
class Peril:
    """Something that happens once, at the start of a tick: an ascent, a ride, a return, a stranding."""

    tick: int
    """When; the number of ticks means at the end."""
    people: dict[str, tuple[Part, ...]]
    """Whose lives are at stake, and by what."""
    is_certain: bool = False
    """Whether it comes even after an evacuation: who is launched after the horizon is not aboard in it."""

    def loss(self, person: str) -> float:
        """The chance that it costs a life."""
        return sum(part.loss for part in self.people.get(person, ()))

    @property
    def worst(self) -> float:
        """The largest chance among the people."""
        return max(map(self.loss, self.people), default=0.0)


class Stay(NamedTuple):
    """A stay of one person in a hazard."""

    hazard: str
    title: str
    person: str
    ticks: range
    rate: float
    """Losses a day."""


class Rest(NamedTuple):
    """The rest of a move of somebody's liner, which falls into one tick."""

    liner: str
    title: str
    owner: str
    tick: int
    days: float


class Perils:
    """Everything in a plan that can cost lives.

    Parameters
    ----------
    case
        The case.
    plan
        Any plan; what cannot happen in it is left out, and what breaks a rule is priced, as the checker does.
    waive
        Ids that do not count: docked-life steps among them bear on losses.

    Raises
    ------
    CrewreturnError
        For an id that nothing in the case has that can be waived.
    """

    def __init__(self, case: Case, plan: Plan, waive: Collection[str] = ()) -> None:
        refuse_unwaivable(case, waive)
        self.facts = Facts(case, waive)
        silent = Log(self.facts.clock, off=RULES)
        self.story: Story = replay(self.facts, read(self.facts, plan, silent), silent)
        self.once: tuple[Peril, ...] = tuple(
            peril
            for found in (self._launches(), self._rides(), self._returns(), self._end(), self._deferred())
            for peril in found
            if any(peril.people.values())
        )
        self.stays: tuple[Stay, ...] = tuple(self._stays())
        self.rests: tuple[Rest, ...] = tuple(self._rests())

    @property
    def no_seat(self) -> tuple[Part, ...]:
        """To be without a seat in an evacuation."""
        return _some(Part(("no", "seat"), "Without a seat in an evacuation", mean(self.facts.case.loss_unassured)))

    def evacuated(self, person: str, tick: int) -> tuple[Part, ...]:
        """What is at stake for a person if the station is evacuated in a tick; nothing for who is not aboard."""
        moment = self.story.at(tick)
        if person not in moment.aboard:
            return ()
        return self._seat(person, tick, "emergency") if person in moment.seats else self.no_seat

    def _seat(self, person: str, tick: int, purpose: Purpose) -> tuple[Part, ...]:
        """The parts of a loss in the seat held in a tick."""
        seat = self.story.at(tick).seats[person]
        number = len(self.story.at(tick).holders[seat.ship])
        step = self.story.step(seat.ship, tick)
        ship, group = self.facts.ship(seat.ship), self.facts.group(seat.ship, seat.group)
        way = "Emergency return" if purpose == "emergency" else "Nominal return"
        loss = seat_loss(self.facts, self.story, person, tick, purpose)
        return _some(
            Part((purpose, seat.ship, str(number)), f"{way} in {ship} with {number} in it", loss.table),
            Part(
                ("seat", purpose, seat.ship, seat.group),
                f"{way} in {group}",
                loss.seat,
            ),
            Part(("unsuited", purpose, seat.ship), f"{way} in {ship} without a suit", loss.suit),
            Part(
                ("life", purpose, seat.ship, *([] if step is None else [step.id])),
                f"{way} in {ship} past {'no step' if step is None else step.title} of its docked life",
                loss.life,
            ),
        )

    def _launches(self) -> Iterator[Peril]:
        for ship, arrived in self.story.arrivals.items():
            option, launch = arrived.plan.option, arrived.plan.launch
            if option is not None and launch is not None:
                yield Peril(launch, dict.fromkeys(arrived.people, self._ascent(ship, option.id, "ascent")))

    def _ascent(self, ship: str, option: str, *words: str) -> tuple[Part, ...]:
        way = next(way for way in self.facts.ships[ship].launch if way.id == option)
        label = f"Ascent in {self.facts.ship(ship)}, {way.title}"
        return _some(Part((*words, ship, option), label, mean(way.ascent_loss)))

    def _rides(self) -> Iterator[Peril]:
        for move in self.story.relocations:
            number = len(move.people)
            loss = loss_at(self.facts.passage(move.ship, "relocation", move.tick - 1), number)
            label = f"Relocation of {self.facts.ship(move.ship)} with {number} in it"
            part = Part(("relocation", move.ship, str(number)), label, loss)
            yield Peril(move.tick, dict.fromkeys(move.people, _some(part)))

    def _returns(self) -> Iterator[Peril]:
        for left in self.story.departures.values():
            yield self._home(left.people, left.tick)

    def _home(self, people: Collection[str], tick: int) -> Peril:
        """A nominal return of people in one ship, from the seats of the tick before."""
        return Peril(tick, {person: self._seat(person, tick - 1, "nominal") for person in people})

    def _end(self) -> Iterator[Peril]:
        """Whoever is still aboard goes home then, ship by ship where that is lawful; the others are stranded."""
        end = self.facts.clock.ticks
        last = self.story.at(end - 1)
        stranded = set(last.aboard)
        for ship, people in last.holders.items():
            if not not_home_in(self.facts, self.story, ship, end - 1):
                stranded.difference_update(people)
                yield self._home(people, end)
        part = Part(("stranded",), "No lawful way home at the end", mean(self.facts.case.loss_stranded))
        for person in last.aboard:
            if person in stranded:
                yield Peril(end, {person: _some(part)})

    def _deferred(self) -> Iterator[Peril]:
        """Whoever has a planned launch and is never launched flies later, and comes home again."""
        end = self.facts.clock.ticks
        for ship in self.facts.case.vehicles:
            for option in ship.launch:
                number = len(option.brings.people)
                back = Part(
                    ("later", "return", ship.id, option.id),
                    f"Nominal return after a later launch of {option.title} of {ship.title}",
                    loss_at(self.facts.passage(ship.id, "nominal", end - 1), number),
                )
                parts = (*self._ascent(ship.id, option.id, "later", "ascent"), *_some(back))
                waiting = [person for person in planned_for(option) if person not in self.story.launched]
                yield Peril(end, dict.fromkeys(waiting, parts), is_certain=True)

    def _stays(self) -> Iterator[Stay]:
        for hazard in self.facts.case.hazards:
            rate = mean(hazard.rate_per_day)
            for person in self.facts.people:
                if rate > 0 and concerns(hazard.people, person):
                    span = self.facts.clock.span(hazard)
                    for ticks in runs([tick for tick in span if person in self.story.at(tick).aboard]):
                        yield Stay(hazard.id, hazard.title, person, ticks, rate)

    def _rests(self) -> Iterator[Rest]:
        for move in self.story.carried:
            liner = self.facts.liners[move.liner]
            if move.rest > 0 and self.no_seat and liner.owner in self.story.at(move.end).aboard:
                yield Rest(liner.id, liner.title, liner.owner, move.end, move.rest)


def _some(*parts: Part) -> tuple[Part, ...]:
    """Those that can cost a life at all."""
    return tuple(part for part in parts if part.loss > 0)
