"""What a plan comes to, drawn by lot many times over: a second opinion on the loss that the checker adds up.

The instant of the evacuation is drawn from the dated rates themselves, and everything else follows from it: what falls
due before it happens, what falls due after it does not. So the chances of survival that the checker multiplies with
are used nowhere here. The same seed draws the same fate for every plan of a case, which makes small differences
between plans visible.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ..models.base import Id, Model
from ..models.case import Case
from ..models.plan import Plan
from ..models.problems import CrewreturnError
from .checking.clock import Array, Clock
from .checking.exposure import exposure
from .perils import Peril, Perils, Rest, Stay

__all__ = ["Sampled", "Simulation", "difference", "simulate"]

BLOCK = 65_536
"""Samples drawn at a time; results do not depend on it."""
EVACUATION, PERSON, SHIP, ALONE, OTHER = range(5)
"""What draws by lot: each has its own stream of numbers, so that plans of one case meet the same fate."""


class Sampled(Model):
    """A mean over samples."""

    mean: float
    standard_error: float
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""

    def covers(self, value: float) -> bool:
        """Whether a value lies in the interval."""
        return self.low <= value <= self.high


class Simulation(Model):
    """The losses of a plan, as simulated."""

    samples: int
    seed: int
    confidence: float
    """The chance with which an interval covers what is true."""
    expected_loss: Sampled
    """Expected number of lives lost."""
    p_any_lost: Sampled
    """Chance that at least one person is lost, people in one ship fully correlated."""
    by_person: dict[Id, Sampled]
    """Chance that each person is lost, in the case's order."""


def simulate(
    case: Case,
    plan: Plan,
    *,
    samples: int = 100_000,
    seed: int = 0,
    waive: Collection[str] = (),
    confidence: float = 0.999,
) -> Simulation:
    """Estimate the losses of any plan by drawing what happens.

    In each sample at most one evacuation strikes, at an instant; ascents, rides, returns, hazards and moves of liners
    count as far as they come before it. Causes exclude each other, as the meaning of a loss has it: where one person's
    chances add up to more than 1, a sample can count them twice.

    Parameters
    ----------
    case
        The case that the plan is for.
    plan
        Any plan. What breaks a rule is priced as the checker prices it.
    samples
        How many lots are drawn.
    seed
        The same seed draws the same fate, whatever the plan.
    waive
        Ids that do not count, as for `solve`.
    confidence
        Of the intervals.

    Raises
    ------
    CrewreturnError
        For fewer than two samples, a negative seed, a confidence that is not between 0 and 1, or an id to waive that
        the case does not have.
    """
    _refuse(samples, seed, confidence)
    fate = _Fate(case, seed)
    board = _Board(case, plan, waive)
    people = {person: _Tally() for person in board.threats}
    everyone, anyone = _Tally(most=len(people)), _Tally()
    for draw in fate.draws(samples):
        lost = board.lost(draw)
        for person, count in lost.items():
            people[person].add(count)
        everyone.add(_sum(lost, draw))
        anyone.add(board.any_lost(draw))
    return Simulation(
        samples=samples,
        seed=seed,
        confidence=confidence,
        expected_loss=everyone.sampled(confidence, 0.0),
        p_any_lost=anyone.sampled(confidence, 0.0),
        by_person={person: tally.sampled(confidence, 0.0) for person, tally in people.items()},
    )


def difference(
    case: Case,
    first: Plan,
    second: Plan,
    *,
    samples: int = 100_000,
    seed: int = 0,
    waive: Collection[str] = (),
    confidence: float = 0.999,
) -> Sampled:
    """Estimate by how much the expected loss of one plan exceeds that of another.

    Both plans meet the same fate in each sample, so most of what they have in common cancels.

    Parameters
    ----------
    case
        The case that both plans are for.
    first, second
        The plans; the result is positive where the first loses more lives.
    samples, seed, waive, confidence
        As for `simulate`.

    Raises
    ------
    CrewreturnError
        As for `simulate`.
    """
    _refuse(samples, seed, confidence)
    one, other = _Board(case, first, waive), _Board(case, second, waive)
    tally = _Tally(most=len(case.people))
    for draw in _Fate(case, seed).draws(samples):
        tally.add(_sum(one.lost(draw), draw) - _sum(other.lost(draw), draw))
    return tally.sampled(confidence)


def _refuse(samples: int, seed: int, confidence: float) -> None:
    if samples < 2:
        raise CrewreturnError(f"{samples} samples say nothing. Draw at least 2, better 100,000.")
    if seed < 0:
        raise CrewreturnError(f"the seed {seed} is negative. Give a whole number from 0 on.")
    if not 0 < confidence < 1:
        raise CrewreturnError(f"a confidence of {confidence:g} is none. Give a number between 0 and 1, such as 0.999.")


# ------------------------------------------------------------------------------------------------------------ fate


class _Draw:
    """One block of samples: when the evacuation strikes, and the lots of everybody."""

    def __init__(self, clock: Clock, fate: _Fate, size: int) -> None:
        self.size = size
        self._fate = fate
        self._lots: dict[tuple[int, int], Array] = {}
        struck = fate.stream(EVACUATION).exponential(size=size)
        self.tick: NDArray[np.intp] = np.searchsorted(fate.mounting, struck, side="right") - 1
        """The tick in which the evacuation strikes; the number of ticks where none does before the end."""
        rate = np.append(clock.rate, np.inf)[self.tick]
        self.days: Array = (struck - fate.mounting[self.tick]) / rate
        """How long after the start of that tick, in days."""

    def lots(self, whose: int, number: int = 0) -> Array:
        """For each sample a number from [0, 1), the same whatever the plan."""
        if (whose, number) not in self._lots:
            self._lots[whose, number] = self._fate.stream(whose, number).random(self.size)
        return self._lots[whose, number]


class _Fate:
    """Everything that chance decides, for any plan of a case."""

    def __init__(self, case: Case, seed: int) -> None:
        self._seed = seed
        self._streams: dict[tuple[int, int], np.random.Generator] = {}
        self._clock = Clock(case)
        self.mounting: Array = np.concatenate(([0.0], np.cumsum(self._clock.rate * self._clock.days)))
        """The rate of evacuations, added up to the start of each tick and to the end."""

    def draws(self, samples: int) -> Iterator[_Draw]:
        """All samples, block by block."""
        for begun in range(0, samples, BLOCK):
            yield _Draw(self._clock, self, min(BLOCK, samples - begun))

    def stream(self, whose: int, number: int = 0) -> np.random.Generator:
        """The numbers of one thing, which go on from block to block."""
        if (whose, number) not in self._streams:
            self._streams[whose, number] = np.random.default_rng([self._seed, whose, number])
        return self._streams[whose, number]


# ------------------------------------------------------------------------------------------------------ what it costs


@dataclass
class _Threat:
    """What threatens one person (or any), as a chance that depends on when the evacuation strikes."""

    certain: float
    """Due even after an evacuation."""
    due: Array
    """Due by then, for an evacuation in each tick and (last) for none."""
    evacuated: Array
    """What an evacuation itself costs."""
    hazard: Array
    """Losses a day, in each tick and (last, 0) after the end."""
    mounted: Array
    """Losses by hazard before the start of each tick."""
    rests: list[Rest] = field(default_factory=list)
    haven: float = 1.0

    def chance(self, draw: _Draw) -> Array:
        """The chance of being lost, in each sample."""
        chance: Array = self.certain + (self.due + self.evacuated + self.mounted)[draw.tick]
        chance += self.hazard[draw.tick] * draw.days
        for rest in self.rests:
            chance += self.haven * ((draw.tick == rest.tick) & (draw.days < rest.days))
        return chance


class _Board:
    """The threats of one plan."""

    def __init__(self, case: Case, plan: Plan, waive: Collection[str]) -> None:
        found = Perils(case, plan, waive)
        self._clock = found.facts.clock
        self._haven = sum(part.loss for part in found.no_seat)
        evacuated = np.pad(exposure(found.facts, found.story).total, ((0, 0), (0, 1)))
        self.threats = {
            person: self._threat(
                [(peril, peril.loss(person)) for peril in found.once],
                [stay for stay in found.stays if stay.person == person],
                [rest for rest in found.rests if rest.owner == person],
                evacuated[row],
            )
            for row, person in enumerate(found.facts.people)
        }
        worst = [(peril, peril.worst) for peril in found.once]
        self._other = self._threat(worst, found.stays, found.rests, np.zeros(self._clock.ticks + 1))
        self._ships, self._alone = self._groups(found, evacuated)

    def _threat(
        self,
        once: Sequence[tuple[Peril, float]],
        stays: Sequence[Stay],
        rests: Sequence[Rest],
        evacuated: Array,
    ) -> _Threat:
        due, hazard = np.zeros(self._clock.ticks + 1), np.zeros(self._clock.ticks + 1)
        for peril, loss in once:
            if not peril.is_certain:
                due[peril.tick] += loss
        for stay in stays:
            hazard[stay.ticks.start : stay.ticks.stop] += stay.rate
        return _Threat(
            sum(loss for peril, loss in once if peril.is_certain),
            np.cumsum(due),
            evacuated,
            hazard,
            np.concatenate(([0.0], np.cumsum(hazard[:-1] * self._clock.days))),
            list(rests),
            self._haven,
        )

    def _groups(self, found: Perils, evacuated: Array) -> tuple[Array, Array]:
        """What an evacuation costs the worst-off in each ship, and each person without a seat, by tick."""
        rows = {person: row for row, person in enumerate(found.facts.people)}
        ships = np.zeros((len(found.facts.ships), self._clock.ticks + 1))
        alone = np.zeros_like(evacuated)
        for tick in range(self._clock.ticks):
            moment = found.story.at(tick)
            for number, ship in enumerate(found.facts.ships):
                for person in moment.holders.get(ship, ()):
                    ships[number, tick] = max(ships[number, tick], evacuated[rows[person], tick])
            for person in moment.aboard:
                if person not in moment.seats:
                    alone[rows[person], tick] = evacuated[rows[person], tick]
        return ships, alone

    def lost(self, draw: _Draw) -> dict[str, Array]:
        """By person, how often each is lost in each sample: 0 or 1, unless the chances pass 1."""
        return {
            person: np.ceil(threat.chance(draw) - draw.lots(PERSON, row))
            for row, (person, threat) in enumerate(self.threats.items())
        }

    def any_lost(self, draw: _Draw) -> Array:
        """Whether anyone is lost in each sample; causes beside the evacuation are added, as the checker does."""
        struck = np.zeros(draw.size, dtype=np.bool_)
        for whose, groups in ((SHIP, self._ships), (ALONE, self._alone)):
            for number, worst in enumerate(groups):
                if worst.any():
                    struck |= draw.lots(whose, number) < worst[draw.tick]
        others: Array = np.ceil(self._other.chance(draw) - draw.lots(OTHER))
        return others + struck


def _sum(lost: dict[str, Array], draw: _Draw) -> Array:
    return sum(lost.values(), start=np.zeros(draw.size))


# ---------------------------------------------------------------------------------------------------------- the mean


@dataclass
class _Tally:
    """Adds up whole numbers, sample by sample."""

    most: int = 1
    """The largest that a sample can be expected to hold."""
    samples: int = 0
    total: float = 0.0
    absolute: float = 0.0
    squares: float = 0.0

    def add(self, counts: Array) -> None:
        """Add a block."""
        self.samples += len(counts)
        self.total += float(counts.sum())
        self.absolute += float(np.abs(counts).sum())
        self.squares += float((counts * counts).sum())

    def sampled(self, confidence: float, least: float = -math.inf) -> Sampled:
        """The mean with its interval.

        With few losses, or none, the usual interval says too much. This one reaches as far either way as Wilson's
        does upwards, so it covers the truth at least as often as it says.
        """
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        mean = self.total / self.samples
        spread = max(0.0, self.squares / self.samples - mean * mean)
        error = math.sqrt(spread / (self.samples - 1))
        size = self.squares / self.absolute if self.absolute else float(max(1, self.most))
        margin = z * z * size / (2 * self.samples)
        reach = margin + math.hypot(z * error, margin)
        return Sampled(mean=mean, standard_error=error, low=max(least, mean - reach), high=mean + reach)
