"""One document of TEI as the later volumes have it: electronic ones, and those since 1969 in their newer encoding."""

import tempfile
from pathlib import Path

from pipeline.findings import TextLocator
from pipeline.index import Index, card_of, entry_of
from pipeline.resolve import resolve
from tei import document, kinds, parsed, read, volume


def test_note_that_holds_a_summary_and_the_source_is_one_note() -> None:
    said = (
        '<p><seg type="summary">Summary: They met.</seg></p>'
        '<p><seg type="source">Source: Kennedy Library. Secret.</seg></p>'
    )
    only = read("<p>Text.</p>", f'Letter<note n="1" xml:id="d1fn1">{said}</note>')
    assert [(n.kind, n.text) for n in only.notes] == [
        ("source", "Summary: They met.\n\nSource: Kennedy Library. Secret.")
    ]
    assert [a.repository for a in only.archival_sources] == ["Kennedy Library"]
    assert [(s.classification, s.remainder) for s in only.source_notes] == [("Secret", "Summary: They met.")]


def test_leaves_that_a_document_counts_for_itself_are_no_pages_of_the_volume() -> None:
    leaves = '<pb n="1" xml:id="d1-01"/><p>Text <pb n="2" xml:id="d1_pg2"/>'
    only = read(f'{leaves} and <pb n="7" xml:id="pg_7"/>text.</p>')
    assert [p.page for p in only.page_breaks] == ["1", "2", "7"]
    assert (card_of(only).first_page, card_of(only).last_page) == (7, 7)
    assert entry_of(only).pages == ("1", "7")


def test_document_begins_on_no_page_where_only_leaves_are_counted() -> None:
    data = volume(*(document(f'<pb n="1" xml:id="d{n}-01"/><p>Text.</p>', str(n), None) for n in (1, 2)))
    pages = data.replace(b'<pb n="1" xml:id="pg_1"/>', b"")
    assert [p.document.first_page for p in parsed(pages) if p.document] == [None, None]


def test_source_is_no_note_in_the_body_that_does_not_begin_so_though_it_is_tagged() -> None:
    head = 'Letter<note n="1" xml:id="d1fn1">Source: Kennedy Library.</note><note n="2" xml:id="d1fn2">Short.</note>'
    only = read('<p>Text.<note n="3" xml:id="d1fn3" type="source">The Navy does not believe it.</note></p>', head)
    assert [n.kind for n in only.notes] == ["source", "note", "note"]
    assert [s.note_id[-3:] for s in only.source_notes] == ["fn1"]


def test_label_of_an_attachment_is_a_paragraph_also_where_it_is_tagged_as_its_source() -> None:
    only = read(
        '<p>Text.</p><frus:attachment><note rend="inline" type="source">Enclosure</note><head>Paper</head><p>More.</p>'
        "</frus:attachment>"
    )
    assert [b.text for b in only.blocks[1:]] == ["Text.", "Enclosure", "Paper", "More."]
    assert only.notes == ()


def test_lists_with_heads_within_that_of_participants_are_their_groups() -> None:
    groups = "".join(
        f"<item><list><head><hi>{name}</hi></head><item>Mr. {who}, Ambassador</item></list></item>"
        for name, who in (("US", "Nitze"), ("Soviet Participants", "Sokolov"))
    )
    only = read(f'<list type="participants"><head>PARTICIPANTS</head>{groups}</list>')
    assert kinds(only)[1:4] == [
        ("list_head", "PARTICIPANTS"), ("list_head", "US"), ("participant", "Mr. Nitze, Ambassador"),
    ]  # fmt: skip
    assert [(p.name, p.role, p.group) for p in only.participants] == [
        ("Mr. Nitze", "Ambassador", "US"), ("Mr. Sokolov", "Ambassador", "Soviet Participants"),
    ]  # fmt: skip


def test_note_without_words_that_points_at_another_marks_it_once_more() -> None:
    content = '<p>One.<note n="1" xml:id="d1fn1">Not found.</note></p><p>Two.<note target="#d1fn1"/> Three.</p>'
    data = volume(document(content))
    (only,) = parsed(data)
    assert only.document is not None
    assert [(n.marker, n.block_ordinal) for n in only.document.notes] == [("1", 2)]
    assert only.document.blocks[2].text == "Two. Three."
    assert [(f.code, f.severity) for f in only.findings] == [("P605", "info")]


def test_volume_of_a_file_is_none_of_the_series_though_it_is_linked() -> None:
    said = 'Source: Kennedy Library, NSC Files, Europe, <ref target="frus1961-63v13">Vol. XIII</ref>. Secret.'
    link = '<ref target="frus1961-63v14">Volume XIV</ref>'
    head = f'Letter<note n="1" xml:id="d1fn1" type="source">{said} Also in {link}.</note>'
    (only,) = parsed(volume(document("<p>Text.</p>", head=head)))
    assert only.document is not None
    assert [(r.text, r.target_volume) for r in only.document.references] == [("Volume XIV", "frus1961-63v14")]
    assert [f.code for f in only.findings if f.code != "P501"] == ["P610"]


def test_ibid_that_is_linked_to_a_document_resolves_to_it() -> None:
    cited = '<ref target="#d2">ibid., Document 2</ref>'
    first, second = (p.document for p in parsed(volume(document(f"<p>See {cited}.</p>"), document("<p/>", "2"))))
    assert first is not None
    assert second is not None
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        index.add(second.volume_id, [entry_of(second)])
        (done,), _ = resolve(first, index, lambda: TextLocator("x", ""))
    assert (done.kind, done.status, done.target_document_id) == ("ibid", "resolved", "frus1961-63v99/d2")


def test_principals_of_a_meeting_are_participants() -> None:
    only = read("<list><head>PRINCIPALS</head><item>Mr. Rusk, Secretary of State</item></list>")
    assert [(p.name, p.role) for p in only.participants] == [("Mr. Rusk", "Secretary of State")]


def test_body_among_persons_may_be_a_party_beside_them_and_heads_no_group() -> None:
    def groups(*lines: str) -> list[str | None]:
        items = "".join(f"<item>{line}</item>" for line in lines)
        return [p.group for p in read(f"<list><head>PARTICIPANTS</head>{items}</list>").participants]

    assert groups("The Secretary", "Chatham House Group", "Mr. Niles") == [None, None, None]
    assert groups("The Secretary", "French Delegation", "Mr. Niles") == [None, None, "French Delegation"]
    assert groups("Chatham House Group", "Mr. Niles") == [None, "Chatham House Group"]


def test_head_that_leads_in_subjects_or_references_is_of_what_the_list_is() -> None:
    def subjects(kind: str) -> tuple[str, ...]:
        return read(f"<list{kind}><head>RE</head><item>Congo</item></list>").subject

    assert (subjects(' type="subject"'), subjects(' type="references"'), subjects("")) == (("Congo",), (), ())
