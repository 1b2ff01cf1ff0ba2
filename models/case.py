"""A case: everything known at one moment about a station, its ships and its people."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Duration, Entity, Id, Instant, Interval, Many, Model, Probability, Rate
from .crew import Growth, Liner, LinerKind, Person, Suit, SuitType
from .fleet import Port, Vehicle, VehicleType
from .objective import DEFAULT_OBJECTIVE, Objective
from .plan import Plan
from .problems import Mistake
from .statements import Alternative, People, Restriction


class Horizon(Model):
    """The span `[start, end)` in which everything is decided."""

    start: Instant
    end: Instant


class RateChange(Model):
    """The rate from an instant on."""

    from_: Instant = Field(alias="from")
    rate_per_day: Rate


class Evacuation(Model):
    """How often the whole station must be left; at most once."""

    rate_per_day: Rate
    """Evacuations a day."""
    changes: Many[RateChange] = ()
    """Other rates from later dates on, in order."""


class Blackout(Entity, Interval):
    """A span in which some traffic is forbidden; where several filters are given, all must match."""

    forbids: Annotated[Many[Literal["launch", "arrival", "departure", "relocation"]], Field(min_length=1)]
    ports: Many[Id] | None = None
    """At these ports (a relocation: from or to); at any where absent."""
    types: Many[Id] | None = None
    """Ships of these types."""
    launchers: Many[Id] | None = None
    """Ships on these launchers."""
    reason: str | None = None


class Event(Model):
    """A launch, an arrival or a departure of a ship; exactly one is named."""

    launch: Id | None = None
    arrival: Id | None = None
    departure: Id | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Event:
        if sum(part is not None for part in (self.launch, self.arrival, self.departure)) != 1:
            raise Mistake("not one event", "Name a ship under exactly one of `launch`, `arrival` and `departure`.")
        return self

    @property
    def vehicle(self) -> str:
        """The ship."""
        return self.launch or self.arrival or self.departure or ""

    @property
    def kind(self) -> Literal["launch", "arrival", "departure"]:
        """What the ship does."""
        return "launch" if self.launch else "arrival" if self.arrival else "departure"


class Precedence(Entity):
    """`first` (A) and `then` (B): B >= A + at_least, A <= B <= A + at_most, if both happen."""

    first: Event
    then: Event
    at_least: Duration | None = None
    at_most: Duration | None = None
    requires: bool = False
    """B happens only if A does."""

    @model_validator(mode="after")
    def _says_something(self) -> Precedence:
        if self.at_least is None and self.at_most is None and not self.requires:
            raise Mistake("says nothing", "Give `at_least`, `at_most` or `requires: true`.")
        return self


class Traffic(Model):
    """Rules on ships coming and going."""

    spacing: Duration = timedelta(0)
    """Shortest time between any two arrivals, departures or relocations; 0: several in one tick."""
    precedences: Many[Precedence] = ()
    blackouts: Many[Blackout] = ()


class Staffing(Entity, Interval):
    """How many people are aboard, of everyone or of those who match."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None
    at_most_person_days: Annotated[float, Field(ge=0)] | None = None
    """Supplies: most person-days between the dates."""
    agency: Id | None = None
    """Count people of this agency only."""
    qualification: Id | None = None
    """Count people with this qualification only."""
    soft: bool = False
    """Counted in `understaffed_days` instead of enforced."""

    @model_validator(mode="after")
    def _says_something(self) -> Staffing:
        if self.at_least is None and self.at_most is None and self.at_most_person_days is None:
            raise Mistake("says nothing", "Give `at_least`, `at_most` or `at_most_person_days`.")
        return self


class Hazard(Entity, Interval):
    """A danger of being aboard: an illness, a leaking module."""

    rate_per_day: Rate
    people: People = "all"


class AsDecided(Model):
    """The plan that was really flown."""

    source: str
    plan: Plan
    note: str | None = None


class Case(Model):
    """A case file, format `crewreturn/1`."""

    schema_: str | None = Field(default=None, alias="$schema")
    format: Literal["crewreturn/1"]
    id: Id
    title: str
    description: str | None = None
    known_at: Instant
    """The moment whose knowledge the case holds."""
    horizon: Horizon
    resolution: Duration = timedelta(days=1)
    """Length of a tick."""
    evacuation: Evacuation
    loss_unassured: Probability = 1.0
    """Loss in an evacuation of somebody without a seat; below 1 if there is a safe haven."""
    loss_stranded: Probability = 1.0
    """Loss of somebody aboard at the end who has no lawful way home."""
    growth: Growth = Growth()
    """In-flight growth of everyone aboard."""
    objective: Objective = DEFAULT_OBJECTIVE
    """Levels, minimised in order."""
    suit_types: Many[SuitType] = ()
    liner_kinds: Many[LinerKind] = ()
    ports: Many[Port] = ()
    vehicle_types: Many[VehicleType] = ()
    vehicles: Many[Vehicle] = ()
    people: Many[Person] = ()
    suits: Many[Suit] = ()
    liners: Many[Liner] = ()
    traffic: Traffic = Traffic()
    staffing: Many[Staffing] = ()
    hazards: Many[Hazard] = ()
    restrictions: Many[Restriction] = ()
    alternatives: Many[Alternative] = ()
    as_decided: AsDecided | None = None
    labels: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Case:
        from .consistency import problems
        from .problems import CaseProblems

        found = problems(self)
        if found:
            raise CaseProblems(found)
        return self

    @property
    def ticks(self) -> int:
        """Number of ticks in the horizon."""
        return int((self.horizon.end - self.horizon.start) / self.resolution)
