"""Our scripts without what a browser does not need: comments, indentation, and line ends that end nothing.

No names are changed: what is left is the same program, token by token, which the tests let a parser confirm.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# One token or one stretch of white space each, at the place where the last one ended.
TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*[^]*?\*/)
    | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<number>(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))
    | (?P<name>[\w$]+)
    | (?P<arrow>=>)
    | (?P<sign>\+\+|--|[^\s\w$])
    """.replace("[^]", r"[\s\S]"),
    re.X,
)
TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*")
REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
# After these a slash divides; after anything else a regular expression begins.
ENDS_VALUE = re.compile(r"[\w$)\]'\"`]")
BEFORE_REGEX = {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await"}
# A line end after or before one of these ends no statement.
GOES_ON_AFTER, GOES_ON_BEFORE = set(";,{([:?=&|"), set(".,)]}:?=&|")


@dataclass(frozen=True)
class Piece:
    """A token with the place in the source where it stands, and whether a line ends before it."""

    text: str
    at: int
    new_line: bool


def pieces(source: str) -> Iterator[Piece]:
    """All tokens of a script; a template comes in pieces, with the tokens of its gaps between them."""
    at, new_line, last = 0, False, ""
    braces: list[bool] = []  # open braces; True for those that are gaps of a template

    def template(start: int) -> Piece:
        end = TEMPLATE.match(source, start + 1).end()  # type: ignore[union-attr]  # it matches the empty text too
        gap = source.startswith("${", end)
        if gap:
            braces.append(True)
        return Piece(source[start : end + (2 if gap else 1)], start, new_line)

    while at < len(source):
        if source[at] == "`" or (source[at] == "}" and braces and braces[-1]):
            if source[at] == "}":
                braces.pop()
            piece = template(at)
        elif source[at] == "/" and source[at + 1] not in "/*" and _regex_may_begin(last):
            found = REGEX.match(source, at)
            piece = Piece(found[0] if found else "/", at, new_line)
        else:
            found = TOKEN.match(source, at)
            assert found, f"no token at {at}"
            if found.lastgroup in ("space", "comment"):
                new_line = new_line or "\n" in found[0]
                at = found.end()
                continue
            piece = Piece(found[0], at, new_line)
            if piece.text == "{":
                braces.append(False)
            elif piece.text == "}" and braces:
                braces.pop()
        yield piece
        at, new_line, last = at + len(piece.text), False, piece.text


def _regex_may_begin(last: str) -> bool:
    return not last or last in BEFORE_REGEX or not ENDS_VALUE.match(last[-1])


def between(before: str, piece: Piece) -> str:
    """What must stand between two tokens so that they stay what they are: nothing, a space or a line end."""
    if not before:
        return ""
    left, right = before[-1], piece.text[0]
    if piece.new_line and left not in GOES_ON_AFTER and not before.endswith("=>") and right not in GOES_ON_BEFORE:
        return "\n"
    words = bool(re.match(r"[\w$]", left) and re.match(r"[\w$]", right))
    return " " if words or (left in "+-" and left == right) or (left == right == "/") else ""


def strip(source: str) -> str:
    out: list[str] = []
    last = ""
    for piece in pieces(source):
        out += [between(last, piece), piece.text]
        last = piece.text
    return "".join(out)
