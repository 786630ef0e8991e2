"""Our bag in an OCFL store: taken in by the recipe of docs/deposit.md, changed, validated, and got back."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, SEEDS
from packages import digests
from pipeline.verifying import verify

BAG = "frus1961-63v11-bag"


def recipe(heading: str) -> str:
    """The commands of a section of the page."""
    text = (ROOT / "docs/deposit.md").read_text("utf-8")
    section = re.search(rf"^## {heading}.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert section is not None
    return "\n".join(re.findall(r"```sh\n(.*?)```", section[0], re.DOTALL))


def run(script: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", script],  # noqa: S607 - of the system
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the whole recipe was run."""
    folder = tmp_path_factory.mktemp("ocfl")
    shutil.copytree(SEEDS, folder / "seeds")
    said = run(recipe("OCFL"), folder)
    assert "is VALID" in said
    assert "INVALID" not in said
    return folder


def test_first_version_comes_back_byte_for_byte(store: Path) -> None:
    assert digests(store / "one" / BAG) == digests(store / "back")
    assert verify(store / "back").findings == ()
    assert digests(store / "two" / BAG) != digests(store / "back")


def test_object_has_both_versions_and_stores_once_what_did_not_change(store: Path) -> None:
    (path,) = (p for p in (store / "store").rglob("inventory.json") if not re.fullmatch(r"v\d+", p.parent.name))
    inventory = json.loads(path.read_text("utf-8"))
    assert inventory["head"] == "v2"
    assert [inventory["versions"][v]["message"] for v in ("v1", "v2")] == ["First version", "Second version"]
    stored = [p for paths in inventory["manifest"].values() for p in paths]
    second = {p.removeprefix("v2/content/") for p in stored if p.startswith("v2/")}
    assert "data/datapackage.json" in second
    assert not any(p.startswith(("data/tables/", "data/documents/")) for p in second)


def test_payload_alone_can_be_stored_under_an_identifier_that_stays(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    with (source / "package.toml").open("a", encoding="utf-8") as text:
        text.write('External-Identifier = "urn:example:11"\n')
    who = "--name Ada --address mailto:ada@example.org"
    run(
        f"""make-package -q seeds -o one --archive none --selfcheck off
        ocfl-object.py create --objdir object --srcbag one/{BAG} --id urn:example:11 --message First {who}
        sed -i 's/^version = "1.0.0"/version = "1.1.0"/' seeds/package.toml
        make-package -q seeds -o two --archive none --selfcheck off
        ocfl-object.py update --objdir object --srcbag two/{BAG} --message Second {who}
        ocfl-validate.py object
        ocfl-object.py extract --objdir object --objver v1 --dstdir back""",
        tmp_path,
    )
    assert digests(tmp_path / "one" / BAG / "data") == digests(tmp_path / "back")
    assert digests(tmp_path / "one/frus1961-63v11") == digests(tmp_path / "back")
