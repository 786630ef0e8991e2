"""Lines of lists of participants: names, roles, and the labels of groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.participants import is_label, is_signed, names_several, read_participant

NAMES = st.sampled_from(
    ["Mr. William M. Rountree", "Dr. Henry A. Kissinger", "Mr. C. Burke Elbrick", "Mrs. Eugenie Anderson"]
)
CODES = st.sampled_from(["NEA", "S/P", "EUR/EE", "IO", "ARA", "U", "L"])


@given(NAMES, CODES)
def test_office_and_person_at_a_dash_in_either_order(name: str, code: str) -> None:
    assert read_participant(f"{code}—{name}") == (name, code)
    assert read_participant(f"{name}—{code}") == (name, code)


@given(st.sampled_from(["William M. Rountree", "Donald Bergus", "U. Alexis Johnson", "Herman Phleger"]), CODES)
def test_a_code_glued_to_a_name_is_its_role(name: str, code: str) -> None:
    assert read_participant(f"{code}{name}") == (name, code)
    assert read_participant(f"{name}{code}") == (name, code)
    assert read_participant(f"{code}{name}, Acting Director, Office A") == (name, "Acting Director, Office A")


@given(NAMES, st.sampled_from(["Director, SOV", "Soviet Ambassador", "Assistant to the President"]))
def test_name_and_title(name: str, title: str) -> None:
    assert read_participant(f"{name}, {title}") == (name, title)
    assert read_participant(f"{name}, Jr., {title}") == (f"{name}, Jr.", title)


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Mr. Poe was present for Items 3, 4, 5.", "Mr. Poe", None),
        ("Mr. Poe, Director, who joined the meeting later", "Mr. Poe", "Director"),
        ("W—C. D. Poe (For part of meeting)", "C. D. Poe", "W"),
        ("Ann Roe, Department of State (items 1–3)", "Ann Roe", "Department of State"),
        ("The Secretary", None, "The Secretary"),
        ("Mr. Hale,", "Mr. Hale", None),
        ("General Bliss.", "General Bliss", None),
        ("Mr. du Bois, Chief of the Visa Office;", "Mr. du Bois", "Chief of the Visa Office"),
        ("John Hale, Jr.", "John Hale, Jr.", None),
        ("Soviet Ambassador", None, "Soviet Ambassador"),
        ("S—the Secretary", None, "S—the Secretary"),
        ("Secretary of State", None, "Secretary of State"),
        ("Chief of Staff", None, "Chief of Staff"),
        ("Federal Chancellor", None, "Federal Chancellor"),
        ("Secretary of State Rusk", "Secretary of State Rusk", None),
        ("Ambassador Dobrynin", "Ambassador Dobrynin", None),
        ("President Suharto of Indonesia", "President Suharto of Indonesia", None),
        ("ARA/P—Mr. J. F. King", "Mr. J. F. King", "ARA/P"),
        ("State—Mr. Leddy", "Mr. Leddy", "State"),
        ("NEA—-Mr. William M. Rountree", "Mr. William M. Rountree", "NEA"),
        ("OAS Committee of Wise Men—Mr. Perloff", "Mr. Perloff", "OAS Committee of Wise Men"),
        ("Chairman—Henry A. Kissinger", "Henry A. Kissinger", "Chairman"),
        ("Leonard J. Saccio—Director USOM Brazil", "Leonard J. Saccio", "Director USOM Brazil"),
        ("The Secretary Dean Rusk—U", "The Secretary Dean Rusk", "U"),
        ("ARA—Edwin M. Martin, Assistant Secretary", "Edwin M. Martin", "Assistant Secretary"),
        ("UK—Lord Hood, Minister, British Embassy", "Lord Hood", "Minister, British Embassy"),
        ("S—The Secretary, Department of State", None, "S—The Secretary, Department of State"),
        ("Philip Valdes (SOV)", "Philip Valdes", "SOV"),
        ("Mr. Martin J. HillenbrandGER", "Mr. Martin J. Hillenbrand", "GER"),
        ("Heinrich von Brentano", "Heinrich von Brentano", None),
        ("J.C. King", "J.C. King", None),
        ("Senator John Poe (D, Mass.), Majority Leader", "Senator John Poe (D, Mass.)", "Majority Leader"),
        ("EUR: Mr. Walter Hale", "Mr. Walter Hale", "EUR"),
        ("EUR—The Assistant Secretary", None, "EUR—The Assistant Secretary"),
        ("TO: Mr. Hale", "TO: Mr. Hale", None),
        ("[Secretary Poe entered the room.]", "[Secretary Poe entered the room.]", None),
        ("M. de Rose—French Delegation", "M. de Rose", "French Delegation"),
        ("[Mr. Poe—United States Delegation]", "Mr. Poe", "United States Delegation"),
        ("[name not declassified]", "[name not declassified]", None),
        ("[Here follows a list of participants.]", None, None),
        ("", None, None),
    ],
)
def test_participants(text: str, name: str | None, role: str | None) -> None:
    assert read_participant(text) == (name, role)


@pytest.mark.parametrize(
    "text",
    ["United States", "The United States", "U.S.", "U.S", "UK", "(France)", "Federal Republic", "For Brazil:",
     "Germans", "French Side", "Japanese side", "State", "CIA", "NSC Staff", "Department of State", "White House",
     "Also present:", "Representing Saudi Arabia", "On the Soviet side:"],
)  # fmt: skip
def test_labels_of_groups_are_neither_name_nor_role(text: str) -> None:
    assert is_label(text)
    assert read_participant(text) == (None, None)


@pytest.mark.parametrize(
    "text",
    ["The Secretary", "McNamara", "Mr. French", "Foreign Minister Gromyko", "Interpreter", "Chief of Staff", "Rusk",
     "Mr. Jordan", "Soviet Ambassador", "Admiral Dudley", "Ambassador to France", "Couve de Murville"],
)  # fmt: skip
def test_persons_and_offices_are_no_labels(text: str) -> None:
    assert not is_label(text)


@pytest.mark.parametrize(
    "text",
    ["Mr. Becker Admiral Dudley", "The President Mr. Ball Mr. Bell Dr. Chenery", "The Secretary Ambassador MacArthur",
     "Secretary Herter, Mr. Dillon, General Goodpaster", "Messrs. Herter, Murphy, Merchant", "Mr. Poe and Mr. Roe",
     "M. Parodi, Baron de la Tour and Mr. deRose, France",
     "AID—Mr. Bell, Mr. Sternfeld", "Secretaries Dillon and Murphy", "The Secretary, Mr. Poe, Mr. Roe",
     "Mr. Gordon Gray Asst. Secretary Merchant", "Mr. Black, President of IBRD W—Mr. C. Douglas Dillon"],
)  # fmt: skip
def test_a_line_that_names_several_persons_has_neither_name_nor_role(text: str) -> None:
    assert names_several(text)
    assert read_participant(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("John Getz, Special Asst. to Under Secretary Poe", "John Getz", "Special Asst. to Under Secretary Poe"),
        ("Mr. Getz, Assistant to Mr. Poe", "Mr. Getz", "Assistant to Mr. Poe"),
        ("Mr. Noel, Chief of Cabinet of Prime Minister Poe", "Mr. Noel", "Chief of Cabinet of Prime Minister Poe"),
        ("Foreign Minister of Iraq, Mr. Jomard", "Mr. Jomard", "Foreign Minister of Iraq"),
        ("Admiral Sir Michael Denny, British Representative", "Admiral Sir Michael Denny", "British Representative"),
        ("Foreign Minister Dr. Gerhard Schroeder", "Foreign Minister Dr. Gerhard Schroeder", None),
        ("Mr. Louis Joxe, Secretary General of the Foreign Office", "Mr. Louis Joxe",
         "Secretary General of the Foreign Office"),
        ("Mr. Valls, Minister Counselor, Embassy of Spain", "Mr. Valls", "Minister Counselor, Embassy of Spain"),
    ],
)  # fmt: skip
def test_the_titles_of_one_person_make_no_second(text: str, name: str, role: str | None) -> None:
    assert not names_several(text)
    assert read_participant(text) == (name, role)


@pytest.mark.parametrize("text", ["Rusk", "McG. B.", "J.C. King", "Nicholas deB. Katzenbach", "MVForrestal", "E.H.K."])
def test_names_that_sign(text: str) -> None:
    assert is_signed(text)


@pytest.mark.parametrize("text", ["Disapprove", "See me", "Sincerely", "End text", "He agreed", "Conclusion", "3"])
def test_lines_that_sign_nothing(text: str) -> None:
    assert not is_signed(text)


@given(st.text())
def test_any_line_is_read_and_quoted(text: str) -> None:
    for part in read_participant(text):
        assert part is None or part in text


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "A-" * 250 + "!",
        "The Secretary, " + "A. " * 180 + "!",
        "AA/" * 60_000,
        "—" * 200_000,
        "a, " * 60_000,
        "Mr. A " * 30_000,
        "to Mr. " * 30_000,
    ],
)
def test_long_lines_take_linear_time(text: str) -> None:
    assert read_participant(text) is not None
