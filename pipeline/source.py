"""Look at a source: which files hold documents, and what package.toml says of them.

A path comes in, a folder of texts or a TEI volume; a `Source` goes out. Names and links are hostile until checked:
nothing outside the folder is read.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.findings import Finding, UnusableError, finding
from pipeline.manifest import FILE, Manifest, default_manifest, line_of, read_manifest
from pipeline.names import fault, twins

SUFFIX = ".txt"
VOLUME_SUFFIX = ".xml"


@dataclass(frozen=True)
class Source:
    """Where documents come from: a folder of texts, or one TEI volume in its folder.

    `files` are the names of the files that can be read, in natural order. `manifest_file` is the name of package.toml,
    which for a volume is its own name with another suffix.
    """

    root: Path
    manifest: Manifest
    manifest_data: bytes | None
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    manifest_file: str = FILE
    is_volume: bool = False

    @property
    def path(self) -> Path:
        """The folder, or the volume."""
        return self.root / self.files[0] if self.is_volume else self.root

    def about(self, code: str, message: str, *keys: str) -> Finding:
        """Make a finding about package.toml, at the line of a key of it."""
        line = line_of(self.manifest_data.decode("utf-8-sig", "replace"), keys) if self.manifest_data else None
        return finding(code, message, self.manifest_file, line=line)


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts d2 before d10."""
    return [
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in re.split(r"(\d{1,18})", name)
    ]


def volumes_in(path: Path) -> list[Path]:
    """Return what a path stands for: the volumes of a folder that holds TEI and no texts; else the path itself."""
    try:
        names = sorted((n for n in os.listdir(path) if not n.startswith(".")), key=lambda n: (natural(n), n))  # noqa: PTH208 - of names
    except OSError:
        return [path]
    if any(name.lower().endswith(SUFFIX) for name in names):
        return [path]
    return [path / name for name in names if name.lower().endswith(VOLUME_SUFFIX)] or [path]


def read_source(path: Path, output: Path | None = None) -> Source:
    """Look at a folder of texts or a TEI volume.

    Raises:
        UnusableError: it is neither, cannot be read, or holds no document.
    """
    try:
        if path.name.lower().endswith(VOLUME_SUFFIX) and not path.is_dir():
            return _read_volume(path)
        return read_folder(path, output)
    except OSError as error:
        raise UnusableError(f"{_printable(str(path))} cannot be read: {error.strerror or error}") from None


def _read_volume(path: Path) -> Source:
    if not path.is_file():
        raise UnusableError(f"{path} cannot be read: {'it is no regular file' if path.exists() else 'no such file'}")
    reason = fault(path.name)
    if reason:
        raise UnusableError(f"{_printable(str(path))} cannot be used: the name {reason}")
    name = f"{path.stem}{Path(FILE).suffix}"
    data, problem = _read(path.with_name(name)) if path.with_name(name).is_file() else (None, None)
    findings = [problem] if problem else []
    if data is None:
        manifest, lost = default_manifest(path.stem), "no licence is known, and the date is 1970-01-01"
        findings.append(finding("K101", f"there is no {name} beside the volume: {lost}", name))
    else:
        manifest, more = read_manifest(data, path.stem)
        findings += [f.model_copy(update={"file": name}) for f in (*more, *_without_effect(path, manifest, data))]
    return Source(path.parent, manifest, data, (path.name,), tuple(findings), name, is_volume=True)


def _without_effect(path: Path, manifest: Manifest, data: bytes) -> Iterator[Finding]:
    """Yield findings for what the package.toml of a volume says and the volume itself says too."""
    text = data.decode("utf-8-sig", "replace")
    for file in manifest.documents:
        message = f"{_printable(file)} is no file: of the documents of a volume its TEI tells all"
        yield finding("K104", message, FILE, line=line_of(text, ("documents", file)))
    told = manifest.package.volume
    if told and told.casefold() != path.stem.casefold():
        message = f"the volume is {path.stem}, as its file is called, and not {told}"
        yield finding("K104", message, FILE, line=line_of(text, ("package", "volume")))


def read_folder(root: Path, output: Path | None = None) -> Source:
    """Look through a folder; hidden files are passed over, and an output folder that lies within.

    Raises:
        UnusableError: it is no folder, cannot be listed, or holds no document.
    """
    entries = _entries(root, output)
    names, findings = [], []
    data: bytes | None = None
    for entry in entries:
        problem = _problem(entry, root)
        if problem:
            findings.append(problem)
        elif entry.name == FILE:
            data, problem = _read(root / FILE)
            findings += [problem] if problem else []
        else:
            names.append(entry.name)
    if not names and not any(f.is_error for f in findings):
        raise UnusableError(f"{root} holds no document: no file is called *{SUFFIX} or *{VOLUME_SUFFIX}")
    for name, other in twins(names).items():
        findings.append(finding("K201", f"the name differs from {other} only in case", name))
        names.remove(name)
    manifest, more = _manifest(root, data, names)
    if any(f.file == FILE for f in findings):
        more = [f for f in more if f.code != "K101"]  # it is there, but cannot be read
    return Source(root, manifest, data, tuple(names), (*findings, *more))


def read_voice(path: Path) -> Source | None:
    """Read the package.toml of a folder of volumes, which speaks for all of them together; None where there is none.

    The source that is returned has no files.
    """
    if volumes_in(path) == [path] or not (path / FILE).is_file():
        return None
    data, problem = _read(path / FILE)
    manifest, findings = _manifest(path, data, [])
    return Source(path, manifest, data, (), (problem,) if problem else tuple(findings))


def _entries(root: Path, output: Path | None) -> list[os.DirEntry[str]]:
    """List a folder in natural order, without hidden entries and the output folder."""
    try:
        entries = sorted(os.scandir(root), key=lambda e: (natural(e.name), e.name))
        place = root.resolve()
    except NotADirectoryError:
        raise UnusableError(f"{root} is not a folder of documents") from None
    except OSError as error:
        raise UnusableError(f"{root} cannot be read: {error.strerror}") from None
    own: set[str] = set()
    if output is not None:
        if output.resolve() == place:
            raise UnusableError(f"{output} is the source itself; choose another output folder")
        places = (output.resolve(), output.absolute().parent.resolve() / output.name)  # it may be a link
        own = {p.relative_to(place).parts[0] for p in places if p.is_relative_to(place)}
    # A file is no output folder, whatever was asked for: it is read, and writing tells of it.
    return [e for e in entries if not e.name.startswith(".") and not (e.name in own and e.is_dir())]


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
    try:
        name = root.resolve().name
    except OSError as error:
        raise UnusableError(f"{root} cannot be read: {error.strerror}") from None
    if data is None:
        lost = "no title, volume or licence is known, ids are short, the date is 1970-01-01"
        return default_manifest(name), [finding("K101", f"there is no package.toml: {lost}", FILE)]
    manifest, findings = read_manifest(data, name)
    text = data.decode("utf-8-sig", "replace")
    known = set(names)
    findings += [
        finding("K104", f"there is no file {_printable(file)}", FILE, line=line_of(text, ("documents", file)))
        for file in manifest.documents
        if file not in known
    ]
    return manifest, findings
