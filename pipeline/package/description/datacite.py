"""Write datacite.json and datacite.xml: DataCite Metadata Schema 4.5 (https://schema.datacite.org/meta/kernel-4.5/).

Facts come in, a mapping goes out, and from it the XML. No DOI is made up: the urn:uuid of the package stands for it
until one is registered. Where the schema wants what is not known, it gets the schema's own word for that (4.5,
appendix 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.manifest import License
from pipeline.package.description.facts import SPDX, Agent, Facts, unique, uri
from pipeline.package.description.inventory import Item
from pipeline.package.description.markup import Element, document, element
from pipeline.package.formats import format_of

JSON = "datacite.json"
XML = "datacite.xml"
UNKNOWN = "(:unav)"
"""DataCite's word for a value that is not available and may be unknown."""

_NAMESPACE = "http://datacite.org/schema/kernel-4"
_LOCATION = "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
_TYPES = (
    "ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution",
    "Producer", "ProjectLeader", "ProjectManager", "ProjectMember", "RegistrationAgency", "RegistrationAuthority",
    "RelatedPerson", "Researcher", "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader",
)  # fmt: skip


def as_mapping(facts: Facts, items: Iterable[Item]) -> dict[str, Any]:
    """Return what datacite.json says.

    Args:
        facts: what is known of the package.
        items: the files of the package, for their formats.
    """
    publisher = facts.publisher
    related = [
        {"relatedIdentifier": url, "relatedIdentifierType": "URL", "relationType": "IsDerivedFrom"}
        for url in unique(url for _, url in facts.sources if url)
    ]
    told: dict[str, Any] = {
        "schemaVersion": _NAMESPACE,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data package"},
        "alternateIdentifiers": [{"alternateIdentifier": facts.identifier, "alternateIdentifierType": "URN"}],
        "creators": [_agent(a) for a in facts.creators] or [{"name": UNKNOWN}],
        "titles": [{"title": facts.title}],
        "publisher": {"name": publisher.name if publisher else UNKNOWN},
        "publicationYear": facts.date[:4],
        "subjects": [{"subject": keyword} for keyword in facts.keywords],
        "contributors": [{"contributorType": kind, **_agent(a)} for a, kind in _contributors(facts)],
        "dates": [{"date": facts.known_date, "dateType": "Created"}] if facts.known_date else [],
        "relatedIdentifiers": related,
        "formats": sorted({format_of(item.path).media_type for item in items}),
        "version": facts.version,
        "rightsList": _distinct(_rights(x) for x in facts.licenses),
        "descriptions": [{"description": facts.description, "descriptionType": "Abstract"}],
    }
    return {key: value for key, value in told.items() if value}


def _distinct(mappings: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [dict(items) for items in unique(tuple(mapping.items()) for mapping in mappings)]


def _agent(agent: Agent) -> dict[str, Any]:
    name = f"{agent.family}, {agent.given}" if agent.family and agent.given else agent.name
    told: dict[str, Any] = {"name": name}
    if agent.is_person:
        told |= {"nameType": "Personal", "givenName": agent.given, "familyName": agent.family}
    elif agent.ror or agent.has_role("publisher"):
        told["nameType"] = "Organizational"
    if agent.affiliation:
        told["affiliation"] = [{"name": agent.affiliation}]
    for scheme, site, key in (("ORCID", "https://orcid.org", agent.orcid), ("ROR", "https://ror.org", agent.ror)):
        if key:
            identifier = {"nameIdentifier": f"{site}/{key}", "nameIdentifierScheme": scheme, "schemeUri": site}
            told["nameIdentifiers"] = [identifier]
    return {key: value for key, value in told.items() if value}


def _contributors(facts: Facts) -> list[tuple[Agent, str]]:
    """Return who has a part that DataCite has a name for, and whoever is named nowhere else."""
    named = {*facts.creators, facts.publisher}
    found = []
    for agent in facts.agents:
        kinds = [kind for kind in _TYPES if agent.has_role(kind.casefold())]
        if agent.has_role("contact"):
            kinds.append("ContactPerson")
        if not kinds and agent not in named:
            kinds = ["Other"]
        found += [(agent, kind) for kind in unique(kinds)]
    return found


def _rights(licence: License) -> dict[str, str]:
    told = {"rights": licence.title or licence.name, "rightsUri": uri(licence.path), "rightsIdentifier": licence.name}
    if licence.name in SPDX:
        told |= {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}
    return {key: value for key, value in told.items() if value}


def as_xml(told: dict[str, Any]) -> bytes:
    """Return datacite.xml, which says what datacite.json says.

    The XML Schema wants an identifier and leaves its kind open: it is the URN.
    """
    urn = told["alternateIdentifiers"][0]["alternateIdentifier"]
    kind = told["types"]
    root = element(
        "resource",
        element("identifier", urn, identifierType="URN"),
        element("creators", *(_named("creator", c) for c in told["creators"])),
        element("titles", *(element("title", t["title"]) for t in told["titles"])),
        element("publisher", told["publisher"]["name"]),
        element("publicationYear", told["publicationYear"]),
        element("resourceType", kind["resourceType"], resourceTypeGeneral=kind["resourceTypeGeneral"]),
        _list("subjects", [element("subject", s["subject"]) for s in told.get("subjects", ())]),
        _list("contributors", [_named("contributor", c) for c in told.get("contributors", ())]),
        _list("dates", [element("date", d["date"], dateType=d["dateType"]) for d in told.get("dates", [])]),
        _list("alternateIdentifiers", [element("alternateIdentifier", urn, alternateIdentifierType="URN")]),
        _list("relatedIdentifiers", [_related(r) for r in told.get("relatedIdentifiers", ())]),
        _list("formats", [element("format", f) for f in told["formats"]]),
        element("version", told["version"]),
        _list("rightsList", [_right(r) for r in told.get("rightsList", ())]),
        _list("descriptions", [
            element("description", d["description"], descriptionType=d["descriptionType"]) for d in told["descriptions"]
        ]),
    )  # fmt: skip
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    spaces = {"xmlns": _NAMESPACE, "xmlns:xsi": instance, "xsi:schemaLocation": f"{_NAMESPACE} {_LOCATION}"}
    return document(Element(root.tag, root.content, spaces))


def _list(tag: str, children: list[Element]) -> Element | None:
    return element(tag, *children) if children else None


def _named(tag: str, who: dict[str, Any]) -> Element:
    """A creator or contributor; the order of what is in it is fixed."""
    return element(
        tag,
        element(f"{tag}Name", who["name"], nameType=who.get("nameType")),
        *(element(part, who[part]) for part in ("givenName", "familyName") if part in who),
        *(
            element("nameIdentifier", n["nameIdentifier"], nameIdentifierScheme=n["nameIdentifierScheme"],
                    schemeURI=n["schemeUri"])
            for n in who.get("nameIdentifiers", ())
        ),
        *(element("affiliation", a["name"]) for a in who.get("affiliation", ())),
        contributorType=who.get("contributorType"),
    )  # fmt: skip


def _related(identifier: dict[str, str]) -> Element:
    kinds = {key: identifier[key] for key in ("relatedIdentifierType", "relationType")}
    return element("relatedIdentifier", identifier["relatedIdentifier"], **kinds)


def _right(right: dict[str, str]) -> Element:
    return element(
        "rights", right["rights"], rightsURI=right.get("rightsUri"), rightsIdentifier=right["rightsIdentifier"],
        rightsIdentifierScheme=right.get("rightsIdentifierScheme"), schemeURI=right.get("schemeUri"),
    )  # fmt: skip
