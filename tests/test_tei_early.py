"""Documents of volumes before 1948, as they were digitised later: what is tagged otherwise there."""

import pytest

from tei import codes, document, read, volume

NOTE = '<note n="{0}" xml:id="d1fn{0}">N.</note>'.format


@pytest.mark.parametrize(
    ("attributes", "printed", "expected"),
    [
        (
            'notBefore="1917-04-01T00:00:00-05:00" notAfter="1917-04-30T23:59:59-05:00"',
            "undated",
            ("1917-04-01", "1917-04-30", "between"),
        ),
        (
            'from="1917-04-27T00:00:00-05:00" to="1917-04-28T23:59:59-05:00"',
            "April 27–28, 1917",
            ("1917-04-27", "1917-04-28", "range"),
        ),
    ],
)
def test_bounds_of_days_are_no_time(attributes: str, printed: str, expected: tuple[str, str, str]) -> None:
    only = read(f"<dateline><date {attributes}>{printed}</date></dateline><p>Text.</p>")
    assert (only.date, only.date_end, only.date_precision) == expected
    assert only.time is None


def test_note_behind_a_signature_or_a_dateline_hangs_there() -> None:
    only = read(
        f"<opener><dateline>Bonn, May 1, 1919.</dateline> {NOTE(1)}</opener><p>Text.</p>"
        f"<closer><signed>Hale</signed>\n{NOTE(2)}<lb/>Secretary</closer>"
    )
    assert [(n.block_ordinal, n.anchor_offset) for n in only.notes] == [(2, 18), (4, 4)]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("IO Files: US/S/12, also US/A/3", ("IO Files", "US/S/12", "also US/A/3")),
        ("S/P Files: Lot 12 D 3", ("S/P Files", "Lot 12 D 3", None)),
        ("Department of Peace Map Files: A/3", ("Department of Peace Map Files", "A/3", None)),
        ("Staff Files", ("Staff Files", None, None)),
        ("S/P Files: Lot 12 D 3: Telegram", ("S/P Files", "Lot 12 D 3", None)),
        ("Hale Papers: Telegram", ("Hale Papers", None, None)),
        ("Department of the Navy Files", ("Department of the Navy Files", None, None)),
        ("Printed from the Hale Papers", None),
        ("123.4/5–67: Telegram", (None, None, "123.4/5–67")),
        ("123.45 Hale, John/6: Telegram", (None, None, "123.45 Hale, John/6")),
        ("123 Hale, John/6", None),
        ("740.0011 P. W./7, part 2", None),
        ("Lot 122, Box 3", None),
        ("Department of State, Treaty Series No. 12", None),
    ],
)
def test_files_above_a_heading_end_at_the_colon(line: str, parts: tuple[str | None, ...] | None) -> None:
    tagged = f'<note rend="inline" type="source">{line}</note><head>Letter</head><p>Text.</p>'
    found = [(s.repository, s.collection, s.location) for s in read(tagged, None).archival_sources]
    assert found == ([parts] if parts else [])
    assert codes(volume(document(tagged, head=None))) == set()
