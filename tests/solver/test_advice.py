"""The sentence of a comparison and its reasons: nothing is called impossible, or proven, that is not."""

from datetime import UTC, datetime

import pytest

from crewreturn.models.answer import Answer, ComparisonRow, Evaluation, LevelResult
from crewreturn.models.objective import Level
from crewreturn.models.plan import Plan, Relocation
from crewreturn.solver.advice import advise

LEVELS = (Level(id="burden", weights={"expected_loss": 1}),)


def judged(value):
    """A verdict on a plan that comes to `value` micromorts."""
    return Evaluation(
        violations=(),
        measures={"expected_loss": value * 1e-6},
        objective={"burden": value},
        p_any_lost=0.0,
        losses=(),
        by_source={},
        by_tick=(),
    )


def row(name, status, value=None, bound=None, *, waived=()):
    """A row of a comparison with a plan of a value, or without one."""
    level = LevelResult(id="burden", status=status, value=value, bound=bound)
    plan = None if value is None else Plan(case="little")
    verdict = None if value is None else judged(value)
    head = {"version": "1", "case": "little", "case_digest": "0" * 64}
    answer = Answer(**head, ended="finished", levels=(level,), plan=plan, evaluation=verdict, waived=waived)
    kind = "free" if name == "free" else "alternative"
    return ComparisonRow(id=name, title=name, kind=kind, waived=waived, answer=answer, evaluation=verdict, plan=plan)


@pytest.fixture
def told(little, monkeypatch):
    """What is said of rows: the sentence, and the reasons in one text. What it leans on is another test's matter."""
    monkeypatch.setattr("crewreturn.solver.advice.leans", lambda *_: ())
    stay = [{"depart": {"vehicle": "old"}}]
    case = little.case(alternatives=[{"id": name, "forbid": stay} for name in ("one", "two")])

    def tell(*rows):
        said = advise(case, LEVELS, rows, version="1", digest="0" * 64)
        return said.sentence, " ".join(said.reasons)

    return tell


@pytest.mark.parametrize(
    ("status", "said"), [("infeasible", "No plan exists that keeps"), ("unknown", "No plan was found in the time")]
)
def test_no_lawful_plan_is_impossible_only_if_proven(told, status, said):
    """One alternative that waives something has a plan, the others have none: proven, or out of time."""
    sentence, _ = told(row("free", status), row("one", status), row("two", "optimal", 9, 9, waived=("a",)))
    assert sentence.startswith(said)


@pytest.mark.parametrize(("status", "said"), [("infeasible", "has a plan;"), ("unknown", "got a plan in the time")])
def test_no_lawful_alternative_is_impossible_only_if_proven(told, status, said):
    """The free row has a plan; the alternative that waives nothing has none, and may or may not be proven so."""
    sentence, _ = told(row("free", "optimal", 9, 9), row("one", status))
    assert said in sentence


def test_nothing_at_all_is_impossible_only_if_every_row_is(told):
    """One row without a verdict is enough not to know."""
    assert told(row("free", "infeasible"), row("one", "infeasible"))[0].startswith("No plan exists, with or without")
    assert told(row("free", "infeasible"), row("one", "unknown"))[0].startswith("No plan was found in the time")


def test_free_row_proves_by_its_bound(told):
    """Within a tolerance of 50 the free row may stop at 1,000 with a bound of 960: that proves 1,000 only if 1,000 is
    the bound."""
    unproven = told(row("free", "optimal", 1000, 960), row("one", "optimal", 1000, 960))[1]
    assert "that there is none is not proven" in unproven
    assert "better in burden: proven" in told(row("free", "optimal", 1000, 1000), row("one", "optimal", 1000, 1000))[1]


def test_a_free_row_that_is_behind_is_not_called_better(told):
    """Within a tolerance the free row may come to 1,020 where an alternative comes to 1,000: not "-20.0 better"."""
    reasons = told(row("free", "optimal", 1020, 960), row("one", "optimal", 1000, 960))[1]
    assert "better plan free of alternatives was found" in reasons
    assert "-20" not in reasons
    assert "20.0 umort better" in told(row("free", "optimal", 980, 980), row("one", "optimal", 1000, 1000))[1]


def test_a_relocation_is_part_of_what_to_do(little):
    """A plan that moves a crew ship to another port says so, with the day; one that does nothing says that."""
    case = little.case(alternatives=[{"id": "one", "forbid": [{"depart": {"vehicle": "old"}}]}])
    move = Relocation(vehicle="new", port="fore", at=datetime(2031, 1, 4, tzinfo=UTC))
    plans = [Plan(case="two", relocations=(move,)), Plan(case="two")]
    rows = [row("one", "optimal", 9, 9).model_copy(update={"plan": plan}) for plan in plans]
    said = [advise(case, LEVELS, [one], version="1", digest="0" * 64).sentence for one in rows]
    assert said == ["Do this: one (move new to fore on 4 January 2031).", "Do this: one (launch nothing)."]
