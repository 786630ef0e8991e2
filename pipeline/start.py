"""Where the commands begin: what an interrupt does while the rest is still being imported, and after all is done.

Nothing comes in or goes out; `pipeline.cli` has the commands. Only the standard library is imported here.
"""

from __future__ import annotations

import gc
import os
import signal
from types import FrameType

INTERRUPTED = 130
"""What a command that was interrupted ends with: 128 and the number of the signal, as shells have it."""


MANY = 200_000
"""New objects after which those that only hold each other are looked for; Python does so after 700. There are few of
them here, and each look drives what is worked at out of the caches of the processor."""


def make_package() -> None:
    """Run the command `make-package`, and end this process with its exit code."""
    _run("make-package")


def verify_package() -> None:
    """Run the command `verify-package`, and end this process with its exit code."""
    _run("verify-package")


def ends_at_once(_signal: int, _frame: FrameType | None) -> None:
    """End the process, which has begun nothing yet: there is nothing to tell and nothing to clear away."""
    os._exit(INTERRUPTED)


asked: list[int] = []
"""The signals by which it was asked to end since `interrupts` took them."""


def interrupts(number: int, _frame: FrameType | None) -> None:
    """Interrupt what is under way; `asked` says so even where a library makes another error of the interrupt.

    Raises:
        KeyboardInterrupt: always.
    """
    asked.append(number)
    raise KeyboardInterrupt


def _run(name: str) -> None:
    gc.set_threshold(MANY, *gc.get_threshold()[1:])
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # which it looks for in every distribution installed
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started it wants none
        signal.signal(signal.SIGINT, ends_at_once)
    from pipeline import cli  # noqa: PLC0415 - an interrupt meanwhile is provided for

    command = {"make-package": cli.make_package, "verify-package": cli.verify_package}[name]
    try:
        command(prog_name=name)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is done is done
        gc.freeze()  # else Python looks at every object thrice before it ends
