"""What is said of two files of rows: by hand on a few runs that nobody made."""

import math

import pytest

from crewreturn.bench.best_known import Known, best_known, kept
from crewreturn.bench.comparing import compare_runs
from crewreturn.bench.disputes import certified, judged
from crewreturn.bench.gaps import best_values, gap_of
from crewreturn.bench.pages import run_comparison_page
from crewreturn.bench.rows import STATUSES, Configuration
from crewreturn.models.problems import InputError

CASES = [f"case-{number}" for number in range(8)]


def versus(ours, theirs, known=None):
    return compare_runs(("A", ours), ("B", theirs), known)


def timed(rows, factor=1.0, **more):
    """Eight cases that take 1, 2, ... 8 seconds, times a factor."""
    return [rows.row(case, factor * (1 + number), **more) for number, case in enumerate(CASES)]


@pytest.mark.parametrize(
    ("factor", "verdict", "says"),
    [
        (0.5, "faster", "B is faster than A: it takes 0."),
        (1.5, "slower", "B is slower than A: it takes 1."),
        (1.0, "cannot tell", "Cannot tell whether B is faster or slower than A: it takes 1 times"),
    ],
)
def test_verdicts(rows, factor, verdict, says):
    """Half the time on every case is faster, half as much again slower, the same time neither."""
    found = versus(timed(rows), timed(rows, factor))
    assert found.verdict == verdict
    assert found.sentence.startswith(says)
    assert (found.pairs, found.ranked, found.cases) == (8, 8, 8)


def test_a_difference_that_hangs_on_one_case_cannot_be_told(rows):
    """Seven cases as long as before, the eighth ten times faster: draws without it show nothing."""
    theirs = [*timed(rows)[:7], rows.row(CASES[7], 0.8)]
    found = versus(timed(rows), theirs)
    assert found.verdict == "cannot tell"
    assert found.ratios[0].value < 0.9
    assert found.ratios[0].high == pytest.approx(1)


def test_four_cases_are_too_few_whatever_the_seeds(rows):
    """Ten seeds of four cases, all twice as fast: forty pairs, but four cases."""
    ours, theirs = (
        [rows.row(case, seconds, seed=seed) for case in CASES[:4] for seed in range(10)] for seconds in (2, 1)
    )
    found = versus(ours, theirs)
    assert (found.verdict, found.ranked, found.cases) == ("cannot tell", 40, 4)
    assert "4 cases only, at least 5 are needed" in found.sentence


def test_failures_are_not_ranked(rows):
    """B is twice as fast on six cases and fails on two: the six are ranked, the two are told, in no mean."""
    theirs = [*timed(rows, 0.5)[:6], rows.row(CASES[6], 0.1, "failed"), rows.row(CASES[7], 0.1, "killed")]
    found = versus(timed(rows), theirs)
    assert (found.verdict, found.pairs, found.ranked) == ("faster", 8, 6)
    assert found.sentence.endswith("Not ranked, since something failed there: B failed in 2.")
    assert found.sides[1].statuses["failed"] == found.sides[1].statuses["killed"] == 1
    only = versus(timed(rows)[:6], timed(rows, 0.5)[:6])
    assert found.ratios == only.ratios
    assert found.sides[0].times == only.sides[0].times


def test_every_status_has_a_count_of_its_own(rows):
    """One run of each: nothing is added to anything else, and only proofs are solved.

    Ranked with an optimal run on the other side are the four that did not fail: two proofs, two time-outs.
    """
    ours = [rows.row(status, 1.0) for status in STATUSES]
    theirs = [rows.row(status, 1.0, status) for status in STATUSES if status != "infeasible"]
    found = versus(ours, [*theirs, rows.row("infeasible", 1.0, "infeasible")])
    assert found.sides[1].statuses == dict.fromkeys(STATUSES, 1)
    assert (found.ranked, found.sides[1].times.solved) == (4, 2)
    page = run_comparison_page(found, 80)
    for status in STATUSES:
        assert status.replace("_", " ") in page


def test_time_outs_count_as_their_limit(rows):
    """Limit 10 s. A solves both cases in 1 s; B solves one in 1 s and not the other: PAR2 is 1 and (1 + 20) / 2.

    The geometric mean shifted by 1: of 2 and 11, the root of 22 less 1.
    """
    ours = [rows.row("a", 1.0), rows.row("b", 1.0)]
    found = versus(ours, [rows.row("a", 1.0), rows.row("b", 10.2, "time_limit")])
    assert [side.times.par2 for side in found.sides] == [1, 10.5]
    assert [side.times.solved for side in found.sides] == [2, 1]
    assert found.sides[1].times.shifted_geometric_mean["1 s"] == pytest.approx(math.sqrt(22) - 1)


def test_nobody_may_use_a_longer_limit(rows):
    """A proved a case in 50 s of 100; B did not in 10: within 10 s neither has a proof. Both limits are told."""
    found = versus([rows.row("a", 50.0, time_limit=100.0)], [rows.row("a", 10.0, "feasible")])
    assert [side.times.solved for side in found.sides] == [0, 0]
    assert [side.times.par2 for side in found.sides] == [20, 20]
    assert "time limit: 100.0 against 10.0" in found.notes


def test_only_common_runs_are_compared(rows):
    """B has one case and one seed more; a file that answers a question twice is refused."""
    theirs = [*timed(rows), rows.row("more"), rows.row(CASES[0], seed=3)]
    found = versus(timed(rows), theirs)
    assert (found.pairs, [side.only_here for side in found.sides]) == (8, [0, 2])
    nothing = versus(timed(rows), [rows.row("more")])
    assert (nothing.verdict, nothing.pairs, nothing.ratios) == ("cannot tell", 0, ())
    assert "-" in run_comparison_page(nothing, 80)
    with pytest.raises(InputError, match="two rows answer for case case-0, seed 0"):
        versus([*timed(rows), rows.row(CASES[0], time_limit=3.0)], timed(rows))


def test_unequal_surroundings_are_told(rows):
    """Another version of OR-Tools, and more runs at a time: whoever reads the ratio has to know."""
    found = versus(timed(rows, workers=1, ortools="9.15"), timed(rows, workers=2, ortools="9.16"))
    assert {"workers: 1 against 2", "ortools: 9.15 against 9.16"} <= set(found.notes)


def test_a_busy_computer(rows):
    """The same processor time, twice the wall time under twice the load: slower on the wall, not by the processor.

    Runs that have no processor time cannot be ranked by it.
    """
    ours, theirs = timed(rows, cpu_seconds=1.0, load=1.0), timed(rows, 2.0, cpu_seconds=1.0, load=2.0)
    found = versus(ours, theirs)
    assert found.verdict == "slower"
    assert any(note.startswith("mean load: 1.0 against 2.0") for note in found.notes)
    by_processor = compare_runs(("A", ours), ("B", theirs), clock="cpu")
    assert (by_processor.verdict, by_processor.ratios[0].value, by_processor.ranked) == ("cannot tell", 1, 8)
    assert compare_runs(("A", timed(rows)), ("B", theirs), clock="cpu").ranked == 0


# ------------------------------------------------------------------------------------------------- contradictions


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ({"value": 100.0}, {"value": 100.5}, "proven best 100"),
        ({"value": 100.0}, {"status": "infeasible"}, "proven that there is no plan, and here is one"),
        ({"status": "infeasible"}, {"status": "feasible", "value": 7.0}, "and here is one"),
        ({"value": 100.0}, {"status": "feasible", "value": 99.0}, "proven best 100, and a plan with 99"),
        (
            {"value": 100.0},
            {"status": "feasible", "value": 110.0, "level": {"bound": 101.0}},
            "a plan with 100, and proven that none is below 101",
        ),
    ],
)
def test_contradictions_are_shouted(rows, ours, theirs, says):
    """Two optima, an optimum and none at all, a plan better than the best, a bound above a plan: on top of the page."""
    for first, second in ((ours, theirs), (theirs, ours)):
        found = versus([rows.row("pod", **first)], [rows.row("pod", **second)])
        assert len(found.disputes) == 1
        assert says in found.disputes[0].message
        assert run_comparison_page(found, 80).startswith("CONTRADICTION: 1 question")


def test_seeds_of_one_file_can_contradict_each_other(rows):
    """What is proven of a case does not hang on the order in which it is written down."""
    found = versus([rows.row("pod", seed=0), rows.row("pod", seed=1, value=90.0)], [rows.row("pod")])
    assert [dispute.seeds for dispute in found.disputes] == [(0, 1)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {"value": 100.01}),  # 0.01 umort: roundings
        ({}, {"value": 90.0, "alternative": "leave"}),  # another question
        ({}, {"value": 90.0, "objective": "safest"}),  # other prices
        ({}, {"status": "feasible", "value": 130.0, "level": {"bound": 80.0}}),  # not proven
        ({}, {"status": "time_limit"}),
        ({}, {"status": "failed", "proven_on": "none"}),
        ({}, {"value": 100.4, "level": {"bound": 100.0}}),  # a plan within the tolerance of a proven level
        ({"status": "infeasible"}, {"status": "infeasible"}),
    ],
)
def test_what_is_no_contradiction(rows, ours, theirs):
    """Differences that both sides may be right about."""
    assert versus([rows.row("pod", **ours)], [rows.row("pod", **theirs)]).disputes == ()


@pytest.mark.parametrize(
    ("known", "row", "says"),
    [
        ({"value": 90.0, "proof": "optimal"}, {}, "proven best 100, and there is a plan with 90"),
        ({"value": 110.0, "proof": "optimal"}, {"status": "feasible"}, "a plan with 100, and none is below 110"),
        ({"bound": 105.0}, {"status": "feasible"}, "a plan with 100, and none is below 105"),
        ({"proof": "infeasible"}, {"status": "feasible"}, "here is a plan, and there is none"),
        ({"value": 90.0}, {"status": "infeasible"}, "no plan, and there is one with 90"),
        ({"value": 100.0, "proof": "optimal"}, {}, None),
        ({"value": 100.0, "bound": 99.0}, {"status": "time_limit"}, None),
        ({"value": 120.0, "bound": 80.0}, {}, None),  # better than known, and proven
        ({"value": 90.0, "proof": "optimal"}, {"objective": "safest"}, None),  # other prices
    ],
)
def test_known_values_can_be_contradicted(rows, known, row, says):
    """Values that are known by an argument judge the solver as another run does."""
    made = rows.row("pod", **row)
    found = versus([made], [made], {made.case_digest: Known(case="pod", **known)}).disputes
    assert len(found) == (says is not None)
    assert says is None or f"{says}, says best_known.json" in found[0].message


# -------------------------------------------------------------------------------------------------- best known values


def test_gaps(rows):
    """Best known 100 (by the file), 50 (by a row) and none: gaps of 110, 50 and of no plan where one is known.

    The first is 10 % off, the second at best, the third infinite: it is counted, and in no median.
    """
    ours = [rows.row("a", value=110.0), rows.row("b", value=50.0), rows.row("c", status="time_limit")]
    theirs = [rows.row("a", value=110.0), rows.row("b", value=60.0, status="feasible"), rows.row("c", value=5.0)]
    known = {ours[0].case_digest: Known(case="a", value=100.0)}
    first, second = (side.gaps for side in versus(ours, theirs, known).sides)
    assert (first.without_plan, first.at_best, first.within_1_percent) == (1, 1, 1)
    assert (first.median_gap, first.largest_gap) == pytest.approx((0.05, 0.1))
    assert (second.without_plan, second.at_best) == (0, 1)
    assert (second.median_gap, second.largest_gap) == pytest.approx((0.1, 0.2))
    assert first.better_than_known == 0
    assert (
        versus(ours, theirs, {ours[0].case_digest: Known(case="a", value=120.0)}).sides[0].gaps.better_than_known == 1
    )
    bests = best_values([*ours, *theirs], known)
    assert gap_of(ours[2], bests) == math.inf
    assert gap_of(rows.row("d", status="time_limit"), bests) is None  # nobody knows a plan


def test_best_known_values_beside_the_cases(rows, tmp_path):
    """Read from the folder of a case or one above it, where there is such a file; a wrong one is an error."""
    row = rows.row("pod", path=str(tmp_path / "family" / "pod.yaml"))
    assert best_known([row.path]) == {}
    text = '{"format": "crewreturn-best-known/1", "cases": {"%s": {"case": "pod", "value": 90, "bound": 80.5, '
    text += '"proof": "none", "date": "2031-02-03", "configuration": "600 s"}}}'
    (tmp_path / "best_known.json").write_text(text % row.case_digest, encoding="utf-8")
    found = best_known([row.path])
    assert found[row.case_digest].value == 90
    assert found[row.case_digest].date.year == 2031
    (tmp_path / "best_known.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"best_known\.json"):
        best_known([row.path])


def test_what_rows_add_to_what_is_known(rows):
    """A better plan, a better bound, then a proof, which stays; runs that failed or had other prices add nothing.

    The plan with 60 was found by one run, the bound of 50 by another: together they are what is known.
    """
    bounded = {"level": {"bound": 50.0}}
    made = [
        rows.row("a", value=60.0, status="feasible", level={"bound": 40.0}),
        rows.row("a", value=70.0, status="feasible", seed=1, **bounded),
        rows.row("b", status="infeasible"),
        rows.row("c", value=5.0, objective="safest"),
        rows.row("d", status="killed"),
    ]
    now = kept(made, {})
    assert [(entry.case, entry.value, entry.bound, entry.proof) for entry in now.values()] == [
        ("a", 60, 50, "none"),
        ("b", None, None, "infeasible"),
    ]
    (name, *_) = now
    assert (now[name].date.year, now[name].configuration) == (2031, "crewreturn 1.2.3, time_limit 10.0, seed 1")
    proven = kept([rows.row("a", value=55.0)], now)
    assert (proven[name].value, proven[name].bound, proven[name].proof) == (55, 55, "optimal")
    assert kept(made, proven) == proven
    assert (proven[name].proven_by, proven[name].certified_by) == ("crewreturn", None)


def by(rows, peer, *arguments, **more):
    """The row of a peer, or of crewreturn."""
    return rows.row(*arguments, configuration=Configuration(peer=peer), **more)


def test_who_certifies_what(rows):
    """Another solver that proves the same value, within what roundings add up to, or that there is no plan either.

    Not the one that proved it first, with whatever seed; not one that proves another value, has a plan without a proof,
    or failed. An argument needs nobody else. A third solver is named beside the second, now or later.
    """
    first = [by(rows, None, "a"), by(rows, None, "b", status="infeasible"), by(rows, None, "c", value=5.0)]
    known = certified(first, kept(first, {}))
    assert [entry.certified_by for entry in known.values()] == [None, None, None]
    again = [by(rows, None, "a", seed=1), by(rows, None, "b", status="infeasible", seed=1)]
    others = [
        by(rows, "textbook", "a", value=100.01),
        by(rows, "flow-highs", "a", value=101.0),
        by(rows, "greedy", "a", status="feasible"),
        by(rows, "textbook-highs", "b", status="infeasible"),
        by(rows, "textbook", "c", status="rejected"),
    ]
    known = certified([*again, *others], known)
    assert [entry.certified_by for entry in known.values()] == ["textbook", "textbook-highs", None]
    known = certified([by(rows, "textbook-scip", "a")], known)
    assert [entry.certified_by for entry in known.values()] == ["textbook, textbook-scip", "textbook-highs", None]
    planted = {first[0].case_digest: Known(case="a", value=100, proof="optimal", certified_by="argument")}
    assert certified(others, kept(others, planted))[first[0].case_digest].certified_by == "argument"


def test_wrong_proofs_are_rejected(rows):
    """Whoever claims that nothing is below 100 is wrong where somebody has a plan with 99, or where one is known.

    So is who says that there is none. A bound within roundings of a plan is no claim against it, and plans are judged
    by the checker alone.
    """
    made = [by(rows, None, "a"), by(rows, "x", "a", status="infeasible")]
    made.append(by(rows, "y", "a", status="feasible", value=99.0))
    assert [row.status for row in judged(made, {})] == ["rejected", "rejected", "feasible"]
    assert [row.status for row in judged(made[:1], {})] == ["optimal"]
    known = {made[0].case_digest: Known(case="a", value=90.0)}
    assert [row.status for row in judged(made, known)] == ["rejected", "rejected", "feasible"]
    close = {made[0].case_digest: Known(case="a", value=99.99)}
    assert judged(made[:1], close) == made[:1]


def test_families_of_cases(rows):
    """Six pods on which B takes half the time, three bases on which it fails once: half, and too few to tell.

    Eight pairs are ranked in all. Where there is one family only, nothing is said twice.
    """
    bases = [rows.row(f"base-{number}", family="bases") for number in range(3)]
    broken = [rows.row("base-0", status="failed", family="bases"), *bases[1:]]
    found = versus([*timed(rows)[:6], *bases], [*timed(rows, 0.5)[:6], *broken])
    assert [(each.family, each.ranked, each.pairs, each.verdict) for each in found.families] == [
        ("bases", 2, 3, "cannot tell"),
        ("pods", 6, 6, "faster"),
    ]
    assert found.families[1].ratio == versus(timed(rows)[:6], timed(rows, 0.5)[:6]).ratios[0]
    assert [times.solved for times in found.families[0].times] == [2, 2]
    assert "bases   2 of 3" in run_comparison_page(found, 120)
    assert versus(timed(rows), timed(rows)).families == ()
