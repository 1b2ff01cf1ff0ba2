"""A flow with its rules and its levels: everything a solver run needs, on one grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from ..models.objective import Level
from .build import Build, Shelf, shareable, sharing
from .engine import Budget
from .facts import Facts
from .rules.ports import must_be_explicit
from .rules.statements import Statements
from .tighten import tightened


class Model:
    """The rows of a case on a grid, and its levels as integer expressions.

    With a `shelf`, alternatives that differ in statements only share what they have in common: each adds rows of its
    own, which narrow the columns. Models of some seats, and those with limits on measures, are built by themselves.

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
        shelf: Shelf | None = None,
    ) -> None:
        explicit = frozenset({*explicit_ports, *must_be_explicit(facts)})
        by_place = liners_by_place or facts.tells_every_move

        make = partial(
            Build,
            facts,
            grid,
            levels,
            explicit_ports=explicit,
            stranding=stranding,
            liners_by_place=by_place,
            seats=seats,
            budget=budget,
        )
        if shelf is None or seats is not None or not shareable(facts):
            build = make()
            self.flow = build.flow
        else:
            key = (tuple(grid), explicit, stranding, by_place, sharing(facts, levels))
            build = shelf.build(key, make, budget or Budget())
            self.flow = build.flow.copied(facts)
        Statements().build(self.flow)
        for limit in facts.limits:
            build.objective.limit(limit)
        self.levels = build.levels
        if budget is not None:
            budget.insist()
        self.rows = tightened(self.flow.rows)
        """The flow's rows, columns narrowed to what they allow."""
