"""Run the stages over a source folder: parse, validate, resolve, package.

A folder comes in; a package, a bag and findings go out. The stages do not know each other: this module hands the
documents on. It prints nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from pipeline.catalogue import volumes
from pipeline.findings import Finding, Locator, UnusableError, has_errors, limit, rules
from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.manifest import Manifest, bagging_date
from pipeline.model import Document
from pipeline.package.archive import archive_name, write_archive
from pipeline.package.bag import bag_info as tag_file
from pipeline.package.bagging import move_out, write_bag
from pipeline.package.files import Folder
from pipeline.package.staging import refuse_foreign, staging, swap_in
from pipeline.package.writer import Contents, Progress, bag_info, package_title, write_package
from pipeline.profiles import ARCHIVES, GROUP, PROFILES, Archive, NotTakenError, Profile
from pipeline.resolve import resolve, targets
from pipeline.source import SourceFolder, natural, read_folder
from pipeline.validate import validate_set
from pipeline.workers import read_files

EPOCH = "SOURCE_DATE_EPOCH"
DESCRIPTOR_DIGEST = "sha256"
"""What datapackage.json gives of every file, whatever the bag gives."""


@dataclass(frozen=True)
class Options:
    """How a package is made; the defaults are those of the command, but for `jobs`, which it sets to the cores."""

    archive: Archive | None = None
    """How the bag is serialised; None is as the profile prefers."""
    checksums: tuple[str, ...] = ()
    """Algorithms of the bag's manifests; none are those that the profile requires, and sha256 and sha512."""
    profile: str = "frus-package"
    group: tuple[str, str] | None = None
    """Which of several bags this is: Bag-Group-Identifier and Bag-Count; see `bag_groups`."""
    jobs: int = 1
    """Worker processes; more than one need a main module that can be imported, as Python's multiprocessing has it."""
    strict: bool = False
    keep_going: bool = False
    check: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a source: findings in order, counts, and the paths written, none where errors stopped it."""

    name: str
    findings: tuple[Finding, ...]
    counts: Counter[str] = field(default_factory=Counter)
    written: tuple[Path, ...] = ()
    failed: bool = False
    """There are findings of severity error (or warnings, if strict)."""


def _is_nameless(findings: Iterable[Finding]) -> bool:
    """A package.toml that cannot be read says nothing of the package, not even its name: then none is written."""
    unreadable = ("P103", "P104", "K102", "K103")
    return any(f.code in unreadable and f.file == MANIFEST_FILE for f in findings)


def _silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def build_package(
    source: str | Path, output: str | Path = "dist", options: Options | None = None, progress: Progress = _silent
) -> Outcome:
    """Make a data package and a bag of a source folder.

    Args:
        source: the folder of documents.
        output: the folder that takes the package and the bag; it is made if need be.
        options: how; see `Options`.
        progress: told how far each stage is.

    Returns:
        Findings and what was written.

    Raises:
        UnusableError: the source cannot be read, the output cannot be written, or the profile does not take what the
            options ask for.
    """
    options = settled(options or Options())
    folder = read_folder(Path(source), Path(output))
    date = _date(folder.manifest)
    faults = _profile_faults(folder, PROFILES[options.profile])
    if faults and not (options.check or options.keep_going):
        return Outcome(folder.manifest.package.name, _judged(folder, [*folder.findings, *faults]), failed=True)
    documents, found = _read(folder, options, progress)
    findings = _judged(folder, [*found, *faults])
    failed = has_errors(findings, strict=options.strict)
    name = folder.manifest.package.name
    counts = _counts(documents)
    if options.check or (failed and not options.keep_going) or _is_nameless(findings):
        return Outcome(name, findings, counts, failed=failed)
    if not documents:
        raise UnusableError(f"{folder.root} holds no document that can be read")
    contents = Contents(
        manifest=folder.manifest,
        manifest_data=folder.manifest_data,
        documents=documents,
        findings=findings,
        read_source=partial(_unchanged, folder.root),
        date=date,
    )
    try:
        written, refused = _write(contents, Path(output), options, progress)
    except OSError as error:
        place = f" ({Path(error.filename).name})" if isinstance(error.filename, str) else ""
        reason = error.strerror or str(error)
        raise UnusableError(f"{output} cannot be written: {reason}{place}; it is unchanged") from error
    return Outcome(name, (*findings, *refused), counts, written, failed or bool(refused))


@dataclass(frozen=True)
class Shown:
    """One document as it was read, with its text and its findings."""

    document: Document
    text: str
    findings: tuple[Finding, ...]


def read_document(file: str | Path, jobs: int = 1) -> Shown:
    """Read one file of a source folder, its references resolved among the documents of the folder.

    Raises:
        UnusableError: the file is no document of its folder, or cannot be read.
    """
    path = Path(file)
    folder = read_folder(path.parent)
    documents, found = _read(folder, Options(jobs=jobs), _silent)
    findings = tuple(f for f in _judged(folder, found) if f.file == path.name)
    document = next((d for d in documents if d.source_path == f"sources/{path.name}"), None)
    if document is None:
        told = "; ".join(f.message for f in findings) or "it is no document of its folder"
        raise UnusableError(f"{file} cannot be shown: {told}")
    return Shown(document, _text(folder.root, document), findings)


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


def bag_groups(sources: Sequence[Path]) -> list[tuple[str, str] | None]:
    """Return Bag-Group-Identifier and Bag-Count of each of the bags that are made together (RFC 8493, 2.2.2).

    The identifier follows from those of all members. A single source makes no group.

    Raises:
        UnusableError: two sources make packages of one name, of which the later would replace the earlier.
    """
    if len(sources) == 1:
        return [None]
    names: dict[str, Path] = {}
    members = []
    for source in sources:
        try:
            manifest = read_folder(source).manifest
        except UnusableError:
            continue  # it is told when its turn comes
        name = manifest.package.name.casefold()
        if name in names:
            raise UnusableError(f"{names[name]} and {source} are both called {name}; give one another name")
        names[name] = source
        members.append(manifest.identifier)
    identifier = f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(sorted(members)))}"
    return [(identifier, f"{number} of {len(sources)}") for number in range(1, len(sources) + 1)]


def _date(manifest: Manifest) -> str:
    try:
        return bagging_date(manifest, os.environ.get(EPOCH)).isoformat()
    except ValueError as error:
        raise UnusableError(str(error)) from None


def _read(folder: SourceFolder, options: Options, progress: Progress) -> tuple[list[Document], list[Finding]]:
    """Parse, validate and resolve; documents come back in the order of their numbers."""
    findings = list(folder.findings)
    parsed: list[Document] = []
    for done, (document, found) in enumerate(read_files(folder, options.jobs), 1):
        findings += found
        if document is not None:
            parsed.append(document)
        progress("parse", done, len(folder.files))
    volume = folder.manifest.package.volume
    if volume and volume not in volumes():
        findings.append(folder.about("K106", f"volume {volume} is not in the catalogue", "package", "volume"))
    readable = folder.manifest_data is not None and not _is_nameless(findings)
    if readable and not (folder.manifest.package.created or os.environ.get(EPOCH)):
        findings.append(folder.about("K107", "neither package.toml nor SOURCE_DATE_EPOCH gives a date", "package"))
    findings += validate_set(parsed)
    kept = _once(parsed)
    index = targets(kept)
    documents = []
    for done, document in enumerate(kept, 1):
        locator = Locator(document.source_path.removeprefix("sources/"), partial(_text, folder.root, document))
        resolved, found = resolve(document, index, locator)
        documents.append(resolved)
        findings += limit(found)
        progress("resolve", done, len(kept))
    return sorted(documents, key=lambda d: natural(d.document_id)), findings


def _unchanged(root: Path, document: Document) -> bytes:
    """Read a source again, which must be what it was when it was parsed.

    Raises:
        UnusableError: it was changed or removed.
    """
    name = document.source_path.removeprefix("sources/")
    try:
        data = (root / name).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != document.source_sha256:
        raise UnusableError(f"{name} was changed or removed while the package was made")
    return data


def _text(root: Path, document: Document) -> str:
    return _unchanged(root, document).decode()


def _once(documents: Sequence[Document]) -> list[Document]:
    """Leave out what would claim the id of an earlier document; validation reports it."""
    kept: dict[str, Document] = {}
    for document in documents:
        kept.setdefault(document.document_id.casefold(), document)
    return list(kept.values())


def _profile_faults(folder: SourceFolder, profile: Profile) -> list[Finding]:
    """Say what the profile demands and package.toml does not give, before any work is done."""
    if _is_nameless(folder.findings):
        return []  # what it gives is not known
    given = {"bag": folder.manifest.bag, "aptrust": _aptrust(folder.manifest)}
    return [folder.about(lack.code, lack.message, lack.table, lack.key) for lack in profile.lacks(given)]


def _aptrust(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Return what aptrust-info.txt says: the table [aptrust], and title and description of the package."""
    described = {"Title": package_title(manifest), "Description": manifest.package.description or ""}
    return {
        label: (value,)
        for label, value in (described | manifest.aptrust.model_dump(by_alias=True, exclude_none=True)).items()
    }


def _bag_info(contents: Contents, options: Options) -> dict[str, str | tuple[str, ...]]:
    """Return what bag-info.txt says; a group that package.toml names goes before the one of the command."""
    info = bag_info(contents, PROFILES[options.profile])
    grouped = options.group is None or any(label in info for label in GROUP)
    return info if grouped else info | dict(zip(GROUP, options.group or (), strict=True))


def _judged(folder: SourceFolder, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Mark what package.toml accepts, report what it accepts in vain, and put all in order."""
    manifest = folder.manifest
    used = set()
    judged = []
    for item in findings:
        local = (item.document_id or "").rpartition("/")[2]
        key = next((k for k in (f"{item.code}:{local}", item.code) if k in manifest.accept), None)
        if key:
            used.add(key)
            judged.append(item.model_copy(update={"accepted": manifest.accept[key]}))
        else:
            judged.append(item)
    judged += [
        folder.about("K105", f"{key} is accepted but does not occur", "accept", key)
        for key in sorted(set(manifest.accept) - used)
        if (rule := rules().get(key.partition(":")[0])) and rule.acceptable
    ]
    return tuple(sorted(judged, key=lambda f: (natural(f.file or ""), f.file or "", f.sort_key)))


def _counts(documents: Sequence[Document]) -> Counter[str]:
    counts = Counter(documents=len(documents))
    for document in documents:
        counts["notes"] += len(document.notes)
        counts["references"] += len(document.references)
        counts.update(f"references {r.status}" for r in document.references)
    return counts


def _write(
    contents: Contents, output: Path, options: Options, progress: Progress
) -> tuple[tuple[Path, ...], list[Finding]]:
    """Write aside, have it judged, swap it in; nothing is written where a judge refuses."""
    from pipeline.judges import judge_bag, judge_own, judge_package  # noqa: PLC0415 - slow to import

    name = contents.manifest.package.name
    bag_name = f"{name}-bag"
    forms = [bag_name if a == "none" else archive_name(bag_name, a) for a in ARCHIVES]
    refuse_foreign(output, name, forms)
    with staging(output, name) as stage:
        package = Folder(stage / name, tuple(dict.fromkeys((DESCRIPTOR_DIGEST, *options.checksums))))
        write_package(package, contents, progress)
        progress("check", 0, 3)
        refused = judge_package(package.root)
        progress("check", 1, 3)
        bag = Folder(stage / bag_name, options.checksums)
        archive = options.archive or "none"
        for file in PROFILES[options.profile].tag_files:
            bag.write(file, tag_file(_aptrust(contents.manifest)))
        write_bag(bag, package, _bag_info(contents, options), move=archive != "none")
        refused += judge_bag(bag.root)
        progress("check", 2, 3)
        made = bag.root
        if archive != "none":
            made = stage / archive_name(bag_name, archive)
            write_archive(bag.root, made, archive, datetime.date.fromisoformat(contents.date))
        refused += judge_own(made)
        progress("check", 3, 3)
        if refused:
            return (), refused
        if archive != "none":
            move_out(bag, package)
        swap_in([package.root, made], output, [form for form in forms if form != made.name], stage)
    return (output / name, output / made.name), []
