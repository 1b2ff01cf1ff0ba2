"""The tiny case spoilt in every place, one at a time: always a located problem, never a crash."""

import json
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from crewreturn.models.case import Case
from crewreturn.models.notes import judgement_values, notes
from crewreturn.models.problems import CaseProblems


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key and index of a document."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [place for key in keys for place in ((*path, key), *places(value[key], (*path, key)))]


def parent(document: Any, path: tuple[Any, ...]) -> Any:
    """What holds the value at a path."""
    for key in path[:-1]:
        document = document[key]
    return document


def outcome(document: dict[str, Any]) -> str:
    """`shape` if pydantic refuses it, else whether problems are found; both are looked at closely."""
    try:
        case = Case.model_validate_json(json.dumps(document))
    except ValidationError as error:
        inner = error.errors()[0].get("ctx", {}).get("error")
        if not isinstance(inner, CaseProblems):
            return "shape"
        for problem in inner.problems:
            assert problem.advice, problem
            assert problem.advice.endswith((".", "?")), problem
            assert not problem.message.endswith("."), problem
            holder = parent(document, problem.path)  # the last key may be what is missing
            assert isinstance(holder, dict) or problem.path[-1] < len(holder), problem
        return "refused"
    assert all(not note.message.endswith(".") for note in notes(case))
    judgement_values(case)
    return "accepted"


def test_every_part_left_out(tiny):
    """Most parts may be left out, some are needed by others: a person, a port, a liner, a suit."""
    seen = {"shape": 0, "refused": 0, "accepted": 0}
    for path in places(tiny):
        spoilt = deepcopy(tiny)
        del parent(spoilt, path)[path[-1]]
        seen[outcome(spoilt)] += 1
    assert min(seen.values()) > 20, seen


def test_every_word_exchanged(tiny):
    """Each text becomes the id of something else: of a ship, a person or nothing known."""
    seen = {"shape": 0, "refused": 0, "accepted": 0}
    for number, path in enumerate(places(tiny)):
        spoilt = deepcopy(tiny)
        holder = parent(spoilt, path)
        if isinstance(holder[path[-1]], str):
            holder[path[-1]] = ("new", "eve", "nothing")[number % 3]
            seen[outcome(spoilt)] += 1
    assert min(seen.values()) > 10, seen


def test_everything_twice(tiny):
    """Each item of a list stands twice: ids are taken, names stand already, dates are not in order."""
    for path in places(tiny):
        spoilt = deepcopy(tiny)
        holder = parent(spoilt, path)
        if isinstance(holder, list) and path[-2:-1] != ("seats",):
            holder.append(deepcopy(holder[path[-1]]))
            assert outcome(spoilt) in ("refused", "accepted")


def test_a_big_case(tiny, accepted):
    """A thousand people in fifty ships, nine thousand holds: no check compares everything with everything."""
    seats = [str(number) for number in range(20)]
    table = {"loss": {str(number): number * 1e-3 for number in range(1, 21)}}
    tiny["vehicle_types"].append(
        {
            "id": "liner",
            "interface": "IDSS",
            "groups": [{"id": "deck", "seats": seats}],
            "health": {"emergency": table, "nominal": table},
        }
    )
    for number in range(50):
        tiny["ports"].append({"id": f"port-{number}", "interface": "IDSS"})
        tiny["vehicles"].append({"id": f"ship-{number}", "type": "liner", "docked_at": f"port-{number}"})
    for number in range(1000):
        person, seat = f"person-{number}", {"vehicle": f"ship-{number % 50}", "group": "deck"}
        tiny["people"].append({"id": person, "aboard_in": seat})
        tiny["suits"].append({"id": f"suit-{number}", "type": "sokol", "fits": [person], "aboard": True})
        tiny["as_decided"]["plan"]["holds"] += [
            {"person": person, **seat, "from": f"2023-01-{day:02}T00:00:00Z", "to": f"2023-01-{day + 1:02}T00:00:00Z"}
            for day in range(1, 10)
        ]
    assert len(accepted(tiny).people) == 1006
