"""The command line as people and programs meet it: what it prints where, and with which status it ends."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

import crewreturn.solver
from crewreturn.cli import main
from crewreturn.models.answer import Answer, Comparison, ComparisonRow, Conflict, LevelResult
from crewreturn.models.case_file import load_case, load_plan
from crewreturn.models.objective import PRESET_LEVELS
from crewreturn.models.problems import CrewreturnError
from crewreturn.solver.check import evaluate

ROOT = Path(__file__).resolve().parents[1]

CASE = """\
format: crewreturn/1
id: pod
title: One in a pod
known_at: 2030-01-01T00:00Z
horizon: {start: 2030-01-01T00:00Z, end: 2030-01-06T00:00Z}
evacuation: {rate_per_day: 1.0e-4}
ports: [{id: hatch, interface: ring}]
vehicle_types:
  - id: pod
    interface: ring
    groups: [{id: couch, seats: [left], controls: true}]
    health: {emergency: {loss: {1: 0.01}}, nominal: {loss: {1: 0.01}}, uncrewed: {allowed: true}}
vehicles: [{id: pod, type: pod, docked_at: hatch}]
people: [{id: ann, qualified: [pod], aboard_in: {vehicle: pod, group: couch}}]
alternatives:
  - {id: leave, name: Leave, require: [{depart: {vehicle: pod}}]}
  - {id: stay, name: Stay, forbid: [{depart: {vehicle: pod}}]}
"""

PLAN = """\
case: pod
departures: [{vehicle: pod, at: 2030-01-03T00:00Z}]
holds: [{person: ann, vehicle: pod, group: couch, from: 2030-01-01T00:00Z, to: 2030-01-03T00:00Z}]
"""
"""Ann goes home on the 3rd."""


pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def run(capsys):
    """Runs a command in this process: status, standard output, standard error."""

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(arguments)
        return left.value.code, *capsys.readouterr()

    return run


def process(*arguments, code=None, **options):
    """Run a command in a process of its own."""
    command = [sys.executable, *(["-m", "crewreturn"] if code is None else ["-c", code]), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


# ------------------------------------------------------------------------------------- a library that only pretends


class RejectedPlan(CrewreturnError):
    """The checker rejects what the solver found."""


class Fake(ModuleType):
    """Stands in for the solver: hands out what it is given, and remembers what it was asked."""

    def __init__(self):
        super().__init__("crewreturn.solver.api")
        case = load_case("pod.yaml")
        plan = load_plan("plan.yaml")
        level = LevelResult(id="burden", status="optimal", value=10_000, bound=10_000, unit="umort")
        self.head = {"version": "1.2.3", "case": "pod", "case_digest": "ab" * 32}
        self.found = Answer(
            **self.head, ended="finished", proven_on="tick", levels=(level,), plan=plan, evaluation=evaluate(case, plan)
        )
        self.asked = {}
        self.RejectedPlan = RejectedPlan

    def without_plan(self, status, **more):
        """An answer without a plan."""
        more = {"ended": "finished", **more}
        return Answer(**self.head, levels=(LevelResult(id="burden", status=status),), **more)

    def solve(self, case, **asked):
        self.asked = asked
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def compare(self, case, **asked):
        self.asked = asked
        row = {"id": "x", "title": "Any plan", "kind": "free"}
        rows = [
            ComparisonRow(**row, answer=answer, evaluation=answer.evaluation, plan=answer.plan)
            for answer in (self.found if isinstance(self.found, list) else [self.found])
        ]
        return Comparison(**self.head, rows=rows, sentence="Go home on 2030-01-03.")


@pytest.fixture
def fake(folder, monkeypatch):
    """The pretended solver, in place of the real one."""
    fake = Fake()
    monkeypatch.setitem(sys.modules, fake.__name__, fake)
    monkeypatch.setattr(crewreturn.solver, "api", fake, raising=False)
    return fake


# -------------------------------------------------------------------------------------------------------- solving


def test_solve(run, fake):
    """An answer: status 0, the page on standard output, nothing on standard error; the case's own objective."""
    status, out, err = run("solve", "pod.yaml")
    assert (status, err) == (0, "")
    assert out.startswith("One in a pod\n")
    assert "2030-01-03  in pod: ann" in out
    wanted = {"alternative": None, "time_limit": None, "objective": None}
    assert {key: fake.asked[key] for key in wanted} == wanted


def test_solve_hands_on_its_options(run, fake):
    """Alternative, time limit and objective reach the library; the page tells of the objective asked for."""
    status, out, _ = run("solve", "pod.yaml", "--alternative", "leave", "--time-limit", "1.5", "--objective", "safest")
    assert status == 0
    wanted = {"alternative": "leave", "time_limit": 1.5, "objective": "safest"}
    assert {key: fake.asked[key] for key in wanted} == wanted
    assert f"Minimised in this order: {PRESET_LEVELS['safest'][0].id} (expected loss)" in out


def test_solve_json_reads_back(run, fake):
    """The document is the answer, whole."""
    status, out, err = run("solve", "pod.yaml", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["format"] == "crewreturn-answer/1"
    assert Answer.model_validate_json(out) == fake.found


@pytest.mark.parametrize(
    ("level", "more", "status", "says"),
    [
        ("infeasible", {"conflict": (Conflict(rule="staffing", message="Too few."),)}, 1, "no plan exists"),
        ("unknown", {"ended": "time_limit"}, 3, "neither a plan nor that none exists"),
        ("unknown", {"ended": "error", "message": "The checker rejects the plan."}, 4, "The checker rejects the plan."),
    ],
)
def test_solve_without_a_plan(run, fake, level, more, status, says):
    """Proven impossible, stopped, and broken are three different things; also for programs, whose document is whole."""
    fake.found = fake.without_plan(level, **more)
    ended, out, _ = run("solve", "pod.yaml", "--out", "new.json")
    assert ended == status
    assert says in out
    assert not Path("new.json").exists()
    ended, out, _ = run("solve", "pod.yaml", "--json")
    assert (ended, json.loads(out)["plan"]) == (status, None)


def test_out(run, fake):
    """The plan is written beside what is shown, and reads back."""
    status, out, _ = run("solve", "pod.yaml", "--out", "new.json")
    assert status == 0
    assert out.startswith("One in a pod\n")
    assert load_plan("new.json") == fake.found.plan


def test_out_overwrites_only_with_force(run, fake):
    """A file that stands there is told of before anything is solved, and left as it is."""
    Path("new.json").write_text("mine", encoding="utf-8")
    status, out, err = run("solve", "pod.yaml", "--out", "new.json")
    assert (status, out, fake.asked) == (2, "", {})
    assert err == "new.json: the file exists already. Choose another name, or overwrite it with --force.\n"
    assert Path("new.json").read_text(encoding="utf-8") == "mine"
    assert run("solve", "pod.yaml", "--out", "new.json", "--force")[0] == 0
    assert load_plan("new.json") == fake.found.plan


def test_out_that_cannot_be_written(run, fake):
    """The answer is shown all the same: it may have taken an hour."""
    status, out, err = run("solve", "pod.yaml", "--out", "missing/new.json")
    assert status == 2
    assert out.startswith("One in a pod\n")
    assert "missing" in err


def test_compare(run, fake):
    """The sentence, then the table; the time limit is for each row."""
    status, out, _ = run("compare", "pod.yaml", "--time-limit", "2", "--objective", "ordinal")
    assert status == 0
    assert out.index("Go home on 2030-01-03.") < out.index("Any plan")
    assert (fake.asked["time_limit"], fake.asked["objective"]) == (2, "ordinal")
    status, out, _ = run("compare", "pod.yaml", "--json")
    assert Comparison.model_validate_json(out) == fake.compare(None)


@pytest.mark.parametrize(
    ("levels", "status"),
    [(["infeasible"], 1), (["infeasible", "unknown"], 3), (["infeasible", "unknown", "optimal"], 0)],
)
def test_compare_without_plans(run, fake, levels, status):
    """One plan is an answer; if every row is proven impossible there is none; else it was stopped too early."""
    answer = fake.found
    fake.found = [answer if level == "optimal" else fake.without_plan(level) for level in levels]
    assert run("compare", "pod.yaml")[0] == status


# ------------------------------------------------------------------------------------------------- without solving


def test_check(run):
    """A plan that breaks nothing passes: status 0, and the verdict first."""
    status, out, err = run("check", "pod.yaml", "plan.yaml")
    assert (status, err) == (0, "")
    assert "Checked  the plan obeys every rule.\n" in out


def test_check_under_an_alternative(run):
    """Under `stay` the pod must not leave, which it does: status 1, in both forms."""
    status, out, _ = run("check", "pod.yaml", "plan.yaml", "--alternative", "stay")
    assert status == 1
    assert "RULES BROKEN" in out
    status, out, _ = run("check", "pod.yaml", "plan.yaml", "--alternative", "stay", "--json")
    found = json.loads(out)
    assert (status, found["format"], found["ok"], found["alternative"]) == (1, "crewreturn-check/1", False, "stay")
    assert len(found["evaluation"]["violations"]) == 1


def test_check_without_rules_says_so(run):
    """Under `stay` the plan breaks one rule. With that one off it obeys the others: page and document name it.

    With another one off it breaks the rule as before, and that not all were looked at is said all the same.
    """
    asked = ["check", "pod.yaml", "plan.yaml", "--alternative", "stay", "--without"]
    status, out, _ = run(*asked, "statements.depart")
    assert status == 0
    assert "Checked the plan obeys every rule but those switched off (statements.depart)." in " ".join(out.split())
    found = json.loads(run(*asked, "statements.depart", "--json")[1])
    assert (found["ok"], found["evaluation"]["rules_off"]) == (True, ["statements.depart"])
    status, out, _ = run(*asked, "docked-life")
    assert status == 1
    off = "docked-life.holds and docked-life.returns"
    assert f"PLAN BREAKS RULES: 1 violation, not counting those switched off ({off})." in " ".join(out.split())


def test_changes_from_an_earlier_plan(run, fake):
    """A level of `changes` counts from the plan of --against; a check without one warns, and shows no level.

    In the earlier plan Ann goes home a day later: a departure is gone, another new, and a day in a seat is less.
    """
    Path("pod.yaml").write_text(f"{CASE}objective: [{{id: near, weights: {{changes: 1}}}}]\n", encoding="utf-8")
    Path("later.yaml").write_text(PLAN.replace("-03T", "-04T"), encoding="utf-8")
    status, out, _ = run("check", "pod.yaml", "plan.yaml")
    assert status == 0
    assert "The level near was not scored" in out
    assert "OBJECTIVE" not in out
    status, out, _ = run("check", "pod.yaml", "plan.yaml", "--against", "later.yaml", "--json")
    found = json.loads(out)["evaluation"]
    assert (status, found["warnings"], found["objective"]) == (0, [], {"near": 3.0})
    assert found["terms"] == {"near": {"changes": 3.0}}
    assert run("solve", "pod.yaml", "--against", "later.yaml")[0] == 0
    assert fake.asked["against"] == load_plan("later.yaml")
    status, _, err = run("solve", "pod.yaml", "--against", "as-decided")
    assert status == 2
    assert "Invalid value for --against" in err


def test_check_of_a_plan_that_cannot_be_read(run):
    """A plan that names what the case does not know is bad input, not a broken rule."""
    Path("plan.yaml").write_text(PLAN.replace("vehicle: pod", "vehicle: pot"), encoding="utf-8")
    status, out, err = run("check", "pod.yaml", "plan.yaml")
    assert (status, out) == (2, "")
    assert err.startswith("plan.yaml: departures[0].vehicle: ")
    assert "Did you mean 'pod'?" in err
    status, out, _ = run("check", "pod.yaml", "plan.yaml", "--json")
    found = json.loads(out)
    assert (status, found["error"], found["source"]) == (2, "input", "plan.yaml")
    assert found["problems"][0]["path"] == ["departures", 0, "vehicle"]


def test_as_decided(run):
    """The plan that was flown goes by its name; a case that does not have it says so."""
    status, _, err = run("check", "pod.yaml", "as-decided")
    assert status == 2
    assert "'pod' does not say what was decided." in err
    Path("pod.yaml").write_text(f"{CASE}as_decided: {{source: me, plan: {{{_flow(PLAN)}}}}}\n", encoding="utf-8")
    assert run("check", "pod.yaml", "as-decided")[0] == 0


def _flow(text):
    """Lines of a YAML mapping as the inside of one in braces."""
    return ", ".join(text.splitlines())


def test_seats_of_a_plan(run):
    """The muster card of a day and of an instant, in words and as data; the solver is not asked."""
    status, out, _ = run("seats", "pod.yaml", "plan.yaml", "--at", "2030-01-02")
    assert status == 0
    assert "A  pod at hatch: 1 person\n" in out
    status, out, _ = run("seats", "pod.yaml", "plan.yaml", "--at", "2030-01-02T05:00+02:00", "--json")
    found = json.loads(out)
    assert (status, found["format"], found["at"]) == (0, "crewreturn-muster/1", "2030-01-02T00:00:00Z")
    assert found["ships"][0]["people"][0]["person"] == "ann"


def test_seats_without_a_plan_solves_first(run, fake):
    """Or says that there is none, with the status that `solve` would have."""
    assert run("seats", "pod.yaml", "--at", "2030-01-02", "--time-limit", "3")[0] == 0
    assert fake.asked["time_limit"] == 3
    fake.found = fake.without_plan("infeasible")
    status, out, err = run("seats", "pod.yaml", "--at", "2030-01-02")
    assert (status, out) == (1, "")
    assert "there is no plan; `crewreturn solve` says why" in err


@pytest.mark.parametrize("date", ["tomorrow", "2030-01-32", "2030-01-02T05:00", "2029-12-31", "2030-01-06"])
def test_seats_at_a_date_that_cannot_be(run, date):
    """No date, no time zone, before the start, at the end: bad usage, with the value in the message."""
    status, out, err = run("seats", "pod.yaml", "plan.yaml", "--at", date)
    assert (status, out) == (2, "")
    assert date[:16] in err


def test_validate(run):
    """A good case: what it holds and what is worth knowing of it."""
    status, out, _ = run("validate", "pod.yaml")
    assert status == 0
    assert "The case is valid." in out
    status, out, _ = run("validate", "pod.yaml", "--json")
    found = json.loads(out)
    assert (status, found["format"], found["valid"]) == (0, "crewreturn-validation/1", True)
    assert all(set(note) == {"where", "path", "message"} for note in found["notes"])


def test_validate_a_bad_case(run):
    """File, line, column, the value, what would be right; for programs the same, taken apart."""
    Path("pod.yaml").write_text(CASE.replace("docked_at: hatch", "docked_at: hatsh"), encoding="utf-8")
    status, out, err = run("validate", "pod.yaml")
    assert (status, out) == (2, "")
    assert err.startswith("pod.yaml:13:")
    assert "hatsh" in err
    assert "Did you mean 'hatch'?" in err
    status, out, err = run("validate", "pod.yaml", "--json")
    found = json.loads(out)
    assert (status, err) == (2, "")
    assert (found["format"], found["error"], found["source"]) == ("crewreturn-error/1", "input", "pod.yaml")
    assert found["problems"][0]["line"] == 13


@pytest.mark.parametrize("kind", ["case", "plan", "answer", "comparison"])
def test_schema(run, kind):
    """A JSON Schema of each document; of the case where none is named."""
    status, out, _ = run("schema", kind)
    assert (status, json.loads(out)["type"]) == (0, "object")
    assert run("schema")[1] == run("schema", "case")[1]


def test_cases(run):
    """Every shipped case by its name."""
    status, out, _ = run("cases")
    assert status == 0
    assert "soyuz-ms22" in out
    status, out, _ = run("cases", "--json")
    found = json.loads(out)
    assert (status, found["format"]) == (0, "crewreturn-cases/1")
    assert "soyuz-ms22" in [entry["name"] for entry in found["cases"]]


# ---------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Usage: crewreturn"),
        (["solv"], "No such command"),
        (["solve"], "Missing argument 'CASE'"),
        (["solve", "pod.yaml", "--bad"], "No such option"),
        (["solve", "pod.yaml", "--time-limit", "0"], "0.0 is not in the range x>0"),
        (["solve", "pod.yaml", "--alternative", "leafe"], "no rescue alternative 'leafe'. Did you mean 'leave'?"),
        (["solve", "pod.yaml", "--alternative", "xyz"], "It has: leave, stay."),
        (["check", "-", "-"], "standard input"),
        (["check", "pod.yaml", "-", "--against", "-"], "standard input"),
        (["check", "pod.yaml", "plan.yaml", "--without", "suits.hookup"], "Did you mean 'suits.hook-up'?"),
        (["check", "pod.yaml", "plan.yaml", "--without", "x"], "no rule called `x`. Families of rules: body, crewing,"),
        (["check", "pod.yaml", "plan.yaml", "--without", "leave"], "`leave` is a rescue alternative of the case"),
        (["seats", "pod.yaml", "plan.yaml"], "Missing option '--at'"),
        (["solve", "nowhere.yaml"], "there is no such file"),
    ],
)
def test_usage(run, monkeypatch, arguments, says):
    """Status 2, nothing on standard output, and what would be right; one document on it for programs."""
    if arguments[:1] == ["check"]:
        monkeypatch.setattr("crewreturn.cli._load", lambda case: load_case("pod.yaml"))
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    status, out, err = run(*arguments, "--json")
    assert (status, err) == (2, "")
    assert json.loads(out)["format"] == "crewreturn-error/1"


def test_internal_error(run, fake):
    """Status 4: what happened and how to report it; where it happened only for those who ask."""
    fake.found = RuntimeError("the solver has gone")
    status, out, err = run("solve", "pod.yaml")
    assert (status, out) == (4, "")
    assert "internal error: RuntimeError: the solver has gone" in err
    assert "report" in err
    assert "Traceback" not in err
    assert "Traceback" in run("solve", "pod.yaml", "--debug")[2]
    status, out, err = run("solve", "pod.yaml", "--json")
    assert (status, err, json.loads(out)["error"]) == (4, "", "internal")


def test_rejected_plan_is_a_defect(run, fake):
    """A plan that the checker rejects is nobody's bad input; an objective that cannot be optimised is."""
    fake.found = RejectedPlan("the checker rejects it")
    status, out, err = run("solve", "pod.yaml")
    assert (status, out) == (4, "")
    assert "the checker rejects it" in err
    fake.found = CrewreturnError("this objective cannot be optimised")
    status, _, err = run("solve", "pod.yaml")
    assert (status, err) == (2, "this objective cannot be optimised\n")


def test_help_and_version(run):
    """Both end well; every command has a line in the list."""
    status, out, _ = run("--help")
    assert status == 0
    assert {"solve", "compare", "check", "seats", "validate", "schema", "cases"} <= set(out.split())
    status, out, _ = run("--version")
    assert (status, out) == (0, f"crewreturn {crewreturn.__version__}\n")
    assert max(len(line) for name in ("solve", "seats") for line in run(name, "--help")[1].splitlines()) <= 80


# ----------------------------------------------------------------------------------------------- as a real process


def test_stdin():
    """A case from standard input, a plan from standard input."""
    assert process("validate", "-", input=CASE).returncode == 0
    done = process("check", "pod.yaml", "-", input=PLAN)
    assert (done.returncode, done.stderr) == (0, "")
    done = process("validate", "-", input="format: [")
    assert done.returncode == 2
    assert done.stderr.startswith("<stdin>:1:")


def test_script():
    """The installed command is the same program."""
    script = Path(sys.executable).with_name("crewreturn")
    if not script.exists():
        pytest.skip("the package is not installed here")
    done = subprocess.run([script, "validate", "pod.yaml"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, process("validate", "pod.yaml").stdout)


@pytest.mark.parametrize("arguments", [["schema"], ["--help"], ["check", "pod.yaml", "plan.yaml"]], ids=" ".join)
def test_nobody_reads(arguments):
    """A reader that goes away (`| head`) is no failure, and nothing is said of it."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "crewreturn", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


LOADED = "print('loaded:', *sorted({'ortools', 'pandas'} & set(sys.modules)), file=sys.stderr)"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "pod.yaml", "plan.yaml"],
        ["seats", "pod.yaml", "plan.yaml", "--at", "2030-01-02"],
        ["schema", "answer"],
    ],
    ids=" ".join,
)
def test_no_solver_is_loaded(arguments):
    """Whoever only checks or looks does not wait for the solver to load."""
    code = f"import sys\nfrom crewreturn.cli import main\ntry:\n    main()\nfinally:\n    {LOADED}"
    done = process(*arguments, code=code)
    assert (done.returncode, done.stderr) == (0, "loaded:\n")


def test_output_that_cannot_be_encoded(folder):
    """A name that the terminal has no letters for is no reason to fail, and JSON is ASCII."""
    (folder / "pod.yaml").write_text(CASE.replace("One in a pod", "王 in a pod"), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("validate", "pod.yaml", env=environment)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "? in a pod")
    assert process("validate", "pod.yaml", "--json", env=environment).stdout.isascii()


WAITING = """
import sys, types
import crewreturn.solver
from crewreturn.models.answer import Answer, LevelResult
from crewreturn.models.case_file import load_plan

def solve(case, *, cancel, progress, **asked):
    progress(types.SimpleNamespace(phase="proving", value=12.0, bound=11.0))
    print("ready", file=sys.stderr, flush=True)
    while not cancel.wait(5) or "{stubborn}":
        pass
    level = LevelResult(id="burden", status="{status}", value={value}, bound=11)
    plan = load_plan("plan.yaml") if "{status}" == "feasible" else None
    head = dict(version="1.2.3", case="pod", case_digest="ab" * 32)
    return Answer(**head, ended="cancelled", levels=(level,), plan=plan, proven_on="tick")

api = types.ModuleType("crewreturn.solver.api")
api.solve = solve
sys.modules[api.__name__] = crewreturn.solver.api = api
from crewreturn.cli import main
main()
"""


@contextmanager
def waiting(stderr, *, status="feasible", value="12", stubborn="", arguments=("solve", "pod.yaml"), **environment):
    """A solve that waits; whatever becomes of the test, it does not outlive it."""
    code = WAITING.format(status=status, value=value, stubborn=stubborn)
    command = [sys.executable, "-c", code, *arguments]
    env = {**os.environ, **environment}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=env) as running:
        try:
            yield running
        finally:
            running.kill()


def interrupted(times, **how):
    """Start a solve that waits, and press Ctrl-C so often."""
    with waiting(subprocess.PIPE, **how) as running:
        assert running.stderr.readline() == "ready\n"
        for _ in range(times):
            running.send_signal(signal.SIGINT)
            time.sleep(0.5)
        out, err = running.communicate(timeout=20)
    return running.returncode, out, err


def test_interrupted_with_a_plan():
    """Ctrl-C asks the solver to stop, and shows the best plan so far with its bound."""
    status, out, err = interrupted(1)
    assert (status, err) == (0, "")
    assert "Run      stopped on request." in out
    assert "Proven   burden at most 1 from the best" in out
    status, out, _ = interrupted(1, arguments=("solve", "pod.yaml", "--json"))
    assert (status, json.loads(out)["ended"]) == (0, "cancelled")


def test_interrupted_without_a_plan():
    """Nothing was found yet: status 3, and no word of impossible."""
    status, out, _ = interrupted(1, status="unknown", value="None")
    assert status == 3
    assert "neither a plan nor that none exists" in out


def test_interrupted_twice():
    """Who presses it again means it, whatever the solver does."""
    status, out, _ = interrupted(2, stubborn="yes")
    assert (status, out) == (-signal.SIGINT, "")


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_progress_on_a_terminal(term):
    """One line, over and over, on standard error; none where the terminal cannot. The result is not touched by it."""
    ours, theirs = pty.openpty()
    with waiting(theirs, TERM=term, COLUMNS="80") as running:
        os.close(theirs)
        seen = b""
        while not seen.endswith(b"ready\r\n"):
            seen += os.read(ours, 1)
        time.sleep(1.6)
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=20)
        seen = os.read(ours, 10_000) if term == "xterm" else b""
    os.close(ours)
    assert out.startswith("One in a pod\n")
    if term == "xterm":
        assert b"\rproving, 1" in seen
        assert b"best so far 12.0; at best 11.0" in seen
        assert b"\x1b" not in seen
        assert seen.endswith(b" \r")
