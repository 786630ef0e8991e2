"""Finds citations of archives: "Department of State, Central Files, POL 27 CUBA-US", "(Ibid., POL 12 IT)".

The first level between commas is the repository, the second the collection, the rest the location. Source of the rules:
the order in which the series names its sources. All offsets are half-open ranges of code points in the given text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.parsing.reading import Span
from pipeline.parsing.sentences import brackets, sentences
from pipeline.parsing.vocabulary import any_word

_CAPITAL = r"[A-Z][\w’'&./-]*"
_NAMES = rf"(?:{_CAPITAL}\s(?:(?:and|of|the|for)\s){{0,2}}){{1,5}}"
_CERTAIN = (
    r"Department\sof\s(?!State\s(?:[Bb]ulletin|BULLETIN))(?:the\s)?[A-Z]\w+"
    r"|National\sArchives(?:\sand\sRecords\s(?:Administration|Service))?"
    r"|Library\sof\sCongress(?:\sManuscript\sDivision)?"
    r"|Central\sIntelligence\sAgency(?:\sFiles)?"
    r"|National\sSecurity\sCouncil(?:\sFiles)?"
    rf"|{_NAMES}(?:Library|Archives|Center|Institution|University|Society|Foundation|Agency)"
    rf"(?:\sof\s{_CAPITAL})?(?:\sLibrary|\sArchives)?"
    r"|Nixon\sPresidential\sMaterials(?:\sProject|\sStaff)?"
)
_REPOSITORY = re.compile(rf"(?:the\s)?(?P<name>{_CERTAIN})(?=,\s|[;:)]|\.?\s*$)")
_OWN_FILES = re.compile(rf"(?P<name>(?:{_CAPITAL}\s){{0,4}}{_CAPITAL}\s(?:[Ff]iles|Records|Papers))(?=,\s)")
_FILES = re.compile(
    rf"(?:{_CAPITAL}\s(?:(?:of|the|and)\s){{0,2}}){{1,7}}(?:[Ff]iles|Records|Papers)(?=:\s(?:\S+\s)?\S*\d|\Z)"
)
"""Files that stand alone, or with their number behind a colon: `USUN Files`, `IO Files: US/S/703`."""
_DECIMAL = re.compile(
    r"\[?(?P<file>(?:File\sNo\.?\s)?[0-9]{3}[A-Z]?\.[0-9A-Z][\w.,()’' &-]{0,40}/(?:[\w½¼¾.]|\s?[–—-]\s?){1,20}(?<!\.))"
    r"(?::\s+|[.\]]*\Z)"
)
"""A number of the decimal file, which stands alone above headings before 1955: `501.BB/4–1348: Telegram`."""
_NUMBER = re.compile(r"\d{2,3}[A-Za-z]?(?:\.\w|\s\D.*/\s?\d)|[Ll]ot\s\S*\d")
"""What begins as the number of a file or a lot, which no archive does: `123 Smith, John/12`, `Lot 122, Box 3`."""
_SENT_AS = re.compile(r":\s(?=(?:[Cc]ircular\s)?(?:[Tt]eleg|[Aa]irg|[Rr]adiog|[Cc]ableg)rams?\b[^:]*\Z)")
"""Before what a message is, in the line above a heading: `CA Files: Lot 56 D 67: Telegram`."""
_CONFERENCE = re.compile(
    r"(?P<file>(?:[A-Z][\w’'&-]*\.?\s){1,4}[0-9]{2,4}(?:\.[0-9]{1,8})?/[0-9]{1,5}[a-z]?[½¼¾]?)(?::\s+(?=[A-Z])|\.?\Z)"
)
"""A number in the files of a conference, which stands there too: `Paris Peace Conf. 184/137: Telegram`."""
_CLUES = (
    "bid", "Department", "iles", "National", "Library", "Cent", "Agency", "Archives", "Papers", "Records", "Nixon",
    "University", "Institution", "Society", "Foundation",
)  # fmt: skip
"""Every citation of an archive that the patterns here find has one of these in it."""
_IBID = re.compile(r"(?P<name>[Ii]bid\b\.?)(?P<more>,\s(?=[\w“\"\[(]))?")
_NO_ARCHIVE = re.compile(
    r"(?:pp?\.|pages?|[Vv]ol(?:ume|s?\.)|Documents?|footnotes?|[Pp]art|paragraphs?|\d{4}[–-]\d)\s?"
)
# Those that are searched for begin with characters, which lets the search pass quickly over all others.
_SERIES = (
    r"S(?<!\wS)eries,?\sNo\.|Treaty\sSeries\b|A(?<!\wA)(?:cts|greement)\sSeries\b|P(?<!\wP)ress\sReleases?,\s[A-Z]"
)
_PUBLISHED = re.compile(rf"p(?<!\wp)p?\.\s?\d|B(?<!\wB)ulletin\b|P(?<!\wP)ublic Papers\b|{_SERIES}")
_IN_SERIES = re.compile(_SERIES)
"""Series that the Department of State has published: treaties, conferences, what it gave to the press."""
_JOINING = any_word(("in", "from", "at", "and", "both", "Both", "all", "All", "Also", "also", "Each", "each"))
_WITHIN = re.compile(rf"(?:,|{_JOINING})\s(?=(?:the\s)?[A-Z]|[Ii]bid\b)")
_LEADING = any_word(
    ("In", "in", "From", "from", "At", "at", "is", "are", "was", "were", "also", "both", "all", "printed", "see")
)
_RUNNING = re.compile(rf"(?:{_LEADING})\s(?=(?:the\s)?[A-Z][\w.]*\s[A-Za-z]|ibid\b)")
_NAMED = r"\s(?:[Ff]iles|Records|Papers)\b"
_IN_NAME = re.compile(rf"\([A-Z]\w+\){_NAMED}")
"""Brackets within the name of files: `S/S–NSC (Miscellaneous) Files: Lot 66 D 95`."""
_RUN_ON = re.compile(
    rf";|\((?![A-Z]\w+\){_NAMED})|\)(?!{_NAMED})"
    r"|,\s(?=(?!(?:lot|box|file|folder|entry|tab|part|vol|no)\b)[a-z]{2,}\b)"
    r"|\s(?:and|or|but)\s(?=[a-z])|\s(?=(?:is|are|was|were|has|had|reads|states|indicates|dated)\s)"
)
_LEVEL_BEGINS = re.compile(r"[A-Z0-9“\"\[]")
_LEVEL = re.compile(r"[,\[\]()“”]")
_LEVELS = 2

SOURCE = re.compile(r"\s*\[?(?:[Ss]ources?\s?[:;.]\s*|Source\s+(?=[A-Z]))+")
"""How a source note begins; print may have it in square brackets."""

CLASS = (
    r"(?:Top\sSecret|Secret|Confidential|Restricted|Unclassified|No\sclassification(?:\smarkings?)?"
    r"|(?:For\s)?(?:Limited\s)?Official\sUse(?:\sOnly)?|Personal\sand\sConfidential)"
    r"(?:\sand\s(?:Personal|Private|Confidential))?"
)
"""The classifications, as a pattern."""

_EMBEDDED = re.compile(rf"[,\s](?<![:;&][,\s])(?<!\band[,\s])(?:(?<=,)\s|(?<=\s))(?={CLASS}(?:;|\.?$))")
_ANOTHER = re.compile(rf";\s(?:and\s|also\s)?(?:in\s)?(?=(?:the\s)?(?:{_CERTAIN}),|[Ii]bid\b)")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an archive: what each level is called, as printed, and where the whole of it stands."""

    start: int
    end: int
    repository: str | None
    """None where only the number of a file is printed."""
    collection: str | None
    location: str | None
    resolved_repository: str | None


def read_citation(text: str, start: int, end: int, name_end: int) -> Citation:
    """Return the citation that fills `start` to `end`; its repository is known to end at `name_end`.

    Commas in brackets or quotation marks part no levels.
    """
    cuts = [name_end] if text.startswith(":", name_end) else []
    depth = 0
    for match in _LEVEL.finditer(text, name_end, end):
        if match[0] in "[(“":
            depth += 1
        elif match[0] in "])”":
            depth = max(0, depth - 1)
        elif not depth and text[match.end() : match.end() + 1].isspace():
            cuts.append(match.start())
            if len(cuts) == _LEVELS:
                break
    bounds = [*cuts, end, end]
    repository = text[start:name_end]
    collection = text[bounds[0] + 1 : bounds[1]].strip() or None
    location = text[bounds[1] + 1 : end].strip() or None if len(cuts) == _LEVELS else None
    return Citation(start, end, repository, collection, location, None if _is_ibid(repository) else repository)


def repository_end(text: str, start: int, end: int) -> int:
    """Return where the first level of the citation at `start` ends."""
    known = _REPOSITORY.match(text, start, end) or _IBID.match(text, start, end)
    if known:
        return known.end("name")
    if files := _FILES.match(text, start, end):
        return files.end()
    comma = text.find(", ", start, end)
    return comma if comma >= 0 else end


def is_published(text: str, start: int, end: int) -> bool:
    """Tell whether the words from `start` to `end` name a printed work, by its pages or its title."""
    return _PUBLISHED.search(text, start, end) is not None


def find_citations(text: str, *, antecedent: str | None = None) -> list[Citation]:
    """Return the citations of archives in a note, in order and not overlapping.

    Those in brackets, those a sentence begins with, and those in running text whose repository is certain; and
    "ibid." where it stands for no printed work. `antecedent` is the repository cited last before this text, which
    "Ibid." repeats; without one, or after a printed work, what it repeats stays open.
    """
    if not (prefix := SOURCE.match(text)):
        return _further(text, sentences(text), [], antecedent) if _has_clue(text) else []
    parts = sentences(text, prefix.end())
    return read_sources(text, parts, antecedent)[0] if parts else []


def read_sources(text: str, parts: list[Span], antecedent: str | None = None) -> tuple[list[Citation], int]:
    """Read a source note of one sentence or more: return all citations, and where those end that it begins with.

    As `read_source`, it gives the beginning of the note for that where its source is a printed work; `antecedent` as
    in `find_citations`.
    """
    (begin, end), *rest = parts
    found, reached = read_source(text, begin, end)
    if found and reached < end:
        rest = sentences(text, reached)
    return _further(text, rest, found, antecedent), reached


def _further(text: str, parts: Iterable[Span], found: list[Citation], antecedent: str | None) -> list[Citation]:
    """Return `found`, and the citations of archives in further sentences."""
    found = [*found]
    groups = brackets(text)
    group = 0
    for begin, end in parts:
        at = begin
        while group < len(groups) and groups[group][0] < end:
            opened, shut = groups[group]
            if opened >= at and not _IN_NAME.match(text, opened):
                _read_running(text, at, opened, found)
                _read_group(text, opened + 1, min(shut - 1, end), found)
                at = shut
            group += 1
        _read_running(text, at, end, found)
    return _resolved(text, found, antecedent)


def read_source(text: str, start: int, end: int) -> tuple[list[Citation], int]:
    """Read the first sentence of a source note, from `start` to `end`: where the document is kept.

    Returns the citations and the place where they end; none, and `start`, where the source is a printed work. A
    classification that follows without a full stop is no part of them, nor is what was sent.
    """
    embedded = _EMBEDDED.search(text, start, end) or _SENT_AS.search(text, start, end)
    stop = embedded.start() if embedded else end
    rest = embedded.end() if embedded else end
    if is_published(text, start, stop):
        return [], start
    if file := _DECIMAL.match(text, start, stop) or _CONFERENCE.match(text, start, stop):
        return [
            Citation(*file.span("file"), None, None, file["file"], None)
        ], rest if file.end() == stop else file.end()
    found: list[Citation] = []
    at = start
    while at < stop:
        another = _ANOTHER.search(text, at, stop)
        close = another.start() if another else stop - (text[stop - 1] in ".]")
        name_end = repository_end(text, at, close)
        if name_end == at or _NUMBER.match(text, at, close):
            break
        if name_end == close and not (_REPOSITORY.match(text, at, close) or _FILES.fullmatch(text, at, close)):
            break
        found.append(read_citation(text, at, close, name_end))
        at = another.end() if another else stop
    return (found, rest) if found else ([], start)


def _has_clue(text: str) -> bool:
    """Tell whether a text may name an archive, so that most are not searched for one: a look-up is faster than that."""
    return any(map(text.__contains__, _CLUES))


def _is_ibid(name: str | None) -> bool:
    return name is not None and name[:4].lower() == "ibid"


def _before_stop(text: str, start: int, end: int) -> int:
    """Return where a citation ends that ends a sentence: before its full stop, and a bracket opened before it."""
    if text[end - 1] == "]" and text.count("]", start, end) > text.count("[", start, end):
        end -= 1
    return end - (text[end - 1] == ".")


def _goes_on(text: str, name: str, end: int) -> bool:
    """Tell whether further levels follow a repository; a colon leads in another lot: "(Ibid.: Lot 66 D 204)"."""
    return text.startswith(", ", end) or (_is_ibid(name) and text.startswith(": ", end))


def _read_group(text: str, start: int, end: int, found: list[Citation]) -> None:
    """Add the citations of a pair of brackets, whose parts are divided by semicolons."""
    while start < end:
        semicolon = text.find("; ", start, end)
        stop = semicolon if semicolon >= 0 else end
        for at in (start, *(m.end() for m in _WITHIN.finditer(text, start, stop))):
            name = _IBID.match(text, at, stop) or _REPOSITORY.match(text, at, stop)
            if name is None and at == start:
                name = _OWN_FILES.match(text, at, stop)
            if name is None or _NO_ARCHIVE.match(text, name.end() + 2 * (not _is_ibid(name["name"]))):
                continue
            if not _is_ibid(name["name"]) and is_published(text, start, stop):
                continue
            close = name.end("name")
            if _goes_on(text, name["name"], close):
                close = stop - (text[stop - 1] == ".")
            found.append(read_citation(text, name.start("name"), close, name.end("name")))
            break
        start = stop + 1
        start += text.startswith(" ", start)


def _read_running(text: str, start: int, end: int, found: list[Citation]) -> None:
    """Add the citations in running text: after a word such as "in" or "is", or the whole of a sentence."""
    if not _has_clue(text[start:end]):
        return
    whole = _REPOSITORY.match(text, start, end)
    if whole and text.startswith(", ", whole.end()) and not is_published(text, start, end):
        stop = _RUN_ON.search(text, whole.end() + 1, end)
        if stop is None:
            found.append(read_citation(text, start, _before_stop(text, start, end), whole.end("name")))
            return
    reached = start
    for match in _RUNNING.finditer(text, start, end):
        at = match.end()
        name = None if at < reached else _IBID.match(text, at, end) or _REPOSITORY.match(text, at, end)
        if name is None or (match[0][:3].lower() == "see" and _is_ibid(name["name"])):
            continue
        begin, close = name.start("name"), name.end("name")
        if _goes_on(text, name["name"], close) and _LEVEL_BEGINS.match(text, close + 2):
            if _NO_ARCHIVE.match(text, close + 2):
                continue
            run_on = _RUN_ON.search(text, close + 2, end)
            close = run_on.start() if run_on else _before_stop(text, begin, end)
            close = begin + len(text[begin:close].rstrip())
        elif not _is_ibid(name["name"]):
            continue
        if not _IN_SERIES.search(text, begin, close):
            found.append(read_citation(text, begin, close, name.end("name")))
        reached = close


def _resolved(text: str, found: list[Citation], antecedent: str | None) -> list[Citation]:
    """Give each "Ibid." the repository it repeats; one that repeats a printed work is no citation of an archive."""
    if not any(_is_ibid(c.repository) for c in found):
        return found
    repository, printed = antecedent, False
    at = 0
    kept: list[Citation] = []
    for citation in found:
        printed = printed or is_published(text, at, citation.start)
        at = citation.end
        if not _is_ibid(citation.repository):
            repository, printed = citation.repository, False
            kept.append(citation)
        elif printed and citation.collection is None:
            continue  # it repeats the printed work
        else:
            resolved = None if printed else repository
            kept.append(replace(citation, resolved_repository=resolved))
    return kept
