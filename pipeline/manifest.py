"""package.toml: what the text of a source folder cannot say.

The bytes of the file come in; a `Manifest` and findings with lines go out. It is read with pydantic, so that a wrong
or unknown key is a finding and never silently without effect.
"""

from __future__ import annotations

import contextlib
import datetime
import re
import tomllib
from collections import Counter
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from pipeline.findings import Finding, finding, rules

FILE = "package.toml"
NAME = r"^[a-z0-9A-Z][a-zA-Z0-9._-]*$"
_NAME_MAX = 100
_NAME_ROOM = 90
"""Characters that are taken of the name of a folder, so that there is room for what is put before it."""
RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _safe(name: str) -> str:
    if RESERVED.fullmatch(name) or name.endswith("."):
        raise ValueError("is reserved or ends in a dot")
    return name


def _one_line(value: str) -> str:
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]", value):
        raise ValueError("holds a line end or a control character")
    if not value.strip():
        raise ValueError("is blank")
    return value


_RESERVED = {
    label.casefold(): label
    for label in (
        "Source-Organization", "Organization-Address", "Contact-Name", "Contact-Phone", "Contact-Email",
        "External-Description", "External-Identifier", "Bag-Group-Identifier", "Bag-Count",
        "Internal-Sender-Identifier", "Internal-Sender-Description",
    )
}  # fmt: skip
_WRITTEN = frozenset({"bagging-date", "bag-size", "payload-oxum", "bag-software-agent", "bagit-profile-identifier"})


def _label(label: str) -> str:
    if label.casefold() in _WRITTEN:
        raise ValueError("is written by the program, not given")
    return label


Label = Annotated[str, AfterValidator(_label), Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9 ._-]*[A-Za-z0-9])?$")]
"""A label of bag-info.txt; RFC 8493 (2.2.2) allows more, these letters are safe for every reader."""
Line = Annotated[str, AfterValidator(_one_line), Field(min_length=1)]
Values = Annotated[tuple[Line, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""One text or several."""
Name = Annotated[str, AfterValidator(_safe), Field(pattern=NAME, max_length=_NAME_MAX)]


def _inside(value: str) -> str:
    if not re.match(r"https?://", value) and (value[0] in "./~\\" or ".." in value or ":" in value):
        raise ValueError("is no address, and no path within the package")
    return value


Link = Annotated[Line, AfterValidator(_inside)]
"""A URL, or a path that stays within the package (Data Package v2, `path`)."""
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


def _prose(value: str) -> str:
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", value):
        raise ValueError("holds a control character")
    if not value.strip():
        raise ValueError("is blank")
    return value


def _day(value: object) -> object:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError("is no date such as 2026-11-21")  # noqa: TRY004 - pydantic takes ValueError for a finding
    return value


def _partial_date(value: object) -> str:
    """Take a day as TOML has it, or a year, month or day as text."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
        with contextlib.suppress(ValueError):
            datetime.date.fromisoformat(f"{value}-01-01"[:10])
            return value
    raise ValueError('is no date such as 1963-02-18, nor a year or month such as "1963-02"')


class License(_Table):
    """A licence, as in Data Package v2."""

    name: Line = Field(pattern=r"^[-A-Za-z0-9._]+$")
    path: Link | None = None
    title: Line | None = None


class Contributor(_Table):
    """A contributor, as in Data Package v2."""

    title: Line
    given_name: Line | None = Field(default=None, alias="givenName")
    family_name: Line | None = Field(default=None, alias="familyName")
    path: Link | None = None
    email: Email | None = None
    roles: tuple[Line, ...] = ()
    organization: Line | None = None


class PublishedSource(_Table):
    """Where the data come from, as in Data Package v2."""

    title: Line
    path: Link | None = None
    email: Email | None = None
    version: Line | None = None


class PackageFacts(_Table):
    """The table [package]."""

    name: Name
    title: Line | None = None
    description: Annotated[str, AfterValidator(_prose)] | None = None
    version: Line = Field(default="1.0.0", pattern=r"^[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?$")
    created: Annotated[datetime.date | None, BeforeValidator(_day)] = None
    volume: Line | None = Field(default=None, pattern=r"^frus[0-9]{4}(-[0-9]{2})?[A-Za-z0-9-]*$")
    homepage: Line | None = Field(default=None, pattern=r"^https?://")
    keywords: tuple[Line, ...] = ()
    licenses: tuple[License, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    sources: tuple[PublishedSource, ...] = ()


class DocumentFacts(_Table):
    """A table [documents."FILE"]: what only a person knows about one file."""

    id: Annotated[str, AfterValidator(_safe), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100)] | None = (
        None
    )
    number: Line | None = Field(default=None, pattern=r"^[0-9]{1,5}[A-Za-z]?$")
    date: Annotated[str | None, BeforeValidator(_partial_date)] = None
    url: Line | None = Field(default=None, pattern=r"^https?://")


class APTrustFacts(_Table):
    """The table [aptrust]: what aptrust-info.txt says (APTrust BagIt profile 2.3)."""

    title: Line | None = Field(default=None, alias="Title")
    description: Line | None = Field(default=None, alias="Description")
    access: Literal["Consortia", "Institution", "Restricted"] | None = Field(default=None, alias="Access")
    storage_option: (
        Literal[
            "Standard", "Glacier-OH", "Glacier-OR", "Glacier-VA", "Glacier-Deep-OH", "Glacier-Deep-OR",
            "Glacier-Deep-VA", "Wasabi-OR", "Wasabi-TX", "Wasabi-VA",
        ]
        | None
    ) = Field(default=None, alias="Storage-Option")  # fmt: skip


class Manifest(_Table):
    """The whole of package.toml, or the defaults where there is none."""

    package: PackageFacts
    bag: dict[Label, Values] = Field(default_factory=dict)
    aptrust: APTrustFacts = Field(default_factory=APTrustFacts)
    documents: dict[str, DocumentFacts] = Field(default_factory=dict)
    accept: dict[str, Line] = Field(default_factory=dict)

    @field_validator("bag")
    @classmethod
    def _no_twins(cls, bag: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Labels of bag-info.txt are one whatever their case (RFC 8493, 2.2.2); reserved ones are spelt as there."""
        if len({label.casefold() for label in bag}) < len(bag):
            raise ValueError("has a label twice, in different case")
        return {_RESERVED.get(label.casefold(), label): values for label, values in bag.items()}

    @property
    def identifier(self) -> str:
        """A urn:uuid that follows from name and version, the same in every build (RFC 9562, version 5)."""
        facts = self.package
        return (
            f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://history.state.gov/frus-package/{facts.name}/{facts.version}')}"
        )


def default_manifest(folder_name: str) -> Manifest:
    """Return what holds without package.toml: the name of the folder, made safe."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder_name).strip("-._")[:_NAME_ROOM].rstrip("-._") or "documents"
    return Manifest(package=PackageFacts(name=f"package-{name}" if RESERVED.fullmatch(name) else name))


def read_manifest(data: bytes, folder_name: str) -> tuple[Manifest, list[Finding]]:
    """Read package.toml; where it cannot be used, the defaults hold and findings say why."""
    try:
        text = data.decode("utf-8-sig")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return default_manifest(folder_name), [finding("K102", "package.toml is not UTF-8", FILE, line=line)]
    except tomllib.TOMLDecodeError as error:
        return default_manifest(folder_name), [_syntax(error, text)]
    except RecursionError:
        return default_manifest(folder_name), [finding("K102", "package.toml is nested too deeply", FILE, line=1)]
    facts = raw.setdefault("package", {})
    if isinstance(facts, dict):
        facts.setdefault("name", default_manifest(folder_name).package.name)
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        return default_manifest(folder_name), [_wrong(text, e["loc"], e["msg"], e["type"]) for e in error.errors()]
    return manifest, [
        _value(text, ("accept", key), reason) for key in manifest.accept if (reason := _unacceptable(key))
    ]


def _unacceptable(key: str) -> str | None:
    rule = rules().get(key.partition(":")[0])
    if rule is None:
        return "is no code, or code and document, such as R301:d12"
    return None if rule.acceptable else "cannot be accepted: something would be left out, or is no fault of the source"


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> Finding:
    message = str(error)
    place = re.search(r" \(at line (\d+), column (\d+)\)", message)
    # Without a place, the error is at the end of the document.
    line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, None)
    reason = message.partition(" (at ")[0]
    return finding("K102", f"package.toml: {reason[:1].lower()}{reason[1:]}", FILE, line=line, column=column)


_SAID = {
    "extra_forbidden": "is not a known key",
    "missing": "is missing",
    "model_type": "is not a table",
    "dict_type": "is not a table",
    "string_type": "is not a text",
    "tuple_type": "is not a list",
}
"""What kinds of error are called here; other kinds speak for themselves."""


def _wrong(text: str, place: tuple[int | str, ...], message: str, kind: str) -> Finding:
    return _value(text, place, _SAID.get(kind) or _sentence(message))


def _sentence(message: str) -> str:
    """Return what pydantic says without its own prefix and capital."""
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _value(text: str, place: tuple[int | str, ...], message: str) -> Finding:
    keys = tuple(str(p) for p in place if p != "[key]")
    return finding("K103", f"{'.'.join(keys)}: {message}", FILE, line=line_of(text, keys))


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """Return the line, from 1, of the deepest of a path of keys that the text names; 1 where it names none.

    An item of an array of tables, `[[package.licenses]]`, is named by its position: `("package", "licenses", "0")`.
    """
    found, depth, inside = 1, 0, False
    table: tuple[str, ...] = ()
    seen: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.split("\n"), 1):
        was_inside, inside = inside, inside ^ bool((line.count('"""') + line.count("'''")) % 2)
        if was_inside:
            continue
        header = re.match(r"""\s*(\[\[?)((?:[^\[\]"']|"[^"]*"|'[^']*')+)\]""", line)
        if header:
            path = table = _keys(header[2])
            if header[1] == "[[":
                table = (*path, str(seen[path]))
                path = table
                seen[table[:-1]] += 1
        else:
            name, equals, _ = line.partition("=")
            path = (*table, *_keys(name)) if equals else ()
        if len(path) > depth and keys[: len(path)] == path:
            found, depth = number, len(path)
    return found


def _keys(dotted: str) -> tuple[str, ...]:
    parts: list[tuple[str, str, str]] = re.findall(r'"([^"]*)"|\'([^\']*)\'|([^\s."\']+)', dotted)
    return tuple(double or single or bare for double, single, bare in parts)


def bagging_date(manifest: Manifest, epoch: str | None) -> datetime.date:
    """Return the date of the package: SOURCE_DATE_EPOCH, else package.toml, else 1970-01-01; never the clock.

    Raises:
        ValueError: SOURCE_DATE_EPOCH is no number of seconds between 1970 and 9999.
    """
    if epoch:
        if not re.fullmatch(r"[0-9]{1,12}", epoch):
            raise ValueError("SOURCE_DATE_EPOCH is not a number of seconds since 1970")
        try:
            return datetime.datetime.fromtimestamp(int(epoch), tz=datetime.UTC).date()
        except (OverflowError, ValueError, OSError) as error:
            raise ValueError("SOURCE_DATE_EPOCH lies outside the years 1970 to 9999") from error
    return manifest.package.created or datetime.date(1970, 1, 1)


def as_json(record: BaseModel) -> dict[str, Any]:
    """Return a table of package.toml as Data Package v2 names its keys, without what is not given."""
    found: dict[str, Any] = _without_empty_lists(record.model_dump(mode="json", by_alias=True, exclude_none=True))
    return found


def _without_empty_lists(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    if isinstance(value, list):
        return [_without_empty_lists(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_empty_lists(item) for key, item in value.items() if item != []}
    return value
