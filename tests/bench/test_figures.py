"""How fast the package is: what is read off an answer and the steps that led to it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from crewreturn.bench import figures
from crewreturn.bench.figures import Figure, lines
from crewreturn.bench.generate import generate
from crewreturn.models.case_file import load_case
from crewreturn.models.objective import Level

FAR = Figure("far", 200.0, 150.0, 1.0, None, None, 60.0, 300.0)
"""A plan after a second, and a bound a quarter below it after a minute."""


def test_a_case_that_is_proven():
    """Planted, small, of two levels: a plan, then the first level proven, then all; the bound is the value, no gap."""
    case = generate("planted", 1).case
    levels = (*case.objective[:1], Level(id="days", weights={"graded_days": 1.0}))
    found = figures.figure("planted", case.model_copy(update={"objective": levels}), 60)
    assert found.gap == 0
    assert 0 < found.plan <= found.first <= found.proven <= found.seconds
    assert found.mebibytes > 10


def test_a_case_stopped_before_its_proof():
    """MS-22 in no time at all: whatever is known, nothing of it is called proven."""
    found = figures.figure("MS-22", load_case("soyuz-ms22"), 0.01)
    assert (found.value, found.plan, found.first, found.proven, found.gap) == (None, None, None, None, None)


def test_what_is_not_known_is_left_empty():
    """The gap of 200 over 150 is a quarter of 200; there is no time of a proof."""
    row = "\n".join(lines([FAR])).splitlines()[-1]
    assert row.split() == ["far", "200.0", "25.00%", "1.0", "60", "300"]


def test_every_question_has_a_name_of_its_own_and_a_case():
    """They are asked by name in another process: MS-22, its seven alternatives, and seven more."""
    asked = figures.questions()
    assert len({entry.name for entry in asked}) == len(asked) == 8 + 7
    assert sum(entry.alternative is not None for entry in asked) == 7
    assert len(asked[-3].make().people) == 300


@pytest.mark.parametrize(("hours", "ticks"), [(24, 262), (1, 262 * 24)])
def test_ms22_by_other_ticks(hours, ticks):
    """262 days; by the hour 24 times as many ticks."""
    assert figures.by_the(hours).ticks == ticks


def test_the_soft_case_prices_staffing_and_bounds_no_stay():
    """Every rule is soft, and nobody has an earliest or latest return; planned ones stay."""
    case = figures.soft()
    assert all(rule.soft for rule in case.staffing)
    assert not any(person.earliest_return or person.latest_return for person in case.people)
    assert any(person.planned_return for person in case.people)


def test_no_such_case():
    """A word that no name holds: usage, status 2, and nothing is solved."""
    found = CliRunner().invoke(figures.main, ["Mars"])
    assert found.exit_code == 2
    assert "No case" in found.output
