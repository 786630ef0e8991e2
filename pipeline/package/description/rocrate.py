"""Write ro-crate-metadata.json: RO-Crate 1.1 (https://w3id.org/ro/crate/1.1).

Facts and the files as written come in, a JSON-LD document goes out: flat, each entity once, each property a value or a
list of several. Only authors, their affiliations and keywords are lists always, for readers that take nothing
else (InvenioRDM).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pipeline.package.description.facts import Agent, Facts, unique, uri
from pipeline.package.description.inventory import Item
from pipeline.package.files import Written
from pipeline.package.formats import format_of

FILE = "ro-crate-metadata.json"
ROOT = "./"

_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_CONTEXT = [f"{_SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"}]
"""The context of 1.1 is older than schema.org's word for the checksum."""
_DATA_PACKAGE = {"@id": "https://datapackage.org/profiles/2.0/datapackage.json"}
_PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"
_ABOUT = "metadata/"
"""Files that speak of the data and are none: no parts of the data set, but documents about it. Archivematica puts them
elsewhere when it unpacks a bag, and roc-validator (0.13) looks for files of a folder whose name ends in `data` outside
the payload."""

Entity = dict[str, Any]


class _Graph:
    """Entities by their ids; of two with one id the first stays."""

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}

    def add(self, identifier: str, kind: str, /, **properties: Any) -> Entity:  # noqa: ANN401 - any value of JSON
        """Add an entity without what is not known; return what points at it."""
        told = {name: value for name, value in properties.items() if value not in (None, "", [])}
        self._entities.setdefault(identifier, {"@id": identifier, "@type": kind, **told})
        return {"@id": identifier}

    def entities(self) -> list[Entity]:
        """Return all, in the order in which they came."""
        return list(self._entities.values())


def crate(facts: Facts, written: Mapping[str, Written], items: Sequence[Item]) -> Entity:
    """Return the document.

    Args:
        facts: what is known of the package.
        written: the files as written so far, with sha256 digests.
        items: all files of the package, also those still to be written.
    """
    graph = _Graph()
    graph.add(FILE, "CreativeWork", about={"@id": ROOT}, conformsTo={"@id": _SPECIFICATION})
    agents = {agent: _agent_id(agent, number) for number, agent in enumerate(facts.agents, 1)}
    links = {item.path: {"@id": quote(item.path)} for item in items if item.path != FILE}
    about = [link for path, link in links.items() if path.startswith(_ABOUT)]
    parts = [link for link in links.values() if link not in about]
    graph.add(
        ROOT, "Dataset", **_root(facts, agents), hasPart=_one_or_list(parts), subjectOf=_one_or_list(about),
        mentions={"@id": "#creation"},
    )  # fmt: skip
    for item in items:
        if item.path != FILE:
            _add_file(graph, item, written.get(item.path))
    for agent, identifier in agents.items():
        _add_agent(graph, agent, identifier)
    _add_context(graph, facts)
    name, version = facts.software
    graph.add(f"#{name}", "SoftwareApplication", name=name, softwareVersion=version)
    inputs = [links[item.path] for item in items if item.is_source]
    graph.add(
        "#creation", "CreateAction", name="Making of the package of its sources", instrument={"@id": f"#{name}"},
        object=_one_or_list(inputs), result={"@id": ROOT}, endTime=facts.known_date,
    )  # fmt: skip
    return {"@context": _CONTEXT, "@graph": graph.entities()}


def _one_or_list(values: Sequence[Any]) -> Any:  # noqa: ANN401 - any value of JSON
    """Compacted JSON-LD has no list of one."""
    return values[0] if len(values) == 1 else list(values)


def _links(identifiers: Iterable[str]) -> list[Entity]:
    return [{"@id": identifier} for identifier in unique(identifiers)]


def _root(facts: Facts, agents: Mapping[Agent, str]) -> Entity:
    publisher = facts.publisher
    others = [a for a in facts.agents if a not in facts.creators and a != publisher]
    return {
        "name": facts.title,
        "description": facts.description,
        "identifier": facts.identifier,
        "version": facts.version,
        "datePublished": facts.date,
        "license": _one_or_list(_links(_license_id(x.name, x.path) for x in facts.licenses)),
        "author": _links(agents[a] for a in facts.creators),
        "contributor": _one_or_list(_links(agents[a] for a in others)),
        "publisher": {"@id": agents[publisher]} if publisher else None,
        "keywords": list(facts.keywords),
        "url": facts.homepage,
        "isBasedOn": _one_or_list(_links(url for _, url in facts.sources if url)),
        "citation": {"@id": facts.printed[1]} if facts.printed else None,
    }


def _agent_id(agent: Agent, number: int) -> str:
    """An address that names this agent alone, else a number; any other address may be the page of several."""
    if agent.orcid:
        return f"https://orcid.org/{agent.orcid}"
    return f"https://ror.org/{agent.ror}" if agent.ror else f"#contributor-{number}"


def _license_id(name: str, path: str | None) -> str:
    return uri(path) or f"#license-{name}"


def _add_file(graph: _Graph, item: Item, file: Written | None) -> None:
    """Add a file; one that is still to be written has no size and no checksum."""
    known = format_of(item.path)
    formats: list[Any] = [known.media_type]
    if known.pronom:
        formats.append(graph.add(_PRONOM + known.pronom, "WebSite", name=known.name))
    document = item.document
    graph.add(
        quote(item.path),
        "DigitalDocument" if item.path.startswith(_ABOUT) else "File",
        name=item.title or item.path,
        encodingFormat=_one_or_list(formats),
        contentSize=str(file.octets) if file else None,
        sha256=file.digests["sha256"] if file else None,
        url=document.url if document and not item.is_source else None,
        isBasedOn={"@id": quote(document.source_path)} if document and not item.is_source else None,
        conformsTo=_DATA_PACKAGE if item.path == "datapackage.json" else None,
    )


def _add_agent(graph: _Graph, agent: Agent, identifier: str) -> None:
    affiliation = []
    if agent.affiliation:
        own = quote(agent.affiliation, safe="")
        affiliation.append(graph.add(f"#organization-{own}", "Organization", name=agent.affiliation))  # fmt: skip
    graph.add(
        identifier, "Person" if agent.is_person else "Organization", name=agent.name, givenName=agent.given,
        familyName=agent.family, affiliation=affiliation, email=agent.email, url=agent.url,
    )  # fmt: skip


def _add_context(graph: _Graph, facts: Facts) -> None:
    """Add what the root points at beside files and agents."""
    for licence in facts.licenses:
        graph.add(
            _license_id(licence.name, licence.path), "CreativeWork", name=licence.title or licence.name,
            identifier=licence.name, url=uri(licence.path),
        )  # fmt: skip
    for title, url in facts.sources:
        if url:
            graph.add(url, "CreativeWork", name=title, url=url)
    if facts.printed:
        graph.add(facts.printed[1], "Book", name=facts.printed[0], url=facts.printed[1])
