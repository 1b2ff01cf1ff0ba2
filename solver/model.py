"""A flow with its rules and its levels: everything a solver run needs, on one grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..models.objective import Level
from .facts import Facts
from .flow import Flow
from .objective import LevelTerms, Objective
from .rules import RULES
from .rules.ports import must_be_explicit


class Model:
    """The rows of a case on a grid, and its levels as integer expressions."""

    def __init__(
        self,
        facts: Facts,
        grid: Sequence[int],
        levels: Sequence[Level],
        *,
        explicit_ports: Collection[str] = (),
        rules_off: Collection[str] = (),
    ) -> None:
        self.flow = Flow(facts, grid, explicit_ports={*explicit_ports, *must_be_explicit(facts)})
        for rule in RULES:
            if rule.name not in rules_off:
                self.flow.rows.rule = rule.name
                rule.build(self.flow)
        self.objective = Objective(self.flow)
        for _, statement in facts.statements:
            if statement.require is not None and statement.require.limit is not None:
                self.objective.limit(statement.require.limit)
        self.levels: list[LevelTerms] = [self.objective.level(level) for level in levels]
        self.rows = self.flow.rows
