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
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline.catalogue import volumes
from pipeline.findings import Finding, Locator, UnusableError, has_errors, limit, rules
from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.manifest import Manifest, bagging_date
from pipeline.model import Document
from pipeline.package.archive import archive_name, write_archive
from pipeline.package.bag import DEFAULT_ALGORITHMS
from pipeline.package.files import Folder
from pipeline.package.staging import refuse_foreign, staging, swap_in
from pipeline.package.writer import Contents, Progress, bag_info, write_bag, write_package
from pipeline.profiles import ALWAYS, ARCHIVES, PROFILES, Archive, Profile
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

    archive: Archive = "zip"
    checksums: tuple[str, ...] = DEFAULT_ALGORITHMS
    profile: str = "frus-package"
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
        UnusableError: the source cannot be read, or the output cannot be written.
    """
    options = options or Options()
    folder = read_folder(Path(source), Path(output))
    date = _date(folder.manifest)
    profile = PROFILES[options.profile]
    faults = _profile_faults(folder, profile, options)
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


def refuse_twins(sources: Sequence[Path]) -> None:
    """Make sure that no two sources make packages of one name, of which the later would replace the earlier.

    Raises:
        UnusableError: two of them do.
    """
    names: dict[str, Path] = {}
    for source in sources:
        try:
            name = read_folder(source).manifest.package.name.casefold()
        except UnusableError:
            continue  # it is told when its turn comes
        if name in names:
            raise UnusableError(f"{names[name]} and {source} are both called {name}; give one another name")
        names[name] = source


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


def _profile_faults(folder: SourceFolder, profile: Profile, options: Options) -> list[Finding]:
    """Say what the profile demands and is not given, before any work is done."""
    given = {label.casefold() for label in folder.manifest.bag}
    missing = [
        folder.about("K302", f"profile {profile.name} asks for {label}", "bag")
        for label in profile.required
        if label not in ALWAYS and label.casefold() not in given
    ]
    checksums = set(options.checksums)
    if set(profile.manifests_required) - checksums or checksums - set(profile.manifests_allowed):
        needs = ", ".join(profile.manifests_required) or "any"
        raise UnusableError(
            f"profile {profile.name} needs the checksums {needs} of {', '.join(profile.manifests_allowed)}"
        )
    if options.archive not in profile.archives:
        raise UnusableError(f"profile {profile.name} takes the archives {', '.join(profile.archives)}")
    return missing


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
        serialised = options.archive != "none"
        write_bag(bag, package, bag_info(contents, PROFILES[options.profile]), link=serialised)
        refused += judge_bag(bag.root)
        progress("check", 2, 3)
        made = bag.root
        if options.archive != "none":
            made = stage / archive_name(bag_name, options.archive)
            write_archive(bag.root, made, options.archive, datetime.date.fromisoformat(contents.date))
        refused += judge_own(made)
        progress("check", 3, 3)
        if refused:
            return (), refused
        swap_in([package.root, made], output, [form for form in forms if form != made.name], stage)
    return (output / name, output / made.name), []
