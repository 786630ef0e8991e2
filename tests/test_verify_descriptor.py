"""The descriptor of a data package: what form its properties must have, in 2.0 and in 1.0."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import bags
from bags import HEAD, SCHEMA, codes_of, described
from conftest import at_least
from pipeline.verifying import properties, verify
from pipeline.verifying.properties import FORMATS, KEYWORDS, PATTERNS, package_faults, profile, resource_faults

WRONG: dict[str, list[object]] = {
    "$schema": [5, None, "datapackage.json", "https://"],
    "name": [7, None, ["p"]],
    "id": [7, {}],
    "title": [7, ["a"]],
    "description": [7, None],
    "homepage": [7, "example.org", "", "https://exa mple.org"],
    "version": [3, 1.0, None],
    "created": [
        7, "", "yesterday", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00Z", "2026-11-21 12:00:00Z",
        "2026-02-29T12:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T12:60:00Z", "2026-11-21T12:00:00+0100",
        "2026-11-21T12:00:00.Z", "x2026-11-21T12:00:00Z", "2026-11-21T12:00:00Z\n", "٢026-11-21T12:00:00Z",
    ],
    "keywords": [[], "a, b", [1], [None]],
    "image": [7, "../image.png", "/image.png", "file:///image.png", "~/image.png", "a\\b.png"],
    "licenses": [
        [], {}, "CC0-1.0", ["CC0-1.0"], [{}], [{"title": "free"}], [{"name": 1}], [{"name": "Creative Commons"}],
        [{"path": "../LICENSE"}], [{"path": "gopher://example.org"}], [{"name": "CC0-1.0", "title": 1}], [None],
    ],
    "contributors": [
        [], {}, "Joe", ["Joe"], [{}], [{"title": 1}], [{"givenName": []}], [{"title": "Joe", "roles": "editor"}],
        [{"title": "Joe", "roles": []}], [{"title": "Joe", "roles": [1]}], [{"title": "Joe", "email": "joe"}],
        [{"title": "Joe", "path": "/home/joe"}], [{"title": "Joe", "organization": {}}], [{"title": "Joe", "role": 1}],
    ],
    "sources": [{}, "x", ["x"], [{}], [{"title": 1}], [{"path": 1}], [{"path": "../x"}], [{"version": 1}]],
}  # fmt: skip
RIGHT: dict[str, list[object]] = {
    "$schema": ["https://datapackage.org/profiles/2.1/datapackage.json", "https://example.org/profile.json"],
    "id": ["https://doi.org/10.1/x", "b03ec84"],
    "homepage": ["http://example.org"],
    "version": ["1.0.0", "0.10.2-beta.1+a7"],
    "created": ["1985-04-12T23:20:50.52Z", "1996-12-19t16:39:57-08:00", "1990-12-31T23:59:60z"],
    "image": ["image.png", "HTTPS://example.org/image.png"],
    "licenses": [[{"name": "CC0-1.0"}], [{"path": "LICENSE"}], [{"path": "ftp://example.org/x", "title": "x"}]],
    "contributors": [[{"familyName": "Joe"}], [{"title": "Joe", "role": "author"}], [{"example:orcid": "0"}]],
    "sources": [[], [{"email": "joe@example.org"}], [{"version": "1"}]],
    "example:custom": [None, 7, {}],
}
WRONG_IN_RESOURCE: dict[str, list[object]] = {
    "type": ["json", "", 7, ["table"]],
    "title": [7, None],
    "description": [[]],
    "format": [7, None],
    "homepage": ["x"],
    "mediatype": [7, "json", "text/", "/json", ""],
    "encoding": [7, ["utf-8"]],
    "bytes": [-1, "7", True, None],
    "hash": [7, None, "abc", "sha256:xyz", "sha256:", ":abc"],
    "dialect": [[], 7, "../dialect.json", None],
    "schema": [[], 7, "/schema.json", None],
    "licenses": [[], {}, [{}]],
    "sources": [{}, [{}], [7]],
    "data": [7, None, True],
}


def found(head: dict[str, object], resource: dict[str, object], folder: Path) -> list[tuple[str, str]]:
    files = bags.package()
    descriptor: dict[str, Any] = json.loads(files["datapackage.json"])
    descriptor |= head
    descriptor["resources"][2] |= resource
    if "data" in resource:
        descriptor["resources"][2].pop("path")
    files["datapackage.json"] = json.dumps(descriptor).encode()
    return [(f.code, f.message) for f in verify(bags.write(folder, files)).findings if f.code != "F409"]


def cases(table: dict[str, list[object]]) -> list[Any]:
    return [
        pytest.param(name, value, id=f"{name}-{number}")
        for name, values in table.items()
        for number, value in enumerate(values)
    ]


@pytest.mark.parametrize(("name", "value"), cases(WRONG))
def test_wrong_properties_of_a_package(name: str, value: object, tmp_path: Path) -> None:
    ((code, message),) = found(HEAD | {name: value}, {}, tmp_path / "p")
    assert code == "F402"
    assert message.startswith(f"`{name}")


@pytest.mark.parametrize(("name", "value"), cases(RIGHT))
def test_right_properties_of_a_package(name: str, value: object, tmp_path: Path) -> None:
    assert found(HEAD | {name: value}, {}, tmp_path / "p") == []


@pytest.mark.parametrize(("name", "value"), cases(WRONG_IN_RESOURCE))
def test_wrong_properties_of_a_resource(name: str, value: object, tmp_path: Path) -> None:
    told = found(HEAD, {name: value}, tmp_path / "p")
    assert [code for code, _ in told if code not in ("F406", "F414", "F601")] == ["F402"]
    assert any(message.startswith(f"resource record-schema: `{name}") for _, message in told)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    head: dict[str, object] = {"$schema": 5, "name": "BAD NAME", "created": "yesterday", "licenses": [], "version": 3}
    assert [code for code, _ in found(head, {}, tmp_path / "p")] == ["F402"] * 4 + ["F413"]


def test_places_of_what_is_wrong(tmp_path: Path) -> None:
    licenses = [{"name": "CC0-1.0"}, {"name": "CC BY"}]
    ((_, message),) = found({"licenses": licenses}, {}, tmp_path / "p")
    assert message == "`licenses/1/name` is CC BY, not an identifier of a licence"


@pytest.mark.parametrize(
    ("head", "resource", "expected"),
    [
        ({"name": "Upper"}, {}, ["F413"]), ({"name": ""}, {}, ["F413"]), ({"name": "a/b"}, {}, ["F413"]),
        ({"version": "1.0"}, {}, ["F413"]), ({"version": "2026-11-21"}, {}, ["F413"]),
        ({}, {"name": "Record Schema"}, ["F413"]),
    ],
)  # fmt: skip
def test_recommendations(
    head: dict[str, object], resource: dict[str, object], expected: list[str], tmp_path: Path
) -> None:
    assert [code for code, _ in found(HEAD | head, resource, tmp_path / "p")] == expected


@pytest.mark.parametrize(
    "path",
    [
        "file:///etc/passwd",
        "s3://bucket/x",
        "https://",
        "file:x",
        "~/x",
        ["record.schema.json", "https://example.org/x"],
    ],
)
def test_paths_that_are_not_allowed(path: object, tmp_path: Path) -> None:
    told = {code for code, _ in found(HEAD, {"path": path}, tmp_path / "p")}
    assert told & {"F402", "F404"}


# ---- 1.0, which a package without `$schema` is

V1 = "https://datapackage.org/profiles/1.0/datapackage.json"
HEAD_V1: dict[str, object] = HEAD | {"contributors": [{"title": "Joe", "role": "author"}], "profile": "data-package"}


@pytest.mark.parametrize(
    ("head", "resource", "expected"),
    [
        ({}, {"type": "json", "profile": "data-resource"}, []),
        ({"name": "a/b", "contributors": [{"title": "Joe", "roles": "of its own"}]}, {}, []),
        ({"name": "Upper"}, {}, ["F402"]),
        ({}, {"name": "Upper"}, ["F402"]),
        ({"profile": 1}, {}, ["F402"]),
        ({"contributors": [{"givenName": "Joe"}]}, {}, ["F402"]),
        ({"sources": [{"path": "https://example.org"}]}, {}, ["F402"]),
        ({"created": "yesterday"}, {}, ["F402"]),
    ],
)
def test_rules_of_the_first_version(
    head: dict[str, object], resource: dict[str, object], expected: list[str], tmp_path: Path
) -> None:
    assert [c for c, _ in found(HEAD_V1 | {"$schema": V1} | head, resource, tmp_path / "named")] == expected
    files = bags.package()
    descriptor = json.loads(files["datapackage.json"]) | HEAD_V1 | head
    descriptor["resources"][2] |= resource
    del descriptor["$schema"]
    files["datapackage.json"] = json.dumps(descriptor).encode()
    assert codes_of(files, tmp_path / "unnamed") == expected


def test_hostile_properties_take_no_time(tmp_path: Path) -> None:
    long = "a" * 200_000
    for number, text in enumerate(
        (long, f"{long}:", f"http://{long}/../", "1." * 100_000, f"{long}@{long}@", "-" * 200_000)
    ):
        names = ("name", "version", "created", "homepage", "image", "$schema", "id")
        head: dict[str, object] = dict.fromkeys(names, text) | {
            "contributors": [{"email": text, "path": text}] * 20,
            "licenses": [{"name": text}] * 20,
        }
        resource: dict[str, object] = {"hash": text, "mediatype": text}
        assert found(head, resource, tmp_path / str(number))


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(resources=[1]),
        lambda d: d.update(resources=[{}]),
        lambda d: d.update(resources="all"),
        lambda d: d.pop("resources"),
        lambda d: d["resources"][0].update(name=["x"]),
        lambda d: d["resources"][0].update(path=7),
        lambda d: d["resources"][0].update(path=None),
        lambda d: d["resources"][0].update(path=[]),
        lambda d: d["resources"][0].update(path=["a", 1]),
        lambda d: d["resources"][0].update(data=[]),
        lambda d: d["resources"][0].update(path="/etc/passwd"),
        lambda d: d["resources"][0].update(path="a\\b"),
        lambda d: d["resources"][0].update(path=".git/config"),
        lambda d: d["resources"][0].update(bytes="many"),
        lambda d: d["resources"][0].update(bytes=True),
        lambda d: d["resources"][0].update(hash=12),
        lambda d: d["resources"][0].update(hash="sha256:xyz"),
        lambda d: d["resources"][0].update(hash="sha256:abcd"),
        lambda d: d["resources"][0].update(schema=[]),
        lambda d: d["resources"][0].update(schema={}),
        lambda d: d["resources"][0].update(schema={"fields": ["id"]}),
        lambda d: d["resources"][0].update(schema={"fields": [{"name": 1}]}),
        lambda d: d["resources"][0].update(schema={"fields": [{"name": "id"}, {"name": "id"}]}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"missingValues": "-"}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"missingValues": [1]}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"primaryKey": {"id": 1}}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"foreignKeys": {}}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"foreignKeys": [1]}),
        lambda d: d["resources"][0].update(schema=SCHEMA | {"foreignKeys": [{"fields": ["id"], "reference": "x"}]}),
        lambda d: d["resources"][0].update(
            schema=SCHEMA | {"foreignKeys": [{"fields": ["id"], "reference": {"fields": ["id", "url"]}}]}
        ),
        lambda d: d["resources"][0].update(
            schema=SCHEMA | {"foreignKeys": [{"fields": ["id"], "reference": {"resource": "x", "fields": ["id"]}}]}
        ),
        lambda d: d["resources"][0].update(
            schema=SCHEMA | {"foreignKeys": [{"fields": ["id"], "reference": {"resource": ["x"], "fields": ["id"]}}]}
        ),
        lambda d: d["resources"][0].update(dialect=[]),
        lambda d: d["resources"][0].update(dialect={"delimiter": ",,"}),
        lambda d: d["resources"][0].update(dialect={"quoteChar": 1}),
        lambda d: d["resources"][0].update(encoding="nonsense"),
        lambda d: d["resources"][0].update(encoding=["utf-8"]),
        lambda d: d["resources"][3].update(recordSchema="../schema.json"),
        lambda d: d["resources"][3].update(recordSchema={}),
        lambda d: d["resources"][3].update(format="csv"),
    ],
)
def test_malformed_descriptors_are_findings(edit: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    verdict = verify(bags.write(tmp_path / "p", described(edit)))
    assert any(f.code.startswith(("F4", "F601")) for f in verdict.findings)
    assert not verdict.valid


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff", b"[" * 200_000,
        b'{"a": ' * 200_000, b'{"a": ' + b"9" * 200_000 + b"}",
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_descriptor(content: bytes, tmp_path: Path) -> None:
    files = bags.package() | {"datapackage.json": content}
    assert "F401" in codes_of(files, tmp_path / "p")


# ---- the official schema

ANNOTATIONS = {
    "$schema", "title", "description", "examples", "context", "propertyOrder", "default", "options", "notes", "item",
}  # fmt: skip
PUBLISHED = Path(properties.__file__).parents[1] / "data/datapackage"


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    for part in [*below, *([schema["items"]] if "items" in schema else [])]:
        yield from parts(part)


def test_the_schema_is_the_published_one() -> None:
    digest = hashlib.sha256((PUBLISHED / "datapackage-2.0.json").read_bytes()).hexdigest()
    assert digest in (PUBLISHED / "README.md").read_text("utf-8")
    assert "MIT" in (PUBLISHED / "LICENSE.md").read_text("utf-8")


@pytest.mark.parametrize("v1", [False, True])
def test_every_keyword_pattern_and_format_of_the_schema_is_known(v1: bool) -> None:
    for part in parts(profile(v1=v1)):
        assert part.keys() <= KEYWORDS | ANNOTATIONS
        assert part.get("pattern") in {None, *PATTERNS}
        assert part.get("format") in {None, "textarea", *FORMATS}
        re.compile(part.get("pattern", ""))
    jsonschema.Draft7Validator.check_schema(profile(v1=v1))


VALUES = st.recursive(
    st.sampled_from(["", "a", "string", "list", "equal", "https://example.org/x", "../x"]) | st.integers(-1, 3)
    | st.none() | st.booleans() | st.just(1.5),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["name", "path", "title", "value", "fields", "required", "enum"]), inner),
    max_leaves=4,
)  # fmt: skip
PLACES: list[list[Any]] = [
    *([name] for name in ("name", "keywords", "licenses", "contributors", "sources", "resources")),
    *(["resources", 0, name] for name in ("data", "bytes", "type", "schema", "dialect", "licenses", "sources")),
    *(["resources", 0, "schema", name] for name in ("fields", "fieldsMatch", "primaryKey", "foreignKeys")),
    ["resources", 0, "schema", "uniqueKeys"],
    *(["resources", 0, "schema", "fields", 2, name] for name in ("name", "type", "constraints", "missingValues")),
    *(["resources", 0, "schema", "fields", 2, "constraints", name] for name in ("enum", "minimum", "required")),
    ["resources", 0, "schema", "foreignKeys", 0, "reference"], ["resources", 0, "dialect", "headerRows"],
    ["licenses", 0, "name"], ["contributors", 0, "roles"], ["resources", 0, "schema", "missingValues"],
]  # fmt: skip


@at_least(400)
@given(st.sampled_from(PLACES), VALUES)
@example(["resources", 0, "schema", "uniqueKeys"], [[""], [""]])
def test_what_jsonschema_says_of_the_schema_is_said_here(place: list[Any], value: object) -> None:
    descriptor = json.loads(bags.package()["datapackage.json"])
    descriptor["resources"][0]["dialect"] = {}
    part = descriptor
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    right = jsonschema.Draft7Validator(profile(v1=False)).is_valid(descriptor)
    told = [*package_faults(descriptor)]
    for resource in descriptor["resources"] if isinstance(descriptor["resources"], list) else ():
        told += resource_faults(resource, v1=False) if isinstance(resource, dict) else [("resources", "no object")]
    assert right == (not told), told


def test_known_faults_of_the_schema_are_mended(tmp_path: Path) -> None:
    published = json.loads((PUBLISHED / "datapackage-2.0.json").read_text("utf-8"))
    fields = [{"name": "id", "type": "string"}, {"name": "names", "type": "list"}]
    schema = {"fields": fields, "fieldsMatch": "subset"}
    files = described(lambda d: d["resources"][0].update(schema=schema, dialect="dialect.json"))
    errors = [e.absolute_path[-1] for e in jsonschema.Draft7Validator(published).iter_errors(
        json.loads(files["datapackage.json"]))]  # fmt: skip
    assert sorted(map(str, errors)) == ["1", "dialect", "fieldsMatch"]
    assert set(codes_of(files, tmp_path / "p")) <= {"F410", "F412"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"fields": [{"name": "a", "type": "text"}]},
            "`schema/fields/0/type` is text, which is none of string, number,",
        ),
        ({"fields": [{"type": "string"}]}, "`schema/fields/0` has no `name`"),
        ({"fields": [{"name": "a", "constraints": {"required": 1}}]}, "required` is 1, not true or false"),
        ({"fields": []}, "`schema/fields` is an empty list"),
        ({"missingValues": [1]}, "`schema/missingValues/0` is 1, not a string; or"),
    ],
)
def test_messages_name_place_and_reason(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    files = described(lambda d: d["resources"][0].update(schema=SCHEMA | changes))
    (found,) = [f for f in verify(bags.write(tmp_path / "p", files)).findings if f.code == "F411"]
    assert message in found.message


def test_a_long_descriptor_takes_linear_time(tmp_path: Path) -> None:
    fields = [{"name": f"f{n}", "type": "integer", "constraints": {"enum": [n, "x"]}} for n in range(20_000)]
    keys = [{"fields": [f"f{n}"], "reference": {"fields": [f"f{n}"]}} for n in range(20_000)]
    schema = {"fields": fields, "primaryKey": [[]] * 20_000, "foreignKeys": keys}
    files = described(lambda d: d["resources"][0].update(schema=schema, mediatype="/" * 200_000 + "\n"))
    assert not verify(bags.write(tmp_path / "p", files)).valid
