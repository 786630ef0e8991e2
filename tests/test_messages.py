"""References to messages, numbered papers and publications, and the numbers that messages open with."""

from __future__ import annotations

import pytest

from documents import cited
from pipeline.parsing.messages import own_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Secto 6. For Acting Secretary.", "Secto 6"),
        ("Polto 1325. At private NAC meeting", "Polto 1325"),
        ("A-261", "A-261"),
        ("A – 543. Subject: Current Situation", "A – 543"),
        ("CA-5291. Subject: Contacts", "CA-5291"),
        ("HUL-A-12", "HUL-A-12"),
        ("1933. Eyes only for Ambassador.", "1933"),
        ("1366.", "1366"),
        ("CAP 66069. I am slow in sending", "CAP 66069"),
        ("Conto 24/14775. Subject: Visit", "Conto 24/14775"),
        ("1. The first of numbered paragraphs", None),
        ("1.5 million", None),
        ("Embtel 2241. The Embassy believes", None),
        ("Telegram 616. It was sent", None),
        ("NSC 68. A report", None),
        ("Article 3. The parties", None),
        ("A 3. It", None),
        ("Gadel 116 received after despatch", None),
        ("Re Secto 6.", None),
        ("", None),
    ],
)
def test_the_own_number_of_a_message(text: str, number: str | None) -> None:
    assert own_number(text) == number


def test_a_message_does_not_refer_to_itself() -> None:
    text = "Topol 2462. Polto 2016. See Topol 2462."

    def numbers(*, opening: bool) -> list[str | None]:
        return [p.message_number for p in cited(text, opening=opening)]

    assert numbers(opening=True) == ["2016", "2462"]
    assert numbers(opening=False) == ["2462", "2016", "2462"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In telegram 1950 to Moscow, May 2", [("telegram", "1950", "to", "Moscow")]),
        ("Telegram 1499, December 24, reported", [("telegram", "1499", None, None)]),
        ("telegrams 9 and 10 to Djakarta, July 4", [("telegram", n, "to", "Djakarta") for n in ("9", "10")]),
        (
            "telegrams 165 from Bangkok, August 9; 150 from Kuala Lumpur, August 10",
            [("telegram", "165", "from", "Bangkok"), ("telegram", "150", "from", "Kuala Lumpur")],
        ),
        (
            "telegrams 22 and 43, February 7, 28, and 28",
            [("telegram", "22", None, None), ("telegram", "43", None, None)],
        ),
        ("Circular telegram 127, July 25", [("circular telegram", "127", None, None)]),
        ("airgram A – 1821 from London", [("airgram", "A – 1821", "from", "London")]),
        ("Despatches Nos. 45 and 46 from Cairo", [("despatch", n, "from", "Cairo") for n in ("45", "46")]),
        ("Embtels 2241 and 2242", [("Embtel", "2241", None, None), ("Embtel", "2242", None, None)]),
        ("telegram Secto 18 from Geneva", [("Secto", "18", "from", "Geneva")]),
        ("TOPOL 800 to Paris", [("TOPOL", "800", "to", "Paris")]),
        ("CA–8084, May 3", [("airgram", "CA–8084", None, None)]),
        ("Embtel 184 to Canberra I should comment on", [("Embtel", "184", "to", "Canberra")]),
        ("Deptel 12 to Bonn Saturday", [("Deptel", "12", "to", "Bonn")]),
        (
            "circular telegram 7, May 2, to the Embassies in Lima, Quito, and La Paz",
            [("circular telegram", "7", "to", "the Embassies in Lima, Quito, and La Paz")],
        ),
        ("Circular telegram 23 to NEA diplomatic posts", [("circular telegram", "23", "to", "NEA diplomatic posts")]),
        ("telegram 7 from St. Gallen, May 2", [("telegram", "7", "from", "St. Gallen")]),
        ("telegram 7 from the Consul at St. John", [("telegram", "7", "from", "the Consul at St. John")]),
        ("the telegram was sent on May 3", []),
        ("The Suharto 1966 and Tokyo 1964 meetings", []),
    ],
)
def test_messages(text: str, expected: list[tuple[str, str, str | None, str | None]]) -> None:
    assert [(p.message_type, p.message_number, p.direction, p.post) for p in cited(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NSC 5412/2", [("NSC", "5412/2")]),
        ("NSC Actions Nos. 1700 and 1701–b", [("NSC Action", "1700"), ("NSC Action", "1701–b")]),
        ("NSAM No. 55 and NIE 85–62", [("NSAM", "55"), ("NIE", "85–62")]),
        ("PD/NSC–15, SNIE 13-3-61, JCSM-43-62", [("PD/NSC", "15"), ("SNIE", "13-3-61"), ("JCSM", "43-62")]),
        ("Resolution 1001 (ES–I)", [("resolution", "1001 (ES–I)")]),
        ("the House debated Resolution 12", [("resolution", "12")]),
        ("NSAM 141 is in Department of State, NSAM Files: Lot 72 D 316, NSAM 141.", [("NSAM", "141")]),
        ("the NSC and the resolution of May 3", []),
    ],
)
def test_papers(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(p.message_type, p.message_number) for p in cited(text)] == expected


@pytest.mark.parametrize(
    "phrase",
    [
        "Department of State Bulletin, June 1, 1959, pp. 776–781",
        "American Foreign Policy: Current Documents, 1959, pp. 1020–1023",
        "American Foreign Policy: Basic Documents 1977–1980, Document 409",
        "Public Papers of the Presidents of the United States: John F. Kennedy, 1962, pp. 487-488",
        "Cmd. 868, pp. 218–223",
        "U.N. doc. S/3575",
        "TIAS 4792",
        "76 Stat. 261",
        "91 Stat. 22–23",
        "14 UST 1406",
        "48 UNTS 149",
        "Treaties and Other International Acts Series No. 1514",
        "New York Times, May 3, 1941, p. 3",
    ],
)
def test_publications(phrase: str) -> None:
    text = f"For text, see {phrase}."
    assert [(p.kind, text[p.start : p.end]) for p in cited(text)] == [("publication", phrase)]


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("Poe forwarded the text of telegram 507 to Roe under cover of a note.", None),
        ("He conveyed the substance of Deptels 507 and 511 to Roe.", None),
        ("He passed the substance of telegram 1195 to Jidda to Roe, who agreed.", "Jidda"),
        ("He sent a copy of telegram 1195 from Jidda to Roe.", "Jidda"),
        ("According to a copy of telegram 777 to London, they met.", "London"),
        ("He transmitted the text of the letter in telegram 195 to Nicosia.", "Nicosia"),
    ],
)
def test_one_to_whom_the_text_of_a_message_was_passed_is_no_post(text: str, post: str | None) -> None:
    found = cited(text)
    assert found
    assert {p.post for p in found} == {post}
    assert {p.direction is None for p in found} == {post is None}
    assert not any("Roe" in text[p.start : p.end] for p in found)


@pytest.mark.parametrize(
    ("phrase", "kind", "number"),
    [
        ("House Resolution 209", "House resolution", "209"),
        ("Senate Joint Resolution 19", "Senate Joint resolution", "19"),
        ("Joint Resolution 117", "Joint resolution", "117"),
        ("U.N. General Assembly Resolution 194 (III)", "U.N. General Assembly resolution", "194 (III)"),
        ("Security Council resolution 242", "Security Council resolution", "242"),
    ],
)
def test_the_body_that_passed_a_resolution_belongs_to_it(phrase: str, kind: str, number: str) -> None:
    text = f"Under {phrase}, they agreed."
    assert [(text[p.start : p.end], p.message_type, p.message_number) for p in cited(text)] == [(phrase, kind, number)]


@pytest.mark.parametrize(
    ("phrase", "kind", "number"),
    [
        ("76 Stat. 261", "Stat.", "76 Stat. 261"),
        ("14 UST 1406", "UST", "14 UST 1406"),
        ("TIAS 4792", "TIAS", "4792"),
        ("TIAS No. 4792", "TIAS", "4792"),
        ("Cmd. 868, pp. 2–4", "Cmd.", "868"),
    ],
)
def test_series_of_laws_and_treaties_are_known_by_their_numbers(phrase: str, kind: str, number: str) -> None:
    text = f"Signed on May 8, 1962; {phrase}. For text, see there."
    assert [(text[p.start : p.end], p.message_type, p.message_number) for p in cited(text)] == [(phrase, kind, number)]


def test_two_treaties_side_by_side_share_no_number() -> None:
    text = "See 5 UST 2496, 6 UST 2227, and 8 UST 403."
    assert [text[p.start : p.end] for p in cited(text)] == ["5 UST 2496", "6 UST 2227", "8 UST 403"]
