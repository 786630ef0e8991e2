"""References: inside the package first, then the catalogue, and nothing invented."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import catalogue
from pipeline.findings import Finding, TextLocator
from pipeline.index import Index, entry_of
from pipeline.model import Document, Note, Reference
from pipeline.parsing.text import parse
from pipeline.resolve import resolve


def targets(documents: Iterable[Document]) -> Index:
    index = Index(Path(tempfile.mkdtemp()))
    for each in documents:
        index.add(each.volume_id, [entry_of(each)])
    return index


def document(number: int, body: str = "Text.", notes: int = 2, volume: str | None = "frus1961-63v11") -> Document:
    marks = "".join(f" Word.{n}" for n in range(1, notes + 1))
    listed = "\n".join(
        f"  {n}. {'Source: Department of State.' if n == 1 else 'Not printed.'}" for n in range(1, notes + 1)
    )
    text = f"{number}. Letter From Rusk to Gromyko\n\n{body}{marks}\n\n{listed}"
    parsed = parse(text.encode(), f"d{number}.txt", volume=volume).document
    assert parsed is not None
    return parsed


def resolved(
    body: str, *others: Document, volume: str | None = "frus1961-63v11"
) -> tuple[list[Reference], list[Finding]]:
    one = document(10, body, volume=volume)
    done, findings = resolve(one, targets([one, *others]), lambda: TextLocator("d10.txt", " " * 10_000))
    return list(done), findings


def test_document_of_the_package_is_resolved() -> None:
    (reference,), findings = resolved("See Document 12.", document(12))
    assert (reference.status, reference.target_document_id) == ("resolved", "frus1961-63v11/d12")
    assert reference.url == "https://history.state.gov/historicaldocuments/frus1961-63v11/d12"
    assert not findings


def test_note_of_the_package_is_resolved_by_its_printed_marker() -> None:
    (reference,), _ = resolved("See footnote 2, Document 12.", document(12))
    assert (reference.status, reference.target_note_id) == ("resolved", "frus1961-63v11/d12fn2")


def test_note_that_does_not_exist_is_broken() -> None:
    (reference,), (finding,) = resolved("See footnote 9, Document 12.", document(12))
    assert (reference.status, reference.target_note_id) == ("broken", None)
    assert reference.target_document_id == "frus1961-63v11/d12"
    assert (finding.code, finding.message) == ("R301", "footnote 9 is cited, but document 12 has footnotes 1 to 2")


def test_broken_note_may_be_a_range_that_lost_its_dash() -> None:
    _, (finding,) = resolved("See footnotes 12, Document 12.", document(12))
    assert finding.message.endswith("; it may be 1–2, with the dash lost")


def test_document_outside_is_external_only_where_the_catalogue_knows_it() -> None:
    known, _ = resolved("See Document 120.", volume="frus1961-63v12")
    unknown, _ = resolved("See Document 120.")
    beyond, (finding,) = resolved("See Document 999.", volume="frus1961-63v12")
    assert [r.status for r in (*known, *unknown, *beyond)] == ["external", "unverified", "broken"]
    assert finding.code == "R301"


def test_without_a_volume_nothing_outside_can_be_told() -> None:
    (reference,), findings = resolved("See Document 120.", volume=None)
    assert (reference.status, reference.url, findings) == ("unverified", None, [])


@pytest.mark.parametrize(
    ("phrase", "status", "code"),
    [
        ("Foreign Relations, 1961–1963, vol. XII, Document 5", "external", None),
        ("Foreign Relations, 1961–1963, vol. XII, Document 555", "broken", "R301"),
        ("Foreign Relations, 1961–1963, vol. XC, Document 5", "broken", "R302"),
        ("Foreign Relations, 1958–1960, vol. VII, Document 5", "ambiguous", "R303"),
        ("Foreign Relations, 1958–1960, vol. VII, Part 1, Document 5", "external", None),
        ("Foreign Relations, 1961–1963, vol. XII", "external", None),
    ],
)
def test_other_volumes_are_looked_up_in_the_catalogue(phrase: str, status: str, code: str | None) -> None:
    references, findings = resolved(f"See {phrase}.")
    assert [r.status for r in references] == [status]
    assert [f.code for f in findings] == ([code] if code else [])


def test_number_that_two_documents_have_is_ambiguous() -> None:
    other = document(12).model_copy(update={"document_id": "frus1961-63v11/d12-other"})
    (reference,), (finding,) = resolved("See Document 12.", document(12), other)
    assert (reference.status, reference.target_document_id, finding.code) == ("ambiguous", None, "R303")


def test_marker_that_two_notes_have_is_ambiguous() -> None:
    first = document(12, notes=2)
    anew = [replace(n, note_id=f"{n.note_id}-2") for n in first.notes if n.marker == "1"]
    twice = first.model_copy(update={"notes": (*first.notes, *anew)})
    (one, other), (finding,) = resolved("See footnote 1, Document 12, and footnote 2, Document 12.", twice)
    assert (one.status, one.target_document_id, one.target_note_id) == ("ambiguous", "frus1961-63v11/d12", None)
    assert other.status == "resolved"
    assert (finding.code, finding.message) == ("R303", "footnote 1 is cited, and document 12 has more than one")


def test_source_note_whose_marker_is_the_word_is_one_note() -> None:
    other = document(12)
    notes = tuple(replace(n, marker="source") if n.kind == "source" else n for n in other.notes)
    (reference,), findings = resolved("See source note, Document 12.", other.model_copy(update={"notes": notes}))
    assert (reference.status, findings) == ("resolved", [])


@pytest.mark.parametrize("pages", ["12", "12 ff", "12, 14", "12–14", "12 and 14"])
def test_address_of_several_pages_is_that_of_the_first(pages: str) -> None:
    (reference,), _ = resolved(f"See Foreign Relations, 1951, vol. VII, Part 2, pp. {pages}.")
    assert reference.target_page == pages
    assert (reference.status, (reference.url or "").rpartition("/")[2]) == ("external", "pg_12")


def test_page_beyond_the_last_is_told_with_the_last() -> None:
    _, (finding,) = resolved("See Foreign Relations, 1951, vol. VII, Part 2, p. 3000.")
    assert finding.message.endswith("is cited, but frus1951v07p2 has no page after 2055")


def test_supra_and_infra_are_the_neighbours_by_number() -> None:
    (supra, infra), _ = resolved("The memorandum, supra, and the letter, infra.", document(9))
    assert (supra.status, supra.target_document_id) == ("resolved", "frus1961-63v11/d9")
    assert (infra.status, infra.target_document_id) == ("unverified", None)


def test_message_is_never_guessed_into_a_target() -> None:
    (reference,), findings = resolved("In telegram 10 to Moscow he said so.", document(12))
    assert (reference.status, reference.target_document_id, findings) == ("unverified", None, [])


@given(st.dictionaries(st.integers(1, 6), st.integers(1, 3)))
def test_resolver_agrees_with_a_dictionary_of_what_is_there(there: dict[int, int]) -> None:
    index = targets(document(n, notes=k) for n, k in there.items())
    body = " ".join(f"See footnote 2, Document {n}." for n in range(1, 7))
    done, _ = resolve(document(9, body), index, lambda: TextLocator("d9.txt", " " * 10_000))
    for number, reference in enumerate(done, 1):
        notes = there.get(number, 0)
        expected = "unverified" if not notes else "resolved" if notes >= 2 else "broken"
        assert reference.status == expected
        assert (reference.target_document_id is None) == (not notes)


@given(st.permutations(range(1, 6)))
def test_order_of_documents_is_irrelevant(order: list[int]) -> None:
    documents = {n: document(n, "See footnote 2, Document 3 and Document 5.") for n in range(1, 6)}
    one = targets(documents.values())
    other = targets(documents[n] for n in order)
    locator = TextLocator("d.txt", " " * 10_000)
    for each in documents.values():
        assert resolve(each, one, lambda: locator) == resolve(each, other, lambda: locator)


def test_source_note_is_pointed_at_by_name() -> None:
    source = Note(note_id="frus1961-63v11/d12fn1", marker="1", kind="source", text="Source: x.", start=0, end=10)
    target = Document(
        document_id="frus1961-63v11/d12", volume_id="frus1961-63v11", number="12", source_path="sources/d12.txt",
        source_sha256="0" * 64, notes=(source,),
    )  # fmt: skip
    (reference,), _ = resolved("See the source note, Document 12.", target)
    assert (reference.target_note, reference.target_note_id) == ("source", source.note_id)


def test_catalogue_knows_parts_supplements_and_ranges() -> None:
    assert catalogue.parts("frus1958-60v07") == ("frus1958-60v07p1", "frus1958-60v07p2")
    assert catalogue.supplement("frus1961-63v11") == "frus1961-63v10-12mSupp"
    assert catalogue.supplement("frus1961-63v19") is None
    assert catalogue.supplement("frus1945Malta") is None
    volume = catalogue.volumes()["frus1961-63v12"]
    assert (volume.has_document(434), volume.has_document(435), volume.has_document(0)) == (True, False, False)
    assert catalogue.volumes()["frus1861"].has_document(5) is None
    assert catalogue.volumes()["frus1961-63v11"].has_document(5) is None
    assert (volume.has_page(900), volume.has_page(2000)) == (True, False)
    assert catalogue.volumes()["frus1952-54v05p2"].has_page(1440) is None
