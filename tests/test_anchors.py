"""Markers and notes: chains that run otherwise than 1, 2, 3, numbers that are none, and symbols."""

import pytest

from pipeline.parsing.text import Parsed, parse


def parsed(body: str, notes: list[str], heading: str = "9. Letter From Rusk to Gromyko") -> Parsed:
    listed = "\n".join(f"  {i}. {note}" for i, note in enumerate(notes, 1))
    return parse(f"{heading}\n\n{body}\n\n{listed}".encode(), "d9.txt")


def found(
    body: str, notes: list[str], heading: str = "9. Letter From Rusk to Gromyko"
) -> list[tuple[str | None, str, bool]]:
    document = parsed(body, notes, heading).document
    assert document is not None
    return [(n.marker, n.text, n.anchor_start is not None) for n in document.notes]


def test_notes_belong_to_markers_out_of_order_by_their_place() -> None:
    body = "He said that we agreed.1 They saw the treaty.2 There was a vote in the Council.4 Then they left.3"
    notes = ["Not printed.", "See the treaty.", "The vote was 8 to 3.", "They left in June."]
    assert [m for m, _, _ in found(body, notes)] == ["1", "2", "4", "3"]


def test_print_can_leave_a_number_out() -> None:
    body = "He said that we agreed.1 They saw the treaty.3 There was a vote.4 Then they left (by sea).5"
    assert [m for m, _, placed in found(body, ["Not printed.", "A treaty.", "A vote.", "A ship."]) if placed] == [
        "1", "3", "4", "5"
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["Annex", "Enclosure", "Tab", "paragraph", "page"])
def test_a_number_after_a_word_for_a_part_is_a_label(word: str) -> None:
    body = f"It is said in {word} 1 shown below that nothing came. He agreed.1"
    document = parsed(body, ["Not printed."]).document
    assert document is not None
    assert document.blocks[1].text == body.removesuffix("1")
    glued = f"It is said in {word} 11 that nothing came."
    again = parsed(glued, ["Not printed."]).document
    assert again is not None
    assert again.blocks[1].text == glued.replace("11", "1")


def test_a_note_printed_again_has_the_same_marker() -> None:
    body = "He said that we agreed.1 They saw the treaty.2 They did not.2 Then they left.3"
    notes = ["Not printed.", "Illegible in the source.", "Illegible in the source.", "A ship."]
    assert [m for m, _, _ in found(body, notes)] == ["1", "2", "2", "3"]


def test_a_source_note_printed_again_has_the_same_marker() -> None:
    source = "Source: Kennedy Library, National Security Files. Secret."
    body = "He said that we agreed.1 They saw the treaty.2\n\n3 A memorandum set forth the terms. Then they left.4"
    heading = "9. Letter From Rusk to Gromyko1"
    assert [m for m, _, _ in found(body, [source, source, "Not printed.", "A ship."], heading)] == ["1", "1", "2", "4"]
    assert [m for m, _, _ in found(body, [source, "None.", "Not printed.", "A ship."], heading)] == ["1", "2", "3", "4"]


def test_symbols_belong_to_notes_in_the_order_of_the_text() -> None:
    body = "He said that we agreed.1 They saw the Annex* to the treaty.2 It held.†"
    document = parsed(body, ["Not printed.", "Of the source.", "A treaty.", "It broke."]).document
    assert document is not None
    assert [n.marker for n in document.notes] == ["1", "*", "2", "†"]
    assert [n.note_id for n in document.notes] == ["d9fn1", "d9fn-sym1", "d9fn2", "d9fn-sym2"]
    assert document.blocks[1].text == "He said that we agreed. They saw the Annex to the treaty. It held."


@pytest.mark.parametrize(
    ("body", "markers"),
    [
        ("He said that we agreed.17 They saw the treaty.18", ["17", "18"]),
        ("He agreed.5 They saw the treaty.6\n\n[Page 9]\n\nThey voted.1 They left.2", ["5", "6", "1", "2"]),
    ],
)  # fmt: skip
def test_numbers_of_a_printed_page(body: str, markers: list[str]) -> None:
    assert found(body, ["Not printed."] * len(markers)) == [(m, "Not printed.", True) for m in markers]


def test_the_number_of_an_item_alone_on_its_line_is_no_marker() -> None:
    items = "1.\nThere shall be peace.1\n2.\nThere shall be trade.2\n3.\nThere shall be talks."
    body = f"The points were:\n\n{items}\n\nSo he said.3"
    document = parsed(body, ["Not printed.", "Not found.", "See above."]).document
    assert document is not None
    assert [b.text for b in document.blocks[2:]] == [
        "1.\nThere shall be peace.", "2.\nThere shall be trade.", "3.\nThere shall be talks.", "So he said."
    ]  # fmt: skip


def test_a_page_that_was_not_numbered() -> None:
    document = parsed("He came.\n\n[Page [506]]\n\nHe went.1", ["Not printed."]).document
    assert document is not None
    assert [p.page for p in document.page_breaks] == ["[506]"]


def test_a_lost_list_whose_first_marker_is_in_the_heading_is_told() -> None:
    told = parse(b"9. Letter From Rusk to President Kennedy1\n\nHe agreed.2 He left.3", "d9.txt")
    assert [f.code for f in told.findings] == ["P403", "P403", "P403"]
    quiet = parse(b"9. National Security Action Memorandum No. 55\n\nHe agreed.", "d9.txt")
    assert not quiet.findings


def test_many_notes_that_say_the_same_take_linear_time() -> None:
    assert len(found("Not 5 of 17 came, " * 400, ["Not printed."] * 400)) == 400
