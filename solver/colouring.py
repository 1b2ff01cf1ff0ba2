"""Handing out ports of one interface to ships whose stays are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stay:
    """A ship docked in ticks `[begin, end)`, and the ports that would do for the whole of it, best first."""

    ship: int
    begin: int
    end: int
    ports: tuple[str, ...]


def colour(stays: Sequence[Stay], ports: Sequence[str]) -> dict[int, str] | None:
    """A port for each ship, no two at one port at a time; None if there is no such choice.

    Exhaustive, in order of arrival: there are a handful of ports and few ships at a time.
    """
    order = sorted(stays, key=lambda stay: (stay.begin, stay.ship))
    free_from = dict.fromkeys(ports, -(10**9))
    found: dict[int, str] = {}

    def place(number: int) -> bool:
        if number == len(order):
            return True
        stay = order[number]
        for port in stay.ports:
            before = free_from[port]
            if before <= stay.begin:
                free_from[port] = stay.end
                found[stay.ship] = port
                if place(number + 1):
                    return True
                free_from[port] = before
        found.pop(stay.ship, None)
        return False

    return found if place(0) else None
