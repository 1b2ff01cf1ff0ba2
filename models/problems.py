"""What can be wrong with what somebody gave us, said so that they can mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from unicodedata import combining, east_asian_width

Path = tuple[str | int, ...]

LONGEST_VALUE = 60
"""Characters of a value or key that are shown."""
WIDEST_LINE = 100
"""Characters of a source line that are shown."""

LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line in editors; YAML's own U+0085 and U+2028 do not."""

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$-]*")


class CrewreturnError(Exception):
    """Base of every error that this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document.

    Notes
    -----
    `path` leads to the place, relative to whoever reports it. `message` is a clause without full stop; `advice` is
    one or more whole sentences. `value` is what was found there, None if showing it does not help (a null that is
    wrong is named in the message). `line` and `column` count from 1, in characters.
    """

    path: Path
    message: str
    value: object | None = None
    advice: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = f"{show_path(self.path)}: " if self.path else ""
        got = "" if self.value is None else f" (got {shorten(self.value)})"
        return f"{where}{self.message}{got}." + (f" {self.advice}" if self.advice else "")


class InputError(CrewreturnError):
    """A document that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    problems
        At least one.
    source
        What people call the document: a path, `-`, the name of a shipped case.
    text
        The document, if its lines can be shown.
    """

    def __init__(self, problems: Iterable[Problem], source: str, text: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.source = source
        self.text = text
        super().__init__(source)

    def __reduce__(self) -> tuple[type[InputError], tuple[object, ...]]:
        return type(self), (self.problems, self.source, self.text)

    def __str__(self) -> str:
        lines = _lines(self.text or "", {problem.line for problem in self.problems})
        return "\n".join(part for problem in self.problems for part in self._parts(problem, lines))

    def _parts(self, problem: Problem, lines: dict[int, str]) -> Iterable[str]:
        line, column = problem.line, problem.column
        yield f"{self.source}:" + (f"{line}:{column}:" if line is not None else "") + f" {problem}"
        if line in lines and column is not None:
            yield from _with_caret(lines[line], column)


class CaseProblems(ValueError):
    """Raised in a model's after-validator: several problems at once, with paths relative to that model."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return " ".join(map(str, self.problems))


class Mistake(ValueError):
    """Raised in a model's validator: one problem of what it validates, with advice.

    Parameters
    ----------
    message
        A clause without full stop.
    advice
        One or more whole sentences.
    """

    def __init__(self, message: str, advice: str) -> None:
        self.message, self.advice = message, advice
        super().__init__(f"{message}. {advice}")

    def __reduce__(self) -> tuple[type[Mistake], tuple[str, str]]:
        return type(self), (self.message, self.advice)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Advice for a misspelt word: the nearest known one, or None if none is near."""
    if len(word) > LONGEST_VALUE:
        return None
    lowered = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), lowered, n=1)
    return f"Did you mean {quote(lowered[near[0]])}?" if near else None


def quote(word: str) -> str:
    """A name as it stands in a message: in single quotes, long ones cut, strange characters escaped."""
    cut = word if len(word) <= LONGEST_VALUE else word[: LONGEST_VALUE - 1] + "…"
    return f"'{_printable(cut)}'"


def shorten(value: object) -> str:
    """A value as JSON, cut to a readable length."""
    pruned = value if isinstance(value, Shown) else _pruned(value)
    text = pruned if isinstance(pruned, Shown) else json.dumps(pruned, ensure_ascii=False, default=str)
    return _printable(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")


def show_path(path: Path) -> str:
    """A path as people write it: `vehicles[2].launch[0].transit`."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN_KEY.fullmatch(part) and len(part) <= LONGEST_VALUE:
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f"[{shorten(part)}]")
    return "".join(parts)


class Shown(str):
    """A value to be shown as it stands, without quotes, such as a stretch of the file."""

    __slots__ = ()


def _pruned(value: Any, depth: int = 4) -> Any:
    """The value without what would be cut off anyway, so that a huge one costs nothing."""
    if isinstance(value, str):
        return value[: LONGEST_VALUE + 1]
    if isinstance(value, int) and not -(10**LONGEST_VALUE) < value < 10**LONGEST_VALUE:
        return Shown("a very large number")
    if isinstance(value, dict | list | tuple) and not depth:
        return {} if isinstance(value, dict) else []
    if isinstance(value, dict):
        return {str(key)[: LONGEST_VALUE + 1]: _pruned(item, depth - 1) for key, item in list(value.items())[:20]}
    if isinstance(value, list | tuple):
        return [_pruned(item, depth - 1) for item in value[:20]]
    return value


def _printable(text: str) -> str:
    """The text with what could confuse a terminal made visible."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _lines(text: str, wanted: set[int | None]) -> dict[int, str]:
    """The lines with these numbers, as editors count them: only CR, LF and CR LF end one."""
    last = max((line for line in wanted if line is not None), default=0)
    found: dict[int, str] = {}
    start = 0
    for number in range(1, last + 1):
        end = LINE_END.search(text, start)
        if number in wanted:
            found[number] = text[start : end.start() if end else None]
        if end is None:
            break
        start = end.end()
    return found


def _with_caret(line: str, column: int) -> tuple[str, str]:
    """The source line, cut around the column if it is long, and a caret under the column."""
    start = max(0, min(column - 1 - WIDEST_LINE // 2, len(line) - WIDEST_LINE))
    cut = "".join(char if char.isprintable() else " " for char in line[start : start + WIDEST_LINE])
    before, after = "…" * (start > 0), "…" * (start + WIDEST_LINE < len(line))
    indent = len(before) + sum(_width(char) for char in cut[: column - 1 - start])
    return f"    {before}{cut}{after}", f"    {' ' * indent}^"


def _width(char: str) -> int:
    """Columns of a terminal that a character takes."""
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
