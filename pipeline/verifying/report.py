"""Collects the findings of one verification, and keeps their number within reason."""

from __future__ import annotations

from collections import Counter

from pipeline.findings import Finding, finding

PER_RESOURCE = 20
"""Findings of one code that are told for one resource; one more counts the rest."""

PER_CODE = 1000
"""Findings of one code that are told in all."""


def shown(name: str) -> str:
    """Return a name as it can be printed anywhere: control characters and undecodable bytes are escaped."""
    if name.isprintable():
        return name
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)
    return escaped.encode("utf-8", "backslashreplace").decode("utf-8")


def brief(text: object, limit: int = 60) -> str:
    """Return a value as it stands in a message: escaped, in one line, cut to `limit` characters."""
    if isinstance(text, dict | list):
        return "an object" if isinstance(text, dict) else "a list"  # which may be nested past printing
    words = str(text)
    return shown(words[:limit]) + ("…" if len(words) > limit else "")


class Report:
    """The findings of one verification, limited by code and resource."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._codes: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._files: dict[tuple[str, str], str] = {}

    def add(self, code: str, message: str, file: str, *, resource: str = "", line: int | None = None) -> None:
        """Add a finding; beyond the limit for its code and resource it is only counted.

        Args:
            code: a code of the table of codes.
            message: what is wrong, in one sentence.
            file: path within what is verified; escaped here.
            resource: name of the resource whose limit holds; empty for none.
            line: line in the file, from 1.
        """
        key = (code, resource)
        self._codes[code] += 1
        if self._told[code] >= PER_CODE:
            return
        self._counts[key] += 1
        self._files.setdefault(key, file)
        if self._counts[key] <= PER_RESOURCE or not resource:
            self._told[code] += 1
            self._findings.append(finding(code, message, shown(file), line=line))

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings in the order of files and lines, those that count the rest last."""
        rest = []
        unsaid = self._codes - self._told
        for (code, resource), count in self._counts.items():
            if resource and count > PER_RESOURCE:
                unsaid[code] -= count - PER_RESOURCE
                message = f"and {count - PER_RESOURCE} more of this kind in {brief(resource)}"
                rest.append(finding(code, message, shown(self._files[code, resource])))
        for code, count in unsaid.items():
            if count > 0:
                file = next(file for key, file in self._files.items() if key[0] == code)
                rest.append(finding(code, f"and {count} more of this kind", shown(file)))
        found = sorted(self._findings, key=lambda f: (f.file or "", f.line or 0, f.code))
        return (*found, *rest)
