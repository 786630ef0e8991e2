"""What is kept of a document between the halves of the work gives all of it back."""

import csv
import io
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.laying import lay_out, take_up, without_parts
from pipeline.model import TABLES, Document, Mention, Note
from pipeline.package.tables import header, lines
from pipeline.parsing.text import parse

WORDS = st.lists(
    st.sampled_from(
        [
            "See Document 2.",
            '"references":[]',
            '"blocks":[',
            "\\",
            '\\"',
            "footnote 3, Document 2",
            "é\U0001f600",
            "{",
            "a,b",
            '","',
            "1",
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    max_size=12,
)


def as_csv_writes(lines: bytes) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(csv.reader(io.StringIO(lines.decode(), newline="")))
    return written.getvalue().encode()


def read(words: list[str], noted: list[str]) -> Document:
    text = f"1. Letter\n\n{' '.join(words)} See Document 12.1\n\n  1. Source: {' '.join(noted)}"
    document = parse(text.encode(), "d1.txt", volume="frus1961-63v11").document
    assert document is not None
    return document


@given(WORDS, WORDS, st.booleans())
def test_a_document_that_was_kept_is_the_same(words: list[str], noted: list[str], waits: bool) -> None:
    document = read(words, noted)
    kept = take_up(lay_out(document, waits=waits))
    assert kept.whole() == document
    assert kept.waits == waits
    assert without_parts(kept.document()) == without_parts(document)
    laid = kept.resolved(document) if waits else kept
    assert not laid.waits
    assert laid.whole() == document
    assert laid.record("lines") == document.model_dump_json().encode() + b"\n"
    assert laid.record("files") == document.model_dump_json(indent=2).encode() + b"\n"
    tables = [t for t in TABLES if t.of == "document"]
    assert laid.tables == {t.name: lines(t, document) for t in tables}
    for table in tables:
        rows = laid.tables[table.name]
        assert rows == as_csv_writes(rows)
        assert {len(row) for row in csv.reader(io.StringIO(rows.decode(), newline=""))} <= {len(table.columns)}
    assert laid.rows == {t.name: len(t.parts(document)) for t in tables}
    assert laid.statuses == Counter(r.status for r in document.references)


def test_references_that_wait_are_in_no_table_and_not_in_the_record() -> None:
    kept = take_up(lay_out(read([], []), waits=True))
    assert kept.document().references
    assert (kept.tables["references"], kept.rows["references"], kept.statuses) == (b"", 0, {})
    assert b'"references":[]' in kept.record("lines")


def test_resolved_references_take_the_place_of_those_that_were_kept() -> None:
    document = parse(b"1. Letter\n\nSee Documents 2 and 3.", "d1.txt", volume="frus1961-63v11").document
    assert document is not None
    references = tuple(replace(r, status="broken") for r in document.references)
    resolved = document.model_copy(update={"references": references})
    done = take_up(lay_out(document, waits=True)).resolved(resolved)
    assert len(references) == 2
    assert done.statuses == {"broken": 2}
    assert Document.model_validate_json(done.record("lines")) == resolved


def test_a_cell_with_a_sign_of_csv_is_quoted_whatever_column_it_is_in() -> None:
    mention = {"ordinal": 1, "kind": "person", "person_id": 'v/p_a,"b"', "term_id": "v/t,", "offset": 0, "text": "a\nb"}
    note = {"note_id": "v/d1fn1", "marker": "1,", "kind": "note", "text": "", "xml_id": '"'}
    document = read([], []).model_copy(update={"mentions": Mention.many([mention]), "notes": Note.many([note])})
    for table in (t for t in TABLES if t.name in ("mentions", "notes")):
        (row,) = csv.DictReader(io.StringIO((header(table) + lines(table, document)).decode(), newline=""))
        given = mention if table.name == "mentions" else note
        assert {name: row[name] for name in given} == {name: str(value) for name, value in given.items()}
