"""Pictures of runs: performance profiles, and how far plans are from the best known."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from ..models.case_file import write_new
from ..models.problems import InputError, Problem
from ..report.words import count
from .best_known import Known
from .gaps import best_values, gap_of
from .rows import FAILED, PROVEN, Row
from .statistics import SHORTEST, Floats, performance_ratios, share_within

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, which people who see colours otherwise can tell apart."""
STYLES = ("-", "--", "-.", ":")
"""Lines differ in these too: a print without colours can be read."""
SMALLEST_GAP = 1e-4
"""Percent: gaps below it are drawn there, since a logarithmic axis has no 0."""
MOST_TICKS = 7
"""Numbers below an axis: with more they run into each other."""
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "crewreturn",  # the same rows, the same bytes
    "svg.fonttype": "none",  # text stays text
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "figure.dpi": 100,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and of how many runs."""

    figure: Figure
    runs: int


def draw(sides: Sequence[tuple[str, Sequence[Row]]], known: dict[str, Known]) -> Drawn:
    """The picture of some files of rows: only of the runs that all of them have.

    Parameters
    ----------
    sides
        What people call each file, and its rows.
    known
        Best known values, as `best_known` reads them.

    Raises
    ------
    InputError
        If there is no run that all have.
    """
    by_run = [{(row.case_digest, row.alternative, row.seed): row for row in rows} for _, rows in sides]
    common = [run for run in by_run[0] if all(run in other for other in by_run[1:])]
    if not common:
        advice = "Give files of rows on the same cases with the same seeds."
        raise InputError([Problem((), "there is no run that all files have", advice=advice)], sides[0][0])
    chosen = [[rows[run] for run in common] for rows in by_run]
    bests = best_values([row for _, rows in sides for row in rows], known)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 4.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        labels = [label for label, _ in sides]
        _times(left, labels, chosen)
        _gaps(right, labels, [[gap_of(row, bests) for row in rows] for rows in chosen])
        handles, names = left.get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside upper center", ncols=min(3, len(names)), frameon=False, handlelength=4
        )
        return Drawn(figure, len(common))


def _times(axes: Axes, labels: Sequence[str], sides: Sequence[Sequence[Row]]) -> None:
    """Performance profiles; of one file alone, how much is proven within how many seconds."""
    taken = np.array([[row.seconds.get("solve", np.inf) for row in rows] for rows in sides])
    solved = np.array([[row.status in PROVEN for row in rows] for rows in sides])
    if len(sides) > 1:
        values, lowest = performance_ratios(taken, solved), 1.0
        axes.set_xlabel("times the best time of all (log)")
        axes.set_title("Proven within a multiple of the best time", loc="left", fontsize=10)
    else:
        values = np.where(solved, np.maximum(taken, SHORTEST), np.inf)
        finite = values[np.isfinite(values)]
        lowest = float(finite.min()) if len(finite) else SHORTEST
        axes.set_xlabel("seconds (log)")
        axes.set_title("Proven within a time", loc="left", fontsize=10)
    names = [_counted(label, rows) for label, rows in zip(labels, sides, strict=True)]
    _curves(axes, names, list(values), lowest, "share of runs")


def _counted(label: str, rows: Sequence[Row]) -> str:
    """The label, and what of its runs no curve can show."""
    failed = sum(row.status in FAILED for row in rows)
    return f"{label} ({count(len(rows), 'run')}{f', {failed:,} failed' if failed else ''})"


def _gaps(axes: Axes, labels: Sequence[str], sides: Sequence[Sequence[float | None]]) -> None:
    # Runs of cases of which no plan is known have no gap; those without a plan where one is known, an infinite one.
    values = [np.array([max(100 * gap, SMALLEST_GAP) for gap in side if gap is not None]) for side in sides]
    axes.set_xlabel("gap to the best known value, % (log)")
    axes.set_title("Plan within a gap", loc="left", fontsize=10)
    _curves(axes, labels, values, SMALLEST_GAP, "share of runs with a known plan", widest=1.0)
    axes.text(
        0.99, 0.02, f"left edge: at most {SMALLEST_GAP:g} %", transform=axes.transAxes, ha="right", color="#444444",
        fontsize=8,
    )  # fmt: skip


def _curves(
    axes: Axes, labels: Sequence[str], sides: Sequence[Floats], lowest: float, what: str, *, widest: float = 0.0
) -> None:
    finite = np.concatenate([side[np.isfinite(side)] for side in sides]) if sides else np.array([])
    highest = max(float(finite.max()) * 1.2 if len(finite) else lowest, lowest * 10, widest)
    for number, (label, side) in enumerate(zip(labels, sides, strict=True)):
        marks = np.unique(np.concatenate([[lowest], side[np.isfinite(side)], [highest]]))
        axes.step(
            marks,
            share_within(side, marks),
            where="post",
            label=label,
            color=COLOURS[number % len(COLOURS)],
            linestyle=STYLES[number % len(STYLES)],
            linewidth=2,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=MOST_TICKS))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    axes.set_xlim(lowest, highest)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel(what)


def write(figure: Figure, out: str, force: bool) -> None:
    """Write the picture, as a whole or not at all, in the form that the name's ending asks for.

    Raises
    ------
    InputError
        If something stands there already and `force` does not say to replace it, or it cannot be written.
    """
    form = Path(out).suffix.lower().lstrip(".")
    target = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(target, format=form, metadata={"Date": None} if form == "svg" else None)
    if form == "svg":
        write_new(out, target.getvalue().decode(), force)
        return
    if not force and os.path.lexists(out):
        advice = "Choose another name, or overwrite it with --force."
        raise InputError([Problem((), "the file exists already", advice=advice)], out)
    draft = Path(out).with_name(f".crewreturn-{secrets.token_hex(6)}.tmp")
    try:
        draft.write_bytes(target.getvalue())
        draft.replace(out)
    except OSError as error:
        advice = "Check the name and the folder."
        raise InputError([Problem((), f"cannot be written: {error.strerror}", advice=advice)], out) from None
    finally:
        with suppress(OSError):
            draft.unlink()
