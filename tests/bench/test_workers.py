"""Workers that die: each costs its own call and no other. What they are asked is Python's own, which they all know."""

import builtins
import os
import signal
import time
from pathlib import Path

import pytest

from crewreturn.bench.workers import OverMemory, OverTime, WorkerDied, Workers, _Keeper


@pytest.fixture
def team():
    """Makes workers, who are sent home afterwards."""
    made = []

    def team(number=1, **more):
        made.append(Workers(number, **more))
        return made[-1]

    yield team
    for workers in made:
        workers.shutdown(cancel_futures=True)


def test_answers_and_errors_come_back(team):
    """As from any executor; calls beyond the number of workers wait."""
    workers = team(2)
    calls = [workers.submit(pow, number, 2) for number in range(20)]
    assert [call.result(20) for call in calls] == [number**2 for number in range(20)]
    with pytest.raises(ZeroDivisionError):
        workers.submit(divmod, 1, 0).result(20)
    with pytest.raises(RuntimeError, match="pickle"):
        workers.submit(builtins.eval, "lambda: 0").result(20)  # an answer that cannot be sent
    assert workers.submit(int, "11", base=2).result(20) == 3
    assert os.getpid() not in workers.pids
    assert len(set(workers.pids)) == 2


def test_a_worker_that_dies_costs_one_call(team):
    """Killed, or gone by itself: its call says how, the calls behind it are served by a new process."""
    workers = team()
    calls = [
        workers.submit(os.getpid),
        workers.submit(os.kill, 0, 0),
        workers.submit(builtins.eval, "__import__('os').kill(__import__('os').getpid(), 9)"),
        workers.submit(os._exit, 7),
        workers.submit(os.getpid),
    ]
    assert calls[1].result(20) is None
    with pytest.raises(WorkerDied, match="ended by SIGKILL"):
        calls[2].result(20)
    with pytest.raises(WorkerDied, match="ended with status 7"):
        calls[3].result(20)
    assert calls[4].result(20) != calls[0].result(20)


def test_a_worker_that_dies_idle_costs_nothing(team):
    """Nobody's call is to blame."""
    workers = team()
    first = workers.submit(os.getpid).result(20)
    os.kill(first, signal.SIGKILL)
    assert workers.submit(os.getpid).result(20) != first


def test_who_makes_workers_dies_over_making_one(team, monkeypatch):
    """As when it is killed between being asked for a process and answering: it is asked again, and no call is lost."""
    hire, failed = _Keeper._hire, []

    def fails_once(keeper):
        if not failed:
            failed.append(keeper)
            raise EOFError("unexpected EOF")
        hire(keeper)

    monkeypatch.setattr(_Keeper, "_hire", fails_once)
    assert team().submit(pow, 3, 2).result(20) == 9
    assert failed


def test_workers_are_replaced(team):
    """After three calls each: seven calls need three processes."""
    workers = team(calls_of_a_worker=3)
    found = [workers.submit(os.getpid).result(20) for _ in range(7)]
    assert [len(set(found[:3])), len(set(found[3:6])), len(set(found))] == [1, 1, 3]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read in /proc")
def test_too_much_memory(team):
    """A call that holds 600 MiB for a while where 300 are allowed is ended; the next one is served."""
    workers = team(memory_limit=300)
    hungry = workers.submit(builtins.eval, "[b'x' * 600 * 2**20, __import__('time').sleep(60)]")
    with pytest.raises(OverMemory, match="300 MiB are allowed"):
        hungry.result(30)
    assert workers.submit(abs, -3).result(20) == 3


def test_no_answer_in_time(team):
    """A call that hangs is ended; the next one is served."""
    workers = team(patience=0.5)
    with pytest.raises(OverTime):
        workers.submit(time.sleep, 60).result(20)
    assert workers.submit(abs, -3).result(20) == 3


def test_sending_home_at_once(team):
    """Whatever they are doing: calls that wait are cancelled, those going on lose their worker."""
    workers = team()
    pid = workers.submit(os.getpid).result(20)
    going_on, waiting = workers.submit(time.sleep, 60), workers.submit(time.sleep, 60)
    while not going_on.running():
        time.sleep(0.01)
    workers.shutdown(cancel_futures=True)
    assert waiting.cancelled()
    assert isinstance(going_on.exception(5), WorkerDied)
    with pytest.raises(RuntimeError):
        workers.submit(abs, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
