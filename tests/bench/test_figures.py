"""How fast the package is: what is read off an answer and the steps that led to it."""

from __future__ import annotations

import pickle
from functools import partial

import pytest
from click.testing import CliRunner

from crewreturn.bench import figures
from crewreturn.bench.figures import Figure, lines
from crewreturn.bench.generate import generate
from crewreturn.models.case_file import load_case
from crewreturn.models.objective import Level
from crewreturn.solver.api import solve
from crewreturn.solver.search import Progress

FAR = Figure("far", 200.0, 150.0, 1.0, None, None, 60.0, 300.0)
"""A plan after a second, and a bound a quarter below it after a minute."""


def question(name, case, limit):
    return figures.Question(name, lambda: case, limit)


def test_a_case_that_is_proven():
    """Planted, small, of two levels: a plan, then the first level proven, then all; the bound is the value, no gap."""
    case = generate("planted", 1).case
    levels = (*case.objective[:1], Level(id="days", weights={"graded_days": 1.0}))
    found = figures.measured(question("planted", case.model_copy(update={"objective": levels}), 60))
    assert found.gap == 0
    assert 0 < found.plan <= found.first < found.proven <= found.seconds


def test_no_step_of_a_search_tells_a_value_below_the_best():
    """CP-SAT has bounds before it has a plan: none is told then, in no phase of the first level."""
    case, told = generate("planted", 1).case, []
    answer = solve(case, progress=told.append)
    first = answer.levels[0]
    values = [step.value for step in told if step.phase.endswith(first.id) and step.value is not None]
    assert min(values) == pytest.approx(first.value, abs=1e-3)
    assert any(step.bound is not None and step.value is None for step in told)


def test_a_case_stopped_before_its_proof():
    """MS-22 in no time at all: no plan, and nothing that is called proven."""
    found = figures.measured(question("MS-22", load_case("soyuz-ms22"), 0.01))
    assert (found.value, found.plan, found.first, found.proven, found.gap) == (None, None, None, None, None)


def steps(*told):
    return [(when, Progress(phase, when, value, bound)) for when, phase, value, bound in told]


@pytest.fixture(scope="module")
def proven():
    """An answer of two levels, both proven, of 100 by the first."""
    case = generate("planted", 1).case
    levels = (*case.objective[:1], Level(id="days", weights={"graded_days": 1.0}))
    answer = solve(case, objective=levels)
    first = answer.levels[0].model_copy(update={"id": "burden", "value": 100.0, "bound": 100.0})
    return answer.model_copy(update={"levels": (first, *answer.levels[1:])})


def test_times_are_read_off_the_steps(proven):
    """The plan of 100 is known after 2 s, not after 1 (120) or 3 (again).

    A first attempt came to the second level after 5 s and was begun again: the first level is proven when the second is
    announced for the last time, after 8 s.
    """
    told = steps(
        (1.0, "coarse, burden", 120.0, 50.0),
        (2.0, "coarse, burden", 100.0, 60.0),
        (3.0, "every tick, burden", 100.0, 99.0),
        (5.0, "every tick, days", None, None),
        (6.0, "every tick, days", 7.0, 3.0),
        (8.0, "every tick, days", None, None),
        (9.0, "every tick, days", 5.0, 5.0),
    )
    found = figures.read("made up", proven, told, 10.0, None)
    assert (found.plan, found.first, found.proven, found.seconds) == (2.0, 8.0, 10.0, 10.0)


def test_a_bound_of_the_coarse_grid_is_no_proof(proven):
    """The same, stopped before every tick was looked at: a plan after 2 s, no bound, no gap, no times of proofs."""
    told = steps((2.0, "piece by piece", 100.0, None))
    found = figures.read("made up", proven.model_copy(update={"proven_on": "coarse"}), told, 10.0, None)
    assert (found.value, found.plan, found.gap, found.first, found.proven) == (100.0, 2.0, None, None, None)


def test_the_command_goes_on_where_a_case_fails(monkeypatch):
    """Of two cases one has no such alternative: its error is told, the other has its row, and the status is 1."""
    made = partial(figures.by_the, 24)
    asked = [figures.Question("bad", made, 1, "none-such"), figures.Question("good", made, 0.01)]
    monkeypatch.setattr(figures, "questions", lambda: asked)
    found = CliRunner().invoke(figures.main, [])
    assert found.exit_code == 1
    assert "bad: the case has no alternative" in found.output
    assert "good" in found.output.splitlines()[-1]


def test_what_is_not_known_is_left_empty():
    """The gap of 200 over 150 is a quarter of 200; there is no time of a proof."""
    row = "\n".join(lines([FAR])).splitlines()[-1]
    assert row.split() == ["far", "200.0", "25.00%", "1.0", "60", "300"]


def test_every_question_has_a_name_of_its_own_and_a_case():
    """MS-22, its seven alternatives, and seven more; they go to another process, so they can be pickled."""
    asked = figures.questions()
    assert len({entry.name for entry in asked}) == len(asked) == 8 + 7
    assert sum(entry.alternative is not None for entry in asked) == 7
    assert len(asked[-3].make().people) == 300
    assert pickle.loads(pickle.dumps(asked)) is not None


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
