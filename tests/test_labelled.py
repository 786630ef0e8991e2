"""Subjects and participants that no list gives: lines that begin with a label, and rows beside and below one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document
from pipeline.parsing.labelled import labelled_rows
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


def test_a_page_break_at_the_end_of_a_row_leaves_the_rows_apart() -> None:
    text = of_text("Participants:\t\tMr. Hale [Page 168]\n\t\tMr. Poe\n\nText.")
    assert [p.text for p in text.participants] == ["Mr. Hale", "Mr. Poe"]
    assert text.page_breaks[0].offset == len("Participants:\t\tMr. Hale")


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        (["Subject: Czechoslovak Case"], ("Czechoslovak Case",)),
        (["secret", "No. 23", "SUBJECT: Aid"], ("Aid",)),
        (["Subj: Visit of the King. Ref: Paris 393. He came."], ("Visit of the King.",)),
        ([LONG, "Subject: Aid"], ()),  # of a paper within the text
        (["Subject to approval: all of it"], ()),
        (["Subject:", "Text."], ()),
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


@given(st.text(alphabet="Pa: \t\nParticipants", max_size=60) | st.text(max_size=40))
def test_any_table_is_read_and_quoted(text: str) -> None:
    ends = 0
    for _, start, end in labelled_rows(f"Participants:\t\t{text}"):
        assert ends < start < end
        ends = end
