"""What a document stands in: its page of the printed volume, references to that, and its chapters."""

from pathlib import Path

import pytest

from packages import rows
from pipeline.build import build_package
from pipeline.options import Options
from pipeline.parsing.tei import read_part, read_volume
from tei import NAME, document, parsed, save, volume
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


@pytest.mark.parametrize("printed", ["7", "[7]"])
def test_a_page_that_begins_before_a_document_is_one_of_the_package(tmp_path: Path, printed: str) -> None:
    pages = " and ".join(f'<ref target="#pg_{page}">p. {page}</ref>' for page in (7, 8))
    cites = document(f'<p>Text.<note n="1" xml:id="d1fn1">See {pages}.</note></p>')
    data = volume(cites, f'<pb n="{printed}" xml:id="pg_7"/>', document(REPLY, "2"))
    build_package(save(tmp_path, data), tmp_path / "out", Options(archive="none"))
    assert [r["first_page"] for r in rows(tmp_path / "out" / STEM, "documents")] == ["1", "7"]
    cited = {r["target_page"]: r["status"] for r in rows(tmp_path / "out" / STEM, "references")}
    assert cited == {"7": "resolved", "8": "unverified"}


def chapter(head: str, *content: str) -> str:
    return f'<div type="chapter"><head>{head}</head>{"".join(content)}</div>\n'


def test_chapters_that_a_document_stands_in() -> None:
    one, two, three, four = (document("<p>Text.</p>", str(n)) for n in range(1, 5))
    cuba = chapter('<hi rend="italic">Cuba</hi>\n &amp; arms<note n="1">See the map.</note>', two, three)
    data = volume(one, cuba, chapter("Prose", "<p>Words.</p>"), "<div>", four, "</div>")
    head = read_volume(data, NAME)
    assert head.volume is not None
    assert head.cuts is not None
    documents = [p.document for p in parsed(data)]
    assert [d and d.chapters for d in documents] == [("Chapter",), *[("Chapter", "Cuba & arms")] * 2, ("Chapter",)]
    part = head.cuts.part(1, 3)
    read = read_part(part, data[part.start : part.end], head.volume, 1)
    assert [p.document for p in read] == documents[1:3]


def test_words_outside_of_documents_are_told_once_where_they_begin() -> None:
    prose = "<p>Words.</p><list><item>More.</item></list>"
    data = volume(
        document("<p>Text.</p><div><p>Within.</p></div>"),
        "\n<p>Between.</p>\n<pb/>",
        chapter('Prose<note n="1">Note.</note>', prose, document("<p>Text.</p>", "2")),
        "<p>Last.</p>",
    )
    (found,) = (f for f in read_volume(data, NAME).findings if f.code == "P621")
    assert found.message.startswith("5 paragraphs")
    assert found.line == data[: data.index(b"Between")].count(b"\n") + 1
    assert "P621" not in {f.code for f in read_volume(volume(document("<p>Text.</p>")), NAME).findings}


def test_headings_without_measure_are_not_repeated_by_every_document() -> None:
    long = chapter("Heading " * 1000, document("<p>Text.</p>"))
    assert [p.document and p.document.chapters for p in parsed(volume(long))] == [()]
