"""The cache saves time and nothing else: with it, without it or with a damaged one, the result is the same."""

import errno
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bags
from commands import beside_a_thread, python
from conftest import ROOT, SEEDS
from packages import digests
from pipeline import reading
from pipeline.build import Outcome, build_package
from pipeline.cache import CHECK, Cache, default_folder, write
from pipeline.findings import UnusableError
from pipeline.gathering import WORTH_IT, worth_processes
from pipeline.options import Options
from pipeline.source import Source, read_source
from tei import document, save, volume
from volumes import large

TEXT = '<p>See Document 2.<note n="1" xml:id="d1fn1">Not printed.</note></p>'


def entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def build(source: Path, output: Path, cache: Path | None, *, check: bool = False) -> Outcome:
    return build_package(source, output, Options(cache=cache, selfcheck="off", check=check))


@pytest.fixture(params=["text", "tei"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "text":
        return shutil.copytree(SEEDS, tmp_path / "seeds")
    return save(tmp_path, volume(document(TEXT, "1"), document("<p>Text.</p>", "2")))


def test_a_second_run_gives_the_same_bytes_and_keeps_nothing_more(source: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build(source, tmp_path / "first", cache)
    kept = entries(cache)
    build(source, tmp_path / "second", cache)
    build(source, tmp_path / "none", None)
    assert kept
    assert entries(cache) == kept
    assert digests(tmp_path / "first") == digests(tmp_path / "second") == digests(tmp_path / "none")


def test_what_is_kept_of_a_source_is_taken_instead_of_reading_it(source: Path, tmp_path: Path) -> None:
    """Entries which say what no source says are believed as long as they are whole: so nothing was read anew."""
    cache = Cache(tmp_path / "cache")
    build(source, tmp_path / "first", cache.folder)
    for path in entries(tmp_path / "cache"):
        key = path.parent.name + path.name
        content = cache.get(key) or b""
        cache.put(key, forged(content))
        assert cache.get(key) not in (None, content)
    build(source, tmp_path / "second", cache.folder)
    first, second = ({p.name: p.read_bytes() for p in tmp_path.glob(f"{n}/*/tables/*")} for n in ("first", "second"))
    assert first != second
    assert {name: forged(content) for name, content in first.items()} == second


def forged(content: bytes) -> bytes:
    """Put a word in the place of some, as long as they are, which the sources of these tests and no names have."""
    return re.sub(rb"\b(?:Rusk|Text|Cuba)\b", b"Oslo", content)


@pytest.fixture(params=["text", "tei"])
def much(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """A source that is just worth a further process."""
    if request.param == "tei":
        return read_source(save(tmp_path, large(volume(document(TEXT, "1")))))
    for number in range(1, WORTH_IT + 1):
        bags.put(tmp_path, f"d{number}.txt", f"{number}. Letter\n\nText.".encode())
    return read_source(tmp_path)


def test_further_processes_are_not_started_anew_for_what_was_read_before(
    much: Source, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    with beside_a_thread():
        assert worth_processes([much], cache)
        build(much.path, tmp_path_factory.mktemp("out"), cache.folder)
        assert not worth_processes([much], cache)
        assert worth_processes([much], Cache(None))
    told = python(f"""
from pathlib import Path
from pipeline.cache import Cache
from pipeline.gathering import worth_processes
from pipeline.source import read_source
from pipeline.workers import makes_copies
print(makes_copies(), worth_processes([read_source(Path({str(much.path)!r}))], Cache(Path({str(cache.folder)!r}))))
""")
    assert told in ("True True", "False False"), "a copy of a process takes no time to start"


def test_a_changed_file_is_read_anew_and_no_other(tmp_path: Path) -> None:
    source, cache = shutil.copytree(SEEDS, tmp_path / "seeds"), tmp_path / "cache"
    build(source, tmp_path / "out", cache)
    before = set(entries(cache))
    path = source / "000_948f2d66d0829868.txt"
    path.write_text(path.read_text("utf-8").replace("Cuba", "Malta"), "utf-8")
    build(source, tmp_path / "out", cache)
    assert len(set(entries(cache)) - before) == 1
    assert build(source, tmp_path / "clean", None).counts["documents"] == 2
    assert digests(tmp_path / "out") == digests(tmp_path / "clean")


def test_a_name_or_a_fact_makes_another_entry(tmp_path: Path) -> None:
    source, cache = shutil.copytree(SEEDS, tmp_path / "seeds"), tmp_path / "cache"
    build(source, tmp_path / "out", cache)
    with (source / "package.toml").open("a", encoding="utf-8") as file:
        file.write('\n[documents."000_948f2d66d0829868.txt"]\ndate = 1962-01-01\n')
    (source / "003_cfb8ba3d3f9b8080.txt").rename(source / "d293.txt")
    build(source, tmp_path / "out", cache)
    build(source, tmp_path / "clean", None)
    assert digests(tmp_path / "out") == digests(tmp_path / "clean")


def replaced(path: Path, by: Callable[[], object]) -> None:
    path.unlink()
    by()


DAMAGE: dict[str, Callable[[Path, bytes], object]] = {
    "emptied": lambda path, _: path.write_bytes(b""),
    "cut": lambda path, data: path.write_bytes(data[: len(data) // 2]),
    "longer": lambda path, data: path.write_bytes(data + b"x"),
    "foreign": lambda path, _: path.write_bytes(b"\0" * 100),
    "folder": lambda path, _: replaced(path, path.mkdir),
    "link": lambda path, _: replaced(path, partial(path.symlink_to, "nowhere")),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_entries_change_nothing(damage: str, source: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build(source, tmp_path / "first", cache)
    for path in entries(cache):
        DAMAGE[damage](path, path.read_bytes())
    build(source, tmp_path / "second", cache)
    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_entries_that_have_changed_places_change_nothing(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    build(SEEDS, tmp_path / "first", cache)
    one, other = entries(cache)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    build(SEEDS, tmp_path / "second", cache)
    assert digests(tmp_path / "first") == digests(tmp_path / "second")


@given(st.data())
def test_what_comes_out_is_what_was_put_in_or_nothing(data: st.DataObject) -> None:
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "given"
    content = data.draw(st.binary(max_size=200))
    cache = Cache(folder)
    key = cache.key("x")
    cache.put(key, content)
    assert cache.get(key) == content
    (path,) = entries(folder)
    stored = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(stored) - 1))
    end = data.draw(st.integers(at, len(stored)))
    stored[at:end] = data.draw(st.binary(max_size=60))
    path.write_bytes(stored)
    assert Cache(folder).get(key) in (None, content)


def no_links(*_: object) -> None:
    raise OSError(errno.EXDEV, "on another file system")


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_kept_as_it_is_with_links_and_without(
    links: bool, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    cache = Cache(tmp_path / "cache")
    key, one = cache.key("x"), tmp_path / "one"
    write(key, [b"a\n", b"b"], one)
    cache.put_file(key, one)
    assert cache.get(key) == b"a\nb"
    assert one.read_bytes()[CHECK:] == b"a\nb"
    (entry,) = entries(tmp_path / "cache")
    assert entry.samefile(one) == links
    cache.put_file(key, one)
    assert entries(tmp_path / "cache") == [entry]
    entry.write_bytes(b"")
    assert cache.get(key) is None
    for name in ("first", "second"):
        build(source, tmp_path / name, tmp_path / "cache")
    build(source, tmp_path / "none", None)
    assert digests(tmp_path / "first") == digests(tmp_path / "second") == digests(tmp_path / "none")


def test_entries_that_change_while_a_package_is_made_change_nothing(source: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def change(told: str, _done: int, _total: int) -> None:
        for path in entries(cache) if told == "parse" else ():
            path.write_bytes(forged(path.read_bytes())[:-9])

    for name in ("cold", "warm"):
        assert build_package(source, tmp_path / name, Options(cache=cache), change).written
    build(source, tmp_path / "none", None)
    assert digests(tmp_path / "cold") == digests(tmp_path / "warm") == digests(tmp_path / "none")


def test_parts_of_a_key_do_not_run_together() -> None:
    cache = Cache(None)
    keys = [cache.key(*parts) for parts in (("a", "b"), ("ab",), ("a", "", "b"), ("a\0b",), ("1:a", "b"))]
    assert len(set(keys)) == len(keys)


def test_another_reader_has_another_key(tmp_path: Path) -> None:
    """Whatever of the program is other, its code or its data; what Python writes beside it is not the program."""
    code = shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))

    def key() -> str:
        return python("from pipeline.cache import Cache; print(Cache(None).key('x'))", tmp_path)

    keys = [Cache(None).key("x"), key(), key()]
    assert len(set(keys)) == 1
    for name in ("parsing/text.py", "data/anchors.json"):
        with (code / name).open("a") as file:
            file.write("\n")
        keys.append(key())
    assert len(set(keys)) == 3


def test_none_keeps_nothing_and_a_check_adds_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    build(source, tmp_path / "out", None)
    assert not (tmp_path / "home").exists()
    build(source, tmp_path / "out", tmp_path / "cache", check=True)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("kind", ["file", "below a file", "link to nowhere"])
def test_a_cache_that_cannot_be_written_is_no_fault(kind: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    if kind == "link to nowhere":
        cache.symlink_to(tmp_path / "nowhere" / "at" / "all")
    else:
        cache.write_text("mine")
    cache = cache / "deep" if kind == "below a file" else cache
    assert build(SEEDS, tmp_path / "out", cache).written


def test_a_full_cache_loses_what_was_longest_unused(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keys = [cache.key(str(number)) for number in range(10)]
    for age, key in enumerate(reversed(keys)):
        cache.put(key, os.urandom(1000))
        os.utime(tmp_path / key[:2] / key[2:], (1e9 - age, 1e9 - age))
    assert cache.get(keys[0])  # used just now, so kept
    cache.prune(6000)
    left = [number for number, key in enumerate(keys) if cache.get(key)]
    assert 0 in left
    assert 3 <= len(left) <= 5
    assert left[1:] == list(range(10 - len(left) + 1, 10))
    cache.prune()
    assert [number for number, key in enumerate(keys) if cache.get(key)] == left


@pytest.mark.parametrize(("home", "expected"), [("/somewhere", "/somewhere/frus-package"), ("relative", None)])
def test_the_cache_lies_where_the_user_says(home: str, expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(default_folder()) == (expected or "/home/someone/.cache/frus-package")


def test_a_volume_that_changes_while_it_is_read_is_refused_and_not_kept(tmp_path: Path) -> None:
    """Its header and its documents would not fit together."""
    source = save(tmp_path, volume(document(TEXT, "1")))
    look = reading.VolumeBatch(source, source.name, Cache(tmp_path / "cache"))
    head = look()
    assert head.volume is not None
    looked = reading.put_down(look, head.volume, head, tmp_path / "record.json")
    unit = replace(looked, cuts=None).unit(0, None)
    save(tmp_path, volume(document(TEXT, "1"), document("<p>New.</p>", "2")))
    before = entries(tmp_path / "cache")
    batch = reading.ReadBatch((unit,), tmp_path, Cache(tmp_path / "cache"))
    with pytest.raises(UnusableError, match="was changed"):
        batch()
    assert entries(tmp_path / "cache") == before


@pytest.mark.parametrize("stage", ["parse", "package"])
def test_a_source_that_changes_before_it_is_copied_is_refused(stage: str, source: Path, tmp_path: Path) -> None:
    path = source if source.is_file() else source / "000_948f2d66d0829868.txt"

    def change(told: str, _done: int, _total: int) -> None:
        if told == stage:
            path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(UnusableError, match="was changed"):
        build_package(source, tmp_path / "out", Options(cache=tmp_path / "cache"), change)
    assert not (tmp_path / "out").exists()
    assert build(source, tmp_path / "first", tmp_path / "cache").written
    assert build(source, tmp_path / "second", None).written
    assert digests(tmp_path / "first") == digests(tmp_path / "second")
