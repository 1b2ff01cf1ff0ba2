"""The text of a document: from bytes, and to data with positions."""

from __future__ import annotations

from typing import Literal

from .json_text import read_json
from .positions import Builder, Json, Lines, Positions, Refused
from .problems import InputError, Problem
from .yaml_text import read_yaml

Format = Literal["json", "yaml"]

MAX_BYTES = 16 * 2**20
"""Largest document that is read."""


def decode(raw: bytes, name: str) -> str:
    """The text of a document; a byte order mark is dropped.

    Parameters
    ----------
    name
        What to call the document in errors.

    Raises
    ------
    InputError
        For bytes that are not UTF-8 text, with the offset of the first that is not.
    """
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    binary = raw.find(b"\0")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problem = Problem((), "the file is UTF-16, not UTF-8", advice="Save it as UTF-8.")
    elif binary >= 0:
        message = f"a binary file: byte 0x00 at offset {binary}"
        problem = Problem((), message, advice="Give a JSON or YAML file.")
    else:
        try:
            return raw[start:].decode("utf-8")
        except UnicodeDecodeError as error:
            offset = error.start + start
            line = Lines(raw[:offset].decode("latin-1")).at(offset)[0]
            message = f"not UTF-8 text: byte 0x{raw[offset]:02x} at offset {offset}, in line {line}"
            problem = Problem((), message, advice="Save the file as UTF-8.")
    raise InputError([problem], name)


def parse(text: str, name: str, form: Format | None = None) -> tuple[Json, Positions]:
    r"""The data of a JSON or YAML text, and where everything in it stands.

    Parameters
    ----------
    name
        What to call the document in errors.
    form
        Its format, if known; else text that begins with a bracket is JSON. YAML that may be JSON as well is read as
        JSON first: a YAML parser does not understand all of it (tabs, `\/`, surrogate pairs).

    Raises
    ------
    InputError
        With the first thing that `read_json` or `read_yaml` refuses.
    """
    if not text.strip():
        raise InputError([Problem((), "the file is empty", advice="Give a JSON or YAML document.")], name)
    if form is None and text.lstrip().startswith(("{", "[")):
        form = "json"
    may_be_json = text.lstrip().startswith(("{", "[", '"'))
    failures: list[Refused] = []
    for reader in [read_json] if form == "json" else [read_json, read_yaml] if may_be_json else [read_yaml]:
        builder = Builder(text)
        try:
            reader(text, builder)
        except Refused as refused:
            failures.append(refused)
        else:
            return builder.data, Positions(text, builder.root)
    failures.reverse()
    furthest = max(failures, key=lambda failure: failure.offset)  # the reader that made more of it knows better
    line, column = Lines(text).at(min(furthest.offset, len(text)))
    raise InputError([Problem((), furthest.message, furthest.value, furthest.advice, line, column)], name, text)
