"""Holds a bag against RFC 8493 (BagIt 1.0) or, for older bags, against the draft they name."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.verifying.manifests import FETCH, PAYLOAD, ListReader, Manifest, Names, manifest_of
from pipeline.verifying.paths import twins
from pipeline.verifying.reader import Expectation, Reader
from pipeline.verifying.report import Report, brief
from pipeline.verifying.tagfiles import DECLARATION, Declaration, check_metadata, read_declaration, read_text

LIMIT = 1 << 28
"""Octets a tag file may have that is read; a manifest of a million files takes less."""

MANIFESTS = 64
"""Manifests that are read; there are not so many algorithms."""

_METADATA = ("package-info.txt", "bag-info.txt")
_LAST_PACKAGE_INFO = (0, 95)


def is_bag(paths: Iterable[str]) -> bool:
    """Tell whether files make a bag, or were meant to: there is a declaration, or at least a payload manifest."""
    return any(p == DECLARATION or (p.startswith("manifest-") and p.endswith(".txt") and "/" not in p) for p in paths)


class Bag:
    """One bag, and what has been read of it."""

    def __init__(self, reader: Reader, report: Report) -> None:
        self.container = reader.container
        self.reader = reader
        self.report = report
        self.names = Names(self.container.files)
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

    # ---- reading

    def _read_tag_files(self) -> None:
        at_top = [path for path in self.container.files if "/" not in path]
        found = [manifest for path in at_top if (manifest := manifest_of(path, self.report))]
        if len(found) > MANIFESTS:
            self.report.add("F107", f"there are {len(found)} manifests; {MANIFESTS} were read", found[MANIFESTS].file)
            del found[MANIFESTS:]
        also = {m.algorithm for m in found if m.is_tag and m.algorithm}
        known = (DECLARATION, *_METADATA, FETCH, *(m.file for m in found))
        contents = self.reader.read_all([path for path in known if path in self.container.files], LIMIT, also)
        if DECLARATION not in contents:
            self.report.add("F201", "there is no bagit.txt (RFC 8493, 2.1.1)", DECLARATION)
        self.declaration = read_declaration(contents.pop(DECLARATION, None), self.report)
        for manifest in found:
            lines = self._lines(manifest.file, contents)
            if lines is not None:
                self._list_reader(manifest.file, tag=manifest.is_tag).fill(manifest, lines)
                (self.tag_manifests if manifest.is_tag else self.manifests).append(manifest)
        if not any(m.algorithm for m in self.manifests):
            message = "there is no payload manifest with a known algorithm that can be read"
            self.report.add("F301", f"{message} (RFC 8493, 2.1.3)", "manifest-sha512.txt")
        self._read_metadata(contents)
        if (lines := self._lines(FETCH, contents)) is not None:
            self.fetch = self._list_reader(FETCH).fetched(lines)

    def _list_reader(self, file: str, *, tag: bool = False) -> ListReader:
        return ListReader(file, self.names, self.report, self.declaration.strict, tag)

    def _read_metadata(self, contents: dict[str, bytes | None]) -> None:
        old = self.declaration.version <= _LAST_PACKAGE_INFO
        file = _METADATA[0] if old else _METADATA[1]
        lines = self._lines(file, contents)
        if lines is not None:
            octets = sum(self.container.files[path].size for path in self.payload)
            payload = (octets, len(self.payload))
            check_metadata(lines, file, payload, strict=self.declaration.strict, report=self.report)

    def _lines(self, file: str, contents: dict[str, bytes | None]) -> list[str] | None:
        content = contents.pop(file, None)
        return None if content is None else read_text(content, file, self.declaration, self.report)

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
        payload_manifests = {m.file for m in self.manifests}
        tag_manifests = {m.file for m in self.tag_manifests}
        tags = {path for path in self.container.files if not path.startswith(PAYLOAD)} - tag_manifests
        for manifest in self.tag_manifests:
            for path in sorted(manifest.entries.keys() - self.container.files.keys()):
                self.report.add("F318", f"{manifest.file} lists this file, and it is not there (RFC 8493, 3)", path)
            for path in sorted(manifest.entries.keys() & tag_manifests):
                message = f"a tag manifest is listed in {manifest.file} (RFC 8493, 2.2.1)"
                self.report.add("F321", message, path)
            for path in sorted(tags - manifest.entries.keys()) if strict else ():
                if path in payload_manifests:
                    self.report.add("F320", f"the payload manifest is not in {manifest.file} (RFC 8493, 2.2.1)", path)
                else:
                    self.report.add("F322", f"the tag file is not in {manifest.file} (RFC 8493, 2.2.1)", path)

    def _check_names(self) -> None:
        names = dict.fromkeys(self.container.files)
        for manifest in self.manifests:
            names.update(dict.fromkeys(manifest.entries))
        for first, second in twins(names):
            message = f"differs from {brief(first)} in case or normalisation only (RFC 8493, 6.1.1)"
            self.report.add("F311", message, second)
        for folder in self.container.empty_folders:
            if folder.startswith(PAYLOAD):
                self.report.add("F323", "the folder is empty; manifests cannot hold it (RFC 8493, 2.1.3)", folder)

    def _expect(self, manifest: Manifest, code: str) -> None:
        if manifest.algorithm is None:
            return
        for path, digest in manifest.entries.items():
            if path in self.container.files:
                self.reader.expect(path, Expectation(manifest.algorithm, digest, code, manifest.file))
