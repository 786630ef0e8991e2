"""BagIt profiles (BagIt Profiles Specification 1.4.0): what a bag must say and hold to be taken.

Nothing comes in; `PROFILES` goes out: our profile and those of repositories, each read from its document in
data/profiles/. The documents of others are written anew from what theirs demand: theirs are of older versions or other
formats, and come without a licence. `Other-Info`, the tags of further tag files, is a key of DuraSpace's profiles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

Archive = Literal["zip", "tar", "tgz", "none"]
"""How a bag is serialised; none leaves a folder."""

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
ARCHIVES: tuple[Archive, ...] = ("zip", "tar", "tgz", "none")
STRONG = ("sha256", "sha512")
"""Checksums that every bag gets unless the user says otherwise; RFC 8493 (2.4) wants both read everywhere."""

ALWAYS = frozenset({
    "Bag-Size", "Bag-Software-Agent", "Bagging-Date", "BagIt-Profile-Identifier", "External-Description",
    "External-Identifier", "Payload-Oxum",
})  # fmt: skip
"""Labels that every bag of ours has, whatever package.toml says."""

GROUP = ("Bag-Group-Identifier", "Bag-Count")
"""Labels of bags that belong together (RFC 8493, 2.2.2)."""

_MEDIA_TYPES: dict[Archive, str] = {"zip": "application/zip", "tar": "application/tar", "tgz": "application/gzip"}


class NotTakenError(ValueError):
    """The user asks for something that the profile does not take."""


@dataclass(frozen=True)
class Lack:
    """What package.toml lacks or has wrong: code of the finding, table and key, and what is to be said."""

    code: str
    table: str
    key: str
    message: str


@dataclass(frozen=True)
class Profile:
    """A profile by its name here, and its document as the specification writes it."""

    name: str
    document: Mapping[str, Any]

    @property
    def identifier(self) -> str:
        """The URI by which bag-info.txt names the profile; profiles are compared by it, it need not lead anywhere."""
        return str(self.document["BagIt-Profile-Info"]["BagIt-Profile-Identifier"])

    @property
    def archives(self) -> tuple[Archive, ...]:
        """The forms of a bag that the profile takes, the preferred one first."""
        accepted = self.document["Accept-Serialization"]
        taken = [archive for archive in ARCHIVES if _MEDIA_TYPES.get(archive) in accepted]
        return (*taken, "none") if self.document["Serialization"] == "optional" else tuple(taken)

    @property
    def tag_files(self) -> dict[str, Mapping[str, Any]]:
        """The tag files that the profile asks for beside bag-info.txt, each with the rules of its labels."""
        tables = (table for group in self.document.get("Other-Info", ()) for table in group.items())
        return {f"{name.lower()}.txt": labels for name, labels in tables}

    def archive(self, asked: Archive | None) -> Archive:
        """Return how the bag is serialised: as the user says, else as the profile prefers.

        Raises:
            NotTakenError: the profile does not take what the user asks for.
        """
        if asked is not None and asked not in self.archives:
            raise NotTakenError(f"profile {self.name} takes --archive {' or '.join(self.archives)}, not {asked}")
        return asked or self.archives[0]

    def checksums(self, asked: Sequence[str] | None) -> tuple[str, ...]:
        """Return the algorithms of the manifests, sorted: those the user says, else the required and the strong ones.

        Raises:
            NotTakenError: the profile requires another, or does not allow one.
        """
        required, allowed = self.document["Manifests-Required"], self.document["Manifests-Allowed"]
        if not asked:
            return tuple(sorted({*required, *STRONG} & {*allowed}))
        if lacking := sorted({*required, *self.document["Tag-Manifests-Required"]} - {*asked}):
            raise NotTakenError(f"profile {self.name} needs --checksum {' --checksum '.join(lacking)} too")
        if refused := sorted({*asked} - {*allowed}):
            raise NotTakenError(f"profile {self.name} takes {', '.join(allowed)}, not --checksum {refused[0]}")
        return tuple(sorted({*asked}))

    def lacks(self, given: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Lack]:
        """Yield what the profile demands and package.toml does not give, or gives otherwise.

        Args:
            given: for each table of package.toml, `bag` and those named as the further tag files (`aptrust`), its
                labels with their values.
        """
        tables = {"bag": self.document["Bag-Info"]}
        tables |= {file.removesuffix("-info.txt"): labels for file, labels in self.tag_files.items()}
        for table, labels in tables.items():
            found = {label.casefold(): values for label, values in given.get(table, {}).items()}
            for label, rule in labels.items():
                values = found.get(label.casefold(), () if table != "bag" or label not in ALWAYS else ("",))
                if message := self._fault(table, label, rule, values):
                    yield Lack("K103" if values else "K302", table, label, message)

    def _fault(self, table: str, label: str, rule: Mapping[str, Any], values: Sequence[str]) -> str | None:
        choice = rule.get("values", ())
        if not values and rule["required"]:
            among = f", as one of {', '.join(choice)}" if choice else ""
            return f"profile {self.name} asks for {label}; give it under [{table}]{among}"
        if len(values) > 1 and not rule.get("repeatable", True):
            return f"{table}.{label}: profile {self.name} takes it only once"
        if wrong := [value for value in values if choice and value not in choice]:
            return f"{table}.{label}: profile {self.name} takes {', '.join(choice)}, not {wrong[0]}"
        return None


def _load(name: str) -> Profile:
    return Profile(name, json.loads(files("pipeline").joinpath(f"data/profiles/{name}.json").read_bytes()))


PROFILES = {name: _load(name) for name in ("frus-package", "btr", "aptrust", "metaarchive")}
