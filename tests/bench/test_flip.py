"""Where two alternatives change places, found by solving: in a case where it is known by hand.

No evacuation ever comes. Ann goes home at once in the old ship, at a loss of 0.03, 30,000 umort; or she changes seats,
at 5,000, and goes home in the sound one, at 0.01: 15,000 in all.
"""

import subprocess
import sys

import pytest

from crewreturn.bench.flip import flip
from crewreturn.models.case_file import load_case
from crewreturn.models.problems import CrewreturnError

CASE = """\
format: crewreturn/1
id: pod
title: One in an old pod
known_at: 2030-01-01T00:00Z
horizon: {start: 2030-01-01T00:00Z, end: 2030-01-06T00:00Z}
evacuation: {rate_per_day: 0}
ports: [{id: fore, interface: ring}, {id: aft, interface: ring}]
vehicle_types:
  - id: bad
    interface: ring
    crewing: {qualified: 0}
    groups: [{id: couch, seats: [left]}]
    health: {emergency: {loss: {1: 0.5}}, nominal: {loss: {1: 0.03}}}
  - id: good
    interface: ring
    crewing: {qualified: 0}
    groups: [{id: couch, seats: [left]}]
    health: {emergency: {loss: {1: 0.1}}, nominal: {loss: {1: {mean: 0.01, confidence: judgement}}}}
vehicles: [{id: old, type: bad, docked_at: fore}, {id: new, type: good, docked_at: aft}]
people: [{id: ann, aboard_in: {vehicle: old, group: couch}}]
staffing:
  - {id: crew, at_least: 1, to: 2030-01-02T00:00Z, soft: true}
objective: [{id: burden, weights: {expected_loss: 1, reseats: 5000}}]
alternatives:
  - {id: ride, require: [{return: {people: [ann], vehicle: old}}]}
  - {id: change, require: [{return: {people: [ann], vehicle: new}}]}
  - {id: never, require: [{return: {people: [ann], vehicle: new, to: 2030-01-02T00:00Z}}]}
"""
PLAN = "{}"
BAD = "vehicle_types.bad.health.nominal.loss.1"
GOOD = "vehicle_types.good.health.nominal.loss.1"
RESEATS = "objective.burden.weights.reseats"


@pytest.fixture
def case(folder):
    """The case."""
    return load_case(str(folder / "pod.yaml"))


def run(*arguments):
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "crewreturn.bench.flip", "pod.yaml", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("path", "up", "turns_at"),
    [(BAD, False, 0.015), (GOOD, True, 0.025), (RESEATS, True, 20_000)],
)
def test_where_it_turns(case, path, up, turns_at):
    """The old ship's loss at 0.015 makes 15,000 umort; the sound one's at 0.025 and 5,000, or 0.01 and 20,000, 30,000.

    Found to a ratio of 1.05: the turn lies between the last value at which the first is ahead and the first at which
    it is not. Which of the two is named first makes no difference.
    """
    found = flip(case, path, "change", "ride", up=up)
    assert found.ahead == "change"
    assert min(found.low, found.high) <= turns_at <= max(found.low, found.high)
    assert (found.low < found.high) is up
    assert max(found.low / found.high, found.high / found.low) <= 1.05
    assert flip(case, path, "ride", "change", up=up) == found


def test_free_of_alternatives(case):
    """Free, Ann takes the cheaper way home: 15,000 ahead of `ride`; with a cheap old ship equal to it, never behind."""
    found = flip(case, BAD, "free", "ride", up=False)
    assert (found.ahead, found.high) == ("free", None)


def test_never_in_reach(case):
    """A sound ship that costs nothing is still ahead: down to one part in 512, as factors go by four from a half."""
    found = flip(case, GOOD, "change", "ride", up=False)
    assert (found.ahead, found.high) == ("change", None)
    assert found.low == pytest.approx(0.01 / 512)


def test_up_to_what_the_case_can_have(case):
    """Twice and eight times 0.03 are chances, 32 times is 0.96, and 128 times is none: then ever closer to 1.

    The steps from there to 3.84 are halved until within a ratio of 1.05 of what cannot be; no chance turns it.
    """
    found = flip(case, BAD, "change", "ride", up=True)
    assert found.high is None
    assert 1 / 1.05 <= found.low <= 1


def test_a_turn_beyond_the_first_value_that_cannot_be(case):
    """At 800,000 a reseat changing costs 810,000 umort: a loss of 0.81 in the old ship turns it.

    From 0.3 twice is 0.6, and eight times is no chance: the turn lies between the two.
    """
    dear = case.model_copy(
        update={"objective": (case.objective[0].model_copy(update={"weights": {"expected_loss": 1, "reseats": 8e5}}),)}
    )
    types = case.vehicle_types
    worse = types[0].model_dump(by_alias=True, exclude_none=True)
    worse["health"]["nominal"]["loss"] = {1: 0.3}
    dear = dear.model_copy(update={"vehicle_types": (type(types[0]).model_validate(worse), types[1])})
    found = flip(dear, BAD, "ride", "change", up=True)
    assert found.ahead == "ride"
    assert found.low <= 0.81 <= found.high <= 1
    assert found.high / found.low <= 1.05


def test_one_without_a_plan_is_never_ahead(case):
    """Ann cannot be home in the sound ship before day 1: she held no seat in it before the start."""
    for pair in (("never", "ride"), ("ride", "never")):
        found = flip(case, RESEATS, *pair, up=True)
        assert (found.ahead, found.high) == ("ride", None)


def test_two_without_a_plan(case):
    """There is nothing to compare."""
    with pytest.raises(CrewreturnError, match=r"neither never nor never has a plan where .*reseats is 5000"):
        flip(case, RESEATS, "never", "never", up=True)


def test_counts(case):
    """Soft staffing of one person, at nobody's price: whole people only are tried, and nothing turns.

    Twice one is 2, eight times 8, and so on to 512 people: all can be asked for.
    """
    found = flip(case, "staffing.crew.at_least", "change", "ride", up=True)
    assert (found.low, found.high) == (512, None)


def test_command(folder):
    """A sentence with the value, who is ahead, and the two values around 0.015."""
    done = run(BAD, "change", "ride", "--down")
    assert (done.returncode, done.stderr) == (0, "")
    found = flip(load_case("pod.yaml"), BAD, "change", "ride", up=False)
    assert done.stdout == (
        f"{BAD} is 0.03, and change is ahead of ride. It still is at {found.low:.3g}, "
        f"and no longer at {found.high:.3g}.\n"
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("vehicle_types.bda.health", "there is nothing called 'bda' in vehicle_types.bda.health. Did you mean 'bad'?"),
        ("title", "title is no number above 0"),
        ("evacuation.rate_per_day", "evacuation.rate_per_day is no number above 0 (got 0"),
    ],
)
def test_command_with_a_bad_path(folder, path, said):
    """Bad usage, with what is wrong: no traceback."""
    done = run(path, "change", "ride")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_command_with_an_unknown_alternative(folder):
    """Named, beside those there are."""
    done = run(BAD, "change", "fly")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no alternative `fly`. It has: ride, change, never." in done.stderr
