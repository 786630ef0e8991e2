"""One document of TEI: the traps of the series, each on a few lines written for it."""

import pytest

from pipeline.model import Document
from tei import document, kinds, parsed, read, volume

SOURCE = '<note n="1" xml:id="d1fn1" type="source">Source: Department of State, Central Files, 1–2. Secret.</note>'


def marker(read: Document, index: int = 0) -> tuple[str | None, int | None, int | None]:
    note = read.notes[index]
    return note.marker, note.block_ordinal, note.anchor_offset


# ---- heading


def test_heading_is_taken_apart_as_that_of_a_text() -> None:
    head = 'Telegram From the Department of State to the Embassy in <gloss type="to">France</gloss>' + SOURCE
    only = read("<p>12. Eyes only.</p>", head)
    assert only.title == "1. Telegram From the Department of State to the Embassy in France"
    assert (only.number, only.kind, only.message_number) == ("1", "telegram", "12")
    assert (only.sender, only.recipient) == ("the Department of State", "the Embassy in France")


@pytest.mark.parametrize("gap", ["", "\n      "])
def test_marker_glued_or_after_a_blank_hangs_at_the_end_of_the_heading(gap: str) -> None:
    only = read("<p>Text.</p>", f"Letter{gap}{SOURCE}{gap}")
    assert only.title == "1. Letter"
    assert marker(only) == ("1", 1, 9)
    assert only.notes[0].kind == "source"


def test_summary_and_source_note_stand_side_by_side() -> None:
    head = 'Letter<note n="1" xml:id="d1fn1" type="summary">The letter in short.</note>' + SOURCE.replace("1", "2", 1)
    only = read("<p>Text.</p>", head.replace('xml:id="d1fn1" type="source"', 'xml:id="d1fn2" type="source"'))
    assert [(n.marker, n.kind, n.anchor_offset) for n in only.notes] == [("1", "summary", 9), ("2", "source", 9)]


def test_source_note_without_its_type_is_known_by_its_word() -> None:
    only = read("<p>Text.</p>", "Letter" + SOURCE.replace(' type="source"', ""))
    assert only.notes[0].kind == "source"
    assert only.source_notes[0].classification == "Secret"


def test_heading_that_ends_in_digits_has_no_marker() -> None:
    only = read("<p>Text.</p>", "National Security Action Memorandum No. 55")
    assert only.title is not None
    assert only.title.endswith("No. 55")
    assert only.notes == ()


def test_old_volume_has_no_number_in_the_heading_and_its_source_above_it() -> None:
    content = (
        '<note rend="inline" type="source">501.BB/4–1348: Telegram</note><head><hi rend="italic">The Secretary of State'
        " to the Representative at the United Nations (<persName><hi>Austin</hi></persName>)</hi></head>"
        '<opener><dateline><placeName>\n<hi rend="smallcaps">Washington</hi>\n</placeName>, '
        '<date when="1948-01-03">January 3, 1948</date>.</dateline></opener><p>3. Please inform.</p>'
        '<closer><signed><hi rend="smallcaps">Lovett</hi></signed></closer>'
    )
    only = read(content, None, "2")
    assert (only.number, only.document_id, only.date) == ("2", "frus1961-63v99/d2", "1948-01-03")
    assert [b.kind for b in only.blocks] == ["title", "dateline", "paragraph", "signature"]
    assert only.blocks[1].text == "Washington, January 3, 1948."
    note = only.notes[0]
    assert (note.note_id, note.marker, note.kind) == ("frus1961-63v99/d2fn-source", None, "source")
    assert (note.block_ordinal, note.anchor_offset) == (None, None)


def test_markers_that_begin_again_on_a_page_are_read_and_their_ids_stay_apart() -> None:
    content = (
        '<p>One.<note n="4" xml:id="d1fn1">A.</note></p><pb n="2" xml:id="pg_2"/>'
        '<p>Two.<note n="1" xml:id="d1fn2">B.</note> Three.<note n="*" xml:id="d1fn-sym1">C.</note></p>'
    )
    only = parsed(volume(document(content)))[0]
    assert only.document is not None
    assert [(n.note_id.rpartition("/")[2], n.marker) for n in only.document.notes] == [
        ("d1fn1", "4"), ("d1fn2", "1"), ("d1fn-sym1", "*"),
    ]  # fmt: skip
    assert not only.findings


# ---- dateline

DATELINE = "<dateline><placeName>Bonn</placeName>, <date {}>{}</date>.</dateline><p>Text.</p>"


@pytest.mark.parametrize(
    ("attributes", "printed", "date", "date_end", "precision", "time"),
    [
        ('when="1957-04-27"', "April 27, 1957", "1957-04-27", None, "day", None),
        ('when="1957-04-27T17:00:00"', "April 27, 1957—5 p.m.", "1957-04-27", None, "day", "17:00"),
        ('when="1957-04-27T17:00:00Z"', "April 27, 1957—5 p.m.", "1957-04-27", None, "day", "17:00Z"),
        ('when="1957-04"', "April 1957", "1957-04", None, "month", None),
        ('from="1957-04-27" to="1957-04-28"', "April 27–28, 1957", "1957-04-27", "1957-04-28", "range", None),
        ('notBefore="1957-04-01" notAfter="1957-04-30"', "undated", "1957-04-01", "1957-04-30", "between", None),
        ("", "April 27, 1957", "1957-04-27", None, "day", None),
        ("", "undated", None, None, None, None),
        ('when="1957-04-31"', "April 27, 1957", "1957-04-27", None, "day", None),
        ('when="1957-04-01"', "April 27, 1957", "1957-04-27", None, "day", None),
    ],
)
def test_dates_come_from_attributes_and_from_the_words(
    attributes: str, printed: str, date: str | None, date_end: str | None, precision: str | None, time: str | None
) -> None:
    only = read(DATELINE.format(attributes, printed))
    assert (only.date, only.date_end, only.date_precision, only.time) == (date, date_end, precision, time)
    assert only.place == "Bonn"
    assert only.blocks[1].kind == "dateline"


def test_time_may_be_an_element_of_its_own() -> None:
    only = read(
        '<dateline><date when="1957-04-27">April 27, 1957</date>, <time from="16:15" to="17:00">4:15</time></dateline>'
    )
    assert (only.date, only.time) == ("1957-04-27", "16:15")


def test_note_on_a_dateline_hangs_there() -> None:
    only = read(
        '<dateline><date when="1957-04-27">April 27, 1957</date>.<note n="1" xml:id="d1fn1">A.</note></dateline>'
    )
    assert marker(only) == ("1", 2, len("April 27, 1957."))


def test_dateline_of_an_attachment_is_not_that_of_the_document() -> None:
    inner = '<dateline><date when="1950-01-01">January 1, 1950</date></dateline><p>Old.</p>'
    assert read(f"<p>Text.</p><frus:attachment>{inner}</frus:attachment>").date is None


def test_date_of_the_division_counts_where_the_dateline_has_none() -> None:
    same = ' frus:doc-dateTime-min="1957-04-27T00:00:00-05:00" frus:doc-dateTime-max="1957-04-27T23:59:59-05:00"'
    assert read("<p>Text.</p>", attributes=same).date == "1957-04-27"
    assert read("<p>Text.</p>", attributes=same.replace("-27T23", "-29T23")).date is None


# ---- notes


def test_note_hangs_where_its_marker_is_printed() -> None:
    content = '<p>One<note n="1" xml:id="d1fn1">A.</note>, two <note n="2" xml:id="d1fn2">B.</note>. Three.</p>'
    only = read(content)
    assert only.blocks[1].text == "One, two. Three."
    assert [marker(only, i) for i in (0, 1)] == [("1", 2, 3), ("2", 2, 8)]


def test_blank_around_a_marker_stays_one_blank() -> None:
    only = read('<p>our <note n="1" xml:id="d1fn1">A.</note> mission and<note n="2" xml:id="d1fn2">B.</note>\nhis</p>')
    assert only.blocks[1].text == "our mission and his"
    assert [n.anchor_offset for n in only.notes] == [3, 15]


def test_marker_zero_keeps_its_number_and_id() -> None:
    only = read("<p>Text.</p>", 'Letter<note n="0" xml:id="d1fn0">Source: Department of State.</note>')
    assert (only.notes[0].note_id, only.notes[0].marker) == ("frus1961-63v99/d1fn0", "0")


def test_notes_in_cells_items_signatures_and_bold_words_have_places() -> None:
    note = '<note n="{0}" xml:id="d1fn{0}">N.</note>'.format
    content = (
        f"<p><hi rend='strong'>Bold{note(1)}</hi> x.</p><list><item>Item{note(2)}</item></list>"
        f"<table><row><cell>a</cell><cell>b{note(3)}</cell></row></table><closer><signed>Rusk{note(4)}</signed></closer>"
    )
    only = read(content)
    assert [marker(only, i)[1:] for i in range(4)] == [(2, 4), (3, 4), (4, 4), (5, 4)]
    assert only.blocks[3].text == "a\t\tb"


def test_paragraphs_of_a_note_are_parted_by_an_empty_line() -> None:
    only = read('<p>Text.<note n="1" xml:id="d1fn1">First.<p>Second.</p>\n<p>Third.</p></note></p>')
    assert only.notes[0].text == "First.\n\nSecond.\n\nThird."


def test_note_in_a_note_is_a_note_of_its_own() -> None:
    only = read('<p>T.<note n="1" xml:id="d1fn1">Out<note n="2" xml:id="d1fn2">In.</note> er.</note></p>')
    assert [(n.text, n.block_ordinal) for n in only.notes] == [("Out er.", 2), ("In.", None)]


def test_ids_given_twice_are_made_unique() -> None:
    content = '<p>A.<note n="1" xml:id="d1fn1">A.</note> B.<note n="1" xml:id="d1fn1">B.</note></p>'
    assert [n.note_id.rpartition("/")[2] for n in read(content).notes] == ["d1fn1", "d1fn1-2"]


def test_of_persons_with_one_id_the_first_is_meant() -> None:
    twice = "".join(f'<item><persName xml:id="p_A1">{name}</persName>, one</item>' for name in ("A, B.", "C, D."))
    only = parsed(volume(document('<p><persName corresp="#p_A1">A</persName></p>'), persons=twice))[0].document
    assert only is not None
    assert [m.person_id for m in only.mentions] == ["frus1961-63v99/p_A1"]


# ---- page breaks


@pytest.mark.parametrize(
    ("content", "text", "offset"),
    [
        ('<p>of the <pb n="7" xml:id="pg_7"/>Union</p>', "of the Union", 7),
        ('<p>of the\n  <pb facs="1" xml:id="pg_7" n="7"/> Union</p>', "of the Union", 7),
        ('<p>of the<pb n="7" xml:id="pg_7"/> Union</p>', "of the Union", 7),
        ('<p>of the<pb n="7" xml:id="pg_7"/>Union</p>', "of the Union", 7),
        ('<p><pb n="7" xml:id="pg_7"/>Union</p>', "Union", 0),
        ('<p>Union <pb n="7" xml:id="pg_7"/></p>', "Union", 5),
        ('<p><hi>of <pb xml:id="pg_7"/>the</hi> Union</p>', "of the Union", 3),
    ],
)
def test_page_break_in_a_paragraph(content: str, text: str, offset: int) -> None:
    only = read(content)
    page = only.page_breaks[0]
    assert only.blocks[1].text == text
    assert (page.page, page.block_ordinal, page.offset, page.xml_id) == ("7", 2, offset, "pg_7")


def test_page_breaks_between_blocks_and_items_rows_and_in_notes() -> None:
    pb = '<pb n="{0}" xml:id="pg_{0}"/>'.format
    content = (
        f"{pb(1)}<p>A.</p>{pb(2)}<list>{pb(3)}<item>B{pb(4)} b.</item>{pb(5)}</list>"
        f"<table>{pb(6)}<row><cell>C{pb(7)} c</cell></row></table>"
        f"<p>D.<note n='1' xml:id='d1fn1'>E {pb(8)}e.</note></p>"
    )
    only = read(content, None)
    assert [(p.page, p.block_ordinal) for p in only.page_breaks] == [
        ("1", None), ("2", None), ("3", None), ("4", 2), ("5", None), ("6", 3), ("7", 3), ("8", None),
    ]  # fmt: skip
    assert only.notes[0].text == "E e."


# ---- lists, tables, other blocks


def test_lists_of_subjects_and_participants() -> None:
    content = (
        '<list type="subject"><head>SUBJECT</head><item>Cuba</item></list><list type="participants"><head>PARTICIPANTS'
        '</head><item><persName corresp="#p_RD1">Dean Rusk</persName>, Secretary of State</item></list><p>Text.</p>'
    )
    only = read(content)
    assert [b.kind for b in only.blocks] == ["title", "list_head", "subject", "list_head", "participant", "paragraph"]
    assert only.subject == ("Cuba",)
    assert (only.participants[0].name, only.participants[0].role) == ("Dean Rusk", "Secretary of State")


def test_labels_of_groups_nested_and_flat() -> None:
    nested = (
        "<item>United States<list><item>Rusk</item></list></item><item>France<list><item>Couve</item></list></item>"
    )
    flat = "<item>United States</item><item>Rusk</item><item>France</item><item>Couve</item>"
    for items, kind in ((nested, "list_head"), (flat, "participant")):
        only = read(f'<list type="participants"><head>PRESENT</head>{items}</list>')
        assert [(p.name, p.group) for p in only.participants if p.name] == [
            ("Rusk", "United States"),
            ("Couve", "France"),
        ]
        assert only.blocks[2].kind == kind


@pytest.mark.parametrize(
    ("kind", "head", "expected"),
    [
        ("subject", "PRESENT", "participant"),
        ("subject", "COUNTRY", "list_item"),
        ("participants", "AMONG THOSE THERE", "participant"),
        ("to", "TO", "list_item"),
        ("simple", "OTHERS PRESENT:", "participant"),
        ("nonsense", "Points", "list_item"),
    ],
)
def test_head_of_a_list_goes_before_its_type(kind: str, head: str, expected: str) -> None:
    only = read(f'<list type="{kind}"><head>{head}</head><item>Rusk</item></list>')
    assert kinds(only)[1:] == [("list_head", head), (expected, "Rusk")]


def test_list_in_a_paragraph_parts_it_and_the_paragraph_goes_on() -> None:
    only = read("<p>Thus: <list><item>one</item><item>two</item></list> and so on.</p>")
    assert kinds(only)[1:] == [
        ("paragraph", "Thus:"), ("list_item", "one"), ("list_item", "two"), ("paragraph", "and so on."),
    ]  # fmt: skip


def test_labels_stand_above_their_items() -> None:
    only = read(
        "<p>Thus: <list><label><hi>a</hi>.</label><item>One.</item><label>b.</label><item>Two.</item></list></p>"
    )
    assert kinds(only)[2:] == [("list_item", "a.\nOne."), ("list_item", "b.\nTwo.")]


def test_line_breaks_part_lines() -> None:
    only = read("<p>a. Students<lb/>b. Labour<note n='1' xml:id='d1fn1'>N.</note>\n<lb/>c. Army</p>")
    assert only.blocks[1].text == "a. Students\nb. Labour\nc. Army"
    assert only.notes[0].anchor_offset == len("a. Students\nb. Labour")


def test_cells_are_joined_by_two_tabs_and_rows_by_a_line_end() -> None:
    content = (
        '<table rows="2"><head>Trade</head><row><cell/><cell>1961</cell></row>'
        "<row><cell> Oil\n</cell><cell><p>3</p></cell><cell/></row></table>"
    )
    assert kinds(read(content))[1:] == [("table", "Trade\n\t\t1961\nOil\t\t3")]


@pytest.mark.parametrize("between", ["<!-- c -->", "<?pi?>", '<pb n="7" xml:id="pg_7"/>'])
def test_what_stands_between_cells_and_items_moves_none(between: str) -> None:
    row = f"<row>{between}<cell>A</cell>{between}<cell>B</cell></row>"
    one = read(f"<table>{between}{row}{between}<row><cell>C</cell><cell/><cell>D</cell></row></table>")
    assert one.blocks[-1].text == "A\t\tB\nC\t\t\t\tD"
    one = read(f"<list><label>L</label>{between}<item>I</item></list>")
    assert [b.text for b in one.blocks[1:]] == ["L\nI"]


def test_words_where_none_should_be_are_kept() -> None:
    table = "<table>before <row>first <cell>A</cell> between <cell>B</cell> last</row> after</table>"
    kept = " ".join(b.text for b in read(table).blocks)
    assert all(word in kept for word in ("before", "first", "between", "last", "after"))
    close = "<table><row><cell>a</cell></row>Words<row><cell>b</cell>Mid<cell>c</cell></row>After</table>"
    assert read(close).blocks[-1].text == "a\nWords\nb Mid\t\tc\nAfter"
    inner = '<div type="document" xml:id="d2" n="2"><head>2. Inner</head><p>Text.</p></div>'
    outer = parsed(volume(document(f"<p>Here.</p>{inner} and more <p>There.</p>")))[-1].document
    assert outer is not None
    assert "and more" in [b.text for b in outer.blocks]


def test_closer_with_names_lines_and_loose_words() -> None:
    content = (
        "<p>Text.</p><closer><signed><persName>Sherman Kent</persName><lb/>Assistant Director</signed><lb/>"
        "<signed>CWH</signed> <hi>Acting</hi></closer><postscript><p>P.S. More.</p></postscript>"
    )
    assert kinds(read(content))[2:] == [
        ("signature", "Sherman Kent\nAssistant Director"), ("signature", "CWH"), ("other", "Acting"),
        ("paragraph", "P.S. More."),
    ]  # fmt: skip


def test_words_of_a_closer_without_a_name_are_a_paragraph() -> None:
    content = "<closer>Yours, <signed>Rusk</signed></closer><p>Text.</p><closer>[No signature]</closer>"
    assert kinds(read(content))[1:] == [
        ("paragraph", "Yours,"), ("signature", "Rusk"), ("paragraph", "Text."), ("paragraph", "[No signature]"),
    ]  # fmt: skip


def test_a_paragraph_in_capitals_can_head_those_present() -> None:
    content = "<p>ATTENDANCE</p><p>The President</p><p>PRESENT WERE ALL</p><p>Present</p>"
    assert [kind for kind, _ in kinds(read(content))[1:]] == ["list_head", "paragraph", "paragraph", "paragraph"]


def test_quotes_attachments_figures_and_struck_words_keep_their_words() -> None:
    content = (
        "<p>He said <quote>yes</quote> and<quote><p>No.</p></quote></p><quote>Set apart.</quote>"
        '<frus:attachment xml:id="d1at1"><head>Enclosure</head><p>I <del rend="strikethrough">will</del> go.</p>'
        '</frus:attachment><figure><graphic url="x"/><head>Map</head></figure>'
    )
    assert [t for _, t in kinds(read(content))[1:]] == [
        "He said yes and", "No.", "Set apart.", "Enclosure", "I will go.", "Map",
    ]  # fmt: skip


def test_unknown_elements_and_comments_lose_no_words() -> None:
    only = read("<p>One <uh-oh>two</uh-oh> <frus:problem>three</frus:problem><!-- not this --> four<?x y?>.</p>")
    assert only.blocks[1].text == "One two three four."


def test_white_space_is_collapsed_as_html_does() -> None:
    only = read("<p>\n  One\u00a0 two\t<hi>three</hi>\n   four (<hi>\n<persName>Eban</persName>\n</hi>).\n</p>")
    assert only.blocks[1].text == "One\u00a0 two three four (Eban)."


# ---- mentions


def test_mentions_say_who_is_named_and_where() -> None:
    head = 'Letter From <persName type="from" corresp="#p_RD1">Rusk</persName> to <persName type="to">X</persName>'
    content = (
        'The <gloss target="#t_NSC1">NSC</gloss> met<note n="1" xml:id="d1fn1"><persName corresp="#p_KNS1">Khrushchev'
        "</persName> knew.</note>."
    )
    only = read(f"<p>{content}</p>", head)
    volume_id = "frus1961-63v99"
    assert [(m.kind, m.person_id or m.term_id, m.text, m.role) for m in only.mentions] == [
        ("person", f"{volume_id}/p_RD1", "Rusk", "from"), ("person", None, "X", "to"),
        ("term", f"{volume_id}/t_NSC1", "NSC", None), ("person", f"{volume_id}/p_KNS1", "Khrushchev", None),
    ]  # fmt: skip
    assert [(m.block_ordinal, m.note_id, m.offset) for m in only.mentions] == [
        (1, None, 15), (1, None, 23), (2, None, 4), (None, f"{volume_id}/d1fn1", 0),
    ]  # fmt: skip
    for mention in only.mentions:
        text = only.notes[0].text if mention.note_id else only.blocks[(mention.block_ordinal or 0) - 1].text
        assert text[mention.offset :].startswith(mention.text)
