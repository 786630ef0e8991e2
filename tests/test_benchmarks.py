"""The renderer of TEI volumes and the scorer, which the figures of accuracy rest on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gold import Rendered, render_volume
from lxml import etree
from scoring import Tally, annotated, found, score

from conftest import ROOT
from pipeline import parse

HEAD = '<head>1. Letter<note n="1" xml:id="d1fn1" type="source">Source: Files. Secret.</note></head>'


def volume(folder: Path, *documents: str) -> Path:
    """A TEI volume with these documents in a chapter of a compilation."""
    path = folder / "frus1861v01.xml"
    body = "\n".join(f'<div type="document" xml:id="d{i}" n="{i}">{d}</div>' for i, d in enumerate(documents, 1))
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0" '
        'xmlns:frus="http://history.state.gov/frus/ns/1.0" xml:id="frus1861v01"><text><body>'
        f'<div type="compilation"><head>C</head><div type="chapter"><head>Ch</head>{body}</div></div>'
        "</body></text></TEI>\n",
        "utf-8",
    )
    return path


@pytest.fixture
def rendered(tmp_path: Path) -> Any:
    """Renders one document."""

    def render(document: str, *, datelines: bool = True) -> Rendered:
        [made] = render_volume(volume(tmp_path, document), datelines=datelines)
        return made

    return render


def said(made: Rendered, kind: str) -> list[str]:
    return [made.text[s["start"] : s["end"]] for s in made.spans if s["kind"] == kind]


def test_marker_is_glued_or_spaced_as_the_white_space_before_the_note(rendered: Any) -> None:
    glued = rendered(f"{HEAD}<p>Text.</p>")
    assert glued.text == "1. Letter1\n\nText.\n\n  1. Source: Files. Secret."
    assert said(glued, "title") == ["1. Letter1"]
    assert [s for s in glued.spans if s["kind"] == "marker"] == [
        {"kind": "marker", "marker": "1", "start": 9, "end": 10, "text": "1"}
    ]
    assert [s for s in glued.spans if s["kind"] == "note"] == [
        {"kind": "note", "marker": "1", "source": True, "start": 24, "end": 46}
    ]
    spaced = rendered(f"{HEAD.replace('<note', chr(10) + '  <note')}<p>Text.</p>")
    assert said(spaced, "title") == ["1. Letter 1"]


def test_notes_are_numbered_from_one_whatever_their_labels(rendered: Any) -> None:
    made = rendered(
        '<head>1. Letter<note n="0">Zero.</note></head><p>A<note n="1">One.</note> b<note n="*"><p>Star.</p>'
        "<p>More.</p></note></p><closer><signed>Ann Lee<lb/>Consul</signed></closer>"
    )
    assert made.text == "1. Letter0\n\nA1 b*\n\nAnn Lee\nConsul\n  1. Zero.\n  2. One.\n\n  3. Star.\n\n    More."
    assert [(s["marker"], made.text[s["start"] : s["end"]]) for s in made.spans if s["kind"] == "note"] == [
        ("0", "Zero."), ("1", "One."), ("*", "Star.\n\n    More."),
    ]  # fmt: skip
    assert said(made, "signature") == ["Ann Lee\nConsul"]


def test_page_breaks(rendered: Any) -> None:
    made = rendered(
        '<pb n="1"/><head>1. Letter</head><p>We were<pb n="2"/>not.</p><pb n="3"/><list><item>One</item><pb n="4"/>'
        '<item>Two and more than that, to be longer than links</item></list><pb n="5" type="facsimile"/><p>End.</p>'
    )
    assert made.text == (
        "[Page 1]\n\n1. Letter\n\nWe were [Page 2] not.\n\n[Page 3]\n  • One\n"
        "  • Two and more than that, to be longer than links\n[Facsimile Page 5]\n\nEnd."
    )
    assert [s["page"] for s in made.spans if s["kind"] == "page"] == ["1", "2", "3", "5"]
    assert said(made, "paragraph") == ["We were [Page 2] not.", "End."]


def test_lists(rendered: Any) -> None:
    made = rendered(
        "<head>1. Letter</head><list type='subject'><head>SUBJECT</head><item>Trade</item></list>"
        "<list type='participants'><head>PRESENT</head><item>France<list><item>Ann</item><item>Bo</item></list></item>"
        "<item>Cy</item></list><p>These:<list type='ordered'><item>a</item><item/><item>b</item></list>and so on.</p>"
        "<list><label>x</label><item>why</item></list><p>End.</p>"
    )
    assert made.text == (
        "1. Letter\n\nSUBJECT\n\n  • Trade\n\nPRESENT\n\n  • France\n    • Ann\n    • Bo\n  • Cy\n\nThese:\n\n"
        "  1. a\n  3. b\nand so on.\n\nx\nwhy\n\nEnd."
    )
    assert said(made, "list_head") == ["SUBJECT", "PRESENT"]
    assert said(made, "subject") == ["Trade"]
    assert said(made, "participant") == ["Cy"]
    assert said(made, "list_item") == ["Ann", "Bo", "a", "b", "why"]
    assert said(made, "paragraph") == ["These:", "and so on.", "End."]


def test_table(rendered: Any) -> None:
    made = rendered(
        "<head>1. Letter</head><table><head>Ships</head><row><cell/><cell>1860</cell></row>"
        "<row><cell>North</cell><cell>2</cell></row></table><p>End.</p>"
    )
    assert made.text == "1. Letter\n\nShips\n\t\t1860\nNorth\t\t2\n\nEnd."


def test_dateline_is_kept_or_lost_and_a_note_in_it_keeps_its_place_in_the_list(rendered: Any) -> None:
    document = (
        '<head>1. Letter</head><opener><dateline><placeName>Paris</placeName>, <date when="1861-05-04">May 4'
        '</date><note n="1">So dated.</note>.</dateline><seg>Secret</seg></opener><p>Sir<note n="2">Him.</note></p>'
    )
    kept = rendered(document)
    assert kept.text == "1. Letter\n\nParis, May 41.\nSecret\n\nSir2\n\n  1. So dated.\n  2. Him."
    [dateline] = [s for s in kept.spans if s["kind"] == "dateline"]
    assert (dateline["when"], dateline["place"], dateline["text"]) == ("1861-05-04", "Paris", "Paris, May 41.")
    lost = rendered(document, datelines=False)
    assert lost.text == "1. Letter\n\nSecret\n\nSir2\n\n  1. So dated.\n  2. Him."
    assert said(lost, "marker") == ["2"]
    assert said(lost, "dateline") == []


def test_inline_source_note_is_a_paragraph_and_no_note(rendered: Any) -> None:
    made = rendered(
        '<note rend="inline" type="source">501.BB/4–148: Telegram</note><head>The Consul (<persName type="from">Lee'
        '</persName>) to the <gloss type="to">Secretary</gloss></head><p>See <ref target="#d2">Document 2</ref>.</p>'
    )
    assert made.text == "501.BB/4–148: Telegram\n\nThe Consul (Lee) to the Secretary\n\nSee Document 2."
    assert said(made, "paragraph")[0] == "501.BB/4–148: Telegram"
    assert said(made, "title") == ["The Consul (Lee) to the Secretary"]
    assert said(made, "person_from") == ["Lee"]
    assert said(made, "person_to") == []
    assert [(s["target"], s["text"]) for s in made.spans if s["kind"] == "ref"] == [("#d2", "Document 2")]
    assert said(made, "note") == []


def test_what_the_extractor_takes_for_links_or_icons_is_lost(rendered: Any) -> None:
    made = rendered(
        "<head>1. Letter about a matter of some length</head><p>A<hi>—</hi>b and more text to outweigh the links<note "
        'n="1"><ref target="#d2">Document 2</ref>.</note></p><p>More text that outweighs the links of the page.</p>'
    )
    assert made.text == (
        "1. Letter about a matter of some length\n\nAb and more text to outweigh the links1\n\n"
        "More text that outweighs the links of the page."
    )
    assert said(made, "marker") == ["1"]
    assert said(made, "note") == []


def test_volume_with_repeated_ids_is_read_to_its_end(tmp_path: Path) -> None:
    path = volume(tmp_path, '<head xml:id="x">1. A</head><p xml:id="x">B<!-- c --> d</p>', "<head>2. B</head>")
    assert [(r.number, r.text) for r in render_volume(path, datelines=True)] == [("1", "1. A\n\nB d"), ("2", "2. B")]
    path.write_text("<TEI", "utf-8")
    with pytest.raises(etree.XMLSyntaxError):
        list(render_volume(path, datelines=True))


def test_score_counts_exact_places_and_labels(rendered: Any) -> None:
    made = rendered(f"{HEAD}<dateline><date when='1861-05-04'>Paris, May 4, 1861</date>.</dateline><p>Text.</p>")
    document = parse(made.text.encode(), "d1.txt", volume="frus1861v01").document
    assert document is not None
    assert found(document) == annotated(made.spans)
    tally = Tally()
    score(tally, "1", made.spans, document, "frus1861v01")
    assert not tally.differences
    assert all(tally.f1(kind) == 1.0 for kind in tally.kinds)
    assert tally.gold["date"] == tally.gold["all anchors"] == 1

    wrong = [s | {"start": s["start"] + 1} if s["kind"] == "marker" else s for s in made.spans]
    tally = Tally()
    score(tally, "1", wrong, document, "frus1861v01")
    assert [(d.kind, d.what) for d in tally.differences if d.what == "wrong"] == [("anchor", "wrong")]
    assert (tally.f1("anchor"), tally.recall("all anchors")) == (0.0, 0.0)

    tally = Tally()
    score(tally, "1", made.spans, None, "frus1861v01")
    assert (tally.got["document"], tally.recall("title"), tally.precision("title")) == (0, 0.0, 0.0)


def test_reference_is_right_by_overlap_and_target() -> None:
    text = "1. Letter\n\nSee Document 2 and Document 3."
    document = parse(text.encode(), "d1.txt", volume="frus1861v01").document
    tally = Tally()
    spans = [
        {"kind": "ref", "target": "#d2", "start": 15, "end": 25},
        {"kind": "ref", "target": "frus1862#d3", "start": 30, "end": 40},
        {"kind": "ref", "target": "#pg_3", "start": 0, "end": 5},
    ]
    score(tally, "1", spans, document, "frus1861v01")
    assert (tally.gold["reference"], tally.got["reference"], tally.hit["reference"]) == (2, 2, 1)


@pytest.mark.parametrize("layout", ["tei", "texts"])
def test_command_prints_both_tables(tmp_path: Path, layout: str) -> None:
    path = volume(tmp_path, f"{HEAD}<p>Text.</p>", "<head>2. Letter</head><p>Text.</p>")
    if layout == "texts":
        (tmp_path / "frus1861v01").mkdir()
        with (tmp_path / "frus1861v01.gold.jsonl").open("w", encoding="utf-8") as lines:
            for made in render_volume(path, datelines=True):
                name = f"frus1861v01/d{made.number}.txt"
                (tmp_path / name).write_text(made.text, "utf-8")
                print(json.dumps({"file": name, "number": made.number, "spans": made.spans}), file=lines)
        path.unlink()
    run = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/accuracy.py"), str(tmp_path), "frus1861v01", "--datelines", "lost"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    rows = [line.split() for line in run.stdout.splitlines()]
    assert ["title", "2", "2", "2", "1.0000", "1.0000", "1.0000"] in rows
    assert ["frus1861v01", "2", "1.0000", "1.0000"] in rows


def test_command_reports_a_volume_that_cannot_be_read(tmp_path: Path) -> None:
    volume(tmp_path, f"{HEAD}<p>Text.</p>")
    (tmp_path / "frus1862.xml").write_text("<TEI", "utf-8")
    run = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/accuracy.py"), str(tmp_path), "--jobs", "1"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert run.returncode == 1
    assert "frus1862: not read to its end: XMLSyntaxError" in run.stderr
    assert "Traceback" not in run.stderr
    assert "frus1861v01" in run.stdout
