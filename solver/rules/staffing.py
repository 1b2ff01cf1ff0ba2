"""How many people are aboard."""

from __future__ import annotations

from ...models.case import Staffing
from ..classes import Crew
from ..flow import Flow, Terms, times

Counted = list[tuple[Crew, range]]
"""Classes, with the ticks in which a rule counts their members."""


class Staffed:
    """Hard and soft bounds on people aboard."""

    name = "staffing"

    def build(self, flow: Flow) -> None:
        for rule in flow.facts.staffing:
            flow.rows.rule = f"staffing:{rule.id}"
            begin, end = flow.facts.span(rule.from_, rule.to)
            counted = _counted(flow, rule)
            seen: set[tuple[object, ...]] = set()
            for i in flow.periods:
                if not begin <= flow.begin(i) < end:
                    continue
                heads = _matching(flow, counted, i)
                if not rule.soft:
                    if (signature := tuple(heads)) in seen:  # nobody comes or goes: the row repeats
                        continue
                    seen.add(signature)
                if rule.at_least is not None and rule.soft:
                    missing = flow.state(("missing", rule.id), i, rule.at_least)
                    flow.excess(missing, times(heads, -1), -rule.at_least)
                elif rule.at_least is not None:
                    flow.rows.at_least(heads, rule.at_least)
                if rule.at_most is not None and rule.soft:
                    most = sum(crew.size for crew in flow.crews)
                    flow.excess(flow.state(("too-many", rule.id), i, most), heads, rule.at_most)
                elif rule.at_most is not None:
                    flow.rows.at_most(heads, rule.at_most)
            if rule.at_most_person_days is not None:
                self._supplies(flow, rule, counted, begin, end)

    @staticmethod
    def _supplies(flow: Flow, rule: Staffing, counted: Counted, begin: int, end: int) -> None:
        """Person-ticks against the supply; what a supply holds beyond whole ticks is a column of its own."""
        whole, part = supply(flow, rule)
        spent: Terms = []
        for i in flow.periods:
            if begin <= flow.begin(i) < end:
                spent += times(_matching(flow, counted, i), min(flow.end(i), end) - flow.begin(i))
        if not rule.soft:
            flow.rows.at_most(spent, whole)
            return
        most = (end - begin) * sum(crew.size for crew in flow.crews)
        over = flow.single(("over", rule.id), end, most)
        flow.excess(over, spent, whole)
        if part:
            begun = flow.single(("over-begun", rule.id), end)
            flow.rows.at_most([(begun, 1), (over, -1)], 0)
            if flow.facts.asks_for_more:
                flow.rows.at_most([(over, 1), (begun, -most)], 0)


def supply(flow: Flow, rule: Staffing) -> tuple[int, float]:
    """Whole person-ticks of a supply, and what is left over as a part of one."""
    ticks = (rule.at_most_person_days or 0.0) * 1440 / flow.time.minutes
    whole = int(ticks + 1e-9)
    return whole, max(0.0, ticks - whole) if ticks - whole > 1e-9 else 0.0


def _counted(flow: Flow, rule: Staffing) -> Counted:
    return [(crew, range(*flow.facts.counted(rule, crew.one))) for crew in flow.crews]


def _matching(flow: Flow, counted: Counted, i: int) -> Terms:
    """People aboard in period i whom a rule counts."""
    return [term for crew, ticks in counted if flow.begin(i) in ticks for term in flow.aboard(crew, i)]
