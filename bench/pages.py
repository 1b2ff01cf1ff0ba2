"""What `crewreturn bench` shows: pages for people, documents for programs."""

from __future__ import annotations

from typing import Any

from ..report.tables import table
from ..report.words import count, paragraph, seconds
from .case_files import Questions
from .comparing import FamilyComparison, Ratio, RunComparison
from .gaps import Gaps
from .rows import FAILED, STATUSES, RowFile
from .runner import Batch

SHOWN = 5
"""Failures and contradictions that a page tells; the rest are counted."""


def batch_document(out: str, rows: RowFile, batch: Batch, questions: Questions) -> dict[str, Any]:
    """What a batch came to, and what its file holds now."""
    return {
        "format": "crewreturn-bench-run/1",
        "out": out,
        "stopped": batch.stopped,
        "made": batch.statuses.total(),
        "there": batch.there,
        "rows": len(rows.keys),
        "statuses": {status: rows.statuses[status] for status in STATUSES},
        "workers_lost": batch.lost,
        "failures": [
            {name: getattr(row, name) for name in ("case", "path", "alternative", "seed", "status", "message")}
            for row in batch.failures
        ],
        "passed_over": questions.passed_over,
        "notes": list(_notes(rows, questions)),
    }


def _notes(rows: RowFile, questions: Questions) -> list[str]:
    notes = []
    if rows.cut:
        notes.append(f"a torn last line of {count(rows.cut, 'byte')} was cut off; its run was made again")
    if len(rows.sources) > 1:
        notes.append("the rows come from different states of the source: for clean figures begin a new file")
    if questions.passed_over:
        notes.append(f"{count(len(questions.passed_over), 'file')} passed over as no case")
    return notes


def batch_page(data: dict[str, Any], width: int) -> str:
    """The same for people."""
    lines = [f"{data['out']}: {count(data['rows'], 'row')}; {data['made']:,} made now, {data['there']:,} were there."]
    lines += [f"{note[0].upper()}{note[1:]}." for note in data["notes"]]
    if data["workers_lost"]:
        lines.append(f"{count(data['workers_lost'], 'worker')} died over a run.")
    found = [[_words(status), f"{number:,}"] for status, number in data["statuses"].items() if number]
    if found:
        lines += ["", table(["status", "rows"], found, width=width, right=[1])]
    if data["failures"]:
        lines += ["", "Failed just now:"]
        for row in data["failures"][:SHOWN]:
            under = f", {row['alternative']}" if row["alternative"] else ""
            first = (row["message"] or "").splitlines()[:1]
            lines.append(f"  {row['path']}{under}, seed {row['seed']}: {_words(row['status'])}: {''.join(first)}")
        if len(data["failures"]) > SHOWN:
            lines.append(f"  and {len(data['failures']) - SHOWN:,} more")
    if data["stopped"]:
        lines += ["", "Stopped. The same command goes on from here."]
    return "\n".join(lines) + "\n"


def run_comparison_page(found: RunComparison, width: int) -> str:
    """Two files of rows side by side, for people."""
    lines: list[str] = []
    if found.disputes:
        lines.append(
            f"CONTRADICTION: {count(len(found.disputes), 'question')} with proven values that cannot both hold."
        )
        for dispute in found.disputes[:SHOWN]:
            under = f", {dispute.alternative}" if dispute.alternative else ""
            seeds = " and ".join(map(str, dispute.seeds))
            lines.append(paragraph(f"{dispute.case}{under}, seed {seeds}: {dispute.message}", width))
        lines += ["This is a defect: no figure below is worth anything before it is found.", ""]
    lines += [paragraph(found.sentence, width), ""]
    headers = ["", *(side.label for side in found.sides)]
    rows = [["runs that both have", *(f"{found.pairs:,}" for _ in found.sides)]]
    rows.append(["only here", *(f"{side.only_here:,}" for side in found.sides)])
    for status in STATUSES:
        numbers = [side.statuses[status] for side in found.sides]
        if any(numbers) or status not in FAILED:
            rows.append([_words(status), *(f"{number:,}" for number in numbers)])
    rows.append([f"ranked, where neither failed ({found.clock} time)", *(f"{found.ranked:,}" for _ in found.sides)])
    timed = [side.times for side in found.sides if side.times is not None]
    if timed:
        rows.append(["proven within the limit", *(f"{times.solved:,}" for times in timed)])
        for shift in timed[0].shifted_geometric_mean:
            means = [seconds(times.shifted_geometric_mean[shift]) for times in timed]
            rows.append([f"geometric mean, shift {shift}", *means])
        rows.append(["PAR2", *(seconds(times.par2) for times in timed)])
    rows.append(["plan as good as the best known", *(f"{side.gaps.at_best:,}" for side in found.sides)])
    for field in Gaps.model_fields:
        values = [getattr(side.gaps, field) for side in found.sides]
        if field != "at_best" and any(value is not None for value in values):
            rows.append([_words(field), *map(_gap, values)])
    lines.append(table(headers, rows, width=width, right=range(1, len(headers)), wrap=[0]))
    lines += [f"With a shift of {ratio.shift:g} s: {as_long(ratio)}." for ratio in found.ratios[1:]]
    if found.families:
        labels = [side.label for side in found.sides]
        rows = [[each.family, f"{each.ranked:,} of {each.pairs:,}", *family_told(each)] for each in found.families]
        headers = ["family", "ranked", *(f"proven by {label}" for label in labels), f"{labels[1]} takes", "verdict"]
        lines += ["", table(headers, rows, width=width, right=range(1, 4), wrap=[4, 3, 2, 5])]
    lines += [paragraph(f"Note: {note}.", width) for note in found.notes]
    return "\n".join(lines) + "\n"


def as_long(ratio: Ratio) -> str:
    """A ratio in words."""
    return f"{ratio.value:.3g} times as long (95 %: {ratio.low:.3g} to {ratio.high:.3g})"


def family_told(found: FamilyComparison) -> list[str]:
    """What each side has proven of a family, the ratio, and the verdict."""
    proven = [f"{times.solved:,}" for times in found.times] or ["-", "-"]
    return [*proven, "-" if found.ratio is None else as_long(found.ratio), found.verdict]


def _gap(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{100 * value:.3g} %"


def _words(name: str) -> str:
    return name.replace("_", " ")
