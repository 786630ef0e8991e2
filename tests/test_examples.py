"""The examples in docstrings are what the code gives."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from conftest import ROOT

WITH_EXAMPLES = [path for path in sorted((ROOT / "pipeline").rglob("*.py")) if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_examples_in_docstrings_hold(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    failed, tried = doctest.testmod(import_module(name))
    assert tried
    assert not failed
