"""The form that the properties of a descriptor must have, in Data Package 1.0 and 2.0.

An error is what the prose of the standard says with MUST, or what its JSON Schemas refuse and the prose does not allow:
https://datapackage.org/standard/ for 2.0, https://specs.frictionlessdata.io/ for 1.0. What `path`, `data` and the
digits of `hash` mean for the files is checked where the files are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from pipeline.verifying.paths import location_fault
from pipeline.verifying.report import brief

Rule = Callable[[str, Any], Iterator[str]]
"""Takes a place in the descriptor (names and numbers from 0, with `/`) and the value there; yields what is wrong."""

_NAME_V1 = re.compile(r"[-a-z0-9._/]+")
_NAME = re.compile(r"[-a-z0-9._]+")
_LICENSE = re.compile(r"[-a-zA-Z0-9._]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_PROFILE = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_MEDIATYPE = re.compile(r"[^\s/]+/\S.*")
_HASH = re.compile(r"[^:]+:[0-9A-Fa-f]+|[0-9A-Fa-f]{32}|")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
    re.IGNORECASE,
)
_SEMANTIC_VERSION = re.compile(r"(?:(?:0|[1-9][0-9]*)\.){2}(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def is_v1(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether a package is one of 1.0: it names no profile by `$schema`, or one of 1.0 itself."""
    schema = descriptor.get("$schema", "/profiles/1.0/")
    return isinstance(schema, str) and "/profiles/1.0/" in schema


def package_faults(descriptor: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the properties of a package other than `resources`."""
    yield from _each("", _PACKAGE_V1 if is_v1(descriptor) else _PACKAGE, descriptor)


def resource_faults(resource: Mapping[str, Any], *, v1: bool) -> Iterator[str]:
    """Yield what is wrong with the properties of a resource, which has a name; `v1` tells the version's rules."""
    yield from _each("", _RESOURCE_V1 if v1 else _RESOURCE, resource)


def unusual(descriptor: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the standard recommends otherwise (SHOULD): names of 2.0, and the version.

    Args:
        descriptor: the package.
        names: its resources by name.
    """
    name, version = descriptor.get("name"), descriptor.get("version")
    if not is_v1(descriptor):  # there it is an error
        if isinstance(name, str) and not _NAME.fullmatch(name):
            yield f"`name` is {brief(name)}, not of lower-case letters, digits, `.`, `-` and `_` only"
        for one in names:
            if not _NAME.fullmatch(one):
                yield f"a resource is named {brief(one)}, not of lower-case letters, digits, `.`, `-` and `_` only"
    if isinstance(version, str) and not _SEMANTIC_VERSION.fullmatch(version):
        yield f"`version` is {brief(version)}, not a semantic version such as 1.0.0"


# ---- rules


def _each(place: str, rules: Mapping[str, Rule], value: Mapping[str, Any]) -> Iterator[str]:
    for name, rule in rules.items():
        if name in value:
            yield from rule(f"{place}{name}", value[name])


def _string(test: Callable[[str], object] | None = None, words: str = "a string") -> Rule:
    def rule(place: str, value: object) -> Iterator[str]:
        if not isinstance(value, str) or (test is not None and not test(value)):
            yield f"`{place}` is {brief(value)}, not {words}"

    return rule


def _list(entry: Rule, least: int = 1) -> Rule:
    def rule(place: str, value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"`{place}` is {brief(value)}, not a list"
        elif len(value) < least:
            yield f"`{place}` is an empty list"
        else:
            for number, one in enumerate(value):
                yield from entry(f"{place}/{number}", one)

    return rule


def _object(properties: Mapping[str, Rule], *needed: str) -> Rule:
    """Return the rule of an object with at least one property, and of those `needed`, if any, at least one."""

    def rule(place: str, value: object) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"`{place}` is {brief(value)}, not an object"
        elif not value or (needed and not any(name in value for name in needed)):
            yield f"`{place}` has no {' and no '.join(f'`{name}`' for name in needed) or 'property'}"
        else:
            yield from _each(f"{place}/", properties, value)

    return rule


def _location(place: str, value: object) -> Iterator[str]:
    reason = location_fault(value) if isinstance(value, str) else "is no string"
    if reason:
        yield f"`{place}`, {brief(value)}, must be a URL or a safe relative path: it {reason}"


def _object_or_location(place: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from _location(place, value)


def _octets(place: str, value: object) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        yield f"`{place}` is {brief(value)}, not a number of octets"


def _data(place: str, value: object) -> Iterator[str]:
    if not isinstance(value, list | dict | str):
        yield f"`{place}` is {brief(value)}, not a list, an object or a string"


def _is_moment(value: str) -> bool:
    """Tell whether a text is a date and time of RFC 3339, section 5.6."""
    match = _MOMENT.fullmatch(value)
    try:
        return match is not None and bool(date.fromisoformat(match[1]))
    except ValueError:
        return False


def is_checksum(value: object) -> bool:
    """Tell whether a value has the form of `hash`: an MD5, or algorithm, colon and digits; empty for none."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


_TEXT = _string()
_MAIL = _string(_EMAIL.fullmatch, "an e-mail address")
_LICENSES = _list(
    _object(
        {"name": _string(_LICENSE.fullmatch, "an identifier of a licence"), "path": _location, "title": _TEXT},
        "name",
        "path",
    )
)
_SOURCE_V1 = {"title": _TEXT, "path": _location, "email": _MAIL}
_SOURCES = _list(_object(_SOURCE_V1 | {"version": _TEXT}), least=0)
_SOURCES_V1 = _list(_object(_SOURCE_V1, "title"), least=0)
_CONTRIBUTOR_V1 = _SOURCE_V1 | {"organization": _TEXT, "role": _TEXT}
_CONTRIBUTOR = _CONTRIBUTOR_V1 | {"givenName": _TEXT, "familyName": _TEXT, "roles": _list(_TEXT)}

_PACKAGE: dict[str, Rule] = {
    "$schema": _string(_PROFILE.fullmatch, "the URL of a profile"),
    **dict.fromkeys(("name", "id", "title", "description", "version"), _TEXT),
    "homepage": _string(_URI.fullmatch, "a URL"),
    "created": _string(_is_moment, "a date and time of RFC 3339, such as 2026-11-21T12:00:00Z"),
    "keywords": _list(_TEXT),
    "image": _location,
    "licenses": _LICENSES,
    "contributors": _list(_object(_CONTRIBUTOR)),
    "sources": _SOURCES,
}
_PACKAGE_V1 = _PACKAGE | {
    "profile": _TEXT,
    "name": _string(_NAME_V1.fullmatch, "a name of lower-case letters, digits, `.`, `-`, `_` and `/`"),
    "contributors": _list(_object(_CONTRIBUTOR_V1, "title")),
    "sources": _SOURCES_V1,
}
_RESOURCE: dict[str, Rule] = {
    "data": _data,
    "type": _string("table".__eq__, "`table`, the only type there is"),
    **dict.fromkeys(("title", "description", "format", "encoding"), _TEXT),
    "homepage": _string(_URI.fullmatch, "a URL"),
    "mediatype": _string(_MEDIATYPE.fullmatch, "a media type"),
    "bytes": _octets,
    "hash": _string(is_checksum, "a checksum such as sha256: and its digits"),
    "dialect": _object_or_location,
    "schema": _object_or_location,
    "licenses": _LICENSES,
    "sources": _SOURCES,
}
_RESOURCE_V1 = {name: rule for name, rule in _RESOURCE.items() if name != "type"} | {
    "profile": _TEXT,
    "name": _PACKAGE_V1["name"],
    "sources": _SOURCES_V1,
}
