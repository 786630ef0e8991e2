"""Score `verify-package` on the BagIt conformance suite of the Library of Congress.

    python benchmarks/conformance.py SUITE [AT_LEAST]

SUITE holds `vX/{valid,invalid,warning,linux-only,windows-only}/BAG`. On Linux, `valid` bags are accepted, `warning`
bags accepted with a warning, `invalid` and `linux-only` ones rejected; `windows-only` is not scored. Ends with 1 where
fewer than AT_LEAST bags get the verdict they should.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.findings import Severity, UnusableError
from pipeline.verifying import verify

SCORED = ("valid", "warning", "invalid", "linux-only")


def told(bag: Path) -> str:
    """Return accepted, warned or rejected, and the codes."""
    try:
        verdict = verify(bag)
    except UnusableError as error:
        return f"rejected {error}"
    codes = " ".join(sorted({f.code for f in verdict.findings if f.severity is not Severity.INFO}))
    warned = any(f.severity is Severity.WARNING for f in verdict.findings)
    return f"{'rejected' if not verdict.valid else 'warned' if warned else 'accepted'} {codes}"


def main(suite: str, at_least: str = "0") -> int:
    """Print the bags with another verdict than they should have, and the score."""
    right = total = 0
    for bag in sorted(Path(suite).glob("v*/*/*")):
        group = bag.parent.name
        if group not in SCORED or not bag.is_dir():
            continue
        verdict = told(bag)
        good = verdict.split()[0] in {"valid": ("accepted", "warned"), "warning": ("warned",)}.get(group, ("rejected",))
        total += 1
        right += good
        if not good:
            print(f"{bag.relative_to(suite)}: {verdict}")
    print(f"{right} of {total} bags as expected")
    return 0 if total and right >= int(at_least) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
