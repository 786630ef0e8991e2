"""Make Frictionless data packages and BagIt archives of documentary editions.

`parse` reads one source file, `build_package` runs all stages over a folder or a volume, `build_together` over several,
`verify` checks a package, a bag or an archive. They are imported when first asked for, so that the commands start at
once.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # of typing, which takes long to import for what is only a name here
if TYPE_CHECKING:
    from typing import Any

    from pipeline.build import build_package, build_together
    from pipeline.parsing.text import parse
    from pipeline.verifying import verify

__all__ = ["build_package", "build_together", "parse", "verify"]

_HOMES = {
    "build_package": "pipeline.build",
    "build_together": "pipeline.build",
    "parse": "pipeline.parsing.text",
    "verify": "pipeline.verifying",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
