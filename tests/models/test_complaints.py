"""What a strict model says of a document: every problem, at its place, in plain words."""

import pickle
from datetime import timedelta
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Strict,
    Tag,
    WrapValidator,
    field_validator,
    model_validator,
)
from typing_extensions import TypeAliasType, TypedDict

from crewreturn.models.case import Case, Evacuation
from crewreturn.models.case_file import read_model
from crewreturn.models.complaints import MOST_PROBLEMS
from crewreturn.models.fleet import Port
from crewreturn.models.problems import CaseProblems, InputError, Mistake, Problem, show_path


class Base(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, validate_by_name=True, use_attribute_docstrings=True
    )


class Estimate(Base):
    mean: Annotated[float, Field(ge=0)]
    """The value that is used."""
    source: str | None = None


def not_above_one(number):
    if (number.mean if isinstance(number, Estimate) else number) > 1:
        raise ValueError("a probability is at most 1.")
    return number


def duration(raw):
    if not (isinstance(raw, str) and raw.startswith("P")):
        raise ValueError("expected a duration such as P1D")
    return timedelta(days=1)


Number = Annotated[float, Field(ge=0)] | Estimate
Probability = Annotated[Number, AfterValidator(not_above_one)]
Duration = Annotated[timedelta, BeforeValidator(duration)]
Id = Annotated[str, Field(pattern="^[a-z0-9-]+$", min_length=2)]


class Go(Base):
    kind: Literal["go"]
    to: Id


class Stay(Base):
    kind: Literal["stay"]
    until: AwareDatetime


class Lift(Base):
    lift: Id
    height: float


class Drop(Base):
    drop: Id


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Labels(RootModel[dict[str, str]]):
    pass


class Table(TypedDict):
    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]
    row: int


class Ship(Base):
    id: Id
    loss: Probability | Literal["forbidden"] | None = None
    losses: dict[Literal["near", "far"], Number] = {}
    seats: tuple[str, ...] | Literal["all"] = ()
    until: AwareDatetime | Duration | None = None
    start: Annotated[AwareDatetime | None, Field(alias="from")] = None
    strange: Annotated[Lift | Drop, WrapValidator(lambda raw, go: go({"lift": raw}))] | None = None
    order: Annotated[Go | Stay, Field(discriminator="kind")] | None = None
    act: Lift | Drop | None = None
    tagged: (
        Annotated[Annotated[Lift, Tag("up")] | Annotated[Drop, Tag("down")], Discriminator(lambda _: "up")] | None
    ) = None
    colour: Colour | None = None
    count: Annotated[int, Field(gt=0, lt=10)] | None = None
    crewed: bool | None = None
    labels: Labels | None = None
    alias: TypeAliasType("Alias", int | Estimate) | None = None
    checked: Annotated[AwareDatetime, BeforeValidator(lambda raw: raw)] | Duration | None = None
    table: Table | None = None
    code: UUID | None = None
    pair: tuple[int, str] | None = None
    note: Annotated[str, Field(max_length=3)] | None = None
    few: Annotated[tuple[int, ...], Strict(False), Field(min_length=1, max_length=2)] | None = None

    @model_validator(mode="after")
    def _two_at_once(self):
        if self.note == "bad":
            raise CaseProblems(
                [
                    Problem(("start",), "no date can be right", "x", "Leave it out."),
                    Problem(("losses", "near"), "is odd"),
                    Problem(("elsewhere", 3), "is nowhere"),
                ]
            )
        return self


class Fleet(Base):
    ships: list[Ship]
    name: str | None = None

    @field_validator("name")
    @classmethod
    def _asserts(cls, name):
        if name == "assert":
            raise AssertionError("not that one")
        return name

    @model_validator(mode="after")
    def _no_twins(self):
        if len({ship.id for ship in self.ships}) < len(self.ships):
            raise ValueError("two ships have the same id")
        return self


def problems(text, model=Fleet):
    with pytest.raises(InputError) as caught:
        read_model("f.yaml", model, text=text)
    assert str(caught.value)
    return caught.value.problems


def told(fields):
    """What is said of one ship with these fields."""
    return [str(problem) for problem in problems(f"ships: [{{id: ab, {fields}}}]")]


def test_all_problems_in_order_with_line_caret_and_advice():
    """One reading tells everything that is wrong, from top to bottom, as an editor's error list would."""
    text = "naame: x\nships:\n  - {id: ab, count: '7'}\n  - note: é\n    colour: red\n    count: 3.5\n"
    with pytest.raises(InputError) as caught:
        read_model("fleet.yaml", Fleet, text=text)
    assert str(caught.value) == "\n".join(
        [
            "fleet.yaml:1:1: naame: unknown field 'naame'. Did you mean 'name'?",
            "    naame: x",
            "    ^",
            'fleet.yaml:3:21: ships[0].count: expected a whole number (got "7").'
            " Write it without quotes, with digits before and after the point: 7, 0.5, 5.0e-3.",
            "      - {id: ab, count: '7'}",
            "                        ^",
            "fleet.yaml:4:5: ships[1].id: field 'id' is missing. Add it.",
            "      - note: é",
            "        ^",
            "fleet.yaml:6:12: ships[1].count: expected a whole number (got 3.5).",
            "        count: 3.5",
            "               ^",
        ]
    )


def test_the_same_in_json():
    """The same problems have the same paths and words in either format."""
    yaml_problems = problems("ships: [{id: ab, colour: 1, mass: 2}]")
    json_problems = problems('{"ships": [{"id": "ab", "colour": 1, "mass": 2}]}')
    assert [(p.path, p.message) for p in yaml_problems] == [(p.path, p.message) for p in json_problems]
    assert json_problems[1].column == 38


def test_data_have_no_lines():
    """A host's dict has no text: the path leads to the place."""
    with pytest.raises(InputError) as caught:
        read_model({"ships": [{"id": 7}]}, Fleet)
    assert str(caught.value) == "<fleet>: ships[0].id: expected text (got 7). Put it in quotes."
    with pytest.raises(InputError) as caught:
        read_model({"ships": [{"id": {1, 2}}]}, Fleet)
    assert str(caught.value).startswith("<fleet>: ships[0].id: set is not data that a document can hold. Give text, ")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            "mass: 1",
            "ships[0].mass: unknown field 'mass'. Known here: id, loss, losses, seats, until, from, strange, order",
        ),
        ("form: 1", "ships[0].form: unknown field 'form'. Did you mean 'from'?"),
        ("Count: 1", "ships[0].Count: unknown field 'Count'. Did you mean 'count'?"),
        ("crewed: yes", 'ships[0].crewed: expected true or false (got "yes"). Write true or false, without quotes.'),
        ("note: 7", "ships[0].note: expected text (got 7). Put it in quotes."),
        ("note: true", "ships[0].note: expected text (got true). Put it in quotes."),
        ("note: long", 'ships[0].note: text too long: its length is at most 3 (got "long").'),
        ("count: 0", "ships[0].count: must be greater than 0 (got 0)."),
        ("count: 10", "ships[0].count: must be less than 10 (got 10)."),
        ("few: 3", "ships[0].few: expected a list (got 3). Put it in brackets, even if it is one: [...]."),
        ("few: []", "ships[0].few: too few items: 0, not at least 1."),
        ("few: [1, 2, 3]", "ships[0].few: too many items: 3, not at most 2."),
        ("few: [x]", 'ships[0].few[0]: expected a whole number (got "x").'),
        ("code: x", "ships[0].code: input should be a valid UUID"),
        ("losses: null", "ships[0].losses: expected an object, not null."),
        ("losses: 3", "ships[0].losses: expected an object (got 3)."),
        ("seats: null", "ships[0].seats: expected a list or 'all', not null. Write [] if there are none."),
        ("from: 2023-01-01T00:00:00", 'ships[0].from: has no time zone (got "2023-01-01T00:00:00"). Add Z for UTC'),
        ("from: 2023-02-30T00:00:00Z", "ships[0].from: is no date and time: day value is outside expected range"),
        ("from: soon", "ships[0].from: is no date and time: "),
        ("from: 7", "ships[0].from: expected an instant such as 2023-01-12T00:00:00Z (got 7)."),
        ("colour: bleu", "ships[0].colour: expected 'red' or 'blue' (got \"bleu\"). Did you mean 'blue'?"),
        (
            "losses: {nar: 1}",
            "ships[0].losses.nar: expected 'near' or 'far' as key (got \"nar\"). Did you mean 'near'?",
        ),
        ("labels: {a: 1}", "ships[0].labels.a: expected text (got 1). Put it in quotes."),
        ("pair: [1, 2]", "ships[0].pair[1]: expected text (got 2). Put it in quotes."),
        ("id2: {a: [1, {b: c}]}", "ships[0].id2: unknown field 'id2'. Did you mean 'id'?"),
    ],
)
def test_in_plain_words(fields, said):
    """What stands there, what should, and what to write; never pydantic's own vocabulary."""
    (only,) = told(fields)
    assert only.startswith(said)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        # the kind decides the branch: an object is meant as an Estimate
        ("loss: {mean: -1}", ["ships[0].loss.mean: must be at least 0 (got -1)."]),
        ("loss: {}", ["ships[0].loss.mean: field 'mean' is missing. Add it: The value that is used."]),
        ("loss: {mean: 1, souurce: x}", ["ships[0].loss.souurce: unknown field 'souurce'. Did you mean 'source'?"]),
        ("losses: {far: {mean: x}}", ['ships[0].losses.far.mean: expected a number (got "x").']),
        # a number is meant as a number
        ("loss: -1", ["ships[0].loss: must be at least 0 (got -1)."]),
        # what passes a branch and fails the validator around it
        ("loss: 2", ["ships[0].loss: a probability is at most 1 (got 2)."]),
        ("loss: {mean: 2}", ["ships[0].loss: a probability is at most 1."]),
        # of no kind that is welcome: everything that is
        ("loss: x", ["ships[0].loss: expected a number or 'forbidden' or an object with 'mean' (got \"x\")."]),
        ("seats: allx", ["ships[0].seats: expected a list or 'all' (got \"allx\"). Did you mean 'all'?"]),
        ("seats: [a, 1]", ["ships[0].seats[1]: expected text (got 1). Put it in quotes."]),
        ("seats: 3", ["ships[0].seats: expected a list or 'all' (got 3). Put it in brackets"]),
        # text that is nearly one of two
        ("until: 2023-01-01T00:00:00", ['ships[0].until: has no time zone (got "2023-01-01T00:00:00").']),
        (
            "until: 7",
            ["ships[0].until: expected an instant such as 2023-01-12T00:00:00Z or a duration such as P1D (got 7)"],
        ),
        ("checked: 2023-02-30T00:00:00Z", ["ships[0].checked: is no date and time: day is out of range for month"]),
        ("checked: 2023-02-01", ["ships[0].checked: is no date and time such as 2023-01-12T00:00:00Z (got"]),
        ("checked: 2023-02-01T00:00:00Z!", ["ships[0].checked: is no date and time: Invalid isoformat string"]),
        ("alias: {men: 1}", ["field 'mean' is missing", "unknown field 'men'. Did you mean 'mean'?"]),
        ("table: {row: 1, col: 1}", ["ships[0].table.col: unknown field 'col'. Delete it."]),
        # a discriminator chooses for us
        ("order: {kind: go}", ["ships[0].order.to: field 'to' is missing. Add it."]),
        ("order: {kind: stay, until: x}", ["ships[0].order.until: is no date and time: "]),
        ("order: {kind: gone}", ["ships[0].order: 'kind' must be one of 'go', 'stay'. Did you mean 'go'?"]),
        ("order: {}", ["ships[0].order: 'kind' is missing."]),
        ("order: 3", ["ships[0].order: expected an object (got 3)."]),
        (
            "tagged: {lift: a}",
            ["ships[0].tagged.height: field", "ships[0].tagged.lift: text too short: its length is at least 2"],
        ),
        # without one, the branch whose fields fit best
        (
            "act: {lift: ab, heightt: 1}",
            ["field 'height' is missing", "unknown field 'heightt'. Did you mean 'height'?"],
        ),
        # what a validator made up has no place of its own
        ("strange: 3", ["ships[0].strange: expected text (got 3)", "ships[0].strange.height: field 'height'"]),
        ("act: {drop: A}", ["ships[0].act.drop: "]),
        ("act: {drop: ab, x: 1}", ["ships[0].act.x: unknown field 'x'. Known here: drop."]),
    ],
)
def test_unions_tell_the_branch_that_was_meant(fields, said):
    """pydantic lists the complaints of every branch; a person meant one."""
    found = told(fields)
    assert len(found) == len(said), found
    for one, words in zip(found, said, strict=True):
        assert words in one


def test_a_validators_problems_are_expanded_and_located():
    """Cross-reference checks report many problems at once, relative to their model, under either name."""
    text = "ships:\n- id: ab\n  note: bad\n  losses:\n    near: 0.1\n  from: 2023-01-01T00:00:00Z\n"
    first, second, third = problems(text)
    assert (first.path, first.message, first.line) == (("ships", 0, "elsewhere", 3), "is nowhere", 2)
    assert (second.path, second.line, second.column) == (("ships", 0, "losses", "near"), 5, 11)
    assert (third.path, third.line, third.value) == (("ships", 0, "from"), 6, "x")
    assert third.advice == "Leave it out."


def test_a_validators_problems_inside_a_union():
    """A path names no branch; the field's name in the file is found all the same."""

    class Part(Base):
        in_: Annotated[str, Field(alias="in")]

    class Whole(Base):
        part: int | Part | list[Part]

        @model_validator(mode="after")
        def _check(self):
            raise CaseProblems([Problem(("part", "in_"), "wrong"), Problem(("part", 0, "in_"), "wrong")])

    assert problems('part: {"in": x}', Whole)[1].path == ("part", "in")
    assert problems("part: [{in: x}]", Whole)[1].path == ("part", 0, "in")


def test_an_ordinary_value_error_of_a_model():
    """Its message is kept; the whole document is not shown as the value."""
    (problem,) = problems("ships: [{id: ab}, {id: ab}]")
    assert (problem.path, problem.message, problem.value) == ((), "two ships have the same id", None)
    assert problems("{ships: [], name: assert}")[0].message == "not that one"


@pytest.mark.parametrize(
    ("spoil", "where", "said", "advice"),
    [
        # an id, a date and a duration that are none, each with the value
        ({"id": "ünïcode"}, "id", "no name that other parts", "Use letters a to z, digits"),
        ({"known_at": "2022-02-29T00:00Z"}, "known_at", "day is out of range for month", "calendar"),
        ({"known_at": "0001-01-01T00:00+14:00"}, "known_at", "outside the years 1 to 9999", "Check the year"),
        ({"resolution": "P999999999999D"}, "resolution", "more than a hundred years", "Check the unit"),
        ({"loss_unassured": 30}, "loss_unassured", "at most 1", "a share of 1"),
        # numbers so large that sums with them are no numbers any more
        ({"evacuation": {"rate_per_day": 1e300}}, "evacuation.rate_per_day", "more than 100 a day", "events a day"),
        # objects whose fields do not go together
        ({"objective": [{"id": "a", "weights": {"expected_loss": 0}}]}, "objective[0]", "the weight 0", "Leave it out"),
        ({"staffing": [{"id": "a"}]}, "staffing[0]", "says nothing", "Give `at_least`, `at_most` or"),
        ({"liner_kinds": [{"id": "a", "move": {"takes": "PT4H", "at_most": 2}}]}, "liner_kinds[0].move", "one thing",
         "Give both"),
        ({"liners": [{"id": "a", "kind": "k", "owner": "b", "in": "c", "stowed": True}]}, "liners[0]",
         "both in a ship and stowed", "Keep `in`"),
        ({"alternatives": [{"id": "a", "forbid": [{}]}]}, "alternatives[0].forbid[0]", "says no things, not one",
         "Say exactly one of: launch, depart, return, rig,"),
        ({"alternatives": [{"id": "a", "forbid": [{"limit": {"measure": "launches", "at_most": 1}}]}]},
         "alternatives[0]", "required, not forbidden", "the opposite bound under `require`"),
        ({"traffic": {"precedences": [{"id": "a", "first": {}, "then": {"launch": "b"}, "requires": True}]}},
         "traffic.precedences[0].first", "not one event", "Name a ship under exactly one of"),
    ],
)  # fmt: skip
def test_every_refusal_of_a_case_says_what_would_be_right(spoil, where, said, advice):
    """What the schema's own validators refuse is told like everything else: place, what is wrong, advice."""
    with pytest.raises(InputError) as caught:
        read_model(spoil, Case)
    (problem,) = [problem for problem in caught.value.problems if show_path(problem.path) == where]
    assert said in problem.message
    assert advice in problem.advice


@pytest.mark.parametrize("key", ["01", " 1", "1.0", "+1", "1_0", "１", "0", "-1", "x", "1001"])
def test_a_number_of_people_has_one_notation(key):
    """`1` and `01` would be two keys for one number, and the later one would win unseen."""
    health = {"nominal": {"at_most": 1, "loss": {"1": 0.1, key: 0.5}}}
    with pytest.raises(InputError) as caught:
        read_model({"vehicle_types": [{"id": "a", "interface": "b", "health": health}]}, Case)
    found = {problem.path: problem for problem in caught.value.problems}
    problem = found["vehicle_types", 0, "health", "nominal", "loss", key]
    assert problem.message in ("expected a number of people such as 3 as key", "must be at most 1000")
    assert problem.value == key


def test_a_mistake_travels_and_reads_well_by_itself():
    """pydantic shows the exception's text to whoever makes a model in Python."""
    mistake = pickle.loads(pickle.dumps(Mistake("says nothing", "Say something.")))
    assert (mistake.message, mistake.advice) == ("says nothing", "Say something.")
    assert str(mistake) == "says nothing. Say something."


def test_the_wrong_kind_of_document():
    """A list, a word or null instead of the object at the top."""
    assert problems("just text")[0].message == "expected an object with 'ships'"
    assert problems("null")[0].message == "expected an object with 'ships', not null"


def test_context_reaches_validators():
    """A plan can be read in the light of its case."""

    class Needy(Base):
        a: int

        @model_validator(mode="after")
        def _asks(self, info):
            assert info.context == {"limit": 3}
            return self

    assert read_model({"a": 1}, Needy, context={"limit": 3}).a == 1


def test_a_validator_that_changed_the_shape():
    """Where `loc` speaks of things that are not in the document, the path leads as far as the document goes."""

    class Level(Base):
        weights: dict[str, int]

    def from_word(raw):
        return {"weights": {raw: "one"}} if isinstance(raw, str) else raw

    class Aim(Base):
        levels: list[Annotated[Level, BeforeValidator(from_word)]]

    (problem,) = problems("levels: [moves]", Aim)
    assert (problem.path, problem.column) == (("levels", 0), 10)


def test_a_flood_of_problems_is_cut():
    """The first hundred tell enough, and comparing names for the rest would take long."""
    found = problems("ships:\n" + "- {id: ab, x: 1, y: 2}\n" * 5000)
    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1].message == "there are more problems than these"


def complaint(data, model):
    """The one complaint about data."""
    with pytest.raises(InputError) as caught:
        read_model(data, model)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_an_object_where_a_list_of_objects_is_expected():
    """One closure without its brackets is what was meant, one item; where a list holds ids, braces are another slip."""
    closure = {"from": "2030-01-02T00:00Z"}
    problem = complaint({"id": "north", "interface": "IDSS", "closed": closure}, Port)
    assert (problem.path, problem.message) == (("closed",), "expected a list")
    assert problem.advice == "Put it in brackets, even if it is one: [{...}], or begin it with a dash."
    assert complaint({"ships": [{"id": "ab", "few": {"x": 1}}]}, Fleet).advice is None


def test_a_rate_by_the_year():
    """The field that is known has another unit: its name alone would be bad advice. `mass_per_year` is only unknown."""
    problem = complaint({"rate_per_day": 0, "rate_per_year": 0.02}, Evacuation)
    assert problem.message == "unknown field 'rate_per_year'"
    assert problem.advice == "Write 'rate_per_day': the number a day, which is the number a year divided by 365.25."
    assert "Known here" in str(complaint({"rate_per_day": 0, "mass_per_year": 0.02}, Evacuation).advice)
