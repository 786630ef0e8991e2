"""Datelines: what is one, and the place and the date that it gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.dates import (
    MONTHS,
    before_date,
    is_dateline,
    is_undated,
    lacks_date,
    read_date,
    read_dates,
    read_place,
)

PLACES = st.sampled_from(
    [
        "Washington",
        "New York",
        "Rio de Janeiro",
        "Punta del Este",
        "Augusta, Georgia",
        "Port-au-Prince",
        "St. Louis, Missouri",
    ]
)
DAYS = st.tuples(st.integers(1861, 1992), st.integers(1, 12), st.integers(1, 28))
TIMES = st.sampled_from(
    [
        "",
        ", 3:30 p.m.",
        "—5 p.m.",
        ", noon.",
        ", 1932Z.",
        ", 10 a.m.–2 p.m.",
        " (received May 3).",
        ", 9 a.m. and 2 p.m.",
    ]
)


@given(PLACES, DAYS, TIMES, st.sampled_from([", ", ","]))
def test_place_date_and_time_make_a_dateline(place: str, day: tuple[int, int, int], time: str, comma: str) -> None:
    line = f"{place}, {MONTHS[day[1] - 1]} {day[2]}{comma}{day[0]}{time}"
    assert is_dateline(line)
    assert read_place(line) == place
    assert read_date(line) == f"{day[0]}-{day[1]:02}-{day[2]:02}"
    assert not lacks_date(line)


@given(st.sampled_from(["Secto 94. ", "2530. ", "Topol 814. Paris for Embassy. ", "No. 34. "]), DAYS)
def test_the_number_of_a_message_makes_no_dateline(number: str, day: tuple[int, int, int]) -> None:
    assert not is_dateline(f"{number}Washington, {MONTHS[day[1] - 1]} {day[2]}, {day[0]}.")


@pytest.mark.parametrize(
    "line",
    [
        "Secto 13. Department pass Defense. Western Foreign Ministers Meeting—afternoon session April 29.",
        "Secto 94. Paris pass USRO. Ninth Session held May 21, Lloyd Chairman, lasted 3:30 to 6:45 p.m.",
        "The Foreign Ministers did not meet on Sunday, May 31.",
        "Thank you for your message of July 6.2",
        "DEAR DEAN: I have read your letter of February 25 to Ros Gilpatric.",
        "Meeting between the President and Mr. Dean Acheson, February 26, 1963, 11 AM, on Balance of Payments",
        "Translation of a letter received from RUFUS, 25 August 1953",
        "Korea (NSC Action No. 2421; Report of the Task Force on Korea, dated June 5, 1961)",
        "2592. August 25.",
        "The Ambassador said that this paper was undated and unsigned.",
        "Washington",
        "",
    ],
)
def test_a_sentence_with_a_date_is_no_dateline(line: str) -> None:
    assert not is_dateline(line)


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("Washington, August 3,1965.", "Washington", "1965-08-03"),
        ("Washington, June 9–11, 1958", "Washington", "1958-06-09"),
        ("New York, September 29–October 2, 1962.", "New York", "1962-09-29"),
        ("Geneva, June 9 and 10, 1958.", "Geneva", "1958-06-09"),
        ("Geneva, May 31 and June 1, 1958.", "Geneva", "1958-05-31"),
        ("Paris, 3 May 1866.", "Paris", "1866-05-03"),
        ("Washington, October 1957.", "Washington", "1957-10"),
        ("Moscow, undated.", "Moscow", None),
        ("February 9, 1965—Tuesday", None, "1965-02-09"),
        ("Washington, Tuesday, February 9, 1965", "Washington", "1965-02-09"),
        ("Department of State,\nWashington, April 10, 1861.", "Department of State, Washington", "1861-04-10"),
        ("[Paris,] October 20, 1948.", "Paris", "1948-10-20"),
        ("Paris, June 31, 1957.", "Paris", "1957-06"),
        ("St. Petersburg, May 10/22, 1863.", "St. Petersburg", "1863-05-22"),
        ("St. Petersburg, May 24/June 5, 1863.", "St. Petersburg", "1863-06-05"),
        ("St. Petersburg, 10/22 May 1863.", "St. Petersburg", "1863-05-22"),
        ("Paris, May 10/11, 1963.", "Paris", "1963-05-10"),
        ("Done at Peking, September 7th, 1901.", "Peking", "1901-09-07"),
        ("Paris, 3d of May, 1866.", "Paris", "1866-05-03"),
        ("Paris, 22nd day of May, 1866.", "Paris", "1866-05-22"),
        ("Paris, undated. [Received May 3, 1914, 6:50 a.m.]", "Paris", None),
        ("Paris, May 2, 1914. [Rec’d May 3, 1914.]", "Paris", "1914-05-02"),
        ("Washington, D. C., May 3, 1866.", "Washington, D. C.", "1866-05-03"),
        ("[West End, N. J.,] May 3, 1866.", "West End, N. J.", "1866-05-03"),
        ("Oakland, Cal., May 3, 1866.", "Oakland, Cal.", "1866-05-03"),
    ],
)
def test_datelines_in_print(line: str, place: str | None, date: str | None) -> None:
    assert is_dateline(line)
    assert (read_place(line), read_date(line)) == (place, date)


def test_a_dateline_that_gives_no_date_is_told() -> None:
    assert lacks_date("Paris, May 3.")
    assert not lacks_date("Paris, undated.")
    assert not lacks_date("Paris, May 1957.")


@pytest.mark.parametrize(
    ("line", "date", "end", "time"),
    [
        ("Washington, October 12, 1957, 3:30 p.m.", "1957-10-12", None, "15:30"),
        ("Bonn, April 27, 1957—5 p.m.", "1957-04-27", None, "17:00"),
        ("Bangkok, January 14, 1969, 1119Z.", "1969-01-14", None, "11:19Z"),
        ("Santo Domingo, March 4, 1962, noon.", "1962-03-04", None, "12:00"),
        ("Washington, May 4, 1957, 12:30 a.m.", "1957-05-04", None, "00:30"),
        ("Washington, February 24, 1957, 12:05 p.m.", "1957-02-24", None, "12:05"),
        ("Washington, December 16, 1965, 17:15 p.m.", "1965-12-16", None, "17:15"),
        ("Bangkok, March 9, 1969, 10–11:15 a.m.", "1969-03-09", None, "10:00"),
        ("Washington, March 9, 1969, 11–1 p.m.", "1969-03-09", None, "11:00"),
        ("Cairo, December 12, 1958, midnight.", "1958-12-12", None, None),
        ("Paris, May 4, 1957 (received May 5, 3 p.m.)", "1957-05-04", None, None),
        ("Washington, June 9–11, 1958", "1958-06-09", "1958-06-11", None),
        ("New York, September 29–October 2, 1962, 3 p.m.", "1962-09-29", "1962-10-02", "15:00"),
        ("Geneva, October 1, 2, and 3, 1956.", "1956-10-01", "1956-10-03", None),
        ("Moscow, December 30, 1957–January 2, 1958", "1957-12-30", "1958-01-02", None),
        ("Paris, 9–11 May 1866.", "1866-05-09", "1866-05-11", None),
        ("Paris, May–June 1962.", "1962-05", "1962-06", None),
        ("Bonn, May 4–2, 1957", "1957-05-04", None, None),
    ],
)
def test_the_last_of_several_dates_and_the_time(line: str, date: str, end: str | None, time: str | None) -> None:
    dates = read_dates(line)
    assert dates is not None
    assert (dates.date, dates.end, dates.time) == (date, end, time)
    assert is_dateline(line)


def test_undated_is_what_says_so_and_gives_no_date() -> None:
    assert is_undated("Washington, undated.")
    assert not is_undated("Washington, undated [May 1957].")
    assert not is_undated("Washington")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    before = before_date(text)
    assert before is None or text.startswith(before)
    assert isinstance(is_dateline(text), bool)
    assert read_date(text) is None or not lacks_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "May 1, " * 30_000,
        "May 1, 2, 3, 4, " * 20_000,
        "May–" * 50_000,
        "1 " * 100_000,
        "A" * 200_000,
        "May " * 50_000,
        " and 1" * 40_000,
    ],
)
def test_long_text_takes_linear_time(text: str) -> None:
    assert not is_dateline(text)
    assert read_date(text) is None


def test_a_day_in_two_calendars_is_one_day() -> None:
    double, range_ = read_dates("Petersburg, May 10/22, 1863, 3 p.m."), read_dates("Paris, May 10/11, 1963.")
    assert double is not None
    assert (double.date, double.end, double.time) == ("1863-05-22", None, "15:00")
    assert range_ is not None
    assert (range_.date, range_.end) == ("1963-05-10", "1963-05-11")
