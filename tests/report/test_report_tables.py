"""Tables keep to their width."""

import pytest

from crewreturn.report.tables import natural_width, table


def test_columns_line_up():
    """Text to the left, numbers to the right, two spaces between, a rule below the heads."""
    assert table(["who", "loss"], [["Ann", "7"], ["Bob", "1,234.5"]], width=80, right=[1]).splitlines() == [
        "who     loss",
        "---  -------",
        "Ann        7",
        "Bob  1,234.5",
    ]


@pytest.mark.parametrize("width", [40, 30, 24])
def test_too_wide_is_wrapped(width):
    """What may be broken is broken at its words until the table fits."""
    heads, rows = ["rule", "what is wrong"], [["suits.hook-up", "Bob holds a seat without a suit, and so does Cat."]]
    assert natural_width(heads, rows) > width
    text = table(heads, rows, width=width, wrap=[1])
    assert max(len(line) for line in text.splitlines()) <= width
    assert set(rows[0][1].split()) <= set(text.split())


def test_a_long_word_is_broken_at_its_hyphen():
    """An id that does not fit breaks where a reader expects it; text that fits keeps its hyphens."""
    text = table(["of", "x"], [["dragon-endurance", "a hook-up"]], width=21, wrap=[0])
    assert [line.split("  ")[0].strip() for line in text.splitlines()] == ["of", "-" * 9, "dragon-", "endurance"]
    assert "hook-up" in text


def test_no_rows():
    """A table of nothing is its heads."""
    assert table(["a", "b"], [], width=80) == "a  b\n-  -"


def test_indent():
    """Every line is moved in, and the width counts it."""
    text = table(["a"], [["one two"]], width=8, wrap=[0], indent=3)
    assert all(line.startswith("   ") for line in text.splitlines())
