"""Build packages of corpus volumes and score them against gold annotations.

    python benchmarks/corpus.py SHARED WORK [VOLUME ...]

SHARED holds `corpus/VOLUME/*.txt`, `corpus/VOLUME.gold.jsonl`, `score.py`, `labels/` and `score_labels.py`; packages go
to WORK. Prints documents a second of each build and the scorer's table; without VOLUME, all volumes of the corpus are
built and scored by the hand-made labels too. Ends with 1 where no package is written, one does not verify, or a scorer
fails. What is in SHARED is no part of this project.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from pipeline.build import build_package
from pipeline.options import Options
from pipeline.verifying import verify


def build(corpus: Path, work: Path, volume: str) -> bool:
    """Build one volume with keep_going; return whether package and bag verify."""
    source = work / "sources" / volume
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(corpus / volume, source, copy_function=shutil.copyfile)
    source.chmod(0o755)
    (source / "package.toml").write_text(f'[package]\nname = "{volume}"\nvolume = "{volume}"\ncreated = 2026-11-21\n')
    began = time.perf_counter()
    outcome = build_package(source, work / "packages", Options(keep_going=True))
    seconds = time.perf_counter() - began
    errors = sum(f.is_error for f in outcome.findings)
    count = outcome.counts["documents"]
    print(f"{volume}: {count} documents, {errors} errors, {seconds:.1f} s, {count / seconds:.0f} documents/s")
    return bool(outcome.written) and all(verify(path).valid for path in outcome.written)


def main(shared: str, work: str, *volumes: str) -> int:
    """Build and score the volumes."""
    corpus = Path(shared, "corpus")
    chosen = volumes or sorted(p.name for p in corpus.iterdir() if p.is_dir())
    sound = [build(corpus, Path(work), volume) for volume in chosen]
    pairs = [str(p) for v in chosen for p in (corpus / f"{v}.gold.jsonl", Path(work, "packages", v))]
    scorers = [[str(Path(shared, "score.py")), *pairs]]
    if not volumes:
        scorers.append([str(Path(shared, "score_labels.py")), str(Path(shared, "labels")), str(Path(work, "packages"))])
    codes = [subprocess.run([sys.executable, *scorer], check=False).returncode for scorer in scorers]
    return 0 if all(sound) and not any(codes) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
