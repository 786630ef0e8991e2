"""Independent judges of what was made: frictionless, bagit, and our own verifier.

The bag, and what it was serialised to, come in; picklable calls go out, each of which gives findings, none where it
agrees.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from pipeline.findings import Finding, finding
from pipeline.verifying import Share, verify

SMALL = 200
"""Documents up to which the other judges see all of a package, where nothing else was asked for."""
SAMPLE = 200
"""Rows of each table that frictionless sees of a larger one."""
FILES = 5
"""Files that are no tables of which it sees the description: to look at one takes it as long as a hundred rows."""


PARTS = 6
"""Shares at most in which the records of a larger one are verified, so that processes have about as much to do each."""
PART = 500
"""Documents of a share, at least, where there is more than one: each reads the descriptor anew."""

Judge = Callable[[], list[Finding]]


def judges(
    bag: Path, made: Path, selfcheck: Literal["full", "sample", "off"] | None, documents: int
) -> tuple[list[Judge], list[Judge]]:
    """Return the calls that judge a bag: those to begin while `made` is written from its folder, and the rest.

    Each list is in the order in which to begin with them. Our own verifier holds the rows and records of larger ones,
    as they lie in the folder, against their schemas, and all octets of `made` against their checksums.

    Args:
        bag: the folder of the bag, with the package under `data/`.
        made: what it is serialised to, or the same folder.
        selfcheck: what the other judges see: all; some rows and files, and no checksums; or nothing. None goes by size.
        documents: how many there are.
    """
    chosen = selfcheck or ("full" if documents <= SMALL else "sample")
    full = chosen == "full"
    peers: list[Judge] = []
    if chosen != "off":
        peers = [partial(judge_package, bag / "data", None if full else SAMPLE), partial(judge_bag, bag, full=full)]
    if documents <= SMALL:
        return [], [partial(judge_own, made), *peers]
    parts = min(PARTS, -(-documents // PART))
    records = [partial(judge_own, bag, (part, parts)) for part in range(parts)]
    # A further process is given frictionless and some records, this one what takes longest, and both what is left.
    longest = [partial(judge_own, bag, "tables"), partial(judge_own, made, "rest")]
    return peers[:1], [*records[:1], *longest, *records[1:], *peers[1:]]


def judge_package(folder: Path, rows: int | None) -> list[Finding]:
    """Ask frictionless about a package folder, or about the first rows of its tables and some of the other files."""
    from frictionless import Checklist, FrictionlessException, Package  # noqa: PLC0415 - slow to import

    try:
        if rows is None:
            reports = [Package(str(folder / "datapackage.json")).validate()]
        else:
            descriptor = json.loads((folder / "datapackage.json").read_bytes())
            tables = [resource for resource in descriptor["resources"] if "schema" in resource]
            others = [resource for resource in descriptor["resources"] if "schema" not in resource]
            descriptor["resources"] = [*tables, *others[:FILES]]
            package = Package.from_descriptor(descriptor, basepath=str(folder))  # and looks at all of it
            for resource in package.resources:
                resource.schema.foreign_keys = []  # it would read the whole of the tables that they point at
            partly = Checklist(skip_errors=["hash-count", "byte-count"])
            reports = [resource.validate(partly, limit_rows=rows) for resource in package.resources]
    except FrictionlessException as error:
        return [finding("K301", f"frictionless: {error}")]
    told = [fault for report in reports for fault in report.flatten(["name", "title", "message"])]
    return [finding("K301", f"frictionless: {name}: {title}: {message}") for name, title, message in told]


def judge_bag(folder: Path, *, full: bool) -> list[Finding]:
    """Ask bagit about a bag folder: all of it, or that it is complete."""
    import bagit  # noqa: PLC0415 - slow to import

    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    try:
        bagit.Bag(str(folder)).validate(completeness_only=not full)
    except Exception as error:  # noqa: BLE001 - bagit 1.9 raises whatever its parts raise
        return [finding("K301", f"bagit: {error}")]
    return []


def judge_own(path: Path, share: Share = "all") -> list[Finding]:
    """Ask our own verifier about a bag or an archive, and the package in it."""
    verdict = verify(path, share=share)
    return [finding("K301", f"verify-package: {f.code} {f.message}", f.file) for f in verdict.findings if f.is_error]
