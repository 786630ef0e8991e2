"""Calls run in one process or in several: the same results in the same order, and an end whatever happens."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from operator import add
from pathlib import Path

import pytest

from commands import beside_a_thread
from pipeline.findings import UnusableError
from pipeline.source import read_source
from pipeline.workers import PILED, executor


def running(number: int) -> bool:
    """Tell whether there is a process of this number that is not merely waiting to be buried."""
    try:
        state = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def ends(number: int) -> bool:
    """Wait for a process, at most ten seconds; tell whether it ended."""
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)


@pytest.fixture(autouse=True, params=["alone", "beside a thread"])
def _a_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Processes are copies of this one where it has one thread, and are started anew where it has more."""
    with beside_a_thread() if request.param != "alone" else nullcontext():
        yield


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_of_the_calls(jobs: int) -> None:
    calls = [partial(add, number, 1) for number in range(40)]
    with executor(jobs) as workers:
        assert list(workers.map(calls)) == list(range(1, 41))
        assert list(workers.map(calls[:3])) == [1, 2, 3]
        assert list(workers.map([])) == []


def test_no_more_calls_are_taken_than_are_under_way() -> None:
    taken = []

    def calls() -> Iterator[partial[int]]:
        for number in range(1000):
            taken.append(number)
            yield partial(add, number, 0)

    with executor(2) as workers:
        results = workers.map(calls())
        assert next(results) == 0
        assert len(taken) <= PILED + 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_cannot_go_on_in_a_worker_is_told(jobs: int) -> None:
    calls = [partial(read_source, Path(name)) for name in ("nowhere", "nowhere-else")]
    with pytest.raises(UnusableError, match="nowhere cannot be read"), executor(jobs) as workers:
        list(workers.map(calls))


def test_a_worker_that_is_killed_is_told_in_one_sentence() -> None:
    with pytest.raises(UnusableError, match="ended early") as told, executor(2) as workers:
        list(workers.map([partial(os._exit, 9), partial(add, 1, 1)]))
    assert "\n" not in str(told.value)


NO_FORK = """
import os
from pipeline.findings import UnusableError
from pipeline.workers import executor
fork, made = os.fork, []
def refuse():
    if made:
        raise BlockingIOError(11, "Resource temporarily unavailable")
    made.append(fork())
    return made[-1]
os.fork = refuse
try:
    with executor(3):
        print("started")
except UnusableError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are started anew")
def test_where_no_further_process_can_be_started_it_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", NO_FORK], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "no further process can be started: Resource temporarily unavailable; try one job\n"
    assert not done.stderr


def test_an_interrupt_does_not_wait_for_what_is_under_way() -> None:
    numbers: set[int] = set()
    with pytest.raises(KeyboardInterrupt), executor(2) as workers:  # noqa: PT012 - the numbers are known within only
        numbers |= set(workers.map([os.getpid] * 8)) - {os.getpid()}
        list(workers.map(_endless()))
    assert numbers
    assert not any(running(number) for number in numbers)


def _endless() -> Iterator[partial[None]]:
    """Calls that never end, and an interrupt once they are under way."""
    yield partial(signal.pause)
    yield partial(signal.pause)
    raise KeyboardInterrupt


MAIN = """
import os, signal, sys
from contextlib import nullcontext
from functools import partial
from pipeline.source import read_source
from pipeline.workers import executor
if __name__ == "__main__":
    with executor(2) as workers:
        print(*set(workers.map([os.getpid] * 8)), flush=True)
        list(workers.map([partial(signal.pause)]))
"""


def test_workers_end_with_a_main_process_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    with subprocess.Popen([sys.executable, tmp_path / "main.py"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        numbers = [int(number) for number in process.stdout.readline().split()]
        assert numbers
        process.kill()
        process.stdout.read()  # ends when the last of them has closed it
        assert all(ends(number) for number in numbers)
