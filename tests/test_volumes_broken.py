"""Volumes with faults: of the XML, of ids and numbers, and of what is said beside them."""

from pathlib import Path

import pytest

from commands import make
from packages import rows
from pipeline.build import build_package
from pipeline.options import Options
from tei import document, save, volume
from volumes import REPLY, STEM, TOML, three

PADDING = b"<p>Text that is said again and again, so that much follows.</p>" * 9000


@pytest.mark.parametrize(
    ("fault", "word"),
    [(b"AT & T", "EntityRef"), (b"caf&eacute;", "eacute"), (b"a < b", "Tag"), (b"caf\xe9", ""), (b"</q>", "mismatch")],
)
def test_a_fault_with_much_behind_it_is_told_where_it_is(fault: bytes, word: str, tmp_path: Path) -> None:
    data = three().replace(b"<p>Text.</p>", b"<p>Text. " + fault + b"</p>" + PADDING)
    outcome = build_package(save(tmp_path, data), tmp_path / "out", Options(archive="none", keep_going=True))
    found = next(f for f in outcome.findings if f.code == "P601")
    line = data[: data.index(b"<p>Text. ")].count(b"\n") + 1
    assert found.line == line
    assert word in found.message  # which are those of the parser
    assert [r["number"] for r in rows(tmp_path / "out" / STEM, "documents")] == ["1", "2"]


def test_a_fault_at_the_very_beginning_is_no_line_zero(tmp_path: Path) -> None:
    for data in (b"", b"<", b'<!DOCTYPE TEI SYSTEM "x.dtd"><TEI>&undefined;</TEI>'):
        found = build_package(save(tmp_path, data), tmp_path / "out", Options(check=True)).findings
        assert {f.line for f in found if f.code == "P601"} <= {None, 1}


def test_numbers_beyond_measure_are_no_numbers(tmp_path: Path) -> None:
    large = "9" * 5000
    links = f'<ref target="#d{large}">this</ref>, <ref target="#pg_{large}">that</ref>'
    data = volume(document(f'<pb n="{large}" xml:id="pg_1"/><p>See {links}.</p>'))
    outcome = build_package(save(tmp_path, data), tmp_path / "out", Options(check=True))
    assert {f.code for f in outcome.findings} <= {"K101", "K106"}


@pytest.mark.parametrize("xml_id", ["nul.x", "con", "document.schema"])
def test_an_id_that_is_no_name_of_a_file_is_not_used(xml_id: str, tmp_path: Path) -> None:
    data = volume(document("<p>Text.</p>").replace('xml:id="d1"', f'xml:id="{xml_id}"'))
    outcome = build_package(save(tmp_path, data), tmp_path / "out", Options(archive="none"))
    assert "P606" in {f.code for f in outcome.findings}
    assert (tmp_path / f"out/{STEM}/documents/d1.json").exists()


def test_a_volume_in_capitals_is_a_volume(tmp_path: Path) -> None:
    cites = '<p>Text.<note n="1" xml:id="d1fn1">See footnote 7, Document 2.</note></p>'
    path = save(tmp_path, volume(document(cites), document(REPLY, "2")), "FRUS1961-63v99.XML")
    found = next(f for f in build_package(path, options=Options(check=True)).findings if f.code == "R301")
    assert found.line is not None
    assert found.line > 1
    assert "footnote 7" in (found.excerpt or "")


def test_what_a_volume_says_itself_is_not_for_package_toml(tmp_path: Path) -> None:
    source = save(tmp_path, three())
    toml = source.with_name(f"{STEM}.toml")
    toml.write_text(
        TOML.replace("[package]", '[package]\nvolume = "frus1961-63v98"') + '[documents."d1"]\nnumber = "7"\n'
    )
    found = build_package(source, options=Options(check=True)).findings
    assert {(f.code, f.file, f.line) for f in found if f.is_error} == {("K104", toml.name, 2), ("K104", toml.name, 7)}


def test_ids_that_name_a_volume_are_looked_for_in_it_alone(tmp_path: Path) -> None:
    (tmp_path / "volumes").mkdir()
    source = save(tmp_path / "volumes", three())
    save(source.parent, volume(document("<p>Text.</p>"), idno="frus1961-63v98"), "frus1961-63v98.xml")
    result = make(source.parent, "--only", f"{STEM}/d1", "-o", tmp_path / "out", "--archive", "none", "--no-cache")
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [STEM, f"{STEM}-bag"]


@pytest.mark.parametrize("ids", ["", " , "])
def test_only_nothing_is_wrong_usage(ids: str, tmp_path: Path) -> None:
    result = make(save(tmp_path, three()), "--check", "--only", ids)
    assert result.exit_code == 2
    assert "no id of a document is given" in result.stderr


def test_what_is_wrong_with_the_set_is_told_at_the_document(tmp_path: Path) -> None:
    twin = document("<p>Twin.</p>")
    numbered = document("<p>Again.</p>", "5").replace("5. Letter", "2. Letter").replace('n="5"', 'n="2"')
    data = volume(document("<p>Text.</p>"), document(REPLY, "2"), twin, numbered, document("<p>Last.</p>", "9"))
    found = build_package(save(tmp_path, data), options=Options(check=True)).findings
    lines = data.decode().split("\n")

    def line_before(words: str) -> int:
        return next(n for n, text in enumerate(lines, 1) if words in text) - 1  # that of the start tag

    assert [f.line for f in found if f.code == "V401"] == [line_before("Twin.")]
    assert [f.line for f in found if f.code == "V404"] == [line_before("Again.")]
    assert [f.file for f in found if f.code == "V402"] == [f"{STEM}.xml"]


@pytest.mark.parametrize("coding", ["UTF-8", "UTF-16"])
def test_a_reference_is_told_at_its_line_in_any_encoding(coding: str, tmp_path: Path) -> None:
    broken = '<p>Text.<note n="1" xml:id="d1fn1">See footnote 7, Document 2.</note></p>'
    data = volume(document(broken), document(REPLY, "2"))
    line = data[: data.index(b"See footnote 7")].count(b"\n") + 1
    path = save(tmp_path, data.decode().replace("UTF-8", coding, 1).encode(coding))
    found = build_package(path, options=Options(check=True)).findings
    assert [f.line for f in found if f.code == "R301"] == [line]


def test_a_prefix_that_is_not_declared_costs_nothing_and_says_so(tmp_path: Path) -> None:
    data = volume(document("<p>Some <x:hi>odd</x:hi> text.</p>"), document(REPLY, "2"))
    outcome = build_package(save(tmp_path, data), tmp_path / "out", Options(archive="none", keep_going=True))
    assert ["lost" in f.message for f in outcome.findings if f.code == "P601"] == [False]
    assert outcome.counts["documents"] == 2
