"""Interrupted at any moment, the output folder holds the old package or the new one, whole, and nothing else."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from commands import INTERRUPTED, acting, small_disk
from conftest import SEEDS
from packages import digests
from pipeline.build import build_package
from pipeline.findings import UnusableError
from pipeline.options import Options
from pipeline.package.staging import Settling, staging, swap_in

NAME = "frus1961-63v11"
SEED = "000_948f2d66d0829868.txt"


@pytest.mark.parametrize("module", ["click", "importlib.metadata", "pydantic_core", "lxml", "pipeline.build"])
@pytest.mark.parametrize("arguments", [["{source}", "-o", "{output}"], ["-o", "{output}", "--check", "{source}"]])
def test_interrupted_while_it_starts(module: str, arguments: list[str], tmp_path: Path) -> None:
    program = f"""
import importlib.abc, os, signal, sys

class Interrupts(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupts())
from pipeline.start import make_package
make_package()
"""
    told = [a.format(source=SEEDS, output=tmp_path / "out") for a in arguments]
    done = subprocess.run([sys.executable, "-c", program, *told], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr in ("", INTERRUPTED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("what", ["within exec", "taken for another error"])
def test_interrupted_in_odd_places(what: str, how: str, tmp_path: Path) -> None:
    """Python remembers an interrupt within exec, and libraries make other errors of one."""
    action = {
        "within exec": f"exec('os.kill(FIRST, signal.{how})\\nfor _ in range(9): pass')",
        "taken for another error": f"""
try:
    os.kill(FIRST, signal.{how})
except KeyboardInterrupt:
    raise ValueError from None""",
    }[what]
    process = acting(SEED, action, SEEDS, "-o", tmp_path / "out", "--no-cache")
    assert process.communicate() == ("", INTERRUPTED)
    assert process.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_that_is_ignored_stays_so(tmp_path: Path) -> None:
    """As `nohup` and shells without job control start what runs in the background."""
    ignored = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    process = acting("", "os.kill(FIRST, signal.SIGINT)", SEEDS, "-o", tmp_path / "out", "-q", preexec_fn=ignored)
    assert process.communicate() == ("", "")
    assert process.returncode == 0
    assert (tmp_path / "out" / NAME).is_dir()


BUILDER = """
import json, os, signal, sys, threading, traceback
import bagit, frictionless  # what takes long to import is there before the first build
import pipeline.build, pipeline.cli, pipeline.judges
from pipeline.start import make_package

HEARD = ("open", "os.", "shutil.", "tempfile.", "ctypes.")

def build(number, event, calls):
    events = []

    def count(*_):
        nonlocal calls
        calls -= 1
        if calls == 0:
            os.kill(os.getpid(), number)

    def hear(name, _arguments):
        if name.startswith(HEARD) and threading.current_thread() is threading.main_thread():
            events.append(name)
            if len(events) == event and calls:
                sys.setprofile(count)
            elif len(events) == event:
                os.kill(os.getpid(), number)

    sys.addaudithook(hear)
    try:
        make_package()
    except SystemExit as end:
        return end.code, list(events)
    except BaseException:
        traceback.print_exc()
    return 1, []

for line in sys.stdin:
    arguments, *moment = json.loads(line)
    sys.argv = ["make-package", *arguments]
    child = os.fork()
    if not child:
        code, events = build(*moment)
        if not moment[0]:
            print(json.dumps(events), flush=True)
        os._exit(code or 0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Builder:
    """Makes packages, each in a process that may be interrupted, without the start of an interpreter for each.

    A moment is an event that Python audits, such as the opening of a file, and so many calls of functions after it: it
    is the same each time.
    """

    def __init__(self, process: "subprocess.Popen[str]", output: Path) -> None:
        assert process.stdin
        assert process.stdout
        self._told, self._heard, self._output = process.stdin, process.stdout, output

    def _ask(self, source: Path, *moment: int) -> None:
        arguments = [str(source), "-o", str(self._output), "--selfcheck", "off", "--no-cache", "-q"]
        self._told.write(json.dumps([arguments, *moment]) + "\n")
        self._told.flush()

    def build(self, source: Path) -> list[str]:
        """Build; return the events, in their order."""
        self._ask(source, 0, 0, 0)
        events: list[str] = json.loads(self._heard.readline())
        assert self._heard.readline() == "0\n"
        return events

    def interrupted(self, source: Path, how: signal.Signals, event: int, calls: int) -> int:
        """Send the signal to a build when so many events and calls were; return how it ended."""
        self._ask(source, how, event, calls)
        return int(self._heard.readline())


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Builder]:
    command = [sys.executable, "-c", BUILDER]
    with (
        (tmp_path / "told").open("w") as told,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, text=True) as process,
    ):
        yield Builder(process, tmp_path / "out")
        assert process.stdin
        process.stdin.close()


def whole(item: Path) -> str:
    """A digest of a file, or of all names and contents in a folder."""
    return str(digests(item)) if item.is_dir() else hashlib.sha256(item.read_bytes()).hexdigest()


def moments(events: list[str]) -> list[tuple[int, int]]:
    """Moments all over a build, those at which a folder is made beside the old, and those at which it gives way."""
    lot = random.Random(4)  # noqa: S311 - the same moments each time
    made = events.index("tempfile.mkdtemp") + 2  # which asks for a folder: the next event
    cleared = len(events) - events[::-1].index("shutil.rmtree")
    spread = [(event, lot.randrange(3000)) for event in range(1, cleared, cleared // 16)]
    return [*spread, *((made, calls) for calls in range(1, 9, 2)), *((cleared - n, 0) for n in range(10))]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_at_any_moment_leaves_the_old_or_the_new_whole(
    how: signal.Signals, builder: Builder, tmp_path: Path
) -> None:
    other = shutil.copytree(SEEDS, tmp_path / "other")
    manifest = other / "package.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('version = "', 'version = "9', 1), "utf-8")
    output = tmp_path / "out"
    forms = [output / NAME, output / f"{NAME}-bag.zip"]
    states: dict[str, Path] = {}
    events: list[str] = []
    for source in (other, SEEDS):
        events = builder.build(source)
        states |= {whole(form): source for form in forms}
    assert len(states) == 4
    ends: Counter[int] = Counter()
    left = 0
    for event, calls in moments(events):
        old = states[whole(forms[0])]
        ends[builder.interrupted(SEEDS if old is other else other, how, event, calls)] += 1
        assert all(whole(form) in states for form in forms)
        if how is signal.SIGKILL:
            left += len(list(output.glob(".*.part")))
            with staging(output, NAME):  # how each run begins
                assert len(list(output.glob(".*.part"))) == 1, "what the killed one left is gone"
        else:
            assert states[whole(forms[0])] is states[whole(forms[1])]
        assert sorted(output.iterdir()) == forms
    end = -how if how is signal.SIGKILL else 130
    assert ends[end] > 15
    assert ends.keys() <= {0, end} | ({-how} if how is signal.SIGTERM else set()), "or it ends before it began"
    if how is signal.SIGKILL:
        assert left > 10
    else:
        assert set((tmp_path / "told").read_text().splitlines(keepends=True)) == {INTERRUPTED}
    builder.build(SEEDS)
    assert sorted(output.iterdir()) == forms
    assert {states[whole(form)] for form in forms} == {SEEDS}


def test_next_build_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    dead = tmp_path / f".{NAME}.abc.part"
    dead.mkdir()
    (dead / "half").write_text("x")
    build_package(SEEDS, tmp_path, Options(selfcheck="off"))
    assert sorted(p.name for p in tmp_path.iterdir()) == [NAME, f"{NAME}-bag.zip"]


def test_full_disk_ends_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    command = [sys.executable, "-m", "pipeline", str(SEEDS), "-o", str(out)]
    done = subprocess.run(command, preexec_fn=small_disk, capture_output=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert b"cannot be written" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", [NAME, f"{NAME}-bag", f"{NAME}-bag.zip", f"{NAME}-bag.tar"])
@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_not_ours_is_not_removed(name: str, kind: str, package: Path, tmp_path: Path) -> None:
    """Nor is a link, which may stand for a package that somebody keeps elsewhere."""
    target = tmp_path / "out" / name
    target.parent.mkdir()
    mine = target / "thesis" if kind == "folder" else target
    if kind == "link":
        target.symlink_to(package)
    else:
        mine.parent.mkdir(exist_ok=True)
        mine.write_text("mine")
    with pytest.raises(UnusableError, match="is not of this package"):
        build_package(SEEDS, tmp_path / "out", Options(selfcheck="off"))
    assert [p.name for p in (tmp_path / "out").iterdir()] == [name]
    assert target.is_symlink() if kind == "link" else mine.read_text() == "mine"


def test_swap_that_cannot_be_finished_is_undone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "pack").mkdir(parents=True)
    (out / "pack/file").write_text("old")
    with staging(out, "x") as stage:
        (stage / "pack").mkdir()
        (stage / "pack/file").write_text("new")
        with pytest.raises(OSError, match="not-made"):
            swap_in([stage / "pack", stage / "not-made"], out, [], stage)
        assert (out / "pack/file").read_text() == "old"


def test_swap_replaces_files_and_folders_and_removes_the_obsolete(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name, text in (("pack", "old"), ("gone", "old")):
        (out / name).mkdir(parents=True)
        (out / name / "file").write_text(text)
    (out / "bag.zip").write_text("old")
    with staging(out, "x") as stage:
        (stage / "pack").mkdir()
        (stage / "pack" / "file").write_text("new")
        (stage / "bag.zip").write_text("new")
        swap_in([stage / "pack", stage / "bag.zip"], out, ["gone", "never-there"], stage)
    assert (out / "pack/file").read_text() == (out / "bag.zip").read_text() == "new"
    assert sorted(p.name for p in out.iterdir()) == ["bag.zip", "pack"]


def test_a_disk_that_cannot_hold_it_is_told_also_when_it_said_so_early(tmp_path: Path) -> None:
    (tmp_path / "stage").mkdir()
    settling, before = Settling(tmp_path / "stage"), set(threading.enumerate())
    (tmp_path / "stage").rename(tmp_path / "aside")
    settling.begin()
    for thread in set(threading.enumerate()) - before:
        thread.join()
    (tmp_path / "aside").rename(tmp_path / "stage")
    with pytest.raises(OSError, match="stage"):
        settling.end()
