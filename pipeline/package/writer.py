"""Write a whole data package, and the bag of it.

Documents, their sources, findings and the manifest come in; a folder that is a data package goes out, and a folder that
is a bag of it. Every file is hashed while it is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from pipeline import catalogue
from pipeline.findings import Finding, Severity
from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.manifest import Manifest
from pipeline.model import Document
from pipeline.package.description import write_description
from pipeline.package.description.facts import facts
from pipeline.package.description.inventory import record_path
from pipeline.package.descriptor import FILE as DESCRIPTOR
from pipeline.package.descriptor import RECORD_SCHEMA, descriptor
from pipeline.package.files import Folder
from pipeline.package.readme import readme
from pipeline.package.tables import write_tables
from pipeline.profiles import Profile
from pipeline.schemas import as_json, document_schema

PROGRAM = ("frus-package", version("frus-package"))
SOFTWARE = " ".join(PROGRAM)

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Contents:
    """All that goes into a package."""

    manifest: Manifest
    manifest_data: bytes | None
    documents: Sequence[Document]
    findings: Sequence[Finding]
    read_source: Callable[[Document], bytes]
    """Gives the bytes of a document's source file, the same that were parsed."""
    date: str


def package_title(manifest: Manifest) -> str:
    """Return the title: package.toml's, else the volume's, else the name."""
    told = manifest.package
    volume = catalogue.volumes().get(told.volume or "")
    return told.title or (volume.title if volume else told.name)


def write_package(folder: Folder, contents: Contents, progress: Progress) -> Counter[str]:
    """Fill a folder with a data package; return the rows of each table.

    The order matters: what holds checksums of other files comes after them, datapackage.json last of all.
    """
    title = package_title(contents.manifest)
    total = len(contents.documents)
    counts = write_tables(folder, contents.documents)
    folder.write(RECORD_SCHEMA, as_json(document_schema()))
    for done, document in enumerate(contents.documents, 1):
        folder.write(record_path(document), document.model_dump_json(indent=2).encode() + b"\n")
        folder.write(document.source_path, contents.read_source(document))
        progress("package", done, total)
    if contents.manifest_data is not None:
        folder.write(f"sources/{MANIFEST_FILE}", contents.manifest_data)
    statuses = Counter(r.status for d in contents.documents for r in d.references)
    folder.write("report.json", as_json(report(contents, counts, statuses)))
    text = readme(contents.manifest, title, counts, Counter(statuses), contents.findings)
    folder.write("README.md", text.encode())
    known = facts(contents.manifest, title, contents.date, PROGRAM)
    write_description(folder, known, contents.documents, _severities(contents.findings), last=DESCRIPTOR)
    folder.write(DESCRIPTOR, as_json(descriptor(contents.manifest, title, contents.date, folder)))
    return counts


def report(contents: Contents, counts: Counter[str], statuses: Counter[Any]) -> dict[str, Any]:
    """Return report.json: counts and findings of a build, without times and paths of a machine."""
    return {
        "package": contents.manifest.package.name,
        "version": contents.manifest.package.version,
        "software": SOFTWARE,
        "counts": dict(counts),
        "references": dict(sorted(statuses.items())),
        "severities": _severities(contents.findings),
        "findings": [f.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for f in contents.findings],
    }


def _severities(findings: Sequence[Finding]) -> dict[str, int]:
    """Count the findings of each severity, without those that are accepted."""
    counts = Counter(f.severity.value for f in findings if not f.accepted)
    return {s.value: counts[s.value] for s in Severity}


def bag_info(contents: Contents, profile: Profile) -> dict[str, str | tuple[str, ...]]:
    """Return what bag-info.txt says beside the facts of the payload; what only a build can know is not overridden."""
    told = contents.manifest.package
    return {
        "External-Description": (told.description or package_title(contents.manifest)).strip(),
        "External-Identifier": contents.manifest.identifier,
        **contents.manifest.bag,
        "Bagging-Date": contents.date,
        "Bag-Software-Agent": SOFTWARE,
        "BagIt-Profile-Identifier": profile.identifier,
    }
