"""What each model of printer can do and prove: models.toml, with a generic profile for every other.

A profile decides how a label is encoded (`printers.encoding`), which questions are asked, and so how sure we can be
that it was printed. It stands without numpy and pictures, because an agent that only sends needs neither.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from printers.errors import InvalidField
from printers.identity import Identity
from printers.line import Confirmation

Language = Literal["zpl", "escpos", "none"]
Question = Literal["hs", "hqes", "counter", "hi", "eot", "ack", "model", "port"]

Encoding = Literal["Z64", "hex"]

_SLICE = 192
_MODELS = Path(__file__).with_name("models.toml")
_KEYS = {"name", "language", "models", "widths", "encoding", "answers", "slice", "cutter", "facts"}


@dataclass(frozen=True)
class Fact:
    """Something worth knowing of a model, and who says so."""

    text: str
    source: str


@dataclass(frozen=True, eq=False)
class Profile:
    """One model. `widths` are (dpi, dots across)."""

    key: str
    name: str
    language: Language
    widths: tuple[tuple[int, int], ...] = ()
    encoding: Encoding = "Z64"
    answers: frozenset[Question] = frozenset()
    slice_rows: int = _SLICE
    cutter: bool = False
    facts: tuple[Fact, ...] = ()
    models: tuple[re.Pattern[str], ...] = ()

    @property
    def proves(self) -> Confirmation:
        """The best confirmation this model can give of a label."""
        if "ack" in self.answers:
            return "device_ack"
        if "counter" in self.answers and "hs" in self.answers:
            return "counter"
        return "buffer_drained" if "hs" in self.answers else "none"

    def width(self, dpi: int) -> int:
        """Dots across at `dpi`, 0 when the model is not known to be sold with it."""
        return dict(self.widths).get(dpi, 0)


GENERIC: dict[Language, Profile] = {
    "zpl": Profile(
        "generic-zpl",
        "ZPL",
        "zpl",
        ((203, 832), (300, 1248), (600, 2496)),
        answers=frozenset({"hs", "hi", "port"}),
        facts=(
            Fact(
                "A clone that says it speaks ZPL may stay silent to ~HS; it is then printed to without confirmation.",
                "ZPL II Programming Guide, ~HS",
            ),
        ),
    ),
    "escpos": Profile(
        "generic-escpos",
        "ESC/POS, 80 mm",
        "escpos",
        ((203, 576),),
        answers=frozenset({"eot", "port"}),
        cutter=True,
        facts=(
            Fact(
                "DLE EOT tells of paper, cover and errors, but not whether anything was printed.",
                "Epson ESC/POS reference, DLE EOT",
            ),
        ),
    ),
    "none": Profile("none", "No known language", "none"),
}


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by its key, the generic ones first. Raises InvalidField for a file that is wrong."""
    with _MODELS.open("rb") as file:
        read = {key: _read(key, table) for key, table in tomllib.load(file).items()}
    return {profile.key: profile for profile in (GENERIC["zpl"], GENERIC["escpos"], *read.values())}


def named(key: str) -> Profile:
    """The profile of that key. Raises InvalidField if there is none."""
    try:
        return profiles()[key]
    except KeyError:
        raise InvalidField("profile", f"no such profile: {key!r}") from None


def recognised(identity: Identity) -> Profile:
    """The profile of the model a printer says it is, else the generic one of its language."""
    for profile in profiles().values():
        if any(pattern.fullmatch(identity.model) for pattern in profile.models):
            return profile
    return GENERIC[identity.language]


def _read(key: str, table: dict[str, Any]) -> Profile:
    answers = frozenset(table.get("answers", []))
    unknown = sorted((set(table) - _KEYS) | (answers - set(get_args(Question))))
    if unknown or table.get("language") not in ("zpl", "escpos") or table.get("encoding", "Z64") not in ("Z64", "hex"):
        raise InvalidField("profile", f"{key}: {', '.join(unknown) or 'language or encoding is wrong'}")
    return Profile(
        key,
        table["name"],
        table["language"],
        tuple((int(dpi), int(dots)) for dpi, dots in table["widths"].items()),
        table.get("encoding", "Z64"),
        answers,
        table.get("slice", _SLICE),
        table.get("cutter", False),
        tuple(Fact(text, source) for text, source in table.get("facts", [])),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in table.get("models", [])),
    )
