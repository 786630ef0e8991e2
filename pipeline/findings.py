"""Findings: what is wrong or left open, as values with a code, a place and a way to mend it.

`rules()` reads the one table of codes (data/findings.toml); `Locator` turns offsets in a text into findings with line,
column and excerpt. Codes have a letter a stage (P parse, V validate, R resolve, K package, F fixity) and are never
reused. Exceptions are for what makes going on impossible: `UnusableError`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import StringIO
from itertools import accumulate
from typing import Any

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
        return self.code[0] in "PVR" and not self.code.startswith("P1") and self.code not in ("V101", "V401")


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
    def sort_key(self) -> tuple[str, int, str, str]:
        """Findings are reported in the order of files and places."""
        return (self.file or "", -1 if self.start is None else self.start, self.code, self.message)


def finding(code: str, message: str, file: str | None = None, **place: Any) -> Finding:  # noqa: ANN401 - fields of Finding
    """Make a finding; its severity comes from the table of codes.

    Raises:
        KeyError: there is no such code.
    """
    return Finding(code=code, severity=rules()[code].severity, message=message, file=file, **place)


class Locator:
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
        self, code: str, message: str, start: int, end: int, *, label: str | None = None, document_id: str | None = None
    ) -> Finding:
        """Make a finding at `[start, end)` of the text, with the excerpt that shows it."""
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


def has_errors(findings: Iterable[Finding], *, strict: bool = False) -> bool:
    """Tell whether any finding stops the package; with `strict`, warnings count too."""
    return any(f.is_error or (strict and f.severity is Severity.WARNING and f.accepted is None) for f in findings)


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
