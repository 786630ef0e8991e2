"""Documents with known content, written in every concrete form that the text format has.

`documents()` draws an `Expected` and the text of it; parsing the text must give the expected content back.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from pipeline.parsing.citations import Phrase, find_references

VOLUME, NUMBER = "frus1961-63v11", "280"
"""The document in which cited() finds its text."""
WORDS = (
    "the", "Ambassador", "said", "that", "his", "government", "would", "consider", "a", "proposal", "of", "our",
    "mission", "and", "reply", "before", "long", "about", "Berlin", "access", "traffic", "talks", "President",
    "Kennedy", "Khrushchev", "Department", "Embassy", "agreement", "position", "Council", "views",
)  # fmt: skip
NAMES = ("Rusk", "Anatoliy F. Dobrynin", "John C. Guthrie", "McGeorge Bundy", "Llewellyn E. Thompson")
ROLES = ("Soviet Ambassador", "Director, SOV", "Under Secretary", "Department of Defense")
TITLES = (
    "Memorandum of Conversation", "Telegram From the Department of State to the Embassy in the Soviet Union",
    "Memorandum From the Secretary of State to President Kennedy", "Editorial Note", "Letter From Rusk to Gromyko",
)  # fmt: skip
SOURCE = "Source: Department of State, Central Files, POL 27 CUBA-US. Secret. Drafted by Guthrie."
NOTES = ("No other record found.", "Not printed.", "See the Supplement.", "The meeting was held in the afternoon.")
DATELINES = ("Washington, October 12, 1957, 3:30 p.m.", "Bonn, April 27, 1957—5 p.m.", "Moscow, undated.")


@dataclass
class Expected:
    """What a text says. Blocks are (kind, reading text); anchors are (marker, block, offset); pages (page, block)."""

    number: str
    blocks: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    anchors: list[tuple[str, int, int]] = field(default_factory=list)
    pages: list[tuple[str, int | None]] = field(default_factory=list)


@dataclass
class Form:
    """The concrete choices of a text."""

    eol: str
    bom: bool
    blank: str
    page_first: bool
    spaced_marker: bool


@st.composite
def sentences(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=5, max_size=14))
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."


class _Writer:
    """Writes one document; keeps the next marker and page."""

    def __init__(self, draw: st.DrawFn, base: int, form: Form) -> None:
        self.draw = draw
        self.form = form
        self.marker = base
        self.page = draw(st.integers(100, 900))
        self.expected = Expected(str(draw(st.integers(1, 900))))
        self.lines: list[str] = []

    def block(self, kind: str, text: str, shown: str | None = None, lead: str = "") -> None:
        self.expected.blocks.append((kind, text))
        self.lines.append(lead + (shown if shown is not None else text))

    def blank(self) -> None:
        self.lines.append(self.form.blank)

    def mark(self, offset: int) -> str:
        """Put the next marker at an offset of the block that comes next."""
        marker = str(self.marker)
        self.expected.anchors.append((marker, len(self.expected.blocks) + 1, offset))
        self.marker += 1
        return marker

    def page_break(self, block: int | None) -> str:
        self.page += 1
        page = self.draw(st.sampled_from([str(self.page), str(self.page), "XIV"]))
        self.expected.pages.append((page, block))
        return f"[{self.draw(st.sampled_from(['', '', 'Facsimile ', 'Typeset ']))}Page {page}]"

    def heading(self, *, marked: int) -> None:
        if self.form.page_first:
            self.lines += [self.page_break(None), ""]
        title = f"{self.expected.number}. {self.draw(st.sampled_from(TITLES))}"
        shown = title
        if marked:
            shown += " " if self.form.spaced_marker else ""
            shown += "".join(self.mark(len(title)) for _ in range(marked))
        self.block("title", title, shown)
        self.blank()

    def lists(self) -> None:
        if self.draw(st.booleans()):
            self.block("list_head", self.draw(st.sampled_from(["SUBJECT", "SUBJECT:", "Subject:", "SUBJ"])))
            self.blank()
            self.block("subject", "Cuba and Berlin", lead="  • ")
            self.blank()
        if self.draw(st.integers(0, 3)) == 0:
            self.block("list_head", self.draw(st.sampled_from(["TO", "REF", "Memorandum for", "CC:"])))
            self.blank()
            self.block("list_item", "The Under Secretary", lead="  • ")
            self.blank()
        if self.draw(st.booleans()):
            heads = ["PARTICIPANTS", "PARTICIPANTS:", "PRESENT", "OTHERS PRESENT", "Participants:"]
            self.block("list_head", self.draw(st.sampled_from(heads)))
            self.blank()
            if self.draw(st.integers(0, 3)) == 0:
                self.block("participant", "United States", lead="  • ")
            self.people("  • ")
            if self.draw(st.booleans()):
                self.blank()
                for side in ("United Kingdom", "France"):
                    self.block("list_head", side, lead="  • ")
                    self.blank()
                    self.people("    • ")
                    self.blank()
            if self.draw(st.booleans()):
                self.lines.append(self.page_break(None))
            self.blank()

    def people(self, lead: str) -> None:
        for name in self.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)):
            self.block("participant", f"{name}, {self.draw(st.sampled_from(ROLES))}", lead=lead)

    def table(self) -> None:
        rows = ["\t\tExports\t\tImports", "Berlin\t\tmany\t\tfew", "\t\tmore\t\tless"]
        chosen = self.draw(st.sampled_from([rows, rows[1:], rows[:2], ["TRADE OF THE CITY", *rows]]))
        self.block("table", "\n".join(chosen), self.form.eol.join(chosen))
        self.blank()

    def interlude(self) -> None:
        """What stands between paragraphs."""
        what = self.draw(
            st.sampled_from(["nothing", "nothing", "page", "table", "heading", "bracketed", "list", "point"])
        )
        if what == "page":
            self.lines.append(self.page_break(None))
            self.blank()
        elif what == "table":
            self.table()
        elif what == "list":
            # The site leaves no blank line between such a list and what follows it.
            for item in self.draw(st.lists(st.sampled_from(["peace", "trade", "the reply"]), min_size=1, max_size=3)):
                self.block("list_item", item, lead="  • ")
        elif what == "point":
            self.block("paragraph", f"{self.draw(st.integers(1, 9))}. The Ambassador left.")
            self.blank()
        elif what in ("heading", "bracketed"):
            self.block("paragraph", {"heading": "Attachment", "bracketed": "[Here follows a list of names.]"}[what])
            self.blank()

    def paragraph(self) -> None:
        """A paragraph of sentences, some with a marker behind, a page break in one, a date glued to a marker."""
        text = shown = ""
        for sentence in self.draw(st.lists(sentences(), min_size=1, max_size=3)):
            text, shown = (f"{text} ", f"{shown} ") if text else (text, shown)
            head, tail = sentence.split(" ", 1)
            if self.draw(st.integers(0, 4)) == 0:
                shown += f"{head} {self.page_break(len(self.expected.blocks) + 1)} {tail}"
            else:
                shown += sentence
            text += sentence
            how = self.draw(st.sampled_from(["none", "none", "glued", "quoted", "comma", "dated"]))
            if how == "glued":
                shown += self.mark(len(text))
            elif how in ("quoted", "comma", "dated"):
                before, after = {
                    "quoted": (" “As we said.”", " So it was."),
                    "comma": (" In his note of that day,", " he agreed."),
                    "dated": (" The letter was of July 30", " he said."),
                }[how]
                text, shown = text + before, shown + before
                shown += self.mark(len(text))
                text, shown = text + after, shown + after
        self.block("paragraph", text, shown)
        self.blank()

    def notes(self, base: int, *, source: bool) -> None:
        count = self.marker - base
        for index in range(count):
            text = SOURCE if source and index == 0 else self.draw(st.sampled_from(NOTES))
            self.lines.append(f"  {index + 1}. {text}")
            for _ in range(self.draw(st.sampled_from([0, 0, 0, 0, 1, 2]))):
                more = self.draw(sentences())
                self.lines += ["", f"    {more}"]
                text += f"\n\n{more}"
            if "\n" in text:
                self.lines.append("")
            self.expected.notes.append((str(base + index), text))


@st.composite
def documents(draw: st.DrawFn, *, eols: tuple[str, ...] = ("\n", "\r\n", "\r")) -> tuple[Expected, str]:
    """Draw what a document says, and a text that says it."""
    form = Form(
        eol=draw(st.sampled_from(eols)),
        bom=draw(st.booleans()),
        blank=draw(st.sampled_from(["", "", " "])),
        page_first=draw(st.booleans()),
        spaced_marker=draw(st.booleans()),
    )
    source = draw(st.booleans())
    base = draw(st.sampled_from([0, 1])) if source else 1
    writer = _Writer(draw, base, form)
    writer.heading(marked=draw(st.sampled_from([1, 1, 1, 2])) if source and base else int(source))
    if draw(st.booleans()):
        writer.block("dateline", draw(st.sampled_from(DATELINES)))
        writer.blank()
    writer.lists()
    for _ in range(draw(st.integers(1, 5))):
        writer.paragraph()
        writer.interlude()
    has_notes = writer.marker > base
    if has_notes and draw(st.booleans()):
        if writer.lines[-1].strip():
            writer.blank()
        name = draw(st.sampled_from(["Rusk", "Thompson", "Dean Rusk", "Sherman Kent\nAssistant Director"]))
        writer.block("signature", name, name.replace("\n", form.eol))
    elif has_notes and draw(st.booleans()) and writer.lines[-1] == form.blank and writer.lines[-2].startswith("[Page"):
        writer.lines.pop()
    writer.notes(base, source=source)
    while writer.lines and not writer.lines[-1].strip():
        writer.lines.pop()
    return writer.expected, ("\ufeff" if form.bom else "") + form.eol.join(writer.lines)


def cited(text: str, **options: Any) -> list[Phrase]:
    """Find the references in a text of a document."""
    return find_references(text, volume=VOLUME, number=NUMBER, **options)
