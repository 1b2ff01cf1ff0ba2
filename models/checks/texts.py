"""Text is what can be printed: nothing in a name makes a terminal do things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..problems import Problem
from .index import Index

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but for tab and line feed."""


def problems(index: Index) -> Iterator[Problem]:
    """Texts with control characters in them."""
    for node in index.nodes:
        for leaf in node.leaves:
            if isinstance(leaf.value, str) and not leaf.value.isprintable() and (found := _CONTROL.search(leaf.value)):
                message = f"text with the control character U+{ord(found.group()):04X}"
                yield Problem(leaf.path, message, leaf.value, "Delete it: of these only tab and line feed are text.")
