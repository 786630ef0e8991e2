"""What is written as most is: the verifier reads it in a quicker way, and the same as in the slow one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from pipeline.verifying.records import JSONError, Records, RecordSchema, read_json
from pipeline.verifying.report import Report

# ---- records

TEXTS = st.text(max_size=4) | st.sampled_from(["\ud800", "é\x7f\x00", "😀", "\\", '"', "/", "\u2028", "\ufeff"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
WRITERS: list[Callable[[Any], str]] = [
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False),
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    lambda value: json.dumps(value, ensure_ascii=False, indent=2),
]
ODD = [
    b"-0", b"-0.0", b"1.0", b"1e5", b"1E400", b"5e-324", b"1e16", b"9" * 4300, b"-" + b"9" * 4300, b"9" * 4301,
    b"NaN", b"-Infinity", b"01", b"1.", b'"\\u0000"', b'"\\u001F"', b'"\\ud800"', b'"\xed\xa0\x80"', b'"\x01"',
    b'"\xff"', b"[1,]", b"\xef\xbb\xbf1", b"", b" 1", b"1 ", b"1 2", b'{"a":1,"a":1}', b'{"a":{"b":[{"c":1,"c":2}]}}',
    b'{"\\u0061":1,"a":1}', *(b"[" * depth + b"]" * depth for depth in (100, 199, 200, 201, 202, 300, 5000)),
]  # fmt: skip


def told(read: Callable[[bytes], object], content: bytes) -> str:
    try:
        return repr(read(content))
    except JSONError as error:
        return f"error: {error}"


def reader(*, lines: bool = True) -> Callable[[bytes], object]:
    return Records("r", RecordSchema({}), Report(), lines=lines)._value  # noqa: SLF001 - the quicker way


@settings(max_examples=300, deadline=None)
@given(VALUES, st.sampled_from(WRITERS), st.sampled_from(["", "\n", "\r\n", " \n"]), st.booleans(), st.data())
def test_values_are_read_alike(
    value: Any, write: Callable[[Any], str], end: str, lines: bool, data: st.DataObject
) -> None:
    content = f"{write(value)}{end}".encode(errors="surrogatepass")
    cut = data.draw(st.integers(0, len(content)))
    for one in (content, content[:cut], content[:cut] + b'"' + content[cut:]):
        assert told(reader(lines=lines), one) == told(read_json, one)


@pytest.mark.parametrize("content", ODD, ids=lambda content: repr(content[:12]))
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_odd_values_are_read_alike(content: bytes, end: bytes) -> None:
    assert told(reader(), content + end) == told(read_json, content + end)


def test_what_is_written_in_another_way_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read, usual, other = reader(), to_json({"a": [1, None]}), b'{"a": [1, null]}'
    asked: list[bytes] = []
    monkeypatch.setattr("pipeline.verifying.records.read_json", asked.append)
    for content in (usual, usual + b"\r\n", other, usual):
        read(content)
    assert asked == [other, usual]
