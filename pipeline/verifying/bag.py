"""Holds a bag against RFC 8493 (BagIt 1.0) or, for older bags, against the draft they name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from pipeline.verifying.manifests import FETCH, PAYLOAD, ListReader, Manifest, Names, algorithm_of, manifest_of
from pipeline.verifying.paths import twins
from pipeline.verifying.reader import Reader
from pipeline.verifying.report import Report, brief
from pipeline.verifying.tagfiles import DECLARATION, Declaration, check_metadata, read_declaration, read_text

LIMIT = 1 << 28
"""Octets a manifest may have that is read; one of a million files takes less."""

TAG_LIMIT = 1 << 24
"""Octets that bagit.txt and bag-info.txt may have."""

MANIFESTS = 64
"""Manifests that are read; there are not so many algorithms."""

METADATA = "bag-info.txt"
METADATA_V0_95 = "package-info.txt"
"""The name that bag-info.txt had up to version 0.95."""
LAST_V0_95 = (0, 95)


def is_bag(paths: Iterable[str]) -> bool:
    """Tell whether files make a bag, or were meant to: there is a declaration, or at least a payload manifest."""
    return any(p == DECLARATION or (p.startswith("manifest-") and p.endswith(".txt") and "/" not in p) for p in paths)


class Bag:
    """One bag, and what has been read of it."""

    def __init__(self, reader: Reader, report: Report) -> None:
        self.container = reader.container
        self.reader = reader
        self.report = report
        self.names = Names(self.container)
        self.payload = [path for path in self.container.files if path.startswith(PAYLOAD)]
        self.declaration = Declaration((1, 0), "utf-8")
        self.manifests: list[Manifest] = []
        self.tag_manifests: list[Manifest] = []
        self.fetch: dict[str, int] = {}

    def check(self) -> None:
        """Check all but the checksums, and ask the reader to compare those."""
        self._read_tag_files()
        if not self.container.has_folder("data"):
            self.report.add("F302", "there is no folder data (RFC 8493, 2.1.2)", "data")
        self._check_listing()
        self._check_fetch()
        self._check_tag_manifests()
        self._check_names()
        for manifest in self.manifests:
            self._expect(manifest, "F317")
        for manifest in self.tag_manifests:
            self._expect(manifest, "F319")
        lists = [manifest.entries for manifest in (*self.manifests, *self.tag_manifests)]
        for path in self.container.files:
            if not any(path in entries for entries in lists):
                self.reader.consume(path, lambda _: None)  # an archive proves its members when they are read

    # ---- reading

    def _read_tag_files(self) -> None:
        """Read bagit.txt, which says how to read the others, and those one after the other, as they are stored."""
        at_top = [path for path in self.container.files if "/" not in path]
        also = {a for path in at_top if (a := algorithm_of(path, tag=True))}
        if DECLARATION not in at_top:
            self.report.add("F201", "there is no bagit.txt (RFC 8493, 2.1.1)", DECLARATION)
            content = None
        else:
            content = self.reader.read(DECLARATION, TAG_LIMIT, also)
        self.declaration = read_declaration(content, self.report)
        strict = self.declaration.strict
        found = {path: made for path in at_top if (made := manifest_of(path, self.report, strict=strict))}
        if len(found) > MANIFESTS:
            message = f"there are {len(found)} manifests; {MANIFESTS} were read"
            self.report.add("F107", message, list(found)[MANIFESTS])
            found = dict(islice(found.items(), MANIFESTS))
        known = {*found, FETCH, METADATA_V0_95 if self.declaration.version <= LAST_V0_95 else METADATA}
        for path in sorted(known.intersection(at_top), key=lambda path: self.container.files[path].position):
            self._read_tag_file(path, found.get(path), also)
        if not any(m.algorithm for m in self.manifests):
            message = "there is no payload manifest with a known algorithm that can be read"
            self.report.add("F301", f"{message} (RFC 8493, 2.1.3)", "manifest-sha512.txt")

    def _read_tag_file(self, file: str, manifest: Manifest | None, also: set[str]) -> None:
        limit = LIMIT if manifest or file == FETCH else TAG_LIMIT
        content = self.reader.read(file, limit, also)
        lines = None if content is None else read_text(content, file, self.declaration, self.report)
        if lines is None:
            return
        strict = self.declaration.strict
        lists = ListReader(file, self.names, self.report, strict, tag=manifest is not None and manifest.is_tag)
        if manifest:
            lists.fill(manifest, lines)
            (self.tag_manifests if manifest.is_tag else self.manifests).append(manifest)
        elif file == FETCH:
            self.fetch = lists.fetched(lines)
        else:
            octets = sum(self.container.files[path].size for path in self.payload)
            check_metadata(lines, file, (octets, len(self.payload)), strict=strict, report=self.report)

    # ---- completeness (RFC 8493, 3)

    def _check_listing(self) -> None:
        present = set(self.payload)
        listed: set[str] = set()
        for manifest in self.manifests:
            listed |= manifest.entries.keys()
        for path in sorted(listed - present):
            if path in self.fetch:
                self.report.add("F314", "the file is still to be fetched; fetch.txt names it (RFC 8493, 3)", path)
            else:
                self.report.add("F313", "a manifest lists this file, and it is not there (RFC 8493, 3)", path)
        if not self.manifests:
            return
        for path in sorted(present - listed):
            self.report.add("F315", "the file is in no payload manifest (RFC 8493, 2.1.3)", path)
        for manifest in self.manifests:
            for path in sorted(listed - manifest.entries.keys()):
                if self.declaration.strict:
                    self.report.add("F316", f"the file is not in {manifest.file} (RFC 8493, 2.1.3)", path)
                else:
                    self.report.add("F215", f"the file is not in {manifest.file}, as BagIt 1.0 wants", path)

    def _check_fetch(self) -> None:
        for path, line in self.fetch.items():
            lists = [path in manifest.entries for manifest in self.manifests]
            if not (all(lists) if self.declaration.strict else any(lists)):
                message = f"{brief(path)} is not in every payload manifest (RFC 8493, 2.2.3)"
                self.report.add("F213", message, FETCH, line=line)

    def _check_tag_manifests(self) -> None:
        strict = self.declaration.strict
        algorithms = {m.algorithm: m.file for m in self.manifests if m.algorithm}
        for algorithm in sorted(algorithms.keys() - {m.algorithm for m in self.tag_manifests}):
            if strict and self.tag_manifests:
                message = f"there is no tag manifest of {algorithm}, as there is of others (RFC 8493, 2.2.1)"
                self.report.add("F324", message, algorithms[algorithm])
        payload_manifests = {m.file for m in self.manifests}
        tag_manifests = {m.file for m in self.tag_manifests}
        tags = {path for path in self.container.files if not path.startswith(PAYLOAD)} - tag_manifests
        for manifest in self.tag_manifests:
            for path in sorted(manifest.entries.keys() - self.container.files.keys()):
                self.report.add("F318", f"{manifest.file} lists this file, and it is not there (RFC 8493, 3)", path)
            for path in sorted(manifest.entries.keys() & tag_manifests):
                message = f"a tag manifest is listed in {manifest.file} (RFC 8493, 2.2.1)"
                self.report.add("F321", message, path)
            for path in sorted(tags - manifest.entries.keys()):
                if path in payload_manifests and strict:
                    self.report.add("F320", f"the payload manifest is not in {manifest.file} (RFC 8493, 2.2.1)", path)
                elif path in payload_manifests:
                    self.report.add("F215", f"the payload manifest is not in {manifest.file}, as BagIt 1.0 wants", path)
                elif strict:
                    self.report.add("F322", f"the tag file is not in {manifest.file} (RFC 8493, 2.2.1)", path)

    def _check_names(self) -> None:
        names = dict.fromkeys(self.container.files)
        for manifest in self.manifests:
            names.update(dict.fromkeys(manifest.entries))
        folders = {path.rpartition("/")[0] for path in self.container.files}  # an archive need not list them
        names.update(dict.fromkeys(sorted(folders | self.container.folders)))
        for first, second in twins(names):
            message = f"differs from {brief(first)} in case or normalisation only (RFC 8493, 6.1.1)"
            self.report.add("F311", message, second)
        for folder in self.container.empty_folders:
            if folder.startswith(PAYLOAD):
                self.report.add("F323", "the folder is empty; manifests cannot hold it (RFC 8493, 2.1.3)", folder)

    def _expect(self, manifest: Manifest, code: str) -> None:
        if manifest.algorithm is not None:
            self.reader.expect_all(manifest.algorithm, manifest.entries, code, manifest.file)
