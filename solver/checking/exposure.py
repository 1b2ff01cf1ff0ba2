"""What an evacuation would cost each person in each tick, and what coming home in a seat costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...models.base import mean
from .clock import Array
from .facts import Facts, Purpose, loss_at
from .script import Seat
from .story import Moment, Story


class SeatLoss(NamedTuple):
    """The parts of a loss in a seat: the ship's table, the seat group, being unsuited, docked life."""

    table: float
    seat: float
    suit: float
    life: float


def seat_loss(facts: Facts, story: Story, person: str, tick: int, purpose: Purpose) -> SeatLoss:
    """The loss of a person in the seat held in a tick.

    Being unsuited where that is forbidden is a violation and adds no loss.
    """
    moment = story.at(tick)
    seat = moment.seats[person]
    number = len(moment.holders[seat.ship])
    unsuited = None
    if purpose != "relocation" and story.is_unsuited(person, seat, moment):
        unsuited = getattr(facts.type[seat.ship].unsuited, purpose)
    step = story.step(seat.ship, tick)
    return SeatLoss(
        loss_at(facts.passage(seat.ship, purpose, tick), number),
        mean(facts.groups[seat.ship][seat.group].added_loss),
        0.0 if unsuited is None else mean(unsuited),
        0.0 if step is None else mean(step.added_loss),
    )


@dataclass
class Exposure:
    """The loss `e` in an evacuation, part by part: arrays over people (in the case's order) and ticks."""

    table: Array
    seat: Array
    suit: Array
    life: Array
    unassured: Array
    any_lost: Array
    """For each tick the chance that an evacuation then costs at least one life, people in one ship going together."""

    @property
    def total(self) -> Array:
        """The whole of `e`."""
        total: Array = self.table + self.seat + self.suit + self.life + self.unassured
        return total


def exposure(facts: Facts, story: Story, *, strictly: bool = False) -> Exposure:
    """The loss in an evacuation, tick by tick.

    Parameters
    ----------
    strictly
        Who lacks the liner or the suit that the seat demands is taken as unassured, not as seated in breach of a rule.
    """
    people = {person: row for row, person in enumerate(facts.people)}
    parts = np.zeros((5, len(people), facts.clock.ticks))
    any_lost = np.zeros(facts.clock.ticks)
    haven = mean(facts.case.loss_unassured)
    known: tuple[object, ...] | None = None
    for tick in range(facts.clock.ticks):
        moment = story.at(tick)
        now = (
            id(moment),
            *((id(facts.passage(s, "emergency", tick)), id(story.step(s, tick))) for s in moment.holders),
        )
        if now == known:  # nothing that counts has changed
            parts[:, :, tick], any_lost[tick] = parts[:, :, tick - 1], any_lost[tick - 1]
            continue
        known = now
        nobody = 1.0
        worst = dict.fromkeys(moment.holders, 0.0)
        for person in moment.aboard:
            row = people[person]
            seat = moment.seats.get(person)
            if seat is None or (strictly and not _is_fit(facts, story, person, seat, moment)):
                parts[4, row, tick] = haven
                nobody *= 1 - haven
            else:
                loss = seat_loss(facts, story, person, tick, "emergency")
                parts[:4, row, tick] = loss
                worst[seat.ship] = max(worst[seat.ship], sum(loss))
        for chance in worst.values():
            nobody *= 1 - chance
        any_lost[tick] = 1 - nobody
    table, seat_part, suit, life, unassured = parts
    return Exposure(table, seat_part, suit, life, unassured, any_lost)


def _is_fit(facts: Facts, story: Story, person: str, seat: Seat, moment: Moment) -> bool:
    bare = story.is_unsuited(person, seat, moment) and facts.type[seat.ship].unsuited.emergency is None
    return story.has_liner(person, seat, moment) and not bare
