"""Levels of the objective as integer expressions, and limits on measures."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, gcd

from ..models.objective import Level
from ..models.problems import CrewreturnError
from ..models.statements import LimitClaim, Measure
from .flow import Flow
from .linear import Linear
from .loss import expected_loss
from .measures import Charge, charges
from .timeline import MICROMORT, UNITS
from .worst import limit_worst_person, worst_person

COUNTED = 1440 * 10**4
"""Integer units in 1 of a level without losses: minutes of a day, and weights to four digits."""
ROOM = 2**62
"""What CP-SAT's sums have to stay below."""
SLACK = 1e-9
"""How far a measure without losses may stray from a limit by rounding, as the checker has it."""


@dataclass(slots=True)
class LevelTerms:
    """One level: its integer expression and what one unit is worth."""

    level: Level
    cost: Linear
    per_unit: float
    """Integer units in 1 of the level's own unit (micromorts, or plain)."""

    def value(self, units: int) -> float:
        """Units as the level's own number."""
        return units / self.per_unit


class Objective:
    """Builds levels over one flow; the expected loss is built once and shared."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._loss: Linear | None = None
        self._charges: dict[Measure, list[Charge]] = {}

    def loss(self) -> Linear:
        """Expected loss in units of 1e-10."""
        if self._loss is None:
            self.flow.rows.rule = "measure:expected_loss"
            self._loss = expected_loss(self.flow)
        return self._loss

    def charges(self, measure: Measure) -> list[Charge]:
        """The charges of a measure, with their columns made once."""
        if measure not in self._charges:
            self.flow.rows.rule = f"measure:{measure}"
            self._charges[measure] = list(charges(self.flow, measure))
        return self._charges[measure]

    def level(self, level: Level) -> LevelTerms:
        """The integer expression of a level.

        Raises
        ------
        CrewreturnError
            For weights so large, or so far apart, that the sums do not fit into 64 bits.
        """
        rows = self.flow.rows
        first = len(rows.low)
        terms = self._expectation(level) if level.is_expectation else self._counted(level)
        spans = [terms.cost.span(rows), *(rows.span(row) for row in range(first, len(rows.low)))]
        if max(spans) >= ROOM:
            raise _too_far_apart(level)
        return terms

    def _expectation(self, level: Level) -> LevelTerms:
        """Prices are scaled to a weight of 1 on the loss, so that the loss keeps its own rounding."""
        time, cost = self.flow.time, Linear()
        weight = _weight(level)
        if max(1.0, *level.weights.values()) / weight >= ROOM:
            raise _too_far_apart(level)
        for measure, price in level.weights.items():
            if measure == "expected_loss":
                cost.include(self.loss())
                continue
            if measure == "worst_person":
                self.flow.rows.rule = f"measure:{measure}"
                cost.include(worst_person(self.flow, price / weight))
                continue
            amount = price / weight * MICROMORT
            for charge in self.charges(measure):
                if charge.end is None:
                    cost.add(charge.terms, time.event(amount * charge.amount, charge.begin))
                else:
                    cost.add(charge.terms, time.rate(amount * charge.amount, charge.begin, charge.end))
        return LevelTerms(level, cost, per_unit(level))

    def _counted(self, level: Level) -> LevelTerms:
        cost = Linear()
        for measure, weight in level.weights.items():
            for charge in self.charges(measure):
                cost.add(charge.terms, round(COUNTED * weight * self._undiscounted(charge)))
        common = gcd(cost.constant, *cost.factors.values()) or 1
        cost = Linear({column: factor // common for column, factor in cost.factors.items()}, cost.constant // common)
        return LevelTerms(level, cost, COUNTED / common)

    def _undiscounted(self, charge: Charge) -> float:
        return (
            charge.amount if charge.end is None else charge.amount * (charge.end - charge.begin) * self.flow.time.days
        )

    def limit(self, claim: LimitClaim) -> None:
        """Keep a measure within its limits; a loss up to half a unit for each part, all else to the checker's hair."""
        self.flow.rows.rule = f"limit:{claim.measure}"
        low, high = claim.at_least, claim.at_most
        if claim.measure in ("expected_loss", "worst_person"):
            least, most = (None if bound is None else round(bound * UNITS) for bound in (low, high))
            if claim.measure == "worst_person":
                limit_worst_person(self.flow, least, most)
                return
            cost = self.loss()
        else:  # a limit between two values that the measure can have is kept by the one inside
            terms = self._counted(Level(id="limit", weights={claim.measure: 1.0}))
            cost, units = terms.cost, terms.per_unit
            least = None if low is None else ceil((low - SLACK) * units)
            most = None if high is None else floor((high + SLACK) * units)
        columns, reach = list(cost.factors.items()), cost.reach(self.flow.rows.upper)
        if least is not None:
            self.flow.rows.at_least(columns, min(least, reach + 1) - cost.constant)
        if most is not None:
            self.flow.rows.at_most(columns, min(most, reach) - cost.constant)


def per_unit(level: Level) -> float:
    """Integer units in a micromort of a level with losses."""
    return UNITS * MICROMORT / _weight(level)


def _weight(level: Level) -> float:
    return level.weights.get("expected_loss") or level.weights["worst_person"] or 1.0


def _too_far_apart(level: Level) -> CrewreturnError:
    weights = ", ".join(f"{measure} {weight:g}" for measure, weight in level.weights.items())
    return CrewreturnError(
        f"the weights of the level `{level.id}` are too far apart, or too large, for exact sums: {weights}. "
        "Choose them nearer to each other, or give what matters most a level of its own before the others."
    )
