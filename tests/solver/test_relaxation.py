"""Rows that whole numbers imply and fractions do not: without them the LP has plans in pieces of ships."""

import json

import numpy as np

from crewreturn.models.case import Case
from crewreturn.solver.facts import Facts
from crewreturn.solver.model import Model


def broken(model, point):
    """Rules of the rows that a point in fractions breaks, among rows that have none but its columns."""
    rows, values = model.rows, np.zeros(len(model.rows.lower))
    for column, value in point.items():
        values[column] = value
    found = set()
    for row in range(len(rows.low)):
        terms = slice(rows.starts[row], rows.starts[row + 1])
        columns = rows.columns[terms]
        total = sum(factor * values[column] for column, factor in zip(columns, rows.factors[terms], strict=True))
        if set(columns) <= set(point) and rows.high[row] is not None and total > rows.high[row] + 1e-9:
            found.add(rows.rules[row])
    return found


def column(terms):
    """The one column of some terms."""
    ((found, _),) = terms
    return found


def three(little, **kind):
    """Three people who differ by their dates in a ship with four seats, which may leave."""
    ship = little.ship_type("good", 4, 0.1, 0.01) | kind
    people = [
        {"id": name, "aboard_in": {"vehicle": "new", "group": "couch"}, "planned_return": little.day(5 + number)}
        for number, name in enumerate(("ann", "bob", "cat"))
    ]
    people[0]["qualified"] = ["good"]
    vehicles = [{"id": "new", "type": "good", "docked_at": "aft"}]
    return Model(Facts(little.case(vehicle_types=[ship], vehicles=vehicles, people=people)), range(10), CHEAP)


CHEAP = Case.model_validate_json(
    json.dumps(
        {
            "format": "crewreturn/1", "id": "x", "title": "x", "known_at": "2031-01-01T00:00:00Z",
            "horizon": {"start": "2031-01-01T00:00:00Z", "end": "2031-01-02T00:00:00Z"},
            "evacuation": {"rate_per_day": 0.01}, "ports": [], "vehicle_types": [], "vehicles": [], "people": [],
            "objective": [{"id": "burden", "weights": {"expected_loss": 1}}],
        }
    )
).objective  # fmt: skip


def test_nobody_goes_home_in_a_quarter_of_a_ship(little):
    """A quarter of a ship with four seats has as many places as one person needs, and takes home a quarter of her.

    The row of all four seats, 1 <= 4 x 0.25, allows it; the row of each person, 1 <= 0.25, does not.
    """
    model = three(little)
    flow = model.flow
    ann = flow.crew_of["ann"]
    leaves, home = column(flow.leaves_crewed(0, 3)), column(flow.returns(ann, 0, 3))
    assert broken(model, {leaves: 0.25, home: 1.0}) == {"plan.not-docked"}
    assert not broken(model, {leaves: 0.25, home: 0.25})


def test_those_who_go_and_those_who_stay_each_have_a_pilot(little):
    """Ann flies the ship, and half of bob goes home: of her at least a, where a + 0.5 <= 4 a, so a sixth.

    The row of all who hold seats, ann 1 + bob 1 <= 4 x ann 1, would let half of bob go home without her.
    """
    model = three(little, crewing={"qualified": 1})
    flow = model.flow
    everyone = {name: flow.crew_of[name] for name in ("ann", "bob", "cat")}
    held = {name: column(flow.held(crew, 0, 2)) for name, crew in everyone.items()}
    home = {name: column(flow.returns(crew, 0, 3)) for name, crew in everyone.items()}
    point = {held["ann"]: 1.0, held["bob"]: 1.0, held["cat"]: 0.0}
    point |= {home["ann"]: 0.0, home["bob"]: 0.5, home["cat"]: 0.0}
    assert broken(model, point) == {"crewing"}
    assert not broken(model, point | {home["ann"]: 0.17})
    assert broken(model, point | {home["ann"]: 0.9}) == {"crewing"}, "half of bob stays, with a tenth of ann"
