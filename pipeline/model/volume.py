"""The records of a volume: what its title page says, and its own lists of persons and of terms."""

from __future__ import annotations

from pydantic import Field

from pipeline.model.base import PERSON_ID, VOLUME_ID, Holder, Record, XmlId, record


@record
class Person(Record):
    """An entry of the volume's list of persons. The ids are the volume's own and may change upstream."""

    person_id: str = Field(
        description="The person: id of the volume, then the id in its list.", examples=["frus1961-63v12/p_GRN2"],
        pattern=PERSON_ID,
    )  # fmt: skip
    volume_id: str = Field(description="The volume with the list.", examples=["frus1961-63v12"], pattern=VOLUME_ID)
    name: str = Field(description="The name as printed, surname first.", examples=["Goodwin, Richard N."])
    description: str | None = Field(
        default=None, description="Who it was, as printed.", examples=["Assistant Special Counsel to the President"]
    )
    xml_id: XmlId = None


@record
class Term(Record):
    """An entry of the volume's list of abbreviations and terms."""

    term_id: str = Field(
        description="The term: id of the volume, then the id in its list.", examples=["frus1961-63v12/t_ICA1"],
        pattern=PERSON_ID,
    )  # fmt: skip
    volume_id: str = Field(description="The volume with the list.", examples=["frus1961-63v12"], pattern=VOLUME_ID)
    term: str = Field(description="The abbreviation or term as printed.", examples=["ICA"])
    description: str | None = Field(
        default=None, description="What it stands for, as printed.",
        examples=["International Cooperation Administration"],
    )  # fmt: skip
    xml_id: XmlId = None


class Volume(Holder):
    """A volume of the edition: what its title page says. In a record, its lists follow."""

    volume_id: str = Field(
        description="The volume: the base name of its file.", examples=["frus1961-63v12"], pattern=VOLUME_ID
    )
    title: str | None = Field(
        default=None, description="Complete title.",
        examples=["Foreign Relations of the United States, 1961–1963, Volume XII, American Republics"],
    )  # fmt: skip
    subseries: str | None = Field(default=None, description="Years of the subseries.", examples=["1961–1963"])
    volume_number: str | None = Field(default=None, description="Number of the volume.", examples=["Volume XII"])
    volume_title: str | None = Field(
        default=None, description="Title of the volume itself.", examples=["American Republics"]
    )
    editors: tuple[str, ...] = Field(default=(), description="Its editors.", examples=[["Edward C. Keefer"]])
    general_editors: tuple[str, ...] = Field(
        default=(), description="General editors of the series.", examples=[["Glenn W. LaFantasie"]]
    )
    published: str | None = Field(default=None, description="Year of publication, as printed.", examples=["1996"])
    coverage_from: int | None = Field(default=None, description="First year that it covers.", examples=[1961])
    coverage_to: int | None = Field(default=None, description="Last year that it covers.", examples=[1963])
    publisher: str | None = Field(
        default=None, description="Publisher.", examples=["United States Government Printing Office"]
    )
    publication_place: str | None = Field(default=None, description="Place of publication.", examples=["Washington"])
    publication_number: str | None = Field(
        default=None, description="Number of the publication of the Department of State.", examples=["10318"]
    )
    isbn: str | None = Field(
        default=None, description="ISBN of 13 digits, else the one of 10.", examples=["9780160451782"]
    )
    source_path: str | None = Field(
        default=None, description="The TEI file within the package; empty where documents came one by one.",
        examples=["sources/frus1961-63v12.xml"],
    )  # fmt: skip
    source_sha256: str | None = Field(
        default=None, description="SHA-256 of that file, in hexadecimal.", examples=["0" * 64],
        pattern=r"^[0-9a-f]{64}$",
    )  # fmt: skip
    persons: tuple[Person, ...] = Field(default=(), description="The list of persons.")
    terms: tuple[Term, ...] = Field(default=(), description="The list of abbreviations and terms.")
