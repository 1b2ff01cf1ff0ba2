"""What alternatives have in common: columns, rows of every rule but statements, and the levels. Built once for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Sequence

from ..models.objective import Level
from .classes import classes
from .engine import Budget
from .facts import Facts
from .flow import Flow, times
from .linear import Linear
from .objective import LevelTerms, Objective
from .rules import RULES
from .rules.statements import Statements

KEPT = 4
"""Builds that a shelf keeps, those used last: the grids of one case, and of an alternative with dates of its own."""
MOST_KEPT = 300_000
"""Columns of the largest that it keeps: 400 MB or so, and 1.6 GB for four."""


class Build:
    """A flow on a grid with its rules, but for statements, and its levels.

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
        explicit_ports: Collection[str],
        stranding: bool,
        liners_by_place: bool,
        seats: Collection[tuple[int, int]] | None,
        budget: Budget | None,
    ) -> None:
        self.flow = Flow(
            facts,
            grid,
            explicit_ports=explicit_ports,
            liners_by_place=liners_by_place,
            alone=facts.everyone_alone(levels),
            seats=seats,
            budget=budget,
        )
        for rule in RULES:
            if budget is not None:
                budget.insist()
            if not isinstance(rule, Statements):
                self.flow.rows.rule = rule.name
                rule.build(self.flow)
        if not stranding:
            self._forbid_stranding()
        self.objective = Objective(self.flow)
        self.levels: list[LevelTerms] = [self.objective.level(level) for level in levels]
        if not stranding:
            for terms in self.levels:
                self._unprice_stranding(terms.cost)

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


class Shelf:
    """Builds for the alternatives of one case under one objective, from whatever threads ask for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}
        self._builds: dict[Hashable, Build] = {}

    def build(self, key: Hashable, make: Callable[[], Build], budget: Budget) -> Build:
        """The build of this key; made once for all who ask, unless its making fails or it is too large to be kept.

        Raises
        ------
        OutOfTime
            If the budget is spent while another thread makes it, or by `make`.
        """
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        while not making.acquire(timeout=0.05):
            budget.insist()
        try:
            with self._lock:
                known = self._builds.pop(key, None)
            build = make() if known is None else known
            with self._lock:
                if len(build.flow.rows.lower) <= MOST_KEPT:
                    self._builds[key] = build
                while len(self._builds) > KEPT:
                    del self._builds[next(iter(self._builds))]
        finally:
            making.release()
        return build


def shareable(facts: Facts) -> bool:
    """Whether a build is of use to other alternatives: limits add columns to what they limit.

    An earlier plan or the traffic of others is something that alternatives of one comparison do not have.
    """
    return not facts.limits and facts.against is None and not facts.busy


def sharing(facts: Facts, levels: Sequence[Level]) -> Hashable:
    """What a build takes from shareable facts beyond the case: equal where statements change only their own rows.

    Statements that single people out, grade seats, or make it matter whether a move is made change more than that.
    """
    people = classes(facts, alone=facts.everyone_alone(levels))
    returns = [said.forbid.return_ for _, said in facts.said if said.forbid is not None]
    statements = {entry.id for entry in facts.case.restrictions}
    return (
        tuple(tuple(person.id for person in crew.members) for crew in people),
        facts.waived - statements,
        facts.off,
        facts.tells_every_move,
        tuple(map(repr, filter(None, returns))) if "graded_days" in facts.measures(levels) else (),
    )
