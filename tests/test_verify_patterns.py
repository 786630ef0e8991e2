"""Patterns, which stand between hostile schemas and everything that matches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.verifying.patterns import Pattern, UnsupportedPatternError


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 200_000 + "b"),
        ("(a|a)*b", "a" * 200_000),
        ("[a-z]*fn[a-z]*fn[a-z]*!", "fn" * 100_000),
        ("(a|b)*a(a|b){12}c", "ab" * 100_000),
    ],
)
def test_patterns_are_linear(pattern: str, text: str) -> None:
    assert not Pattern(pattern).fullmatch(text)
    assert not Pattern(pattern).search(text + "-")


@given(
    st.from_regex(r"([ab.]|\[ab\]|\(a\|b\)|[ab][*+?]|a\{1,2\}|\^|\$){0,6}", fullmatch=True), st.text("abc", max_size=8)
)
def test_patterns_agree_with_re(pattern: str, text: str) -> None:
    assert Pattern(pattern).fullmatch(text) == bool(re.fullmatch(pattern, text))
    assert Pattern(pattern).search(text) == bool(re.search(pattern, text))


@given(
    st.from_regex(r"([ab.]|\[\^?ab\]|\\[dSw]|[ab]\+|\^|\$){0,5}", fullmatch=True),
    st.lists(st.text("abc1\n²", max_size=4), max_size=20, unique=True),
)
def test_many_texts_match_as_each_does(pattern: str, texts: list[str]) -> None:
    one = Pattern(pattern)
    assert one.fullmatches(texts) == all(map(one.fullmatch, texts))
    assert one.searches(texts) == all(map(one.search, texts))


@pytest.mark.parametrize(
    "pattern", ["(?=a)", r"(a)\1", "(a", "a)", "[a", "*", "a**", "(?i)a", r"\p{L}", "\\", "(" * 99, "((a{99}){99}){99}"]
)
def test_patterns_that_cannot_be_linear_are_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        Pattern(pattern)
