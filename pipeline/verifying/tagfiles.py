"""The text files of a bag: its declaration, its metadata, and the lines of manifests and fetch.txt.

The rules are those of RFC 8493 (BagIt 1.0); bags of the versions 0.93 to 0.97 are held to what their drafts say.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.verifying.report import Report, brief

VERSIONS = {f"0.{minor}": (0, minor) for minor in range(93, 98)} | {"1.0": (1, 0)}
FIRST_STRICT = (1, 0)
DECLARATION = "bagit.txt"

LINE_LIMIT = 1 << 20
"""Characters a line of a tag file may have."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_LABELS = ("BagIt-Version", "Tag-File-Character-Encoding")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OXUM = re.compile(r"([0-9]{1,30})\.([0-9]{1,30})")
_BLANKS = " \t"
_INDENTATION = (" ", "\t")
_NO_CHARACTER_SETS = frozenset({
    "charmap", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-8-sig",
})  # fmt: skip
"""Codecs of Python that decode text and are no encoding that another program would know."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What bagit.txt declares: the version, and the encoding of all other tag files (a name Python knows)."""

    version: tuple[int, int]
    encoding: str

    @property
    def strict(self) -> bool:
        """Whether the rules of RFC 8493 hold, not those of an older draft."""
        return self.version >= FIRST_STRICT


def lines_of(text: str) -> list[str]:
    """Split a tag file into lines, which end with LF, CR or CRLF and nothing else (RFC 8493, 2.3)."""
    lines = _LINE_END.split(text)
    return lines[:-1] if lines[-1] == "" else lines


def read_declaration(content: bytes | None, report: Report) -> Declaration:
    """Read bagit.txt (RFC 8493, 2.1.1).

    Args:
        content: the file's octets; None where there is no such file or it was unreadable, which is reported elsewhere.
        report: takes the findings.

    Returns:
        What is declared; version 1.0 and UTF-8 where nothing usable is.
    """
    if content is None:
        return Declaration(FIRST_STRICT, "utf-8")
    if content.startswith(codecs.BOM_UTF8):
        report.add("F205", "bagit.txt begins with a byte order mark (RFC 8493, 2.1.1)", DECLARATION, line=1)
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        lines = lines_of(content.decode("utf-8"))
    except UnicodeDecodeError:
        report.add("F206", "bagit.txt is not UTF-8 (RFC 8493, 2.1.1)", DECLARATION)
        return Declaration(FIRST_STRICT, "utf-8")
    values = [_declared(line, label) for line, label in zip(lines, _LABELS, strict=False)]
    version = _version(values[0] if values else None, report)
    if version >= FIRST_STRICT and not content.endswith((b"\n", b"\r")):
        report.add("F207", "the last line has no line end (RFC 8493, 2.3)", DECLARATION, line=len(lines) or None)
    if len(lines) != len(_LABELS) or None in values:
        message = "bagit.txt must be two lines, BagIt-Version and Tag-File-Character-Encoding, in this order"
        report.add("F202", f"{message} (RFC 8493, 2.1.1)", DECLARATION)
    elif version >= FIRST_STRICT:
        for number, (line, label) in enumerate(zip(lines, _LABELS, strict=True), 1):
            if line[len(label) :] != f": {values[number - 1]}":
                message = f"after {label} there must be a colon, one space and the value, and nothing else"
                report.add("F202", f"{message} (RFC 8493, 2.1.1)", DECLARATION, line=number)
    return Declaration(version, _encoding(values[1] if len(values) > 1 else None, report))


def _declared(line: str, label: str) -> str | None:
    found, colon, value = line.partition(":")
    return value.strip(_BLANKS) if colon and found.strip(_BLANKS).lower() == label.lower() else None


def _version(value: str | None, report: Report) -> tuple[int, int]:
    if value in VERSIONS:
        return VERSIONS[value]
    if value is not None:
        message = f"BagIt-Version is {brief(value)}; known are 0.93 to 0.97 and 1.0, and 1.0 is assumed"
        report.add("F203", f"{message} (RFC 8493, 2.1.1)", DECLARATION, line=1)
    return FIRST_STRICT


def _encoding(value: str | None, report: Report) -> str:
    try:
        name = codecs.lookup("utf-8" if value is None else value).name
        "".encode(name)  # refuses codecs that turn octets into octets
        codecs.getincrementaldecoder(name)
        if name in _NO_CHARACTER_SETS:
            raise LookupError(name)  # noqa: TRY301 - the same answer as for an unknown name
    except (LookupError, ValueError, TypeError):
        message = f"the encoding {brief(value)} is not known; UTF-8 is assumed"
        report.add("F204", f"{message} (RFC 8493, 2.1.1)", DECLARATION, line=2)
        return "utf-8"
    return name


def read_text(content: bytes, file: str, declaration: Declaration, report: Report) -> Iterator[str] | None:
    """Decode a tag file and return its lines, without their ends, one after the other (RFC 8493, 2.3).

    Returns:
        The lines, or None where the file is not in the declared encoding, which is a finding.
    """
    if declaration.encoding == "utf-8" and content.startswith(codecs.BOM_UTF8):
        if declaration.strict:
            report.add("F205", "the tag file begins with a byte order mark (RFC 8493, 2.3)", file, line=1)
        else:
            report.add("F215", "the tag file begins with a byte order mark, which BagIt 1.0 forbids", file, line=1)
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        decoded = _decoded(content, declaration.encoding)
        while decoded.read(LINE_LIMIT):  # to its end, so that no half of a file is taken for the whole
            pass
    except ValueError:
        report.add("F206", f"the tag file is not {declaration.encoding}, as bagit.txt says (RFC 8493, 2.3)", file)
        return None
    return _ended_lines(content, file, declaration, report)


def _decoded(content: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the text, whose lines end with LF, CR or CRLF; only a part is ever held decoded."""
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _ended_lines(content: bytes, file: str, declaration: Declaration, report: Report) -> Iterator[str]:
    ends = set()
    decoded = _decoded(content, declaration.encoding)
    while line := decoded.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            report.add("F107", f"a line has more than {LINE_LIMIT} characters; it and the rest were not read", file)
            return
        words = line.rstrip("\r\n")
        ends.add(line[len(words) :])
        yield words
    if declaration.strict and "" in ends:
        report.add("F207", "the last line has no line end (RFC 8493, 2.3); the file may be cut off", file)
    if len(ends - {""}) > 1:
        report.add("F325", "the lines end in different ways (RFC 8493, 2.3)", file)


def metadata(lines: Iterable[str], file: str, *, strict: bool, report: Report) -> Iterator[tuple[int, str, str]]:
    """Yield line number (from 1), label and value of each element of bag-info.txt (RFC 8493, 2.2.2).

    The lines of a value are joined by LF. What is no element and continues none is a finding.
    """
    number, label, value = 0, "", [""]
    for at, line in enumerate(lines, 1):
        if label and line[:1] in _INDENTATION and line.strip(_BLANKS):
            value.append(line.strip(_BLANKS))
        elif strict or line.strip(_BLANKS):
            if label:
                yield number, label, "\n".join(value)
            number, label, value = at, *_element(line, strict=strict)
            if not label:
                message = "a line must be a label, a colon, one blank and a value, or continue one after a blank"
                report.add("F208", f"{message} (RFC 8493, 2.2.2)", file, line=at)
            elif strict and line[len(label) + 2 : len(label) + 3] in _INDENTATION:
                message = "only one blank stands between the colon and the value; a further one belongs to the value"
                report.add("F217", f"{message} (RFC 8493, 2.2.2)", file, line=at)
    if label:
        yield number, label, "\n".join(value)


def _element(line: str, *, strict: bool) -> tuple[str, list[str]]:
    """Take a line apart into label and value; the label is empty where it is no element."""
    label, colon, value = line.partition(":")
    name = label.strip(_BLANKS)
    right = colon and (not strict or (name == label and value[:1] in _INDENTATION))
    return name if right else "", [value.strip(_BLANKS)]


def check_metadata(lines: Iterable[str], file: str, payload: tuple[int, int], *, strict: bool, report: Report) -> None:
    """Check bag-info.txt: grammar, Payload-Oxum, Bagging-Date (RFC 8493, 2.2.2).

    Args:
        lines: the lines of the file.
        file: its name.
        payload: octets and number of the payload files.
        strict: whether 1.0 holds.
        report: takes the findings.
    """
    sums = 0
    for number, label, value in metadata(lines, file, strict=strict, report=report):
        if label.lower() == "payload-oxum":
            sums += 1
            _check_oxum(value, number, file, payload, report)
            if sums > 1:
                report.add("F209", "Payload-Oxum may stand only once (RFC 8493, 2.2.2)", file, line=number)
        elif label.lower() == "bagging-date" and not _is_date(value):
            message = f"Bagging-Date is {brief(value)}, not a date such as 2026-11-21"
            report.add("F211", f"{message} (RFC 8493, 2.2.2)", file, line=number)


def _check_oxum(value: str, line: int, file: str, payload: tuple[int, int], report: Report) -> None:
    match = _OXUM.fullmatch(value)
    if not match:
        message = f"Payload-Oxum is {brief(value)}, not octets, a dot and a number of files"
        report.add("F209", f"{message} (RFC 8493, 2.2.2)", file, line=line)
    elif (int(match[1]), int(match[2])) != payload:
        message = f"Payload-Oxum is {value}, but the payload has {payload[0]} octets in {payload[1]} files"
        report.add("F210", f"{message} (RFC 8493, 2.2.2)", file, line=line)


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False
