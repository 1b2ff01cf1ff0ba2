"""Horizon, ticks and order of dates: what is refused, where, and with what advice."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from crewreturn.models.checks.walk import nodes
from crewreturn.models.consistency import problems


def test_the_tiny_case_is_valid(tiny, accepted):
    """Nothing is found in the case that every test below spoils in one place."""
    assert accepted(tiny).ticks == 10


def test_knowledge_comes_before_decisions(tiny, refused):
    """What is learnt on 2 January cannot be decided on from 1 January."""
    tiny["known_at"] = "2023-01-02T00:00:00Z"
    refused(tiny, "known_at", "2023-01-02T00:00:00Z", "2023-01-01T00:00:00Z", "Start the horizon then or later")


def test_known_at_need_not_lie_on_a_tick(tiny, accepted):
    """It is the one date that is no event: an hour before the start is fine, as is any minute."""
    tiny["known_at"] = "2022-12-31T23:07:00Z"
    accepted(tiny)


@pytest.mark.parametrize("end", ["2023-01-01T00:00:00Z", "2022-12-01T00:00:00Z"])
def test_the_end_is_after_the_start(tiny, refused, end):
    """A horizon without a tick holds no decision. (The same day, and a month before.)"""
    tiny["horizon"]["end"] = end
    tiny["alternatives"] = tiny["restrictions"] = []
    del tiny["vehicles"][3], tiny["suits"][3]  # whose arrivals would lie after the end
    refused(tiny, "horizon.end", "not later than the start", end, "later end")


def test_the_horizon_is_whole_ticks(tiny, refused):
    """Ten days and six hours is no number of days: the tenth tick ends on the 11th, the eleventh on the 12th."""
    tiny["horizon"]["end"] = "2023-01-11T06:00:00Z"
    refused(tiny, "horizon.end", "not a whole number of ticks of P1D", "2023-01-11T00:00:00Z or 2023-01-12T00:00:00Z")


def test_a_finer_resolution_takes_it(tiny, accepted):
    """Ten days and six hours are 41 ticks of six hours."""
    tiny["horizon"]["end"] = "2023-01-11T06:00:00Z"
    tiny["resolution"] = "PT6H"
    assert accepted(tiny).ticks == 41


def test_a_tick_has_a_length(tiny, refused):
    """Nothing can be said in ticks of no length; what else is wrong (Dee's ship) is not looked for."""
    tiny["resolution"] = "P0D"
    tiny["people"][3]["aboard_in"]["vehicle"] = "arc"
    refused(tiny, "resolution", "without length", "P0D", "P1D or PT1H")


def test_a_span_for_moves_has_a_length(tiny, refused):
    """At most two moves in any span of no time: none at all, or any number?"""
    tiny["liner_kinds"][0]["move"]["within"] = "P0D"
    refused(tiny, "liner_kinds[0].move.within", "without length", "P0D")


def test_a_slip_of_the_year_is_caught(tiny, refused):
    """6,000 years by the hour are 53 million ticks, which would fill the memory before anyone noticed."""
    tiny["horizon"]["end"] = "8023-01-11T00:00:00Z"
    tiny["resolution"] = "PT1H"
    refused(tiny, "horizon.end", "ticks of PT1H, more than 20,000", "Check the year")


def test_an_instant_off_the_ticks(tiny, refused):
    """Noon of the 2nd is on no daily tick: the nearest begin on the 2nd and on the 3rd."""
    tiny["vehicles"][0]["leave"]["not_before"] = "2023-01-02T12:00:00Z"
    refused(
        tiny,
        "vehicles[0].leave.not_before",
        "on no tick of P1D from 2023-01-01T00:00:00Z",
        "2023-01-02T00:00:00Z and 2023-01-03T00:00:00Z",
        "finer `resolution`",
    )


def test_the_plan_that_was_flown_lies_on_ticks_too(tiny, refused):
    """Half past midnight is when a rocket really left; in a case by the day it left on that day."""
    tiny["as_decided"]["plan"]["launches"][0]["launch"] = "2023-01-03T00:24:00Z"
    refused(tiny, "as_decided.plan.launches[0].launch", "2023-01-03T00:24:00Z", "2023-01-04T00:00:00Z")


def test_instants_before_the_start_are_free(tiny, accepted):
    """`launched` and a state's date are history, to the minute."""
    tiny["vehicles"][0]["health"][0]["from"] = "2022-12-15T00:45:00Z"
    accepted(tiny)


def test_every_date_of_a_document_is_looked_at(tiny, accepted, refused):
    """The ticks are checked by walking the document, so no field can be forgotten.

    Each instant from the start on (but the start itself and `known_at`) is moved by a minute, one at a time; each must
    be refused at its own place. Dates that end a span are moved likewise: a minute never changes the order of dates
    that are a day apart.
    """
    case = accepted(tiny)
    start = datetime(2023, 1, 1, tzinfo=UTC)
    places = [
        leaf.path
        for node in nodes(case)
        for leaf in node.leaves
        if isinstance(leaf.value, datetime) and leaf.value > start
    ]
    assert len(places) > 15
    for path in places:
        spoilt = deepcopy(tiny)
        target = spoilt
        for part in path[:-1]:
            target = target[part]
        moved = datetime.fromisoformat(target[path[-1]]) + timedelta(minutes=1)
        target[path[-1]] = moved.isoformat()
        shown = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)[1:]
        refused(spoilt, shown, "T00:01:00Z", "nearest ticks are" if shown != "horizon.end" else "End it at")


@pytest.mark.parametrize(
    ("spacing", "words"),
    [
        (timedelta(seconds=90), "fraction of a minute"),
        (timedelta(days=40000), "a hundred years"),
        (timedelta(days=-1), "without length"),
    ],
)
def test_durations_that_no_document_can_say(accepted, tiny, spacing, words):
    """Made in Python, ninety seconds would be written to a file as another duration."""
    case = accepted(tiny)
    traffic = case.traffic.model_copy(update={"spacing": spacing})
    found = problems(case.model_copy(update={"traffic": traffic}))
    assert [problem.path for problem in found] == [("traffic", "spacing")]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("where", "low", "high", "path"),
    [
        (("traffic", "blackouts", 0), "from", "to", "traffic.blackouts[0].to"),
        (("as_decided", "plan", "holds", 0), "from", "to", "as_decided.plan.holds[0].to"),
        (("vehicles", 2, "launch", 0), "earliest", "latest", "vehicles[2].launch[0].latest"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_dates_in_the_wrong_order(tiny, refused, where, low, high, path):
    """Exchanged ends: the later one is told, with the earlier one's value."""
    part = tiny
    for key in where:
        part = part[key]
    part[low], part[high] = part[high], part[low]
    refused(tiny, path, f"`{low}`, {part[low]}", part[high], "Exchange")


def test_an_empty_span(tiny, refused):
    """`[from, to)` with equal ends holds no instant."""
    tiny["traffic"]["blackouts"][0]["to"] = tiny["traffic"]["blackouts"][0]["from"]
    refused(tiny, "traffic.blackouts[0].to", "not later than `from`", "Exchange or correct")


def test_equal_bounds_are_one_date(tiny, accepted):
    """Bounds are included: a departure on exactly one date is `not_before` = `not_after`."""
    tiny["vehicles"][0]["leave"]["not_after"] = tiny["vehicles"][0]["leave"]["not_before"]
    accepted(tiny)


def test_numbers_and_durations_have_an_order_too(tiny, refused):
    """At least 3 and at most 2 people; at least five days and at most one after an event."""
    tiny["staffing"][0] |= {"at_least": 3, "at_most": 2}
    refused(tiny, "staffing[0].at_most", "less than `at_least`, 3", "got 2", "Exchange")
    del tiny["staffing"][0]["at_most"]
    tiny["traffic"]["precedences"][0] |= {"at_least": "P5D", "at_most": "P1D"}
    refused(tiny, "traffic.precedences[0].at_most", "less than `at_least`, P5D", "P1D")


def test_limits_that_rounding_sets_against_each_other(tiny, refused):
    """Between 12 and 18 hours: at a day's resolution at least 1 tick and at most 0."""
    tiny["traffic"]["precedences"][0] |= {"at_least": "PT12H", "at_most": "PT18H"}
    refused(tiny, "traffic.precedences[0].at_most", "PT12H is P1D", "PT18H", "P0D", "widen", "finer")


def test_rates_change_in_order(tiny, refused):
    """The second change is not later than the first: which one holds from then on?"""
    date = "2023-01-05T00:00:00Z"
    tiny["evacuation"]["changes"] = [{"from": date, "rate_per_day": 1e-3}, {"from": date, "rate_per_day": 1e-5}]
    refused(tiny, "evacuation.changes[1].from", date, "evacuation.changes[0].from", "in order")


@pytest.mark.parametrize(
    ("every", "advice"), [("P1DT12H", "P1D or P2D"), ("PT12H", "Give P1D."), ("P0D", "a longer one")]
)
def test_launch_dates_come_every_so_many_ticks(tiny, refused, every, advice):
    """A day and a half, half a day and no time at all are no whole number of days."""
    tiny["vehicles"][2]["launch"][0]["every"] = every
    refused(tiny, "vehicles[2].launch[0].every", every, advice)


def test_launch_dates_counted_from_before_the_start(tiny, refused, accepted):
    """From noon of 30 December every day: the dates after the start are noons, off the ticks.

    From midnight of 30 December they are midnights; and if the last date is still before the start, none is left.
    """
    option = tiny["vehicles"][2]["launch"][0]
    option["earliest"] = "2022-12-30T12:00:00Z"
    refused(tiny, "vehicles[2].launch[0].earliest", "on no tick", "begin at 2023-01-01T00:00:00Z or later")
    option["earliest"] = "2022-12-30T00:00:00Z"
    accepted(tiny)
    option |= {"earliest": "2022-12-30T12:00:00Z", "latest": "2022-12-31T23:00:00Z"}
    accepted(tiny)


def test_never_is_said_by_leaving_out(tiny, refused):
    """The year 9999 often stands for "never", and nothing can be counted from there on."""
    tiny["restrictions"][0]["forbid"]["return"]["to"] = "9999-12-31T23:00:00Z"
    refused(tiny, "restrictions[0].forbid.return.to", "after the year 8999", "9999-12-31", "Leave it out")
