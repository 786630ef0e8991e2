"""The page on depositing says what is so: options exist, commands of ours run, the table is that of the program."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import ROOT, SEEDS
from pipeline.cli import make_package, verify_package
from pipeline.profiles import PROFILES

PAGE = (ROOT / "docs/deposit.md").read_text("utf-8")
COMMANDS = {"make-package": make_package, "verify-package": verify_package}
OPTIONS = {option for command in COMMANDS.values() for parameter in command.params for option in parameter.opts}


def ours(text: str) -> list[list[str]]:
    """The commands of ours in a page, in their order, outside of the recipe that another test runs."""
    blocks = re.findall(r"```sh\n(.*?)```", text.partition("## APTrust")[2], re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(tuple(COMMANDS))]


def test_commands_of_ours_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = re.search(r"```toml\n\[bag\]\n(.*?)\n\n(.*?)```", PAGE, re.DOTALL)
    assert toml is not None
    (tmp_path / "seeds").mkdir()
    for file in SEEDS.iterdir():
        text = file.read_text("utf-8")
        if file.name == "package.toml":
            text = re.sub(r"\[bag\]\n.*", f"[bag]\n{toml[1]}\n{toml[2]}", text, flags=re.DOTALL)
        (tmp_path / "seeds" / file.name).write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    commands = ours(PAGE)
    assert len(commands) >= 6
    for name, *arguments in commands:
        result = CliRunner().invoke(COMMANDS[name], arguments)
        assert result.exit_code == 0, result.output
    sent = re.findall(r"[@ ](\w+/frus1961-63v11-bag\.\w+)", PAGE)
    assert all(Path(path).is_file() for path in sent)


def test_options_named_in_the_text_are_options() -> None:
    named = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert named
    assert named <= OPTIONS


def test_table_of_profiles_is_that_of_the_program() -> None:
    rows = re.findall(r"^\| `([a-z-]+)`[^|]*\| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)
    assert [name for name, *_ in rows] == list(PROFILES)
    for name, checksums, form, wanted in rows:
        profile = PROFILES[name]
        assert checksums == ", ".join(profile.checksums(None))
        told = ["folder" if archive == "none" else archive for archive in profile.archives]
        assert re.findall(r"zip|tar|tgz|folder", form) == told
        lacking = {lack.key for lack in profile.lacks({"aptrust": {"Title": ["always there"]}})}
        assert set(re.sub(r" -", " Contact-", wanted).replace("nothing", "").split(", ")) - {""} == lacking


def test_keys_of_the_example_are_taken() -> None:
    block = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    given = tomllib.loads(block[1])
    for profile in PROFILES.values():
        lists = {table: {label: [value] for label, value in labels.items()} for table, labels in given.items()}
        assert [lack.key for lack in profile.lacks(lists)] == (["Title"] if profile.name == "aptrust" else [])
