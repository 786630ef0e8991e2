"""Holds a bag against a BagIt profile (BagIt Profiles Specification, 1.0 to 1.4.0).

A profile document is as hostile as any input: what is wrong in it is a finding, and the rest of it is still used.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.findings import UnusableError
from pipeline.verifying.bag import TAG_LIMIT, Bag
from pipeline.verifying.container import Container
from pipeline.verifying.manifests import FETCH, MANIFEST_NAME, PAYLOAD
from pipeline.verifying.reader import Reader
from pipeline.verifying.report import Report, brief, shown
from pipeline.verifying.streams import normalised
from pipeline.verifying.tagfiles import DECLARATION, metadata, read_text

MOST = 1 << 20
"""Octets of a profile document that is read; those in use have a few thousand."""

IDENTIFIER = "BagIt-Profile-Identifier"
_INFO = "bag-info.txt"
_ABOUT = ("Source-Organization", "External-Description", "Version")
_TAG_KEYS = frozenset({"required", "values", "repeatable", "description", "recommended", "help"})
_MEDIA_TYPES = {
    "zip": {"application/zip", "application/x-zip", "application/x-zip-compressed"},
    "tar": {"application/tar", "application/x-tar", "application/x-gtar"},
    "tgz": {
        "application/gzip", "application/x-gzip", "application/tar+gzip", "application/x-tar+gzip", "application/x-tgz",
        "application/x-compressed-tar", "application/x-gtar-compressed",
    },
}  # fmt: skip
"""What archives are called; there is one registered name only for zip and gzip."""


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(_is_table(item) and all(map(_is_table, item.values())) for item in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "BagIt-Profile-Info": (_is_table, "an object"),
    "Bag-Info": (_is_table, "an object"),
    "Other-Info": (_is_tables, "a list of objects whose values are objects"),
    "Allow-Fetch.txt": (_is_flag, "true or false"),
    "Fetch.txt-Required": (_is_flag, "true or false"),
    "Data-Empty": (_is_flag, "true or false"),
    "Serialization": (lambda value: value in ("forbidden", "required", "optional"), "forbidden, required or optional"),
} | dict.fromkeys(
    (
        "Manifests-Required", "Manifests-Allowed", "Tag-Manifests-Required", "Tag-Manifests-Allowed",
        "Accept-Serialization", "Accept-BagIt-Version", "Tag-Files-Required", "Tag-Files-Allowed",
        "Payload-Files-Required", "Payload-Files-Allowed",
    ),
    (_is_texts, "a list of texts"),
)  # fmt: skip
"""The keys of a profile, and what their values are."""


@dataclass(frozen=True)
class Profile:
    """A profile whose document was read: its name for people, and the keys that have the form they must have."""

    name: str
    keys: dict[str, Any] = field(default_factory=dict)

    @property
    def identifier(self) -> str | None:
        """The URI by which bags name the profile."""
        value = self.keys.get("BagIt-Profile-Info", {}).get(IDENTIFIER)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> list[str]:
        """Return a list of the profile, empty where there is none."""
        return list(self.keys.get(key, ()))


@cache
def known() -> dict[str, Profile]:
    """Return the profiles that come with the program, by name."""
    folder = files("pipeline").joinpath("data/profiles")
    found = sorted((file.name, file.read_bytes()) for file in folder.iterdir())
    names = ((name.removesuffix(".json"), content) for name, content in found)
    return {name: read_document(name, content, Report()) for name, content in names}


def load(profile: str | os.PathLike[str], report: Report) -> Profile:
    """Return a profile by its name here, or read its document.

    Args:
        profile: the name of a known profile, or the path of a document.
        report: takes what is wrong with the document.

    Raises:
        UnusableError: there is neither such a profile nor such a file, or it cannot be read.
    """
    path = os.fspath(profile)
    if path in known():
        return known()[path]
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - keeps names that are not Unicode
            content = stream.read(MOST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        names = ", ".join(known())
        raise UnusableError(f"profile {shown(path)} is none of {names}, and no file: {reason}") from error
    return read_document(os.path.basename(path), content, report)  # noqa: PTH119 - as above


def read_document(name: str, content: bytes, report: Report) -> Profile:
    """Read a profile document; return what of it has the form it must have."""
    try:
        if len(content) > MOST:
            raise ValueError(f"it has more than {MOST} octets")  # noqa: TRY301 - told like the other reasons
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        report.add("F801", f"the profile cannot be read as JSON: {brief(error)}", name)
        return Profile(name)
    if not isinstance(document, dict):
        report.add("F801", "the profile is no JSON object", name)
        return Profile(name)
    keys = {}
    for key, value in document.items():
        right, form = _FORMS.get(key, (None, ""))
        if right is None:
            report.add("F821", f"the key {brief(key)} is not known and was not checked", name)
        elif not right(value):
            report.add("F802", f"{key} must be {form}", name)
        else:
            keys[key] = value
    profile = Profile(name, keys)
    _check_document(profile, report)
    return profile


def _check_document(profile: Profile, report: Report) -> None:
    """Check what the keys of a profile say of each other."""
    about = profile.keys.get("BagIt-Profile-Info", {})
    if not profile.identifier:
        report.add("F802", f"BagIt-Profile-Info must give {IDENTIFIER}", profile.name)
    for key in _ABOUT:
        if not isinstance(about.get(key), str):
            report.add("F821", f"BagIt-Profile-Info should give {key}", profile.name)
    for table in (profile.keys.get("Bag-Info", {}), *_other_tables(profile).values()):
        _check_labels(table, profile, report)
    _check_lists(profile, report)


def _check_lists(profile: Profile, report: Report) -> None:
    for kind in ("Manifests", "Tag-Manifests", "Tag-Files", "Payload-Files"):
        required, allowed = profile.texts(f"{kind}-Required"), profile.keys.get(f"{kind}-Allowed")
        fits = _patterns(allowed or ())
        for item in required if allowed is not None else ():
            if not fits(item):
                report.add("F802", f"{kind}-Allowed leaves out {brief(item)}, which is required", profile.name)
    if profile.keys.get("Manifests-Allowed") == []:
        report.add("F802", "Manifests-Allowed is empty, so that no bag is allowed", profile.name)
    if profile.keys.get("Serialization") == "required" and not profile.texts("Accept-Serialization"):
        report.add("F802", "Serialization is required, but Accept-Serialization names no format", profile.name)
    if profile.keys.get("Fetch.txt-Required") and profile.keys.get("Allow-Fetch.txt") is False:
        report.add("F802", "fetch.txt is required and not allowed at once", profile.name)


def _check_labels(table: dict[str, Any], profile: Profile, report: Report) -> None:
    for label, rule in table.items():
        if not isinstance(rule, dict):
            report.add("F802", f"the rule of {brief(label)} must be an object", profile.name)
            continue
        for key in ("required", "repeatable"):
            if not isinstance(rule.get(key, False), bool):
                report.add("F802", f"{key} of {brief(label)} must be true or false", profile.name)
        if not _is_texts(rule.get("values", [])):
            report.add("F802", f"values of {brief(label)} must be a list of texts", profile.name)
        for key in sorted(rule.keys() - _TAG_KEYS):
            report.add("F821", f"{brief(key)} of {brief(label)} is not known and was not checked", profile.name)


def _other_tables(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return the rules of further tag files by file; DuraSpace's profiles have them so, the specification does not."""
    tables = (item for group in profile.keys.get("Other-Info", ()) for item in group.items())
    return {f"{name.lower()}.txt": table for name, table in tables}


def _patterns(allowed: Iterable[str]) -> Callable[[str], bool]:
    """Return what tells whether a path fits one of the patterns, of which an asterisk fits a slash too.

    The specification points to glob(7); but its own default, `*` for all tag files, means those in folders as well.
    """
    plain = {pattern for pattern in allowed if not re.search(r"[*?[]", pattern)}
    globs = [glob for pattern in sorted(set(allowed) - plain) if (glob := _glob(pattern))]
    return lambda path: path in plain or any(glob.match(path) for glob in globs)


def _glob(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(translate(pattern))
    except re.error:
        return None  # a range such as [z-a], which fits nothing


@dataclass
class _Check:
    """One bag held against one profile."""

    profile: Profile
    bag: Bag
    report: Report
    info: list[tuple[int, str, str]]

    def add(self, code: str, message: str, file: str, line: int | None = None) -> None:
        self.report.add(code, f"{message} (profile {shown(self.profile.name)})", file, line=line)

    def check(self, archive: str | None) -> None:
        self._identifier()
        self._labels(_INFO, self.profile.keys.get("Bag-Info", {}), self.info)
        for file, table in _other_tables(self.profile).items():
            if file in self.bag.container.files:
                self._labels(file, table, elements(self.bag, file))
        self._manifests("Manifests", ("F807", "F808"), tag=False)
        self._manifests("Tag-Manifests", ("F809", "F810"), tag=True)
        self._fetch()
        self._payload()
        self._serialization(archive)
        version = ".".join(map(str, self.bag.declaration.version))
        accepted = self.profile.texts("Accept-BagIt-Version")
        if accepted and version not in accepted:
            self.add("F816", f"BagIt {version} is none of {brief(', '.join(accepted))}", DECLARATION)
        tags = [path for path in self.bag.container.files if not path.startswith(PAYLOAD)]
        own = {DECLARATION, _INFO, FETCH}
        free = [path for path in tags if path not in own and not MANIFEST_NAME.fullmatch(path)]
        self._files("Tag-Files", ("F817", "F818"), tags, free)
        payload = [*self.bag.payload, *(path for path in self.bag.fetch if path not in self.bag.container.files)]
        self._files("Payload-Files", ("F819", "F820"), payload, payload)

    def _identifier(self) -> None:
        named = [value for _, label, value in self.info if label.lower() == IDENTIFIER.lower()]
        if self.profile.identifier and self.profile.identifier not in named:
            told = f"it names {brief(named[0])}" if named else "it names none"
            self.add("F803", f"bag-info.txt must name {brief(self.profile.identifier)}; {told}", _INFO)

    def _labels(self, file: str, table: dict[str, Any], found: list[tuple[int, str, str]]) -> None:
        for label, rule in table.items():
            if not isinstance(rule, dict):
                continue
            given = [(line, value) for line, name, value in found if name.lower() == label.lower()]
            if not given and rule.get("required") is True:
                self.add("F804", f"{brief(label)} is missing", file)
            if len(given) > 1 and rule.get("repeatable") is False:
                self.add("F806", f"{brief(label)} may stand only once", file, given[1][0])
            values = rule.get("values") or []
            for line, value in given if values and _is_texts(values) else ():
                if value not in values:
                    told = f"{brief(label)} is {brief(value)}, none of {brief(', '.join(values))}"
                    self.add("F805", told, file, line)

    def _manifests(self, kind: str, codes: tuple[str, str], *, tag: bool) -> None:
        found = (MANIFEST_NAME.fullmatch(path) for path in self.bag.container.files if "/" not in path)
        present = {normalised(match[2]): match[0] for match in found if match and bool(match[1]) == tag}
        for algorithm in self.profile.texts(f"{kind}-Required"):
            if normalised(algorithm) not in present:
                name = f"{'tag' if tag else ''}manifest-{algorithm}.txt"
                self.add(codes[0], "the manifest is missing", name)
        allowed = self.profile.keys.get(f"{kind}-Allowed")
        if allowed is not None:
            for algorithm in sorted(present.keys() - {normalised(name) for name in allowed}):
                self.add(codes[1], f"a manifest of {brief(algorithm)} is not allowed", present[algorithm])

    def _fetch(self) -> None:
        present = FETCH in self.bag.container.files
        if present and self.profile.keys.get("Allow-Fetch.txt") is False:
            self.add("F811", "there may be no fetch.txt", FETCH)
        if not present and self.profile.keys.get("Fetch.txt-Required"):
            self.add("F812", "there must be a fetch.txt", FETCH)

    def _payload(self) -> None:
        files_ = self.bag.container.files
        if self.profile.keys.get("Data-Empty") and (
            len(self.bag.payload) > 1 or any(files_[path].size for path in self.bag.payload)
        ):
            self.add("F813", "the payload must be empty, or one file of no octets", "data")

    def _serialization(self, archive: str | None) -> None:
        wanted, formats = self.profile.keys.get("Serialization"), self.profile.texts("Accept-Serialization")
        name = self.bag.container.name
        if archive is None:
            if wanted == "required":
                self.add("F814", f"the bag must be one file, of {brief(', '.join(formats))}", name)
        elif wanted == "forbidden":
            self.add("F814", "the bag must be a folder, not an archive", name)
        elif formats and not _MEDIA_TYPES[archive] & {item.lower() for item in formats}:
            self.add("F815", f"the archive is a {archive}, none of {brief(', '.join(formats))}", name)

    def _files(self, kind: str, codes: tuple[str, str], present: list[str], free: list[str]) -> None:
        """Check that the required files are there, and that those whose names are free are allowed."""
        there = set(present)
        for path in self.profile.texts(f"{kind}-Required"):
            folder = path.endswith("/") and any(name.startswith(path) for name in present)
            if path not in there and not folder:
                self.add(codes[0], "the file is missing", path)
        allowed = self.profile.keys.get(f"{kind}-Allowed")
        if allowed is not None:
            fits = _patterns(allowed)
            for path in free:
                if not fits(path):
                    self.add(codes[1], "the file is not allowed", path)


def elements(bag: Bag, file: str) -> list[tuple[int, str, str]]:
    """Return line, label and value of each element of a tag file like bag-info.txt; what is wrong is told elsewhere."""
    silent = Report()
    container: Container = bag.container
    content = Reader(container, silent, fast=True).read(file, TAG_LIMIT) if file in container.files else None
    lines = None if content is None else read_text(content, file, bag.declaration, silent)
    found: Iterator[tuple[int, str, str]] = metadata(
        [] if lines is None else lines, file, strict=bag.declaration.strict, report=silent
    )
    return [(line, label, " ".join(value.split("\n"))) for line, label, value in found]


def check_profile(bag: Bag, profile: Profile | None, archive: str | None, report: Report) -> None:
    """Hold a bag against a profile, or against those it names, where they are known here.

    Args:
        bag: the bag, whose tag files were read.
        profile: the profile asked for; None where none was.
        archive: what the bag is serialised as, `zip`, `tar` or `tgz`; None for a folder.
        report: takes the findings.
    """
    info = elements(bag, _INFO)
    named = {value for _, label, value in info if label.lower() == IDENTIFIER.lower()}
    claimed = [one for one in known().values() if one.identifier in named]
    for one in claimed if profile is None else [profile]:
        _Check(one, bag, report, info).check(archive)
