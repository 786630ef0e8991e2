"""Small volumes of TEI written for the tests, and what is read of them."""

from pathlib import Path

from pipeline.cache import Cache
from pipeline.model import Document
from pipeline.parsing.tei import read_documents, read_volume
from pipeline.parsing.text import Parsed
from pipeline.reading import TeiUnit, VolumeBatch, put_down

NAME = "frus1961-63v99.xml"
OLD, NEW = "http://history.state.gov/ns/1.0", "http://history.state.gov/frus/ns/1.0"
PERSONS = (
    '<item><hi rend="strong"><persName xml:id="p_RD1">Rusk, Dean</persName>,</hi> Secretary of\n  State</item>'
    '<item><persName xml:id="p_KNS1">Khrushchev, Nikita S.</persName>, Chairman</item>'
)
TERMS = '<item><hi rend="strong"><term xml:id="t_NSC1">NSC</term>,</hi> National Security Council</item>'
TITLES = (
    '<title type="complete">Foreign Relations of the United States,\n   1961–1963, Volume XCIX, Small\n   Matters'
    "</title>"
    '<title type="series">Foreign Relations of the United States</title><title type="subseries">1961–1963</title>'
    '<title type="volumenumber">Volume XCIX</title><title type="volume">Small Matters</title>'
)


def volume(
    *documents: str,
    persons: str = PERSONS,
    terms: str = TERMS,
    titles: str = TITLES,
    idno: str = "frus1961-63v99",
    root: str = "",
    doctype: str = "",
    space: str = OLD,
) -> bytes:
    """Return a volume with these documents."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{doctype}
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="{space}"{root}>
<teiHeader><fileDesc><titleStmt>{titles}
<editor role="primary">Jane Doe</editor><editor role="general">John Roe</editor></titleStmt>
<publicationStmt><publisher>United States Government Printing Office</publisher><pubPlace>Washington</pubPlace>
<date>1996</date><idno type="dospubno">10318</idno><idno type="isbn-10"/><idno type="isbn-13">9780160451782</idno>
<idno type="frus">{idno}</idno></publicationStmt></fileDesc></teiHeader>
<text><front><div type="section" xml:id="persons"><head>Persons</head><list type="names">{persons}</list></div>
<div type="section" xml:id="terms"><head>Terms</head><list type="terms">{terms}</list></div></front>
<body><pb n="1" xml:id="pg_1"/><div type="chapter" xml:id="ch1"><head>Chapter</head>
{"".join(documents)}
</div></body></text></TEI>""".encode()


def document(content: str, number: str = "1", head: str | None = "Letter", attributes: str = "") -> str:
    """Return a document with a heading and what follows it."""
    heading = "" if head is None else f"<head>{number}. {head}</head>"
    return f'<div type="document" xml:id="d{number}" n="{number}"{attributes}>{heading}\n{content}\n</div>\n'


def parsed(data: bytes, name: str = NAME) -> list[Parsed]:
    """Read all documents of a volume."""
    found = read_volume(data, name)
    assert found.volume is not None, found.findings
    return list(read_documents(data, found.volume))


def read(content: str, head: str | None = "Letter", number: str = "1", attributes: str = "") -> Document:
    """Read the one document with a heading and this content."""
    only = parsed(volume(document(content, number, head, attributes)))[0].document
    assert only is not None
    return only


def codes(data: bytes, name: str = NAME) -> set[str]:
    """Return the codes of all that is found in a volume."""
    found = read_volume(data, name)
    documents = list(read_documents(data, found.volume)) if found.volume else []
    return {f.code for f in (*found.findings, *(f for p in documents for f in p.findings))}


def save(folder: Path, data: bytes, name: str = NAME) -> Path:
    """Write a volume to a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def kinds(read: Document) -> list[tuple[str, str]]:
    """Return kind and text of the blocks of a document."""
    return [(b.kind, b.text) for b in read.blocks]


FAULTY = '<p rend="odd">Text.<note n="4" xml:id="d1fn4">See Document 2.</note></p>\n<p/>'


def plain(number: int = 5) -> bytes:
    """Return a volume of so many documents, each with faults that are told."""
    return volume(*(document(FAULTY.replace("d1", f"d{n}"), str(n)) for n in range(1, number + 1)))


def unit_of(path: Path, first: int, last: int | None) -> TeiUnit:
    """Return documents of a volume, as a batch has them, where they can be told apart."""
    batch = VolumeBatch(path, path.name, Cache(None))
    head = batch()
    assert head.volume is not None
    assert head.cuts is not None
    return put_down(batch, head.volume, head, path.with_suffix(".json")).unit(first, last)
