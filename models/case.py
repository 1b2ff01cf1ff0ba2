"""A case: everything known at one moment about a station, its ships and its people."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Amount, Count, Duration, Entity, Id, Instant, Interval, Many, Model, Probability, Rate
from .crew import Growth, Liner, LinerKind, Person, Suit, SuitType
from .fleet import Port, Vehicle, VehicleType
from .objective import DEFAULT_OBJECTIVE, Objective
from .plan import Plan
from .problems import Mistake
from .statements import Alternative, People, Restriction


class Horizon(Model):
    """The span `[start, end)` in which everything is decided."""

    start: Instant
    """The first tick begins here: not before `known_at`."""
    end: Instant
    """The last tick ends here. Who is aboard then must yet come home, and is charged for it."""


class RateChange(Model):
    """The rate from an instant on."""

    from_: Instant = Field(alias="from")
    """The first instant of the new rate, later than that of the entry before."""
    rate_per_day: Rate
    """Evacuations a day from then on."""


class Evacuation(Model):
    """How often the whole station must be left; at most once."""

    rate_per_day: Rate
    """Evacuations a day."""
    changes: Many[RateChange] = ()
    """Other rates from later dates on, in order."""


class Blackout(Entity, Interval):
    """A span in which some traffic is forbidden; where several filters are given, all must match."""

    forbids: Annotated[Many[Literal["launch", "arrival", "departure", "relocation"]], Field(min_length=1)]
    """What does not happen in it."""
    ports: Many[Id] | None = None
    """At these ports (a relocation: from or to); at any where absent."""
    types: Many[Id] | None = None
    """Ships of these types."""
    launchers: Many[Id] | None = None
    """Ships on these launchers."""
    reason: str | None = None
    """Why, in words."""


class Event(Model):
    """A launch, an arrival or a departure of a ship; exactly one is named."""

    launch: Id | None = None
    """The ship that is launched."""
    arrival: Id | None = None
    """The ship that arrives."""
    departure: Id | None = None
    """The ship that departs."""

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
    """A, the event that comes first."""
    then: Event
    """B, the event that follows."""
    at_least: Duration | None = None
    """Shortest time from A to B."""
    at_most: Duration | None = None
    """Longest time from A to B; B is then not before A."""
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
    """Events that depend on each other."""
    blackouts: Many[Blackout] = ()
    """Spans without some traffic."""


class Staffing(Entity, Interval):
    """How many people are aboard, of everyone or of those who match."""

    at_least: Count | None = None
    """Fewest people aboard in every tick between the dates."""
    at_most: Count | None = None
    """Most people aboard in every tick between the dates."""
    at_most_person_days: Amount | None = None
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
    """Chance a day to die of it."""
    people: People = "all"
    """Whom it threatens."""


class AsDecided(Model):
    """The plan that was really flown."""

    source: str
    """Where it is known from."""
    plan: Plan
    note: str | None = None
    """A remark for readers."""


class Case(Model):
    """A case file, format `crewreturn/1`."""

    schema_: str | None = Field(default=None, alias="$schema")
    """For editors: where the JSON Schema lies. Not read."""
    format: Literal["crewreturn/1"]
    """What kind of document this is."""
    id: Id
    """Short name of the case, repeated in answers."""
    title: str
    """One line for people: headline of every page."""
    description: str | None = None
    """The situation in a few sentences."""
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
    """Kinds of suit."""
    liner_kinds: Many[LinerKind] = ()
    """Kinds of seat liner."""
    ports: Many[Port] = ()
    """Where ships dock."""
    vehicle_types: Many[VehicleType] = ()
    """Kinds of ship."""
    vehicles: Many[Vehicle] = ()
    """Every ship that is docked, on its way, or may be launched; cargo ships too, if they take up room."""
    people: Many[Person] = ()
    """Everybody aboard, and those on the ground whom a ship may bring."""
    suits: Many[Suit] = ()
    """Suits, one by one."""
    liners: Many[Liner] = ()
    """Seat liners, one by one."""
    traffic: Traffic = Traffic()
    staffing: Many[Staffing] = ()
    """How many people have to be aboard, or may be."""
    hazards: Many[Hazard] = ()
    """Dangers of being aboard, beside an evacuation."""
    restrictions: Many[Restriction] = ()
    """What policy lays down. Binds inside the horizon; the way home after its end is by health alone."""
    alternatives: Many[Alternative] = ()
    """Rescue alternatives to compare."""
    as_decided: AsDecided | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    """A host program's own strings: kept, never read."""

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
