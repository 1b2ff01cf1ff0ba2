"""Worker processes that may be killed: an executor in which a worker that dies costs one run and no more.

In `ProcessPoolExecutor` one dead process breaks the pool and fails everything it held, so that nobody knows who was to
blame. Here each process serves one call at a time, and is made anew where it died.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Call = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]

CALLS_OF_A_WORKER = 250
"""After so many calls a worker is replaced: what it leaks does not pile up."""
LOOK_EVERY = 0.05
"""Seconds between two looks at the memory of a worker that has a limit."""
STARTS, START = 3, 120.0
"""So many processes may end before they begin with a call, and so many seconds may each take to begin."""
BEGUN = "begun"
"""What a worker says when it begins."""
MIB = 1024**2


class WorkerDied(BrokenExecutor):
    """The process ended before it answered."""


class NeverBegan(Exception):
    """No process could be made that serves calls."""


class OverMemory(Exception):
    """The process held more memory than it was allowed, and was ended."""


class OverTime(Exception):
    """The process did not answer in time, and was ended."""


class Workers(Executor):
    """Processes that serve calls, one each at a time.

    Parameters
    ----------
    number
        How many.
    memory_limit
        MiB of resident memory beyond which a worker is ended, with `OverMemory` for its call. Systems without `/proc`
        know no such limit.
    patience
        Seconds after which a call that does not answer is ended with `OverTime`; never where absent.
    preload
        Modules that are loaded once and shared by all workers, where the system can do that.
    calls_of_a_worker
        After so many calls a process is replaced.
    """

    def __init__(
        self,
        number: int,
        *,
        memory_limit: int | None = None,
        patience: float | None = None,
        preload: tuple[str, ...] = (),
        calls_of_a_worker: int = CALLS_OF_A_WORKER,
    ) -> None:
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._closed = False
        context = _context(preload)
        self._keepers = [
            _Keeper(self._calls, context, memory_limit, patience, calls_of_a_worker) for _ in range(number)
        ]
        for keeper in self._keepers:
            keeper.start()

    @property
    def pids(self) -> list[int]:
        """Ids of the processes that there are just now."""
        return [pid for keeper in self._keepers if (pid := keeper.pid) is not None]

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a call made by the next worker that is free; `WorkerDied` where it dies over it."""
        if self._closed:
            raise RuntimeError("the workers have been sent home")
        future: Future[T] = Future()
        self._calls.put((future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Send the workers home after their calls; with `cancel_futures` at once, whatever they are doing."""
        self._closed = True
        if cancel_futures:
            with suppress(queue.Empty):
                while True:
                    call = self._calls.get_nowait()
                    if call is not None:
                        call[0].cancel()
            for keeper in self._keepers:
                keeper.stop_now()
        for _ in self._keepers:
            self._calls.put(None)
        if wait:
            for keeper in self._keepers:
                keeper.join()


def _context(preload: tuple[str, ...]) -> BaseContext:
    # Not `fork`: this process has threads. A server that has loaded everything forks in milliseconds.
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


class _Keeper(threading.Thread):
    """Hands calls to one process, and makes it anew."""

    def __init__(
        self,
        calls: queue.SimpleQueue[Call | None],
        context: BaseContext,
        memory_limit: int | None,
        patience: float | None,
        calls_of_a_worker: int,
    ) -> None:
        super().__init__(daemon=True)
        self.process: BaseProcess | None = None
        self.pid: int | None = None
        self._calls, self._context = calls, context
        self._memory, self._patience, self._calls_of_a_worker = memory_limit, patience, calls_of_a_worker
        self._pipe: Connection[Any, Any] | None = None
        self._served = 0
        self._stopped = self._busy = False

    def run(self) -> None:
        """Serve until told that there is nothing more."""
        while (call := self._calls.get()) is not None:
            future, function, arguments, named = call
            if not future.set_running_or_notify_cancel():
                continue
            self._busy = True
            try:
                found = self._asked(function, arguments, named)
            except BaseException as error:  # told to who waits for it
                self._busy = False
                future.set_exception(error)
            else:
                self._busy = False
                future.set_result(found)
        self._send_home()

    def stop_now(self) -> None:
        """End the process if it serves a call; let it serve no other."""
        self._stopped = True
        process = self.process
        if self._busy and process is not None:
            with suppress(ValueError):  # it has gone home meanwhile
                process.kill()

    def _asked(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        self._hand_over((function, arguments, named))
        assert self.process is not None and self._pipe is not None
        begun = time.monotonic()
        try:
            while not self._pipe.poll(0):
                ready = wait([self._pipe, self.process.sentinel], self._next_look(begun))
                if not ready:
                    self._look(begun)
                elif self._pipe not in ready:
                    break
            good, found = self._pipe.recv()
        except (EOFError, OSError):
            raise WorkerDied(self._how_it_ended()) from None
        if good:
            return found
        raise found

    def _hand_over(self, call: object) -> None:
        """See to it that a process begins with a call; one that dies before has not died over it."""
        for _ in range(STARTS):
            if self._stopped:
                raise WorkerDied("the workers have been sent home")
            if self._served >= self._calls_of_a_worker or self.process is None or not self.process.is_alive():
                self._send_home()
                try:
                    self._hire()
                except (EOFError, OSError):  # the process that makes processes was ended just then
                    continue
            assert self.process is not None and self._pipe is not None
            with suppress(EOFError, OSError):
                self._pipe.send(call)
                wait([self._pipe, self.process.sentinel], START)
                if self._pipe.poll(0) and self._pipe.recv() == BEGUN:
                    self._served += 1
                    return
            self._end()
        raise NeverBegan(f"{STARTS} processes, one after another, ended before they had begun with anything")

    def _hire(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
        try:
            process.start()
        except (EOFError, OSError):
            ours.close()
            raise
        finally:
            theirs.close()
        self.process, self._pipe, self._served, self.pid = process, ours, 0, process.pid
        if self._stopped:  # just now
            process.kill()

    def _send_home(self) -> None:
        if self._pipe is not None:
            self._pipe.close()  # which is what an idle worker waits for
        if self.process is not None:
            self.process.join(10)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            self.process.close()
        self.process = self._pipe = self.pid = None

    def _next_look(self, begun: float) -> float | None:
        if self._memory is not None:
            return LOOK_EVERY
        return None if self._patience is None else max(0.0, begun + self._patience - time.monotonic())

    def _look(self, begun: float) -> None:
        """End a process that takes too much."""
        assert self.process is not None
        if self._memory is not None and (held := _resident(self.process.pid)) > self._memory:
            self._end()
            raise OverMemory(f"ended when it held {held:,.0f} MiB; {self._memory:,} MiB are allowed")
        if self._patience is not None and time.monotonic() - begun >= self._patience:
            self._end()
            raise OverTime(f"ended since it had not answered for {self._patience:,.0f} s")

    def _end(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.join()

    def _how_it_ended(self) -> str:
        assert self.process is not None
        self.process.join(10)
        status = self.process.exitcode
        if status is None:
            self.process.kill()
            return "its process stopped answering"
        if status < 0:
            with suppress(ValueError):
                return f"its process was ended by {signal.Signals(-status).name}"
        return f"its process ended with status {status}"


def _resident(pid: int | None) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


# ------------------------------------------------------------------------------------------------- in the process


def _serve(pipe: Connection[Any, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the runner, which ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        told: tuple[bool, object]
        try:
            call = pipe.recv()
        except (EOFError, OSError):
            return
        except Exception as error:  # a call that cannot be read here
            call = error
        pipe.send(BEGUN)
        try:
            if isinstance(call, Exception):
                raise call
            function, arguments, named = call
            told = True, function(*arguments, **named)
        except BaseException as error:  # raised again where it was asked
            told = False, error
        try:
            pipe.send(told)
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:  # an answer that cannot be sent
            pipe.send((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent() -> None:
    """Whoever kills the runner must not leave workers behind that go on for hours."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
