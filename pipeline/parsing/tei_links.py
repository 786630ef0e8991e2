"""What the links of TEI point at, and how they and the printed words make one reference.

A phrase and a link that overlap are one reference: kind and words are those of the phrase, and what the phrase leaves
open is taken from the link. Where the two contradict each other the words win, since they were printed and the link was
made later, by rule; each such case is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.model import ReferenceKind
from pipeline.parsing.dates import MONTHS
from pipeline.parsing.phrases import Phrase
from pipeline.parsing.tei_flow import Span

_TARGET = re.compile(
    r"(?P<volume>frus[0-9]{4}[A-Za-z0-9-]*?)?(?:\.xml)?(?:(?<!^)/|(?=#|$))"
    r"(?:#?(?:d(?P<document>[0-9]+[A-Za-z]?)(?:fn(?P<note>[A-Za-z0-9.-]+)|at[0-9]+)?|pg_(?P<page>\w+)))?"
)
_DAY = re.compile(rf"(?:{'|'.join(MONTHS)})\s\d{{1,2}}(?:,\s\d{{4}})?[.,]?")
"""A date: its number was taken for that of a document."""
_NUMBER = re.compile(r"[0-9]+[A-Za-z]?")
_PART = re.compile(r"p[0-9]\Z")
_OPEN = frozenset({"message", "paper", "publication", "ibid", "supplement", "relative"})
"""Kinds of phrases that name no target in the series, or not by its number: only the link may have a note."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points at."""

    volume: str | None
    document: str | None
    note: str | None
    page: str | None


def read_target(target: str, volume: str | None) -> Target | None:
    """Read the target of a `ref` in a volume; None where it is no document, note, page or volume of the series.

    >>> read_target("#d12fn3", "frus1961-63v12")
    Target(volume='frus1961-63v12', document='12', note='3', page=None)
    """
    match = _TARGET.fullmatch(target)
    if match is None or not any(match.groups()):
        return None
    return Target(match["volume"] or volume, match["document"], match["note"], match["page"])


@dataclass(slots=True)
class Merger:
    """Joins the phrases of a text with its links; `told` are the contradictions, as the words and the link."""

    volume: str | None
    told: list[tuple[str, Span]]
    filed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The archival sources that a text cites, as it has them."""

    def join(self, text: str, spans: Sequence[Span], phrases: list[Phrase]) -> list[Phrase]:
        """Return the references of a text in order, links without a phrase among them."""
        links = [(s, t) for s in spans if (t := read_target(target_of(s), self.volume))]
        if not links:
            return phrases
        joined, taken = [], set()
        at = 0
        for phrase in _uncut(phrases, links):
            while at < len(links) and links[at][0].end <= phrase.start:
                at += 1
            over = [i for i in range(at, min(at + 8, len(links))) if links[i][0].start < phrase.end]
            over = [i for i in over if links[i][0].end > phrase.start]
            if not over:
                joined.append(phrase)
                continue
            taken |= set(over)
            targets = [links[i][1] for i in over]
            joined.append(self._joined(phrase, targets))
            if all(_contradicts(phrase, t) for t in targets):
                words = text[phrase.start : phrase.end]
                self.told += [(words, links[i][0]) for i in over[:1]]
        for i, (span, target) in enumerate(links):
            words = text[span.start : span.end]
            if i in taken:
                continue
            if _DAY.fullmatch(words) or (not _inner(target) and self._is_filed(text, span)):
                self.told.append((words, span))
            else:
                joined.append(_alone(span, target, self))
        return sorted(joined, key=lambda p: (p.start, p.end))

    def _is_filed(self, text: str, span: Span) -> bool:
        """Tell whether a span lies in the name of an archival source: its "Vol. VIII" is a folder."""
        places = ((text.find(cited), len(cited)) for cited in self.filed.get(text, ()))
        return any(0 <= start <= span.start and span.end <= start + length for start, length in places)

    def _joined(self, phrase: Phrase, targets: Sequence[Target]) -> Phrase:
        """Return a phrase with what it leaves open filled in from the link that fits it best."""
        fitting = [t for t in targets if not _contradicts(phrase, t)]
        if not fitting:
            return phrase
        target = max(
            fitting, key=lambda t: (t.document == phrase.document, t.note == phrase.note, t.volume is not None)
        )
        if _is_in_other_part(phrase, target):
            return replace(phrase, kind="volume" if phrase.kind == "page" else phrase.kind, volume=target.volume)
        document, note, page = phrase.document, phrase.note, phrase.page
        if page is None and phrase.kind != "page":
            document = document or target.document
            if note is None and phrase.kind in _OPEN:
                note = target.note
        if phrase.document is None and page is None and phrase.kind != "relative":
            page = target.page or None
        return replace(phrase, volume=_fuller(phrase.volume, target.volume), document=document, note=note, page=page)


def _is_in_other_part(phrase: Phrase, target: Target) -> bool:
    """Tell whether words that name a page and no volume are linked to another part of the own one.

    The pages of such volumes are counted through their parts.
    """
    if phrase.page is None or not target.page or phrase.kind not in {"page", "note"} or phrase.volume is None:
        return False
    own, other = (_PART.sub("", volume or "") for volume in (phrase.volume, target.volume))
    return own == other and phrase.volume != target.volume


def _uncut(phrases: Sequence[Phrase], links: Sequence[tuple[Span, Target]]) -> list[Phrase]:
    """Make one phrase of the two ends of a range where a link to the whole number says that it is none.

    Of text "Documents 164" may be Documents 1–64 without the dash, which TEI has.
    """
    whole: list[Phrase] = []
    for phrase in phrases:
        before = whole[-1] if whole else None
        if before and before.end == phrase.start and before.document and phrase.document and not phrase.note:
            number = before.document + phrase.document
            if any(s.start < phrase.start < s.end and t.document == number for s, t in links):
                whole[-1] = replace(before, end=phrase.end, document=number)
                continue
        whole.append(phrase)
    return whole


def _inner(target: Target) -> str | None:
    """Return what a link points at within a volume, if it is not the whole of it."""
    return target.document or target.page


def target_of(span: Span) -> str:
    """Return what the link of a span points at, as it stands there."""
    return str(span.what.get("target", "")) if hasattr(span.what, "get") else ""


def _fuller(printed: str | None, linked: str | None) -> str | None:
    """Return the id of the volume, with its part where only the link gives one."""
    if printed is None or (linked is not None and linked.startswith(f"{printed}p")):
        return linked
    return printed


def _contradicts(phrase: Phrase, target: Target) -> bool:
    """Tell whether words and link give two different volumes, documents, notes or pages."""
    if phrase.kind == "publication" and target.page:
        return True  # its pages are its own
    other = phrase.volume and target.volume and _fuller(phrase.volume, target.volume) != target.volume
    if other and not _is_in_other_part(phrase, target):
        return True
    if phrase.document and target.document and phrase.document != target.document:
        return True
    if phrase.note and target.note and _NUMBER.fullmatch(target.note) and phrase.note not in (target.note, "source"):
        return True
    return bool(phrase.page and target.page and target.page not in re.findall(r"\w+", phrase.page))


def _alone(span: Span, target: Target, merger: Merger) -> Phrase:
    """Return the reference of a link whose words no rule reads."""
    own = target.volume == merger.volume
    kind: ReferenceKind = "page" if target.page and own else "volume"
    if own and target.document:
        kind = "note" if target.note else "document"
    return Phrase(
        kind,
        span.start,
        span.end,
        target.volume,
        target.document,
        target.note,
        target.page,
    )
