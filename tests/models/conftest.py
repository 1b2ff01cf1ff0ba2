"""A tiny case that is valid, and what is found in it once a test has spoilt it."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from crewreturn.models.case import Case
from crewreturn.models.problems import CaseProblems, Problem, show_path

# Ten days. Ann, Bob and Cyd hold the three couches of `old` (a soyuz: suits, liners), Dee a seat of `ark` (a dragon:
# neither). Eve and Fay are on the ground; `new` may come with them or empty. `cargo` is on its way with a spare suit.
TINY: dict[str, Any] = {
    "format": "crewreturn/1",
    "id": "tiny",
    "title": "Three in an old ship",
    "known_at": "2023-01-01T00:00:00Z",
    "horizon": {"start": "2023-01-01T00:00:00Z", "end": "2023-01-11T00:00:00Z"},
    "evacuation": {"rate_per_day": 1e-4},
    "suit_types": [{"id": "sokol"}],
    "liner_kinds": [{"id": "kazbek", "move": {"takes": "PT4H", "at_most": 2, "within": "P1D"}}],
    "ports": [
        {"id": "nadir", "interface": "SSVP"},
        {"id": "zenith", "interface": "SSVP"},
        {"id": "aft", "interface": "SSVP"},
        {"id": "forward", "interface": "IDSS"},
    ],
    "vehicle_types": [
        {
            "id": "soyuz",
            "interface": "SSVP",
            "launcher": "soyuz-2",
            "suit": "sokol",
            "unsuited": {"emergency": 4.5e-4},
            "groups": [
                {"id": "couch", "seats": ["l", "c", "r"], "needs_liner": "kazbek", "hookups": True, "controls": True}
            ],
            "health": {
                "emergency": {"at_most": 3, "loss": {"3": 3e-3}},
                "nominal": {"at_most": 3, "loss": {"3": 2e-3}},
                "uncrewed": {"allowed": True},
            },
            "docked_life": [
                {"id": "waived", "after": "P215D", "added_loss": 5e-4},
                {"id": "expired", "after": "P245D", "holds": False, "returns": False},
            ],
        },
        {
            "id": "dragon",
            "interface": "IDSS",
            "groups": [{"id": "seat", "seats": ["1", "2", "3", "4"]}],
            "health": {
                "emergency": {"loss": {"4": 3e-3}},
                "nominal": {"loss": {"4": 2e-3}},
            },
        },
        {"id": "progress", "interface": "SSVP", "health": {"uncrewed": {"allowed": True}}},
    ],
    "vehicles": [
        {
            "id": "old",
            "type": "soyuz",
            "launched": "2022-09-21T13:54:00Z",
            "docked_at": "nadir",
            "health": [{"from": "2022-12-15T00:00:00Z", "nominal": {"at_most": 3, "loss": {"2": 1e-2, "3": 4e-2}}}],
            "leave": {"not_before": "2023-01-02T00:00:00Z"},
        },
        {"id": "ark", "type": "dragon", "launched": "2022-10-05T16:00:00Z", "docked_at": "forward"},
        {
            "id": "new",
            "type": "soyuz",
            "launch": [
                {"id": "empty", "earliest": "2023-01-03T00:00:00Z", "latest": "2023-01-08T00:00:00Z", "transit": "P1D"},
                {
                    "id": "crewed",
                    "planned": {"from": "2023-01-05T00:00:00Z", "to": "2023-01-08T00:00:00Z"},
                    "opportunities": [
                        {"launch": "2023-01-05T00:00:00Z", "transit": "P1D"},
                        {"launch": "2023-01-07T00:00:00Z", "arrival": "2023-01-08T00:00:00Z"},
                    ],
                    "ports": ["zenith"],
                    "brings": {"people": ["eve", "fay"], "suits": ["sokol-eve"], "liners": ["kazbek-eve"]},
                    "ascent_loss": 1.5e-3,
                    "outcomes": {"on_time": 0.8, "late": {"by": "P2D", "chance": 0.17}, "lost": 0.03},
                },
            ],
        },
        {
            "id": "cargo",
            "type": "progress",
            "launched": "2022-12-30T00:00:00Z",
            "in_flight": {"arrivals": ["2023-01-02T00:00:00Z", "2023-01-03T00:00:00Z"], "brings": {"suits": ["spare"]}},
        },
    ],
    "people": [
        {
            "id": "ann",
            "agency": "roscosmos",
            "qualified": ["soyuz"],
            "aboard_in": {"vehicle": "old", "group": "couch", "suit": "sokol-ann"},
            "planned_return": "P188D",
            "latest_return": "2023-01-10T00:00:00Z",
        },
        {"id": "bob", "agency": "roscosmos", "aboard_in": {"vehicle": "old", "group": "couch", "suit": "sokol-bob"}},
        {"id": "cyd", "agency": "nasa", "aboard_in": {"vehicle": "old", "group": "couch"}},
        {"id": "dee", "agency": "nasa", "qualified": ["dragon"], "aboard_in": {"vehicle": "ark", "group": "seat"}},
        {"id": "eve", "agency": "roscosmos", "qualified": ["soyuz"]},
        {"id": "fay", "agency": "nasa"},
    ],
    "suits": [
        {"id": "sokol-ann", "type": "sokol", "fits": ["ann"], "aboard": True},
        {"id": "sokol-bob", "type": "sokol", "fits": ["bob"], "aboard": True},
        {"id": "sokol-eve", "type": "sokol", "fits": ["eve"]},
        {"id": "spare", "type": "sokol", "fits": ["cyd", "fay"]},
    ],
    "liners": [
        {"id": "kazbek-ann", "kind": "kazbek", "owner": "ann", "in": "old"},
        {"id": "kazbek-bob", "kind": "kazbek", "owner": "bob", "in": "old"},
        {"id": "kazbek-cyd", "kind": "kazbek", "owner": "cyd", "in": "old"},
        {"id": "kazbek-eve", "kind": "kazbek", "owner": "eve"},
    ],
    "traffic": {
        "spacing": "P1D",
        "precedences": [
            {
                "id": "handover",
                "first": {"arrival": "new"},
                "then": {"departure": "ark"},
                "at_least": "P1D",
                "at_most": "P5D",
            }
        ],
        "blackouts": [
            {"id": "eclipse", "forbids": ["launch"], "from": "2023-01-04T00:00:00Z", "to": "2023-01-05T00:00:00Z"}
        ],
    },
    "staffing": [{"id": "segment", "at_least": 1, "agency": "roscosmos"}],
    "hazards": [{"id": "leak", "rate_per_day": 1e-6}],
    "restrictions": [
        {"id": "no-nominal-old", "reason": "too hot", "forbid": {"return": {"people": "all", "vehicle": "old"}}}
    ],
    "alternatives": [
        {
            "id": "ride",
            "waive": ["no-nominal-old", "ann.latest_return", "old.leave", "waived"],
            "require": [{"return": {"people": ["ann", "bob", "cyd"], "vehicle": "old"}}],
            "forbid": [
                {"launch": {"vehicle": "new", "option": "empty"}},
                {"relocate": {"vehicle": "old", "port": "zenith"}},
            ],
        }
    ],
    "as_decided": {
        "source": "invented",
        "plan": {
            "case": "tiny",
            "launches": [
                {
                    "vehicle": "new",
                    "option": "empty",
                    "launch": "2023-01-03T00:00:00Z",
                    "arrival": "2023-01-04T00:00:00Z",
                    "port": "zenith",
                }
            ],
            "holds": [
                {
                    "person": "dee",
                    "vehicle": "ark",
                    "group": "seat",
                    "from": "2023-01-01T00:00:00Z",
                    "to": "2023-01-05T00:00:00Z",
                }
            ],
        },
    },
}


@pytest.fixture
def tiny() -> dict[str, Any]:
    """A fresh copy of the tiny case as data."""
    return deepcopy(TINY)


def problems_of(document: dict[str, Any]) -> tuple[Problem, ...]:
    """What is found in a document; nothing if it is a case."""
    try:
        Case.model_validate_json(json.dumps(document))
    except ValidationError as error:
        inner = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(inner, CaseProblems):
            return inner.problems
        raise
    return ()


@pytest.fixture
def found() -> Callable[[dict[str, Any]], tuple[Problem, ...]]:
    """What is found in a document; nothing if it is a case."""
    return problems_of


@pytest.fixture
def accepted() -> Callable[[dict[str, Any]], Case]:
    """The document as a case; the test fails with what was found if it is none."""

    def read(document: dict[str, Any]) -> Case:
        assert [str(problem) for problem in problems_of(document)] == []
        return Case.model_validate_json(json.dumps(document))

    return read


@pytest.fixture
def refused() -> Callable[..., Problem]:
    """That exactly one problem is found, at the path, and that what is told of it holds all the words."""

    def read(document: dict[str, Any], path: str, *words: str) -> Problem:
        found = problems_of(document)
        assert [show_path(problem.path) for problem in found] == [path], "\n".join(map(str, found)) or "nothing found"
        told = str(found[0])
        assert [word for word in words if word not in told] == [], told
        assert found[0].advice, "every refusal ends with advice"
        return found[0]

    return read
