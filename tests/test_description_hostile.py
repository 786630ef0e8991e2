"""Whatever package.toml and the documents say, the descriptions are well-formed and fit their schemas."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
import yaml
from datacite import schema45
from hypothesis import given, reject
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from pipeline.build import build_package
from pipeline.manifest import Manifest
from pipeline.model import Document
from pipeline.options import Options
from pipeline.package.description import citation, datacite, dublin_core, premis, rocrate
from pipeline.package.description.facts import Facts, facts, uri
from pipeline.package.description.inventory import Item, inventory, record_path
from pipeline.package.files import Written
from pipeline.schemas import as_json
from pipeline.verifying import verify
from test_description import SCHEMAS, crate_findings

SOFTWARE = ("frus-package", "0.1.0")
CFF = jsonschema.Draft7Validator(
    json.loads((SCHEMAS / "cff-1.2.0.json").read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)
XSD = etree.XMLSchema(etree.parse(SCHEMAS / "premis-3.0.xsd"))
TERMS = json.loads((SCHEMAS / "ro-crate-1.1-context.jsonld").read_text("utf-8"))["@context"].keys()

NASTY = st.sampled_from([
    "\"'", "&amp; <b>]]>", "a: b # c", "- x", "{", "%", "\\u0041\\", "Ꙁ̈́", "😀", "\u202eabc\u2066", "\ufeffx",
    "\ufffe\uffff", "\x80\x9f", "\t", "null", "2026-11-21", "1.0", "שלום", "${x}", "=1+1", "\U0010ffff",
])  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
TEXT = st.one_of(
    NASTY,
    st.text(LETTERS, min_size=1, max_size=20).filter(str.strip),
    st.builds("{} {}".format, NASTY, NASTY),
    NASTY.map(lambda text: text * 1000),
)
ADDRESS = st.one_of(
    st.builds("https://{}".format, TEXT),
    st.builds("http://example.org/{}?{}#{}".format, TEXT, TEXT, TEXT),
    st.sampled_from([
        "https://orcid.org/0000-0002-1825-0097", "https://ror.org/02qsmb048", "https://[::1", "http://a:b@c:99999/",
        "LICENSE", "https://example.org:x/",
    ]),
)  # fmt: skip


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def table(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(keys).map(lambda d: {k: v for k, v in d.items() if v is not None})


ROLES = st.lists(st.sampled_from(["author", "editor", "publisher", "contact", "rightsHolder", "x"]) | TEXT, max_size=3)
CONTRIBUTOR = table(
    title=TEXT, givenName=maybe(TEXT), familyName=maybe(TEXT), path=maybe(ADDRESS), organization=maybe(TEXT),
    roles=ROLES,
)  # fmt: skip
PACKAGE = table(
    name=st.just("made"), title=maybe(TEXT), description=maybe(TEXT), homepage=maybe(ADDRESS),
    volume=st.sampled_from([None, "frus1961-63v11", "frus1999v99"]), keywords=st.lists(TEXT, max_size=3),
    licenses=st.lists(table(name=st.sampled_from(["CC0-1.0", "MIT", "x"]), path=maybe(ADDRESS), title=maybe(TEXT)),
                      max_size=3),
    contributors=st.lists(CONTRIBUTOR, max_size=4),
    sources=st.lists(table(title=TEXT, path=maybe(ADDRESS)), max_size=3),
)  # fmt: skip
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def known_facts(draw: st.DrawFn) -> Facts:
    """What is known of a package whose package.toml is taken at all."""
    told = draw(PACKAGE)
    try:
        manifest = Manifest.model_validate({"package": told})
    except ValidationError:
        reject()
    return facts(manifest, manifest.package.title or "made", "2026-11-21", SOFTWARE)


FACTS = known_facts()


def contents(title: str, subject: str, name: str) -> tuple[dict[str, Written], list[Item]]:
    """One document with a file of each kind."""
    document = Document(
        document_id="d5", title=title, subject=(subject,), source_path=f"sources/{name}.txt", source_sha256="0" * 64
    )
    paths = [document.source_path, record_path(document), "tables/notes.csv", "README.md"]
    written = {path: Written(path, 1, {"sha256": "0" * 64}) for path in paths}
    return written, inventory([*paths, rocrate.FILE, dublin_core.FILE, "datapackage.json"], [document])


CONTENTS = st.builds(contents, ANY, ANY, st.sampled_from(["d5", "d 5 é", "#5", "a&b", "(5)", "x;y=1", "😀"]))


@given(FACTS)
def test_citation_is_valid_whatever_is_told(known: Facts) -> None:
    made = citation.citation(known)
    assert (made is None) == (not known.agents)
    if made is not None:
        told = yaml.safe_load(made.decode())
        CFF.validate(told)
        assert (told["title"], told["abstract"]) == (known.title, known.description)
        assert told.get("keywords", []) == list(known.keywords)


@given(FACTS, CONTENTS)
def test_datacite_is_valid_whatever_is_told(known: Facts, made: tuple[dict[str, Written], list[Item]]) -> None:
    told = datacite.as_mapping(known, made[1])
    schema45.validator.validate(told)
    assert json.loads(as_json(told)) == told
    root = etree.fromstring(datacite.as_xml(told))
    title = root.findtext("{*}titles/{*}title")
    assert title == datacite_text(known.title)
    assert len(root.findall("{*}creators/{*}creator")) == max(1, len(known.creators))


def datacite_text(text: str) -> str:
    """What is no character of XML is replaced; all else comes back as it was."""
    return "".join("\ufffd" if c in "\ufffe\uffff" or (c < " " and c not in "\t\n") else c for c in text)


@given(FACTS, CONTENTS)
def test_premis_is_valid_whatever_is_told(known: Facts, made: tuple[dict[str, Written], list[Item]]) -> None:
    written, items = made
    tree = etree.fromstring(premis.record(known, written, items, {"error": 0, "warning": 1}))
    XSD.assertValid(tree)
    names = {node.text for node in tree.iterfind(".//{*}originalName")}
    assert names == {f"objects/{i.path}" for i in items if i.is_source or i.is_table}


@given(FACTS, CONTENTS)
def test_dublin_core_has_a_line_a_file(known: Facts, made: tuple[dict[str, Written], list[Item]]) -> None:
    text = dublin_core.table(known, made[1]).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(text.splitlines()) == len(made[1]) - 1 + 2  # header and whole, without metadata.csv itself
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "\x00" not in text


@given(FACTS, CONTENTS)
def test_crate_is_flat_and_whole_whatever_is_told(known: Facts, made: tuple[dict[str, Written], list[Item]]) -> None:
    written, items = made
    crate = rocrate.crate(known, written, items)
    assert json.loads(as_json(crate)) == crate
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    assert {quote(i.path) for i in items} <= entities.keys()
    for entity in entities.values():
        for name, value in entity.items():
            assert name.startswith("@") or name == "sha256" or name in TERMS
            assert not (isinstance(value, list) and len(value) < 2) or name in ("affiliation", "author", "keywords")
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and not part["@id"].startswith(("https://w3id.org/", "https://datapackage.")):
                    assert part["@id"] in entities


@pytest.mark.parametrize(("address", "expected"), [
    ("https://example.org/a b?q=é#f g", "https://example.org/a%20b?q=%C3%A9#f%20g"),
    ("https://example.org/%7Ea%zz", "https://example.org/%7Ea%25zz"),
    ("HTTPS://Example.org:8080/A", "https://example.org:8080/A"),
    ("https://user:secret@example.org/", "https://example.org/"),
    ("https://example.org", "https://example.org"),
    ("https://", None),
    ("https://[::1/", None),
    ("https://example.org:x/", None),
    ("LICENSE", None),
    (None, None),
])  # fmt: skip
def test_addresses_are_uris_or_none(address: str | None, expected: str | None) -> None:
    assert uri(address) == expected


def test_hostile_package_is_built_and_judged_valid(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "package.toml").write_text(
        '[package]\nname = "made"\ntitle = "\\"<&>]]> \\u202e😀 \\uFFFE"\ndescription = "a: b\\n- # \\"x\\"\\n"\n'
        'keywords = ["&", "&", "yes"]\nhomepage = "https://example.org/a b\\"<"\n'
        '[[package.licenses]]\nname = "x"\npath = "https://example.org/<l>"\ntitle = "<&\\"\'"\n'
        '[[package.contributors]]\ntitle = "\\\\\\" &"\ngivenName = "<"\nfamilyName = "&"\n',
        "utf-8",
    )
    for name in ("d 5 é#.txt", "a&b.txt"):
        (source / name).write_text(f"{len(name)}. Letter \x01 <&> \ud7ff\ufffe From “X” to\tY\n\nText.", "utf-8")
    outcome = build_package(source, tmp_path / "out", Options(archive="none"))
    assert len(outcome.written) == 2, [f.message for f in outcome.findings]
    for path in outcome.written:
        assert not [f for f in verify(path).findings if f.is_error]
    assert crate_findings(outcome.written[1], tmp_path) == []
