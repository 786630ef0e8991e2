"""The names of the elements and attributes of FRUS TEI.

Source: TEI P5, and the schema of the series. The two namespaces of the series mean the same.
"""

from __future__ import annotations

from lxml import etree

TEI = "http://www.tei-c.org/ns/1.0"
FRUS = ("http://history.state.gov/frus/ns/1.0", "http://history.state.gov/ns/1.0")
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

DIV = f"{{{TEI}}}div"
HEADER = f"{{{TEI}}}teiHeader"
PAGE = f"{{{TEI}}}pb"
NOTE = f"{{{TEI}}}note"


def tei(*names: str) -> frozenset[str]:
    """Return the full names of elements of TEI."""
    return frozenset(f"{{{TEI}}}{name}" for name in names)


def frus(*names: str) -> frozenset[str]:
    """Return the full names of elements or attributes of the series, in both of its namespaces."""
    return frozenset(f"{{{space}}}{name}" for space in FRUS for name in names)


HOLDERS = tei("div", "postscript", "floatingText", "body", "front", "back", "group", "figure") | frus("attachment")
"""Elements that hold blocks."""
INLINE = tei(
    "hi", "date", "time", "placeName", "del", "add", "foreign", "emph", "title", "term", "name", "orgName",
    "num", "abbr", "expan", "choice", "sic", "corr", "orig", "reg", "q", "soCalled", "formula", "anchor", "milestone",
    "cb", "unclear", "supplied", "gap", "space", "affiliation", "roleName", "measure", "idno", "bibl", "editor",
    "publisher", "subst", "rs", "code", "ptr", "graphic", "mentioned", "said", "signatures", "address", "addrLine",
    "g", "w", "s", "pc",
)  # fmt: skip
"""Elements that only mark some of the words of a block."""


def is_document(element: etree._Element) -> bool:
    """Tell whether a division is a document: tagged so, or a section that holds one, as a message of the President."""
    return element.get("type") == "document" or element.get("subtype") == "historical-document"


def name_of(element: etree._Element) -> str:
    """Return the full name of an element; of a comment or a processing instruction, nothing."""
    tag: object = element.tag
    return tag if isinstance(tag, str) else ""


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]
