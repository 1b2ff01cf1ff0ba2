"""Random variations of MS-22 beside the textbook: what is told of those that only one, or neither, could prove."""

from __future__ import annotations

import pytest

from crewreturn.bench.variations import RELIEF, Outcome, lines, variation


def told(*outcomes: Outcome) -> str:
    return "\n".join(lines(outcomes))


PROVEN = Outcome(1, False, 60_000, 1000.0, 990.0, 10.0, proven=True, textbook=20.0, both=True)
"""Both proved it, the textbook in twice the time; the LP is 1 % low."""
OURS = Outcome(2, False, 50_000, 1000.0, 995.0, 10.0, proven=True, textbook=80.0)
"""The textbook was stopped after eight times the time."""
NEITHER = Outcome(3, True, None, 1000.0, 980.0, 60.0, proven=False)
"""The package was stopped after 60 seconds, and the textbook was not asked."""
NO_LP = Outcome(4, False, None, 1000.0, None, 60.0, proven=False)
"""The package was stopped before its LP of every tick had ended."""


def test_the_mean_counts_what_the_package_proved():
    """Twice and at least eight times as long: the geometric mean is the root of 16, so at least 4."""
    assert "it took 4.0 times as long or more" in told(PROVEN, OURS, NEITHER).replace("\n", " ")


def test_what_is_not_proven_is_counted_and_told():
    """Three variations, two proven; the time of the third is only a least one, and it has no ratio."""
    text = told(PROVEN, OURS, NEITHER)
    assert "3 variations, 2 proven by the package." in text
    row = next(line for line in text.splitlines() if line.split()[:1] == ["3"])
    assert row.split() == ["3", "soft", "1,000.0", "2.00%", ">", "60.0"]


def test_a_time_at_which_the_textbook_was_stopped_is_a_least_time():
    """80 s and 8 times, without a proof."""
    row = next(line for line in told(PROVEN, OURS).splitlines() if line.split()[:1] == ["2"])
    assert row.split()[-4:] == [">", "80.0", ">", "8.0"]


def test_the_largest_gap_counts_variations_that_are_not_proven_too():
    """1, 0.5 and 2 %: the largest is that of the variation nobody proved. One without an LP has none."""
    assert "best plan: 2.00%" in told(PROVEN, OURS, NEITHER, NO_LP)


def test_without_any_proof_there_is_no_mean():
    """No ratio is known, so none is told."""
    text = told(NO_LP)
    assert "times as long" not in text
    assert "Largest gap" not in text


@pytest.mark.parametrize("seed", [1, 3])
def test_a_variation_has_no_rotation_and_soft_staffing_in_every_third(seed):
    """The ships of September are gone; seed 3 is the first whose staffing is only counted."""
    case = variation(seed)
    assert not {ship.id for ship in case.vehicles} & set(RELIEF)
    assert case.staffing[0].soft == (seed % 3 == 0)
    assert len(case.objective) == 1
