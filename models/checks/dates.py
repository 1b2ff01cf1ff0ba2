"""The horizon, its ticks, and dates in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from ..case import Case, Precedence
from ..fleet import LaunchOption
from ..problems import Path, Problem, show_path
from .index import Index
from .walk import Leaf, Node, fields, has, is_whole_minutes, of_type, shown

MOST_TICKS = 20_000
"""Two years by the hour, fifty by the day. More are surely a slip: a wrong year, minutes where hours were meant."""
LAST_YEAR = 8999
"""Later instants are surely meant as "never", and a century after some of them the calendar ends."""
LONGEST = timedelta(days=36525)

POSITIVE = {"resolution", "every", "within"}
"""Durations that must not be 0."""
AFTER = (("from_", "to"),)
"""Fields of one part of which the second must be later."""
NOT_BEFORE = (("earliest", "latest"), ("not_before", "not_after"), ("at_least", "at_most"))
"""Fields of one part of which the second must not be less."""


def problems(index: Index) -> Iterator[Problem]:
    """What is wrong with the horizon, with instants off its ticks and with dates out of order."""
    case = index.case
    yield from _horizon(case)
    for node in index.nodes:
        yield from order(node)
        yield from on_ticks(case, node)
    yield from in_order(
        [(("evacuation", "changes", n, "from"), c.from_) for n, c in enumerate(case.evacuation.changes)]
    )
    for path, option in of_type(index.nodes, LaunchOption):
        yield from _series(case, path, option)
    for path, precedence in of_type(index.nodes, Precedence):
        yield from _rounded(case, path, precedence)


def out_of_range(found: Iterable[Node]) -> Iterator[Problem]:
    """Instants and durations that nothing can be computed with; every other check relies on there being none."""
    for node in found:
        for leaf in node.leaves:
            if isinstance(leaf.value, datetime) and leaf.value.year > LAST_YEAR:
                advice = "Leave it out if it means never; check the year otherwise."
                yield Problem(leaf.path, f"after the year {LAST_YEAR}", shown(leaf.value), advice)
            elif isinstance(leaf.value, timedelta):
                yield from _duration(leaf, leaf.value)


def _duration(leaf: Leaf, length: timedelta) -> Iterator[Problem]:
    """Durations made in Python can be what a document cannot say."""
    if length > LONGEST:
        yield Problem(leaf.path, "a duration of more than a hundred years", shown(length), "Check the unit.")
    elif not is_whole_minutes(length):
        yield Problem(leaf.path, "a duration of a fraction of a minute", shown(length), "Give whole minutes.")
    elif length < timedelta(0) or (length == timedelta(0) and leaf.name in POSITIVE):
        yield Problem(leaf.path, "a duration without length", shown(length), "Give a longer one, such as P1D or PT1H.")


def on_ticks(case: Case, node: Node) -> Iterator[Problem]:
    """Instants from the start on that lie on no tick; what was known before the horizon is free."""
    start = case.horizon.start
    for leaf in node.leaves:
        if not isinstance(leaf.value, datetime) or leaf.value <= start or leaf.path == ("known_at",):
            continue
        past = (leaf.value - start) % case.resolution
        if past:
            before = leaf.value - past
            after = before + case.resolution
            what = f"is on no tick of {shown(case.resolution)} from {shown(start)}"
            advice = f"The nearest ticks are {shown(before)} and {shown(after)}; or choose a finer `resolution`."
            if leaf.path == ("horizon", "end"):
                what = f"the horizon is not a whole number of ticks of {shown(case.resolution)}"
                ends = " or ".join(shown(end) for end in (before, after) if end > start)
                advice = f"End it at {ends}; or choose another `resolution`."
            yield Problem(leaf.path, what, shown(leaf.value), advice)


def _horizon(case: Case) -> Iterator[Problem]:
    start, end = case.horizon.start, case.horizon.end
    if case.known_at > start:
        message = f"later than the start of the horizon, {shown(start)}: what happens before it is known is no decision"
        yield Problem(("known_at",), message, shown(case.known_at), "Start the horizon then or later.")
    if end <= start:
        message = f"not later than the start, {shown(start)}"
        yield Problem(("horizon", "end"), message, shown(end), "Give a later end.")
    elif (end - start) / case.resolution > MOST_TICKS:
        number = (end - start) // case.resolution
        message = f"the horizon has {number:,} ticks of {shown(case.resolution)}, more than {MOST_TICKS:,}"
        yield Problem(
            ("horizon", "end"), message, shown(end), "Check the year, choose a coarser `resolution`, or end it earlier."
        )


def order(node: Node) -> Iterator[Problem]:
    """Pairs of dates, numbers or durations of one part that are the wrong way round."""
    for pairs, strictly in ((AFTER, True), (NOT_BEFORE, False)):
        for low, high in pairs:
            if not has(type(node.part), low, high):
                continue
            first, last = getattr(node.part, low), getattr(node.part, high)
            if first is not None and last is not None and (last < first or (strictly and last == first)):
                keys = dict(fields(type(node.part)))
                than = "not later than" if strictly else "less than" if low == "at_least" else "before"
                message = f"{than} `{keys[low]}`, {shown(first)}"
                yield Problem((*node.path, keys[high]), message, _plain(last), "Exchange or correct the two.")


def _plain(value: object) -> object:
    return shown(value) if isinstance(value, datetime | timedelta) else value


def in_order(dated: list[tuple[Path, datetime]]) -> Iterator[Problem]:
    """Dates of a list that are not each later than the one before."""
    for (before, first), (path, date) in pairwise(dated):
        if date <= first:
            message = f"not later than {show_path(before)}, {shown(first)}"
            yield Problem(path, message, shown(date), "List each date once, in order.")


def _series(case: Case, path: Path, option: LaunchOption) -> Iterator[Problem]:
    """Launch dates every so often lie on ticks if the step is whole ticks and the first date counts from one."""
    step = option.every if option.every is not None else case.resolution
    if step % case.resolution:
        message = f"not a whole number of ticks of {shown(case.resolution)}"
        below = step - step % case.resolution
        choices = [shown(below)] * (below > timedelta(0)) + [shown(below + case.resolution)]
        yield Problem((*path, "every"), message, shown(step), f"Give {' or '.join(choices)}.")
    elif option.earliest is not None and option.latest is not None and option.earliest < case.horizon.start:
        ahead = case.horizon.start - option.earliest
        reaches = ahead + -ahead % step <= option.latest - option.earliest
        if reaches and ahead % case.resolution:
            first = shown(case.horizon.start)
            message = f"launch dates counted from here lie on no tick of {shown(case.resolution)} from {first}"
            advice = f"Earlier dates are no decision any more: begin at {first} or later."
            yield Problem((*path, "earliest"), message, shown(option.earliest), advice)


def _rounded(case: Case, path: Path, precedence: Precedence) -> Iterator[Problem]:
    """A span between two limits that holds no tick: shortest times are rounded up, longest ones down."""
    low, high = precedence.at_least, precedence.at_most
    if low is None or high is None or low > high:
        return
    up, down = low + -low % case.resolution, high - high % case.resolution
    if up > down:
        message = f"in ticks of {shown(case.resolution)} `at_least` {shown(low)} is {shown(up)}, and this {shown(down)}"
        advice = "Both cannot hold: widen the span, or choose a finer `resolution`."
        yield Problem((*path, "at_most"), message, shown(high), advice)
