"""BagIt profiles (BagIt Profiles Specification 1.4.0): what a bag must say and hold to be taken.

Nothing comes in; `PROFILES` goes out: ours, and those of others as facts of what they demand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Archive = Literal["zip", "tar", "tgz", "none"]
"""How a bag is serialised; none leaves a folder."""

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
ARCHIVES: tuple[Archive, ...] = ("zip", "tar", "tgz", "none")

ALWAYS = frozenset({
    "Bag-Size", "Bag-Software-Agent", "Bagging-Date", "BagIt-Profile-Identifier", "External-Identifier",
    "Payload-Oxum",
})  # fmt: skip
"""Labels that every bag of ours has, whatever package.toml says."""


@dataclass(frozen=True)
class Profile:
    """A profile: its identifier, the labels of bag-info.txt it requires, checksums and serialisations it takes."""

    name: str
    identifier: str
    organization: str
    description: str
    version: str
    required: tuple[str, ...]
    manifests_required: tuple[str, ...] = ()
    manifests_allowed: tuple[str, ...] = ALGORITHMS
    serialization: str = "optional"
    archives: tuple[Archive, ...] = ARCHIVES

    @property
    def document(self) -> dict[str, Any]:
        """The profile as the specification writes it."""
        media_types = {"zip": "application/zip", "tar": "application/tar", "tgz": "application/gzip"}
        return {
            "BagIt-Profile-Info": {
                "BagIt-Profile-Identifier": self.identifier,
                "BagIt-Profile-Version": "1.4.0",
                "Source-Organization": self.organization,
                "External-Description": self.description,
                "Version": self.version,
            },
            "Bag-Info": {label: {"required": True, "repeatable": False} for label in self.required},
            "Manifests-Required": list(self.manifests_required),
            "Manifests-Allowed": list(self.manifests_allowed),
            "Tag-Manifests-Required": list(self.manifests_required),
            "Tag-Manifests-Allowed": list(self.manifests_allowed),
            "Allow-Fetch.txt": False,
            "Data-Empty": False,
            "Serialization": self.serialization,
            "Accept-Serialization": [media_types[a] for a in self.archives if a in media_types],
            "Accept-BagIt-Version": ["1.0"],
            "Tag-Files-Allowed": ["*"],
            "Payload-Files-Required": ["data/datapackage.json", "data/README.md", "data/report.json"],
        }


PROFILES = {
    "frus-package": Profile(
        name="frus-package",
        # uuid5(NAMESPACE_URL, "frus-package/bagit-profile/1.0.0"): profiles are compared by it and need no host.
        identifier="urn:uuid:570d833a-8983-5772-a6fc-a9e57c623c31",
        organization="frus-package",
        description="A Frictionless data package of a documentary edition under data/, with strong checksums.",
        version="1.0.0",
        required=tuple(sorted(ALWAYS)),
        manifests_required=("sha256",),
    ),
    "btr": Profile(
        name="btr",
        identifier="https://github.com/dpscollaborative/btr_bagit_profile/releases/download/1.0/btr-bagit-profile.json",
        organization="Digital Preservation Services Collaborative",
        description="Beyond the Repository",
        version="1.0",
        required=("Source-Organization", "Bagging-Date", "Payload-Oxum", "BagIt-Profile-Identifier"),
    ),
}
