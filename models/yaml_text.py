"""YAML text, read with the meaning of JSON: comments and indentation are welcome, surprises are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .positions import SO_DEEP, TOO_DEEP, Builder, Json, Refused, not_a_number, real_number, whole_number
from .problems import Shown

LOADER: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML was built with it, else the one in Python."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_REAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[+-]?(?:\.inf|\.Inf|\.INF|Infinity)|\.nan|\.NaN|\.NAN|NaN")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}

_INVISIBLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow, and U+0085, U+2028 and U+2029, at which it ends a line though no editor shows one."""
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n]+)*+%")
_REST = re.compile(r"(?:\.\.\.)?(?:[ \t]*(?:#[^\r\n]*)?(?:[\r\n]+(?:\.\.\.)?|\Z))*+\Z")

_INDENTATION = "this does not fit the lines above it"
_CHECK = "Check the indentation, the ':' and the quotes."
_PLAIN_WORDS = {
    "cannot start any token": ("a character that cannot begin a value", "Put the text in quotes."),
    "mapping values are not allowed": ("a ':' where no key can stand", f"Put text that holds ': ' in quotes. {_CHECK}"),
    "could not find expected ':'": ("a line that is neither 'key: value' nor '- item'", _CHECK),
    "expected ',' or ']'": ("the list in brackets that begins in line {line} is not closed here", "Add ',' or ']'."),
    "expected ',' or '}'": ("the object in braces that begins in line {line} is not closed here", "Add ',' or '}'."),
    "unexpected end of stream": ("the file ends inside the quotes that begin in line {line}", "Close the quotes."),
    "unexpected document": ("'---' or '...' inside the quotes that begin in line {line}", "Close the quotes."),
    "expected key": (_INDENTATION, _CHECK),
    "expected <block end>": (_INDENTATION, _CHECK),
    "expected '-' indicator": ("this does not fit the list above it", "Begin every item with '- ', equally indented."),
    "entries are not allowed": ("a '- ' where no list can stand", "Put the list on lines of its own below its key."),
    "maximum nesting depth": (TOO_DEEP, SO_DEEP),  # the limit of the YAML library, met before anything is told
    "unknown escape character": ("a backslash that begins no escape", r"Write \\, or use single quotes."),
    "invalid Unicode character escape": ("text with half a surrogate pair", "Write the character itself."),
}
"""What the parser says, in plain words, with advice; `{line}` is where the thing began."""


def read_yaml(text: str, builder: Builder) -> None:
    """Hand a YAML text to a builder, piece by piece.

    Plain words mean what JSON makes of them: `true`, `false`, `null` and JSON's numbers; all else is text (`no`, `~`,
    `012`, `0x10`, `12:30`, `2023-01-12`). A whole number as key is taken as its digits.

    Raises
    ------
    Refused
        For text that is not YAML; for anchors, aliases, tags, merge keys, directives and a second document; for keys
        that are not text; for keys and items without a value; for `.nan`, `.inf` and their like unless quoted; and
        for whatever the builder refuses.
    """
    if strange := _INVISIBLE.search(text):
        code = f"{ord(strange.group()):04X}"
        advice = f'Delete it, or write it in double quotes as "\\u{code}".'
        raise Refused(f"the invisible character U+{code}", strange.start(), advice)
    if directive := _DIRECTIVE.match(text):  # libyaml is quadratic in them
        raise Refused("a '%' directive", directive.end() - 1, "Delete the line.")
    try:
        for event in _events(text):
            _take(event, text, builder)
    except yaml.MarkedYAMLError as error:
        raise _in_plain_words(error, text, builder) from None
    if builder.root is None:
        raise Refused("the file holds comments only", 0, "Give a JSON or YAML document.")


def _events(text: str) -> Iterator[yaml.Event]:
    loader = LOADER(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            if event is not None:
                yield event
    finally:
        loader.dispose()


def _take(event: yaml.Event, text: str, builder: Builder) -> None:
    offset = _index(event.start_mark)
    if isinstance(event, yaml.NodeEvent):
        _refuse_decorations(event, offset)
    if isinstance(event, yaml.ScalarEvent):
        if builder.wants_key:
            builder.key(_key(event, offset), offset)
        else:
            builder.value(_value(event, offset), offset)
    elif isinstance(event, yaml.CollectionStartEvent):
        if builder.wants_key:
            advice = "Write the key as text; quote text that begins with '{' or '['."
            raise Refused("a list or object as key", offset, advice)
        builder.begin({} if isinstance(event, yaml.MappingStartEvent) else [], offset)
    elif isinstance(event, yaml.CollectionEndEvent):
        builder.end()
    elif isinstance(event, yaml.DocumentEndEvent):
        end = _index(event.end_mark)
        if not _REST.match(text, end):
            raise Refused("more than one document", end, "Give one document a file.")


def _refuse_decorations(event: yaml.NodeEvent, offset: int) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        word = Shown(f"{'*' if isinstance(event, yaml.AliasEvent) else '&'}{event.anchor}")
        advice = "Write the value out; quote text that begins so."
        raise Refused("anchors and aliases are not accepted", offset, advice, word)
    tag = getattr(event, "tag", None)
    if tag is not None:
        tag = tag.replace("tag:yaml.org,2002:", "!!", 1)
        raise Refused("tags are not accepted", offset, "Delete it; quote text that begins with '!'.", Shown(tag))


def _index(mark: Any) -> int:
    """Offset of a mark of either parser."""
    return 0 if mark is None else int(mark.index)


def _key(event: yaml.ScalarEvent, offset: int) -> str:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if _INTEGER.fullmatch(text):
        return str(_plain(text, offset))
    if text == "<<":
        raise Refused("merge keys are not accepted", offset, "Write the fields out.", Shown(text))
    if not isinstance(_plain(text, offset), str):
        raise Refused("a key that is not text", offset, "Put it in quotes.", Shown(text))
    if not text:
        raise Refused("a key is missing before ':'", offset, "Put text that begins with ':' in quotes.")
    return text


def _value(event: yaml.ScalarEvent, offset: int) -> Json:
    text: str = event.value
    if not event.implicit[0]:
        return text
    if not text:
        raise Refused("nothing stands here", offset, 'Write a value: null, "", [] or {} if it is to be empty.')
    return _plain(text, offset)


def _plain(text: str, offset: int) -> Json:
    """What a word without quotes means."""
    if text in _WORDS:
        return _WORDS[text]
    try:
        if _INTEGER.fullmatch(text):
            return whole_number(text)
        if _REAL.fullmatch(text):
            return real_number(text)
        if _NO_NUMBER.fullmatch(text):
            not_a_number(text)
    except Refused as refused:
        raise refused.at(offset) from None
    return text


def _in_plain_words(error: yaml.MarkedYAMLError, text: str, builder: Builder) -> Refused:
    problem, context = error.problem or "", error.context or ""
    offset = _index(error.problem_mark or error.context_mark)
    if text[offset : offset + 1] == "\t":
        return Refused("a tab where YAML takes spaces only", offset, "Indent with spaces.")
    if "node content" in problem and builder.inside:
        line = builder.line(builder.opened_at)
        return Refused(f"a key or value is missing in the {builder.inside} that begins in line {line}", offset, _CHECK)
    for words, (message, advice) in _PLAIN_WORDS.items():
        if words in problem:
            line = builder.line(_index(error.context_mark or error.problem_mark))
            return Refused(message.replace("{line}", str(line)), offset, advice)
    return Refused(f"not YAML: {', '.join(filter(None, (context, problem)))}", offset, _CHECK)
