"""What a rule is."""

from __future__ import annotations

from typing import Protocol

from ..flow import Flow


class Rule(Protocol):
    """Rows that belong together.

    `name` is what they are labelled with: a rule of the list in `models/rules.py`, or a family where they keep several
    of its rules. Rows of one statement or one staffing rule get a label of their own, such as `statement:ID`.
    """

    @property
    def name(self) -> str: ...

    def build(self, flow: Flow) -> None:
        """Add the rule's rows (and the columns that only it needs) to the model."""
        ...
