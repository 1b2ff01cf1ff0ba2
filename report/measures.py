"""Measures, sources of loss and prices in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..models.answer import Answer, Evaluation, Source
from ..models.case import Case
from ..models.objective import PRESET_LEVELS, Level
from ..models.statements import Measure
from .tables import natural_width, table
from .words import MICROMORT, UMORT, amount, heading, listed, one_in, paragraph, umort


class Words(NamedTuple):
    """How a measure is spoken of."""

    name: str
    step: str
    """What a price on it must be worth, as the beginning of "... only if it saves that much"."""


MEASURES: dict[Measure, Words] = {
    "expected_loss": Words("expected loss", "a life is risked"),
    "worst_person": Words("loss of the worst-off person", "the worst-off person is put at risk"),
    "unassured_days": Words("person-days without a valid seat", "a person goes a day without a valid seat"),
    "graded_days": Words("graded person-days", "a person-day is spent in a seat one grade worse"),
    "understaffed_days": Words("understaffed days", "a person is missing, or too many, for a day"),
    "off_plan_days": Words("person-days off plan", "a person comes home a day off plan"),
    "crew_days": Words("person-days aboard", "a person stays aboard for a day"),
    "displaced": Words("people displaced", "a person is taken off their planned launch"),
    "launches": Words("launches", "a launch is made"),
    "extra_launches": Words("launches of unplanned ships", "a ship that was not to fly at all is launched"),
    "riggings": Words("riggings", "a seat group is rigged"),
    "relocations": Words("relocations", "a ship is relocated"),
    "liner_moves": Words("liner moves", "a liner is moved"),
    "reseats": Words("changes of seat", "a person changes seats"),
    "lateness": Words("lateness in days", "an event comes a day later"),
    "changes": Words("changes against the earlier plan", "an earlier plan is changed"),
}

LOSSES: tuple[Measure, ...] = ("expected_loss", "worst_person")
"""The measures that are probabilities."""

SOURCES: dict[Source, tuple[str, str]] = {
    "emergency": ("evacuation", "the station is evacuated, in the seat then held"),
    "return": ("return", "the way home, or still to come at the end"),
    "unassured": ("no seat", "the station is evacuated while no valid seat is held"),
    "move": ("move", "the station is evacuated during the rest of a liner move"),
    "relocation": ("relocation", "riding in a ship that changes ports"),
    "seat": ("seat", "added by the seat, such as a contingency seat"),
    "suit": ("no suit", "added by being unsuited"),
    "life": ("old ship", "added by the ship's time in orbit"),
    "hazard": ("aboard", "being aboard: an illness, a leaking module"),
    "launch": ("ascent", "the launch"),
    "deferred": ("later", "flying after the horizon instead"),
    "stranded": ("stranded", "aboard at the end with no lawful way home"),
}
"""Column head and explanation of each source of loss."""


def value_of(measure: Measure, evaluation: Evaluation) -> str:
    """The value of a measure, losses in micromorts."""
    value = evaluation.measures.get(measure)
    if value is None:
        return "-"
    return f"{umort(value)} {UMORT}" if measure in LOSSES else amount(value)


def losses(evaluation: Evaluation, names: dict[str, str], width: int) -> str:
    """Who is at what risk, and from what, in micromorts; people without any risk are left out."""
    by_source = evaluation.by_source
    causes = [source for source in SOURCES if by_source.get(source)]
    shown = list(causes)
    while True:
        rest = [cause for cause in causes if cause not in shown]
        heads = ["", "total", *(SOURCES[cause][0] for cause in shown), *(["other"] if rest else [])]
        people = {entry.person: entry.by_source for entry in evaluation.losses if entry.total}
        rows = [
            [name, umort(sum(part.values())), *(umort(part.get(cause, 0)) for cause in shown)]
            + ([umort(sum(part.get(cause, 0) for cause in rest))] if rest else [])
            for name, part in [*((names.get(key, key), part) for key, part in people.items()), ("everyone", by_source)]
        ]
        if len(shown) < 2 or natural_width(heads, rows) <= width:
            break
        shown.remove(min(shown, key=lambda cause: by_source[cause]))
    explained = [f"{SOURCES[cause][0]}: {SOURCES[cause][1]}" for cause in shown]
    if rest:
        parts = [f"{SOURCES[cause][0]} {umort(by_source[cause])} ({SOURCES[cause][1]})" for cause in rest]
        explained.append(f"other: {listed(parts)}")
    text = table(heads, rows, width=width, right=range(1, len(heads)), wrap=[0])
    return "\n".join(
        [heading(f"Loss by person and cause, in {UMORT}"), text, "", paragraph(f"{'; '.join(explained)}.", width)]
    )


def loss_in_short(evaluation: Evaluation, names: dict[str, str]) -> str:
    """The three numbers that people ask for, in one sentence each."""
    loss = evaluation.expected_loss
    text = f"Expected loss {umort(loss)} {UMORT} ({loss:.4g} lives); "
    text += f"that anyone is lost: {one_in(evaluation.p_any_lost)}."
    worst = max(evaluation.losses, key=lambda entry: entry.without_ascent, default=None)
    if worst is not None and worst.without_ascent > 0:
        name = names.get(worst.person, worst.person)
        text += f" Worst off, without ascent: {name}, {umort(worst.without_ascent)} {UMORT}"
        text += f" ({one_in(worst.without_ascent)})."
    return text


def levels_used(case: Case, answer: Answer) -> tuple[Level, ...]:
    """The objective that an answer was found with: the case's own, or the preset with those levels."""
    ids = [level.id for level in answer.levels]
    for levels in (case.objective, *PRESET_LEVELS.values()):
        if [level.id for level in levels] == ids:
            return tuple(levels)
    return tuple(case.objective)


def order_of_levels(levels: Sequence[Level]) -> str:
    """What is minimised, in order, in one sentence."""
    parts = []
    for level in levels:
        # Beside a loss, the other measures are prices, told in their table.
        priced = level.is_expectation and len(level.weights) > 1
        terms = [measure for measure in level.weights if not priced or measure in LOSSES]
        text = " + ".join(_term(measure, level.weights[measure]) for measure in terms)
        text += " + prices" if priced else ""
        text += f" (within {amount(level.tolerance)})" if level.tolerance else ""
        parts.append(f"{level.id} ({text})" if text != level.id else text)
    return f"Minimised in this order: {', then '.join(parts)}."


def _term(measure: Measure, weight: float) -> str:
    name = MEASURES[measure].name
    return name if weight == 1 else f"{weight:g} x {name}"


def prices(levels: Sequence[Level], evaluation: Evaluation | None, width: int) -> str:
    """The prices of the levels that hold a loss, in words, beside what this plan pays."""
    parts = [heading("What was minimised"), paragraph(order_of_levels(levels), width)]
    for level in levels:
        priced = {m: weight for m, weight in level.weights.items() if m not in LOSSES and weight}
        if not level.is_expectation or not priced:
            continue
        rows = []
        for measure, price in sorted(priced.items(), key=lambda item: -item[1]):
            row = [MEASURES[measure].step, f"{price:,.10g}"]
            if evaluation is not None:
                paid = evaluation.terms.get(level.id, {}).get(measure)
                row += [value_of(measure, evaluation), "-" if paid is None else amount(paid)]
            rows.append(row)
        heads = ["", "only if it saves"] + (["here", "adds"] if evaluation is not None else [])
        most = max(priced.items(), key=lambda item: item[1])
        sentence = (
            f"Prices in {level.id}, in micromorts of expected loss: {MEASURES[most[0]].step} only if it saves "
            f"{most[1]:,.10g} micromorts ({one_in(most[1] * MICROMORT)}), and so on:"
        )
        parts += ["", paragraph(sentence, width), table(heads, rows, width=width, right=(1, 2, 3), wrap=[0])]
    return "\n".join(parts)
