"""Ten days at a small station, a plan for them, and what a checker might say of it: simple enough to draw by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from crewreturn.models.answer import Answer, Evaluation, LaunchLost, LevelResult, PersonLoss, Source, Violation
from crewreturn.models.case_file import load_case
from crewreturn.models.plan import Departure, Hold, LinerMoved, Plan, PlannedLaunch
from crewreturn.models.statements import Measure

# Ann and Bob hold the two couches of `old`, Cat its mat without a suit; Dan is on the ground. `new` may come empty.
CASE: dict[str, Any] = {
    "format": "crewreturn/1",
    "id": "small",
    "title": "Three in an old ship",
    "known_at": "2030-01-01T00:00:00Z",
    "horizon": {"start": "2030-01-01T00:00:00Z", "end": "2030-01-11T00:00:00Z"},
    "evacuation": {"rate_per_day": 1e-4},
    "suit_types": [{"id": "blue", "name": "Blue suit"}],
    "liner_kinds": [{"id": "pad", "move": {"takes": "P1DT4H"}}],
    "ports": [
        {"id": "north", "name": "North", "interface": "ring"},
        {"id": "south", "name": "South", "interface": "ring"},
    ],
    "vehicle_types": [
        {
            "id": "ferry",
            "interface": "ring",
            "suit": "blue",
            "unsuited": {"emergency": {"mean": 0.001, "error_factor": 5, "confidence": "judgement"}, "nominal": 0.001},
            "groups": [
                {
                    "id": "couch",
                    "seats": ["left", "right"],
                    "needs_liner": "pad",
                    "hookups": True,
                    "controls": True,
                }
            ],
            "health": {
                "emergency": {"at_most": 3, "loss": {"3": {"mean": 0.01, "confidence": "judgement"}}},
                "nominal": {"at_most": 3, "loss": {"3": 0.01}},
                "uncrewed": {"allowed": True},
            },
        },
        {"id": "tug", "interface": "ring", "health": {"uncrewed": {"allowed": True}}},
    ],
    "vehicles": [
        {
            "id": "old",
            "name": "Old Ferry",
            "type": "ferry",
            "launched": "2029-10-01T06:00:00Z",
            "docked_at": "north",
            "extra_groups": [{"id": "floor", "seats": ["mat"], "contingency": True}],
        },
        {"id": "tug-1", "type": "tug", "docked_at": "south", "leave": {"not_after": "2030-01-03T00:00:00Z"}},
        {
            "id": "new",
            "name": "New Ferry",
            "type": "ferry",
            "launch": [
                {
                    "id": "empty",
                    "earliest": "2030-01-03T00:00:00Z",
                    "latest": "2030-01-05T00:00:00Z",
                    "transit": "P1D",
                }
            ],
        },
    ],
    "people": [
        {
            "id": "ann",
            "name": "Ann",
            "qualified": ["ferry"],
            "aboard_in": {"vehicle": "old", "group": "couch", "suit": "ann-1"},
        },
        {
            "id": "bob",
            "name": "Bob",
            "qualified": ["ferry"],
            "aboard_in": {"vehicle": "old", "group": "couch", "suit": "bob-1"},
        },
        {"id": "cat", "name": "Cat", "aboard_in": {"vehicle": "old", "group": "floor"}},
        {"id": "dan", "name": "Dan"},
    ],
    "suits": [
        {"id": "ann-1", "type": "blue", "fits": ["ann"], "aboard": True},
        {"id": "bob-1", "type": "blue", "fits": ["bob"], "aboard": True},
    ],
    "liners": [
        {"id": "ann-pad", "kind": "pad", "owner": "ann", "in": "old"},
        {"id": "bob-pad", "kind": "pad", "owner": "bob", "in": "old"},
    ],
    "restrictions": [
        {"id": "old-stays", "reason": "a wish", "forbid": {"depart": {"vehicle": "old", "to": "2030-01-05T00:00:00Z"}}}
    ],
    "alternatives": [
        {"id": "go-now", "name": "Go now", "waive": ["old-stays"], "require": [{"depart": {"vehicle": "old"}}]},
        {"id": "new-empty", "name": "New Ferry empty", "require": [{"launch": {"vehicle": "new"}}]},
    ],
}


def day(number: int) -> datetime:
    """The start of a day of January 2030."""
    return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=number - 1)


def hold(person: str, vehicle: str, group: str, first: int, last: int, suit: str | None = None) -> Hold:
    """A seat held from the start of one day to the start of another."""
    return Hold(person=person, vehicle=vehicle, group=group, suit=suit, from_=day(first), to=day(last))


@pytest.fixture(name="day")
def _day():
    return day


@pytest.fixture(name="hold")
def _hold():
    return hold


@pytest.fixture
def case():
    """The small case."""
    return load_case(CASE)


@pytest.fixture
def small():
    """Its data, to be changed."""
    return CASE


@pytest.fixture
def plan():
    """Bob's liner goes to `new` on the 5th and is there on the 6th; Ann and Cat go home in `old` on the 8th."""
    return Plan(
        case="small",
        launches=(PlannedLaunch(vehicle="new", option="empty", launch=day(3), arrival=day(4), port="south"),),
        departures=(Departure(vehicle="tug-1", at=day(3)), Departure(vehicle="old", at=day(8))),
        liner_moves=(LinerMoved(liner="bob-pad", to="new", begin=day(5)),),
        holds=(
            hold("ann", "old", "couch", 1, 8, "ann-1"),
            hold("bob", "old", "couch", 1, 5, "bob-1"),
            hold("bob", "new", "couch", 6, 11, "bob-1"),
            hold("cat", "old", "floor", 1, 8),
        ),
    )


def person_loss(person: str, **by_source: float) -> PersonLoss:
    """The loss of a person, in micromorts by source."""
    parts: dict[Source, float] = {source: part * 1e-6 for source, part in by_source.items()}  # type: ignore[misc]
    total = sum(parts.values())
    return PersonLoss(person=person, total=total, without_ascent=total, non_evacuation=0, by_source=parts)


@pytest.fixture
def evaluation():
    """Numbers for the plan, made up and round: 30,000 micromorts of return, 100 of no seat, 60 of evacuation."""
    losses = (
        person_loss("ann", emergency=20, **{"return": 10_000}),
        person_loss("bob", emergency=20, unassured=100, **{"return": 10_000}),
        person_loss("cat", emergency=20, **{"return": 10_000}),
    )
    measures: dict[Measure, float] = dict.fromkeys((name for name in get_args(Measure) if name != "changes"), 0.0)
    measures |= {"expected_loss": 0.03016, "worst_person": 0.01012, "unassured_days": 1 + 1 / 6, "launches": 1.0}
    measures |= {"reseats": 1.0, "liner_moves": 1.0, "extra_launches": 1.0}
    return Evaluation(
        violations=(),
        measures=measures,
        objective={"burden": 40_170.0, "displaced": 0.0, "moves": 2.0, "lateness": 50.0},
        terms={"burden": {"expected_loss": 30_160.0, "extra_launches": 10_000.0, "reseats": 5.0, "liner_moves": 5.0}},
        p_any_lost=0.02,
        losses=losses,
        by_source={"emergency": 60e-6, "return": 0.03, "unassured": 100e-6},
        by_tick=(0.0,) * 11,
        if_lost=(LaunchLost(vehicle="new", people=("bob",), from_=day(6), added_loss=0.0005),),
        warnings=("For Bob something is strange.",),
    )


@pytest.fixture
def broken(evaluation):
    """The same, of a plan that breaks a rule."""
    violation = Violation(
        rule="suits.hook-up",
        entities=("bob", "old"),
        from_=day(2),
        to=day(4),
        message="Bob holds a seat without a suit.",
    )
    return evaluation.model_copy(update={"violations": (violation,)})


@pytest.fixture
def answer(plan, evaluation):
    """The plan, proven on every level."""
    values = evaluation.objective
    levels = tuple(
        LevelResult(id=name, status="optimal", value=value, bound=value, unit="umort" if name == "burden" else "")
        for name, value in values.items()
    )
    return Answer(
        version="1.2.3",
        case="small",
        case_digest="ab" * 32,
        ended="finished",
        proven_on="tick",
        levels=levels,
        plan=plan,
        evaluation=evaluation,
        seconds={"search": 2.0, "model": 0.5},
    )
