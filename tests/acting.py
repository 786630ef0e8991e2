"""Run `make-package` in a process that does something to itself when it opens a file with PATH in its path.

So something befalls it at a moment that is the same each time. Further processes that it starts do nothing.

Use: python -m acting PATH ACTION ARGUMENT...
"""

import os
import signal
import sys
from typing import Any

from pipeline.start import make_package

_, PATH, action, *arguments = sys.argv
ACTION = compile(action, "action", "exec")
FIRST = os.getpid()


def act(event: str, told: tuple[Any, ...]) -> None:
    if event == "open" and PATH in str(told[0]) and os.getpid() == FIRST:
        exec(ACTION, {"os": os, "signal": signal, "FIRST": FIRST})  # noqa: S102 - it is what a test says


sys.addaudithook(act)
sys.argv = ["make-package", *arguments]
make_package()
