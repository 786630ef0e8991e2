"""Descriptions of a package that other systems read, and that stay with it when the bag is unpacked.

The package as written so far comes in; these go out, made from package.toml and the records, with nothing invented:

    CITATION.cff             Citation File Format 1.2.0      people, reference managers
    datacite.json, .xml      DataCite 4.5                    registries of DOIs
    metadata/metadata.csv    Dublin Core of each file        Archivematica
    metadata/premis.xml      PREMIS 3                        Archivematica, any archive
    ro-crate-metadata.json   RO-Crate 1.1                    InvenioRDM, Dataverse, and what reads JSON-LD

No file can hold its own checksum, so the order is fixed. First come those that hold none; then premis.xml, with the
checksums of sources and tables; then the RO-Crate, with those of all files so far; datapackage.json, which the writer
makes at the very end, holds those of all others. The crate lists datapackage.json without a checksum. Whatever is in a
bag is also in its manifests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.model import Document
from pipeline.package.description import citation, datacite, dublin_core, premis, rocrate
from pipeline.package.description.facts import Facts
from pipeline.package.description.inventory import inventory
from pipeline.package.files import Folder
from pipeline.schemas import as_json


def write_description(
    folder: Folder, facts: Facts, documents: Sequence[Document], severities: Mapping[str, int], *, last: str
) -> None:
    """Add the descriptions to a package.

    Args:
        folder: the package, complete but for its descriptions; it holds sha256 digests.
        facts: what is known of the package.
        documents: the documents in the package, in order.
        severities: how many findings of each severity the build had.
        last: the path of the file that is still to be written.
    """
    cited = citation.citation(facts)
    if cited is not None:
        folder.write(citation.FILE, cited)
    to_come = (datacite.JSON, datacite.XML, dublin_core.FILE, premis.FILE, rocrate.FILE, last)
    items = inventory([*folder.written, *to_come], documents)
    registered = datacite.as_mapping(facts, items)
    folder.write(datacite.JSON, as_json(registered))
    folder.write(datacite.XML, datacite.as_xml(registered))
    folder.write(dublin_core.FILE, dublin_core.table(facts, items))
    folder.write(premis.FILE, premis.record(facts, folder.written, items, severities))
    folder.write(rocrate.FILE, as_json(rocrate.crate(facts, folder.written, items)))
