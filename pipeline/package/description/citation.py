"""Write CITATION.cff: Citation File Format 1.2.0 (https://citation-file-format.github.io/), for a data set.

Facts come in, YAML goes out. Every text is a double-quoted scalar with the escapes of YAML 1.2 (section 5.7), so that
none can be read as something else.
"""

from __future__ import annotations

import re

from pipeline.package.description.facts import SPDX, Agent, Facts, unique, uri

FILE = "CITATION.cff"

_UNSAFE = re.compile(r'[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')
"""What a double-quoted scalar does not hold as it is: quote and backslash, and what does not print."""


def citation(facts: Facts) -> bytes | None:
    """Return CITATION.cff, or None where nobody is known who could be cited: the format wants an author."""
    authors = unique(tuple(_author(agent).items()) for agent in facts.creators)
    if not authors:
        return None
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use these data, please cite them as below."',
        "type: dataset",
        f"title: {_text(facts.title)}",
        f"abstract: {_text(facts.description)}",
        "authors:",
        *(line for author in authors for line in _item(dict(author))),
        f"version: {_text(facts.version)}",
        *([f"date-released: {_text(facts.known_date)}"] if facts.known_date else []),
        "identifiers:",
        *_item({"type": "other", "value": facts.identifier, "description": "The package in this version."}),
    ]
    lines += [f"url: {_text(facts.homepage)}"] if facts.homepage else []
    lines += ["keywords:", *(f"  - {_text(k)}" for k in facts.keywords)] if facts.keywords else []
    return "\n".join([*lines, *_licences(facts), ""]).encode()


def _author(agent: Agent) -> dict[str, str]:
    if not agent.is_person:
        told = {"name": agent.name, "website": agent.url}
    else:
        told = {
            "given-names": agent.given,
            "family-names": agent.family,
            "affiliation": agent.affiliation,
            "orcid": f"https://orcid.org/{agent.orcid}" if agent.orcid else None,
            "website": None if agent.orcid else agent.url,
        }
    return {key: value for key, value in told.items() if value}


def _licences(facts: Facts) -> list[str]:
    """The format knows licences by SPDX identifier; one address is there for all others."""
    names = unique(x.name for x in facts.licenses)
    if names and SPDX.issuperset(names):
        return ["license:", *(f"  - {_text(n)}" for n in names)] if len(names) > 1 else [f"license: {_text(names[0])}"]
    addresses = unique(a for x in facts.licenses if (a := uri(x.path)))
    return [f"license-url: {_text(addresses[0])}"] if len(names) == len(addresses) == 1 else []


def _item(mapping: dict[str, str]) -> list[str]:
    """One mapping of a list."""
    return [f"  {'-' if i == 0 else ' '} {key}: {_text(value)}" for i, (key, value) in enumerate(mapping.items())]


def _text(value: str) -> str:
    return '"' + _UNSAFE.sub(_escaped, value) + '"'


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in '"\\':
        return f"\\{match[0]}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - what two and four digits hold
