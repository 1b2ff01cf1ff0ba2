"""Small cases side by side that share nothing: the optimum adds up.

The argument. Each part has people, ships, ports, interfaces, suits, liners and rules of its own; its seats are
forbidden to everybody else (a restriction for each ship); traffic has no spacing, and every rule on everybody is
turned into one on the part's people. So plans of the whole are exactly the combinations of plans of the parts. What
the parts do share, the rate of evacuations, does not hang on the plan. Every level weighs only measures that are sums
over people, ships and events, so its value for the whole is the sum over the parts; levels are compared in order,
without tolerance, and adding keeps that order. Hence the parts' optima together are the optimum of the whole, level
by level. The optimum of a part is the best of all its plans: there are few enough to make each (`exhaust`), and the
checker says which are lawful and what they come to. No solver is asked.
"""

from __future__ import annotations

import json
from typing import Any

from ..models.canonical import dump_json
from ..models.case import Case
from ..models.objective import DEFAULT_OBJECTIVE
from .exhaustive import Exhausted, exhaust
from .family_dice import Dice
from .family_fleet import Data
from .family_known import Certified
from .random_cases import FEATURES, random_case
from .random_draw import MICRO

FEW_PLANS = 60
"""A part with more plans than that is drawn again."""
FEWEST_LAWFUL = 5
MOST_BURDEN = 2e5
"""Micromorts: whoever is stranded for certain makes nearly a million."""
SHARED = frozenset({"format", "id", "title", "known_at", "horizon", "resolution", "evacuation", "objective"})
UNSHARED = frozenset(
    {
        "alternatives", "any-claims", "as-decided", "body", "hours", "objectives", "other-start", "rate-changes",
        "measurements", "remarks", "restrictions", "safe-haven", "spacing", "stranding", "worst-person",
    }
)  # fmt: skip
"""Features of a random case that would be one thing for all parts, or add nothing."""
NAMES = frozenset({"id", "interface", "launcher", "suit", "agency", "qualification", "qualified", "for"})
"""Under these keys stand the names that a part has for itself."""
PROOF = (
    "Known best value: {parts} small cases side by side that share neither people, ships, ports nor rules, so plans "
    "combine freely and every level is a sum over them; the best plan of each of the {patterns} different ones is the "
    "best of all its plans, which were made one by one."
)


def copies(parts: int, patterns: int, dice: Dice) -> tuple[Data, Certified]:
    """A case of parts that share nothing, and its best value.

    Parameters
    ----------
    parts
        How many.
    patterns
        How many different ones among them.
    """
    ready = [_pattern(dice) for _ in range(patterns)]
    head = ready[0][0]
    whole: Data = {key: value for key, value in head.items() if key in SHARED}
    lists = {key for data, _ in ready for key, value in data.items() if isinstance(value, list) and key not in SHARED}
    for key in sorted(lists):
        whole[key] = []
    traffic: Data = {"blackouts": [], "precedences": []}
    for number in range(parts):
        part = _renamed(ready[number % patterns][0], f"p{number + 1}")
        for key in lists:
            whole[key] += part.get(key, [])
        for key, rules in traffic.items():
            rules += part["traffic"].get(key, [])
    whole["restrictions"] = _apart(whole)
    sums = {level.id: 0.0 for level in DEFAULT_OBJECTIVE}
    for number in range(parts):
        for level, best in zip(DEFAULT_OBJECTIVE, ready[number % patterns][1].bests, strict=True):
            sums[level.id] = round(sums[level.id] + best, 9)
    proof = PROOF.format(parts=parts, patterns=patterns)
    means = "every plan of each part, judged by the checker; the parts added up"
    return whole | {"traffic": {"spacing": "P0D"} | traffic}, Certified(sums, proof, means)


def _apart(whole: Data) -> list[Data]:
    """Seats are for the people of the same part alone."""
    people = [person["id"] for person in whole["people"]]
    return [
        {
            "id": f"{ship['id']}-alone",
            "reason": "parts that share nothing",
            "forbid": {"hold": {"people": others, "vehicle": ship["id"]}},
        }
        for ship in whole["vehicles"]
        if (others := [person for person in people if _part(person) != _part(ship["id"])])
    ]


def _part(name: str) -> str:
    return name.partition("-")[0]


def _pattern(dice: Dice) -> tuple[Data, Exhausted]:
    """A small case of which every plan was made, several of them lawful, and in the best of them nobody is stranded."""
    while True:
        seed = dice.whole(1, 10**9)
        case = random_case(seed, MICRO._replace(ticks=(4, 4)), features=FEATURES - UNSHARED)
        data = _on_its_own(json.loads(dump_json(case)))
        alone = Case.model_validate(data | {"description": "one part"})
        found = exhaust(alone, most_plans=FEW_PLANS)
        if found.status == "optimal" and found.lawful >= FEWEST_LAWFUL and found.bests[0] < MOST_BURDEN:
            return data, found


def _on_its_own(data: Data) -> Data:
    """What a case says of everybody, said of its own people and ships; what all parts have in common, the same."""
    people = [person["id"] for person in data["people"]]
    for person in data["people"]:
        person["agency"] = "crew"
    for rule in data.get("staffing", []):
        rule["agency"] = "crew"
    for hazard in data.get("hazards", []):
        if hazard.get("people", "all") == "all":
            hazard["people"] = people
    traffic = data.setdefault("traffic", {})
    traffic.pop("spacing", None)
    for rule in traffic.get("blackouts", []):
        rule.setdefault("types", [kind["id"] for kind in data["vehicle_types"]])
    for key in ("growth", "loss_unassured", "loss_stranded", "restrictions", "alternatives", "labels", "description"):
        data.pop(key, None)
    data["evacuation"] = {"rate_per_day": 2e-3}
    data["objective"] = [json.loads(dump_json(level)) for level in DEFAULT_OBJECTIVE]
    return data


def _renamed(data: Data, prefix: str) -> Data:
    """The data with a prefix before each name that a part has for itself."""
    own = {key: value for key, value in data.items() if key not in SHARED}
    names = set(_names(own))
    return {key: value if key in SHARED else _with_prefix(value, names, prefix) for key, value in data.items()}


def _names(value: Any, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [name for inner, item in value.items() for name in _names(item, inner)]
    if isinstance(value, list):
        return [name for item in value for name in _names(item, key)]
    return [value] if isinstance(value, str) and key in NAMES else []


def _with_prefix(value: Any, names: set[str], prefix: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_prefix(item, names, prefix) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_prefix(item, names, prefix) for item in value]
    return f"{prefix}-{value}" if isinstance(value, str) and value in names else value
