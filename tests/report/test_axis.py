"""Instants to columns, and the calendar above them."""

from datetime import timedelta

import pytest

from crewreturn.models.case_file import load_case
from crewreturn.report.axis import Axis


def axis(small, start, end, room, resolution="P1D"):
    """An axis over other dates."""
    blank = {key: value for key, value in small.items() if key not in {"vehicles", "people", "suits", "liners"}}
    blank |= {"known_at": start, "horizon": {"start": start, "end": end}, "resolution": resolution}
    return Axis(load_case(blank | {"restrictions": [], "alternatives": []}), room)


def test_a_column_is_a_whole_number_of_ticks(small):
    """262 days in at most 66 columns: 4 days each, and 262 / 4 = 65.5 makes 66 of them."""
    made = axis(small, "2023-01-12T00:00Z", "2023-10-01T00:00Z", 66)
    assert (made.step, made.columns) == (timedelta(days=4), 66)
    assert axis(small, "2023-01-12T00:00Z", "2023-10-01T00:00Z", 65).step == timedelta(days=5)


def test_columns_touched(case, day):
    """Ten days in five columns: days 2 and 3 lie in the first and the second column; nothing lies in nothing."""
    made = Axis(case, 5)
    assert made.column(day(3)) == 1
    assert list(made.touched(day(2), day(4))) == [0, 1]
    assert list(made.touched(day(3), day(3))) == []
    assert [made.share(column, day(2), day(4)) for column in range(3)] == [
        timedelta(days=1),
        timedelta(days=1),
        timedelta(0),
    ]


@pytest.mark.parametrize(
    ("start", "end", "resolution", "names", "ticks"),
    [
        # 140 days in 40 columns: four days each, so months are seven or eight columns apart.
        ("2023-01-12", "2023-06-01", "P1D", "     Feb    Mar    Apr     May", "     |      |      |       |"),
        # 76 days: two days a column; the year stands at its January, 17 days in.
        ("2022-12-15", "2023-03-01", "P1D", "        2023            Feb", "        |               |"),
        # A day a column: weeks, from the first day on.
        ("2030-01-01", "2030-01-20", "P1D", "Jan 1  Jan 8  Jan 15", "|      |      |"),
        # An hour a column: quarters of the day.
        ("2030-01-01", "2030-01-02", "PT1H", "Jan 1 06h   12h   18h", "|     |     |     |"),
    ],
)
def test_marks(small, start, end, resolution, names, ticks):
    """The finest calendar whose names do not run into each other."""
    made = axis(small, f"{start}T00:00Z", f"{end}T00:00Z", 40, resolution)
    assert made.marks() == (names, ticks)


def test_a_horizon_too_short_for_any_name(small):
    """One tick has no room for marks, and that is no error."""
    assert axis(small, "2030-01-01T12:00Z", "2030-01-01T13:00Z", 60, "PT1H").marks() in {("12h", "|"), ("", "")}


def test_years(small):
    """Twenty years in 40 columns of half a year: only years or decades have room."""
    names, _ = axis(small, "2020-01-01T00:00Z", "2040-01-01T00:00Z", 40).marks()
    assert names.split()[:2] == ["2020", "2030"]
