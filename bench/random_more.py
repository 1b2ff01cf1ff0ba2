"""What is added to a random case at the end: the parts of the schema that its first features leave out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from ..models.base import Confidence
from ..models.crew import Body
from ..models.fleet import BodyLimits, BodyRange
from .random_claims import Claims
from .random_draw import Data

SIZES = {
    "stature_cm": (150.0, 195.0),
    "sitting_height_cm": (78.0, 100.0),
    "mass_kg": (50.0, 95.0),
    "chest_cm": (80.0, 112.0),
    "foot_cm": (22.0, 30.0),
}
"""From the smallest to the largest people."""


class More(Claims):
    """Adds to a case that is complete."""

    def add(self, case: Data) -> None:
        """Add what is on of the later features."""
        self.random = self.further
        if "berths" in self.on:
            case["liner_kinds"].append({"id": "shell", **self.liner_move()})
            self._add_berths()
        if "measurements" in self.on:
            case["growth"]["sitting_height"] = self.one((1.0, 1.03))
            self._measure(case["growth"])
        if "pilots" in self.on:
            self._ask_for_pilots()
        self._add_health()
        self._add_to_ships()
        self._add_rules(case)
        if "all-estimates" in self.on:
            self._estimate(case)
        if "any-claims" in self.on:
            self._add_statements(case)
        if "as-decided" in self.on:
            plan = self._plan(case)
            case["as_decided"] = {"source": self.one(("a log", "a report")), "plan": plan}
        if "other-start" in self.on:
            case["known_at"] = (self.start - timedelta(hours=self.random.randint(0, 99))).isoformat()
        if "remarks" in self.on:
            self._remark(case)

    # ------------------------------------------------------------------------------------------------ seats

    def _add_berths(self) -> None:
        """Further seats in some ships, with liners of a kind of their own."""
        for ship in self.vehicles:
            if self.kind(ship).get("groups") and self.chance(0.6):
                ship.setdefault("extra_groups", []).append(self._berth())
        for person in self.people:
            if self.chance(0.5):
                liner: Data = {"id": f"shell-{person['id']}", "kind": "shell", "owner": person["id"]}
                self.liners.append(liner)
                carriers = [option["brings"] for ship in self.vehicles for option in ship.get("launch", [])]
                carriers += [ship["in_flight"]["brings"] for ship in self.vehicles if "in_flight" in ship]
                if "aboard" in person or "aboard_in" in person:
                    liner["stowed"] = True
                elif carriers:
                    self.one(carriers)["liners"].append(liner["id"])

    def _berth(self) -> Data:
        group: Data = {"id": "berth", "seats": ["left", "right"][: self.random.randint(1, 2)]}
        group["contingency"] = self.chance(0.5)
        if self.chance(0.5):
            group["needs_liner"] = "shell"
        if self.chance(0.3):
            group["rigging"] = {}
        if self.chance(0.3):
            group["from"] = self.date(0.0, 0.6)
        return group

    def _measure(self, growth: Data) -> None:
        """Everyone's measures, and limits of some groups that those who sit there at the start keep."""
        for person in self.people:
            body = person.setdefault("body", {})
            for name in Body.model_fields:
                if self.chance(0.3):
                    body.pop(name, None)
                elif name not in body and not (name == "stature_cm" and "aboard_in" in person):  # its seat may limit it
                    low, high = SIZES[name]
                    body[name] = float(round(low + (high - low) * self.random.random()))
        kinds = [(kind, "groups") for kind in self.types] + [(ship, "extra_groups") for ship in self.vehicles]
        for owner, key in kinds:
            for group in owner.get(key, []):
                sitting = [person["body"] for person in self.people if self._sits(person, owner, group)]
                for name in BodyLimits.model_fields:
                    grown = growth.get(name.removesuffix("_cm"), 1.0)
                    sizes = [body[name] * grown for body in sitting if name in body]
                    if name not in group.get("body", {}) and self.chance(0.3):
                        group.setdefault("body", {})[name] = self._range(SIZES[name], sizes)

    def _sits(self, person: Data, owner: Data, group: Data) -> bool:
        """Whether somebody holds a seat of the group of a type, or of a ship, at the start."""
        seat = person.get("aboard_in", {"vehicle": None})
        ship = next((ship for ship in self.vehicles if ship["id"] == seat["vehicle"]), None)
        return ship is not None and seat["group"] == group["id"] and owner["id"] in (ship["id"], ship["type"])

    def _range(self, whole: tuple[float, float], sizes: list[float]) -> Data:
        """Limits that some people break, none of those whose sizes are given."""
        low, high = whole
        third = (high - low) / 3
        ends = {"at_least": low + third * self.random.random(), "at_most": high - third * self.random.random()}
        sides = [name for name in BodyRange.model_fields if self.chance(0.6)]
        ends["at_least"] = min([ends["at_least"], *sizes])
        ends["at_most"] = max([ends["at_most"], *sizes])
        return {name: ends[name] for name in sides}

    def _ask_for_pilots(self) -> None:
        """Types that ask for a qualification which is not named after them."""
        for kind in self.types[:-1]:
            if self.chance(0.6):
                kind["crewing"]["qualification"] = "pilot"
        for person in self.people:
            if self.chance(0.7):
                until = {"until": self.date(0.2, 1.0)} if self.chance(0.3) else {}
                person["qualified"].append(self.one(("pilot", {"for": "pilot", **until})))

    # ------------------------------------------------------------------------------------------------ ships

    def _add_health(self) -> None:
        """Relocation by type, and later states that speak of some purposes only."""
        for kind in self.types[:-1]:
            if self.has("further-health", 0.5):
                most = max(kind["health"]["emergency"]["loss"])
                table = {"loss": {most: self.probability(1e-4, 5e-3)}}
                kind["health"]["relocation"] = self.one((table, {"at_most": most - 1}, {"allowed": False}))
        for ship in self.vehicles:
            if self.kind(ship).get("groups") and self.has("further-health", 0.5):
                most = max(self.kind(ship)["health"]["emergency"]["loss"])
                state: Data = {"from": self.date(0.1, 0.9)}
                state["uncrewed"] = {"allowed": self.chance(0.5)}
                if self.chance(0.5):
                    state["emergency"] = {**self._passage(most, 3e-3, 2e-1), "allowed": self.chance(0.7)}
                if self.chance(0.5):
                    state["nominal"] = {**self._passage(most, 3e-3, 1e-1), "allowed": self.chance(0.7)}
                if all(state["from"] != other.get("from") for other in ship.get("health", [])):
                    ship.setdefault("health", []).append(state)

    def _add_to_ships(self) -> None:
        """Chances of launches, bounds on one side, ports of ships in flight, and people of no agency."""
        for ship in self.vehicles:
            for option in ship.get("launch", []):
                if self.has("outcomes", 0.6):
                    option["outcomes"] = self._outcomes()
            if "leave" not in ship and self.has("half-open-leave", 0.4):
                side, low, high = self.one((("not_before", 0.0, 0.6), ("not_after", 0.6, 1.0)))
                ship["leave"] = {side: self.date(low, high)}
                self.waivable.append(f"{ship['id']}.leave")
            if "in_flight" in ship and self.has("some-flight-ports"):
                ports = [port["id"] for port in self.ports if port["interface"] == self.kind(ship)["interface"]]
                ship["in_flight"]["ports"] = self.some(ports)
        for person in self.people:
            fellows = [other for other in self.people if other.get("agency") == person["agency"]]
            if self.has("some-agencies", 0.5) and len(fellows) > 1:
                del person["agency"]

    def _outcomes(self) -> Data:
        lost = self.number(1e-3, 5e-2) if self.chance(0.7) else 0.0
        late = self.number(1e-3, 2e-1) if self.chance(0.5) else 0.0
        outcomes: Data = {"on_time": round(1.0 - lost - late, 6), "lost": lost}
        if late:
            outcomes["late"] = {"by": self.length(1, 4), "chance": late}
        return outcomes

    # ------------------------------------------------------------------------------------------------ rules

    def _add_rules(self, case: Data) -> None:
        if "stranding" in self.on:
            case["loss_stranded"] = self.number(0.3, 1.0)
        if self.has("further-rules"):
            ill = {"id": "illness", "people": [self.one(self.people)["id"]], "rate_per_day": self.number(1e-5, 1e-3)}
            case["hazards"].append({**ill, **self.span(5)})
        if self.has("further-rules"):
            rule: Data = {"id": "storm", "reason": "wind at the pad", **self.span(2)}
            rule["forbids"] = self.some(["launch", "arrival", "departure", "relocation"])
            case["traffic"]["blackouts"].append(rule)
            self.waivable.append("storm")

    def _add_statements(self, case: Data) -> None:
        """Restrictions and an alternative that say anything."""
        said = [self.statement() for _ in range(self.random.randint(0, 1))]
        if self.chance(0.3):
            said.append({"require": self.limit()})
        for number, statement in enumerate(said):
            rule = {"id": f"further-{number + 1}", "reason": self.one(("by agreement", "for safety"))}
            case["restrictions"].append({**rule, **statement})
            self.waivable.append(rule["id"])
        case["alternatives"].append({"id": "another", "waive": self.some(self.waivable, 0), **self.sides()})

    def _estimate(self, case: Data) -> None:
        """More numbers with how well they are known."""
        parts: list[tuple[Data, str]] = [(case, "loss_unassured")]
        if "loss_stranded" in case:
            parts.append((case, "loss_stranded"))
        parts += [(change, "rate_per_day") for change in case["evacuation"]["changes"]]
        for owner in (*self.types, *self.vehicles):
            parts += [(step, "added_loss") for step in owner.get("docked_life", [])]
            for option in owner.get("launch", []):
                outcomes = option.get("outcomes", {})
                parts += [(outcomes, key) for key in ("on_time", "lost") if key in outcomes]
                parts += [(outcomes["late"], "chance")] if "late" in outcomes else []
        for part, key in parts:
            if self.chance(0.5):
                part[key] = {"mean": part[key], **self._known()}

    def _known(self) -> Data:
        """How well a number is known, as far as that is said."""
        said = {"error_factor": self.one((2.0, 10.0)), "source": "a handbook", "confidence": self._confidence()}
        return {key: value for key, value in said.items() if self.chance(0.6)}

    def _confidence(self) -> str:
        return str(self.one(get_args(Confidence)))

    # -------------------------------------------------------------------------------- what nobody computes with

    def _plan(self, case: Data) -> Data:
        """A plan that names what the case has, obeying nothing."""
        seated = [(ship, group) for ship in self.vehicles for group in self.groups_of(ship)]
        launches, riggings, moves, holds = [], [], [], []
        for ship in self.vehicles:
            ports = [port["id"] for port in self.ports if port["interface"] == self.kind(ship)["interface"]]
            if "docked_at" not in ship:
                arrival = {"vehicle": ship["id"], "arrival": self.date(0.2, 0.9), "port": self.one(ports)}
                option = {"option": self.one(ship["launch"])["id"], "launch": self.at(0)} if "launch" in ship else {}
                launches.append({**arrival, **option})
        for ship, group in seated:
            if "rigging" in group:
                riggings.append({"vehicle": ship["id"], "group": group["id"], "at": self.date(0.0, 0.9)})
        for liner in self.liners:
            to = {"to": self.one(seated)[0]["id"]} if self.chance(0.7) else {}
            moves.append({"liner": liner["id"], "begin": self.date(0.0, 0.9), **to})
        for person in self.people:
            begun = {**person.get("aboard_in", {}), "from": self.at(0)}
            if "vehicle" not in begun:
                ship, group = self.one(seated)
                begun.update({"vehicle": ship["id"], "group": group["id"]})
            holds.append({"person": person["id"], **begun, "to": self.date(0.5, 1.0)})
        ships = [ship["id"] for ship in self.vehicles]
        ports = [port["id"] for port in self.ports]
        return {
            "launches": launches,
            "departures": [{"vehicle": ship, "at": self.date(0.3, 0.9)} for ship in self.some(ships, 0)],
            "relocations": [{"vehicle": self.one(ships), "port": self.one(ports), "at": self.date(0.1, 0.9)}],
            "riggings": riggings,
            "liner_moves": moves,
            "holds": holds,
        }

    def _remark(self, case: Data) -> None:
        """Names, sources and remarks on whatever may have them."""
        case["$schema"] = "case.schema.json"
        case["description"] = "Drawn, and remarked upon."
        case["labels"] = {"drawn": "yes"}
        for number, ship in enumerate(self.vehicles):
            for state in ship.get("health", []):
                known = ("judgement", "derived", "sourced")[number % 3]
                state |= {"source": "telemetry", "confidence": known}
        if "as_decided" in case:
            case["as_decided"]["note"] = "as told"
            case["as_decided"]["plan"]["case"] = case["id"]
        parts = [part for key, part in case.items() if key not in ("objective", "as_decided")]
        for part in entities(parts):
            said = {
                "name": f"The {part['id']}",
                "source": "a log",
                "confidence": self._confidence(),
                "note": "drawn",
                "labels": {"host": part["id"]},
            }
            part.update({key: value for key, value in said.items() if self.chance(0.4)})


def entities(value: Any) -> list[Data]:
    """All parts with an id that are inside a document."""
    if isinstance(value, list):
        return [part for item in value for part in entities(item)]
    if not isinstance(value, dict):
        return []
    inside = [part for item in value.values() for part in entities(item)]
    return [value, *inside] if isinstance(value.get("id"), str) else inside
