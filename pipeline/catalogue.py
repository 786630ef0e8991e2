"""The catalogue of the series: its volumes, what is known of each, and addresses on history.state.gov.

`volumes()` reads data/volumes.csv (601 volumes; document ranges are known of 125). Ids follow the file names of the
series: `frus1961-63v11`, `frus1958-60v07p1`, `frus1961-63v10-12mSupp`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.numerals import arabic

SITE = "https://history.state.gov/historicaldocuments"

_ID = re.compile(r"(?P<subseries>frus\d{4}(?:-\d{2})?)v(?P<first>\d{2})(?:-(?P<last>\d{2}))?(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Volume:
    """What the catalogue knows of a volume; None where it does not say."""

    volume_id: str
    title: str
    editors: tuple[str, ...]
    published: str | None
    coverage_from: int | None
    coverage_to: int | None
    pages: int | None
    documents: int | None
    first_document: int | None
    last_document: int | None
    last_page: int | None

    def has_document(self, number: int) -> bool | None:
        """Tell whether a document number lies in the volume; None where the catalogue cannot tell.

        A volume with more documents than numbers counts anew in each of its parts, so its range rules nothing out.
        """
        if self.documents is None or self.first_document is None or self.last_document is None:
            return None
        if self.documents > self.last_document - self.first_document + 1:
            return None
        return self.first_document <= number <= self.last_document

    @property
    def largest_page(self) -> int | None:
        """The largest arabic page number that the volume may have; None where the catalogue does not say.

        The count of pages alone says nothing: later parts of a volume go on counting where the first one ended.
        """
        return max(self.last_page, self.pages or 0) if self.last_page else None

    def has_page(self, page: int) -> bool | None:
        """Tell whether an arabic page number lies in the volume; None where the catalogue cannot tell."""
        return None if self.largest_page is None else page <= self.largest_page


@cache
def volumes() -> dict[str, Volume]:
    """Return all volumes of the series by id, in the order of the catalogue."""
    table = files("pipeline").joinpath("data/volumes.csv").read_text(encoding="utf-8")
    return {row["volume_id"]: _volume(row) for row in csv.DictReader(table.splitlines())}


def _volume(row: dict[str, str]) -> Volume:
    def number(column: str) -> int | None:
        return int(row[column]) if row[column].isdigit() else None

    return Volume(
        volume_id=row["volume_id"],
        title=row["title"],
        editors=tuple(e for e in row["editors"].split(";") if e),
        published=row["published"] or None,
        coverage_from=number("coverage_from"),
        coverage_to=number("coverage_to"),
        pages=number("pages"),
        documents=number("documents"),
        first_document=number("first_document"),
        last_document=number("last_document"),
        last_page=number("last_page"),
    )


@cache
def parts(volume_id: str) -> tuple[str, ...]:
    """Return the volumes that are parts of a volume cited without its part: v07 for v07p1 and v07p2."""
    return tuple(v for v in volumes() if re.fullmatch(re.escape(volume_id) + r"p\d+", v))


@cache
def subseries_is_known(volume_id: str) -> bool:
    """Tell whether the catalogue has numbered volumes of the same subseries, so that it can rule a number out."""
    match = _ID.match(volume_id)
    return match is not None and any(v.startswith(f"{match['subseries']}v") for v in volumes())


@cache
def supplement(volume_id: str) -> str | None:
    """Return the one supplement of the series that covers a volume, or None.

    A supplement names its volumes: `Volumes X/XI/XII, Microfiche Supplement`.
    """
    match = _ID.fullmatch(volume_id)
    if match is None:
        return None
    number, subseries = int(match["first"]), match["subseries"]
    found = [
        v.volume_id
        for v in volumes().values()
        if v.volume_id.startswith(f"{subseries}v") and v.volume_id.endswith("Supp") and number in _covered(v)
    ]
    return found[0] if len(found) == 1 else None


def _covered(volume: Volume) -> frozenset[int]:
    named = re.search(r"Volumes? ([IVXL]+(?:/[IVXL]+)*)", volume.title)
    if named:
        return frozenset(n for n in map(arabic, named[1].split("/")) if n is not None)
    match = _ID.match(volume.volume_id)
    return frozenset(range(int(match["first"]), int(match["last"] or match["first"]) + 1)) if match else frozenset()


def url(volume_id: str, element: str = "") -> str:
    """Return the address of a volume, or of a document (`d280`) or page (`pg_697`) of it."""
    return f"{SITE}/{volume_id}/{element}" if element else f"{SITE}/{volume_id}"
