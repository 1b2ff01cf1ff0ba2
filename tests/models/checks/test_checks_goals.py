"""Objective and statements: what is refused, where, and with what advice."""

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.models.problems import InputError


def test_a_level_that_weighs_nothing(tiny, refused):
    """Every plan has the value 0."""
    tiny["objective"] = [{"id": "none", "weights": {"launches": 0}}]
    refused(tiny, "objective[0].weights", "every weight of 'none' is 0", "delete the level")


def test_a_level_that_repeats_another(tiny, refused, accepted):
    """Expected loss twice: the first level fixes it, unless it has a tolerance, which the second then gives back."""
    tiny["objective"] = [
        {"id": "loss", "weights": {"expected_loss": 1}},
        {"id": "moves", "weights": {"reseats": 1}},
        {"id": "again", "weights": {"expected_loss": 1, "launches": 0}},
    ]
    refused(tiny, "objective[2].weights", "'again' repeats objective[0].weights", "`tolerance`")
    tiny["objective"][0]["tolerance"] = 10
    accepted(tiny)


def test_rigging_what_needs_none(tiny, refused):
    """The couch is always there."""
    tiny["alternatives"][0]["require"].append({"rig": {"vehicle": "old", "group": "couch"}})
    refused(tiny, "alternatives[0].require[1].rig.group", "'couch' of 'old' needs no rigging", "`hold`")


def test_statements_that_merely_have_no_solution_are_allowed(tiny, accepted):
    """To launch the ship that is docked, or to keep a date that is past: the solver proves that no plan does."""
    tiny["alternatives"][0]["require"] += [
        {"launch": {"vehicle": "old"}},
        {"depart": {"vehicle": "ark", "to": "2022-12-01T00:00:00Z"}},
    ]
    accepted(tiny)


def test_bounds_in_the_past_are_allowed(tiny, accepted):
    """A cargo ship that should have left in December: impossible, but an alternative may waive it."""
    tiny["vehicles"][1]["leave"] = {"not_after": "2022-12-20T00:00:00Z"}
    tiny["people"][1]["latest_return"] = "2022-12-20T00:00:00Z"
    tiny["staffing"].append({"id": "crowd", "at_least": 70})
    accepted(tiny)


@pytest.mark.parametrize(
    ("part", "key", "most"),
    [
        ({"objective": [{"id": "a", "weights": {"launches": 1e9}}]}, ("objective", 0, "weights", "launches"), 1e9),
        (
            {"objective": [{"id": "a", "weights": {"launches": 1}, "tolerance": 1e9}]},
            ("objective", 0, "tolerance"),
            1e9,
        ),
        ({"staffing": [{"id": "a", "at_most_person_days": 1e9}]}, ("staffing", 0, "at_most_person_days"), 1e9),
        ({"staffing": [{"id": "a", "at_least": 1000}]}, ("staffing", 0, "at_least"), 1000),
        ({"growth": {"stature": 2}}, ("growth", "stature"), 2),
    ],
)
def test_numbers_that_sums_can_hold(tiny, part, key, most):
    """A price of 1e300 is valid as a number and makes sums infinite; what is far beyond anything real is refused.

    The largest value is read, twice as much is not.
    """
    tiny.update(part)
    load_case(tiny)
    holder = tiny
    for step in key[:-1]:
        holder = holder[step]
    holder[key[-1]] = 2 * most
    with pytest.raises(InputError, match="must be at most") as caught:
        load_case(tiny)
    assert [problem.path for problem in caught.value.problems] == [key]
