"""The house: who may import whom, and who prints."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

import pipeline
from conftest import ROOT

MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
GROUND = {"model", "findings", "manifest", "names", "numerals", "catalogue", "profiles", "interrupts", "progress"}
STAGES = {"parsing", "validate", "resolve", "package", "verifying"}
ALLOWED = {
    "model": set(),
    "findings": set(),
    "names": {"manifest"},
    "manifest": {"findings"},
    "numerals": set(),
    "profiles": set(),
    "catalogue": {"numerals"},
    "schemas": {"model", "profiles"},
    "parsing": {"model", "findings", "manifest", "numerals"},
    "index": {"model", "numerals"},
    "cache": set(),
    "interrupts": set(),
    "progress": set(),
    "start": {"cli"},
    "workers": {"findings", "interrupts"},
    "sheet": {"model"},
    "show": {"model", "findings", "render"},
    "source": {"findings", "manifest", "names"},
    "accept": {"findings", "source"},
    "judges": {"findings", "verifying"},
    "validate": {"model", "findings", "catalogue", "numerals", "index"},
    "resolve": {"model", "findings", "catalogue", "index", "numerals"},
    "verifying": {"findings"},
    "package": (GROUND - {"numerals"}) | {"schemas"},
}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pipeline":
            parts = (node.module or "").split(".")
            found |= {parts[1]} if len(parts) > 1 else {a.name for a in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_import_only_what_their_room_allows(path: Path) -> None:
    own = room(path)
    if own in ALLOWED:
        assert imports(path) - {own} <= ALLOWED[own]


def test_stages_do_not_import_each_other() -> None:
    for path in MODULES:
        if room(path) in STAGES:
            assert not imports(path) & (STAGES - {room(path)})


def test_only_the_command_line_prints_and_only_judges_know_the_judges() -> None:
    for path in MODULES:
        text = path.read_text("utf-8")
        if path.name != "cli.py":
            assert not re.search(r"\bprint\(|click\.|sys\.std(out|err)", text), path
        if path.name != "judges.py":
            assert not re.search(r"^\s*(import|from) (bagit|frictionless)\b", text, re.MULTILINE), path


def test_a_file_is_read_at_one_sitting() -> None:
    files = [*MODULES, *ROOT.glob("tests/*.py"), *ROOT.glob("benchmarks/*.py")]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_public_names_are_one_import_away() -> None:
    assert pipeline.__all__ == ["build_package", "build_together", "parse", "verify"]
    assert all(callable(getattr(pipeline, name)) for name in pipeline.__all__)
    with pytest.raises(AttributeError):
        _ = pipeline.nonsense


def test_seeds_are_the_documents_the_project_began_with() -> None:
    listed = subprocess.run(["sha256sum", "-c", "-"], input=(  # noqa: S607 - of the system
        b"3b93f0209ab642704f65c2ccfbfbbdb449b265d5e127c2c2f4db42ae28035c80  000_948f2d66d0829868.txt\n"
        b"282044e3da458a7053b5b4186b4e35049fe550ea73d6d620da561ae55a85da18  003_cfb8ba3d3f9b8080.txt\n"
    ), cwd=ROOT / "seeds", capture_output=True, check=False)  # fmt: skip
    assert listed.returncode == 0
