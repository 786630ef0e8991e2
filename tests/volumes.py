"""Small volumes of TEI, of which packages are made."""

from pipeline.gathering import WORTH_IT_OCTETS
from tei import NAME, document, volume

STEM = NAME.removesuffix(".xml")
LETTER = (
    "<dateline>Washington, <date>April 27, 1961</date>.</dateline>"
    '<p>Berlin is quiet.<note n="2" xml:id="d1fn2">See footnote 1, Document 2, and Document 3.</note> It will stay so.'
    '<pb n="7" xml:id="pg_7"/> More was said.</p>'
)
HEAD = 'Letter From Rusk to Gromyko<note n="1" type="source" xml:id="d1fn1">Source: Kennedy Library. Secret.</note>'
REPLY = '<p>It is.<note n="1" xml:id="d2fn1">Not printed.</note></p>'
TOML = """[package]
title = "Small matters"
created = 2026-11-21
[[package.licenses]]
name = "CC0-1.0"
"""


def three() -> bytes:
    return volume(
        document(LETTER, "1", HEAD), document(REPLY, "2", "Reply"), document("<p>Text.</p>", "3", "Editorial Note")
    )


def many(number: int) -> bytes:
    one = document(REPLY, "9", "Reply")
    return volume(*(one.replace("9", str(n), 3).replace("d2fn1", f"d{n}fn1") for n in range(1, number + 1)))


def large(data: bytes) -> bytes:
    """Return a volume with a comment that makes it large enough to be worth a further process."""
    return data.replace(b"</TEI>", b"<!--" + b" " * WORTH_IT_OCTETS + b"--></TEI>")
