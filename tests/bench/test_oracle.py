"""The oracle's own word: what it says where somebody differs, and where a look does not finish."""

from dataclasses import replace

import pytest

from crewreturn.bench import oracle
from crewreturn.bench.exhaustive import exhaust
from crewreturn.bench.oracle import hold
from crewreturn.bench.textbook import level_unit, solve_textbook
from crewreturn.models.case import Case
from crewreturn.models.plan import Plan

UNASSURED = [{"id": "unassured", "weights": {"unassured_days": 1.0}}]
LEAVES = {"departures": [{"vehicle": "pod", "at": "2030-01-02T00:00:00Z"}]}
"""On the second day the pod leaves, which it may not."""


def two_days(objective=UNASSURED):
    """Ann, and a pod with one seat that may not leave: of four plans the best is to hold the seat on both days."""
    health = {"emergency": {"loss": {1: 0.1}}, "nominal": {"allowed": False}, "uncrewed": {"allowed": False}}
    pod = {"id": "pod", "interface": "ring", "crewing": {"qualified": 0}, "health": health}
    return Case.model_validate(
        {
            "format": "crewreturn/1",
            "id": "by-hand",
            "title": "By hand",
            "known_at": "2030-01-01T00:00:00Z",
            "horizon": {"start": "2030-01-01T00:00:00Z", "end": "2030-01-03T00:00:00Z"},
            "evacuation": {"rate_per_day": 0.0},
            "ports": [{"id": "p", "interface": "ring"}],
            "vehicle_types": [{**pod, "groups": [{"id": "couch", "seats": ["1"]}]}],
            "vehicles": [{"id": "pod", "type": "pod", "docked_at": "p"}],
            "people": [{"id": "ann", "aboard": True}],
            "objective": objective,
        }
    )


def asked(monkeypatch, change):
    """Have the textbook's answers changed; returns the list of what it is asked for: seconds, with presolve or not."""
    calls = []

    def falsified(problem, **how):
        calls.append((how["time_limit"], how["presolve"]))
        return change(len(calls), solve_textbook(problem, **how))

    monkeypatch.setattr(oracle, "solve_textbook", falsified)
    return calls


def test_nobody_differs(monkeypatch):
    """The same case with nothing falsified: one look, with the seconds given, and no problem."""
    calls = asked(monkeypatch, lambda _number, result: result)
    verdict = hold(two_days(), every_plan=True, seconds=70)
    assert (verdict.status, verdict.problems, verdict.enumerated) == ("optimal", [], 4)
    assert calls == [(70, True)]


def test_a_falsified_value_is_told(monkeypatch):
    """A day more than it takes, by the textbook: told after a look without presolve, which has three times as long."""
    unit = round(level_unit(two_days().objective[0]))
    calls = asked(monkeypatch, lambda _number, result: replace(result, bests=[best + unit for best in result.bests]))
    verdict = hold(two_days(), seconds=70)
    assert verdict.problems == ["unassured: flow 0.0, textbook 1.0, allowed 1e-06"]
    assert verdict.asked_again
    assert calls == [(70, True), (210, False)]


def test_a_presolve_that_erred_is_asked_again(monkeypatch):
    """Only its first answer is another: counted as asked again, and as agreement."""
    asked(monkeypatch, lambda number, result: replace(result, bests=[10**12]) if number == 1 else result)
    verdict = hold(two_days(), seconds=70)
    assert (verdict.status, verdict.problems, verdict.asked_again) == ("optimal", [], True)


def test_a_falsified_list_is_told(monkeypatch):
    """The same by the enumerator, all of whose plans are a day worse."""

    def falsified(problem, **how):
        found = exhaust(problem, **how)
        return replace(found, values=tuple((first + 1.0,) for (first,) in found.values))

    monkeypatch.setattr(oracle, "exhaust", falsified)
    assert hold(two_days(), every_plan=True).problems == ["unassured: flow 0.0, enumerator 1.0"]


def test_a_falsified_plan_of_the_textbook_is_told(monkeypatch):
    """The pod leaves, which it may not: a plan that obeys every rule is one of the enumerator's."""
    asked(monkeypatch, lambda _number, result: replace(result, plan=Plan.model_validate(LEAVES)))
    rejected, unlisted = hold(two_days(), every_plan=True).problems
    assert rejected.startswith("textbook's plan rejected: ")
    assert unlisted == "textbook's plan is none of the 4 that the enumerator made"


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (LEAVES, ["flow's plan rejected", "unassured: counted 0.0", "flow's plan is none"]),
        ({}, ["unassured: counted 0.0, checked 2.0"]),
    ],
)
def test_a_falsified_plan_of_the_flow_is_told(monkeypatch, plan, told):
    """The pod leaves, which it may not; or Ann never takes the seat: lawful, but two days worse than counted."""
    monkeypatch.setattr(oracle.Extract, "plan", lambda _extract: Plan.model_validate(plan))
    problems = hold(two_days(), every_plan=True).problems
    assert [text[: len(start)] for text, start in zip(problems, told, strict=True)] == told


def test_a_second_look_that_does_not_finish_proves_nothing(monkeypatch):
    """Two levels, the first an expected loss; the later one differs, so both look again with tolerances.

    The textbook has no time left for that: unfinished, neither a crash nor a difference. Both looks of the solver are
    told to go by the LP bound, as asked.
    """
    searched = []
    search = oracle.Search

    def recorded(*given, few_columns):
        searched.append(few_columns)
        return search(*given, few_columns=few_columns)

    def cut(number, result):
        if number > 1:
            return replace(result, status="feasible", bests=[])
        return replace(result, bests=[result.bests[0], result.bests[1] + 10**9])

    monkeypatch.setattr(oracle, "Search", recorded)
    calls = asked(monkeypatch, cut)
    problem = two_days(objective=[{"id": "loss", "weights": {"expected_loss": 1.0}}, *UNASSURED])
    verdict = hold(problem, seconds=70, few_columns=0)
    assert (verdict.status, verdict.problems) == ("unfinished", [])
    assert (calls, searched) == ([(70, True), (70, True)], [0, 0])


def test_two_solvers_in_dispute_are_told(monkeypatch):
    """Where the solver's own second opinion contradicts it, nothing else is compared, but for the textbook's word."""

    class Disputed(oracle.Search):
        def run(self):
            found = super().run()
            found.disputed = True
            return found

    monkeypatch.setattr(oracle, "Search", Disputed)
    verdict = hold(two_days(), every_plan=True)
    assert verdict.problems == ["two solvers disagree on whether a plan exists; textbook: optimal"]
    assert verdict.enumerated is None
