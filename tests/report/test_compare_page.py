"""The comparison: one sentence, a table that ranks, and notes that hide nothing."""

import pytest

from crewreturn.models.answer import Answer, Comparison, ComparisonRow, Conflict, LevelResult
from crewreturn.models.objective import PRESET_LEVELS
from crewreturn.report.compare_page import comparison_page, status


def flat(text):
    """A text without line breaks and runs of spaces: wrapping is not what is tested."""
    return " ".join(text.split())


def stopped(answer, *levels, plan=True):
    """An answer of a run that ran out of time."""
    update = {"ended": "time_limit", "levels": levels}
    return answer.model_copy(update=update if plan else {**update, "plan": None, "evaluation": None})


def level(status, value=None, bound=None, name="burden"):
    """A level's result."""
    return LevelResult(id=name, status=status, value=value, bound=bound)


@pytest.fixture
def impossible():
    """An answer that proves that there is no plan."""
    conflict = Conflict(rule="staffing.at-least", message="At least 7 people are aboard.")
    head = {"version": "1.2.3", "case": "small", "case_digest": "ab" * 32, "ended": "finished"}
    return Answer(**head, levels=(level("infeasible"),), conflict=(conflict,))


@pytest.fixture
def comparison(answer, broken, plan, impossible):
    """The free plan, the same as an alternative, one that costs 1,000 more and is unproven, what was done, no way."""
    dearer = answer.evaluation.model_copy(update={"measures": {**answer.evaluation.measures, "expected_loss": 0.03116}})
    late = stopped(answer, level("feasible", 41_170, 41_000)).model_copy(update={"evaluation": dearer})
    whole = {"answer": answer, "evaluation": answer.evaluation, "plan": plan}
    partly = {"answer": late, "evaluation": dearer, "plan": plan}
    rows = [
        ComparisonRow(id="free", title="Any plan", kind="free", **whole),
        ComparisonRow(id="new-empty", title="New Ferry empty", kind="alternative", **whole),
        ComparisonRow(id="go-now", title="Go now", kind="alternative", waived=("old-stays",), **partly),
        ComparisonRow(id="as-decided", title="As decided", kind="as-decided", evaluation=broken, plan=plan),
        ComparisonRow(id="no", title="No way", kind="alternative", answer=impossible),
    ]
    return Comparison(
        version="1.2.3",
        case="small",
        case_digest="ab" * 32,
        rows=rows,
        recommended="new-empty",
        sentence="Launch New Ferry empty on 2030-01-03.",
        reasons=("It saves 500 micromorts.",),
    )


def table(text):
    """The lines of the ranking."""
    lines = text.splitlines()
    begin = next(index for index, line in enumerate(lines) if line.startswith("--"))
    return [" ".join(line.split()) for line in lines[begin + 1 : lines.index("", begin)]]


def test_ranking(case, comparison):
    """Totals, and below them the difference from the best; 1,000 umort dearer, with a gap of 170.

    Moves: one liner and one change of seat. The last return is that of `old`.
    """
    assert table(comparison_page(case, comparison)) == [
        "1 Any plan 30,160.0 40,170.0 10,120.0 1.2 1 2 Jan 8 proven",
        "0 0",
        "2* New Ferry empty 30,160.0 40,170.0 10,120.0 1.2 1 2 Jan 8 proven",
        "0 0",
        "3 Go now 31,160.0 41,170.0 10,120.0 1.2 1 2 Jan 8 gap",
        "+1,000.0 +1,000.0 170.0",
        "4 As decided 30,160.0 40,170.0 10,120.0 1.2 1 2 Jan 8 breaks 1",
        "0 0",
        "5 No way - - - - - - - impossible",
    ]


def test_notes(case, comparison):
    """Below the table: what each row waives, what is not proven of it, what the real plan breaks, why one cannot be."""
    text = flat(comparison_page(case, comparison))
    assert text.index("Launch New Ferry empty on 2030-01-03.") < text.index("alternative")
    for part in (
        "1: no alternative imposed.",
        "3: waives old-stays.",
        "3: stopped at the time limit.",
        "3: proven: burden at most 170 from the best.",
        "4: breaks rules: Bob holds a seat without a suit.",
        "5 No way is impossible. In conflict: - staffing.at-least: At least 7 people are aboard.",
        "WHY - It saves 500 micromorts.",
        "*: recommended.",
    ):
        assert part in text, part


@pytest.mark.parametrize("width", [80, 90, 100])
def test_fits(case, comparison, width):
    """At 80 columns the ranking is two tables, one below the other; nothing is left out."""
    text = comparison_page(case, comparison, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert all(word in text for word in ("worst", "no seat", "moves", "+best", "proof"))


def test_status(answer, broken, impossible):
    """What is known of a row in a word or two: nothing that is unknown looks like nothing that can be."""
    row = ComparisonRow(id="x", title="x", kind="alternative", answer=answer)
    answers = [
        answer,
        impossible,
        stopped(answer, level("unknown"), plan=False),
        stopped(answer, level("feasible", 9, 7.5)),
        stopped(answer, level("feasible", 9)),
        stopped(answer, level("optimal", 9, 9), level("feasible", 3, 1, "moves")),
        None,
    ]
    assert [status(row.model_copy(update={"answer": given})) for given in answers] == [
        "proven",
        "impossible",
        "unknown",
        "gap 1.5",
        "no bound",
        "1 of 2",
        "unknown",
    ]
    decided = ComparisonRow(id="x", title="x", kind="as-decided")
    verdicts = {"unknown": None, "obeys all": answer.evaluation, "breaks 1": broken}
    for word, given in verdicts.items():
        assert status(decided.model_copy(update={"evaluation": given})) == word


def test_objective_of_loss_alone(case, comparison):
    """Where the first level is the expected loss itself, it is not shown twice."""
    text = comparison_page(case, comparison, objective=PRESET_LEVELS["safest"])
    assert table(text)[0] == "1 Any plan 30,160.0 10,120.0 1.2 1 2 Jan 8 proven"
