"""Faults in the XML of documents: each costs the document it lies in, is told at its place, and takes no time."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.build import build_package
from pipeline.cache import Cache
from pipeline.findings import UnusableError
from pipeline.options import Options
from pipeline.reading import VolumeBatch
from pipeline.single import read_document
from tei import document, plain, save, unit_of, volume

FAULTS = (
    b"AT & T", b"</q>", b"a < b", b"&eacute;", b"caf\xe9", b"]]>", b"<p n=1/>", b"<pb n=5/>", b"<pb n='1' n='2'/>",
    b"<pb n='&nbsp;'/>", b"<pb n='<'/>", b"<pb n='5/>", b"<teiHeader type='document'>x</teiHeader>&",
    b"<hi>" * 300 + b"</hi>" * 300,
)  # fmt: skip


@given(st.lists(st.sampled_from([b"", b"", *FAULTS]), min_size=1, max_size=6), st.integers(0, 6), st.booleans())
@example([b"", FAULTS[0], FAULTS[1], b"", FAULTS[2]], 0, True)
@example([b"", b"", FAULTS[-1], b""], 1, False)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_fault_costs_the_document_it_lies_in(tmp_path: Path, faults: list[bytes], first: int, crlf: bool) -> None:
    data = plain(len(faults))
    for number, fault in enumerate(faults, 1):
        data = data.replace(b"%d. Letter" % number, b"\n%d. Letter " % number + fault)
    data = data.replace(b"\n", b"\r\n") if crlf else data
    unit = unit_of(save(tmp_path, data), min(first, len(faults) - 1), None)
    read = list(unit.parse(unit.octets()))
    asked = faults[unit.first :]
    assert [p.document is None for p in read] == [bool(fault) for fault in asked]
    for number, (parsed, fault) in enumerate(zip(read, asked, strict=True), unit.first + 1):
        if parsed.document:
            assert parsed.document.number == str(number)
        else:
            (told,) = parsed.findings
            assert told.code == ("P602" if len(fault) > 1000 else "P601")
            assert told.line == data[: data.index(b"%d. Letter" % number)].count(b"\n") + 1
            assert told.document_id == f"frus1961-63v99/d{number}"
            assert told.code == "P602" or told.message.endswith("; the document is lost")


def test_lines_in_the_words_of_the_parser_are_those_of_the_file(tmp_path: Path) -> None:
    data = volume(document("<p>" + "w\n" * 50 + "</p>"), document("<p>\n\n<hi>x</p>", "2"))
    unit = unit_of(save(tmp_path, data), 0, None)
    (told,) = [*unit.parse(unit.octets())][-1].findings
    line = data[: data.index(b"<hi>")].count(b"\n") + 1
    assert f"hi line {line} and p" in told.message


@pytest.mark.parametrize(
    ("first", "last"), [("<!-- oops", "<!-- ok -->"), ("<![CDATA[ x ]>", "<![CDATA[ y ]]>"), ("<?x", "<?y z?>")]
)
def test_no_document_is_lost_without_a_word(tmp_path: Path, first: str, last: str) -> None:
    """What hides others is told with their number, or costs what follows, and says so."""
    data = plain(6).replace(b"2. Letter", first.encode() + b"&amp &").replace(b"5. Letter", last.encode() + b"&amp &")
    path = save(tmp_path, data)
    head = VolumeBatch(path, path.name, Cache(None))()
    if head.cuts is None:
        (told,) = (f for f in head.findings if f.code == "P601")
        assert told.message.endswith("; what follows is lost")
        return
    unit = unit_of(path, 0, None)
    read = list(unit.parse(unit.octets()))
    assert [p.document.number for p in read if p.document] == ["1", "6"]
    (told,) = (f for p in read if not p.document for f in p.findings)
    assert told.message.endswith("; the document is lost, and 3 that seem to begin in it")


def test_a_lost_document_is_told_of_where_it_is_asked_for(tmp_path: Path) -> None:
    path = save(tmp_path, plain(3).replace(b"2. Letter", b"2. AT & T"))
    told = {}
    for only in ("d1", "d2"):
        outcome = build_package(path, tmp_path / "out", Options(check=True, only=(only,)))
        told[only] = [f.code for f in outcome.findings if f.code in ("P601", "K108")]
    assert told == {"d1": [], "d2": ["P601"]}
    with pytest.raises(UnusableError, match=r"cannot be shown: xmlParseEntityRef: no name; the document is lost"):
        read_document(f"{path}#d2")


@pytest.mark.parametrize("last", [2, None])
def test_a_name_that_is_not_declared_costs_nothing(tmp_path: Path, last: int | None) -> None:
    unit = unit_of(save(tmp_path, plain(3).replace(b"2. Letter", b"<x:hi>2. Letter</x:hi>")), 0, last)
    read = list(unit.parse(unit.octets()))
    assert [p.document is None for p in read] == [False, False, True, *([False] if last is None else [])]
    assert ["lost" in f.message for f in read[2].findings] == [False]


@pytest.mark.parametrize(
    ("content", "root"),
    [
        (f"<div document {'a' * 1_000_000}></div>", ""),
        (f"<div document {'a ' * 500_000}=></div>", ""),
        (f"<div n='&lt;' {'a' + ' ' * 1_000_000}></div>", ""),
        ("<p/>" * 80_000, "".join(f' xmlns:p{n}="http://www.tei-c.org/ns/1.0"' for n in range(20_000))),
        ("&", f' n="{"x" * 1_000_000}"'),
    ],
)
def test_no_tag_takes_long_to_read(tmp_path: Path, content: str, root: str) -> None:
    """Each would take minutes, or hours, where its length counts with its square."""
    start = time.process_time()
    documents = [document(content), *(document("&", str(n)) for n in range(2, 300))]
    build_package(save(tmp_path, volume(*documents, root=root)), tmp_path / "out", Options(check=True))
    assert time.process_time() - start < 20
