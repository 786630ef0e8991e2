"""Interrupted at any moment, the output folder holds the old package or the new one, whole, and nothing else."""

import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from conftest import ROOT, SEEDS
from pipeline.build import build_package
from pipeline.findings import UnusableError
from pipeline.package.staging import Settling, refuse_foreign, staging, swap_in
from pipeline.verifying import verify

NAME = "frus1961-63v11"


@pytest.fixture
def output(tmp_path: Path, built: tuple[Path, object]) -> Path:
    """An output folder with a package in it."""
    return shutil.copytree(built[0], tmp_path / "out")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A source of another content, large enough to be interrupted while it is written."""
    source = shutil.copytree(SEEDS, tmp_path / "many")
    text = (SEEDS / "000_948f2d66d0829868.txt").read_text("utf-8")
    for number in range(1, 80):
        (source / f"d{number}.txt").write_text(text.replace("280.", f"{number}.", 1), "utf-8")
    return source


def staged(output: Path) -> int:
    """How many files are in staging folders."""
    return sum(1 for p in output.glob(".*") for f in p.rglob("*") if f.is_file())


@pytest.mark.parametrize("files", [0, 1, 40, 170])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_build_leaves_a_whole_package(how: signal.Signals, files: int, output: Path, many: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "pipeline", str(many), "-o", str(output)], stderr=subprocess.PIPE)
    while process.poll() is None and (staged(output) < files or not list(output.glob(".*.part"))):
        pass
    process.send_signal(how)
    _, told = process.communicate()
    for path in (output / NAME, output / f"{NAME}-bag.zip"):
        assert not verify(path).findings
    if how is not signal.SIGKILL:
        assert process.returncode in (130, 0), told
        assert sorted(p.name for p in output.iterdir()) == [NAME, f"{NAME}-bag.zip"]
        assert b"Traceback" not in told


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
    assert done.stderr in ("", "interrupted; every package in the output is whole\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    "what",
    [
        'exec("os.kill(os.getpid(), number)\\nfor _ in range(9): pass")',
        "try:\n        os.kill(os.getpid(), number)\n    except KeyboardInterrupt:\n        raise ValueError from None",
    ],
    ids=["within exec", "taken for another error"],
)
def test_interrupted_in_odd_places(what: str, how: str, tmp_path: Path) -> None:
    """Python remembers an interrupt within exec, and libraries make other errors of one."""
    (tmp_path / "odd.py").write_text(f"""
import os, signal, pipeline.build
from pipeline.start import make_package
number = signal.{how}
def build_package(*_arguments, **_options):
    {what}
pipeline.build.build_package = build_package
make_package()
""")
    command = [sys.executable, "-m", "odd", str(SEEDS), "-o", str(tmp_path / "out")]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (130, "interrupted; every package in the output is whole\n")


def test_an_interrupt_that_is_ignored_stays_so(tmp_path: Path) -> None:
    """As `nohup` and shells without job control start what runs in the background."""
    command = [sys.executable, "-m", "pipeline", str(SEEDS), "-o", str(tmp_path / "out")]
    ignored = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, preexec_fn=ignored)  # noqa: PLW1509 - there are no threads
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


BUILDER = """
import os, sys
import bagit, frictionless  # what takes long to import is there before the first build
import pipeline.judges
from pipeline.build import build_package

for line in sys.stdin:
    source, output = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if build_package(source, output).written else 1
        finally:
            os._exit(code)
    print(child, flush=True)
    sys.stdin.readline()  # not waited for before it may be killed: its number stays its own
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Builder:
    """Builds packages, each in a process that may be killed, without the start of an interpreter for each."""

    def __init__(self, told: IO[str], heard: IO[str], output: Path) -> None:
        self._told, self._heard, self._output = told, heard, output

    def _tell(self, line: str) -> None:
        self._told.write(f"{line}\n")
        self._told.flush()

    def build(self, source: Path, kill_after: float | None = None) -> int:
        """Build; return 0, or -9 where the process was killed before it was done."""
        self._tell(f"{source}\t{self._output}")
        child = int(self._heard.readline())
        if kill_after is not None:
            time.sleep(kill_after)  # any moment will do
            os.kill(child, signal.SIGKILL)
        self._tell("")
        return os.waitstatus_to_exitcode(int(self._heard.readline()))


@contextmanager
def builder(output: Path) -> Iterator[Builder]:
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield Builder(process.stdin, process.stdout, output)
        process.stdin.close()


def whole(item: Path) -> str:
    """A digest of a file, or of all names and contents in a folder."""
    digest = hashlib.sha256()
    for path in sorted(item.rglob("*")) if item.is_dir() else [item]:
        digest.update(f"{path.relative_to(item)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def test_killed_at_any_moment_leaves_the_old_or_the_new_whole(tmp_path: Path) -> None:
    other = shutil.copytree(SEEDS, tmp_path / "other")
    manifest = other / "package.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('version = "', 'version = "9', 1), "utf-8")
    output = tmp_path / "out"
    forms = output / NAME, output / f"{NAME}-bag.zip"
    moments = random.Random(4)  # noqa: S311 - the same moments each time
    with builder(output) as builds:
        states: dict[str, Path] = {}
        for source in (other, SEEDS):
            began = time.perf_counter()
            assert builds.build(source) == 0
            took = time.perf_counter() - began
            states[whole(forms[0])] = source
            states[whole(forms[1])] = source
        assert len(states) == 4
        killed = left = 0
        for _ in range(50):
            old = states[whole(forms[0])]
            new = SEEDS if old is other else other
            killed += builds.build(new, moments.uniform(0, 1.05 * took)) == -signal.SIGKILL
            assert all(whole(form) in states for form in forms)
            left += len(list(output.glob(".*.part")))
            with staging(output, NAME):  # how each run begins
                assert len(list(output.glob(".*.part"))) == 1, "what the killed one left is gone"
            assert sorted(p.name for p in output.iterdir()) == [form.name for form in forms]
        assert killed > 10
        assert left > 10
        assert builds.build(SEEDS) == 0
    assert sorted(p.name for p in output.iterdir()) == [NAME, f"{NAME}-bag.zip"]
    assert {states[whole(form)] for form in forms} == {SEEDS}


def test_next_build_clears_what_a_killed_one_left(output: Path) -> None:
    dead = output / f".{NAME}.abc.part"
    dead.mkdir()
    (dead / "half").write_text("x")
    subprocess.run([sys.executable, "-m", "pipeline", str(SEEDS), "-o", str(output), "-q"], check=True)
    assert sorted(p.name for p in output.iterdir()) == [NAME, f"{NAME}-bag.zip"]


def test_full_disk_ends_in_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    out = tmp_path / "new" / "out"
    command = [sys.executable, "-m", "pipeline", str(SEEDS), "-o", str(out)]
    done = subprocess.run(command, preexec_fn=small_disk, capture_output=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert b"cannot be written" in done.stderr
    assert not (tmp_path / "new").exists()


def test_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(UnusableError, match="cannot be written"), staging(tmp_path / "out", "x"):
        pass


def test_a_folder_that_is_no_package_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "precious.txt").write_text("mine")
    with pytest.raises(UnusableError, match="is not of this package"):
        refuse_foreign(tmp_path, "x", [])
    (tmp_path / "link").symlink_to(tmp_path / "x")
    with pytest.raises(UnusableError, match="is not of this package"):
        refuse_foreign(tmp_path, "link", [])


@pytest.mark.parametrize("name", ["frus1961-63v11-bag", "frus1961-63v11-bag.zip", "frus1961-63v11-bag.tar"])
@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_a_strangers_bag_is_not_removed(name: str, kind: str, tmp_path: Path) -> None:
    target = tmp_path / "out" / name
    if kind == "folder":
        target.mkdir(parents=True)
        (target / "thesis").write_text("mine")
    else:
        target.parent.mkdir()
        (tmp_path / "thesis").write_text("mine")
        target.symlink_to(tmp_path / "thesis") if kind == "link" else target.write_text("mine")
    with pytest.raises(UnusableError, match="is not of this package"):
        build_package(SEEDS, tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir()] == [name]
    assert (target / "thesis" if kind == "folder" else target).read_text() == "mine"


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
