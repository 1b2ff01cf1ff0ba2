"""What a rule is."""

from __future__ import annotations

from typing import Protocol

from ..flow import Flow


class Rule(Protocol):
    """One family of rules: the names, in the list of `models/rules.py`, that its rows and columns keep."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def build(self, flow: Flow) -> None:
        """Add the rule's rows (and the columns that only it needs) to the model."""
        ...
