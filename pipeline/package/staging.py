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
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.findings import UnusableError
from pipeline.interrupts import held_back
from pipeline.package.bag import PAYLOAD

_AT_FDCWD = -100
_HEAD = 1024
"""Octets of an archive that hold the name of its first entry."""
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
        with held_back():
            stage = _make_stage(output, name)
            lock = _lock(stage)
        _clear_dead(output, name, stage)
        yield stage
    finally:
        with held_back():
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


def refuse_foreign(output: Path, name: str, forms: Sequence[str]) -> None:
    """Make sure that nothing is replaced or removed that is not an earlier output of the same name.

    Args:
        output: the output folder.
        name: the package's name; a folder of that name must be a package of that name.
        forms: the names a bag of it may have, as a folder or a serialised one; its top folder must be the bag's.

    Raises:
        UnusableError: something else is there, which would be lost.
    """
    for form in (name, *forms):
        target = output / form
        if (target.exists() or target.is_symlink()) and not _is_ours(target, name):
            raise UnusableError(
                f"{target} is there and is not of this package; move it or choose another output folder"
            )


def _is_ours(target: Path, name: str) -> bool:
    if target.is_symlink():
        return False
    try:
        if target.is_dir():
            inner = target if target.name == name else target / PAYLOAD
            return bool(json.loads((inner / "datapackage.json").read_bytes())["name"] == name.lower())
        if not target.is_file() or target.name == name:
            return False
        with target.open("rb") as stream:
            return f"{name}-bag/".encode() in stream.read(_HEAD)  # nothing in it is compressed
    except (OSError, ValueError, KeyError, TypeError):
        return False


class Settling:
    """Has the disk hold what is written, while other work goes on: what is left to wait for at the end is little."""

    def __init__(self, stage: Path) -> None:
        """Take the staging folder, of which all is settled."""
        self._stage = stage
        self._begun: threading.Thread | None = None
        self._fault: OSError | None = None

    def begin(self) -> None:
        """Begin with what was written so far."""
        # A thread that nobody waits for: who interrupts the work does not wait for a slow disk either.
        self._begun = threading.Thread(target=self._beside, daemon=True)
        with held_back():
            self._begun.start()

    def _beside(self) -> None:
        try:
            _settle(self._stage)
        except OSError as error:
            self._fault = error  # which the system tells only once

    def end(self) -> None:
        """Return when all is settled that was written.

        Raises:
            OSError: the disk cannot hold it.
        """
        if self._begun:
            self._begun.join()
        if self._fault:
            raise self._fault
        _settle(self._stage)


def swap_in(made: Sequence[Path], output: Path, obsolete: Sequence[str], stage: Path) -> None:
    """Put finished items from the staging folder into the output folder, remove obsolete ones; not to be interrupted.

    Where one of them cannot be put in its place, those before it are put back.

    Args:
        made: files and folders in the staging folder, which the disk holds; each replaces the one of its name.
        output: the output folder.
        obsolete: names in the output folder that belonged to the package before and do not any more.
        stage: the staging folder, which takes what is replaced.
    """
    with held_back():
        done: list[tuple[Path | None, Path, Path | None]] = []
        try:
            for item in made:
                done.append((item, output / item.name, _put(item, output / item.name, stage)))  # noqa: PERF401 - undone
            for name in obsolete:
                if (output / name).exists():
                    done.append((None, output / name, _aside(output / name, stage)))  # noqa: PERF401 - step by step
        except OSError:
            for put, target, old in reversed(done):
                _undo(put, target, old)
            raise
        _sync(output)


def _put(item: Path, target: Path, stage: Path) -> Path | None:
    """Put an item in its place; return where what it replaced is now: where the item was, if both were exchanged."""
    if not target.exists():
        item.rename(target)
        return None
    if _exchange(item, target):
        return item
    if target.is_dir():
        old = _aside(target, stage)
        item.rename(target)
        return old
    old = Path(shutil.copyfile(target, stage / f"old-{target.name}"))
    item.replace(target)
    return old


def _aside(target: Path, stage: Path) -> Path:
    """Move something out of the output folder into the staging folder, which is removed at the end."""
    return target.rename(stage / f"old-{target.name}")


def _undo(put: Path | None, target: Path, old: Path | None) -> None:
    if put is not None and old == put:
        _exchange(put, target)
        return
    if put is not None:
        target.rename(put)
    if old is not None:
        old.rename(target)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step (Linux renameat2); return False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


def _settle(stage: Path) -> None:
    """Have the disk hold what was written before it takes the place of the old: all at once, not file by file."""
    if not sys.platform.startswith("linux"):
        if hasattr(os, "sync"):
            os.sync()
        return
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    handle = os.open(stage, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    """Make the renames last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some file systems cannot sync a folder
    finally:
        os.close(handle)
