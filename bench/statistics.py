"""What can be said of times that were measured: means that outliers do not rule, profiles, and how sure one can be.

Times are in seconds, in arrays. A run that was not solved has a time too, the limit at which it was ended; whether it
was solved is always told apart.

See Also
--------
comparing : which runs are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SHORTEST = 1e-3
"""Seconds: no time is taken for less, since clocks and rounding cannot tell."""
PENALTY = 2.0
"""A run that was not solved counts so many times its limit in PAR2."""
DRAWS = 2000
"""Resamples of a bootstrap."""
CONFIDENCE = 0.95
FEWEST = 5
"""Cases below which nothing is said of a ratio: so few can agree by chance."""


def shifted_geometric_mean(times: Floats, shift: float) -> float:
    """The geometric mean of times plus a shift, less the shift: `exp(mean(log(t + s))) - s`.

    The shift, in seconds, keeps differences between very short times from ruling the mean.

    Raises
    ------
    ValueError
        For no times, or one that is not finite: what was not solved has no place here but at its limit.
    """
    _finite(times)
    return float(np.exp(np.mean(np.log(np.maximum(times, SHORTEST) + shift))) - shift)


def par2(times: Floats, solved: Flags, limits: Floats) -> float:
    """The mean time, in which a run that was not solved counts twice its limit (penalised average runtime).

    Raises
    ------
    ValueError
        For no times, or one that is not finite.
    """
    counted = np.where(solved, times, PENALTY * limits)
    _finite(counted)
    return float(np.mean(counted))


def performance_ratios(times: Floats, solved: Flags) -> Floats:
    """Times as multiples of the best on each case, infinite where not solved (Dolan and Moré, 2002).

    Parameters
    ----------
    times, solved
        A row for each contestant, a column for each case.

    Returns
    -------
    array
        Of the same shape. Where nobody solved a case, all are infinite.
    """
    taken = np.where(solved, np.maximum(times, SHORTEST), np.inf)
    best = taken.min(axis=0, initial=np.inf)
    return np.where(np.isfinite(taken), taken / np.where(np.isfinite(best), best, 1.0), np.inf)


def share_within(values: Floats, marks: Floats) -> Floats:
    """For each mark, the share of values that are at most that; infinite ones count as values."""
    if not len(values):
        return np.zeros(len(marks))
    return np.searchsorted(np.sort(values), marks, side="right") / len(values)


@dataclass(frozen=True, slots=True)
class Interval:
    """A ratio, and between what bounds it lies as far as the cases can tell."""

    ratio: float
    low: float
    high: float


def ratio_interval(
    ours: Floats, theirs: Floats, groups: npt.NDArray[np.int64], *, shift: float, seed: int = 0, draws: int = DRAWS
) -> Interval:
    """The shifted geometric mean of `theirs` over that of `ours`, with a paired bootstrap interval of 95 %.

    Runs of one case (its seeds) are not independent of each other: each case counts once, with the mean of its
    logarithms, and cases are what is drawn.

    Parameters
    ----------
    ours, theirs
        Times of the same runs.
    groups
        The case of each run, as a number from 0.
    shift
        In seconds.
    seed, draws
        Of the resampling: the same ones give the same interval.

    Raises
    ------
    ValueError
        For no times, or one that is not finite.
    """
    _finite(ours)
    _finite(theirs)
    sizes = np.bincount(groups)
    logs = [
        np.bincount(groups, weights=np.log(np.maximum(times, SHORTEST) + shift)) / sizes for times in (ours, theirs)
    ]
    dice, cases = np.random.default_rng(seed), len(sizes)
    drawn = np.empty(draws)
    for number in range(draws):
        chosen = dice.integers(0, cases, cases)
        drawn[number] = _ratio(logs[0][chosen], logs[1][chosen], shift)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(_ratio(logs[0], logs[1], shift), float(low), float(high))


def _ratio(ours: Floats, theirs: Floats, shift: float) -> float:
    return float((np.exp(theirs.mean()) - shift) / (np.exp(ours.mean()) - shift))


def _finite(times: Floats) -> None:
    if not len(times):
        raise ValueError("no times")
    if not np.isfinite(times).all():
        raise ValueError("a time that is not finite: nothing can be averaged over it")
