"""The commands, as tests run them: in this process, or in one of its own where something is done to the process."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click import Command
from click.testing import CliRunner, Result

from conftest import ROOT
from pipeline.cli import make_package, verify_package

INTERRUPTED = "interrupted; every package in the output is whole\n"
"""What `make-package` says last when it was interrupted."""


def make(*arguments: object) -> Result:
    """Run `make-package`."""
    return _run(make_package, "make-package", arguments)


def check(*arguments: object) -> Result:
    """Run `verify-package`."""
    return _run(verify_package, "verify-package", arguments)


def _run(command: Command, name: str, arguments: tuple[object, ...]) -> Result:
    result = CliRunner().invoke(command, [str(a) for a in arguments], prog_name=name)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def small_disk() -> None:
    """Let no file of this process have more than 20,000 octets, as if the disk were full then."""
    import resource  # noqa: PLC0415 - not on every system

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def python(program: str, place: Path = ROOT) -> str:
    """Run a program in a process of its own, with the code that lies at a place; return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(place)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def beside_a_thread() -> Iterator[None]:
    """Have a further thread: what has one can not be copied, and further processes are started anew."""
    end = threading.Event()
    threading.Thread(target=end.wait, daemon=True).start()
    try:
        yield
    finally:
        end.set()


def acting(path: str, action: str, *arguments: object, **options: Any) -> "subprocess.Popen[str]":
    """Run `make-package` in a process that acts when it opens a file with this in its path: see acting.py."""
    command = [sys.executable, "-m", "acting", path, action, *map(str, arguments)]
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | paths, **options
    )
