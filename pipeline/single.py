"""Read one document, to show how it was read.

A file comes in; its document, the text its places are in, and findings go out. References are resolved among the
documents of its folder or volume, so all of it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from pipeline.accept import judged
from pipeline.build import writable
from pipeline.cache import Cache
from pipeline.findings import Finding, UnusableError
from pipeline.finishing import finished, unchanged
from pipeline.gathering import gather, worth_processes
from pipeline.model import Document
from pipeline.options import Options
from pipeline.progress import silent
from pipeline.register import Aside
from pipeline.sheet import laid_out
from pipeline.source import VOLUME_SUFFIX, read_source
from pipeline.workers import executor


@dataclass(frozen=True)
class Shown:
    """One document as it was read, with its findings, and the text that its places are in: for TEI, one laid out."""

    document: Document
    shown: Document
    """The document with its places in the text."""
    text: str
    findings: tuple[Finding, ...]


def read_document(file: str | Path, options: Options | None = None) -> Shown:
    """Read one document, its references resolved among the documents of its folder or volume.

    Args:
        file: a text in its folder, or a document of a TEI volume as VOLUME.xml#d280.
        options: how many worker processes, and the folder of the cache.

    Raises:
        UnusableError: the file is no document of its folder or volume, or cannot be read.
    """
    options = options or Options()
    path, wanted = _document_named(str(file))
    source = read_source(path if wanted else path.parent)
    cache = Cache(options.cache, keep=False)
    with (
        writable(Path(gettempdir())),
        TemporaryDirectory(prefix="frus-package-") as folder,
        executor(options.jobs if worth_processes([source], cache) else 1) as workers,
    ):
        found = list(source.findings)
        gathered = gather(
            [source], Path(folder), workers, cache=cache, only=frozenset(), tell=found.extend, progress=silent
        )
        aside = next((a for a in gathered.register if _is_wanted(a, path.name, wanted)), None)
        if aside is None:
            what = f"there is no document {wanted} in the volume" if wanted else "it is no document of its folder"
            told = "; ".join([f.message for f in found if f.file == path.name and _is_of(f, wanted)] or [what])
            raise UnusableError(f"{file} cannot be shown: {told}")
        with aside.file.open("rb") as stream:
            laid, faults = finished(aside, stream, gathered.register.index)
        document = laid.whole()
        findings = [f for f in judged(source, [*found, *faults]) if f.document_id == document.document_id]
        if wanted:
            shown, text = laid_out(document)
        else:
            shown, text = document, unchanged(aside.source.place, aside.source.sha256).decode()
    return Shown(document, shown, text, tuple(findings))


def _is_of(item: Finding, wanted: str) -> bool:
    """Tell whether something was found of a document, or of a text, which is one."""
    return not wanted or (item.document_id or "").rpartition("/")[2] == wanted


def _document_named(file: str) -> tuple[Path, str]:
    """Take VOLUME.xml#d280 apart; a text has no second part, even where its name has the sign.

    Raises:
        UnusableError: a volume is named, and no document of it.
    """
    volume, _, wanted = file.rpartition("#")
    if wanted and volume.lower().endswith(VOLUME_SUFFIX):
        return Path(volume), wanted
    if file.removesuffix("#").lower().endswith(VOLUME_SUFFIX):
        raise UnusableError(f"{file} is a volume; name one of its documents: {file.removesuffix('#')}#d1")
    return Path(file), ""


def _is_wanted(aside: Aside, name: str, wanted: str) -> bool:
    return aside.source.place.name == name and (not wanted or aside.document_id.rpartition("/")[2] == wanted)
