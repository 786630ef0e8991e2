"""Weigh findings against what package.toml accepts, and put them in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Any, overload
from weakref import finalize

from pipeline.findings import Finding, Severity, rules
from pipeline.source import Source, natural

RUN = 10_000
"""Findings that are held in memory at a time."""
WAYS = 100
"""Files of findings that are merged at a time: a process may open only so many."""


def is_nameless(source: Source) -> bool:
    """Tell whether package.toml cannot be read: then it does not even say the package's name, and none is written."""
    unreadable = ("P103", "P104", "K102", "K103")
    return any(f.code in unreadable and f.file == source.manifest_file for f in source.findings)


class _Accepting:
    """What one package.toml accepts, and which of it occurred."""

    def __init__(self, source: Source) -> None:
        self.source = source
        known = rules()
        accept = source.manifest.accept.items()
        self.reasons = {k: v for k, v in accept if (rule := known.get(k.partition(":")[0])) and rule.acceptable}
        self.used: set[str] = set()

    def reason(self, item: Finding) -> str | None:
        """Return why a finding is accepted, None where it is not; a document is named with its volume or without."""
        own = item.document_id or ""
        for key in (f"{item.code}:{own}", f"{item.code}:{own.rpartition('/')[2]}", item.code):
            if key in self.reasons:
                self.used.add(key)
                return self.reasons[key]
        return None

    def in_vain(self, prefix: str) -> Iterator[Finding]:
        """Yield a finding for each that did not occur."""
        for key in sorted(self.reasons.keys() - self.used):
            item = self.source.about("K105", f"{key} is accepted but does not occur", "accept", key)
            yield item.model_copy(update={"file": f"{prefix}{item.file}"}) if prefix else item


class Ledger:
    """Takes findings as they come, marks those that package.toml accepts, and gives them back in order.

    Beyond `RUN` findings they lie in files of a temporary folder, which goes with the last that refers to them.

    Args:
        lead: the source whose package.toml speaks for the package.
        several: where there are several sources, all by the names that the files of their findings begin with. What
            one of them accepts holds for its own findings, and for those of none; so does what the lead accepts, and
            for all if it is no source of documents itself.
    """

    def __init__(self, lead: Source, several: Mapping[str, Source] = MappingProxyType({})) -> None:
        self._own = {name: _Accepting(source) for name, source in several.items()}
        same = (own for own in self._own.values() if lead.files and own.source.path == lead.path)
        self._lead = next(same, None) or _Accepting(lead)
        self._waiting: list[Finding] = []
        self._runs: _Runs | None = None
        self._severities: Counter[Severity] = Counter()

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in findings."""
        for item in findings:
            reason = self._reason(item)
            if reason is None:
                self._severities[item.severity] += 1
            self._waiting.append(item if reason is None else item.model_copy(update={"accepted": reason}))
            if len(self._waiting) >= RUN:
                self._runs = self._runs or _Runs()
                self._runs.add(self._waiting)
                self._waiting.clear()

    def _reason(self, item: Finding) -> str | None:
        """Return why a finding is accepted; all that may accept it are asked, so that none of them does so in vain."""
        own = self._own.get((item.file or "").partition("/")[0])
        asked = [own] if own else list(self._own.values())  # what is found of no source is of all of them
        if self._lead not in asked and (own is None or not self._lead.source.files):
            asked.append(self._lead)
        return next((reason for reason in [each.reason(item) for each in asked] if reason is not None), None)

    def failed(self, *, strict: bool = False) -> bool:
        """Tell whether any finding stops the package; with `strict`, warnings count too."""
        return bool(self._severities[Severity.ERROR] or (strict and self._severities[Severity.WARNING]))

    def close(self, *, whole: bool = True) -> Sequence[Finding]:
        """Return all in the order of files and places, and with them what is accepted in vain.

        Where only some documents of the source are wanted (not `whole`), what is accepted may be in the others.
        """
        told = {f"{name}/" if len(self._own) > 1 else "": own for name, own in self._own.items()}
        pairs = [*told.items(), *([] if self._lead in told.values() else [("", self._lead)])]
        self.add([item for prefix, own in pairs if whole for item in own.in_vain(prefix)])
        if self._runs is None:
            return tuple(sorted(self._waiting, key=_order))
        self._runs.add(self._waiting)
        return self._runs


def judged(source: Source, findings: Iterable[Finding]) -> Sequence[Finding]:
    """Mark what package.toml accepts, report what it accepts in vain, and put all in order."""
    ledger = Ledger(source)
    ledger.add(findings)
    return ledger.close()


class _Runs(Sequence[Finding]):
    """Many findings in order, in files of which each is in order."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="frus-package-"))
        finalize(self, rmtree, self._folder, ignore_errors=True)
        self._levels: list[list[Path]] = []
        """Files of `RUN` findings each, of `WAYS` times as many, and so on."""
        self._count = 0

    def add(self, findings: list[Finding]) -> None:
        """Put findings among the others."""
        self._count += len(findings)
        self._put(0, sorted(findings, key=_order))

    def _put(self, level: int, findings: Iterable[Finding]) -> None:
        if level == len(self._levels):
            self._levels.append([])
        files = self._levels[level]
        path = self._folder / f"{level}-{len(files)}"
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(f.model_dump_json(exclude_defaults=True) + "\n" for f in findings)
        files.append(path)
        if len(files) == WAYS:
            self._put(level + 1, _merged(files))
            files.clear()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        return _merged([path for files in reversed(self._levels) for path in files])

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return next(islice(self, at, None))


def _merged(files: Sequence[Path]) -> Iterator[Finding]:
    with ExitStack() as stack:
        streams = [stack.enter_context(path.open(encoding="utf-8")) for path in files]
        yield from merge(*(map(Finding.model_validate_json, stream) for stream in streams), key=_order)


def _order(item: Finding) -> tuple[Any, ...]:
    return natural(item.file or ""), item.file or "", item.sort_key
