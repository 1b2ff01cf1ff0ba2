"""People, their suits and their seat liners."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from .base import Duration, Entity, Id, Instant, Many, Model
from .problems import Mistake

Centimetres = Annotated[float, Field(gt=0, le=1000)]
Kilograms = Annotated[float, Field(gt=0, le=1000)]


class SuitType(Entity):
    """A kind of pressure suit; ships name the kind that their hook-ups take."""


class LinerMove(Model):
    """How liners of a kind are moved."""

    takes: Duration
    """How long one move lasts."""
    at_most: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Most moves begun in any span `within`; no limit where absent."""
    within: Duration | None = None
    """The span for `at_most`."""

    @model_validator(mode="after")
    def _both(self) -> LinerMove:
        if (self.at_most is None) != (self.within is None):
            raise Mistake("`at_most` and `within` say one thing together", "Give both, or neither for no limit.")
        return self


class LinerKind(Entity):
    """A kind of individual seat liner."""

    move: LinerMove | None = None
    """How it is moved; absent: liners of this kind cannot be moved."""


class Body(Model):
    """Measures of a person on the ground; an unknown one passes every limit."""

    stature_cm: Centimetres | None = None
    """Stature."""
    sitting_height_cm: Centimetres | None = None
    """Sitting height."""
    mass_kg: Kilograms | None = None
    """Mass."""
    chest_cm: Centimetres | None = None
    """Girth of the chest."""
    foot_cm: Centimetres | None = None
    """Length of the foot."""


class Growth(Model):
    """How much longer people are in weightlessness, as factors on the ground values."""

    stature: Annotated[float, Field(ge=1, le=2)] = 1.0
    """Factor on stature."""
    sitting_height: Annotated[float, Field(ge=1, le=2)] = 1.0
    """Factor on sitting height."""


class Qualified(Model):
    """A qualification that ends on a date."""

    for_: Id = Field(alias="for")
    """The qualification, usually the id of a ship type."""
    until: Instant | None = None
    """First instant at which it no longer holds."""


class AboardIn(Model):
    """The seat a person held in the tick before the start."""

    vehicle: Id
    """The ship, which is docked."""
    group: Id
    """The seat group."""
    suit: Id | None = None
    """The suit that served; absent: unsuited."""


class Person(Entity):
    """Someone aboard, or on the ground and perhaps launched."""

    agency: Id | None = None
    """Whose crew, for staffing rules."""
    qualified: Many[Id | Qualified] = ()
    """Qualifications: usually ids of ship types."""
    aboard_in: AboardIn | None = None
    """Present if aboard at the start and holding a seat."""
    aboard: bool = False
    """True if aboard at the start without a seat."""
    launched: Instant | None = None
    """When launched, if aboard at the start; that of the ship in `aboard_in` where absent."""
    body: Body | None = None
    """Measures, for seats with body limits."""
    planned_return: Instant | Duration | None = None
    """The plan: a date, or a time after launch. Straying from it has a price."""
    earliest_return: Instant | Duration | None = None
    """Cannot return before; waived as `ID.earliest_return`."""
    latest_return: Instant | Duration | None = None
    """Aboard in no tick from then on; waived as `ID.latest_return`. Equal to `earliest_return`: exactly then."""


class Suit(Entity):
    """A suit as an item: on the ground unless aboard."""

    type: Id
    """Its suit type."""
    fits: Annotated[Many[Id], Field(min_length=1)]
    """The people it fits."""
    aboard: bool = False
    """Whether it is on the station at the start."""


class Liner(Entity):
    """A seat liner as an item: in a docked ship, stowed in the station, or on the ground."""

    kind: Id
    """Its liner kind."""
    owner: Id
    """The one person whom it fits."""
    in_: Id | None = Field(default=None, alias="in")
    """The ship it lies in at the start (docked or in flight)."""
    stowed: bool = False
    """Whether it is stowed in the station at the start."""

    @model_validator(mode="after")
    def _one_place(self) -> Liner:
        if self.stowed and self.in_ is not None:
            raise Mistake("both in a ship and stowed", "Keep `in`, or `stowed: true` for the station.")
        return self
