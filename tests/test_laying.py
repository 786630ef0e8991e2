"""What is kept of a document between the halves of the work gives all of it back."""

import csv
import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.laying import lay_out, reference_lines, take_up, without_parts
from pipeline.model import TABLES, Document
from pipeline.package.tables import lines
from pipeline.parsing.text import parse

WORDS = st.lists(
    st.sampled_from(
        [
            "See Document 2.",
            '"references":[]',
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


@given(WORDS, WORDS)
def test_a_document_that_was_kept_is_the_same(words: list[str], noted: list[str]) -> None:
    text = f"1. Letter\n\n{' '.join(words)} See Document 12.1\n\n  1. Source: {' '.join(noted)}"
    document = parse(text.encode(), "d1.txt", volume="frus1961-63v11").document
    assert document is not None
    laid = take_up(lay_out(document))
    assert laid.whole() == document
    assert laid.record("lines") == document.model_dump_json().encode() + b"\n"
    assert laid.record("files") == document.model_dump_json(indent=2).encode() + b"\n"
    told = laid.tables | {"references": reference_lines([laid.document])}
    assert told == {t.name: lines(t, [document]) for t in TABLES if t.of == "document"}
    for rows in told.values():
        assert rows == as_csv_writes(rows)
    assert laid.rows == {t.name: len(t.parts(document)) for t in TABLES if t.name in laid.rows}
    assert without_parts(laid.document) == without_parts(document)


def test_resolved_references_take_the_place_of_those_that_were_kept() -> None:
    document = parse(b"1. Letter\n\nSee Documents 2 and 3.", "d1.txt", volume="frus1961-63v11").document
    assert document is not None
    laid = take_up(lay_out(document))
    references = tuple(replace(r, status="broken") for r in document.references)
    done = laid.resolved(references)
    assert len(references) == 2
    assert Document.model_validate_json(done.record("lines")) == document.model_copy(update={"references": references})
