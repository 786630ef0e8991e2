"""Read a source folder: which files are documents, and what package.toml says of them.

A path comes in; a `SourceFolder` goes out. Names and links are hostile until checked: nothing outside the folder is
read.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.findings import Finding, UnusableError, finding
from pipeline.manifest import FILE, Manifest, default_manifest, read_manifest
from pipeline.names import fault, twins

SUFFIX = ".txt"


@dataclass(frozen=True)
class SourceFolder:
    """A folder of documents: its manifest, and the names of the files that can be read, in natural order."""

    root: Path
    manifest: Manifest
    manifest_data: bytes | None
    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts d2 before d10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in re.split(r"(\d{1,18})", name)
    ]


def read_folder(root: Path) -> SourceFolder:
    """Look through a folder; hidden files are passed over.

    Raises:
        UnusableError: it is no folder, cannot be listed, or holds no document.
    """
    try:
        entries = sorted(os.scandir(root), key=lambda e: natural(e.name))
    except NotADirectoryError:
        raise UnusableError(f"{root} is not a folder of documents") from None
    except OSError as error:
        raise UnusableError(f"{root} cannot be read: {error.strerror}") from None
    names, findings = [], []
    data: bytes | None = None
    for entry in entries:
        if entry.name.startswith("."):
            continue
        problem = _problem(entry, root)
        if problem:
            findings.append(problem)
        elif entry.name == FILE:
            data, problem = _read(root / FILE)
            findings += [problem] if problem else []
        else:
            names.append(entry.name)
    if not names and not any(f.is_error for f in findings):
        raise UnusableError(f"{root} holds no document: no file is called *{SUFFIX}")
    for name, other in twins(names).items():
        findings.append(finding("K201", f"the name differs from {other} only in case", name))
        names.remove(name)
    manifest, more = _manifest(root, data, names)
    return SourceFolder(root, manifest, data, tuple(names), (*findings, *more))


def _problem(entry: os.DirEntry[str], root: Path) -> Finding | None:
    """Return why an entry of the folder is not read, or None."""
    name = entry.name
    if not (name == FILE or name.lower().endswith(SUFFIX)):
        what = "folder" if entry.is_dir(follow_symlinks=False) else "file"
        return finding("P105", f"this {what} is no document ({SUFFIX}) and is not used", _printable(name))
    reason = fault(name)
    if reason:
        return finding("K201", f"the name {reason}", _printable(name))
    try:
        if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(root.resolve()):
            return finding("P104", "the file is a link out of the source folder", name)
        if not stat.S_ISREG(entry.stat().st_mode):
            return finding("P103", "this is no regular file", name)
    except (OSError, RuntimeError) as error:
        return finding(
            "P103", f"the file cannot be read: {getattr(error, 'strerror', None) or 'a loop of links'}", name
        )
    return None


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _read(path: Path) -> tuple[bytes | None, Finding | None]:
    try:
        return path.read_bytes(), None
    except OSError as error:
        return None, finding("P103", f"the file cannot be read: {error.strerror}", path.name)


def _manifest(root: Path, data: bytes | None, names: list[str]) -> tuple[Manifest, list[Finding]]:
    name = root.resolve().name
    if data is None:
        return default_manifest(name), [finding("K101", "there is no package.toml; defaults hold", FILE)]
    manifest, findings = read_manifest(data, name)
    known = set(names)
    findings += [
        finding("K104", f"there is no file {_printable(file)}", FILE)
        for file in manifest.documents
        if file not in known
    ]
    return manifest, findings
