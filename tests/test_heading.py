"""What a heading says: number, kind, sender, recipient."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Document, DocumentKind
from pipeline.parsing.heading import message_number, read_heading

SIDES = st.sampled_from(
    [
        "the Department of State",
        "President Eisenhower",
        "the Ambassador to Vietnam (Lodge)",
        "the Embassy in the Soviet Union",
        "the Representative to the United Nations (Stevenson)",
        "Secretary of State Rusk",
        "the Assistant Secretary of State for Near Eastern, South Asian, and African Affairs (Rountree)",
        "the Deputy Assistant to the President for National Security Affairs (Scowcroft)",
        "William C. Foster, Jr.",
    ]
)
ENDS = st.sampled_from(
    [
        "",
        ", December 16, 1957",
        ", Washington, May 4, 1957, 11 a.m.",
        ", Department of State, Washington, March 1, 1957",
        ", Washington, undated.",
    ]
)


@given(st.sampled_from(["Telegram", "Letter", "Memorandum", "Backchannel Message"]), SIDES, SIDES)
def test_from_x_to_y(kind: str, sender: str, recipient: str) -> None:
    heading = read_heading(f"12. {kind} From {sender} to {recipient}")
    assert (heading.number, heading.kind) == ("12", kind.lower().split()[-1])
    assert (heading.sender, heading.recipient) == (sender, recipient)


@given(st.sampled_from(["a Telephone Conversation", "Telephone Conversation", "a Conversation"]), SIDES, SIDES, ENDS)
def test_a_conversation_between_x_and_y_is_without_its_place_and_date(
    talk: str, one: str, other: str, end: str
) -> None:
    heading = read_heading(f"18. Memorandum of {talk} Between {one} and {other}{end}")
    assert (heading.sender, heading.recipient) == (one, other)
    assert heading.kind.endswith("conversation")


@given(SIDES)
def test_an_office_that_ends_a_heading_is_no_recipient(sender: str) -> None:
    heading = read_heading(f"304. Text of Telegram From {sender}")
    assert heading.kind == "telegram"
    assert heading.sender == sender
    assert heading.recipient is None


@pytest.mark.parametrize(
    ("title", "number", "kind"),
    [
        ("247.Telegram From the Embassy in Indonesia to the Department of State", "247", "telegram"),
        ("12 Letter From A to B", "12", "letter"),
        ("5a. Letter From A to B", "5a", "letter"),
        ("501.BB/4–1348: Telegram", None, "other"),
        ("1957 Memorandum", None, "memorandum"),
        ("16. Department of State Briefing Paper", "16", "paper"),
        ("301. Delegation Record of Meeting", "301", "record"),
        ("130. National Security Council Record of Action No. 2447", "130", "record"),
        ("27. Central Intelligence Agency Information Report", "27", "report"),
        ("264. Bureau of Intelligence and Research Intelligence Note", "264", "intelligence report"),
        ("253. Tentative Notes of the Secretary of State’s Staff Meeting", "253", "notes of meeting"),
        ("257. Information Airgram From the Department of State to Certain Posts", "257", "airgram"),
        ("163. Farewell Address by President Carter to the Nation", "163", "address"),
        ("105. Memorandum for the President's File", "105", "memorandum for the record"),
        ("40. Highlights of Discussion at the Secretary of State's Meeting on the Telegram", "40", "summary"),
        ("110. Briefing Notes by Director of Central Intelligence Dulles", "110", "briefing"),
        ("14. Diary Entry by the Ambassador to Germany (Bruce)", "14", "diary"),
        ("303. Entry From President Johnson's Daily Diary", "303", "diary"),
        ("284. Draft Telegram From the Department of State to the Embassy in France", "284", "telegram"),
        ("65. Draft Memorandum for the Record", "65", "memorandum for the record"),
        ("1. Extracts From Minutes of a Meeting", "1", "minutes"),
        ("1. Summary Record of the 500th Meeting", "1", "record"),
        ("1. Briefing Memorandum From A to B", "1", "memorandum"),
        ("1. Talking Points", "1", "briefing"),
        ("1. Report and Recommendations by the Committee", "1", "report"),
        ("1. Memorandum\u00a0of\u00a0Conversation", "1", "memorandum of conversation"),
        ("Memorandum by the Consul at Lyons (Hale) of a Conversation With Poe", None, "memorandum of conversation"),
        (
            "Memorandum by the Secretary of State of a Trans-Atlantic Telephone Conversation",
            None,
            "memorandum of telephone conversation",
        ),
        ("Memorandum by the Chief of the Division of Trade (Hale)", None, "memorandum"),
        ("1. NIE 85–62", "1", "intelligence estimate"),
        ("1. Presidential Directive/NSC–18", "1", "national security memorandum"),
        ("1. Central Intelligence Agency Intelligence Report", "1", "intelligence report"),
        ("1. National Security Council Intelligence Directive No. 5", "1", "directive"),
        ("1. Memorandum of Understanding", "1", "agreement"),
        ("1. Security Council Resolution 242", "1", "resolution"),
        ("1. Exchange of Notes Between Japan and France", "1", "note"),
        ("1. Note Verbale", "1", "note"),
        ("1. Aide–Mémoire From the Department of State to the Soviet Embassy", "1", "aide-memoire"),
        ("1. Trade Agreements Committee Memorandum", "1", "memorandum"),
        ("1. Policy Planning Staff Paper", "1", "paper"),
        ("1. North Atlantic Treaty Organization Communiqué", "1", "communique"),
        ("1. Chronology of Events", "1", "chronology"),
        ("1. Agenda for the Meeting", "1", "plan"),
        ("1. Conversation Between President Nixon and his Assistant (Haldeman)", "1", "record"),
        ("1. Toasts of the President", "1", "address"),
        ("1. White House Press Release", "1", "press release"),
        ("165. Current Economic Developments", "165", "other"),
        ("9. The Program of Work of a Telegram Office", "9", "plan"),
        ("The British Embassy to the Department of State", None, "correspondence"),
        ("Mr. Seward to Mr. Adams", None, "correspondence"),
    ],
)
def test_number_and_kind(title: str, number: str | None, kind: str) -> None:
    heading = read_heading(title)
    assert (heading.number, heading.kind) == (number, kind)


@pytest.mark.parametrize(
    ("title", "sender", "recipient"),
    [
        (
            (
                "151. Telephone Conversation Between the Secretary of State in Washington and the Delegate (Lodge) in"
                " New York, February 25, 1957"
            ),
            "the Secretary of State in Washington",
            "the Delegate (Lodge) in New York",
        ),
        ("14. Diary Entry by the Ambassador to Germany (Bruce)", None, None),
        ("17. Report by the Cabinet Committee to President Kennedy", "the Cabinet Committee", "President Kennedy"),
        ("342. Memorandum for Director McCone", None, "Director McCone"),
        ("105. Memorandum for the President's File", None, None),
        ("9. The United States Approach to the Problem", None, None),
        ("9. The President's Visit to the Far East", None, None),
        ("Prime Minister Churchill to President Roosevelt", "Prime Minister Churchill", "President Roosevelt"),
        ("Mr. Jones to Mr. Fish.", "Mr. Jones", "Mr. Fish"),
        (
            "The Secretary of State to the Commission to Negotiate Peace",
            "The Secretary of State",
            "the Commission to Negotiate Peace",
        ),
        (
            "The Commission to Negotiate Peace to the Secretary of State",
            "The Commission to Negotiate Peace",
            "the Secretary of State",
        ),
        ("The Commissioners at Paris (Hale, Dix) to Mr. Hay", "The Commissioners at Paris (Hale, Dix)", "Mr. Hay"),
        ("Mr. Jones to Mr. Hay.", "Mr. Jones", "Mr. Hay"),
        ("Mr. Jones to Mr. Wu.", "Mr. Jones", "Mr. Wu"),
        ("Mr. Jones to Mr. Hale, Esq.", "Mr. Jones", "Mr. Hale, Esq."),
        ("Mr. Jones to Hale and Co.", "Mr. Jones", "Hale and Co."),
        ("7. Letter From A to William C. Foster, Jr.", "A", "William C. Foster, Jr."),
        ("2. Highlights From Secretary of State Rusk's Planning Meeting", None, None),
        ("2. Entry From President Johnson's Daily Diary", None, None),
        ("Memorandum of Conversation, by Mr. Johnson, Adviser, Delegation to the General Assembly", None, None),
        ("Minutes of the Meeting of the United States Delegation to the General Assembly", None, None),
        ("Paper Prepared for the United States Delegation to the General Assembly", None, None),
        (
            "479. Telegram From the Mission at Berlin to the Delegation to the Foreign Ministers Meeting at Geneva",
            "the Mission at Berlin",
            "the Delegation to the Foreign Ministers Meeting at Geneva",
        ),
        (
            "The Ambassador in France (Caffery) to the Secretary of State",
            "The Ambassador in France (Caffery)",
            "the Secretary of State",
        ),
        (
            "311. Telegram From the Department of State to Secretary of State Rusk, at Paris",
            "the Department of State",
            "Secretary of State Rusk, at Paris",
        ),
    ],
)
def test_correspondents(title: str, sender: str | None, recipient: str | None) -> None:
    heading = read_heading(title)
    assert (heading.sender, heading.recipient) == (sender, recipient)


@given(st.text())
def test_any_heading_is_read_and_quotes_itself(title: str) -> None:
    heading = read_heading(title)
    for part in (heading.number, heading.sender, heading.recipient, heading.message_number):
        assert part is None or part in title.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "text", ["(", "to ", "Ambassador to ", "between and ", "From and ", "Text of ", "The x ", ") and "]
)
def test_long_headings_take_linear_time(text: str) -> None:
    assert read_heading("9. Memorandum " + text * (200_000 // len(text))).number == "9"


def test_every_kind_is_explained() -> None:
    description = Document.model_fields["kind"].description or ""
    assert [kind for kind in get_args(DocumentKind) if f" {kind}: " not in description] == []


@pytest.mark.parametrize(
    ("lead", "kind"),
    [
        ("501.BB/4–1348: Telegram", "telegram"),
        ("711.94/1246 : Circular telegram", "circular telegram"),
        ("[Telegram]", "telegram"),
        ("501.BB/8–348", "correspondence"),
        ("No. 2.", "correspondence"),
        ("", "correspondence"),
    ],
)
def test_the_line_above_tells_what_a_heading_of_two_names_is_of(lead: str, kind: str) -> None:
    assert read_heading("The Ambassador in France (Caffery) to the Secretary of State", lead).kind == kind
    assert read_heading("Memorandum by the Secretary of State to the President", lead).kind == "memorandum"


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        ("[Telegram]", "telegram"),
        ("[Telegram—Extract]", "telegram"),
        ("[Translation]", "correspondence"),
        ("Telegram", "correspondence"),
        ("[Received by telegram] from Paris, May 4", "correspondence"),
        ("", "correspondence"),
    ],
)
def test_kind_is_also_that_of_the_remark_below_the_heading(below: str, kind: str) -> None:
    assert read_heading("The Consul at Lyons (Hale) to the Secretary of State", "File No. 12.3/4", below).kind == kind


@pytest.mark.parametrize(
    ("title", "paragraphs", "number"),
    [
        ("Telegram From A to B", ["1933. Eyes only.", "2. More."], "1933"),
        ("Telegram From A to B", ["[place not declassified],", "311. Re: DIR 36511."], "311"),
        ("Telegram From A to B", ["secret", "233. The Department agrees."], "233"),
        ("Despatch From A to B", ["No. 721", "There have been new developments."], "721"),
        ("Mr. Jones to Mr. Fish.", ["No. 76.]", "Sir: I inclose a circular."], "76"),
        ("Telegram From A to B", ["He said so.", "311. The third point."], None),
        ("Telegram From A to B", ["1. He said so."], None),
        ("Telegram From A to B", ["Secto 6. He said so."], "Secto 6"),
        ("Telegram From A to B", ["Embtel 1502 received."], None),
        ("Telegram 1945 From A to B", ["12. He said so."], "1945"),
        ("Telegram Polto 2514 From A to B", [], "Polto 2514"),
        ("Airgram A–123 From A to B", [], "A–123"),
        ("Despatch No. 268 From A to B", [], "268"),
        ("Letter From A to B", ["1933. The year was bad."], None),
        ("Editorial Note", ["1933. The year was bad."], None),
    ],
)
def test_number_of_a_message(title: str, paragraphs: list[str], number: str | None) -> None:
    assert message_number(read_heading(title), paragraphs) == number


def test_a_heading_dates_a_memorandum_with_its_time() -> None:
    dates = read_heading("105. Memorandum of a Conversation, Bonn, May 4, 1957, 11 a.m.–2 p.m.").dates
    assert dates is not None
    assert (dates.date, dates.end, dates.time) == ("1957-05-04", None, "11:00")


@pytest.mark.parametrize(
    ("title", "sender", "recipient", "date"),
    [
        (
            "3. Letter from Fisk to McCloy, March 2. Sends a report of 1961. Secret. 7 pp. Files, Fisk.",
            "Fisk",
            "McCloy",
            None,
        ),
        ("4. Memorandum from Mann to Rusk, May 2, 1961. Asks for a note to Lima.", "Mann", "Rusk", "1961-05-02"),
        (
            "5. Memorandum from Mann to Rusk, May 2, 1961, transmitting one to the President.",
            "Mann",
            "Rusk",
            "1961-05-02",
        ),
        ("6. Disto 727 from Geneva, August 16. Talk of May 2, 1961 with the French.", "Geneva", None, None),
        ("Memorandum by Mr. Henry S. Villard to Gen. Marshall", "Mr. Henry S. Villard", "Gen. Marshall", None),
    ],
)
def test_a_summary_behind_a_heading_is_no_part_of_what_it_says(
    title: str, sender: str | None, recipient: str | None, date: str | None
) -> None:
    found = read_heading(title)
    assert (found.sender, found.recipient, found.date) == (sender, recipient, date)


def test_a_number_in_the_line_above_is_no_part_of_the_sender() -> None:
    found = read_heading("No. 47\nThe Ambassador in Japan (Murphy) to the Department of State")
    assert (found.kind, found.sender) == ("correspondence", "The Ambassador in Japan (Murphy)")
    assert (found.number, read_heading("NSAM No. 55").sender) == (None, None)


@pytest.mark.parametrize(
    ("title", "sender", "recipient"),
    [
        (
            "Report to the Board by the Executive Secretary (Lay), May 4, 1953",
            "the Executive Secretary (Lay)",
            "the Board",
        ),
        (
            "Memorandum for the President by the Acting Secretary of State",
            "the Acting Secretary of State",
            "the President",
        ),
        ("Memorandum by the Secretary (Lay) to the Board", "the Secretary (Lay)", "the Board"),
        ("Memorandum for the President", None, "the President"),
        ("Statement To Be Made by Secretary Dulles", None, None),
    ],
)
def test_the_sender_may_stand_behind_the_recipient(title: str, sender: str | None, recipient: str | None) -> None:
    found = read_heading(title)
    assert (found.sender, found.recipient) == (sender, recipient)
