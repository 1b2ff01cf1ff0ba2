"""A station for arguing about one rule at a time: edits of its data, plans as lines of words."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from crewreturn.models.case import Case
from crewreturn.models.statements import Statement
from crewreturn.solver.api import solve
from crewreturn.solver.check import evaluate

START = datetime(2031, 1, 1, tzinfo=UTC)

BASE = {
    "format": "crewreturn/1",
    "id": "binds",
    "title": "One rule binds",
    "known_at": "@0",
    "horizon": {"start": "@0", "end": "@4"},
    "evacuation": {"rate_per_day": 0.01},
    "ports": [{"id": "fore", "interface": "ring"}, {"id": "aft", "interface": "ring"}],
    "vehicle_types": [
        {
            "id": "capsule",
            "interface": "ring",
            "crewing": {"qualified": 0},
            "groups": [{"id": "couch", "seats": ["1", "2"]}],
            "health": {
                "emergency": {"loss": {"2": 0.1}},
                "nominal": {"loss": {"2": 0.01}},
                "uncrewed": {"allowed": True},
            },
        },
        {"id": "hulk", "interface": "ring"},
    ],
    "vehicles": [{"id": "old", "type": "capsule", "launched": "@-10", "docked_at": "fore"}],
    "people": [
        {"id": "ann", "aboard_in": {"vehicle": "old", "group": "couch"}},
        {"id": "bob", "aboard_in": {"vehicle": "old", "group": "couch"}},
    ],
}
"""Four days; two people in a sound capsule with two seats, which may leave on any of them. A hulk never may."""


def day(number):
    """The instant so many days after the start, as text."""
    return (START + timedelta(days=number)).isoformat().replace("+00:00", "Z")


def dated(data):
    """The data with instants for days: `@2` is two days after the start."""
    if isinstance(data, dict):
        return {key: dated(value) for key, value in data.items()}
    if isinstance(data, list):
        return [dated(value) for value in data]
    return day(int(data[1:])) if isinstance(data, str) and re.fullmatch(r"@-?\d+", data) else data


def edited(edits):
    """The base, edited: `vehicles.old.leave` sets a field, `ports+` adds entries to a list."""
    data = json.loads(json.dumps(BASE))
    for path, value in edits.items():
        *way, last = path.removesuffix("+").split(".")
        place = data
        for key in way:
            place = (
                next(entry for entry in place if entry["id"] == key)
                if isinstance(place, list)
                else place.setdefault(key, {})
            )
        if path.endswith("+"):
            place.setdefault(last, []).extend(value)
        else:
            place[last] = value
    return data


def words(plan):
    """A plan as lines: `relief comes 1 aft`, `old leaves 0`, `old to aft 1`, `old bench rigged 0`, `ann old couch 0-4`.

    A liner's move is `form-ann into old 0`; a suit that serves is named at the end of a hold.
    """

    def number(instant):
        return f"{(instant - START) / timedelta(days=1):g}"

    return {
        *(f"{event.vehicle} comes {number(event.arrival)} {event.port}" for event in plan.launches),
        *(f"{event.vehicle} leaves {number(event.at)}" for event in plan.departures),
        *(f"{event.vehicle} to {event.port} {number(event.at)}" for event in plan.relocations),
        *(f"{event.vehicle} {event.group} rigged {number(event.at)}" for event in plan.riggings),
        *(f"{event.liner} into {event.to or 'station'} {number(event.begin)}" for event in plan.liner_moves),
        *(
            f"{h.person} {h.vehicle} {h.group} {number(h.from_)}-{number(h.to)} {h.suit or ''}".strip()
            for h in plan.holds
        ),
    }


class Switch:
    """Builds cases and holds plans with and without a rule against what was argued by hand."""

    words = staticmethod(words)

    @staticmethod
    def case(edits=None, wants=None):
        """The base, edited; what is wanted first comes before the expected loss."""
        data = edited(edits or {})
        first = [] if wants is None else [{"id": "first", "weights": wants}]
        data["objective"] = [*first, {"id": "loss", "weights": {"expected_loss": 1}}]
        return Case.model_validate_json(json.dumps(dated(data)))

    @staticmethod
    def statements(said):
        """Statements from plain data."""
        return [Statement.model_validate_json(json.dumps(dated(one))) for one in said]

    def holds(self, rule, *, why, wants, obeys, breaks, edits=None, said=()):
        """The best plan that obeys the rule, and the best that need not: it breaks that rule and no other.

        `obeys` and `breaks`: the value of what is wanted first, then lines of the plan (see `words`). Each level is
        worth what the checker makes of the plan, lawful or not.
        """
        assert why.endswith(".")
        case, statements = self.case(edits, wants), self.statements(said)
        for off, (value, *lines) in (((), obeys), ((rule,), breaks)):
            answer = solve(case, statements=statements, rules_off=off)
            assert answer.status == "optimal"
            assert answer.levels[0].value == pytest.approx(value)
            assert set(lines) <= words(answer.plan)
            found = evaluate(case, answer.plan, statements=statements)
            assert {violation.rule for violation in found.violations} == set(off)
            assert evaluate(case, answer.plan, statements=statements, rules_off=off).ok
            for level in answer.levels:
                assert level.value == pytest.approx(found.objective[level.id], abs=1e-3)


@pytest.fixture(scope="session")
def switch():
    """The builder."""
    return Switch()
