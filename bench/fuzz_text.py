"""Mutants of the text itself: bytes, lines, and what YAML and JSON have that a case file may not use."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

SCALARS = (
    "1" * 400, "-" + "9" * 310, ".inf", "-.INF", ".nan", "NaN", "Infinity", "0o17", "017", "0x1F", "1_000", "0b11",
    "12:30:45", "190:20:30", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "~", "yes",
    "No", "on", "OFF", "=", "<<", "+1", ".5", "5.", "1e400", "1e-400", "-0", "1.e3", "0.1e", "null", "Null", "TRUE",
    "", " ", "''", '""', "'", '"', "{", "[", "}", "]", "[]", "{}", "[[[]]]", "{a: {b: c}}", "[a, b", "*", "&", "!",
    "%", "@", "`", "? ", "- ", "- -", ": ", "|", ">", "|+9", "|2-", "|\n  text", ">\n\n\n text\n", '"\\x00"',
    '"\\ud800"', '"\\U0010ffff"', '"\\q"', "'it''s'", "# comment", "a # b", "a: b", "a:b", "é", "\u2028", "\x85",
    "\x07", "\u200b", "\ufeff", "!!str 1", "!!int '1'", "!!binary aGk=", "!!set {a, b}", "!x y",
    "!!python/object/apply:os.getcwd []", "!!timestamp 2001-12-14", "&a b", "*a", "&a [*a]", "&a [1, *a]",
    "x" * 10_000,
)  # fmt: skip
LINES = (
    "---", "...", "--- !!map", "%YAML 1.1", "%TAG ! tag:x,2000:", "<<: *a", "<<: {id: x}", "? complex key",
    "? [a, b]\n: c", "{a: b}: c", "[a]: b", "null: x", "true: x", "1: x", "1.5: x", "0x1: x", "~: x", ": x", "'': x",
    "key without colon", "- item", "-", "  - nested:\n    - deep", "\t- tab", "\tkey: tab", "# comment",
    "\u00a0key: x", "format: crewreturn/1", "format: crewreturn/2", "id: twice", "a: &a [1, 2]\nb: *a", "&a a: 1",
    "*a : 1", "}", "]", "@x", "`x`", "title: |", "title: >-", "labels: {a: b, a: c}", "labels: {1: b, '1': c}",
    "\ufeff", "\x00", "",
)  # fmt: skip
JSON_BITS = (
    ",", ",,", "//x\n", "/*x*/", "#x\n", "'", '"', "\\", "\\u0000", "\\ud800", "\\ud83d\\ude80", "\\q", "NaN",
    "-Infinity", "01", ".5", "+1", "1.", "1e999", "-", "0x10", "1" * 400, "True", "None", "undefined", "{", "}", "[",
    "]", "[[[[", "{}", "[]", ":", ": :", "null", '{"a": 1, "a": 2}', "\t", "\r", "\x00", "\u2028", "\ufeff", '"\n"',
    "𝟙", "e", "1E+2", "-0", "1e-400",
)  # fmt: skip
BYTES = (
    b"\x00", b"\xff", b"\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"\xc2\x85",
    b"\x1a", b"\x7f",
)  # fmt: skip
MARKS = (
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf", b"\x00", b"\x1f\x8b", b"PK\x03\x04",
)  # fmt: skip
DEPTHS = (2, 10, 58, 59, 60, 61, 62, 200, 1000, 20_000)
DECORATIONS = ("&a ", "*a ", "!!str ", "!!float ", "!x ", "!!map ", "!<tag:x> ", "! ", "| ", "> ")
WRAPPINGS = (
    ("[", "]"), ("{", "}"), ('"', '"'), ("- ", ""), ("case: ", ""), ("|\n ", ""), ("!!map\n", ""), ("<", ">"),
)  # fmt: skip

_SCALAR = re.compile(r"(?<=: )[^\s{\[|>&*!#][^\n]*|(?<=- )[^\s{\[|>&*!#:]+$|(?<=[\[ ])[\w.-]+(?=[,\]])", re.MULTILINE)
_MEMBER = re.compile(r"^( *)(- )?[\w$-]+: \S.*$", re.MULTILINE)
_TOKEN = re.compile(r'"[^"]*"|[-\d.eE+]+|[{}\[\],:]')


def spoil_bytes(dice: random.Random, raw: bytes) -> tuple[bytes, str]:
    """A few bytes changed anywhere, and what was done."""
    changed, done = bytearray(raw), []
    for _ in range(dice.choice((1, 1, 1, 2, 5, 20))):
        mutate = dice.choice(_BYTES)
        mutate(dice, changed)
        done.append(mutate.__name__.strip("_"))
    return bytes(changed), " ".join(dict.fromkeys(done))


def spoil_lines(dice: random.Random, text: str) -> tuple[str, str]:
    """Lines moved, doubled, cut or indented otherwise, and what was done."""
    mutate = dice.choice(_LINES)
    return mutate(dice, text), mutate.__name__.strip("_")


def spoil_yaml(dice: random.Random, text: str) -> tuple[str, str]:
    """Something that YAML has and a case file may not, or that is no YAML, and what was done."""
    mutate = dice.choices(_YAML, (6, 3, 1, 1, 1, 1, 1))[0]
    return mutate(dice, text), mutate.__name__.strip("_")


def spoil_json(dice: random.Random, text: str) -> tuple[str, str]:
    """Something put into JSON where it may not stand, or instead of something else, and what was done."""
    at = dice.randrange(len(text))
    bit = dice.choice(JSON_BITS)
    draw = dice.random()
    if draw < 0.1:
        depth = dice.choice(DEPTHS)
        return text[:at] + "[" * depth + text[at:] + "]" * dice.choice((0, depth)), "deep"
    if draw < 0.5:
        token = dice.choice(list(_TOKEN.finditer(text)))
        return text[: token.start()] + bit + text[token.end() :], "token"
    return text[:at] + bit + text[at + dice.choice((0, 0, 1, 3)) :], "insert"


# --------------------------------------------------------------------------------------------------------- bytes


def _flip(dice: random.Random, raw: bytearray) -> None:
    if raw:
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)


def _delete(dice: random.Random, raw: bytearray) -> None:
    at = dice.randrange(len(raw) + 1)
    del raw[at : at + dice.choice((1, 1, 2, 10, 1000))]


def _insert(dice: random.Random, raw: bytearray) -> None:
    at = dice.randrange(len(raw) + 1)
    raw[at:at] = dice.choice((*BYTES, dice.randbytes(1), dice.randbytes(4), b" ", b"\n", b"\t"))


def _truncate(dice: random.Random, raw: bytearray) -> None:
    del raw[dice.randrange(len(raw) + 1) :]


def _copy(dice: random.Random, raw: bytearray) -> None:
    at, to = dice.randrange(len(raw) + 1), dice.randrange(len(raw) + 1)
    raw[to:to] = raw[at : at + dice.choice((1, 10, 100, 1000))]


def _mark(dice: random.Random, raw: bytearray) -> None:
    raw[:0] = dice.choice(MARKS)


def _recode(dice: random.Random, raw: bytearray) -> None:
    text = raw.decode("utf-8", "replace")
    raw[:] = text.encode(dice.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252")), "replace")


_BYTES: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _flip, _flip, _flip, _delete, _delete, _insert, _insert, _insert, _truncate, _copy, _mark, _recode,
)  # fmt: skip


# --------------------------------------------------------------------------------------------------------- lines


def _double(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    lines[at:at] = lines[at : at + dice.choice((1, 1, 2, 5, 50))]
    return "\n".join(lines)


def _swap(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _cut(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    del lines[at : at + dice.choice((1, 1, 2, 5, 50))]
    return "\n".join(lines)


def _indent(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    first = dice.randrange(len(lines))
    by = dice.choice((" ", "  ", "    ", "\t", "\u00a0", -1, -2, -4))
    for at in range(first, min(len(lines), first + dice.choice((1, 1, 3, 20, 1000)))):
        lines[at] = by + lines[at] if isinstance(by, str) else lines[at][-by:]
    return "\n".join(lines)


def _line_ends(dice: random.Random, text: str) -> str:
    end = dice.choice(("\r\n", "\r", "\u2028", "\x85", "\n\n", " \n", "\t\n", "\x0b"))
    if dice.random() < 0.5:
        return text.replace("\n", end)
    return "".join(part + dice.choice((end, "\n")) for part in text.split("\n"))


def _put_line(dice: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = dice.choice((0, dice.randrange(len(lines)), len(lines)))
    indent = re.match(r" *", lines[min(at, len(lines) - 1)])
    lines.insert(at, (indent.group() if indent is not None else "") + dice.choice(LINES))
    return "\n".join(lines)


_LINES: tuple[Callable[[random.Random, str], str], ...] = (
    _double, _swap, _cut, _indent, _indent, _line_ends, _put_line, _put_line,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- YAML


def _scalar(dice: random.Random, text: str) -> str:
    found = list(_SCALAR.finditer(text))
    if not found:
        return text
    match = dice.choice(found)
    return text[: match.start()] + dice.choice(SCALARS) + text[match.end() :]


def _decorate(dice: random.Random, text: str) -> str:
    """An anchor, an alias or a tag before a value."""
    places = [match.end() for match in re.finditer(r"(: |- )", text)]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + dice.choice(DECORATIONS) + text[at:]


def _bomb(dice: random.Random, text: str) -> str:
    """Aliases of aliases, a billion in all."""
    bomb = "b0: &b0 [x]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 10))
    return bomb + text if dice.random() < 0.5 else text + "\n" + bomb


def _deep(dice: random.Random, text: str) -> str:
    depth = dice.choice(DEPTHS)
    how = dice.randrange(4)
    if how == 0:
        return text + "\nlabels: " + "[" * depth + "]" * dice.choice((0, depth)) + "\n"
    if how == 1:
        return text + "\nlabels: " + "{a: " * depth + "}" * depth + "\n"
    if how == 2:
        return text + "\nlabels:\n" + "".join(" " * n + "a:\n" for n in range(1, min(depth, 1000)))
    return text + "\nlabels:\n  " + "- " * depth + "a\n"


def _twice(dice: random.Random, text: str) -> str:
    """A key that stands twice in one object."""
    found = list(_MEMBER.finditer(text))
    if not found:
        return text
    match = dice.choice(found)
    again = match.group().replace("- ", "  ", 1) if match.group(2) else match.group()
    return text[: match.end()] + "\n" + again + text[match.end() :]


def _documents(dice: random.Random, text: str) -> str:
    second = dice.choice((text, "a: b\n", "", "- x", "...\n---\n"))
    return text + dice.choice(("\n---\n", "\n...\n", "\n--- ", "\n...\n%YAML 1.2\n---\n")) + second


def _wrap(dice: random.Random, text: str) -> str:
    """The whole document inside something else."""
    before, after = dice.choice(WRAPPINGS)
    return before + text + after


_YAML: tuple[Callable[[random.Random, str], str], ...] = (_scalar, _decorate, _bomb, _deep, _twice, _documents, _wrap)
