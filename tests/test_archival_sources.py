"""Citations of archives in notes: real forms, and what `ibid.` repeats."""

import pytest

from pipeline.parsing.source_note import find_citations


def cited(text: str, antecedent: str | None = None) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.repository, c.collection, c.location) for c in find_citations(text, antecedent=antecedent)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dated May 3. (Ibid., 398.14/9-961)", [("Ibid.", "398.14/9-961", None)]),
        ("Dated May 3. (Ibid.)", [("Ibid.", None, None)]),
        ("[He left. It is ibid., Lot 9.]", [("ibid.", "Lot 9", None)]),
        ("It is in Johnson Library, Chron, Jan.-Mar. 1965.", [("Johnson Library", "Chron", "Jan.-Mar. 1965")]),
        ("Dated May 3. (Ibid.: Lot 66 D 204, Notes, IV)", [("Ibid.", "Lot 66 D 204", "Notes, IV")]),
        ("A copy is ibid.: Cables: Lot 66 D 204. He left.", [("ibid.", "Cables: Lot 66 D 204", None)]),
        (
            "Neither printed. (Both ibid., Central Files, 396.1–GE/7–1659)",
            [("ibid.", "Central Files", "396.1–GE/7–1659")],
        ),
        (
            "Poe protested. (Telegram 123 from Berlin, August 8; Department of State, Central Files, 762.0221/8–858)",
            [("Department of State", "Central Files", "762.0221/8–858")],
        ),
        (
            "A detailed memorandum is ibid., Conference Files: Lot 64 D 560, CF 1342. Poe left.",
            [("ibid.", "Conference Files: Lot 64 D 560", "CF 1342")],
        ),
        (
            "A draft is in Eisenhower Library, Whitman File, Administration Series.",
            [("Eisenhower Library", "Whitman File", "Administration Series")],
        ),
        (
            "(Department of State, S/SNSC (Miscellaneous) Files: Lot 66 D 95, Records of Action)",
            [("Department of State", "S/SNSC (Miscellaneous) Files: Lot 66 D 95", "Records of Action")],
        ),
        ("(Department of State Bulletin, May 6, 1957, p. 3)", []),
        ("(Public Papers: Carter, 1979, Book I, p. 3) He spoke again. (Ibid.)", []),
        ("For text, see ibid., pp. 324-326.", []),
        (
            "The copy is in Department of State, S/S–NSC (Miscellaneous) Files: Lot 66 D 95, Actions (not found).",
            [("Department of State", "S/S–NSC (Miscellaneous) Files: Lot 66 D 95", "Actions")],
        ),
        (
            "The copy is in Department of State, Central Files (not found).",
            [("Department of State", "Central Files", None)],
        ),
        ("See Department of State, Treaties and Other International Acts Series No. 12.", []),
        ("See Department of State, Executive Agreement Series No. 12, signed May 3.", []),
        ("See Department of State, Press Releases, May 3, 1941.", []),
        ("A copy is in Department of State, NSC Series, Box 3.", [("Department of State", "NSC Series", "Box 3")]),
        ("See ibid., Document 203.", []),
        ("The Department of State, Treasury, and Defense agreed.", []),
    ],
)
def test_citations_in_notes(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert cited(text) == expected


def test_ibid_repeats_a_repository_where_that_is_certain() -> None:
    first, second = find_citations("(Ibid., POL 12) Poe left. (Johnson Library, Aides File) (Ibid.)")[::2]
    assert (first.resolved_repository, second.resolved_repository) == (None, "Johnson Library")
    (known,) = find_citations("(Ibid., POL 12)", antecedent="Department of State")
    assert known.resolved_repository == "Department of State"
