"""Every name that refers to something has that something."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ..case import Case, Staffing
from ..crew import Suit
from ..fleet import VehicleType
from ..plan import Plan
from ..problems import Path, Problem, quote, show_path
from .index import Index
from .walk import Node, fields, listed

SHIP, PORT, PERSON, SUIT, LINER = "ship", "port", "person", "suit", "liner"
KIND = {
    "vehicle": SHIP,
    "in_": SHIP,
    "to": SHIP,
    "launch": SHIP,
    "arrival": SHIP,
    "departure": SHIP,
    "port": PORT,
    "ports": PORT,
    "docked_at": PORT,
    "person": PERSON,
    "people": PERSON,
    "owner": PERSON,
    "fits": PERSON,
    "suit": SUIT,
    "suits": SUIT,
    "liner": LINER,
    "liners": LINER,
    "type": "ship type",
    "types": "ship type",
    "kind": "liner kind",
    "needs_liner": "liner kind",
    "launchers": "launcher",
}
"""What the text in a field of this name refers to; a test sees to it that no field with an id is left out."""
KIND_IN = {
    (VehicleType, "suit"): "suit type",
    (Suit, "type"): "suit type",
    (Staffing, "agency"): "agency",
    (Staffing, "qualification"): "qualification",
}
"""Where the part decides."""


def problems(index: Index) -> Iterator[Problem]:
    """Names in a case that refer to nothing."""
    yield from of_parts(index, index.nodes)
    yield from _unused_interfaces(index)
    plan = index.case.as_decided and index.case.as_decided.plan
    if plan:
        yield from of_plan(index.case, plan, ("as_decided", "plan"))


def of_plan(case: Case, plan: Plan, path: Path) -> Iterator[Problem]:
    """A plan that was made for another case."""
    if plan.case is not None and plan.case != case.id:
        message = f"the plan was made for another case than {quote(case.id)}"
        yield Problem((*path, "case"), message, plan.case, "Correct it, or leave it out.")


def of_parts(index: Index, parts: Iterable[Node]) -> Iterator[Problem]:
    """Names in parts of a case, a plan or a statement that refer to nothing in the case."""
    known = _known(index)
    for node in parts:
        own = type(node.part)
        seen: dict[tuple[str, str], Path] = {}
        for leaf in node.leaves:
            kind = KIND_IN.get((own, leaf.name)) or KIND.get(leaf.name)
            if kind is None or not isinstance(leaf.value, str) or (leaf.name == "people" and leaf.value == "all"):
                continue
            if leaf.value not in known[kind]:
                yield _unknown(index, leaf.path, kind, leaf.value, known[kind])
            elif (first := seen.setdefault((leaf.name, leaf.value), leaf.path)) != leaf.path:
                yield Problem(leaf.path, f"stands already at {show_path(first)}", leaf.value, "Delete one of the two.")
        yield from _inside_ship(index, node)
        yield from _empty(node)


def _known(index: Index) -> dict[str, Collection[str]]:
    return {
        SHIP: index.vehicles,
        PORT: index.ports,
        PERSON: index.people,
        SUIT: index.suits,
        LINER: index.liners,
        "ship type": index.vehicle_types,
        "suit type": index.suit_types,
        "liner kind": index.liner_kinds,
        "launcher": index.launchers,
        "agency": index.agencies,
        "qualification": index.qualifications,
    }


def _unknown(index: Index, path: Path, kind: str, name: str, known: Collection[str], where: str = "") -> Problem:
    if kind in ("agency", "qualification"):
        message = f"nobody has this {kind}"
    else:
        message = f"there is no such {kind}{where}"
    advice = index.suggest(name, known) or (f"Known: {listed(sorted(known))}." if known else "There are none.")
    return Problem(path, message, name, advice)


def _inside_ship(index: Index, node: Node) -> Iterator[Problem]:
    """Seat groups and launch options are named beside their ship."""
    ship = index.ships.get(node.text("vehicle") or "")
    if ship is None or ship.type is None:
        return
    group, option = node.text("group"), node.text("option")
    known = [seats.id for _, seats in ship.groups]
    if group is not None and group not in known:
        yield _unknown(index, (*node.path, "group"), "seat group", group, known, f" in {quote(ship.vehicle.id)}")
    options = [way.id for way in ship.vehicle.launch]
    if option is not None and option not in options:
        where = f" of {quote(ship.vehicle.id)}"
        yield _unknown(index, (*node.path, "option"), "launch option", option, options, where)


def _empty(node: Node) -> Iterator[Problem]:
    """A list of names that is given and empty, where leaving it out means something else."""
    for name, key in fields(type(node.part)):
        if name in KIND and getattr(node.part, name) == () and type(node.part).model_fields[name].default != ():
            message = "an empty list, which matches nothing"
            yield Problem((*node.path, key), message, advice="Name some, or leave out what says nothing.")


def _unused_interfaces(index: Index) -> Iterator[Problem]:
    flown = {ship.type.id: ship for ship in index.ships.values() if ship.type is not None}
    for ship in flown.values():
        if ship.type is not None and ship.type.interface not in index.interfaces:
            path = (*ship.type_path, "interface")
            advice = index.suggest(ship.type.interface, index.interfaces) or "Add a port of this interface."
            yield Problem(path, "no port has this interface", ship.type.interface, advice)
