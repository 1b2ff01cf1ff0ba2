"""Names that refer to nothing: where, which, and what may have been meant."""

from typing import Annotated, Any, get_args, get_origin

import pytest

from crewreturn.models.base import Id, Model
from crewreturn.models.case import Case
from crewreturn.models.checks.index import MOST_COMPARED
from crewreturn.models.checks.references import KIND, KIND_IN
from crewreturn.models.consistency import plan_problems, statement_problems
from crewreturn.models.plan import Plan
from crewreturn.models.statements import Claim

CASES = [
    ("vehicles.0.type", "soyus", "vehicles[0].type", "no such ship type", "'soyuz'"),
    ("vehicles.0.docked_at", "nadri", "vehicles[0].docked_at", "no such port", "'nadir'"),
    ("vehicles.2.launch.1.ports.0", "zenit", "vehicles[2].launch[1].ports[0]", "no such port", "'zenith'"),
    ("vehicles.2.launch.1.brings.people.1", "fey", "vehicles[2].launch[1].brings.people[1]", "no such person", "'fay'"),
    ("vehicles.2.launch.1.brings.suits.0", "sokol-ewe", "vehicles[2].launch[1].brings.suits[0]", "suit", "'sokol-eve'"),
    ("vehicles.2.launch.1.brings.liners.0", "kazbek", "vehicles[2].launch[1].brings.liners[0]", "liner", "'kazbek-"),
    ("vehicle_types.0.suit", "sokl", "vehicle_types[0].suit", "no such suit type", "'sokol'"),
    ("suits.3.type", "orlan", "suits[3].type", "no such suit type", "Known: sokol"),
    ("suits.3.fits.0", "sid", "suits[3].fits[0]", "no such person", "Known: ann, bob, cyd, dee"),
    ("liners.3.kind", "kasbek", "liners[3].kind", "no such liner kind", "'kazbek'"),
    ("liners.3.owner", "steve", "liners[3].owner", "no such person", "'eve'"),
    ("liners.2.in", "olld", "liners[2].in", "no such ship", "'old'"),
    ("people.3.aboard_in.vehicle", "arc", "people[3].aboard_in.vehicle", "no such ship", "'ark'"),
    ("people.3.aboard_in.group", "saet", "people[3].aboard_in.group", "no such seat group in 'ark'", "'seat'"),
    ("traffic.precedences.0.first.arrival", "news", "traffic.precedences[0].first.arrival", "ship", "'new'"),
    ("traffic.blackouts.0.launchers", ["soyuz-3"], "traffic.blackouts[0].launchers[0]", "launcher", "'soyuz-2'"),
    ("traffic.blackouts.0.types", ["dragn"], "traffic.blackouts[0].types[0]", "no such ship type", "'dragon'"),
    ("staffing.0.agency", "roskosmos", "staffing[0].agency", "nobody has this agency", "'roscosmos'"),
    ("staffing.0.qualification", "eva", "staffing[0].qualification", "nobody has this", "Known: dragon and soyuz"),
    ("hazards.0.people", ["dea"], "hazards[0].people[0]", "no such person", "'dee'"),
    ("restrictions.0.forbid.return.vehicle", "odl", "restrictions[0].forbid.return.vehicle", "no such ship", "'old'"),
    ("alternatives.0.require.0.return.people.0", "an", "alternatives[0].require[0].return.people[0]", "pers", "'ann'"),
    (
        "alternatives.0.forbid.0.launch.option",
        "empti",
        "alternatives[0].forbid[0].launch.option",
        "of 'new'",
        "'empty'",
    ),
    ("alternatives.0.forbid.1.relocate.port", "zennith", "alternatives[0].forbid[1].relocate.port", "port", "'zenith'"),
    ("as_decided.plan.launches.0.option", "full", "as_decided.plan.launches[0].option", "option", "crewed and empty"),
    ("as_decided.plan.holds.0.suit", "spar", "as_decided.plan.holds[0].suit", "no such suit", "'spare'"),
]


def put(document: dict[str, Any], dotted: str, value: object) -> None:
    """Replace what stands at a dotted path."""
    *way, last = [int(part) if part.isdigit() else part for part in dotted.split(".")]
    target: Any = document
    for part in way:
        target = target[part]
    target[last] = value


@pytest.mark.parametrize(("where", "value", "path", "message", "advice"), CASES, ids=[case[2] for case in CASES])
def test_a_name_that_refers_to_nothing(tiny, refused, where, value, path, message, advice):
    """One misspelt name of every kind: the place, the kind of thing that is missing, and the nearest known name."""
    put(tiny, where, value)
    if path == "liners[2].in":  # without the liner Cyd holds no seat
        tiny["people"][2] = {"id": "cyd", "agency": "nasa", "aboard": True}
    refused(tiny, path, value if isinstance(value, str) else value[0], message, advice)


def test_a_group_to_be_rigged_in_another_ship(tiny, refused):
    """`cargo` is a group of no ship: the groups of the ship that is named are listed."""
    tiny["alternatives"][0]["forbid"][1] = {"rig": {"vehicle": "ark", "group": "pallet"}}
    refused(tiny, "alternatives[0].forbid[1].rig.group", "in 'ark'", "pallet", "Known: seat.")


def test_an_interface_that_no_port_has(tiny, refused):
    """A ship of this type could never dock: surely the interface is misspelt."""
    tiny["vehicle_types"][2]["interface"] = "SSPV"
    refused(tiny, "vehicle_types[2].interface", "no port has this interface", "Did you mean 'SSVP'?")


def test_a_type_that_no_ship_has_may_have_any_interface(tiny, accepted):
    """A list of types may be shared by cases; only the ones that are used matter."""
    tiny["vehicle_types"].append({"id": "apollo", "interface": "probe"})
    accepted(tiny)


def test_a_name_twice_in_a_list(tiny, refused):
    """Eve cannot come twice in one ship: one of the two is somebody else, or a slip."""
    tiny["vehicles"][2]["launch"][1]["brings"]["people"] = ["eve", "eve"]
    refused(tiny, "vehicles[2].launch[1].brings.people[1]", "stands already at", "people[0]", "Delete one")


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("restrictions.0.forbid.return.people", "restrictions[0].forbid.return.people"),
        ("hazards.0.people", "hazards[0].people"),
        ("traffic.blackouts.0.ports", "traffic.blackouts[0].ports"),
        ("vehicles.2.launch.1.ports", "vehicles[2].launch[1].ports"),
    ],
)
def test_an_empty_list_where_absence_means_any(tiny, refused, where, path):
    """`ports: []` reads like "anywhere" and matches nowhere."""
    put(tiny, where, [])
    refused(tiny, path, "empty list", "leave out")


def test_an_empty_list_that_is_the_default_says_nothing(tiny, accepted):
    """A ship may bring nobody."""
    tiny["vehicles"][2]["launch"][0]["brings"] = {"people": []}
    accepted(tiny)


def test_a_plan_for_another_case(tiny, refused):
    """The plan that was flown names its case, and it is not this one."""
    tiny["as_decided"]["plan"]["case"] = "soyuz-ms22"
    refused(tiny, "as_decided.plan.case", "another case than 'tiny'", "soyuz-ms22", "leave it out")


def test_many_misspelt_names_cost_little(tiny, found):
    """Five hundred unknown names are all told, but only the first are compared with the 506 people known.

    Ten thousand comparisons are 19 times 506. Comparing is slow: all with all took most of a minute.
    """
    assert MOST_COMPARED == 10_000
    tiny["people"] += [{"id": f"person-{number}"} for number in range(500)]
    tiny["suits"] += [{"id": f"suit-{n}", "type": "sokol", "fits": [f"persn-{n}"]} for n in range(500)]
    problems = found(tiny)
    assert len(problems) == 500
    assert sum("Did you mean" in str(problem) for problem in problems) == 19
    assert all(problem.advice for problem in problems)


def test_names_in_a_plan_from_elsewhere(accepted, tiny):
    """A host's plan is held against the case before it is checked: an unknown person, and an instant off the ticks."""
    case = accepted(tiny)
    hold = {
        "person": "deb",
        "vehicle": "ark",
        "group": "seat",
        "from": "2023-01-01T00:00:00Z",
        "to": "2023-01-02T06:00:00Z",
    }
    found = plan_problems(case, Plan.model_validate({"holds": [hold]}))
    assert [problem.path for problem in found] == [("holds", 0, "person"), ("holds", 0, "to")]
    assert "'dee'" in str(found[0])


def test_names_in_statements_from_elsewhere(accepted, tiny):
    """Paths begin with the number of the statement: here the second is about a group that needs no rigging."""
    claims = [Claim.model_validate({name: part}) for name, part in [
        ("return", {"people": "all", "vehicle": "old"}),
        ("rig", {"vehicle": "old", "group": "couch"}),
    ]]  # fmt: skip
    found = statement_problems(accepted(tiny), claims)
    assert [problem.path for problem in found] == [(1, "rig", "group")]


NO_REFERENCE = {
    "id",
    "group",
    "option",
    "interface",
    "launcher",
    "agency",
    "qualification",
    "qualified",
    "for_",
    "case",
}
"""Ids that name a thing themselves, are looked up inside their ship, or are words that the case is free to use."""


def test_no_reference_is_forgotten():
    """Every field of a case that holds ids is looked up, or is listed above: a new field fails here."""
    fields = {
        (model, name) for model in _models(Case, set()) for name, field in model.model_fields.items() if _has_id(field)
    }
    assert len(fields) > 50
    known = KIND.keys() | NO_REFERENCE
    missing = {(m.__name__, n) for m, n in fields if n not in known and (m, n) not in KIND_IN}
    assert missing == set()


def _models(hint: Any, found: set[type[Model]]) -> set[type[Model]]:
    if isinstance(hint, type) and issubclass(hint, Model) and hint not in found:
        found.add(hint)
        for field in hint.model_fields.values():
            _models(field.annotation, found)
    for argument in get_args(hint):
        _models(argument, found)
    return found


def _has_id(field: Any) -> bool:
    constraints = get_args(Id)[1:]

    def holds(hint: Any) -> bool:
        if get_origin(hint) is Annotated and any(item in constraints for item in get_args(hint)[1:]):
            return True
        return any(holds(argument) for argument in get_args(hint))

    return any(item in constraints for item in field.metadata) or holds(field.annotation)
