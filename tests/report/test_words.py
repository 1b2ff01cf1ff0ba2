"""Numbers, dates and names as people read them."""

from datetime import timedelta

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.report.words import (
    Clock,
    Names,
    amount,
    columns,
    count,
    cut,
    decimal,
    listed,
    one_in,
    padded,
    page,
    paragraph,
    seconds,
    span,
    umort,
)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0183336, "18,333.6"), (5e-5, "50.0"), (0.0, "0"), (4e-8, "<0.1"), (1.0, "1,000,000.0")],
)
def test_umort(probability, text):
    """Micromorts are millionths, shown to a tenth; a small risk never reads as none."""
    assert umort(probability) == text


def test_differences_have_a_sign():
    """A difference shows which way it goes, however small; none is plain 0."""
    assert [decimal(value, sign=True) for value in (1.25, -1.25, 0.01, -0.01, 0)] == [
        "+1.2",
        "-1.2",
        "+<0.1",
        "-<0.1",
        "0",
    ]


def test_amount_keeps_whole_numbers_whole():
    """Counts and prices have no decimal, days may have one."""
    assert [amount(value) for value in (10_000.0, 7 / 6, 0.0)] == ["10,000", "1.2", "0"]


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (1 / 270, "1 in 270"),
        (1 / 1384, "1 in 1,380"),
        (0.02, "1 in 50"),
        (0.3, "1 in 3.3"),
        (1, "certain"),
        (0, "never"),
    ],
)
def test_one_in(probability, text):
    """About three figures: more would claim too much."""
    assert one_in(probability) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=4), "4 days"),
        (timedelta(hours=4), "4 hours"),
        (timedelta(days=1, hours=12), "1 day 12 hours"),
        (timedelta(0), "no time"),
    ],
)
def test_span(length, text):
    """Only the units that are there."""
    assert span(length) == text


def test_seconds():
    """Two figures below ten seconds, minutes from two on."""
    assert [seconds(value) for value in (0.004, 0.42, 3.24, 12.3, 200)] == [
        "0.01 s",
        "0.42 s",
        "3.2 s",
        "12 s",
        "3 min 20 s",
    ]


def test_lists_and_counts():
    """Lists end in `and`, nouns agree with their number."""
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
    assert [count(1, "rule"), count(1200, "person", "people")] == ["1 rule", "1,200 people"]


def test_clock_says_what_is_needed(case, small, day):
    """With days as ticks a date is enough, unless the instant is not midnight; with hours the time always shows."""
    hourly = load_case({**small, "resolution": "PT1H"})
    assert Clock(case)(day(4)) == "2030-01-04"
    assert Clock(case)(day(4) + timedelta(hours=6)) == "2030-01-04 06:00"
    assert Clock(hourly)(day(4)) == "2030-01-04 00:00"


def test_names(case):
    """Names where there are any; ids for what has none, and for what the case does not know."""
    names = Names(case)
    assert [names.person("ann"), names.vehicle("tug-1"), names.port("moon"), names.group("old", "floor")] == [
        "Ann",
        "tug-1",
        "moon",
        "floor",
    ]
    assert [names.crew(["ann", "bob"]), names.crew([])] == ["Ann and Bob", "nobody"]


def test_wide_letters_take_two_columns():
    """A name in Chinese letters is padded by what it takes on the screen, an accent takes nothing."""
    assert [columns("王"), columns("e\u0301")] == [2, 1]
    assert padded("王", 4) == "王  "
    assert padded("7", 3, right=True) == "  7"
    assert [cut("Borisov", 7), cut("Kononenko", 5)] == ["Borisov", "Kono…"]


def test_paragraph_hangs_below_its_first_line():
    """What stands in front of a paragraph stays alone in its columns."""
    assert paragraph("one two three", 10, first="Run  ") == "Run  one\n     two\n     three"


def test_page_leaves_out_what_is_empty():
    """Parts are one blank line apart, and the page ends with its last line."""
    assert page(["a\n", "", "b"]) == "a\n\nb\n"
