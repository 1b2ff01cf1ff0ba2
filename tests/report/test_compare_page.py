"""The comparison: one sentence, a table that ranks, and notes that hide nothing."""

import pytest

from crewreturn.models.answer import Answer, Comparison, ComparisonRow, Conflict, Lean, LevelResult
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
        "5 No way is impossible. This cannot hold in this case: - staffing.at-least: At least 7 people are aboard.",
        "They stand in the way where `crewreturn solve CASE --alternative ID --without FAMILY`, with one family or",
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
        "burden",
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


LEANS = (
    Lean(path="objective.burden.weights.extra_launches", value=10_000, moves=10_000, turns_at=12_345.6),
    Lean(
        path="vehicle_types.ferry.health.nominal.loss.3",
        value=0.01,
        confidence="judgement",
        moves=20_000,
        turns_at=0.0205,
    ),
    Lean(path="objective.burden.weights.reseats", value=5, moves=5),
)


def leaning(comparison, *leans, burden=41_170.0):
    """The same with a rival, `go-now`, of so much (the recommended one comes to 40,170), and what that leans on."""
    rows = [
        row.model_copy(
            update={"evaluation": row.evaluation.model_copy(update={"objective": {"burden": burden, "graded": 7}})}
        )
        if row.id == "go-now"
        else row
        for row in comparison.rows
    ]
    return comparison.model_copy(update={"rows": tuple(rows), "rival": "go-now", "leans": leans})


def section(text):
    """The lines of the section, each with runs of spaces closed; empty if there is none."""
    _, found, rest = text.partition("WHAT THE ORDER LEANS ON\n")
    return [flat(line) for line in rest.partition("\n\nWHAT")[0].splitlines()] if found else []


def test_what_the_order_leans_on(case, comparison):
    """1,000 between the two. Prices read as they do below, turning points to three figures: 12,345.6 as 12,300.

    0.0205 stays; a dash where nothing turns; each row with what doubling moves.
    """
    lines = section(comparison_page(case, leaning(comparison, *LEANS)))
    text = " ".join(lines)
    assert text.startswith(
        "New Ferry empty is 1,000.0 umort ahead of Go now in burden. With both plans as they are, the 3 numbers that "
        "bear on it: number now turns at doubling moves -"
    )
    begin = next(index for index, line in enumerate(lines) if line.startswith("--"))
    assert lines[begin + 1 : begin + 4] == [
        "objective.burden.weights.extra_launches 10,000 12,300 10,000.0",
        "vehicle_types.ferry.health.nominal.loss.3 0.01 0.0205 20,000.0",
        "objective.burden.weights.reseats 5 - 5.0",
    ]
    assert "turns at: where that lead is gone" in text
    assert "changes the lead, in umort." in text


def test_one_number_that_it_leans_on(case, comparison):
    """In the singular."""
    text = " ".join(section(comparison_page(case, leaning(comparison, LEANS[0]))))
    assert "the 1 number that bears on it:" in text


def test_the_most_decisive_numbers(case, comparison):
    """Of ten the first eight, and how many there are."""
    many = [Lean(path=f"objective.burden.weights.m{number}", value=1, moves=1) for number in range(10)]
    text = " ".join(section(comparison_page(case, leaning(comparison, *many))))
    assert "the 8 of 10 numbers that bear on it most:" in text
    assert ".m7 " in text
    assert ".m8 " not in text


def test_the_order_of_a_rival_that_is_ahead(case, comparison):
    """40,170 against 40,000: it is the rival that is ahead, by 170."""
    text = " ".join(section(comparison_page(case, leaning(comparison, *LEANS, burden=40_000.0))))
    assert text.startswith("Go now is 170.0 umort ahead of New Ferry empty in burden.")


def test_an_order_of_equals(case, comparison):
    """Nobody is 0 ahead."""
    text = " ".join(section(comparison_page(case, leaning(comparison, *LEANS, burden=40_170.0))))
    assert text.startswith("New Ferry empty and Go now are equal in burden.")


def test_an_order_that_leans_on_nothing(case, comparison):
    """Said; but not of a comparison that was stopped, since then nothing was tried."""
    lean = leaning(comparison)
    text = " ".join(section(comparison_page(case, lean)))
    assert text == (
        "New Ferry empty is 1,000.0 umort ahead of Go now in burden. No price and no number that is judgement bears on "
        "that."
    )
    assert section(comparison_page(case, lean.model_copy(update={"leans": None}))) == []


def test_no_unit_where_no_loss_is_minimised(case, comparison):
    """Graded days: 7 of the rival, none given of the other; neither is umort."""
    objective = PRESET_LEVELS["ordinal"]
    text = " ".join(section(comparison_page(case, leaning(comparison, *LEANS), objective=objective)))
    assert text.startswith("New Ferry empty is 7.0 ahead of Go now in graded.")
    assert "umort" not in text


def test_no_order_no_section(case, comparison):
    """Without a recommendation, or another alternative with a plan, there is no order to lean on anything."""
    whole = leaning(comparison, *LEANS)
    for gone in ("recommended", "rival"):
        assert section(comparison_page(case, whole.model_copy(update={gone: None}))) == []


@pytest.mark.parametrize("width", [80, 90, 100])
def test_what_it_leans_on_fits(case, comparison, width):
    """Long paths are broken, with nothing of them lost; numbers are not."""
    path = "vehicles.a-ship-with-a-long-name-from-somewhere-far.health.0.emergency.loss.3"
    wide = Lean(path=path, value=123_456.5, moves=123_456_789, turns_at=1_234_567)
    text = comparison_page(case, leaning(comparison, *LEANS, wide), width)
    assert max(len(line) for line in text.splitlines()) <= width
    lines = section(text)
    begin = next(index for index, line in enumerate(lines) if line.startswith(path[:20]))
    first, *numbers = lines[begin].split()
    assert numbers == ["123,456.5", "1,230,000", "123,456,789.0"]
    assert "".join([first, *lines[begin + 1 : lines.index("", begin)]]) == path
