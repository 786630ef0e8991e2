"""Make a bag of a folder: its files become the payload, the tag files are written around them."""

from __future__ import annotations

from pipeline.package.bag import PAYLOAD, Info, write_tag_files
from pipeline.package.files import Folder, copy_file


def write_bag(bag: Folder, package: Folder, info: Info, *, move: bool, jobs: int = 1) -> None:
    """Make a bag of a package: the package under `data/`, the tag files around it.

    What was hashed when it was written is not read again; other files in the package are hashed once.

    Args:
        bag: the folder of the bag, with the algorithms of its manifests; it may hold tag files, but no `data/`.
        package: the package, with at least those algorithms.
        info: what bag-info.txt says beside the facts of the payload.
        move: let the package's folder itself become `data/`, in one step on the same file system; else copy it.
        jobs: threads that hash large files.

    Raises:
        UnusableError: there is something in the package that a bag cannot hold.
        OSError: a file cannot be read or written.
    """
    package.adopt(jobs)
    bag.root.mkdir(parents=True, exist_ok=True)
    payload = bag.root / PAYLOAD
    if move:
        package.root.rename(payload)
    else:
        for folder in {path.rpartition("/")[0] for path in package.written}:
            (payload / folder).mkdir(parents=True, exist_ok=True)
        for path in package.written:
            copy_file(f"{package.root}/{path}", f"{payload}/{path}")
    write_tag_files(bag, list(package.written.values()), info)


def move_out(bag: Folder, package: Folder) -> None:
    """Move a package that `write_bag` moved into a bag back to where it was; the bag is then none any more."""
    (bag.root / PAYLOAD).rename(package.root)
