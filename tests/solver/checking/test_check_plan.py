"""What can be wrong with a plan by itself, and how the checker takes it."""

from pathlib import Path

import pytest

from crewreturn.models.problems import CaseProblems
from crewreturn.solver.check import RULES


def test_staying_put_breaks_nothing(tiny):
    """The case's own state held on for ten days is lawful: three people, three couches, ann is qualified."""
    assert tiny.broken(tiny.case(), tiny.plan(*tiny.STAY)) == {}


def test_every_rule_has_its_tests():
    """Each rule's name stands in these tests in quotes: nobody adds a rule without breaking it once."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_check_*.py"))
    assert [rule for rule in RULES if f'"{rule}"' not in text] == []


@pytest.mark.parametrize(
    "line",
    [
        {"holds": ["eve old couch 0-10"]},
        {"holds": ["ann other couch 0-10"]},
        {"holds": ["ann old sofa 0-10"]},
        {"comes": ["other empty 1>2 aft"]},
        {"comes": ["new empty 1>2 top"]},
        {"leaves": ["other 3"]},
        {"relocates": ["old top 3"]},
        {"rigs": ["old sofa 3"]},
        {"moves": ["liner old 3"]},
    ],
    ids=str,
)
def test_unknown_names(tiny, line):
    """eve, other, sofa, top and liner are nowhere in the case; an unknown name has no date and is left out."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    holds = [*(hold for hold in tiny.STAY if "ann" not in hold), *line.pop("holds", ["ann old couch 0-10"])]
    assert tiny.broken(case, tiny.plan(*holds, **line))["plan.unknown"] == [(None, None)]


def test_unknown_suit_is_none(tiny):
    """The seat is held all the same, without a suit; the capsule asks for none."""
    plan = tiny.plan("ann old couch 0-10 sokol", *tiny.STAY[1:])
    assert tiny.broken(tiny.case(), plan) == {"plan.unknown": [(None, None)]}
    assert tiny.check(tiny.case(), plan).measures["unassured_days"] == 0


@pytest.mark.parametrize("leaves", ["old 3.5", "old 10", "old -1"])
def test_instants_off_the_ticks(tiny, leaves):
    """Half past a day is no tick; the end is no tick any more, the day before the start is none yet."""
    assert "plan.instant" in tiny.broken(tiny.case(), tiny.plan(*tiny.STAY, leaves=[leaves]))


def test_holds_off_the_ticks_are_cut(tiny):
    """A hold may begin at the start and end at the end, not before or after; what lies outside is left out. One that
    ends inside a day counts for the whole of it. Nothing else is changed by that."""
    plan = tiny.plan("ann old couch -1-11", "bob old couch 0-9.5", "cyd old couch 0-10")
    assert tiny.broken(tiny.case(), plan) == {"plan.instant": [(None, None)] * 3}
    assert tiny.check(tiny.case(), plan).measures["unassured_days"] == 0


def test_nothing_twice(tiny):
    """A ship leaves once: of two departures the first counts, and a hold after it holds nothing."""
    case = tiny.case()
    once = tiny.plan(*(line.replace("10", "3") for line in tiny.STAY), leaves=["old 3"])
    twice = tiny.plan(*(line.replace("10", "3") for line in tiny.STAY), leaves=["old 3", "old 5"])
    assert tiny.broken(case, once) == {}
    assert tiny.broken(case, twice) == {"plan.twice": [(5, 6)]}
    assert tiny.check(case, twice).measures == tiny.check(case, once).measures


def test_a_ship_comes_once_and_a_group_is_rigged_once(tiny):
    """Neither a second arrival of `new` nor a second rigging of its bench counts."""
    bench = {"id": "bench", "seats": ["one"], "rigging": {}}
    case = tiny.case({"vehicles+": [tiny.NEW], "vehicles.old.extra_groups": [bench]})
    plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft", "new empty 4>5 aft"], rigs=["old bench 1", "old bench 2"])
    assert tiny.broken(case, plan) == {"plan.twice": [(2, 3), (5, 6)]}
    assert tiny.check(case, plan).measures["launches"] == 1
    assert tiny.check(case, plan).measures["riggings"] == 1


def test_only_a_docked_ship_leaves_moves_and_seats_people(tiny):
    """`new` arrives on day 2: before that it neither leaves nor moves, and a hold in it is no seat (two days of
    bob)."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    plan = tiny.plan(tiny.STAY[0], tiny.STAY[2], "bob old couch 2-10", "bob new couch 0-2", comes=["new empty 1>2 aft"])
    assert tiny.broken(case, plan) == {"plan.not-docked": [(0, 2)]}
    assert tiny.check(case, plan).measures["unassured_days"] == 2
    for change in ({"leaves": ["new 1"]}, {"relocates": ["new aft 1"]}):
        plan = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"], **change)
        assert tiny.broken(case, plan) == {"plan.not-docked": [(1, 2)]}


def test_nothing_is_rigged_in_a_ship_that_is_not_docked(tiny):
    """The bench of `new` can be rigged on the day of its arrival, for riggings come after arrivals, not before."""
    bench = {"id": "bench", "seats": ["one"], "rigging": {}}
    case = tiny.case({"vehicles+": [{**tiny.NEW, "extra_groups": [bench]}]})
    good = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"], rigs=["new bench 2"])
    bad = tiny.plan(*tiny.STAY, comes=["new empty 1>2 aft"], rigs=["new bench 1"])
    assert tiny.broken(case, good) == {}
    assert tiny.broken(case, bad) == {"plan.not-docked": [(1, 2)]}


def test_a_hold_ends_after_it_begins(tiny):
    """From day 4 to day 4, or back to day 3, nothing is held."""
    for days in ("4-4", "4-3"):
        plan = tiny.plan(*tiny.STAY, f"ann old couch {days}")
        assert tiny.broken(tiny.case(), plan) == {"plan.empty-hold": [(None, None)]}


def test_one_seat_a_person(tiny):
    """ann holds two seats on days 2 and 3. The one that began first counts: nothing is lost by the second."""
    case = tiny.case({"vehicles+": [tiny.NEW]})
    plan = tiny.plan(*tiny.STAY, "ann new couch 2-4", comes=["new empty 0>1 aft"])
    assert tiny.broken(case, plan) == {"plan.overlap": [(2, 4)]}
    assert tiny.check(case, plan).measures["reseats"] == 0


def test_only_people_aboard_hold_seats(tiny):
    """All leave on day 3 and are home from then on; dee on the ground holds nothing in the couch left free by cyd."""
    plan = tiny.plan(*tiny.STAY, leaves=["old 3"])
    assert tiny.broken(tiny.case(), plan) == {"plan.not-aboard": [(3, 10)] * 3}
    case = tiny.case({"people+": [{"id": "dee"}]})
    plan = tiny.plan(*tiny.STAY[:2], "dee old couch 0-10")
    assert tiny.broken(case, plan)["plan.not-aboard"] == [(0, 10)]


def test_violations_of_neighbouring_days_are_one(tiny):
    """Two spans of the same fault, days 0 to 2 and 5 to 10, are two violations with their own dates."""
    limits = {"mass_kg": {"at_most": 80}}
    dee = {"id": "dee", "aboard": True, "body": {"mass_kg": 90}}
    case = tiny.case({"people+": [dee], "vehicle_types.capsule.groups.couch.body": limits})
    plan = tiny.plan(*tiny.STAY[:2], "dee old couch 0-2", "dee old couch 5-10")
    found = tiny.check(case, plan).violations
    assert [(v.rule, v.from_.day, v.to.day) for v in found] == [("body.limits", 1, 3), ("body.limits", 6, 11)]
    assert found[0].entities == ("dee", "old", "couch")
    assert found[0].message == (
        "dee does not fit couch in old: mass_kg is 90, at most 80 fits, from 2023-01-01 to 2023-01-03."
    )


def test_rules_are_switched_off_by_name_or_family(tiny):
    """A rule that is off is not reported; a name that is no rule is pointed out."""
    case, plan = tiny.case(), tiny.plan(*tiny.STAY, leaves=["old 3"])
    assert tiny.broken(case, plan, rules_off=["plan.not-aboard"]) == {}
    assert tiny.broken(case, plan, rules_off=["plan"]) == {}
    found = tiny.check(case, plan, rules_off=["plan.not-abroad"])
    assert not found.ok
    assert found.warnings == ("There is no rule called plan.not-abroad that could be switched off.",)
    assert found.rules_off == ()


def test_a_verdict_tells_which_rules_were_off(tiny):
    """By name and in order, once each, all of a family: a verdict says how much it is worth."""
    case, plan = tiny.case(), tiny.plan(*tiny.STAY)
    assert tiny.check(case, plan).rules_off == ()
    found = tiny.check(case, plan, rules_off=["seats.rigged", "plan.overlap"])
    assert found.rules_off == ("plan.overlap", "seats.rigged")
    staffing = ("staffing.at-least", "staffing.at-most", "staffing.person-days")
    assert tiny.check(case, plan, rules_off=["staffing", "staffing.at-most"]).rules_off == staffing


def test_dates_by_the_hour_are_written_with_the_hour(tiny):
    """At a resolution of six hours a message says when in the day: `old` may not leave before noon on 2 January."""
    case = tiny.case({"resolution": "PT6H", "vehicles.old.leave": {"not_before": "2023-01-02T12:00:00Z"}})
    plan = tiny.plan(*(line.replace("10", "1.25") for line in tiny.STAY), leaves=["old 1.25"])
    (violation,) = tiny.check(case, plan).violations
    assert violation.message == "old leaves before its first date, 2023-01-02T12:00Z, on 2023-01-02T06:00Z."


def test_odd_questions_are_pointed_out(tiny):
    """A plan made for another case, and something to waive that the case does not know."""
    plan = tiny.plan(*tiny.STAY).model_copy(update={"case": "other"})
    assert tiny.check(tiny.case(), plan, waive=["ann.latest_return"]).warnings == (
        "The plan was made for the case other, not for tiny.",
        "There is nothing called ann.latest_return in the case that could be waived.",
    )


def test_statements_on_nothing_are_refused(tiny):
    """What cannot be meant cannot be checked."""
    said = tiny.statements({"require": {"return": {"people": ["eve"]}}})
    with pytest.raises(CaseProblems, match="eve"):
        tiny.check(tiny.case(), tiny.plan(*tiny.STAY), statements=said)


def test_checker_stands_alone():
    """The checker's files import the models, numpy and each other, nothing from the solver's other files."""
    checking = Path(__file__).parents[3] / "solver"
    for path in [checking / "check.py", *sorted((checking / "checking").glob("*.py"))]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from .", "import ")):
                inside = path.parent.name == "checking"
                allowed = ("from ...models.", "from .") if inside else ("from ..models.", "from .checking")
                assert line.startswith((*allowed, "import math", "import numpy")), f"{path.name}: {line}"
                assert not (inside and line.startswith("from ..") and not line.startswith("from ...models.")), line


def test_a_station_without_people_is_checked(tiny):
    """An empty ship is launched to an empty station: if it is lost nobody loses a seat, and nothing is charged.

    What an empty launch adds is a rule of the case's, so only the sums are looked at: no people, no loss.
    """
    case = tiny.case({"people": [], "suits": [], "liners": [], "vehicles+": [tiny.NEW]})
    found = tiny.check(case, tiny.plan(comes=["new empty 1>2 aft"]))
    assert [(lost.vehicle, lost.people, lost.added_loss) for lost in found.if_lost] == [("new", (), 0.0)]
    assert found.expected_loss == 0
