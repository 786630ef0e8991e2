"""Documents of TEI before 1920: what their volumes have and later ones have not, each on a few lines written for it."""

import pytest

from pipeline.parsing.tei import read_volume
from pipeline.parsing.text import parse
from tei import NAME, codes, document, kinds, parsed, read, volume


def attachment(head: str) -> str:
    return f"<frus:attachment><head>{head}</head><p>Copy.</p></frus:attachment>"


# ---- correspondents


def test_who_sent_an_attachment_has_not_sent_the_document() -> None:
    names = 'Mr. <persName type="from">Hale</persName> to Mr. <persName type="to">Dix</persName>'
    only = read(f"<p>Text.</p>{attachment(names)}", "Memorandum")
    assert (only.sender, only.recipient) == (None, None)
    assert [(m.text, m.role) for m in only.mentions] == [("Hale", "from"), ("Dix", "to")]


def test_an_author_who_is_tagged_as_recipient_is_none() -> None:
    only = read("<p>Text.</p>", 'Memorandum by the <gloss type="to">Secretary of State</gloss>')
    assert only.recipient is None


def test_correspondents_are_taken_from_tags_of_the_document_itself() -> None:
    only = read('<opener><persName type="from">Hale</persName></opener><p>Text.</p>', "Circular")
    assert (only.sender, only.recipient) == ("Hale", None)


# ---- notes


def test_markers_begin_again_after_99() -> None:
    content = '<p>One.<note n="99" xml:id="d1fn1">A.</note> Two.<note n="1" xml:id="d1fn2">B.</note></p>'
    assert codes(volume(document(content))) == set()
    assert codes(volume(document(content.replace("99", "98")))) == {"P404"}


# ---- names


def test_a_name_linked_to_the_lists_of_another_volume_is_no_fault() -> None:
    named = '<p><persName corresp="%s#p_RD1">Rusk</persName></p>'
    assert codes(volume(document(named % "frus1951v01"))) == set()
    assert [m.person_id for m in read(named % "frus1951v01").mentions] == [None]
    assert [m.person_id for m in read(named % "frus1961-63v99").mentions] == ["frus1961-63v99/p_RD1"]
    assert codes(volume(document(named.replace("p_RD1", "p_X1") % ""))) == {"P611"}


# ---- datelines


def test_the_place_of_a_dateline_in_prose_is_the_one_that_is_tagged() -> None:
    dateline = "<closer><dateline>Given at <placeName>Rome, at Saint Mark</placeName>, %s.</dateline></closer>"
    only = read(dateline % '<date when="1863-12-03">this 3d of December, 1863</date>')
    assert (only.place, only.date) == ("Rome, at Saint Mark", "1863-12-03")


@pytest.mark.parametrize(
    ("day", "date", "source"),
    [("1872-09-14", "1872-09-14", "division"), ("1871-05-09", "1871-05-08", "heading"), ("", "1871-05-08", "heading")],
)
def test_a_day_in_a_heading_far_from_that_of_the_division_is_another(day: str, date: str, source: str) -> None:
    bounds = (
        f' frus:doc-dateTime-min="{day}T00:00:00-05:00" frus:doc-dateTime-max="{day}T23:59:59-05:00"' if day else ""
    )
    only = read("<p>Text.</p>", "Award under the treaty concluded at Rome the 8th of May, 1871", attributes=bounds)
    assert (only.date, only.date_source) == (date, source)


def test_when_a_message_came_is_not_when_it_was_sent() -> None:
    date = '<date notBefore="1914-08-20" notAfter="1914-08-22">undated</date>. <lb/>[Received August 22, 1914, 6 a.m.]'
    only = read(f"<dateline>Embassy, <placeName>Paris</placeName>, {date}</dateline>")
    assert (only.place, only.date, only.date_end, only.time) == ("Embassy, Paris", "1914-08-20", "1914-08-22", None)


def test_a_place_that_is_tagged_alone_keeps_the_stop_of_an_abbreviation() -> None:
    date = '<date when="1861">1861</date>'
    assert read(f"<dateline><placeName>Washington, D. C.</placeName>, {date}.</dateline>").place == "Washington, D. C."
    assert read(f"<dateline><placeName>London.</placeName> {date}.</dateline>").place == "London"


@pytest.mark.parametrize("remark", ["[Extract.]", "[Telegram—Translation.]", "No. 7.", "No. 12a", "*No. 3. [45]"])
def test_a_remark_that_is_tagged_as_a_source_is_a_line(remark: str) -> None:
    only = read(f'<note rend="inline" type="source">{remark}</note><p>Text.</p>')
    assert kinds(only)[1:] == [("paragraph", remark), ("paragraph", "Text.")]
    assert only.notes == ()


def test_the_number_above_a_heading_is_not_that_of_the_message() -> None:
    number = '<note rend="inline" type="source">No. 7.</note>'
    head = "<head>Mr. Hale to Mr. Dix.</head>"
    only = read(f"{number}{head}<opener><seg>No. 285.]</seg></opener><p>Sir: Yes.</p>", None)
    assert only.message_number == "285"
    assert read(f"{number}{head}<p>Sir: Yes.</p>", None).message_number is None


@pytest.mark.parametrize("source", ["[Hale Papers]", "[Source: Hale]", "[No. 5]", "File No. 763.72/3"])
def test_a_file_in_brackets_is_a_source_note(source: str) -> None:
    only = read(f'<note rend="inline" type="source">{source}</note><p>Text.</p>')
    assert [(n.kind, n.text) for n in only.notes] == [("source", source)]


# ---- blocks


def test_words_in_the_margin_stand_before_the_paragraph_beside_them() -> None:
    margin = '<seg type="margin">%s</seg>'
    only = read(f"<p>They sailed *by the canal.{margin % '[92]'}{margin % 'The canal.'}</p>")
    assert kinds(only)[1:] == [("other", "[92]"), ("other", "The canal."), ("paragraph", "They sailed *by the canal.")]
    assert [b.ordinal for b in only.blocks] == [1, 2, 3, 4]
    only = read(f"<p>{margin % '[93]'} By the{margin % 'Haro.'} canal.<note n='1' xml:id='d1fn1'>Haro.</note></p>")
    assert kinds(only)[1:] == [("other", "[93]"), ("other", "Haro."), ("paragraph", "By the canal.")]
    assert (only.notes[0].block_ordinal, only.notes[0].anchor_offset) == (4, 13)


def test_words_in_the_margin_of_a_cell_are_kept_apart_in_it() -> None:
    only = read('<table><row><cell>Tons<seg type="margin">[94]</seg></cell><cell>7</cell></row></table>')
    assert kinds(only)[1:] == [("table", "Tons [94]\t\t7")]


def test_a_note_without_number_and_id_among_blocks_is_a_line_of_its_own() -> None:
    only = read('<note rend="center">A.</note><p>Text.</p>')
    assert kinds(only)[1:] == [("paragraph", "A."), ("paragraph", "Text.")]
    assert only.notes == ()
    assert codes(volume(document("<p>Text.<note>Not printed.</note></p>"))) == {"P605", "P608"}


def test_names_that_sign_in_a_list_are_signatures() -> None:
    only = read("<p>Text.</p><closer><signed><list><item>HALE.</item><item>DIX.</item></list></signed></closer>")
    assert kinds(only)[2:] == [("signature", "HALE."), ("signature", "DIX.")]


def test_the_head_of_those_present_is_no_group_of_theirs_where_it_is_tagged_as_an_item() -> None:
    items = "<item>%s: <list><item>Mr. Hale</item></list></item>"
    only = read(f'<list type="participants">{items % "Present"}{items % "Italy"}</list>')
    assert [(p.name, p.group) for p in only.participants] == [("Mr. Hale", None), ("Mr. Hale", "Italy")]


def test_names_that_sign_in_a_table_are_a_signature() -> None:
    table = "<table><row><cell>HALE.</cell><cell>DIX.</cell></row></table>"
    only = read(f"<p>Text.</p><closer><signed>{table}</signed>{table}</closer>")
    assert kinds(only)[2:] == [("signature", "HALE.\t\tDIX."), ("table", "HALE.\t\tDIX.")]


def test_the_stop_of_a_name_that_signs_belongs_to_it() -> None:
    closer = "<p>Text.</p><closer><signed>A. HALE</signed>%s</closer>"
    assert kinds(read(closer % "."))[2:] == [("signature", "A. HALE.")]
    assert kinds(read(closer % ", Consul"))[2:] == [("signature", "A. HALE"), ("other", ", Consul")]


def test_a_table_in_a_cell_is_words_of_that_cell() -> None:
    inner = "<table><row><cell>}</cell><cell>$16</cell></row><row><cell>net</cell></row></table>"
    rows = f"<row><cell>Ship</cell><cell>{inner}</cell><cell>lost</cell></row><row><cell>Bark</cell></row>"
    assert kinds(read(f"<table>{rows}</table>"))[1:] == [("table", "Ship\t\t} $16 net\t\tlost\nBark")]


def test_a_remark_below_the_dateline_tells_what_the_message_is() -> None:
    head = "The Ambassador in France (Hale) to the Secretary of State"
    dateline = "Paris, May 3, 1914."
    number = "No. 12.]"
    ours = read(
        f"<opener><dateline>{dateline}</dateline><seg>{number}</seg></opener><p>[Telegram]</p><p>Text.</p>", head
    )
    theirs = parse(f"1. {head}\n\n{dateline}\n\n{number}\n\n[Telegram]\n\nText.".encode(), "d1.txt").document
    assert theirs is not None
    assert (ours.kind, ours.message_number) == (theirs.kind, theirs.message_number) == ("telegram", "12")
    assert read(f"<dateline>{dateline}</dateline><p>Text.</p><p>[Telegram]</p>", head).kind == "correspondence"


# ---- what is a document


def test_a_section_that_is_a_historical_document_is_read_as_one() -> None:
    message = (
        '<div type="section" xml:id="message" subtype="historical-document"><head>Message</head><p>Fellow-citizens.</p>'
        "<closer><signed>Abraham Hale</signed></closer></div>"
    )
    data = volume(message, document("<p>Text.</p>"), '<div type="section" xml:id="papers"><p>A list.</p></div>')
    found = [p.document for p in parsed(data)]
    assert [(d.document_id, d.number, d.kind) for d in found if d] == [
        ("frus1961-63v99/message", None, "message"),
        ("frus1961-63v99/d1", "1", "letter"),
    ]
    head = read_volume(data, NAME)
    assert head.cuts is not None
    assert len(head.cuts.documents) == head.documents == len(found)
