"""The page of a check: the verdict on any plan, every measure, every loss."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.answer import Evaluation, Violation
from ..models.case import Case
from ..models.plan import Plan
from ..models.statements import Alternative
from .answer_page import if_lost, unassured, under
from .measures import MEASURES, loss_in_short, losses, value_of
from .proof import verdict
from .story import Story
from .tables import table
from .words import Clock, Names, amount, bullets, case_title, heading, page, paragraph


def evaluation_page(
    case: Case, plan: Plan, evaluation: Evaluation, width: int = 80, *, alternative: Alternative | None = None
) -> str:
    """The checker's verdict on a plan as a page of plain text.

    Parameters
    ----------
    width
        Columns of the terminal.
    alternative
        The rescue alternative that it was checked under.
    """
    names = Names(case)
    parts = [
        case_title(case, width) + ("" if alternative is None else "\n" + under(alternative, width)),
        paragraph(f"{verdict(evaluation)}.", width, first="Checked  "),
        violations(case, evaluation.violations, width),
        unassured(Story(case, plan), width),
        paragraph(loss_in_short(evaluation, names.people), width),
        measures(evaluation, width),
        objective(case, evaluation, width),
        losses(evaluation, names.people, width),
        if_lost(case, evaluation.if_lost, width),
        heading("Warnings") + "\n" + bullets(evaluation.warnings, width) if evaluation.warnings else "",
    ]
    return page(parts)


def violations(case: Case, found: Sequence[Violation], width: int) -> str:
    """The rules that a plan breaks: rule, of what, when, and the sentence."""
    if not found:
        return ""
    clock = Clock(case)
    rows = [["\n  ".join([entry.rule, *entry.entities]), _when(clock, entry), entry.message] for entry in found]
    text = table(["rule\n  of what", "when\n", "what is wrong\n"], rows, width=width, wrap=(2, 0))
    return "\n".join([heading("Rules broken"), text])


def _when(clock: Clock, entry: Violation) -> str:
    if entry.from_ is None:
        return "" if entry.to is None else f"until {clock(entry.to)}"
    return clock(entry.from_) if entry.to is None else f"{clock(entry.from_)}\nuntil {clock(entry.to)}"


def measures(evaluation: Evaluation, width: int) -> str:
    """Every measure of a plan."""
    rows = [
        [measure, value_of(measure, evaluation), words.name]
        for measure, words in MEASURES.items()
        if measure in evaluation.measures
    ]
    return "\n".join([heading("Measures"), table(["measure", "value", "what it is"], rows, width=width, right=[1])])


def objective(case: Case, evaluation: Evaluation, width: int) -> str:
    """The levels of the case's objective, and what each measure adds to them."""
    rows = []
    for level in case.objective:
        value = evaluation.objective.get(level.id)
        if value is None:
            continue
        terms = evaluation.terms.get(level.id, {})
        largest = sorted(terms.items(), key=lambda item: -item[1])
        made_of = ", ".join(f"{MEASURES[measure].name} {amount(term)}" for measure, term in largest if term)
        rows.append([level.id, amount(value), "umort" if level.is_expectation else "", made_of])
    if not rows:  # all of them count changes, and there was no earlier plan
        return ""
    text = table(["level", "value", "", "made of"], rows, width=width, right=[1], wrap=[3])
    return "\n".join([heading("Objective"), text])
