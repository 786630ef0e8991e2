"""Weigh findings against what package.toml accepts, and put them in order."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.findings import Finding, rules
from pipeline.source import Source, natural


def is_nameless(source: Source) -> bool:
    """Tell whether package.toml cannot be read: then it does not even say the package's name, and none is written."""
    unreadable = ("P103", "P104", "K102", "K103")
    return any(f.code in unreadable and f.file == source.manifest_file for f in source.findings)


def judged(source: Source, findings: Sequence[Finding], *, whole: bool = True) -> tuple[Finding, ...]:
    """Mark what package.toml accepts, report what it accepts in vain, and put all in order.

    Where only some documents of the source are wanted, what is accepted may be in the others.
    """
    accept = source.manifest.accept
    used = set()
    weighed = []
    for item in findings:
        local = (item.document_id or "").rpartition("/")[2]
        key = next((k for k in (f"{item.code}:{local}", item.code) if k in accept), None)
        if key:
            used.add(key)
            weighed.append(item.model_copy(update={"accepted": accept[key]}))
        else:
            weighed.append(item)
    weighed += [
        source.about("K105", f"{key} is accepted but does not occur", "accept", key)
        for key in sorted(set(accept) - used)
        if whole and (rule := rules().get(key.partition(":")[0])) and rule.acceptable
    ]
    return tuple(sorted(weighed, key=lambda f: (natural(f.file or ""), f.file or "", f.sort_key)))
