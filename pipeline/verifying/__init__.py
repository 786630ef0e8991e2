"""Verifies data packages and bags, whoever made them.

An independent judge: it shares no code with what makes packages and uses neither of the libraries that make or check
them, so that an error there cannot hide here. Only JSON records are read as pydantic reads them, where the same octets
come out again.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, Literal

from pipeline.findings import Finding, Severity, UnusableError
from pipeline.verifying.archive import list_archive, sniff
from pipeline.verifying.bag import Bag, is_bag
from pipeline.verifying.container import Container, list_folder
from pipeline.verifying.datapackage import DESCRIPTOR, Package, Share
from pipeline.verifying.profile import Profile, check_profile, load
from pipeline.verifying.reader import Reader
from pipeline.verifying.report import Report, brief, shown

What = Literal["data package", "bag", "serialised bag"]
__all__ = ["Share", "Verdict", "verify"]


@dataclass(frozen=True)
class Verdict:
    """What was verified, what was found, and how much there is: files and their octets, unpacked."""

    path: str
    what: What
    findings: tuple[Finding, ...]
    files: int
    octets: int

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings may remain."""
        return not any(f.severity is Severity.ERROR for f in self.findings)


def verify(
    path: str | os.PathLike[str],
    *,
    fast: bool = False,
    profile: str | os.PathLike[str] | None = None,
    jobs: int = 1,
    share: Share = "all",
) -> Verdict:
    """Verify a data package folder, a bag folder, or a zip, tar or tgz of one of them.

    Args:
        path: the folder or archive. The path of a datapackage.json stands for its folder.
        fast: check completeness and sizes only; no checksums, no rows.
        profile: the BagIt profile a bag is held against: the name of a known one, or the path of its document. Without
            it, a bag is held against those of the known ones that it names.
        jobs: threads that hash large files, where they lie in a folder; they alter no finding.
        share: what is verified: all, or shares for several processes, as `Share` has them. What bears upon several may
            be told by each.

    Returns:
        The findings, whose files are relative to the package or bag.

    Raises:
        UnusableError: the path does not exist or cannot be read, or is nothing that can be verified.
    """
    source = os.path.abspath(os.fspath(path))  # noqa: PTH100 - keeps names that are not Unicode, and a link at the end
    report = Report()
    wanted = None if profile is None else load(profile, report)
    form = None
    with ExitStack() as stack:
        try:
            if os.path.basename(source) == DESCRIPTOR and os.path.isfile(source):  # noqa: PTH119, PTH113 - as above
                source = os.path.dirname(source)  # noqa: PTH120 - as above
            if os.path.isdir(source):  # noqa: PTH112 - as above
                os.listdir(source)  # noqa: PTH208 - asks whether it can be read
                container = list_folder(source, report)
                what: What = _what(container)
            else:
                if not stat.S_ISREG(os.stat(source).st_mode):  # noqa: PTH116 - as above
                    raise UnusableError(f"{shown(os.fspath(path))} is neither a file nor a folder")
                stream: BinaryIO = stack.enter_context(open(source, "rb"))  # noqa: PTH123 - as above
                form = sniff(stream)
                container, what = _open_archive(os.path.basename(source), form, stream, report)  # noqa: PTH119 - as above
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise UnusableError(f"{shown(os.fspath(path))} cannot be read: {reason}") from error
        if container.usable:
            _check(Reader(container, report, fast=fast, jobs=jobs), what, (wanted, form), share)
    return Verdict(os.fspath(path), what, report.findings(), len(container.files), container.octets)


def _check(reader: Reader, what: What, profile: tuple[Profile | None, str | None], share: Share) -> None:
    container, report = reader.container, reader.report
    packages = []
    if what == "data package":
        packages.append(Package(reader, report))
    elif f"data/{DESCRIPTOR}" in container.files:
        packages.append(Package(reader, report, "data/"))
    if what != "data package" and share in ("all", "rest"):
        bag = Bag(reader, report)
        bag.check()
        check_profile(bag, *profile, report)
    for package in packages:
        package.check(share)
    reader.run()
    for package in packages:
        package.finish()


def _what(container: Container) -> What:
    """Tell what a folder is; a bag goes before a package, because it may hold one beside its tag files."""
    if "bagit.txt" in container.files:
        return "bag"
    if DESCRIPTOR in container.files:
        return "data package"
    if is_bag(container.files):
        return "bag"
    raise UnusableError(
        f"{shown(container.name)} is no data package and no bag: neither {DESCRIPTOR} nor bagit.txt is in it"
    )


def _open_archive(name: str, form: str | None, stream: BinaryIO, report: Report) -> tuple[Container, What]:
    """List an archive; return what lies in its one top folder, and what that is."""
    if form is None:
        raise UnusableError(f"{shown(name)} is no folder and no zip, tar or tgz archive")
    container = list_archive(name, form, stream, report)
    if not container.usable:
        return container, "serialised bag"
    if DESCRIPTOR in container.files and "bagit.txt" not in container.files:
        return container, "data package"
    if is_bag(container.files):
        report.add("F109", "the files of the bag are not in one top folder", name)
        return container, "serialised bag"
    tops = {path.partition("/")[0] for path in (*container.files, *container.folders)}
    found = {path.partition("/")[0] for path in container.files if _is_mark(path.partition("/")[2])}
    if len(tops) != 1 or len(found) != 1:
        message = f"an archive must hold one folder, which is the bag; at the top there are {len(tops)} entries"
        report.add("F109", f"{message}, and {len(found)} of them are bags", name)
    if len(found) != 1:
        container.usable = False
        return container, "serialised bag"
    top = found.pop()
    inside = container.under(top)
    what: What = "serialised bag" if is_bag(inside.files) else "data package"
    if what == "serialised bag" and not name.startswith(f"{top}."):
        report.add("F110", f"the folder in the archive is {brief(top)}, another name than the archive's", name)
    return inside, what


def _is_mark(path: str) -> bool:
    return path == DESCRIPTOR or is_bag((path,))
