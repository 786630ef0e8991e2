"""Hold back interrupts while something must not be left half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals by which a user, or the system, asks a program to end."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let interrupts wait until the block is done, also in processes that are started within, which inherit it.

    Where the system has no masks of signals, nothing is held back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
