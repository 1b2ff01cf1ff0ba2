"""What was found broken, violations of consecutive ticks joined into one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...models.answer import Violation
from ...models.rules import RULES, named
from .clock import Clock


class Log:
    """Collects violations; keeps silent about rules, or whole families, that are switched off."""

    def __init__(self, clock: Clock, off: Collection[str] = ()) -> None:
        self._clock = clock
        self._active = RULES.keys() - named(off)
        self._found: dict[tuple[str, tuple[str, ...], str], list[int]] = {}

    def at(self, tick: int, rule: str, entities: Collection[str], message: str) -> None:
        """A rule is broken in a tick; the message is a sentence without its full stop and date."""
        self._add(rule, entities, message).append(tick)

    def always(self, rule: str, entities: Collection[str], message: str) -> None:
        """A rule is broken at no date in particular."""
        self._add(rule, entities, message)

    def _add(self, rule: str, entities: Collection[str], message: str) -> list[int]:
        if rule not in RULES:
            raise KeyError(f"{rule!r} is missing in RULES: add it there, with its sentence")
        return self._found.setdefault((rule, tuple(entities), message), []) if rule in self._active else []

    def violations(self) -> tuple[Violation, ...]:
        """Everything found, by date and then in the order of the rules; undated ones first."""
        order = {rule: place for place, rule in enumerate(RULES)}
        found = [
            (-1 if run is None else run.start, order[rule], entities, message, rule, run)
            for (rule, entities, message), ticks in self._found.items()
            for run in (runs(ticks) if ticks else [None])
        ]
        found.sort(key=lambda entry: entry[:4])
        return tuple(self._violation(rule, entities, message, run) for *_, entities, message, rule, run in found)

    def _violation(self, rule: str, entities: tuple[str, ...], message: str, run: range | None) -> Violation:
        if run is None:
            return Violation(rule=rule, entities=entities, message=f"{message}.")
        date = self._clock.date
        when = f"on {date(run.start)}" if len(run) == 1 else f"from {date(run.start)} to {date(run.stop)}"
        first, end = self._clock.at(run.start), self._clock.at(run.stop)
        return Violation(rule=rule, entities=entities, from_=first, to=end, message=f"{message}, {when}.")


def runs(ticks: Collection[int]) -> Iterator[range]:
    """Ticks as spans of consecutive ones."""
    ordered = sorted(set(ticks))
    first = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or ordered[place] != ordered[place - 1] + 1:
            yield range(ordered[first], ordered[place - 1] + 1)
            first = place
