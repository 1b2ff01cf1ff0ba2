"""Text in a case: what could upset whoever prints it."""

import json

import pytest

from crewreturn.models.case import Case


@pytest.mark.parametrize("strange", ["\x00", "\x07", "\x1b[2J", "\r", "\x7f", "\x85", "\x9b31m"])
def test_control_characters_are_refused(tiny, refused, strange):
    """JSON holds them as escapes; on a terminal U+001B and U+009B begin commands, U+000D writes over the line."""
    tiny["vehicles"][0]["name"] = f"old {strange} ship"
    code = f"U+{ord(strange[0]):04X}"
    refused(tiny, "vehicles[0].name", "control character", code, "Delete it")


def test_text_of_several_lines_is_text(tiny):
    """Tabs and line feeds stand in any description; letters of every alphabet stand anywhere."""
    tiny["description"] = "first\n\tsecond: Ångström, 日本語, \u200fعربية, e\u0301, 🚀"
    assert Case.model_validate_json(json.dumps(tiny)).description == tiny["description"]
