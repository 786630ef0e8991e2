"""Write a whole data package while its documents are still being finished.

What finished documents give comes in, a batch at a time; a folder that is a data package goes out. Every file is
hashed while it is written, and of what grows with the package only the list of its files is kept, with the heads of
those records that are files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, Protocol

from pipeline import catalogue
from pipeline.findings import Finding, Severity, UnusableError
from pipeline.manifest import Manifest
from pipeline.model import TABLES, Document
from pipeline.package.description import write_description
from pipeline.package.description.facts import facts
from pipeline.package.description.inventory import record_path
from pipeline.package.descriptor import FILE as DESCRIPTOR
from pipeline.package.descriptor import RECORD_SCHEMA, descriptor
from pipeline.package.files import BLOCK, Folder, Written
from pipeline.package.readme import readme
from pipeline.package.tables import header, table_path
from pipeline.profiles import Profile
from pipeline.schemas import as_json, document_schema

PROGRAM = ("frus-package", version("frus-package"))
SOFTWARE = " ".join(PROGRAM)

COPIES = 100
"""Calls at most in which sources are copied."""

RecordForm = Literal["files", "lines"]
"""Records as a JSON file a document, or as JSON Lines, a file a volume."""


class Rows(Protocol):
    """What goes into the package of some documents, or of a volume."""

    @property
    def tables(self) -> Mapping[str, bytes]:
        """Lines of each table."""

    @property
    def records(self) -> Sequence[tuple[str | None, bytes, Document | None]]:
        """Octets of JSON, with the volume they are of: of a document, that without its parts, or lines of several."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that documents were read from: where it lies, its path in the package, the checksum it must have."""

    place: Path
    path: str
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a package holds beside its rows."""

    manifest: Manifest
    manifests: Mapping[str, bytes]
    """The files package.toml, by their paths in the package."""
    sources: Sequence[SourceFile]
    heads: Sequence[Document]
    """The documents that have a record of their own, in order, without their parts."""
    rows: Mapping[str, int]
    statuses: Mapping[str, int]
    findings: Sequence[Finding]
    date: str


def package_title(manifest: Manifest) -> str:
    """Return the title: package.toml's, else the volume's, else the name."""
    told = manifest.package
    volume = catalogue.volumes().get(told.volume or "")
    return told.title or (volume.title if volume else told.name)


def write_rows(folder: Folder, results: Iterable[Rows], *, several: bool) -> list[Document]:
    """Write all tables and records, in the order given; return the documents that have a file of their own.

    `several` says that documents of several volumes may come, whose local ids are not enough to tell them apart.
    """
    heads: list[Document] = []
    with ExitStack() as stack:
        files = {t.name: stack.enter_context(folder.open(table_path(t.name))) for t in TABLES}
        for table in TABLES:
            files[table.name].write(header(table))
        write_lines = stack.enter_context(_record_lines(folder))
        for result in results:
            for name, data in result.tables.items():
                files[name].write(data)
            for volume, record, head in result.records:
                if head is not None:
                    folder.write(record_path(head, several=several), record)
                    heads.append(head)
                else:
                    write_lines(volume, record)
    return heads


@contextmanager
def _record_lines(folder: Folder) -> Iterator[Callable[[str | None, bytes], None]]:
    """Yield what appends a record to the file of its volume; the records of a volume come one after the other."""
    with ExitStack() as stack:
        current: list[Any] = [None, None]

        def write(volume: str | None, record: bytes) -> None:
            name = volume or "documents"
            if name != current[0]:
                stack.close()
                current[:] = name, stack.enter_context(folder.open(f"documents/{name}.jsonl"))
            current[1].write(record)

        yield write


def write_package(folder: Folder, contents: Contents, copied: Iterable[Mapping[str, Written]]) -> None:
    """Complete a data package whose rows and records are written.

    The order matters: what holds checksums of other files comes after them, datapackage.json last of all.

    Args:
        folder: the package.
        contents: what it holds.
        copied: what the calls of `copying` give, in their order.

    Raises:
        UnusableError: a source was changed or removed since it was read.
    """
    title = package_title(contents.manifest)
    rows = list(folder.written)
    folder.write(RECORD_SCHEMA, as_json(document_schema()))
    for files in copied:
        folder.written.update(files)
    for path, data in contents.manifests.items():
        folder.write(path, data)
    with folder.open("report.json") as stream:
        for piece in report(contents):
            stream.write(piece)
    text = readme(contents.manifest, title, contents.rows, Counter(contents.statuses), contents.findings, rows)
    folder.write("README.md", text.encode())
    known = facts(contents.manifest, title, contents.date, PROGRAM)
    write_description(folder, known, contents.heads, _severities(contents.findings), last=DESCRIPTOR)
    folder.write(DESCRIPTOR, as_json(descriptor(contents.manifest, title, contents.date, folder)))


@dataclass(frozen=True)
class CopyBatch:
    """Sources that are copied into a package in one call."""

    sources: Sequence[SourceFile]
    root: Path
    algorithms: tuple[str, ...]

    def __call__(self) -> Mapping[str, Written]:
        """Copy them; return what was written, by its path.

        Raises:
            UnusableError: a source was changed or removed since it was read.
        """
        folder = Folder(self.root, self.algorithms)
        for source in self.sources:
            _copy(folder, source)
        return folder.written


def copying(folder: Folder, sources: Sequence[SourceFile]) -> list[CopyBatch]:
    """Return the calls that copy the sources of a package."""
    size = -(-len(sources) // COPIES) or 1
    return [CopyBatch(sources[i : i + size], folder.root, folder.algorithms) for i in range(0, len(sources), size)]


def _copy(folder: Folder, source: SourceFile) -> None:
    """Copy a source byte for byte; it must be what was read."""
    try:
        with source.place.open("rb") as stream, folder.open(source.path) as target:
            while block := stream.read(BLOCK):
                target.write(block)
    except FileNotFoundError:
        raise UnusableError(f"{source.place.name} was removed while the package was made") from None
    if folder.written[source.path].digests["sha256"] != source.sha256:
        raise UnusableError(f"{source.place.name} was changed while the package was made")


def report(contents: Contents) -> Iterator[bytes]:
    """Yield report.json in pieces: counts and findings of a build, without times and paths of a machine."""
    told = {
        "package": contents.manifest.package.name,
        "version": contents.manifest.package.version,
        "software": SOFTWARE,
        "counts": dict(contents.rows),
        "references": dict(sorted(contents.statuses.items())),
        "severities": _severities(contents.findings),
        "findings": [],
    }
    before, _, after = as_json(told).rpartition(b"]")
    yield before
    line = b"\n    "
    for index, item in enumerate(contents.findings):
        own = item.model_dump_json(indent=2, exclude_none=True, exclude_defaults=True).encode()
        yield b"," * (index > 0) + line + own.replace(b"\n", line)
    yield (b"\n  ]" if contents.findings else b"]") + after


def _severities(findings: Sequence[Finding]) -> dict[str, int]:
    """Count the findings of each severity, without those that are accepted."""
    counts = Counter(f.severity.value for f in findings if not f.accepted)
    return {s.value: counts[s.value] for s in Severity}


def bag_info(manifest: Manifest, date: str, profile: Profile) -> dict[str, str | tuple[str, ...]]:
    """Return what bag-info.txt says beside the facts of the payload; what only a build can know is not overridden."""
    told = manifest.package
    return {
        "External-Description": (told.description or package_title(manifest)).strip(),
        "External-Identifier": manifest.identifier,
        **manifest.bag,
        "Bagging-Date": date,
        "Bag-Software-Agent": SOFTWARE,
        "BagIt-Profile-Identifier": profile.identifier,
    }
