"""Names that are safe in packages, bags and on every file system.

Paths come in; the reasons against them go out. RFC 8493 (2.1.3, 5.2, 6.1) leaves much to the writer: with these names
refused, all validators and systems agree on a bag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pipeline.manifest import RESERVED

_FORBIDDEN = re.compile(r'[%<>:"|?*\\\x00-\x1f\x7f-\x9f\u2028\u2029]')
_MAX_OCTETS = 255


def fault(name: str) -> str | None:
    """Return why a file name (one part of a path) cannot be used, or None."""
    found = _FORBIDDEN.search(name)
    if found:
        return f"holds {found[0]!r}"
    if name in ("", ".", "..") or name != name.strip() or name.endswith("."):
        return "is empty, or begins or ends with a blank or a dot"
    if RESERVED.fullmatch(name):
        return "is reserved on Windows"
    if unicodedata.normalize("NFC", name) != name:
        return "is not in Unicode normal form C"
    try:
        octets = len(name.encode())
    except UnicodeEncodeError:
        return "is not UTF-8"
    return f"is longer than {_MAX_OCTETS} octets" if octets > _MAX_OCTETS else None


def twins(names: Iterable[str]) -> dict[str, str]:
    """Return names that an earlier name differs from only in case, each with that earlier one."""
    seen: dict[str, str] = {}
    found = {}
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            found[name] = seen[folded]
        seen.setdefault(folded, name)
    return found
