"""The formats of a package's files: media type, name, and the identifier that archives know the format by.

A path comes in, a `Format` goes out. PRONOM identifiers are those of https://www.nationalarchives.gov.uk/PRONOM/.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its media type (RFC 6838), its name for people, its PRONOM identifier where it has one."""

    media_type: str
    name: str
    pronom: str | None = None


_FORMATS = {
    "cff": Format("application/yaml", "YAML", "fmt/818"),
    "csv": Format("text/csv", "Comma Separated Values", "x-fmt/18"),
    "json": Format("application/json", "JSON Data Interchange Format", "fmt/817"),
    "jsonl": Format("application/jsonl", "JSON Lines"),
    "md": Format("text/markdown", "Markdown", "fmt/1149"),
    "parquet": Format("application/vnd.apache.parquet", "Apache Parquet"),
    "sqlite": Format("application/vnd.sqlite3", "SQLite Database File Format", "fmt/729"),
    "toml": Format("application/toml", "TOML"),
    "txt": Format("text/plain", "Plain Text File", "x-fmt/111"),
    "xml": Format("application/xml", "Extensible Markup Language", "fmt/101"),
}
_OTHER = Format("application/octet-stream", "Binary")


def format_of(path: str) -> Format:
    """Return the format of a file of a package, by the end of its name."""
    return _FORMATS.get(path.rpartition(".")[2].lower(), _OTHER)
