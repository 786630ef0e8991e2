"""Text and TEI of one document give the same records."""

import pytest

from pipeline.model import Document
from pipeline.parsing.text import parse
from tei import read
from test_tei_document import SOURCE

NOTE = '<note n="1" xml:id="d9fn1">Not printed.</note>'
PAGE = '<pb n="7" xml:id="pg_7"/>'
PRINTED = "  1. Not printed."


def test_text_and_tei_of_one_document_agree() -> None:
    content = (
        '<dateline><placeName>Washington</placeName>, <date when="1961-03-06">March 6, 1961</date>.</dateline>\n'
        '<list type="participants"><head>PARTICIPANTS</head><item>Dean Rusk, Secretary of State</item></list>\n'
        '<p>As we said in <ref target="#d7">Document 7</ref>.<note n="2" xml:id="d280fn2">See <ref target="#d9fn2">'
        'footnote 2, Document 9</ref>.</note> We were not <pb n="697" xml:id="pg_697"/>encouraged.</p>\n'
        '<closer><signed>Rusk<note n="3" xml:id="d280fn3">Printed from a copy.</note></signed></closer>'
    )
    head = "Letter From Rusk to Gromyko" + SOURCE.replace("d1fn1", "d280fn1")
    text = (
        "280. Letter From Rusk to Gromyko1\n\nWashington, March 6, 1961.\n\nPARTICIPANTS\n\n"
        "  • Dean Rusk, Secretary of State\n\nAs we said in Document 7.2 We were not [Page 697] "
        "encouraged.\n\nRusk3\n  1. Source: Department of "
        "State, Central Files, 1–2. Secret.\n  2. See footnote 2, Document 9.\n  3. Printed from a copy."
    )
    ours = read(content, head, "280")
    theirs = parse(text.encode(), "d280.txt", volume="frus1961-63v99").document
    assert theirs is not None
    assert plain(ours) == plain(theirs)


@pytest.mark.parametrize(
    ("tagged", "printed"),
    [
        pytest.param(
            f"<list><item>Aid</item><item>{PAGE}</item><item>Oil</item></list><p>They met.</p>",
            "  • Aid\n  • [Page 7]\n  • Oil\n\nThey met.",
            id="page in an item",
        ),
        pytest.param(
            f"<p>They met.</p>{NOTE}<p>They left.</p>",
            f"They met.\n\n1\n\nThey left.\n\n{PRINTED}",
            id="marker alone",
        ),
        pytest.param(f"<p>{NOTE} They met. They left.</p>", f"1 They met. They left.\n\n{PRINTED}", id="marker first"),
        pytest.param(
            f"<table><row><cell/><cell>Arms</cell></row><row><cell>Cuba {NOTE}</cell><cell>5</cell></row></table>",
            f"\t\tArms\nCuba 1 \t\t5\n\n{PRINTED}",
            id="cells",
        ),
        pytest.param(
            f"<p>He agreed.{NOTE}</p><closer><signed>Sherman Kent</signed><lb/><hi>Chairman</hi></closer>",
            f"He agreed.1\n\nSherman Kent\n\nChairman\n{PRINTED}",
            id="office",
        ),
        pytest.param(
            "<p>ATTENDANCE</p><p>The President</p><p>They met.</p>",
            "ATTENDANCE\n\nThe President\n\nThey met.",
            id="head",
        ),
    ],
)
def test_text_and_tei_agree_where_marks_blanks_and_closers_stand(tagged: str, printed: str) -> None:
    theirs = parse(f"9. Letter\n\n{printed}".encode(), "d9.txt", volume="frus1961-63v99").document
    assert theirs is not None
    assert plain(read(tagged, "Letter", "9")) == plain(theirs)


@pytest.mark.parametrize(
    ("above", "below"), [("851.00/7–248: Telegram", ""), ("File No. 851.00/7", "[Telegram]"), ("851.00/7", "[Extract]")]
)
def test_text_and_tei_agree_on_what_a_message_is(above: str, below: str) -> None:
    head = "The Consul at Lyons (Hale) to the Secretary of State"
    opener = f"<opener><seg>{below}</seg></opener>" if below else ""
    tagged = f'<note rend="inline" type="source">{above}</note><head>{head}</head>{opener}<p>12. Your 7 is here.</p>'
    printed = "\n\n".join(filter(None, (above, head, below, "12. Your 7 is here.")))
    theirs = parse(printed.encode(), "d9.txt", volume="frus1961-63v99").document
    assert theirs is not None
    ours = read(tagged, None, "9")
    assert (ours.kind, ours.message_number) == (theirs.kind, theirs.message_number)
    assert ours.kind == ("correspondence" if "Extract" in below else "telegram")


def test_sender_and_recipient_that_only_the_tags_tell_make_a_message_too() -> None:
    above = '<note rend="inline" type="source">763.72/12: Telegram</note>'
    head = '<head>The <gloss type="from">Club at Lyons</gloss> to <gloss type="{}">Hale</gloss></head>'
    kinds = [read(above + head.format(role) + "<p>12. No.</p>", None).kind for role in ("to", "by")]
    assert kinds == ["telegram", "other"]


def test_text_and_tei_agree_on_a_note_with_a_summary_before_the_source() -> None:
    source = '<seg type="source">Source: Kennedy Library.</seg>'
    note = f'<note n="1" xml:id="d9fn1"><p>Summary: They met.</p><p>{source}</p></note>'
    printed = "9. Letter1\n\nText.\n\n  1. Summary: They met.\n\n    Source: Kennedy Library."
    theirs = parse(printed.encode(), "d9.txt", volume="frus1961-63v99").document
    assert theirs is not None
    assert theirs.notes[0].kind == "source"
    assert plain(read("<p>Text.</p>", f"Letter{note}", "9")) == plain(theirs)


def plain(read: Document) -> object:
    """Return a document without what only the one or the other source knows."""
    own = {
        "start",
        "end",
        "xml_id",
        "anchor_start",
        "anchor_end",
        "confidence",
        "list_number",
        "source_path",
        "first_page",
        "chapters",
    }

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k not in own | {"source_sha256", "mentions"}}
        return [strip(v) for v in value] if isinstance(value, tuple | list) else value

    return strip(read.model_dump())
