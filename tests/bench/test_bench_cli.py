"""`crewreturn bench` as people and programs meet it, and what becomes of it when it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import click
import pytest

from crewreturn.bench.commands import named
from crewreturn.bench.rows import Configuration, read_rows
from crewreturn.cli import main

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs a command in this process: status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["bench", *map(str, arguments)])
        return left.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def start(tmp_path):
    """Starts a command in a process and a session of its own."""
    started = []

    def start(*arguments, code="from crewreturn.cli import main; main()", **options):
        command = [sys.executable, "-c", code, "bench", "run", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, cwd=tmp_path, text=True, start_new_session=True, **pipes, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def lines(path):
    """How many whole lines there are."""
    with suppress(FileNotFoundError):
        return path.read_bytes().count(b"\n")
    return 0


def until(condition, seconds=40):
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def family(session):
    """Processes of a session that have not ended, with the parent of each."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, _, its, *_ = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(its) == session and state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def each_once(path, count):
    """Whether the file has as many rows, each of a run of its own, and every one is answered."""
    rows = read_rows(path)
    assert len(rows) == len({row.key for row in rows}) == count
    return {row.status for row in rows} == {"optimal"}


# ---------------------------------------------------------------------------------------------------- as commands


def test_run_and_run_again(run, pods, tmp_path):
    """Three cases make three rows; again, none; with another seed, three more. Programs get one document."""
    pods(3)
    status, out, err = run("run", "pods", "--out", "rows.jsonl", "--workers", 1)
    assert (status, err) == (0, "")
    assert out.startswith("rows.jsonl: 3 rows; 3 made now, 0 were there.\n")
    assert "optimal" in out
    status, out, err = run("run", "pods", "--out", "rows.jsonl", "--workers", 1, "--seed", 0, "--seed", 5, "--json")
    assert (status, err) == (0, "")
    data = json.loads(out)
    assert {name: data[name] for name in ("format", "made", "there", "rows", "failures", "stopped")} == {
        "format": "crewreturn-bench-run/1", "made": 3, "there": 3, "rows": 6, "failures": [], "stopped": False,
    }  # fmt: skip
    assert each_once(tmp_path / "rows.jsonl", 6)


def test_a_failed_run_shows_in_the_status(run, pods):
    """4, now and whenever the file has such a row; what failed and why is on the page."""
    pods(1).joinpath("bad.yaml").write_text("format: crewreturn/1\n", encoding="utf-8")
    status, out, err = run("run", "pods", "--out", "rows.jsonl", "--workers", 1)
    assert (status, err) == (4, "")
    assert "pods/bad.yaml, seed 0: failed: InputError: " in out
    assert run("run", "pods", "--out", "rows.jsonl", "--workers", 1)[0] == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--out", "rows.jsonl"], "Missing argument 'PATH...'"),
        (["run", "pods"], "Missing option '--out'"),
        (["run", "nowhere", "--out", "rows.jsonl"], "there is no such file"),
        (["run", "-", "--out", "rows.jsonl"], "standard input cannot be run again"),
        (["run", "soyuz-ms2", "--out", "rows.jsonl"], "Did you mean 'soyuz-ms22'?"),
        (["run", "pods", "--out", "diary.txt"], "not a row"),
        (["run", "pods", "--out", "pods"], "Is a directory"),
        (["run", "pods", "--out", "rows.jsonl", "--workers", "0"], "0 is not in the range x>=1"),
        (["run", "pods", "--out", "rows.jsonl", "--memory-limit", "5"], "5 is not in the range"),
        (["run", "pods", "--out", "rows.jsonl", "--cluster", "x", "--workers", "2"], "leave out --workers"),
        (["run", "pods", "--out", "rows.jsonl", "--grace", "5"], "give --time-limit too"),
        (["compare", "diary.txt", "diary.txt"], "not a row"),
        (["compare", "a.jsonl", "b.jsonl"], "no such file"),
        (["compare", "none.jsonl", "none.jsonl", "--best-known", "x.json"], "there is no such file"),
        (["plot", "none.jsonl", "-o", "x.pdf"], "ends in none of .svg, .png"),
        (["plot", "none.jsonl", "-o", "none.jsonl.svg"], "the file exists already"),
        (["plot", "none.jsonl", "-o", "x.svg"], "no run that all files have"),
        (["race"], "No such command 'race'"),
    ],
)
def test_bad_input(run, pods, tmp_path, arguments, says):
    """Status 2, nothing on standard output, what is wrong on the other; one document for programs. No traceback."""
    pods(1)
    (tmp_path / "diary.txt").write_text("dear diary\n", encoding="utf-8")
    for name in ("none.jsonl", "none.jsonl.svg"):
        (tmp_path / name).touch()
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    status, out, err = run(*arguments, "--json")
    assert (status, err) == (2, "")
    assert json.loads(out)["format"] == "crewreturn-error/1"
    assert (tmp_path / "diary.txt").read_text(encoding="utf-8") == "dear diary\n"


def saved(path, rows):
    path.write_text("".join(f"{row.model_dump_json()}\n" for row in rows), encoding="utf-8")
    return path


def test_compare(run, rows, tmp_path):
    """The verdict comes first; status 4 where proven values contradict each other, whatever the times say."""
    cases = [f"case-{number}" for number in range(6)]
    saved(tmp_path / "old.jsonl", [rows.row(case, 2.0) for case in cases])
    saved(tmp_path / "new.jsonl", [rows.row(case, 1.0) for case in cases])
    status, out, err = run("compare", "old.jsonl", "new.jsonl")
    assert (status, err) == (0, "")
    assert out.startswith("new is faster than old: it takes 0.5 times as long (95 %: 0.5 to 0.5).\n")
    data = json.loads(run("compare", "old.jsonl", "new.jsonl", "--json")[1])
    assert (data["format"], data["verdict"], data["ranked"]) == ("crewreturn-bench-comparison/1", "faster", 6)
    saved(tmp_path / "wrong.jsonl", [rows.row(case, 1.0, value=99.0) for case in cases])
    status, out, _ = run("compare", "old.jsonl", "wrong.jsonl")
    assert status == 4
    assert out.startswith("CONTRADICTION: 6 questions")


def test_record(run, rows, tmp_path):
    """Values of rows become best known; a second time nothing changes; a contradiction writes nothing, status 4."""
    saved(tmp_path / "rows.jsonl", [rows.row("a"), rows.row("b", status="infeasible")])
    status, out, err = run("record", "rows.jsonl", "--out", "best_known.json")
    assert (status, out, err) == (
        0,
        "best_known.json: best known values of 2 questions, 2 of them new or better.\n",
        "",
    )
    text = (tmp_path / "best_known.json").read_bytes()
    assert json.loads(run("record", "rows.jsonl", "--out", "best_known.json", "--json")[1])["changed"] == 0
    saved(tmp_path / "wrong.jsonl", [rows.row("a", value=90.0)])
    status, out, err = run("record", "wrong.jsonl", "--out", "best_known.json")
    assert (status, out) == (4, "")
    assert "a plan with 90, and none is below 100" in err
    assert (tmp_path / "best_known.json").read_bytes() == text


def test_record_leaves_out_what_is_disputed(run, rows, tmp_path):
    """Of two questions one is disputed: the other is kept, certified by the second solver. Status 4 all the same."""
    saved(tmp_path / "ours.jsonl", [rows.row("a"), rows.row("b")])
    other = {"configuration": Configuration(peer="textbook")}
    theirs = [rows.row("a", value=90.0, key="1", **other), rows.row("b", key="2", **other)]
    saved(tmp_path / "theirs.jsonl", theirs)
    status, _, err = run("record", "ours.jsonl", "theirs.jsonl", "--out", "best_known.json")
    assert (status, "first of a: burden: proven best 100 and 90" in err) == (4, True)
    kept = json.loads((tmp_path / "best_known.json").read_text(encoding="utf-8"))["cases"].values()
    assert [(entry["case"], entry["proven_by"], entry["certified_by"]) for entry in kept] == [
        ("b", "crewreturn", "textbook")
    ]


def test_first_levels_only(run, pods, tmp_path):
    """`--levels 1`: rows have the first level and no other, of the same value; left out, all four."""
    cases = pods(1)
    for name, asked in (("all", []), ("first", ["--levels", 1, "--time-limit", 30, "--grace", 5])):
        assert run("run", cases, "--out", f"{name}.jsonl", "--workers", 1, *asked)[0] == 0
    (every,), (first,) = (read_rows(tmp_path / f"{name}.jsonl") for name in ("all", "first"))
    assert (len(every.levels), len(first.levels)) == (4, 1)
    assert first.levels[0].value == every.levels[0].value
    assert (first.configuration.grace, first.status) == (5, "optimal")


def test_plot(run, rows, tmp_path):
    """The same rows make the same bytes, without a date; text is text; nothing is overwritten unasked."""
    pytest.importorskip("matplotlib")
    more = {"old": 2.0, "new": 1.0}
    for name, seconds in more.items():
        made = [rows.row(f"case-{number}", seconds * number, value=100.0 + number) for number in range(1, 7)]
        saved(
            tmp_path / f"{name}.jsonl", [*made, rows.row("bad", status="failed"), rows.row("late", status="time_limit")]
        )
    for out in ("one.svg", "two.svg", "three.png"):
        status, told, err = run("plot", "old.jsonl", "new.jsonl", "-o", out)
        assert (status, told, err) == (0, f"{out}: 8 runs of each.\n", "")
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn == (tmp_path / "two.svg").read_bytes()
    assert b"<dc:date>" not in drawn
    assert b"old (8 runs, 1 failed)" in drawn
    assert (tmp_path / "three.png").read_bytes().startswith(b"\x89PNG")
    assert run("plot", "old.jsonl", "-o", "three.png")[0] == 2
    assert run("plot", "old.jsonl", "-o", "three.png", "--force", "--json")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".crewreturn")) == []


def test_help_loads_nothing(tmp_path):
    """`crewreturn --help` names the group and loads nothing of it."""
    code = "import sys\nfrom crewreturn.cli import main\ntry:\n    main()\nfinally:\n    "
    code += "print(sorted(name for name in sys.modules if 'bench' in name), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "bench" in done.stdout


# ------------------------------------------------------------------------------------------------ as real processes


@NEEDS_PROC
def test_kill_9_of_the_runner(start, pods, tmp_path):
    """Its workers end by themselves, and the next start makes what is left: each run once."""
    out = tmp_path / "rows.jsonl"
    arguments = (pods(14), "--out", out, "--workers", 2)

    process = start(*arguments)
    until(lambda: lines(out) >= 4)
    process.kill()
    process.wait()
    until(lambda: not family(process.pid))
    assert each_once(out, lines(out))
    process = start(*arguments)
    told, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert told.startswith(f"{out}: 14 rows; ")
    assert each_once(out, 14)


@NEEDS_PROC
def test_kill_9_of_workers(start, pods, tmp_path):
    """All workers at once, and later the process that makes new ones: the runs they had are made again, none is lost.

    The runner starts the maker, which starts the workers.
    """
    out = tmp_path / "rows.jsonl"
    process = start(pods(14), "--out", out, "--workers", 2)

    def kill(makers):
        for pid, parent in family(process.pid).items():
            other = pid == process.pid or b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes()
            if not other and (parent == process.pid) == makers:
                os.kill(pid, signal.SIGKILL)

    until(lambda: lines(out) >= 3)
    kill(makers=False)
    until(lambda: lines(out) >= 8)
    kill(makers=True)
    told, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, ""), told
    assert each_once(out, 14)


def test_ctrl_c(start, pods, tmp_path):
    """Status 3, as for any command that is stopped; the rows stay, whole."""
    out = tmp_path / "rows.jsonl"
    process = start(pods(16), "--out", out, "--workers", 2)
    until(lambda: lines(out) >= 3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    told, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (3, "")
    assert told.endswith("Stopped. The same command goes on from here.\n")
    assert each_once(out, lines(out))
    assert 3 <= lines(out) < 16


def test_a_full_disk(start, pods, tmp_path):
    """Files may grow to 5,000 bytes: about four rows. Status 4, why, and what to do; with room again it goes on.

    The limit is met in the middle of a row; what was written of it is taken back.
    """
    out = tmp_path / "rows.jsonl"
    arguments = (pods(6), "--out", out, "--workers", 2)
    without = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # it writes files too
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
    process = start(*arguments, code=f"{limited}from crewreturn.cli import main; main()", env=without)
    told, err = process.communicate(timeout=60)
    assert (process.returncode, told) == (4, "")
    assert "rows cannot be written: File too large. Make room and run the same command again" in err
    assert "Traceback" not in err
    before = out.read_bytes()
    assert before.endswith(b"\n")
    assert 0 < before.count(b"\n") < 6
    process = start(*arguments)
    told, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "torn" not in told
    assert out.read_bytes().startswith(before)
    assert each_once(out, 6)


def test_two_runners_on_one_file(start, run, pods, tmp_path):
    """The second is refused with status 2; the first goes on as if nothing had been."""
    out = tmp_path / "rows.jsonl"
    folder = pods(14)
    process = start(folder, "--out", out, "--workers", 1)
    until(lambda: lines(out) >= 1)
    status, _, err = run("run", folder, "--out", out, "--workers", 1)
    assert (status, "another run is adding rows to this file" in err) == (2, True)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert each_once(out, 14)


def test_too_much_memory(run, pods, tmp_path, monkeypatch):
    """A worker that outgrows its limit gives a row `out_of_memory`, and status 4.

    The least limit is lowered here: what is solved is tiny, but a worker that has loaded the solver holds over 40 MiB.
    """
    pods(2)
    monkeypatch.setattr("crewreturn.bench.workers.LOOK_EVERY", 0.001)
    (option,) = (option for option in named("run").params if option.name == "memory_limit")
    monkeypatch.setattr(option, "type", click.INT)
    status, out, err = run("run", "pods", "--out", "rows.jsonl", "--workers", 1, "--memory-limit", 40, "--seed", 1)
    assert status == 4, err
    assert "out of memory" in out, err
    assert {row.status for row in read_rows(tmp_path / "rows.jsonl")} <= {"out_of_memory", "optimal"}


def test_an_address_where_no_cluster_is(run, pods):
    """Status 2 within seconds: what does not answer, or what to install."""
    pods(1)
    status, _, err = run("run", "pods", "--out", "rows.jsonl", "--cluster", "tcp://127.0.0.1:9")
    assert status == 2
    assert "no cluster answers there" in err or "pip install" in err


def test_peers(run, pods):
    """The textbook model proves what crewreturn proves, of the first level; the planner without a search nothing.

    A file of rows holds one configuration, and who solves is a part of it. A peer that nobody has heard of is refused.
    """
    cases, found = pods(2), {}
    for peer in (None, "textbook", "greedy"):
        asked = [] if peer is None else ["--peer", peer]
        assert run("run", cases, "--out", f"{peer}.jsonl", *asked)[0] == 0
        found[peer] = read_rows(f"{peer}.jsonl")
    mine, textbook, greedy = ([entry.levels[0].value for entry in rows] for rows in found.values())
    assert textbook == pytest.approx(mine, abs=1e-3)
    assert all(entry.status == "optimal" for entry in found["textbook"])
    assert all(entry.status == "feasible" for entry in found["greedy"])
    assert all(value >= best - 1e-3 for value, best in zip(greedy, mine, strict=True))
    status, _, said = run("run", cases, "--out", "greedy.jsonl", "--peer", "textbook")
    assert (status, "made with peer 'greedy'" in said) == (2, True)
    status, _, said = run("run", cases, "--out", "x.jsonl", "--peer", "oracle")
    assert (status, "there is no peer 'oracle'" in said) == (2, True)
