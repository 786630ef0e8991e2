"""What an element of a TEI document is by where it stands, and by what it says, where its name does not tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from pipeline.model import NoteKind
from pipeline.parsing.source_note import is_source_note
from pipeline.parsing.tei_flow import Run
from pipeline.parsing.tei_header import words
from pipeline.parsing.tei_names import HOLDERS, XML_ID, tei
from pipeline.parsing.tei_parts import TeiBlock, TeiNote

BETWEEN = tei("pb", "note", "lb")
"""Elements that part nothing."""

_ITEM = tei("item")
_SIGNED, _AROUND = tei("signed", "dateline"), tei("closer", "opener")
_REMARK = re.compile(
    r"\[(?!.*(?:File|Paper|Librar|Archive|Collection|Record))[^\[\]:0-9]{1,60}\]\.?"
    r"|\*?No\.\s?[0-9]{1,4}[A-Za-z]?\.?(?:\s?\[[0-9]{1,4}\])?"
)
"""A remark of the editors in brackets, without a number or the name of an archive; or the number of the document."""
_Element = etree._Element  # noqa: SLF001 - lxml gives the class no public name


def follows_signature(element: _Element) -> bool:
    """Tell whether an element of a closer or opener stands right behind the name that signs, or the dateline."""
    before, parent = element.getprevious(), element.getparent()
    if before is None or parent is None or before.tag not in _SIGNED or parent.tag not in _AROUND:
        return False
    return not (before.tail or "").strip()


def is_stop(run: Run, blocks: Sequence[TeiBlock]) -> bool:
    """Tell whether a run is the full stop of the name that signs, which volumes before 1910 tag without it."""
    return run.text == "." and not run.marks and bool(blocks) and blocks[-1].kind == "signature"


def repeats(note: _Element) -> bool:
    """Tell whether a note is the mark of another once more: it has no words, and points at that one."""
    return bool(note.get("target")) and not len(note) and not (note.text or "").strip()


def is_line(note: _Element, *, attached: bool) -> bool:
    """Tell whether a note is a line of the document and no note.

    So is one among blocks that has neither number nor id. So is one set inline, where it is not tagged as a source, is
    the label of an attachment, or a remark: `[Extract.]` and `No. 80.` say nothing of where the document is kept.
    """
    parent, get = note.getparent(), note.get
    if parent is not None and parent.tag in HOLDERS and not (get("n") or get(XML_ID) or get("type")):
        return True
    is_source = get("type") == "source" and not attached
    return get("rend") == "inline" and (not is_source or bool(_REMARK.fullmatch(words(note))))


def opens_item(element: _Element) -> bool:
    """Tell whether an element is the first that stands in an item of a list, without words before it."""
    parent = element.getparent()
    return parent is not None and parent.tag in _ITEM and not (parent.text or "").strip() and parent[0] is element


def is_office(element: _Element) -> bool:
    """Tell whether words in a signature are printed below the name: they begin a word right behind another type."""
    before = element.getprevious()
    if before is None or before.tail or before.tag in BETWEEN:
        return False
    return words(element)[:1].isupper() and words(before)[-1:].isalpha()


def note_kind(note: TeiNote, index: int) -> NoteKind:
    """Source notes are tagged, or begin with the word, first or second in the document; further on, both or inline."""
    kind = note.element.get("type")
    if kind == "summary":
        return "summary"
    is_source = kind == "source"
    if index < 2:  # noqa: PLR2004 - first, or second after a summary
        is_source = is_source or is_source_note(note.run.text)
    else:  # the tag alone may be a slip
        is_source = is_source and (note.inline or is_source_note(note.run.text))
    return "source" if is_source else "note"
