"""What it would cost if a ship of the plan never came, and all else stayed as planned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...models.answer import LaunchLost
from ...models.rules import RULES
from .exposure import Exposure, exposure
from .facts import Facts
from .log import Log
from .replay import replay
from .script import Script
from .story import Story

Flags = npt.NDArray[np.bool_]


def if_lost(facts: Facts, script: Script, story: Story, planned: Exposure) -> tuple[LaunchLost, ...]:
    """For each ship that comes: who would hold no seat, from when, and the loss that this adds.

    Only evacuations are counted, in the ticks in which the plan has each person aboard: whoever had a seat in the ship,
    or one that needs a liner or a suit that it was to bring, has none. People who were to come in it are not there.
    Nobody is charged for a return that the ship was to make: another ship would have to be found for it.
    """
    row = {person: number for number, person in enumerate(facts.people)}
    aboard = np.zeros(planned.table.shape, dtype=bool)
    for tick in range(facts.clock.ticks):
        aboard[[row[person] for person in story.at(tick).aboard], tick] = True
    return tuple(_lost(facts, script, story, planned, aboard, ship) for ship in story.arrivals)


def _lost(facts: Facts, script: Script, story: Story, planned: Exposure, aboard: Flags, ship: str) -> LaunchLost:
    other = replay(facts, script, Log(facts.clock, off=RULES), without=ship)
    instead = exposure(facts, other, strictly=True)
    absent = story.arrivals[ship].people
    counted = aboard & np.array([person not in absent for person in facts.people], dtype=bool)[:, None]
    added = float((np.where(counted, instead.total - planned.total, 0.0) @ facts.clock.strike).sum())
    bare = counted & (instead.unassured > 0) & (planned.unassured == 0)
    without_seat = bare.any(axis=1)
    first = int(bare.any(axis=0).argmax()) if bare.any() else None
    return LaunchLost(
        vehicle=ship,
        people=tuple(person for person, lacks in zip(facts.people, without_seat, strict=True) if lacks),
        from_=None if first is None else facts.clock.at(first),
        added_loss=added,
    )
