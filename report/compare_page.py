"""The rescue alternatives side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..models.answer import Comparison, ComparisonRow, Evaluation
from ..models.case import Case
from ..models.objective import Level
from .answer_page import colophon, facts_not_listed
from .measures import levels_used, prices
from .proof import ENDED, gap_of, proven
from .story import Story
from .tables import table
from .words import (
    MICROMORT,
    UMORT,
    amount,
    bullets,
    case_title,
    count,
    decimal,
    heading,
    listed,
    page,
    paragraph,
    umort,
)

MOST_LEANS = 8
"""Numbers shown on which the order leans."""
KINDS = {"free": "no alternative imposed", "alternative": "", "as-decided": "what was really done"}


def comparison_page(
    case: Case, comparison: Comparison, width: int = 100, *, objective: Sequence[Level] | None = None
) -> str:
    """A comparison as a page of plain text.

    Parameters
    ----------
    width
        Columns of the terminal.
    objective
        The levels that it was made with; where absent, the case's own or the preset that the answers' levels name.
    """
    levels = tuple(objective) if objective is not None else _levels(case, comparison)
    parts = [
        case_title(case, width),
        paragraph(comparison.sentence, width),
        _ranking(case, comparison, levels, width),
        _footnotes(comparison, width),
        _impossible(comparison, width),
        heading("Why") + "\n" + bullets(comparison.reasons, width) if comparison.reasons else "",
        _leaning(comparison, levels, width),
        prices(levels, None, width),
        colophon(comparison.case, comparison.case_digest, comparison.version),
    ]
    return page(parts)


def _levels(case: Case, comparison: Comparison) -> tuple[Level, ...]:
    answer = next((row.answer for row in comparison.rows if row.answer is not None and row.answer.levels), None)
    return tuple(case.objective) if answer is None else levels_used(case, answer)


class _Ranking:
    """The columns of the table, and the values of the best row to compare with."""

    def __init__(self, case: Case, comparison: Comparison, levels: Sequence[Level]) -> None:
        self.case = case
        self.level = levels[0]
        self.priced = dict(self.level.weights) != {"expected_loss": 1}
        """Whether the first level says something that the expected loss does not."""
        self.rows = comparison.rows
        self.best = next((row for row in self.rows if row.kind != "as-decided" and row.evaluation is not None), None)
        self.recommended = comparison.recommended
        self.one_year = case.horizon.start.year == case.horizon.end.year
        """Whether a date needs no year: the page begins with it."""

    def level_value(self, row: ComparisonRow) -> float | None:
        """The first level's value of a row."""
        if row.answer is not None and row.answer.levels and row.answer.levels[0].id == self.level.id:
            return row.answer.levels[0].value
        return None if row.evaluation is None else row.evaluation.objective.get(self.level.id)

    def title(self, number: int, row: ComparisonRow) -> list[str]:
        """Rank and name."""
        mark = "*" if row.id == self.recommended else ""
        return [f"{number}{mark}", row.title]

    def totals(self, row: ComparisonRow) -> list[str]:
        """What ranks: totals, and below them the difference from the best."""
        cells = [_stacked(_loss(row), _loss(self.best), 1 / MICROMORT)]
        if self.priced:
            cells.append(_stacked(self.level_value(row), self.level_value(self.best) if self.best else None, 1))
        return cells

    def figures(self, row: ComparisonRow) -> list[str]:
        """The other measures."""
        if row.evaluation is None:
            return ["-"] * 5
        measures = row.evaluation.measures
        moves = sum(measures.get(name, 0) for name in ("liner_moves", "reseats", "riggings", "relocations"))
        return [
            umort(measures["worst_person"]),
            amount(measures["unassured_days"]),
            amount(measures["launches"]),
            amount(moves),
            self._last_return(row),
        ]

    def _last_return(self, row: ComparisonRow) -> str:
        if row.plan is None:
            return "-"
        returns = [stay.end for stay in Story(self.case, row.plan).stays if stay.went_in is not None]
        if not returns:
            return "none"
        last = max(returns)
        return f"{last:%b} {last.day}" if self.one_year else f"{last:%Y-%m-%d}"


def _loss(row: ComparisonRow | None) -> float | None:
    return None if row is None or row.evaluation is None else row.evaluation.expected_loss


def _stacked(value: float | None, best: float | None, unit: float) -> str:
    if value is None:
        return "-"
    text = decimal(value * unit)
    return text if best is None else f"{text}\n{decimal((value - best) * unit, sign=True)}"


def status(row: ComparisonRow) -> str:
    """What is known of a row, in a word or two."""
    if row.kind == "as-decided":
        return _obeys(row.evaluation)
    if row.answer is None:
        return "unknown"
    if row.answer.status != "feasible":
        return {"optimal": "proven", "infeasible": "impossible"}.get(row.answer.status, row.answer.status)
    sure = 0
    for level in row.answer.levels:
        if level.status != "optimal":
            break
        sure += 1
    if sure:
        return row.answer.levels[0].id
    gap = gap_of(row.answer.levels[0]) if row.answer.levels else None
    return "no bound" if gap is None else f"gap {decimal(gap)}"


def _obeys(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return "unknown"
    return "obeys all" if evaluation.ok else f"breaks {len(evaluation.violations)}"


def _ranking(case: Case, comparison: Comparison, levels: Sequence[Level], width: int) -> str:
    ranking = _Ranking(case, comparison, levels)
    totals = ["loss\n+best"] + ([f"{ranking.level.id}\n+best"] if ranking.priced else [])
    figures = ["worst\noff", "no seat\ndays", "laun-\nches", "moves\n", "last\nreturn"]
    rows = list(enumerate(comparison.rows, start=1))
    last = 2 + len(totals)
    heads = ["", "alternative\n", *totals, *figures, "proof\n"]
    proof = [status(row).replace("gap ", "gap\n") for row in comparison.rows]
    whole = [[*ranking.title(n, row), *ranking.totals(row), *ranking.figures(row), proof[n - 1]] for n, row in rows]
    text = table(heads, whole, width=width, right=range(2, last + 4), wrap=[1])
    if width < 95:
        heads = ["", "alternative\n", *totals, "proof\n"]
        part = [[*ranking.title(n, row), *ranking.totals(row), proof[n - 1]] for n, row in rows]
        text = table(heads, part, width=width, right=range(2, last), wrap=[1])
        more = [[ranking.title(n, row)[0], *ranking.figures(row)] for n, row in rows if row.evaluation is not None]
        text += "\n\n" + table(["", *figures], more, width=width, right=range(1, 5))
    prices_too = f"; {ranking.level.id}: what is minimised first, prices included" if ranking.priced else ""
    explained = (
        f"loss: expected loss in {UMORT}{prices_too}; +best: difference from the best. worst off: largest loss of one "
        f"person, without ascent, in {UMORT}. no seat: person-days without a valid seat. moves: liner moves, changes "
        "of seat, riggings and relocations."
    )
    some = ranking.level.id in map(status, comparison.rows)
    explained += " proof: by a level's name, that level is proven and not all that come after it." if some else ""
    star = " *: recommended." if comparison.recommended else ""
    return "\n".join([text, "", paragraph(explained + star, width)])


def _leaning(comparison: Comparison, levels: Sequence[Level], width: int) -> str:
    """On which prices and judgement values the order of the recommendation and the next alternative leans."""
    rows = {row.id: row for row in comparison.rows}
    best, rival = rows.get(comparison.recommended or ""), rows.get(comparison.rival or "")
    if best is None or rival is None or best.evaluation is None or rival.evaluation is None:
        return ""
    if comparison.leans is None:
        return ""
    level = levels[0]
    unit = f" {UMORT}" if level.is_expectation else ""
    lead = rival.evaluation.objective.get(level.id, 0.0) - best.evaluation.objective.get(level.id, 0.0)
    ahead, behind = (best, rival) if lead >= 0 else (rival, best)
    if decimal(lead) == "0":
        said = f"{ahead.title} and {behind.title} are equal in {level.id}."
    else:
        said = f"{ahead.title} is {decimal(abs(lead))}{unit} ahead of {behind.title} in {level.id}."
    shown = comparison.leans[:MOST_LEANS]
    if not shown:
        said += " No price and no number that is judgement bears on that."
        return "\n".join([heading("What the order leans on"), paragraph(said, width)])
    of = f"{len(shown)} of {len(comparison.leans)}" if len(shown) < len(comparison.leans) else str(len(shown))
    bear = "number that bears on it" if of == "1" else "numbers that bear on it"
    said += f" With both plans as they are, the {of} {bear}{' most' if ' of ' in of else ''}:"
    cells = [
        [
            lean.path,
            f"{lean.value:,.10g}",
            "-" if lean.turns_at is None else f"{float(f'{lean.turns_at:.3g}'):,.10g}",
            decimal(lean.moves),
        ]
        for lean in shown
    ]
    text = table(["number", "now", "turns at", "doubling moves"], cells, width=width, right=(1, 2, 3), wrap=[0])
    explained = (
        "turns at: where that lead is gone, - if nowhere between a tenth and ten times the number, or as far as the "
        f"case can have it. doubling moves: by how much twice the number changes the lead"
        f"{', in ' + UMORT if unit else ''}. Prices and judgement values were tried, one at a time. Solved again with "
        "another number, either plan may do better."
    )
    return "\n".join(
        [heading("What the order leans on"), paragraph(said, width), text, "", paragraph(explained, width)]
    )


def _footnotes(comparison: Comparison, width: int) -> str:
    """What is to be known of the rows beside their numbers; what holds of several is said once."""
    found: dict[str, list[str]] = {}
    for number, row in enumerate(comparison.rows, start=1):
        for note in _notes(row):
            found.setdefault(note, []).append(str(number))
    notes = [paragraph(f"{note}.", width, first=f"{listed(numbers)}: ", rest="  ") for note, numbers in found.items()]
    return "\n".join([heading("Notes"), *notes]) if notes else ""


def _notes(row: ComparisonRow) -> Iterator[str]:
    if KINDS[row.kind]:
        yield KINDS[row.kind]
    if row.waived:
        yield f"waives {listed(row.waived)}"
    if row.answer is not None and row.answer.ended != "finished":
        yield ENDED[row.answer.ended]
    if row.answer is not None and row.answer.status == "feasible":
        yield f"proven: {proven(row.answer)}"
    if row.kind == "as-decided" and row.evaluation is not None and not row.evaluation.ok:
        messages = [violation.message.rstrip(".") for violation in row.evaluation.violations]
        more = f"; and {count(len(messages) - 3, 'more violation')}" if len(messages) > 3 else ""
        yield f"breaks rules: {'; '.join(messages[:3])}{more}"


def _impossible(comparison: Comparison, width: int) -> str:
    parts = []
    for number, row in enumerate(comparison.rows, start=1):
        if row.answer is None or row.answer.status != "infeasible":
            continue
        rules = [f"{', '.join((entry.rule, *entry.entities))}: {entry.message}" for entry in row.answer.conflict]
        why = "This cannot hold in this case:" if len(rules) == 1 else "In conflict:"
        parts.append(paragraph(f"{row.title} is impossible. {why}", width, first=f"{number:>2}  "))
        parts += [paragraph(rule, width, first="    - ") for rule in rules or ["not known which rules"]]
    return "\n".join([heading("Why impossible"), *parts, "", facts_not_listed(width, "ID")]) if parts else ""
