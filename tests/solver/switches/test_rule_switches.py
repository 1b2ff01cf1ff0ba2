"""Which rules can be switched off, and that each of them has a case in which it binds."""

import importlib.util
from pathlib import Path

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.models.objective import PRESET_LEVELS
from crewreturn.models.problems import CrewreturnError
from crewreturn.models.rules import RULES, named
from crewreturn.solver import rules
from crewreturn.solver.api import solve
from crewreturn.solver.check import evaluate
from crewreturn.solver.facts import Facts
from crewreturn.solver.model import Model
from crewreturn.solver.switches import STRUCTURAL, switched_off

FAMILIES = sorted({rule.partition(".")[0] for rule in RULES})
CAPSULE = "vehicle_types.capsule."


def tables():
    """The rules that the other files of this folder have a case for."""
    for path in sorted(Path(__file__).parent.glob("test_switches_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from module.CASES
        for about in getattr(module, "SAID", ()):
            yield from (f"restrictions.{about}", f"statements.{about}")


def test_every_rule_that_can_be_switched_off_has_a_case():
    """One case each, and none for a rule that there is not, or that no plan can break."""
    named = list(tables())
    assert sorted(named) == sorted(rule for rule in RULES if rule not in STRUCTURAL)
    assert set(RULES) >= STRUCTURAL


def test_every_rule_that_the_solver_names_is_in_the_list():
    """What a rule of the solver labels its rows with, the list of rules has sentences for: a rule or a family."""
    for rule in rules.RULES:
        assert named([rule.name]), rule.name


def test_rows_are_labelled_with_rules_or_with_what_they_are_for():
    """A label is a rule, a family, or says before a colon what else the rows are for: a statement, a measure."""
    case = load_case("soyuz-t9-1983")
    model = Model(Facts(case), range(Facts(case).horizon), PRESET_LEVELS["default"], stranding=False)
    labels = set(model.rows.rules)
    assert {"plan.not-aboard", "departure", "search:nobody-stranded"} < labels
    assert [label for label in labels if not named([label]) and ":" not in label] == []


@pytest.mark.parametrize("rule", sorted(STRUCTURAL))
def test_structural_rule_cannot_be_switched_off(switch, rule):
    """The error names the rule and says what it is for."""
    with pytest.raises(CrewreturnError, match=f"`{rule}` cannot be switched off") as refused:
        solve(switch.case(), rules_off=[rule])
    assert RULES[rule] in str(refused.value)


@pytest.mark.parametrize("name", ["suits.hookup", "seat", "", "ports."])
def test_unknown_rule_is_refused(switch, name):
    """Misspelt, or no whole family: nothing is solved under rules that were not meant."""
    with pytest.raises(CrewreturnError, match=f"no rule called `{name}`"):
        solve(switch.case(), rules_off=["suits.nominal", name])


@pytest.mark.parametrize("family", FAMILIES)
def test_family_switches_all_of_it_that_can_be(switch, family):
    """All but what is structural; a family that is structural as a whole (`plan`) is refused like a rule of it."""
    own = {rule for rule in RULES if rule.startswith(f"{family}.")}
    if own <= STRUCTURAL:
        with pytest.raises(CrewreturnError, match=f"`{family}` cannot be switched off"):
            solve(switch.case(), rules_off=[family])
    else:
        assert switched_off([family]) == own - STRUCTURAL
        assert solve(switch.case(), rules_off=[family]).status == "optimal"


def test_a_family_off_breaks_more_than_one_of_its_rules(switch):
    """Cyd sits on a bench that does not exist yet and is not rigged: a day without a seat, or two rules broken.

    The bench exists from day 3, on which it can be rigged. With either rule alone switched off the other holds: without
    rigging it is still held only from day 3, and what must be rigged cannot be before it exists (`seats.rigging`).
    """
    edits = {
        "people+": [{"id": "cyd", "aboard": True}],
        CAPSULE + "groups+": [{"id": "bench", "seats": ["3"], "from": "@3", "rigging": {}}],
        CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        CAPSULE + "health.nominal": {"allowed": False},
        CAPSULE + "health.uncrewed": {"allowed": False},
    }
    case = switch.case(edits, {"unassured_days": 1, "riggings": 0.01})
    values = {off: solve(case, rules_off=off) for off in ((), ("seats.rigged",), ("seats.exists",), ("seats",))}
    assert [answer.levels[0].value for answer in values.values()] == pytest.approx([3.01, 3, 3.01, 0])
    broken = evaluate(case, values["seats",].plan).violations
    assert {violation.rule for violation in broken} == {"seats.exists", "seats.rigged"}


def test_who_is_qualified_still_sits_at_the_controls(switch):
    """With `crewing.qualified` off a ship may have nobody qualified in it; if it has enough, one is at the controls.

    Ann is qualified, bob is not; both held couch seats, the helm is free. Nobody could leave on day 0 in any case. With
    ann aboard, on day 0 she takes the helm (a reseat), and both leave on day 1. Without the rule that may as well be
    bob: but then ann, who is qualified, sits on the couch, which is the other rule.
    """
    edits = {
        "people.ann.qualified": ["capsule"],
        CAPSULE + "crewing": {"qualified": 1},
        CAPSULE + "groups+": [{"id": "helm", "seats": ["3"], "controls": True}],
        CAPSULE + "health.emergency": {"loss": {"3": 0.1}},
        CAPSULE + "health.nominal": {"loss": {"3": 0.01}},
    }
    case = switch.case(edits, {"crew_days": 1})
    for off in ((), ("crewing.qualified",)):
        answer = solve(case, rules_off=off)
        assert answer.levels[0].value == 2
        assert "ann old helm 0-1" in switch.words(answer.plan)
    answer = solve(
        switch.case({**edits, "people.ann.qualified": []}, {"crew_days": 1}), rules_off=["crewing.qualified"]
    )
    assert answer.levels[0].value == 0
    answer = solve(case, rules_off=["crewing"])
    assert answer.levels[0].value == 0
    assert {violation.rule for violation in evaluate(case, answer.plan).violations} == {"crewing.controls"}


def test_measures_stay_what_they_are(switch):
    """A rule that is switched off is not enforced; how far a seat is from a certified one does not depend on it.

    Nobody may land before day 2, and both sit in the ship for two days. A policy against their return grades the four
    days as 3 each, whether it is kept or not; kept, they sit there for four days each. With one suit for two where a
    seat needs one, somebody is unassured for four days, at 10 each; without that rule they sit there at 1 each.
    """
    late = {CAPSULE + "landing_windows": [{"from": "@2"}]}
    policy = {"id": "policy", "reason": "policy", "forbid": {"return": {"people": "all"}}}
    case = switch.case({**late, "restrictions": [policy]}, {"graded_days": 1})
    assert solve(case).levels[0].value == 24
    assert solve(case, rules_off=["restrictions.return"]).levels[0].value == 12
    bare = {
        **late,
        "people": [{"id": "ann", "aboard": True}, {"id": "bob", "aboard": True}],
        "suit_types": [{"id": "sokol"}],
        "suits": [{"id": "spare", "type": "sokol", "fits": ["ann", "bob"], "aboard": True}],
        CAPSULE + "suit": "sokol",
        CAPSULE + "unsuited": {"nominal": 0.1},
        CAPSULE + "groups": [{"id": "couch", "seats": ["1", "2"], "hookups": True}],
    }
    case = switch.case(bare, {"graded_days": 1})
    assert solve(case).levels[0].value == 40
    assert solve(case, rules_off=["suits.hook-up"]).levels[0].value == 2
