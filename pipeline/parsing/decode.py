"""Decode a source file: bytes come in, text or a finding goes out."""

from __future__ import annotations

from pipeline.findings import Finding, Place, TextLocator, finding


def decode(data: bytes, name: str) -> tuple[str | None, list[Finding]]:
    """Decode a source file as UTF-8; a byte order mark stays in the text, where it counts."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return None, [finding("P101", "the file is UTF-16, not UTF-8", name, line=1, column=1)]
        message = f"byte {error.start} ({data[error.start]:#04x}) is not UTF-8"
        before = data[: error.start].decode()
        line, column = TextLocator(name, before).line_column(len(before))
        return None, [finding("P101", message, name, line=line, column=column)]
    nul = text.find("\0")
    if nul >= 0:
        return None, [TextLocator(name, text).finding("P102", "the file holds a NUL", Place(nul, nul + 1), label="NUL")]
    return text, []
