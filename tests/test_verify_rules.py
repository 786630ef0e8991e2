"""RFC 8493 rule by rule: a bag that breaks just the one, what is said of it, and bags that break none.

Each row of the table names the rule with its section, the version of BagIt whose rules hold, and the expected verdict:
`invalid` and `warning` with the code that must be told, `valid` with nothing told at all.
"""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

import bags
from bags import DECLARATION, FORMS, PAYLOAD, Files, write_as
from pipeline.findings import Severity
from pipeline.verifying import verify

SHA256 = "manifest-sha256.txt"
TAG256 = "tagmanifest-sha256.txt"
BOM = b"\xef\xbb\xbf"
FETCH = b"https://example.org/a "


def declared(version: str, encoding: str = "UTF-8") -> bytes:
    return f"BagIt-Version: {version}\nTag-File-Character-Encoding: {encoding}\n".encode()


def base(version: str = "1.0", payload: Files | None = None, algorithms: tuple[str, ...] = bags.ALGORITHMS) -> Files:
    return bags.bag(payload, declaration=declared(version), algorithms=algorithms)


def digest(content: bytes, algorithm: str = "sha256") -> bytes:
    return hashlib.new(algorithm, content).hexdigest().encode()


def edited(path: str, edit: Callable[[bytes], bytes], files: Files | None = None) -> Files:
    """A bag in which one file was edited before the tag manifests were made; a tag manifest is edited as it is."""
    files = base() if files is None else files
    changed = files | {path: edit(files.get(path, b""))}
    return changed if path.startswith("tagmanifest-") else bags.seal(changed)


def lists(edit: Callable[[bytes], bytes], version: str = "1.0", payload: Files | None = None) -> Files:
    """A bag in which every payload manifest was edited."""
    files = base(version, payload)
    names = [path for path in files if path.startswith("manifest-")]
    return bags.seal(files | {path: edit(files[path]) for path in names})


def named(listed: str, name: str, version: str = "1.0") -> Files:
    """A bag with a file of some name that the manifests list under another."""
    return lists(lambda text: text.replace(b"data/LISTED", listed.encode()), version, {"data/LISTED": b"x"}) | {
        name: b"x"
    }


def renamed(listed: str, name: str, version: str = "1.0") -> Files:
    return {path: content for path, content in named(listed, name, version).items() if path != "data/LISTED"}


def plus(line: bytes, file: str = SHA256, version: str = "1.0") -> Files:
    return edited(file, lambda text: text + line, base(version))


def listing(path: str, file: str = SHA256, version: str = "1.0") -> Files:
    """A bag in which a manifest lists one more file."""
    return plus(digest(b"x") + b"  " + path.encode() + b"\n", file, version)


def info(line: bytes, version: str = "1.0") -> Files:
    return edited("bag-info.txt", lambda text: text + line, base(version))


def fetch(line: bytes, version: str = "1.0") -> Files:
    return edited("fetch.txt", lambda _: line, base(version))


def bagit(content: bytes) -> Files:
    return edited("bagit.txt", lambda _: content)


def less(*paths: str, files: Files | None = None) -> Files:
    files = base() if files is None else files
    return bags.seal({path: content for path, content in files.items() if path not in paths})


def moved(old: str, new: str, version: str = "1.0", algorithms: tuple[str, ...] = bags.ALGORITHMS) -> Files:
    """A bag one of whose payload manifests has another name."""
    files = base(version, algorithms=algorithms)
    return bags.seal({new if path == old else path: content for path, content in files.items()})


def encoded(encoding: str, version: str, codec: str) -> Files:
    """A bag whose tag files, bagit.txt excepted, are in an encoding."""
    files = bags.bag({"data/ü.txt": b"x"}, declaration=declared(version, encoding), info="Name: Müller\n".encode())
    wide = {p: c.decode().encode(codec) for p, c in files.items() if p.startswith(("manifest-", "bag-info"))}
    files = bags.seal(files | wide)
    return files | {p: c.decode().encode(codec) for p, c in files.items() if p.startswith("tagmanifest-")}


def ended(end: bytes) -> Files:
    return bags.seal({p: c if p.startswith("data/") else c.replace(b"\n", end) for p, c in base().items()})


def first(text: bytes) -> bytes:
    return text.splitlines(keepends=True)[0]


NFC, NFD = (unicodedata.normalize(form, "data/Núñez") for form in ("NFC", "NFD"))
X = digest(b"x") + b"  "


@dataclass(frozen=True)
class Case:
    """A row: the rule, the bag, the verdict and the code."""

    rule: str
    made: Callable[[], Files]
    verdict: str = "valid"
    code: str = ""
    folder_only: bool = False


INVALID = [
    # 2.1.1, bagit.txt
    Case("2.1.1 bagit.txt is there", lambda: less("bagit.txt"), "invalid", "F201"),
    Case("2.1.1 not a third line", lambda: bagit(DECLARATION + b"Third: line\n"), "invalid", "F202"),
    Case("2.1.1 not an empty third line", lambda: bagit(DECLARATION + b"\n"), "invalid", "F202"),
    Case("2.1.1 no blank first line", lambda: bagit(b"\n" + DECLARATION), "invalid", "F202"),
    Case("2.1.1 in this order", lambda: bagit(b"".join(DECLARATION.splitlines(True)[::-1])), "invalid", "F202"),
    Case("2.1.1 both lines", lambda: bagit(first(DECLARATION)), "invalid", "F202"),
    Case("2.1.1 no lines joined", lambda: bagit(DECLARATION.replace(b"\n", b" ")), "invalid", "F202"),
    Case("2.1.1 no blank before the colon", lambda: bagit(DECLARATION.replace(b": ", b" : ")), "invalid", "F202"),
    Case("2.1.1 one blank after it", lambda: bagit(DECLARATION.replace(b": ", b":")), "invalid", "F202"),
    Case("2.1.1 no blank at the end", lambda: bagit(DECLARATION.replace(b"\n", b" \n")), "invalid", "F202"),
    Case("2.1.1 not empty", lambda: bagit(b""), "invalid", "F202"),
    Case("2.1.1 a known version", lambda: bagit(declared("1.1")), "invalid", "F203"),
    Case("2.1.1 a version as it is spelled", lambda: bagit(declared("01.0")), "invalid", "F203"),
    Case("2.1.1 a version as it is spelled, 2", lambda: bagit(declared("0.970")), "invalid", "F203"),
    Case("2.1.1 a version", lambda: bagit(declared("")), "invalid", "F203"),
    Case("2.1.1 a known encoding", lambda: bagit(declared("1.0", "klingon")), "invalid", "F204"),
    Case("2.1.1 an encoding", lambda: bagit(declared("1.0", "")), "invalid", "F204"),
    Case("2.1.1 an encoding of old versions", lambda: bagit(declared("0.97", "")), "invalid", "F204"),
    Case("2.1.1 an encoding, no codec", lambda: bagit(declared("1.0", "rot13")), "invalid", "F204"),
    Case("2.1.1 an encoding, no name of one", lambda: bagit(declared("1.0", "charmap")), "invalid", "F204"),
    Case("2.1.1 an encoding without mark", lambda: bagit(declared("1.0", "utf-8-sig")), "invalid", "F204"),
    Case("2.1.1 no byte order mark", lambda: bagit(BOM + DECLARATION), "invalid", "F205"),
    Case("2.1.1 none before 1.0 either", lambda: bagit(BOM + declared("0.97")), "invalid", "F205"),
    Case("2.1.1 UTF-8", lambda: bagit(DECLARATION.decode().encode("utf-16")), "invalid", "F206"),
    # 2.1.2, the payload folder
    Case("2.1.2 data is there", lambda: base(payload={}), "invalid", "F302"),
    Case("2.1.2 data is a folder", lambda: base(payload={}) | {"data": b""}, "invalid", "F302"),
    # 2.1.3, payload manifests
    Case("2.1.3 at least one", lambda: base(algorithms=()), "invalid", "F301"),
    Case("2.1.3 at least one of a known algorithm", lambda: moved(SHA256, "manifest-x1.txt", algorithms=("sha256",)),
         "invalid", "F301"),
    Case("2.4 named in lower case without punctuation",
         lambda: moved(SHA256, "manifest-sha-256.txt", algorithms=("sha256",)), "invalid", "F301"),
    Case("2.1.3 every file is listed", lambda: base() | {"data/c.txt": b""}, "invalid", "F315"),
    Case("2.1.3 a hidden file is a file", lambda: base() | {"data/.DS_Store": b""}, "invalid", "F315"),
    Case("2.1.3 in every manifest", lambda: edited(SHA256, first), "invalid", "F316"),
    Case("2.1.3 in every manifest, also of an unknown algorithm", lambda: edited("manifest-x1.txt", lambda _: b""),
         "invalid", "F316"),
    Case("3 every file listed is there", lambda: plus(X + b"data/c.txt\n"), "invalid", "F313"),
    Case("2.1.3 once", lambda: lists(lambda text: text + first(text)), "invalid", "F310"),
    Case("2.1.3 once, with different checksums", lambda: plus(X + b"data/a.txt\n"), "invalid", "F310"),
    Case("2.1.3 once, with different checksums, 0.97", lambda: plus(X + b"data/a.txt\n", version="0.97"),
         "invalid", "F310"),
    Case("2.1.3 once, ./ or not", lambda: lists(lambda t: t + first(t).replace(b"data/", b"./data/")),
         "invalid", "F310"),
    Case("2.1.3 once, encoded or not",
         lambda: edited(SHA256, lambda t: t + t.replace(b"%0A", b"%0a"), renamed("data/%0A", "data/\n")),
         "invalid", "F310"),
    Case("2.1.3 once, in any normalisation",
         lambda: lists(lambda t: t + t.replace(NFC.encode(), NFD.encode()), payload={NFC: b"x"}), "invalid", "F310"),
    Case("2.1.3 a checksum in hexadecimal", lambda: lists(lambda t: b"g" + t[1:]), "invalid", "F305"),
    Case("2.1.3 a checksum of its length", lambda: lists(lambda t: t[1:]), "invalid", "F305"),
    Case("2.1.3 a path", lambda: plus(digest(b"x") + b"\n"), "invalid", "F305"),
    Case("2.1.3 blanks between", lambda: edited(SHA256, lambda t: t.replace(b"  ", b"", 1)), "invalid", "F305"),
    Case("2.1.3 no blanks before", lambda: lists(lambda t: b" " + t), "invalid", "F305"),
    Case("2.1.3 no blank line", lambda: lists(lambda t: t + b"\n"), "invalid", "F305"),
    Case("2.1.3 no comment", lambda: lists(lambda t: b"# made today\n" + t), "invalid", "F305"),
    Case("2.1.3 the checksum is the file's", lambda: base() | {"data/a.txt": b"ALPHA\n"}, "invalid", "F317"),
    Case("2.1.3 by every manifest", lambda: edited("manifest-sha512.txt", lambda t: b"0" * 128 + t[128:]),
         "invalid", "F317"),
    Case("2.1.3 no folder", lambda: lists(lambda t: t + b"0" * len(t.split()[0]) + b"  data/sub\n"),
         "invalid", "F306"),
    Case("2.1.3 no folder, with a slash", lambda: plus(X + b"data/sub/\n"), "invalid", "F306"),
    Case("2.1.3 payload only", lambda: plus(digest(DECLARATION) + b"  bagit.txt\n"), "invalid", "F306"),
    Case("2.1.3 % is encoded", lambda: renamed("data/100%.txt", "data/100%.txt"), "invalid", "F307"),
    Case("2.1.3 only LF, CR and % are", lambda: renamed("data/a%20b", "data/a b"), "invalid", "F307"),
    Case("2.1.3 only LF, CR and % are, 2", lambda: renamed("data/%7Ea", "data/~a"), "invalid", "F307"),
    Case("2.1.3 decoded once", lambda: renamed("data/%250A", "data/\n"), "invalid", "F313"),
    Case("2.1.3 nothing is encoded before 1.0", lambda: renamed("data/100%25.txt", "data/100%.txt", "0.97"),
         "invalid", "F313"),
    # 5.1, paths
    *(Case(f"5.1 nothing outside: {path}", partial(listing, path), "invalid", "F306")
      for path in ("/etc/passwd", "../x", "data/../../x", "data/../bagit.txt", "~root/x", "~/x", "C:\\x", "C:/x",
                   "\\\\server\\x", "data\\..\\..\\x", "file:///etc/passwd", "data//a.txt", "data/./a.txt")),
    *(Case(f"5.1 nothing outside before 1.0: {path}",
           partial(listing, path, version="0.97"), "invalid", "F306")
      for path in ("/etc/passwd", "../x", "data/../../x", "~root/x", "C:\\x", "%HomeDrive%\\x")),
    *(Case(f"5.1 nothing outside by fetch.txt: {path}",
           partial(lambda path: fetch(FETCH + b"- " + path.encode() + b"\n"), path), "invalid", "F306")
      for path in ("/etc/passwd", "../x", "data/../../x", "~root/x", "C:\\x")),
    *(Case(f"5.1 nothing outside by a tag manifest: {path}", partial(listing, path, TAG256), "invalid", "F306")
      for path in ("/etc/passwd", "../x", "x/../../y", "C:\\x")),
    # 2.2.1, tag manifests
    Case("2.2.1 every payload manifest is listed",
         lambda: edited(TAG256, lambda t: b"".join(x for x in t.splitlines(True) if b"manifest-sha512" not in x)),
         "invalid", "F320"),
    Case("2.2.1 no tag manifest", lambda: plus(X + b"tagmanifest-sha512.txt\n", TAG256), "invalid", "F321"),
    Case("2.2.1 not itself", lambda: plus(X + b"tagmanifest-sha256.txt\n", TAG256), "invalid", "F321"),
    Case("2.2.1 no payload file", lambda: plus(digest(b"alpha\n") + b"  data/a.txt\n", TAG256), "invalid", "F306"),
    Case("2.2.1 the checksum is the file's", lambda: base() | {"bag-info.txt": b"A: b\n"}, "invalid", "F319"),
    Case("2.2.1 what is listed is there", lambda: plus(X + b"absent.txt\n", TAG256), "invalid", "F318"),
    Case("2.2.1 once", lambda: edited(TAG256, lambda t: t + first(t)), "invalid", "F310"),
    Case("2.2.1 no folder", lambda: plus(X + b"meta\n", TAG256) | {"meta/x": b""}, "invalid", "F306"),
    Case("2.2.1 % is encoded",
         lambda: bags.seal(base() | {"100%.txt": b""}), "invalid", "F307"),
    # 2.2.2, bag-info.txt
    *(Case(f"2.2.2 an element: {line!r}", partial(lambda line: info(line + b"\n"), line), "invalid", "F208")
      for line in (b"Label : x", b"Label:x", b"Label:", b": x", b"no colon", b"", b" ")),
    Case("2.2.2 not continued before it begins", lambda: edited("bag-info.txt", lambda t: b"  folded\n" + t),
         "invalid", "F208"),
    Case("2.2.2 an element before 1.0", lambda: info(b"no colon\n", "0.97"), "invalid", "F208"),
    *(Case(f"2.2.2 Payload-Oxum: {value!r}",
           partial(lambda value: edited("bag-info.txt", lambda t: t.replace(b"11.2", value)), value), "invalid", "F209")
      for value in (b"11", b"11.2.3", b"a.b", b"11,2", b"11.2 files", b"-11.2", b"+11.2", b"11.")),
    Case("2.2.2 Payload-Oxum once", lambda: info(b"Payload-Oxum: 11.2\n"), "invalid", "F209"),
    Case("2.2.2 Payload-Oxum once, in any case", lambda: info(b"payload-oxum: 11.2\n"), "invalid", "F209"),
    *(Case(f"2.2.2 Payload-Oxum holds: {value!r}",
           partial(lambda value: edited("bag-info.txt", lambda t: t.replace(b"11.2", value)), value), "invalid", "F210")
      for value in (b"12.2", b"11.3", b"0.0")),
    Case("2.2.2 Payload-Oxum holds, in any case",
         lambda: edited("bag-info.txt", lambda t: t.replace(b"Payload-Oxum: 11", b"PAYLOAD-OXUM: 12")),
         "invalid", "F210"),
    Case("2.2.2 Payload-Oxum holds before 1.0",
         lambda: edited("bag-info.txt", lambda t: t.replace(b"11.2", b"12.2"), base("0.97")), "invalid", "F210"),
    # 2.2.3, fetch.txt
    Case("2.2.3 three fields", lambda: fetch(FETCH + b"data/a.txt\n"), "invalid", "F212"),
    Case("2.2.3 three fields before 1.0", lambda: fetch(FETCH + b"data/a.txt\n", "0.97"), "invalid", "F212"),
    Case("2.2.3 a length", lambda: fetch(FETCH + b"six data/a.txt\n"), "invalid", "F212"),
    Case("2.2.3 a length that is not negative", lambda: fetch(FETCH + b"-6 data/a.txt\n"), "invalid", "F212"),
    Case("2.2.3 an absolute address", lambda: fetch(b"/a.txt - data/a.txt\n"), "invalid", "F212"),
    Case("2.2.3 an absolute address, with scheme", lambda: fetch(b"example.org/a - data/a.txt\n"), "invalid", "F212"),
    Case("2.2.3 no blank line", lambda: fetch(FETCH + b"6 data/a.txt\n\n"), "invalid", "F212"),
    Case("2.2.3 no file that no manifest lists", lambda: fetch(FETCH + b"- data/c.txt\n"), "invalid", "F213"),
    Case("2.2.3 no file that only some list",
         lambda: edited(SHA256, first, fetch(FETCH + b"- data/sub/b.txt\n")), "invalid", "F213"),
    Case("2.2.3 no tag file", lambda: fetch(FETCH + b"- bag-info.txt\n"), "invalid", "F306"),
    Case("2.2.3 % is encoded", lambda: edited("fetch.txt", lambda _: FETCH + b"1 data/100%.txt\n",
                                              renamed("data/100%25.txt", "data/100%.txt")), "invalid", "F307"),
    Case("3 all is fetched", lambda: less("data/a.txt", files=fetch(FETCH + b"6 data/a.txt\n")), "invalid", "F314"),
    Case("3 all is fetched before 1.0", lambda: less("data/a.txt", files=fetch(FETCH + b"- data/a.txt\n", "0.97")),
         "invalid", "F314"),
    # 2.3, text
    *(Case(f"2.3 no byte order mark: {name}",
           partial(lambda name: edited(name, lambda t: BOM + t, fetch(FETCH + b"6 data/a.txt\n")), name),
           "invalid", "F205")
      for name in ("bag-info.txt", SHA256, TAG256, "fetch.txt")),
    *(Case(f"2.3 in its encoding: {name}", partial(edited, name, lambda t: t + b"\xff\xfe"), "invalid", "F206")
      for name in ("bag-info.txt", SHA256, TAG256)),
    Case("2.3 in its encoding, 2", lambda: bagit(declared("1.0", "UTF-16")), "invalid", "F206"),
]  # fmt: skip

WARNING = [
    Case("2.1.3 % in 0.97 as bagit writes it", lambda: renamed("data/a%0Ab", "data/a\nb", "0.97"), "warning", "F215"),
    Case("2.1.3 once, with one checksum, before 1.0", lambda: lists(lambda text: text + first(text), "0.97"),
         "warning", "F215"),
    Case("2.1.3 in every manifest, before 1.0", lambda: edited(SHA256, first, base("0.97")), "warning", "F215"),
    Case("2.1.3 no empty folder", lambda: base() | {"data/empty/": b""}, "warning", "F323"),
    Case("2.2.1 tag manifests of the same algorithms",
         lambda: {p: c for p, c in base().items() if p != "tagmanifest-sha512.txt"}, "warning", "F324"),
    Case("2.1.3 lines alike: blanks", lambda: lists(lambda t: t.replace(b"  ", b"\t", 1)), "warning", "F325"),
    Case("2.1.3 lines alike: case", lambda: lists(lambda t: first(t).upper()[:64] + t[64:]), "warning", "F325"),
    Case("2.3 lines alike: ends", lambda: lists(lambda t: t.replace(b"\n", b"\r\n", 1)), "warning", "F325"),
    Case("2.2.1 every tag file is listed", lambda: base() | {"extra.txt": b""}, "warning", "F322"),
    Case("2.2.1 every tag file is listed, in folders", lambda: base() | {"meta/.x": b""}, "warning", "F322"),
    Case("2.2.1 every payload manifest is listed, before 1.0",
         lambda: edited(TAG256, lambda t: b"".join(x for x in t.splitlines(True) if b"manifest-sha512" not in x),
                        base("0.97")), "warning", "F215"),
    Case("2.2.2 a date", lambda: edited("bag-info.txt", lambda t: t.replace(b"-21", b"-21T10:00:00Z")),
         "warning", "F211"),
    Case("2.2.2 a date that there is", lambda: edited("bag-info.txt", lambda t: t.replace(b"11-21", b"11-31")),
         "warning", "F211"),
    Case("2.2.2 one blank", lambda: info(b"Label:  x\n"), "warning", "F217"),
    Case("2.2.3 the length is the file's", lambda: fetch(FETCH + b"7 data/a.txt\n"), "warning", "F216"),
    Case("2.3 no byte order mark, before 1.0", lambda: edited("bag-info.txt", lambda t: BOM + t, base("0.97")),
         "warning", "F215"),
    *(Case(f"2.3 every line is ended: {name}", partial(edited, name, lambda t: t.removesuffix(b"\n")),
           "warning", "F207") for name in ("bagit.txt", "bag-info.txt", SHA256, TAG256)),
    Case("2.4 an unknown algorithm beside a known one",
         lambda: edited("manifest-x1.txt", lambda _: bags.manifest(PAYLOAD, "sha1")), "warning", "F303"),
    Case("2.4 named in lower case without punctuation, beside another",
         lambda: edited("manifest-SHA-384.txt", lambda _: bags.manifest(PAYLOAD, "sha384")), "warning", "F304"),
    Case("2.4 named in lower case without punctuation, before 1.0",
         lambda: moved(SHA256, "manifest-SHA256.txt", "0.97", ("sha256",)), "warning", "F304"),
    Case("6.1.1 names that differ in case", lambda: base(payload={"data/a": b"", "data/A": b""}), "warning", "F311"),
    Case("6.1.1 a file and a folder", lambda: base(payload={"data/A": b"", "data/a/x": b""}), "warning", "F311"),
    Case("6.1.1 folders", lambda: base(payload={f"{NFC}/x": b"", f"{NFD}/y": b""}), "warning", "F311"),
    Case("6.1.1 names that differ in normalisation", lambda: base(payload={NFC: b"", NFD: b""}), "warning", "F311"),
    Case("6.1.1 a name in another form", lambda: renamed(NFC, NFD), "warning", "F312"),
    Case("6.1.1 a name in another form, 2", lambda: renamed(NFD, NFC), "warning", "F312"),
    Case("6.1.1 a name in another form before 1.0", lambda: renamed(NFD, NFC, "0.97"), "warning", "F312"),
    Case("6.1.3 no asterisk", lambda: lists(lambda t: t.replace(b"  ", b" *")), "warning", "F309"),
    Case("2.1.3 no ./", lambda: lists(lambda t: t.replace(b"data/", b"./data/")), "warning", "F308"),
    Case("2.1.3 no ./ before 1.0", lambda: lists(lambda t: t.replace(b"data/", b"./data/"), "0.97"),
         "warning", "F308"),
]  # fmt: skip

VALID = [
    *(Case(f"version {version}", partial(base, version)) for version in
      ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")),
    Case("labels in lower case", lambda: bagit(DECLARATION.replace(b"BagIt-Version", b"bagit-version"))),
    Case("blanks in bagit.txt before 1.0", lambda: bagit(declared("0.97").replace(b":", b" : "))),
    Case("no bag-info.txt", lambda: less("bag-info.txt")),
    Case("no tag manifests", lambda: {p: c for p, c in base().items() if not p.startswith("tagmanifest-")}),
    Case("no files at all", lambda: base(payload={}) | {"data/": b""}),
    Case("empty files", lambda: base(payload={"data/a": b"", "data/b": b""})),
    Case("one algorithm", lambda: base(algorithms=("md5",))),
    Case("four algorithms", lambda: base(algorithms=("md5", "sha1", "sha256", "sha512"))),
    Case("checksums in upper case",
         lambda: lists(lambda t: b"".join(x.replace(x.split()[0], x.split()[0].upper()) for x in t.splitlines(True)))),
    Case("one blank", lambda: lists(lambda t: t.replace(b"  ", b" "))),
    Case("a tab", lambda: lists(lambda t: t.replace(b"  ", b"\t"))),
    Case("many blanks", lambda: lists(lambda t: t.replace(b"  ", b" \t  "))),
    Case("CRLF", lambda: ended(b"\r\n")),
    Case("CR", lambda: ended(b"\r")),
    Case("lines in any order", lambda: lists(lambda t: b"".join(t.splitlines(True)[::-1]))),
    Case("blank lines before 1.0", lambda: lists(lambda t: b"\n" + t + b"\n", "0.97")),
    Case("lines that are not ended, before 1.0", lambda: lists(lambda t: t.removesuffix(b"\n"), "0.97")),
    *(Case(f"a name: {name!r}", partial(lambda name: base(payload={f"data/{name}": b"x"}), name)) for name in
      (".hidden", ".folder/.x", " a", "a ", "a  b", "ü €", "😀", "~a", "$HOME", "a*b", "*a", "a:b", "#a", "data/data",
       "manifest-md5.txt", "\u2028", "\x85", "a\x0cb", "CON", "-", "a'\"b", "тест", "bagit.txt", "fetch.txt")),
    Case("a name with a backslash", lambda: base(payload={"data/a\\b": b"x"}), folder_only=True),
    *(Case(f"a name, encoded: {listed}", partial(renamed, listed, name)) for listed, name in
      (("data/100%25", "data/100%"), ("data/a%0Ab", "data/a\nb"), ("data/a%0db", "data/a\rb"),
       ("data/%0d%0A", "data/\r\n"), ("data/%2525", "data/%25"), ("data/%250A", "data/%0A"))),
    *(Case(f"a name before 1.0: {name}", partial(lambda name: base("0.97", {name: b"x"}), name)) for name in
      ("data/100%", "data/%25", "data/%0A", "data/%7Ea", "data/a%20b")),
    Case("an encoded name in fetch.txt and a tag manifest", lambda: edited(
        "fetch.txt", lambda _: FETCH + b"1 data/100%25\n", renamed("data/100%25", "data/100%"))),
    Case("tag folders", lambda: bags.seal(base() | {"meta/a.xml": b"<a/>", "meta/.b/c": b"\0"})),
    Case("empty tag folders", lambda: base() | {"meta/": b""}),
    Case("unlisted tag files before 1.0", lambda: base("0.97") | {"extra.txt": b""}),
    Case("labels again", lambda: info(b"Contact-Name: A\nContact-Name: B\ncontact-name: C\n")),
    Case("folded lines", lambda: info(b"Label: one\n  two: three\n\tfour\n")),
    Case("a tab after the colon", lambda: info(b"Label:\tx\n")),
    Case("an empty value", lambda: info(b"Label: \n")),
    Case("a colon in a value", lambda: info(b"Label: a: b\n")),
    Case("blanks in a label", lambda: info(b"My own label: x\n")),
    Case("a long line", lambda: info(b"Label: " + b"word " * 100 + b"\n")),
    Case("blanks around colons before 1.0", lambda: info(b"A : x\nB:y\nC  :   z\n\n", "0.97")),
    Case("Payload-Oxum in another case",
         lambda: edited("bag-info.txt", lambda t: t.replace(b"Payload-Oxum", b"PAYLOAD-oxum"))),
    Case("an empty bag-info.txt", lambda: edited("bag-info.txt", lambda _: b"")),
    Case("all fetched", lambda: fetch(FETCH + b"6 data/a.txt\n" + FETCH + b"-\tdata/sub/b.txt\n")),
    Case("an empty fetch.txt", lambda: fetch(b"")),
    Case("a long size in fetch.txt", lambda: fetch(FETCH + b"0006 data/a.txt\n")),
    *(Case(f"{encoding} in {version}", partial(encoded, encoding, version, codec))
      for version in ("0.97", "1.0")
      for encoding, codec in (("UTF-16", "utf-16"), ("ISO-8859-1", "latin-1"), ("utf-8", "utf-8"),
                              ("UTF-16BE", "utf-16-be"))),
    Case("package-info.txt of 0.95", lambda: moved("bag-info.txt", "package-info.txt", "0.95")),
]  # fmt: skip
CASES = [*INVALID, *WARNING, *VALID]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case, tmp_path: Path) -> None:
    for form in ("folder",) if case.folder_only else FORMS:
        verdict = verify(write_as(form, tmp_path, case.made()))
        told = {(f.code, f.severity) for f in verdict.findings}
        severity = {"invalid": Severity.ERROR, "warning": Severity.WARNING}.get(case.verdict)
        assert verdict.valid == (case.verdict != "invalid"), (form, verdict.findings)
        assert told == set() if severity is None else (case.code, severity) in told, (form, verdict.findings)


def test_rules_have_names_of_their_own() -> None:
    assert len({case.rule for case in CASES}) == len(CASES)
