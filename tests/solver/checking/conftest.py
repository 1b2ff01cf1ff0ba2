"""A tiny station for arguing about one rule at a time: dates are days, plans are lines of words."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from crewreturn.models.case import Case
from crewreturn.models.plan import Plan
from crewreturn.models.statements import Statement
from crewreturn.solver.check import evaluate

START = datetime(2023, 1, 1, tzinfo=UTC)


def day(number):
    """The instant so many days after the start, as text."""
    return (START + timedelta(days=number)).isoformat().replace("+00:00", "Z")


BASE = {
    "format": "crewreturn/1",
    "id": "tiny",
    "title": "Tiny",
    "known_at": day(0),
    "horizon": {"start": day(0), "end": day(10)},
    "evacuation": {"rate_per_day": 0.01},
    "ports": [{"id": "fore", "interface": "ring"}, {"id": "aft", "interface": "ring"}],
    "vehicle_types": [
        {
            "id": "capsule",
            "interface": "ring",
            "groups": [{"id": "couch", "seats": ["left", "centre", "right"], "controls": True}],
            "health": {
                "emergency": {"loss": {"3": 0.1}},
                "nominal": {"loss": {"3": 0.01}},
                "uncrewed": {"allowed": True},
            },
        }
    ],
    "vehicles": [{"id": "old", "type": "capsule", "launched": day(-30), "docked_at": "fore"}],
    "people": [
        {"id": "ann", "qualified": ["capsule"], "aboard_in": {"vehicle": "old", "group": "couch"}},
        {"id": "bob", "aboard_in": {"vehicle": "old", "group": "couch"}},
        {"id": "cyd", "aboard_in": {"vehicle": "old", "group": "couch"}},
    ],
}
NEW = {
    "id": "new",
    "type": "capsule",
    "launch": [{"id": "empty", "earliest": day(0), "latest": day(8), "transit": "P1D"}],
}
"""A second ship on the ground; it reaches the station a day after its launch."""
STAY = ["ann old couch 0-10", "bob old couch 0-10", "cyd old couch 0-10"]
"""Everyone keeps the seat they had."""


class Tiny:
    """Builds tiny cases and plans, and asks the checker."""

    day = staticmethod(day)
    NEW = NEW
    STAY = STAY

    @staticmethod
    def case(edits=None, *, end=10):
        """The tiny station, edited: `vehicles.old.leave` sets a field, `ports+` adds entries to a list."""
        data = json.loads(json.dumps(BASE))
        data["horizon"]["end"] = day(end)
        for path, value in (edits or {}).items():
            *way, last = path.removesuffix("+").split(".")
            place = data
            for key in way:
                place = _step(place, key)
            if path.endswith("+"):
                place.setdefault(last, []).extend(value)
            elif isinstance(place, list):
                place[place.index(_step(place, last))] = value
            else:
                place[last] = value
        return Case.model_validate_json(json.dumps(data))

    @staticmethod
    def plan(*holds, comes=(), leaves=(), relocates=(), rigs=(), moves=()):
        """A plan of words and days.

        Holds: `ann old couch 0-10`, with a suit at the end where one serves. Comes: `new empty 1>2 aft`, or in flight
        `new 2 aft`. Leaves: `old 5`. Relocates: `old aft 3`. Rigs: `old bench 2`. Moves: `liner new 3`, or (into the
        station) `liner - 3`.
        """
        return Plan.model_validate_json(
            json.dumps(
                {
                    "holds": [_hold(*line.split()) for line in holds],
                    "launches": [_launch(*line.split()) for line in comes],
                    "departures": [{"vehicle": v, "at": _at(t)} for v, t in map(str.split, leaves)],
                    "relocations": [{"vehicle": v, "port": p, "at": _at(t)} for v, p, t in map(str.split, relocates)],
                    "riggings": [{"vehicle": v, "group": g, "at": _at(t)} for v, g, t in map(str.split, rigs)],
                    "liner_moves": [
                        {"liner": item, "to": None if to == "-" else to, "begin": _at(t)}
                        for item, to, t in map(str.split, moves)
                    ],
                }
            )
        )

    @staticmethod
    def statements(*said):
        """Statements from plain data."""
        return tuple(Statement.model_validate_json(json.dumps(one)) for one in said)

    @staticmethod
    def check(case, plan, **how):
        """The whole evaluation."""
        return evaluate(case, plan, **how)

    @staticmethod
    def broken(case, plan, **how):
        """What is broken and in which days: `{"ports.closed": [(2, 4)]}`; an undated violation has (None, None)."""
        found = {}
        for violation in evaluate(case, plan, **how).violations:
            assert violation.message.endswith(".")
            span = tuple(
                None if at is None else (at - START) / timedelta(days=1) for at in (violation.from_, violation.to)
            )
            found.setdefault(violation.rule, []).append(span)
        return found


def _step(place, key):
    if isinstance(place, list):
        return next(entry for entry in place if entry["id"] == key)
    return place.setdefault(key, {})


def _at(text):
    return day(float(text))


def _hold(person, vehicle, group, days, suit=None):
    first, last = re.split(r"(?<=\d)-", days)
    return {"person": person, "vehicle": vehicle, "group": group, "suit": suit, "from": _at(first), "to": _at(last)}


def _launch(vehicle, *rest):
    if len(rest) == 2:
        arrival, port = rest
        return {"vehicle": vehicle, "arrival": _at(arrival), "port": port}
    option, dates, port = rest
    launch, arrival = dates.split(">")
    return {"vehicle": vehicle, "option": option, "launch": _at(launch), "arrival": _at(arrival), "port": port}


@pytest.fixture(scope="session")
def tiny():
    """The builder."""
    return Tiny
