"""The commands `make-package` and `verify-package`: arguments in, findings and progress out.

The only file that prints. Findings and results go to stdout, progress and log to stderr. Exit codes: 0 done and valid,
1 findings of severity error, 2 wrong usage or unreadable input, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import start
from pipeline.profiles import ALGORITHMS, ARCHIVES, PROFILES

if TYPE_CHECKING:
    from pipeline.build import Outcome
    from pipeline.findings import Finding
    from pipeline.options import Options
    from pipeline.progress import Progress

    _Work = tuple[Path, Callable[..., Outcome]]

OK, ERRORS, UNUSABLE = 0, 1, 2
PATIENCE = 1.0
"""Seconds before progress is shown."""

_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
    help="How findings are printed.",
)  # fmt: skip
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
_VERSION = click.version_option(version("frus-package"), message="%(prog)s %(version)s")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _explain(context: click.Context, _: click.Parameter, code: str | None) -> None:
    """Print what a code means and end."""
    if code is None:
        return
    from pipeline.findings import rules  # noqa: PLC0415 - `--help` answers without it
    from pipeline.render import explain  # noqa: PLC0415 - as above

    rule = rules().get(code.upper()) or next((r for r in rules().values() if r.slug == code.lower()), None)
    if rule is None:
        raise click.BadParameter(f"there is no code {code}; the README lists them", param_hint="--explain")
    click.echo(explain(rule))
    context.exit()


def _ids(_context: click.Context, _option: click.Parameter, told: str | None) -> tuple[str, ...]:
    """Take the ids of documents apart."""
    ids = tuple(x for part in (told or "").split(",") if (x := part.strip()))
    if told is not None and not ids:
        raise click.BadParameter("no id of a document is given", param_hint="--only")
    return ids


_EXPLAIN = click.option(
    "--explain", metavar="CODE", callback=_explain, is_eager=True, expose_value=False,
    help="Say what a finding means, why it matters and how to mend it.",
)  # fmt: skip


@click.command(context_settings=_CONTEXT)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default="dist", show_default=True, metavar="DIR",
    help="Where the package and the bag go.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Parse, validate and resolve; write nothing.")
@click.option(
    "--archive", type=click.Choice(ARCHIVES),
    help="How the bag is serialised; none leaves a folder.  [default: zip, or tar if the profile wants it]",
)  # fmt: skip
@click.option(
    "--checksum", "checksums", type=click.Choice(ALGORITHMS), multiple=True,
    help="Checksums of the bag; may be given several times.  [default: sha256, sha512 and what the profile wants]",
)  # fmt: skip
@click.option(
    "--profile", type=click.Choice(list(PROFILES)), default="frus-package", show_default=True,
    help="The BagIt profile to meet.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes. [default: the cores]")
@click.option("--together", metavar="NAME", help="Make one package of this name of all SOURCEs.")
@click.option("--only", metavar="ID[,ID]...", callback=_ids, help="Take only these documents: d280,d293.")
@click.option(
    "--records", type=click.Choice(["files", "lines"]),
    help="Records as a JSON file a document, or JSON Lines, a file a volume.  [default: files up to 2,000 documents]",
)  # fmt: skip
@click.option(
    "--also", type=click.Choice(["parquet", "jsonl", "sqlite"]), multiple=True,
    help="Give the tables in this shape too; may be given several times.",
)  # fmt: skip
@click.option(
    "--selfcheck", type=click.Choice(["full", "sample", "off"]),
    help="How much frictionless and bagit check of what was made; our own verifier checks all.  "
    "[default: full up to 200 documents]",
)  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Read every source anew, and keep nothing for the next time.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--keep-going", is_flag=True, help="Write the package in spite of errors, without what cannot be read.")
@click.option(
    "--explain-document", "shown", type=click.Path(path_type=Path), metavar="FILE",
    help="Show one document as it was read, with its findings; write nothing. Of a volume: VOLUME.xml#d280.",
)  # fmt: skip
@_FORMAT
@_EXPLAIN
@_QUIET
@click.option("-v", "--verbose", is_flag=True, help="Print infos and accepted findings too.")
@click.option("--no-progress", is_flag=True, help="Show no progress.")
@_VERSION
def make_package(  # noqa: PLR0913 - the options of the contract
    *,
    sources: tuple[Path, ...],
    output: Path,
    form: str,
    quiet: bool,
    verbose: bool,
    no_progress: bool,
    checksums: tuple[str, ...],
    shown: Path | None,
    together: str | None,
    no_cache: bool,
    **options: Any,  # noqa: ANN401 - what Options takes, as click hands it over
) -> NoReturn:
    """Make a Frictionless data package and a BagIt archive of each SOURCE.

    SOURCE is a folder of documents (*.txt) with a package.toml, a TEI volume (frus….xml) or a folder of such volumes;
    the default is seeds.
    """

    def make() -> int:
        from pipeline.cache import default_folder  # noqa: PLC0415 - `--help` answers without it
        from pipeline.options import Options, settled  # noqa: PLC0415 - as above

        cache = None if no_cache else default_folder()
        jobs = options.pop("jobs") or os.cpu_count() or 1
        settings = settled(Options(checksums=checksums, cache=cache, jobs=jobs, **options))
        if shown is not None:
            return _show_document(shown, form, settings)
        works = _works(sources or (Path("seeds"),), together, output, settings)
        return _make(works, settings, form, quiet=quiet, verbose=verbose, no_progress=no_progress)

    _run(make, "interrupted; every package in the output is whole")


def _works(sources: Sequence[Path], together: str | None, output: Path, settings: Options) -> list[_Work]:
    """Return what makes each package, with the source as it is called."""
    from pipeline.build import build_package, build_together  # noqa: PLC0415 - `--help` answers without it
    from pipeline.options import bag_groups, only_of  # noqa: PLC0415 - as above
    from pipeline.source import volumes_in  # noqa: PLC0415 - as above

    if together is not None:
        return [(Path(together), partial(build_together, together, sources, output, settings))]
    chosen = [path for source in sources for path in volumes_in(source)]
    told = zip(chosen, only_of(chosen, settings.only), strict=True)
    wanted = [(path, ids) for path, ids in told if ids or not settings.only]
    return [
        (source, partial(build_package, source, output, replace(settings, group=group, only=ids)))
        for (source, ids), group in zip(wanted, bag_groups([path for path, _ in wanted]), strict=True)
    ]


def _make(
    works: Sequence[_Work], settings: Options, form: str, *, quiet: bool, verbose: bool, no_progress: bool
) -> int:
    """Make every package, whatever becomes of the others; return the exit code."""
    from pipeline.findings import UnusableError  # noqa: PLC0415 - `--help` answers without it
    from pipeline.render import as_json  # noqa: PLC0415 - as above

    reports: list[dict[str, Any]] = []
    failed = unusable = False
    for source, work in works:
        try:
            with _progress(source.name, enabled=not (no_progress or quiet)) as progress:
                outcome = work(progress=progress)
        except UnusableError as error:
            unusable = True
            click.echo(f"error: {_one_line(str(error))}", err=True)
            reports.append({"source": _one_line(str(source)), "error": _one_line(str(error))})
            continue
        failed = failed or outcome.failed
        silent = quiet and not settings.strict
        printed = _print_findings(
            outcome.findings, outcome.folders, "make-package", form, quiet=silent, verbose=verbose
        )
        if form == "json":
            reports.append(_outcome_json(outcome, str(source), printed))
        elif not quiet:
            _print_outcome(outcome, check=settings.check, strict=settings.strict)
    if form == "json":
        click.echo(as_json(reports))
    return UNUSABLE if unusable else ERRORS if failed else OK


def _show_document(file: Path, form: str, settings: Options) -> int:
    """Print one document as it was read."""
    from pipeline.render import totals  # noqa: PLC0415 - `--help` answers without it
    from pipeline.show import show  # noqa: PLC0415 - as above
    from pipeline.single import read_document  # noqa: PLC0415 - as above

    read = read_document(file, settings)
    if form == "json":
        click.echo(read.document.model_dump_json(indent=2))
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        click.echo(show(read.shown, read.text, colour=colour) + "\n", color=colour)
        _print_findings(read.findings, {"": str(file.parent)}, "make-package", form, quiet=False, verbose=True)
        click.echo(f"{_one_line(str(file))}: {totals(read.findings)}")
    return ERRORS if any(f.is_error for f in read.findings) else OK


@click.command(context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--fast", is_flag=True, help="Check completeness and sizes only, no checksums.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Threads for large files. [default: the cores]")
@click.option(
    "--profile", metavar="NAME|FILE",
    help=f"Hold bags against a BagIt profile: {', '.join(PROFILES)}, or a file.  [default: the one of these they name]",
)  # fmt: skip
@_FORMAT
@_EXPLAIN
@_QUIET
@_VERSION
def verify_package(
    *, paths: tuple[Path, ...], fast: bool, jobs: int | None, profile: str | None, form: str, quiet: bool
) -> NoReturn:
    """Verify data packages and bags: each PATH a package folder, a bag folder, or a zip, tar or tgz of one."""

    def work() -> int:
        from pipeline.findings import UnusableError  # noqa: PLC0415 - `--help` answers without it
        from pipeline.render import as_json, plural, totals  # noqa: PLC0415 - as above
        from pipeline.verifying import verify  # noqa: PLC0415 - as above

        reports: list[dict[str, Any]] = []
        failed = unusable = False
        for path in paths:
            try:
                verdict = verify(path, fast=fast, profile=profile, jobs=jobs or os.cpu_count() or 1)
            except UnusableError as error:
                unusable = True
                click.echo(f"error: {_one_line(str(error))}", err=True)
                reports.append({"path": _one_line(str(path)), "error": _one_line(str(error))})
                continue
            failed = failed or not verdict.valid
            printed = _print_findings(
                verdict.findings, {"": str(path)}, "verify-package", form, quiet=quiet, verbose=True
            )
            told = "valid" if verdict.valid else "invalid"
            if form == "json":
                reports.append({
                    "path": _one_line(str(path)), "what": verdict.what, "valid": verdict.valid, "files": verdict.files,
                    "octets": verdict.octets, "findings": printed,
                })  # fmt: skip
            elif not quiet:
                size = f"{plural(verdict.files, 'file')}, {verdict.octets:,} octets"
                click.echo(f"{_one_line(str(path))}: {told} {verdict.what}, {size}; {totals(verdict.findings)}")
        if form == "json":
            click.echo(as_json(reports))
        return UNUSABLE if unusable else ERRORS if failed else OK

    _run(work)


def _run(work: Callable[[], int], interrupted: str = "interrupted") -> NoReturn:
    """Run a command and end with its exit code; what cannot go on is told in one line."""
    _prepare_streams()
    try:
        start.asked.clear()
        if signal.getsignal(signal.SIGINT) in (start.ends_at_once, signal.default_int_handler):
            signal.signal(signal.SIGINT, start.interrupts)
        signal.signal(signal.SIGTERM, start.interrupts)
        code = work()
        sys.stdout.flush()
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - raised again where nobody foresaw it
        code = start.INTERRUPTED if start.asked or isinstance(error, KeyboardInterrupt) else _told(error)
        if code == start.INTERRUPTED:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # else Python may end by the signal, and not with the code
            exec("")  # noqa: S102 - so it may where the interrupt came within another exec, which this makes it forget
            click.echo(interrupted, err=True)
    sys.exit(code)


def _told(error: Exception) -> int:
    """Tell in one line why it cannot go on, and return the exit code; what nobody foresaw is raised again."""
    from pipeline.findings import UnusableError  # noqa: PLC0415 - `--help` answers without it

    if isinstance(error, BrokenPipeError):
        _forget_stdout()
        return ERRORS
    if isinstance(error, UnusableError):
        click.echo(f"error: {_one_line(str(error))}", err=True)
    elif isinstance(error, OSError):
        click.echo(f"error: the result cannot be printed: {error.strerror or error}", err=True)
        _forget_stdout()
    elif isinstance(error, MemoryError):
        click.echo("error: there is not enough memory for this input", err=True)
    else:
        raise error
    return UNUSABLE


def _prepare_streams() -> None:
    """Make sure that printing cannot fail for want of a stream or of letters."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open as long as we run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_stdout() -> None:
    """Keep Python from complaining once more when it closes a stdout that nobody reads."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(text: str) -> str:
    from pipeline.render import visible  # noqa: PLC0415 - only when there is something to say

    return visible(text.encode("utf-8", "backslashreplace").decode())


def _print_findings(
    findings: Sequence[Finding], folders: Mapping[str, str], command: str, form: str, *, quiet: bool, verbose: bool
) -> list[dict[str, Any]]:
    """Print findings in the form asked for, or return them for the JSON that is printed at the end."""
    from pipeline import render  # noqa: PLC0415 - `--help` answers without it

    if form == "json":
        return [render.as_dict(f) for f in findings]
    for finding in render.shown(findings, verbose=verbose, quiet=quiet):
        if form == "github":
            click.echo(render.as_github(finding, folders))
        else:
            colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            click.echo(render.as_text(finding, folders, command, colour=colour) + "\n", color=colour)
    return []


def _print_outcome(outcome: Outcome, *, check: bool, strict: bool) -> None:
    from pipeline.render import plural, totals  # noqa: PLC0415 - `--help` answers without it

    for path in outcome.written:
        click.echo(f"wrote {_one_line(str(path))}")
    if not outcome.written and not check:
        click.echo("nothing was written")
    documents, notes = plural(outcome.counts["documents"], "document"), plural(outcome.counts["notes"], "note")
    references = plural(outcome.counts["references"], "reference")
    read = f"{documents}, {notes}, {references}" if outcome.counts else "not read"
    why = "; warnings count as errors (--strict)" if strict and outcome.failed else ""
    click.echo(f"{outcome.name}: {read}; {totals(outcome.findings)}{why}")


def _outcome_json(outcome: Outcome, source: str, findings: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "source": _one_line(source), "name": outcome.name, "written": [_one_line(str(p)) for p in outcome.written],
        "failed": outcome.failed, "counts": dict(outcome.counts), "findings": findings,
    }  # fmt: skip


@contextmanager
def _progress(what: str, *, enabled: bool) -> Iterator[Progress]:
    """Show progress on stderr, if that is a terminal, for work that takes longer than a second."""
    if not enabled or not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import Progress as Bar  # noqa: PLC0415 - as above

    bar = Bar(console=Console(stderr=True), transient=True)
    began, tasks = time.monotonic(), {}

    def told(stage: str, done: int, total: int) -> None:
        if time.monotonic() - began < PATIENCE:
            return
        if stage not in tasks:
            bar.start()
            tasks[stage] = bar.add_task(f"{stage} {what}", total=total)
        bar.update(tasks[stage], completed=done)

    try:
        yield told
    finally:
        with suppress(RuntimeError):
            bar.stop()
