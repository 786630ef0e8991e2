"""The properties of the text reader, from the weakest to the strongest."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from documents import Expected, documents
from pipeline.findings import Placed, TextLocator
from pipeline.manifest import DocumentFacts
from pipeline.model import Block, Document
from pipeline.parsing.segments import cut
from pipeline.parsing.text import Parsed, parse
from pipeline.validate import validate_document

SHARDS = st.text(max_size=3) | st.sampled_from([
    " ", "\u00a0", "\x1c", "٥", "0", "99", "2460 hours", "February 30, 1961", "[", "]", "[Page  ]", "[Page [ ]]",
    "(", ")", ",", ";", ":", ".", "–", "“", "•", "\n", "\n\n", "  1. ", "  ,. ", "Source:", " Ibid.,", "Document ",
    "Documents 9–", "footnote ", "vol. ", "p. ", "telegram ", "No. ", "SUBJECT", "PARTICIPANTS\n\n", "[Attachment]",
    "From", " to ", "at ", "dated ", "&",
])  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A document with pieces cut out and others put in their place."""
    _, text = draw(documents())
    for at, length, shard in draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), SHARDS), max_size=9)):
        place = int(at * len(text))
        text = text[:place] + shard + text[place + length :]
    return text


TEXTS = (
    st.text()
    | st.text(alphabet="1230٥５.•[]Page \t\n\r\u00a0\ufeff“”abS:")
    | documents().map(lambda d: d[1])
    | damaged()
)


def read(text: str) -> Document:
    parsed = parse(text.encode("utf-8", "surrogatepass"), "d1.txt")
    assert parsed.document is not None
    return parsed.document


@given(st.binary() | TEXTS.map(lambda t: t.encode("utf-8", "replace")))
@example(b"")
@example(b"\xff\xfe1\x00")
@example(b"280. Title\x00")
@example("\ufeff".encode())
@example(b"1. Letter\n\nText. [Page   ] More.")
def test_total_any_bytes_give_a_document_or_a_finding(data: bytes) -> None:
    parsed = parse(data, "d1.txt")
    assert isinstance(parsed, Parsed)
    assert parsed.document is not None or parsed.findings


@given(TEXTS)
@example("a\x0bb\x85c\u2028d")
def test_lossless_lines_tile_the_text(text: str) -> None:
    at = 0
    for line in cut(text):
        assert line.start == at <= line.first <= line.last <= line.end
        assert line.start < line.end
        at = line.end
    assert at == len(text)


def span(record: Placed) -> tuple[int, int]:
    assert record.start is not None
    assert record.end is not None
    return record.start, record.end


def places(document: Document) -> list[tuple[int, int]]:
    found = [span(b) for b in document.blocks] + [span(n) for n in document.notes]
    return sorted(found + [span(p) for p in document.page_breaks if p.block_ordinal is None])


@given(TEXTS.filter(lambda t: "\0" not in t).map(lambda t: t.encode("utf-8", "replace").decode()))
@example("A\n\n  1. a\n\nstray\n  2. b")
@example("  1.")
def test_lossless_every_visible_character_is_in_a_record(text: str) -> None:
    covered = bytearray(len(text))
    for start, end in places(read(text)):
        assert 0 <= start <= end <= len(text)
        covered[start:end] = b"\1" * (end - start)
    left = "".join(c for c, seen in zip(text, covered, strict=True) if not seen)
    assert not re.sub(r"\s|•|\ufeff|(?<!\d)\d{1,5}\.", "", left), "only layout lies outside the records"


@given(TEXTS.filter(lambda t: "\0" not in t).map(lambda t: t.encode("utf-8", "replace").decode()))
def test_spans_are_in_order_and_hold_the_text(text: str) -> None:
    document = read(text)
    for one, other in zip(document.blocks, document.blocks[1:], strict=False):
        assert span(one)[1] <= span(other)[0]
    for note in document.notes:
        if note.anchor_start is not None:
            assert text[note.anchor_start : note.anchor_end] == note.marker
    for item in document.page_breaks:
        assert item.page in text[slice(*span(item))]
    for reference in document.references:
        assert text[span(reference)[0]] == reference.text[0]
        assert text[span(reference)[1] - 1] == reference.text[-1]
    for source in document.archival_sources:
        assert text[span(source)[0]] == source.text[0]


def content(document: Document) -> Expected:
    return Expected(
        number=document.number or "",
        blocks=[(b.kind, b.text) for b in document.blocks],
        notes=[(n.marker or "", n.text) for n in document.notes],
        anchors=[
            (n.marker or "", n.block_ordinal or 0, n.anchor_offset or 0) for n in document.notes if n.block_ordinal
        ],
        pages=[(p.page, p.block_ordinal) for p in document.page_breaks],
    )


@given(documents())
def test_grammar_what_is_written_is_read(drawn: tuple[Expected, str]) -> None:
    expected, text = drawn
    document = read(text)
    assert content(document) == expected
    for block in document.blocks:
        start, end = span(block)
        assert text[start].strip() or (block.kind == "table" and text[start] == "\t")
        assert text[end - 1].strip()


@given(documents(eols=("\n",)))
def test_line_ends_and_byte_order_mark_change_only_places(drawn: tuple[Expected, str]) -> None:
    _, text = drawn
    plain = content(read(text.removeprefix("\ufeff")))
    for other in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), "\ufeff" + text.removeprefix("\ufeff")):
        assert content(read(other)) == plain


def test_a_page_break_between_two_paragraphs_of_a_note_is_one_page_break() -> None:
    document = read(
        "1. Title1\n\nThe talks went on.2\n\n  1. Not printed.\n\n[Page 3]\n\n    A copy is here.\n  2. See below.\n"
    )
    assert [(p.ordinal, p.page, p.block_ordinal) for p in document.page_breaks] == [(1, "3", None)]


@given(documents(eols=("\n",)))
def test_no_break_spaces_read_as_blanks(drawn: tuple[Expected, str]) -> None:
    _, text = drawn
    spaced = re.sub(r"(?m)^( +)(?=•|\d+\. |\S)", lambda m: "\u00a0" * len(m[1]), text)
    assert content(read(spaced)) == content(read(text))


@given(documents(eols=("\n",)), st.data())
def test_local_damage_stays_local(drawn: tuple[Expected, str], data: st.DataObject) -> None:
    _, text = drawn
    paragraphs = list(re.finditer(r"(?m)^[A-Z].{25,}$", text))
    assume(paragraphs)
    target = data.draw(st.sampled_from(paragraphs))
    damage = data.draw(st.text(alphabet="abcxyz,“”\u0007\ufffd ", min_size=1, max_size=20))
    before, after = read(text), read(text[: target.start()] + damage.strip() + "X" + text[target.start() :])
    kept = {(b.kind, b.text) for b in before.blocks if not span(b)[0] <= target.start() < span(b)[1]}
    assert kept - {("dateline", b.text) for b in before.blocks} <= {(b.kind, b.text) for b in after.blocks}
    assert [n.text for n in before.notes] == [n.text for n in after.notes]
    assert [p.page for p in before.page_breaks] == [p.page for p in after.page_breaks]


@pytest.mark.parametrize(
    ("title", "base", "count"),
    [
        ("1. National Security Action Memorandum No. 551", 1, 1),
        ("1. National Security Action Memorandum No. 55", 1, 0),
        ("1. Memorandum for the Record0", 0, 1),
        ("1. Memorandum for the Record 10", 1, 0),
        ("1. Paper Prepared in the Department of State12", 1, 2),
    ],
)
def test_heading_that_ends_in_digits_is_read_by_the_number_of_notes(title: str, base: int, count: int) -> None:
    notes = "".join(
        f"\n  {i + 1}. {'Source: Department of State.' if i == 0 else 'Not printed.'}" for i in range(count)
    )
    document = read(f"{title}\n\nSome text.\n{notes}")
    assert [n.marker for n in document.notes] == [str(base + i) for i in range(count)]
    assert all(n.anchor_start is not None and n.anchor_start < len(title) for n in document.notes)
    assert (document.title or "").startswith("1. ")
    assert len(document.title or "") == len(title) - count - (title.endswith(" 0") or 0)


def test_marker_glued_to_a_date_is_told_from_the_day() -> None:
    document = read("5. Letter\n\nHe wrote on July 301 and on July 31 again.\n\n  1. Not printed.")
    note = document.notes[0]
    assert (note.marker, document.blocks[1].text) == ("1", "He wrote on July 30 and on July 31 again.")


def test_note_without_a_certain_marker_stays_without_anchor() -> None:
    parsed = parse(b"5. Letter\n\nThere is none here.\n\n  1. Not printed.", "d5.txt")
    assert parsed.document is not None
    assert parsed.document.notes[0].anchor_start is None
    assert [f.code for f in parsed.findings] == ["P402"]


def test_date_is_never_taken_from_a_note() -> None:
    document = read("5. Letter\n\nText.1\n\n  1. Dated October 12, 1957.")
    assert document.date is None


def test_date_comes_from_package_toml_then_dateline_then_heading() -> None:
    text = b"5. Memorandum of a Conversation, Bonn, May 4, 1957\n\nBonn, May 5, 1957.\n\nText."
    told = parse(text, "d5.txt", facts=DocumentFacts.model_validate({"date": "1957-05"})).document
    assert told is not None
    assert told.date == "1957-05"
    assert read(text.decode()).date == "1957-05-05"
    assert read("5. Memorandum of a Conversation, Bonn, May 4, 1957\n\nText.").date == "1957-05-04"


def test_list_within_a_note_is_of_that_note_and_told() -> None:
    listed = "  1. Source: Department of State.\n  2. The points were:\n  1. peace\n  2. trade\n  3. Not found."
    parsed = parse(f"5. Letter0\n\nText.1 More.2\n\n{listed}".encode(), "d5.txt")
    assert parsed.document is not None
    notes = [(n.marker, n.kind, " ".join(n.text.split())) for n in parsed.document.notes]
    assert [(m, k) for m, k, _ in notes] == [("0", "source"), ("1", "note"), ("2", "note")]
    assert notes[1][2].startswith("The points were:")
    assert notes[2][2] == "Not found."
    assert "P302" in {f.code for f in parsed.findings}


def test_only_ascii_digits_number_a_document() -> None:
    for text in ("٥. Letter\n\nHi.", "５. Letter\n\nSee Document ١٢."):
        parsed = parse(text.encode(), "d٥.txt", volume="frus1961-63v11")
        assert parsed.document is not None
        assert parsed.document.number is None


@pytest.mark.parametrize(
    "text",
    [
        "1. " + "x" * 10_000_000,
        "1. Title\n\n" + "12 " * 10_000 + "\n\n" + "\n".join(f"  {i}. Not printed." for i in range(1, 401)),
        "1. Title\n\nText.\n\n" + "\n".join(f"  {i}. Not printed." for i in range(1, 401)),
        "[Page 1] " * 50_000,
        "  • a\n" * 50_000,
        " " * 1_000_000 + "\n" + "\t" * 100_000,
        "(" * 200_000,
        "Documents " + "1, " * 100_000,
        "Ibid., " * 50_000,
        "1. T0\n\n  1. Source: " + "Department of State, " * 20_000 + ". Secret. Drafted by " + "A and " * 20_000,
    ],
    ids=["long-line", "digits", "no-markers", "pages", "bullets", "blanks", "brackets", "numbers", "ibid", "source"],
)
def test_hostile_input_comes_to_an_end(text: str) -> None:
    assert read(text).document_id == "d1"


@given(st.text(alphabet="aé€â™ÃÂ\x07\x1f\x7f\x85\x9d\xa0\xbf\ufffd\ud800 –\t\r\n", max_size=12))
@example("aâ€")
@example("\x80")
def test_lost_and_misread_characters_are_told_wherever_they_stand(text: str) -> None:
    found = {f.code for f in validate_document(read("1. Letter\n\nText."), TextLocator("d1.txt", text))}
    controls = [c for c in text if unicodedata.category(c) == "Cc" and c not in "\t\n\r"]
    assert ("V103" in found) == bool(controls)
    assert ("V104" in found) == ("\ufffd" in text)
    assert ("V105" in found) == bool(re.search("â€|[ÃÂ][\xa0-\xbf]", text))


def test_records_made_together_are_those_made_one_by_one() -> None:
    rows: list[dict[str, Any]] = [{"ordinal": n, "kind": "paragraph", "text": f"Text {n}"} for n in (1, 2)]
    assert Block.many(rows) == tuple(Block(**row) for row in rows)
    with pytest.raises(ValueError, match="greater_than_equal"):
        Block.many([*rows, {**rows[0], "ordinal": 0}])
