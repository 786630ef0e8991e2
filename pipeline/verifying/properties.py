"""Holds a descriptor against the official JSON Schema of Data Package 2.0, with its known faults mended.

The schema is read from data/datapackage/ and evaluated here. `jsonschema` would not do: its messages hold the whole of
what is wrong, whatever its size, it matches the schema's patterns by backtracking, and it has fifteen reasons why a
field is wrong. Only keywords that the schema uses are known; a test holds this, and that the two agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.verifying.paths import location_fault
from pipeline.verifying.report import brief

Fault = tuple[str, str]
"""A place in the descriptor (names and numbers from 0, with `/`), and what is wrong there."""

_NAME = re.compile(r"[-a-z0-9._]+")
_NAME_V1 = re.compile(r"[-a-z0-9._/]+")
_LICENSE = re.compile(r"[-a-zA-Z0-9._]+")
_HASH = re.compile(r"[^:]+:[0-9A-Fa-f]+|[0-9A-Fa-f]{32}|")
_PROFILE = re.compile(r"https?://[^\s/?#]\S*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
    re.IGNORECASE,
)
_SEMANTIC_VERSION = re.compile(r"(?:(?:0|[1-9][0-9]*)\.){2}(?:0|[1-9][0-9]*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")

PATH = r"^((?=[^./~])(?!file:)((?!\/\.\.\/)(?!\\)(?!:\/\/).)*|(http|ftp)s?:\/\/.*)$"
"""How the schema writes what the standard calls a "URL or Path"."""

_WEB = r"^https?://[^\s/?#]\S*$"
_MATCHES = ("exact", "equal", "subset", "superset", "partial")
_ITEMS = "properties/resources/items/properties/"
_FIELDS = f"{_ITEMS}schema/properties/fields/items/oneOf"

PATCHES: tuple[tuple[str, dict[str, Any]], ...] = (
    # wants a list, where the prose has a string (datapackage#965)
    (
        f"{_ITEMS}schema/properties/fieldsMatch",
        {"type": ["string", "array"], "enum": [*_MATCHES, *([match] for match in _MATCHES)]},
    ),
    # knows the schema at another address, but not the dialect
    (f"{_ITEMS}dialect", {"type": ["string", "object"], "pattern": PATH}),
    (f"{_ITEMS}schema", {"pattern": PATH}),
    # has no rule where the prose has one
    ("properties/$schema", {"pattern": _WEB}),
    ("properties/image", {"pattern": PATH}),
    ("properties/contributors/items", {"type": "object"}),
    ("properties/contributors/items/properties/role", {"type": "string"}),
    (f"{_ITEMS}bytes", {"minimum": 0}),
    (f"{_ITEMS}data", {"type": ["array", "object", "string"]}),
)
"""Where the schema is changed, and the keywords that are set there. One more: fields of the type `list`, which it does
not know (datapackage#1070), are held against what it says of `array`."""

PATCHES_V1: tuple[tuple[str, dict[str, Any]], ...] = (
    ("properties/profile", {"type": "string"}),
    ("properties/name", {"pattern": "^([-a-z0-9._/])+$"}),
    ("properties/contributors/items", {"required": ["title"]}),
    ("properties/contributors/items/properties/roles", {"type": ["array", "string"]}),
    ("properties/sources/items", {"required": ["title"]}),
    (f"{_ITEMS}profile", {"type": "string"}),
    (f"{_ITEMS}name", {"pattern": "^([-a-z0-9._/])+$"}),
    (f"{_ITEMS}sources/items", {"required": ["title"]}),
)
"""What 1.0 has otherwise (https://specs.frictionlessdata.io/); `type` of a resource had no meaning there."""


def is_v1(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether a package is one of 1.0: it names no profile by `$schema`, or one of 1.0 itself."""
    schema = descriptor.get("$schema", "/profiles/1.0/")
    return isinstance(schema, str) and "/profiles/1.0/" in schema


def package_faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the properties of a package, the single resources left aside."""
    schema = profile(v1=is_v1(descriptor))
    resources = {k: v for k, v in schema["properties"]["resources"].items() if k != "items"}
    yield from faults({**schema, "properties": {**schema["properties"], "resources": resources}}, descriptor)


def resource_faults(resource: Mapping[str, Any], *, v1: bool) -> Iterator[Fault]:
    """Yield what is wrong with the properties of a resource; `v1` tells the version's rules."""
    yield from faults(profile(v1=v1)["properties"]["resources"]["items"], resource)


def unusual(descriptor: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield what the standard recommends otherwise (SHOULD): names of 2.0, and the version.

    Args:
        descriptor: the package.
        names: the names of its resources.
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


def is_checksum(value: object) -> bool:
    """Tell whether a value has the form of `hash`: an MD5, or algorithm, colon and digits; empty for none."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


# ---- the schema


@cache
def profile(*, v1: bool) -> dict[str, Any]:
    """Return the schema of a package, mended; with `v1`, as far as 1.0 goes."""
    text = files("pipeline").joinpath("data/datapackage/datapackage-2.0.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    for pointer, keywords in (*PATCHES, *(PATCHES_V1 if v1 else ())):
        _at(schema, pointer).update(keywords)
    fields: list[dict[str, Any]] = _at(schema, _FIELDS)
    (array,) = (field for field in fields if field["properties"]["type"]["enum"] == ["array"])
    fields.append(deepcopy(array))
    fields[-1]["properties"]["type"]["enum"] = ["list"]
    if v1:
        del _at(schema, _ITEMS.rstrip("/"))["type"]
    return schema


def _at(schema: Any, pointer: str) -> Any:  # noqa: ANN401 - any part of a schema
    for step in pointer.split("/"):
        schema = schema.setdefault(step, {})
    return schema


# ---- its evaluation


def faults(schema: Mapping[str, Any], value: object, place: str = "") -> Iterator[Fault]:
    """Yield where a value breaks a schema, and how.

    Args:
        schema: the profile of a package or a part of it; it alone decides how deep the value is looked into.
        value: any value of JSON.
        place: where it stands.
    """
    types = schema.get("type", ())
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        yield place, f"is {brief(value)}, not {' or '.join(_WORDS[name] for name in types)}"
        return
    for keyword, argument in schema.items():
        if rule := _RULES.get(keyword):
            yield from rule(argument, value, place)


_WORDS = {
    "array": "a list", "boolean": "true or false", "integer": "a whole number", "number": "a number",
    "object": "an object", "string": "a string",
}  # fmt: skip
_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,), "boolean": (bool,), "number": (int, float), "object": (dict,), "string": (str,),
}  # fmt: skip


def _is(value: object, name: str) -> bool:
    if name == "integer":
        return _is(value, "number") and float(value).is_integer()  # type: ignore[arg-type] # is a number
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _enum(values: list[Any], value: object, place: str) -> Iterator[Fault]:
    if not any(type(value) is type(one) and value == one for one in values):
        known = ", ".join(one for one in values if isinstance(one, str))
        yield place, f"is {brief(value)}, which is none of {known}"


def _required(names: list[str], value: object, place: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        yield from ((place, f"has no `{name}`") for name in names if name not in value)


def _least(least: float, value: object, place: str) -> Iterator[Fault]:
    if _is(value, "number") and value < least:  # type: ignore[operator] # is a number
        yield place, f"is {brief(value)}, less than {least}"


def _filled(least: int, value: object, place: str) -> Iterator[Fault]:
    if isinstance(value, list | dict) and len(value) < least:
        yield place, "is an empty list" if isinstance(value, list) else "has no property"


def _unique(_: bool, value: object, place: str) -> Iterator[Fault]:
    """Compare strings, numbers, and lists of them; what else stands there is refused where the list is used."""
    keys = [key for one in value if (key := _key(one)) is not None] if isinstance(value, list) else []
    if len(set(keys)) < len(keys):
        yield place, "holds a value twice"


def _key(value: object) -> object:
    """Return what tells a value from others, true from 1 as JSON does; None where it is not compared."""
    if isinstance(value, str | int | float):
        return (isinstance(value, bool), value)
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return tuple((isinstance(part, bool), part) for part in value)
    return None


def _form(forms: Mapping[str, tuple[Callable[[str], object], str]]) -> Callable[[str, object, str], Iterator[Fault]]:
    def rule(name: str, value: object, place: str) -> Iterator[Fault]:
        test, words = forms.get(name, (bool, ""))
        if words and isinstance(value, str) and not test(value):
            yield place, f"is {brief(value)}, not {words}"

    return rule


def _properties(schemas: Mapping[str, Any], value: object, place: str) -> Iterator[Fault]:
    if isinstance(value, dict):
        for name, schema in schemas.items():
            if name in value:
                yield from faults(schema, value[name], f"{place}/{name}".lstrip("/"))


def _items(schema: Mapping[str, Any], value: object, place: str) -> Iterator[Fault]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(schema, one, f"{place}/{number}")


def _choice(schemas: list[dict[str, Any]], value: object, place: str, most: int) -> Iterator[Fault]:
    """Hold a value against alternatives: of fields by their `type`, of others by the type of the value."""
    kinds = {kind: one for one in schemas for kind in one.get("properties", {}).get("type", {}).get("enum", ())}
    if kinds and isinstance(value, dict):
        kind = value.get("type", "string")
        if isinstance(kind, str) and kind in kinds:
            yield from faults(kinds[kind], value, place)
        else:
            yield f"{place}/type", f"is {brief(kind)}, which is none of {', '.join(kinds)}"
        return
    right = sum(next(faults(one, value, place), None) is None for one in schemas)
    if 0 < right <= most:
        return
    names = [one["required"][-1] for one in schemas if one.keys() == {"required"}]
    if names:
        alone = " and not both" if right else ""
        yield place, f"must have {' or '.join(f'`{name}`' for name in names)}{alone}"
        return
    fitting = [one for one in schemas if "type" not in one or _is(value, one["type"])] or schemas
    if right == 0 and len(fitting) == 1:
        yield from faults(fitting[0], value, place)
    else:
        firsts = (next(faults(one, value, place), (place, "may have this form")) for one in fitting)
        yield place, "has none of the forms it may have: " + "; or ".join(f"`{at}` {what}" for at, what in firsts)


def _is_moment(value: str) -> bool:
    """Tell whether a text is a date and time of RFC 3339, section 5.6."""
    match = _MOMENT.fullmatch(value)
    try:
        return match is not None and bool(date.fromisoformat(match[1]))
    except ValueError:
        return False


PATTERNS: dict[str, tuple[Callable[[str], object], str]] = {
    PATH: (lambda text: not location_fault(text), "a URL or a safe relative path"),
    "^([-a-zA-Z0-9._])+$": (_LICENSE.fullmatch, "an identifier of a licence"),
    "^([-a-z0-9._/])+$": (_NAME_V1.fullmatch, "a name of lower-case letters, digits, `.`, `-`, `_` and `/`"),
    "^(.+)/(.+)$": (lambda text: "/" in text[1:-1], "a media type"),
    "^([^:]+:[a-fA-F0-9]+|[a-fA-F0-9]{32}|)$": (_HASH.fullmatch, "a checksum such as sha256: and its digits"),
    _WEB: (_PROFILE.fullmatch, "the URL of a profile"),
}
"""The patterns of the schema, as tests that take linear time, and what they mean."""

FORMATS: dict[str, tuple[Callable[[str], object], str]] = {
    "date-time": (_is_moment, "a date and time of RFC 3339, such as 2026-11-21T12:00:00Z"),
    "email": (_EMAIL.fullmatch, "an e-mail address"),
    "uri": (_URI.fullmatch, "a URL"),
}

_RULES: dict[str, Callable[[Any, object, str], Iterator[Fault]]] = {
    "enum": _enum,
    "required": _required,
    "minimum": _least,
    "minItems": _filled,
    "minProperties": _filled,
    "uniqueItems": _unique,
    "pattern": _form(PATTERNS),
    "format": _form(FORMATS),
    "properties": _properties,
    "items": _items,
    "oneOf": lambda schemas, value, place: _choice(schemas, value, place, 1),
    "anyOf": lambda schemas, value, place: _choice(schemas, value, place, len(schemas)),
}
KEYWORDS = frozenset({"type", *_RULES})
"""The keywords that are evaluated."""
