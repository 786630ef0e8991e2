"""Check that references resolve: inside the package first, then against the catalogue of the series.

Documents come in; their references with status, target and address go out, and findings for those that are broken or
ambiguous. Nothing is invented: a reference whose target is outside the package and unknown to the
catalogue is `unverified`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline import catalogue
from pipeline.findings import Finding, Locator
from pipeline.index import SEVERAL, Index, Targets
from pipeline.model import Document, Reference
from pipeline.numerals import number_of

_POINTS_AT_DOCUMENT = frozenset({"document", "note", "relative", "volume", "ibid"})
"""Kinds that point at a document where its number is known."""
_FIRST = re.compile(r"[0-9A-Za-z]+")
"""The first page of a list or a range: `49 ff`, `611, 612`."""


def addressed(document: Document) -> Document:
    """Return the document with its address on history.state.gov, where the catalogue knows its volume."""
    volume, _, local = document.document_id.rpartition("/")
    if document.url or volume not in catalogue.volumes():
        return document
    return document.model_copy(update={"url": catalogue.url(volume, local)})


def depends(reference: Reference) -> bool:
    """Tell whether it depends on what else there is what comes of a reference; else it stays as it was read."""
    if reference.kind in ("relative", "supplement"):
        return True
    if reference.kind in ("volume", "page") and reference.target_volume:
        return True
    return reference.kind in _POINTS_AT_DOCUMENT and reference.target_document is not None


def resolve(
    document: Document, index: Index, locate: Callable[[], Locator]
) -> tuple[tuple[Reference, ...], list[Finding]]:
    """Return the references of a document resolved, and findings for those that cannot be.

    Args:
        document: its ids, its number and its references; nothing else of it is looked at.
        index: all targets.
        locate: makes the document's locator; called with the first finding.
    """
    findings: list[Finding] = []
    outcomes = [_resolve(r, document, index) if depends(r) else None for r in document.references]
    told = list(zip(document.references, outcomes, strict=True))
    for reference, outcome in told:
        if outcome and outcome.code:
            findings.append(
                locate().finding(
                    outcome.code, outcome.message, reference, label=outcome.label, document_id=document.document_id
                )
            )
    changed = iter(Reference.many([reference.values() | outcome.columns for reference, outcome in told if outcome]))
    return tuple(next(changed) if outcome else reference for reference, outcome in told), findings


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The columns of a reference that resolving fills, and the finding it leads to, if any."""

    columns: dict[str, Any]
    code: str = ""
    message: str = ""
    label: str = ""


def _resolve(reference: Reference, document: Document, index: Index) -> _Outcome:
    # A reference to another volume that has no id of its kind (“1945, Malta”) has no target volume, and not this one.
    volume = reference.target_volume or (None if reference.kind == "volume" else document.volume_id)
    # Where a page stands too, the number is one of a chapter: older volumes are cited by page.
    by_page = reference.kind == "volume" and reference.target_page
    if reference.kind in _POINTS_AT_DOCUMENT and reference.target_document and not by_page:
        return _document(reference, document, volume, index)
    if reference.kind in ("volume", "page") and reference.target_volume:
        page = "".join(_FIRST.findall(reference.target_page or "")[:1])
        if page and page in index.of(volume).pages:
            return _Outcome({"status": "resolved", "url": catalogue.url(reference.target_volume, f"pg_{page}")})
        return _outside(volume, f"pg_{page}" if page else "", reference, document)
    if reference.kind == "relative":
        return _neighbour(reference, document, index)
    if reference.kind == "supplement" and document.volume_id:
        supplement = catalogue.supplement(document.volume_id)
        if supplement:
            return _Outcome({"status": "external", "target_volume": supplement, "url": catalogue.url(supplement)})
    return _Outcome({"status": "unverified"})


def _document(reference: Reference, document: Document, volume: str | None, index: Index) -> _Outcome:
    """A document of this package, of another volume, or of neither."""
    number = reference.target_document or ""
    own = index.of(volume).documents.get(number, [])
    if len(own) > 1:
        message = f"document {number} may be any of {', '.join(sorted(own))}"
        return _Outcome({"status": "ambiguous"}, "R303", message, "which one?")
    if own:
        return _inside(reference, own[0], index.of(volume))
    return _outside(volume, f"d{number}", reference, document)


def _inside(reference: Reference, own: str, targets: Targets) -> _Outcome:
    """The document pointed at is in this package."""
    volume, _, local = own.rpartition("/")
    address = catalogue.url(volume, local) if volume in catalogue.volumes() else None
    columns: dict[str, Any] = {"status": "resolved", "target_document_id": own, "url": address}
    if reference.kind != "note":
        return _Outcome(columns)
    notes = targets.notes[own]
    note = notes.get(reference.target_note or "")
    if note:
        return _Outcome(columns | {"target_note_id": note})
    what = "a source note" if reference.target_note == "source" else f"footnote {reference.target_note}"
    name = f"document {local.removeprefix('d')}"
    if note == SEVERAL:
        message = f"{what} is cited, and {name} has more than one"
        return _Outcome(columns | {"status": "ambiguous"}, "R303", message, "which one?")
    columns["status"] = "broken"
    markers = [m for m in notes if m != "source"]
    has = "no footnotes"
    if markers:
        has = f"only footnote {markers[0]}" if len(markers) == 1 else f"footnotes {markers[0]} to {markers[-1]}"
    perhaps = _lost_range(reference.target_note or "", markers)
    return _Outcome(columns, "R301", f"{what} is cited, but {name} has {has}{perhaps}", "no such footnote")


def _lost_range(marker: str, markers: list[str]) -> str:
    """Say which range a marker may be whose dash was lost, if there are such notes."""
    ends = [(marker[:i], marker[i:]) for i in range(1, len(marker)) if marker[:i] in markers and marker[i:] in markers]
    rising = [f"{a}–{b}" for a, b in ends if a.isdigit() and b.isdigit() and int(a) < int(b)]
    return f"; it may be {rising[0]}, with the dash lost" if len(rising) == 1 else ""


def _neighbour(reference: Reference, document: Document, index: Index) -> _Outcome:
    """`Supra` is the document before, `infra` the one after: by number, so only where there is one of that number."""
    step = 1 if "infra" in reference.text.casefold() else -1
    number = number_of(document.number or "")
    if number is not None:
        targets = index.of(document.volume_id)
        own = targets.documents.get(str(number + step), [])
        if len(own) == 1:
            return _inside(reference, own[0], targets)
    return _Outcome({"status": "unverified"})


def _outside(volume: str | None, element: str, reference: Reference, document: Document) -> _Outcome:
    """The target is not in this package: ask the catalogue."""
    if volume is None or not element.isascii():
        return _Outcome({"status": "unverified"})
    known = catalogue.volumes().get(volume)
    if known is None and volume == document.volume_id:
        return _Outcome({"status": "unverified"})  # it is there, whether the catalogue knows it or not
    if known is None:
        return _unknown_volume(volume)
    exists: bool | None = not element or None
    number = number_of(element[3:] if element.startswith("pg_") else element[1:])
    if number is not None:
        exists = known.has_document(number) if element.startswith("d") else known.has_page(number)
    columns: dict[str, Any] = {"url": catalogue.url(volume, element)}
    if exists is False:
        has = (
            f"documents {known.first_document} to {known.last_document}"
            if element.startswith("d")
            else f"no page after {known.largest_page}"
        )
        message = f"{reference.text.rstrip('.')} is cited, but {volume} has {has}"
        return _Outcome({"status": "broken"}, "R301", message, "not in the volume")
    return _Outcome(columns | {"status": "external" if exists else "unverified"})


def _unknown_volume(volume: str) -> _Outcome:
    parts = catalogue.parts(volume)
    if parts:
        message = f"volume {volume} appeared in parts ({', '.join(parts)}), and the part is not given"
        return _Outcome({"status": "ambiguous"}, "R303", message, "which part?")
    if catalogue.subseries_is_known(volume):
        return _Outcome({"status": "broken"}, "R302", f"the series has no volume {volume}", "no such volume")
    return _Outcome({"status": "unverified"})
