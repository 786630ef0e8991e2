"""Make data packages and bags: read sources, resolve, write aside, have it judged, swap it in.

Sources come in; a package, a bag and findings go out. The stages do not know each other: this module hands on what
they give. It prints nothing.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from pydantic import ValidationError

from pipeline.accept import Ledger, is_nameless
from pipeline.cache import Cache
from pipeline.catalogue import volumes
from pipeline.findings import Finding, UnusableError
from pipeline.finishing import FinishBatch, Finished, FinishVolume
from pipeline.gathering import BATCH, READ, Gathered, gather, worth_processes
from pipeline.manifest import FILE as MANIFEST_FILE
from pipeline.manifest import Contributor, Manifest, PackageFacts, bagging_date
from pipeline.model import TABLES, Document, Volume
from pipeline.options import Options, aptrust, bag_facts, profile_faults, refuse_namesakes, settled
from pipeline.package.archive import archive_name, write_archive
from pipeline.package.bag import bag_info as tag_file
from pipeline.package.bagging import move_out, write_bag
from pipeline.package.files import Folder
from pipeline.package.shapes import check_available, write_shapes
from pipeline.package.staging import Settling, refuse_foreign, staging, swap_in
from pipeline.package.writer import Contents, RecordForm, copying, write_package, write_rows
from pipeline.profiles import ARCHIVES, PROFILES
from pipeline.progress import Progress, silent
from pipeline.reading import keep_read
from pipeline.source import Source, read_source, read_voice, volumes_in
from pipeline.workers import Executor, executor

EPOCH = "SOURCE_DATE_EPOCH"
DESCRIPTOR_DIGEST = "sha256"
"""What datapackage.json gives of every file, whatever the bag gives."""
FEW = 2000
"""Documents up to which each has a record in a file of its own: repositories take only so many files."""


@dataclass(frozen=True)
class Outcome:
    """What came of a source: findings in order, counts, and the paths written, none where errors stopped it."""

    name: str
    findings: Sequence[Finding]
    counts: Counter[str] = field(default_factory=Counter)
    written: tuple[Path, ...] = ()
    failed: bool = False
    """There are findings of severity error (or warnings, if strict)."""
    folders: Mapping[str, str] = field(default_factory=dict)
    """Where findings lie: the folder of each source that names of files begin with; under "", that of the others."""


def build_package(
    source: str | Path, output: str | Path = "dist", options: Options | None = None, progress: Progress = silent
) -> Outcome:
    """Make a data package and a bag of one source.

    Args:
        source: a folder of documents, or a TEI volume.
        output: the folder that takes the package and the bag; it is made if need be.
        options: how; see `Options`.
        progress: told how far each stage is.

    Returns:
        Findings and what was written.

    Raises:
        UnusableError: the source cannot be read, the output cannot be written, or the profile does not take what the
            options ask for.
    """
    return _build([read_source(Path(source), Path(output))], None, Path(output), options, progress)


def build_together(
    name: str,
    sources: Sequence[str | Path],
    output: str | Path = "dist",
    options: Options | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Make one data package and one bag of several sources; arguments and errors as those of `build_package`.

    A folder of volumes stands for them. References are resolved among all of them. The package is called `name`; what
    package.toml says – licences, contributors, fields of the bag – holds for all: that of the first folder of volumes
    that has one, else of the first source that does.
    """
    try:
        PackageFacts(name=name)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UnusableError(f"{name!r} cannot be the name of a package: {reason}") from None
    chosen = [volume for source in sources for volume in volumes_in(Path(source))]
    voice = next(filter(None, (read_voice(Path(source)) for source in sources)), None)
    return _build([read_source(path, Path(output)) for path in chosen], name, Path(output), options, progress, voice)


def _build(
    sources: Sequence[Source],
    name: str | None,
    output: Path,
    options: Options | None,
    progress: Progress,
    voice: Source | None = None,
) -> Outcome:
    options = settled(options or Options())
    check_available(options.also)
    refuse_namesakes((s.path, s.manifest) for s in sources)
    voices = [voice, *sources] if voice else sources
    lead = _lead(voices, name, several=len(sources) > 1)
    date = _date(lead.manifest)
    faults = profile_faults(lead, PROFILES[options.profile])
    several = {s.manifest.package.name: s for s in sources} if len(sources) > 1 or voice else {}
    ledger = Ledger(lead, several)
    ledger.add([*_findings_of(sources, lead), *(voice.findings if voice else ()), *faults])
    package = lead.manifest.package.name
    if faults and not (options.check or options.keep_going):
        return Outcome(package, ledger.close(), failed=True, folders=_folders(sources, lead))
    nameless = is_nameless(lead)
    writing = not (options.check or nameless)
    cache = Cache(options.cache, keep=not options.check)
    with (
        executor(options.jobs if worth_processes(sources, cache) else 1) as workers,
        writable(output if writing else Path(gettempdir())),
        _stage(output, package, writing=writing) as stage,
        workers.at_once(),  # not while the stage is cleared away
    ):
        only, folder = frozenset(options.only), stage / "work"
        try:
            gathered = gather(sources, folder, workers, cache=cache, only=only, tell=ledger.add, progress=progress)
            if len(sources) == 1:
                lead = replace(lead, manifest=_described(lead.manifest, gathered.volumes))
            ledger.add(_about(lead))
            work = _Work(lead, gathered, ledger, sources, voice, options, date, stage, workers, progress)
            return work.write(output) if writing else work.look()
        finally:
            keep_read(folder / READ, cache)


def _findings_of(sources: Sequence[Source], lead: Source) -> Iterator[Finding]:
    """Yield what was found when looking at the sources: of several, with the name of the source before the file.

    That one of several has no package.toml is no matter where another speaks for all.
    """
    for source in sources:
        prefix = f"{source.manifest.package.name}/" if len(sources) > 1 else ""
        for item in source.findings:
            if item.code != "K101" or source.path == lead.path:
                yield item.model_copy(update={"file": f"{prefix}{item.file}"}) if prefix else item


def _folders(sources: Sequence[Source], lead: Source) -> dict[str, str]:
    """Return the folders that findings are told in, as `Outcome` has them."""
    several = {s.manifest.package.name: str(s.root) for s in sources} if len(sources) > 1 else {}
    return {**several, "": str(lead.root)}


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Tell of a disk that is full or cannot be written as what makes going on impossible."""
    try:
        yield
    except OSError as error:
        place = f" ({Path(error.filename).name})" if isinstance(error.filename, str) else ""
        reason = error.strerror or str(error)
        raise UnusableError(f"{folder} cannot be written: {reason}{place}; it is unchanged") from error


@contextmanager
def _stage(output: Path, name: str, *, writing: bool) -> Iterator[Path]:
    """Yield a folder to work in: beside the output where something will be written, else somewhere else."""
    with ExitStack() as stack:
        if writing:
            forms = [f"{name}-bag" if a == "none" else archive_name(f"{name}-bag", a) for a in ARCHIVES]
            refuse_foreign(output, name, forms)
            folder = stack.enter_context(staging(output, name))
        else:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="frus-package-")))
        (folder / "work").mkdir()
        yield folder


@dataclass
class _Work:
    """One package in the making."""

    lead: Source
    gathered: Gathered
    ledger: Ledger
    sources: Sequence[Source]
    voice: Source | None
    options: Options
    date: str
    stage: Path
    workers: Executor
    progress: Progress
    rows: Counter[str] = field(default_factory=lambda: Counter({table.name: 0 for table in TABLES}))
    statuses: Counter[str] = field(default_factory=Counter)

    def look(self) -> Outcome:
        """Resolve, and write nothing."""
        for _ in self._finish(None):
            pass
        return self._outcome()

    def write(self, output: Path) -> Outcome:
        """Write the package and the bag aside, and swap them in where nothing speaks against it."""
        if not self.gathered.register and not self.ledger.failed():
            source = self.sources[0]
            place = source.root / source.files[0] if source.is_volume else source.root
            raise UnusableError(f"{place} holds no document that can be read")
        options, name = self.options, self.lead.manifest.package.name
        few = len(self.gathered.register) <= FEW
        form = options.records or ("files" if few else "lines")
        package = Folder(self.stage / name, tuple(dict.fromkeys((DESCRIPTOR_DIGEST, *options.checksums))))
        heads = write_rows(package, self._finish(form), several=len(self.sources) > 1)
        outcome = self._outcome()
        if outcome.failed and not options.keep_going:
            return outcome
        if not self.gathered.register:
            return outcome  # what was found says why
        write_shapes(package, options.also, name, self.gathered.volumes, self.progress)
        contents = self._contents(heads, outcome.findings)
        write_package(package, contents, self.workers.map(copying(package, contents.sources)))
        settling = Settling(self.stage)
        made, refused = self._bag(package, settling)
        if refused:
            return replace(outcome, findings=(*outcome.findings, *refused), failed=True)
        forms = [f"{name}-bag" if a == "none" else archive_name(f"{name}-bag", a) for a in ARCHIVES]
        settling.end()
        swap_in([package.root, made], output, [form for form in forms if form != made.name], self.stage)
        return replace(outcome, written=(output / name, output / made.name))

    def _finish(self, form: RecordForm | None) -> Iterator[Finished]:
        """Finish all volumes and documents, in order; count what goes by."""
        register = self.gathered.register
        for result in self.workers.map([FinishVolume(v) for v in self.gathered.volumes]):
            self._count(result)
            yield result
        asides = iter(register)
        batches = (FinishBatch(a, register.index.folder, form) for a in iter(lambda: tuple(islice(asides, BATCH)), ()))
        for done, result in enumerate(self.workers.map(batches), 1):
            self._count(result)
            self.progress("package" if form else "resolve", min(len(register), done * BATCH), len(register))
            yield result

    def _count(self, result: Finished) -> None:
        self.rows.update(result.rows)
        self.statuses.update(result.statuses)
        self.ledger.add(result.findings)

    def _outcome(self) -> Outcome:
        findings = self.ledger.close(whole=not self.options.only)
        counts = Counter({t: self.rows[t] for t in ("documents", "notes", "references")})
        counts.update({f"references {status}": n for status, n in sorted(self.statuses.items())})
        failed = self.ledger.failed(strict=self.options.strict)
        folders = _folders(self.sources, self.lead)
        return Outcome(self.lead.manifest.package.name, findings, counts, failed=failed, folders=folders)

    def _contents(self, heads: Sequence[Document], findings: Sequence[Finding]) -> Contents:
        alone = len(self.sources) == 1
        manifests = {
            f"sources/{MANIFEST_FILE if alone else f'{s.manifest.package.name}/{MANIFEST_FILE}'}": s.manifest_data
            for s in self.sources
        }
        if self.voice:
            manifests[f"sources/{MANIFEST_FILE}"] = self.voice.manifest_data
        return Contents(
            manifest=self.lead.manifest,
            manifests={path: data for path, data in manifests.items() if data is not None},
            sources=list(self.gathered.register.sources.values()),
            heads=heads,
            rows=self.rows,
            statuses=self.statuses,
            findings=findings,
            date=self.date,
        )

    def _bag(self, package: Folder, settling: Settling) -> tuple[Path, list[Finding]]:
        """Make the bag and have all of it judged; return what is to be swapped in, and what the judges refuse."""
        from pipeline.judges import Judge, judges  # noqa: PLC0415 - slow to import

        options, manifest = self.options, self.lead.manifest
        profile, archive = PROFILES[options.profile], options.archive or "none"
        bag = Folder(self.stage / f"{manifest.package.name}-bag", options.checksums)
        for file in profile.tag_files:
            bag.write(file, tag_file(aptrust(manifest)))
        write_bag(bag, package, bag_facts(manifest, self.date, options), move=archive != "none", jobs=options.jobs)
        made = bag.root if archive == "none" else self.stage / archive_name(bag.root.name, archive)
        of_folder, of_all = judges(bag.root, made, options.selfcheck, len(self.gathered.register))

        def calls() -> Iterator[Judge]:
            yield from of_folder
            if archive != "none":  # is written while another process is at the folder
                write_archive(bag.root, made, archive, datetime.date.fromisoformat(self.date))
            settling.begin()
            yield from of_all

        refused = []
        for done, verdict in enumerate(self.workers.map(calls(), ahead=2), 1):
            refused += verdict
            self.progress("check", done, len(of_folder) + len(of_all))
        if archive != "none":
            move_out(bag, package)
        return made, refused


def _lead(sources: Sequence[Source], name: str | None, *, several: bool) -> Source:
    """Return the source whose package.toml speaks for the package; of several, the first that has one."""
    lead = next((s for s in sources if s.manifest_data is not None), sources[0])
    if name is None:
        return lead
    told = lead.manifest.package.model_copy(update={"name": name, "volume": None})
    if several and lead.files:
        told = told.model_copy(update={"title": None})  # which is that of one of them
    return replace(lead, manifest=lead.manifest.model_copy(update={"package": told}))


def _described(manifest: Manifest, records: Sequence[Path]) -> Manifest:
    """Return the manifest with what a volume says of itself where package.toml says nothing."""
    if len(records) != 1:
        return manifest
    volume = Volume.model_validate_json(records[0].read_bytes())
    told = manifest.package
    editors = tuple(Contributor(title=name, roles=("editor",)) for name in volume.editors)
    added = {
        "volume": volume.volume_id,  # as in all ids, whatever package.toml says
        "title": told.title or volume.title,
        "contributors": told.contributors or editors,
    }
    return manifest.model_copy(update={"package": told.model_copy(update=added)})


def _about(lead: Source) -> list[Finding]:
    """Say what package.toml leaves out, or says of a volume that is not known."""
    facts, found = lead.manifest.package, []
    if facts.volume and facts.volume not in volumes():
        item = lead.about("K106", f"volume {facts.volume} is not in the catalogue", "package", "volume")
        found.append(item.model_copy(update={"file": lead.path.name}) if lead.is_volume else item)
    if lead.manifest_data is None or is_nameless(lead):
        return found
    if not (facts.created or os.environ.get(EPOCH)):
        message = f"neither {lead.manifest_file} nor SOURCE_DATE_EPOCH gives a date"
        found.append(lead.about("K107", message, "package"))
    if not facts.licenses:
        found.append(lead.about("K109", f"{lead.manifest_file} gives no licence", "package"))
    return found


def _date(manifest: Manifest) -> str:
    try:
        return bagging_date(manifest, os.environ.get(EPOCH)).isoformat()
    except ValueError as error:
        raise UnusableError(str(error)) from None
