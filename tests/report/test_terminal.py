"""Progress on one line, for terminals that can, and only when it takes a while."""

import io
import sys
import threading
from types import SimpleNamespace

import pytest

from crewreturn.report import terminal
from crewreturn.report.terminal import ProgressLine, page_width, progress_text, watched


class Screen(io.StringIO):
    """A terminal's standard error."""

    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    """A terminal that can draw, and a program that has no patience."""
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return Screen()


NEWS = SimpleNamespace(phase="proving", value=41_000.52, bound=40_999.0)


def test_progress_text():
    """What goes on, since when, the best so far and the bound; what is not known is not mentioned."""
    assert progress_text("proving", 12, 41_000.52, 40_999) == "proving, 12 s; best so far 41,000.5; at best 40,999.0"
    assert progress_text("starting", 2, None, None) == "starting, 2 s"


@pytest.mark.parametrize(
    ("value", "bound", "said"),
    [
        (90.0, 100.0, "; at best 100.0"),
        (100.0, 100.0, "; best so far 100.0; at best 100.0"),
        (90.0, -1e9, "; best so far 90.0"),
        (0.0, 0.0, "; best so far 0; at best 0"),
        (90.0, None, "; best so far 90.0"),
    ],
)
def test_progress_does_not_contradict_itself(value, bound, said):
    """Nothing is better than the bound, so a value below it is left out; all measures are 0 or more, so a bound below
    0 says nothing and hides no value either.
    """
    assert progress_text("proving", 3, value, bound) == f"proving, 3 s{said}"


def test_line_is_written_over_and_wiped(screen):
    """Each drawing begins at the left edge and covers the one before; in the end the line is blank."""
    line = ProgressLine(screen)
    line.draw(stopping=False)
    line.tell(NEWS)
    line.draw(stopping=True)
    line.draw(stopping=False)
    line.clear()
    _, *drawn = screen.getvalue().split("\r")
    assert [text.split(",")[0] for text in drawn[:3]] == ["starting", "stopping (Ctrl-C again kills)", "proving"]
    assert len(drawn[2]) == len(drawn[1])  # the shorter text covers the longer one
    assert drawn[3].isspace()
    assert drawn[4] == ""


@pytest.mark.parametrize("reason", ["dumb", "no terminal", "too soon"])
def test_no_line(screen, monkeypatch, reason):
    """Nothing is drawn in a terminal that cannot, into a file, or in the first second."""
    stream = io.StringIO() if reason == "no terminal" else screen
    if reason == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    elif reason == "too soon":
        monkeypatch.setattr(terminal, "PATIENCE", 60.0)
    line = ProgressLine(stream)
    line.draw(stopping=False)
    line.clear()
    assert stream.getvalue() == ""


def test_watched_hands_back_what_was_found_or_raised():
    """The work runs in a thread of its own; its result and its error come out where it was started."""

    def work(cancel, tell):
        assert not cancel.is_set()
        tell(NEWS)
        return threading.current_thread() is threading.main_thread()

    def fail(cancel, tell):
        raise ValueError("no")

    assert watched(work) is False
    with pytest.raises(ValueError, match="no"):
        watched(fail)


@pytest.mark.parametrize(("given", "width"), [("20", 80), ("90", 90), ("200", 100)])
def test_page_width(monkeypatch, given, width):
    """Pages are as wide as the terminal, but neither narrower than 80 columns nor wider than 100."""
    monkeypatch.setenv("COLUMNS", given)
    assert page_width(80) == width


def test_page_width_without_a_terminal(monkeypatch):
    """Into a file or a pipe the page has its own width."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "__stdout__", io.StringIO())
    assert [page_width(80), page_width(100)] == [80, 100]
