"""Write the tag files of a bag: BagIt 1.0 by RFC 8493, to the letter.

The payload as it was written, with its digests, comes in; bagit.txt, bag-info.txt, manifests and tag manifests go out,
the same bytes for the same payload. Nothing of the payload is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.package.files import Folder, Written

VERSION = "1.0"
PAYLOAD = "data"
DECLARATION = f"BagIt-Version: {VERSION}\nTag-File-Character-Encoding: UTF-8\n"
WIDTH = 79

_ORDER = (
    "Source-Organization", "Organization-Address", "Contact-Name", "Contact-Phone", "Contact-Email",
    "External-Description", "External-Identifier", "Bagging-Date", "Bag-Size", "Payload-Oxum", "Bag-Group-Identifier",
    "Bag-Count", "Internal-Sender-Identifier", "Internal-Sender-Description", "Bag-Software-Agent",
    "BagIt-Profile-Identifier",
)  # fmt: skip
_BLANKS = " \t\r\n"
"""What is folded; a no-break space is a letter of the value."""
_UNITS = ("B", "KB", "MB", "GB", "TB")

Info = Mapping[str, str | Sequence[str]]


def encode_path(path: str) -> str:
    """Percent-encode CR, LF and %, and nothing else (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def manifest(files: Iterable[Written], algorithm: str, prefix: str = "") -> bytes:
    """Return a manifest: a line a file, sorted by path; two blanks between, as `sha256sum -c` reads it."""
    lines = sorted((prefix + file.path, file.digests[algorithm]) for file in files)
    return "".join(f"{digest}  {encode_path(path)}\n" for path, digest in lines).encode()


def bag_size(octets: int) -> str:
    """Return the size of a payload for people (RFC 8493, 2.2.2: Bag-Size).

    >>> bag_size(61_300)
    '61.3 KB'
    """
    size, unit = float(octets), _UNITS[0]
    for larger in _UNITS[1:]:
        if size < 1000:  # noqa: PLR2004 - decimal units
            break
        size, unit = size / 1000, larger
    return f"{size:.1f} {unit}" if unit != "B" else f"{octets} B"


def bag_info(info: Info) -> bytes:
    """Return bag-info.txt: known labels in the order of RFC 8493, others after them by name; long lines folded.

    Other tag files of the same form (RFC 8493, 2.2.2) are written by it too. A label whose value is blank is left out.
    """
    known = {label: i for i, label in enumerate(_ORDER)}
    lines = []
    for label in sorted(info, key=lambda name: (known.get(name, len(known)), name)):
        values = info[label]
        several = [values] if isinstance(values, str) else values
        lines += [_element(label, value) for value in several if value.strip(_BLANKS)]
    return "".join(lines).encode()


def _element(label: str, value: str) -> str:
    """One `label: value`, folded at blanks with two blanks of indent (RFC 8493, 2.2.2)."""
    text = re.sub(f"[{_BLANKS}]+", " ", value.strip(_BLANKS))
    # Not before a no-break space: a line of nothing else would be taken for an empty one by some readers.
    first, *words = re.split(r" (?=\S)", text)
    lines = [f"{label}: {first}"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}"
    return "\n".join(lines) + "\n"


def payload_facts(payload: Sequence[Written]) -> dict[str, str]:
    """Return Bag-Size and Payload-Oxum of a payload."""
    octets = sum(f.octets for f in payload)
    return {"Bag-Size": bag_size(octets), "Payload-Oxum": f"{octets}.{len(payload)}"}


def write_tag_files(bag: Folder, payload: Sequence[Written], info: Info) -> None:
    """Write every tag file of a bag whose payload lies, or will lie, under `data/`.

    Tag files that were written into the folder before are in the tag manifests like its own (RFC 8493, 2.2.1).

    Args:
        bag: the folder of the bag; its algorithms are those of the manifests.
        payload: the payload, with paths relative to `data/` and digests by at least those algorithms.
        info: what bag-info.txt says beside Bag-Size and Payload-Oxum.
    """
    bag.write("bagit.txt", DECLARATION.encode())
    bag.write("bag-info.txt", bag_info({**info, **payload_facts(payload)}))
    for algorithm in bag.algorithms:
        bag.write(f"manifest-{algorithm}.txt", manifest(payload, algorithm, f"{PAYLOAD}/"))
    tags = list(bag.written.values())
    for algorithm in bag.algorithms:
        bag.write(f"tagmanifest-{algorithm}.txt", manifest(tags, algorithm))
