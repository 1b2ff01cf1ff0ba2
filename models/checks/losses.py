"""Probabilities stay probabilities: the parts of one loss add up to no more than 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..base import mean
from ..fleet import Passage
from ..problems import Path, Problem, quote, show_path
from .index import Index, Purpose, Ship
from .launches import TOLERANCE

CALLED: dict[Purpose, str] = {"emergency": "an emergency return", "nominal": "a nominal return"}


@dataclass(frozen=True, slots=True)
class Part:
    """The largest value of one part of a loss."""

    path: Path
    value: float

    @property
    def text(self) -> str:
        """The value and where it stands."""
        return f"{self.value:g} ({show_path(self.path)})"


def problems(index: Index) -> Iterator[Problem]:
    """Losses that can pass 1, and a stranding that is better than coming home."""
    told: set[tuple[Path, ...]] = set()
    dearest: tuple[float, Ship, list[Part]] | None = None
    for ship in index.ships.values():
        for purpose, called in CALLED.items():
            parts = largest_parts(ship, purpose)
            total = sum(part.value for part in parts)
            where = tuple(part.path for part in parts)
            if total > 1 + TOLERANCE and where not in told:
                told.add(where)
                message = (
                    f"the loss of a person in {called} in {quote(ship.vehicle.id)} can pass 1: "
                    f"{_sum(parts)} = {total:g}"
                )
                worst = max(parts, key=lambda part: part.value)
                yield Problem(worst.path, message, worst.value, "Lower them: together they are a probability.")
            elif purpose == "nominal" and total <= 1 + TOLERANCE and (dearest is None or total > dearest[0]):
                dearest = total, ship, parts
    stranded = mean(index.case.loss_stranded)
    if dearest is not None and dearest[0] > stranded + TOLERANCE:
        total, ship, parts = dearest
        message = (
            f"less than a nominal return in {quote(ship.vehicle.id)} can cost: {_sum(parts)}"
            f"{f' = {total:g}' if len(parts) > 1 else ''}. Being stranded must not be better than coming home"
        )
        yield Problem(("loss_stranded",), message, stranded, f"Give at least {total:g}, or leave it out for 1.")


def largest_parts(ship: Ship, purpose: Purpose) -> list[Part]:
    """The largest value of each part of the loss of somebody in the ship: table, seat, suit, docked life.

    They are taken together whatever their dates: what can be in force at one time depends on decisions.
    """
    tables = [part for path, passage, _ in ship.passages(purpose) for part in _table(path, passage, ship.seats)]
    if not tables:
        return []
    seats = [Part((*path, "added_loss"), mean(group.added_loss)) for path, group in ship.groups]
    steps = [
        Part((*path, "added_loss"), mean(step.added_loss))
        for path, step in ship.life()
        if (step.holds if purpose == "emergency" else step.returns)
    ]
    suits: list[Part] = []
    unsuited = getattr(ship.type.unsuited, purpose) if ship.type and ship.type.suit else None
    if unsuited is not None:
        suits = [Part((*ship.type_path, "unsuited", purpose), mean(unsuited))]
    found = (max(parts, key=lambda part: part.value) for parts in (tables, seats, suits, steps) if parts)
    return [part for part in found if part.value > 0]


def _sum(parts: list[Part]) -> str:
    return " + ".join(part.text for part in parts)


def _table(path: Path, passage: Passage, seats: int) -> Iterator[Part]:
    """Entries that some allowed number of people uses: a number without one takes the next higher."""
    below, most = 0, min(passage.most, seats)
    for number in sorted(passage.loss):
        if below < most:
            yield Part((*path, "loss", str(number)), mean(passage.loss[number]))
        below = number
