"""Holds a data package against its descriptor: the files, their sizes and hashes, tables and JSON records.

The rules are those of Data Package 2.0 (https://datapackage.org/standard/), or of 1.0 for a package that names no
profile; nothing is known of who made the package.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Literal

from pipeline.verifying.paths import is_url, location_fault
from pipeline.verifying.properties import is_checksum, is_v1, package_faults, resource_faults, unusual
from pipeline.verifying.reader import Expectation, Reader
from pipeline.verifying.records import JSONError, Records, RecordSchema, read_json
from pipeline.verifying.report import PER_CODE, Report, brief
from pipeline.verifying.streams import algorithms, digest_length, normalised
from pipeline.verifying.table import Table
from pipeline.verifying.tables import link, read_table

DESCRIPTOR = "datapackage.json"
DESCRIPTOR_LIMIT = 1 << 26
"""Octets a descriptor or a JSON Schema may have."""

MAX_SCHEMAS = 100
"""JSON Schemas of records that are read; each is looked for in the archive anew."""

Share = Literal["all", "tables", "rest"] | tuple[int, int]
"""What is checked: all; rows of tables; `(k, n)`, JSON records of each n-th resource from the k-th on; or the rest."""

_LINES = ("jsonl", "ndjson")
"""What `format` says of JSON Lines."""

_TABULAR = ("tabular-data-resource", "https://specs.frictionlessdata.io/schemas/tabular-data-resource.json")
"""What `profile` says of a table in 1.0; 2.0 wants both to be read like its `type`."""


class Package:
    """One data package in a container, and what has been read of it.

    `prefix` is the folder of the bag in which it lies, with a `/` at the end; empty where there is no bag.
    """

    def __init__(self, reader: Reader, report: Report, prefix: str = "") -> None:
        self.reader = reader
        self.report = report
        self.prefix = prefix
        self.files = {path.removeprefix(prefix) for path in reader.container.files if path.startswith(prefix)}
        self.tables: dict[str, Table] = {}
        self._descriptor: dict[str, Any] = {}
        self._local: dict[str, list[str]] = {}
        self._described: set[str] = set()
        self._jsonschemas: dict[str, RecordSchema | None] = {}
        self._unusable: set[str] = set()
        """Resources whose schema or dialect is none, so that their tables cannot be read."""

    def check(self, share: Share) -> None:
        """Check a share, and ask the reader for what it needs of the contents."""
        resources = self._read_descriptor(share)
        if share in ("all", "rest"):
            for resource in resources:
                self._check_files(resource)
            self._check_hashed(resources)
            self._check_described()
        else:
            concerned = resources[share[0] :: share[1]] if isinstance(share, tuple) else filter(_is_table, resources)
            self._local.update({resource["name"]: self._paths(resource) for resource in concerned})
            self._described.update(path for resource in resources for path in _given(resource) if isinstance(path, str))
        if self.reader.fast:
            return
        if share in ("all", "tables"):
            self._plan_tables(resources)
        if share == "all":
            share = 0, 1
        if isinstance(share, tuple):
            for resource in resources[share[0] :: share[1]]:
                self._plan_records(resource)

    def finish(self) -> None:
        """Report what can be known only when all files have been read; for that, tables may be read a second time."""
        for table in self.tables.values():
            if table.suspects():
                self.reader.consume(table.file, table.read_again)
        self.reader.run()
        for path, schema in self._jsonschemas.items():
            for pattern in sorted(schema.unchecked) if schema else ():
                self.report.add("F410", f"the pattern {brief(pattern)} is not supported here", self._at(path))

    def _at(self, path: str) -> str:
        return self.prefix + path

    def _tell(self, code: str, message: str, resource: str = "") -> None:
        self.report.add(code, message, self._at(DESCRIPTOR), resource=resource)

    # ---- descriptor

    def _read_descriptor(self, share: Share) -> list[dict[str, Any]]:
        """Read datapackage.json; return the resources that are objects with a name of their own.

        What is wrong in it is told with the rest; to read tables, only what is wrong with theirs must be known.
        """
        content = self.reader.read(self._at(DESCRIPTOR), DESCRIPTOR_LIMIT)
        try:
            descriptor = read_json(content) if content is not None else None
        except JSONError as error:
            self._tell("F401", f"no JSON: {brief(error, 200)}")
            return []
        if not isinstance(descriptor, dict):
            self._tell("F401", "not a JSON object")
            return []
        self._descriptor = descriptor
        whole = share in ("all", "rest")
        if whole:
            for place, wrong in islice(package_faults(descriptor), PER_CODE):
                self._tell("F402", f"`{place}` {wrong}" if place else f"{DESCRIPTOR} {wrong}")
        named, v1 = self._read_resources(descriptor), is_v1(descriptor)
        for name, resource in named.items():
            if whole or (share == "tables" and _is_table(resource)):
                for place, wrong in islice(resource_faults(resource, v1=v1), PER_CODE):
                    self._tell_fault(name, place, wrong)
        if whole:
            for what in unusual(descriptor, named):
                self._tell("F413", what)
        return list(named.values())

    def _tell_fault(self, name: str, place: str, wrong: str) -> None:
        head = place.partition("/")[0]
        if head in ("schema", "dialect"):
            self._unusable.add(name)
        if head != "path":  # which is told with the files it names
            code = "F411" if place.startswith(("schema/", "dialect/")) else "F402"
            self._tell(code, f"resource {brief(name)}{f': `{place}`' if place else ''} {wrong}", name)

    def _read_resources(self, descriptor: dict[str, Any]) -> dict[str, dict[str, Any]]:
        resources = descriptor.get("resources")
        if not isinstance(resources, list):
            return {}  # which has been reported
        named: dict[str, dict[str, Any]] = {}
        for number, resource in enumerate(resources, 1):
            name = resource.get("name") if isinstance(resource, dict) else None
            if not isinstance(resource, dict):
                self._tell("F402", f"resource {number} is no object")
            elif not isinstance(name, str) or not name:
                self._tell("F403", f"resource {number} has no name")
            elif name in named:
                self._tell("F403", f"two resources have the name {brief(name)}")
            else:
                named[name] = resource
        return named

    # ---- files

    def _check_files(self, resource: dict[str, Any]) -> None:
        name, local = resource["name"], self._paths(resource)
        self._local[name] = local
        self._described.update(local)
        missing = [path for path in local if path not in self.files]
        for path in missing:
            self.report.add("F405", f"the file of resource {brief(name)} is missing", self._at(path), resource=name)
        if local and not missing:
            self._check_size(resource, local)
            self._check_hash(resource, local)

    def _paths(self, resource: dict[str, Any]) -> list[str]:
        """Return the paths of a resource that are files of the package."""
        name = resource["name"]
        if "path" not in resource:
            return []
        paths = _given(resource)
        if not paths or not all(isinstance(p, str) for p in paths):
            self._tell("F402", f"`path` of resource {brief(name)} must be a string or a list of strings", name)
            return []
        local = []
        for one in paths:
            if reason := location_fault(one):
                self._tell("F404", f"the path {brief(one)} of resource {brief(name)} {reason}", name)
            elif is_url(one):
                self._tell("F410", f"{brief(one)} of resource {brief(name)} is elsewhere and was not fetched", name)
            else:
                local.append(one)
        if local and any(map(is_url, paths)):
            self._tell("F402", f"`path` of resource {brief(name)} mixes files of the package with URLs", name)
        return local

    def _check_size(self, resource: dict[str, Any], paths: list[str]) -> None:
        name, size = resource["name"], resource.get("bytes")
        found = sum(self.reader.container.files[self._at(path)].size for path in paths)
        if isinstance(size, int) and size != found:
            message = f"{found} octets, but {DESCRIPTOR} says {size}"
            self.report.add("F406", message, self._at(paths[0]), resource=name)

    def _check_hash(self, resource: dict[str, Any], paths: list[str]) -> None:
        name, value = resource["name"], resource.get("hash")
        if not value or not is_checksum(value):
            return  # nothing to compare; a wrong form has been reported
        kind, colon, digest = str(value).partition(":")
        kind, digest = (kind, digest) if colon else ("md5", kind)
        algorithm = algorithms().get(normalised(kind))
        if algorithm is None:
            self._tell("F408", f"the algorithm {brief(kind)} of resource {brief(name)} is not known", name)
        elif len(digest) != digest_length(algorithm):
            self._tell("F402", f"`hash` of resource {brief(name)} is no checksum of {brief(kind)}", name)
        elif len(paths) > 1:
            self._tell("F410", f"the hash of {brief(name)}, a resource of {len(paths)} files, was not checked", name)
        else:
            self.reader.expect(self._at(paths[0]), Expectation(algorithm, digest.lower(), "F407", DESCRIPTOR))

    def _check_hashed(self, resources: list[dict[str, Any]]) -> None:
        if self.prefix:
            return  # the manifests of the bag prove every file
        bare = [r["name"] for r in resources if self._local[r["name"]] and not r.get("hash")]
        if bare:
            count = f"{len(bare)} of {len(resources)} resources"
            self._tell("F414", f"{count} have files and no `hash`; the first is {brief(bare[0])}")

    def _check_described(self) -> None:
        if not self._descriptor:
            return  # then nothing is described
        named = {DESCRIPTOR, str(self._descriptor.get("image"))}
        for path in sorted(self.files - named - self._described):
            self.report.add("F409", f"no resource of {DESCRIPTOR} names this file", self._at(path))

    # ---- contents

    def _there(self, resource: dict[str, Any]) -> list[str]:
        """Return the files of a resource that are there."""
        return [path for path in self._local[resource["name"]] if path in self.files]

    def _plan_tables(self, resources: list[dict[str, Any]]) -> None:
        for resource in resources:
            self._plan_table(resource)
        by_name = {str(resource["name"]): resource for resource in resources if "name" in resource}
        for name, table in self.tables.items():
            link(table, by_name[name]["schema"], self.tables, set(by_name), self._at(DESCRIPTOR))

    def _plan_table(self, resource: dict[str, Any]) -> None:
        name = resource["name"]
        if name in self._unusable:
            return  # which has been reported
        if _is_table(resource):
            table = read_table(resource, self._there(resource), self.prefix, self.report)
            if table is not None:
                self.tables[name] = table
                self.reader.consume(table.file, table.read)

    def _plan_records(self, resource: dict[str, Any]) -> None:
        if "recordSchema" not in resource:
            return
        name = resource["name"]
        form = str(resource.get("format")).casefold()
        if form not in ("json", *_LINES):
            message = f"resource {brief(name)} has a `recordSchema`, but its `format` is neither json nor jsonl"
            self._tell("F601", message, name)
            return
        schema = self._jsonschema(resource["recordSchema"], name)
        if schema is None:
            return
        records = Records(name, schema, self.report, lines=form in _LINES)
        for path in self._there(resource):
            where = self._at(path)
            self.reader.consume(where, lambda stream, where=where: records.read(stream, where))  # type: ignore[misc] # mypy cannot infer a lambda with a default

    def _jsonschema(self, path: object, name: str) -> RecordSchema | None:
        if not isinstance(path, str) or path not in self._described or path not in self.files:
            message = f"`recordSchema` of resource {brief(name)} is {brief(path)}, which is no file of a resource"
            self._tell("F601", message, name)
            return None
        if path not in self._jsonschemas and len(self._jsonschemas) >= MAX_SCHEMAS:
            self._tell("F410", f"more than {MAX_SCHEMAS} JSON Schemas; that of {brief(name)} was not read", name)
            return None
        if path not in self._jsonschemas:
            self._jsonschemas[path] = None
            content = self.reader.read(self._at(path), DESCRIPTOR_LIMIT)
            try:
                self._jsonschemas[path] = RecordSchema(read_json(content)) if content is not None else None
            except JSONError as error:
                self.report.add("F601", brief(error, 200), self._at(path), resource=name)
        return self._jsonschemas[path]


def _is_table(resource: dict[str, Any]) -> bool:
    return resource.get("type") == "table" or resource.get("profile") in _TABULAR


def _given(resource: dict[str, Any]) -> list[Any]:
    """Return what a resource gives as its paths."""
    path = resource.get("path")
    return path if isinstance(path, list) else [path]
