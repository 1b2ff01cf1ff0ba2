"""What tries the runner: harm is done and told, and rows that are missing are seen; what measures it."""

import random

import pytest
from click.testing import CliRunner

from crewreturn.bench import throughput, trial
from crewreturn.bench.rows import read_rows
from crewreturn.models.problems import CrewreturnError


@pytest.mark.slow
@pytest.mark.skipif(not trial.Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_kills_a_full_disk_and_a_torn_line():
    """Three kills, one disk without room, one torn line, in 40 cases: status 0 says that each has one row."""
    arguments = ["--count", "40", "--kills", "3", "--full", "1", "--torn", "1", "--seed", "3"]
    found = CliRunner().invoke(trial.main, arguments)
    assert (found.exit_code, found.stderr) == (0, "")
    assert "rows 40: " in found.stdout
    assert "on a full disk 1, with a torn line 1" in found.stdout


def test_what_a_trial_complains_of(rows):
    """Of three cases two have rows, of which one failed; the runner says so by status 4; a process outlived it."""
    made = [rows.row("a"), rows.row("b", status="failed", message="why")]
    found = trial._problems(trial.Trial(rows=made, left=1), 3, 4, "", "")
    assert found == ["2 rows for 3 cases", "b: failed: why", "1 process outlived the runner"]
    assert trial._problems(trial.Trial(rows=made), 2, 0, "told", "") == [
        "the last start ended with status 0: told",
        "b: failed: why",
    ]


def test_tearing_a_line(rows, tmp_path):
    """A beginning of a row stands behind the last one, and is no row."""
    out = tmp_path / "rows.jsonl"
    out.write_text("".join(rows.row(name).model_dump_json(by_alias=True) + "\n" for name in "ab"), encoding="utf-8")
    before = out.read_bytes()
    trial._tear(out, random.Random(1))
    assert out.read_bytes().startswith(before)
    assert not out.read_bytes().endswith(b"\n")
    assert len(read_rows(out)) == 2


@pytest.mark.slow
def test_throughput(pods):
    """Six cases, by one process, one worker, and two: a line for each, and how they compare."""
    found = CliRunner().invoke(throughput.main, ["--repeat", "1", str(pods(6))])
    assert found.exit_code == 0, found.exception
    lines = found.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == ["one process", "1 worker", "2 workers"]
    assert [line.partition(":")[0] for line in lines[3:]] == [
        "2 workers against one process",
        "2 workers against 1 worker",
    ]


def test_nothing_is_measured_where_a_run_fails(tmp_path):
    """A file that is no case gives a row `failed`: how long that took says nothing."""
    (tmp_path / "bad.yaml").write_text("format: crewreturn/1\nid: bad\n", encoding="utf-8")
    with pytest.raises(CrewreturnError, match="Nothing can be measured"):
        throughput.measured([str(tmp_path)], 0)
