"""The small types every document is made of: instants, durations, numbers with a source, ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
)

from .problems import Mistake

T = TypeVar("T")

Many = Annotated[tuple[T, ...], Strict(False)]
"""A sequence that is kept as a tuple: lists are welcome, items stay strict."""

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=80)]
"""A name that other parts of the document refer to: letters, digits, `-` and `_`, no dot."""

MOST = 1e9
"""Largest price, limit or amount: nothing real is so large. Weights of one level that lie too far apart for exact sums
are for the solver to refuse."""
MOST_PEOPLE = 1000
"""Largest number of people that anything speaks of."""
MOST_A_DAY = 100.0
"""Largest rate."""

Amount = Annotated[float, Field(ge=0, le=MOST)]
"""A price, a number of days or another amount."""
Count = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
"""A number of people."""

Confidence = Literal["sourced", "derived", "judgement"]

_INSTANT = re.compile(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$")
_DURATION = re.compile(r"^P(?:(\d+)W|(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?)$")
_DURATION_WORDS = "weeks, days, hours and minutes, such as P5D, PT4H or P1DT12H"


def _read_instant(raw: object) -> object:
    if isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _INSTANT.match(raw):
        raise ValueError("expected an instant with its time zone, such as 2023-02-24T00:24:00Z")
    try:
        return datetime.fromisoformat(raw.upper())
    except ValueError as error:
        raise Mistake(f"is no date and time: {error}", "Look it up in a calendar; an hour ends at minute 59.") from None


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise Mistake(
            "outside the years 1 to 9999 in UTC", "Check the year, or leave it out if it means never."
        ) from None


def _write_instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _read_duration(raw: object) -> object:
    if isinstance(raw, timedelta):
        if raw < timedelta(0):
            raise Mistake("a duration below 0", "Give its length without a sign.")
        return raw
    match = _DURATION.match(raw) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(f"expected an ISO 8601 duration in {_DURATION_WORDS}")
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
    try:
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        length = timedelta.max
    if length > timedelta(days=36525):
        raise Mistake("a duration of more than a hundred years", "Check the unit.")
    return length


def write_duration(length: timedelta) -> str:
    """The ISO 8601 form of a duration of whole minutes."""
    minutes = round(length.total_seconds() / 60)
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return f"P{days}D" + (f"T{time}" if time else "") if days or not time else f"PT{time}"


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_read_instant),
    AfterValidator(_in_utc),
    Strict(False),
    PlainSerializer(_write_instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2023-02-24T00:24:00Z"]}),
]
"""A moment, kept in UTC. Always with its zone: most "wrong dates" are time-zone shifts."""

Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["P5D", "PT4H"]}),
]
"""A length of time in weeks, days, hours and minutes."""


class Model(BaseModel):
    """Base of every document part: frozen, strict, and closed to fields it does not know."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        validate_default=False,
    )


class Estimate(Model):
    """A number together with how well it is known."""

    mean: Annotated[float, Field(ge=0)]
    """The mean value that the solver uses."""
    error_factor: Annotated[float, Field(gt=1, le=MOST)] | None = None
    """p95 / p50 of a lognormal uncertainty distribution."""
    source: str | None = None
    """Where the number comes from."""
    confidence: Confidence | None = None
    """`sourced`: read in the source; `derived`: arithmetic on sourced facts; `judgement`: chosen."""


Number = Annotated[float, Field(ge=0)] | Estimate
"""A plain number, or one with its error factor, source and confidence."""


def mean(number: float | Estimate) -> float:
    """The value of a number, with or without its provenance."""
    return number.mean if isinstance(number, Estimate) else number


def _is_probability(number: float | Estimate) -> float | Estimate:
    if mean(number) > 1:
        raise Mistake("a probability is at most 1", "Give a share of 1, such as 0.02 or 2.0e-2 for two percent.")
    return number


Probability = Annotated[Number, AfterValidator(_is_probability)]


def _is_rate(number: float | Estimate) -> float | Estimate:
    if mean(number) > MOST_A_DAY:
        raise Mistake(f"a rate of more than {MOST_A_DAY:g} a day", "Give events a day: one in ten years is 2.7e-4.")
    return number


Rate = Annotated[Number, AfterValidator(_is_rate)]
"""Events a day."""


class Entity(Model):
    """Something with an id that other parts of the case refer to."""

    id: Id
    """Unique among things of its kind."""
    name: str | None = None
    """What people call it; the id where absent."""
    source: str | None = None
    """Where the facts stated here come from."""
    confidence: Confidence | None = None
    """How well the facts stated here are known."""
    note: str | None = None
    """A remark for readers."""
    labels: dict[str, str] = Field(default_factory=dict)
    """A host program's own strings: kept, never read."""

    @property
    def title(self) -> str:
        """The name for people: `name`, or the id."""
        return self.name or self.id


class Interval(Model):
    """The half-open span `[from, to)`; a side left out is open."""

    from_: Instant | None = Field(default=None, alias="from")
    """First instant inside."""
    to: Instant | None = None
    """First instant no longer inside."""
