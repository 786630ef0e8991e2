"""What a volume says of itself: its title page in the `teiHeader`, its lists of persons and of terms.

Elements come in, records go out. TEI P5, chapter 2, with the title types of the series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.model import Person, Term
from pipeline.parsing.tei_names import NOTE, TEI, XML_ID, local, name_of, tei

TITLE_TYPES = ("complete", "series", "subseries", "volumenumber", "volume")
"""Title types of which each header has one (Schematron of the series); later headers write `sub-series`."""
_MAY_BE_EMPTY = ("subseries", "volumenumber")
"""Volumes known by their subject have neither, and tag an empty title."""

_PERSON, _TERM = f"{{{TEI}}}persName", f"{{{TEI}}}term"
_ENTRY = tei("item", "row", "p", "person")
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


def words(element: _Element) -> str:
    """Return the words in an element, without those of its notes."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: _Element) -> Iterator[str]:
    """Yield the pieces of text in an element; the parser has bounded the depth."""
    yield element.text or ""
    for child in element:
        if name_of(child) not in ("", NOTE):
            yield from _texts(child)
        yield child.tail or ""


def read_header(header: _Element) -> tuple[dict[str, Any], list[str]]:
    """Return the columns of a volume that its header fills, and the title types that it has not exactly once."""
    of = f"{{{TEI}}}"
    statement = header.find(f"{of}fileDesc/{of}titleStmt")
    published = header.find(f"{of}fileDesc/{of}publicationStmt")
    titles: dict[str, str] = {}
    counted: Counter[str] = Counter()
    editors: dict[str, list[str]] = {"primary": [], "general": []}
    for element in () if statement is None else statement:
        name, text = local(name_of(element)), words(element)
        if name == "title":
            kind = element.get("type", "").replace("-", "")
            counted[kind] += bool(text) or kind in _MAY_BE_EMPTY
            if text:
                titles.setdefault(kind, text)
        elif name == "editor" and text:
            editors.setdefault(element.get("role", "primary"), []).append(text)
    about = {} if published is None else _publication(published)
    columns = {
        "title": titles.get("complete"),
        "subseries": _years(titles.get("subseries")),
        "volume_number": titles.get("volumenumber"),
        "volume_title": titles.get("volume"),
        "editors": tuple(editors["primary"]),
        "general_editors": tuple(editors["general"]),
        "published": about.get("date"),
        "coverage_from": int(about["first"]) if "first" in about else None,
        "coverage_to": int(about["last"]) if "last" in about else None,
        "publisher": about.get("publisher"),
        "publication_place": about.get("pubPlace"),
        "publication_number": about.get("dospubno"),
        "isbn": about.get("isbn-13") or about.get("isbn-10"),
        "frus": about.get("frus"),
    }
    return columns, [t for t in TITLE_TYPES if counted[t] != 1]


def _publication(element: _Element) -> dict[str, str]:
    """Return what a `publicationStmt` says, by the name of the element or the type of the number."""
    found: dict[str, str] = {}
    for child in element:
        name, text = local(name_of(child)), words(child)
        if child.get("type") == "content-date":  # when its documents were written
            for key, names in (("first", ("notBefore", "from", "when")), ("last", ("notAfter", "to", "when"))):
                year = next((v[:4] for n in names if (v := child.get(n))), "")
                found.update({key: year} if year.isascii() and year.isdigit() else {})
        elif name and text:
            found.setdefault(child.get("type", "") if name == "idno" else name, text)
    return found


def _years(subseries: str | None) -> str | None:
    """Return the years of a subseries, which some headers put behind the name of the series."""
    if subseries is None:
        return None
    return subseries.removeprefix("Foreign Relations of the United States").lstrip(" ,:") or None


def read_lists(section: _Element, volume: str) -> Iterator[Person | Term]:
    """Yield the entries of the lists of persons and terms in a division: those with an id."""
    for element in section.iter(_PERSON, _TERM):
        xml_id = "-".join((element.get(XML_ID) or "").split())
        name = words(element).rstrip(" ,;:")
        if not xml_id or not name:
            continue
        entry = next((a for a in element.iterancestors() if a.tag in _ENTRY), None)
        rest = words(entry).partition(name)[2].lstrip(" ,;:—–-") if entry is not None else ""
        key = f"{volume}/{xml_id}"
        if element.tag == _PERSON:
            yield Person(person_id=key, volume_id=volume, name=name, description=rest or None, xml_id=xml_id)
        else:
            yield Term(term_id=key, volume_id=volume, term=name, description=rest or None, xml_id=xml_id)
