"""Run calls, in this process or in several: the seam where another engine can be put without touching a stage.

A call takes nothing, can be pickled, and gives back what came of it. What comes out is in the order of the calls and
the same for any number of processes.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from pipeline.findings import UnusableError
from pipeline.interrupts import SIGNALS, held_back

AHEAD = 3
"""Calls that a further process has at a time: enough to keep it busy, few enough to keep results from piling up."""

PILED = 8
"""Results, for each further process, that wait at most for one before them: they take memory."""

PIPE = 1 << 20
"""Octets that the pipe holds by which results come, where a system lets it. A result has some 700,000; from a smaller
pipe it is read in parts, and before each the reading thread waits until what runs here lets it."""

PATIENCE = 2.0
"""Seconds after which it is asked whether the processes that are waited for are still there."""

Result = TypeVar("Result")


class Executor(Protocol):
    """Runs calls."""

    def map(self, calls: Iterable[Callable[[], Result]], *, ahead: int = AHEAD) -> Iterator[Result]:
        """Yield the results in the order of the calls; a call is drawn only when it can be begun.

        `ahead` is how many calls a further process is given at a time.
        """

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """End the processes before this is left, where an interrupt or a fault ends the work within early."""
        yield


def makes_copies() -> bool:
    """Tell whether further processes are copies of this one, which begin at once, and not started anew.

    What a thread of this process holds would be held for ever in a copy of it.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class _Here(Executor):
    """Runs calls in this process."""

    def map(self, calls: Iterable[Callable[[], Result]], *, ahead: int = AHEAD) -> Iterator[Result]:  # noqa: ARG002 - of several
        for call in calls:
            yield call()


class _Pool(Executor):
    """Runs calls in this process and in further ones."""

    def __init__(self, jobs: int) -> None:
        self._others = jobs - 1
        # Copies are made here and now, before there is a file open that they should not hold.
        alone = makes_copies()
        context = get_context("fork" if alone else "spawn")
        self._pool = ProcessPoolExecutor(
            self._others, mp_context=context, initializer=_prepare, initargs=(gc.get_threshold(),)
        )
        if alone:
            with self.at_once():
                self._submit(os.getpid)
        self._widen()

    def _widen(self) -> None:
        """Make the pipe larger by which results come."""
        if sys.platform == "linux":
            import fcntl  # noqa: PLC0415 - not everywhere

            results: Any = self._pool._result_queue  # noqa: SLF001 - as below
            with suppress(OSError, AttributeError):  # a user may have only so much, a Python not know of it
                fcntl.fcntl(results._reader.fileno(), fcntl.F_SETPIPE_SZ, PIPE)  # noqa: SLF001 - as below

    def map(self, calls: Iterable[Callable[[], Result]], *, ahead: int = AHEAD) -> Iterator[Result]:
        waiting: deque[Future[Result]] = deque()
        try:
            for call in calls:
                if sum(not future.done() for future in waiting) < ahead * self._others:
                    waiting.append(self._submit(call))
                else:  # the others have enough to do
                    waiting.append(_run_here(call))
                while waiting and (waiting[0].done() or len(waiting) > PILED * self._others):
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        except BrokenProcessPool:
            reason = "a worker process ended early, for want of memory or because the main module cannot be imported"
            raise UnusableError(f"{reason}; try one job") from None

    def _submit(self, call: Callable[[], Result]) -> Future[Result]:
        try:
            with held_back():  # a process may start here: it would print a traceback
                return self._pool.submit(_run, call)
        except OSError as error:
            reason = f"no further process can be started: {error.strerror or error}"
            raise UnusableError(f"{reason}; try one job") from error

    def _result(self, future: Future[Result]) -> Result:
        """Wait for a result, also for one that never comes: of a process that was killed while it sent it."""
        while not wait([future], PATIENCE).done:
            if any(process.exitcode is not None for process in self._processes()):
                raise BrokenProcessPool
        return future.result()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.kill()
            raise

    def close(self) -> None:
        """Wait for what is under way, and end the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def kill(self) -> None:
        """End the processes whatever they do; they are gone when this returns."""
        with held_back():
            self._kill()

    def _kill(self) -> None:
        processes = self._processes()
        for process in processes:
            process.kill()
        results: Any = self._pool._result_queue  # noqa: SLF001 - as below
        if results is not None:
            results._writer.close()  # noqa: SLF001 - else the pool waits for ever for the rest of one that was being sent
        self._pool.shutdown(wait=True, cancel_futures=True)
        for process in processes:
            process.join()

    def _processes(self) -> list[BaseProcess]:
        return list((self._pool._processes or {}).values())  # noqa: SLF001 - Python 3.14 is the first to offer it


def _run(call: Callable[[], Result]) -> Result:
    return call()


def _run_here(call: Callable[[], Result]) -> Future[Result]:
    """Run a call; what it raises is raised when its turn comes."""
    future: Future[Result] = Future()
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - whatever it is, as in another process
        future.set_exception(error)
    return future


def _prepare(thresholds: tuple[int, int, int]) -> None:
    """Leave interrupts to the main process, which ends the workers; where it is killed, end with it."""
    gc.set_threshold(*thresholds)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def executor(jobs: int) -> Iterator[Executor]:
    """Yield what runs calls in so many processes, of which this one is the first.

    Whatever ends the work early, an interrupt or a call that fails, ends the processes at once.

    Raises:
        UnusableError: a process cannot be started, or ended before its work was done.
    """
    if jobs == 1:
        yield _Here()
        return
    try:
        pool = _Pool(jobs)
    except (OSError, NotImplementedError) as error:
        raise UnusableError(f"no further processes can be started: {error}; try one job") from error
    with pool.at_once():
        yield pool
        pool.close()
