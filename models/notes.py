"""What `validate` tells of a case beside "valid"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .checks import judgement, oddities, rounding, units
from .checks.index import Index
from .checks.judgement import judgement_values, unfounded_values
from .checks.note import Note

if TYPE_CHECKING:
    from .case import Case

__all__ = ["Note", "judgement_values", "notes", "unfounded_values"]

FAMILIES = (rounding, oddities, units, judgement)


def notes(case: Case) -> list[Note]:
    """Remarks on a valid case: what rounding did, what is strange, perhaps by its unit, and what is judgement."""
    index = Index(case)
    return [note for family in FAMILIES for note in family.notes(index)]
