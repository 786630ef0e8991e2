"""Fit the weights by which note markers are told from numbers, and show what they are worth on other volumes.

    python benchmarks/fit_anchors.py CORPUS [--write]

CORPUS holds `VOLUME/*.txt` and `VOLUME.gold.jsonl`. The weights are those of a logistic regression over all candidates;
each volume is scored with weights fitted on the other volumes only, and so is the curve of confidence. `--write` writes
weights fitted on all volumes into pipeline/data/anchors.json.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.parsing import anchors
from pipeline.parsing.candidates import digit_runs, endings, printed, put_in_zones
from pipeline.parsing.evidence import NoteText, Zone, features
from pipeline.parsing.layout import Layout, read_layout

MINIMUM = 4
"""Candidates in which a feature must occur."""
PENALTY = 0.5
"""Of the squares of the weights."""
SMALLEST = 0.01
"""Weights nearer to nothing are not written."""
TARGET = Path(__file__).parent.parent / "pipeline/data/anchors.json"

Floats = NDArray[np.float64]
Weights = dict[str, float]


@dataclass
class Sample:
    """A document with notes: its layout, and the places of its markers by the gold annotations."""

    volume: str
    text: str
    zones: list[Zone]
    inner: list[Zone]
    notes: list[NoteText]
    gold: set[tuple[str, int]]
    first: int


def samples(corpus: Path) -> list[Sample]:
    """Read all documents with notes."""
    found = []
    for path in sorted(corpus.glob("*.gold.jsonl")):
        volume = path.name.split(".")[0]
        for line in path.read_text("utf-8").splitlines():
            document = json.loads(line)
            text = (corpus / document["file"]).read_bytes().decode()
            layout: Layout = read_layout(text)
            gold = {(s["marker"], s["start"]) for s in document["spans"] if s["kind"] == "marker"}
            markers = [s["marker"] for s in document["spans"] if s["kind"] == "note"]
            if markers:
                first = int(markers[0]) if markers[0].isdigit() else 1
                found.append(Sample(volume, text, layout.zones, layout.inner, layout.note_texts, gold, first))
    return found


def rows(chosen: list[Sample]) -> tuple[list[list[str]], Floats]:
    """Return the features of every candidate, and whether it is a marker."""
    names, right = [], []
    for sample in chosen:
        zoned = put_in_zones(sample.zones, digit_runs(sample.text))
        for marker, digits in endings(sample.text, zoned, printed(sample.first, len(sample.notes))):
            note = sample.notes[marker - sample.first]
            names.append(list(features(sample.text, digits, note, first=marker == sample.first)))
            right.append((str(marker), digits.start) in sample.gold)
    return names, np.array(right, dtype=np.float64)


def fit(names: list[list[str]], right: Floats) -> Weights:
    """Fit a logistic regression with Newton's method."""
    counts = Counter(name for row in names for name in set(row))
    vocabulary = {name: i + 1 for i, name in enumerate(sorted(n for n, c in counts.items() if c >= MINIMUM))}
    table = np.zeros((len(names), len(vocabulary) + 1))
    table[:, 0] = 1
    for i, row in enumerate(names):
        table[i, [vocabulary[name] for name in row if name in vocabulary]] = 1
    penalty = np.eye(table.shape[1]) * PENALTY
    penalty[0, 0] = 1e-6
    weights = np.zeros(table.shape[1])
    for _ in range(12):
        expected = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (expected - right) + penalty @ weights
        curve = (table * (expected * (1 - expected) + 1e-9)[:, None]).T @ table + penalty
        weights -= np.linalg.solve(curve, slope)
    return {"bias": float(weights[0]), **{name: float(weights[i]) for name, i in vocabulary.items()}}


def curve(margins: Floats, right: Floats) -> float:
    """Fit the scale of the probability that an anchor with a margin is right; without a margin it is one half."""
    capped = np.minimum(margins, 30.0)
    scale = 1.0
    for _ in range(30):
        expected = 1 / (1 + np.exp(-scale * capped))
        scale -= float((capped @ (expected - right)) / ((capped**2) @ (expected * (1 - expected)) + 1e-3))
    return scale


def left_out(all_samples: list[Sample]) -> tuple[Floats, Floats]:
    """Score every volume with weights of the others; print the figures, return margins and rightness of anchors."""
    margins, right = [], []
    totals = Counter[str]()
    for volume in sorted({s.volume for s in all_samples}):
        table = fit(*rows([s for s in all_samples if s.volume != volume]))
        tally = Counter[str]()
        for sample in (s for s in all_samples if s.volume == volume):
            done = anchors.align(sample.text, sample.zones, sample.inner, sample.notes, table)
            mine = {(str(m), a.start): a for m, a in zip(done.markers, done.anchors, strict=True) if a}
            tally += Counter(gold=len(sample.gold), got=len(mine), hit=len(sample.gold & set(mine)), documents=1)
            tally["whole"] += sample.gold == set(mine)
            for key, anchor in mine.items():
                margins.append(anchor.margin)
                right.append(key in sample.gold)
        totals += tally
        show(volume, tally)
    show("all, each left out", totals)
    return np.array(margins), np.array(right, dtype=np.float64)


def show(name: str, tally: Counter[str]) -> None:
    """Print F1 of anchors and the share of documents with every anchor right."""
    f1 = 2 * tally["hit"] / (tally["gold"] + tally["got"])
    print(f"{name:20} anchors F1 {f1:.4f}   documents whole {tally['whole'] / tally['documents']:.4f}")


def main(corpus: str, *options: str) -> None:
    """Fit, report, and write if asked to."""
    all_samples = samples(Path(corpus))
    margins, right = left_out(all_samples)
    scale = curve(margins, right)
    told = 1 / (1 + np.exp(-scale * np.minimum(margins, 30.0)))
    for low, high in ((0, 0.5), (0.5, 0.9), (0.9, 0.99), (0.99, 1.01)):
        chosen = (told >= low) & (told < high)
        if chosen.any():
            share = right[chosen].mean()
            print(f"confidence {low:.2f} to {min(high, 1):.2f}: {chosen.sum():6} anchors, right {share:.4f}")
    if "--write" in options:
        table = fit(*rows(all_samples)) | {"confidence:scale": scale}
        rounded = {name: round(value, 3) for name, value in sorted(table.items()) if abs(value) >= SMALLEST}
        TARGET.write_text(json.dumps(rounded, ensure_ascii=False, indent=0) + "\n", "utf-8")
        print(f"{len(rounded)} weights written")


if __name__ == "__main__":
    main(*sys.argv[1:])
