"""Pages of the printed volume: which one a document begins on, and references to it."""

from pathlib import Path

from packages import rows
from pipeline.build import build_package
from pipeline.options import Options
from tei import document, parsed, save, volume
from volumes import REPLY, STEM


def test_page_that_a_document_begins_on_also_where_it_is_tagged_before_the_division() -> None:
    def pages(*breaks: str) -> str:
        return "".join(f'<pb n="{page}" xml:id="pg_{page}"/>' for page in breaks)

    head, text = "<head>Letter</head>", f"<p>Some {pages('14')} text.</p>"
    contents = [
        head + text,
        head + text,
        f"{pages('xv')}<head>{pages('16')}Letter</head>",
        f"<p/>{pages('17')}<p>A.</p>",
    ]
    documents = [f'<div type="document" xml:id="d{n}" n="{n}">{c}</div>' for n, c in enumerate(contents, 1)]
    told = volume(documents[0], pages("12", "13"), *documents[1:]).replace(b'<pb n="1" xml:id="pg_1"/>', b"")
    assert [p.document and p.document.first_page for p in parsed(told)] == [None, "13", "16", "16"]


def test_a_page_that_begins_before_a_document_is_one_of_the_package(tmp_path: Path) -> None:
    pages = " and ".join(f'<ref target="#pg_{page}">p. {page}</ref>' for page in (7, 8))
    cites = document(f'<p>Text.<note n="1" xml:id="d1fn1">See {pages}.</note></p>')
    data = volume(cites, '<pb n="7" xml:id="pg_7"/>', document(REPLY, "2"))
    build_package(save(tmp_path, data), tmp_path / "out", Options(archive="none"))
    assert [r["first_page"] for r in rows(tmp_path / "out" / STEM, "documents")] == ["1", "7"]
    cited = {r["target_page"]: r["status"] for r in rows(tmp_path / "out" / STEM, "references")}
    assert cited == {"7": "resolved", "8": "unverified"}
