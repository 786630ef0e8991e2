"""Make output aside and swap it in whole.

A folder and what is to be replaced in it come in. Work happens in a hidden folder beside the output; at the end each
finished item takes the place of the old one in a single step of the file system, where that has one. Whatever ends the
work before leaves the output as it was and nothing behind.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.findings import UnusableError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def staging(output: Path, name: str) -> Iterator[Path]:
    """Yield a new hidden folder beside the output; it is gone at the end, with all that is left in it.

    Raises:
        UnusableError: the output folder cannot be made or written.
    """
    made = [p for p in (output, *output.parents) if not p.exists()]
    stage: Path | None = None
    lock: int | None = None
    try:
        with _undisturbed():
            stage = _make_stage(output, name)
            lock = _lock(stage)
        _clear_dead(output, name, stage)
        yield stage
    finally:
        with _undisturbed():
            if lock is not None:
                os.close(lock)
            if stage is not None:
                shutil.rmtree(stage, ignore_errors=True)
            for folder in made:
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()


def _make_stage(output: Path, name: str) -> Path:
    try:
        output.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".part", dir=output))
    except OSError as error:
        raise UnusableError(f"{output} cannot be written: {error.strerror}") from None


def _lock(folder: Path) -> int | None:
    """Hold a folder for this process as long as it lives; return None where another one holds it, or none can."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _clear_dead(output: Path, name: str, own: Path) -> None:
    """Remove what a killed process left: staging folders that nobody holds."""
    for folder in output.glob(f".{name}.*.part"):
        if folder != own and folder.is_dir() and not folder.is_symlink():
            lock = _lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def refuse_foreign(target: Path, name: str) -> None:
    """Make sure that a folder about to be replaced is a package of that name, or is not there.

    Raises:
        UnusableError: it holds something else, which would be lost.
    """
    if not target.exists() and not target.is_symlink():
        return
    try:
        found = json.loads((target / "datapackage.json").read_bytes()).get("name")
    except (OSError, ValueError, AttributeError):
        found = None
    if target.is_symlink() or found != name.lower():
        raise UnusableError(f"{target} is there and is not this package; move it away or choose another output folder")


def swap_in(made: Sequence[Path], output: Path, obsolete: Sequence[str]) -> None:
    """Put finished items from the staging folder into the output folder, remove obsolete ones; not to be interrupted.

    Args:
        made: files and folders in the staging folder; each replaces the one of its name.
        output: the output folder.
        obsolete: names in the output folder that belonged to the package before and do not any more.
    """
    with _undisturbed():
        for item in made:
            target = output / item.name
            if not (target.is_dir() and _exchange(item, target)):
                if target.is_dir():
                    target.rename(item.with_name(f"{item.name}.old"))
                item.replace(target)
        for name in obsolete:
            target = output / name
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
        _sync(output)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step (Linux renameat2); return False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


def _sync(folder: Path) -> None:
    """Make the renames last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some file systems cannot sync a folder
    finally:
        os.close(handle)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back interrupts until the block is done."""
    held = {signal.SIGINT, signal.SIGTERM}
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
