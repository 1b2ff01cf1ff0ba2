"""Ports, kinds of ship and ships: where they stand, who they can carry, and how they may be launched."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from .base import MOST_PEOPLE, Confidence, Count, Duration, Entity, Id, Instant, Interval, Many, Model, Probability
from .problems import Mistake

ONE_WAY = "Give `earliest`, `latest` and `transit`, or a list of `opportunities` instead."


def _in_figures(key: object) -> object:
    """A key of a document is text: digits as people write them, so that no two keys mean one number."""
    if isinstance(key, str) and not _FIGURES.fullmatch(key):
        raise ValueError("expected a number of people such as 3")
    return int(key) if isinstance(key, str) else key


NumberOfPeople = Annotated[int, BeforeValidator(_in_figures), Field(ge=1, le=MOST_PEOPLE)]
_FIGURES = re.compile(r"[1-9][0-9]{0,5}")


class Port(Entity):
    """A place where one ship at a time can dock."""

    interface: Id
    """Ships of the same interface fit (SSVP, IDSS, ...)."""
    automatic_docking: bool = True
    """Whether a ship without people in it can dock here."""
    no_automatic_docking: Many[Interval] = ()
    """Spans in which only a ship with people in it may come."""
    closed: Many[Interval] = ()
    """Spans in which no ship stands here."""


class BodyRange(Model):
    """Lowest and highest value that fits; a side left out does not bind."""

    at_least: Annotated[float, Field(ge=0, le=1000)] | None = None
    """Lowest value that fits."""
    at_most: Annotated[float, Field(ge=0, le=1000)] | None = None
    """Highest value that fits."""


class BodyLimits(Model):
    """Whom a seat fits. Stature and sitting height are compared as grown in flight."""

    stature_cm: BodyRange | None = None
    """Stature in flight."""
    sitting_height_cm: BodyRange | None = None
    """Sitting height in flight."""
    mass_kg: BodyRange | None = None
    """Mass."""
    chest_cm: BodyRange | None = None
    """Girth of the chest."""
    foot_cm: BodyRange | None = None
    """Length of the foot."""


class Rigging(Model):
    """The group is usable only once it has been rigged, which is a decision."""

    not_before: Instant | None = None
    """Earliest instant of the rigging."""


class SeatGroup(Entity):
    """Equal seats of one ship."""

    seats: Annotated[Many[str], Field(min_length=1)]
    """Names of the positions, for reports only; their number is the number of seats."""
    needs_liner: Id | None = None
    """Kind of liner that must be in the ship for its owner to hold a seat here."""
    hookups: bool = False
    """Whether every seat has a suit hook-up (umbilical)."""
    controls: bool = False
    """Whether the ship can be flown from here."""
    contingency: bool = False
    """A place for an emergency, not a certified seat."""
    body: BodyLimits | None = None
    """Whom the seats fit."""
    from_: Instant | None = Field(default=None, alias="from")
    """The group exists from this date; always where absent."""
    rigging: Rigging | None = None
    """Present if the group must be rigged before it is used."""
    added_loss: Probability = 0.0
    """Added to the loss of everyone seated here, emergency and nominal."""


class Passage(Model):
    """Whether a ship may be used for a purpose, by how many, and at what loss per person."""

    allowed: bool = True
    """Whether at all. If not, the other fields do not matter."""
    at_most: Count | None = None
    """Most people in the ship; the largest number in `loss` where absent."""
    loss: dict[NumberOfPeople, Probability] = Field(default_factory=dict)
    """Loss of each person by the number of people in the ship; a number without an entry takes the next higher one."""

    @property
    def most(self) -> int:
        """Most people allowed in the ship, 0 where the purpose is not allowed at all."""
        if not self.allowed:
            return 0
        return self.at_most if self.at_most is not None else max(self.loss, default=0)


class Permission(Model):
    """Whether a ship may do something without people."""

    allowed: bool
    """Whether it may."""


class Health(Model):
    """What a ship may be used for. Purposes left out stay as they were before."""

    from_: Instant | None = Field(default=None, alias="from")
    """In force from this instant; always where absent."""
    emergency: Passage | None = None
    """Emergency return: an evacuation of the station."""
    nominal: Passage | None = None
    """Nominal return with people."""
    uncrewed: Permission | None = None
    """Return without people."""
    relocation: Passage | None = None
    """Moving to another port with people; as `nominal` with loss 0 where never given."""
    source: str | None = None
    """Where this comes from."""
    confidence: Confidence | None = None
    """How well the numbers stated here are known."""


class TypeHealth(Model):
    """What a sound ship of the type may be used for."""

    emergency: Passage = Passage(allowed=False)
    """Emergency return: an evacuation of the station."""
    nominal: Passage = Passage(allowed=False)
    """Nominal return with people."""
    uncrewed: Permission = Permission(allowed=False)
    """Return without people."""
    relocation: Passage | None = None
    """Moving to another port with people; as `nominal` with loss 0 where absent."""


class Unsuited(Model):
    """Loss added for a person who is not suited; `forbidden` where absent."""

    emergency: Probability | None = None
    """Added in an emergency return; absent: nobody may hold a seat unsuited."""
    nominal: Probability | None = None
    """Added in a nominal return; absent: nobody returns unsuited."""


class LifeStep(Entity):
    """A step in a ship's docked life, in force from `after` until the next step."""

    after: Duration
    """Time since launch."""
    added_loss: Probability = 0.0
    """Added to both loss tables."""
    holds: bool = True
    """Whether people may still hold seats in the ship."""
    returns: bool = True
    """Whether people may still return in it nominally."""


class Crewing(Model):
    """How many qualified people a ship with anybody in it needs."""

    qualification: Id | None = None
    """What they must be qualified for; the id of the ship type where absent."""
    qualified: Count = 1
    """How many of those who hold seats must have it."""


class Relocates(Model):
    """Whether ships of the type may move to another port."""

    crewed: bool = True
    """With everyone who holds a seat in it aboard."""
    uncrewed: bool = False
    """With nobody in it."""


class VehicleType(Entity):
    """What ships of one kind have in common."""

    interface: Id
    """The port interface it fits."""
    launcher: Id | None = None
    """The rocket, for blackouts."""
    suit: Id | None = None
    """Suit type its hook-ups take; absent: the type asks for no suit."""
    unsuited: Unsuited = Unsuited()
    """What being unsuited costs, for a type that asks for a suit."""
    crewing: Crewing = Crewing()
    """Qualified people needed."""
    groups: Many[SeatGroup] = ()
    """Its seats; none for a ship that only takes up room."""
    health: TypeHealth = TypeHealth()
    """Of a sound ship."""
    docked_life: Many[LifeStep] = ()
    """Steps by time since launch, in order."""
    automatic_docking: bool = True
    """Whether it can dock with nobody in it."""
    relocates: Relocates = Relocates()
    """Whether it may move to another port."""
    landing_windows: Many[Interval] | None = None
    """Dates on which it may land with people; any date where absent."""


class Brings(Model):
    """What a ship carries up."""

    people: Many[Id] = ()
    """They are aboard from its arrival on."""
    suits: Many[Id] = ()
    """They are aboard from its arrival on."""
    liners: Many[Id] = ()
    """They come in the ship as far as it has seats for them, else stowed."""


class Opportunity(Model):
    """One launch date, with either its transit time or its arrival."""

    launch: Instant
    """The launch."""
    transit: Duration | None = None
    """From launch to arrival."""
    arrival: Instant | None = None
    """The arrival itself."""

    @model_validator(mode="after")
    def _one_of(self) -> Opportunity:
        if (self.transit is None) == (self.arrival is None):
            raise Mistake("its arrival is given twice or not at all", "Give either `transit` or `arrival`.")
        return self


class Late(Model):
    """The launch is late."""

    by: Duration
    """How much later it arrives."""
    chance: Probability
    """How likely that is."""


class Outcomes(Model):
    """What may become of a launch: on time, late or lost; the chances add up to 1."""

    on_time: Probability
    """Chance of coming as planned."""
    late: Late | None = None
    """Chance of coming late, and by how much."""
    lost: Probability = 0.0
    """Chance of never coming."""


class LaunchOption(Entity):
    """One way in which a ship could be launched."""

    planned: Interval | None = None
    """The window in which the programme plans this launch; absent: not planned."""
    earliest: Instant | None = None
    """First launch date."""
    latest: Instant | None = None
    """Last launch date, included."""
    every: Duration | None = None
    """Step between launch dates; one tick where absent."""
    transit: Duration | None = None
    """From launch to arrival, with `earliest` and `latest`."""
    opportunities: Many[Opportunity] = ()
    """A list of launch dates, instead of `earliest` and `latest`."""
    ports: Many[Id] | None = None
    """Ports it may come to; every port of its interface where absent."""
    brings: Brings = Brings()
    """Who and what comes in it; nobody where absent."""
    ascent_loss: Probability = 0.0
    """Loss of each person launched."""
    outcomes: Outcomes | None = None
    """Chances, for the policy solve; the plain solve takes every launch as on time."""
    handover: Duration = timedelta(0)
    """After arrival, before people who did not come in it may hold its seats."""

    @model_validator(mode="after")
    def _dates(self) -> LaunchOption:
        window = (self.earliest, self.latest, self.transit)
        if self.opportunities:
            if any(part is not None for part in (*window, self.every)):
                raise Mistake("its launch dates are given twice", ONE_WAY)
        elif any(part is None for part in window):
            raise Mistake("its launch dates are not given", ONE_WAY)
        return self


class InFlight(Model):
    """A ship that was launched before the start and has yet to arrive; one of the arrivals is taken."""

    arrivals: Annotated[Many[Instant], Field(min_length=1)]
    """When it can arrive, from the start of the horizon on."""
    ports: Many[Id] | None = None
    """Ports it may come to; every port of its interface where absent."""
    brings: Brings = Brings()
    """Who and what is in it."""
    handover: Duration = timedelta(0)
    """After arrival, before people who did not come in it may hold its seats."""


class Leave(Model):
    """A departure lies inside; with a `not_after` before the end of the horizon the ship must leave."""

    not_before: Instant | None = None
    """Earliest departure."""
    not_after: Instant | None = None
    """Latest departure, included."""


class Vehicle(Entity):
    """One ship: docked, in flight or on the ground at the start."""

    type: Id
    """Its ship type."""
    launched: Instant | None = None
    """When it was launched, if it was: its docked life counts from here."""
    docked_at: Id | None = None
    """The port where it stands at the start."""
    in_flight: InFlight | None = None
    """Present if it is on its way at the start."""
    launch: Many[LaunchOption] = ()
    """How it could be launched, if it is on the ground; at most one option is flown."""
    must_launch: bool = False
    """Whether one of the options has to be flown."""
    extra_groups: Many[SeatGroup] = ()
    """Seats beside those of its type."""
    health: Many[Health] = ()
    """Dated states that replace those of its type, purpose by purpose; a later one prevails."""
    docked_life: Many[LifeStep] | None = None
    """Its own steps, instead of those of its type."""
    leave: Leave | None = None
    """Bounds on its departure; waived as `ID.leave`."""
