"""The fields of a Table Schema (Data Package v2): types, missing values and constraints, as checks of a cell."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from pipeline.verifying.patterns import UnsupportedPatternError, pattern_of
from pipeline.verifying.records import first_double
from pipeline.verifying.report import brief

Check = tuple[str, Callable[[str], str | None]]
"""The code of a finding, and what says what is wrong with a cell (None: nothing)."""

CellsTest = Callable[[set[str]], bool]
"""Tells of different cells, at least one, whether all are right."""

_DIGITS = 1000  # int() refuses some thousands
_SHORT = 18
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,9})?|NaN|-?INF")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"-?[0-9]{4}")
_YEARMONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")
_UNCHECKED = frozenset({"object", "array", "list", "datetime", "time", "duration", "geopoint", "geojson"})
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_LITERAL_PROPERTIES = ("bareNumber", "decimalChar", "groupChar")


class SchemaError(Exception):
    """A part of the schema is malformed; the message says which."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, what stands for no value, whether it must have one, its checks, how values are compared."""

    name: str
    missing: frozenset[str]
    required: bool
    unique: bool
    checks: tuple[Check, ...]
    bulk: CellsTest | None
    """Tells of some cells at once that they pass all checks; where it does not, they may pass or not."""
    tests: tuple[CellsTest, ...]
    """Tell the same as the checks."""
    family: str
    """Values of two families are never equal; empty for texts."""
    canonical: Callable[[str], str] | None
    """Writes equal values alike; None where cells of equal value are equal."""
    unchecked: tuple[str, ...]

    def passes(self, cells: set[str]) -> bool:
        """Tell whether cells, none of them missing, pass all checks."""
        if not cells or (self.bulk and self.bulk(cells)):
            return True
        return all(test(cells) for test in self.tests)


def read_fields(schema: dict[str, Any]) -> list[Field]:
    """Read the fields of a Table Schema that has the form it must have (see `pipeline.verifying.properties`).

    Raises:
        SchemaError: two fields have one name, or a constraint cannot hold for any value of its field.
    """
    fields = schema["fields"]
    missing = _missing(schema.get("missingValues", [""]))
    read = [_read_field(field, number, missing) for number, field in enumerate(fields, 1)]
    double = first_double(field.name for field in read)
    if double is not None:
        raise SchemaError(f"two fields have the name {brief(double)}")
    return read


def _missing(values: list[Any]) -> frozenset[str]:
    """Read missingValues: strings, or since v2 objects with a `value`."""
    return frozenset(value["value"] if isinstance(value, dict) else value for value in values)


def _read_field(descriptor: dict[str, Any], number: int, missing: frozenset[str]) -> Field:
    name, constraints = descriptor["name"], descriptor.get("constraints", {})
    if not name:
        raise SchemaError(f"field {number} has no name")
    column = _Column(name, descriptor)
    column.read_constraints(constraints)
    return Field(
        name=name,
        missing=_missing(descriptor["missingValues"]) if "missingValues" in descriptor else missing,
        required=constraints.get("required", False),
        unique=constraints.get("unique", False) is True,
        checks=tuple(column.checks),
        bulk=column.bulk(constraints),
        tests=tuple(column.tests),
        family=_FAMILIES.get(column.kind, "") if column.test else "",
        canonical=column.canonical() if column.test else None,
        unchecked=tuple(column.unchecked),
    )


# ---- types


def _is_date(cell: str) -> bool:
    try:
        return bool(_DATE.fullmatch(cell)) and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _decimal(cell: str) -> Hashable:
    """Return the value of a number; text of the same value compares equal (1, 01, 1.0)."""
    try:
        return Decimal(cell.replace("INF", "Infinity"))
    except InvalidOperation:
        return cell


def _integer(cell: str) -> Hashable:
    """Return the value of an integer; where it has too many digits for `int`, as Decimal, which compares alike."""
    if len(cell) > _DIGITS:
        return _decimal(cell)
    try:
        return int(cell)
    except ValueError:
        return cell


def _written(cell: str) -> str:
    """Write a number so that equal ones are equal: 1, 01, 1.0 and 10e-1 become 1. What is no number stays."""
    if cell.isascii() and cell.isdigit() and (cell[0] != "0" or cell == "0"):
        return cell
    value = _decimal(cell)
    if not isinstance(value, Decimal) or not value.is_finite():
        return cell
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    short = text.rstrip("0")
    power = int(exponent) + len(text) - len(short)
    if not short:
        return "0"
    if 0 <= power < _DIGITS:
        short, power = short + "0" * power, 0
    return f"{'-' if sign else ''}{short}{f'e{power}' if power else ''}"


def _is_integer(cell: str) -> bool:
    return (cell.isascii() and cell.isdigit()) or _INTEGER.fullmatch(cell) is not None


def _each(test: Callable[[str], bool], cells: set[str]) -> bool:
    return all(map(test, cells))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: pattern.fullmatch(cell) is not None


_Type = tuple[Callable[[str], bool] | None, Callable[[str], Hashable]]
"""The test of a type (None: every cell passes), and how its values are compared."""

_TYPES: dict[str, _Type] = {
    "any": (None, str),
    "string": (None, str),
    "integer": (_is_integer, _integer),
    "number": (_matches(_NUMBER), _decimal),
    "date": (_is_date, str),
    "year": (_matches(_YEAR), str),
    "yearmonth": (_matches(_YEARMONTH), str),
}


_FAMILIES = {"integer": "number", "number": "number", "boolean": "boolean"}


class _Column:
    """A field while it is read: gathers its checks, and what of it is not checked."""

    def __init__(self, name: str, descriptor: dict[str, Any]) -> None:
        self.name = name
        self.kind = descriptor.get("type", "any")
        self.checks: list[Check] = []
        self.tests: list[CellsTest] = []
        self.unchecked: list[str] = []
        self.test, self.key = self._type(descriptor)
        if self.test:
            self._add("F505", self._type_check(self.test), partial(_each, self.test))

    def _type(self, descriptor: dict[str, Any]) -> _Type:
        unusual = any(descriptor.get(p) is not None for p in _LITERAL_PROPERTIES)
        if unusual or descriptor.get("format", "default") != "default":
            self.unchecked.append(f"the form of {brief(self.name)}, not the default of its type,")
            return None, str
        if self.kind in _UNCHECKED:
            self.unchecked.append(f"the type of {brief(self.name)}, {self.kind},")
            return None, str
        return _TYPES[self.kind] if self.kind in _TYPES else self._boolean(descriptor)

    def _boolean(self, descriptor: dict[str, Any]) -> _Type:
        true, false = (descriptor.get(n, list(d)) for n, d in (("trueValues", _TRUE), ("falseValues", _FALSE)))
        words = {**dict.fromkeys(false, False), **dict.fromkeys(true, True)}
        return words.__contains__, lambda cell: words.get(cell, cell)

    def _type_check(self, test: Callable[[str], bool]) -> Callable[[str], str | None]:
        return lambda cell: None if test(cell) else f"{brief(self.name)} is {brief(cell)}, which is no {self.kind}"

    def _add(self, code: str, check: Callable[[str], str | None], test: CellsTest | None = None) -> None:
        """Add a check, and what tells of many cells that they pass it; where there is nothing faster, it does."""
        self.checks.append((code, check))
        self.tests.append(test or (lambda cells: not any(map(check, cells))))

    # ---- constraints

    def read_constraints(self, constraints: dict[str, Any]) -> None:
        """Add the checks of all constraints but `required` and `unique`, which need more than the cell."""
        for name, value in constraints.items():
            if name == "enum":
                self._add("F508", *self._enum(value))
            elif name == "pattern":
                self._pattern(value)
            elif name in ("minLength", "maxLength"):
                self._add("F511", self._length(name, value))
            elif name in _BOUNDS and self.test and self.kind != "boolean":
                self._add("F510", self._range(name, value, self.test))
            elif name not in ("required", "unique"):
                self.unchecked.append(f"`{brief(name)}` of {brief(self.name)}")

    def canonical(self) -> Callable[[str], str] | None:
        """Return what writes equal values alike."""
        if self.kind in ("integer", "number"):
            return _written
        key = self.key
        return (lambda cell: str(key(cell))) if self.kind == "boolean" else None

    def bulk(self, constraints: dict[str, Any]) -> Callable[[set[str]], bool] | None:
        """Return what tells of many integers at once that they are right."""
        if self.test is not _is_integer or constraints.keys() - {"required", "unique", *_BOUNDS}:
            return None
        bounds = [(_BOUNDS[n], self.key(self._cell(v, n))) for n, v in constraints.items() if n in _BOUNDS]

        def right(cells: set[str]) -> bool:
            joined = "".join(cells)
            if not (joined.isascii() and joined.isdigit()) or "" in cells or max(map(len, cells)) > _SHORT:
                return False
            values = [*map(int, cells)]
            ends = (min(values), max(values))
            return all(compare(end, limit) for compare, limit in bounds for end in ends)

        return right

    def _cell(self, value: object, constraint: str) -> str:
        """Return a value of a constraint as it would stand in a cell."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise SchemaError(f"`{constraint}` of {brief(self.name)} holds a value that no cell can have")

    def _enum(self, values: list[Any]) -> tuple[Callable[[str], str | None], CellsTest]:
        key = self.key
        allowed = {key(self._cell(value, "enum")) for value in values}
        return (
            lambda cell: None if key(cell) in allowed else f"{brief(self.name)} is {brief(cell)}, not one of `enum`",
            lambda cells: allowed.issuperset(map(key, cells)),
        )

    def _pattern(self, value: object) -> None:
        if not isinstance(value, str):
            raise SchemaError(f"`pattern` of {brief(self.name)} is no string")
        try:
            pattern = pattern_of(value)
        except UnsupportedPatternError as error:
            self.unchecked.append(f"`pattern` of {brief(self.name)} ({error})")
            return

        def check(cell: str) -> str | None:
            right = pattern.fullmatch(cell)
            return None if right else f"{brief(self.name)} is {brief(cell)}, which does not match {brief(value)}"

        self._add("F509", check, pattern.fullmatches)

    def _range(self, bound: str, value: object, test: Callable[[str], bool]) -> Callable[[str], str | None]:
        text = self._cell(value, bound)
        if not test(text):
            raise SchemaError(f"`{bound}` of {brief(self.name)} is {brief(text)}, which is not of the field's type")
        key, limit = self.key, self.key(text)
        compare = _BOUNDS[bound]

        def check(cell: str) -> str | None:
            number = key(cell)
            right = (isinstance(number, Decimal) and number.is_nan()) or compare(number, limit)
            return None if right else f"{brief(self.name)} is {brief(cell)}; `{bound}` is {brief(text)}"

        return check

    def _length(self, bound: str, value: object) -> Callable[[str], str | None]:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise SchemaError(f"`{bound}` of {brief(self.name)} is no number of characters")

        def check(cell: str) -> str | None:
            right = len(cell) >= value if bound == "minLength" else len(cell) <= value
            return None if right else f"{brief(self.name)} has {len(cell)} characters; `{bound}` is {value}"

        return check
