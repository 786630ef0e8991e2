"""The same input gives the same bytes: in any folder, time zone, locale, umask, hash seed and number of processes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, SEEDS, letters
from packages import digests

VARIANTS: list[tuple[dict[str, str], int, int]] = [
    ({"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "0"}, 0o022, 1),
    ({"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}, 0o077, 2),
    ({"TZ": "UTC", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"}, 0o002, 3),
]


def build(source: Path, output: Path, variant: tuple[dict[str, str], int, int], *options: str) -> dict[str, str]:
    environment, mask, jobs = variant
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "SYSTEMROOT")}
    environment = environment | {"XDG_CACHE_HOME": str(output.parent / "cache")}
    command = [sys.executable, "-m", "pipeline", str(source), "-o", str(output), "--jobs", str(jobs), *options]
    subprocess.run(
        command, env=kept | environment, umask=mask, cwd=output.parent, check=True, stdout=subprocess.DEVNULL
    )
    return digests(output)


def test_dist_is_what_the_command_makes(tmp_path: Path) -> None:
    for number, variant in enumerate(VARIANTS):
        source = tmp_path / str(number) / "elsewhere"
        shutil.copytree(SEEDS, source)
        assert build(source, tmp_path / str(number) / "out", variant) == digests(ROOT / "dist")


@pytest.mark.parametrize("archive", ["tar", "tgz", "none"])
def test_other_archives_are_the_same_everywhere(archive: str, tmp_path: Path) -> None:
    made = []
    for number, variant in enumerate(VARIANTS[:2]):
        (tmp_path / str(number)).mkdir()
        made.append(build(SEEDS, tmp_path / str(number) / "out", variant, "--archive", archive, "--selfcheck", "off"))
    assert made[0] == made[1]


def test_many_documents_in_several_processes_give_the_same_bytes(tmp_path: Path) -> None:
    source = letters(tmp_path / "many", 149)
    made = []
    for number, variant in enumerate(VARIANTS[:2]):
        (tmp_path / str(number)).mkdir()
        made.append(build(source, tmp_path / str(number) / "out", variant, "--selfcheck", "off"))
    assert made[0] == made[1]
    order = [line.split(",")[0] for line in (tmp_path / "0/out/many/tables/documents.csv").read_text().splitlines()]
    assert order[1:4] + order[-1:] == ["d1", "d2", "d3", "d149"]


def test_source_date_epoch_goes_before_package_toml(tmp_path: Path) -> None:
    variant = (VARIANTS[0][0] | {"SOURCE_DATE_EPOCH": "1000000000"}, 0o022, 1)
    build(SEEDS, tmp_path / "out", variant, "--archive", "none")
    info = (tmp_path / "out/frus1961-63v11-bag/bag-info.txt").read_text("utf-8")
    assert "Bagging-Date: 2001-09-09" in info
