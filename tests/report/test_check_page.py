"""The page of a check: verdict first, then what is wrong, then every number."""

from crewreturn.report.check_page import evaluation_page
from crewreturn.report.measures import MEASURES


def test_good_plan(case, plan, evaluation):
    """No table of violations where there are none; every measure but the one that needs another plan."""
    text = evaluation_page(case, plan, evaluation)
    assert "Checked  the plan obeys every rule.\n" in text
    assert "RULES BROKEN" not in text
    assert all(f"\n{measure} " in text for measure in MEASURES if measure != "changes")
    assert "expected_loss      30,160.0 umort" in text
    assert "unassured_days                1.2" in text


def test_broken_plan(case, plan, broken):
    """The rule, of what, when and why."""
    text = evaluation_page(case, plan, broken, alternative=case.alternatives[0])
    assert "Checked  THE PLAN BREAKS RULES: 1 violation.\n" in text
    assert "Rescue alternative go-now: Go now; waived: old-stays\n" in text
    lines = text.splitlines()
    begin = lines.index("RULES BROKEN")
    assert lines[begin + 1 : begin + 7] == [
        "rule           when              what is wrong",
        "  of what",
        "-------------  ----------------  --------------------------------",
        "suits.hook-up  2030-01-02        Bob holds a seat without a suit.",
        "  bob          until 2030-01-04",
        "  old",
    ]


def test_rules_switched_off(case, plan, evaluation, broken):
    """Whatever the verdict, it says of which rules it does not speak."""
    off = {"rules_off": ("body.limits", "suits.hook-up")}
    page = " ".join(evaluation_page(case, plan, evaluation.model_copy(update=off)).split())
    assert "Checked the plan obeys every rule but those switched off (body.limits and suits.hook-up)." in page
    page = " ".join(evaluation_page(case, plan, broken.model_copy(update=off)).split())
    assert "1 violation, not counting those switched off (body.limits and suits.hook-up)." in page


def test_level_without_a_value(case, plan, evaluation):
    """A level that was not scored, for want of an earlier plan, has no line; and no table stands there empty."""
    values = {name: value for name, value in evaluation.objective.items() if name != "moves"}
    table = evaluation_page(case, plan, evaluation.model_copy(update={"objective": values})).partition("OBJECTIVE")[2]
    assert "\nlateness " in table
    assert "\nmoves " not in table
    assert "OBJECTIVE" not in evaluation_page(case, plan, evaluation.model_copy(update={"objective": {}}))


def test_undated_violations(case, plan, broken):
    """A violation has a beginning, an end, both or neither."""
    whole = broken.violations[0]
    spans = ({"from_": None, "to": None}, {"from_": None}, {"to": None})
    found = tuple(whole.model_copy(update=span) for span in spans)
    text = evaluation_page(case, plan, broken.model_copy(update={"violations": found}))
    assert text.count("until 2030-01-04") == 1
    assert text.count("suits.hook-up  2030-01-02") == 1


def test_objective_is_taken_apart(case, plan, evaluation):
    """Each level of the case's objective with what it is made of, the largest part first, nothing that is zero."""
    text = " ".join(evaluation_page(case, plan, evaluation).split())
    assert (
        "burden 40,170 umort expected loss 30,160, launches of unplanned ships 10,000, changes of seat 5, liner moves 5"
        in text
    )
    assert "displaced 0 moves 2" in text
