"""The loss of a plan as fault trees in the Open-PSA Model Exchange Format, for tools of probabilistic risk analysis.

A third opinion, and a door to other people's tools: what the checker adds up, they add up from minimal cut sets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ..models.case import Case
from ..models.plan import Plan
from .perils import Part, Peril, Perils, Stay

__all__ = ["fault_tree"]

_OUTSIDE = re.compile("[^A-Za-z0-9]+")
"""What the format does not take inside a word of a name; words are joined by `-`."""
_UNWRITABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""Line ends and whatever else XML, or a label, cannot hold."""


def fault_tree(case: Case, plan: Plan, *, waive: Collection[str] = ()) -> str:
    """The loss of any plan as Open-PSA fault trees, one for each person.

    Each tree's top gate `lost-PERSON` is an OR of what may cost the life: an evacuation in a span of time AND its
    loss from the seat held then; no evacuation before a date AND an ascent, a ride or a return on it; a hazard while
    aboard; a launch after the horizon. The chance of the span, or of none before the date, is folded into one basic
    event each. So every sum of the loss is one minimal cut set, and the rare-event approximation gives the loss
    exactly as the checker adds it up; other approximations give less, since they do not count two causes twice.

    With SCRAM (https://scram-pra.org, Debian package `scram`)::

        crewreturn check CASE PLAN --fault-tree loss.xml
        scram --rare-event --probability true --cut-off 0 --limit-order 20 -o report.xml loss.xml

    the `probability` of each `sum-of-products` in the report is one person's loss (to six figures, and at most 1);
    their sum is the expected loss.

    Parameters
    ----------
    case
        The case that the plan is for.
    plan
        Any plan. What breaks a rule is priced as the checker prices it.
    waive
        Ids that do not count, as for `evaluate`.

    Returns
    -------
    str
        An XML document. Equal plans give equal documents.

    Raises
    ------
    CrewreturnError
        For an id to waive that the case does not have.
    """
    return _Writer(Perils(case, plan, waive)).write()


class _Writer:
    """Builds the document. Everything is named once: gates and events share one list of names."""

    def __init__(self, perils: Perils) -> None:
        self._perils = perils
        self._clock = perils.facts.clock
        self._names: dict[object, str] = {}
        self._used: set[str] = set()
        self._trees: list[Element] = []
        self._events: list[Element] = []

    def write(self) -> str:
        case = self._perils.facts.case
        spans = list(self._spans())
        for person in self._perils.facts.people:
            self._person(person, spans)
        root = Element("opsa-mef", name=_spell(("case", case.id)))
        _label(root, f"{case.title}: how each person may be lost")
        root.extend(self._trees)
        SubElement(root, "model-data").extend(self._events)
        ElementTree.indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"

    def _spans(self) -> Iterator[tuple[range, dict[str, tuple[Part, ...]]]]:
        """Spans of time in which an evacuation would cost everybody the same, and what."""
        begun, last = 0, None
        for tick in range(self._clock.ticks):
            now = {person: self._perils.evacuated(person, tick) for person in self._perils.facts.people}
            if last is not None and now != last:
                yield range(begun, tick), last
                begun = tick
            last = now
        if last is not None:
            yield range(begun, self._clock.ticks), last

    def _person(self, person: str, spans: Iterable[tuple[range, dict[str, tuple[Part, ...]]]]) -> None:
        tree = Element("define-fault-tree", name=self._name(("person", person)))
        _label(tree, self._perils.facts.person(person))
        top = self._gate(tree, ("lost", person), f"{self._perils.facts.person(person)} is lost")
        causes: list[Element] = []
        for ticks, parts in spans:
            if parts[person]:
                causes += self._both(tree, person, self._evacuation(ticks), parts[person])
        for rest in self._perils.rests:
            if rest.owner == person:
                chance = self._clock.rest(rest.tick, rest.days)
                label = f"Evacuation on {self._clock.date(rest.tick)} in the rest of the move of {rest.title}"
                event = self._event(("evacuation", "move", rest.liner, self._clock.date(rest.tick)), label, chance)
                causes += self._both(tree, person, event, self._perils.no_seat)
        for peril in self._perils.once:
            causes += self._peril(tree, person, peril)
        for stay in self._perils.stays:
            if stay.person == person:
                causes += self._hazard(stay)
        top.append(_either(causes))
        self._trees.append(tree)

    def _evacuation(self, ticks: range) -> Element | None:
        clock = self._clock
        first, end = clock.date(ticks.start), clock.date(ticks.stop)
        chance = float(clock.strike[ticks.start : ticks.stop].sum())
        return self._event(("evacuation", first, end), f"Evacuation from {first} to {end}", chance)

    def _peril(self, tree: Element, person: str, peril: Peril) -> list[Element]:
        parts = peril.people.get(person, ())
        if not parts:
            return []
        if peril.is_certain:
            return [event for part in parts if (event := self._part(part)) is not None]
        date = self._clock.date(peril.tick)
        chance = float(self._clock.survival[peril.tick])
        event = self._event(("no", "evacuation", "before", date), f"No evacuation before {date}", chance)
        return self._both(tree, person, event, parts)

    def _hazard(self, stay: Stay) -> list[Element]:
        """A hazard; where its rate adds up to more than a probability can be, in several equal parts."""
        first, end = self._clock.date(stay.ticks.start), self._clock.date(stay.ticks.stop)
        loss = stay.rate * float(self._clock.exposed[stay.ticks.start : stay.ticks.stop].sum())
        shares = max(1, math.ceil(loss))
        label = f"{stay.title}, {self._perils.facts.person(stay.person)} aboard from {first} to {end}"
        names = (("hazard", stay.hazard, stay.person, first, str(share + 1)) for share in range(shares))
        events = (self._event(name if shares > 1 else name[:-1], label, loss / shares) for name in names)
        return [event for event in events if event is not None]

    def _both(self, tree: Element, person: str, first: Element | None, parts: Sequence[Part]) -> list[Element]:
        """A gate: an event AND a loss, if both can happen.

        Also an event that is certain is written down: a loss alone would be a cut set that swallows those in which it
        comes with another event.
        """
        losses = [event for part in parts if (event := self._part(part)) is not None]
        if first is None or not losses:
            return []
        words = ("lost", person, *first.attrib["name"].split("-"))
        gate = self._gate(tree, words, f"{self._perils.facts.person(person)}: {parts[0].label}")
        both = SubElement(gate, "and")
        both.append(first)
        both.append(_either(losses))
        return [Element("gate", name=gate.attrib["name"])]

    def _gate(self, tree: Element, words: tuple[str, ...], label: str) -> Element:
        gate = SubElement(tree, "define-gate", name=self._name(words))
        _label(gate, label)
        return gate

    def _part(self, part: Part) -> Element | None:
        return self._event(part.name, part.label, part.loss)

    def _event(self, words: tuple[str, ...], label: str, chance: float) -> Element | None:
        """A reference to a basic event, which is defined where it is first met; None if it cannot happen."""
        if chance <= 0:
            return None
        is_new = (words, chance) not in self._names
        name = self._name(words, chance)
        if is_new:
            event = Element("define-basic-event", name=name)
            _label(event, label)
            SubElement(event, "float", value=repr(min(1.0, chance)))  # a sum may pass 1 by rounding
            self._events.append(event)
        return Element("basic-event", name=name)

    def _name(self, words: tuple[str, ...], chance: float | None = None) -> str:
        """A name of its own for what is not the same, also where ids differ only in what names cannot hold."""
        key = (words, chance)
        if key not in self._names:
            stem = name = _spell(words)
            number = 1
            while name.lower() in self._used:
                number += 1
                name = f"{stem}-{number}"
            self._used.add(name.lower())
            self._names[key] = name
        return self._names[key]


def _spell(words: Iterable[str]) -> str:
    """Words as a name of the format: letters, digits and `_`, joined by `-`; it begins with a letter."""
    return "-".join(_OUTSIDE.sub("_", word) for word in words)


def _label(element: Element, text: str) -> None:
    """A label for people, on one line."""
    SubElement(element, "label").text = _UNWRITABLE.sub(" ", text)


def _either(causes: Sequence[Element]) -> Element:
    """Any of the causes; OR takes at least two."""
    if not causes:
        return Element("constant", value="false")
    if len(causes) == 1:
        return causes[0]
    either = Element("or")
    either.extend(causes)
    return either
