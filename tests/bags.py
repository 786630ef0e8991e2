"""Writes bags, packages and archives by hand, right in every detail, for tests that then break one."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipeline.verifying import Verdict, verify

ALGORITHMS = ("sha256", "sha512")
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = {"data/a.txt": b"alpha\n", "data/sub/b.txt": b"beta\n"}

Files = dict[str, bytes]


def manifest(files: Files, algorithm: str) -> bytes:
    """Return the lines of a manifest of these files."""
    lines = [f"{hashlib.new(algorithm, content).hexdigest()}  {path}\n" for path, content in sorted(files.items())]
    return "".join(lines).encode()


def seal(files: Files, algorithms: tuple[str, ...] = ALGORITHMS) -> Files:
    """Write the tag manifests anew."""
    tags = {p: c for p, c in files.items() if not (p.startswith(("data/", "tagmanifest-")) or p.endswith("/"))}
    return files | {f"tagmanifest-{a}.txt": manifest(tags, a) for a in algorithms}


def bag(
    payload: Files | None = None,
    *,
    declaration: bytes = DECLARATION,
    info: bytes = b"",
    algorithms: tuple[str, ...] = ALGORITHMS,
) -> Files:
    """Return the files of a valid bag."""
    payload = PAYLOAD if payload is None else payload
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n".encode()
    files = {**payload, "bagit.txt": declaration, "bag-info.txt": b"Bagging-Date: 2026-11-21\n" + oxum + info}
    return seal(files | {f"manifest-{a}.txt": manifest(payload, a) for a in algorithms}, algorithms)


def write(folder: Path, files: Files) -> Path:
    """Write files, and folders, whose path ends with a slash, into a folder and return it."""
    for path, content in files.items():
        target = folder / path
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return folder


def zipped(files: Files, top: str = "bag", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of files in one top folder (none, if empty)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, content in files.items():
            archive.writestr(f"{top}/{path}" if top else path, content)
    return buffer.getvalue()


def tarred(files: Files, top: str = "bag", mode: str = "w") -> bytes:
    """Return a tar (or, with mode `w:gz`, a tgz) of files in one top folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload] # the mode is a variable
        for path, content in files.items():
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(content)
            member.type = tarfile.DIRTYPE if path.endswith("/") else tarfile.REGTYPE
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write one file into a folder and return it."""
    path = folder / name
    path.write_bytes(content)
    return path


FORMS = ("folder", "zip", "tar", "tgz")


def write_as(form: str, folder: Path, files: Files) -> Path:
    """Write the files of a bag as a folder or an archive and return it."""
    if form == "folder":
        return write(folder / "bag", files)
    made = zipped(files) if form == "zip" else tarred(files, mode="w" if form == "tar" else "w:gz")
    return put(folder, f"bag.{form}", made)


SCHEMA = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "d[0-9]+", "maxLength": 5}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["letter", "telegram"]}},
        {"name": "pages", "type": "integer", "constraints": {"minimum": 1, "maximum": 99}},
        {"name": "weight", "type": "number"},
        {"name": "secret", "type": "boolean"},
        {"name": "date", "type": "date"},
        {"name": "url", "type": "string", "constraints": {"unique": True}},
        {"name": "reply_to", "type": "string"},
    ],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["reply_to"], "reference": {"fields": ["id"]}}],
}
TABLE = (
    b"id,kind,pages,weight,secret,date,url,reply_to\r\n"
    b"d1,letter,2,1.5,true,1962-10-22,u1,\r\n"
    b"d2,telegram,1,,false,,u2,d1\r\n"
    b'd3,letter,99,-2e3,,2024-02-29,,"d2"\r\n'
)
NOTES_SCHEMA = {
    "fields": [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "text", "type": "string"}],
    "primaryKey": ["id", "n"],
    "foreignKeys": [{"fields": "id", "reference": {"resource": "documents", "fields": "id"}}],
}
NOTES = b'id,n,text\r\nd1,1,"two\nlines, and ""quotes"""\r\nd1,2,\r\n'
RECORD_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"id": {"type": "string", "pattern": "^d[0-9]+$"}, "n": {"type": "integer", "minimum": 1}},
    "required": ["id"],
    "additionalProperties": False,
}


HEAD: dict[str, object] = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "p",
    "id": "urn:uuid:d2ef091c-35a1-5afb-a8a9-39dae2b9118b",
    "title": "A package",
    "description": "Of *tests*.",
    "homepage": "https://example.org/p",
    "version": "1.0.0",
    "created": "2026-11-21T00:00:00Z",
    "keywords": ["test"],
    "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/", "title": "CC0"}],
    "contributors": [{"title": "Joe Bloggs", "email": "joe@example.org", "roles": ["editor"]}],
    "sources": [{"title": "A book", "path": "https://example.org/book"}],
}


def resource(files: Files, name: str, path: str, **more: object) -> dict[str, object]:
    """Describe a file of a package."""
    content = files[path]
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return {"name": name, "path": path, "bytes": len(content), "hash": digest, **more}


def package(changes: Files | None = None, **descriptions: dict[str, object]) -> Files:
    """Return the files of a valid data package.

    `changes` replace the content of files before they are described; `descriptions` change what is said of resources.
    """
    files: Files = {
        "tables/documents.csv": TABLE,
        "tables/notes.csv": NOTES,
        "record.schema.json": json.dumps(RECORD_SCHEMA).encode(),
        "documents/d1.json": b'{"id": "d1", "n": 1}',
        "documents/d2.json": b'{"id": "d2"}',
    } | (changes or {})
    table = {"type": "table", "profile": "tabular-data-resource", "format": "csv", "encoding": "utf-8"}
    records: dict[str, object] = {"format": "json", "recordSchema": "record.schema.json"}
    resources = [
        resource(files, "documents", "tables/documents.csv", schema=SCHEMA, **table),
        resource(files, "notes", "tables/notes.csv", schema=NOTES_SCHEMA, **table),
        resource(files, "record-schema", "record.schema.json", format="json"),
        resource(files, "record-1", "documents/d1.json", **records),
        resource(files, "record-2", "documents/d2.json", **records),
    ]
    for one in resources:
        one.update(descriptions.get(str(one["name"]).replace("-", "_"), {}))
    return files | {"datapackage.json": json.dumps({**HEAD, "resources": resources}).encode()}


def described(edit: Callable[[dict[str, Any]], object], files: Files | None = None) -> Files:
    """Return the files of a package whose descriptor was edited."""
    files = package() if files is None else files
    descriptor = json.loads(files["datapackage.json"])
    edit(descriptor)
    return files | {"datapackage.json": json.dumps(descriptor).encode()}


def record(content: bytes) -> Files:
    """Return a package in which one record has this content."""
    return package({"documents/d1.json": content})


def bagged(files: Files) -> Files:
    """Return a bag whose payload is a package."""
    return bag({f"data/{path}": content for path, content in files.items()})


def codes(path: Path) -> set[str]:
    """Return the codes of all that is found in a bag or a package."""
    return {f.code for f in verify(path).findings}


def judge(files: Files, folder: Path) -> Verdict:
    """Verify files, written into a folder."""
    return verify(write(folder, files))


def codes_of(files: Files, folder: Path) -> list[str]:
    """Return the code of each finding in files, written into a folder."""
    return [f.code for f in judge(files, folder).findings]


Edit = tuple[float, int, bytes]
"""Where in a file, as a share of its length, how many octets go, and what comes in their place."""
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=6)), min_size=1, max_size=4)


def damaged(content: bytes, edits: list[Edit]) -> bytes:
    """Apply edits one after the other."""
    for place, drop, new in edits:
        at = int(place * len(content))
        content = content[:at] + new + content[at + drop :]
    return content
