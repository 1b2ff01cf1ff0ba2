"""Climbing a concave function that is known by its values and slopes: a proximal bundle method.

It only chooses where to look next. Slopes of past points say how high the function can be; the next point is where
that is highest, less the distance from the best point so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .engine import Budget

Floats = npt.NDArray[np.float64]

MOST_SLOPES = 40
"""More are put together into fewer."""
FIRST_STEP = 3e-3
"""The first step promises a rise of half this part of the value."""
ENOUGH = 1e-6
"""A rise promised of less than this part of the value is not worth a step."""
FARTHER = 10
"""So often a step that promises too little is made eight times as long before there is nothing more to find."""
PAIRS = 1000
"""Changes of two weights at a time, at most, in one choice of weights."""


@dataclass(slots=True)
class _Bundle:
    """Slopes, the same as steps, how far each says too much at the best point, and their products."""

    slopes: list[Floats] = field(default_factory=list)
    steps: list[Floats] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    products: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    weights: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, slope: Floats, step: Floats, error: float, weight: float = 0.0) -> None:
        """Take in a slope."""
        self.slopes.append(slope)
        self.steps.append(step)
        self.errors.append(error)
        count = len(self.slopes)
        products = np.zeros((count, count))
        products[:-1, :-1] = self.products
        products[-1] = products[:, -1] = [float(other @ step) for other in self.slopes]
        self.products = products
        self.weights = np.append(self.weights, weight)

    def choose(self, reach: float) -> tuple[Floats, float]:
        """The step and the rise that it promises; weights are improved two at a time."""
        quadratic, errors, weights = reach * self.products, np.array(self.errors), self.weights
        tiny = 1e-9 * max(1.0, float(np.abs(errors).max()))
        slope = quadratic @ weights + errors
        for _ in range(PAIRS):
            more = int(slope.argmin())
            less = int(np.where(weights > 1e-12, slope, -np.inf).argmax())
            fall = float(slope[less] - slope[more])
            if fall < tiny:
                break
            bend = float(quadratic[more, more] + quadratic[less, less] - 2 * quadratic[more, less])
            part = min(float(weights[less]), fall / max(bend, 1e-30))
            weights[more] += part
            weights[less] -= part
            slope += part * (quadratic[more] - quadratic[less])
        step = np.zeros_like(self.steps[0])
        for weight, each in zip(weights.tolist(), self.steps, strict=True):
            if weight > 0:
                step += weight * each
        return reach * step, float(weights @ quadratic @ weights + weights @ errors)

    def shift(self, move: Floats, rise: float) -> None:
        """Count errors from a new best point."""
        self.errors = [
            max(0.0, error + float(slope @ move) - rise) for error, slope in zip(self.errors, self.slopes, strict=True)
        ]

    def shrink(self) -> None:
        """Put all slopes together into one and keep those with the largest weights beside it, and the last."""
        kept = sorted(
            {*np.argsort(-self.weights, kind="stable")[: MOST_SLOPES * 3 // 4].tolist(), len(self.slopes) - 1}
        )
        together = sum(w * s for w, s in zip(self.weights, self.slopes, strict=True))
        step = sum(w * s for w, s in zip(self.weights, self.steps, strict=True))
        error = float(self.weights @ np.array(self.errors))
        self.slopes, self.steps = [self.slopes[k] for k in kept], [self.steps[k] for k in kept]
        self.errors, self.products = [self.errors[k] for k in kept], self.products[np.ix_(kept, kept)]
        self.weights = np.zeros(len(kept))
        self.add(np.asarray(together), np.asarray(step), error, 1.0)


def climb(
    look: Callable[[Floats], tuple[int, Floats, Floats]],
    start: Floats,
    metric: Callable[[Floats], Floats],
    budget: Budget,
    known: int | None = None,
    rounds: int | None = None,
) -> tuple[int, Floats]:
    """The largest value found, and where.

    Parameters
    ----------
    look
        Value and slope near a point, and the point itself.
    start
        The first point.
    metric
        A slope as a step: how far each coordinate may be expected to go. Linear, symmetric, positive.
    budget
        When to stop.
    known
        A value that cannot be passed: reaching it (but for rounding) is enough.
    rounds
        Most looks after the first; as many as the budget allows where absent.
    """
    best, slope, here = look(start)
    highest, top = best, here
    bundle = _Bundle()
    bundle.add(slope, metric(slope), 0.0, 1.0)
    steep = float(bundle.products[0, 0])
    reach = FIRST_STEP * max(1, abs(best)) / steep if steep > 0 else 0.0
    count, in_a_row = 0, 0
    while reach > 0 and not budget.spent and (rounds is None or count < rounds) and (known is None or highest < known):
        step, promised = bundle.choose(reach)
        farther = 0
        while promised < ENOUGH * max(1, abs(best)) and farther < FARTHER:
            reach, farther = reach * 8.0, farther + 1
            step, promised = bundle.choose(reach)
        if promised < ENOUGH * max(1, abs(best)):
            break
        value, slope, there = look(here + step)
        count += 1
        if value > highest:
            highest, top = value, there
        if value > best + 0.1 * promised:
            in_a_row += 1
            reach *= 2.0 if value > best + 0.5 * promised else 1.5 if in_a_row > 1 else 1.0
            bundle.shift(there - here, value - best)
            best, here, error = value, there, 0.0
        else:
            in_a_row = 0
            error = max(0.0, value - float(slope @ (there - here)) - best)
            if error > 2 * promised:
                reach *= 0.7
        bundle.add(slope, metric(slope), error)
        if len(bundle.slopes) > MOST_SLOPES:
            bundle.shrink()
    return highest, top
