"""Large packages: keys in little memory, records a line each and checked fast; the same verdicts as the slow way."""

import copy
import json
import re
import tempfile
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bags
from bags import HEAD, NOTES, NOTES_SCHEMA, RECORD_SCHEMA, Files, resource
from conftest import ROOT, at_least
from pipeline.findings import Finding
from pipeline.verifying import records, verify
from pipeline.verifying.compiled import KEYWORDS
from pipeline.verifying.patterns import Pattern
from pipeline.verifying.plain import is_plain
from pipeline.verifying.records import RecordSchema

TABLE: dict[str, object] = {"type": "table", "format": "csv"}
KEYED = {
    "fields": [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "to", "type": "integer"}],
    "primaryKey": ["id", "n"],
    "foreignKeys": [{"fields": ["id", "to"], "reference": {"fields": ["id", "n"]}}],
}


def found(files: Files) -> tuple[Finding, ...]:
    with tempfile.TemporaryDirectory() as folder:
        return verify(bags.write(Path(folder), files)).findings


def keyed(rows: bytes, schema: dict[str, Any] = KEYED) -> Files:
    """A package of one table."""
    files = {"t.csv": b"id,n,to\r\n" + rows}
    described = {**HEAD, "resources": [resource(files, "t", "t.csv", schema=schema, **TABLE)]}
    return files | {"datapackage.json": json.dumps(described).encode()}


def in_lines(content: bytes, form: str = "jsonl") -> Files:
    """A package with one resource of records, a record a line."""
    files = {"record.schema.json": json.dumps(RECORD_SCHEMA).encode(), "v.jsonl": content}
    records = resource(files, "v", "v.jsonl", format=form, recordSchema="record.schema.json")
    resources = [resource(files, "schema", "record.schema.json", format="json"), records]
    return files | {"datapackage.json": json.dumps({**HEAD, "resources": resources}).encode()}


# ---- keys


CELLS = st.tuples(
    st.sampled_from(["a", "b", ""]), st.sampled_from(["1", "01", "+2", "2", "30", ""]), st.sampled_from(["1", "2", ""])
)


@at_least(200)
@given(st.lists(CELLS, max_size=12))
def test_keys_are_judged_as_by_comparing_them_all(rows: list[tuple[str, str, str]]) -> None:
    content = b"".join(",".join(row).encode() + b"\r\n" for row in rows)
    seen: set[tuple[str, int]] = set()
    expected = []
    for line, (name, number, _) in enumerate(rows, 2):
        if not name or not number or (name, int(number)) in seen:
            expected.append(("F512", line))
        else:
            seen.add((name, int(number)))
    waiting = Counter((name, int(to)) for name, _, to in rows if name and to and (name, int(to)) not in seen)
    told = found(keyed(content))
    assert [(f.code, f.line) for f in told if f.code == "F512"] == expected
    counts = [re.search(r"\((\d+) rows\)", f.message) for f in told if f.code == "F513"]
    assert sorted(int(match[1]) if match else 1 for match in counts) == sorted(waiting.values())


@pytest.mark.parametrize(
    ("kinds", "row", "wrong"),
    [
        (("integer", "integer"), b"x,007,+7\r\n", False),
        (("number", "integer"), b"x,7.0,7\r\n", False),
        (("number", "number"), b"x,1e400,10e399\r\n", False),
        (("number", "number"), b"x,-0.50,-5e-1\r\n", False),
        (("boolean", "boolean"), b"x,true,1\r\n", False),
        (("string", "string"), b"x,007,7\r\n", True),
        (("string", "integer"), b"x,7,7\r\n", True),
        (("boolean", "integer"), b"x,1,1\r\n", True),
    ],
)
def test_values_that_are_equal_make_equal_keys(kinds: tuple[str, str], row: bytes, wrong: bool) -> None:
    fields = [{"name": "id"}, {"name": "n", "type": kinds[0]}, {"name": "to", "type": kinds[1]}]
    schema = {"fields": fields, "foreignKeys": [{"fields": "to", "reference": {"fields": "n"}}]}
    assert [f.code for f in found(keyed(row, schema))] == (["F513"] if wrong else [])


def test_offenders_among_many_rows_are_named() -> None:
    rows = [b"d%d,%d,%d\r\n" % (n // 10, n % 10, 9 - n % 10) for n in range(300_000)]
    rows += [b"d7,03,9\r\n", b"d8,10,11\r\n", b"d9,12,11\r\n", b"d8,11,13\r\n"]
    told = [(f.code, f.line, f.message) for f in found(keyed(b"".join(rows)))]
    assert told == [
        ("F512", 300_002, "the key occurs again: id d7, n 03"),
        ("F513", 300_004, "id, to is d9, 11, which is not in t"),
        ("F513", 300_005, "id, to is d8, 13, which is not in t"),
    ]


def test_offenders_are_named_in_archives_read_from_front_to_back(tmp_path: Path) -> None:
    documents = bags.TABLE.replace(b",u2,d1", b",u1,d9")
    files = bags.bagged(bags.package({"tables/documents.csv": documents, "tables/notes.csv": NOTES + b"d1,2,\r\n"}))
    for name, content in (("bag.tgz", bags.tarred(files, mode="w:gz")), ("bag.zip", bags.zipped(files))):
        (tmp_path / name).write_bytes(content)
        told = verify(tmp_path / name).findings
        assert [(f.code, f.line) for f in told] == [("F507", 3), ("F513", 3), ("F512", 5)]


def test_more_offenders_than_are_kept_are_counted() -> None:
    rows = [b"d%d,1,2\r\n" % (n // 2) for n in range(6000)]
    told = [f.message for f in found(keyed(b"".join(rows))) if f.line is None]
    assert told == ["and 2980 more of this kind in t", "and 2980 more of this kind in t"]


def test_keys_of_a_table_that_ends_too_early_are_judged_as_far_as_it_goes() -> None:
    told = found(keyed(b'd1,1,1\r\nd1,1,1\r\nd1,2,"'))
    assert [(f.code, f.line) for f in told] == [("F512", 3), ("F501", 4)]


def test_a_row_more_takes_few_octets() -> None:
    def peak(count: int, folder: Path) -> int:
        rows = b"".join(b"document-%d,%d,%d\r\n" % (n // 10, n % 10, n % 10) for n in range(count))
        bags.write(folder, keyed(rows))
        del rows
        tracemalloc.start()
        try:
            assert verify(folder).findings == ()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    with tempfile.TemporaryDirectory() as folder:
        peak(100, Path(folder) / "first")  # what is read once only
        peaks = [peak(count, Path(folder) / str(count)) for count in (20_000, 60_000)]
    assert peaks[1] - peaks[0] < 40_000 * 80


# ---- rows


def test_lines_are_counted_through_all_blocks() -> None:
    rows = [b'd%d,%d,"two\r\nlines"\r\n' % (n, n) for n in range(30_000)]
    rows[29_000] = rows[29_000].replace(b",29000,", b",x,")
    (told,) = found(bags.package({"tables/notes.csv": NOTES[:11] + b"".join(rows)}, notes={"schema": {
        "fields": NOTES_SCHEMA["fields"]}}))  # fmt: skip
    assert (told.code, told.line) == ("F505", 2 + 2 * 29_000)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_any_end_of_line_and_none_at_the_last(end: bytes) -> None:
    rows = end.join(b"d%d,%d," % (n, n) for n in range(50_000))
    files = keyed(rows)
    assert found(files | {"datapackage.json": files["datapackage.json"]}) == ()
    told = found(keyed(rows + end + b"d,1"))
    assert [(f.code, f.line) for f in told] == [("F504", 50_002)]


def test_an_octet_that_is_no_text_is_reported_with_its_line() -> None:
    rows = b"".join(b"d%d,%d,\r\n" % (n, n) for n in range(40_000))
    (told,) = found(keyed(rows + b"d\xff,1,\r\n" + rows))
    assert (told.code, told.line) == ("F502", 40_002)


def test_other_encodings() -> None:
    for encoding in ("utf-16", "cp1252"):
        files = bags.package(
            {"tables/notes.csv": NOTES.decode().replace("two", "zwölf").encode(encoding)}, notes={"encoding": encoding}
        )
        assert found(files) == ()


IDS = st.text("ad1/-", max_size=24)


@given(st.from_regex(r"([ad]|[a-d]\*|\(d\|1\)\?|/|\[a1/-\]\{0,9\}|\^|\$){0,5}", fullmatch=True), st.lists(IDS))
def test_patterns_that_remember_beginnings_agree_with_re(pattern: str, texts: list[str]) -> None:
    compiled = Pattern(pattern)
    for text in (*texts, *texts):
        assert compiled.fullmatch(text) == bool(re.fullmatch(pattern, text))
        assert compiled.search(text) == bool(re.search(pattern, text))


# ---- records


@pytest.mark.parametrize("form", ["jsonl", "JSONL", "ndjson"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b'{"id": "d1", "n": 1}\n{"id": "d2"}\n', []),
        (b'{"id": "d1"}\r\n{"id": "d2"}', []),
        (b'{"id": "d1"}\n{"id": 2}\n{"id": "d3", "n": 0}\n', [("F603", 2), ("F603", 3)]),
        (b'{"id": "d1"}\n\n{"id": "d2"}\n', [("F602", 2)]),
        (b'{"id": "d1"}\n{"id": "d1", "id": "d1"}\n', [("F602", 2)]),
        (b'{"id":\n"d1"}\n', [("F602", 1), ("F602", 2)]),
        (b'{"id": "d1"}\n{"id": "d2"} {"id": "d3"}\n', [("F602", 2)]),
        (b'\xef\xbb\xbf{"id": "d1"}\n', [("F602", 1)]),
        (b'{"id": "d\xff"}\n', [("F602", 1)]),
    ],
)
def test_records_in_lines(content: bytes, form: str, expected: list[tuple[str, int]]) -> None:
    assert [(f.code, f.line) for f in found(in_lines(content, form))] == expected


def test_a_line_too_long_is_passed_over() -> None:
    content = b'{"id": "d1"}\n"' + b"a" * (1 << 26) + b'"\n{"id": 1}\n'
    assert [(f.code, f.line) for f in found(in_lines(content))] == [("F602", 2), ("F603", 3)]


def test_records_that_are_no_json_are_no_records() -> None:
    assert [f.code for f in found(in_lines(b"", "csv"))] == ["F601"]


SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 1.0, 2.5, "", "a", "ab", "d1"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner),
    max_leaves=6,
)  # fmt: skip
LIMITS = st.sampled_from([0, 1, 2, 1.5])
COUNTS = st.integers(0, 2)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True), "title": st.just("t"),
            "enum": st.lists(SCALARS, min_size=1, max_size=3), "const": VALUES, "minimum": LIMITS, "maximum": LIMITS,
            "exclusiveMinimum": LIMITS, "exclusiveMaximum": LIMITS, "minLength": COUNTS, "maxLength": COUNTS,
            "minItems": COUNTS, "maxItems": COUNTS, "minProperties": COUNTS, "maxProperties": COUNTS,
            "uniqueItems": st.booleans(), "pattern": st.sampled_from(["^a", "b$", "[0-9]"]), "items": inner,
            "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
            "required": st.lists(st.sampled_from(["a", "b"]), unique=True), "additionalProperties": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2), "allOf": st.lists(inner, min_size=1, max_size=2),
            "$ref": st.sampled_from(["#/$defs/a", "#/$defs/b"]),
        },
    )  # fmt: skip


SCHEMAS = st.recursive(st.booleans() | keywords(st.booleans()), keywords, max_leaves=4)


@given(keywords(SCHEMAS), keywords(st.booleans()), st.lists(VALUES, min_size=1, max_size=5))
def test_jsonschema_agrees(schema: dict[str, Any], other: dict[str, Any], values: list[Any]) -> None:
    schema = {**schema, "$defs": {"a": {"type": "string"}, "b": {k: v for k, v in other.items() if k != "$ref"}}}
    ours, theirs = RecordSchema(schema), jsonschema.Draft202012Validator(schema)
    right = [theirs.is_valid(value) for value in values]
    assert [not list(ours.faults(value, 100)) for value in values] == right
    assert not ours.fit(values) or all(right)


ARGUMENTS = SCALARS | st.sampled_from(
    [[], {}, [None], ["a"], ["a", "a"], [1.0], "string", ["string", "null"], "(", "^a", "#/$defs/a", "#", "a#b", -1]
)  # fmt: skip
KNOWN = st.sampled_from(sorted({*KEYWORDS, "$id", "definitions", "not", "minContains", "patternProperties"}))


@at_least(300)
@given(st.recursive(ARGUMENTS, lambda inner: st.dictionaries(KNOWN, inner | st.lists(inner, max_size=2)), max_leaves=6))
def test_plain_schemas_fit_the_meta_schema(schema: Any) -> None:
    assert not is_plain(schema) or not [*META.iter_errors(schema)]


@given(keywords(SCHEMAS), KNOWN, ARGUMENTS)
def test_schemas_of_known_keywords_are_plain(schema: dict[str, Any], keyword: str, argument: object) -> None:
    assert is_plain(schema)
    for changed in ({**schema, keyword: argument}, {"properties": {"a": {"items": {**schema, keyword: argument}}}}):
        assert not is_plain(changed) or not [*META.iter_errors(changed)]


def test_schemas_nested_deeply_are_left_to_jsonschema() -> None:
    schema: dict[str, Any] = {}
    for _ in range(20):
        schema = {"items": schema}
    assert not is_plain(schema)
    assert not [*RecordSchema(schema).faults([[1]], 5)]


PACKAGE = ROOT / "dist/frus1961-63v11"
DOCUMENT_SCHEMA = json.loads((PACKAGE / "documents/document.schema.json").read_text("utf-8"))
OURS, THEIRS = RecordSchema(DOCUMENT_SCHEMA), jsonschema.Draft202012Validator(DOCUMENT_SCHEMA)
META = jsonschema.Draft202012Validator(
    jsonschema.Draft202012Validator.META_SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
WHOLE = json.loads((PACKAGE / "documents/d280.json").read_text("utf-8"))


def test_the_schema_of_documents_is_plain() -> None:
    assert is_plain({name: value for name, value in DOCUMENT_SCHEMA.items() if name != "$schema"})


@given(st.data())
def test_jsonschema_agrees_on_damaged_documents(data: st.DataObject) -> None:
    document = copy.deepcopy(WHOLE)
    part = document
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not part[key] or not isinstance(part[key], dict | list) or data.draw(st.booleans()):
            break
        part = part[key]
    if data.draw(st.booleans()):
        part[key] = data.draw(VALUES | st.just(-1) | st.just("frus1961-63v11/d280fn1"))
    elif isinstance(part, dict) and data.draw(st.booleans()):
        part["further"] = part[key]
    else:
        del part[key]
    assert (not list(OURS.faults(document, 10_000))) == THEIRS.is_valid(document)
    assert OURS.fit([WHOLE, document, WHOLE]) == THEIRS.is_valid(document)


@pytest.mark.parametrize("schema", [{"not": {"enum": [1.0]}}, {"oneOf": [{"enum": [1]}, {"type": "integer"}]}])
def test_what_is_doubted_is_left_to_jsonschema(schema: dict[str, Any]) -> None:
    assert [*RecordSchema(schema).faults(1, 1)]
    assert not [*RecordSchema({"enum": [1]}).faults(1.0, 3)]


@pytest.mark.parametrize(
    ("schema", "bounded"),
    [
        ({}, True),
        ({"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {}}}, True),
        ({"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, False),
        ({"allOf": [{"$ref": "#/$defs/a"}] * 3, "$defs": {"a": {}}}, False),
        ({"allOf": [{"items": {"allOf": [{"$ref": "#/$defs/a"}] * 2}}] * 2, "$defs": {"a": {}}}, False),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/a"}}}}}, False),
    ],
)
def test_references_that_can_multiply_or_recur_are_known(schema: dict[str, Any], bounded: bool) -> None:
    assert RecordSchema(schema).fit([[[]]]) == bounded
    assert not [*RecordSchema(schema).faults([[]], 4)]


def test_what_is_told_of_records_in_lines_keeps_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = b'{"id": 1}\n{"id": "d1"}\n{\n{"id": "d2"}\n{"id": 2}\n' * 30
    together = found(in_lines(lines))
    monkeypatch.setattr(records, "TOGETHER", 1)
    assert found(in_lines(lines)) == together
    assert [f.line for f in together[:6]] == [1, 3, 5, 6, 8, 10]
    assert [(f.code, f.message[:6]) for f in together[-2:]] == [("F603", "and 40"), ("F602", "and 10")]


def test_a_part_of_a_schema_cannot_leave_the_linear_matcher() -> None:
    inner = {"$schema": "https://json-schema.org/draft/2020-12/schema", "pattern": "(a+)+$"}
    for schema in ({"properties": {"id": inner}}, {"$ref": "#/$defs/a", "$defs": {"a": inner}}):
        files = bags.package(
            {"record.schema.json": json.dumps(schema).encode(), "documents/d1.json": b'{"id": "' + b"a" * 60 + b'!"}'}
        )
        assert {f.code for f in found(files)} == {"F601"}


def test_a_schema_that_refers_to_itself_stays_linear() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": False,
        "properties": {"id": {"pattern": "(a+)+$"}, "in": {"$ref": "#"}},
    }  # fmt: skip
    files = bags.package(
        {
            "record.schema.json": json.dumps(schema).encode(),
            "documents/d1.json": b'{"in": {"id": "' + b"a" * 60 + b'!"}}',
        }
    )
    assert [f.code for f in found(files)] == ["F603", "F603"]
