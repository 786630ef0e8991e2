"""Measure how well documents are read, on volumes of the public FRUS repository.

    python benchmarks/accuracy.py VOLUMES [VOLUME ...] [--datelines kept|lost] [--fit leave-one-out] [--jobs N]
                                  [--differences N [--only KIND]]

VOLUMES is the folder `volumes` of a checkout of HistoryAtState/frus (`frus….xml`), or a folder of texts with
annotations beside them (`VOLUME/*.txt` and `VOLUME.gold.jsonl`); without VOLUME, all volumes in it are measured. A TEI
volume is rendered as its pages read, with annotations, and then read as text. `--fit leave-one-out` finds the markers
of each volume with weights that were fitted on the other volumes given, not with those of the project. Ends with 1
where a volume cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from gold import Rendered, render_volume
from lxml import etree
from scoring import Difference, Tally, annotated, score

from pipeline import parse
from pipeline.parsing import anchors
from pipeline.parsing.layout import read_layout

TAKEN_BY_FIT = ("anchor", "all anchors")
"""Kinds that depend on the weights."""


@dataclass(frozen=True)
class Measured:
    """What a volume came to, or why it could not be read."""

    volume: str
    tally: Tally
    fault: str = ""


def volumes(folder: Path) -> dict[str, Path]:
    """Return the volumes of a folder by id: TEI files, and annotations of folders of texts."""
    found = {path.stem: path for path in sorted(folder.glob("frus*.xml"))}
    return found | {path.name.removesuffix(".gold.jsonl"): path for path in sorted(folder.glob("*.gold.jsonl"))}


def documents(path: Path, *, datelines: bool) -> Iterator[Rendered]:
    """Yield the documents of a volume with their annotations."""
    if path.suffix == ".xml":
        yield from render_volume(path, datelines=datelines)
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            yield Rendered(told["number"], (path.parent / told["file"]).read_bytes().decode(), told["spans"])


def measure(named: tuple[str, Path], *, datelines: bool) -> Measured:
    """Read and score one volume."""
    volume, path = named
    tally = Tally()
    try:
        for made in documents(path, datelines=datelines):
            document = parse(made.text.encode(), f"d{made.number}.txt", volume=volume).document if made.text else None
            score(tally, made.number, made.spans, document, volume)
    except (OSError, ValueError, KeyError, RecursionError, etree.XMLSyntaxError) as error:
        return Measured(volume, tally, f"{type(error).__name__}: {error}")
    return Measured(volume, tally)


def left_out(chosen: dict[str, Path], *, datelines: bool) -> dict[str, Tally]:
    """Return the figures of markers, each volume with weights fitted on the others."""
    import fit_anchors  # noqa: PLC0415 - needs numpy, which nothing else here does

    samples = []
    for volume, path in chosen.items():
        for made in documents(path, datelines=datelines):
            layout = read_layout(made.text)
            gold = {(i.label, i.start) for i in annotated(made.spans) if i.kind == "anchor"}
            markers = [s["marker"] for s in made.spans if s["kind"] == "note"]
            if markers or gold:
                first = int(markers[0]) if markers and markers[0].isdecimal() else 1
                samples.append(
                    fit_anchors.Sample(volume, made.text, layout.zones, layout.inner, layout.note_texts, gold, first)
                )
    tallies = {}
    for volume, group in groupby(samples, key=lambda s: s.volume):
        weights = fit_anchors.fit(*fit_anchors.rows([s for s in samples if s.volume != volume]))
        tallies[volume] = Tally()
        for sample in group:
            done = anchors.align(sample.text, sample.zones, sample.inner, sample.notes, weights)
            mine = {(str(m), a.start) for m, a in zip(done.markers, done.anchors, strict=True) if a}
            tallies[volume].add("anchor", len(sample.gold), len(mine), len(sample.gold & mine))
            if sample.gold:
                tallies[volume].add("all anchors", 1, bool(mine), mine == sample.gold)
    return tallies


def show(tally: Tally) -> None:
    """Print the figures of every kind."""
    print(f"{'kind':12} {'there':>8} {'found':>8} {'right':>8} {'recall':>8} {'precision':>9} {'F1':>8}")
    for kind in tally.kinds:
        counts = f"{tally.gold[kind]:8} {tally.got[kind]:8} {tally.hit[kind]:8}"
        print(f"{kind:12} {counts} {tally.recall(kind):8.4f} {tally.precision(kind):9.4f} {tally.f1(kind):8.4f}")


def show_volumes(measured: Sequence[Measured]) -> None:
    """Print what becomes of the markers of each volume."""
    print(f"\n{'volume':20} {'documents':>9} {'anchor F1':>9} {'whole':>8}")
    for each in measured:
        tally = each.tally
        whole = f"{tally.recall('all anchors'):8.4f}" if tally.gold["all anchors"] else f"{'-':>8}"
        print(f"{each.volume:20} {tally.gold['document']:9} {tally.f1('anchor'):9.4f} {whole}")


def show_differences(measured: Sequence[Measured], most: int, only: str | None) -> None:
    """Print the first differences of each kind in each volume."""
    for each in measured:
        ordered = sorted(each.tally.differences, key=lambda d: d.kind)
        for kind, group in groupby(ordered, key=lambda d: d.kind):
            if only is None or kind == only:
                told: list[Difference] = list(group)
                print(f"\n{each.volume}, {kind}: {len(told)} differences")
                for difference in told[:most]:
                    print(f"  d{difference.number} {difference.what}", *difference.detail)


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    told.add_argument("volumes", nargs="*")
    told.add_argument("--datelines", choices=("kept", "lost"), default="kept")
    told.add_argument("--fit", choices=("leave-one-out",))
    told.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    told.add_argument("--differences", type=int, default=0)
    told.add_argument("--only")
    asked = told.parse_args()
    known = volumes(asked.folder)
    if not known or (unknown := [v for v in asked.volumes if v not in known]):
        told.error(f"no volumes in {asked.folder}" if not known else f"not in {asked.folder}: {' '.join(unknown)}")
    asked.chosen = {volume: known[volume] for volume in asked.volumes or known}
    return asked


def main() -> int:
    """Measure the volumes and print the tables."""
    asked = options()
    datelines = asked.datelines == "kept"
    work = partial(measure, datelines=datelines)
    if asked.jobs > 1 and len(asked.chosen) > 1:
        with ProcessPoolExecutor(min(asked.jobs, len(asked.chosen))) as pool:
            measured = list(pool.map(work, asked.chosen.items()))
    else:
        measured = [work(named) for named in asked.chosen.items()]
    if asked.fit:
        for volume, tally in left_out(asked.chosen, datelines=datelines).items():
            of_volume = next(m.tally for m in measured if m.volume == volume)
            for kind in TAKEN_BY_FIT:
                of_volume.gold[kind], of_volume.got[kind], of_volume.hit[kind] = (
                    tally.gold[kind], tally.got[kind], tally.hit[kind]
                )  # fmt: skip
    total = Tally()
    for each in measured:
        total.merge(each.tally)
    show(total)
    show_volumes([m for m in measured if m.tally.gold["document"]])
    if asked.differences:
        show_differences(measured, asked.differences, asked.only)
    for each in measured:
        if each.fault:
            print(f"{each.volume}: not read to its end: {each.fault}", file=sys.stderr)
    return 1 if any(each.fault for each in measured) else 0


if __name__ == "__main__":
    sys.exit(main())
