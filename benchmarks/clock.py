"""The processor time of each stage of a build, within one process."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

STAGES = {
    "pipeline.build:gather": "look at sources, check the set",
    "pipeline.reading:read_documents": "parse",
    "pipeline.reading:read_part": "parse",
    "pipeline.reading:parse": "parse",
    "pipeline.reading:validate_document": "validate",
    "pipeline.reading:lay_out": "rows and records",
    "pipeline.build:write_rows": "rows and records",
    "pipeline.finishing:resolve": "resolve",
    "pipeline.build:write_package": "sources, descriptions",
    "pipeline.build:write_bag": "bag",
    "pipeline.build:write_archive": "archive",
    "pipeline.judges:judge_own": "check: verify-package",
    "pipeline.judges:judge_package": "check: frictionless",
    "pipeline.judges:judge_bag": "check: bagit",
}
"""Where each stage begins: the module that calls it, and its name there."""


class Clock:
    """CPU seconds of this process by stage; what a stage calls of another counts for that one only."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done for a stage."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def on(self, stages: dict[str, str]) -> Iterator[None]:
        """Put the clock on functions: module and name, to the stage."""
        with ExitStack() as stack:
            for place, stage in stages.items():
                module, _, name = place.partition(":")
                home = import_module(module)
                stack.enter_context(patch.object(home, name, self._timed(getattr(home, name), stage)))
            yield

    def _timed(self, work: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - of any function
            with self.stage(stage):
                result = work(*args, **options)
            return self._steps(result, stage) if isinstance(result, Iterator) else result

        return timed

    def _steps(self, results: Iterator[Any], stage: str) -> Iterator[Any]:
        """Count each step of a generator."""
        while True:
            with self.stage(stage):
                result = next(results, self)
            if result is self:
                return
            yield result
