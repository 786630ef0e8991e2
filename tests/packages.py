"""What tests ask of packages that were made."""

import csv
import hashlib
from pathlib import Path

import bagit
from frictionless import Package

from pipeline.verifying import verify


def digests(folder: Path) -> dict[str, str]:
    """Return the files in a folder and their checksums: two folders with the same ones hold the same."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def rows(package: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (package / f"tables/{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sound(output: Path, name: str) -> None:
    """Assert that everybody agrees with a package and its bag, a folder."""
    assert not verify(output / name).findings
    assert not verify(output / f"{name}-bag").findings
    assert bagit.Bag(str(output / f"{name}-bag")).validate()
    assert Package(str(output / name / "datapackage.json")).validate().valid
