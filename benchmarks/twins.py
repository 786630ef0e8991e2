"""Compare what is read of the same volumes as TEI and as text.

    python benchmarks/twins.py TEI TEXT [VOLUME ...] [--differences N] [--left] [--only KIND] [--cause CAUSE]

TEI holds VOLUME.xml, TEXT holds VOLUME/dN.txt; without VOLUME, all that are in both are compared. Each reading of a
document gives items of several kinds: notes, their anchors, page breaks and so on. An item is alike where the other
reading has it, too, letter by letter; the place of an anchor or a page break is known by the words on both sides of it.

What differs is told by cause. A loss is what the text cannot know, because what makes the text of a page has dropped
it; a rule tells it from the two sources, not from the readings: the letters or the page break are in the TEI, and in
no place of the text file. Of each dash, ellipsis and quote that counts as lost the place is looked up in the file: the
words on both sides of it touch there, and nowhere in the file do they stand with it between. Printed is the share that
is alike as measured, and with losses counted as alike. Documents that have no twin are counted and not compared.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from twin_items import EDGE, KINDS, NEAR, PRINTED, Item

from pipeline.model import Document
from pipeline.parsing.tei import read_documents, read_volume
from pipeline.parsing.tei_names import XML_ID
from pipeline.parsing.tei_stream import Stream
from pipeline.parsing.text import parse

_THIN = re.compile(r"[\s\-‐‑‒–—―…“”‘’\"']+")
"""What is lost where an element holds nothing else, and the white space around it."""
_LETTERS = re.compile(r"[^\W\d_]+")
_PAGE = re.compile(r"\[(?:\w+ )?Page [^\]\n]*\]")
_ENOUGH = 24
"""Characters by which a dateline is known."""

LOST_PAGE = "page break not in the text"
LOST_DATELINE = "dateline not in the text"
LOST_DASH = "dash, ellipsis or quote not in the text"
LOST_WORDS = "words not in the text"
LOST_BOUND = "read in another way where a dash is not in the text"
"""No loss: what was made of the words differs by more than their dashes."""
LOSSES = (LOST_PAGE, LOST_DATELINE, LOST_DASH, LOST_WORDS)
SPACE = "white space"
ALONE = "marker or page break that is all of a block"
TAGGED = "told by a tag of the TEI alone"
TWICE = "document in whose TEI a marker stands twice"
UNREAD = "not read from the text"
EXTRA = "in the text alone"
OTHER = "read in another way"


@dataclass
class Twin:
    """A document as both readings have it, what the source of the text says, and what tags of the TEI hold."""

    text: Document
    tei: Document
    source: str
    tags: frozenset[str]
    """The words of links, and of senders and recipients."""
    letters: str = field(init=False)
    """All letters of the text file, one after the other, without page breaks."""
    plain: str = field(init=False)
    """The text file without markers, page breaks and white space."""
    dateless: bool = field(init=False)
    """The TEI has a dateline, and no line of the text begins as it does."""
    twice: bool = field(init=False)
    """The TEI gives a marker to two notes."""

    def __post_init__(self) -> None:
        """Look at the sources."""
        self.letters = _letters(_PAGE.sub(" ", self.source))
        marked = [(n.anchor_start or 0, n.anchor_end or 0) for n in self.text.notes]
        bounds = [0, *(place for span in sorted(marked) for place in span), len(self.source)]
        unmarked = "".join(self.source[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True))
        self.plain = _close(_PAGE.sub("", unmarked))
        lines = tuple(_THIN.sub("", b.text)[:_ENOUGH] for b in self.tei.blocks if b.kind == "dateline")
        printed = [_THIN.sub("", line) for line in self.source.splitlines()]
        self.dateless = bool(lines) and not any(line.startswith(lines) for line in printed)
        markers = [note.marker for note in self.tei.notes]
        self.twice = len(set(markers)) < len(markers)


@dataclass(frozen=True)
class Difference:
    """An item that the two readings have not alike; one side may be missing."""

    document: str
    text: Item | None
    tei: Item | None
    cause: str


def _close(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def differences(kind: str, twin: Twin) -> tuple[int, list[Difference]]:
    """Return how many items of a kind are alike, and those that are not."""
    ours, theirs = (Counter(KINDS[kind](document)) for document in (twin.text, twin.tei))
    alike = sum((ours & theirs).values())
    lost, more = list((ours - theirs).elements()), list((theirs - ours).elements())
    found = [
        Difference(twin.tei.document_id, text, tei, _cause(kind, text, tei, twin)) for text, tei in _pairs(lost, more)
    ]
    return alike, found


def _pairs(lost: list[Item], more: list[Item]) -> Iterator[tuple[Item | None, Item | None]]:
    """Pair what is left of both readings: what is the same but for dashes, then what begins the same."""
    for same in (_thin, lambda item: _thin(item[:1])):
        waiting: dict[Item, list[Item]] = defaultdict(list)
        for item in more:
            waiting[same(item)].append(item)
        unpaired = []
        for item in lost:
            if waiting[same(item)]:
                other = waiting[same(item)].pop(0)
                more.remove(other)
                yield item, other
            else:
                unpaired.append(item)
        lost = unpaired
    yield from ((item, None) for item in lost)
    yield from ((None, item) for item in more)


def _thin(item: Item) -> Item:
    """Return an item without dashes, quotes and white space; places as the words nearest, which both have."""
    return tuple(_nearest(member) if EDGE in member else _THIN.sub("", member) for member in item)


def _nearest(place: str) -> str:
    before, _, after = place.partition(EDGE)
    return f"{_THIN.sub('', before)[-NEAR // 2 :]}{EDGE}{_THIN.sub('', after)[: NEAR // 2]}"


def _cause(kind: str, text: Item | None, tei: Item | None, twin: Twin) -> str:
    """Say why an item differs, as far as the sources tell."""
    words = PRINTED[kind]
    if tei is None:
        return ALONE if text is not None and text[words] in ("", EDGE) else TWICE if twin.twice else EXTRA
    if lost := _loss(kind, text, tei, twin):
        return lost
    if text is not None and (cause := _by_words(text[words], tei[words], twin)):
        return LOST_BOUND if cause == LOST_DASH and _thin(text) != _thin(tei) else cause
    if kind in ("references", "headings") and any(tei[words] in tag for tag in twin.tags):
        return TAGGED
    if twin.twice:
        return TWICE
    missing = not all(_letters(part) in twin.letters for part in tei[words].split(EDGE))
    return LOST_WORDS if missing else UNREAD if text is None else OTHER


def _loss(kind: str, text: Item | None, tei: Item, twin: Twin) -> str | None:
    """Return what the text has lost, as its file shows; None where it shows nothing."""
    if kind == "page breaks" and text is None and not _prints_page(twin, tei[0]):
        return LOST_PAGE
    if twin.dateless and _is_of_dateline(kind, tei, twin):
        return LOST_DATELINE
    if kind == "references" and text is None and _is_joined(tei[0], twin):
        return LOST_DASH
    return None


def _is_joined(reference: str, twin: Twin) -> bool:
    """Whether a reference follows a dash or quote in the TEI, and in the text file touches the word before it."""
    words = _close(reference)
    texts = [*(block.text for block in twin.tei.blocks), *(note.text for note in twin.tei.notes)]
    for text in map(_close, texts):
        for found in re.finditer(re.escape(words), text):
            before = text[max(0, found.start() - NEAR) : found.start()]
            if _THIN.fullmatch(before[-1:]) and before[:-1] + words in twin.plain and before + words not in twin.plain:
                return True
    return False


def _by_words(text: str, tei: str, twin: Twin) -> str | None:
    """Say why the same words are not printed the same; None where they are, or are others."""
    if text == tei:
        return None
    if (text, tei) == (EDGE, ""):
        return ALONE
    if _thin((text,)) != _thin((tei,)):
        return None
    if EDGE in text:
        (before, after), (tei_before, tei_after) = (map(_close, place.split(EDGE, 1)) for place in (text, tei))
        lost = [_lost(before[::-1], tei_before[::-1], twin.plain[::-1]), _lost(after, tei_after, twin.plain)]
    else:
        # The words end at the same letter; at the edge of a place they may not.
        lost = [_lost(_close(text) + EDGE, _close(tei) + EDGE, twin.plain + EDGE)]
    return OTHER if None in lost else LOST_DASH if any(lost) else SPACE


def _lost(text: str, tei: str, plain: str) -> int | None:
    """Count the dashes, ellipses and quotes that a text file lacks; None where anything else differs.

    Texts without white space are compared from their beginning until one ends.
    """
    at = lost = 0
    for char in tei:
        if at == len(text):
            break
        if text[at] == char:
            at += 1
            continue
        before, after = text[max(0, at - NEAR) : at], text[at : at + NEAR].removesuffix(EDGE)
        if not _THIN.fullmatch(char) or before + after not in plain or before + char + after in plain:
            return None
        lost += 1
    return lost


def _prints_page(twin: Twin, page: str) -> bool:
    return re.search(rf"\[(?:\w+ )?Page {re.escape(page)}\]", twin.source) is not None


def _is_of_dateline(kind: str, tei: Item, twin: Twin) -> bool:
    """Whether an item stands in the dateline, or is what it says."""
    lines = {b.ordinal: b.text for b in twin.tei.blocks if b.kind == "dateline"}
    if kind == "anchors":
        return any(n.note_id == tei[0] and n.block_ordinal in lines for n in twin.tei.notes)
    if kind == "page breaks":
        return any(p.page == tei[0] and p.block_ordinal in lines for p in twin.tei.page_breaks)
    if kind == "headings":
        return tei[0] in ("date", "date_end", "time", "place")
    return kind == "references" and any(tei[0] in text for text in lines.values())


def twins(tei: Path, text: Path) -> Iterator[Twin | None]:
    """Yield every document of a TEI volume with its twin among the files of a folder; None for one that has none."""
    head = read_volume(tei)
    if head.volume is None:
        return
    tags = _tags(tei)
    for read in read_documents(tei, head.volume):
        if read.document is None:
            continue
        name = read.document.document_id.rpartition("/")[2]
        file = text / f"{name}.txt"
        twin = parse(file.read_bytes(), file.name, volume=text.name) if file.is_file() else None
        if twin is None or twin.document is None or twin.locator is None:
            yield None
        else:
            yield Twin(twin.document, read.document, twin.locator.text, tags.get(name, frozenset()))


def _tags(tei: Path) -> dict[str, frozenset[str]]:
    """Return the words of links, senders and recipients, by the id of their document."""
    found = {}
    for element in Stream(tei, tei.name):
        if element.get("type") == "document":
            tagged = [e for e in element.iter("{*}ref", "{*}persName", "{*}gloss") if e.get("type") or e.get("target")]
            words = frozenset(" ".join("".join(map(str, e.itertext())).split()) for e in tagged)
            found[element.get(XML_ID) or ""] = words
    return found


class Table:
    """What was compared so far."""

    def __init__(self) -> None:
        self.alike: Counter[str] = Counter()
        self.found: dict[str, list[Difference]] = {kind: [] for kind in KINDS}
        self.documents = self.alone = 0

    def add(self, twin: Twin | None) -> None:
        """Compare a document."""
        if twin is None:
            self.alone += 1
            return
        self.documents += 1
        for kind in KINDS:
            alike, found = differences(kind, twin)
            self.alike[kind] += alike
            self.found[kind] += found

    def show(self) -> None:
        """Print the shares, and the causes of what differs."""
        print(f"{self.documents} documents compared, {self.alone} without a twin")
        print(f"{'kind':18}{'items':>8}{'alike':>8}{'raw':>10}{'losses':>8}{'without':>10}")
        for kind, found in self.found.items():
            alike, losses = self.alike[kind], sum(d.cause in LOSSES for d in found)
            n = max(1, alike + len(found))
            print(f"{kind:18}{n:8}{alike:8}{alike / n:10.3%}{losses:8}{(alike + losses) / n:10.3%}")
        for kind, found in self.found.items():
            for cause, times in Counter(d.cause for d in found).most_common():
                print(f"{kind:18}{times:6} {cause}")


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description="Compare what is read of the same volumes as TEI and as text.")
    parser.add_argument("tei", type=Path, metavar="TEI")
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("volumes", nargs="*", metavar="VOLUME")
    parser.add_argument("--differences", type=int, default=0, metavar="N", help="list so many of each kind")
    parser.add_argument("--left", action="store_true", help="list all that is no loss")
    parser.add_argument("--only", choices=list(KINDS), help="list only this kind")
    parser.add_argument("--cause", help="list only what has this cause")
    chosen = parser.parse_args()
    names = chosen.volumes or sorted(p.stem for p in chosen.tei.glob("*.xml") if (chosen.text / p.stem).is_dir())
    table = Table()
    for name in names:
        for twin in twins(chosen.tei / f"{name}.xml", chosen.text / name):
            table.add(twin)
    table.show()
    for kind, found in table.found.items():
        wanted = [d for d in found if chosen.cause in (None, d.cause)] if chosen.only in (None, kind) else []
        shown = [d for d in wanted if d.cause not in LOSSES] if chosen.left else wanted[: chosen.differences]
        for difference in shown:
            print(f"\n{difference.document}  {kind}: {difference.cause}")
            print(f"  text {difference.text}\n  TEI  {difference.tei}")


if __name__ == "__main__":
    main()
