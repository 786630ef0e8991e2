"""Measure whole volumes and many: speed, processor time, memory, the cache, and the peers on the same output.

    python benchmarks/series.py SOURCE [SOURCE ...] WORK [--documents N] [--parts PART ...] [--jobs N ...] [--rounds N]

Each SOURCE is a TEI volume (frus….xml). They are copied to WORK/volumes, and as long as that is less than N documents,
again under new ids: the id of the volume is replaced wherever it stands in the file. The parts:

    together   make-package of one package of all, with each number of jobs, in turn with the peers
    separate   make-package of one package of each volume, with the most jobs
    stages     the share of each stage, with one job in this process; a stage does not count what it calls of others
    peers      bagit.py making a bag of that package with sha256 and sha512, and frictionless validating it
    beside     make-package with one job and the peers at the same time, each on a processor, changed about each round
    cache      one volume as text files: built, built again, one file changed and built again

Every command runs in a process of its own. Its processor time is that of it and all processes it waited for, user and
system (wait4). Peak memory is VmHWM, polled in /proc for it and its descendants: the largest process, and the sum of
all; so Linux is needed, and what a process takes in its last quarter of a second can be missed. Polled likewise is
the processor time of the busiest process: on a machine with other work, wall times say little, and this is what they
could be at best; where it is much, `beside` says more of processor time than builds in turn do. The cache is empty
before each build but those that are to find it. Of several rounds the best time counts, and the largest memory. The
code that is measured is compiled before, as pip compiles what it installs, the peers too; a checkout may be used where
Python is told to keep nothing that it compiles.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Event, Thread

from clock import STAGES, Clock

PARTS = ("together", "separate", "stages", "peers", "beside", "cache")
POLL, RARELY = 0.05, 0.25
"""Seconds between two looks at what runs, at first and later on: a look takes 4 ms of a processor."""
NAME = "series"
_DOCUMENT = re.compile(rb'<div\b[^>]*\btype="document"')


@dataclass(frozen=True)
class Run:
    """What a command took: seconds of the clock and of the processor, and peak memory in MB."""

    wall: float
    cpu: float
    largest: float
    """Peak of the largest process."""
    together: float
    """Sum of the peaks of all processes."""
    busiest: float
    """Processor seconds of the process that has most of them."""

    def __str__(self) -> str:
        """Return all of it on one line."""
        memory = f"largest process {self.largest:4.0f} MB, all {self.together:4.0f} MB"
        return f"wall {self.wall:7.1f} s  CPU {self.cpu:7.1f} s, busiest process {self.busiest:6.1f} s  {memory}"

    def or_better(self, other: Run) -> Run:
        """Return the better times of two runs, and the larger memory."""
        return Run(
            min(self.wall, other.wall),
            min(self.cpu, other.cpu),
            max(self.largest, other.largest),
            max(self.together, other.together),
            min(self.busiest, other.busiest),
        )


def measured(
    command: Sequence[str], log: Path, cwd: Path | None = None, cache: Path | None = None, processor: int | None = None
) -> Run:
    """Run a command to its end, maybe on one processor alone; what it prints goes to a file.

    Raises:
        SystemExit: it did not do its work: its exit code is neither 0 nor 1, or there is a traceback.
    """
    peaks: dict[int, tuple[int, float]] = {}
    environment = os.environ | ({"XDG_CACHE_HOME": str(cache.absolute())} if cache else {})
    with log.open("wb") as stream:
        began = time.perf_counter()
        pinned = [] if processor is None else ["taskset", "--cpu-list", str(processor)]
        process = subprocess.Popen([*pinned, *command], cwd=cwd, env=environment, stdout=stream, stderr=stream)
        ended = Event()
        watcher = Thread(target=_watch, args=(process.pid, peaks, ended))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        ended.set()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1) or b"\nTraceback " in b"\n" + log.read_bytes():
        sys.exit(f"{' '.join(command[:4])} … ended with {process.returncode}; see {log}")
    sizes = [kilobytes / 1024 for kilobytes, _ in peaks.values()] or [0.0]
    busiest = max((seconds for _, seconds in peaks.values()), default=0.0)
    return Run(wall, usage.ru_utime + usage.ru_stime, max(sizes), sum(sizes), busiest)


def _watch(root: int, peaks: dict[int, tuple[int, float]], ended: Event) -> None:
    """Look at a process and its descendants again and again, less and less often, until it has ended."""
    pause = POLL
    while not ended.is_set():
        _look(root, peaks)
        ended.wait(pause)
        pause = min(RARELY, pause * 1.05)


def _look(root: int, peaks: dict[int, tuple[int, float]]) -> None:
    """Take down peak memory in KB, and processor seconds, of a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (told := _stat(int(entry.name))):
            children.setdefault(told[0], []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        before, (_, spent) = peaks.get(pid, (0, 0.0)), _stat(pid) or (0, 0.0)
        peaks[pid] = max(before[0], _peak(pid)), max(before[1], spent)
        waiting += children.get(pid, [])


def _stat(pid: int) -> tuple[int, float] | None:
    """Return the parent and the processor seconds of a process, None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    """Return the peak memory of a process in KB, 0 where it is gone."""
    try:
        found = re.search(r"^VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def make_volumes(sources: Sequence[Path], folder: Path, wanted: int) -> tuple[list[Path], int]:
    """Write the volumes, renamed as often as it takes; return them, and how many documents they hold."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made: list[Path] = []
    documents = 0
    for turn in count():
        for source in sources:
            data = source.read_bytes()
            name = f"{source.stem}Copy{turn:02}" if turn else source.stem
            own = re.compile(rb"\b" + re.escape(source.stem.encode()) + rb"(?![A-Za-z0-9-])")
            made.append(folder / f"{name}.xml")
            made[-1].write_bytes(own.sub(name.encode(), data))
            documents += len(_DOCUMENT.findall(data))
            if documents >= wanted and (turn or source == sources[-1]):
                return made, documents
        if not documents:
            sys.exit("the volumes hold no documents")
    raise AssertionError


@dataclass
class Bench:
    """The volumes, where all is done, and how."""

    volumes: list[Path]
    documents: int
    work: Path
    jobs: list[int]
    rounds: int
    more: list[str]
    """Further options of make-package."""

    @property
    def size(self) -> float:
        """MB of all volumes."""
        return sum(v.stat().st_size for v in self.volumes) / 1e6

    def build(
        self,
        sources: Sequence[Path],
        output: Path,
        options: Sequence[str],
        *,
        cold: bool = True,
        processor: int | None = None,
    ) -> Run:
        """Run make-package."""
        cache = self.work / "cache"
        if cold:
            shutil.rmtree(cache, ignore_errors=True)
            shutil.rmtree(output, ignore_errors=True)
        made = [sys.executable, "-m", "pipeline", *map(str, sources), "-o", str(output), "--keep-going"]
        quiet = ["-q", "--no-progress", *self.more, *options]
        return measured([*made, *quiet], self.work / "make-package.log", cache=cache, processor=processor)

    def together(self, *, peers: bool) -> None:
        """Make one package of all with each number of jobs, and let the peers work on it, in every round."""
        runs: dict[str, Run] = {}
        alone = crowded = 0.0
        for _ in range(self.rounds):
            alone, crowded = alone + self._loops(1), crowded + self._loops(self.jobs[-1])
            made = [(f"jobs {jobs}", self._made(jobs, "--together", NAME)) for jobs in self.jobs]
            for name, run in [*made, *(self._by_peers() if peers else ())]:
                runs[name] = run.or_better(runs.get(name, run))
        for name, run in runs.items():
            speed = f"; {self.documents / run.wall:.0f} documents/s, {self.size / run.wall:.2f} MB/s"
            print(f"  {name:12} {run}{speed if name.startswith('jobs') else ''}", flush=True)
        first, last = (runs[f"jobs {self.jobs[i]}"] for i in (0, -1))
        if len(self.jobs) > 1:
            crowd = f"a plain loop takes {crowded / alone:.2f} times the CPU where {self.jobs[-1]} run at once"
            print(
                f"  wall with {self.jobs[-1]} jobs / {self.jobs[0]}: {last.wall / first.wall:.2f}; {crowd}", flush=True
            )
        if peers:
            both = runs["bagit.py"].cpu + runs["frictionless"].cpu
            print(
                f"  CPU of make-package / both: {first.cpu:.1f} s / {both:.1f} s = {first.cpu / both:.2f}", flush=True
            )

    def _loops(self, jobs: int) -> float:
        """Return the mean processor time of plain loops that run at once: how processors get in each other's way."""
        command = [sys.executable, "-c", "sum(i & 7 for i in range(10_000_000))"]
        with ThreadPoolExecutor(jobs) as loops:
            runs = loops.map(lambda n: measured(command, self.work / f"loop-{n}.log"), range(jobs))
            return sum(run.cpu for run in runs) / jobs

    def _made(self, jobs: int, *options: str, output: str = "out", processor: int | None = None) -> Run:
        options = (*options, "--jobs", str(jobs))
        return self.build(self.volumes, self.work / output, options, processor=processor)

    def beside(self) -> None:
        """Let make-package and the peers work at the same time, the peers on a package made before."""
        self._made(self.jobs[-1], "--together", NAME)
        processors = sorted(os.sched_getaffinity(0))[:2]
        mine: list[float] = []
        theirs: list[float] = []
        for _ in range(2 * self.rounds):
            with ThreadPoolExecutor(2) as both:
                own, other = processors[0], processors[-1]
                made = both.submit(self._made, 1, "--together", NAME, output="beside", processor=own)
                peers = both.submit(lambda on: sum(run.cpu for _, run in self._by_peers(on)), other)
            mine.append(made.result().cpu)
            theirs.append(peers.result())
            processors.reverse()
        each = " ".join(f"{a / b:.2f}" for a, b in zip(mine, theirs, strict=True))
        print(
            f"  CPU of make-package / both, in all rounds: {sum(mine) / sum(theirs):.2f}; in each: {each}", flush=True
        )

    def _by_peers(self, processor: int | None = None) -> Iterator[tuple[str, Run]]:
        """Let the peers work on the package of all."""
        package, copy = self.work / "out" / NAME, self.work / "peer"
        make = [sys.executable, "-m", "bagit", "--sha256", "--sha512", str(copy)]
        check = [sys.executable, "-m", "frictionless", "validate", "datapackage.json"]
        log = (self.work / "peers.log").absolute()
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package, copy, copy_function=os.link)
        yield "bagit.py", measured(make, log, processor=processor)
        yield "frictionless", measured(check, log, cwd=package, processor=processor)

    def separate(self) -> None:
        """Make a package of each volume."""
        run = reduce(Run.or_better, [self._made(self.jobs[-1]) for _ in range(self.rounds)])
        print(f"  jobs {self.jobs[-1]:7} {run}; {self.documents / run.wall:.0f} documents/s", flush=True)

    def stages(self) -> None:
        """Print the share of each stage."""
        from pipeline.build import build_together  # noqa: PLC0415 - a small parent makes small children
        from pipeline.options import Options  # noqa: PLC0415 - as above

        clock = Clock()
        output = self.work / "stages"
        shutil.rmtree(output, ignore_errors=True)
        with clock.on(STAGES), clock.stage("all else"):
            build_together(NAME, self.volumes, output, Options(keep_going=True))
        total = sum(clock.spent.values())
        for stage, spent in sorted(clock.spent.items(), key=lambda item: -item[1]):
            print(
                f"  {stage:28} {spent:7.2f} s  {spent / total:6.1%}  {1000 * spent / self.documents:6.2f} ms/document"
            )
        print(f"  {'all':28} {total:7.2f} s", flush=True)

    def cache(self) -> None:
        """Build a volume of text files, and build it again."""
        from gold import render_volume  # noqa: PLC0415 - a small parent makes small children

        first = self.volumes[0]
        folder = self.work / "texts" / first.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.toml").write_text(f'[package]\nvolume = "{first.stem}"\ncreated = 2026-11-21\n')
        files = []
        for made in render_volume(first, datelines=True):
            files.append(folder / f"d{made.number}.txt")
            files[-1].write_bytes(made.text.encode())
        for selfcheck in ("sample", "off"):
            print(f"  {len(files)} text files, --selfcheck {selfcheck}")
            self._again(folder, files[len(files) // 2], ["--selfcheck", selfcheck, "--jobs", str(self.jobs[-1])])

    def _again(self, folder: Path, file: Path, options: list[str]) -> None:
        runs: dict[str, Run] = {}
        for turn in range(self.rounds):
            for state in ("first", "unchanged", "one changed"):
                if state == "one changed":
                    file.write_bytes(file.read_bytes() + f" It was changed {turn}.".encode())
                run = self.build([folder], self.work / "again", options, cold=state == "first")
                runs[state] = run.or_better(runs.get(state, run))
        first = runs["first"]
        for state, run in runs.items():
            ratio = f"{run.wall / first.wall:.2f} of the wall, {run.cpu / first.cpu:.2f} of the CPU"
            print(f"    {state:12} {run}; {ratio}", flush=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure whole volumes, and many.")
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a TEI volume")
    parser.add_argument("work", type=Path, metavar="WORK", help="a folder that takes what is made")
    parser.add_argument("--documents", type=int, default=3000, help="the least number of documents")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--with", nargs="+", dest="more", default=[], metavar="OPTION", help="without their dashes")
    chosen = parser.parse_args()
    spec = find_spec("pipeline")
    for folder in (spec and spec.submodule_search_locations) or ():
        compileall.compile_dir(folder, quiet=1)
    volumes, documents = make_volumes(chosen.sources, chosen.work / "volumes", chosen.documents)
    more = [f"--{option}" for option in chosen.more]
    bench = Bench(volumes, documents, chosen.work, chosen.jobs, chosen.rounds, more)
    print(f"{len(volumes)} volumes, {documents} documents, {bench.size:.1f} MB", flush=True)
    if {"together", "peers"} & {*chosen.parts}:
        print("together", flush=True)
        bench.together(peers="peers" in chosen.parts)
    for part in PARTS:
        if part in chosen.parts and part not in ("together", "peers"):
            print(part, flush=True)
            getattr(bench, part)()


if __name__ == "__main__":
    main()
