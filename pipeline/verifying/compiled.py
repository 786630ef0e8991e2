"""Makes a JSON Schema (Draft 2020-12) a function that says of most right records, and fast, that they are right.

Values are looked at by columns: those of one property in many objects, the items of many lists. Of a column, types,
names and bounds are asked at once, and of strings each different one.

It never passes what is wrong, and may doubt what is right: what it doubts is held against the schema by `jsonschema`,
which also says what is wrong. So only keywords are known here that many schemas use, and of these only those that
stay true where a part is doubted (`not` and `oneOf` do not).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from pipeline.verifying.patterns import UnsupportedPatternError, pattern_of

FEWEST_REFERENCES = 10_000
REFERENCES_AN_OCTET = 2
"""How often references of a schema are followed for a record: every value takes octets, and few references."""

REFERENCE_DEPTH = 50
"""How many references may be followed within each other; a record nested deeper is hardly one."""

TOGETHER = 1 << 12
"""Items of lists that are looked at together: what a column takes is little beside the values themselves."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Values = Sequence[Any]
"""Values of JSON, at least one."""
Test = Callable[[Values], bool]

_TYPES: dict[str, frozenset[type]] = {
    "array": frozenset({list}),
    "boolean": frozenset({bool}),
    "integer": frozenset({int}),  # and 1.0, which is doubted
    "null": frozenset({type(None)}),
    "number": frozenset({int, float}),
    "object": frozenset({dict}),
    "string": frozenset({str}),
}
_ALL_TYPES = frozenset().union(*_TYPES.values())
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
        self._definitions: Mapping[str, Any] = schema.get("$defs", {})
        self._referred: dict[str, Test | None] = {}
        self._budget = self._depth = 0
        if schema.get("$schema", DRAFT) != DRAFT:
            raise NotCompiledError
        self.bounded = _References(self._definitions).are_few(schema)
        """Whether no record can make references multiply or recur, so that they need not be counted."""
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
            return self._test is None or self._test([record])
        except RecursionError:
            return False

    def all_pass(self, records: Values) -> bool:
        """Tell of a schema that is `bounded` whether some records are all right; if not, they may still be."""
        try:
            return self._test is None or self._test(records)
        except RecursionError:
            return False

    def _compile(self, schema: Any) -> Test | None:  # noqa: ANN401 - any value of JSON
        """Return the test of a schema, or None where everything is right."""
        kinds = _kinds(schema)
        test = self._compile_rest(schema, kinds)
        return test if kinds == _ALL_TYPES else _all_of([_of_types(kinds), *([test] if test else [])])

    def _compile_rest(self, schema: Any, kinds: frozenset[type]) -> Test | None:  # noqa: ANN401 - as above
        """Return the test of all keywords but that of the type, for values that are known to be of some types."""
        if isinstance(schema, bool):
            return None if schema else _never
        if schema.keys() - KEYWORDS:
            raise NotCompiledError
        return _all_of([test for test in self._tests(schema, kinds) if test])

    def _tests(self, schema: dict[str, Any], kinds: frozenset[type]) -> Iterator[Test | None]:
        if any(keyword in schema for keyword in _OF_OBJECTS):
            yield _among(kinds, _TYPES["object"], self._object(schema))
        if "items" in schema:
            yield _among(kinds, _TYPES["array"], self._items(schema["items"]))
        if "anyOf" in schema:
            yield self._any_of(schema["anyOf"])
        if "allOf" in schema:
            yield _all_of([test for test in map(self._compile, schema["allOf"]) if test])
        if "$ref" in schema:
            yield self._reference(schema["$ref"])
        for keyword, argument in schema.items():
            if keyword in _RULES:
                concerned, rule = _RULES[keyword]
                yield _among(kinds, concerned, rule(argument))

    def _object(self, schema: dict[str, Any]) -> Test:
        tests = {name: self._compile(inner) for name, inner in schema.get("properties", {}).items()}
        other = self._compile(schema.get("additionalProperties", True))
        required = frozenset(schema.get("required", ()))

        def test(objects: Values) -> bool:
            for names, alike in _alike(objects):
                if not required.issubset(names):
                    return False
                for name, column in zip(names, zip(*map(dict.values, alike), strict=True), strict=False):
                    one = tests.get(name, other)
                    if one is not None and not one(column):
                        return False
            return True

        return test

    def _items(self, schema: Any) -> Test | None:  # noqa: ANN401 - any value of JSON
        one = self._compile(schema)
        if one is None:
            return None

        def test(lists: Values) -> bool:
            items = chain.from_iterable(lists)
            while some := list(islice(items, TOGETHER)):
                if not one(some):
                    return False
            return True

        return test

    def _any_of(self, schemas: list[Any]) -> Test | None:
        tests = [test for test in map(self._compile, schemas) if test]
        if len(tests) < len(schemas):
            return None
        kinds = [_kinds(schema) for schema in schemas]
        if sum(map(len, kinds)) > len(frozenset().union(*kinds)):  # more than one may do for a value
            return lambda values: all(any(test([value]) for test in tests) for value in values)
        return _by_type([(some, self._compile_rest(schema, some)) for schema, some in zip(schemas, kinds, strict=True)])

    def _reference(self, pointer: str) -> Test | None:
        name = pointer.removeprefix("#/$defs/")
        if name == pointer or set(name) & set("/~%") or name not in self._definitions:
            raise NotCompiledError
        if name not in self._referred:
            self._referred[name] = None  # a reference within itself finds the test later
            self._referred[name] = self._compile(self._definitions[name])
        if self.bounded:
            return self._referred[name]

        def follow(values: Values) -> bool:
            self._budget -= len(values)
            if self._budget < 0 or self._depth >= REFERENCE_DEPTH:
                raise RecursionError
            test = self._referred[name]
            self._depth += 1
            right = test is None or test(values)
            self._depth -= 1
            return right

        return follow


class _Load(NamedTuple):
    """How many references a schema follows at most: for a value, for one within it, and within each other."""

    here: int
    below: int
    depth: int


class _References:
    """Finds how often a schema's references are followed, whatever the record.

    Each part of a schema is followed at most once for a value. Of the parts that one schema has for values within a
    value, properties and items, one at most concerns each of these; the parts that concern the value itself add up.
    """

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._loads: dict[str, _Load | None] = {}

    def are_few(self, schema: Mapping[str, Any]) -> bool:
        """Tell whether a record can never reach the limits: every value in it takes at least an octet."""
        try:
            load = self._of(schema)
        except RecursionError:
            return False
        return max(load.here, load.below) <= REFERENCES_AN_OCTET and load.depth <= REFERENCE_DEPTH

    def _of(self, schema: Any) -> _Load:  # noqa: ANN401 - any value of JSON
        if not isinstance(schema, dict):
            return _Load(0, 0, 0)
        within = [*schema.get("properties", {}).values(), schema.get("additionalProperties"), schema.get("items")]
        inner = [*map(self._of, within)]
        beside = [*map(self._of, (*schema.get("anyOf", ()), *schema.get("allOf", ())))]
        if "$ref" in schema:
            beside.append(self._referred(schema["$ref"]))
        return _Load(
            here=sum(load.here for load in beside),
            below=max(max(load.here, load.below) for load in inner) + sum(load.below for load in beside),
            depth=max(load.depth for load in (*inner, *beside)),
        )

    def _referred(self, pointer: str) -> _Load:
        name = pointer.removeprefix("#/$defs/")
        if name not in self._loads:
            self._loads[name] = None
            load = self._of(self._definitions.get(name))
            self._loads[name] = _Load(load.here + 1, load.below, load.depth + 1)
        found = self._loads[name]
        if found is None:  # within itself
            raise RecursionError
        return found


def _never(_: object) -> bool:
    return False


def _all_of(tests: list[Test]) -> Test | None:
    if len(tests) <= 1:
        return tests[0] if tests else None

    def test(values: Values) -> bool:
        for one in tests:  # noqa: SIM110 - `all` with a generator costs more than most tests
            if not one(values):
                return False
        return True

    return test


def _kinds(schema: Any) -> frozenset[type]:  # noqa: ANN401 - any value of JSON
    """Return the types that a schema allows by its `type`."""
    if not isinstance(schema, dict) or "type" not in schema:
        return _ALL_TYPES
    names = schema["type"]
    return frozenset().union(*(_TYPES[name] for name in ([names] if isinstance(names, str) else names)))


def _of_types(kinds: frozenset[type]) -> Test:
    return lambda values: kinds.issuperset(map(type, values))


def _among(kinds: frozenset[type], concerned: frozenset[type], test: Test | None) -> Test | None:
    """Return a test that passes over those among values of some types whom it does not concern."""
    if test is None or not kinds & concerned:
        return None
    if kinds <= concerned:
        return test

    def among(values: Values) -> bool:
        some = [value for value in values if type(value) in concerned]
        return not some or test(some)

    return among


def _by_type(tests: list[tuple[frozenset[type], Test | None]]) -> Test:
    """Return a test that asks of each value the test of its type; no type is in two."""
    known = frozenset().union(*(kinds for kinds, _ in tests))
    further = [(kinds, test) for kinds, test in tests if test]

    def by_type(values: Values) -> bool:
        found = set(map(type, values))
        if not found <= known:
            return False
        for kinds, test in further:
            if found <= kinds:
                return test(values)
            if found & kinds and not test([value for value in values if type(value) in kinds]):
                return False
        return True

    return by_type


def _alike(objects: Values) -> Iterable[tuple[tuple[str, ...], Values]]:
    """Return the objects by the names in them, in their order; most have all the same."""
    every = set(map(tuple, objects))
    if len(every) == 1:
        return [(every.pop(), objects)]
    groups: dict[tuple[str, ...], list[Any]] = {names: [] for names in every}
    for one in objects:
        groups[tuple(one)].append(one)
    return groups.items()


def _enum(values: list[Any]) -> Test:
    if any(type(value) not in (bool, *_SCALARS) for value in values):
        raise NotCompiledError
    kinds = frozenset(map(type, values))
    allowed = frozenset(comparable(value) for value in values)
    if kinds == {str}:
        return lambda values: kinds.issuperset(map(type, values)) and allowed.issuperset(values)
    return lambda values: kinds.issuperset(map(type, values)) and allowed.issuperset(map(comparable, values))


def _pattern(expression: str) -> Test:
    searches = pattern_of(expression).searches
    return lambda values: searches(set(values))


def _unique_items(unique: bool) -> Test | None:
    if not unique:
        return None
    return lambda values: all(len({comparable(one) for one in value}) == len(value) for value in values)


def comparable(value: Any) -> Hashable:  # noqa: ANN401 - any value of JSON
    """Return what is equal for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return frozenset((name, comparable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(comparable(inner) for inner in value)
    return (type(value), value) if isinstance(value, bool) else value


_Rule = Callable[[Any], Test | None]
_SHORTEST: _Rule = lambda limit: lambda values: min(map(len, values)) >= limit  # noqa: E731 - one for three keywords
_LONGEST: _Rule = lambda limit: lambda values: max(map(len, values)) <= limit  # noqa: E731 - as above

_RULES: dict[str, tuple[frozenset[type], _Rule]] = {
    "const": (_ALL_TYPES, lambda value: _enum([value])),
    "enum": (_ALL_TYPES, _enum),
    "exclusiveMaximum": (_TYPES["number"], lambda limit: lambda values: max(values) < limit),
    "exclusiveMinimum": (_TYPES["number"], lambda limit: lambda values: min(values) > limit),
    "maxItems": (_TYPES["array"], _LONGEST),
    "maxLength": (_TYPES["string"], _LONGEST),
    "maxProperties": (_TYPES["object"], _LONGEST),
    "maximum": (_TYPES["number"], lambda limit: lambda values: max(values) <= limit),
    "minItems": (_TYPES["array"], _SHORTEST),
    "minLength": (_TYPES["string"], _SHORTEST),
    "minProperties": (_TYPES["object"], _SHORTEST),
    "minimum": (_TYPES["number"], lambda limit: lambda values: min(values) >= limit),
    "pattern": (_TYPES["string"], _pattern),
    "uniqueItems": (_TYPES["array"], _unique_items),
}
"""Keywords, the types they concern, and what makes a test of values of these types."""
_OF_OBJECTS = ("properties", "required", "additionalProperties")
KEYWORDS = frozenset({*_RULES, *_OF_OBJECTS, *_SILENT, "$ref", "allOf", "anyOf", "items", "type"})
"""The keywords that are known."""
