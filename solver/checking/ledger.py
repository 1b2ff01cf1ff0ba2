"""The loss of every person, by source and by tick, and the chance that anybody is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from ...models.answer import PersonLoss, Source
from ...models.base import mean
from ...models.fleet import LaunchOption
from ...models.statements import People
from .clock import Array
from .exposure import Exposure, SeatLoss, exposure, seat_loss
from .facts import Facts, loss_at
from .goings import not_home_in
from .story import Story

SOURCES: tuple[Source, ...] = get_args(Source)
UNIT = 1e-10
"""What the solver counts in: each part may differ by so much from what is added up here."""


@dataclass
class Ledger:
    """Losses as probabilities, discounted by the chance that an evacuation has come before."""

    facts: Facts
    exposure: Exposure
    by_person: dict[str, dict[Source, float]] = field(default_factory=dict)
    evacuation: dict[str, float] = field(default_factory=dict)
    """By person, what is due to an evacuation."""
    ascent: dict[str, float] = field(default_factory=dict)
    """By person, what is due to ascents."""
    by_tick: Array = field(default_factory=lambda: np.zeros(0))
    p_any_lost: float = 0.0
    parts: int = 0
    """How many parts the solver rounds by themselves, at most."""

    @property
    def expected_loss(self) -> float:
        """Expected number of lives lost."""
        return float(sum(sum(sources.values()) for sources in self.by_person.values()))

    @property
    def rounding(self) -> float:
        """How far the solver's sum may be from this one."""
        return UNIT * self.parts

    def of(self, person: str) -> PersonLoss:
        """The loss of one person."""
        total = sum(self.by_person[person].values())
        return PersonLoss(
            person=person,
            total=total,
            without_ascent=max(0.0, total - self.ascent[person]),
            non_evacuation=max(0.0, total - self.evacuation[person]),
            by_source=self.by_person[person],
        )

    def charge(self, person: str, source: Source, tick: int, loss: float, *, parts: int = 1) -> None:
        """Add a loss, discounted already, that falls due in a tick (the number of ticks: at the end)."""
        self.by_person[person][source] += loss
        self.by_tick[tick] += loss
        self.parts += parts


def keep(facts: Facts, story: Story) -> Ledger:
    """Add up all losses of a plan, as docs/meaning.md lays down."""
    ledger = Ledger(facts, exposure(facts, story), by_tick=np.zeros(facts.clock.ticks + 1))
    for person in facts.people:
        ledger.by_person[person] = dict.fromkeys(SOURCES, 0.0)
        ledger.evacuation[person] = ledger.ascent[person] = 0.0
    _evacuation(facts, ledger)
    _move_rests(facts, story, ledger)
    _hazards(facts, story, ledger)
    _launches(facts, story, ledger)
    _returns(facts, story, ledger)
    _end(facts, story, ledger)
    _deferred(facts, story, ledger)
    return ledger


def _evacuation(facts: Facts, ledger: Ledger) -> None:
    """An evacuation comes while people hold their seats, or none."""
    found, strike = ledger.exposure, facts.clock.strike
    sources: dict[Source, Array] = {
        "emergency": found.table,
        "seat": found.seat,
        "suit": found.suit,
        "life": found.life,
        "unassured": found.unassured,
    }
    for source, loss in sources.items():
        for person, total in zip(facts.people, loss @ strike, strict=True):
            ledger.by_person[person][source] += float(total)
            ledger.evacuation[person] += float(total)
        ledger.parts += int(np.count_nonzero(np.diff(loss, prepend=0.0, append=0.0)))
    ledger.by_tick[:-1] += found.total.sum(axis=0) * strike
    ledger.p_any_lost += float(found.any_lost @ strike)


def _move_rests(facts: Facts, story: Story, ledger: Ledger) -> None:
    """The rest of a liner's move, in the tick where it ends."""
    for move in story.carried:
        owner = facts.liners[move.liner].owner
        if owner in story.at(move.end).aboard:
            loss = facts.clock.rest(move.end, move.rest) * mean(facts.case.loss_unassured)
            ledger.charge(owner, "move", move.end, loss)
            ledger.evacuation[owner] += loss
            ledger.p_any_lost += loss


def _hazards(facts: Facts, story: Story, ledger: Ledger) -> None:
    """Dangers of being aboard."""
    for hazard in facts.case.hazards:
        rate = mean(hazard.rate_per_day)
        for tick in facts.clock.span(hazard):
            for person in story.at(tick).aboard:
                if concerns(hazard.people, person):
                    loss = rate * float(facts.clock.exposed[tick])
                    ledger.charge(person, "hazard", tick, loss, parts=0)
                    ledger.p_any_lost += loss
        ledger.parts += len(facts.people)  # one span aboard each


def _launches(facts: Facts, story: Story, ledger: Ledger) -> None:
    """The ascent, at the launch."""
    for arrived in story.arrivals.values():
        plan = arrived.plan
        if plan.option is None or plan.launch is None or not arrived.people:
            continue
        loss = float(facts.clock.survival[plan.launch]) * mean(plan.option.ascent_loss)
        for person in arrived.people:
            ledger.charge(person, "launch", plan.launch, loss)
            ledger.ascent[person] += loss
        ledger.p_any_lost += loss


def _returns(facts: Facts, story: Story, ledger: Ledger) -> None:
    """Nominal returns and rides of a relocation; seats and tables are as in the tick before."""
    for left in story.departures.values():
        _come_home(facts, story, ledger, left.people, left.tick)
    for move in story.relocations:
        loss = float(facts.clock.survival[move.tick]) * loss_at(
            facts.passage(move.ship, "relocation", move.tick - 1), len(move.people)
        )
        for person in move.people:
            ledger.charge(person, "relocation", move.tick, loss)
        ledger.p_any_lost += loss if move.people else 0.0


def _come_home(facts: Facts, story: Story, ledger: Ledger, people: tuple[str, ...], tick: int) -> None:
    """A nominal return of people in one ship, from the seats of the tick before."""
    survival = float(facts.clock.survival[tick])
    sources: tuple[Source, ...] = ("return", "seat", "suit", "life")  # in the order of the parts
    worst = 0.0
    for person in people:
        loss: SeatLoss = seat_loss(facts, story, person, tick - 1, "nominal")
        for source, part in zip(sources, loss, strict=True):
            ledger.charge(person, source, tick, survival * part)
        worst = max(worst, sum(loss))
    ledger.p_any_lost += survival * worst


def _end(facts: Facts, story: Story, ledger: Ledger) -> None:
    """Whoever is still aboard must yet come home: in their ship if it could leave now, else they are stranded."""
    end = facts.clock.ticks
    last = story.at(end - 1)
    lawful = {ship for ship in last.holders if not not_home_in(facts, story, ship, end - 1)}
    for ship in last.holders:
        if ship in lawful:
            _come_home(facts, story, ledger, last.holders[ship], end)
    stranded = float(facts.clock.survival[end]) * mean(facts.case.loss_stranded)
    for person in last.aboard:
        if person not in last.seats or last.seats[person].ship not in lawful:
            ledger.charge(person, "stranded", end, stranded)
            ledger.p_any_lost += stranded


def _deferred(facts: Facts, story: Story, ledger: Ledger) -> None:
    """Whoever has a planned launch and is never launched flies later, after the horizon."""
    end = facts.clock.ticks
    for ship in facts.case.vehicles:
        for option in ship.launch:
            waiting = [person for person in planned_for(option) if person not in story.launched]
            if not waiting:
                continue
            ascent = mean(option.ascent_loss)
            back = loss_at(facts.passage(ship.id, "nominal", end - 1), len(option.brings.people))
            for person in waiting:
                ledger.charge(person, "deferred", end, ascent)
                ledger.charge(person, "deferred", end, back)
                ledger.ascent[person] += ascent
            ledger.p_any_lost += ascent + back


def planned_for(option: LaunchOption) -> tuple[str, ...]:
    """The people whose planned launch an option is."""
    return () if option.planned is None else option.brings.people


def concerns(people: People, person: str) -> bool:
    """Whether somebody is among the people meant."""
    return people == "all" or person in people


def by_source(losses: tuple[PersonLoss, ...]) -> dict[Source, float]:
    """The loss of all, by source."""
    total: dict[Source, float] = defaultdict(float)
    for loss in losses:
        for source, part in loss.by_source.items():
            total[source] += part
    return {source: total[source] for source in SOURCES}
