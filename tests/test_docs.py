"""The README says what is so: its commands are run, its tables made anew. `python tests/test_docs.py` writes it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import make_package, verify_package
from pipeline.manifest import read_manifest
from pipeline.render import code_table

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
COMMANDS = {"make-package": make_package, "verify-package": verify_package}


def tree(folder: Path) -> str:
    """The files of a folder, drawn by their depth."""
    lines = []
    for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).parts):
        depth = len(path.relative_to(folder).parts)
        lines.append("    " * depth + path.name + ("/" if path.is_dir() else ""))
    return f"```text\n{folder.name}/\n" + "\n".join(lines) + "\n```"


def help_of(name: str) -> str:
    result = CliRunner().invoke(COMMANDS[name], ["--help"], prog_name=name, terminal_width=100)
    return f"```text\n{result.output}```"


def console(block: str, folder: Path) -> str:
    """Run the commands of a console block in a folder and return the block with what they print."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = "\n".join(line.removeprefix("$ ") for line in commands)
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S607 - of the system
    assert not done.stderr, done.stderr
    return "\n".join(commands) + "\n" + done.stdout.decode()


def render(text: str) -> str:
    """Return the README with every part anew that is made by the program."""
    made = {"tree": tree(ROOT / "dist"), "codes": code_table()}
    made |= {f"help {name}": help_of(name) for name in COMMANDS}
    for name, content in made.items():
        begin, end = f"<!-- {name} -->\n", "<!-- end -->"
        head, rest = text.split(begin, 1)
        text = head + begin + content + "\n" + end + rest.split(end, 1)[1]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "seeds", Path(folder, "seeds"))
        return re.sub(
            r"```console\n(.*?)```", lambda m: f"```console\n{console(m[1], Path(folder))}```", text, flags=re.DOTALL
        )


def test_readme_shows_what_the_program_does() -> None:
    text = README.read_text("utf-8")
    assert render(text) == text


def test_readme_has_the_two_commands() -> None:
    text = README.read_text("utf-8")
    assert "\npython3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/make-package\n" in text
    assert "\npython3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest\n" in text


def test_package_toml_of_the_readme_is_read_without_a_fault() -> None:
    match = re.search(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert match is not None
    _, findings = read_manifest(match[1].encode(), "x")
    assert findings == []


def test_python_example_of_the_readme_runs(tmp_path: Path) -> None:
    match = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert match is not None
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    code = match[1] + "print(len(outcome.written), document.document_id, verdict.valid)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["2", "d5", "True"]


def test_version_is_one_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## [{version}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_room_of_the_house_is_in_the_readme() -> None:
    text = README.read_text("utf-8")
    rooms = {p.relative_to(ROOT).as_posix() + "/" * p.is_dir() for p in (ROOT / "pipeline").glob("[a-z]*")}
    assert {room for room in rooms - {"pipeline/data/", "pipeline/py.typed"} if f"`{room}`" not in text} == set()


if __name__ == "__main__":
    README.write_text(render(README.read_text("utf-8")), "utf-8")
