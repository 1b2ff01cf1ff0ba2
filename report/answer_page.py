"""The page of one answer: the plan, how it is known to be good, and what hangs on what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..models.answer import Answer, Conflict, LaunchLost
from ..models.case import Case
from ..models.objective import Level
from ..models.rules import facts_families
from ..models.statements import Alternative
from .events import happenings
from .judgement import judgement
from .measures import levels_used, loss_in_short, losses, prices
from .proof import proof
from .seats import seats, way_home
from .ships import ships
from .story import Story
from .tables import table
from .timeline import drawn, gaps, short_gaps
from .words import UMORT, Clock, Names, bullets, case_title, heading, listed, page, paragraph, umort


def answer_page(case: Case, answer: Answer, width: int = 80, *, objective: Sequence[Level] | None = None) -> str:
    """An answer as a page of plain text.

    Parameters
    ----------
    width
        Columns of the terminal.
    objective
        The levels that it was found with; where absent, the case's own or the preset that the answer's levels name.
    """
    levels = tuple(objective) if objective is not None else levels_used(case, answer)
    parts = [title(case, answer, width), proof(answer, width)]
    if answer.conflict:
        parts.append(conflict(answer.conflict, width, answer.alternative))
    if answer.plan is not None:
        parts += _plan(case, answer, width)
    parts.append(prices(levels, answer.evaluation, width))
    if answer.evaluation is not None:
        parts.append(if_lost(case, answer.evaluation.if_lost, width))
        if answer.evaluation.warnings:
            parts.append(heading("Warnings") + "\n" + bullets(answer.evaluation.warnings, width))
    parts.append(judgement(case, width))
    parts.append(colophon(answer.case, answer.case_digest, answer.version))
    return page(parts)


def title(case: Case, answer: Answer, width: int) -> str:
    """What was asked: the case, its date, the alternative and what it waives."""
    lines = [case_title(case, width)]
    chosen = next((entry for entry in case.alternatives if entry.id == answer.alternative), None)
    if chosen is not None:
        lines.append(under(chosen, width))
    elif answer.waived:
        lines.append(paragraph(f"Waived: {listed(answer.waived)}", width))
    if answer.rules_off:
        lines.append(paragraph(f"Without the rules {listed(answer.rules_off)}: the plan may break them.", width))
    return "\n".join(lines)


def under(alternative: Alternative, width: int) -> str:
    """A rescue alternative, and what it waives."""
    text = f"Rescue alternative {alternative.id}"
    text += f": {alternative.name}" if alternative.name else ""
    text += f"; waived: {listed(alternative.waive)}" if alternative.waive else ""
    return paragraph(text, width)


def conflict(rules: Sequence[Conflict], width: int, alternative: str | None = None) -> str:
    """The rules that cannot all hold."""
    rows = [[entry.rule, ", ".join(entry.entities), entry.message] for entry in rules]
    text = table(["rule", "of", "what it says"], rows, width=width, wrap=(2, 1, 0))
    sentence = "These cannot all hold; without any one of them a plan may exist."
    if len(rules) == 1:
        sentence = "This cannot hold in this case:"
    return "\n".join(
        [heading("In conflict"), paragraph(sentence, width), text, "", facts_not_listed(width, alternative)]
    )


def facts_not_listed(width: int, alternative: str | None) -> str:
    """What else may stand in the way of a plan, and how that is found."""
    under_it = "" if alternative is None else f"--alternative {alternative} "
    return paragraph(
        "Facts of the case (seats, health, ports, landing windows) are not listed. They stand in the way where "
        f"`crewreturn solve CASE {under_it}--without FAMILY`, with one family or several, answers otherwise; families: "
        f"{', '.join(facts_families())}.",
        width,
    )


def if_lost(case: Case, launches: Sequence[LaunchLost], width: int) -> str:
    """For each launch of the plan: what if it never came and all else stayed as planned."""
    clock, names = Clock(case), Names(case)
    lines = []
    for entry in sorted(launches, key=lambda entry: -entry.added_loss):
        if not entry.people and not entry.added_loss:
            continue
        text = f"{names.vehicle(entry.vehicle)}: "
        if entry.people:
            since = "" if entry.from_ is None else f" from {clock(entry.from_)}"
            hold = "holds" if len(entry.people) == 1 else "hold"
            text += f"{names.crew(entry.people)} {hold} no seat{since}; "
        lines.append(f"{text}{umort(entry.added_loss, sign=True)} {UMORT}")
    idle = [names.vehicle(entry.vehicle) for entry in launches if not entry.people and not entry.added_loss]
    if idle:
        lines.append(f"{listed(idle)}: nobody would be without a seat")
    if not lines:
        return ""
    return "\n".join([heading("If a launch never came, and all else stayed as planned"), bullets(lines, width)])


def colophon(case: str, digest: str, version: str) -> str:
    """Of what, and by what, a page was made."""
    return f"case {case}, sha256 {digest[:16]}; crewreturn {version}"


def _plan(case: Case, answer: Answer, width: int) -> Iterable[str]:
    if answer.plan is None:
        return
    story, names = Story(case, answer.plan), Names(case)
    if answer.evaluation is not None:
        yield paragraph(loss_in_short(answer.evaluation, names.people), width)
    yield way_home(story, width)
    yield heading("Seats over time") + "\n" + drawn(story, width)
    yield unassured(story, width)
    yield events(story, width)
    yield seats(story, width)
    yield ships(story, width)
    if answer.evaluation is not None:
        yield losses(answer.evaluation, names.people, width)


def unassured(story: Story, width: int) -> str:
    """Who is without a valid seat, and when."""
    long, short = gaps(story), short_gaps(story)
    while_moved = f"while a liner is moved: {'; '.join(short)}."
    if long:
        text = [heading("! Without a valid seat"), bullets(long, width)]
        return "\n".join([*text, *([paragraph(f"And {while_moved}", width)] if short else [])])
    if short:
        return paragraph(f"Everyone aboard holds a seat at all times, but {while_moved}", width)
    return "Everyone aboard holds a seat at all times."


def events(story: Story, width: int) -> str:
    """What happens, numbered as in the timeline."""
    clock = Clock(story.case)
    found = happenings(story)
    dates = [clock(event.at) for event in found]
    wide = len(str(len(found)))
    lines = [
        paragraph(event.text, width, first=f"{event.number:>{wide}}  {date}  ")
        for event, date in zip(found, dates, strict=True)
    ]
    return "\n".join([heading("What happens"), *lines]) if lines else ""
