"""What each file of a package is, in a few words.

Paths and documents come in; an `Item` for each path goes out, in the order of the paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.model import TABLES, Document
from pipeline.package.tables import table_path
from pipeline.schemas import DOCUMENT_SCHEMA

_TITLES = {
    "CITATION.cff": "How to cite the package (Citation File Format)",
    "README.md": "What the package is, its tables, and how to load them",
    "datacite.json": "Description of the package for registries (DataCite)",
    "datacite.xml": "Description of the package for registries (DataCite)",
    "datapackage.json": "Description of every file, for programs (Data Package)",
    f"documents/{DOCUMENT_SCHEMA}": "JSON Schema of the records",
    "metadata/metadata.csv": "Description of each file (Dublin Core)",
    "metadata/premis.xml": "What happened to the files (PREMIS)",
    "report.json": "What was found wrong or left open",
    "ro-crate-metadata.json": "Description of the package as linked data (RO-Crate)",
    f"sources/{MANIFEST_FILE}": "What the sources cannot say of themselves",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a package: its path, what it is called, and the document it is the source or the record of."""

    path: str
    title: str | None
    document: Document | None = None

    @property
    def is_source(self) -> bool:
        """Whether the package was made from this file."""
        return self.path.startswith("sources/")

    @property
    def is_table(self) -> bool:
        """Whether this is one of the tables."""
        return self.path.startswith("tables/")


def record_path(document: Document, *, several: bool = False) -> str:
    """Return where the JSON record of a document lies in a package, of one volume or of several."""
    return f"documents/{document.document_id if several else document.document_id.rpartition('/')[2]}.json"


def inventory(paths: Iterable[str], documents: Sequence[Document]) -> list[Item]:
    """Say of each path what it is, sorted by path."""
    tables = {table_path(t.name): t.title for t in TABLES}
    own = {d.source_path: d for d in documents if d.source_path.endswith(".txt")}
    own |= {record_path(d): d for d in documents} | {record_path(d, several=True): d for d in documents}
    items = []
    for path in sorted(paths):
        document = own.get(path)
        title = document.title if document else tables.get(path) or _TITLES.get(path)
        items.append(Item(path, " ".join((title or "").split()) or None, document))
    return items
