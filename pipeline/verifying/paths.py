"""What a path within a package or a bag may look like, and when two paths are one on some systems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_URL = re.compile(r"(?:https?|ftps?)://[^\s/?#].*", re.IGNORECASE | re.DOTALL)


def fault(path: str, *, backslash: bool = False) -> str | None:
    """Say what is wrong with a relative path, or None.

    The rules are those of RFC 8493 section 5.1: nothing outside the folder may be meant on any system. With
    `backslash`, a backslash that does not lead out of the folder is a letter like any other, as it is on POSIX.
    """
    parts = path.replace("\\", "/").split("/")
    faults = (
        (not path or "\0" in path, "is empty or holds a NUL"),
        (not parts[0], "is absolute"),
        (path[1:2] == ":" and path[0].isascii() and path[0].isalpha(), "begins with a drive letter"),
        (".." in parts, "leads out of the folder"),
        ("\\" in path and not backslash, "holds a backslash, which is a separator on Windows"),
        ("" in parts or "." in parts, "has an empty or a dot segment"),
    )
    return next((reason for wrong, reason in faults if wrong), None)


def is_url(location: str) -> bool:
    """Tell whether a location is a URL and no path."""
    return _SCHEME.match(location) is not None


def location_fault(location: str) -> str | None:
    """Say what is wrong with a location in a descriptor, or None.

    It must be what the standard calls a "URL or Path": http, https, ftp or ftps, or a path below the descriptor of
    which no part is hidden.
    """
    if is_url(location):
        return None if _URL.fullmatch(location) else "is no URL of http, https, ftp or ftps"
    if location.startswith("~") or location[:5].lower() == "file:":
        return "could name any file of the machine"
    hidden = any(part.startswith(".") for part in location.split("/"))
    return fault(location) or ("is hidden" if hidden else None)


def with_next(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path with the one after it, in an order where what lies in a folder follows the folder at once.

    So one look ahead tells whether a folder is empty, and whether a file is taken for a folder; the last path comes
    with an empty one.
    """
    ordered = sorted(paths, key=lambda path: path.replace("/", "\0"))
    yield from zip(ordered, [*ordered[1:], ""], strict=False)


def composed(path: str) -> str:
    """Return the path in Unicode normalisation form C."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def twins(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of paths that are one path on systems that ignore case or normalisation (RFC 8493, 6.1.1)."""
    seen: dict[str, str] = {}
    for path in paths:
        first = seen.setdefault(composed(path.casefold()), path)
        if first != path:
            yield first, path
