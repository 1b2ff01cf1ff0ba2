"""What a terminal asks for: a width, one line of progress, Ctrl-C, and readers that go away."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Protocol, TextIO, TypeVar

from .words import decimal, seconds

T = TypeVar("T")

NARROWEST, WIDEST = 80, 100
"""Columns of a page."""
PATIENCE = 1.0
"""Seconds before progress is shown."""


class News(Protocol):
    """What is known while a question is being answered."""

    @property
    def phase(self) -> str:
        """What is being done."""

    @property
    def value(self) -> float | None:
        """The best value so far."""

    @property
    def bound(self) -> float | None:
        """No value is better than this."""


def page_width(default: int) -> int:
    """Columns for a page: those of the terminal within bounds, `default` where there is none."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((default, 24)).columns))


def emit(text: str) -> None:
    """Write a result to standard output; if its reader has gone, nobody needs to know."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Send what is still to be written to nowhere, so that the interpreter does not complain as it leaves."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def watched(work: Callable[[threading.Event, Callable[[News], None]], T]) -> T:
    """Do something long in a thread, so that Ctrl-C can ask it to stop; a second Ctrl-C kills the process.

    Parameters
    ----------
    work
        Is given the event that asks it to stop, and a function to tell its news.
    """
    cancel, line = threading.Event(), ProgressLine(sys.stderr)
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(cancel, line.tell))
        except BaseException as error:  # raised again below, where somebody waits for it
            failures.append(error)

    def stop(number: int, frame: FrameType | None) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    thread = threading.Thread(target=run, daemon=True)
    before = signal.signal(signal.SIGINT, stop)
    try:
        thread.start()
        while thread.is_alive():
            thread.join(0.1)
            line.draw(stopping=cancel.is_set())
    finally:
        line.clear()
        signal.signal(signal.SIGINT, before)
    if failures:
        raise failures[0]
    return results[0]


def progress_text(phase: str, since: float, value: float | None, bound: float | None) -> str:
    """What goes on, since how many seconds, the best value so far and how good it could yet be.

    Nothing that is minimised is below 0, so a lower bound tells nothing. A value below the bound is none of what is
    bounded: the news of two models, of which one is not yet exact.
    """
    parts = [f"{phase}, {seconds(since)}"]
    if bound is not None and bound < 0:
        bound = None
    if value is not None and (bound is None or value >= bound):
        parts.append(f"best so far {decimal(value)}")
    if bound is not None:
        parts.append(f"at best {decimal(bound)}")
    return "; ".join(parts)


class ProgressLine:
    """One line that is written over and over, if the stream is a terminal that can."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._on = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._begun = time.monotonic()
        self._last: News | None = None
        self._drawn = ""

    def tell(self, news: News) -> None:
        """Keep the news until the line is next drawn; any thread may call."""
        self._last = news

    def draw(self, *, stopping: bool) -> None:
        """Show the news, once it has been going on for a while."""
        since, last = time.monotonic() - self._begun, self._last
        if not self._on or since < PATIENCE:
            return
        phase = "stopping (Ctrl-C again kills)" if stopping else "starting" if last is None else last.phase
        text = progress_text(phase, since, None if last is None else last.value, None if last is None else last.bound)
        self._write(text[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Leave no trace."""
        if self._drawn:
            self._write("")

    def _write(self, text: str) -> None:
        blank = " " * (len(self._drawn) - len(text))
        self._stream.write(f"\r{text}{blank}" + ("" if text else "\r"))
        self._stream.flush()
        self._drawn = text
