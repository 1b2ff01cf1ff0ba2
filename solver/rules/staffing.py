"""How many people are aboard."""

from __future__ import annotations

from ...models.case import Staffing
from ..flow import Flow, Terms, times


class Staffed:
    """Hard and soft bounds on people aboard."""

    name = "staffing"
    sentence = "At least, or at most, so many people aboard match a filter between two dates."

    def build(self, flow: Flow) -> None:
        for rule in flow.facts.staffing:
            flow.rows.rule = f"staffing:{rule.id}"
            begin, end = flow.facts.span(rule.from_, rule.to)
            seen: set[tuple[object, ...]] = set()
            for i in flow.periods:
                if not begin <= flow.begin(i) < end:
                    continue
                heads = matching(flow, rule, i)
                if not rule.soft:
                    if (signature := tuple(heads)) in seen:  # nobody comes or goes: the row repeats
                        continue
                    seen.add(signature)
                if rule.at_least is not None:
                    missing: Terms = [(flow.state(("missing", rule.id), i, rule.at_least), 1)] if rule.soft else []
                    flow.rows.at_least(heads + missing, rule.at_least)
                if rule.at_most is not None:
                    most = sum(crew.size for crew in flow.crews)
                    extra: Terms = [(flow.state(("too-many", rule.id), i, most), -1)] if rule.soft else []
                    flow.rows.at_most(heads + extra, rule.at_most)
            if rule.at_most_person_days is not None:
                self._supplies(flow, rule, begin, end)

    @staticmethod
    def _supplies(flow: Flow, rule: Staffing, begin: int, end: int) -> None:
        """Person-ticks against the supply; what a supply holds beyond whole ticks is a column of its own."""
        whole, part = supply(flow, rule)
        spent: Terms = []
        for i in flow.periods:
            if begin <= flow.begin(i) < end:
                spent += times(matching(flow, rule, i), min(flow.end(i), end) - flow.begin(i))
        excess: Terms = []
        if rule.soft:
            most = (end - begin) * sum(crew.size for crew in flow.crews)
            excess = [(flow.single(("over", rule.id), end, most), -1)]
            if part:
                begun = flow.single(("over-begun", rule.id), end)
                flow.rows.at_most([(begun, 1), *excess], 0)
        flow.rows.at_most(spent + excess, whole)


def supply(flow: Flow, rule: Staffing) -> tuple[int, float]:
    """Whole person-ticks of a supply, and what is left over as a part of one."""
    ticks = (rule.at_most_person_days or 0.0) * 1440 / flow.time.minutes
    whole = int(ticks + 1e-9)
    return whole, max(0.0, ticks - whole) if ticks - whole > 1e-9 else 0.0


def matching(flow: Flow, rule: Staffing, i: int) -> Terms:
    """People aboard in period i whom the rule counts."""
    return [
        term
        for crew in flow.crews
        if (rule.agency is None or crew.one.agency == rule.agency)
        and (rule.qualification is None or flow.facts.qualified(crew.one, rule.qualification, flow.begin(i)))
        for term in flow.aboard(crew, i)
    ]
