"""Alternatives share one build: what they share is what each would have built, and nothing of it is another's."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from crewreturn.models.case import Case
from crewreturn.models.case_file import load_case
from crewreturn.models.objective import Level
from crewreturn.models.statements import Statement
from crewreturn.solver.api import compare, solve
from crewreturn.solver.build import KEPT, Shelf
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
        rows.low, rows.high, rows.rules,
    )  # fmt: skip


def test_a_shared_build_has_the_rows_that_each_alternative_would_have_built(ms22):
    """Every alternative, from one shelf and by itself, on the dates: the same columns, bounds and rows, in order.

    All come from one build: nobody is singled out who is not alone anyway, and returns forbidden grade no seats here.
    """
    shelf = Shelf()
    for alternative in (None, *(entry.id for entry in ms22.alternatives)):
        shared, own = model(ms22, alternative, shelf), model(ms22, alternative, None)
        assert content(shared.rows) == content(own.rows), alternative
        assert content(shared.flow.rows) == content(own.flow.rows), alternative
        assert [terms.cost.factors for terms in shared.levels] == [terms.cost.factors for terms in own.levels]
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
    ],
    ids=["waived", "switched off", "one of two alike named", "a return forbidden", "a port named"],
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


def test_a_model_with_limits_or_of_some_seats_leaves_no_build(ms22):
    """Limits add columns to what they limit, and seats differ from run to run: neither is worth keeping."""
    shelf, grid = Shelf(), dates(Facts(ms22))
    limit = Statement.model_validate({"require": {"limit": {"measure": "reseats", "at_most": 3}}})
    Model(Facts(ms22, statements=[("asked", limit)]), grid, ms22.objective, shelf=shelf)
    Model(Facts(ms22), grid, ms22.objective, seats={(0, 0)}, shelf=shelf)
    assert not shelf._builds


def test_a_build_is_made_once_for_all_who_ask_at_once():
    """Four threads ask for one key: one makes it, while the others wait."""
    shelf, made = Shelf(), Counter[str]()
    gate = threading.Barrier(4)

    def make():
        made["one"] += 1
        return object()

    found = []

    def ask():
        gate.wait()
        found.append(shelf.build("one", make))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made["one"] == 1
    assert len({id(build) for build in found}) == 1


def test_a_build_that_fails_is_made_by_the_next_who_asks():
    """Whoever runs out of time in it leaves nothing behind."""

    def fail():
        raise RuntimeError

    shelf = Shelf()
    with pytest.raises(RuntimeError):
        shelf.build("one", fail)
    assert shelf.build("one", lambda: "made") == "made"


def test_builds_not_used_for_long_go():
    """One more than are kept: the first goes, unless it has been asked for again."""
    shelf = Shelf()
    for number in range(KEPT):
        shelf.build(number, lambda number=number: number)
    shelf.build(0, lambda: "again")
    shelf.build(KEPT, lambda: KEPT)
    assert set(shelf._builds) == {0, KEPT, *range(2, KEPT)}


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
