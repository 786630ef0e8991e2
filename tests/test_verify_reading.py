"""What is written as most is: the verifier reads it in a quicker way, and the same as in the slow one."""

import csv
import io
import json
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from conftest import at_least
from pipeline.verifying import rows
from pipeline.verifying.records import JSONError, Records, RecordSchema, read_json
from pipeline.verifying.report import Report
from pipeline.verifying.rows import Rows, split_rows

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


def work(call: Callable[..., object], *arguments: object) -> int:
    """How many calls a call takes, and ends of them: what it costs, by a measure that is the same each time."""
    events = count()
    sys.setprofile(lambda *_: next(events) and None)
    try:
        call(*arguments)
    finally:
        sys.setprofile(None)
    return next(events)


@at_least(300)
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


def test_what_is_written_in_another_way_is_not_tried_again() -> None:
    read, usual, other = reader(), to_json({"a": [1, None]}), b'{"a": [1, null]}'
    assert work(read, usual) == work(read, usual + b"\r\n") < work(read_json, usual)
    tried, again = work(read, other), work(read, other)
    assert again < tried
    assert work(read, usual) <= again


# ---- rows


CELLS = st.text('a,"\r\n é“\x00', max_size=6)
LINES = st.lists(
    st.lists(CELLS | CELLS.map(lambda cell: '"' + cell.replace('"', '""') + '"'), min_size=1, max_size=4).map(",".join),
    max_size=8,
)
Found = tuple[list[tuple[list[str], int]], str, int]


def in_batches(content: bytes, dialect: dict[str, Any]) -> Found:
    """The rows with their lines, the fault at their end, and the lines that were read."""
    reader = Rows(io.BytesIO(content), "utf-8", dialect)
    found: list[tuple[list[str], int]] = []
    fault = ""
    try:
        header = reader.header()
        if header is not None:
            found.append((header, 1))
        for batch in reader:
            assert batch[0]
            found += zip(*batch, strict=True)
    except (csv.Error, UnicodeError) as error:
        fault = repr(error)
    return found, fault, reader.line


def one_by_one(content: bytes) -> Found:
    """The same, as the csv module tells it."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), strict=True)
    found: list[tuple[list[str], int]] = []
    line, fault = 1, ""
    try:
        for row in reader:
            found.append((row, line))
            line = reader.line_num + 1
    except (csv.Error, UnicodeError) as error:
        fault = repr(error)
    return found, fault, reader.line_num


@at_least(500)
@given(
    LINES, st.sampled_from(["\r\n", "\n"]), st.sampled_from(["", "\r\n", "\n", "\r", "\n\n", '"']), st.integers(1, 20)
)
def test_rows_are_read_alike(lines: list[str], ending: str, end: str, block: int) -> None:
    content = (ending.join(lines) + end).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "BLOCK", block)
        assert in_batches(content, {}) == one_by_one(content)
        assert in_batches(content, {"quotechar": '"', "escapechar": None}) == one_by_one(content)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("", ([], [])),
        ('a,b\r\n"c\n","""",""\n', ([["a", "b"], ["c\n", '"', ""]], [1, 2])),
        ('"a""b\r\n",c', ([['a"b\r\n', "c"]], [2])),
        ('a"b"\n', None),
        ('"a"b\n', None),
        ('"a\n', None),
        ("a\n\nb\n", None),
        ("a\rb\n", None),
    ],
)
def test_rows_of_the_usual_form_are_split(text: str, split: object) -> None:
    assert split_rows(text) == split


def test_a_block_that_ends_within_a_row_is_followed_by_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 1000)
    within, usual = (b'a,"' + b"b" * 990 + last for last in (b'bbbbb\n"\r\n', b'"\r\nbb,bb\r\n'))
    further = b"d,e\r\n" * 4000
    assert in_batches(within + further, {}) == one_by_one(within + further)
    assert work(in_batches, within + further, {}) < 1.1 * work(in_batches, usual + further, {})


def test_rows_come_in_batches_whatever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 100)
    content = b'"a\nb"\n' * 1000
    batches = [len(batch) for batch, _ in Rows(io.BytesIO(content[1:]), "utf-8", {})]
    assert max(batches) < 50
