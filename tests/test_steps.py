"""Readings in step: what is read together is what would be read alone."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.steps import Steps, in_step
from pipeline.parsing.tei import TOGETHER, read_documents, read_volume
from tei import document, volume


def counting(steps: int, log: list[tuple[int, int]], number: int) -> Steps[int]:
    for step in range(steps):
        log.append((step, number))
        yield
    return number


@given(st.lists(st.integers(0, 4)))
def test_each_step_is_done_for_all_before_the_next(lengths: list[int]) -> None:
    log: list[tuple[int, int]] = []
    assert in_step(counting(n, log, i) for i, n in enumerate(lengths)) == list(range(len(lengths)))
    assert log == sorted(log)
    assert len(log) == sum(lengths)


def test_what_a_reading_raises_ends_all() -> None:
    def broken() -> Steps[int]:
        yield
        raise LookupError

    with pytest.raises(LookupError):
        in_step([counting(3, [], 1), broken()])


def documents_of(data: bytes, first: int = 0, last: int | None = None) -> Iterator[str]:
    record = read_volume(data, "frus1955v01.xml").volume
    assert record is not None
    for parsed in read_documents(data, record, first, last):
        assert parsed.document is not None
        yield parsed.document.model_dump_json()


def test_documents_read_together_are_those_read_one_by_one() -> None:
    """More than is read at a time, with a chapter, and a document in another, which is read before that."""
    words = "See Document 2. " * 2000
    inner = document(f"<p>{words}</p>", "90")
    parts = [document(f"<p>{words}</p><pb n='{n}' facs='x'/>", str(n)) for n in range(1, 21)]
    around = document(f"<p>Before.</p>{inner}<p>After.</p>", "91")
    data = volume(*parts, f"<div type='chapter'><head>Chapter</head><p>Between.</p>{around}</div>")
    assert len(data) > TOGETHER
    together = [*documents_of(data)]
    assert together == [one for at in range(len(together)) for one in documents_of(data, at, at + 1)]
    assert len(together) == 22
    assert "Before." in together[-1]
    assert words.strip() not in together[-1]
