"""A flow with its rules and its levels: everything a solver run needs, on one grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..models.objective import Level
from .engine import Budget
from .facts import Facts
from .flow import Flow, times
from .linear import Linear
from .objective import LevelTerms, Objective
from .rules import RULES
from .rules.ports import must_be_explicit
from .tighten import tightened


class Model:
    """The rows of a case on a grid, and its levels as integer expressions.

    Raises
    ------
    OutOfTime
        If the budget is spent before all is built.
    """

    def __init__(
        self,
        facts: Facts,
        grid: Sequence[int],
        levels: Sequence[Level],
        *,
        explicit_ports: Collection[str] = (),
        stranding: bool = True,
        liners_by_place: bool = False,
        seats: Collection[tuple[int, int]] | None = None,
        budget: Budget | None = None,
    ) -> None:
        explicit = {*explicit_ports, *must_be_explicit(facts)}
        self.flow = Flow(
            facts,
            grid,
            explicit_ports=explicit,
            liners_by_place=liners_by_place or facts.tells_every_move,
            alone=facts.everyone_alone(levels),
            seats=seats,
            budget=budget,
        )
        for rule in RULES:
            if budget is not None:
                budget.insist()
            self.flow.rows.rule = rule.name
            rule.build(self.flow)
        if not stranding:
            self._forbid_stranding()
        self.objective = Objective(self.flow)
        for limit in facts.limits:
            self.objective.limit(limit)
        self.levels: list[LevelTerms] = [self.objective.level(level) for level in levels]
        if not stranding:
            for terms in self.levels:
                self._unprice_stranding(terms.cost)
        if budget is not None:
            budget.insist()
        self.rows = tightened(self.flow.rows)
        """The flow's rows, columns narrowed to what they allow."""

    def _forbid_stranding(self) -> None:
        """Everybody aboard at the end is in a ship that could lawfully leave."""
        flow, last = self.flow, len(self.flow.grid) - 1
        flow.rows.rule = "search:nobody-stranded"
        for crew in flow.crews:
            home = flow.goes_home(crew, len(flow.grid))
            flow.rows.equal(flow.aboard(crew, last) + times(home, -1), 0)

    def _unprice_stranding(self, cost: Linear) -> None:
        """Price who is aboard at the end as going home, which is the same here: amounts like 1e6 would slow the LP."""
        flow, last = self.flow, len(self.flow.grid) - 1
        for crew in flow.crews:
            home = flow.goes_home(crew, len(flow.grid))
            for column, _ in flow.aboard(crew, last):
                price = cost.factors.get(column, 0) if column is not None else 0
                cost.add([(column, 1), *times(home, -1)], -price)
