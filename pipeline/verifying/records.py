"""Holds JSON records against the JSON Schema of their resource (Draft 2020-12), without fetching anything."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, BinaryIO

from pydantic_core import from_json, to_json

from pipeline.verifying.compiled import (
    FEWEST_REFERENCES,
    REFERENCE_DEPTH,
    REFERENCES_AN_OCTET,
    CompiledSchema,
    NotCompiledError,
    comparable,
)
from pipeline.verifying.patterns import UnsupportedPatternError, pattern_of
from pipeline.verifying.plain import is_plain
from pipeline.verifying.report import Report, brief

RECORD_LIMIT = 1 << 26
"""Octets a record may have."""

TOGETHER = 1 << 18
"""Octets of records that are held against their schema together; the last may go beyond them."""


USUAL = 1 << 22
"""Octets of a record up to which it is tried whether it is written as most are: that takes them in memory again."""


class JSONError(Exception):
    """A text is no JSON that can be used; the message says why and where."""


def read_json(content: bytes) -> Any:  # noqa: ANN401 - any value of JSON
    """Read JSON as RFC 8259 wants it: UTF-8 without byte order mark, no NaN, names once.

    Raises:
        JSONError: it is none, or it is nested too deeply.
    """
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise JSONError(f"not UTF-8: octet {error.start}") from error
    except RecursionError as error:
        raise JSONError("nested too deeply") from error
    except ValueError as error:
        raise JSONError(str(error)) from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        double = first_double(name for name, _ in pairs)
        raise ValueError(f"the name {brief(double)} stands twice in one object")
    return found


def first_double(names: Iterable[str]) -> str | None:
    """Return the first name that stood before, or None."""
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value] # add returns None, which is meant


@contextmanager
def _stack_ends_as_error() -> Iterator[None]:
    """Turn the panic of the Rust library below jsonschema, within which the stack may end, into a RecursionError."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise RecursionError from error


class RecordSchema:
    """A JSON Schema, ready to check records.

    Args:
        schema: the schema as read.

    Raises:
        JSONError: it is no JSON Schema.
    """

    def __init__(self, schema: object) -> None:
        self.unchecked: set[str] = set()
        self._budget = self._depth = 0
        if {"unevaluatedProperties", "patternProperties"} <= _property_names(schema):
            raise JSONError("`unevaluatedProperties` beside `patternProperties` is not supported here")
        if isinstance(schema, dict):
            schema = {name: value for name, value in schema.items() if name != "$schema"}
        if _names_draft(schema):  # jsonschema would take its own keywords for that part, and follow `$ref: #` so
            raise JSONError("`$schema` below the top is not supported here")
        self._schema = schema
        try:
            if not is_plain(schema):
                _check_schema(schema)
                _ = self._validator  # is made at once, as it may not be possible
            self._compiled = _compile(schema)
        except (RecursionError, ValueError, TypeError) as error:
            raise JSONError(f"no JSON Schema: {brief(error, 200)}") from error

    @cached_property
    def _validator(self) -> Any:  # noqa: ANN401 - jsonschema ships no types
        """What says what is wrong; of records that are right, it is hardly ever asked."""
        jsonschema = _jsonschema()
        registry = importlib.import_module("jsonschema_specifications").REGISTRY  # retrieves nothing
        keywords = {
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
            "additionalProperties": self._additional_properties,
            "uniqueItems": self._unique_items,
            "$ref": self._counted("$ref", jsonschema),
            "$dynamicRef": self._counted("$dynamicRef", jsonschema),
        }
        validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, keywords)
        return validator(self._schema, registry=registry)

    def fit(self, records: list[Any]) -> bool:
        """Tell whether records have surely no faults; if not, each is to be asked for its own."""
        return bool(self._compiled and self._compiled.bounded and self._compiled.all_pass(records))

    def faults(self, record: object, octets: int) -> Iterator[str]:
        """Yield what is wrong with a record, with the place in it.

        A schema whose references multiply could take for ever; they may be followed in proportion to the `octets` of
        the record, and no further.
        """
        if self._compiled and self._compiled.passes(record, octets):
            return
        self._budget = FEWEST_REFERENCES + REFERENCES_AN_OCTET * octets
        self._depth = 0
        validator = self._validator
        try:
            with _stack_ends_as_error():
                for error in validator.iter_errors(record):
                    place = "/".join(str(part) for part in error.absolute_path)
                    yield f"{brief(place) or 'the record'}: {brief(error.message, 200)}"
        except RecursionError:
            yield "nested too deeply, or the references of the schema multiply without end"
        except Exception as error:  # noqa: BLE001 - a reference that leads nowhere raises a class of a further library
            yield f"the schema cannot be applied: {brief(error, 200)}"

    # Keywords are replaced where jsonschema's take more than linear time: it matches patterns by backtracking, compares
    # all items with all others, and follows references without end.

    def _counted(self, keyword: str, jsonschema: Any) -> Callable[..., Iterator[Any]]:  # noqa: ANN401 - jsonschema
        follow = jsonschema.Draft202012Validator.VALIDATORS[keyword]

        def counted(validator: Any, reference: str, instance: object, schema: object) -> Iterator[Any]:  # noqa: ANN401 - jsonschema
            self._budget -= 1
            if self._budget < 0 or self._depth >= REFERENCE_DEPTH:
                raise RecursionError
            self._depth += 1
            try:
                yield from follow(validator, reference, instance, schema) or ()
            finally:
                self._depth -= 1

        return counted

    @staticmethod
    def _unique_items(validator: Any, unique: object, instance: Any, _: object) -> Iterator[Any]:  # noqa: ANN401 - jsonschema
        if unique and validator.is_type(instance, "array") and len({comparable(v) for v in instance}) < len(instance):
            yield _error("two items are alike")

    def _pattern(self, validator: Any, pattern: str, instance: object, _: object) -> Iterator[Any]:  # noqa: ANN401 - jsonschema
        if validator.is_type(instance, "string") and not self._search(pattern, str(instance)):
            yield _error(f"{brief(instance)} is not of the form {brief(pattern)}")

    def _pattern_properties(self, validator: Any, patterns: dict[str, Any], instance: Any, _: object) -> Iterator[Any]:  # noqa: ANN401 - jsonschema
        if validator.is_type(instance, "object"):
            for pattern, schema in patterns.items():
                for name, value in instance.items():
                    if self._search(pattern, name):
                        yield from validator.descend(value, schema, path=name, schema_path=pattern)

    def _additional_properties(self, validator: Any, extra: Any, instance: Any, schema: Any) -> Iterator[Any]:  # noqa: ANN401 - jsonschema
        if not validator.is_type(instance, "object"):
            return
        patterns = schema.get("patternProperties", {})
        for name, value in instance.items():
            if name in schema.get("properties", {}) or any(self._search(pattern, name) for pattern in patterns):
                continue
            if extra is False:
                yield _error(f"there is no property {brief(name)}")
            else:
                yield from validator.descend(value, extra, path=name)

    def _search(self, pattern: str, text: str) -> bool:
        try:
            return pattern_of(pattern).search(text)
        except UnsupportedPatternError:
            self.unchecked.add(pattern)
            return True


def _jsonschema() -> Any:  # noqa: ANN401 - jsonschema ships no types
    """Import jsonschema, which takes long, where it is needed."""
    return importlib.import_module("jsonschema")


def _check_schema(schema: object) -> None:
    """Hold a schema against the meta-schema.

    Raises:
        ValueError: it does not fit.
    """
    kind = _jsonschema().Draft202012Validator
    with _stack_ends_as_error():
        faults = kind(kind.META_SCHEMA, format_checker=kind.FORMAT_CHECKER).iter_errors(schema)
        # The same of them in every run: their order hangs on the hashes of strings.
        first = min((([str(part) for part in f.absolute_path], f.message) for f in faults), default=None)
    if first is not None:
        raise ValueError(first[1])


def _compile(schema: object) -> CompiledSchema | None:
    try:
        return CompiledSchema(schema) if isinstance(schema, dict) else None
    except NotCompiledError:
        return None


def _names_draft(value: object) -> bool:
    """Tell whether an object within a value names a draft of JSON Schema; it may be data, but hardly is."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$schema"), str):
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def _property_names(value: object) -> set[str]:
    names: set[str] = set()
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            names |= value.keys()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return names


def _error(message: str) -> Any:  # noqa: ANN401 - as above
    return _jsonschema().ValidationError(message)


class Records:
    """The records of one resource, as they are read.

    Args:
        resource: its name.
        schema: what the records must fit.
        report: takes the findings.
        lines: a file holds a record a line (https://jsonlines.org/), else one record.
    """

    def __init__(self, resource: str, schema: RecordSchema, report: Report, *, lines: bool = False) -> None:
        self.resource = resource
        self.schema = schema
        self.report = report
        self.lines = lines
        self._usual = True
        """Whether all records so far were written as most are."""
        self._waiting: list[tuple[Any, int, int | None]] = []
        """Records that were read and not yet checked, their octets and lines."""

    def read(self, stream: BinaryIO, file: str) -> None:
        """Read the records of a file and check them; what is wrong is a finding."""
        try:
            if self.lines:
                self._read_lines(stream, file)
            else:
                self._take(stream.read(RECORD_LIMIT + 1), file)
        finally:  # what was read before a fault is told before it
            self._settle(file)

    def _read_lines(self, stream: BinaryIO, file: str) -> None:
        number = octets = 0
        while line := stream.readline(RECORD_LIMIT + 1):
            number += 1
            octets += len(line)
            self._take(line, file, number)
            while len(line) > RECORD_LIMIT and not line.endswith(b"\n"):
                line = stream.readline(RECORD_LIMIT + 1)
            if octets >= TOGETHER:
                self._settle(file)
                octets = 0

    def _take(self, content: bytes, file: str, line: int | None = None) -> None:
        """Read a record, which waits then; what is none is told, in its turn."""
        if len(content) > RECORD_LIMIT:
            wrong = f"more than {RECORD_LIMIT} octets"
        else:
            try:
                self._waiting.append((self._value(content), len(content), line))
            except JSONError as error:
                wrong = f"no JSON: {brief(error, 200)}"
            else:
                return
        self._settle(file)
        self.report.add("F602", wrong, file, resource=self.resource, line=line)

    def _value(self, content: bytes) -> Any:  # noqa: ANN401 - any value of JSON
        """Read a record; `read_json` would say the same.

        The record is read by a reader that is twice as fast and lets a name stand twice. But what is written of a value
        has each name once, and nothing else is read from it than this value: so, where the same octets are written of
        what was read, that is what stands in them.
        """
        if self._usual and len(content) <= USUAL:
            text = content.rstrip(b"\r\n")
            try:
                value = from_json(text, allow_inf_nan=False, cache_strings="keys")
                if to_json(value, indent=None if self.lines else 2) == text:
                    return value
            except ValueError:
                pass
            self._usual = False  # others will hardly be written so
        return read_json(content)

    def _settle(self, file: str) -> None:
        """Check the records that wait."""
        waiting, self._waiting = self._waiting, []
        if not waiting or self.schema.fit([record for record, _, _ in waiting]):
            return
        for record, octets, line in waiting:
            for fault in self.schema.faults(record, octets):
                self.report.add("F603", fault, file, resource=self.resource, line=line)
