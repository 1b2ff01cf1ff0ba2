"""Dice that fall the same everywhere: in every process, and in every version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from `random.Random.random` alone, the one method that Python promises not to change.

    Parameters
    ----------
    seed
        Any text; the same text draws the same.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self._random.random() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number, limits included."""
        return low + int(self._random.random() * (high - low + 1))

    def number(self, low: float, high: float) -> float:
        """Between two numbers, even on a logarithmic scale, to three figures."""
        return float(f"{low * (high / low) ** self._random.random():.3g}")

    def one(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.whole(0, len(items) - 1)]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, in their order."""
        keys = sorted((self._random.random(), place) for place in range(len(items)))
        chosen = sorted(place for _, place in keys[:count])
        return [items[place] for place in chosen]

    def share(self, items: Sequence[T], part: float) -> list[T]:
        """A share of the items, rounded to whole ones, in their order."""
        return self.some(items, int(part * len(items) + 0.5))
