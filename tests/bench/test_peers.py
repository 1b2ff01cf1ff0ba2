"""The benchmark's peers: what they solve is the same, they agree, and what they claim falsely is told."""

from __future__ import annotations

from typing import Any

import pytest

from crewreturn.bench import peers
from crewreturn.bench.oracle import PLATEAU
from crewreturn.bench.peer_milp import NotLinear
from crewreturn.bench.peers import PEERS, Claim, Peer, PeerAnswer, run_peer
from crewreturn.bench.random_cases import FIRST_FEATURES, TINY, random_case
from crewreturn.bench.textbook_dates import Unsupported
from crewreturn.models.case import Case
from crewreturn.models.plan import Plan
from crewreturn.models.problems import CrewreturnError
from crewreturn.solver.api import solve

EXACT = ("textbook", "textbook-highs", "textbook-scip", "flow-highs")
"""Peers that prove what they say."""

# ---------------------------------------------------------------------------------------------------- random cases

SEEDS = (0, 3, 5, 6, 11, 13, 16, 17, 20, 26, 31, 33, 34, 36, 39)
"""Without those that keep a solver in floats busy for more than a second. 3 and 16 have no plan."""


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_agrees_with_the_solver(seed: int) -> None:
    """Whether a plan exists, and the value of the best, by four peers; the planner without a search is never better.

    `known` is the solver's plan, so that `wrong` says whether the checker rejects a peer's plan, or whether a peer
    claims to have proven what that plan disproves. Values may differ by what roundings add up to.
    """
    case = random_case(seed, TINY, features=FIRST_FEATURES - {"worst-person"})
    ours = solve(case, objective=case.objective[:1], time_limit=60)
    assert ours.status in ("optimal", "infeasible")
    best, allowed = ours.levels[0].value, PLATEAU if case.objective[0].is_expectation else 1e-6
    for name in EXACT:
        theirs = run_peer(case, name, time_limit=60, known=ours.plan)
        assert (theirs.status, theirs.wrong) == (ours.status, False), (name, theirs.message)
        if best is not None:
            assert theirs.value == pytest.approx(best, rel=0, abs=allowed)
            assert theirs.bound == pytest.approx(best, rel=0, abs=allowed)
    planner = run_peer(case, "greedy", time_limit=60, known=ours.plan)
    assert planner.status in ("feasible", "failed")
    assert not planner.wrong
    if planner.value is not None:
        assert best is not None
        assert planner.value >= best - allowed


# -------------------------------------------------------------------------------------------------- a case by hand


def ship(name: str, seats: int, nominal: dict[int, float]) -> Any:
    """A type without suit, liner or crewing, that loses nobody in an evacuation; without a table it may not return."""
    home: Any = {"loss": nominal} if nominal else {"allowed": False}
    return {
        "id": name,
        "interface": "A",
        "crewing": {"qualified": 0},
        "groups": [{"id": "couch", "seats": [str(number + 1) for number in range(seats)]}],
        "health": {"emergency": {"loss": {seats: 0.0}}, "nominal": home},
    }


def barge_and_pod() -> Case:
    """Ann, Bob, one day, no evacuations: only how they come home counts, and that falls due at the end.

    In the barge alone nothing is lost, 0.007 each if both are in it; in the pod 0.012. Best is one in each: 12,000
    umort; both in the barge: 14,000; one in the pod and one without a seat, so stranded: 1,012,000.
    """
    return Case.model_validate(
        {
            "format": "crewreturn/1",
            "id": "by-hand",
            "title": "By hand",
            "known_at": "2030-01-01T00:00:00Z",
            "horizon": {"start": "2030-01-01T00:00:00Z", "end": "2030-01-02T00:00:00Z"},
            "evacuation": {"rate_per_day": 0.0},
            "ports": [{"id": name, "interface": "A"} for name in ("p", "q")],
            "vehicle_types": [ship("barge", 2, {1: 0.0, 2: 0.007}), ship("pod", 1, {1: 0.012})],
            "vehicles": [
                {"id": "barge", "type": "barge", "docked_at": "p"},
                {"id": "pod", "type": "pod", "docked_at": "q"},
            ],
            "people": [{"id": name, "aboard": True} for name in ("ann", "bob")],
            "objective": [
                {"id": "loss", "weights": {"expected_loss": 1.0}},
                {"id": "reseats", "weights": {"reseats": 1.0}},
            ],
            "alternatives": [{"id": "together", "forbid": [{"hold": {"people": "all", "vehicle": "pod"}}]}],
        }
    )


@pytest.mark.parametrize("name", EXACT)
def test_one_in_each_ship(name: str) -> None:
    """12,000 umort as above, with a proof; 14,000 under the alternative that forbids the pod."""
    free = run_peer(barge_and_pod(), name, time_limit=60)
    assert (free.status, free.level, free.unit, free.wrong) == ("optimal", "loss", "umort", False)
    assert free.value == pytest.approx(12_000)
    assert free.plan is not None
    assert {hold.vehicle for hold in free.plan.holds} == {"barge", "pod"}
    assert run_peer(barge_and_pod(), name, time_limit=60, alternative="together").value == pytest.approx(14_000)


def test_the_planner_without_a_search_does_not_look_ahead() -> None:
    """Both take a seat at the least loss in an evacuation, which is 0 everywhere, so in the first ship: 14,000 umort.

    It proves nothing: no bound.
    """
    answer = run_peer(barge_and_pod(), "greedy", time_limit=60)
    assert (answer.status, answer.bound, answer.wrong) == ("feasible", None, False)
    assert answer.value == pytest.approx(14_000)


def test_the_planner_leaves_a_ship_that_cannot_take_her_home() -> None:
    """Ann is in the pod, which may not return. On the first day she moves over, on the second she leaves, as planned.

    That loses 0.01 = 10,000 umort and strays from no plan; who stays in the pod is stranded, 1,000,000 umort.
    """
    data = barge_and_pod().model_dump(mode="json", by_alias=True, exclude_unset=True)
    data["horizon"]["end"] = "2030-01-04T00:00:00Z"
    data["vehicle_types"] = [ship("barge", 2, {2: 0.01}), ship("pod", 1, {})]
    data["people"] = [
        {
            "id": "ann",
            "aboard_in": {"vehicle": "pod", "group": "couch"},
            "planned_return": "2030-01-02T00:00:00Z",
        }
    ]
    data["objective"] = [{"id": "burden", "weights": {"expected_loss": 1.0, "off_plan_days": 100.0}}]
    answer = run_peer(Case.model_validate(data), "greedy", time_limit=60)
    assert answer.plan is not None
    assert [(hold.vehicle, hold.from_.day, hold.to.day) for hold in answer.plan.holds] == [("barge", 1, 2)]
    assert [(left.vehicle, left.at.day) for left in answer.plan.departures] == [("barge", 2)]
    assert answer.value == pytest.approx(10_000)


def test_another_objective() -> None:
    """Of the levels given the first counts: taking no seat at all takes none."""
    reseats = barge_and_pod().objective[1:]
    answer = run_peer(barge_and_pod(), "textbook-highs", time_limit=60, objective=reseats)
    assert (answer.level, answer.unit, answer.value) == ("reseats", "", 0.0)


# ---------------------------------------------------------------------------------------------------- false claims

APART = {
    "holds": [
        {
            "person": person,
            "vehicle": vehicle,
            "group": "couch",
            "from": "2030-01-01T00:00:00Z",
            "to": "2030-01-02T00:00:00Z",
        }
        for person, vehicle in (("ann", "barge"), ("bob", "pod"))
    ]
}
"""The best plan: 12,000 umort."""
CROWDED = {"holds": [{**hold, "vehicle": "pod"} for hold in APART["holds"]]}
"""Two people in one seat."""


def claimed(monkeypatch: pytest.MonkeyPatch, claim: Claim, known: Plan | float | None = None) -> PeerAnswer:
    monkeypatch.setitem(PEERS, "liar", Peer("A liar", lambda _: claim))
    return run_peer(barge_and_pod(), "liar", time_limit=60, known=known)


@pytest.mark.parametrize(
    ("claim", "known", "told"),
    [
        (Claim("infeasible"), 12_000.0, "no plan is said to exist, and one of 12000 is known"),
        (Claim("infeasible"), Plan.model_validate(APART), "no plan is said to exist, and one of 12000 is known"),
        (Claim("time_limit", bound=13e3), 12e3, "no plan is said to be better than 13000, and one of 12000 is known"),
        (
            Claim("optimal", Plan.model_validate(APART), 11_000.0),
            None,
            "the plan is counted as 11000, the checker makes it 12000",
        ),
        (Claim("feasible", Plan.model_validate(CROWDED)), None, "the checker rejects the plan: "),
    ],
)
def test_what_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, claim: Claim, known: Plan | float | None, told: str
) -> None:
    """What contradicts a known plan of 12,000 umort, or the checker."""
    answer = claimed(monkeypatch, claim, known)
    assert answer.wrong
    assert answer.message is not None
    assert answer.message.startswith(told)


@pytest.mark.parametrize("known", [None, 12_000.0, 13_000.0])
def test_what_is_right_is_not(monkeypatch: pytest.MonkeyPatch, known: float | None) -> None:
    """The best plan, by its own word too: 13,000 known before is worse, and contradicts nothing."""
    answer = claimed(monkeypatch, Claim("optimal", Plan.model_validate(APART), 12_000.0, 12_000.0), known)
    assert (answer.wrong, answer.message, answer.value) == (False, None, pytest.approx(12_000))


def test_a_known_plan_has_to_be_lawful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people in one seat prove nothing."""
    with pytest.raises(CrewreturnError, match="the known plan is not lawful"):
        claimed(monkeypatch, Claim("infeasible"), Plan.model_validate(CROWDED))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ZeroDivisionError("a circle"), ("failed", "ZeroDivisionError: a circle", False)),
        (NotLinear("a circle"), ("refused", "a circle", False)),
        (Unsupported("a circle"), ("refused", "a circle", False)),
    ],
)
def test_a_peer_that_breaks_down(monkeypatch: pytest.MonkeyPatch, error: Exception, told: Any) -> None:
    """Its error is kept as data; where it says that this is nothing for it, that is no failure."""

    def breaks(_: peers.Question) -> Claim:
        raise error

    monkeypatch.setitem(PEERS, "broken", Peer("Broken", breaks))
    answer = run_peer(barge_and_pod(), "broken", time_limit=60)
    assert (answer.status, answer.message, answer.wrong) == told


@pytest.mark.parametrize("name", EXACT)
def test_time_is_up_before_it_begins(name: str) -> None:
    """Building counts: with no time at all, nobody says more than that it was up."""
    answer = run_peer(barge_and_pod(), name, time_limit=0)
    assert (answer.status, answer.plan, answer.wrong) == ("time_limit", None, False)


def test_who_is_not_there() -> None:
    """A peer that nobody has heard of is refused with those there are, and so is an unknown alternative."""
    with pytest.raises(CrewreturnError, match=r"no peer `oracle`. Choose one of: textbook, "):
        run_peer(barge_and_pod(), "oracle", time_limit=60)
    with pytest.raises(CrewreturnError, match="no alternative `x`"):
        run_peer(barge_and_pod(), "greedy", time_limit=60, alternative="x")
