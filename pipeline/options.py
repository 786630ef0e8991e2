"""How a package is made: the options, what a profile makes of them, and what it demands of package.toml."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pipeline.accept import is_nameless
from pipeline.findings import Finding, UnusableError
from pipeline.manifest import Manifest
from pipeline.package.shapes import Shape
from pipeline.package.writer import RecordForm, bag_info, package_title
from pipeline.profiles import GROUP, PROFILES, Archive, NotTakenError, Profile
from pipeline.source import VOLUME_SUFFIX, Source, read_source

SelfCheck = Literal["full", "sample", "off"]
"""How much of a package frictionless and bagit judge; our own verifier checks all of it."""


@dataclass(frozen=True)
class Options:
    """How a package is made; the defaults are those of the command, but for `jobs` and `cache`."""

    archive: Archive | None = None
    """How the bag is serialised; None is as the profile prefers."""
    checksums: tuple[str, ...] = ()
    """Algorithms of the bag's manifests; none are those that the profile requires, and sha256 and sha512."""
    profile: str = "frus-package"
    group: tuple[str, str] | None = None
    """Which of several bags this is: Bag-Group-Identifier and Bag-Count; see `bag_groups`."""
    jobs: int = 1
    """Processes; more than one need a main module that can be imported, as Python's multiprocessing has it."""
    strict: bool = False
    keep_going: bool = False
    check: bool = False
    records: RecordForm | None = None
    """Records as files or as JSON Lines; None is files for a package of few documents."""
    only: tuple[str, ...] = ()
    """Ids (d280, or frus1961-63v11/d280) of the documents that are wanted; none are all."""
    selfcheck: SelfCheck | None = None
    """None is in full for a package of few documents, else a sample."""
    also: tuple[Shape, ...] = ()
    """Further shapes of the tables."""
    cache: Path | None = None
    """The folder where what was read is kept for the next time; None for none. A check reads it, and adds nothing."""


def settled(options: Options) -> Options:
    """Return the options with what the profile decides where they leave it open.

    Raises:
        UnusableError: the profile does not take what they ask for.
    """
    profile = PROFILES[options.profile]
    try:
        return replace(
            options, archive=profile.archive(options.archive), checksums=profile.checksums(options.checksums)
        )
    except NotTakenError as error:
        raise UnusableError(str(error)) from None


def only_of(sources: Sequence[Path], only: Sequence[str]) -> list[tuple[str, ...]]:
    """Return, for each source, which of the ids of documents wanted are looked for in it.

    One that names a volume (frus1961-63v11/d280) is not looked for in the others that are given.
    """
    volumes = {path.stem for path in sources if path.suffix.lower() == VOLUME_SUFFIX}

    def concerns(path: Path, name: str) -> bool:
        volume = name.rpartition("/")[0]
        return path.suffix.lower() != VOLUME_SUFFIX or volume not in volumes or volume == path.stem

    return [tuple(name for name in only if concerns(path, name)) for path in sources]


def bag_groups(sources: Sequence[Path]) -> list[tuple[str, str] | None]:
    """Return Bag-Group-Identifier and Bag-Count of each of the bags that are made together (RFC 8493, 2.2.2).

    The identifier follows from those of all members. A single source makes no group.

    Raises:
        UnusableError: two sources make packages of one name, of which the later would replace the earlier.
    """
    if len(sources) == 1:
        return [None]
    manifests = []
    for source in sources:
        try:
            manifests.append((source, read_source(source).manifest))
        except UnusableError:
            continue  # it is told when its turn comes
    refuse_namesakes(manifests)
    members = [manifest.identifier for _, manifest in manifests]
    identifier = f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(sorted(members)))}"
    return [(identifier, f"{number} of {len(sources)}") for number in range(1, len(sources) + 1)]


def refuse_namesakes(manifests: Iterable[tuple[Path, Manifest]]) -> None:
    """Make sure that every source, given with its package.toml, has a name of its own.

    Raises:
        UnusableError: two have one name, maybe in different case.
    """
    names: dict[str, Path] = {}
    for source, manifest in manifests:
        name = manifest.package.name.casefold()
        if name in names:
            raise UnusableError(f"{names[name]} and {source} are both called {name}; give one another name")
        names[name] = source


def profile_faults(source: Source, profile: Profile) -> list[Finding]:
    """Say what the profile demands and package.toml does not give, before any work is done."""
    if is_nameless(source):
        return []  # what it gives is not known
    given = {"bag": source.manifest.bag, "aptrust": aptrust(source.manifest)}
    return [source.about(lack.code, lack.message, lack.table, lack.key) for lack in profile.lacks(given)]


def aptrust(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Return what aptrust-info.txt says: the table [aptrust], and title and description of the package."""
    described = {"Title": package_title(manifest), "Description": manifest.package.description or ""}
    return {
        label: (value,)
        for label, value in (described | manifest.aptrust.model_dump(by_alias=True, exclude_none=True)).items()
    }


def bag_facts(manifest: Manifest, date: str, options: Options) -> dict[str, str | tuple[str, ...]]:
    """Return what bag-info.txt says; a group that package.toml names goes before the one of the command."""
    info = bag_info(manifest, date, PROFILES[options.profile])
    grouped = options.group is None or any(label in info for label in GROUP)
    return info if grouped else info | dict(zip(GROUP, options.group or (), strict=True))
