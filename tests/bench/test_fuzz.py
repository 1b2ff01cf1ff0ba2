"""Files that are nearly cases: none of a few hundred does anything but be refused in plain words, or be good."""

import random
import time
from collections import Counter
from dataclasses import replace

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from crewreturn.bench import fuzz as program
from crewreturn.bench import fuzz_judge
from crewreturn.bench.fuzz import fuzz
from crewreturn.bench.fuzz_bases import bases, donors
from crewreturn.bench.fuzz_judge import Judge
from crewreturn.bench.fuzz_mutants import FAMILIES, mutant
from crewreturn.bench.fuzz_tree import MUTATORS
from crewreturn.models.case import Case
from crewreturn.models.case_file import read_document, read_model
from crewreturn.models.consistency import plan_problems
from crewreturn.models.plan import Plan
from crewreturn.models.problems import InputError, Problem
from crewreturn.models.schema import case_schema, plan_schema
from crewreturn.solver.api import RejectedPlan

SOME = 12
"""Random cases that the mutants here are made of."""
PATIENT = 60.0
"""Seconds that a step may take where the machine may be slow and coverage is measured."""


@pytest.fixture(scope="module")
def made():
    """What mutants are made of."""
    return bases(SOME), donors(SOME)


@pytest.fixture
def judge(tmp_path):
    """One that waits long, and does without ortools but for one in ten."""
    return Judge(tmp_path, seconds=PATIENT, build_one_in=10, solve_one_in=0)


def test_bases_are_good(made):
    """What is spoilt is good before: the plan of every base can be read for its case."""
    assert len(made[0]) > SOME, "the shipped cases are among them"
    for base in made[0]:
        assert plan_problems(base.case, base.plan) == []


def test_some_hundred_mutants(judge):
    """No traceback, no hang, nothing refused after it was read, every message with place and advice."""
    *_, (tally, _, _) = fuzz(400, 7, judge=judge, random_bases=SOME)
    assert tally.troubles == {}, tally.page()
    assert tally.files["all", "files"] == 400
    # A fuzzer whose mutants are all refused tries the reader only, one whose mutants are all accepted not even that.
    assert tally.files["all", "accepted"] > 40
    assert tally.files["all", "refused"] > 150
    assert tally.stages["check page"] > 40
    assert tally.stages["build"] > 0


def test_a_mutant_is_its_seed_and_number(made):
    """A find can be made again by its number alone, whatever was made before; another seed makes others."""
    first = [mutant(1, number, *made) for number in range(30)]
    again = [mutant(1, number, *made) for number in reversed(range(30))][::-1]
    assert [(one.raw, one.how, one.suffix) for one in first] == [(one.raw, one.how, one.suffix) for one in again]
    others = [mutant(2, number, *made) for number in range(30)]
    assert sum(one.raw == other.raw for one, other in zip(first, others, strict=True)) == 0


def test_every_way_of_spoiling_is_used(made):
    """Of 700 mutants every family makes some, and every mutator of documents is drawn."""
    some = [mutant(3, number, *made) for number in range(700)]
    assert {(one.family, one.kind) for one in some} == {(name, kind) for name in FAMILIES for kind in ("case", "plan")}
    done = Counter(word for one in some for word in one.how.replace(",", " ").split())
    assert [name for name in (mutate.__name__.strip("_") for mutate in MUTATORS) if not done[name]] == []
    changed = sum(one.raw.decode("utf-8", "replace") != one.base.document(one.kind) for one in some)
    assert changed > 660, "hardly any leaves everything as it was"


def test_the_schema_takes_what_the_reader_takes(made):
    """Editors and other languages go by the JSON Schema: it refuses nothing that the reader accepts."""
    models = {"case": (Case, case_schema()), "plan": (Plan, plan_schema())}
    accepted = 0
    for number in range(300):
        one = mutant(5, number, *made)
        model, schema = models[one.kind]
        try:
            read_model(f"mutant{one.suffix}", model, text=one.raw)
        except InputError:
            continue
        accepted += 1
        document, _ = read_document(f"mutant{one.suffix}", text=one.raw)
        errors = list(Draft202012Validator(schema).iter_errors(document))
        assert errors == [], one.title
    assert accepted > 30


def good(made):
    """A base as a mutant that nothing was done to."""
    one = mutant(1, 1, *made)
    base = made[0][-3]  # a tiny one
    return replace(
        one, kind="case", base=base, raw=base.document("case").encode(), suffix=".json", dice=random.Random(1)
    )


def troubles(judge, one):
    return {(trouble.stage, trouble.what.partition(" at ")[0]) for trouble in judge.judge(one).troubles}


def test_a_good_case_is_solved_and_nothing_is_found(made, tmp_path):
    """With everything drawn: models, a solve, and a comparison where the case has alternatives."""
    outcome = Judge(tmp_path, seconds=PATIENT, build_one_in=1, solve_one_in=1, solve_seconds=60).judge(good(made))
    assert outcome.accepted
    assert {"read", "round trip", "validate", "evaluate nothing", "muster", "build", "solve"} <= set(outcome.stages)
    assert outcome.troubles == []


def test_a_crash_is_found(made, judge, monkeypatch):
    """What fails inside after a case was accepted is told with its step, its kind and where it was."""

    def evaluate(case, plan, **_asked):
        return {}[plan.format]

    monkeypatch.setattr(fuzz_judge, "evaluate", evaluate)
    found = judge.judge(good(made)).troubles
    assert {trouble.stage for trouble in found} >= {"evaluate nothing", "evaluate plan"}
    assert all(trouble.what.startswith("KeyError at ") for trouble in found)


def test_a_hang_is_found(made, judge, monkeypatch):
    """What does not end is interrupted, even where it catches every ordinary error."""

    def case_page(case, width):
        while True:
            try:
                time.monotonic()
            except Exception:
                return ""

    monkeypatch.setattr(fuzz_judge, "case_page", case_page)
    assert ("validate", "more than 0.2 s") in troubles(replace(judge, seconds=0.2), good(made))


@pytest.mark.parametrize(
    ("problem", "what"),
    [
        (Problem(("people", 0), "is odd", "x"), "no advice: is odd"),
        (Problem(("people", 0), "is \x1b[2J odd", "x", "Mend it."), "U+001B in a page"),
        (Problem(("people", 0), "must be at most 3", 4), None),  # that is what would be right
    ],
)
def test_a_bad_message_is_found(made, judge, monkeypatch, problem, what):
    """A refusal without advice, and one that does things to the terminal."""

    def load_case(source):
        raise InputError([problem], source)

    monkeypatch.setattr(fuzz_judge, "load_case", load_case)
    assert troubles(judge, good(made)) == (set() if what is None else {("read", what)})


def test_what_a_solve_may_not_do(made, judge, monkeypatch):
    """To say that something is not supported is fine; a plan that the checker rejects is a defect."""
    judge = replace(judge, build_one_in=0, solve_one_in=1)

    def refusing(case, **_asked):
        raise fuzz_judge.CrewreturnError("not in this version")

    def rejecting(case, **_asked):
        raise RejectedPlan("the checker rejects the plan that was found: no seat")

    monkeypatch.setattr(fuzz_judge, "compare", refusing)
    monkeypatch.setattr(fuzz_judge, "solve", refusing)
    assert troubles(judge, good(made)) == set()
    monkeypatch.setattr(fuzz_judge, "solve", rejecting)
    assert troubles(judge, good(made)) == {("solve", "the checker rejects the plan")}


def test_what_does_not_read_back_is_found(made, judge, monkeypatch):
    """A dump that forgets the title is not the case."""
    monkeypatch.setattr(fuzz_judge, "dump_json", lambda model: model.model_copy(update={"title": "?"}).model_dump_json()
                        if isinstance(model, Case) else model.model_dump_json())  # fmt: skip
    assert ("round trip", "does not read back as it was written") in troubles(judge, good(made))


def test_the_program(tmp_path, monkeypatch):
    """A table and status 0; with something wrong the table names it, the file is kept, and the status is 1."""
    given = ["--count", "6", "--build-one-in", "0", "--solve-one-in", "0", "--seconds", "60"]
    monkeypatch.setattr(program, "RANDOM_BASES", SOME)
    monkeypatch.setattr(program.faulthandler, "dump_traceback_later", lambda *_args, **_named: None)
    monkeypatch.setattr(program.faulthandler, "cancel_dump_traceback_later", lambda: None)
    result = CliRunner().invoke(program.main, given)
    assert result.exit_code == 0, result.output
    assert "mutants" in result.output

    def load_case(source):
        raise KeyError(source)

    monkeypatch.setattr(fuzz_judge, "load_case", load_case)
    result = CliRunner().invoke(program.main, [*given, "--finds", str(tmp_path / "finds")])
    assert result.exit_code == 1, result.output
    assert "KeyError" in result.output
    kept = sorted(file.suffix for file in (tmp_path / "finds").iterdir())
    assert ".why" in kept
    assert len(kept) == 2
