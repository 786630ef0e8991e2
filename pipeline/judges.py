"""Independent judges of what was made: frictionless, bagit, and our own verifier.

Paths of a finished package, bag and archive come in; findings go out, none where all agree.
"""

from __future__ import annotations

import logging
from pathlib import Path

from pipeline.findings import Finding, finding
from pipeline.verifying import verify


def judge_package(folder: Path) -> list[Finding]:
    """Ask frictionless and our verifier about a package folder."""
    from frictionless import FrictionlessException, Package  # noqa: PLC0415 - slow to import

    try:
        report = Package(str(folder / "datapackage.json")).validate()
    except FrictionlessException as error:
        return [finding("K301", f"frictionless: {error}")]
    rows = report.flatten(["name", "title", "message"])
    refused = [finding("K301", f"frictionless: {name}: {title}: {message}") for name, title, message in rows]
    return refused + judge_own(folder)


def judge_bag(folder: Path) -> list[Finding]:
    """Ask bagit about a bag folder."""
    import bagit  # noqa: PLC0415 - slow to import

    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    try:
        bagit.Bag(str(folder)).validate()
    except Exception as error:  # noqa: BLE001 - bagit 1.9 raises whatever its parts raise
        return [finding("K301", f"bagit: {error}")]
    return []


def judge_own(path: Path) -> list[Finding]:
    """Ask our own verifier about a package, a bag or an archive."""
    verdict = verify(path)
    return [finding("K301", f"verify-package: {f.code} {f.message}", f.file) for f in verdict.findings if f.is_error]
