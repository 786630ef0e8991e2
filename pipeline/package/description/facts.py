"""What is known of a package as a whole, said in one way for all descriptions.

The manifest comes in; `Facts` go out: texts without blanks around them, addresses that are URIs, people with their
part in the work. What is not known is None or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlsplit

from pipeline import catalogue
from pipeline.manifest import Contributor, License, Manifest

Thing = TypeVar("Thing")

UNDATED = "1970-01-01"
"""The date of a package of which none is known."""

SPDX = frozenset({
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-PDDC", "CC0-1.0", "MIT", "ODC-By-1.0",
    "ODbL-1.0", "OGL-UK-3.0", "PDDL-1.0", "Unlicense",
})  # fmt: skip
"""Licence identifiers of https://spdx.org/licenses/ that data come under; others are told by name and address."""

_SAFE = ":@!$&'()*+,;=~-._%"
_ORCID = re.compile(r"https?://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?")
_ROR = re.compile(r"https?://ror\.org/(0[a-z0-9]{8})/?")


def unique(things: Iterable[Thing]) -> list[Thing]:
    """Return things once each, in the order in which they first come."""
    return list(dict.fromkeys(things))


def uri(address: str | None) -> str | None:
    """Return a web address as a URI (RFC 3986), what needs it percent-encoded; None where it cannot be one."""
    try:
        parts = urlsplit(address or "")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return None
    if not re.fullmatch(r"[^\s\[\]\\/?#@:<>\"^`{|}]+", parts.hostname):
        return None  # an address in brackets, or no host at all
    host = _encoded(parts.hostname, "!$&'()*+,;=~-._%")
    query = f"?{_encoded(parts.query, _SAFE + '/?')}" if parts.query else ""
    fragment = f"#{_encoded(parts.fragment, _SAFE + '/?')}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{port}{_encoded(parts.path, _SAFE + '/')}{query}{fragment}"


def _encoded(text: str, safe: str) -> str:
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(text, safe=safe))


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or an organisation with a part in the work.

    Who has a given or a family name is a person; a name that is not taken apart is taken for an organisation's, as
    Citation File Format has it.
    """

    name: str
    given: str | None
    family: str | None
    affiliation: str | None
    email: str | None
    url: str | None
    roles: tuple[str, ...]

    @property
    def is_person(self) -> bool:
        """Whether this is a person."""
        return bool(self.given or self.family)

    @property
    def orcid(self) -> str | None:
        """The ORCID iD of a person, where `path` gives it, without the address."""
        match = _ORCID.fullmatch(self.url or "")
        return match[1] if match and self.is_person else None

    @property
    def ror(self) -> str | None:
        """The ROR id of an organisation, where `path` gives it, without the address."""
        match = _ROR.fullmatch(self.url or "")
        return match[1] if match and not self.is_person else None

    def has_role(self, *roles: str) -> bool:
        """Tell whether one of the roles is this agent's, whatever its case and spacing."""
        return any(re.sub(r"[^a-z]", "", role.casefold()) in roles for role in self.roles)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a package."""

    title: str
    description: str
    version: str
    date: str
    """Of the package and the bag; 1970-01-01 where nothing gives one. Formats that demand a date get this one."""
    identifier: str
    homepage: str | None
    volume: str | None
    keywords: tuple[str, ...]
    licenses: tuple[License, ...]
    agents: tuple[Agent, ...]
    sources: tuple[tuple[str, str | None], ...]
    """Title and address of what the package was made from."""
    software: tuple[str, str]
    """Name and version of the program that made the package."""

    @property
    def known_date(self) -> str | None:
        """The date, where package.toml or SOURCE_DATE_EPOCH gives one."""
        return self.date if self.date != UNDATED else None

    @property
    def publisher(self) -> Agent | None:
        """Who publishes: the contributor with that role."""
        return next((a for a in self.agents if a.has_role("publisher")), None)

    @property
    def creators(self) -> list[Agent]:
        """Who made the work: authors, else editors, else whoever has another part than to publish, else all."""
        people = list(self.agents)
        choices = (
            [a for a in people if a.has_role("author", "creator")],
            [a for a in people if a.has_role("editor", "compiler")],
            [a for a in people if not a.has_role("publisher", "distributor", "contact", "contactperson")],
            people,
        )
        return next((choice for choice in choices if choice), [])

    @property
    def printed(self) -> tuple[str, str] | None:
        """Title and address of the printed volume."""
        volume = catalogue.volumes().get(self.volume or "")
        return (volume.title, catalogue.url(volume.volume_id)) if volume else None


def summary(manifest: Manifest, title: str) -> str:
    """Return the description of a package: package.toml's, else one that says what is in it."""
    told = (manifest.package.description or "").strip()
    return told or f"{title}: documents, notes, page breaks, archival sources, references."


def facts(manifest: Manifest, title: str, date: str, software: tuple[str, str]) -> Facts:
    """Return what is known of a package.

    Args:
        manifest: package.toml.
        title: the title of the package.
        date: the date of the package, ISO 8601.
        software: name and version of the program.
    """
    told = manifest.package
    return Facts(
        title=title.strip(),
        description=summary(manifest, title),
        version=told.version,
        date=date,
        identifier=manifest.identifier,
        homepage=uri(told.homepage),
        volume=told.volume,
        keywords=tuple(unique(k.strip() for k in told.keywords)),
        licenses=tuple(unique(told.licenses)),
        agents=tuple(unique(map(_agent, told.contributors))),
        sources=tuple(unique((s.title.strip(), uri(s.path)) for s in told.sources)),
        software=software,
    )


def _agent(contributor: Contributor) -> Agent:
    def text(value: str | None) -> str | None:
        return value.strip() if value else None

    return Agent(
        name=contributor.title.strip(),
        given=text(contributor.given_name),
        family=text(contributor.family_name),
        affiliation=text(contributor.organization),
        email=contributor.email,
        url=uri(contributor.path),
        roles=contributor.roles,
    )
