"""Write metadata/premis.xml: PREMIS 3 (https://www.loc.gov/standards/premis/v3/), what happened and who did it.

Facts and the files as written come in, XML goes out: the sources and the tables with their checksums, three events,
and the program as the agent of all. Events have the date of the package, for the clock is not asked. Archivematica
takes the events over: it knows an object by `originalName`, its path in the transfer, and wants each event to name its
objects and agents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from pipeline.package.description.dublin_core import ROOT
from pipeline.package.description.facts import Facts
from pipeline.package.description.inventory import Item
from pipeline.package.description.markup import Element, document, element
from pipeline.package.files import Written
from pipeline.package.formats import format_of

FILE = "metadata/premis.xml"

_NAMESPACE = "http://www.loc.gov/premis/v3"
_CREATION, _VALIDATION, _DIGEST = "creation", "validation", "message digest calculation"
"""Terms of https://id.loc.gov/vocabulary/preservation/eventType."""


def record(facts: Facts, written: Mapping[str, Written], items: Sequence[Item], severities: Mapping[str, int]) -> bytes:
    """Return premis.xml.

    Args:
        facts: what is known of the package.
        written: the files as written so far, with sha256 digests.
        items: the files of the package.
        severities: how many findings of each severity the sources gave.
    """
    sources = [i.path for i in items if i.is_source]
    tables = [i.path for i in items if i.is_table]
    counts = ", ".join(f"{count} {severity}s" for severity, count in severities.items())
    outcome = "fail" if severities.get("error") else "warning" if severities.get("warning") else "success"
    root = _p(
        "premis",
        *(_object(facts, written[p]) for p in [*sources, *tables]),
        _event(facts, _CREATION, "Tables and records made of the source files.", "success",
               [*_linked(sources, "source"), *_linked(tables, "outcome")]),
        _event(facts, _VALIDATION, "Source files read and held against the rules of the edition.", outcome,
               _linked(sources, "source"), f"{counts}; report.json has them all."),
        _event(facts, _DIGEST, "SHA-256 calculated of each file while it was written.", "success",
               _linked([*sources, *tables], "source")),
        _agent(facts),
    )  # fmt: skip
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    location = f"{_NAMESPACE} https://www.loc.gov/standards/premis/premis.xsd"
    spaces = {"xmlns:premis": _NAMESPACE, "xmlns:xsi": instance, "xsi:schemaLocation": location, "version": "3.0"}
    return document(Element(root.tag, root.content, spaces))


def _p(tag: str, *content: str | Element | None) -> Element:
    return element(f"premis:{tag}", *content)


def _identifier(name: str, kind: str, value: str, *more: Element) -> Element:
    return _p(f"{name}Identifier", _p(f"{name}IdentifierType", kind), _p(f"{name}IdentifierValue", value), *more)


def _event_id(facts: Facts, event: str) -> str:
    """A UUID that follows from the package and the event (RFC 9562, version 5)."""
    return str(uuid5(UUID(facts.identifier), event))


def _object(facts: Facts, file: Written) -> Element:
    known = format_of(file.path)
    registry = known.pronom and _p(
        "formatRegistry", _p("formatRegistryName", "PRONOM"), _p("formatRegistryKey", known.pronom)
    )
    node = _p(
        "object",
        _identifier("object", "path in the package", file.path),
        _p(
            "objectCharacteristics",
            _p(
                "fixity",
                _p("messageDigestAlgorithm", "SHA-256"),
                _p("messageDigest", file.digests["sha256"]),
                _p("messageDigestOriginator", facts.software[0]),
            ),
            _p("size", str(file.octets)),
            _p("format", _p("formatDesignation", _p("formatName", known.name)), registry or None),
        ),
        _p("originalName", f"{ROOT}/{file.path}"),
    )
    return Element(node.tag, node.content, {"xsi:type": "premis:file"})


def _linked(paths: Iterable[str], role: str) -> list[Element]:
    return [_identifier("linkingObject", "path in the package", path, _p("linkingObjectRole", role)) for path in paths]


def _event(
    facts: Facts, kind: str, detail: str, outcome: str, objects: Sequence[Element], note: str | None = None
) -> Element:
    told = _p("eventOutcomeDetail", _p("eventOutcomeDetailNote", note)) if note else None
    return _p(
        "event",
        _identifier("event", "UUID", _event_id(facts, kind)),
        _p("eventType", kind),
        _p("eventDateTime", facts.date),
        _p("eventDetailInformation", _p("eventDetail", detail)),
        _p("eventOutcomeInformation", _p("eventOutcome", outcome), told),
        _identifier("linkingAgent", "software", " ".join(facts.software), _p("linkingAgentRole", "executing program")),
        *objects,
    )


def _agent(facts: Facts) -> Element:
    name, version = facts.software
    return _p(
        "agent",
        _identifier("agent", "software", f"{name} {version}"),
        _p("agentName", name),
        _p("agentType", "software"),
        _p("agentVersion", version),
    )
