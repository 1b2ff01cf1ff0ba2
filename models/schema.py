"""JSON Schemas of the documents, for editors, for other languages and for whoever wants to know what a field means."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from typing_extensions import override

from .answer import Answer, Comparison
from .base import Model
from .case import Case
from .plan import Plan

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema() -> dict[str, Any]:
    """What a case file may hold; the docstrings are the descriptions."""
    return _schema(Case, "case")


def plan_schema() -> dict[str, Any]:
    """What a plan may hold."""
    return _schema(Plan, "plan")


def answer_schema() -> dict[str, Any]:
    """What an answer holds."""
    return _schema(Answer, "answer")


def comparison_schema() -> dict[str, Any]:
    """What a comparison holds."""
    return _schema(Comparison, "comparison")


SCHEMAS = {"case": case_schema, "plan": plan_schema, "answer": answer_schema, "comparison": comparison_schema}
"""The schema of each document by its name."""


def schema_text(name: str) -> str:
    """A schema as it stands in its file."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: str | Path) -> list[Path]:
    """Write every schema into a folder, over what stands there.

    Returns
    -------
    list
        The files: `case.json`, `plan.json`, `answer.json`, `comparison.json`.
    """
    files = []
    for name in SCHEMAS:
        file = Path(folder) / f"{name}.json"
        file.write_text(schema_text(name), encoding="utf-8", newline="\n")
        files.append(file)
    return files


class _Generator(GenerateJsonSchema):
    """Without titles that only repeat the field's name; keys of tables are numbers."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    @override
    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        keys: Any = schema.get("keys_schema", {})
        while "schema" in keys:  # inside a validator
            keys = keys["schema"]
        if keys.get("type") == "int":
            made["propertyNames"] = {"pattern": "^[1-9][0-9]*$"}
        return made


def _schema(model: type[Model], name: str) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True, mode="validation", schema_generator=_Generator)
    head = {"$schema": DIALECT, "$id": f"urn:crewreturn:{name}:1", "title": f"crewreturn {name}"}
    return head | {key: value for key, value in made.items() if key != "title"}
