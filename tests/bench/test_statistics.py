"""Statistics against numbers worked out by hand."""

import math

import numpy as np
import pytest

from crewreturn.bench.statistics import (
    par2,
    performance_ratios,
    ratio_interval,
    share_within,
    shifted_geometric_mean,
)


def seconds(*values):
    return np.array(values, dtype=np.float64)


def test_shifted_geometric_mean():
    """Of 1 and 3, shifted by 1: the root of 2 x 4 is 2.828, less 1. Equal times are their own mean, whatever the shift.

    Shifted by 10: the root of 11 x 13 is 11.958, less 10.
    """
    assert shifted_geometric_mean(seconds(1, 3), 1.0) == pytest.approx(math.sqrt(8) - 1)
    assert shifted_geometric_mean(seconds(1, 3), 10.0) == pytest.approx(math.sqrt(143) - 10)
    assert shifted_geometric_mean(seconds(7, 7, 7), 10.0) == pytest.approx(7)


def test_no_time_counts_for_less_than_a_millisecond():
    """A time of 0 is one that the clock could not tell from 1 ms; without a shift it would make the mean 0."""
    assert shifted_geometric_mean(seconds(0, 0.001), 0.0) == pytest.approx(0.001)


def test_par2():
    """Solved in 1 s, and not within 10 s: (1 + 2 x 10) / 2. A time beside an unsolved run does not count."""
    assert par2(seconds(1, 3), np.array([True, False]), seconds(10, 10)) == pytest.approx(10.5)


@pytest.mark.parametrize("times", [(), (1, math.inf), (math.nan,)])
def test_nothing_is_averaged_over_infinity(times):
    """Nor over nothing: an error, not a number that looks like one."""
    times = seconds(*times)
    with pytest.raises(ValueError, match=r"no times|not finite"):
        shifted_geometric_mean(times, 1.0)
    with pytest.raises(ValueError, match=r"no times|not finite"):
        ratio_interval(times, times, np.arange(len(times)), shift=1.0)
    with pytest.raises(ValueError, match=r"no times|not finite"):
        par2(times, np.full(len(times), False), times)


def test_performance_ratios():
    """Four cases: 1 s against 2 s; 6 s against 2 s; solved by the first alone; solved by nobody.

    So the first is 1, 3, 1 times the best, the second 2, 1 and never; what nobody solved is infinite for both.
    """
    times = np.array([[1.0, 6.0, 5.0, 10.0], [2.0, 2.0, 0.1, 10.0]])
    solved = np.array([[True, True, True, False], [True, True, False, False]])
    ratios = performance_ratios(times, solved)
    assert ratios.tolist() == [[1, 3, 1, math.inf], [2, 1, math.inf, math.inf]]
    assert share_within(ratios[0], seconds(1, 2, 3, 100)).tolist() == [0.5, 0.5, 0.75, 0.75]
    assert share_within(ratios[1], seconds(1, 2, 3, 100)).tolist() == [0.25, 0.5, 0.5, 0.5]
    assert share_within(seconds(), seconds(1)).tolist() == [0]


def test_a_ratio_that_is_everywhere_the_same_has_no_width():
    """Twice as long on every case, no shift: whatever cases are drawn, the ratio is 2."""
    ours = seconds(1, 2, 4, 8, 16)
    found = ratio_interval(ours, 2 * ours, np.arange(5), shift=0.0)
    assert (found.ratio, found.low, found.high) == pytest.approx((2, 2, 2))


def test_seeds_of_a_case_count_as_one():
    """Nine seeds of a case that takes 4 times as long, one of a case that takes as long: the root of 4 x 1 is 2.

    Counted run by run it would be 4 to the power of 0.9, which is 3.5. Draws of two cases are: one of them twice, or
    each once; so the interval runs from 1 to 4.
    """
    ours = np.ones(10)
    theirs = seconds(*[4] * 9, 1)
    found = ratio_interval(ours, theirs, np.array([0] * 9 + [1]), shift=0.0)
    assert (found.ratio, found.low, found.high) == pytest.approx((2, 1, 4))


def test_pairs_stay_together():
    """Cases from a second to an hour, each 10 % slower on one side: their spread is no doubt about the ratio.

    Unpaired, the interval would be as wide as the cases are far apart.
    """
    ours = np.geomspace(1, 3600, 20)
    found = ratio_interval(ours, 1.1 * ours, np.arange(20), shift=1.0)
    assert 1.05 < found.low <= found.ratio <= found.high < 1.1


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Two hundred draws of 30 cases with logarithms of ratios around 0: 95 % should hold 1; 88 % to 99 % is no chance.

    (The number that do is binomial; its standard deviation is 1.5 %, and a bootstrap of 30 is a little too narrow.)
    """
    dice = np.random.default_rng(5)
    covered = 0
    for _ in range(200):
        ours = np.exp(dice.normal(0, 1, 30))
        theirs = ours * np.exp(dice.normal(0, 0.3, 30))
        found = ratio_interval(ours, theirs, np.arange(30), shift=0.0, draws=400)
        covered += found.low <= 1 <= found.high
    assert 176 <= covered <= 198


def test_the_same_seed_gives_the_same_interval():
    """And another one nearly the same."""
    ours, theirs = np.geomspace(1, 9, 12), np.geomspace(2, 8, 12)
    first = ratio_interval(ours, theirs, np.arange(12), shift=1.0)
    assert first == ratio_interval(ours, theirs, np.arange(12), shift=1.0)
    assert first.low == pytest.approx(ratio_interval(ours, theirs, np.arange(12), shift=1.0, seed=1).low, rel=0.05)
