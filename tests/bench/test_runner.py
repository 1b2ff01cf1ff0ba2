"""A batch in which workers die, here and on a cluster: every run has one row in the end."""

import os
import signal
import threading
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress

import pytest

from crewreturn import __version__
from crewreturn.bench.case_files import Questions, case_files
from crewreturn.bench.one_run import perform, shuffled
from crewreturn.bench.rows import Configuration, RowFile, read_rows
from crewreturn.bench.runner import NoWorkers, hands, processes, run_batch
from crewreturn.models.case_file import load_case
from crewreturn.models.problems import InputError

LIMIT = Configuration(time_limit=60.0)


@pytest.fixture
def batch(tmp_path):
    """Runs cases of a folder into rows.jsonl: what the batch came to, and the rows there are then."""

    def run(folder, executor, workers=2, seeds=(0,), alternatives=False, **more):
        questions = Questions(case_files([str(folder)]), LIMIT, seeds, alternatives)
        path = tmp_path / "rows.jsonl"
        with RowFile(path, LIMIT, __version__) as file:
            found = run_batch(iter(questions), file, executor, workers=workers, **more)
        return found, read_rows(path)

    return run


class Deadly(Executor):
    """Threads that make runs, but whoever is given one of these cases dies over it, so many times."""

    def __init__(self, **deaths):
        self.deaths, self.threads = Counter(deaths), ThreadPoolExecutor(2)

    def submit(self, fn, /, asked, *args):
        name = asked.case.replace("-", "_")
        if not self.deaths[name]:
            return self.threads.submit(fn, asked, *args)
        self.deaths[name] -= 1
        future = Future()
        future.set_exception(BrokenPool("its process was ended by SIGKILL"))
        return future


class BrokenPool(BrokenExecutor):
    """A pool without processes."""


def test_every_question_gets_a_row(pods, batch):
    """Three cases, two seeds, free and under two alternatives: 18 runs, of which those under `both` have no plan.

    What is proven does not hang on the seed. A second batch makes none.
    """
    folder = pods(3)
    with ThreadPoolExecutor(2) as pool:
        found, made = batch(folder, pool, seeds=(0, 7), alternatives=True)
        assert found.statuses == {"optimal": 12, "infeasible": 6}
        assert Counter((row.alternative, row.status) for row in made) == {
            (None, "optimal"): 6,
            ("leave", "optimal"): 6,
            ("both", "infeasible"): 6,
        }
        assert len({row.key for row in made}) == 18
        assert len({(row.case, row.alternative, row.levels[0].value) for row in made}) == 9
        again, rows = batch(folder, pool, seeds=(0, 7), alternatives=True)
    assert (again.there, again.statuses, rows) == (18, {}, made)


def test_a_row_tells_where_it_comes_from(pods, batch):
    """Versions, phases, the folder as family, memory: without them nobody can say later what a time means."""
    with ThreadPoolExecutor(1) as pool:
        _, (row,) = batch(pods(1), pool)
    assert (row.case, row.family, row.workers, row.attempts) == ("pod-0", "pods", 2, 1)
    assert row.path.endswith("pod-0.yaml")
    assert row.crewreturn == __version__
    assert row.ortools.startswith("9.")
    assert row.python.count(".") == 2
    assert "cores" in row.host
    assert {"read", "solve", "prove", "check"} <= set(row.seconds)
    assert row.seconds["read"] > 0
    assert row.peak_memory_mib > 20
    assert row.cpu_seconds > 0
    assert row.load >= 0
    level = row.levels[0]
    assert (level.status, level.gap) == ("optimal", level.value - level.bound)


def test_failures_are_told_apart_and_end_nothing(pods, batch):
    """A file that is no case, though it says so, beside two that are: a row `failed` with what is wrong in it.

    A file without the format's name is something else that lies there, and is passed over.
    """
    folder = pods(2)
    (folder / "bad.yaml").write_text("format: crewreturn/1\nid: bad\n", encoding="utf-8")
    (folder / "notes.json").write_text("{}", encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        found, made = batch(folder, pool)
    assert found.statuses == {"optimal": 2, "failed": 1}
    (bad,) = (row for row in made if row.case == "bad")
    assert bad.status == "failed"
    assert "InputError: " in bad.message
    assert "title" in bad.message


def test_a_run_whose_worker_dies_is_made_again(pods, batch):
    """Once is nobody's fault: the second attempt gives its row. Two workers die over `pod-1`: no third is tried."""
    executor = Deadly(pod_0=1, pod_1=2)
    found, made = batch(pods(4), executor)
    assert found.statuses == {"optimal": 3, "killed": 1}
    assert found.lost == 3
    by_case = {row.case: row for row in made}
    assert len(made) == 4
    assert (by_case["pod-0"].status, by_case["pod-0"].attempts) == ("optimal", 2)
    assert (by_case["pod-1"].status, by_case["pod-1"].attempts) == ("killed", 2)
    assert by_case["pod-1"].message == "its process was ended by SIGKILL"


def test_processes_that_are_killed_while_they_work(pods, batch):
    """Four times a process is killed, whichever it is: all the same each of 16 runs has one row.

    A process may be idle when it dies, which costs nothing; none dies twice over one run unless chance wants it so, and
    then the run is `killed`.
    """
    kills = []
    with processes(2, LIMIT) as team:

        def tell(step):
            pids = team.pids
            if len(kills) < 4 and pids:
                kills.append(pids[len(kills) % len(pids)])
                with suppress(ProcessLookupError):
                    os.kill(kills[-1], signal.SIGKILL)

        found, made = batch(pods(16), team, tell=tell)
    assert len(kills) == 4
    assert len({row.key for row in made}) == len(made) == 16
    assert set(found.statuses) <= {"optimal", "killed"}
    assert found.statuses["optimal"] >= 14


def test_stopping_keeps_the_rows(pods, batch):
    """Told to stop after the fifth row: at most the runs handed out are lost, and made by the next batch."""
    folder, stop, told = pods(20), threading.Event(), []

    def tell(step):
        told.append(step.phase)
        if len(told) == 5:
            stop.set()

    with ThreadPoolExecutor(1) as pool:
        found, made = batch(folder, pool, workers=1, stop=stop, tell=tell)
    assert found.stopped
    assert 5 <= len(made) < 20
    with ThreadPoolExecutor(1) as pool:
        rest, rows = batch(folder, pool, workers=1)
    assert (rest.there, rest.statuses.total(), len({row.key for row in rows})) == (len(made), 20 - len(made), 20)


def test_runs_given_up_by_a_cluster_end_the_batch(pods, batch):
    """They have not failed: there is no row for them."""

    class Gone(Executor):
        def submit(self, fn, /, *args):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(NoWorkers):
        batch(pods(2), Gone())


def test_case_files(pods, tmp_path):
    """Files of a folder in order, without hidden ones, plans and best known values; a file named twice once.

    The folder in a folder names the family; a shipped case goes by its name, and knows its folder too.
    """
    folder = pods(2)
    pods(1, "pods/small")
    for name in (".hidden.yaml", "pod.plan.json", "best_known.json", "README.md"):
        (folder / name).write_text("{}", encoding="utf-8")
    found = case_files([str(folder / "pod-1.yaml"), str(folder), "soyuz-ms22"])
    assert [(file.name.rpartition("/")[2], file.family) for file in found] == [
        ("pod-1.yaml", "pods"),
        ("pod-0.yaml", "pods"),
        ("pod-0.yaml", "small"),
        ("soyuz-ms22", "historical"),
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="without case files"):
        case_files([str(tmp_path / "empty")])
    with pytest.raises(InputError, match="soyuz-ms22"):
        case_files(["soyuz-ms2"])


def test_shuffling(pods):
    """A seed changes the order of lists and nothing else, the same way each time; the objective's order is kept."""
    case = load_case("soyuz-ms22")
    one = shuffled(case, 1)
    assert shuffled(case, 0) is case
    assert one == shuffled(case, 1) != shuffled(case, 2)
    assert one.people != case.people
    assert sorted(person.id for person in one.people) == sorted(person.id for person in case.people)
    assert one.objective == case.objective
    assert one.horizon == case.horizon


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster(pods, batch, tmp_path):
    """Two workers of a cluster make 12 runs, and one of them is killed after the third: the rows are those of a pool.

    The same keys, so each run once, and the same values; whoever is asked goes by the address, as the command does.
    """
    distributed = pytest.importorskip("distributed")
    folder = pods(12)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        told = []

        def tell(step):
            told.append(step)
            if len(told) == 3:
                os.kill(pids[0], signal.SIGKILL)

        with hands(LIMIT, None, cluster.scheduler_address) as (executor, number):
            found, made = batch(folder, executor, workers=number, tell=tell)
    assert number == 2
    assert found.statuses == {"optimal": 12}
    (tmp_path / "rows.jsonl").unlink()
    with ThreadPoolExecutor(2) as pool:
        _, here = batch(folder, pool)
    assert sorted(map(what, made)) == sorted(map(what, here))


def what(row):
    """Which run it is of, and what it found."""
    return row.key, row.status, [(level.value, level.bound) for level in row.levels], row.plan_digest


def test_what_is_asked_decides_nothing_else(pods):
    """The row of a run made here, without any executor."""
    ((asked, text),) = Questions(case_files([str(pods(1))]), LIMIT)
    row = perform(asked, text)
    assert {name: getattr(row, name) for name in type(asked).model_fields} == dict(asked)
    assert row.status == "optimal"
