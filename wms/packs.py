"""A page's scripts as one: what it loads at first and what it may want later, stripped, in a single answer.

Compressed together, scripts take two thirds of what they take one by one, and one trip over the radio instead of
sixty. Nothing is built beforehand: a pack is made when it is asked for, and again when a script has changed.

In a pack each module is a function that is called at once, so that its inner names stay its own; what it exports
becomes a constant of the pack, under its own name or, where two would clash, another.
"""
from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import zopfli.gzip

from wms.strip import Piece, between, pieces

UI = Path(__file__).resolve().parents[1] / "terminal_ui"
SHIPPED = ("core", "parts", "flows", "pages", "desk", "style", "vendor", "messages")
DECLARES = {"const", "function", "class"}
OFFERS = re.compile(r"^offer\('(\w+)'", re.M)
# `need('camera')` and the like, and the lists of pages/*.js.
WANTS = re.compile(r"\w\('(\w+)'\)")
WANTS_LIST = re.compile(r"\bFETCHED_LATER = \[([^\]]*)\]")
STARTS = re.compile(r'src="/ui/packs/([^"]+)"')
Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class Module:
    path: str
    source: str
    body: list[Piece] = field(default_factory=list)  # without what it imports and the word `export`
    imports: list[tuple[str, str, str]] = field(default_factory=list)  # module, its name there, its name here
    exports: dict[str, str] = field(default_factory=dict)  # its name there → its name here
    passes_on: list[tuple[str, str, str]] = field(default_factory=list)  # module, its name there, the name it gets
    loads: list[str] = field(default_factory=list)  # modules, in order


@dataclass(frozen=True)
class Pack:
    code: bytes
    map: bytes
    files: tuple[str, ...]


def starts() -> frozenset[str]:
    """The scripts that pages begin with."""
    return _starts(stamp())


def pack(start: str) -> Pack:
    """The pack of the page that begins with this script (`pages/terminal.js`)."""
    return _pack(start, stamp())


def stamp() -> Stamp:
    """What changes with anything that a page loads: when each page, script, style and text was written."""
    files = (path for folder in SHIPPED for path in (UI / folder).iterdir())
    states = ((path.relative_to(UI).as_posix(), path.stat()) for path in files)
    return tuple(sorted((path, state.st_mtime_ns, state.st_size) for path, state in states))


@lru_cache(maxsize=1)
def _starts(stamp: Stamp) -> frozenset[str]:
    return frozenset(found for page in (UI / "pages").glob("*.html") for found in STARTS.findall(_text(page)))


@lru_cache(maxsize=32)
def gzipped(code: bytes) -> bytes:
    """A pack for browsers that take gzip. Zopfli takes a quarter of a second, once, saving 4 % of what zlib leaves."""
    return zopfli.gzip.compress(code, numiterations=5)  # type: ignore[no-any-return]


@lru_cache(maxsize=32)
def _pack(start: str, stamp: Stamp) -> Pack:
    return _written(start, collect(start))


# ---- what belongs into it


def collect(start: str) -> list[Module]:
    """The modules of a page, each after those that it imports; the page's own is the last.

    Besides what is imported, every script of flows/ belongs to it that offers a name which a call in the pack
    passes alone, as in `need('camera')`, or which stands in a list FETCHED_LATER.
    """
    flows = sorted((UI / "flows").glob("*.js"))
    offers = {name: f"flows/{path.name}" for path in flows for name in OFFERS.findall(_text(path))}
    found: dict[str, Module] = {}
    _visit(start, found, ())
    last = found.pop(start)
    wanted = _wanted([*found.values(), last])
    while wanted & offers.keys():
        names = sorted(wanted & offers.keys())
        for each in names:
            _visit(offers.pop(each), found, ())
        wanted = _wanted(found.values()) | wanted
    return [*found.values(), last]


def _wanted(modules: Iterable[Module]) -> set[str]:
    lists = (re.findall(r"\w+", found) for module in modules for found in WANTS_LIST.findall(module.source))
    calls = (WANTS.findall(module.source) for module in modules)
    return {name for names in (*lists, *calls) for name in names}


def _visit(path: str, found: dict[str, Module], above: tuple[str, ...]) -> None:
    if path in above:
        raise ValueError(f"scripts import each other: {' → '.join((*above, path))}")
    if path in found:
        return
    module = read(path)
    for each in module.loads:
        _visit(each, found, (*above, path))
    found[path] = module


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# ---- one module


def read(path: str) -> Module:
    """Take a module apart: what it imports and exports, and the rest. Forms that none of ours uses are refused."""
    module = Module(path, _text(UI / path))
    words = list(pieces(module.source))
    at, depth = 0, 0
    while at < len(words):
        word = words[at].text
        if word == "import" and (depth or words[at + 1].text == "("):
            raise ValueError(f"{path}: a pack is whole; import() would fetch a second copy of what is in it")
        if depth == 0 and word in ("import", "export"):
            at = (_import if word == "import" else _export)(module, words, at)
            continue
        # A template's pieces open and close gaps of their own.
        depth += (word.endswith(("{", "(", "[")) and not word.startswith(("'", '"'))) - (word[0] in "})]")
        module.body.append(words[at])
        at += 1
    return module


def _from(module: Module, literal: str) -> str:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(module.path), literal[1:-1]))
    if path not in module.loads:
        module.loads.append(path)
    return path


def _names(words: list[Piece], at: int) -> tuple[list[tuple[str, str]], int]:
    """The pairs of `{a as b, c}`, which begins at `at`; and where it ended."""
    found = []
    at += 1
    while words[at].text != "}":
        one = words[at].text
        if words[at + 1].text == "as":
            found.append((one, words[at + 2].text))
            at += 3
        else:
            found.append((one, one))
            at += 1
        if words[at].text == ",":
            at += 1
    return found, at + 1


def _after(words: list[Piece], at: int) -> int:
    return at + 1 if at < len(words) and words[at].text == ";" else at


def _import(module: Module, words: list[Piece], at: int) -> int:
    at += 1
    names: list[tuple[str, str]] = []
    if re.fullmatch(r"[\w$]+", words[at].text):
        names, at = [("default", words[at].text)], at + 1
    elif words[at].text == "{":
        names, at = _names(words, at)
    elif words[at].text[0] not in "'\"":
        raise ValueError(f"{module.path}: an import that packs do not know: import {words[at].text}")
    if names:
        assert words[at].text == "from", module.path
        at += 1
    path = _from(module, words[at].text)
    module.imports += [(path, there, here) for there, here in names]
    return _after(words, at + 1)


def _export(module: Module, words: list[Piece], at: int) -> int:
    word = words[at + 1].text
    if word == "{":
        names, at = _names(words, at + 1)
        if at < len(words) and words[at].text == "from":
            path = _from(module, words[at + 1].text)
            module.passes_on += [(path, there, here) for there, here in names]
            return _after(words, at + 2)
        module.exports.update({there: here for here, there in names})
        return _after(words, at)
    if word == "default":
        stands = words[at].at
        module.body += [Piece(text, stands, text == "const") for text in ("const", "$default", "=")]
        module.exports["default"] = "$default"
        return at + 2
    name = words[at + 2 + (word == "async")].text
    if word not in DECLARES | {"async"} or not re.fullmatch(r"[\w$]+", name):
        raise ValueError(f"{module.path}: an export that packs do not know: export {word} {name}")
    module.exports[name] = name
    return at + 1


# ---- all of them


class _Writer:
    """Code, and for each of its lines' stretches where in which source it came from."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._line, self._column = 0, 0
        self.segments: list[tuple[int, int, int, int, int]] = []  # line, column, source, its line, its column

    def add(self, text: str) -> None:
        self._out.append(text)
        lines = text.split("\n")
        self._line += len(lines) - 1
        self._column = (self._column if len(lines) == 1 else 0) + len(lines[-1])

    def body(self, module: Module, number: int) -> None:
        starts = [0, *(found.end() for found in re.finditer("\n", module.source))]
        last, line, told = "", 0, -1
        for piece in module.body:
            self.add(between(last, piece))
            while line + 1 < len(starts) and starts[line + 1] <= piece.at:
                line += 1
            if line != told or piece.text.startswith(("`", "}")):
                self.segments.append((self._line, self._column, number, line, piece.at - starts[line]))
                told = line
            self.add(piece.text)
            last = piece.text

    def code(self) -> str:
        return "".join(self._out)


def _written(start: str, modules: list[Module]) -> Pack:
    names = _given_names(modules)
    writer = _Writer()
    for number, module in enumerate(modules):
        here = {there: names[module.path, there] for there in module.exports if (module.path, there) in names}
        renamed = [(mine, names[path, there]) for path, there, mine in module.imports if names[path, there] != mine]
        writer.add(f"const{{{','.join(here.values())}}}=" if here else "")
        writer.add(f"(({','.join(mine for mine, _ in renamed)})=>{{")
        writer.body(module, number)
        if here:
            pairs = ((given, module.exports[there]) for there, given in here.items())
            returned = (given if given == own else f"{given}:{own}" for given, own in pairs)
            writer.add(f"\nreturn{{{','.join(returned)}}}")
        writer.add(f"}})({','.join(given for _, given in renamed)});\n")
    code = f"{writer.code()}//# sourceMappingURL=/ui/packs/{start}.map\n"
    files = tuple(module.path for module in modules)
    return Pack(code.encode(), _source_map(modules, writer.segments), files)


def _given_names(modules: list[Module]) -> dict[tuple[str, str], str]:
    """What each export that some module of the pack imports is called in it: (module, its name there) → name."""
    passed = {(module.path, mine): (path, there) for module in modules for path, there, mine in module.passes_on}

    def home(path: str, there: str) -> tuple[str, str]:
        while (path, there) in passed:
            path, there = passed[path, there]
        return path, there

    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for module in modules:
        for path, there, mine in module.imports:
            key = home(path, there)
            if key not in names:
                wish = mine if there == "default" else there
                names[key] = next(each for each in _wishes(wish) if each not in taken)
                taken.add(names[key])
            names[path, there] = names[key]
    return names


def _wishes(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}${number}"
        number += 1


# ---- where it came from

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _vlq(number: int) -> str:
    """A number of a source map: base 64, five bits a digit, its sign in the lowest bit."""
    rest = (-number << 1) | 1 if number < 0 else number << 1
    out = ""
    while True:
        rest, digit = rest >> 5, rest & 31
        out += DIGITS[digit | (32 if rest else 0)]
        if not rest:
            return out


def _source_map(modules: list[Module], segments: list[tuple[int, int, int, int, int]]) -> bytes:
    """So that a browser's tools show our files and lines (ECMA-426)."""
    lines: list[str] = []
    before = (0, 0, 0, 0)
    for line, column, *source in segments:
        while len(lines) <= line:
            lines.append("")
            before = (0, *before[1:])
        now = (column, *source)
        told = "".join(_vlq(a - b) for a, b in zip(now, before, strict=True))
        lines[line] += ("," if lines[line] else "") + told
        before = now  # type: ignore[assignment]  # four numbers
    sources = [f"/ui/{module.path}" for module in modules]
    return json.dumps({"version": 3, "sources": sources, "names": [], "mappings": ";".join(lines)}).encode()
