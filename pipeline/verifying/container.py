"""One view of a folder, a zip, a tar and a tgz: a listing of files with sizes, and their content as streams.

Nothing is unpacked to disk, no link is followed, and nothing that an archive says of itself is believed: whatever
could lead outside, or cost more than the archive's size lets one expect, is a finding and is not read.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from pipeline.verifying.paths import fault, with_next
from pipeline.verifying.report import Report, brief
from pipeline.verifying.streams import UnreadableError

MAX_ENTRIES = 1_000_000
"""Files and folders a container may have."""

MAX_LETTERS = 1 << 28
"""Characters that the names of all of them may have."""

_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_HERE = re.compile(r"\A(?:\./)+")


class OverfullError(Exception):
    """The container has more entries than are looked at."""


class Entry(NamedTuple):
    """A file: octets it is said to have, its position in storage (for reading in order), and how to open it.

    `path` is where a file of a folder lies; it can be read at any time, those of an archive only one after the other.
    """

    size: int
    position: int
    opener: Callable[[], BinaryIO] | None
    path: str | None = None

    def open(self) -> BinaryIO:
        """Open the file for reading.

        Raises:
            UnreadableError: it cannot be opened.
        """
        if self.opener is not None:
            return self.opener()
        handle = open_file(self.path or "")
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise UnreadableError("F103", "the file became something else while it was looked at")
        return os.fdopen(handle, "rb", buffering=0)


@dataclass(slots=True)
class Container:
    """What lies in a folder or an archive: path to file, and the folders that are listed, both relative with `/`.

    `name` is the name of the folder or archive; `usable` is False where listing it failed, which is then a finding.
    """

    name: str
    files: dict[str, Entry] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    usable: bool = True
    letters: int = 0

    def add(self, path: str, kind: str, entry: Entry, report: Report) -> None:
        """Take in one member of an archive, unless its name or kind forbids it, which is a finding.

        Args:
            path: name of the member, as stored.
            kind: `file`, `folder` or `other`.
            entry: how to read it.
            report: takes the findings.

        Raises:
            OverfullError: there are too many members.
        """
        path = path.removesuffix("/") if kind == "folder" else path
        path = _HERE.sub("", path)  # how tar names the members of the folder it is run in
        if kind == "folder" and path in ("", "."):
            return
        self.count(path)
        if reason := fault(path):
            report.add("F104", f"the member's name {reason}: {brief(path)}", path or self.name)
        elif kind == "other":
            report.add("F103", "the member is a link, a device or another special file", path)
        elif kind == "folder":
            self.folders.add(path)
        elif path in self.files:
            report.add("F105", "the archive holds this file more than once", path)
        else:
            self.files[path] = entry

    def count(self, path: str) -> None:
        """Count one more entry; refuse to go on when there are too many, or their names are too long in all."""
        self.letters += len(path)
        if len(self.files) + len(self.folders) >= MAX_ENTRIES or self.letters > MAX_LETTERS:
            raise OverfullError

    def finish(self, report: Report) -> None:
        """Sort the files by path, and report files that are folders as well."""
        self.files = dict(sorted(self.files.items()))
        for path, following in with_next(self.files):
            if path in self.folders or following.startswith(f"{path}/"):
                report.add("F105", "the archive holds this name as a file and as a folder", path)
                del self.files[path]

    @property
    def empty_folders(self) -> list[str]:
        """The folders in which there is nothing."""
        full = {path.rpartition("/")[0] for paths in (self.files, self.folders) for path in paths}
        if not self.folders - full:
            return []
        pairs = with_next((*self.files, *self.folders))  # an archive may list a folder and not the one that lies in it
        return [path for path, following in pairs if path in self.folders and not following.startswith(f"{path}/")]

    def has_folder(self, folder: str) -> bool:
        """Tell whether there is this folder, listed or implied by what is in it."""
        start = f"{folder}/"
        return folder in self.folders or any(path.startswith(start) for path in (*self.files, *self.folders))

    def under(self, top: str) -> Container:
        """Return what lies in a folder of this container, with paths relative to it."""
        cut = len(top) + 1
        files = {path[cut:]: entry for path, entry in self.files.items() if path.startswith(f"{top}/")}
        folders = {path[cut:] for path in self.folders if path.startswith(f"{top}/")}
        return Container(self.name, files, folders, self.usable)

    @property
    def octets(self) -> int:
        """The octets of all files."""
        return sum(entry.size for entry in self.files.values())


def list_folder(root: str, report: Report) -> Container:
    """List a folder; links and special files are findings and are not followed.

    Args:
        root: path of the folder.
        report: takes the findings.
    """
    container = Container(os.path.basename(os.path.abspath(root)))  # noqa: PTH100, PTH119 - no pathlib: names may be undecodable
    waiting = [""]
    try:
        while waiting:
            _list_one(root, waiting.pop(), waiting, container, report)
    except OverfullError:
        report.add("F107", f"more than {MAX_ENTRIES} files and folders", container.name)
        container.usable = False
    container.files = dict(sorted(container.files.items()))
    return container


def _list_one(root: str, folder: str, waiting: list[str], container: Container, report: Report) -> None:
    try:
        with os.scandir(os.path.join(root, folder)) as found:  # noqa: PTH118 - as above
            for item in found:
                path = f"{folder}/{item.name}" if folder else item.name
                container.count(path)
                status = item.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    container.folders.add(path)
                    waiting.append(path)
                elif stat.S_ISREG(status.st_mode):
                    container.files[path] = Entry(status.st_size, 0, None, item.path)
                else:
                    report.add("F103", "this is a link, a device or another special file", path)
    except OSError as error:
        report.add("F102", f"the folder cannot be listed: {error.strerror}", folder or container.name)


def open_file(path: str) -> int:
    """Open a file of a folder for reading, but no link that was put in its place; wait for no writer.

    Returns:
        The file descriptor, which is the caller's to close. A device may have been put in its place: read no more than
        the file should have.

    Raises:
        UnreadableError: it cannot be opened.
    """
    try:
        return os.open(path, _FLAGS)
    except OSError as error:
        raise UnreadableError("F102", f"the file cannot be opened: {error.strerror}") from error
