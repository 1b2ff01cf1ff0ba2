"""The committed schemas say what the models say, and refuse what the models refuse."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crewreturn.models.schema import SCHEMAS, schema_text, write_schemas

FOLDER = Path(__file__).resolve().parents[2] / "instances" / "schema"
AGAIN = "python -c \"from crewreturn.models.schema import write_schemas; write_schemas('instances/schema')\""


def validator(name: str) -> jsonschema.Draft202012Validator:
    """Reads the committed file, as an editor would."""
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_models_own(name):
    """Whoever changes a model writes the schemas again, so that editors and other languages learn of it."""
    committed = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert committed == schema_text(name), f"the models have changed; write the schemas again:\n{AGAIN}"


def test_nothing_else_is_committed_beside_them():
    """A schema that no model makes any more is deleted."""
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(f"{name}.json" for name in SCHEMAS)


def test_writing_makes_the_files(tmp_path):
    """Four files, with the text that is compared above; line ends do not depend on the system."""
    files = write_schemas(tmp_path)
    assert [file.name for file in files] == ["case.json", "plan.json", "answer.json", "comparison.json"]
    assert all(file.read_bytes().decode() == schema_text(file.stem) for file in files)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name):
    """It obeys the dialect that it names, and has an id that can be referred to."""
    schema = json.loads(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:crewreturn:{name}:1"
    assert schema["$schema"].endswith("2020-12/schema")


def test_a_valid_case_is_valid(tiny):
    """The tiny case, which the package accepts too; it may name its schema."""
    validator("case").validate(tiny | {"$schema": "../schema/case.json"})
    validator("plan").validate(tiny["as_decided"]["plan"])


@pytest.mark.parametrize(
    ("way", "value", "path"),
    [
        (("titlee",), "x", []),
        (("vehicles", 0, "docked"), "nadir", ["vehicles", 0]),
        (("people", 0, "id"), "two words", ["people", 0, "id"]),
        (("resolution",), "1 day", ["resolution"]),
        (("known_at",), 1671062400, ["known_at"]),
        (("restrictions", 0, "forbid", "returned"), {"people": "all"}, ["restrictions", 0, "forbid"]),
        (("hazards", 0, "rate_per_day"), -1e-6, ["hazards", 0, "rate_per_day"]),
        (("vehicle_types", 0, "health", "emergency", "loss"), {"three": 1e-3}, None),
        (("objective",), [{"id": "x", "weights": {"expected_los": 1}}], None),
    ],
    ids=lambda part: str(part) if isinstance(part, tuple) else "",
)
def test_a_slip_is_marked(tiny, way, value, path):
    """A misspelt field at any depth, an id with a space, a duration in words, a date as number, a negative rate."""
    target: Any = tiny
    for key in way[:-1]:
        target = target[key]
    target[way[-1]] = value
    errors = list(validator("case").iter_errors(tiny))
    assert len(errors) == 1
    if path is not None:
        where = list(errors[0].absolute_path)
        assert where[: len(path)] == path or path[: len(where)] == where


def test_fields_have_the_keys_of_documents():
    """Keys that are words of Python (`from`, `in`, `for`, `return`) stand in the schema as in the file."""
    schema = json.loads(schema_text("case"))
    found = {key for part in schema["$defs"].values() for key in part.get("properties", {})}
    assert {"from", "in", "for", "return"} <= found
    assert not any(key.endswith("_") for key in found)


def test_people_read_what_a_field_means():
    """Docstrings of fields are the hover text of editors."""
    person = json.loads(schema_text("case"))["$defs"]["Person"]["properties"]
    assert "Straying from it has a price" in person["planned_return"]["description"]


def test_an_answer_fits_its_schema(tiny, accepted):
    """The smallest answer and comparison, as JSON and back."""
    from crewreturn.models.answer import Answer, Comparison

    case = accepted(tiny)
    plan = case.as_decided and case.as_decided.plan
    answer = Answer(version="0", case="tiny", case_digest="0" * 64, ended="finished", plan=plan)
    validator("answer").validate(json.loads(answer.model_dump_json()))
    comparison = Comparison(version="0", case="tiny", case_digest="0" * 64, rows=(), sentence="Stay.")
    validator("comparison").validate(json.loads(comparison.model_dump_json()))
