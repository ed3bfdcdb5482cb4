"""Every document, in every size and resolution, is the same dots to strangers, and its codes scan in two readers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from label_readers import FAULTS, Node, codes_by_zbar, codes_by_zxing, node, objections
from label_samples import SAMPLES

from printers import DOCUMENTS, escpos, escpos_decode, render, zpl, zpl_decode
from printers.bitmap import Label
from printers.media import parse_media

RESOLUTIONS = (203, 300, 600)
LABELS = [
    (name, media, dpi)
    for name, document in DOCUMENTS.items()
    for media in SAMPLES[name].media
    if document.accepts(parse_media(media))
    for dpi in ((203,) if media.startswith("receipt") else RESOLUTIONS)
]
RECEIPTS = [(name, media) for name, media, _ in LABELS if media.startswith("receipt")]


def drawn(document: str, media: str, dpi: int) -> Label:
    return render(document, SAMPLES[document].data, media=media, dpi=dpi)


@pytest.fixture(scope="module")
def other() -> Iterator[Node]:
    with node() as running:
        yield running


@pytest.mark.parametrize(("document", "media", "dpi"), LABELS)
def test_no_dot_differs_and_every_code_scans(other: Node, document: str, media: str, dpi: int) -> None:
    label = drawn(document, media, dpi)
    # The compressed form where it is quick to read; at the finest resolution Z64 alone, as it would be sent.
    for encoding in ("Z64", "hex") if dpi == 203 else ("Z64",):
        payload = zpl.encode(label.bitmap, encoding=encoding)
        assert np.array_equal(zpl_decode.decode(payload)[0].bitmap, label.bitmap)
        assert objections(payload, label.bitmap, dpi, other) == set()
    assert codes_by_zxing(label) == SAMPLES[document].codes_on(media)
    assert codes_by_zbar(label) in (None, SAMPLES[document].bars_on(media))


@pytest.mark.parametrize(("document", "media"), RECEIPTS)
def test_no_dot_of_a_receipt_differs(other: Node, document: str, media: str) -> None:
    label = drawn(document, media, 203)
    payload = escpos.encode(label.bitmap, escpos.Profile(width=label.width))
    assert np.array_equal(other.escpos(payload), label.bitmap)
    assert np.array_equal(escpos_decode.decode(payload)[0], label.bitmap)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_encoder_is_caught(other: Node, fault: str) -> None:
    """By somebody else than us; and by our own decoder, which the virtual printer trusts."""
    label = drawn("waybill", "76x130", 203)
    encoding, spoil = FAULTS[fault]
    payload = zpl.encode(label.bitmap, encoding="hex" if encoding == "hex" else "Z64")
    assert objections(spoil(payload), label.bitmap, 203, other)
    try:
        found = zpl_decode.decode(spoil(payload))
    except Exception:
        return
    assert len(found) != 1 or not np.array_equal(found[0].bitmap, label.bitmap)


def test_a_spoilt_receipt_is_caught(other: Node) -> None:
    label = drawn("packing_slip", "receipt-80", 203)
    payload = escpos.encode(label.bitmap)
    dark = payload.index(0xFF, 20)
    spoilt = payload[:dark] + b"\x7f" + payload[dark + 1 :]
    assert not np.array_equal(other.escpos(spoilt), label.bitmap)
