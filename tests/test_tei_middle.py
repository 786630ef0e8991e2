"""Shapes of the volumes of 1948 to 1963 and of their microfiche supplements, each on a few lines written for it."""

import pytest

from tei import codes, document, kinds, parsed, read, volume


def test_images_of_a_document_that_is_not_typed_yet_are_no_words_of_it() -> None:
    images = (
        "<frus:page-count-according-to-citation>2</frus:page-count-according-to-citation>"
        '<frus:file id="0145" path="0003/0001.TIF"/><frus:pdf bytes="179379" readable="175 KB"/>'
    )
    found = parsed(volume(document(images)))[0]
    assert found.document is not None
    assert kinds(found.document) == [("title", "1. Letter")]
    assert not found.findings


def test_a_note_between_a_label_and_its_item_does_not_part_them() -> None:
    only = read(
        '<list><label>c.</label><note n="1" xml:id="d1fn1">Not printed.</note>\n<item>Our allies.</item></list>'
    )
    assert kinds(only)[1:] == [("list_item", "c.\nOur allies.")]
    assert (only.notes[0].block_ordinal, only.notes[0].anchor_offset) == (2, 2)


def test_the_first_paragraph_of_an_item_stands_under_its_label() -> None:
    only = read(
        "<list><label>1)</label>\n<item><p>Oil.</p>\n<p>More.</p></item><label>2)</label><item>Aid.</item></list>"
    )
    assert [text for _, text in kinds(only)[1:]] == ["1)\nOil.", "More.", "2)\nAid."]
    only = read("<list><item><p>Oil.</p></item><item>Aid: <p>Arms.</p></item></list>")
    assert [text for _, text in kinds(only)[1:]] == ["Oil.", "Aid:", "Arms."]


@pytest.mark.parametrize("sender", ["Mr. Hale", "The Club at Lyons", "The Joint Chiefs of Staff"])
def test_sender_and_recipient_that_are_tagged_are_given_as_the_heading_has_them(sender: str) -> None:
    tagged = f'<persName type="from">{sender}</persName> to the Consul (<persName type="to">Poe</persName>)'
    only = read(f"<head>{tagged}</head><p>Text.</p>", None)
    assert (only.sender, only.recipient) == (sender, "the Consul (Poe)")


def test_the_number_of_a_despatch_stands_below_its_classification() -> None:
    head = "<head>The Minister in Peru (Hale) to the Secretary of State</head>"
    opener = "<opener><seg>secret<lb/>No. 416</seg><dateline>Lima, May 3, 1949.</dateline></opener>"
    assert read(f"{head}{opener}<p>Sir: 12. No.</p>", None).message_number == "416"


def test_a_label_of_nothing_but_a_blank_is_none() -> None:
    only = read("<list><label>1.</label><item>Oil.</item><label>\u00a0</label><item>Aid.</item></list>")
    assert [text for _, text in kinds(only)[1:]] == ["1.\nOil.", "Aid."]


def test_a_note_that_is_marked_twice_follows_in_order() -> None:
    def notes(*given: tuple[int, str], page: str = "") -> set[str]:
        marks = (f'A<note n="{n}" xml:id="d1fn{i}">{text}</note>' for i, (n, text) in enumerate(given))
        return codes(volume(document(f"<p>{' '.join(marks)}</p>{page}")))

    assert notes((1, "Poe."), (2, "Not printed."), (2, "Not printed."), (3, "Hale."), (1, "Poe."), (4, "Roe.")) == set()
    assert notes((1, "Poe."), (2, "Not printed."), (1, "Poe."), (2, "Hale."), page='<pb n="2"/>') == set()
    assert notes((1, "Poe."), (2, "Not printed."), (2, "Printed."), (3, "Hale.")) == {"P404"}


def test_an_office_in_another_type_right_behind_the_name_is_a_line_of_its_own() -> None:
    def signed(name: str) -> str:
        return read(f"<closer><signed>{name}</signed></closer>").blocks[-1].text

    assert signed('<hi rend="strong">Paul Hill</hi><hi rend="italic">Colonel</hi>') == "Paul Hill\nColonel"
    assert signed("<persName>Paul Hill</persName><hi>Colonel</hi>") == "Paul Hill\nColonel"
    assert signed("<hi>Paul</hi> H. <hi>Hill</hi><lb/><hi>Colonel</hi>") == "Paul H. Hill\nColonel"
    assert signed("D[<hi>ean</hi>] A[<hi>cheson</hi><hi>]</hi>") == "D[ean] A[cheson]"
    assert signed('<hi rend="smallcaps">P.</hi><hi>Hill</hi>') == "P.Hill"
