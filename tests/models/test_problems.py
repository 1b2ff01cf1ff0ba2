"""How problems are shown: on a terminal, to people."""

import pickle

import pytest

from crewreturn.models.problems import (
    CaseProblems,
    CrewreturnError,
    InputError,
    Problem,
    did_you_mean,
    quote,
    shorten,
    show_path,
)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ((), ""),
        (("vehicles", 2, "launch", 0, "transit"), "vehicles[2].launch[0].transit"),
        (("loss", "3"), "loss.3"),
        (("$schema",), "$schema"),
        (("a b", 'q"', "", "\x1b"), '["a b"]["q\\""][""]["\\u001b"]'),
    ],
)
def test_paths(path, shown):
    """Short where keys are plain, beyond doubt where they are not."""
    assert show_path(path) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("7", '"7"'),
        (7, "7"),
        (True, "true"),
        ([1, None], "[1, null]"),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, '{"a": {"b": {"c": {"d": {}}}}}'),
        ("é\x1b\u202e", '"é\\u001b\\u202e"'),
        ("x" * 10**6, '"' + "x" * 58 + "…"),
        (list(range(10**6)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17…"[:59] + "…"),
        (object, "\"<class 'object'>\""),
    ],
)
def test_values(value, shown):
    """As JSON, short, and harmless to a terminal; a huge value costs nothing."""
    assert shorten(value) == shown


def test_a_huge_number():
    """Python refuses to write more than 4300 digits; so many would help nobody."""
    assert shorten(10**5000) == "a very large number"


def test_names_in_messages():
    """Long and strange names neither flood nor fool."""
    assert quote("ms22") == "'ms22'"
    assert quote("\n") == r"'\u000a'"
    assert len(quote("x" * 1000)) == 62


def test_did_you_mean():
    """The nearest known word, whatever its case; nothing where none is near or the word is absurd."""
    assert did_you_mean("Vehicl", ["vehicle", "person"]) == "Did you mean 'vehicle'?"
    assert did_you_mean("VEHICLE", ["Vehicle"]) == "Did you mean 'Vehicle'?"
    assert did_you_mean("xyz", ["vehicle"]) is None
    assert did_you_mean("v" * 1000, ["vehicle"]) is None


def test_lines_as_editors_count_them():
    """Only CR, LF and CR LF end a line; the last one may lack its end."""
    text = "a\r\nb\rc\nd\u2028e\n\nf"
    shown = [
        str(InputError([Problem((), "m", line=line, column=1)], "f", text)).split("\n")[1:2] for line in range(1, 8)
    ]
    assert shown == [["    a"], ["    b"], ["    c"], ["    d e"], ["    "], ["    f"], []]


def caret(text, column):
    _, line, mark = str(InputError([Problem((), "m", line=1, column=column)], "f", text)).split("\n")
    return line, mark


def test_the_caret_stands_under_its_character():
    """Tabs, wide letters, combining marks and long lines move it; control characters do not reach the terminal."""
    assert caret("ab: x", 5) == ("    ab: x", "        ^")
    assert caret("\tab", 2) == ("     ab", "     ^")
    assert caret("界: x", 4) == ("    界: x", "        ^")
    assert caret("e\u0301: x", 5) == ("    e\u0301: x", "       ^")
    assert caret("\x1b[0m: x", 7) == ("     [0m: x", "          ^")
    assert caret("ab", 3) == ("    ab", "      ^")


@pytest.mark.parametrize("at", [0, 30, 500, 970, 999])
def test_a_long_line_is_cut_around_the_column(at):
    """A whole case may stand in one line of JSON."""
    text = "." * at + "#" + "." * (999 - at)
    line, mark = caret(text, at + 1)
    assert len(line) < 110
    assert line[mark.index("^")] == "#"
    assert line.startswith("    …") == (at > 50)
    assert line.endswith("…") == (at < 950)


def test_every_problem_is_in_the_text():
    """With line and column where there are any; without the source where there is none."""
    error = InputError(
        [
            Problem(("a",), "is odd", 3, "Even it out.", 1, 1),
            Problem((), "is missing"),
            Problem(("b",), "lies beyond", line=9, column=1),
        ],
        "f.yaml",
        "a: 3",
    )
    assert str(error).split("\n") == [
        "f.yaml:1:1: a: is odd (got 3). Even it out.",
        "    a: 3",
        "    ^",
        "f.yaml: is missing.",
        "f.yaml:9:1: b: lies beyond.",
    ]


def test_errors_are_of_this_package_and_travel():
    """One `except` catches them; they come back whole from another process."""
    error = InputError([Problem(("a", 1), "m")], "f", "text")
    assert isinstance(error, CrewreturnError)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.problems, copy.source, copy.text, str(copy)) == (error.problems, "f", "text", str(error))
    assert repr(error) == "InputError('f')"
    several = pickle.loads(pickle.dumps(CaseProblems([Problem(("a",), "is odd"), Problem((), "too")])))
    assert str(several) == "a: is odd. too."
