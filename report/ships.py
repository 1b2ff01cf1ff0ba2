"""What each ship does."""

from __future__ import annotations

from .story import Story, Visit
from .tables import table
from .words import Clock, Names, heading, listed, paragraph


def ships(story: Story, width: int) -> str:
    """A table of the ships at the station: launch, arrival, ports, departure, how many people up and home."""
    clock, names = Clock(story.case), Names(story.case)
    heads = ["", "ship", "launched", "arrives", "port", "leaves", "up", "home"]
    rows = [_row(story, visit, clock, names) for visit in story.visits]
    text = table(heads, rows, width=width, right=(6, 7), wrap=(1, 4))
    never = [entry for entry in story.case.vehicles if entry.id not in {visit.vehicle.id for visit in story.visits}]
    parts = [heading("Ships"), text]
    if never:
        parts += ["", paragraph(f"Not launched: {listed([entry.title for entry in never])}.", width)]
    return "\n".join(parts)


def _row(story: Story, visit: Visit, clock: Clock, names: Names) -> list[str]:
    launched = visit.vehicle.launched if visit.launch is None else visit.launch.launch or visit.vehicle.launched
    ports = [names.port(visit.ports[0][0])]
    ports += [f"{names.port(port)} ({clock(begin)})" for port, begin, _ in visit.ports[1:]]
    seated = bool(story.groups(visit.vehicle.id))
    return [
        story.letters.get(visit.vehicle.id, "#"),
        names.vehicle(visit.vehicle.id),
        "" if launched is None else f"{launched:%Y-%m-%d}" if launched < story.start else clock(launched),
        "docked" if visit.launch is None else clock(visit.begin),
        ", then ".join(ports),
        "stays" if visit.left is None else clock(visit.left),
        "" if visit.launch is None or not seated else str(len(visit.up)),
        "" if visit.left is None or not seated else str(len(visit.down)),
    ]
