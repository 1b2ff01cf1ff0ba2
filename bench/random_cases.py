"""Small random cases that draw on every field of the schema: for comparing solvers, oracles and the checker.

Numbers stay in realistic ranges but for the rate of evacuations, which is a thousand times too high, so that what is
counted down by it matters. A case is valid by construction, and most have a plan.
"""

from __future__ import annotations

import random
from collections.abc import Set

from ..models.case import Case
from .random_draw import FEATURES, FIRST_FEATURES, LATER_FEATURES, MEDIUM, SMALL, TINY, Data, Size
from .random_more import More

__all__ = [
    "FEATURES",
    "FIRST_FEATURES",
    "LATER_FEATURES",
    "MEDIUM",
    "SMALL",
    "TINY",
    "Size",
    "drawn_case",
    "random_case",
]


def random_case(seed: int, size: Size = SMALL, *, features: Set[str] = FEATURES) -> Case:
    """A small random case.

    Parameters
    ----------
    seed
        The same seed, size and features give the same case.
    size
        How large it is.
    features
        What it may have, out of `FEATURES`; it has about half of them.

    Raises
    ------
    ValueError
        For a feature that does not exist.
    """
    _known(features)
    dice, further = random.Random(seed), random.Random(f"{seed}, further")
    on = {name for name in sorted(FIRST_FEATURES) if dice.random() < 0.5 and name in features}
    on |= {name for name in sorted(LATER_FEATURES) if further.random() < 0.5 and name in features}
    draw = _Rules(dice, further, size, on)
    return Case.model_validate(draw.case(f"random-{seed}", f"Random case {seed}"))


def drawn_case(dice: random.Random, size: Size = SMALL, *, features: Set[str] = FEATURES) -> Case:
    """A small case drawn with other dice, such as those of a library for property-based tests.

    Parameters
    ----------
    dice
        Anything that draws like `random.Random`. Low numbers from `random` make most things happen, so that tools which
        shrink towards 0 do better with its mirror image.
    size
        How large the case is.
    features
        What it has, as far as its ships and people allow, out of `FEATURES`.

    Raises
    ------
    ValueError
        For a feature that does not exist.
    """
    _known(features)
    draw = _Rules(dice, dice, size, features)
    return Case.model_validate(draw.case("drawn", "Drawn case"))


def _known(features: Set[str]) -> None:
    unknown = features - FEATURES
    if unknown:
        raise ValueError(f"no such feature: {', '.join(sorted(unknown))}. Known: {', '.join(sorted(FEATURES))}.")


class _Rules(More):
    """What a random case demands beside what its ships and people are."""

    def case(self, name: str, title: str) -> Data:
        """The whole case as plain data."""
        self.draw_types()
        self.draw_docked()
        self.draw_people()
        self.draw_launches()
        staffing = self._staffing()
        traffic = self._traffic()
        restrictions = self._restrictions()
        case: Data = {
            "format": "crewreturn/1",
            "id": name,
            "title": title,
            "known_at": self.at(0),
            "horizon": {"start": self.at(0), "end": self.at(self.ticks)},
            "resolution": self.tick,
            "evacuation": self._evacuation(),
            "loss_unassured": self.number(0.3, 1.0) if self.has("safe-haven") else 1.0,
            "growth": {"stature": self.stretch},
            "objective": self._objective(),
            "suit_types": [{"id": kind["suit"]} for kind in self.types if "suit" in kind],
            "liner_kinds": [{"id": "kazbek", **self.liner_move()}],
            "ports": self.ports,
            "vehicle_types": self.types,
            "vehicles": self.vehicles,
            "people": self.people,
            "suits": self.suits,
            "liners": self.liners,
            "traffic": traffic,
            "staffing": staffing,
            "hazards": self._hazards(),
            "restrictions": restrictions,
            "alternatives": self._alternatives(),
        }
        self.add(case)
        return case

    def _evacuation(self) -> Data:
        changes = []
        if self.has("rate-changes"):
            ticks = sorted(self.random.sample(range(-2, self.ticks), self.random.randint(1, 2)))
            changes = [{"from": self.at(tick), "rate_per_day": self.number(1e-3, 5e-2)} for tick in ticks]
        return {"rate_per_day": self.probability(1e-3, 5e-2), "changes": changes}

    def _hazards(self) -> list[Data]:
        if not self.has("hazards"):
            return []
        people = self.some([person["id"] for person in self.people]) if self.chance(0.5) else "all"
        return [{"id": "hazard", "rate_per_day": self.probability(1e-5, 1e-3), "people": people, **self.span(8)}]

    # ------------------------------------------------------------------------------------------------ rules

    def _staffing(self) -> list[Data]:
        aboard = sum("aboard" in person or "aboard_in" in person for person in self.people)
        rules: list[Data] = []
        if self.has("staffing"):
            rules.append({"id": "crew", "at_least": self.random.randint(0, max(0, aboard - 1)), **self.span(6)})
        if self.has("soft-staffing"):
            rule: Data = {"id": "wanted", "at_least": self.random.randint(1, aboard + 1), "soft": True, **self.span(9)}
            if self.chance(0.5):
                rule["agency"] = self.one([person["agency"] for person in self.people])
            if self.chance(0.3):
                rule["at_most"] = rule["at_least"] + self.random.randint(0, 1)
            rules.append(rule)
        if self.has("soft-staffing", 0.3) and any("alpha" in person["qualified"] for person in self.people):
            rules.append({"id": "pilots", "at_least": 1, "qualification": "alpha", "soft": True})
        if self.has("supplies"):
            days = aboard * self.ticks * (self.tick.total_seconds() / 86400)
            rules.append(
                {"id": "supplies", "at_most_person_days": self.number(0.3, 1.0) * days, "soft": self.chance(0.8)}
            )
            if self.chance(0.5):
                rules[-1].update(self.span(9))
        self.waivable += [rule["id"] for rule in rules]
        return rules

    def _traffic(self) -> Data:
        ships = [ship["id"] for ship in self.vehicles]
        blackouts, precedences = [], []
        if self.has("blackouts"):
            rule: Data = {
                "id": "blackout",
                "forbids": self.some(["launch", "arrival", "departure", "relocation"]),
                **self.span(3),
            }
            if self.chance(0.4):
                rule["ports"] = self.some([port["id"] for port in self.ports])
            if self.chance(0.4):
                rule["types"] = self.some([kind["id"] for kind in self.types])
            if self.chance(0.2):
                rule["launchers"] = [self.types[0]["launcher"]]
            blackouts.append(rule)
        if self.has("precedences"):
            for number in range(self.random.randint(1, 2)):
                rule = {
                    "id": f"order-{number + 1}",
                    "first": {self.one(("launch", "arrival", "departure")): self.one(ships)},
                    "then": {self.one(("launch", "arrival", "departure")): self.one(ships)},
                }
                if self.chance(0.7):
                    rule["at_least"] = self.length(0, 3)
                if self.chance(0.2):
                    rule["at_most"] = self.length(5, 9)
                rule["requires"] = ("at_least" not in rule and "at_most" not in rule) or self.chance(0.1)
                precedences.append(rule)
        self.waivable += [rule["id"] for rule in (*blackouts, *precedences)]
        spacing = self.length(0, 2) if self.has("spacing") else "P0D"
        return {"spacing": spacing, "blackouts": blackouts, "precedences": precedences}

    # ------------------------------------------------------------------------------------------- statements

    def _restrictions(self) -> list[Data]:
        number = self.random.randint(1, 2) if self.has("restrictions") else 0
        rules: list[Data] = [
            {"id": f"policy-{n + 1}", "reason": "drawn", "forbid": self.claim()} for n in range(number)
        ]
        if self.has("restrictions", 0.3):
            limit: Data = {"measure": self.one(("reseats", "unassured_days", "liner_moves", "graded_days"))}
            limit["at_most"] = float(self.random.randint(1, 60))
            rules.append({"id": "policy-limit", "reason": "drawn", "require": {"limit": limit}})
        self.waivable += [rule["id"] for rule in rules]
        return rules

    def _alternatives(self) -> list[Data]:
        if "alternatives" not in self.on:
            return []
        found: Data = {"id": "other", "waive": self.some(self.waivable, 0) if self.chance(0.5) else []}
        found["require"] = [self.claim()] if self.chance(0.7) else []
        found["forbid"] = [self.claim()] if self.chance(0.5) else []
        return [found]

    # -------------------------------------------------------------------------------------------- objective

    def _objective(self) -> list[Data]:
        prices = ("reseats", "liner_moves", "riggings", "relocations", "displaced", "extra_launches", "off_plan_days")
        more = ("understaffed_days", "unassured_days", "graded_days", "crew_days", "launches", "lateness")
        burden: Data = {"expected_loss": 1.0}
        for name in prices:
            burden[name] = self.number(1.0, 3000.0)
        if self.has("planned-launch", 0.5):
            burden["displaced"] = self.number(1e3, 1e5)
        if self.has("objectives"):
            burden.update({name: self.number(1.0, 100.0) for name in self.some(more, 0)})
        burden.setdefault("understaffed_days", self.number(100.0, 3000.0))
        if self.has("worst-person", 0.4):
            burden["worst_person"] = self.number(0.5, 2.0)
        levels: list[Data] = [{"id": "burden", "weights": burden}, {"id": "displaced", "weights": {"displaced": 1.0}}]
        if self.has("objectives", 0.6):
            level = {"id": "graded", "weights": {"graded_days": 1.0}, "tolerance": self.one((0.0, 2.0))}
            levels.insert(self.one((0, 1)), level)
        if self.has("worst-person", 0.3):
            levels.insert(1, {"id": "worst", "weights": {"worst_person": 1.0}, "tolerance": self.one((0.0, 50.0))})
        levels.append({"id": "moves", "weights": {"reseats": 1.0, "liner_moves": 1.0}})
        levels.append({"id": "lateness", "weights": {"lateness": 1.0}})
        return levels
