"""Switching rules off by name: what a case says, less what only those rules read.

A rule that rests on data alone is switched off by leaving the data out; one that is rows of the model asks `Facts`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from ..models.case import Case, Staffing
from ..models.crew import LinerKind, Person
from ..models.fleet import (
    Health,
    LaunchOption,
    LifeStep,
    Passage,
    Permission,
    Port,
    Relocates,
    Rigging,
    SeatGroup,
    TypeHealth,
    Vehicle,
    VehicleType,
)
from ..models.problems import CrewreturnError
from ..models.rules import RULES, named, refuse_unknown

STRUCTURAL = frozenset(
    {
        *(rule for rule in RULES if rule.startswith("plan.")),
        "traffic.one-event",
        "launch.option",
        "launch.opportunity",
        "launch.people-on-ground",
        "relocation.port",
        "suits.serves",
        "suits.aboard",
        "liners.movable",
        "liners.place",
        "liners.busy",
    }
)
"""Rules that hold by what a plan is made of: the checker can overlook a breach, the solver cannot make one."""


def switched_off(rules: Collection[str], case: Case | None = None) -> frozenset[str]:
    """The rules that are not to hold.

    Parameters
    ----------
    rules
        Names of rules, or of families for all of theirs that can be switched off.
    case
        For what is said of a name that is something in the case, but no rule.

    Raises
    ------
    CrewreturnError
        For a name that there is not, or a rule (or a whole family) that holds by what a plan is made of.
    """
    refuse_unknown(rules, case)
    for name in sorted(set(rules)):
        if named([name]) <= STRUCTURAL:
            sentence = f" {RULES[name]}" if name in RULES else ""
            raise CrewreturnError(f"`{name}` cannot be switched off: what breaks it is no plan.{sentence}")
    return named(rules) - STRUCTURAL


def relaxed(case: Case, off: Collection[str]) -> Case:
    """The case less the data that only rules switched off read."""
    return _Switches(off, len(case.people)).case(case) if off else case


class _Switches:
    def __init__(self, off: Collection[str], everyone: int) -> None:
        self.off, self.everyone = off, everyone

    def case(self, case: Case) -> Case:
        traffic = case.traffic.model_copy(
            update={
                **self._if("traffic.spacing", spacing=timedelta(0)),
                **self._if("traffic.blackout", blackouts=()),
                **self._if("traffic.precedence", precedences=()),
            }
        )
        return case.model_copy(
            update={
                "traffic": traffic,
                "ports": tuple(self._port(port) for port in case.ports),
                "vehicle_types": tuple(self._type(kind) for kind in case.vehicle_types),
                "vehicles": tuple(self._vehicle(ship) for ship in case.vehicles),
                "people": tuple(self._person(person) for person in case.people),
                "liner_kinds": tuple(self._liner_kind(kind) for kind in case.liner_kinds),
                "staffing": tuple(self._staffing(rule) for rule in case.staffing),
            }
        )

    def _if(self, rule: str, **changes: object) -> dict[str, object]:
        return changes if rule in self.off else {}

    def _port(self, port: Port) -> Port:
        changes = {**self._if("ports.closed", closed=()), **self._if("ports.interface", interface="any")}
        return port.model_copy(update=changes)

    def _type(self, kind: VehicleType) -> VehicleType:
        return kind.model_copy(
            update={
                **self._if("ports.interface", interface="any"),
                **self._if("departure.landing-window", landing_windows=None),
                **self._if("relocation.type", relocates=Relocates(crewed=True, uncrewed=True)),
                "groups": tuple(self._group(group) for group in kind.groups),
                "health": self._health(kind.health),
                "docked_life": tuple(self._step(step) for step in kind.docked_life),
            }
        )

    def _group(self, group: SeatGroup) -> SeatGroup:
        changes = self._if("body.limits", body=None)
        if group.rigging is not None:
            changes |= self._if("seats.rigging", rigging=Rigging())
        return group.model_copy(update=changes)

    def _health(self, health: TypeHealth) -> TypeHealth:
        changes = self._if("departure.uncrewed", uncrewed=Permission(allowed=True))
        if "relocation.health" in self.off:
            loss = {} if health.relocation is None else health.relocation.loss
            changes["relocation"] = Passage(allowed=True, at_most=self.everyone, loss=loss)
        return health.model_copy(update=changes)

    def _step(self, step: LifeStep) -> LifeStep:
        return step.model_copy(update=self._if("docked-life.holds", holds=True))

    def _vehicle(self, ship: Vehicle) -> Vehicle:
        changes: dict[str, object] = {
            **self._if("traffic.leave", leave=None),
            **self._if("launch.must", must_launch=False),
            "extra_groups": tuple(self._group(group) for group in ship.extra_groups),
            "health": tuple(self._dated(state) for state in ship.health),
            "launch": tuple(self._option(option) for option in ship.launch),
        }
        if ship.docked_life is not None:
            changes["docked_life"] = tuple(self._step(step) for step in ship.docked_life)
        if ship.in_flight is not None:
            changes["in_flight"] = ship.in_flight.model_copy(update=self._arrival())
        return ship.model_copy(update=changes)

    def _dated(self, state: Health) -> Health:
        """A dated state gives what it gives; what it leaves to the type stays left to it."""
        changes: dict[str, object] = {}
        if state.uncrewed is not None:
            changes |= self._if("departure.uncrewed", uncrewed=Permission(allowed=True))
        if state.relocation is not None and "relocation.health" in self.off:
            changes["relocation"] = Passage(allowed=True, at_most=self.everyone, loss=state.relocation.loss)
        return state.model_copy(update=changes)

    def _option(self, option: LaunchOption) -> LaunchOption:
        return option.model_copy(update=self._arrival())

    def _arrival(self) -> dict[str, object]:
        return {**self._if("launch.port", ports=None), **self._if("launch.handover", handover=timedelta(0))}

    def _person(self, person: Person) -> Person:
        return person.model_copy(
            update={
                **self._if("stay.earliest-return", earliest_return=None),
                **self._if("stay.latest-return", latest_return=None),
            }
        )

    def _liner_kind(self, kind: LinerKind) -> LinerKind:
        if kind.move is None:
            return kind
        free = kind.move.model_copy(update=self._if("liners.move-window", at_most=None, within=None))
        return kind.model_copy(update={"move": free})

    def _staffing(self, rule: Staffing) -> Staffing:
        if rule.soft:
            return rule
        return rule.model_copy(
            update={
                **self._if("staffing.at-least", at_least=None),
                **self._if("staffing.at-most", at_most=None),
                **self._if("staffing.person-days", at_most_person_days=None),
            }
        )
