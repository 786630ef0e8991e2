"""Every code of the TEI reader is provoked by a fault of the file, and a sound file provokes none."""

import re

import pytest

from pipeline.findings import MOST, rules
from tei import PERSONS, TITLES, codes, document, parsed, volume

P = "<p>Text.</p>"
NOTE = '<p>Text.<note n="1" xml:id="d1fn1">A note.</note></p>'


def one(content: str, head: str | None = "Letter", attributes: str = "") -> bytes:
    return volume(document(content, "1", head, attributes))


FAULTS: dict[str, bytes] = {
    "P601": one(P)[:-30],
    "P602": one("<p>" + "<hi>" * 300 + "</hi>" * 300 + "</p>"),
    "P603": volume(),
    "P604": volume(document(P), persons=PERSONS + PERSONS),
    "P605": one(NOTE.replace("d1fn1", "d2fn1")),
    "P606": volume(document(P).replace(' xml:id="d1"', "")),
    "P607": one(NOTE.replace("A note", 'A <note n="2" xml:id="d1fn2">B.</note>')),
    "P608": one(NOTE.replace(' n="1"', "")),
    "P609": one("<p>Te<uh-oh>x</uh-oh>t.</p>"),
    "P610": one('<p>See <ref target="#d3">Document 2</ref>.</p>'),
    "P611": one('<p><persName corresp="#p_X1">Nobody</persName></p>'),
    "P612": one('<dateline><date when="1961-02-30">February 28, 1961</date></dateline>' + P),
    "P613": one('<p rend="centre">Text.</p>'),
    "P614": one('<table rows="2"><row><cell>a</cell></row></table>'),
    "P615": volume(document(P), titles=TITLES + TITLES),
    "P616": one("<head>Letter</head>" + P),
    "P617": one(P + "<p/>"),
    "P618": one(P + "<pb/>"),
    "P619": volume(document(P), idno="frus1961-63v98"),
    "P621": volume(document(P), P),
    "P620": one("<p>" + "<hi>" * 120 + "x" + "</hi>" * 120 + "</p>"),
}
OTHERS: dict[str, bytes] = {
    "P202": volume(document(P).replace("<head>1.", "<head>2.")),
    "P203": one(P, None),
    "P403": one(NOTE.replace("Text.", "Text.").replace("</p>", " More.2 It went on.</p>")),
    "P404": one(NOTE + NOTE.replace("1", "3")),
    "P501": one(P, 'Letter<note n="1" xml:id="d1fn1">Source: Kennedy Library. The text is a copy made by hand.</note>'),
}


def test_every_code_of_the_tei_reader_is_provoked_here() -> None:
    assert set(FAULTS) == {code for code in rules() if code.startswith("P6")}


@pytest.mark.parametrize("code", FAULTS | OTHERS)
def test_fault_provokes_its_code(code: str) -> None:
    assert code in codes((FAULTS | OTHERS)[code])


def test_a_sound_volume_provokes_nothing() -> None:
    assert codes(one(NOTE + '<p>See <ref target="#d1">Document 1</ref>, <persName>Rusk</persName>.</p>')) == set()


@pytest.mark.parametrize("code", FAULTS | OTHERS)
def test_findings_have_a_line_of_the_file(code: str) -> None:
    data = (FAULTS | OTHERS)[code]
    if code in ("P601", "P602", "P603", "P604", "P615", "P619"):  # of the file as a whole
        return
    found = [f for p in parsed(data) for f in p.findings if f.code == code]
    lines = data.count(b"\n") + 1
    assert all(f.line and 1 < f.line <= lines for f in found)
    assert all(f.document_id for f in found)


def test_root_that_names_another_volume_is_told() -> None:
    assert codes(volume(document(P), root=' xml:id="frus1961-63v98"')) == {"P619"}


def test_a_list_of_faults_is_cut_short() -> None:
    only = parsed(one("<p/>" * (MOST + 30)))[0]
    assert len([f for f in only.findings if f.code == "P617"]) == MOST + 1


def test_stray_marker_is_told_where_a_note_is_missing() -> None:
    content = (
        '<p>One.<note n="1" xml:id="d1fn1">A.</note> It was 1968.2 He said so.<note n="3" xml:id="d1fn3">B.</note></p>'
    )
    assert codes(one(content.replace("1968.2", "over.2"))) >= {"P403", "P404"}


def test_documents_without_ids_are_still_apart() -> None:
    data = re.sub(rb' xml:id="d\d" n="\d"', b"", volume(document(P, "1", None), document(P, "2", None)))
    ids = [p.document.document_id for p in parsed(data) if p.document]
    assert ids == ["frus1961-63v99/document-1", "frus1961-63v99/document-2"]
