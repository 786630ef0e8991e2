"""Subjects and participants that no list gives: lines that begin with a label, and rows beside and below one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.model import Document
from pipeline.parsing import reading
from pipeline.parsing.labelled import labelled_rows, subjects
from pipeline.parsing.text import parse
from tei import read

ROWS = (("Participants:", "Mr. Lie, Secretary-General"), ("", "The Greek Ambassador"), ("", "UNA—Mr. Rusk"))
LONG = "They met again and spoke of all that had been left open the week before. " * 3


def of_text(body: str) -> Document:
    only = parse(f"5. Memorandum of Conversation\n\n{body}".encode(), "d5.txt").document
    assert only is not None
    return only


def of_tei(rows: tuple[tuple[str, ...], ...]) -> Document:
    cells = ("".join(f"<cell>{cell}</cell>" if cell else "<cell/>" for cell in row) for row in rows)
    return read(f"<p><table>{''.join(f'<row>{row}</row>' for row in cells)}</table></p><p>Text.</p>")


def table(rows: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join("\t\t".join(row) for row in rows)


def told(document: Document) -> list[tuple[str | None, str | None]]:
    return [(p.name, p.role) for p in document.participants]


def test_the_rows_of_a_table_labelled_so_are_participants_in_text_and_tei() -> None:
    text = of_text(f"{table(ROWS)}\n\nText.")
    expected = [("Mr. Lie", "Secretary-General"), (None, "The Greek Ambassador"), ("Mr. Rusk", "UNA")]
    assert told(text) == told(of_tei(ROWS)) == expected
    assert {p.block_ordinal for p in text.participants} == {b.ordinal for b in text.blocks if b.kind == "table"}


def test_a_participant_of_a_table_says_where_it_stands() -> None:
    source = f"5. Memorandum\n\n{table(ROWS)}\n\nText."
    only = parse(source.encode(), "d5.txt").document
    assert only is not None
    assert [source[p.start : p.end] for p in only.participants] == [row[1] for row in ROWS]


def test_another_label_ends_the_participants_and_one_of_a_subject_gives_it() -> None:
    rows = (("Subject:", "Atomic Energy"), *ROWS, ("Place:", "Paris"), ("", "Hotel"))
    for only in (of_text(table(rows)), of_tei(rows)):
        assert only.subject == ("Atomic Energy",)
        assert len(only.participants) == len(ROWS)


@pytest.mark.parametrize(
    "rows",
    [
        (("Present", "Proposed"), ("500", "600")),  # the heads of columns
        (("Strength, present:", "12"), ("", "13")),
        (("Strength authorised:", "500"), ("Strength at present:", "300"), ("", "(with reserves)")),
        (("Present:", "11"), ("Absent:", "2")),  # of a vote
        (("Number of participants:", "forty"),),
        (("Participants:",), ("Mr. Lie", "Secretary-General")),
    ],
)
def test_a_table_that_is_not_labelled_so_gives_none(rows: tuple[tuple[str, ...], ...]) -> None:
    assert told(of_text(table(rows))) == told(of_tei(rows)) == []


def test_cells_between_label_and_person_are_kept_with_the_person() -> None:
    only = of_text("Those present:\t\tEUR—\t\tMr. Hale\n\t\t\t\tMr. Poe\n\nText.")
    assert [(p.text, p.name, p.role) for p in only.participants] == [
        ("EUR—\t\tMr. Hale", "Mr. Hale", "EUR"), ("Mr. Poe", "Mr. Poe", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "name", "role", "group"),
    [
        (("Mr. Hale", "Director, UNA"), "Mr. Hale", "Director, UNA", None),
        (("EUR", "Mr. Hale"), "Mr. Hale", "EUR", None),
        (("1.", "Mr. Hale"), "Mr. Hale", None, None),
        (("United States:", "Mr. Hale"), "Mr. Hale", None, "United States"),
        (("The Secretary", "The Minister"), None, None, None),
        (("Mr. Hale", "Mr. Poe"), None, None, None),
    ],
)
def test_name_and_role_stand_in_a_cell_each(
    row: tuple[str, str], name: str | None, role: str | None, group: str | None
) -> None:
    rows = (("Participants:", *row),)
    for only in (of_text(table(rows)), of_tei(rows)):
        assert [(p.name, p.role, p.group) for p in only.participants] == [(name, role, group)]


def test_a_row_that_is_a_label_heads_those_below_it() -> None:
    rows = (("Participants:", "United States"), ("", "Mr. Hale"), ("", "France"), ("", "Mr. Poe"))
    for only in (of_text(table(rows)), of_tei(rows)):
        assert [(p.name, p.group) for p in only.participants if p.name] == [
            ("Mr. Hale", "United States"), ("Mr. Poe", "France"),
        ]  # fmt: skip


def test_a_line_break_in_a_cell_ends_no_list() -> None:
    only = read(
        "<table><row><cell>Participants:</cell><cell>Mr. Hale<lb/>Mr. Boe</cell></row>"
        "<row><cell/><cell>Mr. Coe</cell></row></table>"
    )
    assert told(only) == [("Mr. Hale", None), ("Mr. Coe", None)]


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("Participants:\t\tMr. Hale [Page 7]\n\t\tMr. Poe", "Participants:\t\tMr. Hale\n\t\tMr. Poe"),
        ("Participants:\t\tMr. Hale\u00a0[Page 7]\n\t\tMr. Poe", "Participants:\t\tMr. Hale\n\t\tMr. Poe"),
        ("Participants:\t\tMr. Hale\n[Page 7]\n\t\tMr. Poe", "Participants:\t\tMr. Hale\n\t\tMr. Poe"),
        ("Participants: [Page 7]\t\tMr. Hale\n\t\tMr. Poe", "Participants:\t\tMr. Hale\n\t\tMr. Poe"),
        ("Participants:\t\tMr. Hale\t\t[Page 7]\n\t\tMr. Poe", "Participants:\t\tMr. Hale\t\t\n\t\tMr. Poe"),
    ],
)
def test_a_page_break_leaves_cells_and_rows_apart(printed: str, words: str, eol: str) -> None:
    if "\n[Page" not in printed:  # which parts blocks
        assert [p.name for p in of_text(f"{printed}\n\nText.").participants] == ["Mr. Hale", "Mr. Poe"]
    source = printed.replace("\n", eol)
    assert reading.read(source, 0, len(source)).text == words


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        (["Subject: Czechoslovak Case"], ("Czechoslovak Case",)),
        (["secret", "No. 23", "SUBJECT: Aid"], ("Aid",)),
        (["Subj: Visit of the King. Ref: Paris 393. He came."], ("Visit of the King.",)),
        ([LONG, "Subject: Aid"], ()),  # of a paper within the text
        (["Subject to approval: all of it"], ()),
        (["Subject:", "Text."], ()),
        (["Dear Mr. Poe:", "I attach a paper.", "Attachment", "Subject: Aid"], ()),
        (["1. We met.", "Subject: We turned to Cuba."], ()),
        (["Subject: Visit of the King. He arrived today."], ("Visit of the King.",)),
        (["Subject: Dr. Han, St. Lucia, and the U.S."], ("Dr. Han, St. Lucia, and the U.S.",)),
        (["Topic: Cuba", "Topic: Laos"], ()),
    ],
)
def test_a_line_above_the_text_that_is_labelled_so_gives_the_subject(lines: list[str], subject: tuple[str]) -> None:
    text = of_text("\n\n".join([*lines, LONG]))
    tei = read("".join(f"<p>{line}</p>" for line in [*lines, LONG]))
    assert text.subject == tei.subject == subject


def test_a_list_of_subjects_goes_before_a_line() -> None:
    assert of_text("SUBJECT\n\n  • Cuba\n\nSubject: Aid\n\nText.").subject == ("Cuba",)


@pytest.mark.parametrize("head", ["Present:", "Conferees Present Paris"])
def test_a_line_before_a_list_without_a_head_is_its_head(head: str) -> None:
    text = of_text(f"{head}\n\n  • Mr. Hale\n  • Mr. Poe\n\nText.")
    for content in (f"<p>{head} <list><item>Mr. Hale</item><item>Mr. Poe</item></list></p>",
                    f"<p>{head}</p><list><item>Mr. Hale</item><item>Mr. Poe</item></list>"):  # fmt: skip
        tei = read(f"{content}<p>Text.</p>")
        assert told(tei) == told(text) == [("Mr. Hale", None), ("Mr. Poe", None)]
        assert tei.blocks[1].kind == text.blocks[1].kind == "list_head"


def test_lines_of_one_block_are_taken_apart() -> None:
    for lines, subject in (
        ("Subject: Oil<lb/>Participants: Mr. Lie<lb/>Place: Paris", ("Oil",)),
        ("Subject: 1. Cuba<lb/>2. Laos", ("1. Cuba", "2. Laos")),
    ):
        assert read(f"<p>{lines}</p><p>{LONG}</p>").subject == subject


@pytest.mark.parametrize(
    "head",
    ["The present position is:", "At present we have:", "Present military strength:", "The participating countries:",
     "Subject to your approval, I propose:", "Topics which we should not raise:"],
)  # fmt: skip
def test_a_sentence_before_a_list_says_nothing_of_its_items(head: str) -> None:
    text = of_text(f"{head}\n\n  • Oil\n\nText.")
    tei = read(f"<p>{head} <list><item>Oil</item></list></p><p>Text.</p>")
    assert told(text) == told(tei) == []
    assert text.subject == tei.subject == ()


@given(st.text(alphabet="Pa: \t\nParticipants", max_size=60) | st.text(max_size=40))
def test_any_table_is_read_and_quoted(text: str) -> None:
    ends = 0
    for _, start, end in labelled_rows(f"Participants:\t\t{text}"):
        assert ends < start < end
        ends = end


@given(st.text(alphabet="Subject: .,;()[]“”—\n\t12aRefInfoDate", max_size=40) | st.text(max_size=40))
@example(" .")
def test_any_line_is_read_and_quoted(text: str) -> None:
    for subject in subjects([("paragraph", f"Subject:{text}")]):
        assert subject.strip()
        assert subject in text
