"""Names and addresses as an enemy would write them, printed by the thousand: `python -m printers.bench_hostile 10000`.

Each is printed as a picture or refused by the name of its field: on a waybill in ZPL and on a packing slip in ESC/POS.
That nothing of it reaches the printer as a command is checked on the bytes, which are exactly the fixed commands and
the picture, and decode to the very dots that were drawn; that no box stands for a character is checked on the dots of
each character that is drawn.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import Any

import numpy as np

from printers import escpos, escpos_decode, glyphs, zpl, zpl_decode
from printers.bitmap import Dots
from printers.characters import NO_CHARACTER
from printers.documents import render
from printers.errors import DecodeError, DocumentError, PrintError
from printers.fonts import Face, characters_of
from printers.glyphs import Glyph

_HEX = 50  # every so many-th in hexadecimal, which takes ten times as long

# Nothing but these: no text, no second format, no question, no byte outside the alphabet of a picture.
ZPL_PAYLOAD = re.compile(
    rb"\^XA\^PW\d+\^LL\d+\^LH0,0\^FO0,0\^GFA,\d+,\d+,\d+,(:Z64:[A-Za-z0-9+/=]+:[0-9A-F]{4}|[0-9A-Zg-z,!:]+)"
    rb"\^FS\^PQ\d+\^XZ\n"
)

_COMMANDS = (
    "^XZ^XA^FDowned^FS^XZ", "~JA", "~HS", "~JR", "^FS^PQ9999", "~DGR:X.GRF,1,1,FF", "^GFA,1,1,1,FF^FS", "^JUS",
    "^XA", "^XZ", '! U1 do "device.reset" ""\r\n', "\x1b@", "\x1dV\x00",
    "\x10\x14\x01\x02\x00", "\x10\x05\x02", "\x1bp\x00\x19\xfa",
    "\x1dv0\x00\x01\x00\x01\x00\xff", "\x10\x04\x01", "\x1d(H\x06\x0000abcd", "\x1c\x2e", "\x02\x03\x04", "\x00",
)  # fmt: skip
_ALPHABETS = (
    "王李张刘陈欧阳司马上海市浦东新区祖冲之路弄号楼室𠮷𩸽㐀龘鬱",
    "📦🚚👨‍👩‍👧🇨🇳👍🏽🀄️❤️",
    "مرحبا بالعالم שלום עולם",
    "\u202e\u202d\u202a\u2066\u2069\u200f\u200b\u2060\ufeff\u00ad",
    "é̷̢̛̖à́ñ ȧ̈ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘",
    "नमस्ते สวัสดี 안녕하세요 こんにちは Ελλάδα Привет Łódź",
    "\ue000\uf8ff\ufffe\uffff\U000f0000\U0010fffd\U0001ffff",
    "\t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x7f\x80\x85\x9b\u2028\u2029",
    "１２３ＡＢＣ（）—…·“”‘’￥%$#@!&*<>{}[]|\\/`'\"",
    "ABCdef 0123456789 -_.,;:",
)


def hostile_texts(seed: int = 20261126) -> Iterator[str]:
    """Texts without end: printer commands, control characters, emoji, right to left, surrogates; 10 kB now and then."""
    chance = random.Random(seed)  # noqa: S311 -- a reproducible choice, not a secret
    while True:
        parts = []
        for _ in range(chance.randint(1, 4)):
            kind = chance.random()
            if kind < 0.3:
                parts.append(chance.choice(_COMMANDS))
            elif kind < 0.8:
                parts.append("".join(chance.choices(chance.choice(_ALPHABETS), k=chance.randint(1, 14))))
            elif kind < 0.97:
                parts.append("".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 4))))
            else:
                parts.append(chance.choice(("长", "A", "^", "~", "\x10\x04\x01", "📦", "\u202e")) * 10_240)
        yield "".join(parts)


def hostile_waybills(seed: int = 20261126) -> Iterator[dict[str, object]]:
    """Waybills without end whose buyers have such names and addresses; the rest is harmless."""
    texts = hostile_texts(seed)
    sender = {"name": "优品数码", "phone": "400-820-8820", "address": "杭州市余杭区"}
    while True:
        buyer = {"name": next(texts), "phone": "138****5678", "address": next(texts)}
        yield {
            "carrier": "中通快递", "waybill_number": "78912345678901", "route_code": "021-W3-05", "recipient": buyer,
            "sender": sender,
        }  # fmt: skip


def hostile_run(count: int, *, seed: int = 20261126) -> dict[str, Any]:
    """Print the waybills and packing slips of `count` hostile buyers; how they fared.

    Returns labels printed, refused by field, substituted (printed with 〓), and what must be empty: commands (payloads
    that are not exactly commands of ours and the picture), crashes (errors of any other kind) and boxes (characters
    that were drawn as what stands for a missing one).
    """
    tally: dict[str, Any] = {"printed": 0, "substituted": 0, "refused": Counter(), "commands": [], "crashes": []}
    with _boxes() as boxes:
        for number, data in enumerate(islice(hostile_waybills(seed), count)):
            _print("waybill", data, "76x130", _zpl("hex" if number % _HEX == 0 else "Z64"), tally)
            _print("packing_slip", _slip(data), "receipt-58", _escpos, tally)
    return {"buyers": count, **tally, "boxes": boxes}


def hostile_bench(count: int, *, processes: int = 2) -> dict[str, Any]:
    """`hostile_run` of so many buyers, different ones in each of some processes, and how long it took."""
    begun = time.perf_counter()
    shares = [count // processes + (nr < count % processes) for nr in range(processes)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        runs = list(pool.map(_share, shares, range(processes)))
    found = runs[0]
    for other in runs[1:]:
        found = {name: found[name] + other[name] for name in found}
    return {**found, "seconds": round(time.perf_counter() - begun, 1)}


def _share(count: int, nr: int) -> dict[str, Any]:
    return hostile_run(count, seed=20261126 + nr)


def _slip(waybill: dict[str, Any]) -> dict[str, Any]:
    buyer = waybill["recipient"]
    return {
        "shop": "优品数码", "order_number": "TB1", "recipient": buyer["name"], "footer": buyer["address"],
        "lines": [{"sku": "S1", "name": "数据线", "qty": 1}],
    }  # fmt: skip


def _print(document: str, data: object, media: str, clean: Callable[[Dots], bool], tally: dict[str, Any]) -> None:
    try:
        label = render(document, data, media=media, dpi=203, on_missing="substitute")
        if not clean(label.bitmap):
            tally["commands"].append(f"{document} {data!r}"[:500])
    except DocumentError as error:
        tally["refused"][f"{type(error).__name__} {document} {error.field}"] += 1
    except DecodeError as error:
        tally["commands"].append(f"{error}: {document} {data!r}"[:500])
    except PrintError as error:
        tally["refused"][type(error).__name__] += 1
    except Exception as error:
        tally["crashes"].append(f"{type(error).__name__}: {error}: {document} {data!r}"[:500])
    else:
        tally["printed"] += 1
        tally["substituted"] += bool(label.substituted)


@contextmanager
def _boxes() -> Iterator[list[str]]:
    """Grows by every character that a face draws though it lacks it, or as it draws one that it lacks."""
    found: list[str] = []
    plain = glyphs._rasterise

    def watched(font: Any, face: Face, size: int, character: str) -> Glyph:
        drawn = plain(font, face, size, character)
        lacks = ord(character) not in characters_of(face.path, face.index)
        if lacks or np.array_equal(drawn.dots, plain(font, face, size, NO_CHARACTER).dots):
            found.append(f"U+{ord(character):04X} {face.path}")
        return drawn

    glyphs.family_of.cache_clear()  # so that all of them are drawn while somebody looks
    glyphs._rasterise = watched
    try:
        yield found
    finally:
        glyphs._rasterise = plain


def _zpl(encoding: zpl.Encoding) -> Callable[[Dots], bool]:
    def is_clean(bitmap: Dots) -> bool:
        payload = zpl.encode(bitmap, encoding=encoding, level=1)
        (read,) = zpl_decode.decode(payload)
        return ZPL_PAYLOAD.fullmatch(payload) is not None and np.array_equal(read.bitmap, bitmap)

    return is_clean


def _escpos(bitmap: Dots) -> bool:
    payload = escpos.encode(bitmap, escpos.Profile(width=bitmap.shape[1] + 8))
    (read,) = escpos_decode.decode(payload)  # refuses every command but the raster's, the feed and the cut
    return not escpos.holds_real_time_command(payload) and int(read.sum()) == int(bitmap.sum())


def main() -> int:
    """Print the result of a run as JSON; 1 if a command, a crash or a box is among it."""
    result = hostile_bench(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return 1 if result["commands"] or result["crashes"] or result["boxes"] else 0


if __name__ == "__main__":
    sys.exit(main())
