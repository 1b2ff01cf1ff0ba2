"""The data of a document while it is being read, and where every part of it stands in the text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import Literal

from .problems import LINE_END, Path, quote

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

MAX_DEPTH = 60
"""Deepest nesting of lists and objects that is read."""
TOO_DEEP = f"lists and objects nested deeper than {MAX_DEPTH} levels"
SO_DEEP = "No document of this kind goes so deep: check the brackets and the indentation."
MAX_VALUES = 250_000
"""Most values in one document that are read."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """The text is wrong at an offset; -1 where only the caller knows the offset."""

    def __init__(self, message: str, offset: int = -1, advice: str | None = None, value: object | None = None) -> None:
        super().__init__(message)
        self.message, self.offset, self.advice, self.value = message, offset, advice, value

    def at(self, offset: int) -> Refused:
        """The same, with the offset filled in."""
        return self if self.offset >= 0 else Refused(self.message, offset, self.advice, self.value)


class Lines:
    """Offsets in a text as line and column, both from 1; columns count characters."""

    def __init__(self, text: str) -> None:
        self._starts = array("Q", [0])
        self._starts.extend(match.end() for match in LINE_END.finditer(text))

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Spot:
    """Where a value stands in the text, where its key stands (-1: has none), and the same for its parts."""

    __slots__ = ("key", "offset", "parts")

    def __init__(self, offset: int, key: int, parts: dict[str, Spot] | list[Spot] | None) -> None:
        self.offset = offset
        self.key = key
        self.parts = parts


class Positions:
    """Where everything in a document stands.

    Parameters
    ----------
    text
        The document; None for data that never were text: then nothing has a place.
    root
        The spot of the whole document.
    """

    def __init__(self, text: str | None = None, root: Spot | None = None) -> None:
        self.text = text
        self._root = root
        self._lines: Lines | None = None

    def at(self, path: Path, *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of what is at a path, or of the nearest thing around it; None if nothing has a place.

        Lists and objects with a key are shown at their key, where people look for them; with `key` other values too.
        """
        spot = self._root
        if spot is None or self.text is None:
            return None
        found = 0
        for part in path:
            inner = _part(spot, part)
            if inner is None:
                break
            spot, found = inner, found + 1
        at_key = spot.key >= 0 and (spot.parts is not None or (key and found == len(path)))
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines.at(spot.key if at_key else spot.offset)


def _part(spot: Spot, part: str | int) -> Spot | None:
    if isinstance(spot.parts, dict):
        return spot.parts.get(str(part))
    if isinstance(spot.parts, list) and isinstance(part, int) and 0 <= part < len(spot.parts):
        return spot.parts[part]
    return None


class Builder:
    """Takes keys, values, beginnings and ends in order, and makes data and spots; what both formats refuse is here."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._values = 0
        self._key: tuple[str, int] | None = None
        self._open: list[tuple[list[Json] | dict[str, Json], Spot]] = []
        self.data: Json = None
        self.root: Spot | None = None

    @property
    def inside(self) -> Literal["object", "list"] | None:
        """What is open, if anything."""
        return None if not self._open else "object" if isinstance(self._open[-1][0], dict) else "list"

    @property
    def wants_key(self) -> bool:
        """Whether the next thing has to be a key or the end of an object."""
        return self.inside == "object" and self._key is None

    @property
    def opened_at(self) -> int:
        """Offset of what is open."""
        return self._open[-1][1].offset

    def line(self, offset: int) -> int:
        """Line of an offset; slow, for messages."""
        return Lines(self._text).at(offset)[0]

    def key(self, key: str, offset: int) -> None:
        """The key of the next value."""
        _refuse_surrogate(key, offset)
        keys = self._open[-1][1].parts
        if isinstance(keys, dict) and key in keys:
            first = self.line(keys[key].key)
            message = f"the key {quote(key)} stands twice in the same object; the first is in line {first}"
            raise Refused(message, offset, "Delete one of the two or rename it.")
        self._key = key, offset

    def value(self, value: Json, offset: int) -> Spot:
        """A value, where the document is."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise Refused(f"more than {MAX_VALUES:,} values in one document", offset, "Check what made it.")
        if isinstance(value, str):
            _refuse_surrogate(value, offset)
        key = self._key
        spot = Spot(offset, -1 if key is None else key[1], None)
        if not self._open:
            self.data, self.root = value, spot
            return spot
        data, outer = self._open[-1]
        if isinstance(data, list) and isinstance(outer.parts, list):
            data.append(value)
            outer.parts.append(spot)
        elif isinstance(data, dict) and isinstance(outer.parts, dict) and key is not None:
            data[key[0]] = value
            outer.parts[key[0]] = spot
            self._key = None
        return spot

    def begin(self, data: list[Json] | dict[str, Json], offset: int) -> None:
        """An empty list or object that the next values go into."""
        spot = self.value(data, offset)
        spot.parts = {} if isinstance(data, dict) else []
        self._open.append((data, spot))
        if len(self._open) > MAX_DEPTH:
            raise Refused(TOO_DEEP, offset, SO_DEEP)

    def end(self) -> None:
        """What is open ends."""
        self._open.pop()


def whole_number(digits: str) -> int:
    """The integer that a JSON number without point and exponent means."""
    if len(digits) > 309 or not float("-inf") < float(digits) < float("inf"):
        raise Refused("a number too large to compute with", advice="Numbers go up to about 1.8e308.")
    return int(digits)


def real_number(digits: str) -> float:
    """The number that any other JSON number means."""
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Refused("a number too large to compute with", advice="Numbers go up to about 1.8e308.")
    return number


def not_a_number(word: str) -> float:
    """Refuses the words for numbers that are none."""
    advice = "Write a number, leave the field out, or put it in quotes if it is text."
    raise Refused(f"{word} is not accepted: every number is finite", advice=advice)


def _refuse_surrogate(text: str, offset: int) -> None:
    if not text.isascii() and _SURROGATE.search(text):
        raise Refused("text with half a surrogate pair", offset, "Write the character itself.", value=text)
