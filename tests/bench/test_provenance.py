"""Where rows say that they come from, and runs that nobody can make."""

import re
from concurrent.futures import Executor, Future

import pytest

from crewreturn.bench import peers
from crewreturn.bench.case_files import Questions, case_files
from crewreturn.bench.one_run import perform
from crewreturn.bench.peer_milp import NotLinear
from crewreturn.bench.peers import Peer
from crewreturn.bench.provenance import host, searched_by
from crewreturn.bench.rows import Configuration, RowFile, key_of, read_rows
from crewreturn.bench.runner import run_batch
from crewreturn.bench.workers import OverTime


def test_what_searches_is_told_with_its_version():
    """Whatever OR-Tools carries, and nothing for who does not search; the computer without its name."""
    number = r"\d+\.\d+(\.\d+)?"
    assert re.fullmatch(rf"CP-SAT {number}, HiGHS {number}", searched_by(None))
    assert re.fullmatch(rf"CP-SAT {number}", searched_by("textbook"))
    assert searched_by("textbook-highs") == searched_by("flow-highs")
    assert re.match(rf"HiGHS {number}", searched_by("flow-highs"))
    assert re.match(rf"SCIP {number}", searched_by("textbook-scip"))
    assert searched_by("minizinc-nobody").startswith("MiniZinc")
    assert searched_by("greedy") is None
    assert re.search(r", \d+ cores(, \d+ GiB)?$", host())


def test_a_case_that_a_peer_cannot_be_asked_is_refused(pods, monkeypatch):
    """Neither failed nor wrong: it says why. Its row says what it is made with all the same."""

    def solve(question):
        raise NotLinear("a product. Say it without.")

    monkeypatch.setitem(peers.PEERS, "line", Peer("Lines only", solve))
    ((asked, text),) = Questions(case_files([str(pods(1))]), Configuration(peer="line", time_limit=5.0))
    row = perform(asked, text)
    assert (row.status, row.message) == ("refused", "a product. Say it without.")
    assert (row.host, row.plan_digest) == (host(), None)


class Endless(Executor):
    """Ends every run from outside."""

    def submit(self, fn, /, *arguments, **named):
        """A future that has failed already."""
        future = Future()
        future.set_exception(OverTime("ended since it had not answered for 15 s"))
        return future


def test_a_run_that_does_not_look_at_the_clock_timed_out(pods, tmp_path):
    """It is begun once; nobody knows how long anything in it took, and its row says that it was ended."""
    configuration = Configuration(time_limit=5.0, grace=10.0)
    with RowFile(tmp_path / "rows.jsonl", configuration, "1") as rows:
        run_batch(iter(Questions(case_files([str(pods(1))]), configuration)), rows, Endless(), workers=1)
    (row,) = read_rows(tmp_path / "rows.jsonl")
    assert (row.status, row.attempts, row.seconds) == ("time_limit", 1, {})
    assert "ended since" in row.message


@pytest.mark.parametrize("later", ["peer", "levels", "grace"])
def test_settings_that_came_later_leave_keys_as_they_were(later):
    """Without them the SHA-256 is that of the settings that there were at first, as JSON; with one it is another."""
    plain = key_of("ab", None, Configuration(time_limit=5.0), 0, "1")
    assert plain == "c90be6971beff8afdb868a584a93d20209fcab35f982204e04902113eac0d656"
    assert key_of("ab", None, Configuration(**{later: "greedy" if later == "peer" else 1}), 0, "1") != plain
