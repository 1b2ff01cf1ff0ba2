"""Tables of text that keep to a width."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

from tabulate import tabulate

from .words import columns

GAP = 2
"""Spaces between two columns."""
NARROWEST = 8
"""A column is not wrapped to less than this."""


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    right: Collection[int] = (),
    wrap: Sequence[int] = (),
    indent: int = 0,
) -> str:
    """A table in plain characters.

    Parameters
    ----------
    width
        Columns of the terminal that it may take, the indent included.
    right
        Columns set to the right: numbers.
    wrap
        Columns that may be broken into lines where the table would be too wide, the one to break first in front.
    indent
        Spaces before every line.
    """
    cells = [list(headers), *(list(row) for row in rows)]
    for column, limit in _limits(cells, width - indent, wrap).items():
        for row in cells:
            row[column] = _wrapped(row[column], limit)
    # The rule below the headers is a row like any other: tabulate pads headers of its own, and then a table that fits
    # would not.
    cells.insert(1, ["-" * max(_widest(row[column]) for row in cells) for column in range(len(headers))])
    align = ["right" if column in right else "left" for column in range(len(headers))]
    text = tabulate(cells, tablefmt="plain", colalign=align, disable_numparse=True)
    return "\n".join((" " * indent + line).rstrip() for line in text.splitlines())


def natural_width(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Columns of the terminal that a table takes with nothing wrapped."""
    cells = [headers, *rows]
    widths = [max(_widest(row[column]) for row in cells) for column in range(len(headers))]
    return sum(widths) + GAP * (len(widths) - 1)


def _limits(cells: list[list[str]], width: int, wrap: Sequence[int]) -> dict[int, int]:
    """The columns to wrap, and to what width: the widest of them gives way first."""
    widths = [max(_widest(row[column]) for row in cells) for column in range(len(cells[0]))]
    limits: dict[int, int] = {}
    while sum(widths) + GAP * (len(widths) - 1) > width:
        broad = [column for column in wrap if widths[column] > NARROWEST]
        if not broad:
            break
        column = max(broad, key=lambda index: widths[index])
        widths[column] -= 1
        limits[column] = widths[column]
    return limits


def _widest(cell: str) -> int:
    return max((columns(line) for line in cell.split("\n")), default=0)


def _wrapped(cell: str, limit: int) -> str:
    lines = []
    for line in cell.split("\n"):
        tight = any(len(word) > limit for word in line.split())  # then better at a hyphen than anywhere
        lines += textwrap.wrap(line, limit, break_on_hyphens=tight) or [""]
    return "\n".join(lines)
