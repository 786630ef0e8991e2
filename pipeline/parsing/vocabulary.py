"""The words that references are known by: series of telegrams and papers, publications, volumes named by their subject.

Source: the lists of abbreviations in the volumes, the works that their editors cite, and the titles of the series.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
        "TIAS", "TS", "EAS", "UST", "UNTS", "Stat", "Cmd", "Cmnd", "Command",
    )
)  # fmt: skip
"""The words that a publication known here can begin with, but for "Documents"."""

SUBJECTS = {
    ("frus1914", "Supplement"): "frus1914Supp",
    ("frus1915", "Supplement"): "frus1915Supp",
    ("frus1916", "Supplement"): "frus1916Supp",
    ("frus1917", "Supplement 1"): "frus1917Supp01v01",
    ("frus1917", "Supplement 2"): "frus1917Supp02v",
    ("frus1918", "Supplement 1"): "frus1918Supp01v",
    ("frus1918", "Supplement 2"): "frus1918Supp02",
    ("frus1918", "Russia"): "frus1918Russiav",
    ("frus1919", "Russia"): "frus1919vRussia",
    ("frus1919", "Paris"): "frus1919Parisv",
    ("frus1931-41", "Japan"): "frus1931-41v",
    ("frus1933-39", "Soviet Union"): "frus1933-39",
    ("frus1942", "China"): "frus1942China",
    ("frus1943", "China"): "frus1943China",
    ("frus1943", "Cairo"): "frus1943CairoTehran",
    ("frus1943", "Tehran"): "frus1943CairoTehran",
    ("frus1943", "Washington"): "frus1943",
    ("frus1944", "Quebec"): "frus1944Quebec",
    ("frus1945", "Berlin"): "frus1945Berlinv",
    ("frus1945", "Potsdam"): "frus1945Berlinv",
    ("frus1945", "Malta"): "frus1945Malta",
    ("frus1945", "Yalta"): "frus1945Malta",
    ("frus1945-50", "Intelligence"): "frus1945-50Intel",
    ("frus1950-55", "Intelligence"): "frus1950-55Intel",
    ("frus1951-54", "Iran"): "frus1951-54Iran",
    ("frus1952-54", "Guatemala"): "frus1952-54Guat",
}
"""Ids of the volumes that are known by a subject: years and the word of the title that tells them from others.

An id that ends in "v" takes the number of a volume after it.
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


def _of_tree(node: dict[str, Any]) -> str:
    branches = [re.escape(letter) + _of_tree(rest) for letter, rest in sorted(node.items()) if letter]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if "" in node else body
