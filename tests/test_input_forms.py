"""The forms in which documents come: for each a small one, and the record that a user expects of it."""

import pytest

from pipeline.manifest import DocumentFacts
from pipeline.model import Document
from pipeline.parsing.text import Parsed, parse

TELEGRAM = """\
12. Telegram From the Embassy in France to the Department of State{mark}1

Paris, May 3, 1957—5 p.m.

1933. The Minister called.2 He had [Page 41] read the note of July 303 at last.

Houghton
  1. Source: Department of State, Central Files, 651.00/5–357. Secret.
  2. Not printed.
  3. See Document 9."""


def parsed(text: str, name: str = "d12.txt", **facts: str) -> Parsed:
    return parse(text.encode(), name, volume="frus1955-57v27", facts=DocumentFacts.model_validate(facts))


def read(text: str, name: str = "d12.txt", **facts: str) -> Document:
    document = parsed(text, name, **facts).document
    assert document is not None
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, b.text) for b in document.blocks]


def notes(document: Document) -> list[tuple[str | None, str, int | None, int | None]]:
    return [(n.marker, n.kind, n.block_ordinal, n.anchor_offset) for n in document.notes]


def people(document: Document) -> list[tuple[str | None, str | None, str | None]]:
    return [(p.name, p.role, p.group) for p in document.participants]


def pages(document: Document) -> list[tuple[str, int | None, int | None]]:
    return [(p.page, p.block_ordinal, p.offset) for p in document.page_breaks]


def written(text: str, form: str) -> str:
    """The same document in another form of file."""
    return {
        "as it is": text,
        "CRLF": text.replace("\n", "\r\n"),
        "CR": text.replace("\n", "\r"),
        "byte order mark": f"\ufeff{text}",
        "no-break indents": text.replace("\n  ", "\n\u00a0\u00a0"),
        "no-break spaces in words": text.replace("the Embassy", "the\u00a0Embassy").replace(
            "[Page 41]", "[Page\u00a041]"
        ),
        "marker after a space": text.replace("State1", "State 1"),
        "marker after a no-break space": text.replace("State1", "State\u00a01"),
        "blank line before the notes": text.replace("Houghton\n", "").replace("last.\n\n", "last.\n\n\n"),
    }[form]


@pytest.mark.parametrize(
    "form",
    [
        "as it is",
        "CRLF",
        "CR",
        "byte order mark",
        "no-break indents",
        "no-break spaces in words",
        "marker after a space",
        "marker after a no-break space",
        "blank line before the notes",
    ],
)
def test_a_telegram_with_its_dateline(form: str) -> None:
    document = read(written(TELEGRAM.format(mark=""), form))
    assert (document.document_id, document.number, document.kind) == ("frus1955-57v27/d12", "12", "telegram")
    assert (document.sender, document.recipient) == ("the Embassy in France", "the Department of State")
    assert (document.message_number, document.date, document.place) == ("1933", "1957-05-03", "Paris")
    kinds = ["title", "dateline", "paragraph", *(["signature"] if "Houghton" in written(TELEGRAM, form) else [])]
    assert [kind for kind, _ in blocks(document)] == kinds
    paragraph = "1933. The Minister called. He had read the note of July 30 at last."
    assert document.blocks[2].text == paragraph
    assert notes(document) == [
        ("1", "source", 1, len(document.title or "")),
        ("2", "note", 3, len("1933. The Minister called.")),
        ("3", "note", 3, paragraph.index(" at last")),
    ]
    assert pages(document) == [("41", 3, paragraph.index(" read") + 1)]
    assert [s.classification for s in document.source_notes] == ["Secret"]


def test_a_lost_dateline_leaves_date_and_place_empty() -> None:
    document = read(TELEGRAM.format(mark="").replace("Paris, May 3, 1957—5 p.m.\n\n", ""))
    assert (document.date, document.place, document.message_number) == (None, None, "1933")
    assert [n.marker for n in document.notes if n.anchor_start is not None] == ["1", "2", "3"]


def test_a_note_whose_marker_went_with_the_dateline_stays_without_anchor() -> None:
    lost = "3. Letter From A to B1\n\nHe came.3 He went.4\n\n  1. Source: Department of State.\n  2. The time is wrong."
    document = read(f"{lost}\n  3. Not printed.\n  4. Not found.", "d3.txt")
    assert [(m, block) for m, _, block, _ in notes(document)] == [("1", 1), ("2", None), ("3", 2), ("4", 2)]


@pytest.mark.parametrize(
    ("name", "facts", "number", "codes"),
    [
        ("d77.txt", {}, "77", ["P201"]),
        ("talk.txt", {"number": "78"}, "78", ["P201"]),
        ("talk.txt", {}, None, ["P201"]),
        ("d77.txt", {"number": "78"}, "78", ["P201", "P202"]),
    ],
)
def test_a_heading_without_number(name: str, facts: dict[str, str], number: str | None, codes: list[str]) -> None:
    found = parsed("Memorandum of Conversation\n\nThey spoke.", name, **facts)
    assert found.document is not None
    assert (found.document.number, found.document.title) == (number, "Memorandum of Conversation")
    assert found.document.document_id == f"frus1955-57v27/{f'd{number}' if number else 'talk'}"
    assert sorted(f.code for f in found.findings) == codes


def test_a_page_break_before_the_heading() -> None:
    document = read("[Page 210]\n\n100. Letter From Rusk to Gromyko1\n\nDear Sir.\n\n  1. Source: Department of State.")
    assert (document.number, document.title) == ("100", "100. Letter From Rusk to Gromyko")
    assert pages(document) == [("210", None, None)]
    assert notes(document) == [("1", "source", 1, 32)]


@pytest.mark.parametrize("kind", ["", "Facsimile ", "Typeset "])
def test_page_breaks_of_every_kind(kind: str) -> None:
    text = f"1. Letter From A to B\n\n[{kind}Page 3] [{kind}Page 4]\n\nHe wrote to [{kind}Page XIV] them.\n\n"
    document = read(f"{text}CC\n\n  • All\n[{kind}Page 39]\n\nSo it was.", "d1.txt")
    assert pages(document) == [("3", None, None), ("4", None, None), ("XIV", 2, 12), ("39", None, None)]
    assert blocks(document)[1:] == [
        ("paragraph", "He wrote to them."),
        ("list_head", "CC"),
        ("list_item", "All"),
        ("paragraph", "So it was."),
    ]


def test_nested_lists_give_the_groups_of_those_present() -> None:
    present = "  • United States\n\n    • The Secretary\n    • Mr. Bohlen, Adviser\n\n  • France\n\n    • M. Alphand"
    document = read(f"9. Memorandum\n\nSUBJECT\n\n  • Berlin\n\nPARTICIPANTS\n\n{present}\n\nThe Secretary spoke.")
    assert document.subject == ("Berlin",)
    assert people(document) == [
        (None, "The Secretary", "United States"),
        ("Mr. Bohlen", "Adviser", "United States"),
        ("M. Alphand", None, "France"),
    ]
    assert [k for k, _ in blocks(document)].count("list_head") == 4


def test_flat_labels_give_the_groups_of_those_present() -> None:
    items = ["United States", "The Secretary", "Mr. Bohlen, Adviser", "France", "Ambassador Alphand"]
    listed = "".join(f"  • {item}\n" for item in items)
    document = read(f"9. Memorandum of Conversation\n\nPARTICIPANTS\n\n{listed}\nThe Secretary spoke.")
    assert [p.text for p in document.participants] == items
    assert [g for name, role, g in people(document) if name or role] == ["United States", "United States", "France"]


def test_a_list_within_a_paragraph() -> None:
    document = read(
        "9. Letter From A to B\n\nThe points were:\n\n  • peace\n  • trade\nand nothing more.1\n\n  1. Not printed."
    )
    assert blocks(document)[1:] == [
        ("paragraph", "The points were:"),
        ("list_item", "peace"),
        ("list_item", "trade"),
        ("paragraph", "and nothing more."),
    ]
    assert notes(document) == [("1", "note", 5, 17)]


def test_a_list_that_touches_the_notes() -> None:
    document = read(
        "9. Letter From A to B\n\nThe points were:\n\n  • peace1\n  • trade2\n  1. Not printed.\n  2. Not found."
    )
    assert notes(document) == [("1", "note", 3, 5), ("2", "note", 4, 5)]


def test_a_labelled_list_keeps_its_lines() -> None:
    listed = "First point\nThere shall be peace.\nSecond point\nThere shall be trade.1"
    document = read(f"9. Letter From A to B\n\n{listed}\n\nSo he said.\n\n  1. Not printed.")
    assert blocks(document)[1:] == [("paragraph", listed.removesuffix("1")), ("paragraph", "So he said.")]


def test_a_table_with_its_caption_and_a_note_in_a_cell() -> None:
    rows = "TRADE IN MILLIONS\n\t\t1957\t\t1958\nExports\t\t12\t\t{}\nImports\t\t9\t\t8"
    document = read(f"9. Report\n\nHe gave figures.\n\n{rows.format(141)}\n\nSo he said.\n\n  1. Preliminary.")
    assert blocks(document)[2:] == [("table", rows.format(14)), ("paragraph", "So he said.")]
    assert notes(document) == [("1", "note", 3, rows.index("{}") + 2)]


def test_a_note_of_several_paragraphs() -> None:
    source = [
        "Source: Department of State, Central Files. Secret.",
        "A copy is in the Eisenhower Library.",
        "It is lost.",
    ]
    listed = "\n\n    ".join(source)
    document = read(f"9. Letter From A to B1\n\nHe came.2\n\n  1. {listed}\n\n  2. Not printed.")
    assert [n.text for n in document.notes] == ["\n\n".join(source), "Not printed."]
    assert [a.collection for a in document.archival_sources] == ["Central Files"]


def test_a_lost_list_of_notes_is_told_and_no_note_is_made_up() -> None:
    found = parsed("9. Letter From A to B\n\nHe agreed.1 She did not.2")
    assert found.document is not None
    assert found.document.notes == ()
    assert found.document.blocks[1].text == "He agreed.1 She did not.2"
    assert [f.code for f in found.findings if f.code != "P202"] == ["P403", "P403"]


def test_two_markers_in_the_heading_are_of_a_summary_and_the_source_note() -> None:
    heading = "14. Telegram From the Embassy in Iran to the Department of State"
    text = (
        f"{heading}12\n\nTehran, May 3, 1978, 1130Z.\n\nHe came.3\n\n  1. The Ambassador reported.\n  2. Source: Carter"
    )
    document = read(f"{text} Library, Country File. Secret.\n  3. Not found.", "d14.txt")
    assert (document.title, document.recipient) == (heading, "the Department of State")
    assert notes(document) == [
        ("1", "summary", 1, len(heading)),
        ("2", "source", 1, len(heading)),
        ("3", "note", 3, 8),
    ]
    assert [s.note_id for s in document.source_notes] == ["frus1955-57v27/d14fn2"]


def test_markers_that_begin_at_0() -> None:
    text = "280. Memorandum of Conversation0\n\nHe came.1\n\n  1. Source: Department of State.\n  2. Not printed."
    document = read(text, "d280.txt")
    assert document.title == "280. Memorandum of Conversation"
    assert notes(document) == [("0", "source", 1, 31), ("1", "note", 2, 8)]
    assert [n.list_number for n in document.notes] == [1, 2]


def test_a_heading_of_two_names_and_markers_that_begin_again_on_each_page() -> None:
    heading = "The Minister in Norway (Biddle) to the Secretary of State"
    body = "Oslo, May 3, 1938.\n\nThe first.1 The second.2\n\n[Page 12]\n\nThe third.1"
    document = read(f"{heading}\n\n{body}\n\n  1. Not printed.\n  2. Not found.\n  3. See the Supplement.", "d6.txt")
    assert (document.number, document.kind) == ("6", "correspondence")
    assert (document.sender, document.recipient) == ("The Minister in Norway (Biddle)", "the Secretary of State")
    assert (document.date, document.place) == ("1938-05-03", "Oslo")
    assert notes(document) == [("1", "note", 3, 10), ("2", "note", 3, 22), ("1", "note", 4, 10)]
    assert len({n.note_id for n in document.notes}) == 3


def test_symbols_as_markers_lose_nothing() -> None:
    found = parsed(
        "Mr. Seward to Mr. Adams\n\nThe first.* The second.†\n\n  1. Not printed.\n  2. Not found.", "d6.txt"
    )
    assert found.document is not None
    assert found.document.blocks[1].text.startswith("The first.")
    assert [n.text for n in found.document.notes] == ["Not printed.", "Not found."]


@pytest.mark.parametrize("form", ["text", "title"])
def test_an_editorial_note_has_no_source(form: str) -> None:
    text = {
        "text": "19. Editorial Note\n\nOn May 3 the President spoke.1\n\n  1. Not printed.",
        "title": "Editorial Note",
    }[form]
    document = read(text, "d19.txt")
    assert (document.kind, document.sender, document.source_notes) == ("editorial note", None, ())


def test_a_file_line_above_the_heading() -> None:
    heading = "The Acting Representative at the United Nations (Jessup) to the Secretary of State"
    opening = f"501.BB/4–1348: Telegram\n\n{heading}1\n\nNew York, April 13, 1948—5 p.m.\n[Received 8:10 p.m.]\nsecret"
    document = read(
        f"{opening}\n\n233. The Department agrees.2\n\nJessup\n  1. By Mr. Ross.\n  2. Not printed.", "d5.txt"
    )
    assert (document.title, document.kind, document.message_number) == (heading, "telegram", "233")
    assert (document.sender, document.recipient) == (heading.split(" to ", maxsplit=1)[0], "the Secretary of State")
    assert (document.date, document.time, document.place) == ("1948-04-13", "17:00", "New York")
    assert blocks(document) == [
        ("paragraph", "501.BB/4–1348: Telegram"),
        ("title", heading),
        ("dateline", "New York, April 13, 1948—5 p.m."),
        ("other", "[Received 8:10 p.m.]\nsecret"),
        ("paragraph", "233. The Department agrees."),
        ("signature", "Jessup"),
    ]
    assert notes(document) == [("1", "note", 2, len(heading)), ("2", "note", 5, 27)]


@pytest.mark.parametrize(
    "file_line", ["501.BB/8–348", "740.0011 Pacific War/1704", "IO Files: US(P)/A/C.1/153", "[Extract]"]
)
def test_a_line_above_tells_nothing_of_a_heading_that_names_its_kind(file_line: str) -> None:
    document = read(
        f"{file_line}\n\nMemorandum by Mr. Leith\n\nsecret\n\n[Washington,] August 3, 1948.\n\nHe came.", "d6.txt"
    )
    assert (document.title, document.kind) == ("Memorandum by Mr. Leith", "memorandum")
    assert (document.date, document.place) == ("1948-08-03", "Washington")


def test_numbers_above_the_heading_and_above_the_dateline() -> None:
    opening = (
        "No. 11.\n\nMr. Jones to Mr. Fish.\n\nNo. 76.]\n\nLegation of the United States,\nBrussels, November 15, 1870."
    )
    document = read(f"{opening}\n\nSir: I inclose a circular.", "d11.txt")
    assert (document.title, document.kind, document.message_number) == (
        "Mr. Jones to Mr. Fish.",
        "correspondence",
        "76",
    )
    assert (document.sender, document.recipient) == ("Mr. Jones", "Mr. Fish")
    assert (document.date, document.place) == ("1870-11-15", "Legation of the United States, Brussels")


def test_where_a_date_is_from() -> None:
    heading = "5. Memorandum of a Conversation, Bonn, May 4, 1957, 11 a.m.–2 p.m."
    texts = [f"{heading}\n\nBonn, May 5–6, 1957.\n\nHe came.", f"{heading}\n\nHe came."]
    texts += ["5. Paper\n\nWashington, undated.\n\nHe came.", "5. Paper\n\nHe came."]
    found = [read(text, "d5.txt") for text in texts]
    assert [(d.date, d.date_end, d.time, d.date_source) for d in found] == [
        ("1957-05-05", "1957-05-06", None, "dateline"),
        ("1957-05-04", None, "11:00", "heading"),
        (None, None, None, "undated"),
        (None, None, None, None),
    ]
    told = read(texts[1], "d5.txt", date="1957-05-04")
    assert (told.date, told.time, told.date_source) == ("1957-05-04", "11:00", "package.toml")
    told = read(texts[1], "d5.txt", date="1957-06")
    assert (told.date, told.time, told.date_source) == ("1957-06", None, "package.toml")
