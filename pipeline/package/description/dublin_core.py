"""Write metadata/metadata.csv: Dublin Core of each file, as Archivematica reads it from a transfer.

Facts and files come in, CSV goes out. Archivematica looks for the file below the root of the transfer, which is the
payload of the bag, and has by then moved all else under `objects/`: so the paths begin with that. The row `objects`
speaks of the whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from pipeline.model import LIST_SEPARATOR
from pipeline.package.description.facts import Facts, uri
from pipeline.package.description.inventory import Item
from pipeline.package.description.markup import clean
from pipeline.package.formats import format_of

FILE = "metadata/metadata.csv"
ROOT = "objects"
"""Where Archivematica puts all of a transfer but its folders of metadata and logs."""

_COLUMNS = (
    "title", "creator", "subject", "description", "publisher", "date", "type", "format", "identifier", "source",
    "relation", "rights",
)  # fmt: skip


def table(facts: Facts, items: Sequence[Item]) -> bytes:
    """Return metadata.csv; files of the folder metadata/ itself are none of its objects."""
    volume = facts.printed[1] if facts.printed else None
    rows = {ROOT: _whole(facts)}
    rows |= {f"{ROOT}/{i.path}": _file(i, volume) for i in items if not i.path.startswith("metadata/")}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["Filename", *(f"dc.{column}" for column in _COLUMNS)])
    for path, row in rows.items():
        writer.writerow([path, *(" ".join(clean(row.get(column) or "").split()) for column in _COLUMNS)])
    return text.getvalue().encode()


def _whole(facts: Facts) -> dict[str, str | None]:
    return {
        "title": facts.title,
        "creator": LIST_SEPARATOR.join(a.name for a in facts.creators),
        "subject": LIST_SEPARATOR.join(facts.keywords),
        "description": facts.description,
        "publisher": facts.publisher.name if facts.publisher else None,
        "date": facts.known_date,
        "type": "Dataset",
        "identifier": facts.identifier,
        "source": LIST_SEPARATOR.join(url or title for title, url in facts.sources),
        "rights": LIST_SEPARATOR.join(uri(x.path) or x.name for x in facts.licenses),
    }


def _file(item: Item, volume: str | None) -> dict[str, str | None]:
    document = item.document
    row: dict[str, str | None] = {"title": item.title, "format": format_of(item.path).media_type}
    row["type"] = "Dataset" if item.is_table else "Text"
    if document is not None:
        row |= {"subject": LIST_SEPARATOR.join(document.subject), "date": document.date, "relation": volume}
        row["identifier"] = document.url or document.document_id
    return row
