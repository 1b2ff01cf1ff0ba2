"""What can be required or forbidden: the grammar of restrictions, alternatives, pins and questions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import Amount, Entity, Id, Interval, Many, Model
from .problems import Mistake

Measure = Literal[
    "expected_loss",
    "worst_person",
    "unassured_days",
    "graded_days",
    "understaffed_days",
    "off_plan_days",
    "crew_days",
    "displaced",
    "launches",
    "extra_launches",
    "riggings",
    "relocations",
    "liner_moves",
    "reseats",
    "lateness",
    "changes",
]

People = Literal["all"] | Many[Id]
"""Everyone, or the people named."""


class LaunchClaim(Interval):
    """The ship is launched, in the option if named, inside the dates."""

    vehicle: Id
    """The ship."""
    option: Id | None = None
    """In this launch option; in any where absent."""


class DepartClaim(Interval):
    """The ship departs inside the dates; `crewed`: with people (true) or without (false)."""

    vehicle: Id
    """The ship."""
    crewed: bool | None = None
    """With people (true) or without (false); either where absent."""


class ReturnClaim(Interval):
    """Each person named returns, in the ship if named, inside the dates."""

    people: People
    """Each of them."""
    vehicle: Id | None = None
    """In this ship; in any where absent."""


class RigClaim(Model):
    """The group is rigged."""

    vehicle: Id
    """The ship."""
    group: Id
    """Its seat group that needs rigging."""


class RelocateClaim(Model):
    """The ship is relocated, to the port if named."""

    vehicle: Id
    """The ship."""
    port: Id | None = None
    """To this port; to any where absent."""


class HoldClaim(Interval):
    """Each person named holds a seat there. Required: in every tick aboard inside the dates; forbidden: in none."""

    people: People
    """Each of them."""
    vehicle: Id
    """The ship."""
    group: Id | None = None
    """In this seat group; in any of the ship where absent."""


class UnassuredClaim(Interval):
    """Each person named is aboard without a seat (while one's liner is on the move does not count)."""

    people: People
    """Each of them."""


class LimitClaim(Model):
    """A measure stays within a limit (expected_loss and worst_person as probabilities, days as days)."""

    measure: Measure
    """The measure."""
    at_most: Amount | None = None
    """Its highest value."""
    at_least: Amount | None = None
    """Its lowest value."""

    @model_validator(mode="after")
    def _some(self) -> LimitClaim:
        if self.at_most is None and self.at_least is None:
            raise Mistake("says nothing", "Give `at_most`, `at_least` or both.")
        return self


class Claim(Model):
    """Exactly one of these."""

    launch: LaunchClaim | None = None
    depart: DepartClaim | None = None
    return_: ReturnClaim | None = Field(default=None, alias="return")
    rig: RigClaim | None = None
    relocate: RelocateClaim | None = None
    hold: HoldClaim | None = None
    unassured: UnassuredClaim | None = None
    limit: LimitClaim | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Claim:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            known = ", ".join(field.alias or name for name, field in type(self).model_fields.items())
            raise Mistake(f"says {len(given) or 'no'} things, not one", f"Say exactly one of: {known}.")
        return self

    @property
    def about(self) -> str:
        """Which one it is, as in a document."""
        return next(
            field.alias or name for name, field in type(self).model_fields.items() if getattr(self, name) is not None
        )


class Statement(Model):
    """A claim that is required, or one that is forbidden."""

    require: Claim | None = None
    """What has to hold."""
    forbid: Claim | None = None
    """What must not happen."""

    @model_validator(mode="after")
    def _one_side(self) -> Statement:
        if (self.require is None) == (self.forbid is None):
            raise Mistake("neither required nor forbidden, or both", "Give either `require` or `forbid`.")
        if self.forbid is not None and self.forbid.limit is not None:
            raise Mistake("a limit is required, not forbidden", "Write the opposite bound under `require`.")
        return self


class Restriction(Entity, Statement):
    """A statement that the case lays down by policy."""

    reason: str
    """Why, in words."""


class Alternative(Entity):
    """A rescue alternative: statements that hold in it, and ids waived for it."""

    waive: Many[str] = ()
    """Ids of restrictions, staffing rules, precedences, blackouts and docked-life steps, and bounds such as
    `rubio.latest_return` or `progress-ms21.leave`."""
    require: Many[Claim] = ()
    """Claims that have to hold."""
    forbid: Many[Claim] = ()
    """Claims that must not."""

    @model_validator(mode="after")
    def _limits(self) -> Alternative:
        if any(claim.limit is not None for claim in self.forbid):
            raise Mistake("a limit is required, not forbidden", "Write the opposite bound under `require`.")
        return self

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its claims as statements."""
        required = tuple(Statement(require=claim) for claim in self.require)
        return required + tuple(Statement(forbid=claim) for claim in self.forbid)
