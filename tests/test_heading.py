"""What a heading says: number, kind, sender, recipient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.heading import read_heading

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
        ("264. Bureau of Intelligence and Research Intelligence Note", "264", "note"),
        ("253. Tentative Notes of the Secretary of State’s Staff Meeting", "253", "notes of meeting"),
        ("257. Information Airgram From the Department of State to Certain Posts", "257", "airgram"),
        ("163. Farewell Address by President Carter to the Nation", "163", "address"),
        ("105. Memorandum for the President's File", "105", "memorandum for the record"),
        ("40. Highlights of Discussion at the Secretary of State's Meeting on the Telegram", "40", "other"),
        ("110. Briefing Notes by Director of Central Intelligence Dulles", "110", "other"),
        ("14. Diary Entry by the Ambassador to Germany (Bruce)", "14", "other"),
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
        assert part is None or part in title


@pytest.mark.parametrize(
    "text", ["(", "to ", "Ambassador to ", "between and ", "From and ", "Text of ", "The x ", ") and "]
)
def test_long_headings_take_linear_time(text: str) -> None:
    assert read_heading("9. Memorandum " + text * (200_000 // len(text))).number == "9"
