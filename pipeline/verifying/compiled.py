"""Makes a JSON Schema (Draft 2020-12) a function that says of most right records, and fast, that they are right.

It never passes what is wrong, and may doubt what is right: what it doubts is held against the schema by `jsonschema`,
which also says what is wrong. So only keywords are known here that many schemas use, and of these only those that
stay true where a part is doubted (`not` and `oneOf` do not).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from pipeline.verifying.patterns import Pattern, UnsupportedPatternError

FEWEST_REFERENCES = 10_000
REFERENCES_AN_OCTET = 2
"""How often references of a schema are followed for a record: every value takes octets, and few references."""

REFERENCE_DEPTH = 50
"""How many references may be followed within each other; a record nested deeper is hardly one."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Test = Callable[[Any], bool]

_TYPES: dict[str, frozenset[type]] = {
    "array": frozenset({list}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),  # and 1.0, which is doubted
    "null": frozenset({type(None)}),
    "number": frozenset({int, float}),
    "object": frozenset({dict}),
    "string": frozenset({str}),
}
_NUMBER = _TYPES["number"]
_SCALARS = (str, int, type(None))
_SILENT = frozenset(
    {
        "$comment", "$defs", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "format", "contentEncoding", "contentMediaType",
    }
)  # fmt: skip
"""Keywords by which nothing is wrong."""


class NotCompiledError(Exception):
    """The schema uses what is not known here."""


class CompiledSchema:
    """A schema, ready to be asked.

    Args:
        schema: a schema that fits its meta-schema.

    Raises:
        NotCompiledError: it uses what is not known here.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._referred: dict[str, Test | None] = {}
        self._budget = self._depth = 0
        if schema.get("$schema", DRAFT) != DRAFT:
            raise NotCompiledError
        try:
            self._test = self._compile(
                {name: value for name, value in schema.items() if name not in ("$schema", "$id")}
            )
        except (UnsupportedPatternError, RecursionError) as error:
            raise NotCompiledError from error

    def passes(self, record: object, octets: int) -> bool:
        """Tell whether a record of so many octets is right; if not, it may still be."""
        self._budget = FEWEST_REFERENCES + REFERENCES_AN_OCTET * octets
        self._depth = 0
        try:
            return self._test is None or self._test(record)
        except RecursionError:
            return False

    def _compile(self, schema: Any) -> Test | None:  # noqa: ANN401 - any value of JSON
        """Return the test of a schema, or None where everything is right."""
        if isinstance(schema, bool):
            return None if schema else _never
        unknown = schema.keys() - KEYWORDS
        if unknown:
            raise NotCompiledError
        return _all_of([test for test in self._tests(schema) if test])

    def _tests(self, schema: dict[str, Any]) -> Iterator[Test | None]:
        """Yield the tests of all keywords, that of the type, which fails fast, first."""
        if "type" in schema:
            yield _type(schema["type"])
        if any(keyword in schema for keyword in _OF_OBJECTS):
            yield self._object(schema)
        if "items" in schema:
            yield self._items(schema["items"])
        if "anyOf" in schema:
            yield self._any_of(schema["anyOf"])
        if "allOf" in schema:
            yield _all_of([test for test in map(self._compile, schema["allOf"]) if test])
        if "$ref" in schema:
            yield self._reference(schema["$ref"])
        for keyword, argument in schema.items():
            if keyword in _RULES:
                yield _RULES[keyword](argument)

    def _object(self, schema: dict[str, Any]) -> Test:
        tests = {name: self._compile(inner) for name, inner in schema.get("properties", {}).items()}
        other = self._compile(schema.get("additionalProperties", True))
        required = frozenset(schema.get("required", ()))

        def test(value: Any) -> bool:  # noqa: ANN401 - any value of JSON
            if type(value) is not dict:
                return True
            for name, inner in value.items():
                one = tests.get(name, other)
                if one is not None and not one(inner):
                    return False
            return required <= value.keys()

        return test

    def _items(self, schema: Any) -> Test | None:  # noqa: ANN401 - any value of JSON
        one = self._compile(schema)
        if one is None:
            return None
        return lambda value: type(value) is not list or all(map(one, value))

    def _any_of(self, schemas: list[Any]) -> Test | None:
        if all(isinstance(schema, dict) and schema.keys() - _SILENT == {"type"} for schema in schemas):
            return _type([name for schema in schemas for name in _names(schema["type"])])
        tests = [test for test in map(self._compile, schemas) if test]
        if len(tests) < len(schemas):
            return None
        if len(tests) == 2:  # noqa: PLR2004 - which is most frequent
            first, second = tests
            return lambda value: first(value) or second(value)
        return lambda value: any(test(value) for test in tests)

    def _reference(self, pointer: str) -> Test:
        name = pointer.removeprefix("#/$defs/")
        if name == pointer or set(name) & set("/~%") or name not in self._schema.get("$defs", {}):
            raise NotCompiledError
        if name not in self._referred:
            self._referred[name] = None  # a reference within itself finds the test later
            self._referred[name] = self._compile(self._schema["$defs"][name])

        def follow(value: object) -> bool:
            self._budget -= 1
            if self._budget < 0 or self._depth >= REFERENCE_DEPTH:
                raise RecursionError
            test = self._referred[name]
            self._depth += 1
            right = test is None or test(value)
            self._depth -= 1
            return right

        return follow


def _never(_: object) -> bool:
    return False


def _all_of(tests: list[Test]) -> Test | None:
    if len(tests) <= 1:
        return tests[0] if tests else None
    if len(tests) == 2:  # noqa: PLR2004 - which is most frequent
        first, second = tests
        return lambda value: first(value) and second(value)
    return lambda value: all(test(value) for test in tests)


def _names(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _type(names: str | list[str]) -> Test:
    kinds = frozenset().union(*(_TYPES[name] for name in _names(names)))
    if len(kinds) == 1:
        (kind,) = kinds
        return lambda value: type(value) is kind
    return lambda value: type(value) in kinds


def _enum(values: list[Any]) -> Test:
    if any(type(value) not in (bool, *_SCALARS) for value in values):
        raise NotCompiledError
    kinds = frozenset(map(type, values))
    allowed = frozenset(comparable(value) for value in values)
    if kinds == {str}:
        return lambda value: type(value) is str and value in allowed
    return lambda value: type(value) in kinds and comparable(value) in allowed


def _pattern(expression: str) -> Test:
    search = Pattern(expression).search
    return lambda value: type(value) is not str or search(value)


def _unique_items(unique: bool) -> Test | None:
    if not unique:
        return None
    return lambda value: type(value) is not list or len({comparable(one) for one in value}) == len(value)


def _minimum(limit: float) -> Test:
    return lambda value: type(value) not in _NUMBER or value >= limit


def _maximum(limit: float) -> Test:
    return lambda value: type(value) not in _NUMBER or value <= limit


def _exclusive_minimum(limit: float) -> Test:
    return lambda value: type(value) not in _NUMBER or value > limit


def _exclusive_maximum(limit: float) -> Test:
    return lambda value: type(value) not in _NUMBER or value < limit


def _shortest(kind: str) -> Callable[[int], Test]:
    kinds = _TYPES[kind]
    return lambda limit: lambda value: type(value) not in kinds or len(value) >= limit


def _longest(kind: str) -> Callable[[int], Test]:
    kinds = _TYPES[kind]
    return lambda limit: lambda value: type(value) not in kinds or len(value) <= limit


def comparable(value: Any) -> Hashable:  # noqa: ANN401 - any value of JSON
    """Return what is equal for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return frozenset((name, comparable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(comparable(inner) for inner in value)
    return (type(value), value) if isinstance(value, bool) else value


_RULES: dict[str, Callable[[Any], Test | None]] = {
    "const": lambda value: _enum([value]),
    "enum": _enum,
    "exclusiveMaximum": _exclusive_maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "maxItems": _longest("array"),
    "maxLength": _longest("string"),
    "maxProperties": _longest("object"),
    "maximum": _maximum,
    "minItems": _shortest("array"),
    "minLength": _shortest("string"),
    "minProperties": _shortest("object"),
    "minimum": _minimum,
    "pattern": _pattern,
    "uniqueItems": _unique_items,
}
_OF_OBJECTS = ("properties", "required", "additionalProperties")
KEYWORDS = frozenset({*_RULES, *_OF_OBJECTS, *_SILENT, "$ref", "allOf", "anyOf", "items", "type"})
"""The keywords that are known."""
