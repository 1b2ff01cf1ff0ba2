"""The page on the meaning lists every rule that can be switched off, under its family."""

import re
from pathlib import Path

import crewreturn
from crewreturn.models.rules import RULES
from crewreturn.solver.switches import STRUCTURAL

PAGE = Path(crewreturn.__file__).parent / "docs" / "meaning.md"


def test_rules_are_listed_as_they_are():
    """Families and names in the order of the list of rules; what cannot be switched off is left out."""
    table = PAGE.read_text(encoding="utf-8").partition("| family | its rules |\n|---|---|\n")[2].partition("\n\n")[0]
    told = []
    for row in table.splitlines():
        family, *names = re.findall(r"`([^`]+)`", row)
        told += [f"{family}.{name}" for name in names]
    assert told == [rule for rule in RULES if rule not in STRUCTURAL]


def test_families_are_explained():
    """What each family demands stands in the table before it, except what a plan is made of."""
    table = (
        PAGE.read_text(encoding="utf-8").partition("| family | what it demands |\n|---|---|\n")[2].partition("\n\n")[0]
    )
    told = [name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert told == [name for name in dict.fromkeys(rule.partition(".")[0] for rule in RULES) if name != "plan"]
