"""Turn findings into text: for people, for programs, for the annotations of a hosted CI.

Findings come in, strings go out; nothing is printed here.
"""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.findings import Finding, Rule, Severity, rules

_STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_WIDTH = 100


Folders = Mapping[str, str]
"""The folder that names of files are told in, for names that begin with a key and a slash; under "", for all others."""


def _located(file: str | None, folders: Folders) -> str:
    """Return where a file lies."""
    name, _, rest = (file or "").partition("/")
    if name and rest and name in folders:
        return f"{folders[name]}/{rest}"
    return f"{folders['']}/{file}" if file else folders[""]


def place(finding: Finding, folders: Folders) -> str:
    """Return `folder/file:line:column` as far as it is known."""
    parts = [_located(finding.file, folders)]
    parts += [str(n) for n in (finding.line, finding.column) if n is not None]
    return ":".join(parts)


def visible(text: str) -> str:
    """Return a text without control characters, so that what a file holds cannot steer a terminal."""
    return "".join(c if c.isprintable() else "�" if not c.isspace() else " " for c in text)


def as_text(finding: Finding, folders: Folders, command: str, *, colour: bool = False) -> str:
    """Return a finding for people: what, where, the line of the source, how to mend it."""

    def style(code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if colour else text

    name = f"accepted {finding.severity}" if finding.accepted else finding.severity.value
    head = style(_STYLES[finding.severity], f"{name}[{finding.code} {finding.rule.slug}]")
    lines = [f"{head}: {visible(finding.message)}", f"  --> {visible(place(finding, folders))}"]
    gutter = " " * len(str(finding.line or ""))
    if finding.excerpt is not None and finding.line is not None:
        carets = "^" * finding.excerpt_length
        label = f" {finding.label}" if finding.label else ""
        lines += [
            f"{gutter} |",
            f"{finding.line} | {visible(finding.excerpt)}",
            f"{gutter} | {' ' * finding.excerpt_start}{style(_STYLES[finding.severity], carets + label)}",
        ]
    if finding.accepted:
        lines.append(f"{gutter} = accepted: {visible(finding.accepted)}")
    else:
        lines.append(f"{gutter} = help: {finding.help} `{command} --explain {finding.code}`")
    return "\n".join(lines)


def as_github(finding: Finding, folders: Folders) -> str:
    """Return a finding as a workflow command of GitHub Actions."""

    def escape(text: str, *, is_property: bool = False) -> str:
        for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            text = text.replace(char, code)
        return text.replace(":", "%3A").replace(",", "%2C") if is_property else text

    file = _located(finding.file, folders) if finding.file else None
    places = {"file": file, "line": finding.line, "col": finding.column}
    known = {"title": f"{finding.code} {finding.rule.slug}"} | {k: str(v) for k, v in places.items() if v is not None}
    properties = ",".join(f"{k}={escape(v, is_property=True)}" for k, v in known.items())
    level = "notice" if finding.accepted else _GITHUB[finding.severity]
    return f"::{level} {properties}::{escape(finding.message)}"


def as_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON, with the slug and the help of its rule."""
    told = finding.model_dump(mode="json", exclude_none=True, exclude={"excerpt_start", "excerpt_length"})
    return {**told, "slug": finding.rule.slug, "help": finding.help}


def as_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON for programs."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def shown(findings: Iterable[Finding], *, verbose: bool, quiet: bool) -> Iterator[Finding]:
    """Choose what is printed for people: not infos and accepted ones, but with -v; only errors with -q."""
    for item in findings:
        if verbose or item.is_error or (not quiet and not item.accepted and item.severity is Severity.WARNING):
            yield item


def totals(findings: Sequence[Finding]) -> str:
    """Return `1 error, 2 warnings, 3 infos, 1 accepted`."""
    counts = Counter(f.severity.value for f in findings if not f.accepted)
    accepted = sum(1 for f in findings if f.accepted)
    told = [plural(counts[s.value], s.value) for s in Severity]
    return ", ".join([*told, f"{accepted} accepted"] if accepted else told)


def plural(count: int, noun: str) -> str:
    """Return `1 document`, `2 documents`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def explain(rule: Rule) -> str:
    """Return what a code means, why it matters and how to mend it."""
    paragraphs = [
        f"{rule.code} {rule.slug} ({rule.severity})",
        f"{rule.summary[:1].upper()}{rule.summary[1:]}.",
        f"Why: {rule.why}",
        f"To mend it: {rule.help()}",
    ]
    return "\n\n".join(textwrap.fill(p, _WIDTH, break_long_words=False, break_on_hyphens=False) for p in paragraphs)


def code_table() -> str:
    """Return the table of codes as Markdown."""
    rows = [f"| {r.code} | {r.slug} | {r.severity} | {r.summary} |" for r in rules().values()]
    return "\n".join(["| code | name | severity | meaning |", "|---|---|---|---|", *rows])
