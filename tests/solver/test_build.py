"""Alternatives share one build: what they share is what each would have built, and nothing of it is another's."""

from __future__ import annotations

import threading
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from crewreturn.models.case import Case
from crewreturn.models.case_file import load_case
from crewreturn.models.objective import Level
from crewreturn.models.statements import Statement
from crewreturn.solver.api import compare, solve
from crewreturn.solver.build import KEPT, MOST_KEPT, Shelf
from crewreturn.solver.engine import Budget, OutOfTime
from crewreturn.solver.facts import Facts
from crewreturn.solver.grid import dates
from crewreturn.solver.model import Model
from crewreturn.solver.rows import Rows


@pytest.fixture(scope="module")
def ms22() -> Case:
    return load_case("soyuz-ms22")


def model(case: Case, alternative: str | None, shelf: Shelf | None, **how) -> Model:
    chosen = next((entry for entry in case.alternatives if entry.id == alternative), None)
    said = [(chosen.id, statement) for statement in chosen.statements] if chosen else []
    facts = Facts(case, statements=said, waive=chosen.waive if chosen else ())
    return Model(facts, dates(Facts(case)), case.objective, shelf=shelf, **how)


def content(rows: Rows) -> tuple[object, ...]:
    return (
        rows.lower, rows.upper, rows.keys, rows.ticks, rows.starts, rows.columns, rows.factors,
        rows.low, rows.high, rows.rules, rows.carrying, rows.lasting,
    )  # fmt: skip


def test_a_shared_build_has_the_rows_that_each_alternative_would_have_built(ms22):
    """Every alternative, from one shelf and by itself, on the dates: the same columns, bounds and rows, in order.

    All come from one build: nobody is singled out who is not alone anyway, returns forbidden grade no seats here, and
    what `ride-ms22` waives is a statement of the case.
    """
    shelf = Shelf()
    for alternative in (None, *(entry.id for entry in ms22.alternatives)):
        shared, own = model(ms22, alternative, shelf), model(ms22, alternative, None)
        assert content(shared.rows) == content(own.rows), alternative
        assert content(shared.flow.rows) == content(own.flow.rows), alternative
        assert [terms.cost for terms in shared.levels] == [terms.cost for terms in own.levels]
        assert [terms.per_unit for terms in shared.levels] == [terms.per_unit for terms in own.levels]
    assert len(shelf._builds) == 1


def test_what_one_alternative_adds_is_not_in_the_next(ms22):
    """Of two models from one shelf, the first forbids a launch; the second is free, and is as one built by itself."""
    shelf = Shelf()
    forbids = model(ms22, "ride-ms22", shelf)
    assert any(rule.startswith("statement:ride-ms22") for rule in forbids.rows.rules)
    free = model(ms22, None, shelf)
    assert not any(rule.startswith("statement:ride") for rule in free.rows.rules)
    forbids.rows.append({1: 1}, None, 0, "level:burden")
    assert content(model(ms22, None, shelf).rows) == content(model(ms22, None, None).rows)


@pytest.mark.parametrize(
    "how",
    [
        {"waive": "soyuz-ms22.leave"},
        {"rules_off": ("seats.capacity",)},
        {"single": "mann"},
        {"graded": True},
        {"relocates": True},
        {"moves": True},
    ],
    ids=["waived", "switched off", "one of two alike named", "a return forbidden", "a port named", "moves told"],
)
def test_what_changes_more_than_its_own_rows_is_built_by_itself(ms22, how):
    """Facts that differ in waivers, rules, classes, grades or ports named: a second build, as a model alone has it."""
    said = []
    if "single" in how:
        said = [Statement.model_validate({"forbid": {"hold": {"people": [how["single"]], "vehicle": "soyuz-ms23"}}})]
    if "graded" in how:
        said = [Statement.model_validate({"forbid": {"return": {"people": "all", "vehicle": "soyuz-ms22"}}})]
    if "relocates" in how:
        said = [Statement.model_validate({"forbid": {"relocate": {"vehicle": "dragon-endurance"}}})]
    if "moves" in how:
        said = [Statement.model_validate({"forbid": {"unassured": {"people": "all"}}})]
    facts = Facts(
        ms22,
        statements=[("asked", statement) for statement in said],
        waive=[how["waive"]] if "waive" in how else (),
        rules_off=how.get("rules_off", ()),
    )
    levels = [Level(id="days", weights={"graded_days": 1.0})] if "graded" in how else ms22.objective
    shelf, grid = Shelf(), dates(Facts(ms22))
    Model(Facts(ms22), grid, levels, shelf=shelf)
    shared = Model(facts, grid, levels, shelf=shelf)
    assert len(shelf._builds) == 2
    assert content(shared.rows) == content(Model(facts, grid, levels).rows)


def test_what_no_other_alternative_can_use_leaves_no_build(ms22):
    """Limits add columns to what they limit; seats, earlier plans and the traffic of others differ from run to run."""
    shelf, grid = Shelf(), dates(Facts(ms22))
    limit = Statement.model_validate({"require": {"limit": {"measure": "reseats", "at_most": 3}}})
    Model(Facts(ms22, statements=[("asked", limit)]), grid, ms22.objective, shelf=shelf)
    Model(Facts(ms22), grid, ms22.objective, seats={(0, 0)}, shelf=shelf)
    Model(Facts(ms22, against=ms22.as_decided.plan), grid, ms22.objective, shelf=shelf)
    Model(Facts(ms22, busy={3}), grid, ms22.objective, shelf=shelf)
    assert not shelf._builds


def test_people_stranded_are_another_build(ms22):
    """With nobody stranded there are rows that say so: a build of its own, as a model alone has it."""
    shelf = Shelf()
    model(ms22, None, shelf)
    shared, own = model(ms22, None, shelf, stranding=False), model(ms22, None, None, stranding=False)
    assert content(shared.rows) == content(own.rows)
    assert len(shelf._builds) == 2


def test_an_alternative_without_a_plan_spoils_no_build(ms22):
    """One ship required to fly and not to: its rows are not narrowed, and the next model is as one built by itself."""
    shelf = Shelf()
    flies = [Statement.model_validate({verb: {"launch": {"vehicle": "soyuz-ms23"}}}) for verb in ("require", "forbid")]
    facts = Facts(ms22, statements=[("asked", statement) for statement in flies])
    never = Model(facts, dates(Facts(ms22)), ms22.objective, shelf=shelf)
    assert never.rows is never.flow.rows
    never.rows.append({1: 1}, None, 0, "level:burden")
    assert content(model(ms22, None, shelf).rows) == content(model(ms22, None, None).rows)


class Stub:
    """Something to keep on a shelf, with so many columns."""

    def __init__(self, columns: int = 1) -> None:
        self.flow = SimpleNamespace(rows=SimpleNamespace(lower=[0] * columns))


def test_a_build_is_made_once_for_all_who_ask_at_once():
    """Four threads ask for one key: one makes it, for long enough that the others ask meanwhile, and they wait."""
    shelf, made, found = Shelf(), Counter[str](), []

    def make():
        made["one"] += 1
        time.sleep(0.3)
        return Stub()

    threads = [threading.Thread(target=lambda: found.append(shelf.build("one", make, Budget()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made["one"] == 1
    assert len({id(build) for build in found}) == 1


def test_whoever_waits_for_a_build_has_no_more_time_for_that():
    """Another thread makes it for as long as the test likes: with a tenth of a second, one does not wait that long."""
    shelf, begun, done = Shelf(), threading.Event(), threading.Event()

    def make():
        begun.set()
        done.wait(60)
        return Stub()

    maker = threading.Thread(target=lambda: shelf.build("one", make, Budget()))
    maker.start()
    begun.wait(60)
    with pytest.raises(OutOfTime):
        shelf.build("one", Stub, Budget.of(0.1))
    assert maker.is_alive()
    done.set()
    maker.join()


def test_a_build_that_fails_is_made_by_the_next_who_asks():
    """Whoever runs out of time in it leaves nothing behind."""

    def fail():
        raise RuntimeError

    shelf = Shelf()
    with pytest.raises(RuntimeError):
        shelf.build("one", fail, Budget())
    made = Stub()
    assert shelf.build("one", lambda: made, Budget()) is made


def test_builds_not_used_for_long_go():
    """One more than are kept: the first goes, unless it has been asked for again."""
    shelf = Shelf()
    for number in [*range(KEPT), 0, KEPT]:
        shelf.build(number, Stub, Budget())
    assert set(shelf._builds) == {0, KEPT, *range(2, KEPT)}


def test_a_build_too_large_is_not_kept():
    """It would take much memory while nobody uses it: with one column more than is kept, the next makes it anew."""
    shelf = Shelf()
    first = shelf.build("one", lambda: Stub(MOST_KEPT + 1), Budget())
    assert shelf.build("one", Stub, Budget()) is not first


def test_a_comparison_finds_what_each_alternative_finds_alone(little):
    """Values and states of every row, shared and alone, where nothing is cut off."""
    case = little.case(
        alternatives=[
            {"id": "ride", "require": [{"return": {"people": "all", "vehicle": "old"}}]},
            {"id": "wait", "forbid": [{"launch": {"vehicle": "new"}}]},
        ]
    )
    compared = {row.id: row.answer for row in compare(case).rows if row.answer is not None}
    for alternative in (None, "ride", "wait"):
        assert compared[alternative or "free"].levels == solve(case, alternative=alternative).levels
