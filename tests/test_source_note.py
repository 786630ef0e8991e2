"""Source notes: real forms, properties, and notes written from known parts and read back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.sentences import sentences
from pipeline.parsing.source_note import find_citations, is_source_note, read_source_note

CENTRAL = "Source: Department of State, Central Files, POL CUBA-USSR. "


@pytest.mark.parametrize(
    ("line", "file", "left"),
    [
        ("501.BB/4–1348: Telegram", "501.BB/4–1348", "Telegram"),
        ("740.00119 E. W./12–2943", "740.00119 E. W./12–2943", None),
        ("[File No. 763.72/3010½]", "File No. 763.72/3010½", None),
        ("611.62A231/4 – 2757 Secret", "611.62A231/4 – 2757", None),
        ("Paris Peace Conf. 184.1/137: Telegram", "Paris Peace Conf. 184.1/137", "Telegram"),
        ("Paris Peace Conf. 182/68", "Paris Peace Conf. 182/68", None),
        ("Paris Peace Conf. 182/68 and others", None, "Paris Peace Conf. 182/68 and others"),
        ("No. 144", None, "No. 144"),
        ("125.8 percent of 12/48 of it.", None, "125.8 percent of 12/48 of it."),
    ],
)
def test_the_number_of_a_decimal_file_is_a_location(line: str, file: str | None, left: str | None) -> None:
    reading = read_source_note(line)
    assert [(c.repository, c.location, line[c.start : c.end]) for c in reading.citations] == [
        (None, file, file)
    ] * bool(file)
    assert reading.remainder == left


def test_a_note_with_a_meeting_and_a_further_citation() -> None:
    reading = read_source_note(
        "Source: Department of State, Central Files, POL 27 CUBA-US. Secret. Drafted by Gutherie and approved in S on "
        "February 18. The meeting took place in Rusk’s office and lasted approximately 45 minutes. (Johnson Library, "
        "Rusk Appointment Book)"
    )
    assert (reading.classification, reading.handling) == ("Secret", ())
    assert (reading.drafted_by, reading.approved_by) == (("Gutherie",), ("S",))
    assert reading.remainder == "The meeting took place in Rusk’s office and lasted approximately 45 minutes."
    assert [(c.repository, c.collection, c.location) for c in reading.citations] == [
        ("Department of State", "Central Files", "POL 27 CUBA-US"),
        ("Johnson Library", "Rusk Appointment Book", None),
    ]


def test_a_note_that_is_taken_apart_whole() -> None:
    reading = read_source_note(
        CENTRAL + "Secret; Priority. Drafted by U. Alexis Johnson; cleared with Ball, Martin, and McGeorge Bundy; and "
        "approved by Rusk and Johnson."
    )
    assert reading.drafted_by == ("U. Alexis Johnson",)
    assert reading.cleared_by == ("Ball", "Martin", "McGeorge Bundy")
    assert reading.approved_by == ("Rusk", "Johnson")
    assert reading.remainder is None


@pytest.mark.parametrize(
    ("words", "classification", "handling"),
    [
        ("Top Secret; Niact; Eyes Only Ambassador.", "Top Secret", ["Niact", "Eyes Only Ambassador"]),
        ("Secret, Priority.", "Secret", ["Priority"]),
        ("Secret: Niact; Limit Distribution.", "Secret", ["Niact", "Limit Distribution"]),
        ("Confidential Drafted by Meeker.", "Confidential", []),
        ("Secret; Priority Drafted by Meeker.", "Secret", ["Priority"]),
        ("Secret.Drafted by Meeker.", "Secret", []),
        ("No classification marking.", "No classification marking", []),
        ("Personal and Confidential.", "Personal and Confidential", []),
        ("Priority; RYBAT; PBSUCCESS.", None, ["Priority", "RYBAT", "PBSUCCESS"]),
        ("Eyes Only; Secret.", "Secret", ["Eyes Only"]),
        ("Official Use Only; [codeword not declassified].", "Official Use Only", ["[codeword not declassified]"]),
        ("Secret negotiations were held.", None, []),
    ],
)
def test_classification_and_handling(words: str, classification: str | None, handling: list[str]) -> None:
    reading = read_source_note(CENTRAL + words)
    assert (reading.classification, list(reading.handling)) == (classification, handling)


def test_a_classification_without_a_stop_before_it() -> None:
    reading = read_source_note(
        "Source: Department of State, Central Files, 033.1100-KE/2-2862 Confidential. Drafted by Poe."
    )
    assert reading.classification == "Confidential"
    assert reading.citations[0].location == "033.1100-KE/2-2862"


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        ("Drafted by Stout (EUR/WE) and cleared in EUR, STR, and S.", (["Stout (EUR/WE)"], ["EUR", "STR", "S"], [])),
        ("Drafted and approved by Poe.", (["Poe"], [], ["Poe"])),
        ("Drafted by Hill, Martin, Crimmins; cleared by Coerr, S/S; and approved by Ball.",
         (["Hill", "Martin", "Crimmins"], ["Coerr", "S/S"], ["Ball"])),
        ("Drafted by Poe on May 3, 1961, and approved by Roe who signed for Dulles.", (["Poe"], [], ["Roe"])),
        ("Drafted by Poe; cleared by Green, in draft by Ives of AID and Moorman, and in substance by Hulen.",
         (["Poe"], ["Green", "Ives of AID", "Moorman", "Hulen"], [])),
        ("Drafted by Charles Maechling, Jr., and approved by the White House.",
         (["Charles Maechling, Jr."], [], ["the White House"])),
        ("Drafted by Dennis Doolin (OASD/ISA, EA) and Brown (EA).",
         (["Dennis Doolin (OASD/ISA, EA)", "Brown (EA)"], [], [])),
        ("Cleared in the Departments of Defense and Treasury.", ([], ["the Departments of Defense and Treasury"], [])),
        ("No drafter is indicated on the source text but it was approved by Gilpatric on August 6.",
         ([], [], ["Gilpatric"])),
        ("Approved in U by Stempel.", ([], [], ["Stempel"])),
        ("Prepared by Dulles. Concurred in by Walmsley.", ([], [], [])),
        ("Drafted By Poe.", (["Poe"], [], [])),
        ("Cleared by Green, Henry J. Poe, Jr. (DOD/ISA) in substance, and Charles Roe, Jr.",
         ([], ["Green", "Henry J. Poe, Jr. (DOD/ISA)", "Charles Roe, Jr."], [])),
        ("Drafted by Al Poe, Press Staff, Bureau of Public Affairs, on May 3.",
         (["Al Poe, Press Staff, Bureau of Public Affairs"], [], [])),
        ("Drafted by Al Poe, Agency for International Development.",
         (["Al Poe, Agency for International Development"], [], [])),
        ("Drafted by Poe and approved by Max Roe, Special Assistant to the Secretary of State.",
         (["Poe"], [], ["Max Roe, Special Assistant to the Secretary of State"])),
        ("Drafted by Earl R. Poe, Chief of the Fuels Division, Office of International Resources, and Roe.",
         (["Earl R. Poe, Chief of the Fuels Division, Office of International Resources", "Roe"], [], [])),
        ("Cleared by Ann Poe, Deputy Director for Research in the Bureau of Intelligence and Research, and Roe.",
         ([], ["Ann Poe, Deputy Director for Research in the Bureau of Intelligence and Research", "Roe"], [])),
        ("Drafted by David L. Poe, First Secretary and Political Officer.",
         (["David L. Poe, First Secretary and Political Officer"], [], [])),
        ("Drafted by John Poe of the Office of Central American and Panamanian Affairs.",
         (["John Poe of the Office of Central American and Panamanian Affairs"], [], [])),
        ("Drafted by Ann Poe of the Office of the Deputy Under Secretary for Political Affairs.",
         (["Ann Poe of the Office of the Deputy Under Secretary for Political Affairs"], [], [])),
        ("Cleared by Bruce M. Poe, the Bureau of Security and Consular Affairs, and the White House.",
         ([], ["Bruce M. Poe", "the Bureau of Security and Consular Affairs", "the White House"], [])),
        ("Cleared by Daniel F. Poe, Assistant Secretary Roe, and Acting Assistant Secretary of State Ann Low.",
         ([], ["Daniel F. Poe", "Assistant Secretary Roe", "Acting Assistant Secretary of State Ann Low"], [])),
        ("Cleared by Secretary of the Treasury Poe, Director of the Office of Soviet Affairs Ann Roe, and Low.",
         ([], ["Secretary of the Treasury Poe", "Director of the Office of Soviet Affairs Ann Roe", "Low"], [])),
    ],
)  # fmt: skip
def test_who_drafted_cleared_and_approved(words: str, columns: tuple[list[str], list[str], list[str]]) -> None:
    reading = read_source_note(CENTRAL + "Secret. " + words)
    assert (list(reading.drafted_by), list(reading.cleared_by), list(reading.approved_by)) == columns


@pytest.mark.parametrize(
    ("words", "posts"),
    [
        ("Repeated to Tokyo.", ["Tokyo"]),
        ("Repeated to Tokyo and CINCPAC for POLAD.", ["Tokyo", "CINCPAC"]),
        ("Also sent to Bonn and Geneva; repeated to London, and Paris; and pouched POLAD USAREUR.",
         ["London", "Paris"]),
        ("Transmitted in three sections and repeated to Berlin, The Hague, and Rio de Janeiro.",
         ["Berlin", "The Hague", "Rio de Janeiro"]),
        ("Received at 6:25 a.m. and repeated to Paris Topol.", ["Paris Topol"]),
        ("Repeated to the Station in [place not declassified].", ["the Station in [place not declassified]"]),
        ("Passed to the White House. Sent to Bonn.", []),
        ("Repeated Niact to Bonn and Paris.", ["Bonn", "Paris"]),
        ("Repeated Emergency to Quito; Priority to USUN; and Operational Immediate to POLAD CINCLANT and Lima.",
         ["Quito", "USUN", "POLAD CINCLANT", "Lima"]),
        ("Repeated Priority to Quito, Routine to USUN, and to Lima.", ["Quito", "USUN", "Lima"]),
        ("Repeated to Saigon for Poe and Roe and to CINCPAC for General Low.", ["Saigon", "CINCPAC"]),
        ("Repeated to Paris for Poe and Roe, and to CINCPAC and Rome.", ["Paris", "CINCPAC", "Rome"]),
        ("Repeated to CINCPAC for POLAD and Tokyo.", ["CINCPAC", "Tokyo"]),
        ("Repeated to London for Ball and Bruce.", ["London"]),
        ("Repeated to Manila for Jones and CINCPAC for POLAD.", ["Manila", "CINCPAC"]),
    ],
)  # fmt: skip
def test_posts_it_was_repeated_to(words: str, posts: list[str]) -> None:
    assert list(read_source_note(CENTRAL + "Secret. " + words).repeated_to) == posts


@pytest.mark.parametrize(
    "words",
    ["Received at 1:37 p.m.", "Also sent to Bonn and passed to Paris.", "The meeting was held at Aspen Lodge.",
     "Repeated by Poe.", "Repeated to CINCPAC for POLAD.", "Cleared by Green in substance.", "Approved in U by Poe.",
     "No drafter is shown but it was approved by Poe."],
)  # fmt: skip
def test_what_has_no_column_stays_in_the_remainder(words: str) -> None:
    assert read_source_note(CENTRAL + "Secret. " + words).remainder == words


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Drafted by Poe and initialed by Roe.", "initialed by Roe."),
        ("Drafted by Poe on May 3 and approved by Roe who signed for Low.", "who signed for Low."),
        ("Also sent to Bonn and repeated to Paris.", "Also sent to Bonn"),
        ("Drafted by Poe; cleared by Green in substance; sent by pouch; and approved by Roe.",
         "cleared by Green in substance; sent by pouch;"),
        ("Repeated to Paris. Received at noon. Repeated to CINCPAC for POLAD; passed to Bonn.",
         "Received at noon. Repeated to CINCPAC for POLAD; passed to Bonn."),
    ],
)  # fmt: skip
def test_of_a_sentence_read_in_part_only_the_rest_is_left(words: str, left: str) -> None:
    assert read_source_note(CENTRAL + "Secret. " + words).remainder == left


def test_what_follows_a_classification_is_left_without_it() -> None:
    reading = read_source_note(CENTRAL + "Top Secret; Niact; no distribution list. The meeting was long.")
    assert (reading.classification, reading.handling) == ("Top Secret", ("Niact",))
    assert reading.remainder == "no distribution list. The meeting was long."


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("", None),
        (" Drafted by Poe.", None),
        (" [1 line not declassified]", "[1 line not declassified]"),
        (" Received at noon.", "Received at noon."),
    ],
)
def test_the_bracket_round_a_whole_note_is_no_part_of_what_it_says(words: str, left: str | None) -> None:
    bare = read_source_note(f"{CENTRAL}Secret.{words}")
    reading = read_source_note(f"[{CENTRAL}Secret.{words}]")
    assert reading.remainder == bare.remainder == left
    assert (reading.classification, reading.drafted_by) == ("Secret", bare.drafted_by)
    assert [c.location for c in reading.citations] == ["POL CUBA-USSR"]


def test_a_printed_source_is_no_archive() -> None:
    reading = read_source_note("Source: Department of State Bulletin, March 1978, pp. 30–33. Vance spoke. (Ibid.)")
    assert reading.citations == ()
    assert reading.remainder == "Department of State Bulletin, March 1978, pp. 30–33. Vance spoke. (Ibid.)"


def test_a_source_whose_repository_is_lost_stays_in_the_remainder() -> None:
    reading = read_source_note("Source: , Central Files, 611.74/11–457. Secret.")
    assert (reading.citations, reading.classification) == ((), "Secret")
    assert reading.remainder == ", Central Files, 611.74/11–457."


def test_what_begins_a_source_note() -> None:
    assert is_source_note("Source: Department of State")
    assert is_source_note("[Source: Department of State, Central Files, 762.00/12–1558. Secret.]")
    assert is_source_note("Source Johnson Library, NSC")
    assert read_source_note("source: Department of State, IO Files").citations[0].repository == "Department of State"
    assert not is_source_note("Sources differ on this.")


@pytest.mark.parametrize(
    "parts",
    [
        [
            "Drafted by U. Alexis Johnson and W.A. Poe.",
            "It is No. 115, vol. X, p. 3.",
            "Gen. Roe left at 5 p.m.",
            "He slept.",
        ],
        ["(Ibid.)", "Kissinger left.", "(He did. He was ill.)"],
        ["It ended.", "(Johnson Library, Aides File. Secret)", "He left (at 5. Or 6)."],
        ["Country File, Thailand, Vol. I.", "Top Secret."],
        ["Approved in S.", "The meeting was long.", "Cleared by S/S.", "“No.”", "He left."],
        ["Poe agreed", "Roe did not."],
    ],
)
def test_sentences(parts: list[str]) -> None:
    text = "\n\n    ".join(parts) if parts[0] == "Poe agreed" else " ".join(parts)
    assert [text[a:b] for a, b in sentences(text)] == parts


ARCHIVES = [
    ("Department of State", "Central Files", "611.62A231/4–2757"),
    ("Johnson Library", "National Security File", "Country File, France, Vol. 2"),
    ("Kennedy Library", "Papers", None),
]
surnames = st.sampled_from(
    ["Rusk", "U. Alexis Johnson", "De Palma", "McGeorge Bundy", "Smith (EUR)", "S/S", "EUR", "the White House"]
)
people = st.lists(surnames, min_size=1, max_size=4)
posts = st.lists(
    st.sampled_from(["Bonn", "Tel Aviv", "The Hague", "USUN", "Rio de Janeiro", "CINCPAC"]), min_size=1, max_size=5
)


def listed(names: list[str], comma: str) -> str:
    """A, B, and C – or without the comma before "and", or without "and"."""
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + {"serial": " and ", "oxford": ", and ", "bare": ", "}[comma] + names[-1]


@given(
    archive=st.sampled_from(ARCHIVES),
    classification=st.sampled_from(["Secret", "Top Secret", "No classification marking", "Limited Official Use", None]),
    handling=st.lists(st.sampled_from(["Priority", "Niact", "Limit Distribution", "Eyes Only", "RYBAT"]), max_size=3),
    drafted=people, cleared=people | st.just([]), approved=people | st.just([]), repeated=posts | st.just([]),
    comma=st.sampled_from(["serial", "oxford", "bare"]),
    joint=st.sampled_from([("; ", "; and "), (", ", ", and ")]),
    date=st.sampled_from(["", " on May 3", " on May 3, 1961"]),
    end=st.sampled_from(["", " The meeting was held at Poe’s house.", " (Ibid.)"]),
)  # fmt: skip
def test_notes_written_from_parts_read_back(  # noqa: PLR0913, PLR0917 - the parts of a note
    archive: tuple[str, str, str | None], classification: str | None, handling: list[str], drafted: list[str],
    cleared: list[str], approved: list[str], repeated: list[str], comma: str, joint: tuple[str, str], date: str,
    end: str,
) -> None:  # fmt: skip
    text = "Source: " + ", ".join(level for level in archive if level) + "."
    text += f" {'; '.join([classification, *handling])}." if classification else ""
    clauses = [f"Drafted by {listed(drafted, comma)}{date}"]
    clauses += [f"cleared {'with' if date else 'by'} {listed(cleared, comma)}"] if cleared else []
    clauses += [f"approved by {listed(approved, comma)}"] if approved else []
    text += " " + joint[0].join(clauses[:-1]) + (joint[1] if clauses[1:] else "") + clauses[-1] + "."
    text += f" Repeated to {listed(repeated, comma)}." if repeated else ""
    reading = read_source_note(text + end)
    assert reading.classification == classification
    assert list(reading.handling) == (handling if classification else [])
    assert (list(reading.drafted_by), list(reading.cleared_by)) == (drafted, cleared)
    assert (list(reading.approved_by), list(reading.repeated_to)) == (approved, repeated)
    first = reading.citations[0]
    assert (first.repository, first.collection, first.location) == archive
    assert len(reading.citations) == 1 + end.endswith("(Ibid.)")
    assert reading.remainder == (end.strip() if "meeting" in end else None)


WORDS = (
    "Source: Department of State, Central Files, POL Secret. Secret; Priority. Drafted by cleared with approved in "
    "S Rusk Rusk, and U. Jr., on May 3, Repeated to Bonn, London. (Ibid., ) ( ibid. is Johnson Library, The "
    "meeting was . ; Vol. I. p. 3 [ ] “ ” \n\n who"
)
words = st.sampled_from(WORDS.split(" "))


@given(
    st.one_of(
        st.text(),
        st.lists(words, max_size=40).map(" ".join),
        st.lists(words, max_size=40).map(lambda w: "Source: " + " ".join(w)),
    )
)
def test_any_text_is_read_verbatim_and_nothing_is_lost(text: str) -> None:
    reading = read_source_note(text)
    names = reading.drafted_by + reading.cleared_by + reading.approved_by + reading.repeated_to
    assert all(n and n in text for n in (*names, *reading.handling))
    assert reading.classification is None or reading.classification in text
    reached = 0
    for c in reading.citations:
        assert reached <= c.start < c.end <= len(text)
        assert text[c.start : c.end].startswith(c.repository or c.location or "")
        assert all(level is None or level in text[c.start : c.end] for level in (c.collection, c.location))
        reached = c.end
    kept = " ".join([*names, *reading.handling, reading.classification or "", reading.remainder or ""])
    kept += " " + " ".join(text[c.start : c.end] for c in reading.citations)
    assert set(re.findall(r"[A-Z][a-z]{3,}", text)) - set(re.findall(r"[A-Z][a-z]{3,}", kept)) <= CONNECTING
    following = iter(re.findall(r"\S", text))
    assert all(letter in following for letter in re.findall(r"\S", reading.remainder or ""))


CONNECTING = {"Source", "Drafted", "Repeated", "Cleared", "Approved"}

SEEDS = (
    "( ()  Ibid. (Ibid.,_ (Department_of_State,_ in_Department_of_State,_ is_ibid.,_A Secret;_ Drafted_by_A,_ "
    "Drafted_and_ and_ cleared_by_ ;_ ._ A. a._ (a._ “ [ Library_ the_ 1 Repeated_to_A_and_B_of_C,_Jr.,_ "
    "Source:_A,_B._(Ibid.)_ Source:_ ,_ No._ Repeated_to_A;_Priority_to_ "
    "Drafted_by_A_B,_Chief,_Office_of_A_and_Trade,_ Repeated_to_A_for_B_and_ Drafted_by_Director_and_B_Affairs_"
)


def test_a_month_that_is_shortened_ends_no_sentence() -> None:
    reading = read_source_note("Source: National Archives, RG 63, Cables, Nov. 1917–Apr. 1919, Box 2. Secret.")
    assert [c.location for c in reading.citations] == ["Cables, Nov. 1917–Apr. 1919, Box 2"]
    assert (reading.classification, reading.remainder) == ("Secret", None)


def test_papers_are_known_with_what_the_document_is_behind_them() -> None:
    reading = read_source_note("Abraham Hale Papers: Telegram")
    assert [(c.repository, c.location) for c in reading.citations] == [("Abraham Hale Papers", None)]
    assert reading.remainder == "Telegram"
    assert read_source_note("Abraham Hale: Telegram").citations == ()


@pytest.mark.parametrize("prefix", ["", CENTRAL])
@pytest.mark.parametrize("seed", [s.replace("_", " ") or "\n \n" for s in SEEDS.split(" ")])
def test_time_is_linear(seed: str, prefix: str) -> None:
    text = prefix + seed * (200_000 // len(seed))
    started = time.perf_counter()
    read_source_note(text)
    find_citations(text)
    assert time.perf_counter() - started < 10
