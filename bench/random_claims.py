"""Random statements about what a case has: restrictions and rescue alternatives."""

from __future__ import annotations

from typing import get_args

from ..models.statements import Claim, Measure
from .random_crew import Crew
from .random_draw import Data

KINDS = [field.alias or name for name, field in Claim.model_fields.items()]
SIDES = ("require", "forbid")
LOSSES = ("expected_loss", "worst_person")
NOT_ALONE = "changes"
"""Counted against an earlier plan, which a case by itself does not have."""


class Claims(Crew):
    """What may be required or forbidden in a random case."""

    def claim(self) -> Data:
        """A claim about something that the case has."""
        ship = self.one(self.vehicles)
        seated = [vessel for vessel in self.vehicles if self.groups_of(vessel)]
        people = self.some([person["id"] for person in self.people])[:2]
        rigged = [(s["id"], g["id"]) for s in seated for g in self.groups_of(s) if "rigging" in g]
        choices: list[Data] = [
            {"depart": {"vehicle": ship["id"], **({"crewed": self.chance(0.5)} if self.chance(0.5) else {})}},
            {"return": {"people": people, **({"vehicle": self.one(seated)["id"]} if self.chance(0.6) else {})}},
            {"hold": {"people": people, "vehicle": self.one(seated)["id"], "group": "couch"}},
            {"unassured": {"people": people}},
            {"relocate": {"vehicle": ship["id"]}},
        ]
        if "relocation" in self.on:
            vessel = self.one(seated)
            ports = [port["id"] for port in self.ports if port["interface"] == self.kind(vessel)["interface"]]
            choices += [{"relocate": {"vehicle": vessel["id"], "port": ports[-1]}}] * 2
        if "launch" in ship:
            choices += [{"launch": {"vehicle": ship["id"], "option": ship["launch"][-1]["id"]}}] * 2
        if rigged:
            choices += [{"rig": {"vehicle": rigged[0][0], "group": rigged[0][1]}}] * 2
        claim = self.one(choices)
        for kind, part in claim.items():
            if kind not in ("relocate", "rig") and self.chance(0.6):
                part.update(self.span(9))
        return claim

    def limit(self) -> Data:
        """A claim that limits some measure."""
        return {"limit": self._say_limit()}

    def statement(self) -> Data:
        """Anything required or forbidden, in any of the ways in which it can be said."""
        side = "require" if self.chance(0.3) else "forbid"
        return {side: self._any(limits=side == "require")}

    def sides(self) -> Data:
        """The same for an alternative, of which each side is a list."""
        return {side: [self._any(limits=side == "require") for _ in range(self.random.randint(0, 1))] for side in SIDES}

    def _any(self, *, limits: bool) -> Data:
        kinds = [kind for kind in KINDS if limits or kind != "limit"]
        said: list[tuple[str, Data | None]] = [(kind, getattr(self, f"_say_{kind}")()) for kind in kinds]
        return dict([self.one([(kind, part) for kind, part in said if part is not None])])

    def _say_launch(self) -> Data | None:
        launched = [ship for ship in self.vehicles if "launch" in ship]
        if not launched:
            return None
        ship = self.one(launched)
        option = {"option": self.one(ship["launch"])["id"]} if self.chance(0.5) else {}
        return {"vehicle": ship["id"], **option, **self._dates(9)}

    def _say_depart(self) -> Data:
        crewed = {"crewed": self.chance(0.5)} if self.chance(0.5) else {}
        return {"vehicle": self.one(self.vehicles)["id"], **crewed, **self._dates(9)}

    def _say_return(self) -> Data:
        vehicle = {"vehicle": self.one(self.vehicles)["id"]} if self.chance(0.5) else {}
        return {**self._named(), **vehicle, **self._dates(9)}

    def _say_rig(self) -> Data | None:
        rigged = [(ship, group) for ship in self.vehicles for group in self.groups_of(ship) if "rigging" in group]
        if not rigged:
            return None
        ship, group = self.one(rigged)
        return {"vehicle": ship["id"], "group": group["id"]}

    def _say_relocate(self) -> Data:
        ship = self.one(self.vehicles)
        ports = [port["id"] for port in self.ports if port["interface"] == self.kind(ship)["interface"]]
        return {"vehicle": ship["id"], **({"port": self.one(ports)} if self.chance(0.5) else {})}

    def _say_hold(self) -> Data:
        ship = self.one([ship for ship in self.vehicles if self.groups_of(ship)])
        group = {"group": self.one(self.groups_of(ship))["id"]} if self.chance(0.5) else {}
        return {**self._named(), "vehicle": ship["id"], **group, **self._dates(2)}

    def _say_unassured(self) -> Data:
        return {**self._named(), **self._dates(2)}

    def _say_limit(self) -> Data:
        """A measure from above, from below or both."""
        measures = [name for name in get_args(Measure) if name != NOT_ALONE]
        if "worst-person" not in self.on:
            measures.remove("worst_person")
        measure = self.one(measures)
        if measure in LOSSES:
            low, high = self.number(1e-3, 1e-1), self.number(1e-1, 2.0)
        else:
            low = float(self.random.randint(0, 3))
            high = low + self.one((0.5, 3.0, 30.0))
        sides = self.one(({"at_most": high}, {"at_most": high}, {"at_least": low}, {"at_least": low, "at_most": high}))
        return {"measure": measure, **sides}

    def _named(self) -> Data:
        return {"people": "all" if self.chance(0.4) else self.some([person["id"] for person in self.people])}

    def _dates(self, longest: int) -> Data:
        return self.span(longest) if self.chance(0.7) else {}
