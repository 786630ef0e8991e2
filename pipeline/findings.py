"""Findings: what is wrong or left open, as values with a code, a place and a way to mend it.

`rules()` reads the one table of codes (data/findings.toml); a `Locator` turns places into findings with line and
excerpt: `TextLocator` offsets in a text, `TeiLocator` the ids of elements. Codes have a letter a stage (P parse, V
validate, R resolve, K package, F fixity) and are never reused. Exceptions are for what makes going on impossible:
`UnusableError`.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from importlib.resources import files
from io import StringIO
from itertools import accumulate
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

MOST = 20
"""Findings of one code that a file is given one by one."""
EXCERPT = 90
"""Code points of a source line that a finding shows around its place."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class UnusableError(Exception):
    """The work cannot go on: wrong usage, or input or output that cannot be read or written. Ends with exit code 2."""


class Severity(StrEnum):
    """How bad a finding is; only errors stop a package from being written."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Rule:
    """What a code means: one row of the table of codes."""

    code: str
    slug: str
    severity: Severity
    summary: str
    why: str
    mend: str
    """How to mend it; `{accept}` stands for the key by which package.toml accepts a finding."""

    def help(self, document_id: str | None = "d280") -> str:
        """Return how to mend it; the default is an example."""
        local = (document_id or "").rpartition("/")[2]
        return self.mend.replace("{accept}", f"{self.code}:{local}" if local else self.code)

    @property
    def acceptable(self) -> bool:
        """Whether package.toml may accept it: a fault of the source by which nothing is left out."""
        left_out = self.code.startswith("P1") or self.code in ("P601", "P602", "P603", "V101", "V401")
        return self.code[0] in "PVR" and not left_out


@cache
def rules() -> dict[str, Rule]:
    """Return the table of codes, in its order."""
    table = tomllib.loads(files("pipeline").joinpath("data/findings.toml").read_text(encoding="utf-8"))
    return {code: Rule(code=code, severity=Severity(row.pop("severity")), **row) for code, row in table.items()}


class Finding(BaseModel):
    """One thing found wrong or left open.

    `file` is relative to the source folder (or to the package or bag that was verified). `line` and `column` count
    from 1, the column in code points. `start` and `end` are a half-open range of code points in the file's text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(description="Code of the rule.")
    severity: Severity
    message: str = Field(description="What is wrong, in one sentence.")
    file: str | None = None
    line: int | None = None
    column: int | None = None
    start: int | None = None
    end: int | None = None
    document_id: str | None = None
    label: str | None = Field(default=None, description="A few words to stand under the place.")
    excerpt: str | None = Field(default=None, description="The line of the source, cut to what matters.")
    excerpt_start: int = Field(default=0, description="Where in the excerpt the place begins.")
    excerpt_length: int = Field(default=0, description="How many code points of the excerpt it covers.")
    accepted: str | None = Field(default=None, description="Why package.toml accepts this finding.")

    @property
    def rule(self) -> Rule:
        """The rule that was broken."""
        return rules()[self.code]

    @property
    def help(self) -> str:
        """How to mend it."""
        return self.rule.help(self.document_id)

    @property
    def is_error(self) -> bool:
        """Whether this finding stops the package."""
        return self.severity is Severity.ERROR and self.accepted is None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are reported in the order of files and places."""
        return (self.file or "", self.line or 0, -1 if self.start is None else self.start, self.code, self.message)


def finding(code: str, message: str, file: str | None = None, **place: Any) -> Finding:  # noqa: ANN401 - fields of Finding
    """Make a finding; its severity comes from the table of codes.

    Raises:
        KeyError: there is no such code.
    """
    return Finding(code=code, severity=rules()[code].severity, message=message, file=file, **place)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a range of the source text, or the id of an element; with neither, the whole document."""

    start: int | None = None
    end: int | None = None
    xml_id: str | None = None


WHOLE = Place()
"""A document as a whole."""


class Placed(Protocol):
    """Anything that has a place: a `Place`, or a record of the model."""

    @property
    def start(self) -> int | None:
        """First code point in the source text, from 0; None for TEI."""

    @property
    def end(self) -> int | None:
        """Code point after the last one; None for TEI."""

    @property
    def xml_id(self) -> str | None:
        """Id of the element, for TEI."""


class Locator(Protocol):
    """Makes findings at places of one document, whatever it was read from."""

    @property
    def text(self) -> str:
        """All that is searched: what no pattern can find in it, none finds."""

    def finding(
        self, code: str, message: str, place: Placed, *, label: str | None = None, document_id: str | None = None
    ) -> Finding:
        """Make a finding at a place, with the file, the line and the words that show it."""

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, Placed]]:
        """Yield what a pattern finds in all that was read, each with its place, in order."""


class TextLocator:
    """Makes findings at places of one text: knows its lines.

    The text may be given as a function, which is called when a finding first needs it.
    """

    def __init__(self, file: str, text: str | Callable[[], str]) -> None:
        self.file = file
        self._text = text
        self._starts: list[int] | None = None

    @property
    def text(self) -> str:
        """The text."""
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a code point; lines end with LF, CRLF or CR."""
        if self._starts is None:
            lines = StringIO(self.text, newline="")  # ends lines at LF, CRLF and CR, and keeps them
            self._starts = [0, *accumulate(len(x) for x in lines if x[-1] in "\r\n")]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _line_end(self, line: int) -> int:
        """Return where the content of a line ends."""
        starts = self._starts or [0]
        end = starts[line] if line < len(starts) else len(self.text)
        return len(self.text[max(starts[line - 1], end - 2) : end].rstrip("\r\n")) + max(starts[line - 1], end - 2)

    def finding(
        self, code: str, message: str, place: Placed, *, label: str | None = None, document_id: str | None = None
    ) -> Finding:
        """Make a finding at a range of the text, with the excerpt that shows it."""
        start = 0 if place.start is None else place.start
        end = min(start + 1, len(self.text)) if place.end is None else place.end
        line, column = self.line_column(start)
        first, last = start - column + 1, self._line_end(line)
        left = max(first, start - EXCERPT // 3)
        right = min(last, max(start + 1, min(end, last)) + EXCERPT // 3, left + EXCERPT)
        head, tail = "… " if left > first else "", " …" if right < last else ""
        return finding(
            code,
            message,
            self.file,
            line=line,
            column=column,
            start=start,
            end=end,
            document_id=document_id,
            label=label,
            excerpt=head + self.text[left:right] + tail,
            excerpt_start=len(head) + start - left,
            excerpt_length=max(1, min(end, right) - start),
        )

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, Placed]]:
        """Yield what a pattern finds in the text."""
        for match in pattern.finditer(self.text):
            yield match[0], Place(match.start(), match.end())


class TeiLocator:
    """Makes findings at elements of a TEI file; the words that show a place are those of the document's reading text.

    `line_of` returns the line, from 1, of the element with an xml:id.
    """

    def __init__(self, file: str, document: _Document, line_of: Callable[[str], int | None]) -> None:
        self.file = file
        self._document = document
        self._line_of = line_of

    def finding(
        self, code: str, message: str, place: Placed, *, label: str | None = None, document_id: str | None = None
    ) -> Finding:
        """Make a finding at an element, with the words around the place."""
        own = self._document.document_id
        xml_id = place.xml_id or own.rpartition("/")[2]
        return finding(
            code,
            message,
            self.file,
            line=self._line_of(xml_id),
            document_id=document_id or own,
            label=label,
            **self._excerpt(place),
        )

    @property
    def text(self) -> str:
        """The reading texts of the blocks and of the notes, each in a line of its own."""
        return "\n".join([part.text for part in (*self._document.blocks, *self._document.notes)])

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, Placed]]:
        """Yield what a pattern finds in the reading texts of the blocks and of the notes."""
        for part in (*self._document.blocks, *self._document.notes):
            for match in pattern.finditer(part.text):
                yield match[0], _Words(match[0], part.xml_id, part.text, match.start())

    def _excerpt(self, place: Placed) -> dict[str, Any]:
        """Return the words of a place within those of its block or note."""
        words = getattr(place, "text", None)
        if not words:
            return {}
        if isinstance(place, _Words):
            whole, at = place.whole, place.at
        else:
            note = getattr(place, "note_id", None)
            parts = self._document.notes if note else self._document.blocks
            texts = [p.text for p in parts if note is None or getattr(p, "note_id", None) == note]
            whole = next((t for t in texts if words in t), words)
            at = whole.index(words)
        left = max(0, at - EXCERPT // 3)
        right = min(len(whole), left + EXCERPT)
        head, tail = "… " if left else "", " …" if right < len(whole) else ""
        return {
            "excerpt": (head + whole[left:right] + tail).replace("\n", " "),
            "excerpt_start": len(head) + at - left,
            "excerpt_length": max(1, min(at + len(words), right) - at),
        }


@dataclass(frozen=True, slots=True)
class _Words:
    """Words found in a text, with the text and where they stand in it."""

    text: str
    xml_id: str | None
    whole: str
    at: int
    start: None = None
    end: None = None


class _Part(Placed, Protocol):
    @property
    def text(self) -> str: ...


class _Document(Protocol):
    """What a locator needs of a document."""

    @property
    def document_id(self) -> str: ...

    @property
    def source_path(self) -> str: ...

    @property
    def blocks(self) -> Sequence[_Part]: ...

    @property
    def notes(self) -> Sequence[_Part]: ...


def locator_of(document: _Document, read: Callable[[], bytes]) -> Locator:
    """Return a locator for a document that was read earlier, maybe by another process.

    Args:
        document: the record; its source_path says whether it came from text or TEI.
        read: returns the bytes of its source file; called when a finding first needs them.
    """
    name = document.source_path.removeprefix("sources/")
    if name.lower().endswith(".xml"):
        return TeiLocator(name, document, partial(_line_of, read))
    return TextLocator(name, lambda: read().decode("utf-8", "replace"))


def _line_of(read: Callable[[], bytes], xml_id: str) -> int | None:
    """Return the line of the first element with an id in the bytes of a TEI file: the one its start tag ends in."""
    data = read()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    found = re.search(rb"""xml:id\s{0,9}=\s{0,9}["']""" + re.escape(xml_id.encode()) + rb"""["'][^<>]{0,2000}>""", data)
    return data.count(b"\n", 0, found.end()) + 1 if found else None


def limit(findings: Iterable[Finding]) -> list[Finding]:
    """Return at most `MOST` findings of a code in a file, and in place of more than one further one, their count.

    The count stands at the place of the first finding that is not told.
    """
    groups: dict[tuple[str | None, str, str | None], list[Finding]] = {}
    for item in findings:
        groups.setdefault((item.file, item.code, item.accepted), []).append(item)
    kept: list[Finding] = []
    for group in groups.values():
        kept += group[: MOST + 1]
        if len(group) > MOST + 1:
            message = f"{len(group) - MOST} more places like this in the file"
            kept[-1] = group[MOST].model_copy(update={"message": message})
    return kept
