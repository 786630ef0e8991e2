"""The lines of manifests and of fetch.txt, and the files of the bag that they mean.

RFC 8493: 2.1.3 payload manifests, 2.2.1 tag manifests, 2.2.3 fetch.txt, 2.4 algorithms, 5.1 paths, 6.1 leniency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.verifying.container import Entry
from pipeline.verifying.paths import composed, fault
from pipeline.verifying.report import Report, brief
from pipeline.verifying.streams import algorithms, digest_length, normalised

PAYLOAD = "data/"
FETCH = "fetch.txt"

_NAME = re.compile(r"(tag)?manifest-(.+)\.txt", re.DOTALL)
_LINE = re.compile(r"([^ \t]+)[ \t]+(.+)", re.DOTALL)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_FETCH = re.compile(r"([^ \t]+)[ \t]+([^ \t]+)[ \t]+(.+)", re.DOTALL)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_LENGTH = re.compile(r"-|[0-9]+")
_ENCODED = re.compile(r"%(0[Aa]|0[Dd]|25)")
_PERCENT = re.compile(r"%(?!0[Aa]|0[Dd]|25)")


@dataclass(slots=True)
class Manifest:
    """A manifest: its file, hashlib's name of its algorithm (None: not known), and path to checksum."""

    file: str
    algorithm: str | None
    is_tag: bool
    entries: dict[str, str] = field(default_factory=dict)


class Names:
    """Finds the file of the bag that a path in a manifest means."""

    def __init__(self, files: dict[str, Entry]) -> None:
        self.files = files
        self._composed: dict[str, str] | None = None

    def locate(self, path: str) -> str | None:
        """Return the file with this path, or else the one whose path differs in normalisation only (6.1.1)."""
        if path in self.files:
            return path
        if path.isascii():
            return None
        if self._composed is None:
            self._composed = {composed(name): name for name in self.files if not name.isascii()}
        return self._composed.get(composed(path))


def manifest_of(file: str, report: Report) -> Manifest | None:
    """Return an empty manifest for a file in the base folder whose name is that of a manifest, or None."""
    match = _NAME.fullmatch(file)
    if not match:
        return None
    name = match[2]
    algorithm = algorithms().get(normalised(name))
    if algorithm is None:
        report.add("F303", f"the algorithm {brief(name)} is not known; these checksums are not checked", file)
    elif name != normalised(name):
        report.add(
            "F304", f"the name should be {normalised(name)}, lower case without punctuation (RFC 8493, 2.4)", file
        )
    return Manifest(file, algorithm, is_tag=bool(match[1]))


@dataclass(slots=True)
class ListReader:
    """Reads the lines of one manifest or of fetch.txt.

    `tag` says whether tag files are listed, not payload files; `strict` whether BagIt 1.0 holds.
    """

    file: str
    names: Names
    report: Report
    strict: bool
    tag: bool = False
    _listed: set[str] = field(default_factory=set)

    def fill(self, manifest: Manifest, lines: list[str]) -> None:
        """Read the lines of a manifest into its entries; what breaks a rule is a finding."""
        kind = f"a checksum of {manifest.algorithm}" if manifest.algorithm else "a hexadecimal checksum"
        for number, line in self._lines(lines):
            match = _LINE.fullmatch(line)
            if not match or not _is_checksum(match[1], manifest.algorithm):
                self._tell("F305", f"the line is not {kind}, blanks and a path (RFC 8493, 2.1.3)", number)
                continue
            path = self._path(match[2], number)
            if path is not None:
                self._enter(manifest, path, match[1].lower(), number)

    def fetched(self, lines: list[str]) -> dict[str, int]:
        """Read fetch.txt (RFC 8493, 2.2.3); return path to line number, from 1, of the files it names."""
        found: dict[str, int] = {}
        for number, line in self._lines(lines):
            match = _FETCH.fullmatch(line)
            if not match or not _URL.fullmatch(match[1]) or not _LENGTH.fullmatch(match[2]):
                message = "the line is not an absolute address, a number of octets or -, and a path"
                self._tell("F212", f"{message} (RFC 8493, 2.2.3)", number)
                continue
            path = self._path(match[3], number)
            if path is not None:
                found.setdefault(self.names.locate(path) or path, number)
        return found

    def _lines(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(lines, 1):
            if self.strict or line.strip(" \t"):
                yield number, line

    def _tell(self, code: str, message: str, line: int) -> None:
        self.report.add(code, message, self.file, line=line)

    def _enter(self, manifest: Manifest, path: str, digest: str, line: int) -> None:
        actual = self.names.locate(path) or path
        if actual != path:
            message = f"{brief(path)} is found as a name in another normalisation form (RFC 8493, 6.1.1)"
            self._tell("F312", message, line)
        before = manifest.entries.get(actual)
        manifest.entries.setdefault(actual, digest)
        again = path in self._listed
        self._listed.add(path)
        if before is None or (before == digest and not again):
            return
        if self.strict or before != digest:
            self._tell("F310", f"{brief(path)} is listed again (RFC 8493, 2.1.3)", line)
        else:
            self._tell("F215", f"{brief(path)} is listed again, which BagIt 1.0 forbids", line)

    def _path(self, raw: str, line: int) -> str | None:
        """Return the path that stands in a line, or None where it may not be looked at, which is a finding."""
        path = raw
        if path.startswith("*") and path not in self.names.files:
            self._tell("F309", "an asterisk stands before the path, as md5sum writes it (RFC 8493, 6.1.3)", line)
            path = path[1:]
        if path.startswith("./"):
            self._tell("F308", f"the path begins with ./ : {brief(path)}", line)
            path = path[2:]
        if self.strict:
            if _PERCENT.search(path):
                message = "a percent sign in a path is written %25, and nothing but LF, CR and % is encoded"
                self._tell("F307", f"{message}: {brief(path)} (RFC 8493, 2.1.3)", line)
            path = _decoded(path)
        elif path not in self.names.files and _decoded(path) in self.names.files:
            self._tell("F215", f"line ends in {brief(path)} are encoded, as only BagIt 1.0 has it", line)
            path = _decoded(path)
        reason = fault(path, backslash=True)
        if not reason and path.startswith(PAYLOAD) == self.tag:
            reason = "is a payload file" if self.tag else "is no payload file"
        if reason:
            self._tell("F306", f"the path {reason}: {brief(path)} (RFC 8493, 2.1.3, 2.2 and 5.1)", line)
            return None
        return path


def _decoded(path: str) -> str:
    return _ENCODED.sub(lambda m: chr(int(m[1], 16)), path)


def _is_checksum(digits: str, algorithm: str | None) -> bool:
    right = algorithm is None or len(digits) == digest_length(algorithm)
    return right and bool(_HEX.fullmatch(digits))
