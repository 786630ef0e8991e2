"""The lines of manifests and of fetch.txt, and the files of the bag that they mean.

RFC 8493: 2.1.3 payload manifests, 2.2.1 tag manifests, 2.2.3 fetch.txt, 2.4 algorithms, 5.1 paths, 6.1 leniency.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.verifying.container import MAX_ENTRIES, MAX_LETTERS, Container
from pipeline.verifying.paths import composed, fault
from pipeline.verifying.report import Report, brief
from pipeline.verifying.streams import algorithms, digest_length, normalised

PAYLOAD = "data/"
FETCH = "fetch.txt"

MAX_LINES = 5 * MAX_ENTRIES
"""Lines that the manifests of a bag and its fetch.txt may have together."""

MANIFEST_NAME = re.compile(r"(tag)?manifest-(.+)\.txt", re.DOTALL)
_LINE = re.compile(r"([^ \t]+)[ \t]+(.+)", re.DOTALL)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_FETCH = re.compile(r"([^ \t]+)[ \t]+([^ \t]+)[ \t]+(.+)", re.DOTALL)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_LENGTH = re.compile(r"-|[0-9]+")
_ENCODED = re.compile(r"%(0[Aa]|0[Dd]|25)")
_ENCODED_LINE_END = re.compile(r"%(0[Aa]|0[Dd])")
_USUAL_FORM = ("  ", "lower")
_UNUSUAL = re.compile(r"[%\\]|\A[ \t*]|\A\./|\A.:", re.DOTALL)
_PERCENT = re.compile(r"%(?!0[Aa]|0[Dd]|25)")


@dataclass(slots=True)
class Manifest:
    """A manifest: its file, hashlib's name of its algorithm (None: not known), and path to checksum."""

    file: str
    algorithm: str | None
    is_tag: bool
    entries: dict[str, str] = field(default_factory=dict)


class Names:
    """Finds the file of the bag that a path in a manifest means, and counts what the manifests hold in all."""

    def __init__(self, container: Container) -> None:
        self.files = container.files
        self.folders = container.folders
        self.lines = self.letters = 0

    def locate(self, path: str) -> str | None:
        """Return the file with this path, or else the one whose path differs in normalisation only (6.1.1)."""
        if path in self.files:
            return path
        self.letters += len(path)
        return None if path.isascii() else self._composed.get(composed(path))

    def usual(self, *, tag: bool) -> AbstractSet[str]:
        """Return the payload files, or the tag files, whose names mean the same by all rules of all versions."""
        return self._usual[tag]

    @cached_property
    def _usual(self) -> tuple[AbstractSet[str], AbstractSet[str]]:
        payload = {path for path in self.files if path.startswith(PAYLOAD) and "%" not in path and "\\" not in path}
        tags = {path for path in self.files if not path.startswith(PAYLOAD) and not _UNUSUAL.search(path)}
        return payload, tags

    def is_folder(self, path: str) -> bool:
        """Tell whether the path is a folder's, listed or implied by what is in it."""
        at = bisect_left(self._sorted, f"{path}/")
        return path in self.folders or (at < len(self._sorted) and self._sorted[at].startswith(f"{path}/"))

    def overfull(self) -> bool:
        """Count one more line; tell whether there are more lines, or more letters that name no file, than are read."""
        self.lines += 1
        return self.lines > MAX_LINES or self.letters > MAX_LETTERS

    @cached_property
    def _composed(self) -> dict[str, str]:
        return {composed(name): name for name in self.files if not name.isascii()}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)


def algorithm_of(file: str, *, tag: bool) -> str | None:
    """Return hashlib's name of the algorithm of a file that may be a manifest (with `tag`, a tag manifest), or None."""
    match = MANIFEST_NAME.fullmatch(file)
    return algorithms().get(normalised(match[2])) if match and bool(match[1]) == tag else None


def manifest_of(file: str, report: Report, *, strict: bool) -> Manifest | None:
    """Return an empty manifest for a file in the base folder whose name is that of a manifest, or None.

    A name such as manifest-sha-256.txt, which does not spell its algorithm as BagIt 1.0 wants it (RFC 8493, 2.4), is no
    manifest there; older versions do not say how to spell, and it is read.
    """
    match = MANIFEST_NAME.fullmatch(file)
    if not match:
        return None
    name = match[2]
    algorithm = algorithms().get(normalised(name))
    if algorithm is None:
        report.add("F303", f"the algorithm {brief(name)} is not known; these checksums are not checked", file)
    elif name != normalised(name):
        should = f"manifest-{normalised(name)}.txt, lower case without punctuation (RFC 8493, 2.4)"
        taken = "it is not taken for a manifest, whose name would be" if strict else "its name should be"
        report.add("F304", f"{taken} {match[1] or ''}{should}", file)
        return None if strict else Manifest(file, algorithm, is_tag=bool(match[1]))
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

    def fill(self, manifest: Manifest, lines: Iterable[str]) -> None:
        """Read the lines of a manifest into its entries; what breaks a rule is a finding."""
        kind = f"a checksum of {manifest.algorithm}" if manifest.algorithm else "a hexadecimal checksum"
        usual = self.names.usual(tag=self.tag)
        length = digest_length(manifest.algorithm) if manifest.algorithm else 0
        entries = manifest.entries
        forms: dict[tuple[str, str], int] = {}
        for number, line in self._lines(lines):
            digits, _, name = line.partition("  ")
            if name in usual and name not in entries and len(digits) == length and _is_lower_hex(digits):
                entries[name] = digits  # as most lines are; the rules below would say the same
                forms.setdefault(_USUAL_FORM, number)
                continue
            match = _LINE.fullmatch(line)
            if not match or not _is_checksum(match[1], manifest.algorithm):
                self._tell("F305", f"the line is not {kind}, blanks and a path (RFC 8493, 2.1.3)", number)
                continue
            forms.setdefault((line[match.end(1) : match.start(2)], _case(match[1])), number)
            path = self._path(match[2], number)
            if path is not None:
                self._enter(manifest, path, match[1].lower(), number)
        if len(forms) > 1 or any(case == "mixed" for _, case in forms):
            message = "the line is not written as those before it: other blanks, or letters of another case"
            self._tell("F325", f"{message} (RFC 8493, 2.1.3)", max(forms.values()))

    def fetched(self, lines: Iterable[str]) -> dict[str, int]:
        """Read fetch.txt (RFC 8493, 2.2.3); return path to line number, from 1, of the files it names.

        A file that is there already must have the octets that are given; a difference is a finding.
        """
        found: dict[str, int] = {}
        for number, line in self._lines(lines):
            match = _FETCH.fullmatch(line)
            if not match or not _URL.fullmatch(match[1]) or not _LENGTH.fullmatch(match[2]):
                message = "the line is not an absolute address, a number of octets or -, and a path"
                self._tell("F212", f"{message} (RFC 8493, 2.2.3)", number)
                continue
            path = self._path(match[3], number)
            if path is not None:
                actual = self.names.locate(path) or path
                found.setdefault(actual, number)
                self._check_length(actual, match[2], number)
        return found

    def _check_length(self, path: str, length: str, line: int) -> None:
        entry = self.names.files.get(path)
        if entry is not None and length != "-" and length.lstrip("0") != str(entry.size or ""):
            message = f"{brief(path)} should have {brief(length)} octets and has {entry.size} (RFC 8493, 2.2.3)"
            self._tell("F216", message, line)

    def _lines(self, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Yield the lines that say something, with their numbers from 1, up to where there are too many."""
        for number, line in enumerate(lines, 1):
            if self.names.overfull():
                self._tell("F107", "the manifests are too long; what follows here was not read", number)
                return
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
        if before is None:
            manifest.entries[actual] = digest
        elif self.strict or before != digest:
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
        elif path not in self.names.files and _decoded(path, _ENCODED_LINE_END) in self.names.files:
            self._tell("F215", f"line ends in {brief(path)} are encoded, as only BagIt 1.0 has it", line)
            path = _decoded(path, _ENCODED_LINE_END)
        reason = fault(path, backslash=True)
        if not reason and path.startswith(PAYLOAD) == self.tag:
            reason = "is a payload file" if self.tag else "is no payload file"
        if not reason and path not in self.names.files and self.names.is_folder(path):
            reason = "is a folder"
        if reason:
            self._tell("F306", f"the path {reason}: {brief(path)} (RFC 8493, 2.1.3, 2.2 and 5.1)", line)
            return None
        return path


def _decoded(path: str, encoded: re.Pattern[str] = _ENCODED) -> str:
    return encoded.sub(lambda m: chr(int(m[1], 16)), path) if "%" in path else path


def _case(digits: str) -> str:
    return "lower" if digits == digits.lower() else "upper" if digits == digits.upper() else "mixed"


def _is_lower_hex(digits: str) -> bool:
    """Tell whether these are hexadecimal digits in lower case; three times as fast as a pattern."""
    try:
        return bytes.fromhex(digits).hex() == digits
    except ValueError:
        return False


def _is_checksum(digits: str, algorithm: str | None) -> bool:
    right = algorithm is None or len(digits) == digest_length(algorithm)
    return right and bool(_HEX.fullmatch(digits))
