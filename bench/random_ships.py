"""Random ports, ship types and ships."""

from __future__ import annotations

from datetime import timedelta

from .random_draw import Data, Draw


class Ships(Draw):
    """The ships of a random case, docked ones first."""

    def draw_types(self) -> None:
        """One or two types of crew ship, and a freighter without seats."""
        names = [("alpha", "A")]
        if self.chance(0.6):
            names.append(("beta", "B" if "two-interfaces" in self.on else "A"))
        for name, interface in names:
            self.types.append(self._crew_type(name, interface))
        self.types.append(
            {"id": "cargo", "interface": self.one(names)[1], "health": {"uncrewed": {"allowed": True}},
             "relocates": {"crewed": False}}
        )  # fmt: skip

    def _crew_type(self, name: str, interface: str) -> Data:
        kind: Data = {"id": name, "interface": interface, "launcher": f"{name}-rocket", "groups": self._groups()}
        if self.has("suits", 0.8):
            kind["suit"] = f"{name}-suit"
            kind["unsuited"] = {}
            if self.has("unsuited", 0.9):
                kind["unsuited"]["emergency"] = self.probability(1e-3, 3e-2)
            if self.has("unsuited", 0.5):
                kind["unsuited"]["nominal"] = self.probability(1e-3, 3e-2)
        kind["crewing"] = {"qualified": 2 if self.has("pairs", 0.3) else self.one((0, 1, 1, 1))}
        seats = sum(len(group["seats"]) for group in kind["groups"])
        kind["health"] = {
            "emergency": self._passage(seats + 2, 1e-3, 5e-2),
            "nominal": self._passage(seats + 2, 5e-4, 2e-2),
            "uncrewed": {"allowed": self.chance(0.85)},
        }
        if self.has("life"):
            kind["docked_life"] = self._life(name)
        kind["automatic_docking"] = self.chance(0.8)
        moves = "relocation" in self.on
        kind["relocates"] = {"crewed": moves, "uncrewed": moves and self.chance(0.5)}
        if self.has("windows"):
            first, last, again = sorted(self.random.sample(range(self.ticks + 1), 3))
            kind["landing_windows"] = [{"from": self.at(first), "to": self.at(last)}, {"from": self.at(again)}]
        return kind

    def _groups(self) -> list[Data]:
        couch = self._group("couch", self.random.randint(1, 3))
        couch["controls"] = self.has("controls", 0.8)
        if self.has("liners"):
            couch["needs_liner"] = "kazbek"
        return [couch, self._group("bench", 1)] if self.chance(0.3) else [couch]

    def _group(self, name: str, seats: int) -> Data:
        group: Data = {"id": name, "seats": [str(number + 1) for number in range(seats)]}
        group["hookups"] = self.has("suits", 0.8)
        if self.has("body", 0.4):
            group["body"] = {"stature_cm": {"at_most": self.one((175.0, 185.0))}}
        if self.chance(0.3):
            group["added_loss"] = self.probability(1e-4, 1e-2)
        return group

    def _extra_group(self) -> Data:
        group = self._group("pallet", self.random.randint(1, 2))
        group["contingency"] = "contingency" in self.on
        if self.has("liners", 0.5):
            group["needs_liner"] = "kazbek"
        if self.has("seat-dates", 0.6):
            group["from"] = self.date(0.0, 0.6)
        if self.has("rigging", 0.6):
            group["rigging"] = {"not_before": self.date(0.0, 0.4)} if self.chance(0.5) else {}
        return group

    def _passage(self, most: int, low: float, high: float) -> Data:
        """A loss table, sometimes with steps, gaps, or fewer people than seats."""
        if "tables" not in self.on:
            return {"loss": {most: self.probability(low, high)}}
        entries = sorted(self.number(low, high) for _ in range(most))
        kept = [count for count in range(1, most + 1) if count == most or self.chance(0.7)]
        at_most = max(1, most - self.one((0, 0, 1, 2, 3)))
        return {"loss": {count: entries[count - 1] for count in kept}, "at_most": at_most}

    def _life(self, name: str) -> list[Data]:
        """Steps that a ship, 100 to 110 days old at the start, reaches within the horizon or shortly after it."""
        days = int(self.ticks * (self.tick / timedelta(days=1)))
        first, worn = 100 + self.random.randint(0, days), self.number(1e-4, 5e-3)
        steps: list[Data] = [{"id": f"{name}-worn", "after": f"P{first}D", "added_loss": worn}]
        if self.chance(0.5):
            end = first + 2 + self.random.randint(0, days)
            steps.append({"id": f"{name}-expired", "after": f"P{end}D", "added_loss": worn, "holds": False})
            steps[-1]["returns"] = self.chance(0.5)
        self.waivable += [step["id"] for step in steps]
        return steps

    def draw_docked(self) -> None:
        """Ships docked at the start, each at a port of its own, and the other ports."""
        for number in range(self.between(self.size.docked)):
            ship = self.ship(f"docked-{number + 1}", self.one(self.types[:-1]))
            age = timedelta(days=self.random.randint(100, 110), hours=self.random.randint(0, 23))
            ship["launched"] = (self.start - age).isoformat()
            ship["docked_at"] = self.new_port(self.kind(ship)["interface"])
            if self.has("leave", 0.3):
                ship["leave"] = {"not_before": self.date(0.0, 0.3), "not_after": self.date(0.6, 1.0)}
                self.waivable.append(f"{ship['id']}.leave")
        if self.has("cargo"):
            ship = self.ship("freighter", self.types[-1])
            ship["docked_at"] = self.new_port(self.kind(ship)["interface"])
            when = self.date(0.1, 0.8)
            ship["leave"] = {"not_before": when, "not_after": when}
            self.waivable.append("freighter.leave")
        for kind in self.types:
            if kind["interface"] not in [port["interface"] for port in self.ports]:
                self.new_port(kind["interface"])
        for _ in range(self.between(self.size.spare_ports) + ("relocation" in self.on)):
            self.new_port(self.one(self.types)["interface"])
        taken = [ship.get("docked_at") for ship in self.vehicles]
        for port in self.ports:
            port["automatic_docking"] = not self.has("port-spans", 0.15)
            if self.has("port-spans", 0.4):
                port["no_automatic_docking"] = [self.span(5)]
            if port["id"] not in taken:
                closes = self.has("port-spans", 0.3)
            else:  # whoever stands there has to go elsewhere
                closes = self.has("relocation", 0.4 if self._has_room(port["interface"]) else 0.02)
            if closes:
                port["closed"] = [self.span(4)]

    def _has_room(self, interface: str) -> bool:
        ports = [port["id"] for port in self.ports if port["interface"] == interface]
        return len(ports) > sum(ship.get("docked_at") in ports for ship in self.vehicles)

    def ship(self, name: str, kind: Data) -> Data:
        """A ship of a type, not yet anywhere."""
        ship: Data = {"id": name, "type": kind["id"]}
        if kind["id"] != "cargo":
            if self.has("extra-groups", 0.7):
                ship["extra_groups"] = [self._extra_group()]
            if self.has("ship-health", 0.6):
                ship["health"] = [self._state(kind)]
        self.vehicles.append(ship)
        return ship

    def _state(self, kind: Data) -> Data:
        most = max(kind["health"]["emergency"]["loss"])
        state: Data = {"from": self.date(0.0, 0.8)} if self.chance(0.7) else {}
        state["emergency"] = self._passage(most, 3e-3, 2e-1)
        state["nominal"] = self._passage(most, 3e-3, 1e-1)
        state["nominal"]["allowed"] = self.chance(0.8)
        if self.chance(0.3):
            state["uncrewed"] = {"allowed": True}
        if self.has("relocation", 0.5):
            state["relocation"] = {"at_most": most, "loss": {most: self.probability(1e-4, 5e-3)}}
        return state

    def new_port(self, interface: str) -> str:
        """A further port, and its name."""
        name = f"port-{len(self.ports) + 1}"
        self.ports.append({"id": name, "interface": interface})
        return name
