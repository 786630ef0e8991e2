"""What a package says of itself to other systems, read by their own schemas and libraries, without a network."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import requests_cache
import yaml
from datacite import schema45
from frictionless import Package
from frictionless.resources import TableResource
from lxml import etree
from requests.structures import CaseInsensitiveDict
from requests_cache.models.request import CachedRequest
from requests_cache.models.response import CachedResponse
from rocrate.rocrate import ROCrate

from conftest import ROOT, SEEDS
from pipeline.build import build_package
from pipeline.options import Options
from pipeline.verifying import verify

SCHEMAS = ROOT / "tests/schemas"
PREMIS = "{http://www.loc.gov/premis/v3}"
DESCRIPTIONS = {
    "CITATION.cff", "datacite.json", "datacite.xml", "metadata/metadata.csv", "metadata/premis.xml",
    "ro-crate-metadata.json",
}  # fmt: skip

RESERVED = frozenset({
    "METS.xml", "README.html", "bag-info.txt", "bagit.txt", "logs", "logs/fileMeta", "metadata/rights.csv",
    "metadata/submissionDocumentation", "objects", "processingMCP.xml", "representations", "ro-crate-preview.html",
    "ro-crate-preview_files", "schemas",
})  # fmt: skip
"""Paths that mean something to a reader of packages (Archivematica, RO-Crate, E-ARK); no package uses them."""


def read(package: Path, path: str) -> Any:
    return json.loads((package / path).read_text("utf-8"))


def files(package: Path) -> set[str]:
    return {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def graph(package: Path) -> dict[str, dict[str, Any]]:
    return {entity["@id"]: entity for entity in read(package, "ro-crate-metadata.json")["@graph"]}


def build(folder: Path, facts: str, documents: dict[str, str] | None = None) -> Path:
    """Make a package of a few documents; return its folder."""
    source = folder / "source"
    source.mkdir()
    (source / "package.toml").write_text(f'[package]\nname = "made"\n{facts}', "utf-8")
    for name, text in (documents or {"d5.txt": "5. Letter\n\nText."}).items():
        (source / name).write_text(text, "utf-8")
    outcome = build_package(source, folder / "out", Options(archive="none"))
    assert len(outcome.written) == 2, [f.message for f in outcome.findings]
    return outcome.written[0]


def crate_findings(target: Path, work: Path) -> list[dict[str, Any]]:
    """Ask the validator of RO-Crate; the context it would fetch lies in its cache."""
    address = "https://w3id.org/ro/crate/1.1/context"
    request = requests.Request("GET", address).prepare()
    response = CachedResponse(
        status_code=200,
        url=address,
        content=(SCHEMAS / "ro-crate-1.1-context.jsonld").read_bytes(),
        headers=CaseInsensitiveDict({"Content-Type": "application/ld+json"}),
        request=CachedRequest.from_request(request),
    )
    with requests_cache.CachedSession(str(work / "cache"), backend="sqlite", expire_after=-1) as session:
        session.cache.save_response(response, session.cache.create_key(request))
    report = work / "report.json"
    options = ["--offline", "--cache-path", str(work / "cache"), "-p", "ro-crate-1.1", "-l", "required"]
    command = [str(Path(sys.executable).parent / "rocrate-validator"), "-y", "validate", *options]
    subprocess.run([*command, "-f", "json", "-o", str(report), str(target)], check=False, stdout=subprocess.DEVNULL)
    told = json.loads(report.read_text("utf-8"))
    assert told["passed"] is not bool(told["issues"])
    issues: list[dict[str, Any]] = told["issues"]
    return issues


def test_all_descriptions_are_there_and_are_resources(package: Path) -> None:
    assert files(package) >= DESCRIPTIONS
    resources = {r["path"]: r for r in read(package, "datapackage.json")["resources"]}
    assert resources.keys() >= DESCRIPTIONS
    assert not any("type" in resources[path] or "schema" in resources[path] for path in DESCRIPTIONS)


def test_no_reader_of_the_descriptor_takes_them_for_tables(package: Path) -> None:
    """Frictionless guesses the types of what it takes for a table: a year among many days would be an error."""
    resource = Package(str(package / "datapackage.json")).get_resource("metadata-metadata.csv")
    assert not isinstance(resource, TableResource)


def test_validator_of_crates_accepts_the_bag(bag_folder: Path, tmp_path: Path) -> None:
    assert crate_findings(bag_folder, tmp_path) == []


def test_validator_of_crates_is_awake(package: Path, tmp_path: Path) -> None:
    crate = read(package, "ro-crate-metadata.json")
    root = next(e for e in crate["@graph"] if e["@id"] == "./")
    del root["license"], root["name"]
    root["hasPart"].append({"@id": "absent.csv"})
    crate["@graph"].append({"@id": "absent.csv", "@type": "File"})
    (tmp_path / "crate").mkdir()
    (tmp_path / "crate/ro-crate-metadata.json").write_text(json.dumps(crate), "utf-8")
    messages = " ".join(issue["message"] for issue in crate_findings(tmp_path / "crate", tmp_path))
    assert "`license`" in messages
    assert "`name`" in messages
    assert "'absent.csv'" in messages


def test_crate_opens_in_its_library(package: Path) -> None:
    crate = ROCrate(str(package))
    assert crate.name.startswith("Foreign Relations of the United States")
    assert crate.license["identifier"] == "CC0-1.0"
    assert [a["familyName"] for a in crate.root_dataset["author"]] == ["Keefer", "Sampson", "Smith"]
    action = crate.get("#creation")
    assert action.type == "CreateAction"
    assert (action["instrument"]["name"], action["result"]) == ("frus-package", crate.root_dataset)
    assert action["instrument"]["softwareVersion"]
    for source in action["object"]:
        assert source["sha256"] == sha256(SEEDS / Path(source.id).name)
    assert len(action["object"]) == len(list(SEEDS.iterdir()))


def test_crate_has_size_and_checksum_of_every_file_but_the_last(package: Path) -> None:
    entities = graph(package)
    for path in files(package) - {"ro-crate-metadata.json"}:
        entity = entities[path]
        assert entity["encodingFormat"]
        if path == "datapackage.json":
            assert not entity.keys() & {"sha256", "contentSize"}  # it holds the checksum of the crate
        else:
            assert entity["sha256"] == sha256(package / path)
            assert entity["contentSize"] == str((package / path).stat().st_size)


def test_crate_has_what_a_repository_reads_of_it(package: Path) -> None:
    """InvenioRDM wants lists of objects and of words, a licence with a name, and dates that begin with a day."""
    entities = graph(package)
    root = entities["./"]
    for link in root["author"]:
        author = entities[link["@id"]]
        assert (author["@type"], bool(author["familyName"]), bool(author["givenName"])) == ("Person", True, True)
    assert root["keywords"] == read(package, "datapackage.json")["keywords"]
    assert entities[root["license"]["@id"]]["name"]
    assert root["datePublished"] == "2026-11-21"
    assert entities[root["publisher"]["@id"]]["@type"] == "Organization"


def test_one_author_and_one_keyword_stay_lists(tmp_path: Path) -> None:
    package = build(tmp_path, 'keywords = ["Cuba"]\ncontributors = [{ title = "Office" }]')
    root = graph(package)["./"]
    assert root["author"] == [{"@id": "#contributor-1"}]
    assert root["keywords"] == ["Cuba"]


def test_datacite_json_fits_its_schema(package: Path) -> None:
    told = read(package, "datacite.json")
    schema45.validator.validate(told)
    assert [c["name"] for c in told["creators"]] == ["Keefer, Edward C.", "Sampson, Charles S.", "Smith, Louis J."]
    assert told["publisher"]["name"].startswith("Office of the Historian")
    assert told["alternateIdentifiers"][0]["alternateIdentifier"] == read(package, "datapackage.json")["id"]


def test_datacite_xml_says_what_the_library_makes_of_the_json(package: Path) -> None:
    def parts(root: etree._Element) -> list[str]:
        return sorted(etree.tostring(child, method="c14n").decode() for child in root)

    ours = etree.parse(package / "datacite.xml").getroot()
    identifier = ours.find("{*}identifier")
    assert identifier is not None
    assert identifier.get("identifierType") == "URN"
    ours.remove(identifier)  # the XML Schema wants one, the library knows only DOIs
    etree.indent(ours)
    theirs = etree.fromstring(schema45.tostring(read(package, "datacite.json")).encode())
    assert parts(ours) == parts(theirs)
    assert ours.attrib == theirs.attrib


def test_no_doi_is_made_up(package: Path) -> None:
    for path in DESCRIPTIONS:
        assert not re.search(r"\bdoi\b|\b10\.\d{4,9}/", (package / path).read_text("utf-8"), re.IGNORECASE), path


def test_citation_fits_its_schema(package: Path) -> None:
    told = yaml.safe_load((package / "CITATION.cff").read_text("utf-8"))
    schema = json.loads((SCHEMAS / "cff-1.2.0.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(told)
    assert (told["type"], told["license"], told["date-released"]) == ("dataset", "CC0-1.0", "2026-11-21")
    assert told["authors"][0] == {"given-names": "Edward C.", "family-names": "Keefer"}
    assert told["identifiers"][0]["value"] == read(package, "datapackage.json")["id"]


def test_premis_fits_its_schema_and_its_checksums_hold(package: Path) -> None:
    tree = etree.parse(package / "metadata/premis.xml")
    etree.XMLSchema(etree.parse(SCHEMAS / "premis-3.0.xsd")).assertValid(tree)
    told = {
        node.findtext(f".//{PREMIS}objectIdentifierValue"): (
            node.findtext(f".//{PREMIS}messageDigest"),
            node.findtext(f".//{PREMIS}size"),
        )
        for node in tree.iterfind(f"{PREMIS}object")
    }
    expected = {p for p in files(package) if p.startswith(("sources/", "tables/"))}
    assert told == {p: (sha256(package / p), str((package / p).stat().st_size)) for p in expected}


def test_premis_events_are_what_archivematica_takes_over(package: Path) -> None:
    """Each event names objects and an agent that are there; an object is found by its path below `objects/`."""
    tree = etree.parse(package / "metadata/premis.xml")

    def values(kind: str, within: etree._Element | etree._ElementTree) -> list[str]:
        return [str(node.text) for node in within.iterfind(f".//{PREMIS}{kind}IdentifierValue")]

    events = tree.findall(f"{PREMIS}event")
    types = [event.findtext(f"{PREMIS}eventType") for event in events]
    assert types == ["creation", "validation", "message digest calculation"]
    assert len({*values("event", tree)}) == len(events)
    for event in events:
        assert set(values("linkingObject", event)) <= set(values("object", tree))
        assert values("linkingAgent", event) == values("agent", tree)
        assert event.findtext(f"{PREMIS}eventDateTime") == "2026-11-21"
    names = [str(node.text) for node in tree.iterfind(f".//{PREMIS}originalName")]
    assert {n.removeprefix("objects/") for n in names} <= files(package)


def test_outcome_of_the_validation_is_that_of_the_report(tmp_path: Path) -> None:
    package = build(tmp_path, "", {"d5.txt": "5. Letter\n\nText\x07."})  # a control character: V103
    severities = read(package, "report.json")["severities"]
    text = (package / "metadata/premis.xml").read_text("utf-8")
    assert severities["warning"]
    assert "<premis:eventOutcome>warning</premis:eventOutcome>" in text
    assert f"{severities['error']} errors, {severities['warning']} warnings, {severities['info']} infos;" in text


def test_dublin_core_describes_each_object_by_its_path(package: Path) -> None:
    with (package / "metadata/metadata.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["Filename"]: row for row in csv.DictReader(table)}
    objects = {path for path in files(package) if not path.startswith("metadata/")}
    assert rows.keys() == {"objects"} | {f"objects/{path}" for path in objects}
    assert rows["objects"]["dc.rights"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    for path in ("objects/documents/d280.json", "objects/sources/000_948f2d66d0829868.txt"):
        assert rows[path]["dc.title"] == "280. Memorandum of Conversation"
        assert rows[path]["dc.subject"] == "Cuba"
        assert rows[path]["dc.identifier"].endswith("/frus1961-63v11/d280")


def test_licences_are_told_alike_by_all(tmp_path: Path) -> None:
    licences = (
        'licenses = [{ name = "Own", path = "https://example.org/a b" }, { name = "Other", path = "LICENSE.md" }]'
    )
    package = build(tmp_path, licences)
    with (package / "metadata/metadata.csv").open(encoding="utf-8", newline="") as table:
        assert next(csv.DictReader(table))["dc.rights"] == "https://example.org/a%20b; Other"
    rights = read(package, "datacite.json")["rightsList"]
    assert [right.get("rightsUri") for right in rights] == ["https://example.org/a%20b", None]


def test_what_is_not_known_is_left_out(tmp_path: Path) -> None:
    package = build(tmp_path, "")
    assert files(package) & DESCRIPTIONS == DESCRIPTIONS - {"CITATION.cff"}  # nobody to cite
    root = graph(package)["./"]
    assert not root.keys() & {"author", "license", "publisher", "keywords", "url", "citation", "isBasedOn"}
    told = read(package, "datacite.json")
    schema45.validator.validate(told)
    assert (told["creators"], told["publisher"]) == ([{"name": "(:unav)"}], {"name": "(:unav)"})
    assert not told.keys() & {"rightsList", "contributors", "subjects", "relatedIdentifiers"}
    assert not [f for f in verify(package).findings if f.is_error]


def test_dates_are_those_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    package = build(tmp_path, 'created = 2026-11-21\ncontributors = [{ title = "Office" }]')
    for path in DESCRIPTIONS:
        assert "2001-09-09" in (package / path).read_text("utf-8")
        assert "2026" not in (package / path).read_text("utf-8")


def test_identifiers_of_people_and_organisations_are_told(tmp_path: Path) -> None:
    people = """
contributors = [
  { title = "A", givenName = "A.", familyName = "B", roles = ["author"], organization = "Office", path = "%s" },
  { title = "Press", path = "https://ror.org/02qsmb048", roles = ["publisher"] },
  { title = "C. D.", roles = ["rightsHolder"] },
]"""
    orcid = "https://orcid.org/0000-0002-1825-0097"
    package = build(tmp_path, people % orcid)
    told = read(package, "datacite.json")
    schema45.validator.validate(told)
    assert told["creators"][0]["nameIdentifiers"][0]["nameIdentifier"] == orcid
    assert told["creators"][0]["affiliation"] == [{"name": "Office"}]
    assert [c["contributorType"] for c in told["contributors"]] == ["RightsHolder"]
    entities = graph(package)
    assert entities["./"]["author"] == [{"@id": orcid}]
    assert entities[orcid]["affiliation"] == [{"@id": "#organization-Office"}]
    assert entities["./"]["publisher"] == {"@id": "https://ror.org/02qsmb048"}
    assert entities["./"]["contributor"] == {"@id": "#contributor-3"}
    cited = yaml.safe_load((package / "CITATION.cff").read_text("utf-8"))
    assert cited["authors"][0]["orcid"] == orcid


def test_reserved_names_are_used_for_nothing_else(tmp_path: Path) -> None:
    names = ["objects", "logs", "metadata", "bagit", "processingMCP", "README", "manifest-sha256", "METS", "schemas"]
    documents = {f"{name}.txt": f"{number}. Letter\n\nText." for number, name in enumerate(names, 1)}
    facts = "".join(f'[documents."{name}.txt"]\nid = "{name}"\n' for name in names)
    package = build(tmp_path, facts, documents)
    paths = files(package) | {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_dir()}
    folded = {path.casefold() for path in paths}
    assert not {path.casefold() for path in RESERVED} & folded
    assert {p.name for p in (package / "metadata").iterdir()} == {"metadata.csv", "premis.xml"}
    assert not [p for p in folded if re.fullmatch(r"(tag)?manifest.*|.*\.html|fetch\.txt", p)]


def test_a_date_that_nothing_gives_is_told_only_where_a_format_demands_one(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "d1.txt").write_text("1. Letter From Rusk to Gromyko\n\nText.", "utf-8")
    (source / "package.toml").write_text('[package]\nname = "x"\n[[package.contributors]]\ntitle = "Ada"\n', "utf-8")
    build_package(source, tmp_path / "out")
    package = tmp_path / "out" / "x"
    assert "date-released" not in (package / "CITATION.cff").read_text("utf-8")
    registered = json.loads((package / "datacite.json").read_text("utf-8"))
    assert not registered.get("dates")
    schema45.validator.validate(registered)
    crate = json.loads((package / "ro-crate-metadata.json").read_text("utf-8"))
    assert not [e for e in crate["@graph"] if "endTime" in e]
    with (package / "metadata/metadata.csv").open(encoding="utf-8", newline="") as table:
        assert {row["dc.date"] for row in csv.DictReader(table)} == {""}
