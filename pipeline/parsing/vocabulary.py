"""The words that references are known by: series of telegrams and papers, publications, volumes named by their subject.

Source: the lists of abbreviations in the volumes, the works that their editors cite, and the titles of the series.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from pipeline.parsing.dates import MONTHS

MONTH = f"(?:{'|'.join(MONTHS)})"
"""The name of a month, as a pattern."""

COMMON = frozenset(("telegram", "airgram", "despatch", "dispatch", "instruction", "circular"))
"""Words for a message that are words of the language too: a number must follow."""

PAPERS = frozenset(("NSC", "NSAM", "NSDM", "NSSM", "NIE", "SNIE", "SE", "PRM", "PD", "JCSM", "CM", "PPS", "SWNCC"))
"""Series of numbered papers, by the abbreviation they are cited with."""

CITED = frozenset(
    (
        "embtel", "deptel", "emtel", "legtel", "contel", "congentel", "condes", "embdes", "depcirtel", "circtel",
        "cirtel", "urtel", "ourtel", "mytel", "reurtel", "reembtel", "redeptel",
    )
)  # fmt: skip
"""Words for the telegrams of an office, which others cite them by; no telegram calls itself so."""

SERIES = CITED | frozenset(
    (
        "usun", "gadel", "delga", "dulte", "tedul", "musun", "unmis", "nusup", "supnu", "secun", "confe", "wirom",
        "copus", "ecbus", "busec", "excon",
    )
)  # fmt: skip
"""Series of telegrams whose names have no "to" in them."""

NO_SERIES = frozenset(
    (
        "Photo", "Veto", "Motto", "Canto", "Porto", "Soto", "Proto", "Santo", "Sato", "Into", "Onto", "Unto", "Ditto",
        "Pluto", "Seato",
    )
)  # fmt: skip
"""Words that are built like the name of a series with "to" in it, and are none."""

FIRST_WORDS = frozenset(
    (
        "Department", "Public", "American", "Current", "Congressional", "Weekly", "Yearbook", "Treaties", "Bulletin",
        "Times", "Tribune", "TIAS", "TS", "EAS", "UST", "UNTS", "Stat", "Cmd", "Cmnd", "Command",
    )
)  # fmt: skip
"""The words that a publication known here can begin with, but for "Documents"."""


def _subjects() -> dict[tuple[str, str], str]:
    table = files("pipeline").joinpath("data/subjects.csv").read_text(encoding="utf-8")
    return {(f"frus{row['years']}", row["subject"]): row["volume_id"] for row in csv.DictReader(table.splitlines())}


SUBJECTS = _subjects()
"""Ids of the volumes that are known by a subject, not by a number: by years and by a word of the title.

These are facts of the series, kept in data/subjects.csv: the years, the word that tells the title from the others of
those years, and the id, which the catalogue of the series confirms. An id that ends in "v" takes the number of a volume
after it.
"""


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for any of many words, which looks at each letter once.

    >>> any_of(["see", "seen", "say"])
    's(?:ay|ee(?:n)?)'
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _of_tree(tree)


def any_word(words: Iterable[str]) -> str:
    r"""Return the branches of a regular expression for any of many words, where a word begins.

    What stands before is looked at after the first letter: a pattern that begins with one of some letters passes
    quickly over all others, and one that begins with `\b` does not.

    >>> any_word(["see", "say"])
    's(?<!\\ws)(?:ay|ee)'
    """
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(rf"{letter}(?<!\w{letter}){any_of(rest)}" for letter, rest in sorted(rests.items()))


def _of_tree(node: dict[str, Any]) -> str:
    branches = [re.escape(letter) + _of_tree(rest) for letter, rest in sorted(node.items()) if letter]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if "" in node else body
