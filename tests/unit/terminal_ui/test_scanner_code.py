"""The test code that a device learns its scanner by reads what the page expects, as a square and as bars."""
from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import zxingcpp

UI = Path(__file__).resolve().parents[3] / "terminal_ui"
CODES = (UI / "parts" / "test_codes.js").read_text(encoding="utf-8")
READS = b"10Yz-1\x1d21Test"


def _constant(name: str) -> str:
    found = re.search(rf"export const {name} = '([^']+)';", CODES)
    assert found
    return found[1]


def _matrix() -> np.ndarray:
    return np.array([[bit == "1" for bit in f"{int(row, 16):016b}"] for row in _constant("MATRIX").split()])


def _bars() -> np.ndarray:
    widths = [int(each) for each in _constant("BARS")]
    row = np.concatenate([np.full(width, at % 2 == 0) for at, width in enumerate(widths)])
    return np.tile(row, (40, 1))


@pytest.mark.parametrize(("dark", "kind"), [(_matrix(), "]d2"), (_bars(), "]C1")])
def test_the_test_code_is_gs1_and_reads_as_the_page_expects(dark: np.ndarray, kind: str) -> None:
    picture = np.where(np.pad(dark, 10), 0, 255).astype(np.uint8)
    (read,) = zxingcpp.read_barcodes(picture.repeat(4, axis=0).repeat(4, axis=1))
    assert (read.bytes, read.symbology_identifier) == (READS, kind)


def test_the_page_expects_it() -> None:
    assert "TEST = '10Yz-1' + GS + '21Test'" in (UI / "core" / "enrol.js").read_text(encoding="utf-8")
