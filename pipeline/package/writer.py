"""Write a whole data package, and the bag of it.

Documents, their sources, findings and the manifest come in; a folder that is a data package goes out, and a folder that
is a bag of it. Every file is hashed while it is written.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import catalogue
from pipeline.findings import Finding, Severity
from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.manifest import Manifest
from pipeline.model import Document
from pipeline.package.bag import PAYLOAD, write_tag_files
from pipeline.package.descriptor import FILE as DESCRIPTOR
from pipeline.package.descriptor import RECORD_SCHEMA, descriptor
from pipeline.package.files import Folder
from pipeline.package.readme import readme
from pipeline.package.tables import write_tables
from pipeline.profiles import Profile
from pipeline.schemas import as_json, document_schema

SOFTWARE = f"frus-package {version('frus-package')}"

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
    facts = manifest.package
    volume = catalogue.volumes().get(facts.volume or "")
    return facts.title or (volume.title if volume else facts.name)


def record_path(document: Document) -> str:
    """Return where the JSON record of a document lies in a package."""
    return f"documents/{document.document_id.rpartition('/')[2]}.json"


def write_package(folder: Folder, contents: Contents, progress: Progress) -> Counter[str]:
    """Fill a folder with a data package; return the rows of each table."""
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
    folder.write(DESCRIPTOR, as_json(descriptor(contents.manifest, title, contents.date, folder)))
    return counts


def report(contents: Contents, counts: Counter[str], statuses: Counter[Any]) -> dict[str, Any]:
    """Return report.json: counts and findings of a build, without times and paths of a machine."""
    severities = Counter(f.severity.value for f in contents.findings if not f.accepted)
    return {
        "package": contents.manifest.package.name,
        "version": contents.manifest.package.version,
        "software": SOFTWARE,
        "counts": dict(counts),
        "references": dict(sorted(statuses.items())),
        "severities": {s.value: severities[s.value] for s in Severity},
        "findings": [f.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for f in contents.findings],
    }


def write_bag(bag: Folder, package: Folder, info: dict[str, Any], *, link: bool) -> None:
    """Make a bag of a package: the package under `data/`, the tag files around it.

    Args:
        bag: the folder of the bag, with the algorithms of its manifests.
        package: the package as written, with digests by those algorithms.
        info: what bag-info.txt says beside the facts of the payload.
        link: share the files of the package by hard links, where the bag is only a step to an archive.
    """
    for path in package.written:
        target = bag.root / PAYLOAD / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _place(package.root / path, target, link=link)
    write_tag_files(bag, list(package.written.values()), info)


def _place(source: Path, target: Path, *, link: bool) -> None:
    if link:
        try:
            os.link(source, target)
        except OSError:
            pass  # the file system has no hard links: copy
        else:
            return
    shutil.copyfile(source, target)


def bag_info(contents: Contents, profile: Profile) -> dict[str, str | tuple[str, ...]]:
    """Return what bag-info.txt says beside the facts of the payload; what only a build can know is not overridden."""
    facts = contents.manifest.package
    return {
        "External-Description": (facts.description or package_title(contents.manifest)).strip(),
        "External-Identifier": contents.manifest.identifier,
        **contents.manifest.bag,
        "Bagging-Date": contents.date,
        "Bag-Software-Agent": SOFTWARE,
        "BagIt-Profile-Identifier": profile.identifier,
    }
