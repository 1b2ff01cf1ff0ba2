"""What a case holds, and what about it is strange."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.canonical import case_digest
from ..models.case import Case
from ..models.notes import notes
from ..models.problems import show_path
from .tables import table
from .words import bullets, case_title, count, heading, page, paragraph, span


def case_page(case: Case, width: int = 80) -> str:
    """A valid case in short, with its notes.

    Parameters
    ----------
    width
        Columns of the terminal.
    """
    aboard = sum(person.aboard or person.aboard_in is not None for person in case.people)
    docked = sum(vehicle.docked_at is not None for vehicle in case.vehicles)
    facts = [
        f"{count(case.ticks, 'tick')} of {span(case.resolution)}; {count(len(case.people), 'person', 'people')}, "
        f"{aboard} aboard; {count(len(case.vehicles), 'ship')}, {docked} docked; "
        f"{count(len(case.alternatives), 'rescue alternative')}",
        f"case {case.id}, sha256 {case_digest(case)[:16]}",
    ]
    found = [f"{show_path(note.path)}: {note.message}" if note.path else note.message for note in notes(case)]
    listed = heading("Notes") + "\n" + bullets(found, width) if found else ""
    head = "\n".join([case_title(case, width), *(paragraph(fact, width) for fact in facts)])
    return page([head, f"The case is valid. {_noted(found)}", listed])


def _noted(found: Sequence[str]) -> str:
    if not found:
        return "Nothing about it is strange."
    return f"{count(len(found), 'thing is', 'things are')} worth knowing about it."


def cases_page(cases: Sequence[tuple[str, Case]], width: int = 80) -> str:
    """The shipped cases, by name.

    Parameters
    ----------
    cases
        Names and what they name.
    width
        Columns of the terminal.
    """
    rows = [[name, f"{case.known_at:%Y-%m-%d}", case.title] for name, case in cases]
    return table(["name", "known at", "title"], rows, width=width, wrap=[2]) + "\n"
