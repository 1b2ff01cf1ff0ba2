"""JSON text, read so that every value has a place and every mistake is named in plain words."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

from .positions import Builder, Refused, not_a_number, real_number, whole_number
from .problems import Shown

_BLANK = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[^\s{}\[\]:,\"]{1,40}|.", re.DOTALL)
_SCALAR_STARTS = frozenset('"-0123456789tfnIN')
_CLOSED_BY = {"object": "}", "list": "]"}
_DECODER = JSONDecoder(parse_int=whole_number, parse_float=real_number, parse_constant=not_a_number)


def read_json(text: str, builder: Builder) -> None:
    """Hand a JSON text to a builder, piece by piece.

    Plain values come from the standard library's decoder, one at a time; the brackets are followed here, without
    recursion, so that depth costs nothing.

    Raises
    ------
    Refused
        For text that is not JSON (RFC 8259), NaN and Infinity, and whatever the builder refuses.
    """
    at = _skip(text, 0)
    fresh = False  # a list or object has just begun: it may end at once
    while True:
        if fresh and text.startswith(_CLOSED_BY[builder.inside or "list"], at):
            builder.end()
            at += 1
        else:
            if builder.wants_key:
                at = _key(text, at, builder)
            if text.startswith(("{", "["), at):
                builder.begin({} if text[at] == "{" else [], at)
                at, fresh = _skip(text, at + 1), True
                continue
            value, end = _scalar(text, at, builder)
            builder.value(value, at)
            at = end
        at, fresh = _to_next(text, at, builder), False
        if builder.inside is None:
            return


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return at if match is None else match.end()


def _key(text: str, at: int, builder: Builder) -> int:
    """Read a key and its colon; the offset of its value."""
    if not text.startswith('"', at):
        raise _unexpected(text, at, builder, "a key in double quotes")
    key, end = _scalar(text, at, builder)
    builder.key(str(key), at)
    end = _skip(text, end)
    if not text.startswith(":", end):
        raise _unexpected(text, end, builder, "':' after the key")
    return _skip(text, end + 1)


def _to_next(text: str, at: int, builder: Builder) -> int:
    """Go from the end of a value to the next key or value, or to the end of the text."""
    while True:
        at = _skip(text, at)
        inside = builder.inside
        if inside is None:
            if at < len(text):
                raise Refused(
                    "text after the end of the document", at, "Give one JSON document a file.", _word(text, at)
                )
            return at
        close = _CLOSED_BY[inside]
        if text.startswith(close, at):
            builder.end()
            at += 1
        elif text.startswith(",", at):
            comma, at = at, _skip(text, at + 1)
            if text.startswith(close, at):
                raise Refused(f"a comma before '{close}'", comma, "Delete the comma.")
            return at
        else:
            raise _unexpected(text, at, builder, f"',' or '{close}'")


def _scalar(text: str, at: int, builder: Builder) -> tuple[Any, int]:
    """Read text, a number, true, false or null; the value and the offset behind it."""
    if text[at : at + 1] not in _SCALAR_STARTS:
        raise _unexpected(text, at, builder, "a value")
    try:
        return _DECODER.raw_decode(text, at)
    except Refused as refused:
        raise refused.at(at) from None
    except JSONDecodeError as error:
        raise _bad_scalar(error, text, at, builder) from None


def _bad_scalar(error: JSONDecodeError, text: str, at: int, builder: Builder) -> Refused:
    if error.msg.startswith("Unterminated string"):
        return Refused("the file ends inside the text that begins here", at, "Close it with a double quote.")
    if error.msg.startswith("Invalid control character"):
        advice = r"Close the text with a double quote; inside text write \n for a line break and \t for a tab."
        return Refused("a line break or control character inside text", error.pos, advice)
    if "escape" in error.msg:
        return Refused("a backslash that begins no JSON escape", error.pos, r"Write \\ for a backslash.")
    return _unexpected(text, at, builder, "a value")


def _unexpected(text: str, at: int, builder: Builder, expected: str) -> Refused:
    """What to say where something else should stand."""
    if at >= len(text) and builder.inside is not None:
        line = builder.line(builder.opened_at)
        message = f"the file ends inside the {builder.inside} that begins in line {line}"
        return Refused(message, at, f"Close it with '{_CLOSED_BY[builder.inside]}', or fetch the whole file again.")
    word = _word(text, at)
    return Refused(f"expected {expected}", at, _advice(text, at, expected), word)


def _word(text: str, at: int) -> object:
    match = _WORD.match(text, at)
    return Shown(match.group() if match else "")


def _advice(text: str, at: int, expected: str) -> str:
    if text.startswith(("#", "//", "/*"), at):
        return "JSON has no comments; a file named .yaml may have them."
    if text.startswith(("True", "False", "None"), at):
        return "Write true, false and null in small letters."
    if text.startswith(("'", "“", "‘"), at):
        return 'Text and keys stand in double quotes: "like this".'
    if expected.startswith("','"):
        if text[at : at + 1].isdigit() or text.startswith((".", "e", "E"), at):
            return "A number has no leading zero, and digits on both sides of its point."
        return "Put a comma between one item and the next."
    if expected == "a value" and text.startswith((".", "+"), at):
        return "A number begins with a digit or '-': 0.5, not .5."
    return "Text and keys stand in double quotes." if re.match(r"[\w$]", text[at : at + 1]) else "Mend it here."
