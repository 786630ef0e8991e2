"""Tells of most JSON Schemas (Draft 2020-12), and fast, that they are such.

Holding a schema against its meta-schema takes jsonschema longer than most records take. Of plain keywords the rules are
few, and are written out here; what is not surely right by them may still be, and is left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_DEPTH = 10
"""How deep schemas may lie within each other; jsonschema's stack ends far beyond that."""

_NAMES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_REFERENCE = re.compile(r"#/\$defs/[A-Za-z0-9_]+")


def is_plain(schema: object, depth: int = _DEPTH) -> bool:
    """Tell whether a schema surely fits the meta-schema; if not, it may still do."""
    if type(schema) is not dict or depth == 0:
        return type(schema) is bool
    for keyword, value in schema.items():
        if keyword in _PLAIN:
            if not _PLAIN[keyword](value):
                return False
        elif keyword not in _WITHIN or not all(is_plain(inner, depth - 1) for inner in _WITHIN[keyword](value)):
            return False
    return True


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _is_list(value: object) -> bool:
    return type(value) is list


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _is_count(value: Any) -> bool:  # noqa: ANN401 - any value of JSON
    return type(value) is int and value >= 0


def _are_names(value: Any) -> bool:  # noqa: ANN401 - as above
    return type(value) is list and all(map(_is_text, value)) and len(set(value)) == len(value)


def _is_type(value: Any) -> bool:  # noqa: ANN401 - as above
    return _NAMES.issuperset(value) and len(value) > 0 if _are_names(value) else _is_text(value) and value in _NAMES


def _is_pattern(value: Any) -> bool:  # noqa: ANN401 - as above
    try:
        return _is_text(value) and bool(re.compile(value))
    except (re.error, OverflowError, RecursionError):
        return False


def _is_reference(value: Any) -> bool:  # noqa: ANN401 - as above
    return _is_text(value) and bool(_REFERENCE.fullmatch(value))


def _each(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return the schemas of a list; for what is no such list, one that is none."""
    return value if type(value) is list and value else [None]


def _of_names(value: Any) -> list[Any]:  # noqa: ANN401 - as above
    return [*value.values()] if type(value) is dict else [None]


_PLAIN: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$comment", "title", "description", "format", "contentEncoding", "contentMediaType"), _is_text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly", "uniqueItems"), _is_flag),
    **dict.fromkeys(("enum", "examples"), _is_list),
    **dict.fromkeys(("const", "default"), lambda _: True),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), _is_number),
    **dict.fromkeys(("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"), _is_count),
    "$ref": _is_reference,
    "pattern": _is_pattern,
    "required": _are_names,
    "type": _is_type,
}
"""Keywords, and what tells whether an argument is surely right."""

_WITHIN: dict[str, Callable[[Any], list[Any]]] = {
    **dict.fromkeys(("$defs", "properties"), _of_names),
    **dict.fromkeys(("allOf", "anyOf"), _each),
    **dict.fromkeys(("additionalProperties", "items"), lambda value: [value]),
}
"""Keywords whose arguments hold schemas, and what returns these."""
