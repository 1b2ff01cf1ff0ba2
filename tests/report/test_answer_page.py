"""The page of an answer: what is proven, and the plan, without a word that could be misread."""

from typing import get_args

import pytest

from crewreturn.models.answer import Answer, Conflict, LevelResult, Source
from crewreturn.models.objective import DEFAULT_OBJECTIVE, PRESET_LEVELS, Level
from crewreturn.models.statements import Measure
from crewreturn.report.answer_page import answer_page, conflict
from crewreturn.report.measures import LOSSES, MEASURES, SOURCES, levels_used, losses, order_of_levels, prices
from crewreturn.report.proof import proof, proven


def flat(text):
    """A text without line breaks and runs of spaces: wrapping is not what is tested."""
    return " ".join(text.split())


def test_every_measure_and_source_has_words():
    """A measure or a source of loss that is added to the models is not forgotten here."""
    assert set(MEASURES) == set(get_args(Measure))
    assert set(SOURCES) == set(get_args(Source))
    assert set(LOSSES) <= set(MEASURES)


@pytest.mark.parametrize("width", [80, 100])
def test_page(case, answer, width):
    """Every part is there, and no line is wider than asked for."""
    text = answer_page(case, answer, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert text.endswith("case small, sha256 abababababababab; crewreturn 1.2.3\n")
    for part in (
        "known at 2030-01-01; planned from 2030-01-01 until 2030-01-11, UTC",
        "Expected loss 30,160.0 umort (0.03016 lives); that anyone is lost: 1 in 50.",
        "Worst off, without ascent: Bob, 10,120.0 umort (1 in 99).",
        "2030-01-08 in Old Ferry: Ann and Cat",
        "2030-01-11 still aboard at the end, in New Ferry: Bob",
        "! WITHOUT A VALID SEAT - Bob from 2030-01-05 until 2030-01-06 (1 day)",
        "And while a liner is moved: Bob, 4 hours on 2030-01-06.",
        "Never aboard: Dan.",
        "New Ferry: Bob holds no seat from 2030-01-06; +500.0 umort",
        "For Bob something is strange.",
    ):
        assert part in flat(text), part


def test_seats_table(case, answer):
    """One row a seat, none without: the ship by letter where names do not fit, the suit, the liner."""
    lines = answer_page(case, answer).splitlines()
    begin = lines.index("WHO HOLDS WHICH SEAT")
    assert [" ".join(line.split()) for line in lines[begin + 3 : begin + 8]] == [
        "Ann 2030-01-01 2030-01-08 A Old Ferry, couch left Blue suit pad",
        "Bob 2030-01-01 2030-01-05 A Old Ferry, couch right Blue suit pad",
        "2030-01-05 2030-01-06 ! NO VALID SEAT",
        "2030-01-06 2030-01-11 B New Ferry, couch left Blue suit pad",
        "Cat 2030-01-01 2030-01-08 A Old Ferry, floor mat NONE",
    ]


def test_ships_table(case, answer):
    """Up and home are numbers of people; a ship without seats has neither."""
    lines = answer_page(case, answer).splitlines()
    begin = lines.index("SHIPS")
    assert [" ".join(line.split()) for line in lines[begin + 3 : begin + 6]] == [
        "A Old Ferry 2029-10-01 docked North 2030-01-08 2",
        "# tug-1 docked South 2030-01-03",
        "B New Ferry 2030-01-03 2030-01-04 South stays 0",
    ]


def test_proof_keeps_its_layers_apart(answer):
    """What ended the run, what is proven and what the checker says stand in lines of their own."""
    lines = proof(answer, 80).splitlines()
    assert lines[:3] == [
        "Run      finished after 2.5 s.",
        "Proven   no plan is better, on any of the 4 levels (exact: every tick of the",
        "         horizon).",
    ]
    assert "Checked  the plan obeys every rule." in lines
    assert "burden     40,170  40,170    0  umort  optimal" in lines


def level(name, status, value=None, bound=None):
    """A level's result."""
    return LevelResult(id=name, status=status, value=value, bound=bound, unit="umort")


def test_proven_of_a_stopped_run(answer):
    """The first level that is not proven says how far the best may be; the levels before it are proven."""
    levels = (level("burden", "optimal", 10, 10), level("moves", "feasible", 9, 7.5), level("late", "unknown", 3))
    stopped = answer.model_copy(update={"levels": levels, "ended": "time_limit"})
    assert proven(stopped) == "moves at most 1.5 umort from the best; optimal before it: burden"
    assert "stopped at the time limit" in proof(stopped, 80)
    unbounded = answer.model_copy(update={"levels": (level("burden", "feasible", 10),), "proven_on": "coarse"})
    assert proven(unbounded) == "nothing: a plan without a bound on how much better another could be"
    assert "on a coarser grid" in flat(proof(unbounded, 80))
    assert "exact" not in proof(unbounded.model_copy(update={"proven_on": "tick"}), 80)
    later = (level("burden", "optimal", 10, 10), level("moves", "feasible", 9))
    assert proven(answer.model_copy(update={"levels": later})) == "moves without a bound; optimal before it: burden"


def without_plan(status, **more):
    """An answer without a plan."""
    return Answer(
        version="1.2.3",
        case="small",
        case_digest="ab" * 32,
        ended="finished",
        levels=(level("burden", status),),
        **more,
    )


def test_impossible(case):
    """No plan: the rules in conflict, what was waived, and not a word of a plan."""
    conflict = Conflict(rule="staffing.at-least", entities=("crew",), message="At least 7 people are aboard.")
    answer = without_plan(
        "infeasible", conflict=(conflict,), alternative="go-now", waived=("old-stays",), proven_on="tick"
    )
    text = answer_page(case, answer)
    assert "Rescue alternative go-now: Go now; waived: old-stays" in text
    assert "Proven   no plan exists (exact" in text
    assert "Checked  there is no plan to check." in text
    assert "staffing.at-least  crew  At least 7 people are aboard." in text
    assert "This cannot hold in this case:\n" in text
    assert "cannot all hold" not in text
    assert "solve CASE --alternative go-now --without FAMILY" in flat(text)
    assert "THE WAY HOME" not in text


def test_a_conflict_says_what_it_does_not_list(case):
    """Two rules cannot *all* hold. Beside them facts may bind, and every family of these can be asked for."""
    rules = [Conflict(rule=f"staffing.{bound}", message="So many.") for bound in ("at-least", "at-most")]
    text = flat(conflict(rules, 80))
    assert "These cannot all hold; without any one of them a plan may exist." in text
    assert "This cannot hold" not in text
    assert "Facts of the case (seats, health, ports, landing windows) are not listed." in text
    assert "They stand in the way where `crewreturn solve CASE --without FAMILY`, with one family or several" in text
    families = text.partition("families: ")[2].rstrip(".").split(", ")
    assert {"ports", "departure", "health", "seats"} < set(families)
    assert not {"staffing", "stay", "restrictions", "statements", "plan"} & set(families)


def test_unknown(case):
    """Stopped without a plan: it is not said that there is none."""
    text = answer_page(case, without_plan("unknown", message="The time was too short."))
    assert "Proven   nothing: neither a plan nor that none exists.\n" in text
    assert "Note     The time was too short." in text


def test_waivers_without_an_alternative(case, answer):
    """A free solve with something waived says so too."""
    assert "Waived: old-stays\n" in answer_page(case, answer.model_copy(update={"waived": ("old-stays",)}))


def test_everyone_seated(case, answer, plan, hold):
    """A plan without gaps says so in one sentence, and names the hours of liner moves if there are any."""
    holds = (*plan.holds[:2], hold("bob", "old", "couch", 5, 6, "bob-1"), *plan.holds[2:])
    full = answer.model_copy(update={"plan": plan.model_copy(update={"holds": holds})})
    assert "Everyone aboard holds a seat at all times, but while a liner is moved: Bob, 4" in answer_page(case, full)
    still = full.plan.model_copy(update={"liner_moves": ()})
    assert "Everyone aboard holds a seat at all times.\n" in answer_page(case, full.model_copy(update={"plan": still}))


def test_prices_in_words(evaluation):
    """The dearest price as a sentence, each with what the plan pays: one launch, 10,000; no relocation, 0."""
    text = flat(prices(DEFAULT_OBJECTIVE, evaluation, 80))
    assert "a ship that was not to fly at all is launched only if it saves 10,000 micromorts (1 in 100)" in text
    assert "a ship that was not to fly at all is launched 10,000 1 10,000" in text
    assert "a ship is relocated 20 0 -" in text


def test_order_of_levels():
    """Levels in words; with a loss in it, a level's other weights are prices."""
    assert order_of_levels(DEFAULT_OBJECTIVE) == (
        "Minimised in this order: burden (expected loss + prices), then displaced (people displaced), then moves "
        "(changes of seat + liner moves), then lateness (lateness in days)."
    )
    own = Level(id="mine", weights={"graded_days": 2, "launches": 1}, tolerance=0.5)
    assert order_of_levels([own]) == "Minimised in this order: mine (2 x graded person-days + launches (within 0.5))."


def test_prices_of_presets():
    """`safest` knows no prices."""
    assert "only if" not in prices(PRESET_LEVELS["safest"], None, 80)


def test_levels_used(case, answer):
    """The objective of an answer is found by its levels: the case's own first, then the presets."""
    assert levels_used(case, answer) == case.objective
    safest = tuple(level(entry.id, "optimal", 1, 1) for entry in PRESET_LEVELS["safest"])
    assert levels_used(case, answer.model_copy(update={"levels": safest})) == PRESET_LEVELS["safest"]
    assert levels_used(case, answer.model_copy(update={"levels": (level("else", "optimal", 1, 1),)})) == case.objective


def test_losses_add_up(evaluation):
    """Everyone's row is the sum of the rows above, column by column."""
    lines = losses(evaluation, {"ann": "Ann"}, 80).splitlines()
    assert [line.split() for line in lines[1:7]] == [
        ["total", "evacuation", "return", "no", "seat"],
        ["-" * len(part) for part in ("everyone", "30,160.0", "evacuation", "30,000.0", "no seat")],
        ["Ann", "10,020.0", "20.0", "10,000.0", "0"],
        ["bob", "10,120.0", "20.0", "10,000.0", "100.0"],
        ["cat", "10,020.0", "20.0", "10,000.0", "0"],
        ["everyone", "30,160.0", "60.0", "30,000.0", "100.0"],
    ]


def test_losses_too_wide(evaluation):
    """Where causes do not fit side by side, the smallest are put together, and told apart below."""
    text = losses(evaluation, {}, 40)
    assert max(len(line) for line in text.splitlines()) <= 40
    assert "other: evacuation 60.0 (" in flat(text)
