"""Ids and waivers: what is refused, where, and with what advice."""

import pytest


@pytest.mark.parametrize(
    ("where", "path"),
    [
        (("suit_types",), "suit_types[1].id"),
        (("ports",), "ports[4].id"),
        (("people",), "people[6].id"),
        (("hazards",), "hazards[1].id"),
        (("vehicles", 2, "launch"), "vehicles[2].launch[2].id"),
        (("alternatives",), "alternatives[1].id"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_an_id_twice(tiny, refused, where, path):
    """A second thing with the id of the first of its list: the second is located and names the first."""
    items = tiny
    for key in where:
        items = items[key]
    copy = {key: items[0][key] for key in items[0] if key not in ("aboard_in", "planned_return", "latest_return")}
    items.append(copy)
    first = path.rsplit("[", 1)[0] + "[0]"
    refused(tiny, path, first, items[0]["id"], "another id")


def test_a_level_twice(tiny, refused):
    """Levels are named in every answer."""
    tiny["objective"] = [
        {"id": "loss", "weights": {"expected_loss": 1}},
        {"id": "loss", "weights": {"launches": 1}},
    ]
    refused(tiny, "objective[1].id", "objective[0]", "loss", "another id")


def test_an_added_group_with_the_id_of_one_of_the_type(tiny, refused):
    """`hold {vehicle: old, group: couch}` would mean either."""
    tiny["vehicles"][0]["extra_groups"] = [{"id": "couch", "seats": ["x"]}]
    refused(tiny, "vehicles[0].extra_groups[0].id", "vehicle_types[0].groups[0]", "couch", "its own id")


def test_what_can_be_waived_has_ids_of_its_own(tiny, refused):
    """A staffing rule named like a restriction: `waive: [no-nominal-old]` would drop both."""
    tiny["staffing"][0]["id"] = "no-nominal-old"
    refused(tiny, "staffing[0].id", "restrictions[0]", "no-nominal-old", "Rename one")


def test_a_step_named_like_a_blackout(tiny, refused):
    """Docked-life steps are waived by id as well."""
    tiny["traffic"]["blackouts"][0]["id"] = "expired"
    refused(tiny, "vehicle_types[0].docked_life[1].id", "traffic.blackouts[0]", "expired")


def test_steps_of_two_ship_types_have_different_ids(tiny, refused):
    """`waive: [waived]` is meant for the soyuz; a step of the dragon by that name would be waived unseen."""
    tiny["vehicle_types"][1]["docked_life"] = [{"id": "waived", "after": "P210D", "added_loss": 1e-4}]
    refused(tiny, "vehicle_types[1].docked_life[0].id", "vehicle_types[0].docked_life[0]", "waived", "one ship type")


def test_a_ship_may_restate_the_steps_of_its_type(tiny, accepted):
    """The same step at another time: waiving it by its id waives it for all ships of the type, as one expects."""
    tiny["vehicles"][0]["docked_life"] = [{"id": "waived", "after": "P200D", "added_loss": 1e-3}]
    accepted(tiny)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no-nominal-olt", ["nothing that can be waived", "Did you mean 'no-nominal-old'?"]),
        ("ann.latest_returns", ["nothing that can be waived", "Did you mean 'ann.latest_return'?"]),
        ("bob.latest_return", ["'bob' has no `latest_return`", "Did you mean 'ann.latest_return'?"]),
        ("ark.leave", ["'ark' has no `leave`"]),
        ("zzzzzz", ["nothing that can be waived", "Name a restriction"]),
    ],
)
def test_waiving_what_is_not_there(tiny, refused, name, words):
    """A misspelt waiver would leave the rule in force in silence."""
    tiny["alternatives"][0]["waive"][1] = name
    refused(tiny, "alternatives[0].waive[1]", name, *words)


def test_everything_that_can_be_waived(tiny, accepted):
    """One of each kind of thing that an alternative can waive, each with its place."""
    from crewreturn.models.consistency import waivable

    case = accepted(tiny)
    assert waivable(case) == {
        "no-nominal-old": ("restrictions", 0),
        "segment": ("staffing", 0),
        "handover": ("traffic", "precedences", 0),
        "eclipse": ("traffic", "blackouts", 0),
        "waived": ("vehicle_types", 0, "docked_life", 0),
        "expired": ("vehicle_types", 0, "docked_life", 1),
        "ann.latest_return": ("people", 0, "latest_return"),
        "old.leave": ("vehicles", 0, "leave"),
    }
