"""Documents of a volume that are read without the rest of it: the same as in the whole, or not cut at all."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.cache import Cache
from pipeline.findings import Finding, Placed, UnusableError
from pipeline.model import Document
from pipeline.parsing import tei_cut
from pipeline.parsing.tei import TOGETHER, VolumeParsed, read_documents, read_part, read_volume
from pipeline.parsing.tei_stream import LINE_MAX
from pipeline.parsing.text import Parsed
from pipeline.reading import AT_ONCE, ReadBatch, VolumeBatch
from tei import FAULTY, NAME, document, plain, save, unit_of, volume

FAKE = '<div type="document" xml:id="no">'


def told(parsed: Parsed) -> list[object]:
    """All that is read of a document, and the lines its parts are on."""
    found: Document | None = parsed.document
    lines = []
    if found and parsed.locator:
        places: list[Placed] = [*found.blocks, *found.notes]
        lines = [parsed.locator.finding("R301", "m", place) for place in places]
    return [found, parsed.findings, lines]


def streamed(data: bytes, head: VolumeParsed) -> list[list[object]]:
    assert head.volume is not None
    return [told(p) for p in read_documents(data, head.volume)]


def in_parts(data: bytes, head: VolumeParsed, size: int) -> list[list[object]]:
    assert head.volume is not None
    assert head.cuts is not None
    found = []
    for first in range(0, head.documents, size):
        part = head.cuts.part(first, first + size)
        found += [told(p) for p in read_part(part, data[part.start : part.end], head.volume, first)]
    return found


def same(data: bytes) -> bool:
    """Tell whether a volume is cut; if so, its parts are what the whole is, up to a document with a fault."""
    head = read_volume(data, NAME)
    if head.cuts is None:
        return False
    assert len(head.cuts.documents) == head.documents
    whole = streamed(data, head)
    if whole[-1][0] is None:
        good = whole[:-1]
        alone = in_parts(data, head, 1)
        assert alone[: len(good)] == good
        assert alone[len(good)][0] is None
    else:
        assert all(in_parts(data, head, size) == whole for size in (1, 2, head.documents))
    return True


def within(words: str) -> Callable[[bytes], bytes]:
    """Put something before the documents, into one, between two, and behind the last."""
    new = words.encode()

    def put(data: bytes) -> bytes:
        data = data.replace(b"<head>Chapter</head>", b"<head>Chapter</head>" + new).replace(b"2. Letter", b"2. " + new)
        return data.replace(b'<div type="document" xml:id="d4"', new + b'<div type="document" xml:id="d4"') + (
            new if words.startswith("<!--") else b""
        )

    return put


def prefixed(data: bytes) -> bytes:
    return data.replace(b"<", b"<t:").replace(b"<t:/", b"</t:").replace(b"<t:?", b"<?").replace(b"xmlns=", b"xmlns:t=")


CUT: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "comments": within(f"<!-- {FAKE} ' -- > -->".replace(" -- ", " - ")),
    "sections": within(f"<p><![CDATA[{FAKE} ]] ' <!-- ]]></p>"),
    "instructions": within(f'<?x {FAKE} " > <!-- ?>'),
    "signs in values": within("""<note n=">" xml:id='a"b>'>'"<hi rend="/>"/></note>"""),
    "divisions": within("<div type='section'><div\n/><p>More.</p></div\n>"),
    "names alike": within("<divx/><frus:div type='document'/><div.a type='document'/>"),
    "pages": within('<pb n="&lt;&quot;7&amp;\n"/>'),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "mark": lambda data: b"\xef\xbb\xbf" + data,
    "prefix": prefixed,
    "two prefixes": lambda data: prefixed(data).replace(b"<t:TEI", b'<t:TEI xmlns="http://www.tei-c.org/ns/1.0"'),
    "prefix of another": lambda data: data.replace(b"<TEI", b'<TEI xmlns:o="o"').replace(
        b"2. Letter", b'<o:div type="document"/>'
    ),
    "not declared": lambda data: data.partition(b"?>")[2].lstrip(),
    "small letters": lambda data: data.replace(b"UTF-8", b"utf-8"),
    "single quotes": lambda data: data.replace(b'"', b"'"),
    "no ids": lambda data: data.replace(b"xml:id=", b"n2="),
    "one id": lambda data: data.replace(b'xml:id="d2"', b'xml:id="d1"'),
    "in the body": lambda data: data.replace(b'<div type="chapter" xml:id="ch1">', b"<!---->").replace(
        b"</div></body>", b"</body>"
    ),
    "chapters": lambda data: data.replace(
        b'<div type="document" xml:id="d3"', b'</div>\n<div n="2"><div type="document" xml:id="d3"'
    ),
    "root on lines": lambda data: data.replace(b"<TEI", b'<!-- <TEI> -->\n<TEI\nxml:id="x>"\n'),
    "empty": lambda data: data.replace(b'<div type="document" xml:id="d3"', b'<div type="document"/>\n<div type="s"'),
    "many lines": lambda data: data.replace(b"<body>", b"<body>" + b"\n" * (LINE_MAX - 200)),
}
NOT_CUT: dict[str, Callable[[bytes], bytes]] = {
    "written out": lambda data: data.replace(b'type="document" xml:id="d3"', b'type="docum&#101;nt" xml:id="d3"'),
    "documents in a document": within(f"{FAKE}<p>More.</p></div>"),
    "document type": lambda data: data.replace(b"<TEI", b"<!DOCTYPE TEI><TEI", 1),
    "values by default": lambda data: data.replace(
        b"<TEI", b'<!DOCTYPE TEI [<!ATTLIST div type CDATA "document">]><TEI', 1
    ),
    "latin-1": lambda data: data.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1", "xmlcharrefreplace"),
    "UTF-16": lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 not declared": lambda data: data.partition(b"?>")[2].lstrip().decode().encode("utf-16"),
    "UTF-16 without mark": lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "version": lambda data: data.replace(b'version="1.0"', b'version="1.1"'),
    "space below the root": lambda data: data.replace(b"<body>", b'<body xmlns="http://www.tei-c.org/ns/1.0">'),
    "fault between documents": lambda data: data.replace(
        b'<div type="document" xml:id="d4"', b'</q><div type="document" xml:id="d4"'
    ),
    "comment without an end": lambda data: data.replace(b"2. Letter", b"2. <!-- Letter"),
    "fault at the end": lambda data: data + b"<",
    "cut off": lambda data: data[:-400],
    "no document": lambda data: data.replace(b'type="document"', b'type="section"'),
    "root in another": lambda data: b"<all>" + data.partition(b"?>")[2] + b"</all>",
}


@pytest.mark.parametrize("form", CUT)
def test_documents_alone_are_what_they_are_in_the_whole(form: str) -> None:
    data = CUT[form](plain())
    assert form == "as it is" or data != plain()
    assert same(data)


@pytest.mark.parametrize("form", NOT_CUT)
def test_what_may_not_be_the_same_alone_is_not_cut(form: str) -> None:
    data = NOT_CUT[form](plain())
    assert data != plain()
    assert read_volume(data, NAME).cuts is None


def lines_of(parts: list[list[object]]) -> list[int | None]:
    """All lines of findings."""
    return [f.line for told in parts for of_one in told[1:] for f in cast("Iterable[Finding]", of_one)]


@pytest.mark.parametrize("below", [b"<body>", b'<div type="document" xml:id="d2"'])
def test_lines_are_given_where_the_parser_counts_no_more(below: bytes) -> None:
    known = read_volume(plain(), NAME)
    data = plain().replace(
        below, b"<body>" * (below == b"<body>") + b"\n" * 3 * LINE_MAX + below.removeprefix(b"<body>")
    )
    head = read_volume(data, NAME)
    assert head.cuts is not None
    before = lines_of(in_parts(plain(), known, 1))
    first = plain()[: plain().index(below)].count(b"\n") + 1
    assert lines_of(in_parts(data, head, 1)) == [n + 3 * LINE_MAX if n and n >= first else n for n in before]
    assert all(before)
    together = lines_of(in_parts(data, head, head.documents))
    assert set(together) - {None} <= set(lines_of(in_parts(data, head, 1)))


def test_a_very_large_document_is_not_cut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    head = read_volume(plain(), NAME)
    assert head.cuts is not None
    largest = max(cut.end - cut.start for cut in head.cuts.documents)
    for limit in (largest, largest - 1):
        monkeypatch.setattr(tei_cut, "LARGEST", limit)
        assert (read_volume(plain(), NAME).cuts is None) == (limit < largest)


@pytest.mark.parametrize(
    "sign",
    ["<!---->", "<?x?>", "<p n='>'/>", "<p n='\"'/>", "<div/>", "</p><p>", "<!-- <div > -->", '<!-- <div n=" -->'],
)
def test_the_time_to_cut_grows_with_the_file_only(sign: str) -> None:
    """What is never ended, or begins again and again, would take minutes if it were looked through each time."""
    start = time.process_time()
    assert same(volume(document(f"<p>{sign * 20_000}</p><!-- {'<!-- <div <? '.replace('--', '-') * 100_000} -->")))
    assert time.process_time() - start < 20


# ---- volumes made up

WORDS = st.sampled_from(
    [
        "Text ", "\n", "\r\n", "é–", "&lt;div&gt;", "'", '"', ">", "]]", f"<!-- {FAKE} > -->", "<!---->",
        "<!-- <t:div n=' -->",
        f"<![CDATA[{FAKE}</div>]]>", f"<?x {FAKE}?>", "<?div?>", "<t:hi rend='a>b\"'>x</t:hi>", '<t:pb n=">"/>',
        '<t:note n="1">See Document 2.</t:note>', "<frus:div type='document'>y</frus:div>", "<t:div/>",
        '<t:div type="section"\n><t:p>z</t:p></t:div  >', "<t:divx>q</t:divx>", "<div xml:id='a'/>", "&#x64;",
    ]
)  # fmt: skip
CONTENT = st.lists(WORDS, max_size=6).map("".join)
TAG = st.sampled_from(
    [
        'type="document" xml:id="d{n}"', "xml:id='d{n}'\n type='document'\t", 'n="{n}" type = "document"',
        'type="docum&#101;nt" xml:id="d{n}"', "rend='type=\"document\"' xml:id=\"d{n}\"", 'type="document" n=">"',
        'type="document" xml:id="&#100;{n}"',
    ]
)  # fmt: skip
DIVISION = st.tuples(CONTENT, TAG, CONTENT).map(lambda p: f"{p[0]}<t:div {p[1]}><t:head>H</t:head>{p[2]}</t:div>")
AROUND = st.sampled_from(
    [
        "",
        "<t:head>A &amp; b<t:note>n</t:note>\n “c”</t:head>",
        "<t:pb n='&lt;7&quot;'/>",
        "<t:pb xml:id='pg_8'/><t:head/>",
    ]
)
NESTED = st.recursive(
    DIVISION,
    lambda inner: st.tuples(AROUND, st.lists(inner, max_size=3)).map(
        lambda p: f"<t:div n='1'>{p[0]}{''.join(p[1])}</t:div>\n"
    ),
)
RARE = st.sampled_from(["", "", "", "<t:div type='document'>", "<t:p xmlns:n='n'>", "</t:q>", "<!--", "&"])


@given(st.lists(NESTED, max_size=5), st.sampled_from(["", "t:", "ö:"]), RARE, st.integers(0, 9), st.booleans())
@example(['<t:div type="document"/>'], "", "", 0, True)
def test_any_volume_is_read_in_parts_as_in_the_whole(
    divisions: list[str], prefix: str, rare: str, at: int, mark: bool
) -> None:
    parts = [d.replace("{n}", str(n)) for n, d in enumerate(divisions, 1)]
    parts.insert(at, rare + "</t:div>" if rare.startswith("<t:d") else rare + "</t:p>" * rare.startswith("<t:p"))
    body = f"<t:teiHeader/><t:text>{'<t:pb/>'.join(parts)}</t:text>".replace("t:", prefix)
    space = f"xmlns{':' * bool(prefix)}{prefix.rstrip(':')}='http://www.tei-c.org/ns/1.0'"
    data = f"<{prefix}TEI {space} xmlns:frus='f'>{body}</{prefix}TEI>".encode()
    data = b"\xef\xbb\xbf" * mark + data
    is_cut = same(data)
    if rare:
        assert not is_cut or (rare.startswith("<t:d") and "&#100;" not in "".join(parts))
    elif "&#10" not in body:  # such an id or type is not in the tag as the parser gives it
        head = read_volume(data, NAME)
        assert is_cut == (head.documents > 0 and "P601" not in {f.code for f in head.findings})


# ---- parts of a file


def test_a_volume_too_large_to_be_read_at_once_is_read_all_the_same(tmp_path: Path) -> None:
    """It is as the same octets in memory are, but that only the whole file tells where its documents lie."""
    far = (b"<!--" + b"x" * (1 << 20) + b"-->\n") * (AT_ONCE * 3 // 5 >> 20)
    data = volume(document("<p>One.</p>", "1"), "<far/>", document("<p>Two.</p>", "2"), "<far/>")
    path = save(tmp_path, data.replace(b"<far/>", far))
    assert path.stat().st_size > AT_ONCE
    looked = VolumeBatch(path, path.name, Cache(None))()
    assert looked.cuts is None
    assert looked == replace(read_volume(path.read_bytes(), path.name), cuts=None)
    assert looked.documents == 2


def test_a_part_of_many_octets_is_read_in_pieces(tmp_path: Path) -> None:
    sizes = (1, 2000, 30_000, 1, 1, 9000, 20_000, 50_000, 1)
    data = volume(*(document(f"{FAULTY}<p>{'See Note 2. ' * n}</p>", str(i)) for i, n in enumerate(sizes, 1)))
    unit, head = unit_of(save(tmp_path, data), 0, None), read_volume(data, NAME)
    assert head.cuts is not None
    pieces = [*head.cuts.pieces(TOGETHER)]
    assert [first for first, _ in pieces] == [0, 6, 7, 8]
    assert [cut for _, piece in pieces for cut in piece.documents] == [*head.cuts.documents]
    assert [told(p) for p in unit.parse(unit.octets())] == streamed(data, head)


def test_a_part_reads_its_own_octets_only(tmp_path: Path) -> None:
    path = save(tmp_path, plain())
    unit = unit_of(path, 1, 3)
    data = plain()
    before, after = data.index(b'<div type="document" xml:id="d2"'), data.index(b'<div type="document" xml:id="d4"')
    assert unit.octets() == data[before:after].rstrip()
    path.write_bytes(b"\0" * before + data[before:after] + b"\0" * 10)
    assert [told(p) for p in unit.parse(unit.octets())] == streamed(data, read_volume(data, NAME))[1:3]


@pytest.mark.parametrize("change", [lambda d: d.replace(b"Text", b"Test"), lambda d: b"\n" + d, lambda d: d[:-1200]])
def test_a_part_that_has_changed_is_refused_and_not_kept(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = save(tmp_path, plain())
    unit = unit_of(path, 3, None)
    path.write_bytes(change(plain()))
    batch = ReadBatch((unit,), tmp_path, Cache(tmp_path / "cache"))
    with pytest.raises(UnusableError, match="was changed"):
        batch()
    assert not (tmp_path / "cache").exists()


def test_cuts_are_kept_with_the_volume(tmp_path: Path) -> None:
    path = save(tmp_path, CUT["root on lines"](plain()))
    batch = VolumeBatch(path, path.name, Cache(tmp_path / "cache"))
    looked = batch()
    assert batch() == looked
    assert looked.cuts is not None
    assert [data for data in tmp_path.glob("cache/*/*") if data.is_file()]


def test_parts_of_another_file_have_another_key(tmp_path: Path) -> None:
    """What a document takes from its volume lies outside of its octets."""
    (tmp_path / "other").mkdir()
    one = unit_of(save(tmp_path, plain()), 0, 2)
    other = unit_of(save(tmp_path / "other", plain().replace(b"Rusk, Dean", b"Rusk, D.  ")), 0, 2)
    assert one.octets() == other.octets()
    assert one.key(one.octets()) != other.key(other.octets())
