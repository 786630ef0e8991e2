"""Volumes of TEI: what they say of themselves, documents one by one, broken and hostile XML."""

import gc
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from pipeline.findings import WHOLE, Placed, locator_of
from pipeline.model import TABLES
from pipeline.parsing.tei import read_documents, read_volume
from tei import NAME, NEW, TITLES, codes, document, parsed, save, volume

PLAIN = "<p>Text.</p>"


def three() -> bytes:
    return volume(*(document(f"<p>Text of {n}.</p>", str(n)) for n in (1, 2, 3)))


def test_a_volume_says_what_it_is() -> None:
    found = read_volume(three(), NAME)
    assert found.documents == 3
    assert found.findings == ()
    assert found.volume is not None
    record = found.volume
    assert record.volume_id == "frus1961-63v99"
    assert record.title == "Foreign Relations of the United States, 1961–1963, Volume XCIX, Small Matters"
    assert (record.subseries, record.volume_number, record.volume_title) == (
        "1961–1963",
        "Volume XCIX",
        "Small Matters",
    )
    assert (record.editors, record.general_editors) == (("Jane Doe",), ("John Roe",))
    assert (record.published, record.publication_place, record.isbn) == ("1996", "Washington", "9780160451782")
    assert record.source_path == f"sources/{NAME}"


def test_header_of_later_years_says_the_same_and_what_years_are_covered() -> None:
    data = three().replace(b'"subseries"', b'"sub-series"').replace(b'"volumenumber"', b'"volume-number"')
    content = b'<date type="content-date" notBefore="1960-12-01T00:00:00-05:00" notAfter="1963-01-31">1960</date>'
    data = data.replace(b"<publicationStmt>", b"<publicationStmt>" + content)
    found = read_volume(data, NAME)
    assert found.findings == ()
    assert found.volume is not None
    record = found.volume
    assert (record.subseries, record.volume_number, record.published) == ("1961–1963", "Volume XCIX", "1996")
    assert (record.coverage_from, record.coverage_to) == (1960, 1963)


def test_volume_known_by_its_subject_has_an_empty_number() -> None:
    empty = '<title type="sub-series"/><title type="volume-number"/>'
    kept = "".join(re.findall('<title type="(?:complete|series|volume)">.*?</title>', TITLES, re.DOTALL))
    found = read_volume(volume(document(PLAIN), titles=kept + empty), NAME)
    assert found.findings == ()
    assert found.volume is not None
    assert (found.volume.subseries, found.volume.volume_number) == (None, None)
    assert codes(volume(document(PLAIN), titles=kept)) == {"P615"}


def test_lists_of_persons_and_terms_are_read_with_their_descriptions() -> None:
    record = read_volume(three(), NAME).volume
    assert record is not None
    assert [(p.person_id, p.name, p.description) for p in record.persons] == [
        ("frus1961-63v99/p_RD1", "Rusk, Dean", "Secretary of State"),
        ("frus1961-63v99/p_KNS1", "Khrushchev, Nikita S.", "Chairman"),
    ]
    assert [(t.term_id, t.term, t.description) for t in record.terms] == [
        ("frus1961-63v99/t_NSC1", "NSC", "National Security Council")
    ]


def test_rows_of_a_volume_and_of_a_document_lie_in_their_own_tables() -> None:
    record = read_volume(three(), NAME).volume
    only = parsed(three())[0].document
    assert record is not None
    assert only is not None
    rows = {t.name: (len(list(t.rows(record))), len(list(t.rows(only)))) for t in TABLES}
    assert rows["volumes"] == (1, 0)
    assert rows["persons"] == (2, 0)
    assert rows["documents"] == (0, 1)
    assert rows["blocks"] == (0, 2)


def test_file_and_bytes_give_the_same(tmp_path: Path) -> None:
    path = save(tmp_path, three())
    found = read_volume(path)
    assert found == replace(read_volume(three(), NAME), cuts=None)  # which only octets at hand have
    assert found.volume is not None
    assert [p.document for p in read_documents(path, found.volume)] == [p.document for p in parsed(three())]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 3), (2, 99), (1, 1), (3, None), (0, None)])
def test_a_batch_is_what_the_whole_has_there(first: int, last: int | None) -> None:
    record = read_volume(three(), NAME).volume
    assert record is not None
    batch = [p.document for p in read_documents(three(), record, first, last)]
    assert batch == [p.document for p in parsed(three())][first:last]


def test_both_namespaces_of_the_series_are_one() -> None:
    content = "<p>Text.</p><frus:attachment xml:id='d1at1'><head>Enclosure</head><p>More.</p></frus:attachment>"
    old, new = (parsed(volume(document(content), space=s))[0] for s in (NEW, "http://history.state.gov/ns/1.0"))
    assert old.document is not None
    assert new.document is not None
    assert old.document.blocks == new.document.blocks
    assert [b.xml_id for b in old.document.blocks] == ["d1", "d1", "d1at1", "d1at1"]
    assert old.findings == ()


def test_memory_does_not_grow_with_the_number_of_documents() -> None:
    """While documents are read, no more than a few are in memory, whatever has been read before."""
    data = volume(*(document(f"<p>{'word ' * 50}</p>" * 20, str(n)) for n in range(1, 200)))
    record = read_volume(data, NAME).volume
    assert record is not None
    alive = []
    for index, _ in enumerate(read_documents(data, record)):
        if index in (20, 180):
            gc.collect()
            alive.append(sum(isinstance(o, etree._Element) for o in gc.get_objects()))  # noqa: SLF001 - no public name
    assert alive[1] <= alive[0] + 50


# ---- broken XML


def test_what_stands_before_a_fault_is_good() -> None:
    """Where documents cannot be found without a parser, as here with a document type, it ends the reading."""
    data = three().replace(b"<p>Text of 3.</p>", b"<p>Text of 3.</q>").replace(b"<TEI", b"<!DOCTYPE TEI><TEI")
    found = read_volume(data, NAME)
    assert found.volume is not None
    assert found.documents == 2
    assert [(f.code, f.line is not None) for f in found.findings] == [("P601", True)]
    read = list(read_documents(data, found.volume, 0, found.documents))
    assert [p.document.document_id for p in read if p.document] == ["frus1961-63v99/d1", "frus1961-63v99/d2"]
    assert not any(p.findings for p in read)


def test_reading_beyond_the_fault_ends_with_it() -> None:
    data = three()[: three().index(b"Text of 3")]
    record = read_volume(data, NAME).volume
    assert record is not None
    *good, last = read_documents(data, record)
    assert len(good) == 2
    assert last.document is None
    assert [f.code for f in last.findings] == ["P601"]


@pytest.mark.parametrize("data", [b"", b"no xml", b"\x00\xff", b"<a", "<a/>".encode("utf-16"), b'<?xml encoding="x"?>'])
def test_rubbish_is_a_finding(data: bytes) -> None:
    found = read_volume(data, NAME)
    assert found.volume is None
    assert found.documents == 0
    assert next(f.code for f in found.findings) in ("P601", "P603")


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [f.code for f in read_volume(tmp_path / "none.xml").findings] == ["P103"]


def test_truncation_anywhere_never_raises() -> None:
    data = three()
    for cut in range(0, len(data), 37):
        codes(data[:cut])


# ---- hostile XML

BOMB = '<!DOCTYPE TEI [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE TEI [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "doctype",
    [BOMB, OUTSIDE, '<!DOCTYPE TEI SYSTEM "http://example.org/x.dtd">', '<!DOCTYPE TEI [<!ENTITY % p "x">]>'],
)
def test_entities_and_outside_files_are_refused(doctype: str) -> None:
    found = read_volume(volume(document("<p>Text &b;.</p>" if doctype == BOMB else PLAIN), doctype=doctype), NAME)
    assert found.volume is None
    assert [f.code for f in found.findings] == ["P602"]


def test_no_file_is_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    data = volume(document("<p>Text &a;.</p>"), doctype=f'<!DOCTYPE TEI [<!ENTITY a SYSTEM "{secret.as_uri()}">]>')
    record = read_volume(three(), NAME).volume
    assert record is not None
    assert "SECRET" not in str(list(read_documents(data, record)))


@pytest.mark.parametrize("depth", [300, 5000])
def test_depth_is_refused(depth: int) -> None:
    data = volume(document("<p>" + "<hi>" * depth + "deep" + "</hi>" * depth + "</p>"))
    assert codes(data) == {"P602"}


@pytest.mark.parametrize("name", ["hi", "list><item", "quote", "note"])
def test_what_lies_deep_keeps_its_words(name: str) -> None:
    ends = "".join(f"</{n}>" for n in reversed(name.split("><")))
    times = 120 // len(name.split("><"))
    data = volume(document("<p>Text " + f"<{name}>" * times + "deep" + ends * times + " end.</p>"))
    only = parsed(data)[0]
    assert only.document is not None
    assert "deep" in str(only.document)
    assert "P620" in {f.code for f in only.findings}


def test_a_plain_doctype_is_no_harm() -> None:
    assert codes(volume(document(PLAIN), doctype="<!DOCTYPE TEI>")) == set()


# ---- places


def test_a_locator_made_later_finds_the_same_lines() -> None:
    data = volume(document("<p>Text.<note n='1' xml:id='d1fn1'>See footnote 7,\n Document 1.</note></p>"))
    record = read_volume(data, NAME).volume
    assert record is not None
    only = next(iter(read_documents(data, record)))  # whose elements are held until the next is asked for
    assert only.document is not None
    assert only.locator is not None
    later = locator_of(only.document, lambda: data)
    places: list[Placed] = [*only.document.references, *only.document.notes, *only.document.blocks, WHOLE]
    for place in places:
        assert later.finding("R301", "m", place) == only.locator.finding("R301", "m", place)
    found = later.finding("R301", "m", only.document.references[0])
    assert found.file == NAME
    assert found.line == data[: data.index(b"See footnote 7")].count(b"\n") + 1
    assert found.excerpt is not None
    assert found.excerpt[found.excerpt_start :][: found.excerpt_length] == "footnote 7, Document 1"


def test_a_locator_searches_the_words() -> None:
    only = parsed(volume(document("<p>A wrong\ufffd letter.<note n='1' xml:id='d1fn1'>And\ufffd here.</note></p>")))[0]
    assert only.locator is not None
    found = [(w, p.xml_id) for w, p in only.locator.search(re.compile("\ufffd"))]
    assert found == [("\ufffd", "d1"), ("\ufffd", "d1fn1")]


RICH = (
    '<dateline><placeName>Bonn</placeName>, <date when="1957-04-27T10:00:00">April 27, 1957</date>.</dateline>'
    '<list type="participants"><head>PRESENT</head><item>Rusk<note n="1" xml:id="d1fn1">A.</note></item></list>'
    '<pb n="7"/><p>See <ref target="#d2">Document 2</ref>.<note n="2" xml:id="d1fn2"><persName corresp="#p_RD1">Rusk'
    '</persName></note></p><table rows="1"><row><cell>a</cell></row></table><closer><signed>Rusk</signed></closer>'
)
DAMAGE = (
    "<hi>", "</p>", "<p>", "&", "&x;", "\x01", "\ufffe", '"', "<", ">", "٣", " ", "", "<!--", "]]>", "<note>",
    "</note>", '<div type="document" n="٣" xml:id="/../x">', "</div>", "<list>", "<row/>", "<cell/>", "<pb/>",
    "<lb/>", "\u2028",
)  # fmt: skip


@pytest.mark.parametrize("snippet", DAMAGE)
def test_damage_anywhere_never_raises(snippet: str) -> None:
    """A snippet is put in, or put in the place of what stands there, at many places of a rich document."""
    text = volume(document(RICH, "1"), document("<p>More.</p>", "2")).decode()
    start = text.index("<body>")
    for at in range(start, len(text), 7):
        codes((text[:at] + snippet + text[at:]).encode("utf-8", "replace"))
        codes((text[:at] + snippet + text[at + 3 :]).encode("utf-8", "replace"))


@pytest.mark.parametrize(
    "value", ["", " ", "٣", "../x", "x" * 300, "d1fn٣", "1 2", "#", "d1fn", "p_\u00a0", "1957-04-27", "T"]
)
def test_strange_values_of_attributes_never_raise(value: str) -> None:
    text = volume(document(RICH, "1"), root=' xml:id="x"').decode()
    for old in sorted(set(re.findall(r'(?<==")[^"]*(?=")', text))):
        if not old.startswith("http"):
            codes(text.replace(f'"{old}"', f'"{value}"').encode())


@pytest.mark.parametrize(
    "name", ["x y.xml", "..xml", "-.xml", "_a.xml", "é.xml", "a" * 200 + ".xml", "sub/frus1961-63v99.xml"]
)
def test_any_name_of_a_file_makes_an_id(name: str) -> None:
    assert read_volume(three(), name).volume is not None
    assert [p.document is not None for p in parsed(three(), name)] == [True] * 3
