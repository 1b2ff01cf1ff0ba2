"""What a rule is."""

from __future__ import annotations

from typing import Protocol

from ..flow import Flow


class Rule(Protocol):
    """One rule of the domain: a name that violations and switches use, a sentence for people, and rows."""

    name: str
    sentence: str

    def build(self, flow: Flow) -> None:
        """Add the rule's rows (and the columns that only it needs) to the model."""
        ...
