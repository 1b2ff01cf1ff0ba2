"""A remark on a valid case."""

from __future__ import annotations

from dataclasses import dataclass

from ..problems import Path


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth knowing about a case that is valid.

    Notes
    -----
    `path` leads to the place, in the document's keys. `message` is a clause without full stop.
    """

    path: Path
    message: str
