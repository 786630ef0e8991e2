"""Blocks of a body: heads, lists, groups, tables, bullets, signatures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document
from pipeline.parsing.text import parse

NOTES = "\n  1. Source: Department of State, Central Files. Secret."
LAST = "He would report.\n\n"


def read(body: str) -> Document:
    document = parse(f"9. Letter From Rusk to Gromyko1\n\n{body}".encode(), "d9.txt").document
    assert document is not None
    return document


def kinds(body: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(body).blocks[1:]]


def of_kind(body: str, kind: str) -> list[str]:
    return [text for found, text in kinds(body) if found == kind]


SIGNATURES = st.sampled_from(
    ["Rusk", "Dean Rusk", "C.A.H.", "John Smith\nSecretary", "G\nBrigadier General, USA", "JFD"]
)


@given(SIGNATURES, st.sampled_from(["", "\n[Page 109]", "\n[Page 768] [Page 769]", "\n[Page 7]\n[Page 8]"]))
def test_a_signature_touches_the_notes_or_the_page_breaks_before_them(name: str, pages: str) -> None:
    document = read(LAST + name + pages + NOTES)
    assert [(b.kind, b.text) for b in document.blocks[1:]] == [("paragraph", LAST.strip()), ("signature", name)]
    assert len(document.page_breaks) == pages.count("[")


@pytest.mark.parametrize(
    ("closer", "signatures"),
    [
        ("J.C. King\n\nChief, WHD", ["J.C. King"]),
        ("Sherman Kent\n\nChairman\nBoard of Estimates", ["Sherman Kent"]),
        ("Warren G. Magnuson\n\nHenry M. Jackson", ["Warren G. Magnuson", "Henry M. Jackson"]),
        ("JCT Jr.\n\nMcGB", ["JCT Jr.", "McGB"]),
        ("Approve\n\nDisapprove\n\nSee me\n\nWalt", ["Walt"]),
        ("Observe Presidential Handling.\n\nHerter", ["Herter"]),
        ("Sincerely yours,\n\nDean Rusk", ["Dean Rusk"]),
        ("Conclusion\n\nRusk", ["Rusk"]),
        ("2\nRAD", ["RAD"]),
        ("$3,000,000", []),
    ],
)
def test_closers_of_several_blocks(closer: str, signatures: list[str]) -> None:
    assert of_kind(LAST + closer + NOTES, "signature") == signatures


@pytest.mark.parametrize(
    ("closer", "signatures", "others"),
    [
        ("A. B. Smith\nChairman\nC. D. Jones\nStaff", ["A. B. Smith\nChairman", "C. D. Jones\nStaff"], []),
        (
            "Edward A. Low\n\nChairman\nOil Committee\nPhilip H. Tree\n\nDepartment of State",
            ["Edward A. Low", "Philip H. Tree"],
            ["Chairman\nOil Committee", "Department of State"],
        ),
        ("F. J. Brown 4\n\nRear Admiral, USN", ["F. J. Brown 4"], ["Rear Admiral, USN"]),
        ("JD Jr.\n\nMcG.B.", ["JD Jr.", "McG.B."], []),
        ("G.\nBrigadier General, USA", ["G.\nBrigadier General, USA"], []),
        ("Ann Rosen\nBriefing Officer", ["Ann Rosen\nBriefing Officer"], []),
    ],
)  # fmt: skip
def test_a_signature_names_one_person(closer: str, signatures: list[str], others: list[str]) -> None:
    assert of_kind(LAST + closer + NOTES, "signature") == signatures
    assert of_kind(LAST + closer + NOTES, "other") == others


def test_lines_that_touch_the_dateline_are_no_paragraphs() -> None:
    opening = "Washington, May 29, 1978\nDear Mr. President:\n\nI would like to put this before you."
    assert [kind for kind, _ in kinds(opening)] == ["dateline", "other", "paragraph"]
    remark = kinds("[Extract]\nParis, May 3, 1948.\nsecret\n\nHe came.")
    assert remark[:3] == [("other", "[Extract]"), ("dateline", "Paris, May 3, 1948."), ("other", "secret")]
    house = "Legation of the United States,\nBrussels, November 15, 1870."
    assert kinds(f"{house}\n\nSir: I came.")[0] == ("dateline", house)


@pytest.mark.parametrize("heading", ["Tab B", "Attachment", "Enclosure 1"])
def test_the_heading_of_an_attachment_is_no_head_of_a_list(heading: str) -> None:
    assert kinds(f"It is here.\n\n{heading}\n\n  • MEMORANDUM FOR\n  • The Secretary")[1] == ("paragraph", heading)
    assert kinds("It is here.\n\nEnclosures:\n\n  • A map")[1] == ("list_head", "Enclosures:")


def test_a_signature_that_touches_the_next_paper() -> None:
    letter = "The Secretary of State to the Speaker (Martin)\nWashington, March 17, 1948."
    further = "Dear Mr. Speaker: I came.\n\nG. C. Marshall\n[Page 4]\n[Enclosure]\nDraft"
    assert kinds(f"He agreed.\n\nLovett\n{letter}\n\n{further}")[:6] == [
        ("paragraph", "He agreed."),
        ("signature", "Lovett"),
        ("paragraph", "The Secretary of State to the Speaker (Martin)"),
        ("dateline", "Washington, March 17, 1948."),
        ("paragraph", "Dear Mr. Speaker: I came."),
        ("signature", "G. C. Marshall"),
    ]  # fmt: skip


def test_a_document_within_gives_no_date_to_the_whole() -> None:
    annex = "Annex 1\nNew York, January 27, 1948."
    document = read(f"First.\n\nSecond.\n\nThird.\n\nFourth.\n\n{annex}\n\nHe came.")
    assert ("dateline", "New York, January 27, 1948.") in [(b.kind, b.text) for b in document.blocks]
    assert (document.date, document.place) == (None, None)


@pytest.mark.parametrize("name", ["Bay", "Trygve Lie", "[Robert A.] L[ovett]"])
def test_a_signature_that_ends_a_document_without_notes(name: str) -> None:
    assert of_kind(LAST + name, "signature") == [name]
    assert not of_kind(LAST + "Attachment", "signature")


def test_a_signature_that_touches_a_list() -> None:
    item = "We need an answer on all of these points before the end of the next week."
    found = kinds(f"He said:\n\n1.\nThere is none.\n2.\n{item}\nLovett{NOTES}")
    assert found[1:] == [
        ("list_item", "1.\nThere is none."),
        ("list_item", f"2.\n{item}"),
        ("signature", "Lovett"),
    ]


@given(st.lists(st.sampled_from(["First, we must reduce inflation.", "Second, more aid;"]), min_size=1, max_size=4))
def test_a_bullet_without_indent_that_stands_alone_opens_a_paragraph(points: list[str]) -> None:
    written = [f"• {point}" for point in points]
    assert of_kind("\n\n".join(["These are the points.", *written, "So it was."]), "paragraph")[1:-1] == written


def test_bullets_without_indent_under_a_head_are_items() -> None:
    body = "PARTICIPANTS\n\n• Rusk\n\n• Gromyko\n\nThey met."
    assert of_kind(body, "participant") == ["Rusk", "Gromyko"]


def test_labels_side_by_side_give_no_group_to_lines_read_across_the_columns() -> None:
    one = ["U.S.", "Mr. Dulles", "State", "Defense", "Mr. Rusk", "Mr. McElroy", "CIA", "Mr. Helms"]
    first, second = ("".join(f"  • {item}\n" for item in items) for items in (one, ["USSR", "Mr. Gromyko"]))
    document = read(f"PARTICIPANTS\n\n{first}\nALSO PRESENT\n\n{second}\nThey met.")
    assert [(p.name, p.group) for p in document.participants if p.name] == [
        ("Mr. Dulles", "U.S."), ("Mr. Rusk", None), ("Mr. McElroy", None), ("Mr. Helms", None), ("Mr. Gromyko", "USSR"),
    ]  # fmt: skip


def test_labels_in_a_flat_list_give_the_group_of_those_who_follow() -> None:
    items = ["The Secretary", "United States:", "Mr. Rusk", "Mr. Bohlen, Adviser", "Soviet Union", "Mr. Gromyko"]
    document = read("PARTICIPANTS\n\n" + "".join(f"  • {item}\n" for item in items) + "\nThey met.")
    rows = [(p.name, p.role, p.group) for p in document.participants]
    assert rows == [
        (None, "The Secretary", None),
        (None, None, None),
        ("Mr. Rusk", None, "United States"),
        ("Mr. Bohlen", "Adviser", "United States"),
        (None, None, None),
        ("Mr. Gromyko", None, "Soviet Union"),
    ]


def test_labels_of_nested_lists_are_heads() -> None:
    body = "PARTICIPANTS\n\n  • US\n\n    • Rusk\n\n  • USSR\n\n    • Gromyko\n\nThey met."
    document = read(body)
    assert of_kind(body, "list_head") == ["PARTICIPANTS", "US", "USSR"]
    assert [(p.name, p.group) for p in document.participants] == [("Rusk", "US"), ("Gromyko", "USSR")]


def test_a_head_among_the_items_opens_a_new_list() -> None:
    body = "SUBJECT\n\n  • Withdrawal\n  • PARTICIPANTS\n  • Mr. Eban\n\nHe spoke."
    assert (of_kind(body, "subject"), of_kind(body, "participant")) == (["Withdrawal"], ["Mr. Eban"])


@pytest.mark.parametrize("head", ["SUBJECT", "SUJBECT", "SUBJECT:", "Subject", "SUBJECT2"])
def test_heads_of_subjects(head: str) -> None:
    assert of_kind(f"{head}\n\n  • Cuba\n\nText.", "subject") == ["Cuba"]


def test_numbered_points_and_long_sentences_are_no_subjects() -> None:
    points = "  • Argentina\n  • 1. He is legally President.\n  • 2. No good alternative.\n\nText."
    assert of_kind(f"SUBJECT\n\n{points}", "subject") == ["Argentina"]
    assert of_kind("SUBJECT\n\n  • 1. Rice\n  • 2. Trade\n\nText.", "subject") == ["1. Rice", "2. Trade"]
    sentence = "The Under Secretary believes " + "that we should say so " * 12 + "now."
    assert of_kind(f"SUBJECT\n\n  • Japan\n  • {sentence}\n\nText.", "subject") == ["Japan"]


def test_a_sentence_that_announces_those_present() -> None:
    paragraph = "The meeting began in the Cabinet Room at 1:10 p.m. and was long and slow. Those present were:"
    assert kinds(f"{paragraph}\n\n  • The President\n\nHe spoke.")[:2] == [
        ("paragraph", paragraph),
        ("participant", "The President"),
    ]


def test_captions_and_rows_of_one_cell_belong_to_their_table() -> None:
    table = "BUDGET SUMMARY\nDivisions\t\t6\nNavy\nShips\t\t4"
    assert of_kind(f"He gave these figures.\n\n{table}\n\nSo he said.", "table") == [table]
    assert of_kind("BUDGET\nArmy\t\t5\nTotal\n\nText.", "table") == ["BUDGET\nArmy\t\t5\nTotal"]


def test_the_first_cells_of_a_table_may_be_empty() -> None:
    assert of_kind("He gave these.\n\n\t\t1961\nArms\t\t5\n\nText.", "table") == ["\t\t1961\nArms\t\t5"]
    assert of_kind("\t\t1961\t\t1962\nArms\t\t5\t\t6\n\nText.", "table") == ["\t\t1961\t\t1962\nArms\t\t5\t\t6"]


def test_blanks_at_the_end_of_a_cell_are_layout() -> None:
    row = "Arms \t\tMen  \t\tAll"
    table = read(f"{row}\n").blocks[1]
    assert table.text == "Arms\t\tMen\t\tAll"
    assert (table.start, table.end) == (33, 33 + len(row))


@pytest.mark.parametrize("alone", ["[Page 7]", "  • [Page 7]", "2", "[Page 7] 2"])
def test_a_line_without_words_is_no_block(alone: str) -> None:
    document = read(f"They met.\n\n{alone}\n\nThey left.\n{NOTES}\n  2. Not printed.")
    assert [b.text for b in document.blocks[1:]] == ["They met.", "They left."]
    assert [b.ordinal for b in document.blocks] == [1, 2, 3]
    assert all(p.block_ordinal is None for p in document.page_breaks)


def test_only_a_dateline_is_a_dateline() -> None:
    assert of_kind("Washington, August 3,1965.\n\nText.", "dateline") == ["Washington, August 3,1965."]
    assert not of_kind("Secto 94. Ninth Session held May 21, 3:30 p.m.\n\nText.", "dateline")
    assert read("Washington, August 3,1965.\n\nText.").date == "1965-08-03"


@pytest.mark.parametrize(
    "body",
    [
        "Rusk\n\n" * 20_000 + "Dulles" + NOTES,
        "Rusk\n\nAttachment\n\n" * 10_000,
        "PARTICIPANTS\n\n" + "  • US:\n  • X\n" * 10_000,
        "SUBJECT\n\n" + "  • 1. x\n" * 20_000,
        "x\n" + "[Page 1]\n" * 20_000 + NOTES,
        "x\ty" + " " * 200_000 + "z",
        "\t" * 200_000 + "x\ny\tz",
    ],
    ids=["names", "attachments", "groups", "points", "pages", "blanks", "cells"],
)
def test_long_bodies_take_linear_time(body: str) -> None:
    assert read(body).number == "9"
