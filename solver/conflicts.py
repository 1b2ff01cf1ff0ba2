"""Where no plan exists: which rules and statements cannot hold together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta

from ..models.answer import Conflict
from ..models.base import write_duration
from ..models.crew import Person
from .engine import Budget, minimise
from .facts import Facts
from .linear import Linear
from .model import Model

BOUNDS = {"at_least": "at-least", "at_most": "at-most", "at_most_person_days": "person-days"}
"""What a staffing rule bounds, and the last word of the rule's name."""


def conflicts(facts: Facts, budget: Budget) -> list[Conflict]:
    """A set of rules that cannot all hold, from which none can be left out, tried in the case's order.

    Only rules that the case could waive and statements are candidates; UNKNOWN counts as "still needed". Empty if even
    without them no plan exists, or time ran out before anything was learnt.
    """
    candidates = _candidates(facts)
    needed = set(candidates)
    if _possible(facts, set(), budget) is not True:
        return []
    for name in candidates:
        if budget.spent:
            return []
        if _possible(facts, needed - {name}, budget) is False:
            needed.discard(name)
    return [
        Conflict(rule=rule, entities=(name.partition("#")[0],), message=message)
        for name, (rule, message) in candidates.items()
        if name in needed
    ]


def _words(claim: dict[str, object]) -> str:
    """A claim as words: `vehicle sound, to 2030-01-10T00:00:00Z`."""
    return ", ".join(
        f"{field} {' and '.join(value) if isinstance(value, list) else value}" for field, value in claim.items()
    )


def _candidates(facts: Facts) -> dict[str, tuple[str, str]]:
    """What could be given up: the name of the rule that it is for, and a sentence."""
    found: dict[str, tuple[str, str]] = {}
    restrictions = {entry.id for entry in facts.case.restrictions}
    for number, (name, statement) in enumerate(facts.statements):
        verb = "requires" if statement.require is not None else "forbids"
        claim = statement.require or statement.forbid
        assert claim is not None
        said = claim.model_dump(mode="json", exclude_none=True, by_alias=True)
        words = "; ".join(f"{kind} {_words(part)}" for kind, part in said.items())
        family = "restrictions" if name in restrictions else "statements"
        found[f"{name}#{number}"] = f"{family}.{claim.about}", f"{name} {verb}: {words}"
    for rule in facts.staffing:
        if not rule.soft:
            bounds = [bound for bound in BOUNDS if getattr(rule, bound) is not None]
            found[rule.id] = _rule("staffing", [BOUNDS[bound] for bound in bounds]), f"staffing {rule.title}"
    for precedence in facts.precedences:
        found[precedence.id] = "traffic.precedence", f"precedence {precedence.title}"
    for blackout in facts.blackouts:
        found[blackout.id] = "traffic.blackout", f"blackout {blackout.title}"
    for ship in facts.ships:
        if ship.vehicle.leave is not None and f"{ship.id}.leave" not in facts.waived:
            found[f"{ship.id}.leave"] = "traffic.leave", f"bounds on the departure of {ship.vehicle.title}"
        for step in ship.steps:
            what = _rule("docked-life", [what for what in ("holds", "returns") if not getattr(step, what)])
            same = found.get(step.id, (what,))[0] == what  # of its ships each may have its own step of that id
            found[step.id] = what if same else "docked-life", f"docked life: {step.title}"
    for person in facts.case.people:
        for bound in ("earliest_return", "latest_return"):
            name = f"{person.id}.{bound}"
            if getattr(person, bound) is not None and name not in facts.waived:
                words = bound.replace("_", " ")
                found[name] = (
                    f"stay.{words.replace(' ', '-')}",
                    f"{words} of {person.title}, {_when(facts, person, bound)}",
                )
    return found


def _when(facts: Facts, person: Person, bound: str) -> str:
    """The date of a bound on a return, or the time after a launch that is yet to be decided."""
    value: datetime | timedelta = getattr(person, bound)
    if isinstance(value, timedelta):
        launched = facts.launch_instant(person)
        if launched is None:
            return f"{write_duration(value)} after launch"
        value = launched + value
    return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"


def _rule(family: str, rules: Collection[str]) -> str:
    """The name of the rule, if it is one of the family; else that of the family."""
    return f"{family}.{next(iter(rules))}" if len(rules) == 1 else family


def _possible(facts: Facts, kept: Iterable[str], budget: Budget) -> bool | None:
    """Whether a plan exists if only these candidates hold."""
    kept = set(kept)
    names = _candidates(facts)
    waive = {*facts.waived, *(name for name in names if name not in kept and "#" not in name)}
    restrictions = {entry.id for entry in facts.case.restrictions}
    statements = [(n, s) for k, (n, s) in enumerate(facts.statements) if f"{n}#{k}" in kept and n not in restrictions]
    waive |= {n for k, (n, _) in enumerate(facts.statements) if n in restrictions and f"{n}#{k}" not in kept}
    relaxed = Facts(facts.case, waive=waive, statements=statements, against=facts.against, rules_off=facts.off)
    model = Model(relaxed, range(relaxed.horizon), ())
    outcome = minimise(model.rows, Linear(), budget)
    return None if outcome.status == "unknown" else outcome.values is not None
