"""Reference phrases: real forms, properties, and phrases written from known parts and read back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import VOLUME, cited
from pipeline import catalogue
from pipeline.numerals import arabic
from pipeline.parsing.citations import find_references, last_cited, outlines
from pipeline.parsing.messages import is_series, own_number
from pipeline.parsing.source_note import read_source_note
from pipeline.parsing.vocabulary import SUBJECTS
from pipeline.parsing.volumes import volume_id

DASHES = "-–—"


def targets(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(p.kind, p.volume, p.document, p.note) for p in cited(text)]


def own(document: str, note: str | None = None) -> tuple[str, str, str, str | None]:
    return ("note" if note else "document", VOLUME, document, note)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See Document 82.", [own("82")]),
        ("Documents 95 and 102.", [own("95"), own("102")]),
        ("Documents 12–14, 20, and 22", [own(n) for n in ("12", "14", "20", "22")]),
        ("See Documents 24 ff.", [own("24")]),
        ("See Document 12A.", [own("12A")]),
        ("See footnote 5, Document 40.", [own("40", "5")]),
        ("footnote 5. Document 40.", [own("40", "5")]),
        ("See footnote 5. Document 40 has the text.", [own("280", "5"), own("40")]),
        ("footnotes 1 and 4, Document 97", [own("97", "1"), own("97", "4")]),
        ("See Document 211 and footnote 2 thereto.", [own("211"), own("211", "2")]),
        ("Document 97 and footnotes 1 and 4 thereto", [own("97"), own("97", "1"), own("97", "4")]),
        ("Document 45, footnote 2", [own("45", "2")]),
        ("Document 45, footnotes 2 and 3", [own("45"), own("45", "2"), own("45", "3")]),
        ("Documents 12 and 45, footnote 2", [own("12"), own("45", "2")]),
        ("Document 45 (footnote 2)", [own("45"), own("45", "2")]),
        ("footnotes 17, Document 88", [own("88", "17")]),
        ("Document 12 and footnote 4, Document 15", [own("12"), own("15", "4")]),
        ("the source note, Document 225", [own("225", "source")]),
        ("See footnote 3.", [own("280", "3")]),
        ("see footnote 3 above", [own("280", "3")]),
        ("See footnote 2, supra.", [own("279", "2")]),
        ("See footnote 2, infra.", [own("281", "2")]),
        ("Supra.", [("relative", VOLUME, None, None)]),
        ("infra .", [("relative", VOLUME, None, None)]),
        ("footnote 3 to that report", [("note", None, None, "3")]),
        ("pp. 3–5, footnote 2", []),
        ("see footnote 9, p. 329", [("note", VOLUME, None, "9")]),
        ("See ibid., footnote 9.", [("ibid", None, None, None), ("note", None, None, "9")]),
        (
            "Foreign Relations, 1946, vol. i, footnote 5, p. 3",
            [("volume", "frus1946v01", None, None), ("note", "frus1946v01", None, "5")],
        ),
        ("Foreign Relations, 1955–1957, vol. X, Part 2, Document 12", [("volume", "frus1955-57v10p2", "12", None)]),
        ("Foreign Relations,, 1955, volume V", [("volume", "frus1955v05", None, None)]),
        ("Foreign Relations, 1969–1976, vol. E–14, Part 1", [("volume", "frus1969-76ve14p1", None, None)]),
        ("printed in vol. X, Part 1, Document 61", [("volume", "frus1961-63v10p1", "61", None)]),
        (
            "Foreign Relations, 1977–1980, vol. VIII, Arab-Israeli Dispute, August 1977–May 1978, Documents 18 and 27",
            [("volume", "frus1977-80v08", "18", None), ("volume", "frus1977-80v08", "27", None)],
        ),
        (
            "Foreign Relations, 1955–1957, vols. XI and XII, and 1952–1954, vol. V",
            [("volume", f"frus{v}", None, None) for v in ("1955-57v11", "1955-57v12", "1952-54v05")],
        ),
        (
            "Foreign Relations, 1961–1963, vol. XXIII, Document 12, footnote 3",
            [("note", "frus1961-63v23", "12", "3")],
        ),
        (
            "Foreign Relations, 1961–1963, vol. VI, Document 5; see ibid., Document 8",
            [("volume", "frus1961-63v06", "5", None), ("ibid", "frus1961-63v06", "8", None)],
        ),
        ("See ibid., Document 8.", [("ibid", None, None, None)]),
        ("Churchill, Second World War, vol. III, p. 12", []),
        ("Department of State, Press Releases, October 1 (vol. xix, No. 470), p. 219", []),
        ("the Senate Foreign Relations Committee", []),
        ("printed in Basic Documents 1977–1980", []),
        ("See the Supplement.", [("supplement", None, None, None)]),
        ("See Tracts on Trade, vol. 1, Early Works, Documents 1–8.", []),
        ("See Tracts on Trade (1925), vol. 2, footnote 1, pp. 5 ff.", []),
        ("See vol. X, Cuba, Document 8.", [("volume", "frus1961-63v10", "8", None)]),
        ("1. The text. 2. Of 12 documents 3 are lost.", []),
    ],
)
def test_documents_notes_and_volumes(text: str, expected: list[tuple[str, str | None, str | None, str | None]]) -> None:
    assert targets(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Documents 346348.", ["346", "348"]),
        ("Documents 3537", ["35", "37"]),
        ("Documents 79.", ["7", "9"]),
        ("Documents 710.", ["7", "10"]),
        ("Documents 73.", ["73"]),
        ("Documents 7", ["7"]),
        ("Documents 78 ff.", ["78"]),
        ("Documents 79 and 80.", ["79", "80"]),
        ("Document 79.", ["79"]),
        ("Documents 4038", []),
        ("Document 3537", []),
        ("Documents 58, 98102, and 110", ["58", "98", "102", "110"]),
        ("Documents 216 and 215, respectively", ["216", "215"]),
    ],
)
def test_a_dash_lost_in_extraction(text: str, expected: list[str]) -> None:
    assert [p.document for p in cited(text)] == expected


def test_a_dash_lost_between_notes() -> None:
    assert [p.note for p in cited("See footnotes 1315, Document 291.")] == ["13", "15"]
    assert [p.note for p in cited("See footnotes 14 and 6, Document 291.")] == ["1", "4", "6"]
    assert [p.note for p in cited("See footnotes 14 and 16, Document 291.")] == ["14", "16"]
    assert [p.note for p in cited("See footnotes 14 and 6, Documents 2 and 91.")] == ["14", "6"]
    assert [p.note for p in cited("See footnotes 18, Document 49.")] == ["18"]


def test_a_note_of_a_page_is_none_of_the_own_document() -> None:
    for page in ("p. 251", "page 251"):
        (phrase,) = cited(f"See also footnote 2, {page}.")
        assert (phrase.kind, phrase.document, phrase.note, phrase.page) == ("note", None, "2", "251")


def test_a_page_of_the_work_before_is_no_document() -> None:
    text = "See Document 309; also footnote 5, ibid., p. 807. See footnote 2, ibid., vol. V."
    found = [(p.kind, p.document, p.note) for p in cited(text)]
    ibid = ("ibid", None, None)
    assert found == [("document", "309", None), ("note", None, "5"), ibid, ("note", None, "2"), ibid]


@pytest.mark.parametrize(
    ("text", "volume", "document", "page"),
    [
        ("Foreign Relations, 1952–1954, Guatemala, Document 12", "frus1952-54Guat", "12", None),
        ("Foreign Relations, 1945, The Conferences at Malta and Yalta, pp. 862-863", "frus1945Malta", None, "862-863"),
        ("Foreign Relations, The Conferences of Malta and Yalta, 1945, pp. 12–14", "frus1945Malta", None, "12–14"),
        ("Foreign Relations, The Soviet Union, 1933–1939, p. 3", "frus1933-39", None, "3"),
        ("Foreign Relations, 1919, The Paris Peace Conference, vol. V, p. 12", "frus1919Parisv05", None, "12"),
        ("Foreign Relations, 1918, Supplement 1, The World War, vol. II, p. 9", "frus1918Supp01v02", None, "9"),
        ("Foreign Relations, 1918, supp. 1, vol. ii, p. 9", "frus1918Supp01v02", None, "9"),
        ("Foreign Relations, 1914, supplement, p. 9", "frus1914Supp", None, "9"),
        ("Foreign Relations, 1906, pt. 2, p. 9", "frus1906p2", None, "9"),
        ("Foreign Relations, 1888, pt. ii, p. 9", "frus1888p2", None, "9"),
        ("Foreign Relations, Japan, 1931–1941, vol. II, p. 9", "frus1931-41v02", None, "9"),
        ("Foreign Relations, 1945–1950, Emergence of the Intelligence Establishment", "frus1945-50Intel", None, None),
        ("Foreign Relations, 1943, China, p. 7", "frus1943China", None, "7"),
        ("Foreign Relations, 1919, The Paris Peace Conference, p. 12", None, None, "12"),
        ("Foreign Relations, 1945, Germany, p. 12", None, None, "12"),
        ("Foreign Relations, 1943, vol. II, China, p. 12", "frus1943v02", None, "12"),
        ("Foreign Relations, 1955–1957, vol. IXX, p. 12", None, None, "12"),
    ],
)
def test_volumes_known_by_their_subject(text: str, volume: str | None, document: str | None, page: str | None) -> None:
    (phrase,) = cited(text)
    assert (phrase.kind, phrase.volume, phrase.document, phrase.page) == ("volume", volume, document, page)
    assert (phrase.start, phrase.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "own", "volume"),
    [
        ("Not printed; see vol. ii, p. 17.", "frus1918Russiav03", "frus1918Russiav02"),
        ("See vol. II, p. 17.", "frus1955-57v23p2", "frus1955-57v02"),
        ("See vol. II, p. 17.", "frus1952-54Guat", "frus1952-54v02"),
        (
            "Foreign Relations, 1919, The Paris Peace Conference, vol. V, p. 1; ibid., vol. VI, p. 2",
            None,
            "frus1919Parisv06",
        ),
    ],
)
def test_a_volume_without_its_title_is_one_of_those_counted_together(text: str, own: str | None, volume: str) -> None:
    assert find_references(text, volume=own, number="1")[-1].volume == volume


def test_the_subjects_are_those_of_the_catalogue() -> None:
    titles = {name: volume.title for name, volume in catalogue.volumes().items()}
    for (years, subject), volume in SUBJECTS.items():
        named = {v for v in titles if re.match(rf"{years}(?![-\d])", v) and subject in titles[v]}
        without_number = {v for v in named if not re.match(rf"{years}v\d", v)} or named
        assert without_number == {
            v for v in titles if re.fullmatch(rf"{volume}\d\d" if volume[-1] == "v" else volume, v)
        }


def test_a_senate_hearing_is_no_volume() -> None:
    assert (
        cited("Committee on Foreign Relations, United States Senate, 1943, p. 3; Foreign Relations, China policy, 1950")
        == []
    )


def test_roman_numerals() -> None:
    assert [arabic(n) for n in ("I", "xiv", "XL", "XXIX", "LXXXVIII", "MCMXC")] == [1, 14, 40, 29, 88, 1990]
    assert [arabic(n) for n in ("", "IXX", "IIII", "VX", "CIVIL", "12", "I\n")] == [None] * 7


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Foreign Relations, 1945, vol. III, pp. 353–361.", "353–361"),
        ("Foreign Relations, 1951, vol. IV, Part 2, pp. 1842 – 1843", "1842 – 1843"),
        ("Foreign Relations, 1948, vol. VI, p. 12", "12"),
        ("Foreign Relations, 1952–1954, vol. IV, pp. 1180–1182 (Document 74)", "1180–1182"),
    ],
)
def test_pages_of_a_volume(text: str, page: str) -> None:
    (phrase,) = cited(text)
    assert (phrase.kind, phrase.page) == ("volume", page)


def test_pages_of_the_own_volume() -> None:
    text = "Ante, p. 383; see also pp. 205–207 and see p. 3."
    found = find_references(text, volume="frus1948v01p1", number=None)
    assert [(p.kind, p.volume, p.page) for p in found] == [
        ("page", "frus1948v01p1", page) for page in ("383", "205–207", "3")
    ]
    assert [p.page for p in cited(text)] == ["383"]


def test_a_list_of_pages_goes_on_behind_those_that_follow() -> None:
    (phrase,) = cited("Ante, pp. 383–391 passim, and 400–414.")
    assert (phrase.kind, phrase.page) == ("page", "383–391 passim, and 400–414")
    (phrase,) = cited("Foreign Relations, 1945, vol. III, pp. 12 ff., 20, and 31 ff.")
    assert phrase.page == "12 ff., 20, and 31 ff"
    (phrase,) = cited("Ante, pp. 12 ff. 20 men left.")
    assert phrase.page == "12 ff"


@pytest.mark.parametrize("work", ["Foreign Relations, 1946, vol. VII, p. 739", "vol. VII, p. 739"])
def test_a_note_of_another_volume_is_none_of_the_own_document(work: str) -> None:
    note = cited(f"See footnote 7, {work}.")[0]
    assert (note.kind, note.volume, note.document, note.note) == ("note", None, None, "7")


def test_a_note_of_a_page_further_on() -> None:
    (phrase,) = cited("See footnote 7, post, p. 39.")
    assert (phrase.kind, phrase.document, phrase.note, phrase.page) == ("note", None, "7", "39")


def test_a_paper_in_the_name_of_a_file_is_none_that_a_source_note_cites() -> None:
    text = "S/S–NSC files, lot 63 D 351, NSC 135 Series"
    assert [p.kind for p in cited(text)] == ["paper"]
    assert find_references(text, volume=None, number=None, archives=read_source_note(text).citations) == []


def test_ibid_means_what_the_notes_before_cited() -> None:
    before = last_cited(cited("See Foreign Relations, 1964–1968, vol. III, Document 2. (Ibid.)"))
    assert [(p.volume, p.document) for p in cited("See ibid., Document 3.", antecedent=before)] == [
        ("frus1964-68v03", "3")
    ]
    document = last_cited(cited("Document 32."))
    assert [(p.document, p.note) for p in cited("See footnote 2, ibid.", antecedent=document)] == [("32", "2")]
    other = last_cited(cited("See Department of State Bulletin, May 6, 1957, p. 3."), before)
    assert [p.document for p in cited("See ibid., Document 3.", antecedent=other)] == [None]


@pytest.mark.parametrize("before", ["", "(", "“", "\n", "\u00a0", "—", "é ", "😀 ", "\ud800 ", "x."])
def test_a_phrase_is_found_after_any_sign_and_in_its_place(before: str) -> None:
    text = f"{before}Document 82 é (Secto 6)"
    assert [text[p.start : p.end] for p in cited(text)] == ["Document 82", "Secto 6"]


def test_a_note_does_not_refer_to_itself() -> None:
    assert cited("See footnote 3.", marker="3") == []


def test_without_a_volume_nothing_is_invented() -> None:
    found = find_references("See vol. X, Document 3; supra.", volume=None, number=None)
    assert [(p.kind, p.volume, p.document) for p in found] == [("volume", None, "3"), ("relative", None, None)]


def test_names_of_volumes_and_of_series() -> None:
    assert volume_id("frus1955-57", "XXIX", None) == "frus1955-57v29"
    assert volume_id("frus1964-68", "LXX", "II") == "frus1964-68v70p2"
    assert all(map(is_series, ("Secto", "TOSEC", "Poltos", "Cahto", "Gadel", "Embtels")))
    assert not any(map(is_series, ("Tokyo", "NATO", "photo", "Today", "Photo", "To")))


numbers = st.integers(1, 900).map(str)
dashes = st.sampled_from(DASHES)


Printed = tuple[str, list[tuple[str, str | None, str | None]]]
"""A phrase, and the kind, document and note of each part of it."""


@st.composite
def phrases(draw: st.DrawFn) -> Printed:
    """A phrase as the series prints it, and the kind, document and note of each part of it."""
    first, second, note = draw(numbers), draw(numbers), draw(st.integers(0, 60).map(str))
    dash = draw(dashes)
    low, high = sorted((int(first), int(second) + 900))
    forms: list[Printed] = [
        (f"Document {first}", [("document", first, None)]),
        (f"Documents {first} and {second}", [("document", first, None), ("document", second, None)]),
        (f"Documents {low}{dash}{low + 9}", [("document", str(low), None), ("document", str(low + 9), None)]),
        (f"footnote {note}, Document {first}", [("note", first, note)]),
        (f"Document {first} and footnote {note} thereto", [("document", first, None), ("note", first, note)]),
        (f"the source note, Document {first}", [("note", first, "source")]),
        (f"footnote {note}, supra", [("note", "279", note)]),
        (f"Foreign Relations, 1955{dash}1957, vol. X, Document {first}", [("volume", first, None)]),
        (f"Foreign Relations, 1948, vol. II, pp. {low}{dash}{high}", [("volume", None, None)]),
        (f"telegram {first} from Moscow", [("message", None, None)]),
        (f"airgram A{dash}{first}", [("message", None, None)]),
        (f"NSC {first}/{note}", [("paper", None, None)]),
        ("supra", [("relative", None, None)]),
    ]
    return draw(st.sampled_from(forms))


@given(st.lists(phrases(), min_size=1, max_size=5), st.sampled_from(["; see ", ". See ", ") and (", "; also in "]))
def test_printed_phrases_read_back(parts: list[Printed], joint: str) -> None:
    text = "See " + joint.join(p for p, _ in parts) + "."
    expected = [e for _, found in parts for e in found]
    assert [(p.kind, p.document, p.note) for p in cited(text)] == expected


WORDS = (
    "See Document Documents footnote footnotes supra Ibid. ibid., Foreign Relations, 1955–1957, vol. X, Part 2, "
    "pp. p. 12 12–14 5, and to from Moscow telegram telegrams Secto NSC NIE 85–62 thereto source note, ( ) ; . – "
    "ante Bulletin, Department of State American Policy: May 3, the 99999 IV \n"
)
words = st.sampled_from(WORDS.split(" "))


@given(st.one_of(st.text(), st.lists(words, max_size=40).map(" ".join)))
def test_any_text_gives_ordered_spans(text: str) -> None:
    reached = 0
    for phrase in cited(text):
        assert reached <= phrase.start < phrase.end <= len(text)
        assert text[phrase.start : phrase.end].strip() == text[phrase.start : phrase.end]
        for part in (phrase.page, phrase.message_number, phrase.post):
            assert part is None or part in text
        reached = phrase.end


SEEDS = (
    "( ()  Ibid. (Ibid.,_ Foreign_Relations,_ vol._X,_ Document_ Documents_1,_ footnote_1,_ 1 A A_ "
    "telegrams_1_to_A,_ pp._ NSC_1/ Foreign_Relations,_1955,_vol._X,_A_ Department_of_State_Bulletin,_a "
    "American_Foreign_Policy:_ , , Embtel_1_and_ U.N._doc._S/ telegram_1_from_Ab_cd_ supra_ source_note,_ "
    "ibid.,_vol._X,_ footnote_1,_ibid. "
    "Foreign_Relations,_China Document_1,_footnote_1, Foreign_Relations,_1919,_Paris,_ 1. A-1 "
    "1_UST_1,_ House_Resolution_1_ sent_text_of_telegram_1_to_A_ telegram_1_to_the_Embassies_in_A,_B,_ sent_texts_of_"
)


@pytest.mark.parametrize("seed", [s.replace("_", " ") or "\n \n" for s in SEEDS.split(" ")])
def test_time_is_linear(seed: str) -> None:
    started = time.perf_counter()
    text = seed * (200_000 // len(seed))
    cited(text, opening=True)
    own_number(text)
    assert time.perf_counter() - started < 10


@given(st.lists(st.text("aD12 .é\n\0—") | st.sampled_from(["See ibid.", "vol. X", ""]), max_size=6))
def test_outlines_of_texts_are_those_of_each(texts: list[str]) -> None:
    together = outlines(texts)
    assert together == [one for text in texts for one in outlines([text])]
    assert all(len(one) in (0, len(text) + 1) for one, text in zip(together, texts, strict=True))
    assert all(one for one, text in zip(together, texts, strict=True) if "1" in text or "ibid" in text)
