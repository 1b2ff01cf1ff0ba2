"""Models and Python data as JSON: one text for one meaning, and back."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel, computed_field

from crewreturn.models.canonical import plain_data
from crewreturn.models.case_file import case_digest, dump_json, read_model
from crewreturn.models.positions import MAX_DEPTH
from crewreturn.models.problems import CaseProblems


class Base(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_by_name=True, allow_inf_nan=False)


class Part(Base):
    id: str
    weight: float = 0.0
    note: str | None = None
    loud: str | None = "yes"
    flag: bool = False


class Words(RootModel[dict[str, Part]]):
    pass


class Whole(Base):
    schema_: Annotated[str | None, Field(alias="$schema")] = None
    format: Literal["toy/1"] = "toy/1"
    mode: Literal["a", "b"] = "a"
    known_at: AwareDatetime
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    times: tuple[AwareDatetime, ...] = ()
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part | None] = Field(default_factory=dict)
    words: Words = Words({})
    length: timedelta | None = None
    tags: frozenset[str] = frozenset()
    child: Part = Part(id="child")
    anything: object = None


KNOWN = datetime(2023, 1, 12, tzinfo=UTC)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)
parts = st.builds(
    Part, id=texts, weight=numbers, note=st.none() | texts, loud=st.none() | texts | st.just("yes"), flag=st.booleans()
)
wholes = st.builds(
    Whole,
    schema_=st.none() | texts,
    mode=st.sampled_from(["a", "b"]),
    known_at=moments,
    from_=st.none() | moments,
    times=st.lists(moments, max_size=3).map(tuple),
    parts=st.lists(parts, max_size=3).map(tuple),
    by_name=st.dictionaries(texts, st.none() | parts, max_size=3),
    words=st.dictionaries(texts, parts, max_size=2).map(Words),
    length=st.none() | st.integers(0, 10**6).map(lambda minutes: timedelta(minutes=minutes)),
    tags=st.frozensets(texts, max_size=3),
    child=parts,
)


@given(wholes, st.sampled_from([None, 2]), st.booleans())
def test_what_was_dumped_reads_back_equal(whole, indent, defaults):
    """Nothing that was left out is missed, nothing that was None comes back as a default."""
    text = dump_json(whole, indent=indent, defaults=defaults)
    again = read_model("dump.json", Whole, text=text)
    assert again == whole
    assert dump_json(again, indent=indent, defaults=defaults) == text


@given(wholes)
def test_yaml_reads_a_dump_too(whole):
    """JSON is what everybody can read, also under the other suffix."""
    assert read_model("dump.yaml", Whole, text=dump_json(whole)) == whole


@given(wholes)
def test_instants_are_in_utc(whole):
    """Two notations of one instant are one text, and one digest."""
    assert '"known_at": "' in dump_json(whole)
    assert json.loads(dump_json(whole))["known_at"].endswith("Z") or whole.known_at.date() == date.min
    if whole.known_at.date() == date.min:
        return  # no other notation is sure to lie in the calendar
    moved = whole.model_copy(update={"known_at": whole.known_at.astimezone(timezone(timedelta(hours=-3)))})
    assert case_digest(moved) == case_digest(whole)


def test_the_form():
    """In the model's order under the file's names; defaults are left out, constants and meaningful nulls are not."""
    whole = Whole(
        known_at=KNOWN,
        from_=datetime(2023, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))),
        parts=(Part(id="é", weight=5.0e-5), Part(id="b", loud=None)),
        by_name={"x": None, "y": Part(id="y")},
        tags=frozenset("cab"),
    )
    assert dump_json(whole, indent=None) == (
        '{"format":"toy/1","known_at":"2023-01-12T00:00:00Z","from":"2023-01-01T00:00:00Z",'
        '"parts":[{"id":"é","weight":5e-05},{"id":"b","loud":null}],"by_name":{"x":null,"y":{"id":"y"}},'
        '"tags":["a","b","c"]}'
    )
    assert dump_json(Part(id="a")) == '{\n  "id": "a"\n}\n'
    full = '{"id":"a","weight":0.0,"note":null,"loud":"yes","flag":false}'
    assert dump_json(Part(id="a"), indent=None, defaults=True) == full


def test_what_is_computed_is_written_too():
    """For readers of answers; a model that reads its own dumps has no such fields."""

    class Sum(Base):
        a: int

        @computed_field
        def twice(self) -> int:
            return 2 * self.a

    assert dump_json(Sum(a=1), indent=None) == '{"a":1,"twice":2}'


def test_a_number_that_is_not_finite_is_not_written():
    """It would not be JSON."""
    with pytest.raises(ValueError, match="JSON"):
        dump_json(Whole(known_at=KNOWN, anything=float("inf")))


def test_the_digest_is_of_the_meaning():
    """Comments, order of fields, defaults written out and the editor's `$schema` do not change a case."""
    one = read_model("a.yaml", Whole, text="# c\nparts: [{weight: 0, id: a}]\nknown_at: 2023-01-12T01:00:00+01:00\n")
    two = read_model(
        "b.json",
        Whole,
        text='{"$schema": "x.json", "format": "toy/1", "known_at": "2023-01-12T00:00:00Z", "parts": [{"id": "a"}]}',
    )
    assert case_digest(one) == case_digest(two)
    assert len(case_digest(one)) == 64
    assert case_digest(one) != case_digest(one.model_copy(update={"mode": "b"}))


def test_the_digest_does_not_hang_on_the_hash_seed():
    """Sets are iterated in another order in every process; a digest names a case in all of them."""
    code = (
        "from crewreturn.models.canonical import case_digest\n"
        "from pydantic import BaseModel\n"
        "class Tags(BaseModel):\n    tags: frozenset[str]\n"
        "print(case_digest(Tags(tags=frozenset('abcdefgh'))))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


# ------------------------------------------------------------------------------------------ Python data


class Shade(StrEnum):
    DARK = "dark"


def test_python_data():
    """What a host has at hand: dates, durations, numpy's numbers, tuples, models, whole numbers as keys."""
    mine = {
        "at": datetime(2023, 1, 12, 3, tzinfo=timezone(timedelta(hours=3))),
        "naive": datetime(2023, 1, 12),  # noqa: DTZ001
        "day": date(2023, 1, 12),
        "for": timedelta(days=1, hours=4),
        1: np.float64(0.5),
        np.int64(2): (np.int64(3), True, None, Shade.DARK),
        "part": Part(id="a", note="n"),
    }
    assert plain_data(mine) == {
        "at": "2023-01-12T00:00:00Z",
        "naive": "2023-01-12T00:00:00",
        "day": "2023-01-12",
        "for": "P1DT4H",
        "1": 0.5,
        "2": [3, True, None, "dark"],
        "part": {"id": "a", "note": "n"},
    }
    assert json.dumps(plain_data(mine))


def test_an_instant_outside_the_calendar_in_utc():
    """The first morning of the year 1 in India is no moment of UTC's calendar: it stays as it is, for the reader."""
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert plain_data({"at": first}) == {"at": "0001-01-01T00:00:00+05:30"}


def endless():
    data = {}
    data["again"] = [data]
    return data


@pytest.mark.parametrize(
    ("mine", "path", "message"),
    [
        ({"a": [1, float("nan")]}, ("a", 1), "not finite"),
        ({"a": np.float64("inf")}, ("a",), "not finite"),
        ({"a": 10**400}, ("a",), "too large"),
        ({"a": {1, 2}}, ("a",), "set is not data"),
        ({"a": b"x"}, ("a",), "bytes is not data"),
        ({"a": "\ud800"}, ("a",), "half a surrogate pair"),
        ({"\ud800": 1}, (), "half a surrogate pair"),
        ({"a": {1.5: 1}}, ("a",), "a key that is not text: 1.5"),
        ({True: 1}, (), "a key that is not text: True"),
        ({"1": 1, 1: 2}, ("1",), "stands twice"),
        (endless(), ("again", 0) * (MAX_DEPTH // 2) + ("again",), "nested deeper"),
    ],
)
def test_python_data_that_no_document_holds(mine, path, message):
    """The same limits as for files, with the place."""
    with pytest.raises(CaseProblems) as caught:
        plain_data(mine)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert message in problem.message
