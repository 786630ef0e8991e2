"""The commands as a user meets them: options, exit codes, what goes to stdout and what to stderr."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commands import check, make
from conftest import SEEDS, letters
from pipeline.findings import rules

BROKEN = ("See footnote 3, Document 292.", "See footnote 7, Document 280.")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The seeds with a footnote cited that does not exist."""
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    path = source / "003_cfb8ba3d3f9b8080.txt"
    path.write_text(path.read_text("utf-8").replace(*BROKEN), "utf-8")
    return source


def test_seeds_are_packaged(tmp_path: Path) -> None:
    result = make(SEEDS, "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1] == (
        "frus1961-63v11: 2 documents, 7 notes, 6 references; 0 errors, 0 warnings, 2 infos"
    )


def test_error_is_shown_with_its_place_and_nothing_is_written(broken: Path, tmp_path: Path) -> None:
    result = make(broken, "-o", tmp_path / "out")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "error[R301 broken-reference]: footnote 7 is cited, but document 280 has footnotes 0 to 2"
    assert lines[1] == f"  --> {broken}/003_cfb8ba3d3f9b8080.txt:17:10"
    shown, carets = lines[3], lines[4]
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "footnote 7, Document 280"
    assert carets.endswith("no such footnote")
    assert lines[5].strip().startswith("= help: ")
    assert '[accept] "R301:d293" = "reason"' in lines[5]
    assert "nothing was written" in lines
    assert not (tmp_path / "out").exists()


def test_keep_going_writes_and_still_fails(broken: Path, tmp_path: Path) -> None:
    result = make(broken, "-o", tmp_path / "out", "--keep-going")
    assert result.exit_code == 1
    assert check(tmp_path / "out/frus1961-63v11").exit_code == 0
    report = json.loads((tmp_path / "out/frus1961-63v11/report.json").read_text("utf-8"))
    assert "R301" in {f["code"] for f in report["findings"]}


def test_accepted_finding_is_no_error(broken: Path, tmp_path: Path) -> None:
    with (broken / "package.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accept]\n"R301:d293" = "so in print"\n')
    result = make(broken, "-o", tmp_path / "out", "-v")
    assert result.exit_code == 0
    assert "accepted error[R301 broken-reference]" in result.stdout
    assert "= accepted: so in print" in result.stdout


def test_check_writes_nothing(tmp_path: Path) -> None:
    assert make(SEEDS, "-o", tmp_path / "out", "--check").exit_code == 0
    assert not (tmp_path / "out").exists()


def test_strict_makes_warnings_count(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    (source / "notes.pdf").write_bytes(b"%PDF")
    assert make(source, "--check").exit_code == 0
    assert make(source, "--check", "--strict").exit_code == 1


def test_quiet_prints_errors_only(broken: Path) -> None:
    (broken / "notes.pdf").write_bytes(b"%PDF")
    told = make(broken, "--check", "-q").stdout
    assert "R301" in told
    assert "P105" not in told
    assert "documents" not in told.splitlines()[-1]


def test_verbose_prints_infos() -> None:
    assert "info[" in make(SEEDS, "--check", "-v").stdout
    assert "info[" not in make(SEEDS, "--check").stdout


def test_json_is_one_value_with_every_finding(broken: Path) -> None:
    result = make(broken, "--check", "--format", "json")
    (told,) = json.loads(result.stdout)
    assert told["failed"] is True
    first = next(f for f in told["findings"] if f["code"] == "R301")
    assert (first["slug"], first["severity"], first["line"], first["column"]) == ("broken-reference", "error", 17, 10)
    assert first["help"]
    assert first["document_id"] == "frus1961-63v11/d293"


def test_github_prints_annotations(broken: Path) -> None:
    line = make(broken, "--check", "--format", "github").stdout.splitlines()[0]
    place = f"{broken}/003_cfb8ba3d3f9b8080.txt".replace(":", "%3A")
    assert line == (
        f"::error title=R301 broken-reference,file={place},line=17,col=10::"
        "footnote 7 is cited, but document 280 has footnotes 0 to 2"
    )


@pytest.mark.parametrize("code", [*rules(), "r301", "broken-reference"])
def test_explain_tells_why_and_how_to_mend(code: str) -> None:
    result = make("--explain", code)
    assert result.exit_code == 0
    assert "Why: " in result.stdout
    assert "To mend it: " in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--explain", "X999"],
        ["--archive", "rar"],
        ["--checksum", "crc32"],
        ["--jobs", "0"],
        ["--nonsense"],
        ["nowhere"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    result = make(*arguments)
    assert result.exit_code == 2
    assert result.stderr
    assert result.stdout == ""


def test_verify_package_needs_a_path() -> None:
    assert check().exit_code == 2


def test_verify_package_tells_of_package_bag_and_archive(package: Path, bag_folder: Path) -> None:
    result = check(package, bag_folder, package.parent / "frus1961-63v11-bag.zip")
    assert result.exit_code == 0
    assert [line.split(": ")[1].split(",")[0] for line in result.stdout.splitlines()] == [
        "valid data package",
        "valid bag",
        "valid serialised bag",
    ]


def test_verify_package_tells_what_is_wrong(package: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(package, tmp_path / "copy")
    (copy / "tables/notes.csv").write_bytes(b"x")
    (copy / "stray.txt").write_bytes(b"x")
    result = check(copy, "--format", "json")
    assert result.exit_code == 1
    (told,) = json.loads(result.stdout)
    assert told["valid"] is False
    assert {f["file"] for f in told["findings"]} >= {"tables/notes.csv", "stray.txt"}
    assert check(copy, "--fast").exit_code == 1
    assert check(tmp_path / "nowhere").exit_code == 2


def test_several_sources_make_a_package_each(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "d5.txt").write_text("5. Letter\n\nText.")
    result = make(tmp_path / "one", tmp_path / "two", "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["one", "one-bag.zip", "two", "two-bag.zip"]


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "x").mkdir(parents=True)
        (tmp_path / name / "x/d5.txt").write_text("5. Letter\n\nText.")
    result = make(tmp_path / "one/x", tmp_path / "two/x", "-o", tmp_path / "out")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert not (tmp_path / "out").exists()


def test_refused_package_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    """bagit 1.9 reads a folder whose name holds `tagmanifest-` wrongly and refuses the bag: a judge that says no."""
    (tmp_path / "tagmanifest-x").mkdir()
    (tmp_path / "tagmanifest-x/d5.txt").write_text("5. Letter\n\nText.")
    result = make(tmp_path / "tagmanifest-x", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "error[K301 check-failed]: bagit: " in result.stdout
    assert "nothing was written" in result.stdout
    assert not (tmp_path / "out").exists()


def test_long_work_shows_progress_on_a_terminal_and_only_there(tmp_path: Path) -> None:
    source = letters(tmp_path / "many", 250)
    told = {}
    for options in ((), ("--no-progress",)):
        terminal, end = os.openpty()
        command = [sys.executable, "-m", "pipeline", str(source), "-o", str(tmp_path / "out"), *options]
        command += ["--selfcheck", "full"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=end, env={**os.environ, "TERM": "xterm"}):
            os.close(end)
            seen = b""
            while True:
                try:
                    seen += os.read(terminal, 1024)
                except OSError:  # the other end is closed
                    break
        os.close(terminal)
        told[options] = seen
    assert b" many" in told[()]
    assert told["--no-progress",] == b""


@pytest.mark.parametrize("archive", ["zip", "tar", "tgz", "none"])
def test_every_archive_verifies_and_replaces_the_other_forms(archive: str, tmp_path: Path) -> None:
    make(SEEDS, "-o", tmp_path, "--archive", "tar" if archive != "tar" else "zip")
    make(SEEDS, "-o", tmp_path, "--archive", archive, "--checksum", "md5", "--checksum", "sha256")
    suffix = "" if archive == "none" else f".{archive}"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["frus1961-63v11", f"frus1961-63v11-bag{suffix}"]
    assert check(*tmp_path.iterdir()).exit_code == 0


def test_profile_names_the_field_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/d5.txt").write_text("5. Letter\n\nText.")
    result = make(tmp_path / "one", "--check", "--profile", "btr")
    assert result.exit_code == 1
    assert "profile btr asks for Source-Organization" in result.stdout


def test_profile_refuses_checksums_it_does_not_take() -> None:
    assert make(SEEDS, "--check", "--checksum", "md5").exit_code == 2


@pytest.mark.parametrize("epoch", ["yesterday", "-5", "99999999999999"])
def test_wrong_source_date_epoch_ends_with_2(epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    result = make(SEEDS, "-o", tmp_path / "out")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert not (tmp_path / "out").exists()


def test_help_answers_without_the_slow_libraries() -> None:
    code = (
        "import sys\nfrom pipeline.cli import make_package\n"
        "try: make_package(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'pydantic', 'frictionless', 'bagit', 'rich', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_module_is_the_command_and_closed_output_is_no_traceback(broken: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", str(broken), "--check"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert b"Traceback" not in done.stderr
    told = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, check=True, text=True)
    assert told.stdout.startswith("make-package ")


def test_what_a_file_holds_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/d5.txt").write_text("5. Letter\n\nSee footnote 9.\x1b[31m Red\x07", "utf-8")
    assert "\x1b" not in make(tmp_path / "one", "--check").stdout


@pytest.mark.parametrize("target", ["closed", "full"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_output_that_cannot_be_printed_is_no_traceback(target: str, form: str, tmp_path: Path) -> None:
    redirect = ">&-" if target == "closed" else ">/dev/full"
    command = f'"{sys.executable}" -m pipeline "{SEEDS}" --check --format {form} {redirect}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)  # noqa: S607 - of the system
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2)


def test_terminal_of_few_letters_shows_what_it_can(broken: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-m", "pipeline", str(broken), "--check", "-v"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_unusable_path_costs_the_other_verdicts_nothing(package: Path, tmp_path: Path) -> None:
    result = check(tmp_path / "nowhere", package, "--format", "json")
    assert result.exit_code == 2
    missing, sound = json.loads(result.stdout)
    assert missing["error"]
    assert sound["valid"] is True


def test_strict_and_quiet_say_why(tmp_path: Path) -> None:
    source = shutil.copytree(SEEDS, tmp_path / "seeds")
    (source / "notes.pdf").write_bytes(b"%PDF")
    assert "P105" in make(source, "--check", "--strict", "-q").stdout
    assert "warnings count as errors (--strict)" in make(source, "--check", "--strict").stdout


def test_unusable_source_costs_the_others_nothing(tmp_path: Path) -> None:
    result = make(tmp_path / "nowhere", SEEDS, "-o", tmp_path / "out", "--format", "json")
    assert result.exit_code == 2
    missing, made = json.loads(result.stdout)
    assert "cannot be read" in missing["error"]
    assert len(made["written"]) == 2


def test_one_document_is_shown_as_it_was_read(tmp_path: Path) -> None:
    result = make("--explain-document", SEEDS / "000_948f2d66d0829868.txt")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "frus1961-63v11/d280"
    assert "title        280. Memorandum of Conversation⟦0⟧" in lines
    assert "participant  Anatoliy F. Dobrynin, Soviet Ambassador" in lines
    told = " ".join(result.stdout.split())
    assert "relations.⟦1⟧ This was" in told
    assert "we were not ⟪Page 697⟫ encouraged" in told
    assert "See the ‹Supplement›." in told
    assert "classification: Secret · drafted_by: Gutherie · approved_by: S" in told
    assert "info[P501" in told
    assert "page break   ⟪Page 720⟫" in make("--explain-document", SEEDS / "003_cfb8ba3d3f9b8080.txt").stdout
    text = tmp_path / "d1.txt"
    text.write_text("1. Letter\n\nWe met. [Page [506]] We left.", "utf-8")
    assert "We met. ⟪Page [506]⟫ We left." in make("--explain-document", text).stdout


def test_one_document_as_json_is_its_record(package: Path) -> None:
    result = make("--explain-document", SEEDS / "003_cfb8ba3d3f9b8080.txt", "--format", "json")
    assert json.loads(result.stdout) == json.loads((package / "documents/d293.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["package.toml", "nowhere.txt"])
def test_what_is_no_document_cannot_be_shown(name: str) -> None:
    assert make("--explain-document", SEEDS / name).exit_code == 2


@pytest.mark.parametrize("text", ["5. Letter\x1b[31m\n\nText.\x1b[2J", "", "a\x00"])
def test_hostile_document_is_shown_without_steering_the_terminal(text: str, tmp_path: Path) -> None:
    (tmp_path / "d5.txt").write_text(text)
    result = make("--explain-document", tmp_path / "d5.txt")
    assert "\x1b" not in result.stdout
