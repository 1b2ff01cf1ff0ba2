"""What random cases are drawn from: sizes, features, and the dice."""

from __future__ import annotations

import random
from collections.abc import Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from ..models.base import write_duration

Data = dict[str, Any]
T = TypeVar("T")

START = datetime(2030, 1, 1, tzinfo=UTC)


class Size(NamedTuple):
    """Least and largest number of things in a case."""

    ticks: tuple[int, int] = (10, 20)
    aboard: tuple[int, int] = (1, 4)
    ground: tuple[int, int] = (0, 2)
    docked: tuple[int, int] = (1, 2)
    launched: tuple[int, int] = (0, 2)
    spare_ports: tuple[int, int] = (0, 1)


MICRO = Size(ticks=(3, 4), aboard=(1, 3), ground=(0, 1), docked=(1, 2), launched=(0, 1), spare_ports=(0, 1))
"""A good part of these have few enough plans to make every one of them."""
TINY = Size((6, 10), (1, 3), (0, 2), (1, 2), (0, 2))
SMALL = Size()
MEDIUM = Size((20, 40), (2, 4), (0, 2), (1, 3), (1, 2), (0, 2))

FIRST_FEATURES = frozenset(
    {
        "alternatives", "blackouts", "body", "cargo", "contingency", "controls", "crewed-options", "estimates",
        "extra-groups", "handover", "hazards", "hours", "in-flight", "leave", "life", "liners", "must-launch",
        "objectives", "opportunities", "pairs", "planned-launch", "planned-return", "port-spans", "precedences",
        "qualification-ends", "rate-changes", "relocation", "restrictions", "rigging", "safe-haven", "seat-dates",
        "ship-health", "soft-staffing", "spacing", "staffing", "stay-bounds", "suits", "supplies", "tables",
        "two-interfaces", "unsuited", "windows", "worst-person",
    }
)  # fmt: skip
"""What the dice of a seed decide on first."""

LATER_FEATURES = frozenset(
    {
        "all-estimates", "any-claims", "as-decided", "berths", "further-health", "further-rules", "half-open-leave",
        "measurements", "other-start", "outcomes", "pilots", "remarks", "some-agencies", "some-flight-ports",
        "stranding",
    }
)  # fmt: skip
"""What is added to a case by further dice: without these a seed means what it meant before there were any."""

FEATURES = FIRST_FEATURES | LATER_FEATURES
"""What a case may have beside people in docked ships."""


class Draw:
    """The dice, and a case in the making as plain data.

    Parameters
    ----------
    dice
        What decides on the features that were there first.
    further
        What decides on the rest; it may be the same.
    size
        How large the case is.
    on
        Its features.
    """

    def __init__(self, dice: random.Random, further: random.Random, size: Size, on: Set[str]) -> None:
        self.random = dice
        self.further = further
        self.size = size
        self.on = on
        self.start = START + timedelta(days=further.randint(1, 400)) if "other-start" in on else START
        self.tick = timedelta(hours=self.random.choice((6, 12)) if "hours" in self.on else 24)
        self.ticks = self.between(size.ticks)
        self.types: list[Data] = []
        self.vehicles: list[Data] = []
        self.ports: list[Data] = []
        self.people: list[Data] = []
        self.suits: list[Data] = []
        self.liners: list[Data] = []
        self.waivable: list[str] = []
        """Ids that an alternative may waive."""

    def chance(self, probability: float) -> bool:
        """True with a probability."""
        return self.random.random() < probability

    def has(self, feature: str, probability: float = 0.7) -> bool:
        """Whether one thing has a feature, if the case has it at all."""
        return self.chance(probability) and feature in self.on

    def between(self, limits: tuple[int, int]) -> int:
        """A whole number, limits included."""
        return self.random.randint(*limits)

    def one(self, items: Sequence[T]) -> T:
        """One of the items."""
        return self.random.choice(items)

    def some(self, items: Sequence[T], least: int = 1) -> list[T]:
        """Some of the items, in their order."""
        chosen = set(self.random.sample(range(len(items)), self.random.randint(min(least, len(items)), len(items))))
        return [item for number, item in enumerate(items) if number in chosen]

    def number(self, low: float, high: float) -> float:
        """Between two numbers, even on a logarithmic scale, to three figures."""
        return float(f"{low * (high / low) ** self.random.random():.3g}")

    def probability(self, low: float, high: float) -> Any:
        """The same, sometimes with its uncertainty."""
        value = self.number(low, high)
        if not self.has("estimates", 0.2):
            return value
        return {"mean": value, "error_factor": 3.0, "confidence": "judgement"}

    def at(self, tick: int) -> str:
        """The instant at which a tick starts."""
        return (self.start + tick * self.tick).isoformat()

    def date(self, low: float, high: float) -> str:
        """A date in a part of the horizon (0: its start, 1: its end)."""
        return self.at(self.random.randint(round(low * self.ticks), round(high * self.ticks)))

    def span(self, longest: int) -> Data:
        """A span of some ticks, sometimes open on one side."""
        begin = self.random.randrange(self.ticks)
        sides = {"from": self.at(begin), "to": self.at(begin + self.random.randint(1, longest))}
        if self.chance(0.1):
            del sides[self.one(("from", "to"))]
        return sides

    def length(self, low: int, high: int) -> str:
        """A length of some ticks, not always whole ones."""
        return write_duration((self.random.randint(low, high) + self.one((0.0, 0.0, 0.5))) * self.tick)

    def kind(self, ship: Data) -> Data:
        """The type of a ship."""
        return next(kind for kind in self.types if kind["id"] == ship["type"])

    def groups_of(self, ship: Data) -> list[Data]:
        """All seat groups of a ship."""
        return [*self.kind(ship).get("groups", []), *ship.get("extra_groups", [])]
