"""Links and the printed words make one reference; where they disagree, the words count."""

import pytest

from pipeline.model import Reference
from tei import document, parsed, read, volume

OWN = "frus1961-63v99"


def references(content: str) -> list[Reference]:
    return list(read(f"<p>Text.</p><p>{content}</p>", number="50").references)


def rows(content: str) -> list[tuple[str, str, str | None, str | None, str | None, str | None]]:
    return [
        (r.kind, r.text, r.target_volume, r.target_document, r.target_note, r.target_page) for r in references(content)
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('See <ref target="#d12">Document 12</ref>.', ("document", "Document 12", OWN, "12", None, None)),
        ('See <ref target="#d12fn3">footnote 3, Document 12</ref>.',
         ("note", "footnote 3, Document 12", OWN, "12", "3", None)),
        ('See <ref target="frus1955-57v10"><hi>Foreign Relations</hi>, 1955–1957, vol. X</ref>, pp. 12–14.',
         ("volume", "Foreign Relations, 1955–1957, vol. X, pp. 12–14", "frus1955-57v10", None, None, "12–14")),
        ('See <ref target="frus1958-60v07p1#d2"><hi>Foreign Relations</hi>, 1958–1960, vol. VII, Document 2</ref>.',
         ("volume", "Foreign Relations, 1958–1960, vol. VII, Document 2", "frus1958-60v07p1", "2", None, None)),
        ('See <ref target="#pg_12">below</ref>.', ("page", "below", OWN, None, None, "12")),
        ('See <ref target="#d12">his letter</ref>.', ("document", "his letter", OWN, "12", None, None)),
        ('See <ref target="#d12fn3">above</ref>.', ("note", "above", OWN, "12", "3", None)),
        ('See <ref target="frus1945Malta#d9">the record</ref>.',
         ("volume", "the record", "frus1945Malta", "9", None, None)),
        ('<ref target="#d49">Supra</ref>.', ("relative", "Supra", OWN, "49", None, None)),
        ("See Document 12.", ("document", "Document 12", OWN, "12", None, None)),
        ('See <ref target="#d12">Documents 12</ref>.', ("document", "Documents 12", OWN, "12", None, None)),
    ],
)  # fmt: skip
def test_words_and_link_are_one_row(content: str, expected: tuple[str | None, ...]) -> None:
    assert rows(content) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('See <ref target="#d60"><hi>Foreign Relations</hi>, 1958–1960, vol. X, Part 1, Document 60</ref>.',
         ("frus1958-60v10p1", "60", None)),
        ('See <ref target="#d12">Document 13</ref>.', (OWN, "13", None)),
        ('See Document 12 and <ref target="#d50fn3">footnote 3 thereto</ref>.', (OWN, "12", "3")),
    ],
)  # fmt: skip
def test_words_win_over_the_link(content: str, expected: tuple[str | None, ...]) -> None:
    last = references(content)[-1]
    assert (last.target_volume, last.target_document, last.target_note) == expected


def test_a_page_without_its_volume_is_that_of_the_part_it_is_linked_to() -> None:
    def linked(words: str, target: str) -> tuple[str, str | None, str | None, str | None]:
        content = f"<p>Text.</p><p>See {words.format(f'<ref target={target!r}>', '</ref>')}.</p>"
        only = parsed(volume(document(content)), "frus1951v07p2.xml")[0].document
        assert only is not None
        (row,) = only.references
        return row.kind, row.target_volume, row.target_note, row.target_page

    assert linked("{}pp. 12{} ff", "frus1951v07p1#pg_12") == ("volume", "frus1951v07p1", None, "12 ff")
    assert linked("footnote 3, {}p. 12{}", "frus1951v07p1#pg_12") == ("note", "frus1951v07p1", "3", "12")
    assert linked("{}p. 12{}", "frus1951v03p1#pg_12") == ("page", "frus1951v07p2", None, "12")
    assert linked("{}p. 12{}", "#pg_12") == ("page", "frus1951v07p2", None, "12")


def test_the_pages_of_another_work_are_none_of_the_series() -> None:
    text = "Department of State Bulletin, May 3, 1951, p. 9"
    assert rows(f'See {text[:-4]}<ref target="#pg_9">p. 9</ref>.') == [("publication", text, None, None, None, None)]


def test_two_numbers_in_one_link_and_two_links_in_one_phrase_are_rows_of_their_own() -> None:
    one = rows('See <ref target="#d12">Documents 12 and 14</ref>.')
    two = rows('See Documents <ref target="#d12">12</ref> and <ref target="#d14">14</ref>.')
    assert [r[1] for r in one] == [r[1] for r in two] == ["Documents 12", "14"]
    assert [r[3] for r in two] == ["12", "14"]


@pytest.mark.parametrize("target", ["#ch1", "http://example.org/", "", "#p_RD1", "#", "##", "d12"])
def test_links_to_anything_else_are_no_references(target: str) -> None:
    assert rows(f'See <ref target="{target}">this</ref>.') == []


def test_a_date_linked_for_its_number_is_no_reference() -> None:
    assert rows('The letter of <ref target="#d4">December 4</ref>.') == []


def test_a_message_keeps_its_words_and_gains_the_target_of_its_link() -> None:
    only = references('See <ref target="#d12">telegram 1950 to Moscow</ref>.')[0]
    assert (only.kind, only.message_number, only.post, only.target_document) == ("message", "1950", "Moscow", "12")


def test_references_in_notes_come_after_those_of_the_body() -> None:
    content = 'See Document 3.<note n="1" xml:id="d50fn1"><ref target="#d12">Document 12</ref></note> And Document 4.'
    assert [(r.target_document, r.note_id) for r in references(content)] == [
        ("3", None), ("4", None), ("12", f"{OWN}/d50fn1"),
    ]  # fmt: skip
    assert [r.xml_id for r in references(content)] == ["d50", "d50", "d50fn1"]
