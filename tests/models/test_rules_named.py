"""Names of rules: what is said of one that is none, and which families a conflict cannot list."""

import pytest

from crewreturn.models.problems import CrewreturnError
from crewreturn.models.rules import GIVEN_UP, RULES, facts_families, refuse_unknown


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("no-nominal-old", "a restriction"),
        ("segment", "a staffing rule"),
        ("handover", "a precedence"),
        ("eclipse", "a blackout"),
        ("waived", "a docked-life step"),
        ("ann.latest_return", "the bound `latest_return`"),
        ("old.leave", "the bound `leave`"),
    ],
)
def test_what_a_case_lays_down_is_waived_not_switched_off(tiny, accepted, name, called):
    """Everything of the case that can be waived is called what it is, and how it is lifted is told with its id."""
    with pytest.raises(CrewreturnError) as refused:
        refuse_unknown([name], accepted(tiny))
    assert str(refused.value) == f"`{name}` is {called} of the case: `waive: [{name}]` in an alternative lifts it."


def test_an_alternative_is_no_rule_either(tiny, accepted):
    """Its statements hold only under it."""
    with pytest.raises(CrewreturnError, match="`ride` is a rescue alternative of the case: its statements hold only"):
        refuse_unknown(["ride"], accepted(tiny))


def test_what_means_nothing_in_the_case_is_looked_up_among_the_rules(tiny, accepted):
    """With a case or without one; and names of rules and families pass."""
    for case in (accepted(tiny), None):
        with pytest.raises(CrewreturnError, match=r"no rule called `healht`\. Did you mean 'health'\?"):
            refuse_unknown(["healht"], case)
        refuse_unknown(["health", "ports.closed"], case)


def test_families_of_facts():
    """Ports, seats and health rest on facts; spacing does, among the traffic that can be waived; bounds do not."""
    assert {"ports", "departure", "health", "seats", "traffic"} < set(facts_families())
    assert not {"plan", "stay", "staffing", "docked-life", "restrictions", "statements"} & set(facts_families())
    assert set(RULES) > GIVEN_UP
